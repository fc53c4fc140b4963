"""Articles in tables: a row of JSONL, CSV or Parquet, and the document that it holds."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, Protocol

from uhc_llm.documents import MAX_BYTES, Document
from uhc_llm.errors import InputError, MissingExtraError

__all__ = [
    "Columns",
    "Row",
    "count_parquet_rows",
    "csv_rows",
    "document_of",
    "jsonl_rows",
    "parquet_rows",
]

_DELIMITERS: Final = ",;\t"
_PARQUET_BATCH: Final = 64


class Columns(NamedTuple):
    """How a table calls what is read from it; all but the text may be missing."""

    text: str = "text"
    id: str = "id"
    published: str = "published"
    url: str = "url"
    title: str = "title"


class Row(NamedTuple):
    """One row: where it begins (the first line is 1), and its cells, or why there are none."""

    line: int
    cells: Mapping[str, Any]
    problem: str | None = None


class _Lines(Protocol):
    def readline(self, most: int, /) -> bytes: ...


def document_of(row: Row, columns: Columns, *, default_id: str) -> Document:
    """The document in a row.

    Raises:
        InputError: it has no text, or a date that is none.
    """
    if row.problem is not None:
        raise InputError(row.problem)
    cells = row.cells
    text = cells.get(columns.text)
    if not isinstance(text, str):
        there = ", ".join(map(repr, list(cells)[:12])) or "none"
        raise InputError(
            f"no text in column {columns.text!r}; its columns are {there}: name the right one "
            "with --text-column"
            if text is None
            else f"column {columns.text!r} holds no text but {type(text).__name__}"
        )
    known = {
        "id": _words(cells.get(columns.id)) or default_id,
        "url": _words(cells.get(columns.url)),
        "title": _words(cells.get(columns.title)),
    }
    for name, said in {"text": text, **known}.items():
        if said is not None and not _is_whole(said):
            raise InputError(f"{name} has half a character in it: it was not decoded right")
    published = _date(cells.get(columns.published), columns.published)
    return Document(text=text, published=published, **known)


def _words(cell: object) -> str | None:
    said = "" if cell is None else str(cell).strip()
    return said or None


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _date(cell: object, column: str) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or isinstance(cell, date):
        return cell
    said = str(cell).strip()
    if not said:
        return None
    try:
        return datetime.fromisoformat(said).date()
    except ValueError as error:
        raise InputError(
            f"{column} {said[:40]!r} is no date: write it as 2024-05-31, or leave it empty"
        ) from error


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


def _object(number: int, line: bytes) -> Row:
    try:
        cells = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return Row(number, {}, f"not in UTF-8, at byte {error.start + 1} of the line")
    except (json.JSONDecodeError, RecursionError) as error:
        return Row(number, {}, f"no JSON: {error}")
    if not isinstance(cells, dict):
        return Row(number, {}, f"no JSON object but {type(cells).__name__}")
    return Row(number, cells)


# --- CSV -----------------------------------------------------------------------------------------


def csv_rows(stream: IO[bytes], columns: Columns) -> Iterator[Row]:
    """The rows of a CSV file with a header; between cells a comma, a semicolon or a tab.

    Raises:
        InputError: the header has no column for the text.
    """
    csv.field_size_limit(MAX_BYTES)
    # What is not UTF-8 stays apart from what is, and is found in its own row.
    lines = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield from _csv_rows(lines, columns)
    finally:
        lines.detach()  # whoever opened the stream closes it


def _csv_rows(lines: io.TextIOWrapper, columns: Columns) -> Iterator[Row]:
    first = lines.readline(MAX_BYTES)
    delimiter = max(_DELIMITERS, key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    if columns.text not in header:
        raise InputError(
            f"no column {columns.text!r} in the header, which has "
            f"{', '.join(map(repr, header[:12])) or 'nothing'}: name it with --text-column"
        )
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, {}, f"no CSV: {error}")
            continue
        if cells:
            yield _csv_row(line, header, cells)


def _csv_row(line: int, header: list[str], cells: list[str]) -> Row:
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
        if columns.text not in there:
            raise InputError(
                f"no column {columns.text!r}; it has {', '.join(map(repr, there[:12]))}: name the "
                "right one with --text-column"
            )
        wanted = [name for name in columns if name in there]
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
