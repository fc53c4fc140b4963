"""Measuring facts against labels."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recordings import ROOT
from uhc_llm import Extractor
from uhc_llm.errors import ConfigurationError, InputError, OutputError
from uhc_llm.evaluation import (
    LEVELS,
    GoldArticle,
    LabelledFact,
    Prediction,
    Score,
    compare_runs,
    evaluate,
    load_gold,
    load_predictions,
    make_report,
    save_predictions,
    score,
)
from uhc_llm.evaluation.pairing import pair_facts
from uhc_llm.testing import FakeModel

SCORER = ROOT.parent / "shared" / "eval" / "score.py"
GOLD = ROOT / "eval" / "dev.gold.jsonl"


def fact(value: float = 95, **changes: Any) -> LabelledFact:
    row = {
        "value": value,
        "unit": "percent",
        "metric": "coverage_rate",
        "status": "actual",
        "region_code": "33.22",
        "period": "2024-05",
        "segment": "all",
    }
    return LabelledFact.model_validate({**row, **changes})


def f1(gold: LabelledFact, said: LabelledFact) -> dict[str, float]:
    return {level: one.f1 for level, one in score({"a": [gold]}, {"a": [said]}).items()}


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({}, ["number", "meaning", "place", "time", "full"]),
        ({"value": 95.0}, ["number", "meaning", "place", "time", "full"]),
        ({"period": "2024"}, ["number", "meaning", "place", "time", "full"]),
        ({"segment": None}, ["number", "meaning", "place", "time", "full"]),
        ({"segment": "ppu"}, ["number", "meaning", "place", "time"]),
        ({"period": "2023-05"}, ["number", "meaning", "place"]),
        ({"period": None}, ["number", "meaning", "place"]),
        ({"region_code": "33.74"}, ["number", "meaning"]),
        ({"region_code": None}, ["number", "meaning"]),
        ({"status": "target"}, ["number"]),
        ({"status": None}, ["number"]),
        ({"metric": "active_rate"}, ["number"]),
        ({"value": 95.1}, []),
    ],
    ids=str,
)
def test_each_level_asks_for_one_thing_more(changes: dict[str, Any], right: list[str]) -> None:
    assert f1(fact(), fact(**changes)) == {level: float(level in right) for level in LEVELS}


def test_a_region_that_gold_leaves_open_may_be_any() -> None:
    assert f1(fact(region_code=None), fact(region_code="33.74"))["full"] == 1


def test_a_range_counts_as_its_two_ends() -> None:
    ends = [fact(600, unit="people", metric="quota"), fact(700, unit="people", metric="quota")]
    said = [fact(600, upper=700, unit="people", metric="quota")]
    assert score({"a": ends}, {"a": said})["full"] == Score(2, 2, 2)


def test_the_same_fact_said_twice_counts_once() -> None:
    assert score({"a": [fact()]}, {"a": [fact(), fact()]})["full"] == Score(1, 1, 1)


def test_an_article_without_a_prediction_counts_as_empty_and_others_do_not_count() -> None:
    assert score({"a": [fact()]}, {"b": [fact()]})["number"] == Score(0, 0, 1)


def test_precision_recall_and_f1_are_those_of_the_textbook() -> None:
    one = Score(hit=6, said=8, true=12)
    assert (one.precision, one.recall, one.f1) == (0.75, 0.5, 0.6)
    assert (Score().precision, Score().recall, Score().f1) == (0, 0, 0)


FACTS = st.builds(
    fact,
    value=st.sampled_from([90, 95, 95.5]),
    upper=st.sampled_from([None, None, 99]),
    unit=st.sampled_from(["percent", "people"]),
    metric=st.sampled_from(["coverage_rate", "participants"]),
    status=st.sampled_from(["actual", "target"]),
    region_code=st.sampled_from([None, "33.22", "ID"]),
    period=st.sampled_from([None, "2024", "2024-05", "2025"]),
    segment=st.sampled_from(["all", "ppu", None]),
)
ARTICLES = st.dictionaries(st.sampled_from("abc"), st.lists(FACTS, max_size=4), max_size=3)


def dump(articles: dict[str, list[LabelledFact]]) -> str:
    return "".join(
        json.dumps({"id": id_, "facts": [f.model_dump(mode="json") for f in facts]}) + "\n"
        for id_, facts in articles.items()
    )


@pytest.mark.skipif(not SCORER.is_file(), reason="no folder shared/eval beside the repository")
def test_the_figures_are_those_of_the_reference_scorer(tmp_path: Path) -> None:
    drawn: list[tuple[dict[str, list[LabelledFact]], dict[str, list[LabelledFact]]]] = []

    @given(ARTICLES, ARTICLES)
    def draw(gold: dict[str, list[LabelledFact]], said: dict[str, list[LabelledFact]]) -> None:
        drawn.append((gold, said))

    draw()
    # One run of the script for all that was drawn: the ids keep the draws apart.
    gold = {f"{n}{id_}": facts for n, (g, _) in enumerate(drawn) for id_, facts in g.items()}
    said = {f"{n}{id_}": facts for n, (_, s) in enumerate(drawn) for id_, facts in s.items()}
    for name, articles in (("gold", gold), ("said", said)):
        (tmp_path / name).write_text(dump(articles), encoding="utf-8")
    command = [sys.executable, str(SCORER), str(tmp_path / "gold"), str(tmp_path / "said")]
    printed = subprocess.run([*command, "--json"], capture_output=True, check=True, timeout=60)
    expected = json.loads(printed.stdout)
    ours = score(gold, said)
    assert len(drawn) >= 50
    for level in LEVELS:
        assert ours[level]._asdict() == {k: expected[level][k] for k in ("hit", "said", "true")}
        assert ours[level].f1 == pytest.approx(expected[level]["f1"])


def test_gold_read_back_as_a_prediction_is_all_right() -> None:
    gold = load_gold(GOLD)
    report = make_report(gold, [Prediction(id=a.id, facts=a.facts) for a in gold])
    assert {one.f1 for one in report.levels.values()} == {1.0}
    assert report.not_in_text == 0
    assert not report.worst()
    assert all(right == of for right, of in report.attributes.values())


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "holds no article"),
        ("{", "line 1: the line: "),
        ('{"id": "a", "facts": []}', "line 1: it has neither text nor text_file"),
        ('{"id": "a", "text": "x", "facts": [{"value": 1}]}', "line 1: facts.0.unit: "),
        ('{"id": "a", "text": "x", "facts": []}\n' * 2, "line 2: a second article is called 'a'"),
        ('{"id": "a", "text_file": "no.txt", "facts": []}', "no.txt cannot be read"),
        ('{"id": "a", "text_file": "latin.txt", "facts": []}', "line 1: latin.txt is not UTF-8"),
        ('{"id": "a", "text_file": "no\\u0000.txt", "facts": []}', "line 1: 'no\\x00.txt' cannot"),
        (
            '{"id": "a", "text": "x", "published": "2024-13-01", "facts": []}',
            "line 1: published: ",
        ),
    ],
)
def test_a_gold_file_that_is_wrong_is_named_with_its_line(
    tmp_path: Path, lines: str, message: str
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(lines, encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    with pytest.raises(InputError) as caught:
        load_gold(path)
    assert message in str(caught.value)


def test_a_gold_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_gold(tmp_path / "none.jsonl")


def test_a_gold_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "x", "facts": []}', encoding="utf-8-sig")
    assert [article.id for article in load_gold(path)] == ["a"]


def test_a_month_as_the_article_s_date_anchors_nothing(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "x", "published": "2024-05", "facts": []}', "utf-8")
    assert load_gold(path)[0].published is None


def test_predictions_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    said = [
        Prediction(id="a", facts=(fact(95.5), fact(600, upper=700)), seconds=1.5, model="m"),
        Prediction(id="b", error="ServerError: 500"),
    ]
    save_predictions(said, path)
    assert load_predictions(path) == said


# --- asking --------------------------------------------------------------------------------------

TEXT = "Cakupan JKN di Kabupaten Semarang 98,5 persen per 1 Mei 2024."
ARTICLE = GoldArticle("a", TEXT, None, (fact(98.5, period="2024-05-01"),))


def test_the_code_strategy_is_evaluated_without_a_model() -> None:
    (prediction,) = evaluate([ARTICLE], Extractor(strategy="code"))
    assert prediction.error is None
    assert prediction.requests == 0
    assert prediction.strategy == "code"
    report = make_report([ARTICLE], [prediction])
    assert report.levels["full"] == Score(1, 1, 1)
    assert report.seconds is not None


def test_an_article_that_fails_is_empty_and_says_why() -> None:
    model = FakeModel([OutputError("of no use"), {}])
    extractor = Extractor(model, form="narrowed", breadth="unit")
    failed, _ = evaluate([ARTICLE, ARTICLE._replace(id="b", text="Tidak ada.")], extractor)
    assert failed.facts == ()
    assert failed.error == "OutputError: of no use"
    report = make_report([ARTICLE], [failed])
    assert [article.id for article in report.failed] == ["a"]
    assert report.levels["number"] == Score(0, 0, 1)


def test_what_would_fail_for_every_article_ends_the_run() -> None:
    extractor = Extractor(FakeModel([ConfigurationError("no key")]), breadth="unit")
    with pytest.raises(ConfigurationError, match="no key"):
        evaluate([ARTICLE], extractor)


def test_labels_are_not_shown_to_the_model() -> None:
    model = FakeModel([OutputError("no")])
    article = ARTICLE._replace(facts=(fact(12.34, region_code="91.71"),))
    evaluate([article], Extractor(model, breadth="unit"))
    assert not any(word in model.requests[0].text for word in ("12.34", "12,34", "91.71"))


# --- reports -------------------------------------------------------------------------------------


def test_a_true_fact_is_paired_with_what_is_most_like_it() -> None:
    near, far = fact(), fact(metric="active_rate", status="target")
    (pair,) = [p for p in pair_facts([fact()], [far, near]) if p.gold]
    assert pair.said == near
    assert [p.said for p in pair_facts([fact()], [far, near]) if p.gold is None] == [far]


def test_a_range_that_was_said_stands_for_both_ends() -> None:
    said = fact(90, upper=95)
    assert [p.said for p in pair_facts([fact(90), fact(95)], [said])] == [said, said]


def test_a_report_says_what_was_confused_missed_and_invented() -> None:
    gold = [
        GoldArticle("a", "98,5 persen 90 persen", None, (fact(98.5), fact(90, status="target"))),
        GoldArticle("b", "80 persen", None, (fact(80),)),
    ]
    said = [
        Prediction(id="a", facts=(fact(98.5, status="target"), fact(77))),
        Prediction(id="b", facts=(fact(80, segment="ppu"),)),
    ]
    report = make_report(gold, said)
    assert report.attributes["status"] == (1, 2)
    assert report.attributes["segment"] == (1, 2)
    assert report.confusions["status"] == {
        ("actual", "target"): 1,
        ("target", "missed"): 1,
        ("no fact", "actual"): 1,
        ("actual", "actual"): 1,
    }
    assert report.not_in_text == 1
    first, second = report.worst()
    assert (first.id, second.id) == ("a", "b")
    assert (len(first.missed), len(first.wrong), len(first.invented)) == (1, 1, 1)
    assert report.metrics["coverage_rate"] == Score(1, 3, 3)


def test_an_unknown_cost_is_not_called_nothing() -> None:
    said = [Prediction(id="a", cost=Decimal("0.5")), Prediction(id="b")]
    articles = [ARTICLE, ARTICLE._replace(id="b")]
    assert make_report(articles, said).cost is None
    assert make_report(articles[:1], said).cost == Decimal("0.5")


# --- two runs ------------------------------------------------------------------------------------


def test_a_comparison_names_what_was_gained_and_lost() -> None:
    gold = [GoldArticle("a", "", None, (fact(90), fact(95)))]
    before = [Prediction(id="a", facts=(fact(90), fact(95, status="target")))]
    after = [Prediction(id="a", facts=(fact(95),))]
    comparison = compare_runs(gold, before, after)
    (change,) = comparison.articles
    assert (change.gained, change.lost) == ((fact(95),), (fact(90),))
    assert comparison.levels["number"].before == 1
    assert comparison.levels["number"].difference == pytest.approx(2 / 3 - 1)


def test_a_run_compared_with_itself_shows_no_difference() -> None:
    gold = load_gold(GOLD)
    said = [Prediction(id=a.id, facts=a.facts[::2]) for a in gold]
    comparison = compare_runs(gold, said, said)
    assert comparison.articles == ()
    assert all(change.low == change.high == 0 for change in comparison.levels.values())


def test_the_interval_of_a_difference_holds_it() -> None:
    gold = load_gold(GOLD)
    before = [Prediction(id=a.id, facts=a.facts[::2]) for a in gold]
    after = [Prediction(id=a.id, facts=a.facts) for a in gold]
    change = compare_runs(gold, before, after).levels["full"]
    assert 0 < change.low < change.difference < change.high
