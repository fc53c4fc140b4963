"""Names in the cells of a table: no ordinary words there, and their level is that of the head."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from uhc_llm.scanner.regions.matching import Named
from uhc_llm.scanner.regions.words import SETTLEMENTS
from uhc_llm.scanner.tables import cell_at
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Level, Table

__all__ = ["settle_in_tables"]

_LEVELS: Final[tuple[tuple[re.Pattern[str], Level], ...]] = (
    (re.compile(r"\bkab(?:upaten|\.|\b)"), "regency"),
    (re.compile(r"\bkota\b"), "city"),
    (re.compile(r"\bprovinsi\b|\bpropinsi\b|\bprov\b"), "province"),
)
_SMALLER: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(SETTLEMENTS))}|kel|puskesmas|rsud?|"
    r"rumah\s+sakit|faskes|fasilitas|klinik|cabang|kantor|nama\s+(?:perusahaan|petugas))\b"
)
# What may stand around a name in its cell: "1. Kab. Blora *)".
_AROUND: Final = re.compile(r"(?:[\W\d_]|kabupaten|kab|kota|provinsi|prov)*+")
_BELOW_PROVINCES: Final = frozenset[Level]({"regency", "city"})
_CITY: Final = re.compile(r"\bkota\s")
_CHECKED: Final = 100


def settle_in_tables(
    source: TokenizedText, named: Sequence[Named], tables: Sequence[Table]
) -> list[Named]:
    """The same names, those that fill a cell settled by what the table says of its names.

    Under "Kabupaten" Semarang is the regency. Under "Kabupaten/Kota" it is so where the cities of
    the table are named with "Kota", as offices name them.

    Args:
        source: the text.
        named: its names, in order.
        tables: its tables and lists, in order.
    """
    if not tables:
        return list(named)
    levels: dict[tuple[int, int], frozenset[Level]] = {}
    settled = (_settled(source, item, tables, levels) for item in named)
    return [item for item in settled if item is not None]


def _settled(
    source: TokenizedText,
    item: Named,
    tables: Sequence[Table],
    levels: dict[tuple[int, int], frozenset[Level]],
) -> Named | None:
    """The name settled; None where it is that of something smaller."""
    cell = cell_at(tables, item.start)
    if cell is None:
        is_open = item.is_doubtful and _is_head(source, item, tables)
        return item._replace(is_doubtful=False) if is_open else item
    span = cell.table.rows[cell.row][cell.column]
    folded = source.folded
    key = cell.table.start, cell.column
    if key not in levels:
        levels[key] = _levels_of(folded, cell.table, cell.column)
    if "area" in levels[key] and item.level is None:
        return None  # the district of that name
    if not item.is_doubtful and len(item.regions) == 1:
        return item
    if not (
        _AROUND.fullmatch(folded, span.start, item.start)
        and _AROUND.fullmatch(folded, item.end, max(span.end, item.end))
    ):
        return item
    item = item._replace(is_doubtful=False)
    if len(item.regions) == 1 or item.level is not None:
        return item
    fitting = tuple(region for region in item.regions if region.level in levels[key])
    level = fitting[0].level if len(fitting) == 1 else None
    return item._replace(regions=fitting, level=level) if fitting else item


def _is_head(source: TokenizedText, item: Named, tables: Sequence[Table]) -> bool:
    """Whether a name fills a head of a column."""
    index = bisect_right(tables, item.start, key=lambda table: table.start) - 1
    cells = (cell for heads in tables[index].heads for cell in heads) if index >= 0 else ()
    return any(
        cell.start <= item.start
        and item.end <= cell.end
        and _AROUND.fullmatch(source.folded, item.end, cell.end)
        for cell in cells
    )


def _levels_of(folded: str, table: Table, column: int) -> frozenset[Level]:
    """The levels that the bare names of a column may be of; none where nothing says it."""
    said = [folded[slice(*cells[column])] for cells in table.heads]
    if table.form == "list":
        said = [folded[slice(*title)] for title in table.titles[-1:]]
    if table.form == "table" and any(map(_SMALLER.search, said)):
        return frozenset({"area"})
    found = {level for pattern, level in _LEVELS if any(map(pattern.search, said))}
    if found == _BELOW_PROVINCES and table.form == "table":
        names = (folded[slice(*cells[column])] for cells in table.rows[:_CHECKED])
        has_cities = any(map(_CITY.match, names))
        return frozenset({"regency"}) if has_cities else _BELOW_PROVINCES
    return frozenset(found if len(found) == 1 else ())
