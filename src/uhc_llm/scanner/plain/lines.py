"""Lines that a program broke, in a saved page or a mail, put together again.

    lines -> the margin where they were broken      -> which line ends were meant => edits
          -> phrases that cannot end where they do  ->

A line end that was meant stays: that of a heading, an item, a row, a verse, a signature.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from uhc_llm.scanner.aside_cues import CUES, FIRST_WORD
from uhc_llm.scanner.plain.edits import Edit
from uhc_llm.scanner.plain.hyphens import LINE_WORDS, Hyphens
from uhc_llm.scanner.plain.layout import Layout, Line, read_layout
from uhc_llm.scanner.quantities.words import SCALES, UNIT_OF_NOUN

__all__ = ["line_edits"]

_OPEN_ENDS: Final = frozenset(LINE_WORDS["open_ends"])
_BEFORE_NAMES: Final = frozenset(LINE_WORDS["before_names"])
_PLACES: Final = frozenset(LINE_WORDS["places"])
_NAMES: Final = frozenset(map(tuple, LINE_WORDS["names"]))

_LONG: Final = 40
_SHORT: Final = 20
_HYPHEN: Final = re.compile(r"[^\W_]-\Z")
_SLASH: Final = re.compile(r"[^\W_]/\Z")
_DASH: Final = re.compile(r"\d[-–—]\Z")
_ITEM: Final = re.compile(r"(?:([-–—•*·▪◦●○➢✓+])|\(?(?:(\d{1,2})|[a-h])[.)])\s{1,8}\S")
_GAP: Final = re.compile(r"\S( {2,})(?=\S)")
_NO_LINE_OF_TEXT: Final = re.compile(r"[\W_]++\Z|https?://|www\.|[@#]\w|[\w.+-]{1,60}@\w")
_KEY: Final = re.compile(r"\w+(?: \w+){0,3} ?: ")
# "BLORA - ", "KOTA BATU (14/2/2022) – ", "Blora, Kompas.com - ".
_DATELINE: Final = re.compile(
    r"[A-Z][A-Z'. ]{2,40}(?:,? ?\([^()\n]{2,40}\)|, ?[^\n–—-]{2,40})?,? ?[-–—]{1,2}(?!\w)"
)
_FIRST_DATELINE: Final = re.compile(
    r"[A-Z]\w+(?: [A-Z]\w+){0,2}(?:,? ?\([^()\n]{2,40}\)|, ?[^\n–—-]{2,40})?,? ?[-–—]{1,2}\s"
)
_LAST_WORDS: Final = re.compile(r"(?:(\S+)[ \t]+)?(\S+)\Z")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_HEADLINE: Final = 0.7
_LINES_OF_HEADLINE: Final = 3
_WORDS_OF_HEADLINE: Final = 3
_GOES_ON: Final = frozenset(",-–—%)\"”’'")
_OPENING: Final = "\"“‘'(["
_OTHER_FORMS: Final = frozenset({"picture", "byline"})


def line_edits(text: str) -> list[Edit]:
    r"""Which line ends of `text` a program put there, and what is read instead.

    >>> line_edits("Cakupan di Kabupaten\nKudus mencapai 98,44 persen.")
    [Edit(start=20, end=21, text=' ')]

    Args:
        text: any text, with lines that end in a line feed.

    Returns:
        Edits in order and apart; none for a text whose line ends were all meant.
    """
    if "\n" not in text.strip():
        return []
    layout = read_layout(text)
    return list(_Joining(text, layout).edits())


class _Joining:
    """Asks of every line whether the next one belongs to it."""

    def __init__(self, text: str, layout: Layout) -> None:
        self._text, self._layout, self._lines = text, layout, layout.lines
        self._hyphens = Hyphens(text)
        self._is_prose = self._ends_of_prose()
        self._joined = False
        self._numbers: set[int] = set()
        self._first_of_block = 0

    def edits(self) -> Iterator[Edit]:
        for index, (line, following) in enumerate(pairwise(self._lines)):
            is_next = following.number == line.number + 1
            self._joined = is_next and self._goes_on(index, line, following)
            if self._joined:
                yield self._edit(line, following)
            if not is_next:
                self._first_of_block = index + 1
                self._numbers.clear()

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
        if self._is_set_off(index, line, following, is_full=is_full):
            return False
        if _HYPHEN.search(line.text) and following.text[0].isalnum():
            return True
        if is_full and index not in self._layout.lists:
            return True
        return self._breaks_phrase(index, line, following)

    # --- line ends that were meant ---

    def _is_set_off(self, index: int, line: Line, following: Line, *, is_full: bool) -> bool:
        is_open = is_full and not line.is_closed
        return (
            self._is_item(following, is_open=is_open)
            or self._is_row(index)
            or self._is_row(index + 1)
            or _NO_LINE_OF_TEXT.match(following.text) is not None
            or _NO_LINE_OF_TEXT.match(line.text) is not None
            or _is_aside(following.text)
            or self._begins_paragraph(line, following)
            or (line.text[-1] == ":" and not (is_full and following.text[0].islower()))
            or self._is_headline(index, following)
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
        return not (is_open and found[1] in {*"-–—"} and self._is_only(line, found[1]))

    def _is_only(self, line: Line, mark: str) -> bool:
        return self._text.count(f"\n{mark} ") == 1 and not self._text.startswith(f"{mark} ")

    def _is_row(self, index: int) -> bool:
        line = self._lines[index].text
        if "\t" in line or " | " in line:
            return True
        gaps = [(found.start(1), found.end(1)) for found in _GAP.finditer(line)]
        if not gaps:
            return False
        near = [i for i in (index - 1, index + 1) if 0 <= i < len(self._lines)]
        return any(self._are_columns(index, gaps, other) for other in near)

    def _are_columns(self, index: int, gaps: Sequence[tuple[int, int]], other: int) -> bool:
        """Whether the cells of two lines begin, or end, at the same places."""
        shift = self._lines[other].indent - self._lines[index].indent
        others = [
            (found.start(1) + shift, found.end(1) + shift)
            for found in _GAP.finditer(self._lines[other].text)
        ]
        starts, ends = {start for start, _ in others}, {end for _, end in others}
        return bool(others) and all(start in starts or end in ends for start, end in gaps)

    def _begins_paragraph(self, line: Line, following: Line) -> bool:
        """Whether the next line is indented, and not as the rest of an item is."""
        deeper = following.indent - line.indent
        if deeper <= 1:
            return False
        return not _ITEM.match(line.text) and not self._joined

    def _is_headline(self, index: int, following: Line) -> bool:
        """Whether the lines up to here are a headline above an article or a part of one."""
        if _DATELINE.match(following.text):
            return True
        first = self._first_of_block
        if index - first >= _LINES_OF_HEADLINE:
            return False
        lines = self._lines[first : index + 1]
        if any(line.is_closed for line in lines):
            return False
        if not following.text.lstrip(_OPENING)[:1].isupper():
            return False
        share = _capitals(" ".join(line.text for line in lines))
        if share < _HEADLINE:
            return False
        return bool(_FIRST_DATELINE.match(following.text)) or _capitals(following.text) < share / 2

    # --- line ends within a phrase ---

    def _breaks_phrase(self, index: int, line: Line, following: Line) -> bool:
        if line.is_closed and not line.text.endswith("."):
            return False
        begins = following.text.lstrip(_OPENING)[:1]
        first = _first_word(following.text)
        if line.text[-1].isdigit() and (first in UNIT_OF_NOUN or first in SCALES or begins == "%"):
            return True
        if self._ends_open(line, following.text[0], first):
            return True
        if line.text[-1] == "," and not begins.islower():
            return begins.isalnum() and len(line.text) >= (_SHORT if begins.isdigit() else _LONG)
        if not begins.islower() or _KEY.match(following.text):
            return False
        is_open = line.text[-1].isalnum() or line.text[-1] in _GOES_ON
        begins_sentence = self._joined or not line.text[0].islower()
        is_long = max(len(line.text), len(following.text)) >= _LONG
        return is_open and begins_sentence and (is_long or self._is_prose[index])

    def _ends_open(self, line: Line, begins: str, first: str) -> bool:
        found = _LAST_WORDS.search(line.text, max(0, len(line.text) - 80))
        if found is None or not found[1]:
            return False
        before, last = found[1].lower(), found[2].lower()
        if last in _OPEN_ENDS and (begins.isalnum() or begins in _OPENING):
            return len(line.text) >= _SHORT or last in _PLACES
        if (last, first) in _NAMES:
            return True
        if last not in _BEFORE_NAMES or not begins.isupper():
            return False
        return before in _PLACES or len(line.text) >= _LONG


def _first_word(text: str) -> str:
    found = re.match(r"[^\W\d_]+", text)
    return found.group().lower() if found else ""


def _capitals(text: str) -> float:
    """The share of the words that begin with a capital, without the shortest ones."""
    words = _WORD.findall(text)
    if len(words) < _WORDS_OF_HEADLINE:
        return 0.0
    return sum(word[0].isupper() for word in words) / len(words)


def _is_aside(line: str) -> bool:
    """Whether a line begins as a link to another article, a caption or a footer does."""
    folded = line.lower()
    found = FIRST_WORD.match(folded)
    if found is None:
        return False
    return any(
        cue.form not in _OTHER_FORMS and cue.pattern.match(folded, found.start(1))
        for cue in CUES.get(found[1], ())
    )
