"""Kill the command again and again, and see that nothing is lost, doubled or paid for twice.

Usage: python -m benchmarks.batch_crash [--documents 1500] [--kills 20] [--seed 1]

One run, killed (SIGKILL) at random moments from its very start on, and resumed each time. After
each kill a copy of the ledger is looked at: it must be sound, and of each document that it calls
done the provider remembers how often it was asked. At the end every document must be done, once,
with the very facts of a run that nobody killed, and none that was done before a kill may have been
asked again after it.
"""

import argparse
import os
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.batch_articles import CODE, write_articles
from benchmarks.batch_command import batch, begin, copied, finish, ledger_rows, took, workplace
from benchmarks.fake_provider import Running, Settings, running

LATENCY: Final = 0.5
JITTER: Final = 0.5
CONCURRENCY: Final = 20
SHORTEST: Final = 0.2
LONGEST: Final = 5.0

FACTS: Final = (
    "SELECT document_key, position, metric, value, unit, status, region_code, period, segment, "
    "start, verdict, rejected FROM facts ORDER BY document_key, position, rejected"
)


def done_codes(run: Path) -> set[str]:
    """The codes of the documents that a ledger calls done; it must be sound."""
    with copied(run) as copy:
        sound = ledger_rows(copy, "PRAGMA integrity_check")
        if sound not in ([], [("ok",)]):
            sys.exit(f"the ledger is not sound: {sound}")
        if not ledger_rows(copy, "SELECT 1 FROM sqlite_master WHERE name = 'documents'"):
            return set()
        texts = ledger_rows(
            copy,
            "SELECT text FROM documents JOIN extractions ON document_key = key "
            "WHERE state = 'done'",
        )
        claimed = ledger_rows(copy, "SELECT count(*) FROM documents WHERE state = 'done'")
    if claimed != [(len(texts),)]:
        sys.exit(f"{claimed} documents are done, and {len(texts)} have results")
    return {found[0] for (text,) in texts if (found := re.search(CODE, text))}


def asked(provider: Running) -> dict[str, int]:
    """How often each document was asked about."""
    tags = provider.stats(detailed=True)["tags"]
    return {tag: counts["asked"] for tag, counts in tags.items()}


class Ending(NamedTuple):
    """What the provider and the kills say of the whole of a run.

    Attributes:
        known: how often each document had been asked about when it was first found done.
        asked: how often it was in the end.
        events: kills, and how the run ended.
    """

    known: dict[str, int]
    asked: dict[str, int]
    events: Counter[str]


def killed_run(
    command: Sequence[str], run: Path, provider: Running, kills: int, chance: random.Random
) -> Ending:
    """Run it, kill it so often, and let it end."""
    known: dict[str, int] = {}
    events: Counter[str] = Counter()
    for number in range(kills):
        started = begin(command, provider)
        time.sleep(chance.uniform(SHORTEST, LONGEST))
        with suppress(ProcessLookupError):
            os.killpg(started.process.pid, signal.SIGKILL)
        used = finish(started)
        if used.code != -signal.SIGKILL:
            print(f"it had ended with {used.code} before kill {number + 1}:\n{used.said}")
            events["too late"] += 1
            continue
        events["killed"] += 1
        now, done = asked(provider), done_codes(run)
        if lost := known.keys() - done:
            sys.exit(f"{len(lost)} documents that were done are not done any more")
        print(f"kill {number + 1:2} after {used.seconds:.1f} s: {len(done)} done", flush=True)
        for code in done:
            known.setdefault(code, now.get(code, 0))
    used = took(command, provider)
    events[f"ended with {used.code}"] += 1
    if used.code:
        print(used.said)
    return Ending(known, asked(provider), events)


def main(arguments: Sequence[str]) -> None:
    """Kill, resume, compare."""
    parser = argparse.ArgumentParser(prog="batch_crash", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--documents", type=int, default=1500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)  # noqa: S311 (no secret)
    with workplace() as folder:
        articles, run, whole = (folder / name for name in ("articles.jsonl", "run.db", "whole.db"))
        write_articles(options.documents, articles)
        with running(tag=CODE) as provider:
            used = took(batch(articles, whole, "--concurrency", str(CONCURRENCY)), provider)
            if used.code:
                sys.exit(f"the run that nobody kills ended with {used.code}:\n{used.said}")
            once = asked(provider)
        with running(Settings(latency=LATENCY, jitter=JITTER, tag=CODE)) as provider:
            command = batch(articles, run, "--concurrency", str(CONCURRENCY))
            ending = killed_run(command, run, provider, options.kills, chance)
        good = report(options.documents, run, whole, once, ending)
    print("as it must be" if good else "NOT as it must be")
    sys.exit(0 if good else 1)


def report(documents: int, run: Path, whole: Path, once: dict[str, int], ending: Ending) -> bool:
    """Print what was found, beside the run that nobody killed; whether it is as it must be."""
    states = dict(ledger_rows(run, "SELECT state, count(*) FROM documents GROUP BY state"))
    (results,) = ledger_rows(run, "SELECT count(*), count(DISTINCT document_key) FROM extractions")
    again = [code for code, times in ending.known.items() if ending.asked[code] != times]
    facts = ledger_rows(run, FACTS)
    same = facts == ledger_rows(whole, FACTS)
    sound = ledger_rows(run, "PRAGMA integrity_check")
    needed, sent = sum(once.values()), sum(ending.asked.values())
    for name, found in (
        ("what happened", dict(ending.events)),
        ("documents", f"{states} of {documents}"),
        ("results, of distinct documents", results),
        ("facts", f"{len(facts)}, those of a run that nobody killed: {same}"),
        ("done before a kill", f"{len(ending.known)}, of them asked again: {len(again)}"),
        ("requests", f"{sent}, of them again, in flight at a kill: {sent - needed}"),
        ("integrity_check", sound[0][0]),
    ):
        print(f"{name:32}{found}")
    return (
        states == {"done": documents}
        and results == (documents, documents)
        and same
        and not again
        and sound == [("ok",)]
        and not ending.events["too late"]
    )


if __name__ == "__main__":
    main(sys.argv[1:])
