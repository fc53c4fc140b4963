"""Other ways of learning what a number means, on the same features and the same folds.

Each number stands behind the true meanings of those before it, so that all learn from and are tried
on the same rows; what the whole reader reaches, whose faults lead to others, is in the curve. Where
a label leaves open which kind of no fact a number is, the net counts all kinds as right. The other
two cannot, and so learn the kind that a first fit without these numbers takes to be likeliest.

Trees cannot have as many columns as there are features: they get the few hundred that tell most of
the classes (chi squared), and what all features come to in some dimensions.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression

from benchmarks.reader_folds.held import json_of
from benchmarks.reader_folds.kept import ALL, Part
from tools.training.fitting import folds_of, matrix, meaning_examples, vocabulary
from tools.training.labels import UNKNOWN_KIND
from tools.training.sets import SETS, Source
from tools.training.validation import fit_sources, learned_from, temperature_of
from uhc_llm.evaluation.figures import Counts, Name, Sample, Sums, counts_of
from uhc_llm.evaluation.scoring import Score
from uhc_llm.reader import Meaning
from uhc_llm.reader.scoring import Scorer
from uhc_llm.reader.sight import topic_steps
from uhc_llm.schemas import METRICS, Unit

__all__ = ["LEARNERS", "Allowed", "Row", "Shares", "count_number", "run"]

LOSSES: Final = ("log loss", "log loss after temperature")
_LEAST: Final = 4
_STRENGTHS: Final = (0.03, 0.1, 0.3)
_GUESSING: Final = 0.1
_COLUMNS: Final = 400
_DIMENSIONS: Final = 100
_TREES: Final = 100
_LEAVES: Final = 15
# Without it the leaves of rare classes run away.
_SHRINKING: Final = 20.0
_TINY: Final = 1e-9
_MILLIONTHS: Final = 1_000_000
_SEED: Final = 1

Floats = npt.NDArray[np.float64]


class Row(NamedTuple):
    """A number that was held out.

    Attributes:
        features: what speaks for its meaning.
        right: what it means.
        unit: its unit, which rules some meanings out.
    """

    features: Sequence[str]
    right: str
    unit: Unit | None


class Columns(NamedTuple):
    """The features of a fold as matrices: of what is learned from, and of what is held out."""

    told: sparse.csr_matrix
    held: sparse.csr_matrix


class Fold:
    """What is learned from, and what is held out.

    Args:
        others: the articles to learn from.
        articles: those that are held out.

    Attributes:
        others: the articles to learn from.
        held: those that are held out, each with its numbers.
    """

    def __init__(self, others: Sequence[Source], articles: Sequence[Source]) -> None:
        self.others: Final = others
        self._examples: Final = meaning_examples(*learned_from(others))
        topic = Scorer(fit_sources(others, choices=("topic",))["topic"])
        self.held: Final = [(source, _rows(source, topic)) for source in articles]

    @property
    def rows(self) -> list[Row]:
        """The numbers that are held out."""
        return [row for _, rows in self.held for row in rows]

    @cached_property
    def columns(self) -> Columns:
        """The features that the net has too."""
        rows = [features for features, _ in self._examples]
        names = vocabulary(rows, _LEAST)
        return Columns(matrix(rows, names), matrix([row.features for row in self.rows], names))

    @cached_property
    def right(self) -> npt.NDArray[np.str_]:
        """The classes of what is learned from, the kinds that are left open guessed."""
        right = np.array([name for _, name in self._examples])
        is_open = right == UNKNOWN_KIND
        told = self.columns.told
        model = _regression(told[~is_open], right[~is_open], _GUESSING)
        shares = model.predict_proba(told[is_open])
        shares[:, [_is_fact(name) for name in model.classes_]] = 0
        right[is_open] = model.classes_[shares.argmax(axis=1)]
        return right


class Shares(NamedTuple):
    """How likely each class is, for some rows."""

    classes: Sequence[str]
    rows: Floats


Learner = Callable[[Fold], Shares]


def run(sources: Sequence[Source], part: Part, folds: int) -> None:
    """Try each learner."""
    if all(name in part.rows for name in LEARNERS):
        return
    parts = list(_folds(sources, folds))
    for name, learner in LEARNERS.items():
        part.row(name, partial(_figures, parts, learner))


def _folds(sources: Sequence[Source], folds: int) -> Iterator[Fold]:
    fold = folds_of([source.group for source in sources], folds)
    for each in range(folds):
        others = [s for s, f in zip(sources, fold, strict=True) if f != each]
        yield Fold(others, [s for s, f in zip(sources, fold, strict=True) if f == each])


def _rows(source: Source, topic: Scorer) -> list[Row]:
    likely = topic.probabilities(source.article.topic)["coverage"]
    return [
        Row([*e.meaning, *topic_steps(likely, unit)], e.label.meaning, unit)
        for e in source.article.numbers
        for unit in (e.around.mention.unit,)
    ]


# --- the learners --------------------------------------------------------------------------------


def _by_net(fold: Fold) -> Shares:
    """The reader's own: a small net."""
    scorer = Scorer(fit_sources(fold.others, choices=("meaning",))["meaning"])
    rows = [list(scorer.probabilities(row.features).values()) for row in fold.rows]
    return Shares(scorer.choices, np.array(rows))


def _by_regression(strength: float) -> Learner:
    def learned(fold: Fold) -> Shares:
        model = _regression(fold.columns.told, fold.right, strength)
        return Shares(list(model.classes_), model.predict_proba(fold.columns.held))

    return learned


def _by_trees(fold: Fold) -> Shares:
    told, right = fold.columns.told, fold.right
    best = SelectKBest(chi2, k=_COLUMNS).fit(told, right)
    whole = TruncatedSVD(_DIMENSIONS, random_state=_SEED).fit(told)
    model = HistGradientBoostingClassifier(
        max_iter=_TREES, max_leaf_nodes=_LEAVES, l2_regularization=_SHRINKING,
        early_stopping=False, random_state=_SEED,
    )  # fmt: skip
    dense = [
        np.hstack([best.transform(few).toarray(), whole.transform(few)]).astype(np.float32)
        for few in fold.columns
    ]
    model.fit(dense[0], right)
    return Shares(list(model.classes_), model.predict_proba(dense[1]))


LEARNERS: Final[Mapping[str, Learner]] = {
    "the net": _by_net,
    **{f"regression, C = {strength}": _by_regression(strength) for strength in _STRENGTHS},
    "boosted trees": _by_trees,
}


def _regression(
    features: sparse.csr_matrix, right: npt.NDArray[np.str_], strength: float
) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=300).fit(features, right)


# --- figures -------------------------------------------------------------------------------------


def _figures(folds: Sequence[Fold], learner: Learner) -> Mapping[str, Any]:
    """How right a learner is, and how sure it is of that before and after a temperature."""
    allowed = [Allowed.of(fold.rows, learner(fold)) for fold in folds]
    counts: list[Counts] = []
    for fold, said in zip(folds, allowed, strict=True):
        # How sure it may be of some articles is told by the others.
        others = [choice for other in allowed if other is not said for choice in other.choices]
        counts += _counts(fold, said, temperature_of(others))
    sample = Sample(counts)
    by_set = {
        name: {level: json_of(sample.score(name, level).f1) for level in ("number", "meaning")}
        for name in (*SETS, ALL)
    }
    return {
        "accuracy": json_of(sample.share(("right",), ("numbers",))),
        **{name: json_of(sample.figure(partial(_mean_loss, name))) for name in LOSSES},
        "f1": by_set,
    }


def _mean_loss(name: str, sums: Sums) -> float | None:
    return sums((name,)) / _MILLIONTHS / sums(("told",)) if sums(("told",)) else None


class Allowed(NamedTuple):
    """What is said of each number that was held out, of the classes that its unit allows.

    Attributes:
        names: the classes of each number.
        shares: how likely each of them is.
        rights: the place of the right one; None where the kind is left open.
    """

    names: Sequence[Sequence[str]]
    shares: Sequence[list[float]]
    rights: Sequence[int | None]

    @classmethod
    def of(cls, rows: Sequence[Row], said: Shares) -> "Allowed":
        """What a learner says, as the reader takes it."""
        names, shares, rights = [], [], []
        for row, whole in zip(rows, said.rows, strict=True):
            few = [place for place, name in enumerate(said.classes) if _fits(name, row.unit)]
            names.append([said.classes[place] for place in few])
            sum_ = float(whole[few].sum()) or 1.0
            shares.append([float(whole[place]) / sum_ for place in few])
            rights.append(names[-1].index(row.right) if row.right in names[-1] else None)
        return cls(names, shares, rights)

    @property
    def choices(self) -> list[tuple[list[float], int]]:
        """The numbers whose right class is told."""
        return [
            (few, right)
            for few, right in zip(self.shares, self.rights, strict=True)
            if right is not None
        ]


def _counts(fold: Fold, allowed: Allowed, temperature: float) -> Iterator[Counts]:
    """What is counted in each article."""
    each = iter(zip(allowed.names, allowed.shares, allowed.rights, strict=True))
    for source, rows in fold.held:
        counts: Counter[Name] = Counter()
        for row in rows:
            names, shares, right = next(each)
            found = names[int(np.argmax(shares))]
            counts.update(count_number(row.right, found, (source.set, ALL)))
            if right is not None:
                counts.update(_losses(shares, right, temperature))
        yield counts


def _losses(shares: Sequence[float], right: int, temperature: float) -> Mapping[Name, int]:
    """By how much a number surprises a learner, before and after a temperature."""
    logs = np.log(np.maximum(shares, _TINY))
    warm = logs / temperature
    losses = (-logs[right], np.logaddexp.reduce(warm) - warm[right])
    millionths = [round(_MILLIONTHS * float(loss)) for loss in losses]
    return {("told",): 1, **{(n,): m for n, m in zip(LOSSES, millionths, strict=True)}}


def count_number(right: str, found: str, names: Sequence[str]) -> Counter[Name]:
    """Count one number: whether it is right, and as a fact that was said, or that there is.

    Args:
        right: what it means.
        found: what a learner takes it to mean.
        names: under which its scores are counted.
    """
    said, true = _is_fact(found), _is_fact(right)
    is_right = found == right or (right == UNKNOWN_KIND and not said)
    counts: Counter[Name] = Counter({("numbers",): 1, ("right",): int(is_right)})
    for name in names:
        for level, hit in (("number", said and true), ("meaning", said and found == right)):
            counts.update(counts_of((name, level), Score(hit, said, true)))
    return counts


def _is_fact(name: str) -> bool:
    return Meaning.named(name).metric is not None


def _fits(name: str, unit: Unit | None) -> bool:
    metric = Meaning.named(name).metric
    return metric is None or unit is None or METRICS[metric].unit == unit
