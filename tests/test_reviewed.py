"""Articles as reviewers left them; Python and the ledger's views say the same of them."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.decided_run import (
    NOTHING,
    ONE_FACT,
    accept_all,
    articles,
    choice,
    example,
    make_run,
    many_facts,
    settle,
)
from uhc_llm import Document
from uhc_llm.batch import reviewed
from uhc_llm.batch.decisions import ARTICLE, Choice, Decision, decide, history, seen_of, undo
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import TABLES
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_article
from uhc_llm.batch.rows import FACT_COLUMNS, stored_number
from uhc_llm.errors import ReviewConflictError
from uhc_llm.schemas import Evidence, Fact, Region, Unclaimed

WITHOUT_FACTS = example("07-tanpa-fakta")  # and two numbers that the verifier asks about


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


def only(ledger: Ledger) -> ReviewedArticle:
    (article,) = articles(ledger)
    return article


def states(ledger: Ledger) -> dict[str, str]:
    return {item.id: item.state for item in only(ledger).items}


def fact_of(unclaimed: Unclaimed) -> Fact:
    """What a reviewer might make of a number."""
    mention = unclaimed.mention
    return Fact(
        metric="participants",
        value=mention.value,
        unit="people",
        status="actual",
        region=Region(code="33.12", name="Kabupaten Wonogiri", level="regency"),
        segment="all",
        evidence=Evidence(
            mention=mention.id,
            quote=mention.text,
            start=mention.start,
            end=mention.end,
            sentence=mention.text,
            sentence_start=mention.start,
            sentence_end=mention.end,
        ),
    )


# --- what there is to decide ----------------------------------------------------------------------


def test_facts_come_first_then_the_numbers_that_the_verifier_asks_about(path: Path) -> None:
    make_run(path, example("02-beberapa-daerah"))
    with Ledger.read(path) as ledger:
        article = only(ledger)
        ids = [item.id for item in article.items]
        assert ids == [*(f"fact:{place}" for place in range(12)), "number:511", "number:722"]
        assert [item.is_doubtful for item in article.items[-2:]] == [True, True]
        assert article.open_items == article.items


def test_an_article_with_nothing_else_to_decide_is_an_item_itself(path: Path) -> None:
    (key,) = make_run(path, Document(text=NOTHING, id="a"))
    with Ledger.review(path) as ledger:
        assert states(ledger) == {ARTICLE: "open"}
        assert not only(ledger).is_reviewed
        settle(ledger, key, ARTICLE)
        assert states(ledger) == {ARTICLE: "accepted"}
        assert only(ledger).is_reviewed


def test_an_article_is_reviewed_when_everything_in_it_is_decided(path: Path) -> None:
    (key,) = make_run(path, example("02-beberapa-daerah"))
    with Ledger.review(path) as ledger:
        for item in only(ledger).items:
            assert not only(ledger).is_reviewed
            settle(ledger, key, item.id, "accept" if item.said else "reject")
        assert only(ledger).is_reviewed
        assert len(only(ledger).facts) == 12


def test_a_correction_stands_in_place_of_what_came_out(path: Path) -> None:
    (key,) = make_run(path, Document(text=ONE_FACT, id="a"))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", "correct", status="target", value=Decimal("98.45"))
        (item,) = only(ledger).items
        assert item.said
        assert item.said.status == "actual"
        assert [(fact.status, fact.value) for fact in only(ledger).facts] == [
            ("target", Decimal("98.45"))
        ]


def test_a_number_that_was_made_a_fact_stands_where_the_text_says_it(path: Path) -> None:
    (key,) = make_run(path, WITHOUT_FACTS)
    with Ledger.review(path) as ledger:
        numbers = only(ledger).extraction.unclaimed
        for unclaimed in (numbers[-1], numbers[0]):
            chosen = Choice(f"number:{unclaimed.mention.start}", "add", fact_of(unclaimed))
            decide(ledger, key, [chosen], reviewer="Ani", seen={})
        assert only(ledger).facts == (fact_of(numbers[0]), fact_of(numbers[-1]))


def test_every_number_can_be_looked_up_and_nothing_else(path: Path) -> None:
    make_run(path, WITHOUT_FACTS)
    with Ledger.read(path) as ledger:
        article = only(ledger)
        for unclaimed in article.extraction.unclaimed:
            assert article.item(f"number:{unclaimed.mention.start}").mention == unclaimed.mention
        for wrong in ("fact:0", "number:1", "article", "numbers"):
            with pytest.raises(KeyError):
                article.item(wrong)


def test_a_document_whose_input_has_changed_is_left_out(path: Path) -> None:
    (key,) = make_run(path, Document(text=ONE_FACT, id="a"))
    with Ledger.write(path) as ledger:
        settle(ledger, key, "fact:0")
        with ledger.transaction() as db:
            db.execute("DELETE FROM sources")
        assert articles(ledger) == []
        assert reviewed_article(ledger, key) is None
        assert len(list(history(ledger))) == 1


# --- what was seen --------------------------------------------------------------------------------


@pytest.mark.parametrize("is_alone", [False, True], ids=["all articles", "one article"])
def test_what_is_decided_while_an_article_is_read_does_not_pass_for_seen(
    path: Path, is_alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key,) = make_run(path, Document(text=ONE_FACT, id="a"))
    with Ledger.review(path) as ani, Ledger.review(path) as budi:

        def and_then_budi_decides(ledger: Ledger, *asked: str) -> Iterator[Decision]:
            yield from list(history(ledger, *asked))
            monkeypatch.undo()
            settle(budi, key, "fact:0", "reject", by="Budi")

        monkeypatch.setattr(reviewed, "history", and_then_budi_decides)
        article = reviewed_article(ani, key) if is_alone else only(ani)
        assert article
        (item,) = article.items
        assert item.state == "open"
        with pytest.raises(ReviewConflictError):
            decide(ani, key, [choice(item)], reviewer="Ani", seen={item.id: item.seen})


def test_an_item_knows_the_last_row_of_its_history(path: Path) -> None:
    (key,) = make_run(path, many_facts(2))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0")
        undo(ledger, reviewer="Ani")
        assert [item.seen for item in only(ledger).items] == [2, 0]
        assert seen_of(ledger, key) == {"fact:0": 2}


# --- the ledger's views say the same --------------------------------------------------------------


def record(fact: Fact) -> tuple[Any, ...]:
    row = fact.to_record()
    row["value"] = stored_number(fact.value)
    row["upper"] = None if fact.upper is None else stored_number(fact.upper)
    return tuple(row[column] for column in FACT_COLUMNS)


def agree(ledger: Ledger) -> int:
    """Hold both against each other; returns how many articles are reviewed."""
    opened: dict[str, set[str]] = {}
    for key, item in ledger.rows("SELECT document_key, item FROM open_items"):
        opened.setdefault(key, set()).add(item)
    names = TABLES["facts"].names
    facts: dict[str, list[tuple[Any, ...]]] = {}
    for cells in ledger.rows(TABLES["facts"].query):
        row = dict(zip(names, cells, strict=True))
        if not row["rejected"]:
            one = tuple(row[column] for column in FACT_COLUMNS)
            facts.setdefault(row["document_key"], []).append(one)
    flags = TABLES["documents"].names
    documents = [
        dict(zip(flags, row, strict=True)) for row in ledger.rows(TABLES["documents"].query)
    ]
    there = articles(ledger)
    for article, row in zip(there, documents, strict=True):
        assert row["document_key"] == article.key
        assert {item.id for item in article.open_items} == opened.get(article.key, set())
        assert bool(row["reviewed"]) == article.is_reviewed
        assert facts.get(article.key, []) == [record(fact) for fact in article.facts]
    return sum(article.is_reviewed for article in there)


def act(ledger: Ledger, by: random.Random) -> None:
    """Something that a reviewer may do."""
    article = by.choice(articles(ledger))
    name = by.choice(["Ani", "Budi"])
    match by.randrange(8):
        case 0:
            undo(ledger, reviewer=name)
            return
        case 1:
            accept_all(ledger, article.key, by=name)
            return
        case 2 if article.extraction.unclaimed:
            unclaimed = by.choice(article.extraction.unclaimed)
            second = by.choice(["", ":2"])
            chosen = Choice(f"number:{unclaimed.mention.start}{second}", "add", fact_of(unclaimed))
        case _:
            item = by.choice(article.items)
            if item.said is None:
                chosen = choice(item, by.choice(["accept", "reject"]))
            elif by.random() < 0.3:
                chosen = choice(item, "correct", segment=by.choice(["pbpu", None]), region=None)
            else:
                chosen = choice(item, by.choice(["accept", "reject"]))
    decide(ledger, article.key, [chosen], reviewer=name, seen=seen_of(ledger, article.key))


@pytest.mark.parametrize("seed", range(6))
def test_python_and_sql_agree_on_what_is_open_reviewed_and_a_fact(path: Path, seed: int) -> None:
    nothing, one = Document(text=NOTHING, id="a"), Document(text=ONE_FACT, id="b")
    make_run(path, nothing, one, WITHOUT_FACTS, many_facts(2), example("06-anggaran"))
    by = random.Random(seed)  # noqa: S311 (any sequence will do, the same each time)
    with Ledger.review(path) as ledger:
        assert agree(ledger) == 0
        reviewed_at_once = []
        for _ in range(60):
            act(ledger, by)
            reviewed_at_once.append(agree(ledger))
        assert len(set(reviewed_at_once)) > 2
