"""What holds of every verification, whatever the text and the facts."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.test_scan_properties import TEXTS
from uhc_llm.scanner import scan
from uhc_llm.schemas import COVERAGE_UNITS, METRICS, Fact, Metric, Reading, Unit
from uhc_llm.verifier import verify_reading

GOLD: Final = Path(__file__).parent.parent.parent / "examples" / "gold.jsonl"


def articles() -> list[tuple[Reading, list[dict[str, Any]]]]:
    rows = [json.loads(line, parse_float=Decimal) for line in GOLD.read_text("utf-8").splitlines()]
    texts = ((GOLD.parent / row["text_file"]).read_text("utf-8") for row in rows)
    return [(scan(text), row["facts"]) for text, row in zip(texts, rows, strict=True)]


ARTICLES: Final = [(reading, facts) for reading, facts in articles() if len(facts) > 1]
METRIC_OF: Final[dict[Unit, Metric]] = {d.unit: metric for metric, d in METRICS.items()}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_verdicts_do_not_depend_on_the_order_of_facts(data: st.DataObject) -> None:
    reading, facts = data.draw(st.sampled_from(ARTICLES))
    wrong = {**facts[0], "value": facts[-1]["value"] + 1, "mention": None}
    order = data.draw(st.permutations([*facts, wrong, facts[0] | {"status": "target"}]))
    expected = {verdict(f) for f in verify_reading(reading, sorted(order, key=repr)).facts}
    assert {verdict(f) for f in verify_reading(reading, order).facts} == expected


def verdict(fact: Fact) -> tuple[object, ...]:
    rules = tuple(sorted(finding.rule for finding in fact.findings))
    region = fact.region.code if fact.region else None
    period = fact.period.iso if fact.period else None
    meaning = (fact.metric, fact.value, fact.status, region, period, fact.segment)
    return (*meaning, fact.verdict, rules, fact.evidence and fact.evidence.start)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_true_fact_more_makes_no_other_false(data: st.DataObject) -> None:
    reading, facts = data.draw(st.sampled_from(ARTICLES))
    order = data.draw(st.permutations(facts))
    fewer = data.draw(st.integers(1, len(facts) - 1))
    few = verify_reading(reading, order[:fewer]).facts
    more = verify_reading(reading, order).facts
    for before, after in zip(few, more, strict=False):
        assert (before.verdict == "rejected") == (after.verdict == "rejected")


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_number_that_the_scanner_finds_is_in_the_text(text: str) -> None:
    reading = scan(text)
    facts = [
        Fact(
            metric=METRIC_OF[mention.unit],
            value=mention.value,
            upper=mention.upper,
            unit=mention.unit,
            qualifier=mention.qualifier,
        )
        for mention in reading.mentions
        if mention.kind == "quantity" and mention.unit in COVERAGE_UNITS
    ]
    for fact in verify_reading(reading, facts).facts:
        assert "number_in_text" not in {finding.rule for finding in fact.findings}
        assert fact.evidence is not None


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(-(10**12), 10**15), st.sampled_from(sorted(METRIC_OF)))
def test_a_number_that_no_mention_says_is_rejected(text: str, value: int, unit: Unit) -> None:
    reading = scan(text)
    said = {v for m in reading.mentions for v in (m.value, m.upper, *m.readings)}
    if value in said:
        return
    fact = Fact(metric=METRIC_OF[unit], value=Decimal(value), unit=unit)
    assert verify_reading(reading, [fact]).facts[0].verdict == "rejected"
