"""Take pictures of every kind of page of the report and the review, to be looked at.

The run is the recorded answers of the embedded model on a labelled set, so no model is needed; a
reviewer has decided on some of it. Each page is taken light and dark, wide and on a phone, and the
report as it comes on paper: `python3 tasks.py screenshots [NAME...]`.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.serving import reviewing, write_report
from tests.browser.watching import SCHEMES, SIZES, Watch, launch
from tests.decided_run import accept_all, settle
from tests.recorded_run import make_recorded_run
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_articles

OUT: Final = Path(__file__).resolve().parent.parent / ".reports" / "screenshots"

PAPER: Final[ViewportSize] = {"width": 794, "height": 1123}  # A4 at 96 dots an inch
PAGES_OF_PAPER: Final = 3
REGION: Final = "71.02"
"""A region of which the run has much to say, and sources disagree."""


def main(names: Sequence[str]) -> None:
    """Take those pictures whose names begin with one that is given, or all."""
    if not names:
        shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = Path(folder) / "dev.db"
        make_recorded_run(run)
        decide_some(run)
        report = write_report(run, Path(folder) / "report.html")
        browser = launch(playwright)
        taken = [*of_report(browser, report, names), *of_review(browser, run, names)]
        browser.close()
    print(f"{len(taken)} pictures in {OUT}")


def decide_some(run: Path) -> None:
    """What reviewers may have done by noon: some articles whole, of others a fact or two."""
    with Ledger.review(run) as ledger:
        done = list(islice(reviewed_articles(ledger), 8))
        for article in done[:3]:
            accept_all(ledger, article.key)
        for article in done[3:]:
            decide_on_one(ledger, article)


def decide_on_one(ledger: Ledger, article: ReviewedArticle) -> None:
    """Refuse the first fact, and call the second a target."""
    facts = [item for item in article.items if item.said]
    if len(facts) > 1:
        settle(ledger, article.key, facts[0].id, "reject", by="Budi")
        settle(ledger, article.key, facts[1].id, "correct", by="Budi", status="target")


# --- the pictures ---------------------------------------------------------------------------------


def of_report(browser: Browser, report: Path, names: Sequence[str]) -> Iterator[Path]:
    """The report: its top, the panel, the table, an article, and the whole of it; then on paper."""
    address = report.as_uri()
    for view in views(browser, names, address):
        page, take = view.page, view.take
        page.goto(address)
        page.locator("html[data-ready]").wait_for(state="attached")
        yield from take("report")
        yield from take("report-whole", whole=True)
        page.get_by_label("with suspect figures too").check()
        page.goto(f"{address}#panel")
        yield from take("report-panel")
        page.goto(f"{address}#region-{REGION}")
        page.locator("#panel-region-title").wait_for()
        yield from take("report-region")
        page.goto(f"{address}#pictures")
        yield from take("report-pictures")
        page.goto(f"{address}#facts")
        yield from take("report-table")
        page.locator("button.tile[data-state=suspect]").click()
        page.locator("#facts-table tbody a").first.click()
        page.locator("#reader[open]").wait_for()
        yield from take("report-article")
    if wants("report-print", names):
        yield from on_paper(browser, address)


def of_review(browser: Browser, run: Path, names: Sequence[str]) -> Iterator[Path]:
    """The review: the queue, an article, the choices of a field, the keys, and two who disagree."""
    if not wants("review", names):
        return
    with reviewing(run, reviewer="Ani") as start, reviewing(run, reviewer="Citra") as other:
        places = [each.partition("/start?")[0] for each in (start, other)]
        for view in views(browser, names, *places):
            page, take = view.page, view.take
            page.goto(start)
            yield from take("review-queue")
            page.keyboard.press("n")
            page.locator("#decide").wait_for()
            article = urlsplit(page.url).path
            yield from take("review-article", whole=True)
            page.keyboard.press("x")
            yield from take("review-others")
            page.goto(f"{places[0]}{article}?item=fact:0")
            yield from take("review-fact")
            page.keyboard.press("g")
            yield from take("review-correct")
            page.keyboard.press("Escape")
            page.keyboard.press("?")
            yield from take("review-keys")
            page.keyboard.press("Escape")
            with view.watch.expecting("answer 409", "status of 409"):
                disagree(page, other, f"{places[1]}{article}?item=fact:0")
            yield from take("review-conflict")


def disagree(page: Page, start: str, item: str) -> None:
    """Let somebody else decide first on what a page is about, and then the page too."""
    rival = page.context.new_page()
    rival.goto(start)
    rival.goto(item)
    # Whatever was decided last, this is something else.
    for key in ("r", "a"):
        with rival.expect_navigation():
            rival.keyboard.press(key)
        rival.goto(item)
    rival.close()
    page.keyboard.press("r")
    page.get_by_role("heading", name="meanwhile").wait_for()


def on_paper(browser: Browser, address: str) -> Iterator[Path]:
    """The report's first pages as they are printed, and the file that a printer gets."""
    watch = Watch(browser, address)
    page = watch.page(size=PAPER)
    page.goto(address)
    page.locator("html[data-ready]").wait_for(state="attached")
    page.emulate_media(media="print")
    for place in range(PAGES_OF_PAPER):
        path = OUT / f"report-print-{place + 1}.png"
        clip = {"x": 0, "y": place * PAPER["height"], **PAPER}
        page.screenshot(path=path, full_page=True, clip=clip)  # type: ignore[arg-type]
        yield path
    page.pdf(path=OUT / "report-print.pdf", format="A4", print_background=True)
    yield OUT / "report-print.pdf"
    close(watch)


class View(NamedTuple):
    """A page in one light and size, and what goes wrong on it."""

    page: Page
    watch: Watch
    suffix: str
    names: Sequence[str]

    def take(self, name: str, *, whole: bool = False) -> Iterator[Path]:
        """Take one picture, if it is wanted."""
        if wants(name, self.names):
            path = OUT / f"{name}-{self.suffix}.png"
            # What moves comes to rest.
            self.page.screenshot(path=path, full_page=whole, animations="disabled")
            yield path


def views(browser: Browser, names: Sequence[str], *places: str) -> Iterator[View]:
    """An empty page for every light and size."""
    for size_name, size in SIZES.items():
        for scheme in SCHEMES:
            watch = Watch(browser, *places)
            page = watch.page(scheme=scheme, size=size, motion="reduce")
            yield View(page, watch, f"{size_name}-{scheme}", names)
            close(watch)


def wants(name: str, names: Sequence[str]) -> bool:
    """Whether a picture is among those that were asked for."""
    return not names or any(name.startswith(each) or each.startswith(name) for each in names)


def close(watch: Watch) -> None:
    """Close the pages, and say what went wrong on them."""
    watch.close()
    for complaint in watch.complaints:
        print(complaint, file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
