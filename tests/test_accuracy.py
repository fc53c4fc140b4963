"""How right the recorded answers of the embedded model are: it may not fall."""

import pytest

from tests.recordings import EVALUATIONS, RECORDED, Evaluation
from uhc_llm import Extractor
from uhc_llm.evaluation import LEVELS, Report, evaluate, load_gold, make_report
from uhc_llm.testing import cassette

# A floor this far below what is reached would let much be lost unseen.
SLACK = 0.02


@pytest.fixture(params=EVALUATIONS, ids=lambda evaluation: evaluation.name, scope="module")
def evaluation(request: pytest.FixtureRequest) -> Evaluation:
    found: Evaluation = request.param
    return found


@pytest.fixture(scope="module")
def report(evaluation: Evaluation) -> Report:
    if evaluation not in RECORDED:
        return evaluation.report(evaluation.predict())
    with cassette(evaluation.cassette) as tape:
        predictions = evaluation.predict()
    assert tape.unused == []
    return evaluation.report(predictions)


def test_accuracy_is_not_below_its_floor(evaluation: Evaluation, report: Report) -> None:
    reached = {level: report.levels[level].f1 for level in LEVELS}
    below = {level: f1 for level, f1 in reached.items() if f1 < evaluation.floors[level]}
    assert not below, reached


def test_no_floor_is_far_below_what_is_reached(evaluation: Evaluation, report: Report) -> None:
    reached = {level: report.levels[level].f1 for level in LEVELS}
    stale = {level: f1 for level, f1 in reached.items() if f1 > evaluation.floors[level] + SLACK}
    assert not stale, reached


def test_no_number_comes_from_outside_the_text(report: Report) -> None:
    assert report.not_in_text == 0


def test_every_article_has_an_answer(evaluation: Evaluation, report: Report) -> None:
    assert report.failed == ()
    assert len(report.articles) == len(evaluation.articles)


@pytest.mark.parametrize("evaluation", RECORDED, ids=lambda each: each.name, indirect=True)
def test_code_alone_is_no_better_than_with_the_model_by_more_than_the_slack(
    evaluation: Evaluation, report: Report
) -> None:
    gold = load_gold(evaluation.gold)
    alone = make_report(gold, evaluate(gold, Extractor(strategy="code")))
    assert all(alone.levels[level].f1 <= report.levels[level].f1 + SLACK for level in LEVELS)
