"""Two runs over the same gold articles: what became better, what worse, and whether by chance."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from uhc_llm.evaluation.bootstrap import draws, interval
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.evaluation.predictions import Prediction, by_id
from uhc_llm.evaluation.scoring import LEVELS, Level, keys, regions_left_open, score_article, total

__all__ = ["ArticleChange", "Comparison", "LevelChange", "compare_runs"]


class LevelChange(NamedTuple):
    """The F1 of two runs at one level.

    `low` and `high` bound the difference in 95 of 100 draws of as many articles, with replacement,
    from those that were compared (a paired bootstrap): where 0 lies between them, other articles
    might as well show the opposite.
    """

    before: float
    after: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """How much higher the second run's F1 is."""
        return self.after - self.before

    @property
    def beyond_chance(self) -> bool:
        """Whether the bounds leave out that there is none."""
        return not self.low <= 0 <= self.high


class ArticleChange(NamedTuple):
    """What is different in one article: true facts that only one of the runs has fully right."""

    id: str
    gained: tuple[LabelledFact, ...]
    lost: tuple[LabelledFact, ...]
    said_before: int
    said_after: int


class Comparison(NamedTuple):
    """Two runs over the same articles."""

    levels: dict[Level, LevelChange]
    articles: tuple[ArticleChange, ...]

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON can say it."""
        return {
            "levels": {
                level: {
                    **change._asdict(),
                    "difference": change.difference,
                    "beyond_chance": change.beyond_chance,
                }
                for level, change in self.levels.items()
            },
            "articles": [
                {
                    "id": change.id,
                    "gained": [fact.model_dump(mode="json") for fact in change.gained],
                    "lost": [fact.model_dump(mode="json") for fact in change.lost],
                    "facts": [change.said_before, change.said_after],
                }
                for change in self.articles
            ],
        }


def compare_runs(
    articles: Sequence[GoldArticle], before: Sequence[Prediction], after: Sequence[Prediction]
) -> Comparison:
    """Compare two runs.

    Args:
        articles: what `load_gold` gives.
        before: the predictions of one run.
        after: those of the other.
    """
    first = {id_: prediction.facts for id_, prediction in by_id(before).items()}
    second = {id_: prediction.facts for id_, prediction in by_id(after).items()}
    scores = [
        (
            score_article(article.facts, first.get(article.id, ())),
            score_article(article.facts, second.get(article.id, ())),
        )
        for article in articles
    ]
    differences: dict[Level, list[float]] = {level: [] for level in LEVELS}
    for drawn in draws(len(scores)):
        one = total(scores[place][0] for place in drawn)
        other = total(scores[place][1] for place in drawn)
        for level in LEVELS:
            differences[level].append(other[level].f1 - one[level].f1)
    one, other = total(s for s, _ in scores), total(s for _, s in scores)
    changes = (
        _change(article, first.get(article.id, ()), second.get(article.id, ()))
        for article in articles
    )
    return Comparison(
        levels={
            level: LevelChange(one[level].f1, other[level].f1, *interval(differences[level]))
            for level in LEVELS
        },
        articles=tuple(
            change
            for change in changes
            if change.gained or change.lost or change.said_before != change.said_after
        ),
    )


def _change(
    article: GoldArticle, before: Sequence[LabelledFact], after: Sequence[LabelledFact]
) -> ArticleChange:
    wild = regions_left_open(article.facts)
    said_before, said_after = keys(before, "full", wild), keys(after, "full", wild)
    gained, lost = [], []
    for fact in article.facts:
        key = keys([fact], "full", wild)
        if key <= said_after and not key <= said_before:
            gained.append(fact)
        if key <= said_before and not key <= said_after:
            lost.append(fact)
    return ArticleChange(article.id, tuple(gained), tuple(lost), len(before), len(after))
