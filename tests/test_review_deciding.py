"""What a form says becomes a decision, and nobody's work is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.decided_run import add, make_run
from uhc_llm import Document
from uhc_llm.batch.decisions import ARTICLE, Choice, decide, history, undo
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import Item, ReviewedArticle, reviewed_article
from uhc_llm.errors import InputError
from uhc_llm.review.choices import TextChoices
from uhc_llm.review.deciding import (
    Conflict,
    Intent,
    accept_all,
    as_they_stand,
    carry_out,
    read_intent,
    reject_numbers,
)
from uhc_llm.review.desk import lay_out

TEXT = (
    "Kepesertaan JKN menuju UHC. Per Desember 2023 Kota Blitar mencatat 155.210 peserta JKN dari "
    "157.730 penduduk, atau 98,4 persen. Di Kota Kediri cakupannya 91,2 persen. Acara itu diikuti "
    "320 orang tamu undangan."
)
EMPTY = "Wali Kota Blitar membuka pasar malam di alun-alun."


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.write(tmp_path / "run.db") as written:
        add(written, [Document(text=TEXT, id="a"), Document(text=EMPTY, id="b")])
    with Ledger.review(tmp_path / "run.db") as opened:
        yield opened


@pytest.fixture
def choices() -> TextChoices:
    return TextChoices(Document(text=TEXT))


def article_of(ledger: Ledger, number: int = 1) -> ReviewedArticle:
    ((key,),) = ledger.rows("SELECT key FROM documents WHERE number = ?", (number,))
    article = reviewed_article(ledger, key)
    assert article is not None
    return article


def item_with(ledger: Ledger, words: str) -> Item:
    for item in article_of(ledger).items:
        quote = item.said.evidence.quote if item.said and item.said.evidence else ""
        if words in (quote, item.mention.text if item.mention else None):
            return item
    raise AssertionError(f"no item {words!r}")


def act(
    ledger: Ledger, choices: TextChoices, words: str, do: str, who: str = "sari"
) -> Choice | Conflict:
    """Do something to an item as the page shows it now."""
    item = item_with(ledger, words)
    return carry_out(
        ledger, article_of(ledger).key, choices, intent_on(item, do), reviewer=who
    )  # fmt: skip


def intent_on(item: Item, do: str) -> Intent:
    shown = str(item.decision.id if item.decision else 0)
    return read_intent({"item": item.id, "do": do, "shown": shown, "seen": str(item.seen)})


def option_of(ledger: Ledger, choices: TextChoices, words: str, label: str) -> str:
    item = item_with(ledger, words)
    desk = lay_out(article_of(ledger), choices, item.id)
    return next(f"{f.field}:{o.id}" for f in desk.fields for o in f.options if o.label == label)


# --- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"item": "fact:0", "do": "accept", "shown": "0"},
        {"item": "fact:0", "do": "accept", "shown": "0", "seen": "-1"},
        {"item": "fact:0", "do": "accept", "shown": "0", "seen": "9" * 30},
        {"item": "fact:0", "do": "delete", "shown": "0", "seen": "0"},
        {"item": "fact:0", "do": "verdict:verified", "shown": "0", "seen": "0"},
        {"item": "fact:0", "do": "", "shown": "0", "seen": "0"},
    ],
)
def test_a_form_that_is_none_of_ours_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(InputError):
        read_intent(form)


@pytest.mark.parametrize(
    "item", ["", "fact:99", "fact:-1", "number:0", "number:x", "../../etc", "number:5:2:3"]
)
def test_an_item_that_is_not_there_is_refused(
    ledger: Ledger, choices: TextChoices, item: str
) -> None:
    intent = Intent(item, "accept")
    with pytest.raises(InputError, match="no item"):
        carry_out(ledger, article_of(ledger).key, choices, intent, reviewer="sari")
    assert list(history(ledger)) == []


def test_a_decision_of_another_item_cannot_be_what_was_shown(
    ledger: Ledger, choices: TextChoices
) -> None:
    act(ledger, choices, "91,2 persen", "accept")
    (made,) = history(ledger)
    other = item_with(ledger, "98,4 persen")
    intent = Intent(other.id, "accept", shown=made.id)
    with pytest.raises(InputError, match="no decision on this item"):
        carry_out(ledger, article_of(ledger).key, choices, intent, reviewer="sari")


# --- decisions -----------------------------------------------------------------------------------


def test_accepting_keeps_the_fact_as_it_came_out(ledger: Ledger, choices: TextChoices) -> None:
    said = item_with(ledger, "91,2 persen").said
    act(ledger, choices, "91,2 persen", "accept")
    (made,) = history(ledger)
    assert (made.action, made.fact, made.reviewer) == ("accept", said, "sari")


def test_a_correction_is_verified_anew_and_its_verdict_kept(
    ledger: Ledger, choices: TextChoices
) -> None:
    blitar = option_of(ledger, choices, "91,2 persen", "Kota Blitar")
    act(ledger, choices, "91,2 persen", blitar)
    (made,) = history(ledger)
    assert made.action == "correct"
    assert made.fact is not None
    assert made.fact.region is not None
    assert made.fact.region.name == "Kota Blitar"
    assert made.fact.verdict == "suspect"
    assert "confidence" in {finding.rule for finding in made.fact.findings}


def test_a_correction_that_the_verifier_rejects_stands(tmp_path: Path) -> None:
    text = TEXT.replace("91,2 persen", "101,2 persen")
    make_run(tmp_path / "more.db", Document(text=text, id="a"))
    with Ledger.review(tmp_path / "more.db") as ledger:
        # More members than inhabitants there may be, more active ones than members never.
        choices = TextChoices(Document(text=text))
        act(ledger, choices, "101,2 persen", "metric:active_rate")
        item = item_with(ledger, "101,2 persen")
    assert item.fact is not None
    assert item.fact.verdict == "rejected"
    assert item.stands


def test_what_others_made_of_it_is_seen_in_the_findings_of_the_rest(
    ledger: Ledger, choices: TextChoices
) -> None:
    blitar = option_of(ledger, choices, "91,2 persen", "Kota Blitar")
    rest = item_with(ledger, "155.210 peserta JKN").id
    assert as_they_stand(article_of(ledger), choices.scanned)[rest].verdict == "verified"
    # As long as one share is the quotient, another does not matter.
    act(ledger, choices, "98,4 persen", "reject")
    act(ledger, choices, "91,2 persen", blitar)
    found = as_they_stand(article_of(ledger), choices.scanned)[rest].findings
    assert "arithmetic" in {finding.rule for finding in found}


def test_correcting_back_to_what_came_out_is_accepting_it(
    ledger: Ledger, choices: TextChoices
) -> None:
    kediri = option_of(ledger, choices, "91,2 persen", "Kota Kediri")
    act(ledger, choices, "91,2 persen", "status:target")
    act(ledger, choices, "91,2 persen", "status:actual")
    act(ledger, choices, "91,2 persen", kediri)
    assert [d.action for d in history(ledger)] == ["correct", "accept"]


def test_corrections_of_two_fields_add_up(ledger: Ledger, choices: TextChoices) -> None:
    act(ledger, choices, "91,2 persen", "status:target")
    act(ledger, choices, "91,2 persen", "segment:pbpu")
    fact = item_with(ledger, "91,2 persen").fact
    assert fact is not None
    assert (fact.status, fact.segment) == ("target", "pbpu")


def test_accepting_what_somebody_corrected_says_the_correction_again(
    ledger: Ledger, choices: TextChoices
) -> None:
    act(ledger, choices, "91,2 persen", "status:target")
    act(ledger, choices, "91,2 persen", "accept", who="budi")
    first, second = history(ledger)
    assert (second.action, second.fact, second.reviewer) == ("correct", first.fact, "budi")


def test_accepting_what_was_rejected_takes_it_up_again(
    ledger: Ledger, choices: TextChoices
) -> None:
    act(ledger, choices, "91,2 persen", "reject")
    assert not item_with(ledger, "91,2 persen").stands
    act(ledger, choices, "91,2 persen", "accept")
    assert item_with(ledger, "91,2 persen").state == "accepted"


def test_a_number_becomes_a_fact_and_its_fields_can_be_corrected(
    ledger: Ledger, choices: TextChoices
) -> None:
    assert item_with(ledger, "320 orang").said is None
    act(ledger, choices, "320 orang", "metric:new_participants")
    added = item_with(ledger, "320 orang").fact
    assert added is not None
    other = "actual" if added.status == "target" else "target"
    act(ledger, choices, "320 orang", f"status:{other}")
    assert [d.action for d in history(ledger)] == ["add", "add"]
    fact = item_with(ledger, "320 orang").fact
    assert fact is not None
    assert (fact.metric, str(fact.value), fact.status) == ("new_participants", "320", other)


def test_a_number_without_a_fact_cannot_be_accepted(ledger: Ledger, choices: TextChoices) -> None:
    with pytest.raises(InputError, match="choose what it measures"):
        act(ledger, choices, "320 orang", "accept")


def test_a_number_without_a_fact_must_first_be_said_to_measure_something(
    ledger: Ledger, choices: TextChoices
) -> None:
    with pytest.raises(InputError, match="choose first"):
        act(ledger, choices, "320 orang", "status:target")


def test_a_second_fact_of_a_claimed_number_is_told_of(ledger: Ledger, choices: TextChoices) -> None:
    desk = lay_out(article_of(ledger), choices, item_with(ledger, "91,2 persen").id)
    intent = Intent(desk.another, "correct", "metric", "active_rate")
    carry_out(ledger, desk.article.key, choices, intent, reviewer="sari")
    metrics = [fact.metric for fact in article_of(ledger).facts]
    assert metrics.count("active_rate") == 1
    third = lay_out(article_of(ledger), choices, item_with(ledger, "91,2 persen").id).another
    assert third == f"{desk.another}:2"
    undo(ledger, reviewer="sari")
    assert "active_rate" not in [fact.metric for fact in article_of(ledger).facts]


def test_an_article_without_anything_is_looked_at(ledger: Ledger, choices: TextChoices) -> None:
    article = article_of(ledger, 2)
    assert [item.id for item in article.items] == [ARTICLE]
    empty = TextChoices(article.document)
    with pytest.raises(InputError, match="accept"):
        carry_out(ledger, article.key, empty, Intent(ARTICLE, "reject"), reviewer="sari")
    carry_out(ledger, article.key, empty, Intent(ARTICLE, "accept"), reviewer="sari")
    assert article_of(ledger, 2).is_reviewed


# --- two reviewers -------------------------------------------------------------------------------


def test_another_decision_since_is_laid_beside_ours_and_nothing_is_written(
    ledger: Ledger, choices: TextChoices
) -> None:
    shown = item_with(ledger, "91,2 persen")
    act(ledger, choices, "91,2 persen", "reject", who="budi")
    mine = intent_on(shown, "status:target")
    conflict = carry_out(ledger, article_of(ledger).key, choices, mine, reviewer="sari")
    assert isinstance(conflict, Conflict)
    assert conflict.item.decision is not None
    assert (conflict.item.decision.reviewer, conflict.item.state) == ("budi", "rejected")
    assert conflict.mine.fact is not None
    assert conflict.mine.fact.status == "target"
    assert [d.reviewer for d in history(ledger)] == ["budi"]
    carry_out(ledger, article_of(ledger).key, choices, conflict.again, reviewer="sari")
    item = item_with(ledger, "91,2 persen")
    assert (item.state, item.fact and item.fact.status) == ("corrected", "target")


def test_two_corrections_of_different_fields_both_stand(
    ledger: Ledger, choices: TextChoices
) -> None:
    shown = item_with(ledger, "91,2 persen")
    act(ledger, choices, "91,2 persen", "segment:pbpu", who="budi")
    mine = intent_on(shown, "status:target")
    conflict = carry_out(ledger, article_of(ledger).key, choices, mine, reviewer="sari")
    assert isinstance(conflict, Conflict)
    carry_out(ledger, article_of(ledger).key, choices, conflict.again, reviewer="sari")
    fact = item_with(ledger, "91,2 persen").fact
    assert fact is not None
    assert (fact.segment, fact.status) == ("pbpu", "target")


def test_accepting_what_was_corrected_meanwhile_means_the_fact_that_was_shown(
    ledger: Ledger, choices: TextChoices
) -> None:
    shown = item_with(ledger, "91,2 persen")
    act(ledger, choices, "91,2 persen", "status:target", who="budi")
    mine = intent_on(shown, "accept")
    conflict = carry_out(ledger, article_of(ledger).key, choices, mine, reviewer="sari")
    assert isinstance(conflict, Conflict)
    assert conflict.mine.fact is not None
    assert (conflict.mine.action, conflict.mine.fact.status) == ("accept", "actual")


def test_the_same_said_by_two_is_no_conflict_and_both_are_kept(
    ledger: Ledger, choices: TextChoices
) -> None:
    shown = item_with(ledger, "91,2 persen")
    for who in ("budi", "sari"):
        intent = intent_on(shown, "status:target")
        done = carry_out(ledger, article_of(ledger).key, choices, intent, reviewer=who)
        assert isinstance(done, Choice)
    assert [d.reviewer for d in history(ledger)] == ["budi", "sari"]


def test_a_button_that_is_pressed_twice_decides_once(ledger: Ledger, choices: TextChoices) -> None:
    shown = item_with(ledger, "91,2 persen")
    for _ in range(2):
        intent = intent_on(shown, "accept")
        carry_out(ledger, article_of(ledger).key, choices, intent, reviewer="sari")
    act(ledger, choices, "91,2 persen", "accept")
    assert len(list(history(ledger))) == 1


def test_what_somebody_took_back_meanwhile_is_a_conflict_too(
    ledger: Ledger, choices: TextChoices
) -> None:
    act(ledger, choices, "91,2 persen", "status:target", who="budi")
    shown = item_with(ledger, "91,2 persen")
    undo(ledger, reviewer="budi")
    mine = intent_on(shown, "accept")
    conflict = carry_out(ledger, article_of(ledger).key, choices, mine, reviewer="sari")
    assert isinstance(conflict, Conflict)
    assert conflict.item.decision is None
    carry_out(ledger, article_of(ledger).key, choices, conflict.again, reviewer="sari")
    fact = item_with(ledger, "91,2 persen").fact
    assert fact is not None
    assert fact.status == "target"


# --- all at once ---------------------------------------------------------------------------------


def test_all_that_is_open_and_verified_is_accepted_in_one_step(
    ledger: Ledger, choices: TextChoices
) -> None:
    article = article_of(ledger)
    seen = {item.id: item.seen for item in article.items}
    assert accept_all(ledger, article.key, choices, seen, reviewer="sari") == (4, 0)
    after = article_of(ledger)
    assert [item.id for item in after.open_items] == [item_with(ledger, "320 orang").id]
    assert len({d.step for d in after.decisions}) == 1
    undo(ledger, reviewer="sari")
    assert len(article_of(ledger).open_items) == 5


def test_what_others_decided_meanwhile_stays_when_all_is_accepted(
    ledger: Ledger, choices: TextChoices
) -> None:
    article = article_of(ledger)
    seen = {item.id: item.seen for item in article.items}
    act(ledger, choices, "91,2 persen", "reject", who="budi")
    act(ledger, choices, "98,4 persen", "reject", who="budi")
    undo(ledger, reviewer="budi")
    assert accept_all(ledger, article.key, choices, seen, reviewer="sari") == (2, 2)
    assert item_with(ledger, "91,2 persen").state == "rejected"
    assert item_with(ledger, "98,4 persen").state == "open"


def test_what_the_verifier_has_come_to_doubt_is_not_among_what_is_accepted_at_once(
    ledger: Ledger, choices: TextChoices
) -> None:
    rest = item_with(ledger, "155.210 peserta JKN").id
    assert rest in [item.id for item in lay_out(article_of(ledger), choices).to_accept]
    act(ledger, choices, "98,4 persen", "reject")
    act(ledger, choices, "91,2 persen", option_of(ledger, choices, "91,2 persen", "Kota Blitar"))
    desk = lay_out(article_of(ledger), choices, rest)
    assert rest not in [item.id for item in desk.to_accept]
    assert desk.kind == "suspect"
    marked = {piece.text: piece.mark.kind for piece in desk.pieces if piece.mark}
    assert marked["155.210 peserta JKN"] == "suspect"


def test_what_the_verifier_no_longer_doubts_is_among_what_is_accepted_at_once(
    tmp_path: Path,
) -> None:
    text = (
        "Cakupan JKN Kota Blitar 91,2 persen per 1 Mei 2024. "
        "Cakupan JKN Kota Blitar 95,1 persen per 1 Mei 2024."
    )
    make_run(tmp_path / "two.db", Document(text=text, id="two"))
    with Ledger.review(tmp_path / "two.db") as ledger:
        choices = TextChoices(Document(text=text))
        said = [i.said.verdict for i in article_of(ledger).items if i.said]
        assert said == ["suspect", "verified"]
        other = item_with(ledger, "95,1 persen").id
        assert [i.id for i in lay_out(article_of(ledger), choices).to_accept] == [other]
        act(ledger, choices, "95,1 persen", "reject")
        article = article_of(ledger)
        (rest,) = lay_out(article, choices).to_accept
        assert accept_all(ledger, article.key, choices, {rest.id: 0}, reviewer="sari") == (1, 0)
        (fact,) = article_of(ledger).facts
        assert fact.verdict == "verified"


def test_numbers_that_are_left_over_are_no_facts_in_one_step(tmp_path: Path) -> None:
    text = (
        "Cakupan JKN Kota Blitar 91,2 persen per 1 Mei 2024. Acara itu diikuti 320 orang tamu "
        "undangan. Yang dirawat di rumah sakit 45 orang pasien."
    )
    make_run(tmp_path / "run.db", Document(text=text, id="a"))
    with Ledger.review(tmp_path / "run.db") as ledger:
        choices = TextChoices(Document(text=text))
        article = article_of(ledger)
        left_over = lay_out(article, choices).left_over
        assert [item.mention.text for item in left_over if item.mention] == [
            "320 orang",
            "45 orang",
        ]
        seen = {item.id: item.seen for item in article.items}
        assert reject_numbers(ledger, article.key, seen, reviewer="sari") == (2, 0)
        assert [item.id for item in article_of(ledger).open_items] == ["fact:0"]
        assert len({d.step for d in history(ledger)}) == 1
        undo(ledger, reviewer="sari")
        seen = {item.id: item.seen for item in article_of(ledger).items}
        act(ledger, choices, "320 orang", "metric:participants", who="budi")
        assert reject_numbers(ledger, article.key, seen, reviewer="sari") == (1, 1)
        assert item_with(ledger, "320 orang").state == "added"


def test_only_what_was_shown_is_accepted(ledger: Ledger, choices: TextChoices) -> None:
    article = article_of(ledger)
    seen = {"fact:0": 0, "fact:77": 0}
    assert accept_all(ledger, article.key, choices, seen, reviewer="sari") == (1, 0)


# --- what is decided by others in the ledger alone -----------------------------------------------


def test_decisions_of_another_process_are_seen(ledger: Ledger, choices: TextChoices) -> None:
    with Ledger.review(ledger.path) as other:
        item = item_with(ledger, "91,2 persen")
        rejected = [Choice(item.id, "reject", item.fact)]
        decide(other, article_of(ledger).key, rejected, reviewer="budi", seen={})
    assert item_with(ledger, "91,2 persen").state == "rejected"
