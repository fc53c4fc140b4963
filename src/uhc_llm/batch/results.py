"""Results out of a ledger: as files of four kinds, and as frames of pandas or polars."""

import csv
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal, get_args

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import TABLES, ResultTable, TableName
from uhc_llm.batch.trust import kept_facts
from uhc_llm.errors import ConfigurationError, MissingExtraError, ResultFileError
from uhc_llm.promise import Promise

__all__ = [
    "FORMATS",
    "Frames",
    "Library",
    "export",
    "frame",
    "harmless",
    "load",
    "put_in_place",
    "write_workbook",
]

Library = Literal["pandas", "polars"]
Row = Sequence[Any]

_BATCH: Final = 5_000
_MOST_SHEET_ROWS: Final = 1_048_575  # and the header
_LONGEST_CELL: Final = 32_767
# A spreadsheet runs a cell that begins with one of these.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def export(
    run: str | Path,
    out: str | Path,
    *,
    table: TableName = "facts",
    rejected: bool = False,
    as_extracted: bool = False,
    promise: Promise | None = None,
) -> int:
    """Write a table of a run into a file, whose suffix says its kind.

    The file is written beside its place and put there when it is whole.

    Args:
        run: the file of the run, which may be under way.
        out: `.jsonl`, `.csv`, `.parquet` or `.xlsx`; what was there before is replaced.
        table: which one.
        rejected: facts that the verifier or a reviewer did not let pass come too.
        as_extracted: what came out of the extraction, whatever reviewers decided since.
        promise: of the facts only those that can be kept under it: what reviewers left standing,
            and what is so sure that as large a share is right.

    Returns:
        How many rows were written.

    Raises:
        ConfigurationError: that suffix is none of these; or that cannot be promised.
        LedgerError: there is no such run.
        MissingExtraError: a package that this kind needs is not installed.
        ResultFileError: the file cannot be written.
    """
    out = Path(out)
    write = FORMATS.get(out.suffix.lower())
    if write is None:
        raise ConfigurationError(
            f"{str(out)!r} names no kind of file: end it in {', '.join(FORMATS)}"
        )
    if promise is not None and table != "facts":
        raise ConfigurationError("a promise is of facts: leave out the other table")
    with Ledger.read(run) as ledger, put_in_place(out) as beside:
        rows = _rows(ledger, table, rejected=rejected, as_extracted=as_extracted)
        counted = _Counted(rows if promise is None else kept_rows(ledger, rows, promise))
        write(beside, TABLES[table], counted)
    return counted.count


class _Counted:
    """Rows, counted as they pass."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def _rows(ledger: Ledger, table: TableName, *, rejected: bool, as_extracted: bool) -> Iterator[Row]:
    wanted = TABLES[table]
    found = ledger.rows(wanted.as_extracted if as_extracted else wanted.query)
    if table != "facts" or rejected:
        return found
    place = TABLES["facts"].names.index("rejected")
    return (row for row in found if not row[place])


def kept_rows(ledger: Ledger, rows: Iterable[Row], promise: Promise) -> Iterator[Row]:
    """Of the facts of a run those that can be kept under a promise.

    Raises:
        ConfigurationError: it cannot be promised.
    """
    kept = kept_facts(ledger, promise)
    key, item, decision = map(TABLES["facts"].names.index, ("document_key", "item", "decision"))
    return (row for row in rows if row[decision] or (row[key], row[item]) in kept)


@contextmanager
def put_in_place(out: Path) -> Iterator[Path]:
    """A file to write to, which takes the place of `out` when all went well.

    Raises:
        ResultFileError: it cannot be written; what was there before is as it was.
    """
    beside = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        yield beside
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(out)
    except OSError as error:
        raise ResultFileError(
            f"{str(out)!r} cannot be written: {error.strerror or error}. What was there before is "
            "as it was; free some room, or name another place"
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


# --- kinds of files ------------------------------------------------------------------------------


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: such a text gets an apostrophe.

    >>> harmless("=HYPERLINK(1)"), harmless("98,5 persen"), harmless(-3)
    ("'=HYPERLINK(1)", '98,5 persen', -3)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _write_jsonl(path: Path, table: ResultTable, rows: Iterable[Row]) -> None:
    flags = {column.name for column in table.columns if column.kind == "flag"}
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            named = dict(zip(table.names, row, strict=True))
            named.update({name: bool(named[name]) for name in flags})
            out.write(json.dumps(named, ensure_ascii=False) + "\n")


def _write_csv(path: Path, table: ResultTable, rows: Iterable[Row]) -> None:
    numbers = [column.kind == "number" for column in table.columns]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(table.names)
        for row in rows:
            # A number that only text holds exactly is a number all the same.
            writer.writerow(
                cell if is_number else harmless(cell)
                for cell, is_number in zip(row, numbers, strict=True)
            )


def _write_parquet(path: Path, table: ResultTable, rows: Iterable[Row]) -> None:
    arrow = _arrow()
    from pyarrow import parquet

    schema = _schema(table)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(arrow.Table.from_pydict(_columns(table, batch), schema=schema))


def _write_xlsx(path: Path, table: ResultTable, rows: Iterable[Row]) -> None:
    write_workbook(path, [("results", table, rows)])


def write_workbook(path: Path, sheets: Iterable[tuple[str, ResultTable, Iterable[Row]]]) -> None:
    """Write tables as the sheets of a workbook, row after row.

    Args:
        path: the file.
        sheets: the name of each, its table, and its rows.

    Raises:
        MissingExtraError: a package that this needs is not installed.
        ResultFileError: there are more rows than a sheet holds.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtraError("writing workbooks", "batch") from error
    from xlsxwriter.exceptions import XlsxWriterException

    book = xlsxwriter.Workbook(
        path,
        # Rows go to the disk as they come.
        {"constant_memory": True, "tmpdir": str(path.parent.absolute())},
    )
    try:
        for name, table, rows in sheets:
            _write_sheet(book, name, table, rows)
    finally:
        try:
            book.close()
        except XlsxWriterException as error:
            raise OSError(str(error)) from error


def _write_sheet(book: Any, name: str, table: ResultTable, rows: Iterable[Row]) -> None:  # noqa: ANN401
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, title in enumerate(table.names):
        sheet.write_string(0, place, title, bold)
    for number, row in enumerate(rows, start=1):
        if number > _MOST_SHEET_ROWS:
            raise ResultFileError(
                f"a sheet holds {_MOST_SHEET_ROWS:,} rows, and there are more: export to .csv or "
                ".parquet"
            )
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            if cell is None:
                continue
            if column.kind in ("integer", "number"):
                sheet.write_number(number, place, float(cell))
            elif column.kind == "flag":
                sheet.write_boolean(number, place, bool(cell))
            else:
                # Never as a formula or a link.
                sheet.write_string(number, place, str(harmless(cell))[:_LONGEST_CELL])


FORMATS: Final[Mapping[str, Callable[[Path, ResultTable, Iterable[Row]], None]]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".xlsx": _write_xlsx,
}
"""By suffix: what writes rows into a file."""


# --- frames --------------------------------------------------------------------------------------


def load(run: str | Path, *, library: Library = "pandas", as_extracted: bool = False) -> "Frames":
    """The tables of a run as frames.

    Args:
        run: the file of the run, which may be under way.
        library: of the frames, "pandas" or "polars".
        as_extracted: what came out of the extraction, whatever reviewers decided since.

    Returns:
        An object whose attributes `facts`, `rejected`, `declarations`, `documents`, `findings`,
        `unclaimed`, `decisions` and `errors` are frames, each read when it is first asked for.

    Raises:
        ConfigurationError: that is none of these libraries.
        LedgerError: there is no such run.
        MissingExtraError: the library is not installed.
    """
    if library not in get_args(Library):
        raise ConfigurationError(f"library {library!r} is none of {', '.join(get_args(Library))}")
    Ledger.read(run).close()  # what is wrong with it is said at once
    return Frames(Path(run), library, as_extracted=as_extracted)


class Frames:
    """The tables of a run, as `load` gives them."""

    def __init__(self, run: Path, library: Library, *, as_extracted: bool = False) -> None:
        self._run = run
        self._library: Library = library
        self._as_extracted = as_extracted

    def __repr__(self) -> str:
        return f"Frames({str(self._run)!r}, {self._library!r})"

    @cached_property
    def facts(self) -> Any:  # noqa: ANN401 (a frame of either library)
        """One row a fact as reviewers left it, without those that were rejected."""
        return self._frame("facts")

    @cached_property
    def rejected(self) -> Any:  # noqa: ANN401
        """The facts that the verifier or a reviewer did not let pass."""
        place = TABLES["facts"].names.index("rejected")
        with Ledger.read(self._run) as ledger:
            rows = _rows(ledger, "facts", rejected=True, as_extracted=self._as_extracted)
            return self._made("facts", [row for row in rows if row[place]])

    @cached_property
    def declarations(self) -> Any:  # noqa: ANN401
        """Regions that are said to have reached UHC, to aim at it, or to have lost it."""
        return self._frame("declarations")

    @cached_property
    def documents(self) -> Any:  # noqa: ANN401
        """One row a document, with what became of it and what it took."""
        return self._frame("documents")

    @cached_property
    def findings(self) -> Any:  # noqa: ANN401
        """What the verifier has to say."""
        return self._frame("findings")

    @cached_property
    def unclaimed(self) -> Any:  # noqa: ANN401
        """Every number that no fact claimed, and why; and what reviewers made of it."""
        return self._frame("unclaimed")

    @cached_property
    def decisions(self) -> Any:  # noqa: ANN401
        """One row a decision of a reviewer, in order, those that were undone too."""
        return self._frame("decisions")

    @cached_property
    def errors(self) -> Any:  # noqa: ANN401
        """Documents that failed, and inputs that could not be read."""
        return self._frame("errors")

    def _frame(self, name: TableName) -> Any:  # noqa: ANN401
        with Ledger.read(self._run) as ledger:
            rows = _rows(ledger, name, rejected=False, as_extracted=self._as_extracted)
            return self._made(name, rows)

    def _made(self, name: TableName, rows: Iterable[Row]) -> Any:  # noqa: ANN401
        return frame(TABLES[name], rows, self._library)


def frame(table: ResultTable, rows: Iterable[Row], library: Library = "pandas") -> Any:  # noqa: ANN401
    """Rows of a table as a frame.

    Raises:
        MissingExtraError: the library is not installed.
    """
    arrow, schema = _arrow(), _schema(table)
    parts = [
        arrow.Table.from_pydict(_columns(table, batch), schema=schema) for batch in _batches(rows)
    ]
    whole = arrow.concat_tables(parts) if parts else schema.empty_table()
    try:
        if library == "polars":
            import polars

            return polars.from_arrow(whole)
        import pandas  # noqa: F401 (what is missing is said in our words)
    except ImportError as error:
        extra = "polars" if library == "polars" else "batch"
        raise MissingExtraError(f"frames of {library}", extra) from error
    return whole.to_pandas()


# --- Arrow ---------------------------------------------------------------------------------------


def _arrow() -> Any:  # noqa: ANN401 (pyarrow carries no types)
    try:
        import pyarrow
    except ImportError as error:
        raise MissingExtraError("Parquet files and frames", "batch") from error
    return pyarrow


def _schema(table: ResultTable) -> Any:  # noqa: ANN401
    arrow = _arrow()
    kinds = {
        "text": arrow.string(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "date": arrow.date32(),
        "flag": arrow.bool_(),
    }
    return arrow.schema([(column.name, kinds[column.kind]) for column in table.columns])


_CONVERTED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "number": float,
    "date": date.fromisoformat,
    "flag": bool,
}


def _columns(table: ResultTable, rows: Sequence[Row]) -> dict[str, list[Any]]:
    columns = {}
    for column, cells in zip(table.columns, zip(*rows, strict=True), strict=True):
        convert = _CONVERTED.get(column.kind)
        columns[column.name] = [
            cell if cell is None or convert is None else convert(cell) for cell in cells
        ]
    return columns


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(rows)
    while batch := list(islice(rest, _BATCH)):
        yield batch
