"""The words that belong to one number."""

import re
from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

from uhc_llm.scanner.meanings.cells import CellReading, read_cell
from uhc_llm.scanner.meanings.heads import is_measure
from uhc_llm.scanner.sentences import list_heading
from uhc_llm.scanner.tables import cell_at
from uhc_llm.schemas import Mention, Reading

__all__ = ["Window", "window"]

# "673.129 penduduk baru mendaftarkan 498.549": what they did with the next number.
_VERB_OF_NEXT: Final = re.compile(r"\bme\w+\s*\Z", re.IGNORECASE)
# Of a longer sentence only so much is looked at, on either side of the number.
_LONGEST: Final = 1000
_NEIGHBOURS: Final = 6
_CLAUSE_END: Final = re.compile(
    # "214.342 warga Kabupaten Pandeglang, Banten, yang belum terlindungi"; "iuran (PBI) BPJS"
    r",(?!\s*(?:[\w ]{1,40},\s*)?yang\s+(?:belum|tidak|tak|sudah|telah)\b)"
    r"|[;:]|\((?![\w -]{2,14}\))"
    r"|\b(?:sedangkan|sementara|tetapi|namun|dan|serta|padahal|sehingga|lalu|while|whereas|but|although)\b",
    re.IGNORECASE,
)
# "99,90 persen dengan keaktifan 84,5 persen": what follows "dengan" is of the next number.
_WITH: Final = re.compile(r"\bdengan\b", re.IGNORECASE)
# "dari 5.820.359 jiwa penduduk ada 5.576.696 orang": the noun of the number before.
_NOUN_BEHIND: Final = re.compile(
    r"\s*(?:(?:jiwa|penduduk|warga|orang|peserta|masyarakat)(?:nya)?(?:\s+aktif)?|aktif)\b"
    r"(?!\s*[-:]?\s*\Z)",
    re.IGNORECASE,
)
# "45.880 jiwa atau 10,32 persen penduduk": of whom it is a share.
_WHOLE_OF_SHARE: Final = re.compile(
    r"\s*(?:dari\s+)?(?:(?:total|jumlah|seluruh|keseluruhan)\s+)*(?:penduduk|populasi)(?:nya)?\b"
    r"|\s*of\s+(?:the|its|(?:the\s+)?\w+['’]s)\s+(?:total\s+)?population\b",
    re.IGNORECASE,
)
# "10,32 persen atau 45.880 jiwa", "45.880 jiwa (10,32 persen)": the same, said again.
_AGAIN: Final = re.compile(
    r"(?:\s+[\w-]+){0,4}[\s,]*(?:\(|\b(?:atau|yaitu|yakni|alias|tepatnya|persisnya|kira-kira|setara|setara\s+dengan|sama\s+dengan|atau\s+setara|atau\s+sama\s+dengan|or|equal\s+to|equivalent\s+to)"
    r"(?:\s+(?:about|around|nearly|some|dengan|sekitar|sebanyak|sebesar|kurang\s+lebih|hampir|lebih\s+dari|sejumlah|kira-kira))*)\s*",
    re.IGNORECASE,
)


class Window(NamedTuple):
    """The words that belong to one number.

    Attributes:
        before: from the number before it, or the head of the sentence, to the number.
        own: the number itself, with its noun.
        after: from the number to the end of its clause.
        tail: from the number to the next one, or to the end of the sentence.
        sentence: the sentence, cut where it goes on for more than a thousand characters.
        lead: the sentence before the number, cut in the same way.
        former: the sentence before this one, cut in the same way.
        previous: the number before it in the same sentence.
        again: the number that says it again in another unit ("45.880 jiwa atau 10,32 persen").
        beyond: what follows that, to the end of its clause.
        heading: the line that introduces the list in which the number stands.
        cell: what is said of it by the table in which it stands, whose words are all that it has
            then; or whether it belongs to the list in which it stands.
    """

    before: str
    own: str
    after: str
    tail: str
    sentence: str
    lead: str
    former: str
    previous: Mention | None
    again: Mention | None = None
    beyond: str = ""
    heading: str = ""
    cell: CellReading | None = None

    @property
    def in_table(self) -> bool:
        """Whether the number stands in a table, where no neighbour says anything of it."""
        return self.cell is not None and self.cell.form == "table"

    @property
    def restates(self) -> bool:
        """Whether the number says the one before it again."""
        return self.previous is not None and bool(_AGAIN.fullmatch(self.before))

    @property
    def has_next(self) -> bool:
        """Whether another number follows in the same sentence."""
        return len(self.lead) + len(self.own) + len(self.tail) < len(self.sentence)

    @property
    def behind(self) -> str:
        """What is said behind the number, and behind the one that says it again."""
        return f"{self.after}{self.beyond}"

    @property
    def near(self) -> str:
        """The clause of the number: what stands before it, its noun, and what directly follows."""
        return f"{self.before}{self.own}{self.after}"


def window(reading: Reading, mention: Mention) -> Window:
    """The words that belong to `mention`."""
    place = cell_at(reading.tables, mention.start) if reading.tables else None
    if place is None:
        return _in_sentence(reading, mention)
    cell = read_cell(reading, mention, place)
    if cell.form == "table":
        return _in_table(mention, cell)
    at = _in_sentence(reading, mention)
    heading = at.heading or (cell.words if is_measure(cell.words) else "")
    return at._replace(heading=heading, cell=cell)


def _in_table(mention: Mention, cell: CellReading) -> Window:
    """The window of a number in a table: what its head says, and nothing of its neighbours."""
    lead = f"{cell.words} "
    return Window(
        before=lead,
        own=mention.text,
        after="",
        tail="",
        sentence=f"{lead}{mention.text}",
        lead=lead,
        former="",
        previous=None,
        heading=cell.title,
        cell=cell,
    )


def _in_sentence(reading: Reading, mention: Mention) -> Window:
    text = reading.text
    index = bisect_right(reading.sentences, (mention.start, len(text))) - 1
    begin, end = reading.sentences[index] if index >= 0 else (0, len(text))
    former_begin = reading.sentences[index - 1].start if index > 0 else begin
    begin, end = max(begin, mention.start - _LONGEST), min(end, mention.end + _LONGEST)
    end = max(end, mention.end)
    place = bisect_left(reading.mentions, mention.start, key=lambda m: m.start)
    earlier = reading.mentions[max(0, place - _NEIGHBOURS) : place]
    previous = next((m for m in reversed(earlier) if m.kind == "quantity"), None)
    if previous and previous.end <= begin:
        previous = None
    latter = reading.mentions[place + 1 : place + _NEIGHBOURS]
    following = next((m for m in latter if m.kind == "quantity"), None)
    left = previous.end if previous else begin
    if previous and previous.unit == "people":
        noun = _NOUN_BEHIND.match(text, left, mention.start)
        left = noun.end() if noun else left
    right = max(mention.end, min(end, following.start)) if following else end
    tail = text[mention.end : right]
    again = following if following and right == following.start else None
    if again and (again.unit == mention.unit or not _AGAIN.fullmatch(tail)):
        again = None
    heading = list_heading(text, mention.start)
    beyond = ""
    if again:
        third = next((m for m in latter if m.start > again.start and m.kind == "quantity"), None)
        stop = max(again.end, min(end, third.start)) if third else end
        share = _WHOLE_OF_SHARE.match(text, again.end, stop)
        start = share.end() if share else again.end
        is_last = third is None or stop < third.start
        if is_last:
            # "atau 20 persen, hingga kini hidup tanpa jaminan"
            start += len(text[start:stop]) - len(text[start:stop].lstrip(" ,)"))
        beyond = _clause(text[start:stop], is_open=is_last)
    return Window(
        before=text[left : mention.start],
        own=mention.text,
        after=_clause(tail, is_open=following is None or right < following.start),
        tail=tail,
        sentence=text[begin:end],
        lead=text[begin : mention.start],
        former=text[max(former_begin, begin - _LONGEST) : begin],
        previous=previous,
        again=again,
        beyond=beyond,
        heading=text[heading.start : heading.end] if heading else "",
    )


def _clause(tail: str, *, is_open: bool) -> str:
    """What of the words behind a number belongs to its clause.

    Args:
        tail: the words, up to the next number or the end of the sentence.
        is_open: whether no other number follows.
    """
    if not is_open:
        tail = _VERB_OF_NEXT.sub("", tail)
    clause = _CLAUSE_END.search(tail)
    joined = None if is_open else _WITH.search(tail)
    ends = [found.start() for found in (clause, joined) if found]
    return tail[: min(ends)] if ends else tail
