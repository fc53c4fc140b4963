"""The cell of a table that a place of the text lies in."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from uhc_llm.scanner.calendar import MONTHS
from uhc_llm.scanner.tables.rows import is_year
from uhc_llm.schemas import Span, Table

__all__ = ["Cell", "cell_at", "in_table", "time_cells"]


class Cell(NamedTuple):
    """A cell below the heads of a table.

    Attributes:
        table: its table.
        row: the index of its row among `table.rows`.
        column: the index of its column.
    """

    table: Table
    row: int
    column: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.table.rows[self.row][self.column]

    @property
    def heads(self) -> tuple[Span, ...]:
        """The heads over it, the upmost first; each once, and none that is empty."""
        cells = (cells[self.column] for cells in self.table.heads)
        return tuple(dict.fromkeys(cell for cell in cells if cell.start < cell.end))

    @property
    def names(self) -> tuple[Span, ...]:
        """The cells that name its row, from the left; none that is empty."""
        cells = self.table.rows[self.row]
        return tuple(
            cells[c]
            for c in self.table.naming
            if cells[c].start < cells[c].end and c != self.column
        )


def in_table(tables: Sequence[Table], place: int) -> bool:
    """Whether an offset lies in a table, heads and rows alike; a list is none."""
    table = _around(tables, place)
    return table is not None and table.form == "table"


def _around(tables: Sequence[Table], place: int) -> Table | None:
    index = bisect_right(tables, place, key=lambda table: table.start) - 1
    return tables[index] if index >= 0 and place < tables[index].end else None


def cell_at(tables: Sequence[Table], place: int) -> Cell | None:
    """The cell around an offset, if it lies in a row of one of `tables`, which are in order."""
    table = _around(tables, place)
    if table is None:
        return None
    row = bisect_right(table.rows, place, key=lambda cells: cells[0].start) - 1
    if row < 0:
        return None
    column = bisect_right(table.rows[row], place, key=lambda cell: cell.start) - 1
    cell = table.rows[row][column] if column >= 0 else None
    return Cell(table, row, column) if cell and place < cell.end else None


def time_cells(text: str, tables: Sequence[Table]) -> frozenset[int]:
    """Where the cells begin that say a year or a month, of those that name columns and rows."""
    names = (
        cell
        for table in tables
        for cells in (
            *table.heads,
            *(tuple(row[column] for column in table.naming) for row in table.rows),
        )
        for cell in cells
    )
    return frozenset(cell.start for cell in names if _is_time(text[slice(*cell)]))


def _is_time(said: str) -> bool:
    return is_year(said) or said.lower() in MONTHS
