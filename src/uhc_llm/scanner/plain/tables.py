"""Tables of HTML as rows of cells with bars between them, one row on a line."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from uhc_llm.scanner.plain.tags import Piece

__all__ = ["BAR", "CELLS", "Tables", "read_tables"]

BAR: Final = " | "
CELLS: Final = frozenset({"td", "th"})
"""The names of cells' tags."""
_SPAN: Final = re.compile(r"\b(col|row)span\s*+=\s*+\\?+[\"']?+\s*+(\d{1,3}+)", re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d")
_MOST_SPANNED: Final = 50
_LONGEST_NAME: Final = 80
# A cell that holds more is a part of a page that is laid out as a table.
_LONGEST_CELL: Final = 300


class Tables(NamedTuple):
    """What the tags of tables are read as, by their place among the pieces.

    Attributes:
        cells: what stands before a cell: a bar but for the first, and the cells that reach into
            its row from above.
        row_ends: what stands at the end of a row.
        layout: tags of tables that only lay a page out: their cells are blocks.
    """

    cells: dict[int, str]
    row_ends: dict[int, str]
    layout: frozenset[int]


class _Cell(NamedTuple):
    place: int
    end: int


class _Table:
    """An open table: its rows, and the places of its tags."""

    def __init__(self) -> None:
        self.rows: list[list[_Cell]] = []
        self.row_ends: list[int] = []
        self.tags: list[int] = []
        self.holds_table = False
        self._cell: int | None = None
        self._row: list[_Cell] | None = None

    def begin_cell(self, index: int) -> None:
        self.end_cell(index)
        if self._row is None:
            self._row = []
            self.rows.append(self._row)
        self._cell = index

    def end_cell(self, index: int) -> None:
        if self._cell is not None and self._row is not None:
            self._row.append(_Cell(self._cell, index))
        self._cell = None

    def end_row(self, index: int) -> None:
        self.end_cell(index)
        if self._row is not None:
            self.row_ends.append(index)
        self._row = None


def read_tables(text: str, pieces: Sequence[Piece]) -> Tables:
    """What the tags of all tables are read as.

    Args:
        text: the text.
        pieces: its markup, in order.
    """
    tables = Tables({}, {}, frozenset())
    layout: list[int] = []
    budget = len(text)
    for table in _tables(pieces):
        if _lays_out(table, pieces):
            layout += table.tags
            continue
        budget = _Rows(text, pieces, tables, budget).read(table)
    return tables._replace(layout=frozenset(layout))


def _tables(pieces: Sequence[Piece]) -> list[_Table]:
    # Rows that stand in no table are those of one that was cut.
    outermost = _Table()
    opened, found = [outermost], [outermost]
    for index, piece in enumerate(pieces):
        table = opened[-1]
        if piece.name == "table" and not piece.closes:
            table.holds_table = table.holds_table or table is not outermost
            opened.append(_Table())
            found.append(opened[-1])
        elif piece.name == "table" and table is not outermost:
            table.end_row(index)
            opened.pop()
        elif piece.name == "tr":
            table.end_row(index)
            table.tags.append(index)
        elif piece.name in CELLS:
            (table.end_cell if piece.closes else table.begin_cell)(index)
            table.tags.append(index)
    for table in opened:
        table.end_row(len(pieces))
    return found


def _lays_out(table: _Table, pieces: Sequence[Piece]) -> bool:
    if table.holds_table or all(len(row) == 1 for row in table.rows):
        return True
    return any(
        pieces[min(cell.end, len(pieces) - 1)].start - pieces[cell.place].end > _LONGEST_CELL
        for row in table.rows
        for cell in row
    )


class _Rows:
    """Reads the rows of one table after the other; `budget` is how much may still be repeated."""

    def __init__(self, text: str, pieces: Sequence[Piece], tables: Tables, budget: int) -> None:
        self._text, self._pieces, self._tables, self._budget = text, pieces, tables, budget
        # Of each column that a cell above reaches into: for how many rows yet, and what it says.
        self._above: dict[int, tuple[int, str]] = {}

    def read(self, table: _Table) -> int:
        for number, (row, end) in enumerate(zip(table.rows, table.row_ends, strict=True)):
            self._tables.row_ends[end] = self._row(row, is_first=number == 0)
        return self._budget

    def _row(self, row: Sequence[_Cell], *, is_first: bool) -> str:
        column, fill = 0, ""
        reaching: dict[int, tuple[int, str]] = {}
        for cell in row:
            column, before = self._from_above(column)
            self._tables.cells[cell.place] = fill + before + (BAR if column else "")
            columns, rows = self._spans(cell)
            again = self._name(cell, is_first=is_first) if columns > 1 or rows > 1 else ""
            fill = self._spend((BAR + again) * (columns - 1))
            if rows > 1:
                reaching |= dict.fromkeys(range(column, column + columns), (rows, again))
            column += columns
        _, behind = self._from_above(column)
        remaining = self._above | reaching
        self._above = {at: (n - 1, name) for at, (n, name) in remaining.items() if n > 1}
        return fill + behind

    def _from_above(self, column: int) -> tuple[int, str]:
        """The next column that no cell above reaches into, and what stands in those before it."""
        before = ""
        while column in self._above:
            before += (BAR if column else "") + self._above[column][1]
            column += 1
        return column, self._spend(before)

    def _spans(self, cell: _Cell) -> tuple[int, int]:
        spans = {kind.lower(): n for kind, n in _SPAN.findall(self._pieces[cell.place].attributes)}
        columns, rows = (max(1, min(int(spans.get(k, 1)), _MOST_SPANNED)) for k in ("col", "row"))
        return (columns, rows) if self._budget > 0 else (1, 1)

    def _name(self, cell: _Cell, *, is_first: bool) -> str:
        """What a head or a name says; "" for a figure, which stands in one cell alone."""
        pieces = self._pieces[cell.place : cell.end + 1]
        if len(pieces) <= cell.end - cell.place:
            return ""
        said = "".join(
            one.text + self._text[one.end : other.start] for one, other in pairwise(pieces)
        )
        name = " ".join(said.split())
        is_head = is_first or pieces[0].name == "th" or not _DIGIT.search(name)
        return name if is_head and len(name) <= _LONGEST_NAME else ""

    def _spend(self, repeated: str) -> str:
        self._budget -= len(repeated)
        return repeated
