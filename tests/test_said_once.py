"""A fact that a text says several times is one."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reader_texts import ON_COVERAGE
from uhc_llm.extraction import Extractor
from uhc_llm.llm.facts import said_once
from uhc_llm.schemas import Evidence, Fact, Period, Region

TEGAL: Final = Region(code="33.76", name="Kota Tegal", level="city", province="Jawa Tengah")
KUDUS: Final = Region(code="33.19", name="Kabupaten Kudus", level="regency", province="Jawa Tengah")


def fact(at: int | None, region: Region | None, period: str | None, **other: Any) -> Fact:
    """A fact that stands at some place of a text."""
    evidence = None
    if at is not None:
        evidence = Evidence(
            mention=f"n{at}", quote="98 persen", start=at, end=at + 9, sentence="98 persen",
            sentence_start=at, sentence_end=at + 9,
        )  # fmt: skip
    said: dict[str, Any] = {
        "metric": "coverage_rate",
        "value": Decimal(98),
        "unit": "percent",
        "status": "actual",
        "segment": "all",
        "verdict": "verified",
    }
    when = Period(iso=period, source="text") if period else None
    return Fact(**said | other, region=region, period=when, evidence=evidence)


def places_of(facts: Iterable[Fact]) -> list[list[int]]:
    """Where each fact of those that stand once is said, its own place first."""
    return [
        [place.start for place in (each.evidence, *each.repeats) if place]
        for each in said_once(facts)
    ]


@pytest.mark.parametrize(
    "less",
    [fact(0, None, None), fact(0, TEGAL, None), fact(0, TEGAL, "2024"), fact(0, TEGAL, "2024-05")],
    ids=["title without region", "no period", "year alone", "the same"],
)
def test_a_fact_that_is_said_with_less_is_said_again(less: Fact) -> None:
    full = fact(50, TEGAL, "2024-05-31")
    for order in ([less, full], [full, less]):
        (found,) = said_once(order)
        assert (found.region, found.period) == (full.region, full.period)
        assert [place.start for place in found.repeats] == [0]


def test_what_was_said_is_told_in_the_order_of_the_text() -> None:
    full = [fact(50, TEGAL, "2024"), fact(90, KUDUS, "2024")]
    again = [fact(120, KUDUS, None), fact(70, KUDUS, None), fact(60, TEGAL, "2024")]
    assert places_of([*again, *full]) == [[50, 60], [90, 70, 120]]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(fact(0, KUDUS, "2024"), id="region"),
        pytest.param(fact(0, TEGAL, "2023"), id="period"),
        pytest.param(fact(0, TEGAL, "2024", value=Decimal("98.1")), id="value"),
        pytest.param(fact(0, TEGAL, "2024", upper=Decimal(99)), id="upper"),
        pytest.param(fact(0, TEGAL, "2024", qualifier="at_least"), id="qualifier"),
        pytest.param(fact(0, TEGAL, "2024", metric="active_rate"), id="metric"),
        pytest.param(fact(0, TEGAL, "2024", status="target"), id="status"),
        pytest.param(fact(0, TEGAL, "2024", segment="ppu"), id="segment"),
        pytest.param(fact(None, TEGAL, "2024"), id="no evidence"),
    ],
)
def test_facts_that_differ_stand_apart(other: Fact) -> None:
    assert len(said_once([fact(50, TEGAL, "2024"), other])) == 2


def test_what_could_be_either_of_two_stands_apart() -> None:
    title = fact(0, None, None)
    facts = [title, fact(50, TEGAL, "2024"), fact(90, KUDUS, "2024")]
    assert said_once(facts) == facts
    years = [fact(0, TEGAL, None), fact(50, TEGAL, "2023"), fact(90, TEGAL, "2024")]
    assert said_once(years) == years


def test_the_surest_of_two_that_say_as_much_is_kept() -> None:
    unsure = fact(0, TEGAL, "2024", verdict="suspect")
    (found,) = said_once([unsure, fact(50, TEGAL, "2024")])
    assert found.verdict == "verified"
    assert [place.start for place in found.repeats] == [0]


def test_what_was_rejected_stays() -> None:
    rejected = [
        fact(0, TEGAL, "2024", verdict="rejected"),
        fact(9, TEGAL, None, verdict="rejected"),
    ]
    assert said_once(rejected) == rejected


def test_the_title_of_an_article_is_no_fact_of_its_own() -> None:
    facts = Extractor(strategy="code").extract(ON_COVERAGE).facts
    (rate,) = [each for each in facts if each.value == Decimal("98.4")]
    said = [each for each in (rate.evidence, *rate.repeats) if each]
    assert sorted(ON_COVERAGE[each.start : each.end] for each in said) == [
        "98,4 Persen",
        "98,4 persen",
    ]


def test_nothing_said_is_nothing() -> None:
    assert said_once([]) == []


def is_said_by(one: Fact, other: Fact) -> bool:
    """Whether a fact says what another says, and perhaps more."""
    if one.evidence is None or other.evidence is None or one.verdict == "rejected":
        return False
    alike = ("metric", "value", "upper", "unit", "qualifier", "status", "segment")
    said, less = (each.period.iso if each.period else "" for each in (one, other))
    return (
        all(getattr(one, name) == getattr(other, name) for name in alike)
        and other.region in (None, one.region)
        and said.startswith(less)
    )


def compared_with_each(facts: Sequence[Fact]) -> list[list[int]]:
    """What `places_of` gives, each fact compared with all that stand so far."""
    groups: list[list[Fact]] = []

    def most_first(each: Fact) -> tuple[bool, int, bool, int]:
        period, place = each.period.iso if each.period else "", each.evidence
        is_unsure = each.verdict != "verified"
        return each.region is None, -len(period), is_unsure, place.start if place else 0

    for each in sorted(facts, key=most_first):
        same = [group for group in groups if is_said_by(group[0], each)]
        if len(same) == 1:
            same[0].append(each)
        else:
            groups.append([each])
    found = [(f.evidence.start if f.evidence else 0, f, others) for f, *others in groups]
    found.sort(key=lambda group: group[0])
    return [
        [
            *([first.evidence.start] if first.evidence else []),
            *sorted(f.evidence.start for f in others if f.evidence),
        ]
        for _, first, others in found
    ]


@given(
    st.lists(
        st.builds(
            lambda at, region, period, value, verdict, status: fact(
                at, region, period, value=Decimal(value), verdict=verdict, status=status
            ),
            at=st.none() | st.integers(0, 99),
            region=st.sampled_from([None, TEGAL, KUDUS]),
            period=st.sampled_from([None, "2024", "2024-05", "2024-05-31", "2024-S1", "2023"]),
            value=st.sampled_from(["98", "98.0", "97"]),
            verdict=st.sampled_from(["verified", "suspect", "rejected"]),
            status=st.sampled_from(["actual", "target"]),
        ),
        max_size=20,
    )
)
def test_facts_come_to_what_comparing_each_with_each_gives(facts: list[Fact]) -> None:
    assert places_of(facts) == compared_with_each(facts)
