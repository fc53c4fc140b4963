"""How right a reader is on articles that it was not fitted to, and how sure it may be of that."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from tools.training.examples import LabelledArticle
from tools.training.fitting import CHOICES, FOLDS, Temperatures, fit, folds_of
from tools.training.labels import Label, labels_of
from tools.training.sets import Source
from uhc_llm.evaluation.gold import LabelledFact
from uhc_llm.evaluation.scoring import LEVELS, Level, Score, score_article, total
from uhc_llm.llm.code import CodeConversation
from uhc_llm.reader import Interpretation, Understanding, interpret
from uhc_llm.reader.scoring import Layer
from uhc_llm.reader.weights import Weights
from uhc_llm.scanner import scan_plain
from uhc_llm.schemas import Fact, Reading

__all__ = [
    "Folds", "Held", "cross_validate", "fit_folds", "fit_sources", "fitted_temperatures",
    "learned_from", "read_held", "scores_by_set", "temperature_of",
]  # fmt: skip

Fit = Callable[[Sequence[Source]], Mapping[str, Layer]]

_COLDEST: Final = 0.5
_HOTTEST: Final = 6.0
_TINY: Final = 1e-9


class Held(NamedTuple):
    """An article as a reader that was not fitted to it, nor to any of its group, understands it."""

    source: Source
    understanding: Understanding

    @property
    def said(self) -> list[Fact]:
        """What it says without asking any model."""
        return CodeConversation(self.understanding.reading, self.understanding).facts()

    @property
    def facts(self) -> list[LabelledFact]:
        """The same in the form of labels."""
        return [as_labelled(fact) for fact in self.said]

    @property
    def labels(self) -> Mapping[str, Label]:
        """What its numbers are."""
        return labels_of(self.source.article.gold, self.understanding.sight.article)


def as_labelled(fact: Fact) -> LabelledFact:
    """A fact in the form of a label."""
    return LabelledFact(
        value=fact.value,
        upper=fact.upper,
        unit=fact.unit,
        metric=fact.metric,
        status=fact.status,
        region_code=fact.region.code if fact.region else None,
        region=fact.region.name if fact.region else None,
        period=fact.period.iso if fact.period else None,
        segment=fact.segment,
    )


class Folds(NamedTuple):
    """Weights fitted to the articles of all folds but one, once for each.

    Attributes:
        layers: the weights of each fold.
        of: the fold of each article, whose weights it had no part in.
    """

    layers: Sequence[Mapping[str, Layer]]
    of: Sequence[int]


def cross_validate(
    sources: Sequence[Source],
    fitted: Fit | None = None,
    *,
    folds: int = FOLDS,
    tried: int | None = None,
) -> list[Held]:
    """Read each article by weights that were fitted to the other folds. See `fit_folds`.

    Args:
        sources: the articles.
        fitted: gives weights fitted to some of them; None fits all that there is.
        folds: how many.
        tried: the articles of so many folds alone are read; None are all.
    """
    fold = folds_of([source.group for source in sources], folds).tolist()
    found: dict[int, Held] = {}
    for k in range(folds if tried is None else tried):
        here = [place for place, f in enumerate(fold) if f == k]
        layers = (fitted or fit_sources)([s for s, f in zip(sources, fold, strict=True) if f != k])
        held = read_held([sources[place] for place in here], Folds([layers], [0] * len(here)))
        found |= dict(zip(here, held, strict=True))
    return [found[place] for place in sorted(found)]


def fit_folds(
    sources: Sequence[Source],
    fitted: Fit | None = None,
    *,
    folds: int = FOLDS,
    processes: int = 1,
) -> Folds:
    """Fit weights to all folds but one, for each.

    Args:
        sources: the articles; those of one group are of one fold.
        fitted: gives weights fitted to some of them; None fits all that there is.
        folds: how many.
        processes: how many of them are fitted at once.
    """
    fold = folds_of([source.group for source in sources], folds).tolist()
    others = [[s for s, f in zip(sources, fold, strict=True) if f != k] for k in range(folds)]
    return Folds(list(_fit_each(fitted or fit_sources, others, processes)), fold)


def read_held(
    sources: Sequence[Source], folds: Folds, temperatures: Temperatures | None = None
) -> list[Held]:
    """Read each article by the weights of its fold.

    Args:
        sources: the articles.
        folds: their folds.
        temperatures: of each choice; None leaves scores as they are.
    """
    told = (temperatures or Temperatures())._asdict()
    weights = [
        Weights.of({n: layer._replace(temperature=told[n]) for n, layer in layers.items()})
        for layers in folds.layers
    ]
    return [
        Held(source, interpret(_reading(source), weights=weights[fold]))
        for source, fold in zip(sources, folds.of, strict=True)
    ]


def _fit_each(
    fitted: Fit, parts: Sequence[Sequence[Source]], processes: int
) -> Iterator[Mapping[str, Layer]]:
    """Weights fitted to each of some parts."""
    if processes == 1:
        yield from map(fitted, parts)
        return
    global _JOB  # noqa: PLW0603 - what is forked need not be pickled
    _JOB = (fitted, parts)
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        yield from pool.map(_fit_part, range(len(parts)))


_JOB: tuple[Fit, Sequence[Sequence[Source]]] | None = None


def _fit_part(place: int) -> Mapping[str, Layer]:
    fitted, parts = _JOB or (fit_sources, ())
    return fitted(parts[place])


def fit_sources(
    sources: Sequence[Source],
    temperatures: Temperatures | None = None,
    *,
    choices: Collection[str] = CHOICES,
) -> dict[str, Layer]:
    """Fit choices to some articles, and to the short texts out of them."""
    return fit(*learned_from(sources), temperatures, choices=choices)


def learned_from(sources: Iterable[Source]) -> tuple[list[LabelledArticle], list[str]]:
    """The articles with the short texts out of them, and what each stands or falls with."""
    pairs = [(each, s.group) for s in sources for each in (s.article, *s.snippets)]
    return [article for article, _ in pairs], [group for _, group in pairs]


def _reading(source: Source) -> Reading:
    gold = source.article.gold
    return scan_plain(gold.text, published=gold.published).reading


def scores_by_set(held: Iterable[Held]) -> dict[str, dict[Level, Score]]:
    """The score of each set at each level."""
    found: dict[str, list[Mapping[Level, Score]]] = {}
    for each in held:
        scores = score_article(each.source.article.gold.facts, each.facts)
        found.setdefault(each.source.set, []).append(scores)
    return {name: total(scores) for name, scores in found.items()}


def table(held: Sequence[Held]) -> str:
    """F1 at each level, a line for each set."""
    lines = ["{:8} {:>8}".format("set", "articles") + "".join(f"{level:>9}" for level in LEVELS)]
    for name, scores in scores_by_set(held).items():
        count = sum(each.source.set == name for each in held)
        figures = "".join(f"{scores[level].f1:9.3f}" for level in LEVELS)
        lines.append(f"{name:8} {count:8}{figures}")
    return "\n".join(lines)


# --- how sure it may be --------------------------------------------------------------------------


def fitted_temperatures(held: Sequence[Held]) -> Temperatures:
    """By what to divide the scores of each choice, so that its probabilities come true."""
    chosen: dict[str, list[tuple[list[float], int]]] = {name: [] for name in Temperatures._fields}
    for each in held:
        topic = each.understanding.topic
        right = 0 if each.source.article.is_on_topic else 1
        chosen["topic"].append(([topic, 1 - topic], right))
        labels = each.labels
        for read in each.understanding.numbers:
            label = labels.get(read.mention.id)
            if label is not None and not read.around.in_table:
                for name, shares, place in _choices(read, label):
                    chosen[name].append((shares, place))
    return Temperatures(**{name: temperature_of(few) for name, few in chosen.items()})


def _choices(read: Interpretation, label: Label) -> Iterator[tuple[str, list[float], int]]:
    """The choices of a number whose right one is among those that it had."""
    names = [name for name, _ in read.meanings]
    if label.meaning in names:
        yield "meaning", [share for _, share in read.meanings], names.index(label.meaning)
    if not label.facts or read.meanings[0][0] != label.meaning:
        return
    first = label.facts[0]
    groups = [name for name, _ in read.segments]
    if (first.segment or "all") in groups:
        shares = [share for _, share in read.segments]
        yield "segment", shares, groups.index(first.segment or "all")
    codes = {fact.region_code for fact in label.facts}
    wanted = [codes == ({r.code for r in p.regions} or {None}) for p, _ in read.places]
    if any(wanted):
        yield "place", [share for _, share in read.places], wanted.index(True)
    isos = [moment.iso for moment, _ in read.moments]
    if first.period in isos:
        yield "moment", [share for _, share in read.moments], isos.index(first.period)


def temperature_of(choices: Sequence[tuple[list[float], int]]) -> float:
    """What makes the right choices likeliest when all scores are divided by it."""
    logs = [(np.log(np.maximum(shares, _TINY)), right) for shares, right in choices]

    def surprise(temperature: float) -> float:
        found = 0.0
        for log, right in logs:
            scaled = log / temperature
            found -= scaled[right] - np.logaddexp.reduce(scaled)
        return found

    best = minimize_scalar(surprise, bounds=(_COLDEST, _HOTTEST), method="bounded")
    return float(best.x)
