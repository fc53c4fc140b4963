"""Rows that stand together, brought to the same columns."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from uhc_llm.scanner.tables.rows import Line, Row, Separator, is_number, is_rule, is_year, row_of
from uhc_llm.schemas import Span

__all__ = ["Grid", "find_grids", "lines_of"]

_SEPARATORS: Final[tuple[Separator, ...]] = ("|", "\t", " ", ";")
_BLANKS: Final = re.compile(r"[^\S\n]{2}")
_FEWEST_ROWS: Final = 2


class Grid(NamedTuple):
    """Rows of as many cells each, nearly all of them.

    Attributes:
        separator: what stands between the cells.
        above: the index of the line above its first one, among all lines of the text.
        rows: the rows; a few may not fit the columns.
        ruled: how many rows stand above the first drawn line, 0 where none is drawn.
        lines: all lines of the text.
    """

    separator: Separator
    above: int
    rows: tuple[Row, ...]
    ruled: int
    lines: Sequence[Line]


def lines_of(text: str) -> list[Line]:
    """All lines of a text."""
    lines = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        lines.append(Line(start, end))
        start = end + 1
    return lines


def find_grids(text: str) -> Iterator[Grid]:
    """The stretches of a text that stand in rows and columns, in order."""
    separators = [separator for separator in _SEPARATORS if _may_part(text, separator)]
    if not separators:
        return
    lines = lines_of(text)
    # What was looked at in vain is not looked at again from its next line on.
    tried: dict[Separator, int] = dict.fromkeys(_SEPARATORS, 0)
    index = 0
    while index < len(lines):
        behind = index + 1
        for separator in separators:
            if index < tried[separator] or (
                separator != " " and text.find(separator, *lines[index]) < 0
            ):
                continue
            grid, tried[separator] = _grid(text, lines, index, separator)
            if grid:
                behind = tried[separator]
                yield grid
                break
        index = behind


def _may_part(text: str, separator: Separator) -> bool:
    """Whether a separator stands in two lines, as in the least that is a table."""
    first, behind = _find(text, separator, 0), 0
    if first >= 0:
        behind = text.find("\n", first)
    return first >= 0 and behind >= 0 and _find(text, separator, behind) >= 0


def _find(text: str, separator: Separator, start: int) -> int:
    if separator != " ":
        return text.find(separator, start)
    if text.isascii():
        return text.find("  ", start)
    found = _BLANKS.search(text, start)
    return found.start() if found else -1


def _grid(
    text: str, lines: Sequence[Line], first: int, separator: Separator
) -> tuple[Grid | None, int]:
    """The grid that begins at a line, if any does, and the index of the line behind it."""
    rows: list[Row] = []
    ruled = 0
    index = behind = first
    while index < len(lines):
        line = lines[index]
        if line.start == line.end or text[line.start : line.end].isspace():
            if index > behind or not rows:
                break  # two empty lines
        elif is_rule(text, line):
            ruled = ruled or len(rows)
            behind = index + 1
        elif row := row_of(text, line, separator):
            if rows and index > behind and not _goes_on(text, rows[-1], row):
                break
            rows.append(row)
            behind = index + 1
        else:
            break
        index += 1
    behind = max(behind, first + 1)
    if len(rows) < _FEWEST_ROWS:
        return None, behind
    aligned = _by_place(text, rows) if separator == " " else _by_count(text, rows, separator)
    if len(aligned) < _FEWEST_ROWS or not any(
        is_number(text[slice(*cell)]) for row in aligned for cell in row.cells
    ):
        return None, behind
    if separator in " ;" and not _is_filled(text, aligned):
        return None, behind
    below = rows[ruled].line.start if ruled < len(rows) else 0  # a last rule heads nothing
    ruled = sum(row.line.start < below for row in aligned) if ruled else 0
    return Grid(separator, first - 1, tuple(aligned), ruled, lines), behind


def _goes_on(text: str, before: Row, row: Row) -> bool:
    """Whether a row behind an empty line is the next one of the table above it."""
    has_numbers = any(is_number(text[slice(*cell)]) for cell in row.cells)
    return has_numbers and len(before.cells) == len(row.cells)


def _is_filled(text: str, rows: Sequence[Row]) -> bool:
    """Whether the last row holds names and numbers, as no sentence with odd spaces does."""
    cells = [text[slice(*cell)] for cell in rows[-1].cells if cell.start < cell.end]
    numbers = sum(map(is_number, cells))
    return numbers > 0 and numbers >= len(cells) - 2


def _by_count(text: str, rows: Sequence[Row], separator: Separator) -> list[Row]:
    """Rows with as many cells each, the bars at the ends of lines not counted."""

    def is_empty(row: Row, place: int) -> bool:
        return row.cells[place].start == row.cells[place].end

    trimmed = list(rows)
    if separator == "|":
        for end, part in ((0, slice(1, None)), (-1, slice(None, -1))):
            if all(is_empty(row, end) and len(row.cells) > 1 for row in trimmed):
                trimmed = [row._replace(cells=row.cells[part]) for row in trimmed]
    counts = Counter(
        len(row.cells)
        for row in trimmed
        if any(is_number(text[slice(*cell)]) for cell in row.cells)
    )
    if not counts:
        return []
    width = max(counts, key=lambda count: (counts[count], count))
    fitted = []
    is_above = True
    for row in trimmed:
        cells = row.cells
        while len(cells) > width and cells[-1].start == cells[-1].end:
            cells = cells[:-1]
        while len(cells) > width and cells[0].start == cells[0].end:
            cells = cells[1:]
        is_above = is_above and len(cells) < width
        if is_above:
            cells = _over_groups(text, cells, width)
        fitted.append(row._replace(cells=cells, fits=len(cells) == width))
    return fitted


def _over_groups(text: str, cells: tuple[Span, ...], width: int) -> tuple[Span, ...]:
    """A row of heads, each over as many columns, behind one over the names of the rows."""
    over, left = divmod(width - 1, max(len(cells) - 1, 1))
    said = [text[slice(*cell)] for cell in cells]
    if left or len(cells) < _FEWEST_ROWS or any(is_number(s) and not is_year(s) for s in said):
        return cells
    return (cells[0], *(cell for cell in cells[1:] for _ in range(over)))


def _by_place(text: str, rows: Sequence[Row]) -> list[Row]:
    """Rows of aligned columns, each cell in the column that it stands over."""
    widest = max(len(row.cells) for row in rows)
    if all(len(row.cells) == widest for row in rows):
        return list(rows)
    full = [row for row in rows if len(row.cells) == widest]
    few = [row for row in rows if any(is_number(text[slice(*cell)]) for cell in row.cells)]
    for shown in ({*full, *few}, full):
        columns = _columns(shown)
        if len(columns) == widest:
            return [row._replace(cells=_placed(text, row, columns)) for row in rows]
    return []


def _columns(rows: Iterable[Row]) -> list[Span]:
    """Where the columns of rows stand within a line."""
    spans = sorted(
        Span(cell.start - row.line.start, cell.end - row.line.start)
        for row in rows
        for cell in row.cells
    )
    columns: list[Span] = []
    for span in spans:
        if columns and span.start < columns[-1].end:
            columns[-1] = Span(columns[-1].start, max(columns[-1].end, span.end))
        else:
            columns.append(span)
    return columns


def _placed(text: str, row: Row, columns: Sequence[Span]) -> tuple[Span, ...]:
    """The cell over each column; one that is over several is repeated, or parted at a blank."""
    placed = []
    place = 0
    for column in columns:
        start, end = row.line.start + column.start, row.line.start + column.end
        while place < len(row.cells) - 1 and row.cells[place].end <= start:
            place += 1
        cell = row.cells[place]
        is_over = cell.start < end and start < cell.end
        empty = min(start, row.line.end)
        placed.append(_part(text, cell, start, end) if is_over else Span(empty, empty))
    return tuple(placed)


def _part(text: str, cell: Span, start: int, end: int) -> Span:
    """Of two numbers with one blank between them the one over a column: "55.290 100,3"."""
    said = text[slice(*cell)]
    if not all(map(is_number, said.split(" "))):
        return cell
    left = cell.start
    for number in said.split(" "):
        right = left + len(number)
        if left < end and start < right:
            return Span(left, right)
        left = right + 1
    return cell
