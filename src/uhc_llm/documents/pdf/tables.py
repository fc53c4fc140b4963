"""Tables that only white space shows, and the rows of any table.

rows of a band, cut at its gutters -> short cells, numbers among them? -> rows
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from uhc_llm.documents.pdf.lines import Piece, Row

__all__ = [
    "MANY_COLUMNS",
    "NUMBER",
    "YEAR",
    "Cells",
    "TableRow",
    "has_figure",
    "is_group_head",
    "is_table",
    "numbers_lines",
    "spaced_rows",
    "with_names",
]

Cells = tuple[tuple[Piece, ...], ...]
"""A row of a table: for each cell its pieces, in order; none in an empty one."""

NUMBER: Final = re.compile(r"(?:Rp\.?\s?)?[-+]?\d[\d.,]*+(?:\s?(?:%|persen|jiwa|orang))?|[-–]")
YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NUMBERING: Final = re.compile(r"\d{1,3}\.?")
_SHORT_CELL: Final = 4.0
_SHORT_CELL_OF_MANY: Final = 3.0
MANY_COLUMNS: Final = 3
_NUMBERS: Final = 0.5
_WRAPPED: Final = 0.75
_CLOSE: Final = 1.15
_CENTRED: Final = 0.2
_FLUSH: Final = 1.0


class TableRow(NamedTuple):
    """A row of a table.

    Attributes:
        cells: as many as the table has columns; one for what stands over its whole width.
        lines_up: whether it is certain which cell stands in which column, and beside which name.
    """

    cells: Cells
    lines_up: bool = True


def numbers_lines(lines: Iterable[Iterable[tuple[int, Piece]]]) -> bool:
    """Whether lines of (column, piece) are rows each: a column has a number in several."""
    counts: dict[int, int] = {}
    for line in lines:
        for column, piece in line:
            if NUMBER.fullmatch(piece.text):
                counts[column] = counts.get(column, 0) + 1
    return any(count > 1 for count in counts.values())


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
    if len(columns) >= MANY_COLUMNS and words <= _SHORT_CELL_OF_MANY:
        return True
    has_numbers = any(
        sum(NUMBER.fullmatch(text) is not None for text in column) >= _NUMBERS * len(column)
        for column in texts
    )
    return has_numbers and words <= _SHORT_CELL


def is_group_head(row: Row, below: Row) -> bool:
    """Whether a row holds heads over several columns each, which the row below names."""
    return len(below.pieces) > len(row.pieces) and not any(
        has_figure([piece]) for each in (row, below) for piece in each.pieces
    )


def spaced_rows(
    band: Sequence[Row], gutters: Sequence[tuple[float, float]], group: Row | None = None
) -> list[TableRow]:
    """The rows of a table that only white space shows; a cell that goes on is put together.

    Args:
        band: its lines, from the top.
        gutters: the white space between its columns, from the left.
        group: a line above it that holds heads over several columns each.
    """
    width = len(gutters) + 1
    found = [(row, _columns(row, gutters)) for row in band]
    doubtful = {
        column for _, cells in found for column, cell in cells.items() if _are_several(cell)
    }
    table = [
        TableRow(
            tuple(tuple(row.get(column, ())) for column in range(width)),
            # Where two stand in one column, it is two whose heads or cells reach into each other.
            not any(has_figure(row.get(column, ())) for column in doubtful),
        )
        for row in _joined(found)
    ]
    if group is not None:
        table.insert(0, TableRow(tuple((piece,) for piece in group.pieces)))
    return with_names(_with_heads(table, width))


_Cells = dict[int, list[Piece]]


def _columns(row: Row, gutters: Sequence[tuple[float, float]]) -> _Cells:
    cells: _Cells = {}
    for piece in row.pieces:
        centre = (piece.left + piece.right) / 2
        cells.setdefault(sum(end <= centre for _, end in gutters), []).append(piece)
    return cells


def _joined(found: Sequence[tuple[Row, _Cells]]) -> list[_Cells]:
    """Lines that stand closer together than rows do, as the row that they are."""
    steps = [below.baseline - above.baseline for (above, _), (below, _) in pairwise(found)]
    step = sorted(steps)[len(steps) // 2] if steps else 0.0
    groups: list[list[_Cells]] = []
    for place, (_, cells) in enumerate(found):
        if place and steps[place - 1] < min(_CLOSE * min(steps), _WRAPPED * max(steps)):
            groups[-1].append(cells)
        else:
            groups.append([cells])
    made: list[_Cells] = []
    place = 0
    for lines in groups:
        figures = sum(any(map(has_figure, cells.values())) for cells in lines)
        for number, cells in enumerate(lines):
            goes_on = number > 0 and (
                figures == 1
                or (
                    0 not in cells
                    and steps[place - 1] < _WRAPPED * step
                    and set(cells) <= set(made[-1])
                )
            )
            if goes_on:
                for column, some in cells.items():
                    made[-1].setdefault(column, []).extend(some)
            else:
                made.append(cells)
            place += 1
    return made


def _with_heads(table: Sequence[TableRow], width: int) -> list[TableRow]:
    """The table with each of its heads over all columns that it is for."""
    count = next((n for n, row in enumerate(table) if any(map(has_figure, row.cells))), 0)
    heads = list(table[:count])
    # The head of the names may stand between the lines of the others.
    for place in range(len(heads) - 1):
        only, below = heads[place].cells, heads[place + 1].cells
        if only[:1] != ((),) and not any(only[1:]) and len(below) == width and not below[0]:
            heads[place] = TableRow(())
            heads[place + 1] = TableRow((only[0], *below[1:]))
    heads = [row for row in heads if row.cells]
    if len(heads) > 1:
        filled = [sum(map(bool, row.cells[1:] if row.cells[0] else row.cells)) for row in heads]
        if filled[0] < filled[1] or len(heads[0].cells) != width:
            heads[0] = _spread([p for cell in heads[0].cells for p in cell], [*heads[1:], *table])
    return [*heads, *table[count:]]


def _are_several(cell: Sequence[Piece]) -> bool:
    """Whether what stands on one line of a column is more than a name and its numbering."""
    if len(cell) < 2:  # noqa: PLR2004
        return False
    return len(cell) > 2 or not _NUMBERING.fullmatch(cell[0].text)  # noqa: PLR2004


def _spread(group: Sequence[Piece], table: Sequence[TableRow]) -> TableRow:
    """Heads over several columns, each told over those in whose middle it stands."""
    width = len(table[0].cells)
    spans = [
        (min(piece.left for piece in cell), max(piece.right for piece in cell))
        for cell in (
            [p for row in table if len(row.cells) == width for p in row.cells[n]]
            for n in range(width)
        )
    ]
    own = [piece for piece in group if piece.left < spans[0][1]]
    heads = group[len(own) :]
    cells: list[tuple[Piece, ...]] = [tuple(own)]
    alone = TableRow(tuple((piece,) for piece in group), lines_up=False)
    each, over = divmod(width - 1, max(len(heads), 1))
    if over or len(own) > 1:
        return alone
    for number, piece in enumerate(heads):
        under = spans[1 + number * each : 1 + (number + 1) * each]
        left, right = under[0][0], under[-1][1]
        off = abs(piece.left + piece.right - left - right) / 2
        if off > _CENTRED * (right - left) and abs(piece.left - left) > _FLUSH:
            return alone
        cells += [(piece,)] * each
    return TableRow(tuple(cells))


def has_figure(cell: Iterable[Piece]) -> bool:
    """Whether a number is in a cell that is no year."""
    return any(NUMBER.fullmatch(p.text) and not YEAR.fullmatch(p.text) for p in cell)


def with_names(table: Sequence[TableRow]) -> list[TableRow]:
    """The rows of a table in which no rule shows which name stands beside which rows.

    A name may stand in the middle of several rows: those without one do not line up.
    """
    rows_of_figures = [row for row in table if any(map(has_figure, row.cells[1:]))]
    named = [row for row in rows_of_figures if row.cells[0]]
    has_names = any(not has_figure(row.cells[0]) for row in named)
    return [
        row._replace(lines_up=False)
        if not row.cells[0] and row in rows_of_figures and (has_names or not named)
        else row
        for row in table
    ]
