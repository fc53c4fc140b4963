"""How choices are scored: each feature speaks for or against each of them, by a learned weight.

The weights of a feature are small whole numbers, packed side by side into one large integer, so
that all choices are summed up by one addition a feature: as fast as an array library, without one.
"""

from collections.abc import Iterable, Sequence
from math import exp
from operator import mul
from typing import Final, NamedTuple

__all__ = ["LARGEST", "ZERO", "Layer", "Scorer", "softmax"]

LARGEST: Final = 11
"""The largest weight, either way: finer steps make larger files and no better readers."""
ZERO: Final = 12
"""What stands for a weight of nought, as no part of a row may be negative."""

# Bytes that a weight has in a packed row: sums of 65,793 features do not run into each other.
_LANE: Final = 3


class Layer(NamedTuple):
    """The weights of one choice.

    Attributes:
        choices: what is chosen from; for choices that differ from text to text the one name of what
            is scored.
        names: the features that are known.
        rows: the weights of each feature, in the order of `names`: of each choice (of each hidden
            unit, where there are some) one byte, `ZERO` added.
        bias: what each choice has without any feature.
        scale: what a weight of one is worth.
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

    def scores(self, features: Iterable[str]) -> list[float]:
        """How much some features speak for each choice; each counts once, unknown ones nothing."""
        layer, sums = self._layer, self._sums(features)
        if not layer.hidden_bias:
            return [bias + each for bias, each in zip(layer.bias, sums, strict=True)]
        units = [max(0.0, b + s) for b, s in zip(layer.hidden_bias, sums, strict=True)]
        return [
            bias + sum(map(mul, weights, units))
            for bias, weights in zip(layer.bias, layer.hidden_weights, strict=True)
        ]

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """The probability of each choice."""
        shares = softmax(self.scores(features), self.temperature)
        return dict(zip(self.choices, shares, strict=True))

    def reasons(
        self, features: Iterable[str], chosen: int, other: int | None = None
    ) -> dict[str, float]:
        """How much each feature speaks for one choice, or for one rather than another.

        Where there are hidden units that is what it changes while each stays on or off as it is.
        """
        layer = self._layer
        few = [name for name in dict.fromkeys(features) if name in self._index]
        lanes = {name: self._unpacked(self._row(name), 1) for name in few}
        if not layer.hidden_bias:
            return {
                name: lane[chosen] - (0 if other is None else lane[other])
                for name, lane in lanes.items()
            }
        nothing = (0.0,) * self._lanes
        against = nothing if other is None else layer.hidden_weights[other]
        towards = [
            one - two if bias + each > 0 else 0.0
            for one, two, bias, each in zip(
                layer.hidden_weights[chosen],
                against,
                layer.hidden_bias,
                self._sums(few),
                strict=True,
            )
        ]
        return {name: sum(map(mul, lane, towards)) for name, lane in lanes.items()}

    def _sums(self, features: Iterable[str]) -> list[float]:
        known = self._index.keys() & set(features)
        packed = self._packed
        total = sum(packed[name] if name in packed else self._row(name) for name in known)
        return self._unpacked(total, len(known))

    def _row(self, name: str) -> int:
        if name not in self._packed:
            start = self._index[name] * self._lanes
            spread = bytearray(self._lanes * _LANE)
            spread[::_LANE] = self._layer.rows[start : start + self._lanes]
            self._packed[name] = int.from_bytes(spread, "little")
        return self._packed[name]

    def _unpacked(self, total: int, rows: int) -> list[float]:
        data = total.to_bytes(self._lanes * _LANE, "little")
        nought, scale = rows * ZERO, self._layer.scale
        return [
            (low + (middle << 8) + (high << 16) - nought) * scale
            for low, middle, high in zip(data[::3], data[1::3], data[2::3], strict=True)
        ]


def softmax(scores: Sequence[float], temperature: float = 1.0) -> list[float]:
    """Scores as probabilities."""
    highest = max(scores)
    shares = [exp((score - highest) / temperature) for score in scores]
    whole = sum(shares)
    return [share / whole for share in shares]
