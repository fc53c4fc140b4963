"""A panel as tables of the run itself, for those who ask SQLite."""

import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from uhc_llm._version import __version__
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ledger_file import now, stamp
from uhc_llm.batch.result_tables import Column, Kind, ResultTable
from uhc_llm.panel.building import PanelOptions
from uhc_llm.panel.choosing import RULES
from uhc_llm.panel.rows import PanelRows, Row, Spool, Written
from uhc_llm.panel.tables import CODEBOOK, PANEL, TARGETS, codebook_rows

__all__ = ["STORED", "store_panel"]

_MADE: Final = ResultTable(
    "one row: how the panel was made, and of what",
    (
        Column("made_at", "text", "when, in UTC"),
        Column("made_by", "text", "by which version"),
        Column("by", "text", "how finely time is told apart"),
        Column("as_of", "date", "only of what was published up to then; empty where of all"),
        Column("precision", "number", "that was promised; empty where nothing was"),
        Column("certainty", "number", "of that promise"),
        Column("without", "text", "the rules that did not choose, by semicolons"),
        Column("complete", "flag", "whether it has rows of which nothing is said"),
        Column("as_extracted", "flag", "whether it is of facts as they came out"),
        Column("documents", "integer", "how many documents had been read by then"),
        Column("decisions", "integer", "how many decisions reviewers had made, undone ones too"),
        Column("cells", "integer", "how many cells have a figure"),
        Column("targets", "integer", "how many targets there are"),
        Column("regions", "integer", "of how many regions something is said"),
        Column("conflicts", "integer", "in how many cells sources really disagree"),
    ),
    "",
    "",
)

STORED: Final = {
    "panel": PANEL,
    "panel_targets": TARGETS,
    "panel_codebook": CODEBOOK,
    "panel_made": _MADE,
}
"""The tables that a run gets, by name."""

_TYPES: Final[dict[Kind, str]] = {
    "text": "TEXT", "integer": "INTEGER", "number": "REAL", "date": "TEXT", "flag": "INTEGER",
}  # fmt: skip
_COUNTS: Final = "SELECT (SELECT count(*) FROM extractions), (SELECT count(*) FROM decisions)"


def store_panel(
    run: str | Path,
    options: PanelOptions = PanelOptions(),  # noqa: B008 (a tuple)
    *,
    complete: bool = False,
) -> Written:
    """Put the panel of a run into it, as the tables `STORED`; what was there before is replaced.

    They are written in one transaction, also while another process runs it.

    Args:
        run: the file of the run.
        options: how the panel is made.
        complete: as `write_panel` has it.

    Raises:
        ConfigurationError: something cannot be promised.
        LedgerBusyError: another process keeps it locked.
        LedgerError: there is no such run, or it cannot be written to.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledger = stack.enter_context(Ledger.review(run))
        later, rows = Spool(folder / "targets"), Spool(folder / "panel")
        stack.callback(later.close)
        stack.callback(rows.close)
        with ledger.snapshot():
            counts = next(ledger.rows(_COUNTS))
            made = PanelRows(ledger, options, later, complete=complete)
            for row in made.panel():
                rows.add(row)
        written = made.written(Path(run))
        about = _made(options, counts, written, complete=complete)
        tables: Sequence[Iterable[Row]] = (
            rows.rows(),
            made.targets(),
            codebook_rows(),
            [about],
        )
        # Whoever runs it waits no longer than for these.
        with ledger.transaction() as db:
            for name, few in zip(STORED, tables, strict=True):
                _replace(db, name, STORED[name], few)
    return written


def _made(
    options: PanelOptions, counts: tuple[int, int], written: Written, *, complete: bool
) -> Row:
    """How and of what the panel was made, as a row of `panel_made`."""
    promise, asked = options.promise, {rule.name for rule in options.rules}
    return (
        stamp(now()), f"uhc-llm {__version__}", options.by,
        options.as_of and options.as_of.isoformat(),
        promise and promise.precision, promise and promise.certainty,
        ";".join(rule.name for rule in RULES if rule.name not in asked),
        complete, options.as_extracted, *counts,
        written.cells, written.targets, written.regions, written.conflicts,
    )  # fmt: skip


def _replace(db: sqlite3.Connection, name: str, table: ResultTable, rows: Iterable[Row]) -> None:
    columns = ", ".join(f'"{column.name}" {_TYPES[column.kind]}' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    db.execute(f"DROP TABLE IF EXISTS {name}")
    db.execute(f"CREATE TABLE {name} ({columns}) STRICT")
    values = (tuple(map(_value, table.columns, row)) for row in rows)
    db.executemany(f"INSERT INTO {name} VALUES ({marks})", values)  # noqa: S608 (words of ours)


def _value(column: Column, cell: Any) -> Any:  # noqa: ANN401 (whatever it holds)
    return float(cell) if column.kind == "number" and cell is not None else cell
