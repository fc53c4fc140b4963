"""A panel as tables of the run itself."""

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.decided_run import settle
from tests.panel_run import ARTICLES, Article, Told, write_run
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.migrations import LATEST
from uhc_llm.batch.result_tables import ResultTable
from uhc_llm.errors import ConfigurationError, LedgerBusyError, LedgerError
from uhc_llm.panel import PanelOptions, store_panel, write_panel
from uhc_llm.panel.choosing import rules_named
from uhc_llm.panel.storing import STORED
from uhc_llm.panel.tables import CODEBOOK, PANEL, TARGETS

STALE = """
    SELECT documents < (SELECT count(*) FROM extractions)
        OR decisions < (SELECT count(*) FROM decisions)
    FROM panel_made
"""
MORE = Article("z", "Cakupan Kudus [91,2 persen].", (Told("91.2", region="33.19"),))

Rows = list[tuple[Any, ...]]
Ask = Callable[[str], Rows]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write_run(tmp_path / "run.db", ARTICLES)
    return tmp_path / "run.db"


@pytest.fixture
def ask(run: Path) -> Ask:
    """Asks as any program that knows SQLite."""

    def asked(query: str) -> Rows:
        with closing(sqlite3.connect(run)) as db:
            return db.execute(query).fetchall()

    return asked


def in_file(path: Path, table: ResultTable) -> Rows:
    """The rows of a CSV file, numbers as numbers and what is empty as none."""
    read = {"number": float, "integer": int}
    with path.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return [
        tuple(
            read.get(column.kind, str)(cell) if cell else None
            for column, cell in zip(table.columns, row, strict=True)
        )
        for row in rows
    ]


def empty_as_none(rows: Rows) -> Rows:
    return [tuple(None if cell == "" else cell for cell in row) for row in rows]


# --- what is there -------------------------------------------------------------------------------


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize(
    "options",
    [PanelOptions(), PanelOptions(by="year", rules=rules_named(["exact"]))],
    ids=["month", "year"],
)
def test_sqlite_reads_the_rows_of_the_files(
    run: Path, ask: Ask, options: PanelOptions, complete: bool
) -> None:
    out = run.with_name("panel.csv")
    filed = write_panel(run, out, options, complete=complete)
    stored = store_panel(run, options, complete=complete)
    assert stored == filed._replace(files=(run,))
    for name, path, table in zip(STORED, filed.files, (PANEL, TARGETS, CODEBOOK), strict=False):
        rows = in_file(path, table)
        assert empty_as_none(ask(f"SELECT * FROM {name}")) == rows  # noqa: S608 (ours)
        assert len(rows) > 1


def test_columns_have_types(run: Path, ask: Ask) -> None:
    store_panel(run)
    types: dict[str, str] = dict(ask("SELECT name, type FROM pragma_table_info('panel')"))
    assert tuple(types) == PANEL.names
    told = {name: types[name] for name in ("region", "year", "value", "first_said")}
    assert told == {"region": "TEXT", "year": "INTEGER", "value": "REAL", "first_said": "TEXT"}
    # So that a thousandth of it is no whole number.
    query = "SELECT value / 1000 FROM panel WHERE metric = 'population' AND region_code = '33.19'"
    assert ask(query) == [(872.9,)]


def test_a_panel_lies_beside_the_facts_that_it_is_of(run: Path, ask: Ask) -> None:
    store_panel(run)
    (count,) = ask(
        "SELECT count(*) FROM panel AS p JOIN documents AS d ON d.id = p.evidence_article "
        "JOIN reviewed_facts AS f ON f.document_key = d.key AND f.metric = p.metric "
        "AND f.region_code = p.region_code AND f.value = p.value"
    )[0]
    assert count >= len(ask("SELECT 1 FROM panel WHERE best_rule <> 'derived'"))


# --- how it was made -----------------------------------------------------------------------------


def made(ask: Ask, *columns: str) -> tuple[Any, ...]:
    (row,) = ask(f"SELECT {', '.join(columns)} FROM panel_made")  # noqa: S608 (ours)
    return row


def test_how_it_was_made_is_told(run: Path, ask: Ask) -> None:
    store_panel(run)
    plain = ("by", "as_of", "precision", "without", "complete", "as_extracted")
    assert made(ask, *plain) == ("month", None, None, "", 0, 0)
    assert made(ask, "documents", "decisions", "cells", "targets") == (10, 0, 16, 2)
    options = PanelOptions(
        "day", date(2024, 8, 1), rules=rules_named(["office", "exact"]), as_extracted=True
    )
    store_panel(run, options, complete=True)
    assert made(ask, *plain) == ("day", "2024-08-01", None, "exact;office", 1, 1)


@pytest.mark.parametrize("change", ["document", "decision"])
def test_a_stale_one_can_be_told(run: Path, ask: Ask, change: str) -> None:
    store_panel(run)
    assert ask(STALE) == [(0,)]
    if change == "document":
        write_run(run, [MORE])
    else:
        with Ledger.review(run) as ledger:
            (key,) = next(ledger.rows("SELECT key FROM documents WHERE id = 'demak-1'"))
            settle(ledger, key, "fact:0")
    assert ask(STALE) == [(1,)]
    store_panel(run)
    assert ask(STALE) == [(0,)]


def test_it_is_made_anew_each_time(run: Path, ask: Ask) -> None:
    store_panel(run, complete=True)
    store_panel(run, PanelOptions(as_of=date(2021, 12, 31)))
    assert [each for (each,) in ask("SELECT DISTINCT region FROM panel")] == ["Papua"]
    assert ask("SELECT count(*) FROM panel_made") == [(1,)]


# --- when it cannot be ---------------------------------------------------------------------------


def stored_rows(ask: Ask) -> Sequence[Rows]:
    return [ask(f"SELECT * FROM {name}") for name in STORED]  # noqa: S608 (ours)


def test_what_cannot_be_made_leaves_what_was_there(run: Path, ask: Ask) -> None:
    store_panel(run)
    before = stored_rows(ask)
    with pytest.raises(ConfigurationError, match="not by 'week'"):
        store_panel(run, PanelOptions(by="week"))  # type: ignore[arg-type] # what somebody may write
    with closing(sqlite3.connect(run)) as db:  # a reader that takes all there is
        db.execute("BEGIN EXCLUSIVE")
        with pytest.MonkeyPatch.context() as patch:
            connect = sqlite3.connect
            patch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **(k | {"timeout": 0.0})))
            with pytest.raises(LedgerBusyError, match="locked"):
                store_panel(run)
        db.rollback()
    assert stored_rows(ask) == before


def test_while_a_run_is_under_way_the_panel_is_stored_and_the_run_goes_on(
    run: Path, ask: Ask
) -> None:
    with Ledger.write(run) as ledger:
        store_panel(run)
        assert ledger.counts().done == len(ARTICLES)
        with ledger.transaction() as db:
            db.execute("UPDATE documents SET title = 'x'")
    assert len(ask("SELECT * FROM panel")) == 16


def test_without_a_run_nothing_is_stored(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no run"):
        store_panel(tmp_path / "run.db")
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_results_has_empty_tables(run: Path, ask: Ask) -> None:
    run.unlink()
    Ledger.write(run).close()
    assert store_panel(run)[:4] == (0, 0, 0, 0)
    assert [len(rows) for rows in stored_rows(ask)[:2]] == [0, 0]


NOBODY = """
import os, sys
from uhc_llm.panel import store_panel
if os.geteuid() == 0:  # root may write anywhere
    os.setuid(65534)
try:
    store_panel(sys.argv[1])
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not read-only there")
def test_a_run_that_is_read_only_says_so() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_run(folder / "run.db", ARTICLES[:1])
        (folder / "run.db").chmod(0o444)
        folder.chmod(0o555)
        try:
            done = subprocess.run(
                [sys.executable, "-c", NOBODY, str(folder / "run.db")],
                capture_output=True,
                text=True,
                check=True,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            )
        finally:
            folder.chmod(0o755)
    assert done.stdout.startswith("LedgerError ")
    assert "cannot be written" in done.stdout


# --- the run itself ------------------------------------------------------------------------------


def test_the_run_is_as_it_was_beside_them(run: Path, ask: Ask) -> None:
    query = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'panel%' ORDER BY name"
    before = ask(query), ask("SELECT * FROM reviewed_facts")
    store_panel(run)
    assert (ask(query), ask("SELECT * FROM reviewed_facts")) == before
    assert ask("PRAGMA user_version") == [(LATEST,)]
    for opened in (Ledger.write, Ledger.review, Ledger.read):
        with opened(run) as ledger:
            assert ledger.counts().done == len(ARTICLES)
    write_run(run, [MORE])
    assert store_panel(run).cells == 17
