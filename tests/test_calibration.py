"""How far confidences come true: bins, their error, and what is right of what is kept."""

from itertools import pairwise
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm.evaluation.calibration import (
    Bin,
    bins_of,
    calibration_error,
    checked_facts,
    kept_at,
)
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.evaluation.predictions import Prediction
from uhc_llm.reader.confidence import FIELDS

SHARES: Final = st.floats(0, 1)
PAIRS: Final = st.lists(st.tuples(SHARES, st.booleans()), max_size=60)
SOME: Final = st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=60)

# --- bins ----------------------------------------------------------------------------------------


def test_facts_are_in_bins_of_as_many_each_by_their_confidence() -> None:
    pairs = [(n / 20, n >= 10) for n in reversed(range(20))]
    found = bins_of(pairs, 4)
    assert [each.facts for each in found] == [5, 5, 5, 5]
    assert [each.confidence for each in found] == pytest.approx([0.1, 0.35, 0.6, 0.85])
    assert [each.right for each in found] == [0, 0, 1, 1]


def test_of_fewer_facts_than_bins_each_is_one() -> None:
    assert bins_of([(0.9, True), (0.4, False)]) == [Bin(0.4, 0, 1), Bin(0.9, 1, 1)]
    assert bins_of([]) == []


@given(PAIRS, st.integers(1, 12))
def test_no_fact_is_lost_between_bins_and_none_counts_twice(
    pairs: list[tuple[float, bool]], count: int
) -> None:
    found = bins_of(pairs, count)
    assert len(found) <= count
    sizes = [each.facts for each in found]
    assert sum(sizes) == len(pairs)
    assert all(sizes)
    assert not sizes or max(sizes) - min(sizes) <= 2
    assert sum(each.facts * each.right for each in found) == pytest.approx(
        sum(is_right for _, is_right in pairs)
    )
    assert sum(each.facts * each.confidence for each in found) == pytest.approx(
        sum(confidence for confidence, _ in pairs)
    )
    means = [each.confidence for each in found]
    assert all(b >= a - 1e-12 for a, b in pairwise(means))


# --- how far off they are ------------------------------------------------------------------------


def test_of_no_facts_nothing_is_known() -> None:
    assert calibration_error([]) is None
    assert kept_at([], 0.5) is None


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [(1.0, 100, 0.0), (0.9, 90, 0.0), (0.9, 60, 0.3), (0.2, 100, 0.8), (0.0, 0, 0.0)],
)
def test_facts_that_were_all_held_as_likely_are_off_by_how_much_fewer_or_more_are_right(
    confidence: float, right: int, expected: float
) -> None:
    # Of every ten as many are right, as those of one confidence fall into any bin.
    pairs = [(confidence + n * 1e-9, n % 10 < right / 10) for n in range(100)]
    assert calibration_error(pairs) == pytest.approx(expected, abs=1e-6)


@given(SOME)
def test_what_is_off_lies_between_the_whole_and_the_worst(pairs: list[tuple[float, bool]]) -> None:
    """Bins may be off in opposite ways, which the whole does not show."""
    found = calibration_error(pairs)
    assert found is not None
    whole = sum(confidence - is_right for confidence, is_right in pairs) / len(pairs)
    worst = sum(abs(confidence - is_right) for confidence, is_right in pairs) / len(pairs)
    assert abs(whole) - 1e-9 <= found <= worst + 1e-9


def test_facts_that_come_true_as_often_as_is_said_are_hardly_off_and_bold_ones_are() -> None:
    rng = np.random.default_rng(2)
    honest = rng.random(20_000)
    right = rng.random(20_000) < honest
    bold = honest**0.5
    errors = [
        calibration_error(zip(each.tolist(), right.tolist(), strict=True))
        for each in (honest, bold)
    ]
    assert errors[0] == pytest.approx(0, abs=0.02)
    assert errors[1] == pytest.approx(2 / 3 - 1 / 2, abs=0.02)


# --- what is right of what is kept ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "expected"), [(0.2, 1.0), (0.4, 1.0), (0.6, 2 / 3), (0.8, 0.75), (1.0, 0.6)]
)
def test_the_surest_are_kept(share: float, expected: float) -> None:
    pairs = [(0.5, False), (0.9, True), (0.8, True), (0.7, False), (0.6, True)]
    assert kept_at(pairs, share) == pytest.approx(expected)


@given(SOME)
def test_of_all_that_is_kept_as_much_is_right_as_of_all(pairs: list[tuple[float, bool]]) -> None:
    assert kept_at(pairs, 1) == pytest.approx(sum(right for _, right in pairs) / len(pairs))


def test_so_small_a_share_that_nothing_is_kept_tells_nothing() -> None:
    assert kept_at([(0.9, True)] * 4, 0.1) is None


# --- against labels ------------------------------------------------------------------------------


def fact(value: float = 95, **said: Any) -> LabelledFact:
    """A fact of Kudus in 2023, where nothing else is said."""
    usual = {"unit": "percent", "metric": "coverage_rate", "status": "actual", "segment": "all",
             "region_code": "33.19", "period": "2023"}  # fmt: skip
    return LabelledFact.model_validate({"value": value} | usual | said)


SURE: Final = {f"confidence_{name}": n / 10 for n, name in enumerate(FIELDS[:-1], start=1)}


def checked(gold: list[LabelledFact], said: list[LabelledFact], **how: bool) -> list[Any]:
    articles = [GoldArticle("a", "", None, tuple(gold))]
    return list(checked_facts(articles, [Prediction(id="a", facts=tuple(said))], **how))


def test_a_fact_has_the_confidence_of_each_field_and_of_the_whole() -> None:
    (found,) = checked([fact()], [fact(confidence=0.6, verdict="suspect", **SURE)])
    assert (found.article, found.verdict) == ("a", "suspect")
    assert found.confidences == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert tuple(found.right) == (True,) * 6


def test_a_field_without_a_confidence_of_its_own_has_that_of_the_whole() -> None:
    (found,) = checked([fact()], [fact(confidence=0.6, confidence_region=0.0)])
    assert found.confidences == [0.6, 0.6, 0.6, 0.0, 0.6, 0.6]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()),
        ({"metric": "active_rate"}, {"metric", "status", "whole"}),
        ({"status": "target"}, {"status", "whole"}),
        ({"segment": "pbi_apbn"}, {"segment", "whole"}),
        ({"segment": None}, set()),
        ({"region_code": "33.16"}, {"region", "whole"}),
        ({"region_code": None}, {"region", "whole"}),
        ({"period": "2024"}, {"period", "whole"}),
        ({"period": None}, {"period", "whole"}),
        ({"period": "2023-05"}, set()),
    ],
)
def test_each_field_is_right_or_wrong_by_itself(changed: dict[str, Any], wrong: set[str]) -> None:
    (found,) = checked([fact()], [fact(confidence=0.6, **changed)])
    assert {name for name, is_right in zip(FIELDS, found.right, strict=True) if not is_right} == (
        wrong
    )


def test_where_the_label_has_no_region_a_fact_has_none_or_is_wrong_but_for_f1() -> None:
    gold, said = [fact(region_code=None)], [fact(confidence=0.6)]
    (found,), (as_in_f1,) = checked(gold, said), checked(gold, said, any_region=True)
    assert [name for name, right in zip(FIELDS, found.right, strict=True) if not right] == [
        "region",
        "whole",
    ]
    assert all(as_in_f1.right)
    (found,) = checked(gold, [fact(region_code=None, confidence=0.6)])
    assert all(found.right)
    (found,) = checked([fact()], [fact(region_code="33.16", confidence=0.6)], any_region=True)
    assert not found.right[-1]


def test_a_fact_of_a_number_that_states_none_is_wrong_in_everything() -> None:
    (found,) = checked([fact(95)], [fact(90, confidence=0.6)])
    assert tuple(found.right) == (False,) * 6


def test_what_has_no_confidence_and_what_nobody_said_is_left_out() -> None:
    found = checked([fact(95), fact(90)], [fact(95), fact(80, confidence=0.5)])
    assert [each.confidences[-1] for each in found] == [0.5]
    assert checked([fact()], []) == []


def test_an_article_of_which_nothing_was_said_is_left_out() -> None:
    articles = [GoldArticle(name, "", None, (fact(),)) for name in "ab"]
    said = [Prediction(id="b", facts=(fact(confidence=0.7),)), Prediction(id="c")]
    assert [each.article for each in checked_facts(articles, said)] == ["b"]
