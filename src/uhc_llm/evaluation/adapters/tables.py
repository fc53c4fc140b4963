"""Tables of facts: CSV, a row for each fact, with the columns of `to_record()` or fewer of them."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from uhc_llm.batch.cells import as_it_was
from uhc_llm.batch.csv_reading import table_of_csv
from uhc_llm.batch.result_tables import TABLES
from uhc_llm.errors import InputError

__all__ = ["Row", "rows_of_table"]

_NEEDED: Final = ("metric", "value")
_IDS: Final = ("id", "document_id")
# Columns that only the program's own tables have: their numbers are written with a decimal point,
# or with a comma where semicolons stand between the cells, and no thousands are set apart.
# Those of older versions have no columns of confidence, and are told by the others.
_OWN: Final = frozenset({"qualifier", "verdict", "findings"})
_NUMBERS: Final = frozenset(x.name for x in TABLES["facts"].columns if x.kind == "number")


class Row(NamedTuple):
    """A row: its line, the article it is of, its cells, and how its numbers are written."""

    line: int
    article: str | None
    cells: Mapping[str, str]
    has_decimal_point: bool


def rows_of_table(text: str) -> Iterator[Row]:
    """The rows of a table.

    Args:
        text: CSV with a header; between the cells stand commas, semicolons or tabs.

    Raises:
        InputError: a column is missing, or a row has more cells than the header; the message says
            in which line.
    """
    delimiter, names, rows = table_of_csv(text)
    header = [name.strip().casefold() for name in names]
    if missing := [name for name in _NEEDED if name not in header]:
        raise InputError(
            f"line 1: it is no JSON, and as a table lacks the columns {', '.join(missing)}: give "
            "it a header with id, metric and value, and where known unit, status, region, period "
            "and segment"
        )
    is_own = set(header) >= _OWN
    for line, row, _problem in rows:
        if len(row) > len(header):
            raise InputError(
                f"line {line}: {len(row) - len(header)} cells more than the header; a value "
                "with a comma needs quotation marks, or semicolons between the cells"
            )
        cells = {
            name: as_it_was(cell.strip())
            for name, cell in zip(header, row, strict=False)
            if cell.strip()
        }
        if is_own and delimiter == ";":
            cells |= {name: cells[name].replace(",", ".") for name in _NUMBERS & cells.keys()}
        if cells:
            article = next((cells[name] for name in _IDS if name in cells), None)
            yield Row(line, article, cells, is_own)
