"""Which article is next, held against what the articles themselves say."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.decided_run import add, examples
from uhc_llm import Document
from uhc_llm.batch.decisions import ARTICLE, Choice, decide, undo
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_articles
from uhc_llm.review.queue import Entry, Queue

NOTHING = Document(text="Wali Kota Blitar membuka pasar malam.", id="nothing", title="Pasar <b>")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a run, to be copied."""
    path = tmp_path_factory.mktemp("run") / "run.db"
    with Ledger.write(path) as ledger:
        add(ledger, [*examples(), NOTHING])
    return path.read_bytes()


@pytest.fixture
def ledger(tmp_path: Path, extracted: bytes) -> Iterator[Ledger]:
    (tmp_path / "run.db").write_bytes(extracted)
    with Ledger.review(tmp_path / "run.db") as opened:
        yield opened


def told(entry: Entry) -> tuple[str, int, int, int, bool]:
    return entry.key, entry.items, entry.open, entry.doubtful, entry.open == 0


def counted(article: ReviewedArticle) -> tuple[str, int, int, int, bool]:
    doubtful = sum(item.is_doubtful and item.id != ARTICLE for item in article.open_items)
    return (
        article.key,
        len(article.items),
        len(article.open_items),
        doubtful,
        article.is_reviewed,
    )


def decide_something(ledger: Ledger, chance: random.Random) -> None:
    """One step of some reviewer, as the pages allow it."""
    reviewer = chance.choice(["sari", "budi"])
    article = chance.choice(list(reviewed_articles(ledger)))
    item = chance.choice(article.items)
    places = [unclaimed.mention.start for unclaimed in article.extraction.unclaimed]
    places += [fact.evidence.start for fact in article.extraction.facts if fact.evidence]
    kind = chance.choice(["decide", "decide", "decide", "add", "undo"])
    if kind == "undo":
        undo(ledger, reviewer=reviewer)
        return
    if kind == "add" and places and article.facts:
        start = chance.choice(places)
        item = article.item(chance.choice([f"number:{start}", f"number:{start}:2"]))
        choice = Choice(item.id, "add", article.facts[0])
    elif item.fact is None:
        choice = Choice(item.id, "accept" if item.id == ARTICLE else "reject")
    else:
        choice = Choice(item.id, chance.choice(["accept", "reject", "correct"]), item.fact)
    decide(ledger, article.key, [choice], reviewer=reviewer, seen={item.id: item.seen})


@pytest.mark.parametrize("seed", range(6))
def test_the_queue_counts_as_the_articles_do_whatever_is_decided(ledger: Ledger, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (the same for each seed is what is wanted)
    queue = Queue(ledger)
    for _ in range(8):
        for _ in range(5):
            decide_something(ledger, chance)
        expected = sorted(counted(article) for article in reviewed_articles(ledger))
        assert sorted(told(entry) for entry in queue.view().entries) == expected


def test_the_most_doubtful_come_first_and_the_reviewed_last(ledger: Ledger) -> None:
    queue = Queue(ledger)
    entries = queue.view().entries
    assert [e.doubtful for e in entries] == sorted((e.doubtful for e in entries), reverse=True)
    first = entries[0]
    article = next(a for a in reviewed_articles(ledger) if a.key == first.key)
    every = [Choice(item.id, "reject", item.fact) for item in article.items]
    decide(ledger, first.key, every, reviewer="sari", seen={})
    assert queue.view().entries[-1].key == first.key
    progress = queue.view().progress
    assert (progress.reviewed, progress.decided) == (1, len(every))


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("wonogiri", {"01-satu-daerah"}),
        ("KOTA bontang", {"06-anggaran"}),
        ("pasar <B>", {"nothing"}),
        ("08-kota", {"08-kota-dan-kabupaten"}),
        ("%", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_an_article_is_found_by_id_title_and_region(
    ledger: Ledger, search: str, names: set[str]
) -> None:
    assert {e.name for e in Queue(ledger).view().matching("all", search)} == names


def test_to_do_and_reviewed_part_the_articles(ledger: Ledger) -> None:
    nothing = next(a for a in reviewed_articles(ledger) if a.name == "nothing")
    decide(ledger, nothing.key, [Choice(ARTICLE, "accept")], reviewer="sari", seen={})
    view = Queue(ledger).view()
    assert [e.name for e in view.matching("reviewed")] == ["nothing"]
    assert len(view.matching("todo")) + 1 == len(view.matching("all"))


def test_another_reviewer_is_sent_elsewhere_for_two_minutes(ledger: Ledger) -> None:
    queue = Queue(ledger)
    first, second = queue.view().entries[:2]
    article = next(a for a in reviewed_articles(ledger) if a.key == first.key)
    item = article.items[0]
    decide(ledger, first.key, [Choice(item.id, "reject", item.fact)], reviewer="budi", seen={})
    at = datetime.now(UTC)

    def following(reviewer: str, at: datetime) -> str:
        found = queue.view().next_for(reviewer, other_than="", at=at)
        assert found is not None
        return found.key

    mine = {following("budi", at)}
    assert first.key in mine or first.doubtful == second.doubtful
    assert following("sari", at) != first.key
    assert following("sari", at + timedelta(minutes=3)) == following("budi", at)


def test_the_last_article_is_offered_even_when_another_is_at_it(ledger: Ledger) -> None:
    *others, last = list(reviewed_articles(ledger))
    for article in others:
        every = [Choice(item.id, "reject", item.fact) for item in article.items]
        decide(ledger, article.key, every, reviewer="budi", seen={})
    view = Queue(ledger).view()
    found = view.next_for("sari", other_than="", at=datetime.now(UTC))
    assert found is not None
    assert found.key == last.key
    assert view.next_for("sari", other_than=last.key, at=datetime.now(UTC)) is None


def test_what_a_run_still_does_appears(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    first, second, *_ = examples()
    with Ledger.write(path) as writing:
        add(writing, [first])
        with Ledger.review(path) as ledger:
            queue = Queue(ledger)
            assert [e.name for e in queue.view().entries] == [first.id]
            add(writing, [second])
            assert {e.name for e in queue.view().entries} == {first.id, second.id}


def test_what_others_decide_in_another_process_appears(ledger: Ledger) -> None:
    queue = Queue(ledger)
    article = next(iter(reviewed_articles(ledger)))
    before = queue.view().progress.decided
    with Ledger.review(ledger.path) as other:
        item = article.items[0]
        decide(other, article.key, [Choice(item.id, "accept", item.fact)], reviewer="budi", seen={})
    assert queue.view().progress.decided == before + 1
    (recent,) = queue.recent(other_than="sari")
    assert (recent.item, recent.reviewer, recent.action) == (item.id, "budi", "accept")
    assert queue.recent(other_than="budi") == []


def test_the_articles_before_and_after_are_those_of_the_inputs(ledger: Ledger) -> None:
    queue = Queue(ledger)
    assert queue.neighbours(1) == (None, 2)
    assert queue.neighbours(5) == (4, 6)
    assert queue.neighbours(11) == (10, None)
