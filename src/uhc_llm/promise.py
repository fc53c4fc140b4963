"""From how likely facts are right to how many of those that are kept are: a promise, and its price.

What the labelled articles tell is kept with the reader's weights (`Kept`). A threshold holds a
promise where as many would be right only by a small chance, if fewer than promised were. The
thresholds are tried from the highest down, each at the full chance, and the first that fails ends
it: fixed sequence testing, which needs no correction for the many that are tried (Angelopoulos et
al., Learn then Test, 2021).
"""

from collections.abc import Iterable
from math import ceil, exp, floor, lgamma, log, log1p
from typing import Final, NamedTuple

__all__ = ["PROMISE", "Kept", "Promise", "enough", "holds", "needed", "threshold_for"]

_NEGLIGIBLE: Final = 1e-9
# Of the fewest facts that a promise can rest on none may be wrong; of so many times as many some.
_ENOUGH: Final = 3


class Promise(NamedTuple):
    """That so large a share of what is kept is right in everything.

    Attributes:
        precision: the share, above 0 and below 1.
        certainty: how likely it is to hold, above 0 and below 1.
    """

    precision: float = 0.9
    certainty: float = 0.95


PROMISE: Final = Promise()
"""What `verified` promises where nobody asks for another thing."""


class Kept(NamedTuple):
    """What was kept of labelled articles from some confidence on.

    They are articles that neither the reader nor its confidence was fitted to. Facts of one article
    are mostly right or wrong together, so both numbers are as many facts as would tell as much if
    each stood alone (the design effect of a sample of clusters: Kish, Survey Sampling, 1965).

    Attributes:
        threshold: the confidence.
        facts: how many.
        right: how many of them are right in everything.
        share: how many these are of all that was said.
    """

    threshold: float
    facts: float
    right: float
    share: float = 0.0


def threshold_for(record: Iterable[Kept], promise: Promise = PROMISE) -> float | None:
    """The lowest confidence from which on facts can be kept under a promise, if there is any.

    Args:
        record: what was kept, from any confidence on, in any order.
        promise: what is promised.
    """
    least = enough(promise)
    found = None
    for kept in sorted(record, reverse=True):
        if kept.facts < least:
            continue  # of so few hardly one could be wrong, whatever the rest is
        if not holds(kept, promise):
            break
        found = kept.threshold
    return found


def enough(promise: Promise) -> int:
    """So many facts, hardly one of them wrong, are looked at first."""
    return _ENOUGH * needed(promise)


def needed(promise: Promise) -> int:
    """So many facts, all of them right, are the fewest that a promise can rest on."""
    return ceil(log1p(-promise.certainty) / log(promise.precision) - _NEGLIGIBLE)


def holds(kept: Kept, promise: Promise) -> bool:
    """Whether so many would be right by too small a chance, if fewer than promised were."""
    facts = floor(kept.facts + _NEGLIGIBLE)
    right = facts - ceil(kept.facts - kept.right - _NEGLIGIBLE)
    if right <= facts * promise.precision:
        return False
    chance = _chance_of_more(facts, right, promise.precision)
    return chance <= 1 - promise.certainty + _NEGLIGIBLE


def _chance_of_more(facts: int, right: int, share: float) -> float:
    """How likely so many or more of some facts are right, where a share of all is.

    It is the upper tail of the binomial distribution, above its mean, where terms only fall.
    """
    choices = lgamma(facts + 1) - lgamma(right + 1) - lgamma(facts - right + 1)
    term = total = exp(choices + right * log(share) + (facts - right) * log1p(-share))
    for more in range(right, facts):
        term *= (facts - more) / (more + 1) * share / (1 - share)
        total += term
        if term < total * _NEGLIGIBLE:
            break
    return total
