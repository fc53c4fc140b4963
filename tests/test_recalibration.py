"""What judged facts tell of others by the same proposer: a shift that begins at none."""

from math import log
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm.recalibration import PRIOR, Judged, shifted, shifts_of

SHARES: Final = st.floats(0, 1)
SHIFTS: Final = st.floats(-12, 12)
SOMEBODY: Final = "openai/gpt-4.1-mini"


def judged(shares: list[tuple[float, bool]], proposer: str = SOMEBODY) -> list[Judged]:
    return [Judged(proposer, confidence, is_right) for confidence, is_right in shares]


def shift_of(shares: list[tuple[float, bool]]) -> float:
    return shifts_of(judged(shares))[SOMEBODY]


FACTS: Final = st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=60)
SOME_SHARES: Final = st.lists(SHARES, min_size=1, max_size=60)


def logit(share: float) -> float:
    return log(share / (1 - share))


# --- how much a proposer's facts are moved -------------------------------------------------------


def test_where_nothing_is_judged_nothing_is_known() -> None:
    assert shifts_of([]) == {}


@given(SOME_SHARES)
def test_facts_that_are_all_right_are_likelier_than_was_thought(shares: list[float]) -> None:
    assert shift_of([(share, True) for share in shares]) >= 0


@given(SOME_SHARES)
def test_facts_that_are_all_wrong_are_less_likely_than_was_thought(shares: list[float]) -> None:
    assert shift_of([(share, False) for share in shares]) <= 0


@given(FACTS, st.data())
def test_one_more_that_is_right_never_lowers_the_rest(
    facts: list[tuple[float, bool]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(facts) - 1))
    confidence, _ = facts[place]
    wrong, right = (
        shift_of([*facts[:place], (confidence, is_right), *facts[place + 1 :]])
        for is_right in (False, True)
    )
    assert wrong <= right


@given(FACTS)
def test_no_shift_goes_beyond_what_turns_the_surest_facts_round(
    facts: list[tuple[float, bool]],
) -> None:
    assert -12 <= shift_of(facts) <= 12


@given(FACTS, st.integers(2, 5))
def test_as_many_that_are_right_as_were_thought_to_be_move_nothing(
    facts: list[tuple[float, bool]], times: int
) -> None:
    """Of facts that are half right half of them are, however often each was judged."""
    even = [(0.5, each) for _, is_right in facts for each in (is_right, not is_right)]
    assert shift_of(even * times) == pytest.approx(0, abs=1e-9)


@given(st.floats(0.02, 0.98), st.integers(1, 400), st.data())
def test_the_prior_weighs_as_much_as_so_many_facts(
    share: float, count: int, data: st.DataObject
) -> None:
    """Where all were as likely, the new share is that of the judged and the prior's together."""
    right = data.draw(st.integers(0, count))
    shift = shift_of([(share, n < right) for n in range(count)])
    expected = (right + PRIOR * share) / (count + PRIOR)
    assert shift == pytest.approx(logit(expected) - logit(share), abs=1e-6)


@given(SOME_SHARES, st.booleans())
def test_the_prior_pulls_less_the_more_are_judged(shares: list[float], is_right: bool) -> None:
    once = shift_of([(share, is_right) for share in shares])
    often = shift_of([(share, is_right) for share in shares * 4])
    assert abs(once) <= abs(often) + 1e-9


@pytest.mark.parametrize("confidence", [0.0, 0.0001, 0.9999, 0.99999, 1.0])
def test_one_fact_of_which_nobody_doubted_says_next_to_nothing_of_the_others(
    confidence: float,
) -> None:
    as_expected = shift_of([(confidence, confidence > 0.5)])
    assert abs(as_expected) < 0.1


def test_each_proposer_is_judged_by_its_own_facts() -> None:
    good, bad = judged([(0.7, True)] * 10, "good"), judged([(0.7, False)] * 10, "bad")
    found = shifts_of([each for pair in zip(good, bad, strict=True) for each in pair])
    assert found == {**shifts_of(good), **shifts_of(bad)}
    assert found["bad"] < 0 < found["good"]


@given(FACTS, st.randoms(use_true_random=False))
def test_the_order_of_judgement_does_not_matter(
    facts: list[tuple[float, bool]], chance: Any
) -> None:
    shuffled = chance.sample(facts, len(facts))
    assert shift_of(shuffled) == pytest.approx(shift_of(facts), abs=1e-9)


# --- how likely a fact is then -------------------------------------------------------------------


@given(SHARES)
def test_without_a_shift_a_fact_is_just_as_likely_as_before(confidence: float) -> None:
    """To the last digit, so that one that is just as sure as a threshold stays so."""
    assert shifted(confidence, 0.0) == confidence


@given(st.tuples(SHARES, SHARES), SHIFTS)
def test_what_was_likelier_is_no_less_likely_behind_a_shift(
    confidences: tuple[float, float], shift: float
) -> None:
    low, high = sorted(confidences)
    assert 0 <= shifted(low, shift) <= shifted(high, shift) <= 1


@given(SHARES, st.tuples(SHIFTS, SHIFTS))
def test_a_greater_shift_makes_no_fact_less_likely(
    confidence: float, shifts: tuple[float, float]
) -> None:
    less, more = sorted(shifts)
    assert shifted(confidence, less) <= shifted(confidence, more)


@given(st.floats(0.001, 0.999), st.floats(-5, 5))
def test_a_shift_and_its_opposite_lead_back(confidence: float, shift: float) -> None:
    moved = shifted(confidence, shift)
    if 0.001 < moved < 0.999:
        assert shifted(moved, -shift) == pytest.approx(confidence, abs=1e-9)


@given(st.floats(0.001, 0.999), st.floats(-5, 5))
def test_the_log_odds_are_what_is_moved(confidence: float, shift: float) -> None:
    assert logit(shifted(confidence, shift)) == pytest.approx(logit(confidence) + shift, abs=1e-6)
