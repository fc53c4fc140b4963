"""What is counted of one model's answers, article by article, so that articles can be drawn."""

from collections.abc import Iterable, Sequence
from typing import Final, Self

from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.evaluation.predictions import Prediction
from uhc_llm.evaluation.scoring import LEVELS, Level, Score, keys, regions_left_open, score_article

__all__ = ["STRICTEST", "Counted"]

STRICTEST: Final[Level] = LEVELS[-1]


class Counted:
    """The counts of one model; an article that it was not asked about counts nothing.

    Args:
        articles: those that are compared.
        predictions: of those that it was asked about.

    Attributes:
        asked: for each article, whether it was asked about.
        answered: how many have an answer.
        right: how many answers have every fact right and none besides.
        without_facts: how many answers are about articles without a fact.
        false_facts: how many facts were said there.
        said: how many facts were said in all.
        verified: the score at the strictest level of the facts that are called verified.
        hits: for each level, how many facts of each article are right.
        sizes: and how many were said and how many are true, together.
    """

    def __init__(self, articles: Sequence[GoldArticle], predictions: Iterable[Prediction]) -> None:
        found = {prediction.id: prediction for prediction in predictions}
        self.asked = [article.id in found for article in articles]
        self.answered = self.right = self.without_facts = self.false_facts = self.said = 0
        self.verified = Score()
        self.hits: dict[Level, list[int]] = {level: [] for level in LEVELS}
        self.sizes: dict[Level, list[int]] = {level: [] for level in LEVELS}
        for article in articles:
            prediction = found.get(article.id)
            scores = dict.fromkeys(LEVELS, Score())
            if prediction is not None:
                scores = score_article(article.facts, prediction.facts)
                self._add(article, prediction, scores[STRICTEST])
            for level, one in scores.items():
                self.hits[level].append(one.hit)
                self.sizes[level].append(one.said + one.true)

    def f1(self, level: Level) -> float:
        """The F1 over all articles that were asked about."""
        return _f1(sum(self.hits[level]), sum(self.sizes[level]))

    def f1_of(self, draws: Iterable[Sequence[int]], level: Level) -> list[float]:
        """The F1 in each draw of articles, which are named by their places."""
        hits, sizes = self.hits[level].__getitem__, self.sizes[level].__getitem__
        return [_f1(sum(map(hits, drawn)), sum(map(sizes, drawn))) for drawn in draws]

    def only(self, asked: Sequence[bool]) -> Self:
        """The same levels, of these articles alone."""
        part = type(self)((), ())
        part.asked = [both and own for both, own in zip(asked, self.asked, strict=True)]
        for own, counts in ((part.hits, self.hits), (part.sizes, self.sizes)):
            for level in LEVELS:
                own[level] = [n if at else 0 for n, at in zip(counts[level], asked, strict=True)]
        return part

    def _add(self, article: GoldArticle, prediction: Prediction, full: Score) -> None:
        self.said += full.said
        if prediction.error is not None:
            return
        self.answered += 1
        self.right += full.hit == full.said == full.true
        if not article.facts:
            self.without_facts += 1
            self.false_facts += full.said
        wild = regions_left_open(article.facts)
        true, said = (
            keys(facts, STRICTEST, wild) for facts in (article.facts, _verified(prediction))
        )
        hit, claimed, there = self.verified
        self.verified = Score(hit + len(said & true), claimed + len(said), there + len(true))


def _f1(hits: int, sizes: int) -> float:
    return 2 * hits / sizes if sizes else 0.0


def _verified(prediction: Prediction) -> list[LabelledFact]:
    return [fact for fact in prediction.facts if fact.verdict == "verified"]
