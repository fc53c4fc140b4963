"""A promise of how many facts are right: what bears it, which threshold holds it, that it holds."""

from collections.abc import Sequence
from math import log
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from tools.training import confidence as training
from tools.training.confidence import Row, record_of
from uhc_llm.promise import PROMISE, Kept, Promise, enough, holds, needed, threshold_for
from uhc_llm.reader.confidence import FIELDS, SEEN
from uhc_llm.reader.weights import load_weights

Floats = npt.NDArray[np.float64]
PRECISIONS: Final = st.floats(0.5, 0.995)
CERTAINTIES: Final = st.floats(0.6, 0.999)
PROMISES: Final = st.builds(Promise, PRECISIONS, CERTAINTIES)
USUAL: Final = Promise(0.9, 0.95)

# --- what bears a promise ------------------------------------------------------------------------


def test_the_usual_promise_is_kept_by_the_labelled_articles() -> None:
    record = load_weights().record
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
        (USUAL, 29),
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
    assert threshold_for(record, USUAL) == threshold


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


@pytest.mark.parametrize("promise", [USUAL, Promise(0.97, 0.9)], ids=["0.9 at 0.95", "0.97 at 0.9"])
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
    thresholds = [threshold_for(record_alone(*world.draw(rng, 3000)[:2]), USUAL) for _ in range(50)]
    assert sum(threshold is not None for threshold in thresholds) > 40


def record_of_articles(
    logits: Floats, right: npt.NDArray[np.bool_], article: npt.NDArray[np.intp]
) -> list[Kept]:
    """What `record_of` makes of facts that lie in articles."""
    rest = (0.0,) * (len(SEEN) - 1)
    rows = [
        Row((logit, *rest), (is_right,) * len(FIELDS), is_likeliest=True)
        for logit, is_right in zip(logits.tolist(), right.tolist(), strict=True)
    ]
    return record_of(rows, list(map(str, article.tolist())), [0] * len(rows))


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that hold a fact as sure as the first thing that is seen of it says."""
    weights = {field: [0.0, 1.0, *[0.0] * (len(SEEN) - 1)] for field in FIELDS}
    monkeypatch.setattr(training, "fit_confidence", lambda _: weights)


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


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("world", CLUSTERED.values(), ids=CLUSTERED)
def test_a_promise_holds_where_facts_of_an_article_are_right_or_wrong_together(
    world: World,
) -> None:
    rng = np.random.default_rng(4)
    population = world.precisions(rng, 40_000)
    trials, broken = 200, 0
    for _ in range(trials):
        threshold = threshold_for(record_of_articles(*world.draw(rng, 100)), USUAL)
        broken += threshold is not None and is_broken(threshold, population, USUAL)
    assert broken <= binom.ppf(_UNLUCKY, trials, 1 - USUAL.certainty)


@pytest.mark.usefixtures("known")
def test_without_the_design_effect_facts_of_an_article_would_count_too_much() -> None:
    """Counted one by one, articles that are wrong as a whole would bear promises they break."""
    world = World(3.0, 1.0, between=0.8, within=0.1, article=2.0, facts=15)
    rng = np.random.default_rng(4)
    population = world.precisions(rng, 20_000)
    broken = [0, 0]
    for _ in range(100):
        logits, right, article = world.draw(rng, 100)
        alone = threshold_for(record_alone(logits, right), USUAL)
        together = threshold_for(record_of_articles(logits, right, article), USUAL)
        for place, threshold in enumerate((alone, together)):
            broken[place] += threshold is not None and is_broken(threshold, population, USUAL)
    assert broken[1] <= binom.ppf(_UNLUCKY, 100, 1 - USUAL.certainty)
    assert broken[1] < broken[0]
