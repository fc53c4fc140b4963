"""Which rows of a grid are heads, which columns name the rows, and what stands over it as a title.

    grid -> parts: heads, sections, rows -> tables

A row is a head where it stands over numbers and holds none itself, but years. A row that says one
thing only, over all columns or in its first cell, is a title of the rows below it. What follows
a new head is a table of its own.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from uhc_llm.scanner.tables.grids import Grid
from uhc_llm.scanner.tables.rows import (
    Line,
    Row,
    is_age,
    is_missing,
    is_number,
    is_numbering,
    is_year,
)
from uhc_llm.scanner.tables.titles import titles_above
from uhc_llm.schemas import Span, Table

__all__ = ["tables_of"]

_MOST_HEADS: Final = 6
_SERIALS: Final = frozenset({"no", "no.", "nomor", "#", "urut", "no urut", "peringkat", "rank"})
_CHECKED: Final = 50


class _Part(NamedTuple):
    """One table of a grid, as it is read row by row.

    Attributes:
        heads: the rows of heads.
        rows: the rows below them.
        titles: what stands over both.
        is_new: whether the heads stand right above, and are not those of the table before.
    """

    heads: list[Row]
    rows: list[Row]
    titles: list[Span]
    is_new: bool = True


def tables_of(text: str, grid: Grid, before: Table | None = None) -> Iterator[Table]:
    """The tables of a grid, in order.

    Args:
        text: the text.
        grid: rows of as many cells each.
        before: the table above it, whose heads go on below a line that only names a section.
    """
    titles = list(titles_above(text, grid.lines, grid.above, before.end if before else 0))
    part = _Part([], [], titles)
    for place, row in enumerate(grid.rows):
        said = [text[slice(*cell)] for cell in row.cells]
        if is_numbering(said):
            continue
        if not row.fits:
            yield from _table(text, part)
            yield from _table(text, _Part([], [row], []))
            part = _Part(part.heads, [], part.titles, is_new=False)
            continue
        distinct = {cell for cell in said if cell}
        if len(distinct) <= 1 and len(said) > 1:
            if any(map(is_number, distinct)) or not distinct:
                part.rows.append(row)
                continue
            title = next(cell for cell, word in zip(row.cells, said, strict=True) if word)
            if part.rows:
                yield from _table(text, part)
                part = _Part(part.heads, [], [*titles, title], is_new=False)
            else:
                part.titles.append(title)
        elif place < grid.ruled or _is_head(said, part):
            if part.rows:
                yield from _table(text, part)
                part = _Part([], [], [])
            part.heads.append(row)
        else:
            part.rows.append(row)
    if not part.heads and before and _is_section(part, before, grid):
        heads = [Row(Line(*_extent(cells)), cells) for cells in before.heads]
        titles = [*before.titles, *part.titles]
        part = part._replace(heads=heads, titles=titles, is_new=False)
    yield from _table(text, part)


def _extent(cells: Sequence[Span]) -> Span:
    return Span(min(cell.start for cell in cells), max(cell.end for cell in cells))


def _is_section(part: _Part, before: Table, grid: Grid) -> bool:
    """Whether rows without heads go on the table above, but for one line between them."""
    if not part.rows or not before.heads or before.form != "table":
        return False
    if len(part.rows[0].cells) != len(before.heads[0]):
        return False
    line = grid.lines[grid.above]
    return grid.above > 0 and grid.lines[grid.above - 1].end == before.end and line.end > line.start


def _is_head(said: Sequence[str], part: _Part) -> bool:
    """Whether a row holds no number: nor a mark that one is missing, but years or ages."""
    if len(part.heads) >= _MOST_HEADS and not part.rows:
        return False
    if any(map(is_missing, filter(None, said))):
        return False
    numbers = [cell for cell in said if is_number(cell)]
    if not numbers:
        return True
    if not part.rows and not is_number(said[0]) and all(map(is_age, filter(None, said[1:]))):
        return True
    # Years name columns only where no other row has come yet.
    return not part.rows and all(map(is_year, numbers)) and _is_row_of_years(said, numbers)


def _is_row_of_years(said: Sequence[str], numbers: Sequence[str]) -> bool:
    """Whether the years of a row are those of its columns, and not of one row: "2023 | 95,2"."""
    return not is_number(said[0]) and len(set(numbers)) in {1, len(numbers), len(numbers) // 2}


def _table(text: str, part: _Part) -> Iterator[Table]:
    if not part.rows:
        return
    heads = [row.cells for row in part.heads]
    rows = [row.cells for row in part.rows]
    first = heads[0] if heads and part.is_new else rows[0]
    yield Table(
        start=first[0].start,
        end=rows[-1][-1].end,
        titles=tuple(part.titles),
        heads=tuple(_spread(text, heads)),
        rows=tuple(rows),
        naming=_naming(text, heads, rows),
    )


def _spread(text: str, heads: Sequence[tuple[Span, ...]]) -> Iterator[tuple[Span, ...]]:
    """Repeat a head over the columns that belong to it: those below which a head stands too."""
    for place, cells in enumerate(heads):
        below = heads[place + 1] if place + 1 < len(heads) else None
        spread = list(cells)
        group = 0
        for column, cell in enumerate(cells):
            if cell.start < cell.end:
                group = column
            elif below and _is_filled(below[column]) and _is_filled(below[group]):
                spread[column] = spread[group]
        yield tuple(spread)


def _is_filled(cell: Span) -> bool:
    return cell.start < cell.end


def _naming(
    text: str, heads: Sequence[Sequence[Span]], rows: Sequence[Sequence[Span]]
) -> tuple[int, ...]:
    """The columns that name the rows: those left of the first with numbers, but the row's own."""
    names: list[int] = []
    few = rows[:_CHECKED]
    for column in range(len(rows[0])):
        said = [text[slice(*cells[column])] for cells in few]
        said = [word for word in said if word]
        numbers = sum(map(is_number, said))
        head = {text[slice(*cells[column])].lower() for cells in heads}
        if head & _SERIALS or (not column and len(rows[0]) > 2 and _is_serial(said)):  # noqa: PLR2004
            continue
        if (said and all(map(_tells_year, said)) and not names and not column) or (
            said and all(map(is_year, said)) and names and column + 1 < len(rows[0])
        ):
            names.append(column)
        elif numbers * 2 > len(said):
            if names:
                break
        elif said and numbers == 0:
            names.append(column)
    return tuple(names)


def _tells_year(said: str) -> bool:
    """Whether a cell holds a year, alone or with words: "Target 2024"."""
    return is_year(said) or (not is_number(said) and any(map(is_year, said.split())))


def _is_serial(said: Sequence[str]) -> bool:
    """Whether the numbers of a column only count its rows: 1, 2, 3."""
    numbers = [word.rstrip(".") for word in said]
    return numbers == [str(place) for place in range(1, len(numbers) + 1)]
