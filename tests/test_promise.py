"""A promise of how many facts are right: what known facts tell, what bears it, that it holds."""

from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from uhc_llm.promise import (
    PROMISE,
    Kept,
    Outcome,
    Promise,
    enough,
    holds,
    needed,
    record_of,
    refutes,
    still_needed,
    threshold_for,
)
from uhc_llm.reader.weights import load_weights

Floats = npt.NDArray[np.float64]
PRECISIONS: Final = st.floats(0.5, 0.995)
CERTAINTIES: Final = st.floats(0.6, 0.999)
PROMISES: Final = st.builds(Promise, PRECISIONS, CERTAINTIES)
NINETY: Final = Promise(0.9, 0.95)

# --- how much known facts tell -------------------------------------------------------------------


def outcomes(
    confidences: Sequence[float], right: Sequence[bool], articles: Sequence[object]
) -> list[Outcome]:
    """Facts whose outcome is known."""
    return [
        Outcome(confidence, is_right, str(article))
        for confidence, is_right, article in zip(confidences, right, articles, strict=True)
    ]


OUTCOMES: Final = st.lists(
    st.builds(Outcome, st.floats(0, 1), st.booleans(), st.sampled_from("abcdef")), max_size=40
)
FEW_SHARES: Final = st.lists(
    st.builds(Outcome, st.sampled_from([0.5, 0.7, 0.9]), st.booleans(), st.sampled_from("abcdef"))
)
UP_TO_ONE: Final = [n / 200 for n in range(1, 201)]


def test_nothing_known_tells_nothing() -> None:
    assert record_of([]) == []


def test_a_record_goes_from_the_surest_fact_down_to_all() -> None:
    rng = np.random.default_rng(1)
    sure = rng.random(120).tolist()
    found = record_of(outcomes(sure, (rng.random(120) < 0.8).tolist(), range(120)))
    thresholds = [kept.threshold for kept in found]
    assert thresholds == sorted(sure, reverse=True)
    assert all(0 <= kept.right <= kept.facts for kept in found)
    shares = [kept.share for kept in found]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == pytest.approx((1 / 120, 1), abs=1e-3)


def test_what_does_not_pass_counts_among_all_that_was_said_and_nowhere_else() -> None:
    known = outcomes(UP_TO_ONE, [n % 10 != 0 for n in range(200)], range(200))
    alone, among = record_of(known), record_of(known, said=400)
    assert [kept._replace(share=0) for kept in among] == [kept._replace(share=0) for kept in alone]
    assert [kept.share for kept in among] == pytest.approx([k.share / 2 for k in alone], abs=1e-3)
    assert among[-1].share == 0.5


def test_a_record_of_very_many_facts_has_few_steps_and_ends_with_all() -> None:
    sure = np.random.default_rng(1).random(5000).tolist()
    found = record_of(outcomes(sure, [True] * 5000, range(5000)))
    assert 100 < len(found) <= 200
    assert (found[-1].threshold, found[-1].facts) == (min(sure), 5000)


def test_facts_that_stand_alone_count_as_many_as_they_are() -> None:
    found = record_of(outcomes(UP_TO_ONE, [n % 10 != 0 for n in range(200)], range(200)))
    assert (found[-1].facts, found[-1].right) == (200, 180)
    assert [kept.facts for kept in found] == list(range(1, 201))


def test_facts_that_are_wrong_together_in_few_articles_count_for_fewer() -> None:
    """Those of every tenth article are all wrong: ten facts in it tell no more than one."""
    sure = [0.9 - n / 10_000 for n in range(200)]
    right = [n // 10 % 10 != 0 for n in range(200)]
    alone = record_of(outcomes(sure, right, range(200)))
    together = record_of(outcomes(sure, right, [n // 10 for n in range(200)]))
    assert (alone[-1].facts, alone[-1].right) == (200, 180)
    assert together[-1].facts == pytest.approx(20, abs=0.1)
    for one, other in zip(alone[1:], together[1:], strict=True):
        assert other.facts < one.facts
        assert other.right == pytest.approx(other.facts * one.right / one.facts, abs=0.1)


def test_facts_that_are_wrong_as_often_in_every_article_count_as_many_as_they_are() -> None:
    right = [n % 10 != 0 for n in range(200)]
    (kept,) = record_of(outcomes([0.9] * 200, right, [n // 10 for n in range(200)]))
    assert (kept.facts, kept.right) == (200, 180)


def test_facts_of_few_articles_that_are_all_right_count_for_fewer_where_others_hang_together() -> (
    None
):
    """The surest facts are of three articles; of the others some are wrong in everything."""
    sure = [0.98 if n < 30 else 0.9 for n in range(200)]
    right = [n // 10 % 10 != 9 for n in range(200)]
    surest, _ = record_of(outcomes(sure, right, [n // 10 for n in range(200)]))
    assert surest.facts < 20


@given(OUTCOMES)
def test_no_fact_counts_for_more_than_one(known: list[Outcome]) -> None:
    found = record_of(known)
    assert all(0 <= kept.right <= kept.facts <= len(known) for kept in found)
    assert all(kept.facts >= 1 for kept in found)
    assert all(one.threshold > other.threshold for one, other in pairwise(found))


@given(FEW_SHARES | OUTCOMES, st.randoms(use_true_random=False))
def test_what_is_as_sure_is_kept_together_in_whatever_order_it_came(
    known: list[Outcome], chance_: Any
) -> None:
    found = record_of(known)
    assert record_of(chance_.sample(known, len(known))) == found
    assert [kept.threshold for kept in found] == sorted({o.confidence for o in known}, reverse=True)
    for kept in found:
        count = sum(each.confidence >= kept.threshold for each in known)
        assert kept.share == round(count / len(known), 3)


# --- what bears a promise ------------------------------------------------------------------------


def test_the_usual_promise_is_kept_by_the_labelled_articles() -> None:
    record = load_weights().learned.record
    threshold = threshold_for(record, PROMISE)
    assert threshold is not None
    (kept,) = (each for each in record if each.threshold == threshold)
    assert kept.right > PROMISE.precision * kept.facts
    assert kept.share > 0.25


def chance(facts: int, right: int, share: float) -> float:
    """How likely so many or more of some facts are right, where a share of all is."""
    return float(binom.sf(right - 1, facts, share))


@pytest.mark.parametrize(
    ("promise", "count"),
    [
        (PROMISE, 59),
        (NINETY, 29),
        (Promise(0.97, 0.95), 99),
        (Promise(0.99, 0.9), 230),
        (Promise(0.5, 0.7), 2),
        (Promise(0.5, 0.75), 2),
        (Promise(0.5, 0.875), 3),
    ],
)
def test_so_many_facts_are_needed(promise: Promise, count: int) -> None:
    assert needed(promise) == count


@given(PROMISES)
def test_the_facts_that_are_needed_are_enough_if_all_are_right_and_fewer_never_are(
    promise: Promise,
) -> None:
    count = log(1 - promise.certainty) / log(promise.precision)
    assume(abs(count - round(count)) > 1e-6)
    least = needed(promise)
    assert holds(Kept(0.9, least, least), promise)
    assert least == 1 or not holds(Kept(0.9, least - 1, least - 1), promise)


@given(PROMISES, st.integers(1, 3000), st.data())
def test_a_promise_is_held_where_so_many_would_be_right_by_a_small_chance_alone(
    promise: Promise, facts: int, data: st.DataObject
) -> None:
    """Numbers near the promised share, where that is decided, and any others."""
    about = round(facts * promise.precision)
    near = st.integers(max(0, about - 5), min(facts, about + 60))
    right = data.draw(near | st.integers(0, facts))
    expected = chance(facts, right, promise.precision)
    assume(abs(expected - (1 - promise.certainty)) > 1e-6)
    assert holds(Kept(0.9, facts, right), promise) == (expected <= 1 - promise.certainty)


@given(PROMISES, st.integers(1, 2000), st.data())
def test_one_more_that_is_right_breaks_no_promise(
    promise: Promise, facts: int, data: st.DataObject
) -> None:
    right = data.draw(st.integers(0, facts - 1))
    if holds(Kept(0.9, facts, right), promise):
        assert holds(Kept(0.9, facts, right + 1), promise)


def test_a_promise_holds_of_a_hundred_thousand_facts_as_of_a_few() -> None:
    promise = Promise(0.97, 0.95)
    assert holds(Kept(0.9, 100_000, 97_100), promise)
    assert not holds(Kept(0.9, 100_000, 97_050), promise)
    assert chance(100_000, 97_100, 0.97) < 0.05 < chance(100_000, 97_050, 0.97)


def test_what_is_promised_unless_somebody_asks_for_another_thing_is_95_in_100() -> None:
    assert PROMISE == Promise() == Promise(precision=0.95, certainty=0.95)


# --- what speaks against it ----------------------------------------------------------------------


@given(PROMISES, st.integers(1, 3000), st.data())
def test_a_promise_is_refuted_where_so_many_would_be_wrong_by_a_small_chance_alone(
    promise: Promise, facts: int, data: st.DataObject
) -> None:
    about = round(facts * (1 - promise.precision))
    near = st.integers(max(0, about - 5), min(facts, about + 60))
    wrong = data.draw(near | st.integers(0, facts))
    expected = chance(facts, wrong, 1 - promise.precision)
    assume(abs(expected - (1 - promise.certainty)) > 1e-6)
    is_refuted = refutes(Kept(0.9, facts, facts - wrong), promise)
    assert is_refuted == (expected <= 1 - promise.certainty)


@given(PROMISES, st.floats(1, 3000), st.floats(0, 1))
def test_nothing_both_holds_a_promise_and_refutes_it(
    promise: Promise, facts: float, share: float
) -> None:
    kept = Kept(0.9, facts, facts * share)
    assert not (holds(kept, promise) and refutes(kept, promise))


@pytest.mark.parametrize(
    ("facts", "right", "expected"),
    [(1, 0, False), (2, 0, True), (20, 18, False), (20, 16, False), (20, 15, True), (9, 9, False)],
)
def test_few_that_are_wrong_refute_nothing(facts: int, right: int, expected: bool) -> None:
    assert refutes(Kept(0.9, facts, right), NINETY) == expected


# --- how many are missing ------------------------------------------------------------------------


@given(PROMISES)
def test_where_nothing_is_known_as_many_as_are_looked_at_first_are_missing(
    promise: Promise,
) -> None:
    assert still_needed([], promise) == enough(promise)


@given(PROMISES, st.integers(1, 2000), st.data())
@settings(deadline=None)  # sums over a million facts
def test_so_many_more_that_are_as_often_right_bear_the_promise_and_one_fewer_does_not(
    promise: Promise, facts: int, data: st.DataObject
) -> None:
    right = facts - data.draw(st.integers(0, 3) | st.integers(0, facts)) % (facts + 1)
    more = still_needed([Kept(0.9, facts, right)], promise)
    if more is None:
        assert not holds(Kept(0.9, 1_000_000, 1_000_000 * (right / facts)), promise)
        return

    def bears(count: int) -> bool:
        return threshold_for([Kept(0.9, count, count * (right / facts))], promise) is not None

    assert bears(facts + more)
    assert more == 0 or not bears(facts + more - 1)


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        ([Kept(0.9, 40, 40)], 47),
        ([Kept(0.9, 86, 86), Kept(0.8, 100, 80)], 1),
        ([Kept(0.9, 100, 90)], None),
        ([Kept(0.9, 100, 80), Kept(0.8, 1000, 980)], None),
        ([Kept(0.9, 40, 40), Kept(0.8, 100, 80), Kept(0.7, 1000, 980)], 47),
        ([Kept(0.7, 1000, 980), Kept(0.8, 100, 80), Kept(0.9, 40, 40)], 47),
    ],
    ids=["all right", "the surest alone", "too often wrong", "what holds behind a failure",
         "the surest before a failure", "in any order"],
)  # fmt: skip
def test_it_is_said_how_many_are_missing(record: list[Kept], missing: int | None) -> None:
    assert threshold_for(record, NINETY) is None
    assert still_needed(record, NINETY) == missing


# --- which threshold holds it --------------------------------------------------------------------


@st.composite
def records(draw: st.DrawFn, least: int = 1) -> list[Kept]:
    """What is kept from each threshold on: ever more facts, of which more or fewer are right."""
    thresholds = draw(st.sets(st.integers(1, 999), min_size=1, max_size=12))
    facts = right = 0
    found = []
    for threshold in sorted(thresholds, reverse=True):
        more = draw(st.integers(1, 200)) if facts else draw(st.integers(least, least + 200))
        wrong = min(more, draw(st.integers(0, 3) | st.integers(0, 60)))
        facts, right = facts + more, right + more - wrong
        found.append(Kept(threshold / 1000, facts, right))
    return found


def first_failure(record: Sequence[Kept], promise: Promise) -> int:
    """The place of the first that could tell and fails."""
    fails = (
        place
        for place, kept in enumerate(record)
        if kept.facts >= enough(promise) and not holds(kept, promise)
    )
    return next(fails, len(record))


@given(records(), PROMISES, st.randoms(use_true_random=False))
def test_the_lowest_threshold_that_holds_is_found_and_none_below_the_first_failure(
    record: list[Kept], promise: Promise, chance_: Any
) -> None:
    shuffled = chance_.sample(record, len(record))
    found = threshold_for(shuffled, promise)
    above = record[: first_failure(record, promise)]
    holding = [kept.threshold for kept in above if kept.facts >= enough(promise)]
    assert found == (min(holding) if holding else None)


@pytest.mark.parametrize(
    ("record", "threshold"),
    [
        ([], None),
        ([Kept(0.9, 86, 86)], None),
        ([Kept(0.9, 87, 83)], None),
        ([Kept(0.9, 87, 87)], 0.9),
        ([Kept(0.9, 28, 20), Kept(0.8, 100, 97)], 0.8),
        ([Kept(0.9, 100, 97), Kept(0.8, 200, 190), Kept(0.7, 300, 270)], 0.8),
        ([Kept(0.9, 100, 97), Kept(0.8, 200, 180), Kept(0.7, 999, 990)], 0.9),
        ([Kept(0.9, 100, 90), Kept(0.8, 999, 990)], None),
    ],
    ids=["nothing", "too few", "one wrong", "just enough", "too few at first", "lower ones fail",
         "what holds behind a failure", "the first fails"],
)  # fmt: skip
def test_a_threshold_is_found_or_none(record: list[Kept], threshold: float | None) -> None:
    assert threshold_for(record, NINETY) == threshold


@given(st.tuples(PRECISIONS, PRECISIONS), st.tuples(CERTAINTIES, CERTAINTIES), st.data())
def test_a_stricter_promise_never_lowers_the_threshold_where_all_sets_could_tell(
    precisions: tuple[float, float], certainties: tuple[float, float], data: st.DataObject
) -> None:
    (low, high), (less, more) = sorted(precisions), sorted(certainties)
    lax, strict = Promise(low, less), Promise(high, more)
    record = data.draw(records(least=enough(strict)))
    one, other = threshold_for(record, lax), threshold_for(record, strict)
    assert other is None or (one is not None and one <= other)


def test_a_stricter_promise_never_lowers_the_threshold_where_few_facts_fail() -> None:
    """Of the first thirty some are wrong, and hardly any behind them."""
    record = [Kept(0.99, 30, 26), Kept(0.5, 1000, 996)]
    assert threshold_for(record, Promise(0.97, 0.95)) == 0.5
    assert threshold_for(record, Promise(0.9, 0.95)) == 0.5


# --- that it holds -------------------------------------------------------------------------------

# What may be broken more often than it should by chance: 1 in 1000 such tests would find more.
_UNLUCKY: Final = 0.999


class World(NamedTuple):
    """From where facts are drawn, each with a confidence, and right with some chance.

    Attributes:
        middle: the logit of both in the middle.
        slope: how much more often right what is a step surer is; nought where confidence says
            nothing.
        between: how much confidence differs from article to article, as a logit.
        within: how much it differs in an article.
        article: how much articles differ beside that in how much of them is right.
        facts: how many an article has in the mean.
    """

    middle: float
    slope: float
    between: float = 0.0
    within: float = 1.0
    article: float = 0.0
    facts: float = 1.0

    def draw(
        self, rng: np.random.Generator, articles: int
    ) -> tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
        """The logits of the confidences of facts, whether they are right, and their articles."""
        counts = 1 + rng.poisson(self.facts - 1, articles)
        article = np.repeat(np.arange(articles), counts)
        off = rng.normal(0, self.between, articles)[article]
        off = off + rng.normal(0, self.within, len(article))
        shared = rng.normal(0, self.article, articles)[article]
        share = 1 / (1 + np.exp(-(self.middle + self.slope * off + shared)))
        return self.middle + off, rng.random(len(article)) < share, article

    def precisions(self, rng: np.random.Generator, articles: int) -> tuple[Floats, Floats]:
        """The confidences of a fresh population, and how much of it is right from each on."""
        logits, right, _ = self.draw(rng, articles)
        order = np.argsort(-logits)
        precise = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
        return 1 / (1 + np.exp(-logits[order][::-1])), precise[::-1]


def is_broken(threshold: float, population: tuple[Floats, Floats], promise: Promise) -> bool:
    """Whether less is right than was promised, of what a threshold keeps of a population."""
    sure, precise = population
    place = int(np.searchsorted(sure, threshold))
    return place < len(sure) and bool(precise[place] < promise.precision)


def record_alone(logits: Floats, right: npt.NDArray[np.bool_]) -> list[Kept]:
    """What is kept from each hundredth of some facts on, each of which stands alone."""
    order = np.argsort(-logits)
    sure = 1 / (1 + np.exp(-logits[order]))
    summed = np.cumsum(right[order])
    places = np.unique(np.linspace(0, len(order) - 1, 101).astype(int))
    return [Kept(float(sure[at]), int(at) + 1, int(summed[at])) for at in places]


WORLDS: Final = {
    "confidence is honest": World(2.2, 1.0),
    "confidence is too bold": World(2.2, 0.5),
    "what is surer is right less often": World(2.4, -0.5),
    "confidence says nothing": World(2.1, 0.0),
}


@pytest.mark.parametrize(
    "promise", [NINETY, Promise(0.97, 0.9)], ids=["0.9 at 0.95", "0.97 at 0.9"]
)
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_promise_is_broken_as_seldom_as_it_says(world: World, promise: Promise) -> None:
    rng = np.random.default_rng(4)
    population = world.precisions(rng, 300_000)
    trials, broken = 400, 0
    for _ in range(trials):
        logits, right, _ = world.draw(rng, 600)
        threshold = threshold_for(record_alone(logits, right), promise)
        broken += threshold is not None and is_broken(threshold, population, promise)
    assert broken <= binom.ppf(_UNLUCKY, trials, 1 - promise.certainty)


def test_a_promise_that_facts_can_keep_keeps_most_of_those_that_it_could() -> None:
    """So that nothing above holds for want of any threshold."""
    world, rng = World(3.5, 1.0), np.random.default_rng(4)
    thresholds = [
        threshold_for(record_alone(*world.draw(rng, 3000)[:2]), NINETY) for _ in range(50)
    ]
    assert sum(threshold is not None for threshold in thresholds) > 40


def record_of_articles(
    logits: Floats, right: npt.NDArray[np.bool_], article: npt.NDArray[np.intp]
) -> list[Kept]:
    """What `record_of` makes of facts that lie in articles."""
    sure = 1 / (1 + np.exp(-logits))
    return record_of(outcomes(sure.tolist(), right.tolist(), article.tolist()))


CLUSTERED: Final = {
    "articles differ in confidence": World(2.2, 1.0, between=0.8, within=0.3, article=1.0, facts=6),
    "facts of an article differ": World(2.2, 1.0, between=0.3, within=0.8, article=1.0, facts=6),
    "articles differ in what is right alone": World(
        2.8, 0.3, between=0.3, within=0.8, article=1.5, facts=6
    ),
    "whole articles are wrong, whatever their confidence": World(
        5.5, 0.0, between=0.8, within=0.05, article=4.0, facts=10
    ),
}


@pytest.mark.parametrize("world", CLUSTERED.values(), ids=CLUSTERED)
def test_a_promise_holds_where_facts_of_an_article_are_right_or_wrong_together(
    world: World,
) -> None:
    rng = np.random.default_rng(4)
    population = world.precisions(rng, 40_000)
    trials, broken = 200, 0
    for _ in range(trials):
        threshold = threshold_for(record_of_articles(*world.draw(rng, 100)), NINETY)
        broken += threshold is not None and is_broken(threshold, population, NINETY)
    assert broken <= binom.ppf(_UNLUCKY, trials, 1 - NINETY.certainty)


def test_without_the_design_effect_facts_of_an_article_would_count_too_much() -> None:
    """Counted one by one, articles that are wrong as a whole would bear promises they break."""
    world = World(3.0, 1.0, between=0.8, within=0.1, article=2.0, facts=15)
    rng = np.random.default_rng(4)
    population = world.precisions(rng, 20_000)
    broken = [0, 0]
    for _ in range(100):
        logits, right, article = world.draw(rng, 100)
        alone = threshold_for(record_alone(logits, right), NINETY)
        together = threshold_for(record_of_articles(logits, right, article), NINETY)
        for place, threshold in enumerate((alone, together)):
            broken[place] += threshold is not None and is_broken(threshold, population, NINETY)
    assert broken[1] <= binom.ppf(_UNLUCKY, 100, 1 - NINETY.certainty)
    assert broken[1] < broken[0]
