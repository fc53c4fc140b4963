"""What a number may be said to mean: what the text offers, and nothing else."""

from decimal import Decimal
from typing import get_args

import pytest

from tests.decided_run import examples
from uhc_llm import Document, Extractor
from uhc_llm.errors import InputError
from uhc_llm.review.choices import FIELDS, Field, TextChoices
from uhc_llm.schemas import METRICS, Evidence, Fact, Metric
from uhc_llm.verifier import RULES, verify_reading

TWO_TOWNS = (
    "Pada Desember 2023 cakupan JKN di Kota Blitar 98,4 persen atau 155.210 jiwa.\n"
    "Di Kota Kediri cakupannya baru 91,2 persen. Baca juga: Rapat 12 Mei 2021 di Jakarta."
)


def choices(text: str = TWO_TOWNS) -> TextChoices:
    return TextChoices(Document(text=text))


def first_fact(offered: TextChoices, words: str) -> tuple[Fact, int]:
    mention = next(m for m in offered.reading.mentions if m.text == words)
    return offered.fresh(mention, offered.metrics(mention)[0].id), mention.start


def labels(offered: TextChoices, fact: Fact, field: Field) -> list[str]:
    options = offered.options(fact, offered.mention_of(fact))
    return [option.label for option in options[field]]


def test_regions_and_periods_are_those_of_the_text_the_nearest_first() -> None:
    offered = choices()
    fact, _ = first_fact(offered, "91,2 persen")
    assert labels(offered, fact, "region")[0] == "Kota Kediri"
    assert set(labels(offered, fact, "region")) >= {"Kota Blitar", "Kota Kediri", "Indonesia"}
    assert labels(offered, fact, "period")[0] == "2023-12"
    assert "not said" in labels(offered, fact, "period")
    assert "Kota Malang" not in labels(offered, fact, "region")


def test_metrics_are_those_of_the_unit() -> None:
    offered = choices()
    fact, _ = first_fact(offered, "98,4 persen")
    assert set(labels(offered, fact, "metric")) == {
        "coverage rate",
        "uninsured rate",
        "active rate",
    }


def test_what_the_fact_says_now_is_marked_once_in_each_field() -> None:
    offered = choices()
    fact, _ = first_fact(offered, "155.210 jiwa")
    options = offered.options(fact, offered.mention_of(fact))
    assert {
        field: sum(o.is_present for o in found) for field, found in options.items()
    } == dict.fromkeys(options, 1)


@pytest.mark.parametrize(
    ("field", "option"),
    [
        ("metric", "budget"),
        ("metric", "budget'--"),
        ("region", "33.74"),
        ("region", "Kota Semarang"),
        ("region", "r99"),
        ("period", "2031"),
        ("period", "p99"),
        ("status", "planned"),
        ("segment", "<b>"),
        ("qualifier", ""),
        ("value", "99"),
    ],
)
def test_what_the_text_does_not_offer_is_refused(field: Field, option: str) -> None:
    offered = choices()
    fact, _ = first_fact(offered, "98,4 persen")
    with pytest.raises(InputError, match="none of the choices"):
        offered.corrected(fact, offered.mention_of(fact), field, option)


def test_a_correction_changes_one_field_and_nothing_else() -> None:
    offered = choices()
    fact, start = first_fact(offered, "98,4 persen")
    mention = offered.mention_of(fact)
    kediri = next(o for o in offered.options(fact, mention)["region"] if o.label == "Kota Kediri")
    corrected = offered.corrected(fact, mention, "region", kediri.id)
    assert corrected.region is not None
    assert corrected.region.code == "35.71"
    assert corrected.model_copy(update={"region": fact.region}) == fact
    assert corrected.evidence is not None
    assert corrected.evidence.start == start


def test_the_period_may_be_left_unsaid() -> None:
    offered = choices()
    fact, _ = first_fact(offered, "98,4 persen")
    assert offered.corrected(fact, offered.mention_of(fact), "period", "none").period is None


def test_a_number_without_a_unit_may_be_any_metric_which_says_its_unit() -> None:
    offered = choices("Nomor 155.210 di Kota Blitar.")
    mention = offered.reading.mentions[0]
    assert mention.unit is None
    assert [option.id for option in offered.metrics(mention)] == list(METRICS)
    assert offered.fresh(mention, "participants").unit == "people"
    fact = offered.fresh(mention, "participants")
    assert offered.corrected(fact, mention, "metric", "budget").unit == "rupiah"


def test_a_number_of_another_unit_may_be_any_metric() -> None:
    offered = choices("Sebanyak 1.200 keluarga di Kota Blitar menerima bantuan.")
    mention = offered.reading.mentions[0]
    assert mention.unit == "households"
    assert offered.fresh(mention, "participants").unit == "people"


def test_even_a_date_gets_what_the_text_offers() -> None:
    offered = choices()
    mention = next(m for m in offered.reading.mentions if m.kind == "date")
    fact = offered.fresh(mention, "coverage_rate")
    assert fact.evidence is not None
    assert fact.evidence.quote == mention.text
    assert set(offered.options(fact, mention)) >= set(get_args(Field)) - {"value"}


def test_a_number_that_can_be_read_in_two_ways_offers_both() -> None:
    offered = choices("Cakupan JKN di Jawa Timur mencapai 2.650 juta jiwa pada 2023.")
    mention = offered.reading.mentions[0]
    assert len(mention.readings) == 2
    fact = offered.fresh(mention, "participants")
    values = {option.id for option in offered.options(fact, mention)["value"]}
    other = next(v for v in values if Decimal(v) != fact.value)
    corrected = offered.corrected(fact, mention, "value", other)
    assert corrected.value in mention.readings
    assert corrected.value != fact.value


def test_a_number_that_can_be_read_in_one_way_offers_no_value() -> None:
    offered = choices()
    fact, _ = first_fact(offered, "98,4 persen")
    assert "value" not in offered.options(fact, offered.mention_of(fact))


def test_a_wrong_value_of_another_source_may_be_set_to_that_of_the_text() -> None:
    offered = choices()
    fact, start = first_fact(offered, "98,4 persen")
    wrong = fact.model_copy(update={"value": Decimal("99.4")})
    mention = offered.mention_at(start)
    assert [o.id for o in offered.options(wrong, mention)["value"]] == ["98.4"]
    assert offered.corrected(wrong, mention, "value", "98.4").value == Decimal("98.4")


def test_a_fact_whose_number_is_not_in_the_text_can_be_corrected_all_the_same() -> None:
    offered = choices()
    nowhere = Evidence(
        mention=None,
        quote="77 persen",
        start=0,
        end=0,
        sentence="",
        sentence_start=0,
        sentence_end=0,
    )
    fact = Fact(metric="coverage_rate", value=Decimal(77), unit="percent", evidence=nowhere)
    assert offered.mention_of(fact) is None
    corrected = offered.corrected(fact, None, "metric", "active_rate")
    assert (corrected.metric, corrected.unit, corrected.evidence) == (
        "active_rate",
        "percent",
        nowhere,
    )


def test_a_fact_that_is_added_from_an_unclaimed_number_passes_the_verifier() -> None:
    offered = choices()
    fact, _ = first_fact(offered, "91,2 persen")
    # How sure it is changes with every article that is learned from.
    rules = RULES.without("confidence")
    (checked,) = verify_reading(offered.reading, [fact], rules=rules).facts
    assert checked.verdict == "verified"
    assert checked.confidence is not None
    assert checked.confidence > 0.5


@pytest.mark.parametrize("document", examples(), ids=lambda d: str(d.id))
def test_every_fact_and_every_number_of_the_examples_has_its_choices(document: Document) -> None:
    offered = TextChoices(document)
    extraction = Extractor(strategy="code").extract(document)
    for fact in (*extraction.facts, *extraction.rejected):
        mention = offered.mention_of(fact)
        assert mention is not None
        options = offered.options(fact, mention)
        assert set(options) >= set(FIELDS) - {"value"}
        # What came out is among what may be chosen.
        for field in ("metric", "region", "period", "status"):
            assert sum(option.is_present for option in options[field]) == 1, (field, fact)
    metrics: set[Metric] = set(get_args(Metric))
    for unclaimed in extraction.unclaimed:
        found = offered.metrics(unclaimed.mention)
        assert found
        assert {option.id for option in found} <= metrics
        fresh = offered.fresh(unclaimed.mention, found[0].id)
        assert fresh.evidence is not None
        assert document.text[fresh.evidence.start : fresh.evidence.end] == fresh.evidence.quote
