"""The order in which a page is read: bands from the top, in each its columns from the left.

pieces -> tables in rules put aside -> rows -> bands that share their white space
       -> a table: its rows | columns: each read by itself | lines -> lines, with paragraphs
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from uhc_llm.documents.pdf.glyphs import Rule
from uhc_llm.documents.pdf.lines import Piece, Row, rows
from uhc_llm.documents.pdf.ruled import grids, ruled_rows
from uhc_llm.documents.pdf.tables import TableRow, is_group_head, is_table, spaced_rows

__all__ = ["CELLS", "Line", "in_reading_order"]

CELLS: Final = " | "
"""What stands between the cells of a table's row."""

_GUTTER: Final = 0.55
_LINES_OF_A_COLUMN: Final = 3
_APART: Final = 2.6
_NEIGHBOURS: Final = 4
_MOST_ROWS_OF_A_BAND: Final = 400
_DEEPEST: Final = 6

_PARAGRAPH_GAP: Final = 1.35
_OTHER_SIZE: Final = 0.12
_INDENT: Final = 0.7
_SHORT_LINE: Final = 0.75
_ENDS_SENTENCE: Final = re.compile(r"[.!?:][\"”’')\]]*+$")

_Gap = tuple[float, float]


class Line(NamedTuple):
    """A line of the text.

    Attributes:
        parts: its pieces, each with what stands before it.
        begins: whether a paragraph begins with it; None where it is the first of a column or of a
            page, and what was before decides.
        is_row: of a table.
        behind: what stands behind its last piece: the bars before empty cells.
        fills: whether it goes on to the right edge of its column.
    """

    parts: tuple[tuple[str, Piece], ...]
    begins: bool | None = False
    is_row: bool = False
    fills: bool = False
    behind: str = ""

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(before + piece.text for before, piece in self.parts)

    @property
    def height(self) -> float:
        """Of its highest piece."""
        return max(piece.height for _, piece in self.parts)


class _Table(NamedTuple):
    """A table in ruled lines, which stands in the flow as one thing."""

    rows: list[TableRow]


def in_reading_order(found: Sequence[Piece], rules: Sequence[Rule]) -> list[Line]:
    """The lines of a page in the order in which they are read.

    Args:
        found: what stands on its lines.
        rules: the straight lines on it.
    """
    rest = list(found)
    tables: dict[Piece, _Table] = {}
    for grid in grids(rules):
        inside = [piece for piece in rest if grid.holds(piece)]
        if inside:
            rest = [piece for piece in rest if not grid.holds(piece)]
            edges, top = (grid.columns[0], grid.columns[-1]), grid.rows[0]
            stand_in = Piece("", edges, top, grid.rows[-1], top)
            tables[stand_in] = _Table(ruled_rows(grid, inside))
    # A table is a row of its own, whatever stands beside its upper edge.
    beside = [*rows(rest), *(Row((table,)) for table in tables)]
    return list(_read(sorted(beside, key=lambda row: row.baseline), tables, 0))


def _read(all_rows: list[Row], tables: dict[Piece, _Table], depth: int) -> Iterator[Line]:
    plain: list[Row] = []
    place = 0
    while place < len(all_rows):
        begins = depth < _DEEPEST and not _stands_above(all_rows[place : place + 3])
        band, gutters = _band(all_rows, place) if begins else ([], [])
        columns = _columns(band, gutters)
        lines: list[Line] = []
        table = _core(band, gutters) if gutters and not _holds_table(band, tables) else None
        if table and is_table(_columns(table.band, table.gutters), table.band):
            plain.extend(table.above)
            lines = list(_table(spaced_rows(table.band, table.gutters, table.group)))
            band = band[: table.end]
        elif gutters and all(len(column) >= _LINES_OF_A_COLUMN for column in columns):
            for column in columns:
                lines.extend(_read(column, tables, depth + 1))
        if lines:
            yield from _paragraphs(plain, tables)
            yield from lines
            plain = []
            place += len(band)
        else:
            plain.append(all_rows[place])
            place += 1
    yield from _paragraphs(plain, tables)


class _Core(NamedTuple):
    """What of a band is a table: other lines may stand close above and below it.

    Attributes:
        band: its rows.
        gutters: the white space between its columns.
        group: a row above them, of heads over several columns each.
        above: the line above it.
        end: how many rows of the band that are, with those above.
    """

    band: list[Row]
    gutters: list[_Gap]
    group: Row | None
    above: list[Row]
    end: int


def _core(band: list[Row], gutters: list[_Gap]) -> _Core:
    """A table without the lines above and below it that bridge the space between its columns."""
    end = len(band)
    while end and len(band[end - 1].pieces) == 1:
        end -= 1
    steps = [b.baseline - a.baseline for a, b in pairwise(band[:end])]
    is_apart = (
        end < len(band)
        and steps
        and (band[end].baseline - band[end - 1].baseline > _PARAGRAPH_GAP * median(steps))
    )
    best = (0, end if is_apart else len(band), gutters)
    for begin, stop in ((0, end), (1, len(band)), (1, end)):
        some = band[begin:stop]
        if len(some) < 2:  # noqa: PLR2004 (a head and a row)
            continue
        found = _shared(some)
        is_head = begin == 1 and best[0] == 0 and is_group_head(band[0], band[1])
        if len(found) > len(best[2]) or is_head:
            best = (begin, stop, found)
    begin, stop, gutters = best
    while (
        stop < len(band) and not is_apart and len(_shared(band[begin : stop + 1])) == len(gutters)
    ):
        stop += 1
        gutters = _shared(band[begin:stop])
    first = band[:begin]
    is_group = bool(first) and len(first[0].pieces) > 1
    return _Core(
        band[begin:stop], gutters, first[0] if is_group else None, [] if is_group else first, stop
    )


def _stands_above(some: Sequence[Row]) -> bool:
    """Whether a row is no part of what begins right below it: a last line, or a heading.

    One that begins further to the right is the first line of a column that begins higher.
    """
    left = min((row.left for row in some[1:]), default=0.0)
    if len(some[0].pieces) > 1 or some[0].left > left + some[0].height:
        return False
    return any(len(row.pieces) > 1 for row in some[1:])


def _holds_table(band: Iterable[Row], tables: dict[Piece, _Table]) -> bool:
    return any(piece in tables for row in band for piece in row.pieces)


# --- bands ----------------------------------------------------------------------------------------


def _band(all_rows: Sequence[Row], start: int) -> tuple[list[Row], list[_Gap]]:
    """The longest run of rows from `start` on that leaves the same white space free."""
    band: list[Row] = []
    free: list[_Gap] | None = None
    longest, gutters = 0, list[_Gap]()
    for place, row in enumerate(all_rows[start : start + _MOST_ROWS_OF_A_BAND], start=start):
        if band and _ends_band(band, free, all_rows[place : place + 2 * _LINES_OF_A_COLUMN]):
            break
        free = _free(row, free)
        band.append(row)
        if found := _gutters(band, free):
            longest, gutters = len(band), found
        elif longest:
            break
    return band[:longest], gutters


def _ends_band(band: Sequence[Row], free: list[_Gap] | None, rest: Sequence[Row]) -> bool:
    """Whether behind a wide gap something else begins: a line with nothing beside it.

    The same columns may go on behind it, on both their sides.
    """
    row = rest[0]
    if len(row.pieces) > 1:
        return False
    if row.top - max(above.bottom for above in band[-_NEIGHBOURS:]) <= _APART * row.height:
        return False
    for below in rest:
        free = _free(below, free)
    return not _gutters(rest, free or [])


def _free(row: Row, free: list[_Gap] | None) -> list[_Gap]:
    """What is left of the free space when a row is printed; None is a whole line of it."""
    left = [(float("-inf"), float("inf"))] if free is None else free
    for piece in row.pieces:
        left = [part for gap in left for part in _without(gap, piece)]
    least = _GUTTER * row.height
    return [gap for gap in left if gap[1] - gap[0] >= least]


def _shared(some: Sequence[Row]) -> list[_Gap]:
    """The gutters that all of some rows leave free."""
    free: list[_Gap] | None = None
    for row in some:
        free = _free(row, free)
    return _gutters(some, free or [])


def _without(gap: _Gap, piece: Piece) -> Iterator[_Gap]:
    if piece.right <= gap[0] or gap[1] <= piece.left:
        yield gap
        return
    if gap[0] < piece.left:
        yield gap[0], piece.left
    if piece.right < gap[1]:
        yield piece.right, gap[1]


def _gutters(band: Sequence[Row], free: Iterable[_Gap]) -> list[_Gap]:
    """The free spaces that have something on both their sides."""
    left, right = min(row.left for row in band), max(row.right for row in band)
    return [gap for gap in free if left < gap[0] and gap[1] < right]


def _columns(band: Sequence[Row], gutters: Sequence[_Gap]) -> list[list[Row]]:
    columns: list[list[Row]] = [[] for _ in range(len(gutters) + 1)]
    for row in band:
        some: dict[int, list[Piece]] = {}
        for piece in row.pieces:
            centre = (piece.left + piece.right) / 2
            some.setdefault(sum(end <= centre for _, end in gutters), []).append(piece)
        for place, found in some.items():
            columns[place].append(Row(tuple(found)))
    return columns


# --- lines ----------------------------------------------------------------------------------------


def _table(found: Sequence[TableRow]) -> Iterator[Line]:
    """The lines of a table; behind it, a cell a line, what does not line up with its columns."""
    begins = True
    for row in found:
        if row.lines_up:
            yield _row_line(row, begins=begins)
            begins = False
    told = {piece for row in found if row.lines_up for cell in row.cells for piece in cell}
    for row in found:
        if not row.lines_up:
            cells = [[p for p in cell if p not in told] for cell in dict.fromkeys(row.cells)]
            told.update(piece for cell in cells for piece in cell)
            for number, cell in enumerate(filter(None, cells)):
                parts = tuple((" " if order else "", piece) for order, piece in enumerate(cell))
                yield Line(parts, begins=number == 0)


def _row_line(row: TableRow, *, begins: bool) -> Line:
    parts: list[tuple[str, Piece]] = []
    before = ""
    # A line with nothing beside its first cell may be no row at all, such as a table's source.
    cells = row.cells if any(row.cells[1:]) else row.cells[:1]
    for place, cell in enumerate(cells):
        before += CELLS if place else ""
        for piece in cell:
            parts.append((before, piece))
            before = " "
        before = "" if cell else before
    return Line(tuple(parts), begins=begins, is_row=True, behind=before)


def _paragraphs(found: Sequence[Row], tables: dict[Piece, _Table]) -> Iterator[Line]:
    text = [row for row in found if not _holds_table([row], tables)]
    steps = [
        b.baseline - a.baseline
        for a, b in pairwise(text)
        if b.baseline - a.baseline < _APART * a.height
    ]
    step = median(steps) if steps else 0.0
    left = min((row.left for row in text), default=0.0)
    right = max((row.right for row in text), default=0.0)
    before: Row | None = None
    for row in found:
        if row.pieces[0] in tables:
            yield from _table(tables[row.pieces[0]].rows)
            before = None
            continue
        begins = None if before is None else _begins(before, row, step, left, right)
        fills = row.right > left + _SHORT_LINE * (right - left)
        parts = tuple((" " if n else "", piece) for n, piece in enumerate(row.pieces))
        yield Line(parts, begins=begins, fills=fills)
        before = row


def _begins(before: Row, row: Row, step: float, left: float, right: float) -> bool:
    """Whether a paragraph begins with a row, by what is to be seen."""
    if row.baseline - before.baseline > _PARAGRAPH_GAP * step:
        return True
    if abs(row.height - before.height) > _OTHER_SIZE * row.height:
        return True
    indent = _INDENT * row.height
    if indent < row.left - left < 4 * indent and before.left - left < indent / 2:
        return True
    is_short = before.right < left + _SHORT_LINE * (right - left)
    return is_short and _ENDS_SENTENCE.search(before.text) is not None
