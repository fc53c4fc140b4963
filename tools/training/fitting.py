"""Fitting the reader's weights to labelled articles."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from tools.training.examples import LabelledArticle, Options
from tools.training.labels import UNKNOWN_KIND
from tools.training.net import Net, train_net
from uhc_llm.reader.scoring import LARGEST, Layer, Scorer
from uhc_llm.reader.sight import topic_steps
from uhc_llm.schemas import METRICS

__all__ = ["CHOICES", "Temperatures", "fit", "folds_of", "matrix", "meaning_examples", "vocabulary"]

Floats = npt.NDArray[np.float64]

FOLDS: Final = 5
# A feature that fewer numbers have tells more of their articles than of language.
_LEAST: Final = 8
_LEAST_OF_OPTIONS: Final = 5
_STRENGTH: Final = 0.1
# The largest weight of a net, either way: finer steps make larger files and no better readers.
_LARGEST_OF_NETS: Final = 11
_OFF_TOPIC: Final = "other"
_ON_TOPIC: Final = "coverage"


class Size(NamedTuple):
    """How large a net is, and how often it sees each example."""

    units: int
    rounds: int
    nets: int = 1


MEANING: Final = Size(units=48, rounds=12, nets=4)
SEGMENT: Final = Size(units=24, rounds=8, nets=2)
PLACE: Final = Size(units=48, rounds=8, nets=2)
MOMENT: Final = Size(units=48, rounds=8, nets=2)


class Temperatures(NamedTuple):
    """By what the scores of each choice are divided before they are probabilities."""

    topic: float = 1.0
    meaning: float = 1.0
    segment: float = 1.0
    place: float = 1.0
    moment: float = 1.0


CHOICES: Final = Temperatures._fields
"""What is chosen of a text and of each number in it, in the order of reading."""


def folds_of(groups: Sequence[str], count: int = FOLDS) -> npt.NDArray[np.intp]:
    """Of which fold each article is: those of one group of the same, the folds about as large."""
    sizes = Counter(groups)
    load = [0] * count
    fold = {}
    for group, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        fold[group] = int(np.argmin(load))
        load[fold[group]] += size
    return np.array([fold[group] for group in groups])


def fit(
    articles: Sequence[LabelledArticle],
    groups: Sequence[str],
    temperatures: Temperatures | None = None,
    *,
    choices: Collection[str] = CHOICES,
) -> dict[str, Layer]:
    """Fit choices to labelled articles; none of them rests on the weights of another.

    Args:
        articles: what is learned from.
        groups: what each article stands or falls with, such as its writer.
        temperatures: of each choice; None leaves scores as they are.
        choices: which of `CHOICES` to fit.
    """
    told = temperatures or Temperatures()
    numbers = [number for article in articles for number in article.numbers]
    places = [number.place for number in numbers if number.place]
    moments = [number.moment for number in numbers if number.moment]
    fits: Mapping[str, Callable[[], Layer]] = {
        "topic": lambda: _fit_topic(articles, told.topic),
        "meaning": lambda: _fit_meaning(meaning_examples(articles, groups), told.meaning),
        "segment": lambda: _fit_segment(articles, told.segment),
        "place": lambda: _fit_options(places, PLACE, "place", told.place),
        "moment": lambda: _fit_options(moments, MOMENT, "moment", told.moment),
    }
    return {name: fits[name]() for name in CHOICES if name in choices}


# --- features as a matrix ------------------------------------------------------------------------


def vocabulary(rows: Iterable[Iterable[str]], least: int) -> list[str]:
    """The features that at least so many rows have, in order."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(set(row))
    return sorted(name for name, count in counts.items() if count >= least)


def matrix(rows: Sequence[Iterable[str]], names: Sequence[str]) -> sparse.csr_matrix:
    """Rows of features as ones and noughts."""
    index = {name: place for place, name in enumerate(names)}
    places: list[int] = []
    ends = [0]
    for row in rows:
        places += sorted({index[name] for name in row if name in index})
        ends.append(len(places))
    ones = np.ones(len(places), np.float32)
    return sparse.csr_matrix((ones, places, ends), shape=(len(rows), len(names)))


# --- the choices ---------------------------------------------------------------------------------


def _topics(articles: Sequence[LabelledArticle], groups: Sequence[str]) -> Floats:
    """How likely each article is one on coverage, by what the others say."""
    fold = folds_of(groups)
    found = np.zeros(len(articles))
    for each in range(FOLDS):
        others = [a for a, f in zip(articles, fold, strict=True) if f != each]
        scorer = Scorer(_fit_topic(others, 1.0))
        for place in np.flatnonzero(fold == each):
            found[place] = scorer.probabilities(articles[int(place)].topic)[_ON_TOPIC]
    return found


def _fit_topic(articles: Sequence[LabelledArticle], temperature: float) -> Layer:
    rows = [article.topic for article in articles]
    names = vocabulary(rows, _LEAST)
    right = np.array([article.is_on_topic for article in articles])
    model = LogisticRegression(C=_STRENGTH, max_iter=500).fit(matrix(rows, names), right)
    weights = np.concatenate([-model.coef_.T, model.coef_.T], axis=1) / 2
    bias = [-model.intercept_[0] / 2, model.intercept_[0] / 2]
    return _layer((_OFF_TOPIC, _ON_TOPIC), names, weights, bias, temperature)


def meaning_examples(
    articles: Sequence[LabelledArticle], groups: Sequence[str]
) -> list[tuple[list[str], str]]:
    """What speaks for the meaning of each number, the topic of its text with it, and the right one.

    The topic is that which the other articles tell, as it will be of an article that is new.

    Args:
        articles: what is learned from.
        groups: what each article stands or falls with.
    """
    return [
        ([*e.meaning, *topic_steps(topic, e.around.mention.unit)], e.label.meaning)
        for article, topic in zip(articles, _topics(articles, groups), strict=True)
        for e in article.numbers
    ]


def _fit_meaning(examples: Sequence[tuple[Sequence[str], str]], temperature: float) -> Layer:
    classes = sorted({right for _, right in examples} - {UNKNOWN_KIND})
    nothing = [name.split()[0] not in METRICS for name in classes]
    allowed = np.zeros((len(examples), len(classes)), bool)
    for row, (_, right) in enumerate(examples):
        if right == UNKNOWN_KIND:
            allowed[row] = nothing
        else:
            allowed[row, classes.index(right)] = True
    rows = [features for features, _ in examples]
    return _fit_net(classes, rows, allowed, MEANING, temperature)


def _fit_segment(articles: Sequence[LabelledArticle], temperature: float) -> Layer:
    examples = [e.segment for a in articles for e in a.numbers if e.segment]
    classes = sorted({each.right for each in examples})
    allowed = np.array([[name == each.right for name in classes] for each in examples])
    return _fit_net(classes, [each.features for each in examples], allowed, SEGMENT, temperature)


def _fit_net(
    classes: Sequence[str],
    rows: Sequence[Sequence[str]],
    allowed: npt.NDArray[np.bool_],
    size: Size,
    temperature: float,
) -> Layer:
    names = vocabulary(rows, _LEAST)
    features = matrix(rows, names)
    nets = [
        train_net(features, allowed, units=size.units, rounds=size.rounds, seed=seed)
        for seed in range(1, size.nets + 1)
    ]
    return _of_nets(classes, names, nets, temperature)


def _fit_options(choices: Sequence[Options], size: Size, name: str, temperature: float) -> Layer:
    rows = [features for choice in choices for features in choice.features]
    right = [place == c.right for c in choices for place in range(len(c.features))]
    names = vocabulary(rows, _LEAST_OF_OPTIONS)
    features, allowed = matrix(rows, names), np.array(right)[:, None]
    sizes = [len(choice.features) for choice in choices]
    nets = [
        train_net(features, allowed, sizes=sizes, units=size.units, rounds=size.rounds, seed=seed)
        for seed in range(1, size.nets + 1)
    ]
    return _of_nets((name,), names, nets, temperature)


# --- weights as they are kept --------------------------------------------------------------------


def _layer(
    classes: Sequence[str],
    names: Sequence[str],
    weights: Floats,
    bias: Iterable[float],
    temperature: float,
) -> Layer:
    return Layer(
        choices=tuple(classes),
        names=names,
        **_packed(weights, LARGEST),
        bias=_rounded(bias),
        temperature=round(float(temperature), 3),
    )


def _of_nets(
    classes: Sequence[str], names: Sequence[str], nets: Sequence[Net], temperature: float
) -> Layer:
    """Several nets side by side as one, whose scores are their mean."""
    first = np.concatenate([net.first for net in nets], axis=1)
    bias = np.mean([net.second_bias for net in nets], axis=0)
    hidden = np.concatenate([net.second for net in nets]).T / len(nets)
    return Layer(
        choices=tuple(classes),
        names=names,
        **_packed(first, _LARGEST_OF_NETS),
        bias=_rounded(bias),
        temperature=round(float(temperature), 3),
        hidden_bias=_rounded(np.concatenate([net.first_bias for net in nets])),
        hidden_weights=[_rounded(each) for each in hidden],
    )


class _Packed(TypedDict):
    rows: bytes
    scale: float
    zero: int


def _packed(weights: npt.NDArray[np.floating], largest: int) -> _Packed:
    """Weights as bytes, and what one step is worth; the few largest are cut."""
    most = float(np.quantile(np.abs(weights), 0.9999)) or 1.0
    steps = np.clip(np.rint(weights / most * largest), -largest, largest)
    zero = largest + 1
    return {"rows": (steps + zero).astype(np.uint8).tobytes(), "scale": most / largest,
            "zero": zero}  # fmt: skip


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(value), 5) for value in values]
