"""How likely a fact is right: what tells it, how it is fitted, and how much labelled facts tell."""

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reader_texts import article_of
from tools.training import confidence as training
from tools.training.confidence import Row, fit_confidence, record_of
from uhc_llm.promise import Kept
from uhc_llm.reader import interpret
from uhc_llm.reader.candidates import NOBODY, Moment, Place
from uhc_llm.reader.confidence import FIELDS, SEEN, UNSAID, Read, Said, confidence_of, seen_of
from uhc_llm.reader.interpretation import Interpretation
from uhc_llm.reader.weights import load_weights
from uhc_llm.scanner import scan
from uhc_llm.schemas import Segment
from uhc_llm.verifier import verify_reading

ARTICLE: Final = article_of("Cakupan JKN Kudus 95 persen pada 2023.")
KUDUS: Final = Place((ARTICLE.reading.regions[0],))
IN_2023: Final = Moment(ARTICLE.reading.periods[0])
SAID: Final = Said("coverage_rate", "actual", "all", KUDUS.regions[0].code, "2023")
Three = tuple[float, float, float]


def read_as(
    meanings: Three, segment: float, place: float, moment: float
) -> Interpretation:  # fmt: skip
    """The number of the text: how likely coverage that is reached, that is aimed at, or no fact.

    And how likely it is of all members, of Kudus, and of 2023.
    """
    segments: tuple[tuple[Segment, float], ...] = (("all", segment), ("ppu", 1 - segment))
    names = ("coverage_rate actual", "coverage_rate target", "other")
    return Interpretation(
        ARTICLE.numbers[0],
        tuple(zip(names, meanings, strict=True)),
        segments,
        ((KUDUS, place), (NOBODY, 1 - place)),
        ((IN_2023, moment), (Moment(None), 1 - moment)),
    )


def seen(
    read: Interpretation,
    said: Said = SAID,
    topic: float = 0.9,
    alone: Interpretation | None = None,
) -> tuple[float, ...]:
    return seen_of(Read(topic, [read], read, alone or read), said)


PART: Final = st.floats(0, 1)
THREE: Final = (
    st.tuples(PART, PART, PART)
    .filter(lambda parts: sum(parts) > 0.01)
    .map(lambda parts: (parts[0] / sum(parts), parts[1] / sum(parts), parts[2] / sum(parts)))
)
READ: Final = st.builds(read_as, THREE, PART, PART, PART)
FACTS: Final = st.builds(
    Said,
    st.sampled_from(["coverage_rate", "active_rate"]),
    st.sampled_from(["actual", "target", None]),
    st.sampled_from(["all", "ppu", "pbpu", None]),
    st.sampled_from([SAID.region, "11", UNSAID, None]),
    st.sampled_from(["2023", "2024", UNSAID, None]),
)


def weights_of(elements: st.SearchStrategy[float]) -> st.SearchStrategy[dict[str, list[float]]]:
    several = st.lists(elements, min_size=len(SEEN) + 1, max_size=len(SEEN) + 1)
    return st.fixed_dictionaries(dict.fromkeys(FIELDS, several))


ANY_WEIGHTS: Final = weights_of(st.floats(-5, 5))
SPEAKING_FOR: Final = weights_of(st.floats(0, 1))


# --- what tells it -------------------------------------------------------------------------------


@given(st.tuples(READ, READ), FACTS, PART, ANY_WEIGHTS)
def test_whatever_is_read_all_that_is_seen_is_finite_and_so_is_how_sure_a_fact_is(
    reads: tuple[Interpretation, Interpretation],
    said: Said,
    topic: float,
    weights: dict[str, list[float]],
) -> None:
    found = seen(reads[0], said, topic, alone=reads[1])
    assert len(found) == len(SEEN)
    assert all(map(isfinite, found))
    sure = confidence_of(weights, found)
    assert sure._fields == FIELDS
    assert all(0 <= share <= 1 for share in sure)


def test_a_number_that_was_read_no_further_can_be_asked_for() -> None:
    read = read_as((0.0, 0.0, 1.0), 1, 1, 1)._replace(segments=(), places=(), moments=())
    assert all(map(isfinite, seen(read)))


@pytest.mark.parametrize("field", ["segment", "place", "moment"])
@given(THREE, PART, st.tuples(PART, PART), SPEAKING_FOR)
def test_what_is_likelier_in_a_field_is_no_less_sure(
    field: str,
    meanings: Three,
    others: float,
    shares: tuple[float, float],
    weights: dict[str, list[float]],
) -> None:
    """Of the number behind what was decided, and of the second opinion where that is so too."""
    usual = dict.fromkeys(("segment", "place", "moment"), others)
    few = [read_as(meanings, **usual | {field: share}) for share in sorted(shares)]
    for alone in (None, few[0]):
        less, more = (confidence_of(weights, seen(read, alone=alone)) for read in few)
        assert all(a <= b for a, b in zip(less, more, strict=True))


@given(THREE, THREE, PART, SPEAKING_FOR)
def test_a_likelier_second_opinion_is_no_less_sure(
    one: Three, other: Three, share: float, weights: dict[str, list[float]]
) -> None:
    number = read_as(one, share, share, share)
    second = sorted((one, other))  # by how likely it is what the fact says
    less, more = (
        confidence_of(weights, seen(number, alone=read_as(meanings, share, share, share)))
        for meanings in second
    )
    assert all(a <= b for a, b in zip(less, more, strict=True))


@given(SPEAKING_FOR, st.lists(st.floats(-7, 7), min_size=len(SEEN), max_size=len(SEEN)),
       st.integers(0, len(SEEN) - 1), st.floats(0, 7))  # fmt: skip
def test_more_of_what_speaks_for_a_fact_makes_no_field_less_sure(
    weights: dict[str, list[float]], few: list[float], place: int, more: float
) -> None:
    raised = [*few[:place], few[place] + more, *few[place + 1 :]]
    before, behind = confidence_of(weights, few), confidence_of(weights, raised)
    assert all(a <= b for a, b in zip(before, behind, strict=True))


@pytest.mark.parametrize(
    ("field", "unsaid"),
    [
        ("status", SAID._replace(status=None)),
        ("segment", SAID._replace(segment=None)),
        ("region", SAID._replace(region=UNSAID)),
        ("period", SAID._replace(year=UNSAID)),
    ],
)
def test_what_a_fact_does_not_say_cannot_be_wrong(field: str, unsaid: Said) -> None:
    read = read_as((0.5, 0.4, 0.1), 0.5, 0.5, 0.5)
    for name in (field, "all of them"):
        place = SEEN.index(name)
        assert seen(read, unsaid)[place] > seen(read)[place]


def test_a_region_or_year_of_which_nothing_is_said_is_not_none() -> None:
    read = read_as((0.9, 0.05, 0.05), 0.9, 0.9, 0.9)
    unsaid, nobody = (
        dict(zip(SEEN, seen(read, SAID._replace(region=code, year=code)), strict=True))
        for code in (UNSAID, None)
    )
    for field, none in (("region", "no region"), ("period", "no period")):
        assert unsaid[field] > 0 > nobody[field]
        assert (unsaid[none], nobody[none]) == (0, 1)


# --- how it is fitted ----------------------------------------------------------------------------

KINDS: Final = {0.9: 4.0, 0.5: 0.0, 0.2: -3.0}
"""How many of some facts are right, and what is seen of them."""


def row(kind: float, *, is_right: bool, is_likeliest: bool = True) -> Row:
    of_it = tuple(kind if name in ("metric", "all of them") else 0.0 for name in SEEN)
    return Row(of_it, (is_right,) * len(FIELDS), is_likeliest)


def rows_right_in(share: float, kind: float, count: int = 200) -> list[Row]:
    return [row(kind, is_right=n < share * count) for n in range(count)]


def test_facts_that_are_right_in_9_of_10_cases_are_9_in_10_sure() -> None:
    rows = [each for share, kind in KINDS.items() for each in rows_right_in(share, kind)]
    weights = fit_confidence(rows)
    assert tuple(weights) == FIELDS
    for share, kind in KINDS.items():
        sure = confidence_of(weights, row(kind, is_right=True).seen)
        assert list(sure) == pytest.approx([share] * len(FIELDS), abs=0.03)


def test_each_field_is_as_sure_as_it_is_right_itself() -> None:
    """The metric is right of the one half, the segment of the other; the whole of hardly any."""
    rows = []
    for kind in (-2.0, 2.0):
        is_one = kind > 0
        right = (is_one, is_one, not is_one, *(n % 2 == 0 for n in range(2)), False)
        usual = [row(kind, is_right=True)._replace(right=right) for _ in range(100)]
        rows += [*usual, row(kind, is_right=True), row(kind, is_right=False)]
    weights = fit_confidence(rows)
    one, other = (confidence_of(weights, row(kind, is_right=True).seen) for kind in (2.0, -2.0))
    assert min(one.metric, other.segment) > 0.9
    assert max(one.segment, other.metric) < 0.1
    assert max(one.whole, other.whole) < 0.1


def test_what_the_reader_does_not_say_itself_counts_less() -> None:
    rows = rows_right_in(0.9, 1.0) + [
        each._replace(is_likeliest=False) for each in rows_right_in(0.1, 1.0)
    ]
    sure = confidence_of(fit_confidence(rows), row(1.0, is_right=True).seen).whole
    assert sure == pytest.approx((0.9 + 0.2 * 0.1) / 1.2, abs=0.03)


# --- how much labelled facts tell ----------------------------------------------------------------


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that hold a fact as sure as the first thing that is seen of it says."""
    weights = {field: [0.0, 1.0, *[0.0] * (len(SEEN) - 1)] for field in FIELDS}
    monkeypatch.setattr(training, "fit_confidence", lambda _: weights)


def rows_of(logits: Sequence[float], right: Sequence[bool]) -> list[Row]:
    return [
        Row((logit, *[0.0] * (len(SEEN) - 1)), (is_right,) * len(FIELDS), is_likeliest=True)
        for logit, is_right in zip(logits, right, strict=True)
    ]


def record(rows: Sequence[Row], articles: Sequence[object]) -> list[Kept]:
    return record_of(rows, list(map(str, articles)), [n % 2 for n in range(len(rows))])


@pytest.mark.usefixtures("known")
def test_a_record_goes_from_the_surest_fact_down_to_all() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(2, 1, 120).tolist()
    found = record(rows_of(logits, (rng.random(120) < 0.8).tolist()), range(120))
    thresholds = [kept.threshold for kept in found]
    assert thresholds == sorted(thresholds, reverse=True)
    sure = [1 / (1 + np.exp(-logit)) for logit in (max(logits), min(logits))]
    assert [thresholds[0], thresholds[-1]] == pytest.approx(sure, abs=1e-4)
    assert all(0 <= kept.right <= kept.facts for kept in found)
    shares = [kept.share for kept in found]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == pytest.approx((1 / 120, 1), abs=1e-3)


@pytest.mark.usefixtures("known")
def test_facts_that_stand_alone_count_as_many_as_they_are() -> None:
    right = [n % 10 != 0 for n in range(200)]
    found = record(rows_of([n / 50 for n in range(200)], right), range(200))
    assert (found[-1].facts, found[-1].right) == (200, 180)
    assert [kept.facts for kept in found] == sorted(kept.facts for kept in found)


@pytest.mark.usefixtures("known")
def test_facts_that_the_reader_does_not_say_count_nothing() -> None:
    rows = rows_of([n / 50 for n in range(100)], [n % 10 != 0 for n in range(100)])
    others = [each._replace(is_likeliest=False) for each in rows]
    assert record([*rows, *others], range(200)) == record(rows, range(100))


@pytest.mark.usefixtures("known")
def test_facts_that_are_wrong_together_in_few_articles_count_for_fewer() -> None:
    """Those of every tenth article are all wrong: ten facts in it tell no more than one."""
    rows = rows_of([2.0] * 200, [n // 10 % 10 != 0 for n in range(200)])
    alone, together = record(rows, range(200)), record(rows, [n // 10 for n in range(200)])
    assert (alone[-1].facts, alone[-1].right) == (200, 180)
    assert together[-1].facts == pytest.approx(20, abs=0.1)
    for one, other in zip(alone, together, strict=True):
        assert other.facts < one.facts
        assert other.right / other.facts == pytest.approx(one.right / one.facts, abs=0.01)


@pytest.mark.usefixtures("known")
def test_facts_that_are_wrong_as_often_in_every_article_count_as_many_as_they_are() -> None:
    rows = rows_of([2.0] * 200, [n % 10 != 0 for n in range(200)])
    kept = record(rows, [n // 10 for n in range(200)])[-1]
    assert (kept.facts, kept.right) == (200, 180)


@pytest.mark.usefixtures("known")
def test_facts_of_few_articles_that_are_all_right_count_for_fewer_where_others_hang_together() -> (
    None
):
    """The surest facts are of three articles; of the others some are wrong in everything."""
    logits = [4.0 if n < 30 else 2.0 for n in range(200)]
    rows = rows_of(logits, [n // 10 % 10 != 9 for n in range(200)])
    surest = record(rows, [n // 10 for n in range(200)])[0]
    assert surest.facts < 20


def test_each_fact_is_held_as_sure_as_the_other_folds_say(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[list[Row]] = []

    def watched(rows: Sequence[Row]) -> dict[str, list[float]]:
        fitted.append(list(rows))
        return {field: [float(len(fitted)), *[0.0] * len(SEEN)] for field in FIELDS}

    monkeypatch.setattr(training, "fit_confidence", watched)
    rows = rows_of([float(n) for n in range(12)], [True] * 12)
    record_of(rows, ["a"] * 12, [n % 3 for n in range(12)])
    left_out = [{each.seen[0] % 3 for each in rows if each not in few} for few in fitted]
    assert sorted(left_out, key=min) == [{0}, {1}, {2}]


@pytest.mark.usefixtures("known")
@given(st.lists(st.tuples(st.floats(-3, 6), st.booleans(), st.integers(0, 5)), min_size=2))
def test_no_fact_counts_for_more_than_one(facts: list[tuple[float, bool, int]]) -> None:
    logits, right, articles = zip(*facts, strict=True)
    found = record(rows_of(logits, right), articles)
    assert all(kept.facts <= len(facts) for kept in found)
    assert all(one.threshold >= other.threshold for one, other in pairwise(found))


def test_where_no_confidence_was_learned_a_fact_has_none_and_is_judged_by_the_other_rules() -> None:
    learned = load_weights()
    reading = scan("Cakupan JKN Kota Batu 98,4 persen.")
    understanding = interpret(reading, weights=learned._replace(confidence={}))
    fact = {"value": 98.4, "unit": "percent", "metric": "coverage_rate"}
    (checked,) = verify_reading(reading, [fact], understanding=understanding).facts
    assert (checked.confidence, checked.reading, checked.verdict) == (None, (), "verified")
