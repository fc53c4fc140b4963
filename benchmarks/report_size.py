"""How large the report of many articles is, how long it takes to make, and how soon it is usable.

Usage: python -m benchmarks.report_size [--articles 2000]

The articles are those of benchmarks/batch_articles (variants of examples/), read without a model.
Printed are the size of the report, the time to make it beside the time to read the same ledger, and
what Chromium needs until the first rows of the table are drawn, until a filter shows its rows, and
until an article is open; each the median of five.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.batch_articles import make_article
from tests.browser.watching import launch
from uhc_llm import Document, Extractor
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import reviewed_articles
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.report import write_report

ROUNDS: Final = 5
_AT: Final = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def make_run(path: Path, count: int) -> None:
    """Write a run over so many articles, read by the words around their numbers."""
    with Ledger.write(path) as ledger, Extractor(strategy="code") as extractor:
        settings = ledger.note_settings(extractor.settings)
        for number in range(count):
            row = make_article(number)
            day = datetime.fromisoformat(row["published"]).date()
            document = Document(text=row["text"], id=row["id"], url=row["url"], published=day)
            key = work_key(document.text, document.published, settings)
            ledger.add([Work(key, document, f"{document.id}.txt")], settings)
            ledger.record([Attempt(key, _AT, _AT, extraction=extractor.extract(document))])


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _read(run: Path) -> int:
    with Ledger.read(run) as ledger:
        return sum(len(article.items) for article in reviewed_articles(ledger))


def _first_rows(page: Page, address: str) -> None:
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("#facts-table tbody tr td a")


def _filtered(page: Page) -> None:
    page.select_option("#filter-metric", "budget")
    page.wait_for_function(
        "document.querySelector('#facts-table tbody tr td:nth-child(3)').textContent === 'budget'"
    )


def _opened(page: Page, number: int) -> None:
    page.evaluate("number => { location.hash = `#article-${number}` }", number)
    page.wait_for_function(
        "number => document.querySelector('#place').textContent.startsWith(`${number + 1} of`)",
        arg=number,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Make a run and its report, open it, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    count: int = parser.parse_args(arguments).articles
    with tempfile.TemporaryDirectory() as folder:
        run, out = Path(folder) / "run.db", Path(folder) / "report.html"
        make_run(run, count)
        reading = timed(lambda: _read(run))
        making = timed(lambda: write_report(run, out))
        size = out.stat().st_size
        print(f"{count:,} articles, {_read(run):,} items")
        print(f"size: {size / 1e6:.1f} MB, {size / count / 1e3:.1f} KB an article")
        print(f"made in {making:.1f} s, {making / reading:.1f} times reading the ledger")
        with sync_playwright() as playwright, launch(playwright) as browser:
            page = browser.new_page()
            address = out.as_uri()
            rows = [timed(partial(_first_rows, page, address)) for _ in range(ROUNDS)]
            filtered = timed(partial(_filtered, page))
            # Each lies in another pack.
            places = range(0, count, max(1, count // ROUNDS))
            articles = [timed(partial(_opened, page, place)) for place in places]
        print(f"first rows of the table: {statistics.median(rows):.2f} s")
        print(f"a filter: {filtered:.2f} s")
        print(f"an article: {statistics.median(articles):.2f} s")


if __name__ == "__main__":
    main()
