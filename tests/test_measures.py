"""What users ask of a run, counted by hand in small cases."""

import io
import json
import random
from typing import Any

import pytest
from rich.console import Console

from tests.test_strict_levels import fact
from uhc_llm.display.evaluation import comparison_report
from uhc_llm.display.measures import measures_report
from uhc_llm.evaluation import (
    Figure,
    GoldArticle,
    LabelledFact,
    NoFact,
    Prediction,
    Score,
    compare_runs,
    measure,
    sample_articles,
)
from uhc_llm.evaluation.bootstrap import draws, interval
from uhc_llm.evaluation.figures import Sample, counts_of
from uhc_llm.evaluation.no_facts import kinds_agreed, kinds_said


def article(id_: str, *facts: LabelledFact, kind: str = "-", **labels: Any) -> GoldArticle:
    return GoldArticle(id_, f"Artikel {id_}.", None, facts, kind, **labels)


def no_fact(mention: str, kind: str = "change") -> NoFact:
    return NoFact(mention=mention, kind=kind)


# --- bounds --------------------------------------------------------------------------------------


def test_the_bounds_are_those_of_articles_drawn_one_by_one() -> None:
    dice = random.Random(3)  # noqa: S311 - counts, not secrets
    scores = [Score(dice.randint(0, 4), dice.randint(4, 9), dice.randint(4, 9)) for _ in range(40)]
    sample = Sample([counts_of(("x",), one) for one in scores])
    drawn = []
    for places in draws(len(scores)):
        hit, said, _ = (sum(scores[p][part] for p in places) for part in range(3))
        drawn.append(hit / said)
    precision = sample.score("x").precision
    assert precision is not None
    assert precision.value == pytest.approx(
        sum(s.hit for s in scores) / sum(s.said for s in scores)
    )
    assert (precision.low, precision.high) == pytest.approx(interval(drawn))
    assert precision.low < precision.value < precision.high


def test_counts_of_one_name_do_not_run_over_into_another_s() -> None:
    large = 2**33
    sample = Sample([{("a",): large, ("b",): 1}, {("b",): 2}, {("c",): 5}])
    assert [sample.total((name,)) for name in "abcd"] == [2 * large // 2, 3, 5, 0]
    assert sample.share(("b",), ("c",)) is not None
    assert sample.share(("b",), ("d",)) is None


def test_a_share_of_what_few_articles_have_is_bounded_by_the_draws_that_have_it() -> None:
    sample = Sample([{("part",): 1, ("whole",): 2}, *({},) * 9])
    assert sample.share(("part",), ("whole",)) == Figure(0.5, 0.5, 0.5)


# --- false facts ---------------------------------------------------------------------------------

GOLD = [
    article("a", fact(90), fact(80, period="2023"), kind="coverage"),
    article("b", kind="offtopic", no_facts=(no_fact("5 persen"), no_fact("7 persen", "share"))),
    article("c", kind="offtopic", no_facts=(no_fact("naik 6 persen"),)),
]
SAID = [
    Prediction(
        id="a",
        facts=(
            fact(90, verdict="verified"),
            fact(80, period="2022", verdict="suspect"),
            fact(70, verdict="suspect"),
        ),
    ),
    Prediction(id="b", facts=(fact(5, verdict="verified"),)),
    Prediction(id="c"),
]


def test_false_facts_are_counted_an_article_by_kind() -> None:
    kinds = measure(GOLD, SAID).kinds
    assert list(kinds) == ["coverage", "offtopic"]
    coverage, off_topic = kinds.values()
    assert (coverage.articles, coverage.said) == (1, 3)
    assert coverage.false_numbers.value == 1  # 70
    assert coverage.false_facts.value == 2  # 80 of another year, and 70
    assert (off_topic.articles, off_topic.said) == (2, 1)
    assert off_topic.false_numbers == off_topic.false_facts == Figure(0.5, 0.0, 1.0)


def test_f1_by_kind_is_left_out_where_there_is_no_fact() -> None:
    kinds = measure(GOLD, SAID).kinds
    coverage = kinds["coverage"].levels
    assert coverage["meaning"] == Figure(0.8, 0.8, 0.8)  # 2 right, 3 said, 2 true
    assert coverage["full"] == Figure(0.4, 0.4, 0.4)
    assert set(kinds["offtopic"].levels.values()) == {None}


def test_numbers_that_are_no_facts_are_counted_by_what_they_are() -> None:
    found = measure(GOLD, SAID).no_facts
    assert {kind: (each.said, each.there) for kind, each in found.items()} == {
        "change": (1, 2),
        "share": (0, 1),
    }
    assert found["change"].share.value == 0.5


@pytest.mark.parametrize(
    ("mention", "said", "expected"),
    [
        ("naik 3 persen", fact(3), (1, 1)),
        ("3 persen", fact(3, unit="people", metric="participants"), (0, 1)),
        ("Rp 42.000", fact(42000, unit="rupiah", metric="budget"), (1, 1)),
        ("12 ribu", fact(12000, unit="people", metric="participants"), (1, 1)),
        ("12 ribu", fact(12000), (0, 1)),  # a percentage says so
        ("belasan ribu", fact(15000, mention="belasan  ribu"), (1, 1)),
        ("belasan ribu", fact(15000), (0, 1)),
        ("90 persen", fact(90), (0, 0)),  # a fact elsewhere in the article: which one was said?
    ],
)
def test_a_number_that_is_no_fact_is_known_by_its_value_and_unit(
    mention: str, said: LabelledFact, expected: tuple[int, int]
) -> None:
    counts = kinds_said([no_fact(mention)], [fact(90)], [said])
    assert tuple(each["change"] for each in counts) == expected


# --- articles, verdicts, strict levels ------------------------------------------------------------


def test_an_article_is_right_when_everything_is_and_it_has_an_answer() -> None:
    gold = [
        article("a", fact(90)),
        article("b", fact(80)),
        article("c"),
        article("d"),
        article("e"),
    ]
    said = [
        Prediction(id="a", facts=(fact(90),)),
        Prediction(id="b", facts=(fact(80, period="2024"),)),
        Prediction(id="c"),
        Prediction(id="d", error="OutputError: no"),
    ]
    found = measure(gold, said)
    assert found.right.value == 3 / 5  # a, b by its year, c
    assert found.right_strictly.value == 2 / 5
    assert found.slips == {"coarser": 1, "finer": 0, "other": 0}
    assert found.slip_share is not None
    assert found.slip_share.value == 1 / 2
    assert found.strict["time"].score == Score(1, 2, 2)
    assert found.levels["time"].score == Score(2, 2, 2)


def test_each_verdict_has_its_precision_and_share() -> None:
    found = measure(GOLD, SAID).verdicts
    assert list(found) == ["verified", "suspect"]
    verified, suspect = found.values()
    assert verified["number"].precision.value == 1 / 2  # 90, not 5
    assert suspect["number"].precision.value == 1 / 2  # 80, not 70
    assert suspect["full"].precision.value == 0
    assert verified["full"].share.value == suspect["full"].share.value == 2 / 4


def test_facts_without_a_verdict_have_no_row() -> None:
    assert measure([article("a", fact(90))], [Prediction(id="a", facts=(fact(90),))]).verdicts == {}


def test_the_panel_is_scored_over_all_articles() -> None:
    panel = measure(GOLD, SAID).panel
    # 90 and 70 share a cell, 80 stands in the wrong year, 5 in an article without any.
    assert panel.score == Score(0, 3, 2)


# --- agreement -----------------------------------------------------------------------------------


def test_two_annotators_agree_on_what_is_no_fact() -> None:
    labels = [no_fact("3 persen"), no_fact("5 persen", "share"), no_fact("7 orang", "staff")]
    others = [no_fact("3  Persen"), no_fact("5 persen"), no_fact("9 orang", "staff")]
    gold = [article("a", no_facts=tuple(labels))]
    agreed = measure(gold, [Prediction(id="a", no_facts=tuple(others))]).agreement
    assert agreed is not None
    assert agreed.both == 2  # each has one that the other has not
    assert agreed.same.value == 1 / 2
    # change and share in gold, change twice beside it: half would agree by chance.
    assert agreed.kappa is not None
    assert agreed.kappa.value == 0
    assert agreed.kinds["change"].value == pytest.approx(2 / 3)
    assert agreed.kinds["share"].value == 0
    assert agreed.confused == {("share", "change"): 1}


def test_words_that_stand_several_times_are_paired_by_kind_first() -> None:
    one = [no_fact("3 persen", kind) for kind in ("change", "share", "share")]
    other = [no_fact("3 persen", kind) for kind in ("share", "patients")]
    assert kinds_agreed(one, other) == {("share", "share"): 1, ("change", "patients"): 1}


def test_without_such_labels_on_both_sides_there_is_no_agreement_on_them() -> None:
    gold = [article("a", no_facts=(no_fact("3 persen"),))]
    assert measure(gold, [Prediction(id="a")]).agreement is None
    alone = measure(gold, [Prediction(id="a", no_facts=(no_fact("3 persen"),))]).agreement
    assert alone is not None
    assert (alone.same.value, alone.kappa) == (1, None)


# --- shown ---------------------------------------------------------------------------------------


def shown(gold: list[GoldArticle], said: list[Prediction], width: int = 140) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(measures_report(measure(gold, said)))
    return out.getvalue()


def test_the_tables_show_what_was_measured() -> None:
    printed = shown(GOLD, SAID)
    assert "strict place" in printed
    assert "articles right in everything: 33.3%" in printed
    assert "0.50 (0.00-1.00)" in printed
    assert [line.split() for line in printed.splitlines() if line.startswith(" change")] == [
        ["change", "2", "1", "50.0%", "(0.0-100.0)"]
    ]
    assert "kappa" not in printed
    labelled = [each.model_copy(update={"no_facts": (no_fact("5 persen"),)}) for each in SAID]
    assert "kappa" in shown(GOLD, labelled)


def test_the_tables_fit_into_a_terminal() -> None:
    labelled = [each.model_copy(update={"no_facts": (no_fact("5 persen"),)}) for each in SAID]
    assert "…" not in shown(GOLD, labelled, width=80)


def test_what_another_program_said_that_can_be_no_fact_is_counted() -> None:
    said = [
        Prediction(id="a", left_out=2),
        Prediction(id="b", left_out=1),
        Prediction(id="x", left_out=9),
    ]
    assert measure(GOLD, said).left_out == 3
    assert "3 extractions" in shown(GOLD, said)


def test_everything_can_be_said_in_json() -> None:
    said = json.loads(json.dumps(measure(GOLD, SAID).to_json(), allow_nan=False))
    assert said["strict"]["place"]["f1"]["value"] == pytest.approx(4 / 6)
    assert said["kinds"]["offtopic"]["false_facts"] == {"value": 0.5, "low": 0.0, "high": 1.0}
    assert said["kinds"]["offtopic"]["levels"]["full"] is None
    assert said["no_facts"]["share"] == {
        "there": 1,
        "said": 0,
        "share": {"value": 0.0, "low": 0.0, "high": 0.0},
    }
    assert said["verdicts"]["suspect"]["full"]["precision"]["value"] == 0
    assert said["no_facts_agreement"] is None
    assert said["articles_right"]["full"]["value"] == pytest.approx(1 / 3)


# --- comparing and sampling -----------------------------------------------------------------------


def test_a_comparison_says_what_is_beyond_chance() -> None:
    gold = [article(str(n), fact(n)) for n in range(1, 41)]
    right = [Prediction(id=each.id, facts=each.facts) for each in gold]
    one_less = right[1:]
    half = [
        Prediction(id=each.id, facts=(fact(n + 1, period="2020"),) if n % 2 else each.facts)
        for n, each in enumerate(gold)
    ]
    levels = compare_runs(gold, one_less, right).levels
    assert not levels["full"].beyond_chance
    levels = compare_runs(gold, half, right).levels
    assert not levels["number"].beyond_chance  # the same numbers, of another year
    assert levels["full"].beyond_chance
    comparison = compare_runs(gold, half, right)
    assert comparison.to_json()["levels"]["full"]["beyond_chance"] is True
    out = io.StringIO()
    Console(file=out, width=140).print(comparison_report(comparison))
    rows = {line.split()[0]: line.split()[-1] for line in out.getvalue().splitlines()[4:9]}
    assert rows == {"number": "no", "meaning": "no", "place": "no", "time": "yes", "full": "yes"}


def test_a_sample_has_articles_of_each_kind_in_proportion() -> None:
    kinds = ["coverage"] * 20 + ["offtopic"] * 10
    gold = [article(str(n), fact(n), kind=kind) for n, kind in enumerate(kinds)]
    small, large = sample_articles(gold, 6), sample_articles(gold, 15)
    assert [each.kind for each in small] == ["coverage"] * 4 + ["offtopic"] * 2
    assert {each.id for each in small} < {each.id for each in large}
    assert sample_articles(gold[::-1], 6) == small[::-1]
