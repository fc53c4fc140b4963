"""A run is reviewed without a hand on the mouse, and what was done is in the run's file."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import focus_of, item_in_view, open_article, press, stored
from tests.browser.watching import Watch
from tests.decided_run import articles
from uhc_llm.batch.ledger import Ledger

pytestmark = pytest.mark.browser

BUDGET = "06-anggaran"


def next_step(page: Page) -> str:
    """The key that somebody presses who finds everything right, and no number left over."""
    if page.get_by_role("button", name="No fact").count():
        return "r"
    return "Shift+A" if page.get_by_role("button", name="verified").count() else "a"


def test_a_whole_queue_is_reviewed(review: str, run: Path, watch: Watch) -> None:
    page = watch.page()
    page.goto(review)
    press(page, "n")
    keys = 1
    while page.url.split("?")[0].split("/")[-2] == "article":
        assert focus_of(page) == " ".join(page.locator("[data-focus]").inner_text().split())
        press(page, next_step(page))
        keys += 1
        assert keys <= 101, "there are more steps than items"
    expect(page.get_by_text("Everything is reviewed")).to_be_visible()
    expect(page.get_by_text("101 of 101 items decided, 11 of 11 articles")).to_be_visible()
    with Ledger.read(run) as ledger:
        reviewed = articles(ledger)
    assert all(article.is_reviewed for article in reviewed)
    made = {decision.reviewer for article in reviewed for decision in article.decisions}
    assert made == {"Ani"}


def test_doubtful_items_come_first(review: str, watch: Watch) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, BUDGET)
    states = page.locator(".items .state").all_inner_texts()
    assert states == ["unclaimed"] * 3 + ["suspect"] + ["verified"] * 5
    expect(page.locator(".items [aria-current]")).to_contain_text("Rp8 miliar")


def test_all_numbers_left_over_are_no_facts_by_one_key_and_back_by_another(
    review: str, watch: Watch
) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, BUDGET)
    press(page, "Shift+R")
    states = page.locator(".items .state").all_inner_texts()
    assert states == ["no fact"] * 3 + ["suspect"] + ["verified"] * 5
    press(page, "u")
    assert page.locator(".items .state").all_inner_texts()[:3] == ["unclaimed"] * 3


def test_a_region_is_corrected_and_the_export_has_it(
    review: str, run: Path, watch: Watch, tmp_path: Path
) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, "08-kota-dan-kabupaten")
    rejected = item_in_view(page)
    press(page, "r")
    # That led to what is in doubt elsewhere; here the rest is verified.
    press(page, "q")
    open_article(page, "08-kota-dan-kabupaten")
    item = item_in_view(page)
    assert item != rejected
    before = page.locator("summary[data-key=g] .present").inner_text()
    page.keyboard.press("g")
    assert before in focus_of(page)  # the one that is chosen now
    other = page.locator(".chooser[open] [data-pick]:not([aria-current])").first
    wanted, key = (other.locator(each).first.inner_text() for each in ("span", "kbd"))
    press(page, key)

    assert item_in_view(page) == item
    expect(page.locator("summary[data-key=g] .present")).to_contain_text(wanted)
    expect(page.locator(".badges")).to_contain_text("corrected")
    expect(page.get_by_role("status")).to_contain_text("Corrected")
    corrected = stored(run, "08-kota-dan-kabupaten").item(item)
    assert corrected.state == "corrected"
    assert corrected.fact is not None
    assert corrected.fact.region is not None
    assert corrected.fact.region.name == wanted

    out = tmp_path / "facts.csv"
    program = Path(sys.executable).with_name("uhc-llm")
    subprocess.run([program, "export", str(run), str(out)], check=True, capture_output=True)
    with out.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["decision"] == "corrected"]
    assert [(row["region"], row["reviewer"]) for row in rows] == [(wanted, "Ani")]


def test_every_field_can_be_corrected_and_every_step_taken_back(
    review: str, run: Path, watch: Watch
) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, "03-target-dan-capaian")
    item = item_in_view(page)
    said = stored(run, "03-target-dan-capaian").item(item).said
    steps = 0
    for field in ("m", "g", "p", "s", "t", "l"):
        page.keyboard.press(field)
        others = page.locator(".chooser[open] [data-pick]:not([aria-current])")
        if not others.count():
            page.keyboard.press("Escape")
            continue
        press(page, others.first.locator("kbd").inner_text())
        assert item_in_view(page) == item
        steps += 1
    assert steps >= 4
    assert stored(run, "03-target-dan-capaian").item(item).fact != said
    for _ in range(steps):
        press(page, "u")
        assert item_in_view(page) == item
    again = stored(run, "03-target-dan-capaian").item(item)
    assert (again.state, again.fact) == ("open", said)
    assert len(stored(run, "03-target-dan-capaian").decisions) == steps


def test_undo_goes_back_to_where_the_step_was(review: str, run: Path, watch: Watch) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, "01-satu-daerah")
    first, where = item_in_view(page), page.url.split("?")[0]
    press(page, "a")
    assert item_in_view(page) != first
    press(page, "q")
    press(page, "u")
    assert page.url.split("?")[0] == where
    assert item_in_view(page) == first
    expect(page.get_by_role("status")).to_contain_text("Taken back")
    assert stored(run, "01-satu-daerah").item(first).state == "open"


def test_a_fact_is_added_from_a_number_that_none_claims(
    review: str, run: Path, watch: Watch
) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, BUDGET)
    item = item_in_view(page)
    before = len(stored(run, BUDGET).facts)
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    press(page, "1")
    assert item_in_view(page) == item
    expect(page.locator(".badges")).to_contain_text("added")
    added = stored(run, BUDGET)
    assert len(added.facts) == before + 1
    fact = added.item(item).fact
    assert fact is not None
    assert fact.evidence is not None
    assert fact.evidence.quote in added.document.text
    assert fact.value == 8_000_000_000


def test_any_other_number_of_the_text_can_be_made_a_fact(
    review: str, run: Path, watch: Watch
) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, BUDGET)
    page.keyboard.press("x")
    press(page, page.locator(".chooser[open] [data-pick] kbd").first.inner_text())
    item = item_in_view(page)
    assert item.startswith("number:")
    press(page, page.locator(".chooser[open] [data-pick] kbd").first.inner_text())
    assert stored(run, BUDGET).item(item).state == "added"


def test_items_and_articles_are_gone_through_without_deciding(
    review: str, run: Path, watch: Watch
) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, "01-satu-daerah")
    first = item_in_view(page)
    press(page, "j")
    second = item_in_view(page)
    press(page, "ArrowDown")
    press(page, "k")
    assert item_in_view(page) == second != first
    where = page.url.split("?")[0]
    press(page, "]" if page.locator("[data-key=']']").count() else "[")
    assert page.url.split("?")[0] != where
    assert not stored(run, "01-satu-daerah").decisions


def test_keys_are_letters_while_somebody_types(review: str, run: Path, watch: Watch) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, "01-satu-daerah")
    where = page.url
    page.locator(".reviewer summary").click()
    name = page.get_by_label("Decide as")
    name.fill("")
    name.focus()
    page.keyboard.type("arau Ani")
    page.keyboard.press("Control+a")
    assert page.url == where
    assert name.input_value() == "arau Ani"
    press(page, "Enter")
    expect(page.locator(".reviewer summary")).to_have_text("arau Ani")
    press(page, "a")
    (decision,) = stored(run, "01-satu-daerah").decisions
    assert decision.reviewer == "arau Ani"


def test_the_keys_are_told_and_the_dialog_gives_the_focus_back(review: str, watch: Watch) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, "01-satu-daerah")
    item, before = item_in_view(page), focus_of(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    for words in ("accept", "undo", "region", "other number"):
        expect(dialog).to_contain_text(words)
    page.keyboard.press("a")  # while it is open no key decides
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert item_in_view(page) == item
    assert focus_of(page) == before


def test_escape_closes_choices_and_leaves_all_as_it_was(
    review: str, run: Path, watch: Watch
) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, "01-satu-daerah")
    page.keyboard.press("g")
    expect(page.locator(".chooser[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".chooser[open]")).to_have_count(0)
    assert focus_of(page).startswith("region")
    assert not stored(run, "01-satu-daerah").decisions


def test_many_choices_are_narrowed_by_typing(review: str, watch: Watch) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, "many-12")
    page.keyboard.press("p")
    assert page.locator(".chooser[open] [data-pick]").count() > 9
    page.keyboard.press("/")
    page.keyboard.type("2007")
    expect(page.locator(".chooser[open] [data-pick]:visible")).to_have_count(1)
    press(page, "Enter")
    expect(page.locator("summary[data-key=p] .present")).to_contain_text("2007")
    expect(page.locator(".badges")).to_contain_text("corrected")


def test_a_key_that_is_held_or_pressed_twice_decides_once(
    review: str, run: Path, watch: Watch
) -> None:
    page = watch.page()
    page.goto(review)
    open_article(page, "01-satu-daerah")
    with page.expect_navigation():
        page.evaluate(
            """() => {
                for (const repeat of [false, true, true, false])
                    document.activeElement.dispatchEvent(
                        new KeyboardEvent("keydown", { key: "a", repeat, bubbles: true }));
            }"""
        )
    assert len(stored(run, "01-satu-daerah").decisions) == 1
