"""How far confidences come true, and what is right of what is kept by them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.evaluation.pairing import pair_facts
from uhc_llm.evaluation.predictions import Prediction, by_id
from uhc_llm.reader.confidence import FIELDS, Said
from uhc_llm.schemas import Verdict

__all__ = [
    "Bin",
    "Checked",
    "bins_of",
    "calibration_error",
    "checked_facts",
    "kept_at",
    "right_fields",
]

_BINS: Final = 10


class Checked(NamedTuple):
    """A fact that was said: how likely it was held to be right, and whether it is.

    Attributes:
        article: its id.
        verdict: the verifier's.
        confidences: of each of `FIELDS`, the whole the last.
        right: the same.
    """

    article: str
    verdict: Verdict | None
    confidences: Sequence[float]
    right: Sequence[bool]


class Bin(NamedTuple):
    """Facts that were held about as likely right.

    Attributes:
        confidence: how likely, on the average.
        right: the share that is.
        facts: how many they are.
    """

    confidence: float
    right: float
    facts: int


def checked_facts(
    articles: Iterable[GoldArticle],
    predictions: Sequence[Prediction],
    *,
    any_region: bool = False,
) -> Iterator[Checked]:
    """Each fact that was said with its confidences; those without are left out.

    Args:
        articles: with their labels.
        predictions: what was said of them.
        any_region: takes any region for right where the label has none, as F1 does.
    """
    said = by_id(predictions)
    for article in articles:
        if article.id not in said:
            continue
        for gold, fact in pair_facts(article.facts, said[article.id].facts):
            if fact is not None and fact.confidence is not None:
                confidences = [_confidence(fact, name) for name in FIELDS]
                yield Checked(
                    article.id, fact.verdict, confidences, _right(gold, fact, any_region=any_region)
                )


def _confidence(fact: LabelledFact, field: str) -> float:
    """How likely a field is right; the whole where it says nothing of the field."""
    told: float | None = getattr(fact, f"confidence_{field}", None)
    return (fact.confidence or 0.0) if told is None else told


def _right(gold: LabelledFact | None, fact: LabelledFact, *, any_region: bool) -> tuple[bool, ...]:
    if gold is None:
        return (False,) * len(FIELDS)
    region = None if any_region and gold.region_code is None else fact.region_code
    return right_fields(gold, Said(fact.metric, fact.status, fact.segment, region, fact.year))


def right_fields(gold: LabelledFact, said: Said) -> tuple[bool, ...]:
    """Whether each of `FIELDS` is right, the whole the last.

    Where the label has no region, none is right: what a village has, its regency has not. F1 takes
    any there (`evaluation.scoring`).

    Args:
        gold: the label.
        said: what is said of the same number.
    """
    is_metric = gold.metric == said.metric
    right = (
        is_metric,
        is_metric and gold.status == said.status,
        (gold.segment or "all") == (said.segment or "all"),
        gold.region_code == said.region,
        gold.year == said.year,
    )
    return (*right, all(right))


def bins_of(pairs: Iterable[tuple[float, bool]], count: int = _BINS) -> list[Bin]:
    """Facts in the order of their confidence, in bins of about as many each."""
    ordered = sorted(pairs)
    edges = [round(len(ordered) * n / count) for n in range(count + 1)]
    return [
        Bin(
            sum(confidence for confidence, _ in few) / len(few),
            sum(is_right for _, is_right in few) / len(few),
            len(few),
        )
        for few in (ordered[a:b] for a, b in pairwise(edges))
        if few
    ]


def calibration_error(pairs: Iterable[tuple[float, bool]]) -> float | None:
    """The expected calibration error: how far off a bin is, weighed by its facts; None of none."""
    bins = bins_of(pairs)
    count = sum(each.facts for each in bins)
    off = sum(each.facts * abs(each.confidence - each.right) for each in bins)
    return off / count if count else None


def kept_at(pairs: Iterable[tuple[float, bool]], share: float) -> float | None:
    """What share is right of the surest facts, of which so large a share is kept; None of none."""
    ordered = sorted(pairs, reverse=True)
    kept = ordered[: round(len(ordered) * share)]
    return sum(is_right for _, is_right in kept) / len(kept) if kept else None
