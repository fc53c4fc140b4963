"""A provider that lets so many requests a minute through, and a run that was not told.

Usage: python -m benchmarks.batch_limits [--documents 400] [--rpm 600] [--concurrency 50]

The provider refuses what is too much with 429; once it says when to come back, once it does not.
Every document must be done in the end. Printed are the share of the limit that was used, and how
many requests were refused; then the same with `--rpm`, where next to none may be.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.batch_articles import write_articles
from benchmarks.batch_command import batch, ledger_rows, took, workplace
from benchmarks.fake_provider import Settings, running
from benchmarks.fake_provider.settings import RetryAfter

LATENCY: Final = 0.2
BURST: Final = 5.0
MINUTE: Final = 60.0


class Case(NamedTuple):
    """What the provider says of waiting, and what our command is told of the limit."""

    retry_after: RetryAfter
    is_told: bool


CASES: Final = (Case("both", False), Case("none", False), Case("both", True))


def one(case: Case, articles: Path, folder: Path, options: argparse.Namespace) -> bool:
    """One run, on one printed line; whether every document is done."""
    run = folder / f"{case.retry_after}-{case.is_told}.db"
    told = ("--rpm", str(options.rpm)) if case.is_told else ()
    command = batch(articles, run, "--concurrency", str(options.concurrency), *told)
    limited = Settings(latency=LATENCY, rpm=options.rpm, burst=BURST, retry_after=case.retry_after)
    with running(limited) as provider:
        used = took(command, provider)
        stats = provider.stats()
    states = dict(ledger_rows(run, "SELECT state, count(*) FROM documents GROUP BY state"))
    # What may come at once at the start is no merit.
    through = stats["answered"] - options.rpm * BURST / MINUTE
    rate = through / (stats["last_answer"] - stats["first_request"]) * MINUTE
    print(
        f"retry-after {case.retry_after:5}{'--rpm' if case.is_told else 'untold':>8}: "
        f"ended with {used.code} after {used.seconds:.0f} s, {states}, "
        f"{rate / options.rpm:.2f} of the limit used, {stats['statuses'].get('429', 0)} refused",
        flush=True,
    )
    return states == {"done": options.documents}


def main(arguments: Sequence[str]) -> None:
    """Run all cases; end with 1 when a document is not done."""
    parser = argparse.ArgumentParser(
        prog="batch_limits", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--rpm", type=int, default=600)
    parser.add_argument("--concurrency", type=int, default=50)
    options = parser.parse_args(arguments)
    print(f"{options.documents} documents, {options.rpm} requests a minute are let through")
    with workplace() as folder:
        articles = folder / "articles.jsonl"
        write_articles(options.documents, articles)
        ended = [one(case, articles, folder, options) for case in CASES]
    print("as it must be" if all(ended) else "NOT as it must be")
    sys.exit(0 if all(ended) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
