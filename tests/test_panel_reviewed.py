"""What reviewers decide enters the panel, and goes before what was read."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.decided_run import settle
from tests.panel_run import Article, Told, write_run
from uhc_llm.batch.decisions import undo
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.results import load
from uhc_llm.errors import ConfigurationError
from uhc_llm.panel import PanelOptions, load_panel, write_panel
from uhc_llm.promise import Promise
from uhc_llm.schemas import Region

PAPERS = (
    Article("a", "BPJS Kesehatan mencatat [94,77 persen].", (Told("94.77"),)),
    Article("b", "Pengamat menyebut [91,2 persen].", (Told("91.2", verdict="suspect"),)),
    Article("c", "Cakupan [94,77 persen], target [98 persen].",
        (Told("94.77"), Told("98", status="target", period="2025"))),
)  # fmt: skip

Rows = list[dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


@pytest.fixture
def keys(run: Path) -> dict[str, str]:
    return write_run(run, PAPERS)


@pytest.fixture
def rows(run: Path, keys: dict[str, str]) -> Callable[..., Rows]:
    del keys  # they come with the run

    def written(name: str = "panel", *, as_of: date | None = None) -> Rows:
        write_panel(run, run.with_name("panel.jsonl"), PanelOptions(as_of=as_of))
        out = run.with_name(f"{name}.jsonl")
        return [json.loads(line) for line in out.read_text("utf-8").splitlines()]

    return written


def test_before_anybody_looks_what_was_verified_stands(rows: Callable[..., Rows]) -> None:
    (row,) = rows()
    assert (row["value"], row["best_rule"], row["verdict"]) == (94.77, "verified", "verified")
    assert (row["reports"], row["conflict"]) == (2, "conflict")


def test_a_fact_that_was_accepted_wins(
    run: Path, keys: dict[str, str], rows: Callable[..., Rows]
) -> None:
    with Ledger.review(run) as ledger:
        settle(ledger, keys["b"], "fact:0")
    (row,) = rows()
    assert (row["value"], row["best_rule"], row["verdict"]) == (91.2, "reviewed", "reviewed")
    assert (row["evidence_article"], row["low"], row["high"]) == ("b", 91.2, 94.77)
    assert json.loads(row["lost"]) == [
        {"value": 94.77, "rule": "reviewed", "difference": "conflict", "articles": ["a", "c"]}
    ]


def test_a_correction_enters_in_place_of_what_was_read_and_wins(
    run: Path, keys: dict[str, str], rows: Callable[..., Rows]
) -> None:
    with Ledger.review(run) as ledger:
        settle(ledger, keys["b"], "fact:0", "correct", value=Decimal("91.3"))
    (row,) = rows()
    assert (row["value"], row["best_rule"], row["verdict"]) == (91.3, "reviewed", "reviewed")
    assert [each["value"] for each in json.loads(row["lost"])] == [94.77]


def test_as_extracted_the_panel_is_as_if_nobody_had_decided(
    run: Path, keys: dict[str, str]
) -> None:
    before = load(run).panel
    with Ledger.review(run) as ledger:
        settle(ledger, keys["a"], "fact:0", "reject")
        settle(ledger, keys["b"], "fact:0", "correct", value=Decimal("91.3"))
        settle(ledger, keys["c"], "fact:1", "correct", status="actual")
    assert load(run).panel["value"].tolist() == [91.3, 98]
    assert load(run, as_extracted=True).panel.equals(before)
    assert (len(load(run).targets), len(load(run, as_extracted=True).targets)) == (0, 1)


def test_what_was_read_is_not_promised_as_if_nobody_had_decided(
    run: Path, keys: dict[str, str]
) -> None:
    del keys
    with pytest.raises(ConfigurationError, match="as reviewers left them"):
        load_panel(run, PanelOptions(promise=Promise(0.9, 0.95), as_extracted=True))


def test_a_correction_moves_a_fact_to_the_cell_that_it_belongs_to(
    run: Path, keys: dict[str, str], rows: Callable[..., Rows]
) -> None:
    salatiga = Region(code="33.73", name="Kota Salatiga", level="city", province="Jawa Tengah")
    with Ledger.review(run) as ledger:
        settle(ledger, keys["b"], "fact:0", "correct", region=salatiga)
    semarang, moved = rows()
    assert (semarang["value"], semarang["conflict"]) == (94.77, "same")
    assert (moved["region"], moved["value"], moved["best_rule"]) == ("Kota Salatiga", 91.2, "only")
    assert moved["verdict"] == "reviewed"


def test_a_fact_that_was_rejected_leaves(
    run: Path, keys: dict[str, str], rows: Callable[..., Rows]
) -> None:
    with Ledger.review(run) as ledger:
        settle(ledger, keys["a"], "fact:0", "reject")
        settle(ledger, keys["c"], "fact:0", "reject")
    (row,) = rows()
    assert (row["value"], row["best_rule"], row["lost"]) == (91.2, "only", "[]")
    with Ledger.review(run) as ledger:
        settle(ledger, keys["b"], "fact:0", "reject")
    assert rows() == []


def test_a_target_that_turns_out_to_be_reached_becomes_a_cell(
    run: Path, keys: dict[str, str], rows: Callable[..., Rows]
) -> None:
    assert [row["value"] for row in rows("panel.targets")] == [98]
    with Ledger.review(run) as ledger:
        settle(ledger, keys["c"], "fact:1", "correct", status="actual")
    assert rows("panel.targets") == []
    assert [(row["period"], row["value"]) for row in rows()] == [("2024-06", 94.77), ("2025", 98)]


def test_what_was_taken_back_counts_no_more(
    run: Path, keys: dict[str, str], rows: Callable[..., Rows]
) -> None:
    before = rows()
    with Ledger.review(run) as ledger:
        settle(ledger, keys["a"], "fact:0", "correct", value=Decimal("93.3"))
        assert rows() != before
        undo(ledger, reviewer="Ani")
    assert rows() == before


def test_a_rounding_that_somebody_looked_at_goes_before_the_exact_figure(
    run: Path, rows: Callable[..., Rows]
) -> None:
    loose = Article("d", "Cakupan [94,8 persen].", (Told("94.8"),))
    (key,) = write_run(run, [loose]).values()
    with Ledger.review(run) as ledger:
        settle(ledger, key, "fact:0")
    (row,) = rows()
    assert (row["value"], row["best_rule"]) == (94.8, "reviewed")
    differences = {x["value"]: x["difference"] for x in json.loads(row["lost"])}
    assert differences == {94.77: "rounded", 91.2: "conflict"}


def test_a_promise_keeps_what_somebody_looked_at_though_it_was_unsure(run: Path) -> None:
    unsure = Told("91.2", verdict="suspect", confidence=0.3)
    papers = (
        Article("a", "Cakupan [91,2 persen].", (unsure,)),
        Article("b", "Cakupan [88,4 persen].", (unsure._replace(value="88.4", region="33.73"),)),
        Article("c", "Cakupan [85,1 persen].", (Told("85.1", region="33.74", confidence=1.0),)),
    )
    keys = write_run(run, papers)
    with Ledger.review(run) as ledger:
        settle(ledger, keys["a"], "fact:0", "correct", value=Decimal("91.3"))
    found = load_panel(run, PanelOptions(promise=Promise(0.9, 0.95)))
    told = list(zip(found["region_code"], found["value"], found["verdict"], strict=True))
    assert told == [("33.22", 91.3, "reviewed"), ("33.74", 85.1, "verified")]


def test_a_review_of_an_early_article_is_in_its_vintage(
    run: Path, keys: dict[str, str], rows: Callable[..., Rows]
) -> None:
    with Ledger.review(run) as ledger:
        settle(ledger, keys["b"], "fact:0")
    assert [row["value"] for row in rows(as_of=date(2024, 7, 10))] == [91.2]
    assert rows(as_of=date(2024, 7, 9)) == []
