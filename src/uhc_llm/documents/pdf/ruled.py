"""Tables in ruled lines: what no rule parts is one cell, over as many rows and columns as it is.

rules -> grids: columns and rows, and the cells that they part -> the pieces in them -> rows
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from uhc_llm.documents.pdf.glyphs import Rule
from uhc_llm.documents.pdf.lines import Piece, rows
from uhc_llm.documents.pdf.tables import (
    MANY_COLUMNS,
    TableRow,
    has_figure,
    numbers_lines,
    with_names,
)

__all__ = ["Grid", "grids", "ruled_rows"]

_NEAR: Final = 3.0
_DRAWN: Final = 0.5  # of a cell's side
_WITHIN: Final = 0.6  # of a piece's width
_CLOSE: Final = 0.4  # of a line's height
_CENTRED: Final = 0.15  # of a row's height


class Grid(NamedTuple):
    """A table in ruled lines.

    Attributes:
        columns: where they begin, and the last one ends; points from the left.
        rows: the same, from the top.
        upright: its upright rules.
        level: its other rules.
    """

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    upright: tuple[Rule, ...]
    level: tuple[Rule, ...]

    def holds(self, piece: Piece) -> bool:
        """Whether a piece stands in it."""
        is_beside = self.columns[0] <= _centre(piece) <= self.columns[-1]
        return is_beside and self.rows[0] <= _middle(piece) <= self.rows[-1]


class _Area(NamedTuple):
    """A cell: its first column and row, and those behind its last."""

    left: int
    top: int
    right: int
    bottom: int


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
    upright = tuple(rule for rule in group if rule.is_upright)
    level = tuple(rule for rule in group if not rule.is_upright)
    if len(_distinct(rule.left for rule in upright)) < MANY_COLUMNS:
        return None
    if len(_distinct(rule.top for rule in level)) < 2:  # noqa: PLR2004 (an edge on each side)
        return None
    # The outermost rules are often left out.
    left, right = min(rule.left for rule in group), max(rule.right for rule in group)
    top, bottom = min(rule.top for rule in group), max(rule.bottom for rule in group)
    columns = _distinct([left, *(rule.left for rule in upright), right])
    across = _distinct([top, *(rule.top for rule in level), bottom])
    return Grid(tuple(columns), tuple(across), upright, level)


def _distinct(places: Iterable[float]) -> list[float]:
    apart: list[float] = []
    for place in sorted(places):
        if not apart or place - apart[-1] > _NEAR:
            apart.append(place)
    return apart


# --- cells ----------------------------------------------------------------------------------------


def _areas(grid: Grid) -> list[list[_Area]] | None:
    """For each row and column the cell there; None where the rules part no upright cells."""
    across, down = len(grid.columns) - 1, len(grid.rows) - 1
    walls = _drawn(
        ((rule.left, rule.top, rule.bottom) for rule in grid.upright), grid.columns, grid.rows
    )
    floors = _drawn(
        ((rule.top, rule.left, rule.right) for rule in grid.level), grid.rows, grid.columns
    )
    made: list[list[_Area | None]] = [[None] * across for _ in range(down)]
    for top in range(down):
        for left in range(across):
            if made[top][left] is not None:
                continue
            right, bottom = left + 1, top + 1
            while right < across and (right, top) not in walls:
                right += 1
            while bottom < down and (bottom, left) not in floors:
                bottom += 1
            area = _Area(left, top, right, bottom)
            for row in range(top, bottom):
                for column in range(left, right):
                    is_parted = (column > left and (column, row) in walls) or (
                        row > top and (row, column) in floors
                    )
                    if is_parted or made[row][column] is not None:
                        return None
                    made[row][column] = area
    return [[area for area in row if area is not None] for row in made]


def _drawn(
    rules: Iterable[tuple[float, float, float]], edges: Sequence[float], stops: Sequence[float]
) -> set[tuple[int, int]]:
    """Which sides are drawn: the number of their edge, and between which stops they lie.

    Args:
        rules: each its place across the edges, and from where to where it goes along them.
        edges: the places that such rules have.
        stops: what cuts them.
    """
    lengths: dict[tuple[int, int], float] = {}
    for place, begin, end in rules:
        edge = min(range(len(edges)), key=lambda n: abs(edges[n] - place))
        for number, (first, last) in enumerate(pairwise(stops)):
            if (length := min(end, last) - max(begin, first)) > 0:
                lengths[edge, number] = lengths.get((edge, number), 0.0) + length
    return {
        (edge, number)
        for (edge, number), length in lengths.items()
        if length > _DRAWN * (stops[number + 1] - stops[number])
    }


# --- rows -----------------------------------------------------------------------------------------


def ruled_rows(grid: Grid, found: Sequence[Piece]) -> list[TableRow]:
    """The rows of a table in ruled lines; a cell over several rows or columns is told in each."""
    areas = _areas(grid)
    if areas is None:
        return [TableRow(tuple((piece,) for piece in row.pieces), False) for row in rows(found)]
    held: dict[_Area, list[Piece]] = {}
    doubtful: set[_Area] = set()
    for row in rows(found):
        for piece in row.pieces:
            area = areas[_place(grid.rows, _middle(piece))][_place(grid.columns, _centre(piece))]
            held.setdefault(area, []).append(piece)
            if not _is_within(grid, area, piece):
                doubtful.add(area)
    for area in list(held):
        _part(grid, area, areas, held, doubtful)
    made = [
        row
        for place, band in enumerate(areas)
        for row in _band_rows(place, band, held, doubtful)
        if any(row.cells)
    ]
    return _without_empty(made)


def _part(
    grid: Grid,
    area: _Area,
    areas: list[list[_Area]],
    held: dict[_Area, list[Piece]],
    doubtful: set[_Area],
) -> None:
    """Part a cell over several rows that holds something for each: rules may be left out there."""
    if area.bottom - area.top == 1:
        _part_across(grid, area, areas, held, doubtful)
        return
    lines = rows(held[area])
    places = [_place(grid.rows, _middle(line.pieces[0])) for line in lines]
    has_rows = numbers_lines([(0, piece) for piece in line.pieces] for line in lines)
    is_wrapped = all(b.top - a.bottom < _CLOSE * b.height for a, b in pairwise(lines))
    if not has_rows and len(set(places)) < area.bottom - area.top:
        if not is_wrapped:
            doubtful.add(area)
        return
    is_centred = all(
        abs(_middle(line.pieces[0]) - (grid.rows[place] + grid.rows[place + 1]) / 2)
        < _CENTRED * (grid.rows[place + 1] - grid.rows[place])
        for line, place in zip(lines, places, strict=True)
    )
    if is_wrapped and not is_centred and not has_rows:
        return
    if is_wrapped or not is_centred or len(set(places)) < len(places):
        doubtful.add(area)
        return
    del held[area]
    for row in range(area.top, area.bottom):
        part = area._replace(top=row, bottom=row + 1)
        areas[row][area.left : area.right] = [part] * (area.right - area.left)
    for line, place in zip(lines, places, strict=True):
        held[area._replace(top=place, bottom=place + 1)] = list(line.pieces)


def _part_across(
    grid: Grid,
    area: _Area,
    areas: list[list[_Area]],
    held: dict[_Area, list[Piece]],
    doubtful: set[_Area],
) -> None:
    """Part a cell over several columns that holds something for each."""
    if all(len(line.pieces) == 1 for line in rows(held[area])):
        return
    parts = [area._replace(left=n, right=n + 1) for n in range(area.left, area.right)]
    into = [
        (parts[_place(grid.columns, _centre(piece)) - area.left], piece) for piece in held[area]
    ]
    several = len({part for part, _ in into}) > 1
    if not several or not all(_is_within(grid, part, piece) for part, piece in into):
        doubtful.add(area)
        return
    del held[area]
    areas[area.top][area.left : area.right] = parts
    for part, piece in into:
        held.setdefault(part, []).append(piece)


def _band_rows(
    place: int,
    band: Sequence[_Area],
    held: Mapping[_Area, list[Piece]],
    doubtful: set[_Area],
) -> Iterator[TableRow]:
    """The rows between two rules: one, or one a line where none are drawn between them."""
    own = [area for area in dict.fromkeys(band) if area.bottom - area.top == 1]
    lines = rows(piece for area in own for piece in held.get(area, ()))
    owner = {piece: area for area in own for piece in held.get(area, ())}
    named = [[(owner[piece].left, piece) for piece in line.pieces] for line in lines]
    if not numbers_lines(named):
        said = {area: tuple(held.get(area, ())) for area in band}
        if len(said) == 1:
            yield TableRow((said[band[0]],))
            return
        certain = all(
            not (area in doubtful or (area.right - area.left > 1 and has_figure(cell)))
            and not (area.bottom - area.top == 1 and _has_two(cell))
            for area, cell in said.items()
            if cell
        )
        yield TableRow(tuple(said[area] for area in band), certain)
        return
    first = band[0]
    names = held.get(first, [])
    # A name beside several lines is that of all of them.
    repeats = len(rows(names)) == 1 and not has_figure(names)
    made: list[TableRow] = []
    for line in lines:
        cells = tuple(
            tuple(held.get(area, ()))
            if area.bottom - area.top > 1 or (area == first and repeats)
            else tuple(piece for piece in line.pieces if owner[piece] == area)
            for area in band
        )
        if repeats and all(owner[piece] == first for piece in line.pieces):
            continue
        certain = not any(
            area in doubtful or _has_two(cell) or (area.right - area.left > 1 and has_figure(cell))
            for area, cell in zip(band, cells, strict=True)
        )
        made.append(TableRow(cells, certain))
    yield from with_names(made)


def _has_two(cell: Sequence[Piece]) -> bool:
    """Whether a number stands beside something else in one cell."""
    return has_figure(cell) and any(len(row.pieces) > 1 for row in rows(cell))


def _without_empty(made: Sequence[TableRow]) -> list[TableRow]:
    """The rows without the columns that say nothing: rules may be double."""
    width = max((len(row.cells) for row in made), default=0)
    full = [row for row in made if len(row.cells) == width]
    said = [n for n in range(width) if any(row.cells[n] for row in full)]
    # Columns that no row parts are one.
    kept = [
        n
        for before, n in pairwise([-1, *said])
        if before < 0 or any(row.cells[n] != row.cells[before] for row in full)
    ]
    return [
        row._replace(cells=tuple(row.cells[n] for n in kept)) if len(row.cells) == width else row
        for row in made
    ]


def _place(edges: Sequence[float], where: float) -> int:
    return min(max(sum(edge <= where for edge in edges) - 1, 0), len(edges) - 2)


def _is_within(grid: Grid, area: _Area, piece: Piece) -> bool:
    left, right = grid.columns[area.left], grid.columns[area.right]
    inside = min(piece.right, right) - max(piece.left, left)
    return inside >= _WITHIN * (piece.right - piece.left)


def _middle(piece: Piece) -> float:
    return (piece.top + piece.bottom) / 2


def _centre(piece: Piece) -> float:
    return (piece.left + piece.right) / 2
