"""The pages of the review: for everybody, on every screen, and with nothing in them that acts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.desk import item_in_view, open_article, press, stored
from tests.browser.runs import PAYLOADS, shown
from tests.browser.serving import reviewing
from tests.browser.watching import (
    PHONE,
    SCHEMES,
    SIZES,
    Scheme,
    Watch,
    excess_width,
    faults_of,
    focus_of,
    moving_parts,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def looked_at(examples: Path) -> Iterator[str]:
    """The address of a review in which nobody decides anything."""
    with reviewing(examples, reviewer="Ani") as address:
        yield address


@pytest.fixture(scope="module")
def hostile_review(hostile: Path) -> Iterator[str]:
    """The address of a review of the run with markup everywhere, where nobody decides."""
    with reviewing(hostile, reviewer="Ani") as address:
        yield address


@pytest.fixture
def watch(browser: Browser, looked_at: str, hostile_review: str) -> Iterator[Watch]:
    """Opens pages of both."""
    watching = Watch(
        browser, *(each.partition("start?")[0] for each in (looked_at, hostile_review))
    )
    yield watching
    watching.close()
    assert watching.complaints == []


def kinds_of_page(page: Page, address: str) -> Iterator[str]:
    """Go to one page of every kind, and say its name."""
    page.goto(address)
    yield "queue"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    yield "keys"
    page.keyboard.press("Escape")
    press(page, "n")
    yield "a number"
    page.goto(page.url.split("?")[0] + "?item=fact:0")
    yield "a fact"
    page.keyboard.press("g")
    yield "choices"
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    yield "other numbers"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_no_page_keeps_anybody_out(
    looked_at: str, watch: Watch, scheme: Scheme, size: ViewportSize
) -> None:
    page = watch.page(scheme=scheme, size=size)
    for name in kinds_of_page(page, looked_at):
        assert faults_of(page) == "", name


def test_nothing_is_wider_than_a_phone(looked_at: str, hostile_review: str, watch: Watch) -> None:
    page = watch.page(size=PHONE)
    for address in (looked_at, hostile_review):
        for name in kinds_of_page(page, address):
            assert excess_width(page) <= 0, name


@pytest.mark.parametrize("scheme", SCHEMES)
def test_where_the_focus_is_can_be_seen_at_every_stop(
    looked_at: str, watch: Watch, scheme: Scheme
) -> None:
    page = watch.page(scheme=scheme)
    page.goto(looked_at)
    for _ in range(2):
        stops = set()
        for _ in range(30):
            page.keyboard.press("Tab")
            stop = focus_of(page)
            if stop.name:
                stops.add(stop.name)
                assert stop.is_marked, stop
                expect(page.locator(":focus")).to_be_in_viewport()
        assert len(stops) > 10
        page.goto(looked_at)
        press(page, "n")


def test_nothing_moves_for_those_who_want_it_still(looked_at: str, watch: Watch) -> None:
    page = watch.page(motion="reduce")
    for name in kinds_of_page(page, looked_at):
        assert moving_parts(page) == [], name


# --- what others have written -------------------------------------------------------------------


def test_markup_of_others_is_text_on_every_page(hostile_review: str, watch: Watch) -> None:
    page = watch.page()
    page.goto(hostile_review)
    entries = page.locator(".entry .name")  # the most doubtful first
    expect(entries).to_have_count(len(PAYLOADS))
    assert sorted(entries.all_inner_texts()) == [
        f"Title {place} {shown(payload)}" for place, payload in enumerate(PAYLOADS)
    ]
    for number in range(1, len(PAYLOADS) + 1):
        payload = shown(PAYLOADS[number - 1])
        page.goto(f"{watch.places[1]}article/{number}?item=fact:0")
        words = page.locator("main").inner_text()
        assert words.count(payload) >= 5, words  # title, text, region, finding, address
        if page.locator("summary[data-key=g]").count():
            page.keyboard.press("g")
        assert page.evaluate("window.taken") is None
        assert page.locator("main").locator("script, img, iframe, svg, object, style").count() == 0
        assert page.evaluate("[...document.scripts].map((each) => each.src.split('/').pop())") == [
            "review.js"
        ]


def test_only_web_addresses_are_links(hostile_review: str, watch: Watch) -> None:
    page = watch.page()
    page.goto(hostile_review)
    kinds = set()
    for number in range(1, len(PAYLOADS) + 1):
        page.goto(f"{watch.places[1]}article/{number}")
        kinds |= set(page.evaluate("[...document.links].map((each) => each.protocol)"))
    assert kinds == {"http:", "https:"}


def test_no_element_has_an_event_handler_or_a_style_of_its_own(
    looked_at: str, hostile_review: str, watch: Watch
) -> None:
    page = watch.page()
    for address in (looked_at, hostile_review):
        for name in kinds_of_page(page, address):
            own = page.evaluate(
                """() => [...document.querySelectorAll("*")].flatMap((each) =>
                    each.getAttributeNames().filter((name) => /^(on|style$)/.test(name)))"""
            )
            assert own == [], name


def test_the_browser_is_told_to_run_nothing_but_our_script(looked_at: str, watch: Watch) -> None:
    page = watch.page()
    page.goto(looked_at)
    with watch.expecting("Content Security Policy"):
        page.evaluate(
            """() => {
                const added = document.createElement("script");
                added.textContent = "window.taken = 8";
                document.body.append(added);
            }"""
        )
    with watch.expecting("Content Security Policy"):
        page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<p onclick=1 style=\"x:y\">')"
        )
    assert page.evaluate("window.taken") is None


def test_no_page_is_shown_inside_another(looked_at: str, watch: Watch, tmp_path: Path) -> None:
    frame = tmp_path / "frame.html"
    frame.write_text(f'<iframe src="{looked_at}" title="review"></iframe>', encoding="utf-8")
    watch.places.append(frame.as_uri())
    page = watch.page()
    with watch.expecting("answer 403", "status of 403", "frame-ancestors 'none'"):
        page.goto(frame.as_uri())
    assert "Articles to review" not in "".join(each.content() for each in page.frames)


def test_without_the_address_nothing_is_shown(looked_at: str, watch: Watch) -> None:
    page = watch.page()
    origin = watch.places[0]
    with watch.expecting("answer 403", "status of 403"):
        page.goto(f"{origin}article/1")
    assert "98" not in page.inner_text("body")


# --- without a script ---------------------------------------------------------------------------


def test_without_a_script_all_can_be_done_by_hand(review: str, run: Path, browser: Browser) -> None:
    watch = Watch(browser, review.partition("start?")[0])
    page = watch.page(scripts=False)
    page.goto(review)
    page.get_by_role("link", name="01-satu-daerah").click()
    first = item_in_view(page)
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.locator(".said")).to_have_text("Accepted.")
    assert stored(run, "01-satu-daerah").item(first).state == "accepted"

    # That led to what is in doubt elsewhere; here the rest is verified.
    page.get_by_role("link", name="Queue").click()
    page.get_by_role("link", name="01-satu-daerah").click()
    second = item_in_view(page)
    assert second != first
    page.locator("summary", has_text="status").click()
    page.locator("details[open] button:not([aria-current])").first.click()
    assert item_in_view(page) == second
    assert stored(run, "01-satu-daerah").item(second).state == "corrected"
    page.get_by_role("button", name="Undo").click()
    assert stored(run, "01-satu-daerah").item(second).state == "open"
    page.get_by_role("link", name="Keys").click()
    expect(page.get_by_role("heading", name="Keys of the review")).to_be_visible()
    watch.close()
    assert watch.complaints == []


# --- going to and fro ---------------------------------------------------------------------------


def test_reload_and_back_decide_nothing_again(review: str, run: Path, browser: Browser) -> None:
    watch = Watch(browser, review.partition("start?")[0])
    page = watch.page()
    page.goto(review)
    open_article(page, "01-satu-daerah")
    press(page, "j")
    press(page, "k")
    first = item_in_view(page)
    press(page, "a")
    second = item_in_view(page)
    page.reload()
    assert item_in_view(page) == second
    page.go_back()
    assert item_in_view(page) == first
    # What was decided is shown, not the page as it was before.
    expect(page.locator(".badges")).to_contain_text("accepted")
    press(page, "r")
    expect(page.get_by_text("Rejected.")).to_be_visible()
    kept = stored(run, "01-satu-daerah")
    assert [each.action for each in kept.decisions] == ["accept", "reject"]
    watch.close()
    assert watch.complaints == []
