"""How much memory a long run needs beside a short one.

Usage: python -m benchmarks.batch_memory [--small 1000] [--large 50000] [--concurrency 50]

The provider answers after a twentieth of a second. Printed are the most memory that each run of the
command ever had resident, and the ratio.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.batch_articles import write_articles
from benchmarks.batch_command import Took, batch, ledger_rows, took, workplace
from benchmarks.fake_provider import running

GOAL: Final = 1.3
LATENCY: Final = 0.05


def peak(count: int, folder: Path, concurrency: int) -> Took:
    """What a run over so many documents takes."""
    articles, run = folder / f"{count}.jsonl", folder / f"{count}.db"
    write_articles(count, articles)
    with running(latency=LATENCY) as provider:
        used = took(batch(articles, run, "--concurrency", str(concurrency)), provider)
    states = dict(ledger_rows(run, "SELECT state, count(*) FROM documents GROUP BY state"))
    print(
        f"{count:7} documents: {used.peak / 1e6:6.1f} MB at most, {used.seconds:.0f} s, "
        f"{used.cpu / count * 1000:.1f} ms CPU a document, "
        f"ledger {run.stat().st_size / 1e6:.0f} MB, {states}",
        flush=True,
    )
    if used.code or states != {"done": count}:
        sys.exit(f"uhc-llm batch ended with {used.code}:\n{used.said}")
    return used


def main(arguments: Sequence[str]) -> None:
    """Print both peaks, and their ratio."""
    parser = argparse.ArgumentParser(
        prog="batch_memory", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--small", type=int, default=1000)
    parser.add_argument("--large", type=int, default=50_000)
    parser.add_argument("--concurrency", type=int, default=50)
    options = parser.parse_args(arguments)
    with workplace() as folder:
        small, large = (
            peak(count, folder, options.concurrency) for count in (options.small, options.large)
        )
    print(f"ratio {large.peak / small.peak:.3f} (goal: at most {GOAL})")


if __name__ == "__main__":
    main(sys.argv[1:])
