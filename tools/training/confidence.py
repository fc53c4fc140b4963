"""Fitting how sure the reader may be, to articles that it was not fitted to."""

import lzma
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from tools.training.labels import Label
from tools.training.validation import Held
from uhc_llm.evaluation.calibration import right_fields
from uhc_llm.promise import Outcome
from uhc_llm.reader.confidence import (
    FIELDS,
    SEEN,
    SPEAKING_FOR,
    Said,
    Weights,
    confidence_of,
    said_by,
)
from uhc_llm.reader.interpretation import Interpretation
from uhc_llm.reader.trees import Tree, Trees
from uhc_llm.verifier import RULES, verify_reading

__all__ = [
    "HeldOut", "Row", "fit_confidence", "held_out", "load_held_out", "outcomes_of", "rows_of",
    "save_held_out", "strangest_of",
]  # fmt: skip

# What the reader holds to be less likely counts less: it is asked of others' facts alone.
_LESS: Final = 0.2
# The trees of a field: how many, how large, and how little each of them may say.
_TREES: Final = 150
_LEAVES: Final = 15
_RATE: Final = 0.06
_SHRINKING: Final = 5.0
_SMALLEST: Final = 40
# A record is of what only the confidence stands between and the word "verified".
_EXACT: Final = RULES.without("confidence")
# Of so many writers in 100 no articles are stranger than the strangest; few articles tell little.
_USUAL: Final = 0.95
_SEVERAL: Final = 10
# The score of what was never otherwise in all that was learned from.
_CERTAIN: Final = 7.0

Array = NDArray[Any]


class Row(NamedTuple):
    """A fact that can be said of a held-out number, and which of its fields are right.

    Attributes:
        seen: what tells how likely it is right.
        right: for each of `FIELDS` whether it is.
        is_likeliest: whether it is what the reader says itself.
        passes: whether the exact rules find nothing against what the reader says.
    """

    seen: tuple[float, ...]
    right: tuple[bool, ...]
    is_likeliest: bool
    passes: bool = True


def fit_confidence(rows: Sequence[Row]) -> Weights:
    """The weights by which a fact is right or wrong.

    Args:
        rows: facts that can be said of articles to which the reader was not fitted.
    """
    seen = np.array([row.seen for row in rows])
    right = np.array([row.right for row in rows])
    weights = np.where([row.is_likeliest for row in rows], 1.0, _LESS)
    return {field: _trees(seen, right[:, place], weights) for place, field in enumerate(FIELDS)}


def _trees(seen: Array, right: Array, weights: Array) -> Trees:
    """Trees in which more of what speaks for a fact makes none less likely."""
    if right.all() or not right.any():
        return Trees(_CERTAIN if right.all() else -_CERTAIN, ())
    model = HistGradientBoostingClassifier(
        max_iter=_TREES,
        max_leaf_nodes=_LEAVES,
        learning_rate=_RATE,
        l2_regularization=_SHRINKING,
        min_samples_leaf=min(_SMALLEST, max(1, len(right) // 10)),
        monotonic_cst=[int(name in SPEAKING_FOR) for name in SEEN],
        early_stopping=False,
        random_state=0,
    ).fit(seen, right, weights)
    # scikit-learn has no other way to its trees.
    start = float(model._baseline_prediction.item())  # noqa: SLF001
    return Trees(
        round(start, 5),
        [_tree(predictor.nodes) for (predictor,) in model._predictors],  # noqa: SLF001
    )


def _tree(nodes: Array) -> Tree:
    """A tree as it is asked: what stands left of a node follows it."""
    features: list[int] = []
    values: list[float] = []
    others: list[int] = []

    def add(place: int) -> None:
        node, here = nodes[place], len(features)
        features.append(-1 if node["is_leaf"] else int(node["feature_idx"]))
        score = node["value"] if node["is_leaf"] else node["num_threshold"]
        values.append(float(f"{score:.5g}"))
        others.append(0)
        if not node["is_leaf"]:
            add(int(node["left"]))
            others[here] = len(features)
            add(int(node["right"]))

    add(0)
    return Tree(features, values, others)


def rows_of(held: Held) -> Iterator[Row]:
    """What can be said of the labelled numbers of an article, and what of it is right."""
    text = held.understanding
    if text.is_off_topic:
        return
    labels, doubted = held.labels, _doubted(held)
    for read in text.numbers:
        label = labels.get(read.mention.id)
        if label is None or not read.places:
            continue
        passes = read.mention.id not in doubted
        for place, said in enumerate(_sayings(read)):
            seen = text.seen(read, said)
            is_said = place == 0 and read.meaning.metric is not None
            yield Row(seen, _right(label, said), is_said, passes)


def _doubted(held: Held) -> set[str]:
    """The numbers of which the reader says what the exact rules have something against."""
    text = held.understanding
    checked = verify_reading(text.reading, held.said, rules=_EXACT, understanding=text)
    doubted = (fact.evidence for fact in checked.facts if fact.verdict != "verified")
    return {evidence.mention for evidence in doubted if evidence and evidence.mention}


def _sayings(read: Interpretation) -> Iterator[Said]:
    """The likeliest fact of a number, and the same with the next choice in one field."""
    yield said_by(read)
    yield from map(said_by, read.alternatives())


def _right(label: Label, said: Said) -> tuple[bool, ...]:
    """Whether each field is that of some fact of the number, and the whole that of one."""
    right = [right_fields(fact, said) for fact in label.facts]
    return tuple(any(each[place] for each in right) for place in range(len(FIELDS)))


# --- what may be promised ------------------------------------------------------------------------


class HeldOut(NamedTuple):
    """What the reader says of a number of an article that it was not fitted to.

    Attributes:
        set: of which the article is.
        writer: the articles by one writer, or on one event, are of one fold.
        article: its id.
        strangeness: the share of its words of which nothing was learned.
        passes: whether the exact rules find nothing against it.
        confidences: how likely each of `FIELDS` is held to be right.
        right: whether it is.
    """

    set: str
    writer: str
    article: str
    strangeness: float
    passes: bool
    confidences: tuple[float, ...]
    right: tuple[bool, ...]


def held_out(
    held: Sequence[Held], rows: Sequence[Sequence[Row]], folds: Sequence[int]
) -> Iterator[HeldOut]:
    """What the reader says of each labelled number, and how sure it would have been.

    That is told by weights that were fitted to what is said of the other folds.

    Args:
        held: articles, each understood by a reader that was not fitted to it.
        rows: what can be said of the numbers of each.
        folds: the fold of each.
    """
    for fold in sorted(set(folds)):
        others = [few for few, k in zip(rows, folds, strict=True) if k != fold]
        weights = fit_confidence([row for few in others for row in few])
        for each, few, k in zip(held, rows, folds, strict=True):
            if k == fold:
                yield from _told(each, few, weights)


def _told(held: Held, rows: Iterable[Row], weights: Weights) -> Iterator[HeldOut]:
    source, strangeness = held.source, round(held.understanding.strangeness, 4)
    for row in rows:
        if row.is_likeliest:
            confidences = tuple(round(each, 4) for each in confidence_of(weights, row.seen))
            yield HeldOut(
                source.set, source.group, source.article.gold.id, strangeness, row.passes,
                confidences, row.right,
            )  # fmt: skip


def outcomes_of(told: Iterable[HeldOut]) -> Iterator[Outcome]:
    """Of what passes the exact rules how sure the reader was, and whether it is right."""
    for each in told:
        if each.passes:
            yield Outcome(each.confidences[-1], each.right[-1], f"{each.set} {each.article}")


def save_held_out(told: Iterable[HeldOut], path: Path) -> None:
    """Write down what was said, a line for each number."""
    lines = [
        "\t".join((
            each.set, each.writer, each.article, str(each.strangeness), str(int(each.passes)),
            " ".join(map(str, each.confidences)), "".join(str(int(one)) for one in each.right),
        ))
        for each in told
    ]  # fmt: skip
    path.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME))


def load_held_out(path: Path) -> list[HeldOut]:
    """Read what `save_held_out` wrote."""
    found = []
    for line in lzma.decompress(path.read_bytes()).decode().split("\n"):
        set_, writer, article, strangeness, passes, confidences, right = line.split("\t")
        found.append(
            HeldOut(
                set_, writer, article, float(strangeness), passes == "1",
                tuple(map(float, confidences.split(" "))), tuple(each == "1" for each in right),
            )
        )  # fmt: skip
    return found


def strangest_of(held: Sequence[Held]) -> float:
    """How strange the articles of the strangest writers are, on the average.

    Args:
        held: articles, each understood by a reader that was not fitted to any by its writer.
    """
    by_writer: dict[str, list[float]] = {}
    for each in held:
        by_writer.setdefault(each.source.group, []).append(each.understanding.strangeness)
    means = [np.mean(few) for few in by_writer.values() if len(few) >= _SEVERAL]
    return round(float(np.quantile(means, _USUAL)), 4)
