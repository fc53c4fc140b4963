"""How several models stand beside each other, in figures that were worked out by hand."""

import csv
import io
import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from rich.console import Console

from uhc_llm.display.standings import (
    standings_json,
    standings_markdown,
    standings_report,
    write_standings,
)
from uhc_llm.evaluation import (
    LEVELS,
    GoldArticle,
    LabelledFact,
    Prediction,
    Score,
    Standings,
    sample_articles,
)
from uhc_llm.evaluation.advice import advice, money
from uhc_llm.evaluation.bootstrap import draws, interval
from uhc_llm.evaluation.model_run import Answers
from uhc_llm.evaluation.standings import compare_answers
from uhc_llm.schemas import Usage


def fact(value: float, **changes: Any) -> LabelledFact:
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


def articles(*facts: tuple[float, ...]) -> list[GoldArticle]:
    """One for each row of true numbers: a0, a1 and so on."""
    return [
        GoldArticle(f"a{n}", f"artikel {n}", None, tuple(map(fact, row)))
        for n, row in enumerate(facts)
    ]


def answers(
    *said: tuple[float, ...] | str | None, cost: float | None = 0.0, doubted: tuple[float, ...] = ()
) -> Answers:
    """What a model says of a0, a1 and so on: numbers, an error, or None where it was not asked."""
    predictions = []
    for n, row in enumerate(said):
        money_ = None if cost is None else Decimal(str(cost))
        if isinstance(row, str):
            predictions.append(Prediction(id=f"a{n}", error=row, cost=money_))
        elif row is not None:
            facts = tuple(
                fact(value).model_copy(
                    update={"verdict": "suspect" if value in doubted else "verified"}
                )
                for value in row
            )
            predictions.append(Prediction(id=f"a{n}", facts=facts, cost=money_, version="9"))
    return Answers(tuple(predictions), 2.0 * len(predictions))


FOUR = articles((10,), (20,), (30,), (40,))
RIGHT = answers((10,), (20,), (30,), (40,))
ONE_MISTAKEN = answers((10,), (20,), (30,), (99,))


# --- intervals -----------------------------------------------------------------------------------


def test_an_interval_is_that_of_the_binomial_which_the_draws_follow() -> None:
    """Of four articles with a fact each one is wrong: F1 is a quarter of Binomial(4, 3/4).

    P(X <= 0) = 0.004 and P(X <= 1) = 0.051, so that 2.5 of 100 draws end at a quarter.
    """
    full = compare_answers(FOUR, {"m": ONE_MISTAKEN}).model("m").levels["full"]
    assert full == (0.75, 0.25, 1.0)


def test_an_article_alone_is_every_draw() -> None:
    one = compare_answers(FOUR[:1], {"m": answers((10, 11))}).model("m")
    assert one.levels["full"] == pytest.approx((2 / 3, 2 / 3, 2 / 3))


def test_what_is_always_right_has_no_width_at_any_level() -> None:
    levels = compare_answers(FOUR, {"m": RIGHT}).model("m").levels
    assert {level: levels[level] for level in LEVELS} == dict.fromkeys(LEVELS, (1.0, 1.0, 1.0))


def test_a_difference_is_that_of_the_same_draws() -> None:
    """The one that misses an article in four is worse by Binomial(4, 1/4) quarters."""
    away = compare_answers(FOUR, {"good": RIGHT, "bad": ONE_MISTAKEN}).model("bad").difference
    assert away == (-0.25, -0.75, 0.0)
    assert not away.beyond_chance


def test_a_difference_in_every_article_is_beyond_chance_though_the_intervals_overlap() -> None:
    """Each fact is right where the other's is; one says a second number of each besides."""
    gold = articles(*[(n, 50 + n) for n in range(10)])
    good = [(n, 50 + n) if n % 2 else (90,) for n in range(10)]
    bad = [(*row, 70 + n) for n, row in enumerate(good)]
    found = compare_answers(gold, {"good": answers(*good), "bad": answers(*bad)})
    better, worse = found.model("good"), found.model("bad")
    assert worse.levels["full"].high > better.levels["full"].low
    assert worse.difference is not None
    assert worse.difference.high < 0
    assert worse.difference.beyond_chance


def test_draws_are_always_the_same_and_of_as_many_articles() -> None:
    assert draws(7) == draws(7)
    assert {len(drawn) for drawn in draws(7)} == {7}
    assert interval(range(1000)) == (25, 974)


# --- what is counted -----------------------------------------------------------------------------


def test_an_article_is_right_when_every_fact_is_and_none_is_false() -> None:
    gold = articles((10,), (20, 21), (30,), ())
    said = answers((10,), (20,), (30, 31), ())
    assert compare_answers(gold, {"m": said}).model("m").articles_right == 0.5


def test_an_article_without_an_answer_counts_as_empty_and_is_not_right() -> None:
    gold = articles((10,), ())
    one = compare_answers(gold, {"m": answers((10,), "EmptyAnswerError: no")}).model("m")
    assert (one.articles_right, dict(one.failures)) == (0.5, {"EmptyAnswerError": 1})
    assert one.error is None
    missing = compare_answers(articles((10,), (20,)), {"m": answers((10,), "ServerError: no")})
    assert missing.model("m").levels["full"].f1 == pytest.approx(2 / 3)


def test_false_facts_are_those_of_articles_that_have_none() -> None:
    gold = articles((10,), (), ())
    one = compare_answers(gold, {"m": answers((10, 11), (1, 2, 3), ())}).model("m")
    assert one.false_facts == 1.5
    assert compare_answers(FOUR, {"m": RIGHT}).model("m").false_facts is None


def test_verified_facts_are_counted_apart() -> None:
    gold = articles((10, 11), (20,))
    said = answers((10, 11, 12), (21,), doubted=(11, 21))
    one = compare_answers(gold, {"m": said}).model("m")
    assert one.verified == Score(hit=1, said=2, true=3)
    assert one.verified_share == 0.5


def test_tokens_cost_and_seconds_are_those_of_an_article() -> None:
    used = Usage(input_tokens=300, cached_tokens=100, output_tokens=30)
    said = RIGHT._replace(
        predictions=tuple(p.model_copy(update={"usage": used}) for p in RIGHT.predictions)
    )
    row = compare_answers(FOUR, {"m": said}).to_records()[0]
    assert [row[f"{kind}_tokens"] for kind in ("input", "cached", "output")] == [300, 100, 30]
    assert row["seconds"] == 2
    assert row["version"] == "9"


def test_a_cost_that_is_not_known_of_one_article_is_not_known() -> None:
    dear, unknown = answers((10,), cost=0.5), answers((20,), cost=None)
    both = Answers((*dear.predictions, unknown.predictions[0].model_copy(update={"id": "a1"})))
    one = compare_answers(FOUR[:2], {"m": both}).model("m")
    assert one.cost is None
    assert any("price is not known" in line for line in advice(Standings(2, (one,))))


# --- which one to take ---------------------------------------------------------------------------


def stand(**models: Answers) -> Standings:
    return compare_answers(FOUR, models)


def test_the_best_is_taken_and_stands_first() -> None:
    found = stand(bad=answers((), (), (), ()), good=RIGHT)
    assert (found.best, found.take) == ("good", "good")
    assert [model.name for model in found.models] == ["good", "bad"]
    assert found.model("good").difference is None


def test_a_cheaper_one_that_is_as_good_is_taken() -> None:
    dear = answers((10,), (20,), (30,), (40,), cost=0.1)
    found = stand(dear=dear, cheap=answers((10,), (20,), (30,), (40,), cost=0.001))
    assert (found.best, found.take) == ("dear", "cheap")
    first, *_ = advice(found)
    assert first.startswith("take cheap: ")
    assert "$0.10" in first
    assert "$0.001" in first


def test_a_cheaper_one_that_may_be_much_worse_is_not_taken_and_is_named_as_not_told_apart() -> None:
    dear = answers((10,), (20,), (30,), (40,), cost=0.1)
    found = stand(dear=dear, cheap=answers((10,), (20,), (30,), (99,), cost=0.001))
    assert (found.best, found.take) == ("dear", "dear")
    assert "not told from dear by these articles: cheap" in " ".join(advice(found))


def test_one_whose_price_is_not_known_is_not_taken_for_being_cheap() -> None:
    unknown = answers((10,), (20,), (30,), (40,), cost=None)
    assert (
        stand(known=answers((10,), (20,), (30,), (40,), cost=0.1), unknown=unknown).take == "known"
    )


def test_one_that_was_not_asked_about_all_is_neither_the_best_nor_taken() -> None:
    found = stand(part=answers((10,), (20,), None, None), whole=ONE_MISTAKEN)
    assert (found.best, found.take) == ("whole", "whole")
    part = found.model("part")
    assert (part.articles, part.not_asked, part.levels["full"].f1) == (2, 2, 1.0)
    assert part.difference is not None
    assert part.difference.f1 == 0  # of the two articles that both were asked about
    assert "2 articles still to be asked about" in " ".join(advice(found))


def test_one_without_any_answer_has_no_figures_but_its_error() -> None:
    failed = answers(*["ServerError: it failed"] * 4)
    found = compare_answers(
        FOUR,
        {"down": failed, "barred": answers(), "good": RIGHT},
        errors={"barred": "AuthenticationError: wrong key"},
    )
    assert found.take == "good"
    assert found.model("down").error == "ServerError: it failed"
    assert found.model("barred").error == "AuthenticationError: wrong key"
    assert [bool(model.levels) for model in found.models] == [True, False, False]


def test_where_none_is_finished_none_is_taken() -> None:
    found = stand(part=answers((10,)))
    assert (found.best, found.take) == (None, None)
    assert advice(found)[0].startswith("no model to take yet")


@pytest.mark.parametrize(
    ("cost", "shown"), [(0.0000123, "$0.000012"), (0.5, "$0.50"), (1234.5, "$1,234.50")]
)
def test_money_keeps_two_figures_however_small(cost: float, shown: str) -> None:
    assert money(cost) == shown


# --- how it is shown -----------------------------------------------------------------------------


SHOWN = compare_answers(
    FOUR,
    {
        "openai/gpt-4.1-mini-2025-04-14": RIGHT,
        "code": ONE_MISTAKEN,
        "anthropic/claude-sonnet-4-5": answers((10,), (20,)),
        "openai/none": answers(),
    },
    errors={"openai/none": "AuthenticationError: wrong key | <b>\nmore"},
)


def printed(width: int) -> str:
    console = Console(width=width, file=io.StringIO())
    console.print(standings_report(SHOWN))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_eighty_columns_hold_every_heading_and_figure() -> None:
    said = printed(80)
    assert max(map(len, said.splitlines())) <= 80
    assert "…" not in said
    for heading in (*LEVELS, "difference", "chance", "articles", "failed", "verified", "seconds"):
        assert heading in said, heading
    assert "0.750" in said
    assert "0.25-1.00" in said
    assert "2 of 4" in said
    assert "take openai/gpt-4.1-mini-2025-04-14" in said


def test_json_is_valid_and_has_a_record_for_each_model() -> None:
    said = json.loads(json.dumps(standings_json(SHOWN), allow_nan=False))
    assert said["take"] == "openai/gpt-4.1-mini-2025-04-14"
    assert [row["take"] for row in said["models"]] == [True, False, False, False]
    by_name = {row["model"]: row for row in said["models"]}
    assert (by_name["code"]["full"], by_name["code"]["full_low"]) == (0.75, 0.25)
    assert by_name["openai/none"]["full"] is None
    assert len({tuple(row) for row in said["models"]}) == 1


def test_csv_has_a_row_for_each_model() -> None:
    out = io.StringIO()
    write_standings(SHOWN, out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["model"] for row in rows] == [model.name for model in SHOWN.models]
    assert rows[1]["full"] in {"0.75", "1.0"}


def test_markdown_has_tables_whose_rows_are_of_one_length() -> None:
    lines = standings_markdown(SHOWN)
    tables = [line for line in lines if line.startswith("|")]
    assert len(tables) == 4 * (2 + len(SHOWN.models))
    assert {line.count("|") for line in tables} == {5, 7, 8}
    assert lines[-1].startswith("- ")
    assert "wrong key \\| &lt;b> more" in "\n".join(lines)


# --- samples -------------------------------------------------------------------------------------


CORPUS = articles(*[tuple(range(n % 13)) for n in range(130)])


def test_a_sample_is_the_same_whatever_the_order_and_the_names() -> None:
    names = [article.id for article in sample_articles(CORPUS, 20)]
    assert len(names) == 20
    assert {article.id for article in sample_articles(CORPUS[::-1], 20)} == set(names)
    renamed = [article._replace(id=f"set: {article.id}") for article in CORPUS]
    assert [article.id for article in sample_articles(renamed, 20)] == [f"set: {n}" for n in names]


def test_a_larger_sample_holds_the_smaller_one() -> None:
    samples = [{a.id for a in sample_articles(CORPUS, count)} for count in range(131)]
    assert all(less <= more for less, more in pairwise(samples))
    assert [len(sample) for sample in samples] == list(range(131))
    assert sample_articles(CORPUS, 500) == CORPUS


def test_a_sample_has_articles_without_facts_and_with_many_in_proportion() -> None:
    taken = sample_articles(CORPUS, 26)
    empty = sum(not article.facts for article in taken)
    full = sum(len(article.facts) > 10 for article in taken)
    assert (empty, full) == (2, 4)
