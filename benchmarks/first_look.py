"""How fast the first look is, and which articles it leaves unread, by their kind.

Usage: python -m benchmarks.first_look [GOLD.jsonl ...] [--rounds N]

The articles that are left unread are the slow ones, as every word of the field is looked for in
them; so they are timed alone too. Of each the pass that took the processor least counts. An article
with facts that would be left unread is named; more than one in a thousand end the program with 1.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple

from benchmarks.corpus import ROOT
from tools.training.sets import SETS
from uhc_llm.evaluation.gold import NO_KIND
from uhc_llm.first_look import has_field_word

GOAL: Final = 20  # MB/s
ROUNDS: Final = 15
MOST: Final = 1000  # of so many articles with facts one may be lost


class Article(NamedTuple):
    """An article of a gold file, and whether the first look keeps it."""

    id: str
    kind: str
    text: str
    has_facts: bool
    is_kept: bool


def looked_at(paths: Sequence[Path]) -> Iterator[Article]:
    """The articles of gold files."""
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            text = row.get("text") or (path.parent / row["text_file"]).read_text("utf-8")
            kind = row.get("kind") or NO_KIND
            yield Article(row["id"], kind, text, bool(row["facts"]), has_field_word(text))


def speed(texts: Sequence[str], rounds: int) -> float:
    """Megabytes a second, in the fastest of so many passes."""
    fastest = min(_pass(texts) for _ in range(rounds))
    return sum(len(text.encode()) for text in texts) / fastest / 1e6


def _pass(texts: Sequence[str]) -> float:
    started = process_time()
    for text in texts:
        has_field_word(text)
    return process_time() - started


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the speed, and a row for each kind of article."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("gold", nargs="*", type=Path, metavar="GOLD.jsonl")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    found = list(looked_at(options.gold or [ROOT / "eval" / f"{name}.gold.jsonl" for name in SETS]))
    for name, few in (("all", found), ("left unread", [a for a in found if not a.is_kept])):
        texts = [article.text for article in few]
        if texts:
            told = f"{speed(texts, options.rounds):6.1f} MB/s (the goal: {GOAL})"
            print(f"{name + f', {len(texts):,} articles':28} {told}")
    print(f"\n{'kind':12} {'facts':5} {'articles':>8} {'kept':>6} {'left':>6} {'share left':>11}")
    total = Counter((a.kind, a.has_facts) for a in found)
    left = Counter((a.kind, a.has_facts) for a in found if not a.is_kept)
    for (kind, has_facts), count in sorted(total.items()):
        gone = left[kind, has_facts]
        facts = "some" if has_facts else "none"
        row = f"{count:8,} {count - gone:6,} {gone:6,} {gone / count:11.1%}"
        print(f"{kind:12} {facts:5} {row}")
    if lost := [article.id for article in found if article.has_facts and not article.is_kept]:
        print(f"left unread although they have facts: {', '.join(lost)}", file=sys.stderr)
        if len(lost) * MOST > sum(article.has_facts for article in found):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
