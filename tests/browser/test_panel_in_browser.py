"""The panel of a report: a map and the pages of regions, for everybody, by mouse or keyboard."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.runs import PAYLOADS, shown
from tests.browser.serving import write_report
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
from tests.panel_run import Article, Told, write_run
from uhc_llm import write_report as write_with_outlines

pytestmark = pytest.mark.browser

NARROW: Final[ViewportSize] = {"width": 360, "height": 740}
TENGAH, TIMUR, MALUKU, KUDUS = "33", "35", "81", "33.19"


def one(name: str, value: str, region: str, period: str, **more: Any) -> Article:
    fact = Told(value, region=region, period=period, **more)
    return Article(
        name,
        f"Cakupan JKN [{value} persen] kata dinas.",
        (fact,),
        published=f"{period[:4]}-12-30",
        url=f"https://koran.example/{name}",
    )


ARTICLES: Final = (
    one("tengah-1", "95.02", TENGAH, "2023-12"),
    one("tengah-2", "98.02", TENGAH, "2024-08", verdict="suspect"),
    one("timur-1", "88.4", TIMUR, "2023-03"),
    one("timur-2", "79.36", TIMUR, "2024-03", metric="active_rate"),
    one("maluku-1", "0", MALUKU, "2024-01"),
    one("kudus-1", "97.41", KUDUS, "2023-05"),
    one("kudus-2", "98.9", KUDUS, "2024-05"),
    one("kudus-3", "96.1", KUDUS, "2024-05", verdict="suspect"),
    one("kudus-4", "81.2", KUDUS, "2024", metric="active_rate"),
    one("target", "98", "ID", "2024", status="target"),
)


@pytest.fixture(scope="module")
def run_of_panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("panel") / "run.db"
    write_run(path, ARTICLES)
    return path


@pytest.fixture(scope="module")
def panel(run_of_panel: Path) -> Path:
    return write_report(run_of_panel, run_of_panel.with_name("report.html"))


@pytest.fixture(scope="module")
def drawn(run_of_panel: Path) -> Path:
    """The same with outlines: of a province, of a regency, and of one by its regency alone."""
    outlines, out = run_of_panel.with_name("r.geojson"), run_of_panel.with_name("drawn.html")
    places = {"33": (110.0, 1.0), "3319": (110.2, 0.3), "7371": (119.0, 0.5)}
    features = [
        {
            "type": "Feature",
            "properties": {"kode": code, "name": "<img src=x onerror=window.taken=1>"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, -7], [x + size, -7], [x + size, -7 - size], [x, -7 - size]]],
            },
        }
        for code, (x, size) in places.items()
    ]
    outlines.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    write_with_outlines(run_of_panel, out, boundaries=outlines)
    return out


def show(watch: Watch, report: Path, part: str = "", **options: Any) -> Page:
    watch.places.append(report.as_uri())
    page = watch.page(**options)
    page.goto(report.as_uri() + part)
    page.locator("html[data-ready]").wait_for(state="attached")
    return page


def tile(page: Page, code: str, where: str = "#panel-provinces") -> Locator:
    return page.locator(f'{where} [data-code="{code}"]')


def to_month(page: Page, month: str) -> None:
    """Move the slider by its keys until it says a month."""
    slider = page.locator("#panel-month")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(40):
        if slider.get_attribute("aria-valuetext") == month:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"the slider never says {month}")


# --- the map --------------------------------------------------------------------------------------


def test_the_slider_changes_the_month_and_what_shows(panel: Path, watch: Watch) -> None:
    page = show(watch, panel)
    to_month(page, "December 2023")
    expect(page.locator("#panel-month-name")).to_have_text("December 2023")
    expect(page.locator("#panel-map-title")).to_have_text("Share registered, as of December 2023")
    expect(tile(page, TENGAH)).to_have_attribute("title", re.compile(r": 95.02% .*, 2023-12, "))
    to_month(page, "March 2023")
    expect(page.locator("#panel-month-name")).to_have_text("March 2023")
    expect(tile(page, TENGAH)).to_have_attribute("title", re.compile("nothing said of these 12"))


def test_a_figure_shows_for_twelve_months_and_no_longer(panel: Path, watch: Watch) -> None:
    page = show(watch, panel)
    to_month(page, "March 2024")
    expect(tile(page, TIMUR)).to_contain_text("2023-03")
    to_month(page, "May 2024")
    expect(tile(page, TIMUR)).to_contain_text("other months")


def test_nought_is_told_from_nothing_said(panel: Path, watch: Watch) -> None:
    page = show(watch, panel)
    to_month(page, "May 2024")
    nought, nothing = tile(page, MALUKU), tile(page, "11")
    expect(nought.locator(".value")).to_have_text("0")
    expect(nothing).to_contain_text("nothing said")
    grounds = [
        each.evaluate("(tile) => getComputedStyle(tile).backgroundImage")
        for each in (nought, nothing)
    ]
    assert grounds[0] == "none"
    assert "gradient" in grounds[1]


def test_the_words_above_the_map_keep_to_one_year_a_sentence(panel: Path, watch: Watch) -> None:
    page = show(watch, panel)
    to_month(page, "May 2024")
    said = page.locator("#panel-summary").inner_text()
    assert said.startswith("1 of 38 provinces has a figure of 2024, up to May.")
    assert "1 more shows one of 2023." in said
    for sentence in re.split(r"(?<=\.)\s", said):
        assert len(set(re.findall(r"\b20\d\d\b", sentence))) <= 1, sentence


def test_suspect_figures_show_when_they_are_asked_for(panel: Path, watch: Watch) -> None:
    page = show(watch, panel)
    to_month(page, "August 2024")
    expect(tile(page, TENGAH)).to_contain_text("95.02")
    page.get_by_label("with suspect figures too").check()
    expect(tile(page, TENGAH)).to_contain_text("98.02?")
    expect(tile(page, TENGAH)).to_have_attribute("aria-label", re.compile("2024-08, suspect"))
    expect(page.locator("#panel-worth")).to_contain_text("at least 95 in 100 were right")
    page.get_by_label("with suspect figures too").uncheck()
    expect(tile(page, TENGAH)).to_contain_text("95.02")


def test_the_share_active_is_another_map(panel: Path, watch: Watch) -> None:
    page = show(watch, panel)
    to_month(page, "March 2024")
    page.get_by_role("radio", name="share active").check()
    expect(page.locator("#panel-map-title")).to_contain_text("Share active")
    expect(tile(page, TIMUR)).to_contain_text("79.36")
    expect(page.locator("#panel-legend")).to_contain_text("90% or more")


# --- a region -------------------------------------------------------------------------------------


def test_the_keyboard_leads_from_the_map_to_the_page_of_a_region(panel: Path, watch: Watch) -> None:
    page = show(watch, panel)
    tile(page, "32").focus()
    page.keyboard.press("ArrowRight")
    expect(tile(page, TENGAH)).to_be_focused()
    page.keyboard.press("Enter")
    title = page.locator("#panel-parts-title")
    expect(title).to_be_focused()
    expect(title).to_have_text("Regencies and cities of Jawa Tengah")
    expect(page.locator("#panel-regencies [data-code]")).to_have_count(35)
    page.keyboard.press("Tab")
    assert focus_of(page).is_marked
    first = page.locator(":focus").get_attribute("data-code")
    page.keyboard.press("End")
    assert page.locator(":focus").get_attribute("data-code") != first
    tile(page, KUDUS, "#panel-regencies").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-region-title")).to_be_focused()
    expect(page.locator("#panel-region-title")).to_have_text("Kabupaten Kudus")
    assert page.url.endswith("#region-33.19")


def test_a_map_is_one_stop_of_the_tab_key(panel: Path, watch: Watch) -> None:
    page = show(watch, panel)
    stops = page.locator("#panel-provinces [data-code][tabindex='0']")
    expect(stops).to_have_count(1)
    tile(page, TIMUR).focus()
    expect(stops).to_have_count(1)


def test_a_click_on_a_province_shows_it_and_a_second_one_leads_there_again(
    panel: Path, watch: Watch
) -> None:
    page = show(watch, panel)
    tile(page, TENGAH).click()
    expect(page.locator("#panel-parts-title")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    tile(page, TENGAH).click()
    expect(page.locator("#panel-parts-title")).to_be_in_viewport()
    page.go_back()
    assert "#region" not in page.url


def test_the_page_of_a_region_has_all_that_is_said_of_it(panel: Path, watch: Watch) -> None:
    page = show(watch, panel, "#region-33.19")
    region = page.locator("#panel-region")
    rows = region.locator(".cells tbody tr")
    expect(rows).to_have_count(3)
    first = rows.first
    expect(first).to_contain_text("98.9%")
    expect(first).to_contain_text("sources disagree")
    expect(first).to_contain_text("96.1% (1 report)")
    expect(first).to_contain_text("what the verifier has no doubts about")
    expect(first.locator("q").first).to_be_visible()  # what is disputed is open
    expect(rows.nth(1).locator("q")).to_be_hidden()
    rows.nth(1).locator("summary").click()
    expect(rows.nth(1).locator("q mark")).to_have_text("97.41 persen")
    expect(region).to_contain_text("coverage rate for 2024 98%")
    expect(region.locator(".missing")).to_contain_text("share active: 2023")
    expect(region.locator(".missing")).to_contain_text("a target of its own")


def test_each_point_of_a_series_says_what_it_is(panel: Path, watch: Watch) -> None:
    page = show(watch, panel, "#region-33.19")
    points = page.locator("#panel-region [data-point]")
    expect(points).to_have_count(3)
    labels = [each.get_attribute("aria-label") for each in points.all()]
    assert labels[0] == "registered 97.41%, 2023-05, verified, 1 independent report"
    assert "sources disagree: 96.1% to 98.9%" in str(labels[1])
    assert str(labels[2]).startswith("active 81.2%, 2024, verified")
    points.first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel-region .readout")).to_contain_text("98.9%, 2024-05")
    expect(page.locator("#panel-region line.aim").first).to_be_attached()


def test_suspect_figures_are_drawn_when_they_are_asked_for(panel: Path, watch: Watch) -> None:
    page = show(watch, panel, "#region-33")
    points = page.locator("#panel-region [data-point]")
    expect(points).to_have_count(1)
    page.get_by_role("button", name="draw them too").click()
    expect(points).to_have_count(2)
    expect(page.get_by_label("with suspect figures too")).to_be_checked()


def test_a_region_that_nothing_is_said_of_says_so(panel: Path, watch: Watch) -> None:
    page = show(watch, panel, "#region-11.01")
    region = page.locator("#panel-region")
    expect(region).to_contain_text("Nothing is said of its share registered or active.")
    expect(region).to_contain_text("share registered: of no time")
    expect(page.locator("#panel-parts-title")).to_have_text("Regencies and cities of Aceh")


def test_a_sentence_leads_to_its_number_in_its_article_and_back(panel: Path, watch: Watch) -> None:
    page = show(watch, panel, "#region-33.19")
    page.locator("#panel-region .cells a", has_text="kudus-2").first.click()
    expect(page.locator("#reader-title")).to_have_text("kudus-2")
    expect(page.locator("#article .card[aria-current]")).to_contain_text("98.9")
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    page.wait_for_url("**#region-33.19")
    expect(page.locator("#panel-region-title")).to_have_text("Kabupaten Kudus")


def test_a_region_is_found_by_its_name(panel: Path, watch: Watch) -> None:
    page = show(watch, panel)
    page.get_by_label("find a region").fill("kudu")
    expect(page.locator("#panel-matches")).to_have_text("1 region")
    expect(page.locator("#panel-found")).to_contain_text("Kabupaten Kudus 3 figures, 1 disputed")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-region-title")).to_be_focused()
    page.get_by_label("find a region").fill("nowhere")
    expect(page.locator("#panel-matches")).to_have_text("0 regions")


@pytest.mark.parametrize("part", ["#region-99", "#region-", "#region-33.19.1", "#region-%E0%A4%A"])
def test_an_address_of_no_region_does_no_harm(panel: Path, watch: Watch, part: str) -> None:
    page = show(watch, panel, part)
    expect(page.locator("#panel-region")).to_be_hidden()
    expect(tile(page, TENGAH)).to_be_visible()


# --- untrusted, and for everybody -----------------------------------------------------------------


def test_markup_of_others_is_text_on_the_page_of_a_region(
    hostile_report: Path, watch: Watch
) -> None:
    page = show(watch, hostile_report, "#region-35.79")
    region = page.locator("#panel-region")
    expect(region.locator(".cells tbody tr").first).to_be_visible()
    for summary in region.locator("summary").all():
        summary.click()
    words = region.locator(".cells").evaluate("(cells) => cells.textContent")
    for number, payload in enumerate(map(shown, PAYLOADS)):
        assert f"{number} {payload}" in words
    assert region.locator("script, img, iframe, object, style").count() == 0
    assert page.evaluate("window.taken") is None
    assert excess_width(page) <= 0


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", [*SIZES.values(), NARROW], ids=[*SIZES, "narrow"])
def test_no_part_of_it_keeps_anybody_out(
    panel: Path, watch: Watch, scheme: Scheme, size: ViewportSize
) -> None:
    page = show(watch, panel, "#region-33.19", scheme=scheme, size=size)
    expect(page.locator("#panel-region-title")).to_be_visible()
    page.get_by_label("with suspect figures too").check()
    page.get_by_label("find a region").fill("sem")
    for summary in page.locator("#panel summary").all():
        summary.click()
    assert faults_of(page) == ""
    assert excess_width(page) <= 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_outlines_take_the_place_of_tiles(drawn: Path, watch: Watch, scheme: Scheme) -> None:
    page = show(watch, drawn, scheme=scheme)
    to_month(page, "May 2024")
    provinces = page.locator("#panel-provinces")
    expect(provinces.locator("svg [data-code]")).to_have_count(2)
    assert tile(page, TENGAH).get_attribute("class") == "place share-3"
    # What has no outline is not lost.
    expect(tile(page, "11")).to_contain_text("nothing said")
    tile(page, TENGAH).locator("path").click()
    expect(page.locator("#panel-regencies svg [data-code]")).to_have_count(1)
    expect(page.locator("#panel-regencies .flow [data-code]")).to_have_count(34)
    tile(page, KUDUS, "#panel-regencies").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-region-title")).to_have_text("Kabupaten Kudus")
    assert faults_of(page) == ""
    assert page.evaluate("window.taken") is None


def test_nothing_moves_for_those_who_want_it_still(panel: Path, watch: Watch) -> None:
    page = show(watch, panel, "#region-33.19", motion="reduce")
    expect(page.locator("#panel-region-title")).to_be_visible()
    assert moving_parts(page) == []


def test_without_a_script_the_latest_figures_are_a_table(panel: Path, watch: Watch) -> None:
    watch.places.append(panel.as_uri())
    page = watch.page(scripts=False, size=PHONE)
    page.goto(panel.as_uri())
    row = page.locator("#panel-latest tr", has_text="Jawa Tengah")
    expect(row).to_be_visible()
    expect(row).to_contain_text("95.02%")
    expect(page.locator("#panel-desk")).to_be_hidden()


def test_on_paper_the_map_and_the_region_are_there_and_the_controls_are_not(
    panel: Path, watch: Watch
) -> None:
    page = show(watch, panel, "#region-33.19")
    expect(page.locator("#panel-region-title")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#panel-controls")).to_be_hidden()
    expect(tile(page, TENGAH)).to_be_visible()
    expect(page.locator("#panel-legend")).to_be_visible()
    expect(page.locator("#panel-region .cells tr").first).to_be_visible()
