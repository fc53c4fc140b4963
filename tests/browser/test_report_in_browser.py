"""The report opens from a file, asks nobody for anything, and can be read by everybody."""

import csv
import io
import re
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.runs import PAYLOADS, shown
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

ROWS: Final = "#facts-table tbody tr"


def show(watch: Watch, report: Path, part: str = "", **options: Any) -> Page:
    """Open a report from its file."""
    watch.places.append(report.as_uri())
    page = watch.page(**options)
    page.goto(report.as_uri() + part)
    is_ready(page)
    return page


def is_ready(page: Page) -> None:
    """Wait until the tables are there."""
    page.locator("html[data-ready]").wait_for(state="attached")


def column(page: Page, name: str) -> list[str]:
    """What the rows that are shown have in a column."""
    heads = page.locator("#facts-table thead th").all_inner_texts()
    (place,) = (n for n, head in enumerate(heads, start=1) if head.strip() == name)
    return [
        each.strip() for each in page.locator(f"{ROWS} td:nth-child({place})").all_inner_texts()
    ]


def count(page: Page) -> int:
    """How many rows the table says it has to show."""
    said = page.locator("#facts .dt-info").inner_text()
    if found := re.search(r"of ([\d,]+)", said):
        return int(found[1].replace(",", ""))
    return 0


def opened(page: Page) -> str:
    """The title of the article that is open."""
    expect(page.locator("#reader")).to_be_visible()
    return page.locator("#reader-title").inner_text()


# --- a file of its own --------------------------------------------------------------------------


def test_it_asks_for_nothing_but_itself(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    page.locator(f"{ROWS} a").first.click()
    opened(page)
    assert {each.partition("#")[0] for each in watch.requests} == {report.as_uri()}


def test_its_policy_lets_no_script_of_others_run(
    report: Path, watch: Watch, tmp_path: Path
) -> None:
    injected = tmp_path / "injected.html"
    script = "<script>window.taken = 1</script><img src=x:y onerror='window.taken = 2'>"
    html = report.read_text("utf-8")
    injected.write_text(html.replace("</main>", f"{script}</main>"), encoding="utf-8")
    watch.places += [injected.as_uri(), "x:y"]
    page = watch.page()
    with watch.expecting("script-src|inline script", "inline event handler|img-src|x:y"):
        page.goto(injected.as_uri())
        is_ready(page)
    assert page.evaluate("window.taken") is None


def test_its_policy_lets_nothing_be_sent(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    with watch.expecting("Content Security Policy"):
        sent = page.evaluate("fetch('https://news.example/').then(() => 'sent', () => 'kept')")
    assert sent == "kept"
    assert not [each for each in watch.requests if "news.example" in each]


def test_markup_of_others_is_text(hostile_report: Path, watch: Watch) -> None:
    page = show(watch, hostile_report)
    titles = page.locator("#articles-table tbody a").all_inner_texts()
    assert titles == [f"Title {n} {shown(payload)}" for n, payload in enumerate(PAYLOADS)]
    for number, payload in enumerate(map(shown, PAYLOADS)):
        page.goto(f"{hostile_report.as_uri()}#article-{number}/fact:0")
        expect(page.locator("#place")).to_have_text(f"{number + 1} of {len(PAYLOADS)}")
        assert payload in opened(page)
        words = page.locator("#reader").inner_text()
        assert words.count(payload) >= 5, words
        inside = page.locator("#reader")
        assert inside.locator("script, img, iframe, svg, object, style").count() == 0
        page.locator("#close").click()
        page.wait_for_url("**#articles")
    assert page.locator("body img, body iframe, body object, body embed").count() == 0
    assert page.evaluate("window.taken") is None
    kinds = set(page.evaluate("[...document.links].map((each) => each.protocol)"))
    assert kinds <= {"file:", "http:", "https:"}


# --- the table ----------------------------------------------------------------------------------


def test_the_table_sorts_by_value_and_says_so(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    page.locator("#filter-metric").select_option("coverage rate")
    head = page.get_by_role("columnheader", name="value")
    head.locator("button, [role=button], .dt-column-order").first.click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    rates = [
        float(re.sub(r"[^\d.].*$", "", each.lstrip("≥≤≈<> "))) for each in column(page, "value")
    ]
    assert len(rates) > 5
    assert rates == sorted(rates)


def test_the_table_sorts_by_keyboard(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    head = page.get_by_role("columnheader", name="region")
    stop = head.locator("[tabindex='0']").first
    stop.focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    names = column(page, "region")
    assert names == sorted(names)


def test_filters_leave_what_is_asked_for_and_can_be_cleared(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    every = count(page)
    page.locator("#filter-metric").select_option("budget")
    budgets = count(page)
    assert 0 < budgets < every
    assert set(column(page, "metric")) == {"budget"}
    page.locator("#filter-status").select_option("target")
    assert 0 < count(page) < budgets
    page.get_by_role("button", name="clear").click()
    expect(page.locator("#facts .dt-info")).to_contain_text(f"of {every}")


def test_facts_of_one_region_are_left_alone(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    page.locator("#filter-region").select_option("Kota Batu")
    assert set(column(page, "region")) == {"Kota Batu"}
    page.get_by_role("button", name="clear").click()
    assert len(set(column(page, "region"))) > 1


def test_on_a_phone_status_and_members_stay_in_view(report: Path, watch: Watch) -> None:
    page = show(watch, report, size=PHONE)
    page.locator("#filter-status").select_option("target")
    first = page.locator("#facts-table tbody tr").first
    expect(first.locator("td").nth(5)).to_be_visible()
    expect(first.locator("td").nth(5)).to_have_text("target")
    expect(first.locator("td").nth(6)).to_be_visible()


def test_pictures_are_of_what_is_verified_until_the_rest_is_asked_for(
    report: Path, watch: Watch
) -> None:
    page = show(watch, report)
    sure, every = (page.locator(f"[data-pictures={which}]") for which in ("sure", "all"))
    assert every.count() > 0
    for there, away in ((sure, every), (every, sure)):
        assert [each.is_visible() for each in there.all()] == [True] * there.count()
        assert [each.is_visible() for each in away.all()] == [False] * away.count()
        page.get_by_label("with suspect facts too").click()
    assert "suspect" not in " ".join(sure.all_inner_texts())
    assert page.get_by_text("suspect facts are left out.").is_visible()


def test_every_trend_is_led_to(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    trends = page.locator("#coverage-over-time")
    trends.get_by_text(re.compile(r"The series of all \d+ regions")).first.click()
    trends.get_by_role("link").first.click()
    page.locator("#panel-region svg .point").first.wait_for()


def test_words_are_searched_in_every_column(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    page.locator("#facts").get_by_role("searchbox").fill("Wakatobi")
    expect(page.locator(ROWS).first).to_contain_text("Wakatobi")
    assert {"Wakatobi" in row for row in page.locator(ROWS).all_inner_texts()} == {True}
    page.locator("#facts").get_by_role("searchbox").fill("no such words")
    expect(page.locator("#facts")).to_contain_text("nothing is like that")


def test_a_tile_shows_its_facts(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    tile = page.locator("button.tile[data-state=suspect]")
    said = int(tile.locator(".count").inner_text())
    tile.click()
    assert count(page) == said > 0
    assert {each.split()[-1] for each in column(page, "verdict")} == {"suspect"}


def test_the_rows_that_are_shown_can_be_saved(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    page.locator("#filter-metric").select_option("budget")
    with page.expect_download() as download:
        page.get_by_role("button", name="save these rows").click()
    saved = download.value.path().read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(saved)))
    assert len(rows) == count(page)
    assert {row["metric"] for row in rows} == {"budget"}
    assert all(0 < float(row["confidence"]) < 1 for row in rows)


# --- the articles -------------------------------------------------------------------------------


def test_a_row_leads_to_its_number_in_its_article(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    page.locator("#facts").get_by_role("searchbox").fill("Bontang")
    row = page.locator(ROWS, has_text="Bontang").first
    printed = row.locator("td.printed").inner_text()
    row.locator("a").first.click()
    assert opened(page) == "06-anggaran"
    mark = page.locator("#article a.mark[aria-current]")
    expect(mark).to_contain_text(printed)
    expect(mark).to_be_in_viewport()
    card = page.locator("#article .card[aria-current]")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()


def test_a_number_far_down_is_in_view_beside_its_card(report: Path, watch: Watch) -> None:
    page = show(watch, report, "#article-1/fact:11")
    assert opened(page) == "02-beberapa-daerah"
    expect(page.locator("#article .card[aria-current]")).to_be_in_viewport(ratio=0.5)
    expect(page.locator("#article a.mark[aria-current]")).to_be_in_viewport()


def test_back_closes_the_article_and_forward_opens_it(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    page.locator("#articles-table a", has_text="01-satu-daerah").click()
    assert opened(page) == "01-satu-daerah"
    page.go_back()
    expect(page.locator("#reader")).to_be_hidden()
    page.go_forward()
    assert opened(page) == "01-satu-daerah"
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()


def test_an_address_leads_to_a_fact(report: Path, watch: Watch) -> None:
    page = show(watch, report, "#article-0/fact:1")
    assert opened(page) == "01-satu-daerah"
    expect(page.locator("#article .card[aria-current]")).to_have_id("a-fact:1")


@pytest.mark.parametrize(
    "part",
    ["#article-999", "#article-0/fact:99", "#article-0/%22%3E%3Cb%3E", "#article-0/%E0%A4%A"],
)
def test_an_address_of_nothing_does_no_harm(report: Path, watch: Watch, part: str) -> None:
    page = show(watch, report, part)
    assert count(page) > 0


def test_articles_are_gone_through_by_keyboard(report: Path, watch: Watch) -> None:
    page = show(watch, report, "#article-0")
    first = opened(page)
    page.keyboard.press("]")
    expect(page.locator("#place")).to_contain_text("2 of")
    assert opened(page) != first
    page.keyboard.press("[")
    expect(page.locator("#reader-title")).to_have_text(first)
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()


def test_numbers_that_no_fact_claims_are_told_with_the_reason(report: Path, watch: Watch) -> None:
    page = show(watch, report)
    page.locator("#articles-table a", has_text="06-anggaran").click()
    opened(page)
    left_over = page.locator("#article .mark.unclaimed")
    assert left_over.count() == 3
    expect(left_over.first).to_contain_text("Rp8 miliar")
    left_over.first.click()
    expect(page.locator("#article .card[aria-current]")).to_contain_text(
        "No fact claims this number"
    )


# --- for everybody ------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_no_part_keeps_anybody_out(
    report: Path, watch: Watch, scheme: Scheme, size: ViewportSize
) -> None:
    page = show(watch, report, scheme=scheme, size=size)
    assert faults_of(page) == ""
    for summary in page.locator("main summary:visible").all():
        summary.click()
    assert faults_of(page) == "", "with all that folds opened"
    page.get_by_label("with suspect facts too").check()
    assert faults_of(page) == "", "with suspect facts"
    page.goto(f"{report.as_uri()}#article-5/fact:0")
    opened(page)
    assert faults_of(page) == "", "with an article"


def test_nothing_is_wider_than_a_phone(report: Path, hostile_report: Path, watch: Watch) -> None:
    for each in (report, hostile_report):
        page = show(watch, each, size=PHONE)
        for part in ("", "#article-1/fact:0"):
            page.goto(each.as_uri() + part)
            page.wait_for_timeout(200)
            assert excess_width(page) <= 0, part


@pytest.mark.parametrize("scheme", SCHEMES)
def test_where_the_focus_is_can_be_seen(report: Path, watch: Watch, scheme: Scheme) -> None:
    page = show(watch, report, scheme=scheme, motion="reduce")
    stops = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        stop = focus_of(page)
        stops.add(stop.name)
        assert stop.is_marked, stop
        expect(page.locator(":focus")).to_be_in_viewport()
    assert len(stops) > 15


def test_nothing_moves_for_those_who_want_it_still(report: Path, watch: Watch) -> None:
    page = show(watch, report, motion="reduce")
    assert moving_parts(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pictures_have_words_beside_them(report: Path, watch: Watch, scheme: Scheme) -> None:
    page = show(watch, report, scheme=scheme)
    figures = page.locator("#pictures figure")
    drawn = figures.filter(has=page.locator("svg"))
    assert drawn.count() >= 3
    page.get_by_label("with suspect facts too").check()
    for figure in figures.all():
        expect(figure.get_by_role("heading")).not_to_be_empty()
        if not figure.locator("svg:visible").count():
            # Why there is nothing to see.
            expect(figure.locator("p:visible")).not_to_be_empty()
            continue
        picture = figure.get_by_role("img")
        assert picture.get_attribute("aria-label")
        expect(figure.locator("figcaption:visible")).not_to_be_empty()
        figure.locator("summary:visible").first.click()
        assert figure.locator("tbody tr:visible").count() > 0
        ink = picture.evaluate(
            "(svg) => [...svg.querySelectorAll('text')].map((each) => getComputedStyle(each).fill)"
        )
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ink
        assert ground not in ink


def test_without_a_script_the_summary_is_there(report: Path, watch: Watch) -> None:
    watch.places.append(report.as_uri())
    page = watch.page(scripts=False)
    page.goto(report.as_uri())
    expect(page.locator(".lead")).to_contain_text("facts out of 11 articles")
    expect(page.locator("#filters")).to_be_hidden()


def test_on_paper_the_summary_and_the_rows_are_there_and_the_controls_are_not(
    report: Path, watch: Watch
) -> None:
    page = show(watch, report, scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".lead")).to_be_visible()
    expect(page.locator(ROWS).first).to_be_visible()
    for control in ("header nav", "#filters", "#save"):
        expect(page.locator(control)).to_be_hidden()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), "ink is not for backgrounds"
