"""What a notebook is given, in a browser: in light and dark, on a phone, and beside others."""

from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import expect

from tests.browser.runs import PAYLOADS
from tests.browser.watching import PHONE, Watch, faults_of
from tests.decided_run import example
from uhc_llm import Extractor, scan, show, verify

pytestmark = pytest.mark.browser

GROUNDS: Final = {"light": ("#ffffff", "#212121"), "dark": ("#111111", "#e0e0e0")}
"""The ground and the ink of a notebook's theme, whatever the system's is."""


def outputs(text: str) -> list[Any]:
    with Extractor(strategy="code") as extractor:
        extraction = extractor.extract(text)
    told = [{"value": 95.28, "unit": "percent", "metric": "coverage_rate"}]
    return [extraction, show(text, extraction), verify(text, told), scan(text)]


def notebook(
    path: Path, shown: list[Any], watch: Watch, theme: Literal["light", "dark"] = "light"
) -> str:
    """Write a page that holds outputs as a notebook's page does; return its address."""
    ground, ink = GROUNDS[theme]
    cells = "\n".join(f"<section>{each._repr_html_()}</section>" for each in shown)
    path.write_text(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>notebook</title>"
        f"<body style='background: {ground}; color: {ink}; font-family: sans-serif'>"
        f"<main><h1>notebook</h1>{cells}</main></body></html>",
        encoding="utf-8",
    )
    address = path.as_uri()
    watch.places.append(address)
    return address


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_every_theme_whatever_the_system_has(
    theme: Literal["light", "dark"], scheme: Literal["light", "dark"], tmp_path: Path, watch: Watch
) -> None:
    page = watch.page(scheme=scheme)
    shown = outputs(example("10-instruksi-sisipan").text)
    page.goto(notebook(tmp_path / "a.html", shown, watch, theme))
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert faults_of(page) == ""


def test_a_number_leads_to_its_card(tmp_path: Path, watch: Watch) -> None:
    page = watch.page()
    shown = outputs(example("10-instruksi-sisipan").text)
    page.goto(notebook(tmp_path / "a.html", shown, watch))
    page.get_by_role("link", name="99 persen").click()
    expect(page.locator(".card:target")).to_contain_text("speaks_to_machines")
    expect(page.locator(".card:target")).to_be_in_viewport()


def test_a_narrow_screen_scrolls_the_table_and_not_the_page(tmp_path: Path, watch: Watch) -> None:
    page = watch.page(size=PHONE)
    shown = outputs(example("09-format-pers").text)
    page.goto(notebook(tmp_path / "a.html", shown, watch))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_markup_in_an_article_does_nothing(tmp_path: Path, watch: Watch) -> None:
    page = watch.page()
    said = "Cakupan JKN Kota Batu {} 98,4 persen per 1 Mei 2024."
    shown = [each for payload in PAYLOADS for each in outputs(said.format(payload))]
    page.goto(notebook(tmp_path / "a.html", shown, watch))
    assert page.evaluate("window.taken") is None
    assert page.locator(".uhc-llm :is(script, img, iframe, svg, textarea)").count() == 0


def test_what_stands_beside_it_keeps_its_style(tmp_path: Path, watch: Watch) -> None:
    page = watch.page()
    address = notebook(tmp_path / "a.html", outputs(example("06-anggaran").text), watch)
    path = tmp_path / "a.html"
    beside = "<table id=other><tr><td>1</td></tr></table></main>"
    path.write_text(path.read_text("utf-8").replace("</main>", beside), encoding="utf-8")
    page.goto(address)
    measure = "getComputedStyle(document.querySelector('#other td')).borderTopWidth"
    assert page.evaluate(measure) == "0px"
    page.evaluate("for (const each of document.querySelectorAll('style')) each.remove()")
    assert page.evaluate(measure) == "0px"
