"""Whether promises are kept, by simulation: on other articles of a kind, on others, with reviews.

    python -m benchmarks.promises [--trials 400]

The facts are those that the reader says of labelled articles which it was not fitted to
(`python3 tasks.py train` keeps them). In each trial a promise is made from the facts of some
writers, and held against those of others. It counts as broken where so few are right that it
would be by a chance of 1 in 20 if the promise held.

1. `alike`: half of all writers make the record, the run is of ten of the others.
2. `another kind`: the record is of all sets but one, the run of ten writers of that one; a run
   whose articles are stranger than usual gets no promise.
3. `reviewed`: nothing is known but what somebody reviews of the run itself, 400 facts at random.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tools.training.__main__ import HELD_OUT
from tools.training.confidence import HeldOut, load_held_out, outcomes_of
from uhc_llm.promise import Outcome, Promise, record_of, refutes, threshold_for
from uhc_llm.reader.weights import load_weights

__all__ = ["rows"]

PROMISES: Final = (Promise(0.8), Promise(0.9), Promise(0.95), Promise(0.97))
_WRITERS: Final = 10
_REVIEWED: Final = 400


class Trials(NamedTuple):
    """What came of some trials.

    Attributes:
        trials: how many.
        made: in how many a promise was made.
        broken: in how many of them it was broken.
        right: the mean share that was right of what was kept.
        kept: the mean share of all facts that was kept.
    """

    trials: int
    made: int
    broken: int
    right: float
    kept: float


def _by_writer(told: Sequence[HeldOut]) -> dict[str, list[HeldOut]]:
    found: dict[str, list[HeldOut]] = {}
    for each in told:
        found.setdefault(each.writer, []).append(each)
    return found


def _try(known: Sequence[Outcome], run: Sequence[HeldOut], promise: Promise) -> Iterator[float]:
    """The share that is right of what is kept of a run, how much that is, and if it is broken."""
    threshold = threshold_for(record_of(known), promise)
    if threshold is None:
        return
    kept = [one for one in outcomes_of(run) if one.confidence >= threshold]
    if not kept:
        return
    yield sum(one.is_right for one in kept) / len(kept)
    yield len(kept) / len(run)
    yield float(refutes(record_of(kept)[-1], promise))


def _sum_up(found: Sequence[Sequence[float]]) -> Trials:
    made = [each for each in found if each]
    count = max(len(made), 1)
    return Trials(
        len(found),
        len(made),
        sum(each[2] > 0 for each in made),
        sum(each[0] for each in made) / count,
        sum(each[1] for each in made) / count,
    )


def _alike(told: Sequence[HeldOut], promise: Promise, chance: random.Random) -> list[float]:
    writers = _by_writer(told)
    names = sorted(writers)
    chance.shuffle(names)
    half = len(names) // 2
    known = outcomes_of(each for name in names[:half] for each in writers[name])
    run = [each for name in names[half : half + _WRITERS] for each in writers[name]]
    return list(_try(list(known), run, promise))


def _other(told: Sequence[HeldOut], promise: Promise, chance: random.Random) -> list[float]:
    left_out = chance.choice(sorted({each.set for each in told}))
    writers = _by_writer([each for each in told if each.set == left_out])
    names = sorted(writers)
    few = chance.sample(names, min(_WRITERS, len(names)))
    run = [each for name in few for each in writers[name]]
    strange = {each.article: each.strangeness for each in run}
    if sum(strange.values()) / len(strange) > load_weights().learned.strangest:
        return []
    return list(_try(list(outcomes_of(e for e in told if e.set != left_out)), run, promise))


def _reviewed(told: Sequence[HeldOut], promise: Promise, chance: random.Random) -> list[float]:
    writers = _by_writer(told)
    run = [each for name in chance.sample(sorted(writers), _WRITERS * 6) for each in writers[name]]
    chance.shuffle(run)
    return list(_try(list(outcomes_of(run[:_REVIEWED])), run[_REVIEWED:], promise))


def rows(trials: int) -> Iterator[str]:
    """A table, a line for each promise and each sort of run."""
    told = load_held_out(HELD_OUT)
    yield "| run | promised | trials | made | broken | right of what is kept | kept of all |"
    yield "|---|---|---|---|---|---|---|"
    for name, sort in (("alike", _alike), ("another kind", _other), ("reviewed", _reviewed)):
        for promise in PROMISES:
            chance = random.Random(promise.precision)  # noqa: S311 - the same each time is wanted
            found = _sum_up([sort(told, promise, chance) for _ in range(trials)])
            broken = f"{found.broken} ({found.broken / max(found.made, 1):.1%})"
            yield (
                f"| {name} | {promise.precision:.0%} | {found.trials} | {found.made} | {broken} "
                f"| {found.right:.3f} | {found.kept:.3f} |"
            )


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="promises", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--trials", type=int, default=400)
    print("\n".join(rows(parser.parse_args(arguments).trials)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
