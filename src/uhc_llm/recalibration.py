"""How likely facts are right after somebody judged others of the same proposer.

Whoever proposes facts, a model or the reader itself, is right oftener or more rarely than was held
likely before: the second opinion that its word is worth. That is learned as one shift of the log
odds of all of its facts. It begins at none, as though `PRIOR` facts had been judged and been right
exactly as often as was held likely: a Beta prior, whose weight is that of so many facts.
"""

from collections.abc import Iterable, Sequence
from math import exp, log
from typing import Final, NamedTuple

__all__ = ["PRIOR", "Judged", "shifted", "shifts_of"]

PRIOR: Final = 20
"""So many judged facts weigh as much as what was held likely before."""

_SUREST: Final = 0.9999
_MOST: Final = 12.0
_ROUNDS: Final = 50


class Judged(NamedTuple):
    """A fact that somebody judged.

    Attributes:
        proposer: who said it: a model, or the name that stands for the reader.
        confidence: how likely it was held to be right before.
        is_right: whether it is, in everything.
    """

    proposer: str
    confidence: float
    is_right: bool


def shifts_of(judged: Iterable[Judged]) -> dict[str, float]:
    """By how much the log odds of each proposer's facts are to be moved.

    Args:
        judged: facts, in any order.
    """
    by_proposer: dict[str, list[Judged]] = {}
    for each in judged:
        by_proposer.setdefault(each.proposer, []).append(each)
    return {proposer: _shift(few) for proposer, few in by_proposer.items()}


def shifted(confidence: float, shift: float) -> float:
    """How likely a fact is right, once the log odds are moved; as likely as before by none."""
    if not shift:
        return confidence  # thresholds are compared to the last digit
    moved = _share(_logit(confidence) + shift)
    return max(moved, confidence) if shift > 0 else min(moved, confidence)


def _shift(judged: Sequence[Judged]) -> float:
    """The shift with which as many are right as were, and of the prior's as were held likely."""
    logits = [_logit(each.confidence) for each in judged]
    prior = sum(map(_share, logits)) / len(logits)
    right = sum(each.is_right for each in judged) + PRIOR * prior
    low, high = -_MOST, _MOST
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        expected = sum(_share(each + middle) for each in logits)
        expected += PRIOR * _share(_logit(prior) + middle)
        low, high = (middle, high) if expected < right else (low, middle)
    return (low + high) / 2


def _logit(share: float) -> float:
    share = min(max(share, 1 - _SUREST), _SUREST)
    return log(share / (1 - share))


def _share(logit: float) -> float:
    return 1 / (1 + exp(-logit))
