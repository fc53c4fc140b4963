"""Where the characters of an extracted text stood on the page.

    text, page -> the characters that count -> lines found in the page, one behind the other -> runs

An extractor drops, trims and joins, and says nothing of places. But it invents no words: so each
line is looked for on the page behind the line before, without regard to white space, and where the
page goes on differently (something was left out), the rest of the line is looked for further on.
Every step looks at a bounded stretch of the page, so that the time grows with text and page.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from heapq import merge
from typing import Final, NamedTuple

from uhc_llm.documents.markup import WORD, VisibleText
from uhc_llm.documents.source_map import Run, SourceMap

__all__ = ["align"]

_LINE: Final = re.compile(r"[^\n]++")
# So many characters are looked for at once: enough not to be found by chance.
_KEY: Final = 16
# A shorter line, such as a single cell, is looked for only near by.
_SHORT_KEY: Final = 6
_WINDOW: Final = 4000
_SHORT_WINDOW: Final = 200
_STRIDE: Final = 512


def align(text: str, visible: VisibleText, source: str, *, placed: Sequence[Run] = ()) -> SourceMap:
    """Find the characters of `text` on the page.

    Args:
        text: what was extracted.
        visible: the visible characters of the page.
        source: the page itself.
        placed: stretches of `text`, in order and apart, whose place is known and that are not in
            `visible`.

    Returns:
        A map in which each character of `text` that counts stands for one that is equal to it, but
        for entities, which stand for what they mean.
    """
    counted = _Counted.of(_without(text, placed))
    matches = _Matches(counted, visible)
    found = _joined(_runs(matches, counted, visible), text, source)
    return SourceMap(merge(found, placed))


def _without(text: str, placed: Sequence[Run]) -> str:
    """The text with spaces in place of what need not be looked for."""
    parts: list[str] = []
    position = 0
    for run in placed:
        parts += text[position : run.text_start], " " * run.length
        position = run.text_start + run.length
    return "".join((*parts, text[position:]))


class _Counted(NamedTuple):
    """The characters of the text that count, put together, and where they stood in it.

    Attributes:
        text: the characters.
        starts: where each word begins in `text`, and the length of `text`.
        places: where each stood in the text that was extracted.
        lines: where each line begins and ends in `text`.
    """

    text: str
    starts: "array[int]"
    places: "array[int]"
    lines: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> "_Counted":
        words: list[str] = []
        lines: list[tuple[int, int]] = []
        starts, places = array("q"), array("q")
        length = 0
        for line in _LINE.finditer(text):
            begin = length
            for word in WORD.finditer(text, line.start(), line.end()):
                words.append(word.group())
                starts.append(length)
                places.append(word.start())
                length += len(word.group())
            if length > begin:
                lines.append((begin, length))
        starts.append(length)
        return cls("".join(words), starts, places, tuple(lines))


class _Match(NamedTuple):
    """Equal characters, in the text and on the page."""

    start: int
    place: int
    length: int


class _Matches:
    """The stretches of the text that are found on the page, in the order of the text."""

    def __init__(self, counted: _Counted, visible: VisibleText) -> None:
        self._counted = counted
        self._visible = visible
        self._cursor = 0

    def __iter__(self) -> Iterator[_Match]:
        for begin, end in self._counted.lines:
            yield from self._line(begin, end)

    def _line(self, begin: int, end: int) -> Iterator[_Match]:
        start = begin
        while start < end:
            place = self._find(start, end, far=start == begin)
            if place is None:
                start = self._next_word(start, end)
                continue
            length = self._common(start, end, place)
            if start + length < end:
                length = self._without_chance(place, length)
            yield _Match(start, place, length)
            start += length
            self._cursor = place + length

    def _find(self, start: int, end: int, *, far: bool) -> int | None:
        page = self._visible.text
        key = self._counted.text[start : min(start + _KEY, end)]
        if page.startswith(key, self._cursor):
            return self._cursor
        window = _WINDOW if len(key) >= _SHORT_KEY else _SHORT_WINDOW
        place = page.find(key, self._cursor, self._cursor + window)
        if place >= 0:
            return place
        return self._far(key) if far else None

    def _far(self, key: str) -> int | None:
        """Where a line begins that does not follow near by: behind the cursor, or else anywhere."""
        places = self._line_heads.get(key)
        if not places:
            return None
        following = bisect_left(places, self._cursor)
        return places[following] if following < len(places) else places[0]

    @cached_property
    def _line_heads(self) -> "dict[str, array[int]]":
        """Every place on the page where the first characters of some line of the text stand."""
        text, page = self._counted.text, self._visible.text
        wanted = {text[a : a + _KEY] for a, b in self._counted.lines if b - a >= _KEY}
        heads: dict[str, array[int]] = {}
        for place in range(len(page) - _KEY + 1):
            key = page[place : place + _KEY]
            if key in wanted:
                heads.setdefault(key, array("q")).append(place)
        return heads

    def _common(self, start: int, end: int, place: int) -> int:
        """How many characters from `start` on are the same as those from `place` on."""
        text, page = self._counted.text, self._visible.text
        limit = min(end - start, len(page) - place)
        length = 0
        while length < limit:
            size = min(_STRIDE, limit - length)
            ours, theirs = start + length, place + length
            if text[ours : ours + size] != page[theirs : theirs + size]:
                pairs = zip(text[ours : ours + size], page[theirs : theirs + size], strict=True)
                return length + next(i for i, (one, other) in enumerate(pairs) if one != other)
            length += size
        return length

    def _without_chance(self, place: int, length: int) -> int:
        """Leave out the few characters that a stretch between two tags begins with by chance.

        "98,5 <i>Baca juga</i> Bupati" without the link: the B belongs to the Bupati.
        """
        end = place + length
        nodes = self._visible.nodes
        node = nodes[bisect_right(nodes, end - 1) - 1]
        by_chance = end - node
        return length - by_chance if by_chance < min(_KEY // 2, length) else length

    def _next_word(self, start: int, end: int) -> int:
        starts = self._counted.starts
        return min(starts[bisect_right(starts, start)], end)


def _runs(matches: Iterable[_Match], counted: _Counted, visible: VisibleText) -> Iterator[Run]:
    """The matches, cut where white space stands in the text or on the page, and at entities."""
    words, pieces = counted.starts, visible.starts
    for match in matches:
        start, shift = match.start, match.place - match.start
        word = bisect_right(words, start) - 1
        piece = bisect_right(pieces, start + shift) - 1
        while start < match.start + match.length:
            piece_start, piece_end = pieces[piece], pieces[piece + 1]
            source, source_length = visible.sources[piece], visible.source_lengths[piece]
            place = counted.places[word] + start - words[word]
            if source_length == piece_end - piece_start:
                end = min(words[word + 1], piece_end - shift, match.start + match.length)
                yield Run(place, source + start + shift - piece_start, end - start, end - start)
            else:
                end = start + 1
                yield Run(place, source, 1, source_length)
            start = end
            word += start == words[word + 1]
            piece += start + shift == piece_end


def _joined(runs: Iterator[Run], text: str, source: str) -> Iterator[Run]:
    """Put runs together that follow each other in text and page, and give white space its place."""
    last: Run | None = None
    for run in runs:
        if last is None:
            last = run
            continue
        spaced = _with_space(last, run, text, source)
        if _is_literal(spaced) and _is_literal(run) and _follows(spaced, run):
            length = spaced.length + run.length
            last = Run(spaced.text_start, spaced.source_start, length, length)
        else:
            yield spaced
            last = run
    if last is not None:
        yield last


def _with_space(run: Run, following: Run, text: str, source: str) -> Run:
    """The run with the one space behind it, when the page has white space there too."""
    behind, place = run.text_start + run.length, run.source_start + run.length
    is_spaced = (
        _is_literal(run)
        and following.text_start == behind + 1
        and text[behind].isspace()
        and place < len(source)
        and source[place].isspace()
    )
    if not is_spaced:
        return run
    return Run(run.text_start, run.source_start, run.length + 1, run.length + 1)


def _is_literal(run: Run) -> bool:
    return run.length == run.source_length


def _follows(run: Run, following: Run) -> bool:
    return (
        run.text_start + run.length == following.text_start
        and run.source_start + run.length == following.source_start
    )
