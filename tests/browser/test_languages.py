"""The pages in Indonesian: nothing of them is English, and they keep nobody out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.serving import reviewing, write_report
from tests.browser.watching import PHONE, SIZES, Scheme, Watch, excess_width, faults_of
from tests.english import english_in

pytestmark = pytest.mark.browser

# What a page says and reads out, without what articles say and what is called in English.
_SAID = """
() => {
  const apart = "script, style, code, kbd, q, blockquote, .text, [lang]:not(html), option";
  const found = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent);
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(apart)) return;
    for (const name of ["title", "alt", "aria-label", "placeholder", "aria-valuetext"]) {
      if (node.hasAttribute(name)) found.push(node.getAttribute(name));
    }
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return [document.title, ...found].map((each) => each.trim()).filter(Boolean);
}
"""


def english_left(page: Page) -> list[str]:
    """The pieces of a page, as scripts have made it, with English in them."""
    said: list[str] = page.evaluate(_SAID)
    assert len(said) > 20
    return [piece for piece in said if english_in(piece)]


@pytest.fixture(scope="session")
def indonesian(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the examples' run, in Indonesian."""
    out = tmp_path_factory.mktemp("report") / "laporan.html"
    return write_report(examples, out, "--lang", "id")


@pytest.fixture(scope="module")
def looked_at(examples: Path) -> Iterator[str]:
    """The address of a review in Indonesian, in which nobody decides anything."""
    with reviewing(examples, "--lang", "id", reviewer="Ani") as address:
        yield address


@pytest.fixture
def watch(browser: Browser, looked_at: str, indonesian: Path) -> Iterator[Watch]:
    """Opens pages of both."""
    watching = Watch(browser, looked_at.partition("start?")[0], indonesian.as_uri())
    yield watching
    watching.close()
    assert watching.complaints == []


def show(page: Page, report: Path, part: str = "") -> Page:
    """Open a report, and wait until it is ready."""
    page.goto(f"{report.as_uri()}{part}")
    page.locator("html[data-ready]").wait_for(state="attached")
    return page


def parts_of_report(page: Page, report: Path) -> Iterator[str]:
    """Go to every kind of part of the report, and say its name."""
    show(page, report)
    yield "the top"
    page.get_by_label("sertakan angka meragukan").check()
    yield "with suspect figures"
    page.get_by_role("radio", name="tingkat keaktifan").check()
    yield "the share active"
    page.get_by_role("searchbox", name="cari wilayah").fill("kota")
    yield "regions that are found"
    for code in ("35.72", "33", "ID"):
        show(page, report, f"#region-{code}")
        page.locator("#panel-region-title").wait_for()
        yield f"region {code}"
    show(page, report, "#article-1")
    page.locator("#reader-title").wait_for()
    page.evaluate(
        "document.querySelectorAll('#article details').forEach((e) => { e.open = true; })"
    )
    yield "an article"


def kinds_of_page(page: Page, address: str) -> Iterator[str]:
    """Go to one page of every kind of the review, and say its name."""
    page.goto(address)
    yield "queue"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Tombol")).to_be_visible()
    yield "keys"
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/article/*")
    yield "a number"
    page.goto(page.url.split("?")[0] + "?item=fact:0")
    yield "a fact"
    for key in "mgpstlx":
        page.keyboard.press(key)
        yield f"choices by {key}"
        page.keyboard.press("Escape")


# The colours are those of the English pages, which are looked at in every way.
LOOKS = pytest.mark.parametrize(
    ("size", "scheme"), [(SIZES["wide"], "light"), (SIZES["phone"], "dark")], ids=["wide", "phone"]
)


# --- the report -----------------------------------------------------------------------------------


def test_nothing_of_the_report_is_english(indonesian: Path, watch: Watch) -> None:
    page = watch.page()
    left = {part: english_left(page) for part in parts_of_report(page, indonesian)}
    assert [kind for kind in left.items() if kind[1]] == []
    assert len(left) == 8


@LOOKS
def test_the_report_keeps_nobody_out(
    indonesian: Path, watch: Watch, scheme: Scheme, size: ViewportSize
) -> None:
    page = watch.page(scheme=scheme, size=size)
    faults = {part: faults_of(page) for part in parts_of_report(page, indonesian)}
    assert faults == dict.fromkeys(faults, "")


def test_nothing_of_the_report_is_wider_than_a_phone(indonesian: Path, watch: Watch) -> None:
    page = watch.page(size=PHONE)
    wider = {part: excess_width(page) for part in parts_of_report(page, indonesian)}
    assert wider == dict.fromkeys(wider, 0)


def test_the_tables_write_numbers_and_times_as_indonesian_does(
    indonesian: Path, watch: Watch
) -> None:
    page = show(watch.page(), indonesian)
    page.get_by_role("combobox", name="baris per halaman").first.select_option("500")
    cells = page.locator("#facts-table tbody td:nth-child(4)").all_inner_texts()
    assert [each for each in cells if re.search(r"\d,\d{1,2}%", each)]
    assert not [each for each in cells if re.search(r"\d\.\d{1,2}\b", each)]
    times = page.locator("#facts-table tbody td:nth-child(2)").all_inner_texts()
    assert not [each for each in times if re.search(r"\d-\d", each)]
    # In the order of time, and not of the alphabet.
    head = page.get_by_role("columnheader", name="periode")
    head.locator("[role=button]").first.click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    times = page.locator("#facts-table tbody td:nth-child(2)").all_inner_texts()
    years = [re.search(r"\d{4}$", each) for each in times if each]
    found = [int(each[0]) for each in years if each]
    assert found == sorted(found)
    assert len(set(found)) > 3


def test_rows_are_saved_as_a_spreadsheet_there_reads_them(indonesian: Path, watch: Watch) -> None:
    page = show(watch.page(), indonesian)
    page.locator("#filter-metric").select_option("cakupan kepesertaan")
    with page.expect_download() as download:
        page.get_by_role("button", name="simpan baris ini sebagai CSV").click()
    assert download.value.suggested_filename == "fakta.csv"
    head, *rows = download.value.path().read_text("utf-8-sig").splitlines()
    assert head == (
        "wilayah;provinsi;periode;indikator;nilai;dalam teks;status;segmen;hasil verifikasi;"
        "artikel;keyakinan"
    )
    values = [row.split(";")[4] for row in rows]
    assert [each for each in values if re.fullmatch(r"\d+,\d+", each)]
    assert all(re.fullmatch(r"\d+(,\d+)?", each) for each in values)
    assert page.get_by_text(f"{len(rows)} baris disimpan").count() == 1


# --- the review -----------------------------------------------------------------------------------


def test_nothing_of_the_review_is_english(looked_at: str, watch: Watch) -> None:
    page = watch.page()
    left = {kind: english_left(page) for kind in kinds_of_page(page, looked_at)}
    assert [kind for kind in left.items() if kind[1]] == []
    assert len(left) == 11


@LOOKS
def test_the_review_keeps_nobody_out(
    looked_at: str, watch: Watch, scheme: Scheme, size: ViewportSize
) -> None:
    page = watch.page(scheme=scheme, size=size)
    faults = {kind: faults_of(page) for kind in kinds_of_page(page, looked_at)}
    assert faults == dict.fromkeys(faults, "")


def test_nothing_of_the_review_is_wider_than_a_phone(looked_at: str, watch: Watch) -> None:
    page = watch.page(size=PHONE)
    wider = {kind: excess_width(page) for kind in kinds_of_page(page, looked_at)}
    assert wider == dict.fromkeys(wider, 0)


def test_the_language_is_changed_by_a_link_and_stays(looked_at: str, watch: Watch) -> None:
    page = watch.page()
    page.goto(looked_at)
    expect(page.locator("html")).to_have_attribute("lang", "id")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Articles to review")
    page.wait_for_load_state()  # the script that hears the keys comes last
    page.keyboard.press("n")
    page.wait_for_url("**/article/*")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    item = page.locator("#decide input[name=item]").input_value()
    page.get_by_role("link", name="Bahasa Indonesia").click()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    assert page.locator("#decide input[name=item]").input_value() == item
