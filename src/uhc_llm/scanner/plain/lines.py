"""Lines that a program broke, in a saved page or a mail, put together again.

    lines -> the margin where they were broken      -> which line ends were meant => edits
          -> phrases that cannot end where they do  ->

A line end that was meant stays: that of a heading, an item, a row, a verse, a signature.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

from uhc_llm.scanner.calendar import MONTHS
from uhc_llm.scanner.plain.edits import Edit
from uhc_llm.scanner.plain.hyphens import Hyphens
from uhc_llm.scanner.plain.layout import Layout, Line, is_title, read_layout
from uhc_llm.scanner.plain.line_words import LINE_WORDS
from uhc_llm.scanner.plain.own_lines import is_aside, is_row
from uhc_llm.scanner.plain.running import (
    begins_as_rest,
    has_clause,
    is_number_of,
    is_rest,
    parts_name,
)
from uhc_llm.scanner.quantities.words import SCALES, UNIT_OF_NOUN

__all__ = ["line_edits"]

_OPEN_ENDS: Final = frozenset(LINE_WORDS["open_ends"])
_BEFORE_NAMES: Final = frozenset(LINE_WORDS["before_names"])
_OFFICES: Final = frozenset(LINE_WORDS["offices"])
_PLACES: Final = frozenset(LINE_WORDS["places"])
_NOT_BEFORE_NAMES: Final = frozenset(LINE_WORDS["not_before_names"])
_INTRODUCING: Final = frozenset(LINE_WORDS["introducing"])
_NAMES: Final = frozenset(map(tuple, LINE_WORDS["names"]))
_BEGUN: Final = _OPEN_ENDS | _BEFORE_NAMES | {name[0] for name in _NAMES}
_STOPS: Final = (". ", "? ", "! ", '." ', ".” ")
_GOES_ON_ANYHOW: Final = frozenset(",-–—/")

# "Kab.", which ends no sentence.
_ABBREVIATED: Final = re.compile(
    rf"(?<!\S)(?:{'|'.join(re.escape(word) for word in _OPEN_ENDS if word.endswith('.'))})\Z",
    re.IGNORECASE,
)
_LONG: Final = 40
_SHORT: Final = 20
_WIDEST: Final = 140
_HYPHEN: Final = re.compile(r"[^\W_]-\Z")
_SLASH: Final = re.compile(r"[^\W_]/\Z")
_DASH: Final = re.compile(r"\d[-–—]\Z")
_ITEM: Final = re.compile(r"(?:([-–—•*·▪◦●○➢✓+])|\(?(?:(\d{1,2})|[a-h])[.)])\s{1,8}\S")
# "812" and "345 jiwa", "812." and "345 jiwa": no number ends here, and no reader can tell which.
_NUMBER_BEGUN: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3}){0,4}[.,]?\Z")
_NUMBER_ENDED: Final = re.compile(r"\d{3}(?!\d)")
_NO_LINE_OF_TEXT: Final = re.compile(r"[\W_]++\Z|https?://|www\.|[@#]\w|[\w.+-]{1,60}@\w")
_KEY: Final = re.compile(r"\w+(?: \w+){0,3} ?: ")
# "BLORA - ", "KOTA BATU (14/2/2022) – ", "Blora, Kompas.com - ".
_DATELINE: Final = re.compile(
    r"[A-Z][A-Z'. ]{2,40}(?:,? ?\([^()\n]{2,40}\)|, ?[^\n–—-]{2,40})?,? ?[-–—]{1,2}(?!\w)"
)
_FIRST_DATELINE: Final = re.compile(
    r"[A-Z]\w+(?: [A-Z]\w+){0,2}(?:,? ?\([^()\n]{2,40}\)|, ?[^\n–—-]{2,40})?,? ?[-–—]{1,2}\s"
)
# Who said it ends most paragraphs that quote somebody: "..., ujarnya."
_SAID: Final = re.compile(r"[,.!?][\"”’] [^\"“”.]{3,80}\.\Z")
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?!\d)")
_LAST_WORDS: Final = re.compile(r"(?:(\S+)[ \t]+)?(\S+)\Z")
_LINES_OF_HEADLINE: Final = 3
_LINES_OF_SENTENCE: Final = 12
# The rest of a sentence that is short, and another one behind: "2025. Cakupan".
_STOP_WITHIN: Final = re.compile(r"[^\W_][.!?] [A-Z]")
_GOES_ON: Final = frozenset(",-–—%)\"”’'")
_OPENING: Final = "\"“‘'(["


def line_edits(text: str) -> list[Edit]:
    r"""Which line ends of `text` a program put there, and what is read instead.

    >>> line_edits("Cakupan di Kabupaten\nKudus mencapai 98,44 persen.")
    [Edit(start=20, end=21, text=' ')]

    Args:
        text: any text, with lines that end in a line feed.

    Returns:
        Edits in order and apart; none for a text whose line ends were all meant.
    """
    if not any(map(_is_in_question, *_pairs(text))):
        return []
    layout = read_layout(text)
    return list(_Joining(text, layout).edits())


def _pairs(text: str) -> tuple[Sequence[str], Sequence[str]]:
    """The lines of a text but the last, and those that follow them."""
    lines = [line.strip() for line in text.split("\n")]
    return lines[:-1], lines[1:]


def _is_in_question(line: str, following: str) -> bool:
    """Whether a line may go on: most texts are told by this from those that a program broke."""
    if not line or not following:
        return False
    begins = following.lstrip(_OPENING)[:1]
    if not begins.isupper():
        return line[-1] not in ".!?" or begins.isdigit()
    is_cut = line[-1] not in ".!?" and any(map(line.__contains__, _STOPS))
    return (
        is_cut
        or line[-1].isdigit()
        or line[-1] in _GOES_ON_ANYHOW
        or line.rsplit(None, 1)[-1].lower() in _BEGUN
        or (line[-1] not in ".!?" and begins_as_rest(following.lstrip(_OPENING)))
    )


class _Joining:
    """Asks of every line whether the next one belongs to it."""

    def __init__(self, text: str, layout: Layout) -> None:
        self._text, self._layout, self._lines = text, layout, layout.lines
        self._hyphens = Hyphens(text)
        self._is_prose = self._ends_of_prose()
        self._joined = self._in_aside = self._in_item = False
        self._numbers: set[int] = set()
        self._first_of_block = 0

    def edits(self) -> Iterator[Edit]:
        for index, (line, following) in enumerate(pairwise(self._lines)):
            is_next = following.number == line.number + 1
            self._in_aside = (self._joined and self._in_aside) or is_aside(line.text)
            self._in_item = (self._joined and self._in_item) or bool(_ITEM.match(line.text))
            self._joined = is_next and self._goes_on(index, line, following)
            if self._joined:
                yield self._edit(line, following)
            if not is_next:
                self._first_of_block = index + 1
                self._numbers.clear()

    def _goes_on_behind(self, line: Line) -> bool:
        """Whether a paragraph goes on behind a sentence that ends where a full line does.

        The other sentences tell: those that end within lines, and those that end short of the
        margin with no empty line behind.
        """
        within, last = self._sentences
        return within >= last and not (last and _SAID.search(line.text))

    @cached_property
    def _sentences(self) -> tuple[int, int]:
        """How many sentences end within a line, and how many with a line and a paragraph."""
        margin = self._layout.margin
        within = sum(line.stops for line in self._lines)
        last = sum(
            following.number == line.number + 1
            and line.is_closed
            and not (margin and margin.is_reached(line, following))
            for line, following in pairwise(self._lines)
        )
        return within, last

    def _ends_of_prose(self) -> list[bool]:
        """Of each line whether the lines that go on behind it come to the end of a sentence."""
        ends = [line.is_closed and line.text[-1] not in ":;" for line in self._lines]
        for index in range(len(ends) - 2, -1, -1):
            following = self._lines[index + 1]
            is_next = following.number == self._lines[index].number + 1
            ends[index] = ends[index] or (
                is_next and following.text[0].islower() and ends[index + 1]
            )
        return ends

    def _edit(self, line: Line, following: Line) -> Edit:
        if _HYPHEN.search(line.text) and following.text[0].isalnum():
            is_own = self._hyphens.is_own(line.text, following.text)
            return Edit(line.end - (not is_own), following.start, "")
        clings = _SLASH.search(line.text) and following.text[0].isalnum()
        clings = clings or (_DASH.search(line.text) and following.text[0].isdigit())
        return Edit(line.end, following.start, "" if clings else " ")

    def _goes_on(self, index: int, line: Line, following: Line) -> bool:
        margin = self._layout.margin
        is_full = margin is not None and margin.is_reached(line, following)
        is_closed = line.is_closed
        if not self._asks_number(line, following) and self._is_item(
            following, is_open=is_full and not is_closed
        ):
            return False
        if _NUMBER_BEGUN.search(line.text) and _NUMBER_ENDED.match(following.text):
            return len(line.text) >= _SHORT and not is_row(self._lines, index)
        if is_closed and not is_full:
            return _ABBREVIATED.search(line.text) is not None
        if self._is_set_off(index, line, following, is_full=is_full):
            return False
        if _HYPHEN.search(line.text) and following.text[0].isalnum():
            return True
        if is_full and index not in self._layout.lists:
            return not is_closed or self._goes_on_behind(line)
        return not is_closed and self._breaks_phrase(index, line, following)

    # --- line ends that were meant ---

    def _is_set_off(self, index: int, line: Line, following: Line, *, is_full: bool) -> bool:
        return (
            is_row(self._lines, index)
            or is_row(self._lines, index + 1)
            or _NO_LINE_OF_TEXT.match(following.text) is not None
            or _NO_LINE_OF_TEXT.match(line.text) is not None
            or is_aside(following.text)
            or (self._in_aside and following.text[0].isupper() and not is_title(following.text))
            or self._begins_paragraph(line, following)
            or self._ends_item(line, following)
            or self._introduces(index, line, following, is_full=is_full)
            or self._is_headline(index, line, following)
        )

    def _is_item(self, line: Line, *, is_open: bool) -> bool:
        found = _ITEM.match(line.text)
        if found is None:
            return False
        if found[2]:
            number = int(found[2])
            is_item = not is_open or number == 1 or number - 1 in self._numbers
            if is_item:
                self._numbers.add(number)
            return is_item
        # A dash between words, and not the only item of a list.
        return not (is_open and found[1] in {*"-–—"} and self._marks[found[1]] == 1)

    @cached_property
    def _marks(self) -> Counter[str]:
        return Counter(line.text[0] for line in self._lines if line.text[1:2] == " ")

    def _ends_item(self, line: Line, following: Line) -> bool:
        """Whether an item is over, where a margin that is none of letters leaves that open."""
        is_ragged = self._layout.margin is not None and self._layout.margin.is_ragged
        hangs = following.indent > line.indent or not following.text[0].isupper()
        return is_ragged and not hangs and _ITEM.match(line.text) is not None

    def _introduces(self, index: int, line: Line, following: Line, *, is_full: bool) -> bool:
        if line.text[-1] == ":":
            return not (is_full and self._is_full_prose(index + 1))
        last = line.text.rsplit(None, 1)[-1].lower()
        return last in _INTRODUCING and len(following.text) < _LONG and not self._is_prose[index]

    def _is_full_prose(self, index: int) -> bool:
        """Whether a line is filled with words that go on, as no item behind a colon is."""
        lines, margin = self._lines[index : index + 2], self._layout.margin
        if lines[0].text[0].islower() or lines[0].text[0].isdigit():
            return True
        return len(lines) > 1 and margin is not None and margin.is_reached(*lines)

    def _begins_paragraph(self, line: Line, following: Line) -> bool:
        """Whether the next line is indented, and not as the rest of an item is."""
        return following.indent - line.indent > 1 and not self._in_item

    def _is_headline(self, index: int, line: Line, following: Line) -> bool:
        """Whether the lines up to here are a headline above an article or a part of one."""
        if not following.text.lstrip(_OPENING)[:1].isupper() or line.is_closed:
            return False
        if _DATELINE.match(following.text):
            return True
        if line.text[-1] == "," or self._ends_open(line, following):
            return False
        if parts_name(line.text, following.text):
            return False
        first = self._first_of_block
        if index - first >= _LINES_OF_HEADLINE:
            return False
        lines = self._lines[first : index + 1]
        if any(map(_is_begun, lines)):
            return False
        if _FIRST_DATELINE.match(following.text):
            return True
        return all(is_title(other.text) for other in lines) and not is_title(following.text)

    # --- line ends within a phrase ---

    def _breaks_phrase(self, index: int, line: Line, following: Line) -> bool:
        begins = following.text.lstrip(_OPENING)[:1]
        first = _first_word(following.text)
        is_size = begins.islower() and (first in UNIT_OF_NOUN or first in SCALES)
        if line.text[-1].isdigit() and (is_size or begins == "%"):
            return True
        if self._ends_open(line, following) or _breaks_date(line.text, following.text):
            return True
        if not begins.islower() and self._runs_on(index, line, following):
            return True
        if line.text[-1] == "," and not begins.islower():
            return begins.isalnum() and len(line.text) >= (_SHORT if begins.isdigit() else _LONG)
        return self._is_sentence(index, line, following, begins)

    def _is_sentence(self, index: int, line: Line, following: Line, begins: str) -> bool:
        """Whether a sentence has begun on a line, and goes on with the next one."""
        is_open = line.text[-1].isalnum() or line.text[-1] in _GOES_ON
        if not is_open or _KEY.match(following.text):
            return False
        if begins.islower():
            begins_sentence = self._joined or not line.text[0].islower()
            return begins_sentence and (
                self._is_prose[index]
                or self._is_long(index)
                or (
                    (has_clause(line.text) or has_clause(following.text))
                    and self._ends_in_sentence(index + 1)
                )
            )
        return len(line.text) >= _LONG and line.width <= _WIDEST and line.is_cut

    def _runs_on(self, index: int, line: Line, following: Line) -> bool:
        """Whether a name, a sum or a scheme of a sentence stands on two lines."""
        if index in self._layout.lists or _KEY.match(following.text):
            return False
        if parts_name(line.text, following.text):
            return True
        is_sentence = self._joined or (
            has_clause(line.text)
            and (not is_title(line.text) or ", " in line.text + following.text[:_LONG])
        )
        if not is_sentence or not self._ends_in_sentence(index + 1):
            return False
        return (
            self._asks_number(line, following)
            or is_rest(line.text, following.text)
            or self._ends_before_name(line, following)
        )

    def _asks_number(self, line: Line, following: Line) -> bool:
        """Whether a number that looks like an item's is one that the line before asks for."""
        found = _ITEM.match(following.text)
        if line.is_closed or not is_number_of(line.text) or found is None or not found[2]:
            return False
        number = int(found[2])
        return has_clause(line.text) and not {number - 1, number + 1} & self._items

    @cached_property
    def _items(self) -> frozenset[int]:
        """The numbers that lines begin with as items do."""
        matches = (_ITEM.match(line.text) for line in self._lines)
        return frozenset(int(found[2]) for found in matches if found and found[2])

    @staticmethod
    def _ends_before_name(line: Line, following: Line) -> bool:
        """Whether a sentence goes on with the name that "Kota" asks for."""
        words = line.text.rsplit(None, 2)
        last, before = words[-1].lower(), words[-2].lower() if len(words) > 1 else ""
        is_asked = last in _BEFORE_NAMES and before not in _NOT_BEFORE_NAMES
        return is_asked and following.text[0].isupper()

    def _ends_in_sentence(self, index: int) -> bool:
        """Whether the lines from here come to the end of a sentence, each in the midst of one."""
        for line, following in pairwise(self._lines[index : index + _LINES_OF_SENTENCE]):
            if line.is_closed or line.is_cut or _STOP_WITHIN.search(line.text):
                break
            is_next = following.number == line.number + 1
            if not is_next or not (
                following.text[0].islower()
                or line.text[-1] == ","
                or has_clause(line.text)
                or line.text.rsplit(None, 1)[-1].lower() in _BEGUN
                or parts_name(line.text, following.text)
            ):
                return False
            index += 1
        last = self._lines[index]
        is_over = last.is_closed and last.text[-1] not in ":;"
        return is_over or last.is_cut or _STOP_WITHIN.search(last.text) is not None

    def _is_long(self, index: int) -> bool:
        """Whether a line and the next are no heading and the first item below it."""
        line, following = self._lines[index : index + 2]
        if len(following.text) >= _LONG:
            return True
        third = self._lines[index + 2] if index + 2 < len(self._lines) else None
        is_list = third is not None and third.number == following.number + 1
        is_list = is_list and third is not None and third.text[0].islower()
        return len(line.text) >= _LONG and not is_list

    def _ends_open(self, line: Line, following: Line) -> bool:
        """Whether the last word of a line asks for another one."""
        begins, first = following.text[0], _first_word(following.text)
        found = _LAST_WORDS.search(line.text, max(0, len(line.text) - 80))
        if found is None or not found[1]:
            return False
        before, last = found[1].lower(), found[2].lower()
        if last in _OPEN_ENDS and (begins.isalnum() or begins in _OPENING):
            return len(line.text) >= _SHORT or last in _PLACES
        if (last, first) in _NAMES:
            return True
        if last not in _BEFORE_NAMES or before in _NOT_BEFORE_NAMES or not begins.isupper():
            return False
        return before in _PLACES or len(line.text) >= _LONG


def _breaks_date(line: str, following: str) -> bool:
    """Whether a day, a month and a year stand on two lines: "31 Desember", "2023"."""
    last = line.rsplit(None, 1)[-1].lower().lstrip(_OPENING)
    if last in MONTHS:
        return _YEAR.match(following) is not None
    return last.isdecimal() and _first_word(following) in MONTHS


def _first_word(text: str) -> str:
    found = re.match(r"[^\W\d_]+", text)
    return found.group().lower() if found else ""


def _is_begun(line: Line) -> bool:
    """Whether the article has begun on a line, or a sentence of it."""
    if line.is_closed or line.is_cut or _first_word(line.text) in _OFFICES:
        return True
    return bool(_DATELINE.match(line.text) or _FIRST_DATELINE.match(line.text))
