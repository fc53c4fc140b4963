"""Which article is next, held against what the articles themselves say."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, get_args

import pytest

from tests.decided_run import Said, add, add_said, examples, settle
from uhc_llm import Document
from uhc_llm.batch.decisions import ARTICLE, Choice, decide, undo
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_articles
from uhc_llm.review.queue import GOAL, Entry, Progress, Queue
from uhc_llm.review.worth import NUMBER, Only
from uhc_llm.schemas import FactField, FieldReading, Region

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


def test_where_a_decision_finds_most_errors_comes_first_and_the_reviewed_last(
    ledger: Ledger,
) -> None:
    queue = Queue(ledger)
    entries = queue.view().entries
    in_doubt = [e for e in entries if e.doubtful]
    assert 3 < len(in_doubt) < len(entries)
    assert entries[: len(in_doubt)] == tuple(in_doubt)
    assert [e.worth for e in in_doubt] == sorted((e.worth for e in in_doubt), reverse=True)
    assert in_doubt[0].worth > in_doubt[-1].worth > 0
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

    most = queue.view().entries[0].key
    assert most in (first.key, second.key)
    assert following("budi", at) == most
    assert following("sari", at) not in ("", first.key)
    assert following("sari", at + timedelta(minutes=3)) == following("budi", at)


# --- how likely something is wrong ---------------------------------------------------------------


def numbered(queue: Queue) -> list[int]:
    return [entry.number for entry in queue.view().entries]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Ledger]:
    """A run in which nothing is done yet."""
    with Ledger.write(tmp_path / "made.db") as opened:
        yield opened


def test_the_order_is_by_errors_for_each_decision_then_what_is_verified_then_what_is_reviewed(
    made: Ledger,
) -> None:
    keys = add_said(
        made,
        [Said(0.01)],
        [Said(0.99)],
        [Said(0.9, "suspect")] * 5,
        [Said(0.5, "suspect")],
        [Said(0.5, "suspect")] * 2,
        [Said(0.5, "suspect")],
    )
    queue = Queue(made)
    # A surer one comes last; of as good ones the first; what is verified only behind all doubts.
    assert numbered(queue) == [5, 4, 6, 3, 1, 2]
    for item in ("fact:0", "fact:1"):
        settle(made, keys[4], item)
    assert numbered(queue) == [4, 6, 3, 1, 2, 5]


@pytest.mark.parametrize(
    ("said", "errors", "rest"),
    [
        (Said(0.75, "suspect"), (0.25,), ()),
        (Said(0.75), (), (0.25,)),
        (Said(None, "suspect"), (0.5,), ()),
        (Said(None), (), (0.05,)),
        (Said(0.75, "rejected", "rate_bounds"), (0.05,), ()),
    ],
)
def test_what_is_open_is_as_likely_wrong_as_was_said_in_doubt_or_not(
    made: Ledger, said: Said, errors: tuple[float, ...], rest: tuple[float, ...]
) -> None:
    (key,) = add_said(made, [said, Said(1.0)])
    # What the verifier did not let pass comes last.
    item = "fact:0" if said.verdict == "rejected" else "fact:1"
    settle(made, key, item)
    (entry,) = Queue(made).view().entries
    assert entry.errors == pytest.approx(errors)
    assert entry.rest == pytest.approx(rest)
    settle(made, key, "fact:1" if item == "fact:0" else "fact:0")
    (entry,) = Queue(made).view().entries
    assert (entry.errors, entry.rest, entry.open) == ((), (), 0)


def test_a_number_that_no_fact_claims_may_be_one(ledger: Ledger) -> None:
    entry = next(e for e in Queue(ledger).view().entries if e.unclaimed)
    assert entry.errors[-entry.unclaimed :] == (NUMBER,) * entry.unclaimed
    assert len(entry.errors) == entry.doubtful


def test_after_ten_judged_facts_the_rest_is_as_likely_as_those_were_right(made: Ledger) -> None:
    keys = add_said(made, *[[Said(0.8, "suspect")]] * 10, proposer="wrong")
    add_said(made, [Said(0.8, "suspect"), Said(0.8)], proposer="wrong")
    add_said(made, [Said(0.8, "suspect")], proposer="other")
    queue = Queue(made)

    def of_the_rest() -> tuple[float, ...]:
        entries = sorted(queue.view().entries, key=lambda entry: entry.number)
        return tuple(error for e in entries[len(keys) :] for error in (*e.errors, *e.rest))

    for key in keys[:9]:
        settle(made, key, "fact:0", "reject")
        assert of_the_rest() == pytest.approx([0.2, 0.2, 0.2])
    before = queue.view().progress
    settle(made, keys[9], "fact:0", "reject")
    suspect, verified, other = of_the_rest()
    assert suspect == verified > 0.4
    assert other == pytest.approx(0.2)
    after = queue.view().progress
    assert after.wrong > before.wrong
    # Nine of ten that were judged tell as much as nothing, once one is taken back.
    undo(made, reviewer="Ani")
    assert of_the_rest() == pytest.approx([0.2, 0.2, 0.2])


# --- how much is left ----------------------------------------------------------------------------


def test_it_is_told_how_many_are_wrong_and_how_many_decisions_lead_to_the_goal(
    made: Ledger,
) -> None:
    keys = add_said(
        made,
        [Said(0.5, "suspect"), Said(0.9)],
        [Said(0.6, "suspect"), Said(0.5, "suspect"), Said(0.95), Said(0.2, "rejected", "bounds")],
    )
    queue = Queue(made)
    progress = queue.view().progress
    # One of 50 facts may be wrong, and 5 stand: 0.1 of them. What is verified is looked at last.
    assert GOAL == 0.98
    assert progress.wrong == pytest.approx(0.5 + 0.1 + 0.4 + 0.5 + 0.05 + 0.05)
    assert progress.to_goal == 5
    settle(made, keys[0], "fact:0")
    assert queue.view().progress.wrong == pytest.approx(progress.wrong - 0.5)
    assert queue.view().progress.to_goal == 4
    for item in ("fact:0", "fact:1", "fact:3"):
        settle(made, keys[1], item)
    settle(made, keys[0], "fact:1")
    left = queue.view().progress
    assert left.to_goal == 0
    assert left.wrong == pytest.approx(0.05)


def test_where_nothing_is_there_nothing_is_left(made: Ledger) -> None:
    assert Queue(made).view().progress == Progress(0, 0, 0, 0, 0, 0)


# --- which facts are looked for ------------------------------------------------------------------

ACTIVE: Final = (("metric", "active_rate"), ("status", "target"))
ELSEWHERE: Final = Region(code="33", name="Jawa Tengah", level="province")


def reading(**shares: float) -> tuple[tuple[str, object], ...]:
    """How likely each field of a fact is."""
    fields: dict[str, FactField] = {name: name for name in get_args(FactField)}
    told = tuple(FieldReading(field=fields[n], probability=share) for n, share in shares.items())
    return (("reading", told),)


def with_several(ledger: Ledger) -> list[str]:
    """Three articles whose facts say several things; returns their keys."""
    sure, unsure = reading(metric=0.9, region=0.8), reading(metric=0.5, period=0.2)
    return add_said(
        ledger,
        [Said(0.9, changed=sure), Said(0.8, "suspect", changed=(*ACTIVE, *unsure))],
        [Said(0.7, changed=(("region", ELSEWHERE), *sure)), Said(0.6, "rejected", changed=sure)],
        [Said(0.5, "suspect", changed=(("region", None), ("reading", ())))],
    )


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (Only(), {1: "fact:0", 2: "fact:0", 3: "fact:0"}),
        (Only(metric="active_rate"), {1: "fact:1"}),
        (Only(metric="coverage_rate"), {1: "fact:0", 2: "fact:0", 3: "fact:0"}),
        (Only(region="Jawa Tengah"), {2: "fact:0"}),
        (Only(region="Kota Batu"), {1: "fact:0", 2: "fact:1"}),
        (Only(verdict="suspect"), {1: "fact:1", 3: "fact:0"}),
        (Only(verdict="rejected"), {2: "fact:1"}),
        (Only(field="region"), {1: "fact:0", 2: "fact:0"}),
        (Only(field="period"), {1: "fact:1"}),
        (Only(panel=True), {1: "fact:0", 2: "fact:0"}),
        (Only(verdict="suspect", field="period"), {1: "fact:1"}),
        (Only(verdict="rejected", metric="active_rate"), {}),
        (Only(region="Kota Blitar"), {}),
    ],
)
def test_articles_with_such_an_open_fact_are_found_and_the_first_of_them(
    made: Ledger, only: Only, found: dict[int, str]
) -> None:
    with_several(made)
    entries = Queue(made).view().matching("todo", only=only)
    assert {entry.number: entry.first(only) for entry in entries} == found


def test_what_is_decided_is_looked_for_no_more(made: Ledger) -> None:
    keys = with_several(made)
    queue, only = Queue(made), Only(region="Kota Batu")
    settle(made, keys[0], "fact:0")
    assert {e.number: e.first(only) for e in queue.view().matching("todo", only=only)} == {
        1: "fact:1",
        2: "fact:1",
    }
    settle(made, keys[1], "fact:1", "reject")
    assert [e.number for e in queue.view().matching("all", only=only)] == [1]
    assert queue.view().matching("reviewed", only=only) == []


def test_words_and_what_facts_say_narrow_the_queue_together(made: Ledger) -> None:
    with_several(made)
    view = Queue(made).view()
    assert [e.number for e in view.matching("todo", "said-2", Only(metric="coverage_rate"))] == [2]
    assert view.matching("todo", "said-3", Only(panel=True)) == []


def test_what_open_facts_say_is_offered(made: Ledger) -> None:
    keys = with_several(made)
    queue = Queue(made)
    assert queue.view().values("metric") == ["active_rate", "coverage_rate"]
    assert queue.view().values("region") == ["Jawa Tengah", "Kota Batu"]
    assert queue.view().values("least") == ["period", "region"]
    settle(made, keys[0], "fact:1")
    settle(made, keys[1], "fact:0")
    assert queue.view().values("metric") == ["coverage_rate"]
    assert queue.view().values("region") == ["Kota Batu"]
    assert queue.view().values("least") == ["region"]


@pytest.mark.parametrize(
    ("said", "feeds"),
    [
        (Said(0.9), True),
        (Said(0.9, "suspect"), True),
        (Said(0.9, "rejected", "rate_bounds"), False),
        (Said(0.9, changed=(("status", "target"),)), False),
        (Said(0.9, changed=(("status", None),)), False),
        (Said(0.9, changed=(("segment", "pbi_apbn"),)), False),
        (Said(0.9, changed=(("segment", None),)), True),
        (Said(0.9, changed=(("region", None),)), False),
        (Said(0.9, changed=(("region", ELSEWHERE.model_copy(update={"code": None})),)), False),
        (Said(0.9, changed=(("period", None),)), False),
    ],
)
def test_a_fact_feeds_a_panel_that_tells_what_is_reached_of_all_of_one_region_and_time(
    made: Ledger, said: Said, feeds: bool
) -> None:
    add_said(made, [said])
    (entry,) = Queue(made).view().entries
    assert [fact.feeds_panel for fact in entry.facts] == [feeds]


# --- what others do ------------------------------------------------------------------------------


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
