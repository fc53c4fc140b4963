"""How many errors are left after so many decisions, by the order in which articles are looked at.

    python -m benchmarks.review_effort [--runs 200]

A run is 100 labelled articles at random, with what a reader that was not fitted to them said, and
how sure it was (`python3 tasks.py train` keeps that). A simulated reviewer decides rightly, one
fact after the other. The orders: that of the queue; that with the most doubtful facts first, all
of an article before the next, what is verified in one step; and one by chance.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from tools.training.__main__ import HELD_OUT
from tools.training.confidence import HeldOut, load_held_out
from uhc_llm.promise import PROMISE, threshold_for
from uhc_llm.reader.weights import load_weights
from uhc_llm.review.queue import GOAL
from uhc_llm.review.worth import worth_of

__all__ = ["rows"]

ARTICLES: Final = 100
AFTER: Final = (0, 50, 100, 200, 300, 400)

Article = Sequence[HeldOut]
Steps = Sequence[Sequence[HeldOut]]
"""What is decided, step by step."""


@cache
def _threshold() -> float:
    return threshold_for(load_weights().learned.record, PROMISE) or 1.0


def _is_doubtful(fact: HeldOut) -> bool:
    return not fact.passes or fact.confidences[-1] < _threshold()


def by_queue(articles: Sequence[Article], _: random.Random) -> Steps:
    """That where a decision finds most errors; only what is in doubt, the rest at the end."""
    parted = [
        ([f for f in few if _is_doubtful(f)], [f for f in few if not _is_doubtful(f)])
        for few in articles
    ]
    parted.sort(key=lambda few: -worth_of(1 - fact.confidences[-1] for fact in few[0]))
    doubtful = [[fact] for few, _ in parted for fact in few]
    return [*doubtful, *([*sure] for _, sure in parted if sure)]


def by_doubts(articles: Sequence[Article], _: random.Random) -> Steps:
    """That with the most doubtful facts; all of it, what is verified in one step."""
    counted = sorted(articles, key=lambda few: -sum(map(_is_doubtful, few)))
    return [step for few in counted for step in _whole(few)]


def by_chance(articles: Sequence[Article], chance: random.Random) -> Steps:
    """Any."""
    shuffled = list(articles)
    chance.shuffle(shuffled)
    return [step for few in shuffled for step in _whole(few)]


def _whole(article: Article) -> Iterator[Sequence[HeldOut]]:
    yield from ([fact] for fact in article if _is_doubtful(fact))
    if sure := [fact for fact in article if not _is_doubtful(fact)]:
        yield sure


ORDERS: Final[dict[str, Callable[[Sequence[Article], random.Random], Steps]]] = {
    "the queue": by_queue,
    "most doubtful facts first": by_doubts,
    "by chance": by_chance,
}


def rows(runs: int) -> Iterator[str]:
    """A table: the share of facts that is wrong after so many decisions, the mean of all runs."""
    by_article: dict[tuple[str, str], list[HeldOut]] = {}
    for each in load_held_out(HELD_OUT):
        by_article.setdefault((each.set, each.article), []).append(each)
    every = [by_article[name] for name in sorted(by_article)]
    yield f"| order | {' | '.join(f'after {n}' for n in AFTER)} | decisions to {GOAL:.0%} right |"
    yield f"|---|{'---|' * (len(AFTER) + 1)}"
    for name, order in ORDERS.items():
        chance = random.Random(7)  # noqa: S311 - the same runs for each order
        found = [_one(order(chance.sample(every, ARTICLES), chance)) for _ in range(runs)]
        left = [sum(curve[min(n, len(curve) - 1)] for curve in found) / runs for n in AFTER]
        goal = sum(_until(curve) for curve in found) / runs
        yield f"| {name} | {' | '.join(f'{100 * each:.1f}%' for each in left)} | {goal:.0f} |"


def _one(steps: Steps) -> list[float]:
    """The share of facts that is wrong, before the first decision and after each."""
    facts = sum(map(len, steps))
    wrong = sum(not fact.right[-1] for step in steps for fact in step)
    curve = [wrong / facts]
    for step in steps:
        wrong -= sum(not fact.right[-1] for fact in step)
        curve.append(wrong / facts)
    return curve


def _until(curve: Sequence[float]) -> int:
    return next(n for n, share in enumerate(curve) if share <= 1 - GOAL)


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="review_effort", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--runs", type=int, default=200)
    print("\n".join(rows(parser.parse_args(arguments).runs)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
