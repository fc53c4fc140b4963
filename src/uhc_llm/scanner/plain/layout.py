"""The lines of a text, and the right margin at which a program broke them."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise, takewhile
from typing import Final, NamedTuple

from uhc_llm.scanner.plain.line_words import LINE_WORDS

__all__ = ["Layout", "Line", "Margin", "is_title", "read_layout"]

_LINE: Final = re.compile(r"([^\S\n]*+)(\S[^\n]*+)")
_ENDS_SENTENCE: Final = re.compile(r"(?<![.!?…:;])[.!?…:;]{1,4}[\"”’')\]]{0,3}\Z")
_STOP: Final = re.compile(r"[.!?][\"”’')\]]{0,3}(?=\s|\Z)")
# Behind a word of some length, as "dr. Budi" and "S.H. Ahmad" end no sentence.
_NEXT_SENTENCE: Final = re.compile(r"[^\W_]{4}[\"”)]{0,2}[.!?][\"”)]{0,2} [\"“(]{0,2}[A-Z]")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_JOINING: Final = frozenset(LINE_WORDS["open_ends"])
_SMALL: Final = 0.1
_DIGIT: Final = re.compile(r"\d")
_LONGEST: Final = 140
_NARROWEST: Final = 30
_FEWEST: Final = 2
_TAB: Final = 4
# Of the lines that go on with a small letter, so many must end at the margin.
_MOSTLY: Final = 0.75
_NEARLY_ALL: Final = 0.95
# A line as long as that, which ends no sentence, is rarely one of its own.
_LONG: Final = 50
# Letters of a printed page are of different widths: its margin lies within so much of the line.
_RAGGED: Final = 0.15
_FEWEST_RAGGED: Final = 4
_MOSTLY_RAGGED: Final = 0.9
_LINES_OF_LIST: Final = 3


class Line(NamedTuple):
    """A line that is not empty.

    Attributes:
        number: of the line in the text, from 0.
        start: where it begins, behind its indentation.
        end: where it ends, before the white space at its end.
        indent: the width of its indentation.
        text: what stands between.
    """

    number: int
    start: int
    end: int
    indent: int
    text: str

    @property
    def width(self) -> int:
        """How far it reaches to the right."""
        return self.indent + len(self.text)

    @property
    def is_cut(self) -> bool:
        """Whether it ends within its second sentence, or a later one."""
        return not self.is_closed and _NEXT_SENTENCE.search(self.text) is not None

    @property
    def stops(self) -> int:
        """How many sentences end within it."""
        return len(_NEXT_SENTENCE.findall(self.text))

    @property
    def is_closed(self) -> bool:
        """Whether it ends as a sentence, or what introduces something, does."""
        return _ENDS_SENTENCE.search(self.text, max(0, len(self.text) - 8)) is not None


class Margin(NamedTuple):
    """How far lines reach; a next word that would have fitted shows that a line end was meant.

    Attributes:
        least: the narrowest that the page can be.
        most: the widest.
        is_ragged: whether letters are of different widths, so that lines of one page end at
            different characters.
    """

    least: int
    most: int
    is_ragged: bool = False

    def is_reached(self, line: Line, following: Line) -> bool:
        """Whether the next line's first word would not have fitted behind a line."""
        return line.width <= self.most and _needed(line, following) > self.least


class Layout(NamedTuple):
    """The lines of a text.

    Attributes:
        lines: those that are not empty.
        margin: where they were broken; None where they were not.
        lists: the indexes of the lines of blocks that are no sentences but rows of figures.
    """

    lines: tuple[Line, ...]
    margin: Margin | None
    lists: frozenset[int]


def read_layout(text: str) -> Layout:
    """The lines of `text`, and the margin that most of those keep which break a sentence."""
    lines = tuple(_lines(text))
    lists = frozenset(_lists(lines))
    return Layout(lines, _margin(lines, lists), lists)


def is_title(text: str) -> bool:
    """Whether each of the words begins with a capital, but for those that join others."""
    words = [word for word in _WORD.findall(text) if word not in _JOINING]
    return bool(words) and sum(not word[0].isupper() for word in words) <= len(words) * _SMALL


def _lines(text: str) -> Iterator[Line]:
    number = place = 0
    for found in _LINE.finditer(text):
        number += text.count("\n", place, found.start())
        place = found.start()
        words = found[2].rstrip()
        start = found.start(2)
        indent = len(found[1]) + (_TAB - 1) * found[1].count("\t")
        yield Line(number, start, start + len(words), indent, words)


def _lists(lines: Sequence[Line]) -> Iterator[int]:
    """The lines of each block in which every line has a figure and none ends a sentence."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and lines[end].number == lines[end - 1].number + 1:
            continue
        block = lines[start:end]
        if len(block) >= _LINES_OF_LIST and all(map(_is_of_list, block)):
            yield from range(start, end)
        start = end


def _is_of_list(line: Line) -> bool:
    return bool(_DIGIT.search(line.text)) and not _STOP.search(line.text)


def _needed(line: Line, following: Line) -> int:
    """The width that a line would have had with the next one's first word."""
    word = following.text.split(None, 1)[0]
    return line.width + len(word) + (not line.text.endswith("-"))


def _margin(lines: Sequence[Line], lists: frozenset[int]) -> Margin | None:
    broken = [
        (line.width, _needed(line, following))
        for index, (line, following) in enumerate(pairwise(lines))
        if following.number == line.number + 1
        and index not in lists
        and line.width <= _LONGEST
        and not line.is_closed
        and (following.text[0].islower() or (line.width >= _LONG and not is_title(line.text)))
    ]
    if len(broken) < _FEWEST:
        return None
    # At each width: how many lines end there or before, but could not have taken the next word.
    changes = [0] * (_LONGEST + 2)
    for width, needed in broken:
        changes[width] += 1
        changes[min(needed, _LONGEST + 1)] -= 1
    reached = list(accumulate(changes))
    most = max(reached)
    width = reached.index(most)
    if width < _NARROWEST:
        return None
    if most < max(_FEWEST, _NEARLY_ALL * len(broken)) and (margin := _ragged(broken)):
        return margin
    if most < max(_FEWEST, _MOSTLY * len(broken)):
        return None
    as_good = takewhile(lambda count: count == most, reached[width:])
    return Margin(width, width + sum(1 for _ in as_good) - 1)


def _ragged(broken: Sequence[tuple[int, int]]) -> Margin | None:
    if len(broken) < _FEWEST_RAGGED:
        return None
    width = sorted(width for width, _ in broken)[len(broken) * 9 // 10]
    slack = round(width * _RAGGED)
    reached = sum(needed > width - slack and other <= width + slack for other, needed in broken)
    is_kept = width >= _NARROWEST and reached >= _MOSTLY_RAGGED * len(broken)
    return Margin(width - slack, width + slack, is_ragged=True) if is_kept else None
