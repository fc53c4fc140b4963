"""The codebook: every column once, and every word that a cell may hold."""

import csv
import re
from importlib.resources import files
from typing import get_args

import pytest

from tests.panel_run import ARTICLES, cells
from uhc_llm.batch.result_tables import Kind
from uhc_llm.panel.choosing import RULES
from uhc_llm.panel.conflicts import KINDS
from uhc_llm.panel.periods import By
from uhc_llm.panel.sources import Denominator
from uhc_llm.panel.tables import (
    CODEBOOK,
    PANEL,
    TARGETS,
    codebook_rows,
    empty_row,
    panel_row,
    target_row,
)
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import METRICS, SEGMENTS, Level, Qualifier, Verdict

BOOK = [dict(zip(CODEBOOK.names, row, strict=True)) for row in codebook_rows()]
COLUMNS = [(row["table"], row["column"]) for row in BOOK]


def about(column: str, table: str = "panel") -> str:
    (found,) = [row["about"] for row in BOOK if (row["table"], row["column"]) == (table, column)]
    assert isinstance(found, str)
    return found


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def test_a_column_is_described_once_in_the_order_of_its_table() -> None:
    assert len(set(COLUMNS)) == len(COLUMNS)
    for name, table in (("panel", PANEL), ("targets", TARGETS)):
        assert [column for of, column in COLUMNS if of == name] == list(table.names)
    assert {name for name, _ in COLUMNS} == {"panel", "targets"}


def test_the_codebook_is_the_file_and_says_something_of_each_column() -> None:
    text = files("uhc_llm.panel").joinpath("data/codebook.csv").read_text("utf-8")
    assert list(csv.DictReader(text.splitlines())) == BOOK
    assert CODEBOOK.names == ("table", "column", "kind", "about")
    assert [row for row in BOOK if len(row["about"].split()) < 2] == []


def test_kinds_are_those_that_files_can_be_written_of() -> None:
    assert {row["kind"] for row in BOOK} <= set(get_args(Kind))
    kinds = {
        (name, column.name): column.kind
        for name, table in (("panel", PANEL), ("targets", TARGETS))
        for column in table.columns
    }
    assert kinds == {(row["table"], row["column"]): row["kind"] for row in BOOK}


def test_a_column_of_both_tables_is_of_one_kind() -> None:
    by_name: dict[str, set[str]] = {}
    for row in BOOK:
        by_name.setdefault(row["column"], set()).add(row["kind"])
    assert {name for name, kinds in by_name.items() if len(kinds) > 1} == set()


def test_best_rule_names_every_rule_and_what_stands_where_none_decides() -> None:
    named = about("best_rule").partition(": ")[2].split(", ")
    assert named == ["only", "derived", *(rule.name for rule in RULES)]


def test_conflict_names_every_kind_in_its_words() -> None:
    told = about("conflict").partition(": ")[2].split("; ")
    assert told == [f"{kind}: {said}" for kind, said in KINDS.items()]


@pytest.mark.parametrize("table", ["panel", "targets"])
@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("level", set(get_args(Level)) - {"area"}),
        ("metric", set(METRICS)),
        ("segment", set(SEGMENTS)),
        ("unit", {definition.unit for definition in METRICS.values()}),
        ("qualifier", set(get_args(Qualifier))),
    ],
)
def test_a_column_names_every_word_that_it_may_hold(
    table: str, column: str, values: set[str]
) -> None:
    assert values <= words(about(column, table))


def test_the_panels_own_columns_name_their_words() -> None:
    assert set(get_args(Denominator)) <= words(about("denominator"))
    assert {*get_args(Verdict), "reviewed", "derived"} - {"rejected"} <= words(about("verdict"))
    assert {"breaks_series", "sums_differ", "old_boundaries", "range"} <= words(about("notes"))
    assert {"own", "nation"} <= words(about("target_of"))
    assert set(get_args(By)) <= words(about("precision"))
    assert {"yes", "no"} <= words(about("meets_uhc_bar"))


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("panel", {"value", "rule", "difference", "articles"}),
        ("targets", {"value", "rule", "articles"}),
    ],
)
def test_what_lost_is_told_by_what_the_codebook_says(table: str, keys: set[str]) -> None:
    said = about("lost", table).rpartition(" list of ")[2]
    assert set(said.split(", ")) == keys


def test_rows_have_a_cell_for_each_column_and_none_for_what_is_not_told() -> None:
    found, targets = cells(*ARTICLES)
    assert {len(panel_row(cell)) for cell in found} == {len(PANEL.names)}
    assert {len(target_row(target)) for target in targets} == {len(TARGETS.names)}
    region = gazetteer().by_code["33.74"]
    row = dict(zip(PANEL.names, empty_row(region, "2024-06", "coverage_rate"), strict=True))
    assert {name: value for name, value in row.items() if value is not None} == {
        "region_code": "33.74",
        "region": "Kota Semarang",
        "level": "city",
        "province": "Jawa Tengah",
        "period": "2024-06",
        "year": 2024,
        "month": 6,
        "precision": "month",
        "period_start": "2024-06-01",
        "metric": "coverage_rate",
        "segment": "all",
        "reports": 0,
        "articles": 0,
        "copies": 0,
    }


def test_cells_hold_words_that_the_codebook_names() -> None:
    found, _ = cells(*ARTICLES)
    for cell in found:
        row = dict(zip(PANEL.names, panel_row(cell), strict=True))
        for column in (
            "best_rule",
            "conflict",
            "verdict",
            "metric",
            "segment",
            "unit",
            "qualifier",
        ):
            assert row[column] in words(about(column)), column
        assert set(filter(None, row["notes"].split(";"))) <= words(about("notes"))
