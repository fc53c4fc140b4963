"""Results come out whole, tidy and harmless, or not at all."""

import csv
import errno
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyarrow import parquet

import uhc_llm
from tests.decided_run import settle
from uhc_llm.batch import results, workbooks
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ledger_file import now
from uhc_llm.batch.result_tables import TABLES, TableName
from uhc_llm.batch.results import FORMATS, Library, export
from uhc_llm.batch.rows import FACT_COLUMNS
from uhc_llm.batch.work import Attempt, InputProblem, Work
from uhc_llm.documents import Document
from uhc_llm.errors import ConfigurationError, LedgerError, OutputError, ResultFileError
from uhc_llm.extraction import Extractor
from uhc_llm.schemas import RECORD_COLUMNS, FieldReading, Finding

TEXTS = (
    "KOTA BATU - Cakupan JKN Kota Batu 98,4 persen per 1 Mei 2024.",
    "=KABUPATEN SEMARANG - Peserta JKN 685 ribu jiwa.\nKabupaten Semarang telah meraih UHC.",
    "-Cakupan JKN Kota Batu 25 persen pada 2024.",
)
ODD = Document(text=TEXTS[1], id="=cmd()", url="@evil", title="+x")


def add(ledger: Ledger, document: Document, source: str, error: Exception | None = None) -> str:
    extractor = Extractor(strategy="code")
    settings = ledger.note_settings(extractor.settings)
    key = work_key(document.text, document.published, settings)
    ledger.add([Work(key, document, source)], settings)
    if error:
        ledger.record([Attempt(key, now(), now(), error=error)])
    else:
        extraction = extractor.extract(document)
        if document.text.startswith("-"):
            finding = Finding(rule="rate_bounds", severity="error", message="=no rate")
            said = {"verdict": "rejected", "findings": (finding,)}
            wrong = [fact.model_copy(update=said) for fact in extraction.facts]
            extraction = extraction.model_copy(update={"facts": (), "rejected": tuple(wrong)})
        ledger.record([Attempt(key, now(), now(), extraction=extraction)])
    return key


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = tmp_path / "run.db"
    with Ledger.write(path) as ledger:
        key = add(ledger, Document(text=TEXTS[0], id="a"), "/corpus/a.txt")
        add(ledger, ODD, "/corpus/b.jsonl:3")
        add(ledger, Document(text=TEXTS[2], id="c"), "/corpus/c.txt")
        add(ledger, Document(text="x 5 persen", id="d"), "/corpus/d.txt", OutputError("no use"))
        ledger.add_problems([InputProblem("/corpus/e.csv", 7, "no text")])
        settle(ledger, key, "fact:0", by="=Ani")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    match path.suffix:
        case ".jsonl":
            return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))
        case ".parquet":
            rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
            return rows
        case _:
            sheet = openpyxl.load_workbook(path)["results"]
            header, *cells = sheet.iter_rows(values_only=True)
            return [dict(zip(header, row, strict=True)) for row in cells]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_fact_is_a_row_with_its_region_evidence_and_verdict(run: Path, suffix: str) -> None:
    out = run.with_name(f"facts{suffix}")
    assert export(run, out) == 2
    first, second = read(out)
    assert list(first) == list(TABLES["facts"].names)
    assert (first["id"], first["source"]) == ("a", "/corpus/a.txt")
    assert (first["region_code"], first["region"], first["province"]) == (
        "35.79", "Kota Batu", "Jawa Timur"
    )  # fmt: skip
    assert float(first["value"]) == 98.4
    assert (first["mention"], first["verdict"]) == ("98,4 persen", "verified")
    assert TEXTS[0][int(first["start"]) : int(first["end"])] == first["mention"]
    assert first["sentence"] in TEXTS[0]
    assert int(second["value"]) == 685_000


def test_a_row_has_every_column_of_a_record_in_its_order() -> None:
    assert tuple(name for name in TABLES["facts"].names if name in RECORD_COLUMNS) == RECORD_COLUMNS
    assert ("id", *FACT_COLUMNS) == RECORD_COLUMNS


# --- how likely a fact is right ------------------------------------------------------------------

LIKELY = {
    "confidence": 1.0,
    "confidence_metric": 1.0,
    "confidence_status": 0.0,
    "confidence_segment": None,
    "confidence_region": 0.9731,
    "confidence_period": 0.5,
}
NOTHING_READ = dict.fromkeys(LIKELY)


@pytest.fixture
def likely(tmp_path: Path) -> Path:
    """A run of a fact that says how likely it is, and of one that does not."""
    document = Document(text=f"{TEXTS[0]}\nPeserta JKN Kota Batu 200 ribu jiwa.", id="a")
    extraction = Extractor(strategy="code").extract(document)
    first, second = extraction.facts
    reading = tuple(
        FieldReading(field=field, probability=probability)
        for field in ("metric", "status", "segment", "region", "period")
        if (probability := LIKELY[f"confidence_{field}"]) is not None
    )
    facts = (
        first.model_copy(update={"confidence": LIKELY["confidence"], "reading": reading}),
        second.model_copy(update={"confidence": None, "reading": ()}),
    )
    path = tmp_path / "likely.db"
    with Ledger.write(path) as ledger:
        settings = ledger.note_settings(Extractor(strategy="code").settings)
        ledger.add([Work("k", document, "/corpus/a.txt")], settings)
        whole = extraction.model_copy(update={"facts": facts})
        ledger.record([Attempt("k", now(), now(), extraction=whole)])
    return path


def likelihoods(row: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name.startswith("confidence")}


@pytest.mark.parametrize("is_decided", [False, True])
@pytest.mark.parametrize("suffix", FORMATS)
def test_how_likely_a_fact_and_its_fields_are_comes_in_numbers(
    likely: Path, suffix: str, is_decided: bool
) -> None:
    if is_decided:
        with Ledger.review(likely) as ledger:
            settle(ledger, "k", "fact:0")
            settle(ledger, "k", "fact:1")
    out = likely.with_name(f"facts{suffix}")
    export(likely, out)
    first, second = map(likelihoods, read(out))
    if suffix == ".csv":
        assert first == {name: "" if n is None else str(n) for name, n in LIKELY.items()}
        assert second == dict.fromkeys(LIKELY, "")
        return
    assert (first, second) == (LIKELY, NOTHING_READ)
    # A workbook knows no other numbers than its own.
    types = (int, float) if suffix == ".xlsx" else (float,)
    assert all(n is None or type(n) in types for n in first.values())


def test_a_likelihood_is_a_float_to_other_programs_though_no_fact_has_one(run: Path) -> None:
    with Ledger.write(run) as ledger, ledger.transaction() as db:
        db.execute(f"UPDATE facts SET {', '.join(f'{name} = NULL' for name in LIKELY)}")  # noqa: S608 (names of ours)
    out = run.with_name("facts.parquet")
    export(run, out)
    schema = parquet.read_schema(out)
    assert {name: str(schema.field(name).type) for name in LIKELY} == dict.fromkeys(
        LIKELY, "double"
    )


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_facts_of_frames_can_be_taken_by_how_likely_they_are(
    likely: Path, library: Library
) -> None:
    facts = uhc_llm.load(likely, library=library).facts
    assert (facts["confidence"] > 0.9).to_list() in ([True, False], [True, None])
    assert facts["confidence_region"].max() == LIKELY["confidence_region"]


# --- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(
    ("table", "column", "cell"),
    [
        ("facts", "id", "'=cmd()"),
        ("documents", "id", "'=cmd()"),
        ("decisions", "reviewer", "'=Ani"),
    ],
)
def test_no_cell_is_a_formula(
    run: Path, suffix: str, table: TableName, column: str, cell: str
) -> None:
    out = run.with_name(f"out{suffix}")
    export(run, out, table=table, rejected=True)
    rows = read(out)
    assert cell in {row[column] for row in rows}
    for row in rows:
        for value in row.values():
            assert not (
                isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
            )


def test_other_programs_get_texts_as_they_are(run: Path) -> None:
    for suffix in (".jsonl", ".parquet"):
        out = run.with_name(f"out{suffix}")
        export(run, out, table="documents")
        assert read(out)[1]["id"] == "=cmd()"


def test_rejected_facts_come_when_asked_for(run: Path) -> None:
    out = run.with_name("out.jsonl")
    assert export(run, out, rejected=True) == 3
    assert [row["rejected"] for row in read(out)] == [False, False, True]


def test_every_failure_has_its_reason(run: Path) -> None:
    out = run.with_name("errors.csv")
    export(run, out, table="errors")
    assert [(row["source"], row["line"], row["error"]) for row in read(out)] == [
        ("/corpus/d.txt", "0", "no use"),
        ("/corpus/e.csv", "7", "no text"),
    ]


def test_a_document_that_was_replaced_is_left_out(run: Path) -> None:
    with Ledger.write(run) as ledger:
        newer = Document(text="KOTA BATU - Cakupan JKN Kota Batu 99 persen pada 2024.", id="a")
        add(ledger, newer, "/corpus/a.txt")
    out = run.with_name("out.jsonl")
    export(run, out)
    assert [row["value"] for row in read(out)] == [685000, 99]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_run_is_loaded_as_frames(run: Path, table: TableName, library: Library) -> None:
    frame = getattr(uhc_llm.load(run, library=library), table)
    assert tuple(frame.columns) == TABLES[table].names
    assert len(frame) > 0


def test_numbers_in_frames_can_be_reckoned_with(run: Path) -> None:
    frames = uhc_llm.load(run)
    assert frames.facts["value"].max() == 685_000
    assert list(frames.rejected["value"]) == [25]
    assert frames.documents["state"].tolist() == ["done", "done", "done", "failed"]


def test_a_run_without_results_has_empty_tables(tmp_path: Path) -> None:
    Ledger.write(tmp_path / "run.db").close()
    for suffix in FORMATS:
        assert export(tmp_path / "run.db", tmp_path / f"out{suffix}") == 0
        assert read(tmp_path / f"out{suffix}") == []
    assert len(uhc_llm.load(tmp_path / "run.db").facts) == 0


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_disk_that_is_full_leaves_what_was_there_before(
    run: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = run.with_name(f"out{suffix}")
    out.write_text("yesterday's")

    def full(path: Path, *_: object) -> None:
        path.write_text("half of")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(results.FORMATS, suffix, full)
    with pytest.raises(ResultFileError, match="No space left"):
        export(run, out)
    assert out.read_text() == "yesterday's"
    assert [path.name for path in run.parent.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_place_that_is_not_there_is_named(run: Path, suffix: str) -> None:
    with pytest.raises(ResultFileError, match="missing"):
        export(run, run.parent / "missing" / f"out{suffix}")


@pytest.mark.parametrize("name", ["out.xls", "out", "out.csv.gz"])
def test_a_kind_of_file_that_is_not_written_is_refused(run: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"\.parquet"):
        export(run, run.parent / name)


def test_without_a_run_there_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no run"):
        export(tmp_path / "run.db", tmp_path / "out.csv")
    with pytest.raises(LedgerError, match="there is no run"):
        uhc_llm.load(tmp_path / "run.db")


def test_a_sheet_that_is_full_says_which_kind_takes_more(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "_MOST_SHEET_ROWS", 1)
    with pytest.raises(ResultFileError, match=r"\.parquet"):
        export(run, run.with_name("out.xlsx"))
    assert not run.with_name("out.xlsx").exists()
