"""What is counted in articles that were held out, and what the counts come to, with bounds.

A share has the bounds of 95 in 100 draws of as many articles. Articles by one writer are alike, so
these are a little too narrow; what other articles to learn from would change is not in them at all.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from tools.training.validation import Held
from uhc_llm.evaluation.figures import Counts, Figure, Name, Sample, Sums, counts_of
from uhc_llm.evaluation.scoring import LEVELS, Level, score_article

__all__ = ["counted", "f1", "f1_change", "json_of"]

_DIGITS: Final = 4


def counted(held: Held, *names: str) -> Counts:
    """The scores of one article at each level, under each of some names and the level's."""
    scores = score_article(held.source.article.gold.facts, held.facts)
    counts: dict[Name, int] = {}
    for name in names:
        for level, score in scores.items():
            counts |= counts_of((name, level), score)
    return counts


def f1(sample: Sample, name: str, levels: Iterable[Level] = LEVELS) -> dict[str, Any]:
    """F1 at some levels of what was counted under a name; None where there is none."""
    return {level: json_of(sample.score(name, level).f1) for level in levels}


def f1_change(sample: Sample, before: str, after: str) -> dict[str, Any]:
    """By how much F1 is higher under one name than under another, draw by draw, at each level."""
    return {
        level: json_of(sample.figure(partial(_change, (before, level), (after, level))))
        for level in LEVELS
    }


def _change(before: Name, after: Name, sums: Sums) -> float | None:
    one, other = _f1(sums, before), _f1(sums, after)
    return None if one is None or other is None else other - one


def _f1(sums: Sums, name: Name) -> float | None:
    whole = sums((*name, "said")) + sums((*name, "true"))
    return 2 * sums((*name, "hit")) / whole if whole else None


def json_of(figure: Figure | None) -> Mapping[str, float] | None:
    """A figure as it is kept."""
    if figure is None:
        return None
    return {name: round(value, _DIGITS) for name, value in figure._asdict().items()}
