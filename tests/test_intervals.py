"""What a printed number can stand for, and arithmetic over that."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uhc_llm.scanner import scan
from uhc_llm.schemas import Fact, Qualifier
from uhc_llm.verifier.intervals import Interval, printed

INFINITY = Decimal("Infinity")


def interval(low: str | int, high: str | int) -> Interval:
    return Interval(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("84,33 persen", "84.325", "84.34"),
        ("95 persen", "94.5", "96"),
        ("1,51 juta jiwa", "1505000", "1520000"),
        ("1.034.331 jiwa", "1034330.5", "1034332"),
        ("sekitar 220 ribu jiwa", "209000", "231000"),
        ("sekitar 2 juta jiwa", "1000000", "3000000"),
        ("600-700 ribu jiwa", "599500", "701000"),
        ("lebih dari 95 persen", "94.5", "Infinity"),
        ("kurang dari 5 persen", "0", "5.5"),
    ],
)
def test_a_number_stands_for_all_that_rounds_or_is_cut_off_to_it(
    text: str, low: str, high: str
) -> None:
    """The hedge is read from the text, though the fact does not say it."""
    (mention,) = scan(text).mentions
    assert mention.unit is not None
    fact = Fact(metric="participants", value=mention.value, upper=mention.upper, unit=mention.unit)
    assert printed(fact, mention) == interval(low, high)


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [
        ("exact", interval("94.5", "96")),
        ("about", interval("90.25", "99.75")),
        ("at_least", interval("94.5", "Infinity")),
        ("at_most", interval(0, "95.5")),
    ],
)
def test_without_a_mention_the_fact_is_taken_at_its_word(
    qualifier: Qualifier, expected: Interval
) -> None:
    fact = Fact(metric="coverage_rate", value=Decimal(95), unit="percent", qualifier=qualifier)
    assert printed(fact, None) == expected


def test_sums_differences_quotients_and_multiples() -> None:
    one, other = interval(4, 6), interval(1, 2)
    assert one.plus(other) == interval(5, 8)
    assert one.minus(other) == interval(2, 5)
    assert one / other == interval(2, 6)
    assert one.scaled(Decimal(100)) == interval(400, 600)


def test_an_open_end_stays_open() -> None:
    one, open_ = interval(4, 6), interval(1, "Infinity")
    assert open_.plus(one) == interval(5, "Infinity")
    assert open_.minus(one) == interval(-5, "Infinity")
    assert one.minus(open_) == Interval(-INFINITY, Decimal(5))
    assert one / open_ == interval(0, 6)
    assert open_ / one == Interval(Decimal(1) / 6, INFINITY)
    assert one / interval(0, 2) == interval(2, "Infinity")


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        (interval(1, 2), interval(2, 3), True),
        (interval(1, 2), interval("1.5", "1.6"), True),
        (interval(1, 2), interval("2.01", 3), False),
        (interval(3, "Infinity"), interval(1, 2), False),
        (interval(1, "Infinity"), interval(2, 3), True),
    ],
)
def test_two_meet_when_they_share_a_number(one: Interval, other: Interval, meets: bool) -> None:
    assert one.meets(other) is meets
    assert other.meets(one) is meets


NUMBERS = st.integers(1, 10**9)


@settings(max_examples=100, deadline=None)
@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_arithmetic_encloses_what_it_is_made_of(a: int, b: int, c: int, d: int) -> None:
    one, other = Interval(*map(Decimal, sorted((a, b)))), Interval(*map(Decimal, sorted((c, d))))
    x, y = Decimal(a), Decimal(d)
    for result, value in (
        (one.plus(other), x + y),
        (one.minus(other), x - y),
        (one / other, x / y),
    ):
        assert result.low <= value <= result.high
