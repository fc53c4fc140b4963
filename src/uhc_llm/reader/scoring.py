"""How choices are scored: each feature speaks for or against each of them, by a learned weight.

The weights of a feature are small whole numbers, packed side by side into one large integer, so
that all choices are summed up by one addition a feature: as fast as an array library, without one.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import compress
from math import exp
from operator import mul
from typing import Final, NamedTuple

__all__ = ["LARGEST", "Layer", "Scorer", "softmax"]

LARGEST: Final = 127
"""The largest weight that a row can hold, either way."""

# Bytes that a weight has in a packed row: no text has so many features that sums run over.
_LANE: Final = 4


class Layer(NamedTuple):
    """The weights of one choice.

    Attributes:
        choices: what is chosen from; for choices that differ from text to text the one name of what
            is scored.
        names: the features that are known.
        rows: the weights of each feature, in the order of `names`: of each choice (of each hidden
            unit, where there are some) one byte, `zero` added.
        bias: what each choice has without any feature.
        scale: what a weight of one is worth.
        zero: what stands for a weight of nought, as no part of a row may be negative.
        temperature: by which scores are divided before they become probabilities.
        hidden_bias: what each unit between features and choices has without any feature; empty
            where there are none. A unit below nought is off.
        hidden_weights: for each choice what each unit speaks for it.
    """

    choices: Sequence[str]
    names: Sequence[str]
    rows: bytes
    bias: Sequence[float]
    scale: float
    zero: int = LARGEST + 1
    temperature: float = 1.0
    hidden_bias: Sequence[float] = ()
    hidden_weights: Sequence[Sequence[float]] = ()


class Scorer:
    """Scores some choices by features.

    Args:
        layer: the weights.

    Attributes:
        choices: what is chosen from.
        temperature: by which scores are divided before they become probabilities.
    """

    def __init__(self, layer: Layer) -> None:
        self.choices: Final = tuple(layer.choices)
        self.temperature: Final = layer.temperature
        self._layer: Final = layer
        self._index: Final = {name: place for place, name in enumerate(layer.names)}
        self._lanes: Final = len(layer.hidden_bias or layer.bias)
        self._packed: Final[dict[str, int]] = {}
        # In steps of a weight of one, so that sums need not be turned into scores first.
        self._hidden_bias: Final = [bias / layer.scale for bias in layer.hidden_bias]
        self._hidden_weights: Final = [
            [weight * layer.scale for weight in weights] for weights in layer.hidden_weights
        ]

    def scores(self, features: Iterable[str]) -> list[float]:
        """How much some features speak for each choice; each counts once, unknown ones nothing."""
        layer = self._layer
        sums, nought = self._sums(features)
        if not layer.hidden_bias:
            scale = layer.scale
            return [b + (each - nought) * scale for b, each in zip(layer.bias, sums, strict=True)]
        units = [
            unit if (unit := each + bias - nought) > 0 else 0.0
            for each, bias in zip(sums, self._hidden_bias, strict=True)
        ]
        on = list(map(bool, units))
        few = list(filter(None, units))
        return [
            bias + sum(map(mul, compress(weights, on), few))
            for bias, weights in zip(layer.bias, self._hidden_weights, strict=True)
        ]

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """The probability of each choice."""
        shares = softmax(self.scores(features), self.temperature)
        return dict(zip(self.choices, shares, strict=True))

    def unknown(self, features: Iterable[str]) -> float:
        """The share of some features of which nothing was learned; 0 of none."""
        asked = set(features)
        # One by one: to take all names away from a set would go through them all.
        return sum(name not in self._index for name in asked) / max(len(asked), 1)

    def reasons(
        self, features: Iterable[str], chosen: int, other: int | None = None
    ) -> dict[str, float]:
        """How much each feature speaks for one choice, or for one rather than another.

        Where there are hidden units that is what it changes while each stays on or off as it is.
        """
        layer = self._layer
        few = [name for name in dict.fromkeys(features) if name in self._index]
        lanes = {name: self._weights(name) for name in few}
        if not layer.hidden_bias:
            return {
                name: (lane[chosen] - (0 if other is None else lane[other])) * layer.scale
                for name, lane in lanes.items()
            }
        sums, nought = self._sums(few)
        against = (0.0,) * self._lanes if other is None else self._hidden_weights[other]
        towards = [
            one - two if each + bias > nought else 0.0
            for one, two, bias, each in zip(
                self._hidden_weights[chosen], against, self._hidden_bias, sums, strict=True
            )
        ]
        return {name: sum(map(mul, lane, towards)) for name, lane in lanes.items()}

    def _sums(self, features: Iterable[str]) -> tuple[memoryview, int]:
        """The sum of each part of the rows of some features, and what stands for nought in it."""
        known = self._index.keys() & set(features)
        packed = self._packed
        total = sum(packed[name] if name in packed else self._row(name) for name in known)
        data = memoryview(total.to_bytes(self._lanes * _LANE, sys.byteorder))
        return data.cast("I"), len(known) * self._layer.zero

    def _row(self, name: str) -> int:
        """The row of a feature as one number, each weight of it in a lane of its own."""
        if name not in self._packed:
            lanes = array("I", tuple(self._bytes(name)))
            self._packed[name] = int.from_bytes(lanes.tobytes(), sys.byteorder)
        return self._packed[name]

    def _weights(self, name: str) -> list[int]:
        return [each - self._layer.zero for each in self._bytes(name)]

    def _bytes(self, name: str) -> bytes:
        start = self._index[name] * self._lanes
        return self._layer.rows[start : start + self._lanes]


def softmax(scores: Sequence[float], temperature: float = 1.0) -> list[float]:
    """Scores as probabilities."""
    highest = max(scores)
    shares = [exp((score - highest) / temperature) for score in scores]
    whole = sum(shares)
    return [share / whole for share in shares]
