"""Where each character of a text stands on the pages that it was read from.

A map holds one run a line, or a cell of a line: its page, its height, and where its characters
begin and end. Places are whole tenths of a point, which no eye tells apart.
"""

import json
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

if TYPE_CHECKING:
    from uhc_llm.schemas import Box

__all__ = ["PageMap", "PageRun", "unpacked"]

_TENTH: Final = 10
_MOST_UNPACKED: Final = 1 << 27


class PageRun(NamedTuple):
    """A stretch of the text that stands on one line of a page.

    Attributes:
        start: offset of its first character in the text.
        page: from 1.
        top: tenths of a point from the page's top.
        bottom: the same.
        edges: where each character begins, and the last one ends; tenths from the page's left.
    """

    start: int
    page: int
    top: int
    bottom: int
    edges: tuple[int, ...]

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.edges) - 1


class PageMap:
    """The pages of a text, and where its characters stand on them.

    Where a text came from is no part of what it says, so all maps are equal: documents compare by
    their fields.

    Args:
        sizes: width and height of each page, in tenths of a point.
        runs: in the order of the text, and apart.
        digest: sha256 of the file, by which it is known again.

    Attributes:
        digest: the same.
        path: where the file is, as far as this process knows.
    """

    __slots__ = ("_runs", "_sizes", "_starts", "digest", "path")

    def __init__(
        self, sizes: Iterable[tuple[int, int]], runs: Iterable[PageRun], *, digest: str = ""
    ) -> None:
        self._sizes = tuple(sizes)
        self._runs = tuple(runs)
        self._starts = [run.start for run in self._runs]
        self.digest = digest
        self.path: str | None = None

    def boxes(self, start: int, end: int) -> "tuple[Box, ...]":
        """What is printed of `text[start:end]`, a box for each line of it, in order."""
        from uhc_llm.schemas import Box

        found = []
        for run in self._near(start, end):
            first, last = max(start, run.start), min(end, run.end)
            # White space that nobody printed has a place in the text and none on the page.
            if first >= last or run.edges[first - run.start] >= run.edges[last - run.start]:
                continue
            width, height = self._sizes[run.page - 1]
            left, right = run.edges[first - run.start], run.edges[last - run.start]
            places = (left, run.top, right, run.bottom, width, height)
            x0, y0, x1, y1, page_width, page_height = (place / _TENTH for place in places)
            found.append(
                Box(
                    page=run.page,
                    x0=x0,
                    y0=y0,
                    x1=x1,
                    y1=y1,
                    page_width=page_width,
                    page_height=page_height,
                )
            )
        return tuple(found)

    def packed(self) -> bytes:
        """The map in few bytes, for a column of a table."""
        named = {
            "digest": self.digest,
            "sizes": self._sizes,
            # Differences are small numbers, most of them alike.
            "runs": [(*run[:4], *_steps(run.edges)) for run in self._runs],
        }
        return zlib.compress(json.dumps(named, separators=(",", ":")).encode(), 6)

    @classmethod
    def of_json(cls, named: Any) -> Self:  # noqa: ANN401 (JSON)
        """The map out of its parts, as `packed` writes them."""
        runs = (
            PageRun(start, page, top, bottom, tuple(_sums(steps)))
            for start, page, top, bottom, *steps in named["runs"]
        )
        return cls(((w, h) for w, h in named["sizes"]), runs, digest=named.get("digest", ""))

    def _near(self, start: int, end: int) -> Iterator[PageRun]:
        place = max(0, bisect_right(self._starts, start) - 1)
        while place < len(self._runs) and self._runs[place].start < end:
            yield self._runs[place]
            place += 1

    def __bool__(self) -> bool:
        return bool(self._runs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PageMap) or NotImplemented

    def __hash__(self) -> int:
        return hash(PageMap)


def unpacked(packed: bytes | None) -> PageMap | None:
    """The map that `PageMap.packed` made; None of None."""
    if packed is None:
        return None
    return PageMap.of_json(json.loads(zlib.decompressobj().decompress(packed, _MOST_UNPACKED)))


def _steps(edges: Sequence[int]) -> Iterator[int]:
    before = 0
    for edge in edges:
        yield edge - before
        before = edge


def _sums(steps: Iterable[int]) -> Iterator[int]:
    edge = 0
    for step in steps:
        edge += step
        yield edge
