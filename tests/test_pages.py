"""A page marks an article's numbers, and takes nothing in it for markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm import Document, Extractor
from uhc_llm.batch.decisions import Choice, Decision
from uhc_llm.batch.reviewed import ReviewedArticle
from uhc_llm.pages import cut, environment, style
from uhc_llm.pages.marking import kind_of
from uhc_llm.verifier import RULES

TEXT = (
    "KOTA BATU - Cakupan JKN Kota Batu 98,4 persen per 1 Mei 2024. Targetnya 100 persen.\n"
    "Tahun depan disiapkan Rp 25 miliar dan 3 unit mobil."
)
HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror="alert(2)"> </div> {{ 7 * 7 }} {% raw %}\n'
    "Cakupan JKN Kota Batu <b>98,4 persen</b> & 'lain' per 1 Mei 2024. \u202enesrep 5\u202c"
)


def article(text: str = TEXT, **document: str) -> ReviewedArticle:
    made = Document(text=text, **document)  # type: ignore[arg-type]
    # How sure a fact is changes with every article that is learned from.
    with Extractor(strategy="code", rules=RULES.without("confidence")) as extractor:
        return ReviewedArticle(made, extractor.extract(made), key="k")


def decided(before: ReviewedArticle, *choices: Choice) -> ReviewedArticle:
    decisions = tuple(
        Decision(n, f"s{n}", "k", c.item, c.action, c.fact, "Ani", "2026-11-01T09:00:00.000+00:00")
        for n, c in enumerate(choices, start=1)
    )
    return ReviewedArticle(before.document, before.extraction, key="k", decisions=decisions)


def kinds(of: ReviewedArticle) -> dict[str, str]:
    return {piece.text: piece.mark.kind for piece in cut(of) if piece.mark}


def page(of: ReviewedArticle) -> str:
    template = environment("uhc_llm.pages").from_string(
        '{% import "facts.html" as facts %}{{ facts.article_text(pieces, "a-") }}'
        '{% for item in items %}{{ facts.card(item, "a-") }}{% endfor %}'
    )
    return template.render(pieces=cut(of), items=of.items)


class Tags(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words += data


# --- the text in pieces ---------------------------------------------------------------------------


def test_every_number_is_marked_by_what_became_of_it() -> None:
    assert kinds(article()) == {
        "98,4 persen": "verified",
        "1 Mei 2024": "aside",
        "100 persen": "verified",
        "Rp 25 miliar": "verified",
        "3 unit mobil": "aside",
    }


def test_a_number_that_may_be_a_fact_is_told_from_one_that_is_none() -> None:
    text = "Kota Batu memiliki 12.345 jiwa yang hadir pada 1 Mei 2024."
    marks = {piece.text: piece.mark for piece in cut(article(text)) if piece.mark}
    assert {words: mark.kind for words, mark in marks.items()} == {
        "12.345 jiwa": "unclaimed",
        "1 Mei 2024": "aside",
    }
    assert marks["1 Mei 2024"].reason == "date"


@pytest.mark.parametrize(
    ("action", "kind"), [("accept", "verified"), ("correct", "verified"), ("reject", "rejected")]
)
def test_a_decision_shows_in_the_mark(action: str, kind: str) -> None:
    before = article()
    first = before.items[0]
    after = decided(before, Choice(first.id, action, first.fact))  # type: ignore[arg-type]
    assert kinds(after)["98,4 persen"] == kind
    assert next(p.mark.is_decided for p in cut(after) if p.text == "98,4 persen" and p.mark)


def test_of_two_facts_of_one_number_the_worse_one_shows() -> None:
    before = article()
    first = before.extraction.facts[0]
    doubted = first.model_copy(update={"metric": "active_rate", "verdict": "suspect"})
    twice = before.extraction.model_copy(update={"facts": (first, doubted)})
    marks = [p.mark for p in cut(ReviewedArticle(before.document, twice)) if p.mark]
    assert marks[0].kind == "suspect"
    assert [item.id for item in marks[0].items] == ["fact:0", "fact:1"]


def test_a_fact_that_is_not_in_the_text_marks_nothing() -> None:
    before = article()
    nowhere = before.extraction.facts[0].model_copy(
        update={"evidence": None, "verdict": "rejected"}
    )
    invented = before.extraction.model_copy(update={"facts": (), "rejected": (nowhere,)})
    after = ReviewedArticle(before.document, invented)
    assert "rejected" not in kinds(after).values()
    assert kind_of(after.items[0]) == "rejected"


@given(st.text(alphabet="KotaBtu 0123456789.,%\n<&\u202e", max_size=200))
def test_the_pieces_put_together_are_the_text(text: str) -> None:
    of = article(text)
    assert "".join(piece.text for piece in cut(of)) == of.document.text


# --- what is printed ------------------------------------------------------------------------------


def test_an_article_full_of_markup_shows_as_text() -> None:
    html = page(article(HOSTILE))
    tags = Tags(html)
    assert not tags.tags & {"script", "img", "b"}
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert "<script>alert(1)</script>" in tags.words
    assert "{{ 7 * 7 }} {% raw %}" in tags.words


def test_characters_that_turn_the_text_round_are_shown_as_such() -> None:
    html = page(article(HOSTILE))
    assert "\u202e" not in html
    assert "\ufffdnesrep 5\ufffd" in Tags(html).words


def test_what_a_model_or_another_program_said_is_text_too() -> None:
    before = article()
    first = before.extraction.facts[0]
    assert first.region
    assert first.evidence
    spoilt = first.model_copy(
        update={
            "region": first.region.model_copy(update={"name": "<script>Kota</script>"}),
            "evidence": first.evidence.model_copy(update={"quote": "<b>98,4</b>"}),
        }
    )
    html = page(
        ReviewedArticle(before.document, before.extraction.model_copy(update={"facts": (spoilt,)}))
    )
    assert not Tags(html).tags & {"script", "b"}


def test_a_card_says_what_was_decided_and_what_was_said_before() -> None:
    before = article()
    first = before.items[0]
    assert first.fact
    changed = first.fact.model_copy(update={"status": "target"})
    words = Tags(page(decided(before, Choice("fact:0", "correct", changed)))).words
    assert "corrected by Ani" in words
    assert "before: coverage rate, Kota Batu, 2024-05-01, actual" in words


def test_each_colour_of_a_mark_goes_with_a_line_and_a_word() -> None:
    sheet = style()
    for kind in ("verified", "suspect", "rejected", "unclaimed", "aside"):
        rule = sheet.partition(f".mark.{kind} {{")[2].partition("}")[0]
        assert "border-bottom" in rule, kind
    assert "(verified)" in Tags(page(article())).words


# --- what stands ----------------------------------------------------------------------------------


def test_what_reviewers_leave_stands() -> None:
    before = article()
    one, two, three = (item.fact for item in before.items)
    assert one
    assert two
    assert three
    changed = two.model_copy(update={"status": "actual"})
    after = decided(
        before,
        Choice("fact:0", "reject", one),
        Choice("fact:1", "correct", changed),
    )
    assert after.facts == (changed, three)
    assert [item.state for item in after.open_items] == ["open"]
    assert not after.is_reviewed


def test_a_number_that_nobody_asked_about_can_become_a_fact() -> None:
    before = article()
    first = before.items[0].fact
    assert first
    unasked = next(
        u.mention for u in before.extraction.unclaimed if u.mention.text == "3 unit mobil"
    )
    assert before.item(f"number:{unasked.start}").mention == unasked
    after = decided(before, Choice(f"number:{unasked.start}", "add", first))
    assert [item.id for item in after.items][-1] == f"number:{unasked.start}"
    assert kinds(after)["3 unit mobil"] == "verified"


def test_an_article_with_nothing_in_it_is_reviewed_when_somebody_says_so() -> None:
    before = article("Tidak ada angka di sini.")
    assert [item.id for item in before.items] == ["article"]
    assert not before.is_reviewed
    after = decided(before, Choice("article", "accept"))
    assert after.is_reviewed
    assert after.facts == ()


def test_there_is_no_item_of_another_name() -> None:
    with pytest.raises(KeyError):
        article().item("number:1")


def test_a_decision_changes_nothing_in_what_came_out() -> None:
    before = article()
    first = before.items[0].fact
    assert first
    after = decided(
        before, Choice("fact:0", "correct", first.model_copy(update={"status": "target"}))
    )
    assert first in after.extraction.facts
    assert after.items[0].said == first
