"""A provider that spoils a third of its answers, in every way there is.

Usage: python -m benchmarks.batch_faults [--documents 700] [--faulty 0.3] [--stubborn 0.15]

The faults are spread evenly over all kinds, and of a share of the documents they never go away.
Every document must end done, with the very facts of a run without faults, or failed, with its
reason; none may be done and empty where there were facts. Then the provider is well again, and
`--retry-failed` must bring all the rest.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.batch_articles import CODE, write_articles
from benchmarks.batch_command import Took, batch, ledger_rows, took, workplace
from benchmarks.fake_provider import FAULTS, Settings, running

CONCURRENCY: Final = 40
TIMEOUT: Final = 6.0
HANG: Final = 600.0
SLOW: Final = 4.0
MOST_SECONDS: Final = 1500

FACTS: Final = (
    "SELECT d.id, position, metric, value, f.unit, status, region_code, period, segment, start "
    "FROM facts f JOIN documents d ON d.key = f.document_key WHERE rejected = 0 "
    "ORDER BY d.id, position"
)
REASONS: Final = (
    "SELECT d.id, a.error_kind, a.error FROM documents d LEFT JOIN attempts a ON a.id = "
    "(SELECT max(id) FROM attempts WHERE document_key = d.key) WHERE d.state = 'failed'"
)


def facts_of(run: Path) -> dict[str, list[Any]]:
    """The facts of each document, by its id."""
    facts: dict[str, list[Any]] = {}
    for id_, *fact in ledger_rows(run, FACTS):
        facts.setdefault(id_, []).append(fact)
    return facts


def states_of(run: Path) -> dict[str, int]:
    """How many documents are in which state."""
    return dict(ledger_rows(run, "SELECT state, count(*) FROM documents GROUP BY state"))


def main(arguments: Sequence[str]) -> None:
    """Run without faults, with faults, and once more for what failed."""
    parser = argparse.ArgumentParser(
        prog="batch_faults", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--documents", type=int, default=700)
    parser.add_argument("--faulty", type=float, default=0.3)
    parser.add_argument("--stubborn", type=float, default=0.15)
    options = parser.parse_args(arguments)
    spread = dict.fromkeys(FAULTS, options.faulty / len(FAULTS))
    faulty = Settings(
        latency=0.2,
        jitter=0.2,
        hang=HANG,
        slow=SLOW,
        tag=CODE,
        stubborn=options.stubborn,
        faults=spread,
    )
    with workplace() as folder:
        articles, run, well = (folder / name for name in ("articles.jsonl", "run.db", "well.db"))
        write_articles(options.documents, articles)
        patience = ("--concurrency", str(CONCURRENCY), "--timeout", str(TIMEOUT))
        command = batch(articles, run, *patience)
        with running(latency=0.1) as provider:
            reference = took(batch(articles, well), provider)
        if reference.code:
            sys.exit(f"the run without faults ended with {reference.code}:\n{reference.said}")
        with running(faulty) as provider:
            used = took(command, provider, most_seconds=MOST_SECONDS)
            stats = provider.stats()
        good = report(options.documents, run, facts_of(well), used, stats)
        with running(latency=0.1) as provider:
            again = took([*command, "--retry-failed"], provider, most_seconds=MOST_SECONDS)
        states = states_of(run)
        whole = states == {"done": options.documents} and facts_of(run) == facts_of(well)
        print(f"\n--retry-failed with a provider that is well: ended with {again.code}, {states}")
        if not whole:
            print(again.said)
    print("as it must be" if good and whole else "NOT as it must be")
    sys.exit(0 if good and whole else 1)


def report(
    documents: int, run: Path, well: dict[str, list[Any]], used: Took, stats: dict[str, Any]
) -> bool:
    """Print what became of the documents; whether it is as it must be."""
    states = states_of(run)
    failed = ledger_rows(run, REASONS)
    silent = [id_ for id_, kind, error in failed if not kind or not error]
    done = {id_ for (id_,) in ledger_rows(run, "SELECT id FROM documents WHERE state = 'done'")}
    facts = facts_of(run)
    empty = [id_ for id_ in done if id_ in well and id_ not in facts]
    other = [id_ for id_ in done if facts.get(id_) != well.get(id_)]
    spoilt = sum(stats["faults"].values())
    print(f"{documents} documents, {stats['requests']} requests, {spoilt} of them spoilt:")
    print(f"  {stats['faults']}")
    print(f"ended with {used.code} after {used.seconds:.0f} s: {states}")
    for kind, count in Counter(kind for _, kind, _ in failed).most_common():
        example = next(error for _, found, error in failed if found == kind)
        print(f"  {kind or 'NO REASON':24}{count:5}  {str(example)[:110]}")
    print(f"failed without a reason: {len(silent)}")
    print(f"done and empty, though there are facts: {len(empty)}")
    print(f"done with other facts than without faults: {len(other)}")
    if unseen := set(FAULTS) - set(stats["faults"]):
        print(f"faults that did not come up: {', '.join(sorted(unseen))}")
    settled = states.keys() <= {"done", "failed"} and sum(states.values()) == documents
    if not settled:
        print(used.said)
    return settled and not (silent or empty or other or unseen)


if __name__ == "__main__":
    main(sys.argv[1:])
