"""What stands on page after page and is not the text: running heads, running feet, page numbers.

They would come in the middle of a sentence that goes on over the page. The first of several is
kept: the head of the first page where it is, all others at the end of the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from uhc_llm.documents.pdf.lines import Piece, Row, rows

__all__ = ["Sheet", "without_furniture"]

_MARGIN: Final = 0.12
_ROWS: Final = 3
_NEAR: Final = 8.0
_GAP: Final = 0.6

_PAGE_NUMBER: Final = re.compile(
    r"(?:hal(?:aman|\.)?|page|p\.)?[\s\-–—|]{0,5}(\d{1,4})(?:\s?(?:dari|of|/)\s?\d{1,4})?[\s\-–—|]{0,5}",
    re.IGNORECASE,
)
# A browser prints the day of printing above a page: it is not the article's.
_STAMP: Final = re.compile(r"\d{1,2}[/.]\d{1,2}[/.](?:\d\d){1,2},?\s?\d{1,2}[:.]\d\d\b")
_DIGITS: Final = re.compile(r"\d+")


class Sheet(NamedTuple):
    """A page's pieces, and how high the page is."""

    pieces: Sequence[Piece]
    height: float


class _Edge(NamedTuple):
    """A row near the top or the bottom of a page."""

    page: int
    row: Row


def without_furniture(sheets: Sequence[Sheet]) -> tuple[list[list[Piece]], list[tuple[int, Row]]]:
    """The pieces of each page without what is no text, and what of that is kept, page by page.

    Returns:
        The pieces that are left of each page; rows with the place of their page among `sheets`.
    """
    edges = [edge for page, sheet in enumerate(sheets) for edge in _edges(page, sheet)]
    numbers = [edge for edge in edges if _is_page_number(edge, len(sheets))]
    kept = [edge for edge in edges if _STAMP.match(edge.row.text)]
    gone = {(edge.page, piece) for edge in (*numbers, *kept) for piece in edge.row.pieces}
    groups: dict[tuple[str, bool], list[_Edge]] = defaultdict(list)
    for edge in edges:
        is_top = edge.row.bottom < sheets[edge.page].height / 2
        groups[_DIGITS.sub("#", edge.row.text), is_top].append(edge)
    for (_, is_top), group in groups.items():
        if group[0] in numbers or group[0] in kept or not _repeats(group):
            continue
        is_head = is_top and group[0].page == 0
        gone.update((e.page, p) for e in group[is_head:] for p in e.row.pieces)
        kept.extend(group[:1][is_head:])
    left = [
        [piece for piece in sheet.pieces if (page, piece) not in gone]
        for page, sheet in enumerate(sheets)
    ]
    return left, [(edge.page, edge.row) for edge in sorted(kept, key=lambda e: e.page)]


def _edges(page: int, sheet: Sheet) -> Iterator[_Edge]:
    """The rows near the top and the bottom that white space parts from the text."""
    found = rows(sheet.pieces)
    margin = _MARGIN * sheet.height
    head = [row for row in found[:_ROWS] if row.bottom < margin]
    foot = [row for row in found[::-1][:_ROWS] if row.top > sheet.height - margin]
    below = found[len(head)] if len(head) < len(found) else None
    above = found[-len(foot) - 1] if len(foot) < len(found) else None
    yield from (_Edge(page, row) for row in _parted(head, below))
    yield from (_Edge(page, row) for row in _parted(foot, above))


def _parted(outer: list[Row], inner: Row | None) -> list[Row]:
    """Of rows from the edge inwards those up to the last gap that is as high as a line."""
    while outer:
        if inner is None or _gap(outer[-1], inner) > _GAP * outer[-1].height:
            return outer
        inner = outer.pop()
    return []


def _gap(a: Row, b: Row) -> float:
    return max(a.top, b.top) - min(a.bottom, b.bottom)


def _is_page_number(edge: _Edge, pages: int) -> bool:
    """Whether a row is the number of its page: alone, and of its place in the file or near it."""
    if len(edge.row.pieces) > 1:
        return False
    said = _PAGE_NUMBER.fullmatch(edge.row.text)
    return said is not None and (pages > 1 or not edge.row.text.isdigit())


def _repeats(group: Sequence[_Edge]) -> bool:
    """Whether the same stands at the same height of several pages; but for the page's number."""
    if len({edge.page for edge in group}) < 2:  # noqa: PLR2004 (it repeats)
        return False
    tops = [edge.row.top for edge in group]
    if max(tops) - min(tops) > _NEAR:
        return False
    numerals = [[int(digits[:9]) for digits in _DIGITS.findall(e.row.text)] for e in group]
    return all(
        len(set(column)) == 1
        or len({number - edge.page for number, edge in zip(column, group, strict=True)}) == 1
        for column in zip(*numerals, strict=True)
    )
