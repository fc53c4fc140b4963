"""What other programs and annotators write, read as predictions."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from uhc_llm import Extractor
from uhc_llm.batch.csv_files import Locale
from uhc_llm.display import write_csv
from uhc_llm.documents import Document
from uhc_llm.errors import InputError
from uhc_llm.evaluation import (
    GoldArticle,
    LabelledFact,
    Prediction,
    load_predictions,
    save_predictions,
)
from uhc_llm.evaluation.adapters.cells import quantity_in, read_fact
from uhc_llm.evaluation.adapters.langextract import fact_of_extraction
from uhc_llm.schemas import RECORD_COLUMNS

BLORA = GoldArticle(
    "blora", "Cakupan JKN di Kabupaten Semarang 95,28 persen pada Januari 2024.", None, ()
)
KUDUS = GoldArticle("kudus", "Cakupan JKN di Kota Semarang 97,1 persen.", date(2024, 1, 1), ())
GOLD = [BLORA, KUDUS]
FACT: dict[str, Any] = {"metric": "coverage_rate", "value": 95.28}


def read(
    folder: Path, text: str, gold: list[GoldArticle] | None = None
) -> dict[str, list[LabelledFact]]:
    path = folder / "said"
    path.write_text(text, encoding="utf-8")
    found = load_predictions(path, GOLD if gold is None else gold)
    return {prediction.id: list(prediction.facts) for prediction in found}


def lines(*values: object) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


# --- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected", "unit"),
    [
        (95.28, "95.28", "percent"),
        (95, "95", "percent"),
        ("95.125", "95.125", "percent"),
        ("98,5 persen", "98.5", "percent"),
        ("98,5", "98.5", "percent"),
        ("sekitar 1,2 juta jiwa", "1200000", "people"),
        ("Rp17,5 miliar", "17500000000", "rupiah"),
        ("30 ribu", "30000", "percent"),  # no unit is said: the metric's
    ],
)
def test_a_value_is_a_number_or_words(value: object, expected: str, unit: str) -> None:
    fact = read_fact({"metric": "coverage_rate", "value": value}, None)
    assert (fact.value, fact.unit) == (Decimal(expected), unit)


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        ("coverage_rate", "98.125", "98.125"),
        ("coverage_rate", "98,125", "98.125"),
        ("participants", "98.125", "98125"),
        ("participants", "812345", "812345"),
        ("participants", "812345.0", "812345"),
        ("participants", "1.234.567", "1234567"),
        ("participants", "8,157,582", "8157582"),
        ("budget", "1.234", "1234"),
    ],
)
def test_in_a_table_that_people_wrote_the_unit_decides(
    metric: str, value: str, expected: str
) -> None:
    fact = read_fact({"metric": metric, "value": value}, None, has_decimal_point=False)
    assert fact.value == Decimal(expected)


def test_a_range_in_words_has_both_ends() -> None:
    fact = read_fact({"metric": "participants", "value": "600-700 ribu jiwa"}, None)
    assert fact.ends == (Decimal(600_000), Decimal(700_000))
    assert read_fact({**FACT, "upper": "97,5"}, None).ends == (Decimal("95.28"), Decimal("97.5"))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"unit": "%"}, {"unit": "percent"}),
        ({"unit": "jiwa"}, {"unit": "people"}),
        ({"unit": "Rp"}, {"unit": "rupiah"}),
        ({"unit": "households", "value": "1.234"}, {"unit": "households"}),
        ({"metric": "Coverage rate"}, {"metric": "coverage_rate"}),
        ({"status": "ACTUAL"}, {"status": "actual"}),
        ({"segment": "pbi-apbd", "status": ""}, {"segment": "pbi_apbd", "status": None}),
        ({"period": "Januari 2024"}, {"period": "2024-01"}),
        ({"period": 2024}, {"period": "2024"}),
        ({"period": "2024-01-31 00:00:00"}, {"period": "2024-01-31"}),
        ({"period": "semester I 2024"}, {"period": "2024-S1"}),
        ({"period": "Januari-Mei 2024"}, {"period": "2024-05"}),
        ({"period": {"iso": "2024-01", "source": "text"}}, {"period": "2024-01"}),
        ({"region": "Semarang"}, {"region_code": "33.22", "region": "Semarang"}),
        ({"region": "Kota Semarang"}, {"region_code": "33.74"}),
        ({"region": "Kecamatan Cepu"}, {"region_code": None, "region": "Kecamatan Cepu"}),
        ({"region": "Semarang", "region_code": None}, {"region_code": None}),
        ({"region": {"code": "33.74", "name": "Kota Semarang"}}, {"region_code": "33.74"}),
        ({"region_code": "33.10"}, {"region_code": "33.10", "region": None}),
        (
            {"verdict": "suspect", "qualifier": "about"},
            {"verdict": "suspect", "qualifier": "about"},
        ),
    ],
    ids=str,
)
def test_what_is_said_of_a_number_is_read_as_people_write_it(
    cells: dict[str, Any], expected: dict[str, Any]
) -> None:
    fact = read_fact({**FACT, **cells}, BLORA)
    assert {name: getattr(fact, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"metric": None}, "the fact has no metric"),
        ({"value": ""}, "the fact has no value"),
        ({"metric": "cakupan"}, "metric 'cakupan' is none of coverage_rate, "),
        ({"status": "reached"}, "status 'reached' is none of actual, target"),
        ({"unit": "bananas"}, "unit 'bananas' is none of percent, "),
        ({"value": "banyak"}, "value 'banyak' is no number: write 98.5, or words"),
        ({"value": "2.650 juta jiwa"}, "can be read in two ways: write 2650000000 or 2650000"),
        ({"period": "saat ini"}, "period 'saat ini' names no time: write 2024, 2024-05"),
        ({"region_code": "33.1"}, "is no Kemendagri code: write 33.10, as text in a spreadsheet"),
        ({"region": ["Blora"]}, "is no name"),
        ({"start": "there"}, "start: "),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_said_with_what_to_do(cells: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_fact({**FACT, **cells}, BLORA)
    assert message in str(caught.value)


def test_of_several_numbers_that_of_the_unit_counts() -> None:
    found = quantity_in("3 kabupaten mencapai 98 persen", "percent")
    assert found is not None
    assert (found.value, found.unit) == (Decimal(98), "percent")


# --- LangExtract ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extraction", "metric"),
    [
        ({"extraction_class": "coverage_rate"}, "coverage_rate"),
        ({"extraction_class": "fact", "attributes": {"metric": "active_rate"}}, "active_rate"),
        ({"extraction_class": "fact", "attributes": {"metric": "growth"}}, None),
        ({"extraction_class": "fact", "attributes": None}, None),
        ({"extraction_class": "coverage_rate", "extraction_text": "banyak"}, None),
        ({"extraction_class": "coverage_rate", "extraction_text": None}, None),
    ],
    ids=str,
)
def test_an_extraction_without_a_number_or_a_metric_of_ours_is_no_fact(
    extraction: dict[str, Any], metric: str | None
) -> None:
    fact = fact_of_extraction({"extraction_text": "98,5 persen", **extraction}, None)
    assert (fact and fact.metric) == metric


def test_words_of_an_extraction_that_are_no_choice_of_ours_say_nothing() -> None:
    attributes = {"status": "reached", "segment": "workers", "period": "saat ini", "region": ["x"]}
    said = {
        "extraction_class": "participants",
        "extraction_text": "2.650 juta jiwa",
        "char_interval": {"start_pos": 7, "end_pos": 22},
        "attributes": attributes,
    }
    fact = fact_of_extraction(said, None)
    assert fact is not None
    assert (fact.status, fact.segment, fact.period, fact.region) == (None, "all", None, None)
    assert (fact.value, fact.start) == (Decimal(2_650_000), 7)  # the likelier of two readings


def test_a_document_is_found_by_its_id_or_its_text(tmp_path: Path) -> None:
    extraction = {"extraction_class": "coverage_rate", "extraction_text": "95 persen"}
    one = {"document_id": "kudus", "text": "?", "extractions": [extraction]}
    other = {"document_id": "doc_1", "text": BLORA.text, "extractions": None}
    found = read(tmp_path, lines(one, other))
    assert {id_: len(facts) for id_, facts in found.items()} == {"kudus": 1, "blora": 0}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"document_id": "x", "extractions": []}, "line 1: the gold file has no article 'x'"),
        ({"document_id": "blora", "extractions": {}}, None),
        ({"document_id": "blora", "extractions": ["x"]}, "line 1: extractions is no list"),
        ({"document_id": "blora", "extractions": "x"}, "line 1: extractions is no list"),
    ],
)
def test_a_document_that_cannot_be_scored_is_an_error(
    tmp_path: Path, document: dict[str, Any], message: str | None
) -> None:
    if message is None:
        assert read(tmp_path, lines(document)) == {"blora": []}
        return
    with pytest.raises(InputError, match=message):
        read(tmp_path, lines(document))


# --- lists and rows -------------------------------------------------------------------------------


def test_lists_are_of_the_articles_in_turn(tmp_path: Path) -> None:
    found = read(tmp_path, lines([], [FACT, FACT]))
    assert {id_: len(facts) for id_, facts in found.items()} == {"blora": 0, "kudus": 2}


def test_facts_with_ids_may_stand_anywhere(tmp_path: Path) -> None:
    rows = [{"id": "kudus", **FACT}, {"id": "blora", **FACT, "value": 1}, {"id": "kudus", **FACT}]
    expected = {"blora": 1, "kudus": 2}
    pretty = json.dumps(rows, indent=1)
    for text in (lines(*rows), lines(rows), pretty):
        assert {id_: len(facts) for id_, facts in read(tmp_path, text).items()} == expected


def test_every_article_has_an_answer_in_a_file_of_single_facts(tmp_path: Path) -> None:
    assert read(tmp_path, lines({"id": "kudus", **FACT}))["blora"] == []
    assert read(tmp_path, lines({"id": "kudus", "facts": [FACT]})).keys() == {"kudus"}


def test_of_one_article_no_id_is_needed(tmp_path: Path) -> None:
    for text in (lines(FACT), json.dumps([FACT], indent=1), "metric,value\ncoverage_rate,95.28\n"):
        assert [f.value for f in read(tmp_path, text, [BLORA])["blora"]] == [Decimal("95.28")]


def test_extractions_of_the_program_are_read(tmp_path: Path) -> None:
    extraction = Extractor(strategy="code").extract(Document(text=BLORA.text, id="blora"))
    (fact,) = read(tmp_path, extraction.model_dump_json() + "\n")["blora"]
    assert (fact.region_code, fact.region, fact.period) == (
        "33.22",
        "Kabupaten Semarang",
        "2024-01",
    )
    assert (fact.mention, fact.verdict) == ("95,28 persen", "verified")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (lines([FACT]), "line 1, fact 1: it does not say which article it is of"),
        (lines(FACT), "line 1: it does not say which article it is of"),
        (lines([], [{**FACT, "status": "x"}]), "line 2, fact 1: status 'x' is none of"),
        (lines([], [3]), "line 2, fact 1: a fact must be a mapping, not int"),
        (lines({"id": "blora", "facts": [{"value": 1}]}), "line 1: fact 1: the fact has no metric"),
        (lines({"id": "blora", "facts": {}}), "line 1: facts is no list"),
        (lines({"id": "blora", "facts": [1]}), "line 1: fact 1: it must be a mapping"),
        (lines({"facts": []}), "line 1: id: "),
        (lines({"id": "blora", "said": []}), "line 1: it is no list of facts"),
        (lines({"id": "blora", **FACT}) + "{", "line 2: no JSON at column 2"),
        ("{", "line 1: no JSON at column 2"),
        ("[" * 100_000, "line 1: its JSON is nested deeper"),
        ('{"value": ' + "9" * 5_000 + "}", "line 1: its JSON has a number of more digits"),
        (lines({"id": "x", "facts": []}), "is of other articles: it has 'x', and the gold file"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert f"{tmp_path / 'said'}" in str(caught.value)
    assert message in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_predictions(tmp_path / "none")
    (tmp_path / "said").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not UTF-8"):
        load_predictions(tmp_path / "said")


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, " \n") == {}


def test_a_line_end_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    row = {"id": "blora", "facts": [{**FACT, "mention": "95,28\u2028persen"}]}
    assert len(read(tmp_path, json.dumps(row, ensure_ascii=False))["blora"]) == 1


# --- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", [None, "id", "en"])
def test_the_program_s_own_table_is_read_back(tmp_path: Path, locale: Locale | None) -> None:
    extraction = Extractor(strategy="code").extract(Document(text=BLORA.text, id="blora"))
    out = io.StringIO()
    write_csv(extraction.to_records(), out, header=True, locale=locale)
    (fact,) = read(tmp_path, "\ufeff" + out.getvalue().removeprefix("\ufeff"))["blora"]
    expected = LabelledFact.model_validate(extraction.facts[0].to_record())
    assert fact == expected
    assert fact.confidence is not None


def test_the_program_s_own_table_is_read_back_whatever_it_says_of_how_likely_facts_are(
    tmp_path: Path,
) -> None:
    extraction = Extractor(strategy="code").extract(Document(text=BLORA.text, id="blora"))
    (record,) = extraction.to_records()
    record["value"] = Decimal("95.285")  # which people would write with a comma
    likely = [name for name in RECORD_COLUMNS if name.startswith("confidence")]
    assert all(record[name] is not None for name in likely)
    older = [name for name in RECORD_COLUMNS if name not in likely]
    for columns in (RECORD_COLUMNS, older):
        out = io.StringIO()
        table = csv.DictWriter(out, columns, extrasaction="ignore")
        table.writeheader()
        table.writerow(record)
        expected = LabelledFact.model_validate({name: record[name] for name in columns})
        assert read(tmp_path, out.getvalue())["blora"] == [expected]
        assert (expected.confidence is None) == (columns is older)


@pytest.mark.parametrize("said", [10**400, "tinggi", "95%", "95", "-0.5", "", None, [0.5], "nan"])
def test_what_others_call_confidence_and_is_no_share_is_left_aside(
    tmp_path: Path, said: object
) -> None:
    facts = [{**FACT, "confidence": said, "confidence_region": 0.25}]
    (fact,) = read(tmp_path, json.dumps({"id": "blora", "facts": facts}))["blora"]
    assert (fact.confidence, fact.confidence_region) == (None, 0.25)


def test_predictions_are_read_as_likely_as_they_were_saved(tmp_path: Path) -> None:
    extraction = Extractor(strategy="code").extract(Document(text=BLORA.text, id="blora"))
    facts = tuple(LabelledFact.model_validate(record) for record in extraction.to_records())
    save_predictions([Prediction(id="blora", facts=facts)], tmp_path / "said.jsonl")
    (read_back,) = load_predictions(tmp_path / "said.jsonl")
    assert read_back.facts == facts
    assert all(fact.confidence for fact in facts)


def test_the_numbers_of_the_program_s_own_table_have_a_decimal_point(tmp_path: Path) -> None:
    header = "id,metric,value,qualifier,verdict,findings"
    (fact,) = read(tmp_path, f"{header}\nblora,participants,1.234,exact,verified,\n")["blora"]
    assert fact.value == Decimal("1.234")


def test_cells_may_stand_between_commas_semicolons_or_tabs(tmp_path: Path) -> None:
    for delimiter in ",;\t":
        out = io.StringIO()
        table = csv.writer(out, delimiter=delimiter)
        table.writerow(["ID", "Metric", "Value", "Region"])
        table.writerow(["blora", "coverage_rate", "95,28 persen", "Kab. Semarang"])
        (fact,) = read(tmp_path, out.getvalue())["blora"]
        assert (fact.value, fact.region_code) == (Decimal("95.28"), "33.22")


def test_a_row_of_another_article_is_not_scored(tmp_path: Path) -> None:
    found = read(tmp_path, "id,metric,value\nx,coverage_rate,1\nblora,coverage_rate,1\n")
    assert {id_: len(facts) for id_, facts in found.items()} == {"blora": 1, "kudus": 0, "x": 1}


def test_a_row_without_a_fact_says_that_there_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, "id,metric,value\nblora,,\n\nkudus,coverage_rate,97\n")["blora"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,value\nblora,1\n", "line 1: it is no JSON, and as a table lacks the columns metric"),
        ("id,metric,value\nblora,coverage_rate,1,2,3\n", "line 2: 2 cells more than the header"),
        ('id,metric,value\nblora,coverage_rate,"1\n', "line 2: no CSV"),
        ('id,metric,"value\nblora,coverage_rate,1\n', "line 1: no CSV"),
        ("id,metric,value\nblora,coverage_rate,1\nblora,x,1\n", "line 3: metric 'x' is none of"),
        ("metric,value\ncoverage_rate,1\n", "line 2: it does not say which article it is of"),
        ("id,metric,value\nblora,coverage_rate,2.650 juta\n", "line 2: '2.650 juta' can be read"),
        ("id,metric,value\nx,coverage_rate,1\n", "is of other articles: it has 'x', and"),
    ],
)
def test_a_table_that_is_wrong_is_named_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "said"))
