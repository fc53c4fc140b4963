"""The words that belong to one number."""

import re
from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

from uhc_llm.schemas import Mention, Reading

__all__ = ["Window", "window"]

# Of a longer sentence only so much is looked at, on either side of the number.
_LONGEST: Final = 1000
_NEIGHBOURS: Final = 6
_CLAUSE_END: Final = re.compile(
    r"[,;:(]|\b(?:sedangkan|sementara|tetapi|namun|dan|serta|padahal|sehingga|lalu)\b", re.I
)
# "99,90 persen dengan keaktifan 84,5 persen": what follows "dengan" is of the next number.
_WITH: Final = re.compile(r"\bdengan\b", re.IGNORECASE)
# "dari 5.820.359 jiwa penduduk ada 5.576.696 orang": the noun of the number before.
_NOUN_BEHIND: Final = re.compile(
    r"\s*(?:jiwa|penduduk|warga|orang|peserta|masyarakat)(?:nya)?\b(?!\s*[-:]?\s*\Z)", re.IGNORECASE
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
    """

    before: str
    own: str
    after: str
    tail: str
    sentence: str
    lead: str
    former: str
    previous: Mention | None

    @property
    def near(self) -> str:
        """The clause of the number: what stands before it, its noun, and what directly follows."""
        return f"{self.before}{self.own}{self.after}"


def window(reading: Reading, mention: Mention) -> Window:
    """The words that belong to `mention`."""
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
    clause = _CLAUSE_END.search(tail)
    joined = _WITH.search(tail) if following and right == following.start else None
    ends = [found.start() for found in (clause, joined) if found]
    return Window(
        before=text[left : mention.start],
        own=mention.text,
        after=tail[: min(ends)] if ends else tail,
        tail=tail,
        sentence=text[begin:end],
        lead=text[begin : mention.start],
        former=text[max(former_begin, begin - _LONGEST) : begin],
        previous=previous,
    )
