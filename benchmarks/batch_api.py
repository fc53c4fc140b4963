"""`--via batch-api`: rounds, faults, and a process that is killed again and again.

The provider is benchmarks/fake_provider, whose batches take a set time. What is printed: how long
the program itself takes for a document, and, after a run that was killed at random moments, how
often a request was paid for twice.

Usage: python -m benchmarks.batch_api [--documents 2000] [--kills 20] [--faulty 0.3]
"""

import argparse
import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.batch_articles import CODE, write_articles
from benchmarks.fake_provider import FAULTS, Running, running
from uhc_llm import Document, Extractor
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.prices import price_of
from uhc_llm.batch.provider_batch import Terms, run_batch_api, under_way
from uhc_llm.batch.work import Work
from uhc_llm.llm.models import ModelName

_MODEL: Final = "openai/gpt-4.1-mini"
_KEY: Final = "fake-key"
_POLL: Final = 0.2


def run(url: str, documents: Path, ledger_file: Path, most_requests: int) -> dict[str, Any]:
    """One run, to its end: what the child process of every measurement does."""
    began, cpu = time.monotonic(), time.process_time()
    with Ledger.write(ledger_file) as ledger:
        settings = ledger.note_settings(Extractor(_MODEL, api_key=_KEY, base_url=url).settings)
        ledger.recover(keep=under_way(ledger))
        ledger.add(_works(documents, settings), settings)
        outcome = asyncio.run(
            run_batch_api(
                ledger,
                settings,
                ModelName.parse(_MODEL),
                Extractor,
                api_key=_KEY,
                base_url=url,
                price=price_of(_MODEL),
                terms=Terms(poll=_POLL, most_requests=most_requests),
            )
        )
        totals = ledger.totals()
        return {
            **outcome._asdict(),
            "seconds": round(time.monotonic() - began, 1),
            "cpu seconds": round(time.process_time() - cpu, 1),
            "peak megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "dollars": round(float(totals.cost), 4),
            "counts": ledger.counts()._asdict(),
        }


def _works(documents: Path, settings: str) -> list[Work]:
    rows = [json.loads(line) for line in documents.read_text("utf-8").splitlines()]
    return [
        Work(
            work_key(row["text"], None, settings),
            Document(text=row["text"], id=row["id"]),
            f"{documents}:{number}",
        )
        for number, row in enumerate(rows, 1)
    ]


def child(provider: Running, documents: Path, ledger: Path, most: int) -> subprocess.Popen[str]:
    """A run as a process of its own."""
    told = [provider.url, str(documents), str(ledger), str(most)]
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.batch_api", "--child", *told],
        stdout=subprocess.PIPE,
        text=True,
    )


def straight(documents: Path, folder: Path, faults: Mapping[Any, float]) -> dict[str, Any]:
    """A run that nobody disturbs."""
    with running(batch_seconds=1.0, tag=CODE, faults=faults) as provider:
        process = child(provider, documents, folder / "run.db", 50_000)
        said, _ = process.communicate()
        stats = provider.stats()
    with Ledger.read(folder / "run.db") as ledger:
        kinds = Counter(
            kind for (kind,) in ledger.rows("SELECT error_kind FROM attempts WHERE error <> ''")
        )
    figures: dict[str, Any] = json.loads(said)
    return {**figures, "answered": stats["requests"], "errors": dict(kinds)}


def killed(documents: Path, folder: Path, kills: int) -> dict[str, Any]:
    """A run that is killed at random moments, and gone on with each time."""
    chance = random.Random(1)  # noqa: S311 (no secret)
    count = len(documents.read_text("utf-8").splitlines())
    ledger_file = folder / "killed.db"
    left = kills
    with running(batch_seconds=2.0, tag=CODE) as provider:
        while True:
            process = child(provider, documents, ledger_file, most_requests(count))
            try:
                said, _ = process.communicate(timeout=chance.uniform(2.0, 12.0) if left else None)
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                left -= 1
        stats = provider.stats(detailed=True)
    with Ledger.read(ledger_file) as ledger:
        ((sound,),) = ledger.rows("PRAGMA integrity_check")
        ((extractions, distinct),) = ledger.rows(
            "SELECT count(*), count(DISTINCT document_key) FROM extractions"
        )
    return {
        "kills": kills - left,
        "integrity": sound,
        "extractions": extractions,
        "distinct": distinct,
        "answered": stats["requests"],
        "answered twice": stats["asked_again"],
        "last run": json.loads(said),
    }


def most_requests(count: int) -> int:
    """So that there are many batches to be killed between."""
    return max(1, count // 8)


def main() -> None:
    """Print all three."""
    if sys.argv[1:2] == ["--child"]:
        url, given, ledger, most = sys.argv[2:]
        print(json.dumps(run(url, Path(given), Path(ledger), int(most))))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--faulty", type=float, default=0.3)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = folder / "articles.jsonl"
        write_articles(told.documents, documents)
        faults = dict.fromkeys(FAULTS, told.faulty / len(FAULTS))
        for title, measure in (
            ("straight", partial(straight, faults={})),
            ("faulty", partial(straight, faults=faults)),
            ("killed", partial(killed, kills=told.kills)),
        ):
            place = folder / title
            place.mkdir()
            print(json.dumps({title: measure(documents, place)}, indent=2), flush=True)


if __name__ == "__main__":
    main()
