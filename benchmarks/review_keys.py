"""How many keys the review of ten articles takes, and how right the gold is that comes of it.

Usage: python -m benchmarks.review_keys                    replays the keys of a review
       python -m benchmarks.review_keys --review NAME      reviews, with keys from standard input

The run is that of ten articles of eval/dev, every fourth, with the recorded answers of the embedded
model. A review reads lines of keys, set apart by spaces, presses them in Chromium, and prints the
page as text after each line; its keys go into benchmarks/results/review_keys.jsonl. A replay
presses the same keys on the same run. Printed are the keys, how many decisions they made, how long
the pages took, and how right the run and the gold of the review are by the labels of eval/dev,
which the reviewer does not see.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from playwright.sync_api import Page, sync_playwright

from benchmarks.corpus import ROOT
from tests.browser.serving import reviewing
from tests.browser.watching import launch
from tests.recorded_run import labelled_documents, make_recorded_run
from uhc_llm.batch.decisions import history
from uhc_llm.batch.gold import export_gold
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import reviewed_articles
from uhc_llm.evaluation import (
    LEVELS,
    GoldArticle,
    LabelledFact,
    Prediction,
    Report,
    load_gold,
    make_report,
)

GOLD: Final = ROOT / "eval" / "dev.gold.jsonl"
RECORDED: Final = ROOT / "benchmarks" / "results" / "review_keys.jsonl"
EVERY: Final = 4
ARTICLES: Final = 10
_SETTLES: Final = 400  # milliseconds in which a key that leads to another page begins to


class Key(NamedTuple):
    """A key, and whether another page came of it."""

    key: str
    leads: bool


def articles() -> list[str]:
    """The ids of the articles that are reviewed."""
    ids = [str(document.id) for document in labelled_documents(GOLD)]
    return ids[::EVERY][:ARTICLES]


@contextmanager
def _desk(run: Path, reviewer: str) -> Iterator[Page]:
    with (
        reviewing(run, reviewer=reviewer) as address,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        page = browser.new_page()
        page.goto(address)
        yield page


# --- a review -------------------------------------------------------------------------------------


def review(run: Path, reviewer: str) -> list[Key]:
    """Press the keys that come on standard input, and show what is on the page."""
    pressed: list[Key] = []
    with _desk(run, reviewer) as page:
        print(page.inner_text("body"), flush=True)
        for line in sys.stdin:
            for key in line.split():
                pressed.append(Key(key, _press(page, key)))
            print(f"\n=== {page.url.partition('//')[2].partition('/')[2]}")
            print(page.inner_text("body"), flush=True)
    return pressed


def _press(page: Page, key: str) -> bool:
    """Press a key, and wait for the page that may come of it."""
    pages: list[str] = []
    page.on("framenavigated", lambda frame: pages.append(frame.url))
    page.keyboard.press(key)
    page.wait_for_timeout(_SETTLES)
    page.wait_for_load_state()
    return bool(pages)


# --- a replay -------------------------------------------------------------------------------------


def replay(run: Path, reviewer: str, keys: Iterable[Key]) -> float:
    """Press the keys of a review again; returns the seconds that the pages took."""
    with _desk(run, reviewer) as page:
        start = time.perf_counter()
        for key, leads in keys:
            if leads:
                with page.expect_navigation():
                    page.keyboard.press(key)
            else:
                page.keyboard.press(key)
        return time.perf_counter() - start


# --- what came of it ------------------------------------------------------------------------------


def _as_said(run: Path) -> list[Prediction]:
    with Ledger.read(run) as ledger:
        return [
            Prediction(
                id=str(article.document.id),
                facts=tuple(
                    LabelledFact(
                        value=fact.value,
                        upper=fact.upper,
                        unit=fact.unit,
                        metric=fact.metric,
                        status=fact.status,
                        region_code=fact.region.code if fact.region else None,
                        period=fact.period.iso if fact.period else None,
                        segment=fact.segment,
                        qualifier=fact.qualifier,
                        start=fact.evidence.start if fact.evidence else None,
                    )
                    for fact in article.extraction.facts
                ),
            )
            for article in reviewed_articles(ledger)
        ]


def _as_reviewed(run: Path) -> list[Prediction]:
    out = run.with_name("reviewed.jsonl")
    counts = export_gold(run, out)
    if counts.open:
        print(f"{counts.open} articles are not reviewed to the end")
    if not counts.written:
        return []
    return [Prediction(id=article.id, facts=article.facts) for article in load_gold(out)]


def _line(name: str, report: Report) -> str:
    return f"{name:12}" + "  ".join(f"{level} {report.levels[level].f1:.3f}" for level in LEVELS)


def show(run: Path, keys: Sequence[Key], seconds: float | None) -> None:
    """Print how many keys it took, and how right the facts were before and are now."""
    wanted = set(articles())
    gold: list[GoldArticle] = [each for each in load_gold(GOLD) if each.id in wanted]
    with Ledger.read(run) as ledger:
        reviewed = list(reviewed_articles(ledger))
        decisions = list(history(ledger))
    facts = sum(len(article.facts) for article in reviewed)
    items = sum(len(article.items) for article in reviewed)
    states = Counter(item.state for article in reviewed for item in article.items)
    print(f"{len(reviewed)} articles, {items} items, {facts} facts stand after the review")
    print(f"{len(keys)} keys: {len(keys) / facts:.2f} a fact, {len(keys) / items:.2f} an item")
    print(
        f"keys: {', '.join(f'{key} {n}' for key, n in Counter(k.key for k in keys).most_common())}"
    )
    print(f"decisions: {len(decisions)}, {len({d.step for d in decisions})} steps; {dict(states)}")
    if seconds is not None:
        print(f"the pages took {seconds / len(keys) * 1000:.0f} ms a key")
    print(_line("the run", make_report(gold, _as_said(run))))
    print(_line("the review", make_report(gold, _as_reviewed(run))))


def main(arguments: Sequence[str] | None = None) -> None:
    """Review, or replay a review, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--review", metavar="NAME", help="of the reviewer; keys come from stdin")
    reviewer: str | None = parser.parse_args(arguments).review
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run.db"
        make_recorded_run(run, "dev", articles())
        if reviewer:
            keys, seconds = review(run, reviewer), None
            line = {"reviewer": reviewer, "keys": keys}
            RECORDED.write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
        else:
            line = json.loads(RECORDED.read_text("utf-8"))
            keys = [Key(*each) for each in line["keys"]]
            seconds = replay(run, line["reviewer"], keys)
        show(run, keys, seconds)


if __name__ == "__main__":
    main()
