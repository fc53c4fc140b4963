"""Results out of a ledger: as files of four kinds, and as frames of pandas or polars."""

import errno
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal, get_args

from uhc_llm.batch.csv_files import Locale, write_csv
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import COLUMNS, TABLES, ResultTable, TableName, column_rows
from uhc_llm.batch.sheets import in_language
from uhc_llm.batch.trust import kept_facts
from uhc_llm.batch.workbooks import write_workbook
from uhc_llm.errors import ConfigurationError, MissingExtraError, ResultFileError
from uhc_llm.language import LANGUAGES, Language, _, later
from uhc_llm.promise import Promise

__all__ = [
    "FORMATS",
    "Frames",
    "Library",
    "Write",
    "export",
    "frame",
    "load",
    "put_in_place",
    "writer_of",
]

Library = Literal["pandas", "polars"]
Row = Sequence[Any]
Write = Callable[[Path, ResultTable, Iterable[Row]], None]

_BATCH: Final = 5_000


def export(
    run: str | Path,
    out: str | Path,
    *,
    table: TableName = "facts",
    rejected: bool = False,
    as_extracted: bool = False,
    promise: Promise | None = None,
    locale: Locale | None = None,
    lang: Language = "en",
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
        locale: whose spreadsheets open the `.csv`: "id" has decimal commas and semicolons between
            the cells, "en" points and commas; both begin with a BOM, and text that would be taken
            for a number or a day gets an apostrophe. None is for programs.
        lang: the language of a `.xlsx`: of its sheets, headings and vocabulary; "en" has the names
            that the other kinds of files have in every language.

    Returns:
        How many rows were written.

    Raises:
        ConfigurationError: that suffix is none of these, or has no locale; there is no such
            language; or that cannot be promised.
        LedgerError: there is no such run.
        MissingExtraError: a package that this kind needs is not installed.
        ResultFileError: the file cannot be written.
    """
    out = Path(out)
    write = writer_of(out, locale, lang)
    if promise is not None and table != "facts":
        raise ConfigurationError(_("a promise is of facts: leave out the other table"))
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
        reason = error.strerror or str(error)
        advice = _WRITING_ADVICE.get(error.errno or 0, later("Name another place"))
        raise ResultFileError(
            _(
                "{file!r} cannot be written: {why}. {advice}; what was there before is as it was",
                file=str(out),
                why=_(reason),
                advice=_(advice),
            )
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


_WRITING_ADVICE: Final = {
    errno.ENOENT: later("Make its folder first, or name another one"),
    errno.ENOTDIR: later("Name a folder before the file's name"),
    errno.EISDIR: later("Name a file"),
    errno.EACCES: later("Name a place where you may write"),
    errno.EPERM: later("Name a place where you may write"),
    errno.EROFS: later("Name a place where you may write"),
    errno.ENOSPC: later("Free some room, or name another place"),
}


# --- kinds of files ------------------------------------------------------------------------------


def _write_jsonl(path: Path, table: ResultTable, rows: Iterable[Row]) -> None:
    flags = {column.name for column in table.columns if column.kind == "flag"}
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            named = dict(zip(table.names, row, strict=True))
            named.update({name: bool(named[name]) for name in flags})
            out.write(json.dumps(named, ensure_ascii=False) + "\n")


def _write_parquet(path: Path, table: ResultTable, rows: Iterable[Row]) -> None:
    arrow = _arrow()
    from pyarrow import parquet

    schema = _schema(table)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(arrow.Table.from_pydict(_columns(table, batch), schema=schema))


def _write_xlsx(path: Path, table: ResultTable, rows: Iterable[Row], lang: Language = "en") -> None:
    explaining = ("columns", COLUMNS, column_rows(table))
    write_workbook(path, in_language([("results", table, rows)], explaining, lang))


FORMATS: Final[Mapping[str, Write]] = {
    ".jsonl": _write_jsonl,
    ".csv": write_csv,
    ".parquet": _write_parquet,
    ".xlsx": _write_xlsx,
}
"""By suffix: what writes rows into a file."""


def writer_of(out: Path, locale: Locale | None = None, lang: Language = "en") -> Write:
    """What writes rows into a file of that name.

    Args:
        out: the file.
        locale: of the spreadsheet that opens it, where it is CSV; None is for programs.
        lang: of a workbook.

    Raises:
        ConfigurationError: its suffix names no kind of file, or one that has no locale; or there
            is no such language.
    """
    if lang not in LANGUAGES:
        raise ConfigurationError(f"language {lang!r} is none of {', '.join(LANGUAGES)}")
    suffix = out.suffix.lower()
    if suffix not in FORMATS:
        raise ConfigurationError(
            _(
                "{file!r} names no kind of file: end it in {suffixes}",
                file=str(out),
                suffixes=", ".join(FORMATS),
            )
        )
    if locale is None:
        is_spoken = suffix == ".xlsx" and lang != "en"
        return partial(_write_xlsx, lang=lang) if is_spoken else FORMATS[suffix]
    if locale not in get_args(Locale):
        raise ConfigurationError(f"locale {locale!r} is none of {', '.join(get_args(Locale))}")
    if suffix != ".csv":
        raise ConfigurationError(
            _(
                "a locale is of .csv, not of {suffix}: a workbook shows numbers and days as the "
                "program that opens it does, and other files are for programs",
                suffix=suffix,
            )
        )
    return partial(write_csv, locale=locale)


# --- frames --------------------------------------------------------------------------------------


def load(run: str | Path, *, library: Library = "pandas", as_extracted: bool = False) -> "Frames":
    """The tables of a run as frames.

    Args:
        run: the file of the run, which may be under way.
        library: of the frames, "pandas" or "polars".
        as_extracted: what came out of the extraction, whatever reviewers decided since.

    Returns:
        An object whose attributes `facts`, `rejected`, `declarations`, `documents`, `findings`,
        `unclaimed`, `decisions` and `errors` are frames, each read when it is first asked for; and
        `panel` and `targets`, the panel as it is made by default.

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

    @cached_property
    def panel(self) -> Any:  # noqa: ANN401
        """One row a region, month, indicator and segment, as `uhc_llm.panel.load_panel` has it."""
        # A panel stands on a run, so that it is imported when one is asked for.
        from uhc_llm.panel import PanelOptions, load_panel

        options = PanelOptions(as_extracted=self._as_extracted)
        return load_panel(self._run, options, library=self._library)

    @cached_property
    def targets(self) -> Any:  # noqa: ANN401
        """One row a region, year, indicator and segment that is aimed at, beside the panel."""
        from uhc_llm.panel import PanelOptions, load_targets

        options = PanelOptions(as_extracted=self._as_extracted)
        return load_targets(self._run, options, library=self._library)

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
