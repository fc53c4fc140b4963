"""Rows as CSV: for programs, and as spreadsheets of a language open it.

| locale | between cells | decimals | first of all | text that would be taken for a number |
|---|---|---|---|---|
| none   | ,             | 98.7     |              | as it is                              |
| id     | ;             | 98,7     | BOM          | behind an apostrophe                  |
| en     | ,             | 98.7     | BOM          | behind an apostrophe                  |

Programs come first: without a locale there is no BOM. Excel needs one to read UTF-8, and gets it
from the other two; but R's `read.csv`, Python's `csv` and PostgreSQL's `COPY` make it a part of the
first column's name.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Protocol

from uhc_llm.batch.cells import harmless, kept_as_text
from uhc_llm.batch.result_tables import Column, ResultTable

__all__ = ["CsvWriter", "Locale", "write_csv"]

Locale = Literal["id", "en"]
"""Whose spreadsheets open it: Indonesian or English settings of the system."""

_BOM: Final = "\ufeff"


class _Form(NamedTuple):
    """How CSV is written for whoever opens it."""

    delimiter: str
    decimal: str
    is_for_spreadsheets: bool


_FORMS: Final[Mapping[Locale | None, _Form]] = {
    None: _Form(",", ".", is_for_spreadsheets=False),
    "id": _Form(";", ",", is_for_spreadsheets=True),
    "en": _Form(",", ".", is_for_spreadsheets=True),
}


class _Text(Protocol):
    def write(self, text: str, /) -> object: ...


class _Lines:
    """Lines that end in a line feed.

    The writer of Python 3.11 and 3.12 puts quotation marks around a lone carriage return only
    where its own lines end in one.
    """

    def __init__(self, out: _Text) -> None:
        self._out = out

    def write(self, line: str) -> object:
        return self._out.write(line.removesuffix("\r\n") + "\n")


class CsvWriter:
    """Writes rows of given columns.

    Args:
        out: where to; of a file with `newline=""`.
        columns: what the cells of a row are.
        locale: of the spreadsheet that opens it; None is for programs.
    """

    def __init__(self, out: _Text, columns: Sequence[Column], locale: Locale | None = None) -> None:
        self._out = out
        self._columns = tuple(columns)
        self._form = _FORMS[locale]
        self._writer = csv.writer(
            _Lines(out), delimiter=self._form.delimiter, lineterminator="\r\n"
        )

    def write_header(self) -> None:
        """Write the names of the columns."""
        if self._form.is_for_spreadsheets:
            self._out.write(_BOM)
        self._writer.writerow(column.name for column in self._columns)

    def write_row(self, cells: Iterable[Any]) -> None:
        """Write a row, with a cell for each column."""
        self._writer.writerow(
            self._cell(cell, column) for cell, column in zip(cells, self._columns, strict=True)
        )

    def _cell(self, cell: object, column: Column) -> object:
        if cell is None or column.kind == "date":
            return cell
        # A number that only text holds exactly is a number all the same.
        if column.kind == "number":
            return str(cell).replace(".", self._form.decimal)
        if self._form.is_for_spreadsheets and isinstance(cell, str):
            return kept_as_text(cell)
        return harmless(cell)


def write_csv(
    path: Path, table: ResultTable, rows: Iterable[Sequence[Any]], locale: Locale | None = None
) -> None:
    """Write the rows of a table into a file.

    Args:
        path: the file.
        table: what its columns are.
        rows: with a cell for each.
        locale: of the spreadsheet that opens it; None is for programs.
    """
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = CsvWriter(out, table.columns, locale)
        writer.write_header()
        for row in rows:
            writer.write_row(row)
