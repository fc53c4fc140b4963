"""Edits: what of a text is read as something else, and where each character then stood."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple, Self

__all__ = ["Edit", "Places", "edited"]


class Edit(NamedTuple):
    """The stretch `start` to `end` is read as `text`; as nothing where that is empty."""

    start: int
    end: int
    text: str


class Places:
    """Where each character of an edited text stood in the text before.

    Args:
        starts: of each character the offset where what it stands for begins.
        ends: of each the offset behind it; a character that an edit put in stands for all that the
            edit took out.
        length: of the text before.
    """

    __slots__ = ("_ends", "_length", "_starts")

    def __init__(self, starts: "array[int]", ends: "array[int]", length: int) -> None:
        self._starts, self._ends, self._length = starts, ends, length

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `start` to `end` of the edited text stood before, all in between included.

        An empty span stands where its first character would.
        """
        if start == end:
            place = self._starts[start] if start < len(self._starts) else self._length
            return place, place
        return self._starts[start], max(self._ends[end - 1], self._ends[start])

    def edited_span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the edited text that `start` to `end` of the text before has become."""
        first = bisect_right(self._ends, start)
        return first, max(first, bisect_left(self._starts, end))

    def behind(self, former: Self) -> Self:
        """The places in the text before the edits of `former`, which were made first."""
        starts = array("q", map(former._starts.__getitem__, self._starts))
        ends = array("q", (former._ends[end - 1] for end in self._ends))
        return type(self)(starts, ends, former._length)


def edited(text: str, edits: Sequence[Edit]) -> tuple[str, Places]:
    """The text as it is read.

    >>> edited("95,\u200b28 persen", [Edit(3, 4, "")])[0]
    '95,28 persen'

    Args:
        text: the text.
        edits: in order and apart; none of them empty on both sides.
    """
    pieces: list[str] = []
    starts, ends = array("q"), array("q")
    place = 0
    for start, end, read_as in edits:
        pieces += (text[place:start], read_as)
        starts.extend(range(place, start))
        ends.extend(range(place + 1, start + 1))
        starts.extend([start] * len(read_as))
        ends.extend([end] * len(read_as))
        place = end
    pieces.append(text[place:])
    starts.extend(range(place, len(text)))
    ends.extend(range(place + 1, len(text) + 1))
    return "".join(pieces), Places(starts, ends, len(text))
