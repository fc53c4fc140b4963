"""Two who review at once see each other's work, and neither loses any."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import item_in_view, open_article, press, stored
from tests.browser.serving import reviewing
from tests.browser.watching import Watch, faults_of

pytestmark = pytest.mark.browser

NAME = "01-satu-daerah"


@pytest.fixture
def both(review: str, run: Path, watch: Watch) -> Iterator[tuple[Page, Page]]:
    """Ani's page and Budi's, of two processes on one run, at the same item."""
    with reviewing(run, reviewer="Budi") as address:
        watch.places.append(address.partition("start?")[0])
        pages = watch.page(), watch.page()
        for page, start in zip(pages, (review, address), strict=True):
            page.goto(start)
            open_article(page, NAME)
        yield pages
        watch.close()


def actions(run: Path) -> list[tuple[str, str]]:
    return [(each.reviewer, each.action) for each in stored(run, NAME).decisions]


def correct_region(page: Page) -> str:
    """Choose another region; returns which."""
    page.keyboard.press("g")
    other = page.locator(".chooser[open] [data-pick]:not([aria-current])").first
    name, key = (other.locator(each).first.inner_text() for each in ("span", "kbd"))
    press(page, key)
    return name


def test_the_second_of_two_sees_both_and_can_keep_the_other(
    both: tuple[Page, Page], run: Path, watch: Watch
) -> None:
    ani, budi = both
    item = item_in_view(ani)
    press(ani, "a")
    with watch.expecting("answer 409", "status of 409"):
        press(budi, "r")
    expect(budi.get_by_role("heading", name="Ani has decided on this meanwhile")).to_be_visible()
    expect(budi.get_by_role("region", name="Theirs")).to_contain_text("accepted")
    expect(budi.get_by_role("region", name="Yours")).to_contain_text("rejected")
    assert faults_of(budi) == ""
    assert actions(run) == [("Ani", "accept")]
    press(budi, "k")
    assert item_in_view(budi) == item
    expect(budi.locator(".badges")).to_contain_text("accepted")
    assert actions(run) == [("Ani", "accept")]


def test_or_can_put_their_own_in_its_place_with_both_in_the_history(
    both: tuple[Page, Page], run: Path, watch: Watch
) -> None:
    ani, budi = both
    item, here = item_in_view(ani), ani.url.partition("?")[0]
    press(ani, "a")
    with watch.expecting("answer 409", "status of 409"):
        wanted = correct_region(budi)
    expect(budi.get_by_role("region", name="Yours")).to_contain_text(wanted)
    press(budi, "y")
    assert actions(run) == [("Ani", "accept"), ("Budi", "correct")]
    fact = stored(run, NAME).item(item).fact
    assert fact is not None
    assert fact.region is not None
    assert fact.region.name == wanted
    ani.goto(f"{here}?item={item}")
    expect(ani.locator(".badges")).to_contain_text("corrected")
    ani.locator(".history summary").click()
    expect(ani.locator(".history")).to_contain_text("accept by Ani")
    expect(ani.locator(".history")).to_contain_text("correct by Budi")


def test_the_same_decision_by_both_disturbs_nobody(both: tuple[Page, Page], run: Path) -> None:
    ani, budi = both
    press(ani, "a")
    press(budi, "a")
    expect(budi.get_by_role("status")).to_contain_text("Accepted")
    assert ("Ani", "accept") in actions(run)


def test_different_items_of_one_article_do_not_meet(both: tuple[Page, Page], run: Path) -> None:
    ani, budi = both
    press(budi, "j")
    press(ani, "a")
    press(budi, "r")
    assert actions(run) == [("Ani", "accept"), ("Budi", "reject")]


def test_nobody_takes_back_what_the_other_decided(both: tuple[Page, Page], run: Path) -> None:
    ani, budi = both
    press(ani, "a")
    press(budi, "u")
    expect(budi.get_by_text("There is nothing left to take back.")).to_be_visible()
    assert [each.undone_by for each in stored(run, NAME).decisions] == [None]


def test_accepting_the_rest_leaves_what_the_other_rejected(
    both: tuple[Page, Page], run: Path
) -> None:
    ani, budi = both
    item = item_in_view(ani)
    press(ani, "r")
    press(budi, "Shift+A")
    kept = stored(run, NAME)
    assert kept.item(item).state == "rejected"
    # What the rejection makes less sure, or leaves so, is open still.
    others = {each.state for each in kept.items if each.id != item}
    assert "accepted" in others <= {"accepted", "open"}
    assert {d.reviewer for d in kept.decisions if d.item == item} == {"Ani"}


def test_two_browsers_of_one_process_have_names_of_their_own(
    review: str, run: Path, watch: Watch
) -> None:
    pages = watch.page(), watch.page()
    for page, name in zip(pages, ("Cici", "Dewi <b>"), strict=True):
        page.goto(review)
        page.locator(".reviewer summary").click()
        page.get_by_label("Decide as").fill(name)
        press(page, "Enter")
        open_article(page, NAME)
        press(page, "a")
    assert actions(run) == [("Cici", "accept"), ("Dewi <b>", "accept")]
    pages[0].goto(review.partition("start?")[0])
    expect(pages[0].locator(".recent")).to_contain_text("accept by Dewi <b>")
