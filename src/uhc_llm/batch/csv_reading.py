"""CSV from elsewhere, row by row."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from uhc_llm.documents import MAX_BYTES
from uhc_llm.errors import InputError

__all__ = ["CsvRow", "CsvTable", "delimiter_in", "rows_of_csv", "table_of_csv"]

_DELIMITERS: Final = ",;\t"


class CsvRow(NamedTuple):
    """A row: the line that it begins in, and its cells, or what is wrong with it."""

    line: int
    cells: list[str]
    problem: str | None = None


class CsvTable(NamedTuple):
    """A table: what stands between its cells, its header, and the rows behind that."""

    delimiter: str
    header: list[str]
    rows: Iterator[CsvRow]


def table_of_csv(text: str, source: str | None = None) -> CsvTable:
    """The table in a text, whose rows have no problems.

    Args:
        text: with a header; between the cells stand commas, semicolons or tabs.
        source: what the table is called in messages; None where the caller says it.

    Raises:
        InputError: it is no CSV, then or when the rows are read; the message says in which line.
    """
    delimiter = delimiter_in(text.split("\n", 1)[0])
    rows = _unbroken(rows_of_csv(io.StringIO(text, newline=""), delimiter), source)
    header = next(rows, CsvRow(1, []))
    return CsvTable(delimiter, header.cells, rows)


def _unbroken(rows: Iterable[CsvRow], source: str | None) -> Iterator[CsvRow]:
    for row in rows:
        if row.problem is not None:
            where = f"line {row.line}" if source is None else f"{source}, line {row.line}"
            raise InputError(f"{where}: {row.problem}")
        yield row


def delimiter_in(header: str) -> str:
    r"""What stands between the cells of a table: a comma, a semicolon or a tab.

    >>> delimiter_in("id;metric;value"), delimiter_in("id\tvalue"), delimiter_in("value")
    (';', '\t', ',')
    """
    return max(_DELIMITERS, key=header.count)


def rows_of_csv(lines: Iterable[str], delimiter: str) -> Iterator[CsvRow]:
    """The rows of a table, its header and empty ones included.

    A quotation mark that is not closed, or stands within quoted words, is a problem of its row.
    Read leniently it would take the rows behind it into its cell.

    Args:
        lines: with their ends.
        delimiter: what stands between the cells.
    """
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            wrong = f"no CSV ({error}): is a quotation mark missing, or one too many?"
            yield CsvRow(line, [], wrong)
        else:
            yield CsvRow(line, cells)
