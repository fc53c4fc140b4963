"""A small net over features that are there or not: one hidden layer of units that are on or off.

A linear model over the same features is its equal where one word decides; the net gains where words
do so together. It is trained with features and units left out at random, so that it leans on no
single one, and with labels that leave open which of several kinds is right; no small library does
either over sparse features.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["Net", "train_net"]

Floats = npt.NDArray[np.float32]

_BATCH: Final = 64
_FASTEST: Final = 4e-3
_DECAY: Final = 2e-4
_FEATURES_LEFT_OUT: Final = 0.4
_UNITS_LEFT_OUT: Final = 0.3
_FIRST_MOMENT: Final = 0.9
_SECOND_MOMENT: Final = 0.99
_WARM_UP: Final = 0.3


class Net(NamedTuple):
    """The weights of a net: features to units, units to classes."""

    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats

    def scores(self, features: sparse.csr_matrix) -> Floats:
        """The scores of each class for rows of features."""
        units = np.maximum(features @ self.first + self.first_bias, 0)
        return np.asarray(units @ self.second + self.second_bias, dtype=np.float32)


class _Adam:
    """Steps that follow the mean of the gradients, each weight at its own pace."""

    def __init__(self, weights: Floats) -> None:
        self._weights = weights
        self._mean = np.zeros_like(weights)
        self._square = np.zeros_like(weights)
        self._count = 0

    def step(self, gradient: Floats, pace: float, rows: npt.NDArray[np.intp] | None = None) -> None:
        """Go one step, in some rows alone where only these have a gradient."""
        self._count += 1
        at = slice(None) if rows is None else rows
        mean = self._mean[at] * _FIRST_MOMENT + gradient * (1 - _FIRST_MOMENT)
        square = self._square[at] * _SECOND_MOMENT + gradient**2 * (1 - _SECOND_MOMENT)
        self._mean[at], self._square[at] = mean, square
        mean = mean / (1 - _FIRST_MOMENT**self._count)
        square = square / (1 - _SECOND_MOMENT**self._count)
        weights = self._weights[at]
        self._weights[at] = weights - pace * (mean / (np.sqrt(square) + 1e-8) + _DECAY * weights)


def train_net(
    features: sparse.csr_matrix,
    allowed: npt.NDArray[np.bool_],
    *,
    sizes: Sequence[int] | None = None,
    units: int,
    rounds: int,
    seed: int = 1,
) -> Net:
    """Train a net.

    Args:
        features: a row for each example; of options that differ from text to text one for each.
        allowed: for each row and class, whether it may be the right one: several where a label
            leaves it open. Of options there is one class, and a row is the right one or not.
        sizes: of options how many each choice has, in the order of the rows.
        units: of the hidden layer.
        rounds: how often each example is seen.
        seed: of what is left to chance.
    """
    chance = np.random.default_rng(seed)
    width, classes = features.shape[1], allowed.shape[1]
    first = (chance.standard_normal((width, units)) * 0.08).astype(np.float32)
    second = (chance.standard_normal((units, classes)) * 0.15).astype(np.float32)
    net = Net(first, np.zeros(units, np.float32), second, np.zeros(classes, np.float32))
    training = _Training(net, chance)
    ends = np.cumsum(sizes if sizes is not None else np.ones(features.shape[0], np.intp))
    starts = np.concatenate([[0], ends[:-1]])
    count, done = rounds * -(-len(ends) // _BATCH), 0
    for _ in range(rounds):
        order = chance.permutation(len(ends))
        for begin in range(0, len(ends), _BATCH):
            few = order[begin : begin + _BATCH]
            rows = np.concatenate([np.arange(starts[each], ends[each]) for each in few])
            of = None if sizes is None else np.repeat(np.arange(len(few)), (ends - starts)[few])
            training.step(features[rows], allowed[rows], of, _pace(done / count))
            done += 1
    return net


def _pace(share: float) -> float:
    """How fast it learns: faster and faster, then slower and slower."""
    if share < _WARM_UP:
        return _FASTEST * (0.04 + 0.96 * share / _WARM_UP)
    return float(_FASTEST * 0.5 * (1 + np.cos(np.pi * (share - _WARM_UP) / (1 - _WARM_UP))))


class _Training:
    """Changes a net step by step."""

    def __init__(self, net: Net, chance: np.random.Generator) -> None:
        self._net = net
        self._chance = chance
        self._steps = [_Adam(part) for part in net]

    def step(
        self,
        features: sparse.csr_matrix,
        allowed: npt.NDArray[np.bool_],
        of: npt.NDArray[np.intp] | None,
        pace: float,
    ) -> None:
        """Learn from a few examples; of options `of` tells which choice each row belongs to."""
        net, chance = self._net, self._chance
        kept = features.copy()
        kept.data = (chance.random(kept.data.size) >= _FEATURES_LEFT_OUT).astype(np.float32)
        kept.data /= 1 - _FEATURES_LEFT_OUT
        inner = kept @ net.first + net.first_bias
        on = (inner > 0) * (chance.random(inner.shape) >= _UNITS_LEFT_OUT)
        on = (on / (1 - _UNITS_LEFT_OUT)).astype(np.float32)
        units = inner * on
        error = _error(units @ net.second + net.second_bias, allowed, of)
        back = (error @ net.second.T) * on
        rows = np.unique(kept.indices)
        first, first_bias, second, second_bias = self._steps
        first.step(np.asarray(kept[:, rows].T @ back, dtype=np.float32), pace, rows)
        first_bias.step(back.sum(axis=0), pace)
        second.step(units.T @ error, pace)
        second_bias.step(error.sum(axis=0), pace)


def _error(
    scores: Floats, allowed: npt.NDArray[np.bool_], of: npt.NDArray[np.intp] | None
) -> Floats:
    """By how much each share is too high, of the classes of a row or the options of a choice."""
    scores = np.exp(scores - scores.max(axis=None if of is not None else 1, keepdims=True))
    shares = scores / _sums(scores, of)
    right = np.where(allowed, shares, 0)
    wanted = right / np.maximum(_sums(right, of), 1e-9)
    count = scores.shape[0] if of is None else of[-1] + 1
    return np.asarray((shares - wanted) / count, dtype=np.float32)


def _sums(values: Floats, of: npt.NDArray[np.intp] | None) -> Floats:
    if of is None:
        return np.asarray(values.sum(axis=1, keepdims=True), dtype=np.float32)
    sums: Floats = np.bincount(of, weights=values[:, 0]).astype(np.float32)
    return sums[of][:, None]
