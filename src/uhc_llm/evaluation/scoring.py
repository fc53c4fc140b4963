"""Precision, recall and F1 at five levels, each stricter than the one before.

    number   value and unit              was the right number found, and nothing else
    meaning  + metric and status         is it known what the number says
    place    + region                    is it known of whom
    time     + year of the period        is it known of when
    full     + segment                   and of which members

A range counts as its two ends, and the same fact said twice counts once. Where gold has no region
(an area without a code) any region is right. Counts are summed over the articles.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Literal, NamedTuple, get_args

from uhc_llm.evaluation.gold import LabelledFact

__all__ = ["LEVELS", "Level", "Score", "keys", "score", "score_article", "total"]

Level = Literal["number", "meaning", "place", "time", "full"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)

Key = tuple[object, ...]
# How many parts of a fact count at each level.
_PARTS: Final[Mapping[Level, int]] = {"number": 2, "meaning": 4, "place": 5, "time": 6, "full": 7}


class Score(NamedTuple):
    """How many facts were said, how many are true, and how many are both."""

    hit: int = 0
    said: int = 0
    true: int = 0

    @property
    def precision(self) -> float:
        """The share of what was said that is true; 0 where nothing was said."""
        return self.hit / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        """The share of what is true that was said; 0 where nothing is true."""
        return self.hit / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.hit / (self.said + self.true) if self.said + self.true else 0.0


def keys(
    facts: Iterable[LabelledFact], level: Level, wild: AbstractSet[Key] = frozenset()
) -> set[Key]:
    """What of `facts` counts at `level`.

    Args:
        facts: of one article.
        level: one of `LEVELS`.
        wild: numbers with their meanings whose region gold leaves open.
    """
    found: set[Key] = set()
    for fact in facts:
        for value in fact.ends:
            meaning = (value.normalize(), fact.unit, fact.metric, fact.status)
            region = None if meaning in wild else fact.region_code
            found.add((*meaning, region, fact.year, fact.segment or "all")[: _PARTS[level]])
    return found


def regions_left_open(gold: Iterable[LabelledFact]) -> frozenset[Key]:
    """The numbers with their meanings for which gold names no region that has a code."""
    return frozenset(
        (value.normalize(), fact.unit, fact.metric, fact.status)
        for fact in gold
        if fact.region_code is None
        for value in fact.ends
    )


def score_article(gold: Sequence[LabelledFact], said: Sequence[LabelledFact]) -> dict[Level, Score]:
    """The score of one article at each level."""
    wild = regions_left_open(gold)
    result: dict[Level, Score] = {}
    for level in LEVELS:
        true, claimed = keys(gold, level, wild), keys(said, level, wild)
        result[level] = Score(len(true & claimed), len(claimed), len(true))
    return result


def total(scores: Iterable[Mapping[Level, Score]]) -> dict[Level, Score]:
    """The scores of many articles together."""
    summed = dict.fromkeys(LEVELS, Score())
    for article in scores:
        for level, one in article.items():
            summed[level] = Score(*(a + b for a, b in zip(summed[level], one, strict=True)))
    return summed


def score(
    gold: Mapping[str, Sequence[LabelledFact]], said: Mapping[str, Sequence[LabelledFact]]
) -> dict[Level, Score]:
    """The score at each level of what was said of many articles, by their ids.

    An article that nothing was said of counts as empty; what was said of others does not count.
    """
    return total(score_article(facts, said.get(id_, ())) for id_, facts in gold.items())
