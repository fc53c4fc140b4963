"""What was called UHC at a time: each bar with its day and its source."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from uhc_llm.panel.definitions import Bar, bar_on, bars

FIRST = date(2014, 1, 1)


def test_bars_are_dated_in_order_and_no_two_of_one_day() -> None:
    days = [bar.since for bar in bars()]
    assert days[0] == FIRST
    assert all(one < two for one, two in pairwise(days))


@pytest.mark.parametrize("bar", bars(), ids=lambda bar: bar.since.isoformat())
def test_a_bar_is_a_share_and_says_who_said_so(bar: Bar) -> None:
    assert 0 < bar.registered <= 100
    assert bar.active is None or 0 < bar.active <= 100
    assert len(bar.source.split()) > 3


def test_a_bar_asks_no_less_than_the_one_before() -> None:
    for one, two in pairwise(bars()):
        assert one.registered <= two.registered
        assert (one.active or 0) <= (two.active or 0)


def test_a_bar_holds_from_its_day_until_the_next() -> None:
    assert bar_on(FIRST - timedelta(days=1)) is None
    for one, two in pairwise(bars()):
        assert bar_on(one.since) == one
        assert bar_on(two.since - timedelta(days=1)) == one
    assert bar_on(date(2100, 1, 1)) == bars()[-1]


@pytest.mark.parametrize(
    ("day", "registered", "active"),
    [
        (date(2019, 12, 31), 95, None),
        (date(2023, 3, 13), 95, None),
        (date(2023, 3, 14), 95, 75),
        (date(2024, 12, 31), 95, 75),
        (date(2025, 1, 1), 98, 80),
    ],
)
def test_the_bar_of_a_day(day: date, registered: float, active: float | None) -> None:
    bar = bar_on(day)
    assert bar is not None
    assert (bar.registered, bar.active) == (registered, active)
