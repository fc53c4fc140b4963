"""How right the declarations of UHC are: those of labelled articles that are found, by year."""

from collections.abc import Iterable, Mapping
from typing import Final

from uhc_llm.evaluation.scoring import Score
from uhc_llm.schemas import Declaration

__all__ = ["Declared", "declared", "score_declarations"]

Declared = tuple[str | None, str, str | None]
"""Code of the region, status, and year."""

_YEAR: Final = 4


def declared(declarations: Iterable[Declaration]) -> set[Declared]:
    """What is compared of declarations."""
    return {
        (each.region.code, each.status, each.period.iso[:_YEAR] if each.period else None)
        for each in declarations
    }


def score_declarations(
    gold: Mapping[str, set[Declared]], said: Mapping[str, set[Declared]]
) -> tuple[Score, Score]:
    """Score what was said of many articles, by their ids.

    Returns:
        The score of region and status, and that of region, status and year.
    """
    scores = []
    for parts in (2, 3):
        hit = claimed = true = 0
        for id_, facts in gold.items():
            one = {fact[:parts] for fact in facts}
            other = {fact[:parts] for fact in said.get(id_, set())}
            hit, claimed, true = hit + len(one & other), claimed + len(other), true + len(one)
        scores.append(Score(hit, claimed, true))
    return scores[0], scores[1]
