"""Sums that facts of one region and period must satisfy, within their printed precision."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Final, NamedTuple

from uhc_llm.schemas import Metric
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.intervals import Interval, printed

__all__ = ["disagreements"]

_HUNDRED: Final = Decimal(100)


class _Relation(NamedTuple):
    """A relation between metrics: `left` must meet `right`, both computed from intervals."""

    metrics: tuple[Metric, ...]
    formula: str
    holds: Callable[[Mapping[Metric, Interval]], bool]


_RELATIONS: Final = (
    _Relation(
        ("participants", "population", "coverage_rate"),
        "participants / population = coverage_rate",
        lambda of: (
            (of["participants"] / of["population"]).scaled(_HUNDRED).meets(of["coverage_rate"])
        ),
    ),
    _Relation(
        ("uninsured", "population", "uninsured_rate"),
        "uninsured / population = uninsured_rate",
        lambda of: (
            (of["uninsured"] / of["population"]).scaled(_HUNDRED).meets(of["uninsured_rate"])
        ),
    ),
    _Relation(
        ("population", "participants", "uninsured"),
        "population - participants = uninsured",
        lambda of: of["population"].minus(of["participants"]).meets(of["uninsured"]),
    ),
    _Relation(
        ("coverage_rate", "uninsured_rate"),
        "coverage_rate + uninsured_rate = 100",
        lambda of: (
            of["coverage_rate"].plus(of["uninsured_rate"]).meets(Interval(_HUNDRED, _HUNDRED))
        ),
    ),
)


def disagreements(claim: Claim, claims: Sequence[Claim]) -> Iterator[tuple[str, tuple[Claim, ...]]]:
    """The relations that no set of facts with `claim` in it satisfies.

    An article may give two values for one metric (before and after): the relation is broken only
    where none of the combinations agrees.

    Yields:
        A message, and the other claims of a combination that fails.
    """
    fact = claim.fact
    if not _counts(claim):
        return
    group = [c for c in claims if _counts(c) and _key(c) == _key(claim)]
    for relation in _RELATIONS:
        if fact.metric not in relation.metrics:
            continue
        choices = [
            [claim] if metric == fact.metric else [c for c in group if c.fact.metric == metric]
            for metric in relation.metrics
        ]
        first = next(product(*choices), None)
        if first and not any(_holds(relation, each) for each in product(*choices)):
            others = tuple(c for c in first if c is not claim)
            said = ", ".join(
                f"{c.fact.metric} {c.mention.text if c.mention else c.fact.value}" for c in first
            )
            yield f"{relation.formula} does not hold: {said}", others


def _counts(claim: Claim) -> bool:
    """Only what is reported of all people, and stands in the text, is added up."""
    fact = claim.fact
    return (
        claim.mention is not None
        and fact.status in (None, "actual")
        and fact.segment in (None, "all")
        and fact.value > 0
    )


def _key(claim: Claim) -> tuple[str | None, str | None]:
    region, period = claim.fact.region, claim.fact.period
    return (region.code or region.name) if region else None, period.iso if period else None


def _holds(relation: _Relation, claims: Sequence[Claim]) -> bool:
    return relation.holds({c.fact.metric: printed(c.fact, c.mention) for c in claims})
