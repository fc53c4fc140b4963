"""From how likely facts are right to how many of those that are kept are: a promise, and its price.

What is known of facts that somebody judged (`Outcome`) is a record (`Kept`): that of the labelled
articles comes with the reader's weights, that of a run is made of its reviews. A threshold holds a
promise where as many would be right only by a small chance, if fewer than promised were. The
thresholds are tried from the highest down, each at the full chance, and the first that fails ends
it: fixed sequence testing, which needs no correction for the many that are tried (Angelopoulos et
al., Learn then Test, 2021).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import ceil, exp, floor, lgamma, log, log1p
from typing import Final, NamedTuple

__all__ = [
    "PROMISE", "Kept", "Outcome", "Promise", "enough", "holds", "needed", "record_of", "refutes",
    "still_needed", "threshold_for",
]  # fmt: skip

_NEGLIGIBLE: Final = 1e-9
_STEPS: Final = 200
_MOST_REVIEWS: Final = 1_000_000
# Of the fewest facts that a promise can rest on none may be wrong; of so many times as many some.
_ENOUGH: Final = 3


class Promise(NamedTuple):
    """That so large a share of what is kept is right in everything.

    Attributes:
        precision: the share, above 0 and below 1.
        certainty: how likely it is to hold, above 0 and below 1.
    """

    precision: float = 0.95
    certainty: float = 0.95


PROMISE: Final = Promise()
"""What `verified` promises where nobody asks for another thing."""


class Outcome(NamedTuple):
    """A fact that passes the exact rules, and of which it is known whether it is right.

    Attributes:
        confidence: how likely it was held to be right, by one who did not know.
        is_right: whether it is, in everything.
        article: of which article it is.
    """

    confidence: float
    is_right: bool
    article: str


class Kept(NamedTuple):
    """What was kept of facts whose outcome is known, from some confidence on.

    Facts of one article are mostly right or wrong together, so both numbers are as many facts as
    would tell as much if each stood alone (the design effect of a sample of clusters: Kish, Survey
    Sampling, 1965).

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


def record_of(
    outcomes: Iterable[Outcome], said: int | None = None, *, least_alike: float = 0.0
) -> list[Kept]:
    """What is kept from each confidence on, the highest first, in at most `_STEPS` steps.

    Args:
        outcomes: facts that pass the exact rules, none of which the confidence was fitted to.
        said: how many facts there were with those that do not pass; None: there were no others.
        least_alike: how alike facts of one article are at least in being right or wrong, where
            these may be too few to tell: from 0 up to 1.
    """
    ordered = sorted(outcomes, reverse=True)
    count, alike = said or len(ordered), max(_likeness(ordered), least_alike)
    every = max(1, ceil(len(ordered) / _STEPS))
    sizes: Counter[str] = Counter()
    squares = right = 0
    record = []
    for place, outcome in enumerate(ordered, start=1):
        squares += 2 * sizes[outcome.article] + 1
        sizes[outcome.article] += 1
        right += outcome.is_right
        if place < len(ordered) and (
            place % every or ordered[place].confidence == outcome.confidence
        ):
            continue
        effect = 1 + alike * (squares / place - 1)
        record.append(
            Kept(
                threshold=outcome.confidence,
                facts=round(place / effect, 1),
                right=round(right / effect, 1),
                share=round(place / count, 3),
            )
        )
    return record


def _likeness(outcomes: Sequence[Outcome]) -> float:
    """How alike facts of one article are in being right or wrong: from 0 up to 1.

    It is the correlation within articles of what is left over when the confidence is taken off, and
    by how much it is off on the average.
    """
    off = [outcome.is_right - outcome.confidence for outcome in outcomes]
    mean = sum(off) / max(len(off), 1)
    sums: defaultdict[str, float] = defaultdict(float)
    for outcome, each in zip(outcomes, off, strict=True):
        sums[outcome.article] += each - mean
    counts = Counter(outcome.article for outcome in outcomes)
    pairs = sum(count * (count - 1) for count in counts.values())
    squares = sum((each - mean) ** 2 for each in off)
    if not pairs or not squares:
        return 0.0
    between = sum(each**2 for each in sums.values()) - squares
    return min(max(between / pairs / (squares / len(off)), 0.0), 1.0)


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


def refutes(kept: Kept, promise: Promise) -> bool:
    """Whether so many would be wrong by too small a chance, if as many as promised were right."""
    facts = ceil(kept.facts - _NEGLIGIBLE)
    wrong = floor(kept.facts - kept.right + _NEGLIGIBLE)
    share = 1 - promise.precision
    if wrong <= facts * share:
        return False
    return _chance_of_more(facts, wrong, share) <= 1 - promise.certainty + _NEGLIGIBLE


def still_needed(record: Iterable[Kept], promise: Promise) -> int | None:
    """How many more facts must be known for a promise; None where these are too often wrong.

    It takes those that come to be as often right, from each confidence on, as those that are known.

    Args:
        record: what was kept of the facts that are known.
        promise: what is to be promised.
    """
    return min(_needed_at_each(sorted(record, reverse=True), promise), default=None)


def _needed_at_each(record: Sequence[Kept], promise: Promise) -> Iterator[int]:
    if not record:
        yield enough(promise)
    for kept in record:
        rate = kept.right / kept.facts
        low, high = max(enough(promise), ceil(kept.facts)), _MOST_REVIEWS
        if rate > promise.precision and holds(Kept(0, high, high * rate), promise):
            while low < high:
                middle = (low + high) // 2
                if holds(Kept(0, middle, middle * rate), promise):
                    high = middle
                else:
                    low = middle + 1
            yield ceil(low - kept.facts)
        if kept.facts >= enough(promise):
            break  # what lies behind one that fails is not looked at: see `threshold_for`


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
