"""The vocabulary: exact numbers, closed sets of words, and results that survive JSON."""

import json
import pickle
import sys
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from uhc_llm.documents import Document
from uhc_llm.errors import MissingExtraError
from uhc_llm.scanner import scan
from uhc_llm.schemas import (
    METRICS,
    RECORD_COLUMNS,
    SEGMENTS,
    Declaration,
    Evidence,
    Extraction,
    Fact,
    FieldReading,
    Finding,
    Mention,
    Metric,
    NumberForm,
    Period,
    PeriodMention,
    Provenance,
    Reading,
    Region,
    RegionMention,
    Segment,
    Unclaimed,
    Unit,
    Usage,
    Verification,
)

SEMARANG = Region(code="33.74", name="Kota Semarang", level="city", province="Jawa Tengah")
MAY = Period(iso="2024-05", source="text")
SENTENCE = "Cakupan JKN Kota Semarang 98,4 persen per Mei 2024."
MENTION = Mention(
    id="n1", text="98,4 persen", start=26, end=37, value=Decimal("98.4"), unit="percent"
)
EVIDENCE = Evidence(
    mention="n1",
    quote="98,4 persen",
    start=26,
    end=37,
    sentence=SENTENCE,
    sentence_start=0,
    sentence_end=len(SENTENCE),
)
FINDING = Finding(rule="unusual_rate", severity="warning", message="high", spans=((26, 37),))
FACT = Fact(
    metric="coverage_rate",
    value=Decimal("98.4"),
    upper=Decimal("98.5"),
    unit="percent",
    qualifier="about",
    status="actual",
    region=SEMARANG,
    period=MAY,
    segment="all",
    evidence=EVIDENCE,
    reading=(
        FieldReading(field="metric", probability=0.99),
        FieldReading(field="period", probability=0.75, instead="2024", instead_probability=0.2),
    ),
    confidence=0.75,
    verdict="suspect",
    findings=(FINDING, FINDING),
)
PROVENANCE = Provenance(
    model="fake/model",
    strategy="point",
    prompt="point/v3",
    prompt_hash="0" * 64,
    schema_hash="1" * 64,
    version="0.1.0",
    requests=2,
    answers=1,
    usage=Usage(input_tokens=10, output_tokens=3, cached_tokens=1),
    cost=Decimal("0.000123"),
)
EXTRACTION = Extraction(
    id="semarang",
    published=date(2024, 6, 1),
    facts=(FACT, Fact(metric="budget", value=Decimal("127e9"), unit="rupiah")),
    declarations=(Declaration(region=SEMARANG, status="aimed", evidence=EVIDENCE),),
    rejected=(FACT,),
    unclaimed=(Unclaimed(mention=MENTION, reason="date"),),
    findings=(FINDING,),
    provenance=PROVENANCE,
)
PERIOD_MENTION = PeriodMention(
    iso="2024-05", source="text", id="p1", text="Mei 2024", start=42, end=50
)
REGION_MENTION = RegionMention(
    code="33.74", name="Kota Semarang", level="city", id="r1", text="Semarang", start=17, end=25
)
READING = Reading(text=SENTENCE, mentions=(MENTION,), periods=(PERIOD_MENTION,))
EXAMPLES: tuple[BaseModel, ...] = (
    SEMARANG,
    MAY,
    MENTION,
    EVIDENCE,
    FINDING,
    FACT,
    PROVENANCE,
    EXTRACTION,
    EXTRACTION.declarations[0],
    EXTRACTION.unclaimed[0],
    PERIOD_MENTION,
    REGION_MENTION,
    READING,
    PROVENANCE.usage,
    Verification(facts=(FACT,)),
)

each_model = pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: type(e).__name__)


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "exact", "in_json"),
    [
        (0.1, "0.1", "0.1"),
        (98.4, "98.4", "98.4"),
        (0, "0", "0"),
        (1e15, "1000000000000000", "1000000000000000"),
        (10**30, "1" + "0" * 30, "1" + "0" * 30),
        (Decimal("1.51e6"), "1510000", "1510000"),
        (Decimal("95.280"), "95.28", "95.28"),
        (Decimal("-3.5"), "-3.5", "-3.5"),
        # A JSON number would be read back as another one.
        (
            Decimal("12345678901234567890.123456789"),
            "12345678901234567890.123456789",
            '"12345678901234567890.123456789"',
        ),
    ],
)
def test_a_number_is_exact_in_python_and_in_json(
    given_: float | Decimal, exact: str, in_json: str
) -> None:
    fact = Fact(metric="population", value=given_, unit="people")  # type: ignore[arg-type]
    assert fact.value == Decimal(exact)
    assert f'"value":{in_json},' in fact.model_dump_json()


@given(digits=st.integers(1 - 10**15, 10**15 - 1), exponent=st.integers(-12, 12))
def test_a_number_of_fifteen_digits_comes_back_from_json_as_it_was(
    digits: int, exponent: int
) -> None:
    value = Decimal(digits).scaleb(exponent)
    fact = Fact(metric="budget", value=value, unit="rupiah")
    assert Fact.model_validate_json(fact.model_dump_json()).value == value


def test_a_number_too_precise_for_a_json_number_comes_back_too() -> None:
    value = Decimal("12345678901234567890.123456789")
    fact = Fact(metric="budget", value=value, unit="rupiah")
    assert Fact.model_validate_json(fact.model_dump_json()).value == value


@pytest.mark.parametrize("value", [True, None, "banyak", float("nan"), float("inf"), [1]])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="value"):
        Fact(metric="population", value=value, unit="people")  # type: ignore[arg-type]


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metric", "coverage"),
        ("metric", "Coverage_Rate"),
        ("unit", "%"),
        ("unit", ""),
        ("status", "reached"),
        ("segment", "PBI"),
        ("qualifier", "sekitar"),
        ("verdict", "ok"),
    ],
)
def test_a_fact_refuses_a_word_that_is_not_in_the_vocabulary(field: str, value: str) -> None:
    whole = FACT.model_dump() | {field: value}
    with pytest.raises(ValidationError) as caught:
        Fact.model_validate(whole)
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Region, {"code": "33", "name": "Jawa Tengah", "level": "provinsi"}),
        (Period, {"iso": "2024", "source": "guessed"}),
        (Finding, {"rule": "r", "severity": "fatal", "message": "m"}),
        (Mention, MENTION.model_dump() | {"kind": "number"}),
    ],
)
def test_the_parts_of_a_fact_refuse_unknown_words(
    model: type[BaseModel], fields: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(fields)


@pytest.mark.parametrize(
    "iso", ["2021", "2021-09", "2021-12", "2021-S1", "2021-S2", "2021-Q4", "2022-02-14"]
)
def test_a_period_has_the_precision_of_the_text(iso: str) -> None:
    assert Period(iso=iso, source="text").iso == iso


@pytest.mark.parametrize(
    "iso",
    ["", "21", "2021-13", "2021-9", "2021-S3", "2021-Q0", "14-02-2022", "2021\n", "September 2021"],
)
def test_a_period_is_iso_or_nothing(iso: str) -> None:
    with pytest.raises(ValidationError):
        Period(iso=iso, source="text")


def test_every_metric_and_segment_is_defined() -> None:
    assert tuple(METRICS) == get_args(Metric)
    assert tuple(SEGMENTS) == get_args(Segment)
    assert {definition.unit for definition in METRICS.values()} <= set(get_args(Unit))
    assert all(definition.description for definition in METRICS.values())


# --- models --------------------------------------------------------------------------------------


@each_model
def test_what_was_made_stays_as_it_is(example: BaseModel) -> None:
    field = next(iter(type(example).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(example, field, getattr(example, field))


@each_model
def test_a_key_that_nobody_knows_is_refused(example: BaseModel) -> None:
    with pytest.raises(ValidationError, match="surprise"):
        type(example).model_validate({**example.model_dump(), "surprise": 1})


@each_model
def test_a_round_trip_through_json_changes_nothing(example: BaseModel) -> None:
    again = type(example).model_validate_json(example.model_dump_json())
    assert again == example


def test_a_reading_of_a_real_text_survives_json() -> None:
    reading = scan(f"{SENTENCE} Targetnya 600-700 ribu jiwa pada semester II 2025 di Jawa Tengah.")
    assert len(reading.sentences) > 1
    assert Reading.model_validate_json(reading.model_dump_json()) == reading


@pytest.mark.parametrize(("start", "end"), [(26, 36), (27, 37 + 2), (37, 26)])
def test_a_mention_spans_its_own_text(start: int, end: int) -> None:
    with pytest.raises(ValidationError, match="does not fit"):
        Mention.model_validate(MENTION.model_dump() | {"start": start, "end": end})


def test_one_rejected_fact_spoils_a_verification() -> None:
    rejected = FACT.model_copy(update={"verdict": "rejected"})
    assert Verification(facts=()).ok
    assert Verification(facts=(FACT,)).ok
    assert not Verification(facts=(FACT, rejected)).ok


def test_usage_adds_up() -> None:
    one = Usage(input_tokens=1, output_tokens=2, cached_tokens=3)
    other = Usage(input_tokens=10, output_tokens=20, cached_tokens=30)
    assert one + other == Usage(input_tokens=11, output_tokens=22, cached_tokens=33)


# --- in one line ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (EXTRACTION, "<Extraction 'semarang': 2 facts (0 verified), 1 rejected>"),
        (
            FACT,
            "<Fact coverage_rate 98.4 to 98.5 percent, Kota Semarang, 2024-05, actual: suspect>",
        ),
        (FINDING, "<Finding unusual_rate (warning): high>"),
        (Verification(facts=(FACT,)), "<Verification: 1 fact (0 verified)>"),
        (
            Verification(
                facts=tuple(
                    FACT.model_copy(update={"verdict": verdict})
                    for verdict in ("verified", "verified", "rejected")
                )
            ),
            "<Verification: 3 facts (2 verified, 1 rejected)>",
        ),
        (Verification(facts=()), "<Verification: no facts>"),
        (scan(SENTENCE), "<Reading: 2 numbers, 1 period, 1 region>"),
        (Document(text="Kota Batu", id="batu"), "<Document 'batu': 9 characters>"),
        (
            Document(text="", published=date(2024, 5, 31)),
            "<Document: 0 characters, 2024-05-31>",
        ),
    ],
)
def test_a_result_is_shown_in_one_line(result: BaseModel, line: str) -> None:
    assert (repr(result), str(result)) == (line, line)


def test_a_line_is_short_and_works_no_terminal() -> None:
    finding = Finding(rule="r", severity="info", message="a\n\x1b[31m" + 500 * "b ")
    assert len(repr(finding)) < 170
    assert repr(finding).isprintable()


@pytest.mark.parametrize("result", [EXTRACTION, Document(text="Kota Batu", id="batu")])
def test_a_result_is_the_same_after_pickling(result: BaseModel) -> None:
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301 - of our own making


# --- rows ----------------------------------------------------------------------------------------


def test_a_record_is_flat() -> None:
    record = EXTRACTION.to_records()[0]
    assert record == {
        "id": "semarang",
        "metric": "coverage_rate",
        "value": Decimal("98.4"),
        "upper": Decimal("98.5"),
        "unit": "percent",
        "qualifier": "about",
        "status": "actual",
        "region_code": "33.74",
        "region": "Kota Semarang",
        "level": "city",
        "province": "Jawa Tengah",
        "period": "2024-05",
        "period_source": "text",
        "segment": "all",
        "mention": "98,4 persen",
        "start": 26,
        "end": 37,
        "sentence": SENTENCE,
        "page": None,
        "verdict": "suspect",
        "confidence": 0.75,
        "confidence_metric": 0.99,
        "confidence_status": None,
        "confidence_segment": None,
        "confidence_region": None,
        "confidence_period": 0.75,
        "findings": "unusual_rate;unusual_rate",
    }


def test_a_record_has_every_key_though_the_fact_says_little() -> None:
    full, bare = EXTRACTION.to_records()
    assert list(bare) == list(full)
    assert bare["region"] is bare["period"] is bare["mention"] is None
    assert bare["confidence"] is bare["confidence_metric"] is None
    assert bare["findings"] == ""


def test_a_fact_says_how_likely_each_field_is_that_it_was_read_for() -> None:
    assert FACT.confidences == {"metric": 0.99, "period": 0.75}
    assert EXTRACTION.facts[1].confidences == {}


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_a_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(ValidationError, match="confidence"):
        Fact.model_validate(FACT.model_dump() | {"confidence": confidence})


def test_records_are_of_facts_only() -> None:
    assert len(EXTRACTION.to_records()) == len(EXTRACTION.facts)


@pytest.mark.parametrize(
    ("numbers", "value", "upper"),
    [
        ("decimal", Decimal("98.4"), Decimal("98.5")),
        ("float", 98.4, 98.5),
        ("str", "98.4", "98.5"),
    ],
)
def test_a_record_has_its_numbers_in_the_form_that_is_asked_for(
    numbers: NumberForm, value: object, upper: object
) -> None:
    first, second = EXTRACTION.to_records(numbers=numbers)
    assert (first["value"], first["upper"]) == (value, upper)
    assert type(first["value"]) is type(value)
    assert second["upper"] is None


@pytest.mark.parametrize(
    ("iso", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02-14", "2023-02-14", "2023-02-14"),
        ("2024-S1", "2024-01-01", "2024-06-30"),
        ("2024-S2", "2024-07-01", "2024-12-31"),
        ("2024-Q4", "2024-10-01", "2024-12-31"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(iso: str, first: str, last: str) -> None:
    days = Period(iso=iso, source="text").days
    assert days is not None
    assert tuple(day.isoformat() for day in days) == (first, last)


@pytest.mark.parametrize("iso", ["2022-02-31", "0000"])
def test_a_period_that_no_calendar_has_is_no_day_in_a_frame(iso: str) -> None:
    period = Period(iso=iso, source="text")
    assert period.days is None
    frame = Verification(facts=(FACT.model_copy(update={"period": period}),)).to_pandas()
    assert frame["period"].tolist() == [iso]
    assert frame["period_start"].isna().tolist() == [True]


# --- frames --------------------------------------------------------------------------------------


@pytest.mark.parametrize("extraction", [EXTRACTION, EXTRACTION.model_copy(update={"facts": ()})])
def test_a_frame_can_be_computed_with(extraction: Extraction) -> None:
    frame = extraction.to_pandas()
    assert len(frame) == len(extraction.facts)
    assert set(frame.columns) == {*RECORD_COLUMNS, "article_date", "period_start", "period_end"}
    kinds = {name: kind.kind for name, kind in frame.dtypes.items()}
    assert {kinds[name] for name in ("value", "upper", "confidence")} == {"f"}
    assert {kinds[name] for name in ("article_date", "period_start", "period_end")} == {"M"}
    assert {kinds[name] for name in ("start", "end", "page")} == {"i"}
    assert "category" not in map(str, frame.dtypes)


def test_a_frame_says_what_the_records_say() -> None:
    frame = EXTRACTION.to_pandas()
    assert list(frame["value"]) == [98.4, float(EXTRACTION.facts[1].value)]
    assert list(frame["id"]) == ["semarang", "semarang"]
    assert frame["period_start"][0].date() == date(2024, 5, 1)
    assert frame["period_end"][0].date() == date(2024, 5, 31)
    assert frame["period_start"].isna()[1]


def test_frames_of_several_texts_are_put_together() -> None:
    whole = pandas.concat([EXTRACTION.to_pandas(), EXTRACTION.to_pandas()])
    assert len(whole) == 4
    assert whole["value"].dtype == "float64"


def test_the_frame_of_a_verification_has_no_columns_of_a_document() -> None:
    frame = Verification(facts=(FACT,)).to_pandas()
    assert set(frame.columns) == {*RECORD_COLUMNS[1:], "period_start", "period_end"}
    assert frame["value"][0] == 98.4


def test_without_pandas_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'uhc-llm\[batch\]'"):
        EXTRACTION.to_pandas()


def test_the_schema_of_a_result_says_what_its_numbers_are() -> None:
    schema = json.loads(json.dumps(Extraction.model_json_schema(mode="serialization")))
    assert schema["$defs"]["Fact"]["properties"]["value"]["type"] == "number"
