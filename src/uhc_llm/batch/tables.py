"""Articles in tables: a row of JSONL, CSV or Parquet, and the document that it holds."""

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, Protocol, cast

from uhc_llm.batch.csv_reading import CsvRow, delimiter_in, rows_of_csv
from uhc_llm.documents import MAX_BYTES, Document, decoded_json
from uhc_llm.documents.fields import Field, cell_of, columns_of, read_written_day
from uhc_llm.errors import InputError, MissingExtraError
from uhc_llm.scanner.written_days import read_day

__all__ = [
    "Columns",
    "Row",
    "count_parquet_rows",
    "csv_rows",
    "document_of",
    "json_rows",
    "jsonl_rows",
    "parquet_rows",
]

_LARGEST_JSON: Final = 200_000_000
_PARQUET_BATCH: Final = 64


class Columns(NamedTuple):
    """How a table calls what is read from it; None is by one of the usual names.

    All but the text may be missing.
    """

    text: str | None = None
    id: str | None = None
    published: str | None = None
    url: str | None = None
    title: str | None = None
    site: str | None = None

    def among(self, there: Iterable[str]) -> tuple[str, ...]:
        """The columns of a table that may hold what is read; none when its text is not there."""
        names = tuple(there)
        found: dict[str, None] = {}
        for field, named in self._asdict().items():
            usual = columns_of(cast("Field", field), names) if named is None else (named,)
            if field == "text" and not any(name in names for name in usual):
                return ()
            found |= dict.fromkeys(name for name in usual if name in names)
        return tuple(found)

    def missing_text(self, there: Iterable[str]) -> str:
        """What to say of a table whose text is in none of its columns."""
        names = ", ".join(map(repr, list(there)[:12])) or "none"
        wanted = (
            f"no column {self.text!r}" if self.text else "no column for the text, such as 'isi'"
        )
        return f"{wanted}; its columns are {names}: name the right one with --text-column"


class Row(NamedTuple):
    """One row: where it begins (the first line is 1), and its cells, or why there are none."""

    line: int
    cells: Mapping[str, Any]
    problem: str | None = None


class _Lines(Protocol):
    def readline(self, most: int, /) -> bytes: ...


class _Bytes(Protocol):
    def read(self, most: int, /) -> bytes: ...


def document_of(row: Row, columns: Columns, *, default_id: str) -> Document:
    """The document in a row.

    Raises:
        InputError: it has no text, or a date that is none.
    """
    if row.problem is not None:
        raise InputError(row.problem)
    cells = row.cells
    text = cell_of("text", cells, columns.text)
    if not isinstance(text, str):
        text = _said_otherwise(cells, columns)
    known = {
        "id": _words(cell_of("id", cells, columns.id)) or default_id,
        "url": _words(cell_of("url", cells, columns.url)),
        "title": _words(cell_of("title", cells, columns.title)),
        "site": _words(cell_of("site", cells, columns.site)),
    }
    for name, said in {"text": text, **known}.items():
        if said is not None and not _is_whole(said):
            raise InputError(f"{name} has half a character in it: it was not decoded right")
    published = _date(cell_of("published", cells, columns.published))
    return Document(text=text, published=published, **known)


def _said_otherwise(cells: Mapping[str, Any], columns: Columns) -> str:
    """An empty text, where there is a column for it.

    Raises:
        InputError: there is none, or it holds something else.
    """
    there = columns.among(cells)
    if not there:
        raise InputError(columns.missing_text(cells))
    cell = cells[there[0]]
    if cell is None:
        raise InputError(f"no text in column {there[0]!r}")
    if not isinstance(cell, str):
        raise InputError(f"column {there[0]!r} holds no text but {type(cell).__name__}")
    return cell


def _words(cell: object) -> str | None:
    said = "" if cell is None else str(cell).strip()
    return said or None


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _date(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or isinstance(cell, date):
        return cell
    said = str(cell).strip()
    day = (read_written_day(said) or read_day(said)) if said else None
    if said and day is None:
        raise InputError(
            f"{said[:40]!r} is no date, or not one day: write it as 2024-05-31, leave it empty, or "
            "name another column with --published-column"
        )
    return day


# --- JSON lines ----------------------------------------------------------------------------------


def jsonl_rows(stream: _Lines, columns: Columns) -> Iterator[Row]:
    """The rows of a file with one JSON object a line; empty lines are no rows."""
    del columns  # an object has whatever it has
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_BYTES)
            yield Row(number, {}, f"longer than {MAX_BYTES // 1_000_000} MB, as no article is")
        elif line.strip():
            yield _object(number, line)


def json_rows(stream: _Bytes, columns: Columns) -> Iterator[Row]:
    """The rows of a JSON file: a list of objects, an object that holds one, or one object.

    Raises:
        InputError: it is no JSON, too large, or holds no objects.
    """
    raw = stream.read(_LARGEST_JSON + 1)
    if len(raw) > _LARGEST_JSON:
        raise InputError(
            f"larger than {_LARGEST_JSON // 1_000_000} MB: write one object a line (.jsonl)"
        )
    try:
        value = decoded_json(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"not in UTF-8, at byte {error.start + 1}") from error
    for number, cells in enumerate(_objects(value, columns), start=1):
        if isinstance(cells, dict):
            yield Row(number, cells)
        else:
            yield Row(number, {}, f"no JSON object but {type(cells).__name__}")


def _objects(value: object, columns: Columns) -> list[Any]:
    """The objects that hold articles: those of the longest list in an object that holds none."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise InputError(f"no JSON object or list of them but {type(value).__name__}")
    if columns.among(value):
        return [value]
    lists = [held for held in value.values() if isinstance(held, list)]
    return max(
        (held for held in lists if held and isinstance(held[0], dict)), key=len, default=[value]
    )


def _object(number: int, line: bytes) -> Row:
    try:
        cells = decoded_json(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return Row(number, {}, f"not in UTF-8, at byte {error.start + 1} of the line")
    except InputError as error:
        return Row(number, {}, str(error))
    if not isinstance(cells, dict):
        return Row(number, {}, f"no JSON object but {type(cells).__name__}")
    return Row(number, cells)


# --- CSV -----------------------------------------------------------------------------------------


def csv_rows(stream: IO[bytes], columns: Columns) -> Iterator[Row]:
    """The rows of a CSV file with a header; between cells a comma, a semicolon or a tab.

    Raises:
        InputError: the header has no column for the text.
    """
    # What is not UTF-8 stays apart from what is, and is found in its own row.
    lines = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield from _csv_rows(lines, columns)
    finally:
        lines.detach()  # whoever opened the stream closes it


def _csv_rows(lines: io.TextIOWrapper, columns: Columns) -> Iterator[Row]:
    first = lines.readline(MAX_BYTES)
    rows = rows_of_csv(chain([first], lines), delimiter_in(first))
    header = next(rows)
    if header.problem is not None:
        raise InputError(header.problem)
    if not columns.among(header.cells):
        raise InputError(columns.missing_text(header.cells))
    for row in rows:
        if row.cells or row.problem:
            yield _csv_row(row, header.cells)


def _csv_row(row: CsvRow, header: list[str]) -> Row:
    line, cells, problem = row
    if problem is not None:
        return Row(line, {}, problem)
    if len(cells) > len(header):
        more = len(cells) - len(header)
        return Row(line, {}, f"{more} cells more than the header: is a quotation mark missing?")
    named = dict(zip(header, cells, strict=False))
    if any("\udc80" <= character <= "\udcff" for cell in cells for character in _odd(cell)):
        return Row(line, {}, "not in UTF-8: save the table as UTF-8")
    return Row(line, named)


def _odd(cell: str) -> str:
    return "" if cell.isascii() or _is_whole(cell) else cell


# --- Parquet -------------------------------------------------------------------------------------


def parquet_rows(file: Path, columns: Columns) -> Iterator[Row]:
    """The rows of a Parquet file, of its columns only those that are read.

    Raises:
        InputError: it is none, or has no column for the text.
        MissingExtraError: pyarrow is not installed.
    """
    with _parquet(file) as table, _explained():
        there = table.schema_arrow.names
        wanted = list(columns.among(there))
        if not wanted:
            raise InputError(columns.missing_text(there))
        number = 0
        for batch in table.iter_batches(batch_size=_PARQUET_BATCH, columns=wanted):
            for cells in batch.to_pylist():
                number += 1
                yield Row(number, cells)


def count_parquet_rows(file: Path) -> int | None:
    """How many rows a Parquet file says that it has."""
    try:
        with _parquet(file) as table:
            return int(table.metadata.num_rows)
    except (InputError, OSError):
        return None


def _parquet(file: Path) -> Any:  # noqa: ANN401 (pyarrow carries no types)
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("reading Parquet", "batch") from error
    with _explained():
        return parquet.ParquetFile(file, pre_buffer=False)


@contextmanager
def _explained() -> Iterator[None]:
    from pyarrow import ArrowException

    try:
        yield
    except ArrowException as error:
        raise InputError(f"no Parquet file, or damaged: {error}") from error
