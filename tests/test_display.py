"""What the command line shows, to people and to programs."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console, RenderableType

from uhc_llm.display import (
    extraction_line,
    extraction_table,
    reading_table,
    verification_report,
    write_csv,
)
from uhc_llm.scanner import scan
from uhc_llm.schemas import (
    RECORD_COLUMNS,
    Evidence,
    Extraction,
    Fact,
    Finding,
    Provenance,
    Region,
    Unclaimed,
)
from uhc_llm.verifier import verify
from uhc_llm.wording import number

SENTENCE = "Cakupan JKN Kota Semarang 98,4 persen per Mei 2024, peserta 1,6 juta jiwa."
READING = scan(SENTENCE)


def fact(**changed: Any) -> Fact:
    evidence = Evidence(
        mention="n1",
        quote="98,4 persen",
        start=26,
        end=37,
        sentence=SENTENCE,
        sentence_start=0,
        sentence_end=len(SENTENCE),
    )
    fields = {
        "metric": "coverage_rate",
        "value": Decimal("98.4"),
        "unit": "percent",
        "region": Region(code="33.74", name="Kota Semarang", level="city"),
        "evidence": evidence,
        "verdict": "verified",
    }
    return Fact.model_validate(fields | changed)


def extraction(**changed: Any) -> Extraction:
    provenance = Provenance(
        model="fake/model",
        strategy="point",
        prompt="point/v3",
        prompt_hash="0",
        schema_hash="0",
        version="0",
    )
    return Extraction.model_validate(
        {"id": "semarang", "facts": (fact(),), "provenance": provenance} | changed
    )


def shown(renderable: RenderableType, width: int = 160) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(renderable)
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("98.4", "98.4"),
        ("1034331", "1,034,331"),
        ("1.51E+6", "1,510,000"),
        ("127000000000.50", "127,000,000,000.50"),
        ("1E-7", "0.0000001"),
        ("-3.5", "-3.5"),
    ],
)
def test_a_number_is_written_out_in_full(value: str, text: str) -> None:
    assert number(Decimal(value)) == text


# --- rows ----------------------------------------------------------------------------------------


def rows(records: list[dict[str, Any]], *, header: bool = True) -> list[dict[str, str]]:
    out = io.StringIO()
    write_csv(records, out, header=header)
    names = None if header else RECORD_COLUMNS
    return list(csv.DictReader(io.StringIO(out.getvalue()), names))


def test_the_columns_of_a_file_are_the_keys_of_a_record() -> None:
    (record,) = extraction().to_records()
    assert tuple(record) == RECORD_COLUMNS
    (row,) = rows([record])
    assert tuple(row) == RECORD_COLUMNS


def test_a_form_of_numbers_that_is_none_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"^numbers 'int' is none of decimal, float, str$"):
        extraction().to_records(numbers="int")  # type: ignore[arg-type]


def test_a_file_without_facts_has_its_heading() -> None:
    out = io.StringIO()
    write_csv([], out, header=True)
    assert out.getvalue() == ",".join(RECORD_COLUMNS) + "\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("column", ["id", "region", "mention", "sentence"])
def test_no_cell_of_text_is_a_formula(start: str, column: str) -> None:
    (record,) = extraction().to_records()
    harmful = f'{start}HYPERLINK("http://example.invalid","klik")'
    (row,) = rows([record | {column: harmful}])
    assert row[column] == f"'{harmful}"


@pytest.mark.parametrize(
    "text", ['dia bilang "98,4"', "a,b;c", "dua\nbaris", "Rp 1.000", "’kutip’", "a=b"]
)
def test_other_text_comes_back_as_it_was(text: str) -> None:
    (record,) = extraction().to_records()
    (row,) = rows([record | {"sentence": text}])
    assert row["sentence"] == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [("98.4", "98.4"), ("1.6E+6", "1600000"), ("-2.5", "-2.5"), ("127E9", "127" + "0" * 9)],
)
def test_a_cell_with_a_number_is_a_plain_number(value: str, cell: str) -> None:
    (record,) = extraction(facts=(fact(value=Decimal(value)),)).to_records()
    (row,) = rows([record])
    assert row["value"] == cell
    assert row["upper"] == ""


def test_a_line_of_json_holds_flat_facts_and_all_else() -> None:
    rejected = fact(value=Decimal("98.5"), verdict="rejected")
    whole = extraction(rejected=(rejected,))
    line = extraction_line(whole)
    assert "\n" not in line
    read = json.loads(line)
    assert set(read) == set(Extraction.model_fields)
    assert tuple(read["facts"][0]) == RECORD_COLUMNS
    assert read["facts"][0]["value"] == 98.4
    assert read["rejected"][0]["value"] == 98.5
    assert read["provenance"] == json.loads(whole.model_dump_json())["provenance"]


def test_a_line_keeps_a_number_that_json_would_round() -> None:
    value = Decimal("12345678901234567890.123456789")
    line = extraction_line(extraction(facts=(fact(value=value),)))
    assert Decimal(json.loads(line)["facts"][0]["value"]) == value


# --- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "98.4%"),
        ({"upper": Decimal(99)}, "98.4 to 99%"),
        ({"qualifier": "about"}, "~98.4%"),
        ({"qualifier": "at_least"}, "≥ 98.4%"),
        ({"metric": "budget", "unit": "rupiah", "value": Decimal("127E9")}, "Rp 127,000,000,000"),
        ({"metric": "participants", "unit": "people", "value": Decimal(685000)}, "685,000 "),
        ({"metric": "participants", "unit": "regions", "value": Decimal(685)}, "685 regions"),
    ],
)
def test_an_amount_is_shown_with_its_unit(fields: dict[str, Any], text: str) -> None:
    assert text in shown(extraction_table(extraction(facts=(fact(**fields),))))


@pytest.mark.parametrize(
    "text", ["[/b]", "[semarang] berita", "[red]merah[/red]", "[link=x]", "\\"]
)
def test_brackets_in_a_name_are_no_markup(text: str) -> None:
    """An article or a model may say anything; a file may be called anything."""
    region = Region(code=None, name=text, level="area")
    found = fact(region=region, findings=(Finding(rule="r", severity="error", message=text),))
    table = shown(extraction_table(extraction(id=text, facts=(found,))))
    assert table.count(text) == 3


def test_a_table_shows_what_was_rejected_and_why() -> None:
    finding = Finding(rule="rate_bounds", severity="error", message="too high")
    rejected = fact(value=Decimal(298), verdict="rejected", findings=(finding,))
    table = shown(extraction_table(extraction(rejected=(rejected,))))
    assert "298%" in table
    assert "rate_bounds: 98,4 persen: too high" in table


def test_a_table_lists_the_numbers_that_have_no_fact_but_no_dates() -> None:
    unclaimed = [Unclaimed(mention=m, reason="not said") for m in READING.mentions]
    table = shown(extraction_table(extraction(unclaimed=tuple(unclaimed))))
    assert "1,6 juta jiwa (not said)" in table
    assert "Mei 2024 (" not in table


@pytest.mark.parametrize(
    ("findings", "text"),
    [
        ((), "no coverage facts"),
        ((Finding(rule="empty_text", severity="info", message="empty"),), "empty_text: empty"),
    ],
)
def test_a_text_without_facts_says_so(findings: tuple[Finding, ...], text: str) -> None:
    table = shown(extraction_table(extraction(facts=(), findings=findings)))
    assert text in table
    assert "metric" not in table


def test_a_reading_is_shown_with_every_mention() -> None:
    table = shown(reading_table(READING))
    spans = [
        *((m.text, m.start, m.end) for m in READING.mentions),
        *((p.text, p.start, p.end) for p in READING.periods),
        *((r.text, r.start, r.end) for r in READING.regions),
    ]
    assert len(spans) >= 4
    for text, start, end in spans:
        assert text in table
        assert f"{start}:{end}" in table


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (SENTENCE, "98,4 persen"),
        (f"Baris pertama.\n\n{SENTENCE}\nBaris akhir.", "98,4 persen"),
        ("\tCakupan\tJKN 98,4 persen", "98,4 persen"),
        ("x " * 200 + SENTENCE + " y" * 200, "98,4 persen"),
        ("Cakupan JKN 98,4\npersen", "98,4 persen"),
    ],
)
def test_carets_stand_under_what_a_finding_is_about(text: str, quote: str) -> None:
    wrong = {"value": 98.5, "unit": "percent", "metric": "coverage_rate", "quote": quote}
    console = Console(file=io.StringIO(), width=100)
    report = shown(verification_report(text, verify(text, [wrong]), console), width=100)
    lines = report.splitlines()
    (at,) = (index for index, line in enumerate(lines) if set(line.strip()) == {"^"})
    start = lines[at].index("^")
    assert lines[at - 1][start : len(lines[at].rstrip())] == quote


def test_a_report_gives_each_fact_its_verdict() -> None:
    right = {"value": 98.4, "unit": "percent", "metric": "coverage_rate"}
    wrong = right | {"value": 98.5}
    report = shown(verification_report(SENTENCE, verify(SENTENCE, [right, wrong]), Console()))
    verdicts = [line.split()[0] for line in report.splitlines() if "coverage_rate" in line]
    assert verdicts[:2] == ["verified", "rejected"]


def test_nothing_in_an_article_works_the_terminal() -> None:
    found = fact(region=Region(code=None, name="Kota \x1b[31mMerah\x9b2J", level="area"))
    table = shown(extraction_table(extraction(id="a\x1b]0;b\x07", facts=(found,))))
    assert not set(table) & {"\x1b", "\x07", "\x9b"}
