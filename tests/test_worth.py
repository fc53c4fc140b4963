"""What looking is worth: where a decision finds most errors, and how many are left to a goal."""

from itertools import permutations
from typing import Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm.recalibration import shifted
from uhc_llm.review.worth import NUMBER, Only, Out, decisions_until, worth_of
from uhc_llm.schemas import Verdict

FACT: Final = Out("suspect", 0.75, "", "coverage_rate", "Kota Batu", "period", feeds_panel=True)
SHARES: Final = st.floats(0, 1)
ERRORS: Final = st.lists(SHARES, max_size=12)
ARTICLES: Final = st.lists(ERRORS, max_size=6)
SHIFTS: Final = st.floats(-12, 12)

# --- how likely a fact stands wrongly ------------------------------------------------------------


@given(SHARES, SHIFTS, st.sampled_from(["verified", "suspect"]))
def test_a_fact_is_wrong_where_it_is_not_right(
    confidence: float, shift: float, verdict: Verdict
) -> None:
    error = FACT._replace(confidence=confidence, verdict=verdict).error(shift)
    assert error == 1 - shifted(confidence, shift)


@given(SHARES, st.tuples(SHIFTS, SHIFTS), st.sampled_from(get_args(Verdict)))
def test_a_proposer_that_was_right_oftener_makes_no_error_likelier(
    confidence: float, shifts: tuple[float, float], verdict: Verdict
) -> None:
    fact = FACT._replace(confidence=confidence, verdict=verdict)
    less, more = (fact.error(shift) for shift in sorted(shifts))
    assert 1 >= less >= more >= 0


@given(SHARES | st.none(), SHIFTS)
def test_what_is_left_out_already_is_hardly_an_error_however_unlikely_it_is(
    confidence: float | None, shift: float
) -> None:
    fact = FACT._replace(confidence=confidence, verdict="rejected")
    assert fact.error(shift) == FACT._replace(confidence=None, verdict="rejected").error() < 0.1


def test_where_nobody_knows_how_likely_a_fact_is_its_verdict_tells() -> None:
    verified, suspect = (
        FACT._replace(confidence=None, verdict=verdict).error(2.0)
        for verdict in ("verified", "suspect")
    )
    assert 0 < verified < 0.1 < suspect == 0.5


# --- which facts are looked for ------------------------------------------------------------------


def test_everything_fits_where_nothing_is_asked() -> None:
    assert Only().fits(FACT)
    assert Only().fits(FACT._replace(region="", least="", confidence=None, feeds_panel=False))


@pytest.mark.parametrize(
    ("only", "other"),
    [
        (Only(metric="coverage_rate"), FACT._replace(metric="active_rate")),
        (Only(region="Kota Batu"), FACT._replace(region="Kota Malang")),
        (Only(region="Kota Batu"), FACT._replace(region="")),
        (Only(verdict="suspect"), FACT._replace(verdict="verified")),
        (Only(field="period"), FACT._replace(least="region")),
        (Only(field="period"), FACT._replace(least="")),
        (Only(panel=True), FACT._replace(feeds_panel=False)),
    ],
)
def test_what_is_asked_for_fits_and_what_says_another_thing_does_not(
    only: Only, other: Out
) -> None:
    assert only.fits(FACT)
    assert not only.fits(other)
    assert Only().fits(other)


def test_a_fact_has_to_be_all_that_is_asked_for() -> None:
    every = Only("coverage_rate", "Kota Batu", "suspect", "period", panel=True)
    assert every.fits(FACT)
    for other in (
        FACT._replace(metric="active_rate"),
        FACT._replace(region="Kota"),
        FACT._replace(verdict="rejected"),
        FACT._replace(least="status"),
        FACT._replace(feeds_panel=False),
    ):
        assert not every.fits(other)


# --- where a decision finds most -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("errors", "worth"),
    [
        ([], 0),
        ([0.8], 0.4),
        ([0.5, 0.5], 1 / 3),
        ([0.5, 0.5, 0.5, 0.5], 0.4),
        ([0.0, 0.8], 0.4),
        ([0.9, 0.9, 0.1], 0.6),
        ([NUMBER], NUMBER / 2),
    ],
    ids=["nothing", "one", "two", "the more the better", "what is sure costs nothing",
         "only the likeliest", "a number"],
)  # fmt: skip
def test_an_article_is_worth_the_errors_for_each_decision_and_one_for_opening_it(
    errors: list[float], worth: float
) -> None:
    assert worth_of(errors) == pytest.approx(worth)


@given(ERRORS)
def test_no_other_choice_of_decisions_in_an_article_finds_more(errors: list[float]) -> None:
    few = errors[:5]
    best = max(
        (sum(some) / (n + 1) for n in range(1, len(few) + 1) for some in permutations(few, n)),
        default=0.0,
    )
    assert worth_of(few) == pytest.approx(best)


@given(ERRORS, SHARES)
def test_one_more_doubt_makes_no_article_worth_less(errors: list[float], more: float) -> None:
    assert worth_of([*errors, more]) >= worth_of(errors)


@given(st.permutations([0.9, 0.4, 0.4, 0.1, 0.0]))
def test_an_article_is_worth_as_much_in_whatever_order_it_says_things(errors: list[float]) -> None:
    assert worth_of(errors) == worth_of(sorted(errors))


# --- how many decisions are left -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("errors", "standing", "goal", "wrong", "decisions"),
    [
        ([], 0, 0.98, 0, 0),
        ([[0.5], [0.5]], 100, 0.98, 1, 0),
        ([[0.9, 0.9], [0.9], [0.5]], 100, 0.98, 3.2, 2),
        ([[0.1, 0.9]], 10, 0.95, 1, 1),
        ([[1.0], [1.0], [1.0]], 4, 0.75, 3, 2),
        ([[0.5, 0.5], [0.25]], 0, 0.98, 1.25, 3),
    ],
    ids=["nothing", "the goal is there", "so many are left", "the likeliest of an article first",
         "each is one", "without any fact"],
)  # fmt: skip
def test_so_many_errors_are_expected_and_so_many_decisions_lead_to_the_goal(
    errors: list[list[float]], standing: int, goal: float, wrong: float, decisions: int
) -> None:
    found = decisions_until(errors, standing, goal)
    assert found[0] == pytest.approx(wrong)
    assert found[1] == decisions


@given(ARTICLES, st.integers(0, 80), st.floats(0.5, 1))
def test_so_many_decisions_are_enough_and_one_fewer_is_not(
    errors: list[list[float]], standing: int, goal: float
) -> None:
    wrong, decisions = decisions_until(errors, standing, goal)
    every = [error for article in errors for error in sorted(article, reverse=True)]
    assert wrong == pytest.approx(sum(every))
    allowed = (1 - goal) * standing
    assert 0 <= decisions <= len(every)
    if decisions < len(every):
        assert sum(every[decisions:]) <= allowed + 1e-9
    if decisions:
        assert sum(every[decisions - 1 :]) > allowed - 1e-9


@given(ARTICLES, st.integers(0, 80), st.tuples(st.floats(0.5, 1), st.floats(0.5, 1)))
def test_a_higher_goal_takes_no_fewer_decisions(
    errors: list[list[float]], standing: int, goals: tuple[float, float]
) -> None:
    low, high = (decisions_until(errors, standing, goal)[1] for goal in sorted(goals))
    assert low <= high


def test_it_takes_as_many_decisions_as_come_before_the_last_error_in_their_order() -> None:
    """Articles are looked at one after the other, whatever stands in the later ones."""
    sure, doubtful = [0.0, 0.0, 0.0], [1.0]
    assert decisions_until([doubtful, sure], 1, 0.98) == (1, 1)
    assert decisions_until([sure, doubtful], 1, 0.98) == (1, 4)
