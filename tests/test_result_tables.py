"""The tables of a run: every column is explained, and time comes in parts."""

import csv
import json
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest

import uhc_llm
from tests.panel_run import Article, Told, write_run
from uhc_llm import Document, Extractor
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import COLUMNS, TABLES, Kind, TableName, column_rows
from uhc_llm.batch.results import export
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.schemas import (
    METRICS,
    SEGMENTS,
    DeclarationStatus,
    Level,
    Period,
    Qualifier,
    Status,
    Unit,
    Verdict,
)

BOOK = list(
    csv.DictReader(
        files("uhc_llm.batch").joinpath("data/columns.csv").read_text("utf-8").splitlines()
    )
)
THERE = {(name, column.name) for name, table in TABLES.items() for column in table.columns}


AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def exported(run: Path, table: TableName) -> list[dict[str, Any]]:
    export(run, run.with_name("out.jsonl"), table=table)
    return [json.loads(line) for line in run.with_name("out.jsonl").read_text("utf-8").splitlines()]


# --- what columns say -----------------------------------------------------------------------------


def test_every_column_is_explained_once_and_no_other() -> None:
    told = [(row["table"], row["column"]) for row in BOOK]
    assert len(told) == len(set(told))
    everywhere = {column for table, column in told if not table}
    assert {(table, column) for table, column in told if table} <= THERE
    # One that is told of all tables stands in some, and not only where something else is told.
    assert everywhere <= {column for table, column in THERE - set(told)}
    assert {(t, c) for t, c in THERE if c not in everywhere} <= set(told)
    assert all(row["about"].strip() == row["about"] != "" for row in BOOK)


@pytest.mark.parametrize("table", TABLES)
def test_the_rows_on_columns_are_the_columns(table: TableName) -> None:
    rows = [dict(zip(COLUMNS.names, row, strict=True)) for row in column_rows(TABLES[table])]
    assert tuple(row["column"] for row in rows) == TABLES[table].names
    assert {row["kind"] for row in rows} <= set(get_args(Kind))
    assert all(row["about"] for row in rows)


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("facts", "metric", list(METRICS)),
        ("facts", "segment", list(SEGMENTS)),
        ("facts", "unit", [definition.unit for definition in METRICS.values()]),
        ("facts", "qualifier", get_args(Qualifier)),
        ("facts", "status", get_args(Status)),
        ("facts", "level", get_args(Level)),
        ("facts", "verdict", get_args(Verdict)),
        ("facts", "period_source", get_args(Period.model_fields["source"].annotation)),
        ("facts", "article_date_source", ["given", "text"]),
        ("facts", "precision", ["day", "month", "quarter", "semester", "year", "none"]),
        ("declarations", "status", get_args(DeclarationStatus)),
        ("decisions", "action", ["accept", "correct", "reject", "add"]),
        ("documents", "state", ["waiting", "running", "done", "failed"]),
    ],
)
def test_a_column_names_every_word_that_it_may_hold(
    table: TableName, column: str, words: list[Unit]
) -> None:
    (about,) = [each.about for each in TABLES[table].columns if each.name == column]
    assert [word for word in words if word not in about] == []


# --- time -----------------------------------------------------------------------------------------

PARTS = ["year", "month", "day", "precision", "period_start", "period_end"]


@pytest.mark.parametrize(
    ("period", "parts"),
    [
        ("2024", [2024, None, None, "year", "2024-01-01", "2024-12-31"]),
        ("2024-S1", [2024, None, None, "semester", "2024-01-01", "2024-06-30"]),
        ("2023-S2", [2023, None, None, "semester", "2023-07-01", "2023-12-31"]),
        ("2024-Q1", [2024, None, None, "quarter", "2024-01-01", "2024-03-31"]),
        ("2024-Q2", [2024, None, None, "quarter", "2024-04-01", "2024-06-30"]),
        ("2024-Q3", [2024, None, None, "quarter", "2024-07-01", "2024-09-30"]),
        ("2024-Q4", [2024, None, None, "quarter", "2024-10-01", "2024-12-31"]),
        ("2024-02", [2024, 2, None, "month", "2024-02-01", "2024-02-29"]),
        ("2023-02", [2023, 2, None, "month", "2023-02-01", "2023-02-28"]),
        ("2024-12", [2024, 12, None, "month", "2024-12-01", "2024-12-31"]),
        ("2024-02-29", [2024, 2, 29, "day", "2024-02-29", "2024-02-29"]),
        (None, [None, None, None, "none", None, None]),
        # A model may write what is no day, and what no calendar has is none.
        ("2023-02-29", [2023, 2, 29, "day", None, None]),
        ("0000", [0, None, None, "year", None, None]),
    ],
)
def test_a_fact_s_time_comes_in_parts(tmp_path: Path, period: str | None, parts: list[Any]) -> None:
    told = Told("94.77", period=period)
    write_run(tmp_path / "run.db", [Article("a", "Cakupan [94,77 persen].", (told,))])
    (row,) = exported(tmp_path / "run.db", "facts")
    assert row["period"] == period
    assert [row[name] for name in PARTS] == parts
    # Days that are none would keep files and frames from being written.
    assert len(uhc_llm.load(tmp_path / "run.db").facts) == 1


TEXT = "KOTA BATU, Selasa (14/5/2024) - Cakupan JKN Kota Batu 98,4 persen per April 2024."


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        (TEXT, None, (None, "2024-05-14", "text")),
        (TEXT, "2024-05-15", ("2024-05-15", "2024-05-15", "given")),
        ("Cakupan JKN Kota Batu 98,4 persen.", None, (None, None, None)),
        ("Cakupan JKN Kota Batu 98,4 persen.", "2024-05-15", ("2024-05-15", "2024-05-15", "given")),
    ],
)
@pytest.mark.parametrize("table", ["facts", "documents"])
def test_an_article_s_date_says_where_it_is_from(
    tmp_path: Path,
    text: str,
    published: str | None,
    expected: tuple[str | None, ...],
    table: TableName,
) -> None:

    day = None if published is None else date.fromisoformat(published)
    document = Document(text=text, id="a", published=day)
    extractor = Extractor(strategy="code")
    with Ledger.write(tmp_path / "run.db") as ledger:
        settings = ledger.note_settings(extractor.settings)
        ledger.add([Work("k", document, "a.txt")], settings)
        ledger.record([Attempt("k", AT, AT, extraction=extractor.extract(document))])
    (row,) = exported(tmp_path / "run.db", table)
    told = (row["published"], row["article_date"], row["article_date_source"])
    assert told == expected
