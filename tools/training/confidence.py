"""Fitting how sure the reader may be, to articles that it was not fitted to."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from tools.training.labels import Label
from tools.training.validation import Held
from uhc_llm.evaluation.gold import LabelledFact
from uhc_llm.promise import Kept
from uhc_llm.reader.confidence import FIELDS, Said, confidence_of
from uhc_llm.reader.interpretation import Interpretation, Meaning

__all__ = ["Row", "fit_confidence", "record_of", "rows_of"]

# What the reader holds to be less likely counts less: it is asked of others' facts alone.
_LESS: Final = 0.2
_STRENGTH: Final = 0.3
_STEPS: Final = 201
# The score of what was never otherwise in all that was learned from.
_CERTAIN: Final = 7.0
_TINY: Final = 1e-9


class Row(NamedTuple):
    """A fact that can be said of a held-out number, and which of its fields are right.

    Attributes:
        seen: what tells how likely it is right.
        right: for each of `FIELDS` whether it is.
        is_likeliest: whether it is what the reader says itself.
    """

    seen: tuple[float, ...]
    right: tuple[bool, ...]
    is_likeliest: bool


def fit_confidence(rows: Sequence[Row]) -> dict[str, list[float]]:
    """The weights by which a fact is right or wrong.

    Args:
        rows: facts that can be said of articles to which the reader was not fitted.
    """
    seen = np.array([row.seen for row in rows])
    weights = np.where([row.is_likeliest for row in rows], 1.0, _LESS)
    scaler = StandardScaler().fit(seen)
    scaled = scaler.transform(seen)
    found = {}
    for place, field in enumerate(FIELDS):
        right = np.array([row.right[place] for row in rows])
        if right.all() or not right.any():
            found[field] = [_CERTAIN if right.all() else -_CERTAIN, *[0.0] * seen.shape[1]]
            continue
        model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(scaled, right, weights)
        slopes = model.coef_[0] / scaler.scale_
        bias = model.intercept_[0] - slopes @ scaler.mean_
        found[field] = [round(float(each), 5) for each in (bias, *slopes)]
    return found


def rows_of(held: Held) -> Iterator[Row]:
    """What can be said of the labelled numbers of an article, and what of it is right."""
    text = held.understanding
    if text.is_off_topic:
        return
    labels = held.labels
    for read in text.numbers:
        label = labels.get(read.mention.id)
        if label is None or not read.places:
            continue
        for place, said in enumerate(_sayings(read)):
            seen = text.seen(read, said)
            is_said = place == 0 and read.meaning.metric is not None
            yield Row(seen, tuple(_right(label, said)), is_said)


def _sayings(read: Interpretation) -> Iterator[Said]:
    """The likeliest fact of a number, and the same with the next choice in one field."""
    meanings = [m for name, _ in read.meanings if (m := Meaning.named(name)).metric][:2]
    segments = [segment for segment, _ in read.segments[:2]]
    codes = [place.regions[0].code if place.regions else None for place, _ in read.places[:2]]
    years = [(moment.iso or "")[:4] or None for moment, _ in read.moments[:2]]
    metric, status = meanings[0].metric, meanings[0].status
    assert metric is not None  # noqa: S101 - chosen so
    likeliest = Said(metric, status, segments[0], codes[0], years[0])
    yield likeliest
    for other in meanings[1:]:
        yield likeliest._replace(metric=other.metric or metric, status=other.status)
    for segment in segments[1:]:
        yield likeliest._replace(segment=segment)
    for code in codes[1:]:
        yield likeliest._replace(region=code)
    for year in years[1:]:
        yield likeliest._replace(year=year)


def _right(label: Label, said: Said) -> Iterator[bool]:
    """Whether each field is that of some fact of the number, and the whole that of one."""
    right = [_fields(fact, said) for fact in label.facts]
    for place in range(len(FIELDS) - 1):
        yield any(fields[place] for fields in right)
    yield any(map(all, right))


def _fields(fact: LabelledFact, said: Said) -> tuple[bool, ...]:
    is_metric = fact.metric == said.metric
    return (
        is_metric,
        is_metric and fact.status == said.status,
        (fact.segment or "all") == said.segment,
        fact.region_code == said.region,
        ((fact.period or "")[:4] or None) == said.year,
    )


# --- what may be promised ------------------------------------------------------------------------


def record_of(rows: Sequence[Row], groups: Sequence[str], folds: Sequence[int]) -> list[Kept]:
    """How many of the reader's facts are right from each confidence on.

    Each is held as sure as it is by weights that were fitted to the other folds.

    Args:
        rows: facts that can be said of articles to which the reader was not fitted.
        groups: the article of each.
        folds: the fold of each.
    """
    sure = np.zeros(len(rows))
    fold = np.array(folds)
    for each in set(folds):
        weights = fit_confidence([row for row, k in zip(rows, folds, strict=True) if k != each])
        for place in map(int, np.flatnonzero(fold == each)):
            sure[place] = confidence_of(weights, rows[place].seen).whole
    said = [place for place, row in enumerate(rows) if row.is_likeliest]
    right = np.array([rows[place].right[-1] for place in said], float)
    article = np.unique([groups[place] for place in said], return_inverse=True)[1]
    alike = _likeness(right - sure[said], article)
    levels = np.quantile(sure[said], np.linspace(0, 1, _STEPS))
    return [_kept(float(x), sure[said] >= x, right, article, alike) for x in levels[::-1]]


def _likeness(off: npt.NDArray[np.float64], article: npt.NDArray[np.intp]) -> float:
    """How alike facts of one article are in being right or wrong: from 0 up to 1.

    It is the correlation within articles of what is left over when the confidence is taken off.
    """
    counts = np.bincount(article)
    between = float((np.bincount(article, off) ** 2).sum() - (off**2).sum())
    pairs = float((counts * (counts - 1)).sum())
    return min(max(between / max(pairs, 1.0) / max(float((off**2).mean()), _TINY), 0.0), 1.0)


def _kept(
    level: float,
    is_kept: npt.NDArray[np.bool_],
    right: npt.NDArray[np.float64],
    article: npt.NDArray[np.intp],
    alike: float,
) -> Kept:
    """What is kept from a confidence on, worth as many facts as though each stood alone."""
    count, sizes = float(is_kept.sum()), np.bincount(article[is_kept])
    effect = 1 + alike * (float((sizes**2).sum()) / count - 1)
    return Kept(
        threshold=round(level, 4),
        facts=round(count / effect, 1),
        right=round(float(right[is_kept].mean()) * count / effect, 1),
        share=round(float(is_kept.mean()), 3),
    )
