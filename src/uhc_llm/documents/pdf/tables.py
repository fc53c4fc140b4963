"""Tables on a page: those in ruled lines, and those that only white space shows.

rules -> grids -> the pieces in their cells -> rows
rows of a band, cut at its gutters -> short cells, numbers among them? -> rows
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from uhc_llm.documents.pdf.glyphs import Rule
from uhc_llm.documents.pdf.lines import Piece, Row, rows

__all__ = ["Cells", "Grid", "grids", "is_table", "ruled_rows", "spaced_rows"]

Cells = tuple[tuple[Piece, ...], ...]
"""A row of a table: for each cell that is not empty its pieces, in order."""

_NEAR: Final = 3.0

_NUMBER: Final = re.compile(r"(?:Rp\.?\s?)?[-+]?\d[\d.,]*+(?:\s?(?:%|persen|jiwa|orang))?|[-–]")
_SHORT_CELL: Final = 4.0
_SHORT_CELL_OF_MANY: Final = 3.0
_MANY_COLUMNS: Final = 3
_NUMBERS: Final = 0.5
_WRAPPED: Final = 0.75


class Grid(NamedTuple):
    """A table in ruled lines.

    Attributes:
        left: of its outermost rule.
        top: the same.
        right: the same.
        bottom: the same.
        across: where its rows end, from the top.
        upright: its upright rules.
    """

    left: float
    top: float
    right: float
    bottom: float
    across: tuple[float, ...]
    upright: tuple[Rule, ...]

    def holds(self, piece: Piece) -> bool:
        """Whether a piece stands in it."""
        middle = (piece.top + piece.bottom) / 2
        centre = (piece.left + piece.right) / 2
        return self.left <= centre <= self.right and self.top <= middle <= self.bottom


def grids(rules: Sequence[Rule]) -> list[Grid]:
    """The tables that rules draw: they touch each other and part at least two columns."""
    return [grid for group in _touching(rules) if (grid := _grid(group)) is not None]


def _touching(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Groups of rules that hang together, found by spreading from one to those that it meets."""
    waiting = list(rules)
    while waiting:
        group, fringe = [], [waiting.pop()]
        while fringe:
            rule = fringe.pop()
            group.append(rule)
            near = [other for other in waiting if _meet(rule, other)]
            if near:
                waiting = [other for other in waiting if not _meet(rule, other)]
                fringe.extend(near)
        yield group


def _meet(a: Rule, b: Rule) -> bool:
    return (
        a.left - _NEAR <= b.right
        and b.left - _NEAR <= a.right
        and a.top - _NEAR <= b.bottom
        and b.top - _NEAR <= a.bottom
    )


def _grid(group: Sequence[Rule]) -> Grid | None:
    upright = [rule for rule in group if rule.is_upright]
    level = [rule for rule in group if not rule.is_upright]
    columns = _distinct(rule.left for rule in upright)
    across = _distinct(rule.top for rule in level)
    if len(columns) < _MANY_COLUMNS or len(across) < 2:  # noqa: PLR2004 (an edge on each side)
        return None
    return Grid(
        min(rule.left for rule in group),
        min(rule.top for rule in group),
        max(rule.right for rule in group),
        max(rule.bottom for rule in group),
        tuple(across),
        tuple(upright),
    )


def _distinct(places: Iterable[float]) -> list[float]:
    apart: list[float] = []
    for place in sorted(places):
        if not apart or place - apart[-1] > _NEAR:
            apart.append(place)
    return apart


def ruled_rows(grid: Grid, found: Sequence[Piece]) -> list[Cells]:
    """The rows of a table in ruled lines."""
    strips: dict[int, list[Piece]] = {}
    for piece in found:
        middle = (piece.top + piece.bottom) / 2
        strips.setdefault(sum(edge <= middle for edge in grid.across), []).append(piece)
    made: list[Cells] = []
    for _, strip in sorted(strips.items()):
        lines = rows(strip)
        # Several lines between two rules are a cell that goes on, or rows that no rule parts.
        columns = [_columns(grid, line) for line in lines]
        if _has_rows(columns):
            made.extend(tuple((p,) for p in line.pieces) for line in lines)
            continue
        cells: dict[int, list[Piece]] = {}
        for named in columns:
            for column, piece in named:
                cells.setdefault(column, []).append(piece)
        made.append(tuple(tuple(cell) for _, cell in sorted(cells.items())))
    return made


def _columns(grid: Grid, line: Row) -> list[tuple[int, Piece]]:
    return [(_column(grid, piece), piece) for piece in line.pieces]


def _column(grid: Grid, piece: Piece) -> int:
    middle, centre = (piece.top + piece.bottom) / 2, (piece.left + piece.right) / 2
    edges = _distinct(r.left for r in grid.upright if r.top <= middle <= r.bottom)
    return sum(edge <= centre for edge in edges)


def _has_rows(lines: Sequence[Sequence[tuple[int, Piece]]]) -> bool:
    """Whether lines between the same two rules are rows: a column has a number in several."""
    counts: dict[int, int] = {}
    for line in lines:
        for column, piece in line:
            if _NUMBER.fullmatch(piece.text):
                counts[column] = counts.get(column, 0) + 1
    return any(count > 1 for count in counts.values())


# --- by white space -------------------------------------------------------------------------------


def is_table(columns: Sequence[Sequence[Row]], band: Sequence[Row]) -> bool:
    """Whether what stands side by side is a table, not text in columns.

    Args:
        columns: the same pieces as in `band`, column by column.
        band: rows, from the top.
    """
    together = [row for row in band if len(row.pieces) > 1]
    if len(together) < 2 or len(together) * 2 < len(band):  # noqa: PLR2004
        return False
    texts = [[row.text for row in column] for column in columns]
    cells = [text for column in texts for text in column]
    words = sum(len(text.split()) for text in cells) / len(cells)
    if len(columns) >= _MANY_COLUMNS and words <= _SHORT_CELL_OF_MANY:
        return True
    has_numbers = any(
        sum(_NUMBER.fullmatch(text) is not None for text in column) >= _NUMBERS * len(column)
        for column in texts
    )
    return has_numbers and words <= _SHORT_CELL


def spaced_rows(band: Sequence[Row], gutters: Sequence[tuple[float, float]]) -> list[Cells]:
    """The rows of a table that only white space shows; a cell that goes on is put together.

    Args:
        band: its lines, from the top.
        gutters: the white space between its columns, from the left.
    """
    made: list[dict[int, list[Piece]]] = []
    steps = sorted(below.baseline - above.baseline for above, below in pairwise(band))
    step = steps[len(steps) // 2] if steps else 0.0
    before: Row | None = None
    for row in band:
        cells: dict[int, list[Piece]] = {}
        for piece in row.pieces:
            centre = (piece.left + piece.right) / 2
            cells.setdefault(sum(end <= centre for _, end in gutters), []).append(piece)
        goes_on = (
            before is not None
            and 0 not in cells
            and row.baseline - before.baseline < _WRAPPED * step
            and set(cells) <= set(made[-1])
        )
        if goes_on:
            for column, some in cells.items():
                made[-1][column].extend(some)
        else:
            made.append(cells)
        before = row
    return [tuple(tuple(cell) for _, cell in sorted(row.items())) for row in made]
