"""The cells of a table on a web page, each in every row and column that it covers.

    cells with their spans -> grid -> title lines, rows of cells, closing lines

A cell that covers several rows or columns is said in each of them, so that every number stands
under its own heads.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from uhc_llm.documents.markup import Piece

__all__ = ["MOST_COLUMNS", "Cell", "CellText", "TableLines", "lines_of"]

MOST_COLUMNS: Final = 64
"""A wider table is no table that somebody reads."""

_MOST_REPEATED: Final = 5_000


CellText = tuple[Piece, ...]
"""What a cell says, in pieces; a space has an empty place."""


class Cell(NamedTuple):
    """A cell, and how many columns and rows it covers; no rows means all that follow."""

    said: CellText
    columns: int = 1
    rows: int = 1


class TableLines(NamedTuple):
    """A table as lines: each a sequence of cells, equally many in all `rows`.

    Attributes:
        before: what was said over the whole width before the rows.
        rows: the rows.
        after: what was said over the whole width behind them.
    """

    before: tuple[CellText, ...]
    rows: tuple[tuple[CellText, ...], ...]
    after: tuple[CellText, ...]


_EMPTY: Final[CellText] = ()


def lines_of(sections: Sequence[Sequence[Sequence[Cell]]]) -> TableLines | None:
    """Lay out a table.

    Args:
        sections: head, bodies and foot, each a list of rows; no cell reaches beyond its section.

    Returns:
        The lines, without rows and columns in which nothing is said; None for a table that is
        wider, or whose cells cover more, than any that somebody reads.
    """
    width = _width(sections)
    grid: list[_Row] = []
    budget = _MOST_REPEATED
    for section in sections:
        for row in _expanded(section, width):
            budget -= row.repeated
            if budget < 0 or len(row.cells) > MOST_COLUMNS:
                return None
            if any(row.cells):
                grid.append(row)
    first, last = _span_of_rows(grid)
    return TableLines(
        tuple(row.cells[0] for row in grid[:first]),
        _trimmed([row.cells for row in grid[first:last]]),
        tuple(row.cells[0] for row in grid[last:]),
    )


class _Row(NamedTuple):
    """A row of the grid, how many of its cells repeat another, and whether it is one cell."""

    cells: list[CellText]
    repeated: int
    is_one: bool


def _width(sections: Iterable[Iterable[Sequence[Cell]]]) -> int:
    """The number of columns, told by the rows that are not one cell over "all" columns."""
    rows = [row for section in sections for row in section]
    widths = [sum(cell.columns for cell in row) for row in rows if len(row) > 1]
    return max(widths or [1])


def _expanded(section: Sequence[Sequence[Cell]], width: int) -> Iterator[_Row]:
    """The rows of a section, in which a cell is said again wherever it reaches."""
    reaching: dict[int, tuple[int, CellText]] = {}
    for index, row in enumerate(section):
        is_one = len(row) == 1 and not reaching and row[0].columns >= width > 1
        cells: list[CellText] = []
        repeated = 0
        following: dict[int, tuple[int, CellText]] = {}
        for cell in row:
            repeated += _take(reaching, cells)
            columns = min(cell.columns, max(width - len(cells), 1))
            rows = min(cell.rows or len(section), len(section) - index)
            if rows > 1:
                columns_of = range(len(cells), len(cells) + columns)
                following |= dict.fromkeys(columns_of, (rows - 1, cell.said))
            cells += [cell.said] * columns
            repeated += columns - 1
            if len(cells) > MOST_COLUMNS:
                break
        last = max(reaching, default=-1)
        while len(cells) <= min(last, MOST_COLUMNS):
            taken = _take(reaching, cells)
            repeated += taken
            cells += [] if taken else [_EMPTY]
        reaching = {
            **{column: (left - 1, said) for column, (left, said) in reaching.items() if left > 1},
            **following,
        }
        yield _Row(cells, repeated, is_one)


def _take(reaching: dict[int, tuple[int, CellText]], cells: list[CellText]) -> int:
    """Add what reaches into the next columns from the rows above; how many there were."""
    before = len(cells)
    while len(cells) in reaching:
        cells.append(reaching[len(cells)][1])
    return len(cells) - before


def _span_of_rows(grid: Sequence[_Row]) -> tuple[int, int]:
    """Where the rows begin and end between those that are one cell over the whole width."""
    plain = [index for index, row in enumerate(grid) if not row.is_one]
    return (plain[0], plain[-1] + 1) if plain else (0, 0)


def _trimmed(rows: Sequence[Sequence[CellText]]) -> tuple[tuple[CellText, ...], ...]:
    """The rows equally wide, without columns in which nothing is said."""
    width = max(map(len, rows), default=0)
    full = [[*row, *[_EMPTY] * (width - len(row))] for row in rows]
    said = [column for column in range(width) if any(row[column] for row in full)]
    return tuple(tuple(row[column] for column in said) for row in full)
