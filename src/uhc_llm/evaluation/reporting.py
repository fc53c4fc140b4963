"""What a run is worth: by level, metric, attribute and article, and what it took."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.evaluation.pairing import Pair, pair_facts
from uhc_llm.evaluation.predictions import Prediction, by_id
from uhc_llm.evaluation.scoring import Level, Score, keys, score_article, total
from uhc_llm.scanner import scan
from uhc_llm.schemas import COVERAGE_UNITS, Usage

__all__ = ["ATTRIBUTES", "ArticleResult", "Report", "make_report"]

MISSED: Final = "missed"
NO_FACT: Final = "no fact"

_Read = Callable[[LabelledFact], object]

ATTRIBUTES: Final[Mapping[str, _Read]] = {
    "metric": lambda fact: fact.metric,
    "status": lambda fact: fact.status,
    "region": lambda fact: fact.region_code,
    "year": lambda fact: fact.year,
    "segment": lambda fact: fact.segment or "all",
    "qualifier": lambda fact: fact.qualifier or "exact",
}
"""What is compared of two facts with one number."""

_CONFUSED: Final = ("metric", "status", "segment")


class ArticleResult(NamedTuple):
    """What became of one article.

    Attributes:
        id: its name.
        levels: its scores.
        error: why there is nothing, if the model failed.
        missed: true facts that no number was said of.
        wrong: true facts and what was said of their numbers instead.
        invented: what was said of numbers that are no facts.
    """

    id: str
    levels: Mapping[Level, Score]
    error: str | None
    missed: tuple[LabelledFact, ...]
    wrong: tuple[Pair, ...]
    invented: tuple[LabelledFact, ...]


class Report(NamedTuple):
    """What a run is worth.

    Attributes:
        articles: one result for each gold article, in order.
        levels: the scores of all together.
        metrics: for each metric, the score of its facts at the level of place.
        attributes: for each attribute, of the true facts whose number was said how many have it
            right, and how many there are.
        confusions: for metric, status and segment, how often which true value was said as which.
        not_in_text: how many numbers were said that no number of the text has.
        usage: tokens of all requests.
        requests: how many were sent.
        seconds: of all articles; None where answers were replayed.
        cost: US dollars; None where that is not known of every article.
        made_with: model, strategy, prompt and version, as far as the predictions say.
    """

    articles: tuple[ArticleResult, ...]
    levels: Mapping[Level, Score]
    metrics: Mapping[str, Score]
    attributes: Mapping[str, tuple[int, int]]
    confusions: Mapping[str, Mapping[tuple[str, str], int]]
    not_in_text: int
    usage: Usage
    requests: int
    seconds: float | None
    cost: Decimal | None
    made_with: Mapping[str, str | None]

    @property
    def failed(self) -> tuple[ArticleResult, ...]:
        """The articles that there is no answer for."""
        return tuple(article for article in self.articles if article.error)

    def worst(self, count: int = 5) -> tuple[ArticleResult, ...]:
        """The articles with the most faults, those with the most first."""
        faults = [(len(a.missed) + len(a.wrong) + len(a.invented), a) for a in self.articles]
        ranked = sorted((each for each in faults if each[0]), key=lambda each: -each[0])
        return tuple(article for _, article in ranked[:count])

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON can say it."""
        return {
            "articles": len(self.articles),
            "failed": {article.id: article.error for article in self.failed},
            "levels": {level: _score(one) for level, one in self.levels.items()},
            "metrics": {metric: _score(one) for metric, one in self.metrics.items()},
            "attributes": {
                name: {"right": right, "of": of, "share": right / of if of else None}
                for name, (right, of) in self.attributes.items()
            },
            "confusions": {
                name: [
                    {"true": true, "said": said, "count": count}
                    for (true, said), count in table.items()
                ]
                for name, table in self.confusions.items()
            },
            "numbers_not_in_text": self.not_in_text,
            "usage": self.usage.model_dump(),
            "requests": self.requests,
            "seconds": self.seconds,
            "cost": None if self.cost is None else float(self.cost),
            "made_with": dict(self.made_with),
            "by_article": [
                {
                    "id": article.id,
                    "error": article.error,
                    "levels": {level: _score(one) for level, one in article.levels.items()},
                }
                for article in self.articles
            ],
        }


def make_report(articles: Sequence[GoldArticle], predictions: Iterable[Prediction]) -> Report:
    """Compare predictions with gold.

    Args:
        articles: what `load_gold` gives.
        predictions: an article without one counts as empty.
    """
    found = by_id(list(predictions))
    said = {a.id: found[a.id].facts if a.id in found else () for a in articles}
    pairs = {article.id: pair_facts(article.facts, said[article.id]) for article in articles}
    results = tuple(
        _result(article, found.get(article.id), pairs[article.id], said[article.id])
        for article in articles
    )
    answered = [found[article.id] for article in articles if article.id in found]
    all_pairs = [pair for article in articles for pair in pairs[article.id]]
    return Report(
        articles=results,
        levels=total(result.levels for result in results),
        metrics=_by_metric(articles, said),
        attributes={name: _right(all_pairs, read) for name, read in ATTRIBUTES.items()},
        confusions={name: _confusion(all_pairs, ATTRIBUTES[name]) for name in _CONFUSED},
        not_in_text=sum(_absent(article, said[article.id]) for article in articles),
        usage=sum((prediction.usage for prediction in answered), Usage()),
        requests=sum(prediction.requests for prediction in answered),
        seconds=_sum(prediction.seconds for prediction in answered),
        cost=_sum(prediction.cost for prediction in answered),
        made_with=_made_with(answered),
    )


def _result(
    article: GoldArticle,
    prediction: Prediction | None,
    pairs: Sequence[Pair],
    said: Sequence[LabelledFact],
) -> ArticleResult:
    true = keys(article.facts, "full")
    return ArticleResult(
        id=article.id,
        levels=score_article(article.facts, said),
        error=prediction.error if prediction else "there is no prediction",
        missed=tuple(p.gold for p in pairs if p.gold and p.said is None),
        wrong=tuple(p for p in pairs if p.gold and p.said and not _is_right(p.gold, p.said)),
        invented=tuple(
            pair.said
            for pair in pairs
            if pair.said and pair.gold is None and not keys([pair.said], "full") <= true
        ),
    )


def _is_right(gold: LabelledFact, said: LabelledFact) -> bool:
    return all(
        read(gold) == read(said) or (name == "region" and gold.region_code is None)
        for name, read in ATTRIBUTES.items()
        if name != "qualifier"
    )


def _by_metric(
    articles: Sequence[GoldArticle], said: Mapping[str, Sequence[LabelledFact]]
) -> dict[str, Score]:
    """Scores at the level of place: what a number says and of whom is what a metric is used for."""
    names = Counter(fact.metric for article in articles for fact in article.facts)
    names.update(dict.fromkeys((f.metric for facts in said.values() for f in facts), 0))
    return {
        metric: total(
            score_article(
                [fact for fact in article.facts if fact.metric == metric],
                [fact for fact in said[article.id] if fact.metric == metric],
            )
            for article in articles
        )["place"]
        for metric, _ in names.most_common()
    }


def _right(pairs: Iterable[Pair], read: _Read) -> tuple[int, int]:
    known = [(p.gold, p.said) for p in pairs if p.gold is not None and p.said is not None]
    is_region = read is ATTRIBUTES["region"]
    if is_region:
        known = [(gold, said) for gold, said in known if gold.region_code is not None]
    return sum(read(gold) == read(said) for gold, said in known), len(known)


def _confusion(pairs: Iterable[Pair], read: _Read) -> dict[tuple[str, str], int]:
    counts = Counter(
        (
            str(read(pair.gold)) if pair.gold else NO_FACT,
            str(read(pair.said)) if pair.said else MISSED,
        )
        for pair in pairs
    )
    return dict(counts.most_common())


def _absent(article: GoldArticle, said: Iterable[LabelledFact]) -> int:
    """How many said numbers no number of the text has, with its unit if it says one."""
    there = {
        (value.normalize(), unit)
        for mention in scan(article.text, published=article.published).mentions
        for value in (mention.value, mention.upper, *mention.readings)
        for unit in ({mention.unit} if mention.says_unit else COVERAGE_UNITS)
        if value is not None
    }
    return sum((end.normalize(), fact.unit) not in there for fact in said for end in fact.ends)


_Amount = TypeVar("_Amount", float, Decimal)


def _sum(amounts: Iterable[_Amount | None]) -> _Amount | None:
    """The sum, where each is known."""
    known: _Amount | None = None
    for amount in amounts:
        if amount is None:
            return None
        known = amount if known is None else known + amount
    return known


def _made_with(predictions: Sequence[Prediction]) -> dict[str, str | None]:
    def one(name: str) -> str | None:
        values = {value for p in predictions if (value := getattr(p, name)) is not None}
        return ", ".join(sorted(values)) or None

    return {name: one(name) for name in ("model", "strategy", "prompt", "version")}


def _score(one: Score) -> dict[str, float]:
    return {
        "precision": one.precision,
        "recall": one.recall,
        "f1": one.f1,
        "hit": one.hit,
        "said": one.said,
        "true": one.true,
    }
