"""Tables of a run as its reviewers left it, and as it came out."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import uhc_llm
from tests.decided_run import ONE_FACT, accept_all, articles, example, make_run, many_facts, settle
from uhc_llm import Document, Extractor
from uhc_llm.batch.decisions import Choice, decide, undo
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import TABLES, TableName
from uhc_llm.batch.results import FORMATS, Library, export
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.schemas import FieldReading, Finding, Region
from uhc_llm.verifier import RULES

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
JATENG = Region(code="33", name="Jawa Tengah", level="province")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


def rows(
    path: Path, table: TableName = "facts", *, rejected: bool = False, as_extracted: bool = False
) -> list[dict[str, Any]]:
    out = path.with_name("out.jsonl")
    export(path, out, table=table, rejected=rejected, as_extracted=as_extracted)
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def decided(path: Path) -> str:
    """A run of an article in which everything that can be was done; returns its key."""
    (key,) = make_run(path, example("02-beberapa-daerah"))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:1", "correct", region=JATENG, status="actual")
        settle(ledger, key, "fact:2", "reject", by="Budi")
        settle(ledger, key, "fact:3", "accept")
        settle(ledger, key, "number:722", "reject")
        (article,) = articles(ledger)
        said = article.extraction.facts[0]
        assert said.evidence
        number = article.item("number:511").mention
        assert number
        place = {"quote": number.text, "start": number.start, "end": number.end}
        added = said.model_copy(update={"evidence": said.evidence.model_copy(update=place)})
        decide(ledger, key, [Choice("number:511", "add", added)], reviewer="Budi", seen={})
    return key


# --- facts ----------------------------------------------------------------------------------------


def test_facts_are_as_reviewers_left_them(path: Path) -> None:
    decided(path)
    found = {row["item"]: row for row in rows(path)}
    assert "fact:2" not in found
    assert len(found) == 12
    corrected = found["fact:1"]
    assert (corrected["region_code"], corrected["region"]) == ("33", "Jawa Tengah")
    assert (corrected["status"], corrected["mention"]) == ("actual", "95 persen")
    assert {item: (row["decision"], row["reviewer"]) for item, row in found.items()} == {
        "fact:0": (None, None),
        "fact:1": ("corrected", "Ani"),
        "fact:3": ("accepted", "Ani"),
        "number:511": ("added", "Budi"),
        **{f"fact:{place}": (None, None) for place in range(4, 12)},
    }
    assert all((row["decided_at"] is None) == (row["decision"] is None) for row in found.values())


def test_a_corrected_fact_is_as_likely_as_it_was_read_after_the_correction(path: Path) -> None:
    (key,) = make_run(path, many_facts(2))
    names = [name for name in TABLES["facts"].names if name.startswith("confidence")]
    (before,) = [row for row in rows(path) if row["item"] == "fact:0"]
    reading = (
        FieldReading(field="metric", probability=0.875),
        FieldReading(field="segment", probability=0.125, instead="all", instead_probability=0.75),
    )
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", "correct", segment="pbpu", confidence=0.0625, reading=reading)
    found = {row["item"]: row for row in rows(path)}
    assert {name: found["fact:0"][name] for name in names} == {
        "confidence": 0.0625,
        "confidence_metric": 0.875,
        "confidence_status": None,
        "confidence_segment": 0.125,
        "confidence_region": None,
        "confidence_period": None,
    }
    (came,) = [row for row in rows(path, as_extracted=True) if row["item"] == "fact:0"]
    assert {name: came[name] for name in names} == {name: before[name] for name in names}
    assert before["confidence"] is not None


def test_facts_that_a_reviewer_rejected_come_when_asked_for(path: Path) -> None:
    decided(path)
    (rejected,) = [row for row in rows(path, rejected=True) if row["rejected"]]
    assert (rejected["item"], rejected["decision"]) == ("fact:2", "rejected")
    assert rejected["verdict"] != "rejected"
    assert list(uhc_llm.load(path).rejected["item"]) == ["fact:2"]


def test_a_fact_that_the_verifier_rejected_and_a_reviewer_accepted_is_one(path: Path) -> None:
    key = with_one_rejected(path)
    assert [row["item"] for row in rows(path)] == ["fact:0", "fact:1"]
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:2")
    found = rows(path)
    assert [(row["item"], row["verdict"], row["rejected"]) for row in found] == [
        ("fact:2", "rejected", False),
        ("fact:0", "verified", False),
        ("fact:1", "verified", False),
    ]
    assert found[0]["findings"] == "rate_bounds;unusual_rate"


@pytest.mark.parametrize("as_extracted", [False, True])
def test_facts_come_in_the_order_of_the_text(path: Path, as_extracted: bool) -> None:
    with_one_rejected(path)
    found = rows(path, rejected=True, as_extracted=as_extracted)
    assert [row["item"] for row in found] == ["fact:2", "fact:0", "fact:1"]
    assert [row["start"] for row in found] == sorted(row["start"] for row in found)


def with_one_rejected(path: Path) -> str:
    """A run of an article whose first fact the verifier did not let pass; returns its key."""
    document = many_facts(3)
    # How sure a fact is changes with every article that is learned from.
    rules = RULES.without("confidence")
    with Ledger.write(path) as ledger, Extractor(strategy="code", rules=rules) as extractor:
        settings = ledger.note_settings(extractor.settings)
        ledger.add([Work("k", document, "a.txt")], settings)
        extraction = extractor.extract(document)
        findings = tuple(
            Finding(rule=rule, severity="error", message="no rate")
            for rule in ("rate_bounds", "unusual_rate")
        )
        first, *others = extraction.facts
        wrong = first.model_copy(update={"verdict": "rejected", "findings": findings})
        changed = {"facts": tuple(others), "rejected": (wrong,)}
        ledger.record([Attempt("k", AT, AT, extraction=extraction.model_copy(update=changed))])
    return "k"


@pytest.mark.parametrize("table", ["facts", "unclaimed"])
@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_as_extracted_is_as_if_nobody_had_decided(
    path: Path, table: TableName, suffix: str
) -> None:
    make_run(path, example("02-beberapa-daerah"))
    before, after = path.with_name(f"before{suffix}"), path.with_name(f"after{suffix}")
    export(path, before, table=table, rejected=True)
    decided(path)
    export(path, after, table=table, rejected=True)
    assert after.read_bytes() != before.read_bytes()
    export(path, after, table=table, rejected=True, as_extracted=True)
    assert after.read_bytes() == before.read_bytes()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_are_as_reviewers_left_them_or_as_extracted(path: Path, library: Library) -> None:
    decided(path)
    left, came = (uhc_llm.load(path, library=library, as_extracted=each) for each in (False, True))
    assert "number:511" in list(left.facts["item"])
    assert list(came.facts["item"]) == [f"fact:{place}" for place in range(12)]
    assert len(came.rejected) == 0
    assert len(left.decisions) == 5


@pytest.mark.parametrize("suffix", FORMATS)
def test_decided_facts_are_written_in_every_kind_of_file(path: Path, suffix: str) -> None:
    decided(path)
    assert export(path, path.with_name(f"out{suffix}")) == 12
    assert export(path, path.with_name(f"out{suffix}"), rejected=True) == 13
    assert export(path, path.with_name(f"out{suffix}"), table="decisions") == 5


# --- decisions ------------------------------------------------------------------------------------


def test_a_decision_says_what_was_said_and_what_was_changed(path: Path) -> None:
    decided(path)
    found = {row["item"]: row for row in rows(path, "decisions")}
    corrected = found["fact:1"]
    assert corrected["changed"] == "status;region"
    assert (corrected["said_status"], corrected["status"]) == ("target", "actual")
    assert (corrected["said_region"], corrected["region"]) == ("Indonesia", "Jawa Tengah")
    assert (corrected["said_value"], corrected["value"]) == (95, 95)
    assert [(item, row["action"], row["changed"]) for item, row in found.items()] == [
        ("fact:1", "correct", "status;region"),
        ("fact:2", "reject", ""),
        ("fact:3", "accept", ""),
        ("number:722", "reject", ""),
        ("number:511", "add", ""),
    ]
    assert (found["number:722"]["mention"], found["number:722"]["start"]) == (
        "17 kabupaten/kota",
        722,
    )
    assert found["number:511"]["metric"] == "regions_covered"
    assert found["number:511"]["said_metric"] is None


def test_decisions_that_were_undone_or_decided_anew_are_told_and_do_not_count(path: Path) -> None:
    (key,) = make_run(path, Document(text=ONE_FACT, id="a"))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", "accept")
        settle(ledger, key, "fact:0", "correct", by="Budi", segment="pbpu")
        settle(ledger, key, "fact:0", "reject", by="Budi")
        undo(ledger, reviewer="Budi")
    found = rows(path, "decisions")
    assert [(row["action"], row["counts"], row["undone_by"]) for row in found] == [
        ("accept", False, None),
        ("correct", True, None),
        ("reject", False, "Budi"),
    ]
    assert [row["undone_at"] is None for row in found] == [True, True, False]
    assert [row["segment"] for row in rows(path)] == ["pbpu"]


def test_decisions_on_a_document_that_was_replaced_are_told_and_do_not_count(path: Path) -> None:
    (key,) = make_run(path, Document(text=ONE_FACT, id="a"))
    with Ledger.write(path) as ledger:
        settle(ledger, key, "fact:0")
        with ledger.transaction() as db:
            db.execute("DELETE FROM sources")
    assert rows(path) == []
    assert [row["counts"] for row in rows(path, "decisions")] == [False]


# --- numbers and documents ------------------------------------------------------------------------


def test_numbers_say_what_reviewers_made_of_them(path: Path) -> None:
    key = decided(path)
    by_start = {row["start"]: row for row in rows(path, "unclaimed")}
    assert (by_start[511]["decision"], by_start[511]["reviewer"]) == ("added", "Budi")
    assert (by_start[722]["decision"], by_start[722]["reviewer"]) == ("rejected", "Ani")
    assert [row["decision"] for row in by_start.values()].count(None) == len(by_start) - 2
    with Ledger.review(path) as ledger:
        # A second fact of a number is no second number.
        (article,) = articles(ledger)
        second = Choice("number:511:2", "reject", article.item("number:511").fact)
        decide(ledger, key, [second], reviewer="Ani", seen={})
    again = rows(path, "unclaimed")
    assert len(again) == len(by_start)
    assert {row["start"]: row for row in again}[511]["decision"] == "added"


def test_documents_say_whether_everything_in_them_is_decided(path: Path) -> None:
    first, second = make_run(path, many_facts(2), Document(text=ONE_FACT, id="b"))
    with Ledger.review(path) as ledger:
        accept_all(ledger, first)
        assert [row["reviewed"] for row in rows(path, "documents")] == [True, False]
        accept_all(ledger, second)
        undo(ledger, reviewer="Ani")
        undo(ledger, reviewer="Ani")
    assert [row["reviewed"] for row in rows(path, "documents")] == [False, False]


def test_a_table_has_the_same_columns_as_extracted(path: Path) -> None:
    decided(path)
    with Ledger.read(path) as ledger:
        for table in TABLES.values():
            for query in (table.query, table.as_extracted):
                assert all(len(row) == len(table.columns) for row in ledger.rows(query))
