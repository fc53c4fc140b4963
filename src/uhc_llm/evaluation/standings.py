"""How several models stand beside each other, from their answers about the same gold articles.

Every figure is counted by article, so that what is beyond chance can be told: the articles are
drawn again and again (`bootstrap`), and all models are looked at in the same draws. What a model
was not asked about is left out of its figures, and where it is compared with the best one out of
that one's too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from uhc_llm.evaluation.bootstrap import draws, interval
from uhc_llm.evaluation.counting import STRICTEST, Counted
from uhc_llm.evaluation.gold import GoldArticle
from uhc_llm.evaluation.model_run import Answers
from uhc_llm.evaluation.scoring import LEVELS, Level, Score
from uhc_llm.schemas import Usage

__all__ = ["MARGIN", "Difference", "Estimate", "ModelStanding", "Standings", "compare_answers"]

MARGIN: Final = 0.02
"""So much less F1 at level full is as good, where it costs less."""


class Estimate(NamedTuple):
    """An F1, and the bounds between which it lies in 95 of 100 draws of as many articles."""

    f1: float
    low: float
    high: float


class Difference(NamedTuple):
    """How much higher than the best model's an F1 at level full is, over the same articles.

    `low` and `high` bound it in 95 of 100 draws.
    """

    f1: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the bounds leave out that there is none."""
        return not self.low <= 0 <= self.high


class ModelStanding(NamedTuple):
    """One model.

    Attributes:
        name: as it was named.
        articles: how many it was asked about; its figures are of these.
        not_asked: how many are still to be asked about.
        failures: how many articles have no answer, by kind of error; they count as empty.
        error: what ended its run, or why none of its articles has an answer; None if all is well.
        levels: its F1 at each level; empty where no article has an answer.
        articles_right: the share of articles in which all facts are right and none is false.
        false_facts: facts said of an article that has none, on average; None without such articles.
        verified: the score at level full of the facts that are called verified.
        said: how many facts were said.
        usage: tokens of all requests.
        cost: US dollars, of all; None where that is not known.
        seconds: on the clock, for all; None where answers were replayed.
        difference: from the best model; None for that one, and without figures.
        answered_by: the models, as the provider names them.
        versions: of this program, that made the answers.
    """

    name: str
    articles: int = 0
    not_asked: int = 0
    failures: Mapping[str, int] = {}
    error: str | None = None
    levels: Mapping[Level, Estimate] = {}
    articles_right: float = 0.0
    false_facts: float | None = None
    verified: Score = Score()
    said: int = 0
    usage: Usage = Usage()
    cost: float | None = None
    seconds: float | None = None
    difference: Difference | None = None
    answered_by: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Whether it has figures, and was asked about every article."""
        return bool(self.levels) and not self.not_asked

    @property
    def verified_share(self) -> float | None:
        """How many of the facts that were said are called verified; None where none was said."""
        return self.verified.said / self.said if self.said else None

    @property
    def cost_an_article(self) -> float | None:
        """US dollars; None where that is not known."""
        return None if self.cost is None or not self.articles else self.cost / self.articles

    @property
    def seconds_an_article(self) -> float | None:
        """On the clock, with as many at once as there were."""
        return None if self.seconds is None or not self.articles else self.seconds / self.articles

    def tokens_an_article(self, kind: str) -> float | None:
        """Of `input`, of which `cached`, or `output`."""
        tokens: int = getattr(self.usage, f"{kind}_tokens")
        return tokens / self.articles if self.articles else None

    def to_record(self) -> dict[str, Any]:
        """One flat row, the same columns for every model."""
        row: dict[str, Any] = {"model": self.name, "articles": self.articles}
        row |= {"not_asked": self.not_asked, "failed": sum(self.failures.values())}
        for level in LEVELS:
            found = self.levels.get(level)
            row |= {level: found and found.f1}
            row |= {f"{level}_low": found and found.low, f"{level}_high": found and found.high}
        away = self.difference
        verified = self.verified.precision if self.verified.said else None
        return row | {
            "difference": away and away.f1,
            "difference_low": away and away.low,
            "difference_high": away and away.high,
            "beyond_chance": away and away.beyond_chance,
            "articles_right": self.articles_right if self.levels else None,
            "false_facts": self.false_facts,
            "verified_precision": verified,
            "verified_share": self.verified_share,
            **{f"{k}_tokens": self.tokens_an_article(k) for k in ("input", "cached", "output")},
            "cost": self.cost_an_article,
            "cost_in_all": self.cost,
            "seconds": self.seconds_an_article,
            "answered_by": ", ".join(self.answered_by) or None,
            "version": ", ".join(self.versions) or None,
            "failures": ", ".join(f"{n} {kind}" for kind, n in self.failures.items()) or None,
            "error": self.error,
        }


class Standings(NamedTuple):
    """Several models beside each other.

    Attributes:
        articles: how many are compared.
        models: the highest F1 at level full first, then those that are not finished, then those
            without figures.
        best: the finished model with the highest F1; None where none is finished.
        take: the one to take: the best, or the cheapest that costs less and is, in 95 of 100 draws,
            worse by less than `MARGIN`.
    """

    articles: int
    models: tuple[ModelStanding, ...]
    best: str | None = None
    take: str | None = None

    def model(self, name: str) -> ModelStanding:
        """The model of this name.

        Raises:
            KeyError: there is none.
        """
        for model in self.models:
            if model.name == name:
                return model
        raise KeyError(name)

    def to_records(self) -> list[dict[str, Any]]:
        """One flat row a model; tokens, `cost` and `seconds` are those of an article."""
        return [{**each.to_record(), "take": each.name == self.take} for each in self.models]


def compare_answers(
    articles: Sequence[GoldArticle],
    answers: Mapping[str, Answers],
    *,
    errors: Mapping[str, str] | None = None,
) -> Standings:
    """Score what several models say of the same articles.

    Args:
        articles: what `load_gold` gives.
        answers: of each model, by its name; an article without one was not asked about.
        errors: what ended a model's run, by its name.
    """
    errors = errors or {}
    drawn = draws(len(articles))
    counted = {name: Counted(articles, each.predictions) for name, each in answers.items()}
    models = [
        _standing(name, counted[name], each, drawn, errors.get(name))
        for name, each in answers.items()
    ]
    finished = [model for model in models if model.is_finished]
    best = max(finished, key=_rank, default=None)
    if best is not None:
        models = [
            model._replace(difference=_difference(counted[model.name], counted[best.name], drawn))
            if model.levels and model is not best
            else model
            for model in models
        ]
    models.sort(key=lambda m: (not m.is_finished, not m.levels, -_rank(m)))
    name = best.name if best else None
    return Standings(len(articles), tuple(models), name, _taken(best, models))


def _rank(model: ModelStanding) -> float:
    return model.levels[STRICTEST].f1 if model.levels else 0.0


def _standing(
    name: str,
    counted: Counted,
    answers: Answers,
    drawn: Sequence[Sequence[int]],
    error: str | None,
) -> ModelStanding:
    predictions = answers.predictions
    failed = [each.error for each in predictions if each.error is not None]
    if failed and not counted.answered:
        error = error or failed[-1]
    known = [each.cost for each in predictions if each.cost is not None]
    standing = ModelStanding(
        name,
        articles=len(predictions),
        not_asked=len(counted.asked) - len(predictions),
        failures=Counter(each.partition(":")[0] for each in failed),
        error=error,
        usage=sum((each.usage for each in predictions), Usage()),
        cost=float(sum(known)) if len(known) == len(predictions) else None,
        seconds=answers.seconds,
        answered_by=_distinct(each.model for each in predictions),
        versions=_distinct(each.version for each in predictions),
    )
    if not counted.answered:
        return standing
    return standing._replace(
        levels={
            level: Estimate(counted.f1(level), *interval(counted.f1_of(drawn, level)))
            for level in LEVELS
        },
        articles_right=counted.right / len(predictions),
        false_facts=counted.false_facts / counted.without_facts if counted.without_facts else None,
        verified=counted.verified,
        said=counted.said,
    )


def _distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}))


def _difference(one: Counted, best: Counted, drawn: Sequence[Sequence[int]]) -> Difference:
    same = best.only(one.asked)
    pairs = zip(one.f1_of(drawn, STRICTEST), same.f1_of(drawn, STRICTEST), strict=True)
    away = one.f1(STRICTEST) - same.f1(STRICTEST)
    return Difference(away, *interval([value - other for value, other in pairs]))


def _taken(best: ModelStanding | None, models: Sequence[ModelStanding]) -> str | None:
    if best is None:
        return None
    as_good = [
        model
        for model in models
        if model.is_finished and model.difference and model.difference.low > -MARGIN
    ]
    taken = best
    for model in as_good:  # the highest F1 first
        if _costs_less(model, taken):
            taken = model
    return taken.name


def _costs_less(one: ModelStanding, other: ModelStanding) -> bool:
    if one.cost is None:
        return False
    return one.cost < other.cost if other.cost is not None else not one.cost
