"""How long a panel takes, and how much memory, by how many facts a run has.

    python -m benchmarks.panel_scale [--documents 200000] [--small 20000]

The runs are made: documents with five facts each, of any region, month and indicator, one in four
of them a copy of the one before. Each panel is written by a process of its own, as a CSV file; what
is printed is its time, the most memory that it ever had resident, and the ratio of both.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from uhc_llm.batch.ledger import Ledger
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import METRICS

FACTS: Final = 5
_FIRST: Final = date(2019, 1, 1)
_DAYS: Final = 2200
_COPIES: Final = 4
_INDICATORS: Final = ("coverage_rate", "active_rate", "participants", "population", "uninsured")


def make_run(path: Path, documents: int) -> None:
    """Make a run with so many documents, by rows alone."""
    chance = random.Random(1)  # noqa: S311 - the same run each time
    regions = list(gazetteer().by_code.values())
    with Ledger.write(path) as ledger, ledger.transaction() as db:
        db.execute("INSERT INTO settings VALUES ('s', '{}', 'now')")
        for name, rows in _tables(documents, regions, chance):
            marks = ", ".join("?" * len(rows[0]))
            db.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608 (our own names)


def _tables(
    documents: int, regions: Sequence[Any], chance: random.Random
) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """The rows of some documents after the other."""
    facts: list[tuple[Any, ...]] = []
    last: list[tuple[Any, ...]] = []
    day = _FIRST
    for number in range(1, documents + 1):
        key, is_copy = f"k{number}", number % _COPIES == 0 and bool(last)
        if is_copy:
            day += timedelta(days=1)
            facts = last
        else:
            day = _FIRST + timedelta(days=chance.randrange(_DAYS))
            facts = last = [_fact(regions, day, chance) for _ in range(FACTS)]
        text = f"Berita {number}. " + " ".join(str(fact[-1]) for fact in facts)
        yield (
            "documents",
            [
                (
                    number, key, key, key, day.isoformat(), None, None, text, len(text), "now",
                    "done", "s", None,
                )
            ],
        )  # fmt: skip
        yield "sources", [(key, key, key)]
        yield "extractions", [(key, "now", "{}", json.dumps({"strangeness": 0.03}))]
        yield (
            "facts (document_key, position, metric, value, unit, qualifier, status, region_code, "
            'region, level, province, period, period_source, segment, mention, start, "end", '
            "sentence, verdict, findings, rejected, confidence)",
            [(key, place, *fact) for place, fact in enumerate(facts)],
        )


def _fact(regions: Sequence[Any], day: date, chance: random.Random) -> tuple[Any, ...]:
    region, metric = chance.choice(regions), chance.choice(_INDICATORS)
    unit = METRICS[metric].unit  # type: ignore[index] # a metric
    value = (
        round(chance.uniform(60, 100), 2) if unit == "percent" else chance.randrange(10**4, 10**6)
    )
    sentence = f"{metric} {region.name} {value}."
    return (
        metric, value, unit, "exact", "actual", region.code, region.name, region.level,
        region.province, f"{day:%Y-%m}", "text", "all", str(value), 10, 15, sentence, "verified",
        "", 0, round(chance.random(), 3),
    )  # fmt: skip


_MEASURED: Final = """
import resource, sys, time
from uhc_llm.panel import write_panel
started = time.perf_counter()
written = write_panel(sys.argv[1], sys.argv[2])
took = time.perf_counter() - started
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, written.cells)
"""


def measured(documents: int) -> tuple[float, float]:
    """The seconds and the bytes at most of a panel of so many documents."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        run, out = Path(folder) / "run.db", Path(folder) / "panel.csv"
        started = time.perf_counter()
        make_run(run, documents)
        made = time.perf_counter() - started
        line = [sys.executable, "-c", _MEASURED, str(run), str(out)]
        said = subprocess.run(line, capture_output=True, text=True, check=True).stdout.split()
        seconds, peak, cells = float(said[0]), float(said[1]), int(said[2])
        print(
            f"{documents * FACTS:9,} facts of {documents:8,} documents: {seconds:7.1f} s, "
            f"{peak / 1e6:6.0f} MB at most, {cells:,} cells, {out.stat().st_size / 1e6:.0f} MB "
            f"(made in {made:.0f} s)",
            flush=True,
        )
    return seconds, peak


def main(arguments: Sequence[str]) -> int:
    """Print both, and their ratios."""
    parser = argparse.ArgumentParser(prog="panel_scale", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--small", type=int, default=20_000)
    options = parser.parse_args(arguments)
    small, large = measured(options.small), measured(options.documents)
    print(f"time {large[0] / small[0]:.1f} times, memory {large[1] / small[1]:.2f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
