"""Sums that facts of one region and period must satisfy, within their printed precision."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice, product
from typing import Final, NamedTuple

from uhc_llm.schemas import Metric
from uhc_llm.verifier.claims import Claim, region_key
from uhc_llm.verifier.intervals import Interval, printed
from uhc_llm.verifier.moments import are_one_time

__all__ = ["RELATIONS", "Relation", "derivation", "disagreements"]

_HUNDRED: Final = Decimal(100)
# "5 jutaan" fits nearly everything, and so bears nothing out.
_VAGUE: Final = Decimal("0.15")
# More values of one metric in one article are no news, and their combinations would take forever.
_MOST_VALUES: Final = 8


class Relation(NamedTuple):
    """A relation between metrics: `left` must meet `right`, both computed from intervals."""

    metrics: tuple[Metric, ...]
    formula: str
    holds: Callable[[Mapping[Metric, Interval]], bool]


RELATIONS: Final = (
    Relation(
        ("participants", "population", "coverage_rate"),
        "participants / population = coverage_rate",
        lambda of: (
            (of["participants"] / of["population"]).scaled(_HUNDRED).meets(of["coverage_rate"])
        ),
    ),
    Relation(
        ("uninsured", "population", "uninsured_rate"),
        "uninsured / population = uninsured_rate",
        lambda of: (
            (of["uninsured"] / of["population"]).scaled(_HUNDRED).meets(of["uninsured_rate"])
        ),
    ),
    Relation(
        ("population", "participants", "uninsured"),
        "population - participants = uninsured",
        lambda of: of["population"].minus(of["participants"]).meets(of["uninsured"]),
    ),
    Relation(
        ("population", "coverage_rate", "uninsured"),
        "population * (100 - coverage_rate) / 100 = uninsured",
        lambda of: (
            (of["uninsured"] / of["population"])
            .scaled(_HUNDRED)
            .plus(of["coverage_rate"])
            .meets(Interval(_HUNDRED, _HUNDRED))
        ),
    ),
    Relation(
        ("coverage_rate", "uninsured_rate"),
        "coverage_rate + uninsured_rate = 100",
        lambda of: (
            of["coverage_rate"].plus(of["uninsured_rate"]).meets(Interval(_HUNDRED, _HUNDRED))
        ),
    ),
)


def disagreements(claim: Claim, claims: Sequence[Claim]) -> Iterator[tuple[str, tuple[Claim, ...]]]:
    """The relations that no set of facts with `claim` in it satisfies.

    An article may give two values for one metric (before and after): a relation is broken only
    where none of the combinations agrees. A fact that another relation bears out is not to blame
    for one that is broken, as long as there is one in it that none bears out.

    Yields:
        A message, and the other claims of a combination that fails.
    """
    if not _counts(claim):
        return
    group = _together(claim, claims)
    for relation in RELATIONS:
        combinations = list(_combinations(relation, claim, group))
        if not combinations or any(_holds(relation, each) for each in combinations):
            continue
        first = tuple(term.claim for term in combinations[0])
        if _is_borne_out(claim, group) and not all(_is_borne_out(c, group) for c in first):
            continue
        said = ", ".join(
            f"{c.fact.metric} {c.mention.text if c.mention else c.fact.value}" for c in first
        )
        others = tuple(c for c in first if c is not claim)
        yield f"{relation.formula} does not hold: {said}", others


class _Term(NamedTuple):
    """A fact as a relation is tried on it."""

    claim: Claim
    printed: Interval


def _combinations(
    relation: Relation, claim: Claim, group: Sequence[Claim], *, are_precise: bool = False
) -> Iterator[tuple[_Term, ...]]:
    """The sets of facts that a relation can be tried on, with `claim` in each.

    Args:
        relation: the relation.
        claim: the fact.
        group: the others.
        are_precise: whether vague numbers among the others are left out.
    """
    if claim.fact.metric not in relation.metrics:
        return iter(())
    choices = []
    for metric in relation.metrics:
        others = (_term(other) for other in group if other.fact.metric == metric)
        fitting = (term for term in others if not are_precise or _is_precise(term))
        few = [_term(claim)] if metric == claim.fact.metric else islice(fitting, _MOST_VALUES)
        choices.append(list(few))
    return product(*choices)


def derivation(claim: Claim, claims: Sequence[Claim]) -> tuple[str, tuple[Claim, ...]] | None:
    """A relation that bears `claim` out, and the other facts in it; None when there is none."""
    if not _counts(claim):
        return None
    return _borne_out(claim, _together(claim, claims))


def _is_borne_out(claim: Claim, group: Sequence[Claim]) -> bool:
    return _borne_out(claim, group) is not None


def _borne_out(claim: Claim, group: Sequence[Claim]) -> tuple[str, tuple[Claim, ...]] | None:
    """A relation that holds with `claim` in it, and no vague number among the others."""
    for relation in RELATIONS:
        for each in _combinations(relation, claim, group, are_precise=True):
            if _holds(relation, each):
                return relation.formula, tuple(c for c, _ in each if c is not claim)
    return None


def _term(claim: Claim) -> _Term:
    return _Term(claim, printed(claim.fact, claim.mention))


def _is_precise(term: _Term) -> bool:
    low, high = term.printed
    return high - low <= high * _VAGUE


def _counts(claim: Claim) -> bool:
    """Only what is reported of all people, and stands in the text, is added up."""
    fact = claim.fact
    return (
        claim.mention is not None
        and fact.status in (None, "actual")
        and fact.segment in (None, "all")
        and fact.value > 0
    )


def _together(claim: Claim, claims: Sequence[Claim]) -> list[Claim]:
    """The facts of the region and the time of `claim`."""
    region = region_key(claim.fact)
    return [
        other
        for other in claims
        if _counts(other) and region_key(other.fact) == region and are_one_time(claim, other)
    ]


def _holds(relation: Relation, terms: Iterable[_Term]) -> bool:
    return relation.holds({claim.fact.metric: interval for claim, interval in terms})
