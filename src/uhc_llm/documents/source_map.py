"""Where each character of a text stood in the input that it was read from.

A map holds runs, not characters: one run for a whole plain text, one for each stretch of a page
where something was dropped in between.
"""

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, NamedTuple

__all__ = ["NOWHERE", "UNCHANGED", "Run", "SourceMap"]


class Run(NamedTuple):
    """A stretch of text, and the stretch of the input that it stands for.

    Both are equally long, character for character; or else the whole text of the run stands for
    the whole source, as "&" does for "&amp;".
    """

    text_start: int
    source_start: int
    length: int
    source_length: int


class SourceMap:
    """The runs of a text, in order and apart.

    Where a text came from is no part of what it says, so all maps are equal: documents compare by
    their fields.
    """

    __slots__ = ("_lengths", "_source_lengths", "_sources", "_starts")

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        # A tuple a run would take ten times the memory; hostile inputs have millions of runs.
        self._starts, self._sources = array("q"), array("q")
        self._lengths, self._source_lengths = array("q"), array("q")
        for run in runs:
            self._starts.append(run.text_start)
            self._sources.append(run.source_start)
            self._lengths.append(run.length)
            self._source_lengths.append(run.source_length)

    def offset(self, position: int) -> int | None:
        """Offset in the input of one character, or None when it was not there."""
        found = self._source_of(position)
        return found[0] if found else None

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The stretch of the input from the first character of `start` to `end` to the last.

        Returns:
            Half-open offsets, or None when not one of the characters was in the input, or when the
            input has them in another order.
        """
        first = next(filter(None, map(self._source_of, self._near(start, end))), None)
        last = next(filter(None, map(self._source_of, self._near(end - 1, start - 1))), None)
        if first is None or last is None or last[1] <= first[0]:
            return None
        return first[0], last[1]

    def _source_of(self, position: int) -> tuple[int, int] | None:
        place = bisect_right(self._starts, position) - 1
        if place < 0:
            return None
        within = position - self._starts[place]
        if within >= self._lengths[place]:
            return None
        source = self._sources[place]
        if self._lengths[place] == self._source_lengths[place]:
            return source + within, source + within + 1
        return source, source + self._source_lengths[place]

    def _near(self, position: int, limit: int) -> Iterable[int]:
        """`position`, and the nearest that has a source on the way to `limit`."""
        yield position
        place = bisect_right(self._starts, position)
        if position < limit and place < len(self._starts) and self._starts[place] < limit:
            yield self._starts[place]
        elif position > limit and place:
            nearest = self._starts[place - 1] + self._lengths[place - 1] - 1
            if limit < nearest < position:
                yield nearest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SourceMap) or NotImplemented

    def __hash__(self) -> int:
        return hash(SourceMap)


UNCHANGED: Final = SourceMap([Run(0, 0, sys.maxsize, sys.maxsize)])
"""The map of a text that is its own input, however long."""

NOWHERE: Final = SourceMap()
"""The map of a text whose input is no text, such as a PDF."""
