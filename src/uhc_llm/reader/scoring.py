"""How choices are scored: each feature speaks for or against each of them, by a learned weight.

The weights of a feature are small whole numbers, packed side by side into one large integer, so
that all choices are summed up by one addition a feature; the units between are put out where they
are below nought, and weighed, in the same way. So it is as fast as an array library, without one.
"""

import sys
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from math import exp
from operator import mul
from typing import Final, NamedTuple

__all__ = ["LARGEST", "Layer", "Scorer", "softmax"]

LARGEST: Final = 127
"""The largest weight that a row can hold, either way."""

# Bits of a lane: of the sums of a row, and of the scores that hidden units make.
_LANE: Final = 32
_WIDE: Final = 64
# So many bits at least a weight of one is divided by, where the bias of hidden units is added.
_FINE: Final = 8


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

    Hidden units are summed up in fixed point: of a weight of one at least the 2**-8th part counts.

    Args:
        layer: the weights.

    Raises:
        ValueError: the layer has so many features that their sums would not fit.

    Attributes:
        choices: what is chosen from.
        temperature: by which scores are divided before they become probabilities.
    """

    def __init__(self, layer: Layer) -> None:
        self.choices: Final = tuple(layer.choices)
        self.temperature: Final = layer.temperature
        self._layer: Final = layer
        self._index: Final = {name: place for place, name in enumerate(layer.names)}
        self._lanes: Final = _Lanes(len(layer.hidden_bias or layer.bias), _LANE)
        self._zeros: Final = self._lanes.all_of(layer.zero)
        self._packed: Final = _Rows(self._row)
        self._hidden: Final = _Hidden(layer, self._lanes) if layer.hidden_bias else None

    def begin(self, features: Iterable[str]) -> int:
        """What some features say, to go on from in `scores` with others, as often as needed."""
        known = self._index.keys() & set(features)
        return sum(map(self._packed.__getitem__, known))

    def scores(self, features: Iterable[str], begun: int = 0) -> list[float]:
        """How much some features speak for each choice; each counts once, unknown ones nothing.

        Args:
            features: what is seen.
            begun: what `begin` made of others.
        """
        total = begun + self.begin(features)
        if self._hidden:
            return self._hidden.scores(total)
        layer = self._layer
        sums = self._lanes.values(total)
        return [b + each * layer.scale for b, each in zip(layer.bias, sums, strict=True)]

    def probabilities(self, features: Iterable[str], begun: int = 0) -> dict[str, float]:
        """The probability of each choice."""
        shares = softmax(self.scores(features, begun), self.temperature)
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
        sums = self._lanes.values(self.begin(few))
        against = (0.0,) * len(sums) if other is None else layer.hidden_weights[other]
        towards = [
            (one - two) * layer.scale if each * layer.scale + bias > 0 else 0.0
            for one, two, bias, each in zip(
                layer.hidden_weights[chosen], against, layer.hidden_bias, sums, strict=True
            )
        ]
        return {name: sum(map(mul, lane, towards)) for name, lane in lanes.items()}

    def _row(self, name: str) -> int:
        """The row of a feature as one number, each weight of it in a lane of its own."""
        return self._lanes.packed(self._bytes(name)) - self._zeros

    def _weights(self, name: str) -> list[int]:
        return [each - self._layer.zero for each in self._bytes(name)]

    def _bytes(self, name: str) -> bytes:
        width = self._lanes.count
        start = self._index[name] * width
        return self._layer.rows[start : start + width]


class _Rows(dict[str, int]):
    """The packed rows of features, each made when it is first asked for.

    Args:
        made: makes that of a feature.
    """

    def __init__(self, made: Callable[[str], int]) -> None:
        super().__init__()
        self._made: Final = made

    def __missing__(self, name: str) -> int:
        """Make a row and keep it."""
        self[name] = made = self._made(name)
        return made


class _Lanes:
    """Whole numbers side by side in one, that are added all at once.

    A lane below nought borrows from the next one, which is made good where it is read.

    Args:
        count: how many.
        bits: how many bits each has, the sign among them.
    """

    def __init__(self, count: int, bits: int) -> None:
        self.count: Final = count
        self.bits: Final = bits
        self._size: Final = count * bits // 8
        self._code: Final = "I" if bits == _LANE else "Q"
        self.ones: Final = self.packed([1] * count)
        self._half: Final = 1 << (bits - 1)
        self._halves: Final = self.ones * self._half

    def all_of(self, value: int) -> int:
        """The same value in each lane."""
        return self.ones * value

    def packed(self, values: Iterable[int]) -> int:
        """Values from nought up, packed."""
        lanes = array(self._code, tuple(values))
        return int.from_bytes(lanes.tobytes(), sys.byteorder)

    def values(self, packed: int) -> list[int]:
        """What is packed, of either sign."""
        return [each - self._half for each in self._unpacked(packed + self._halves)]

    def above_nought(self, packed: int) -> list[int]:
        """What is packed, where that is above nought; else nought."""
        raised = packed + self._halves
        above = (raised >> (self.bits - 1)) & self.ones
        return self._unpacked(raised & ((above << (self.bits - 1)) - above))

    def _unpacked(self, packed: int) -> list[int]:
        return memoryview(packed.to_bytes(self._size, sys.byteorder)).cast(self._code).tolist()


class _Hidden:
    """The units between features and choices, and what they speak for.

    Args:
        layer: the weights.
        lanes: those of the units.
    """

    def __init__(self, layer: Layer, lanes: _Lanes) -> None:
        steps = [bias / layer.scale for bias in layer.hidden_bias]
        farthest = len(layer.names) * layer.zero + max(map(abs, steps)) + 1
        finer = lanes.bits - 1 - int(farthest).bit_length()
        if finer < _FINE:
            raise ValueError(f"{len(layer.names)} features are more than sums can be kept of")
        self._finer: Final = finer
        self._units: Final = lanes
        below = max(0, -min(map(int, steps)) + 1) << finer
        self._bias: Final = lanes.packed(
            round(step * (1 << finer)) + below for step in steps
        ) - lanes.all_of(below)
        # So large that no sum over all units runs over.
        largest = 1 << (_WIDE - lanes.bits - lanes.count.bit_length())
        most = max(abs(weight) for weights in layer.hidden_weights for weight in weights) or 1.0
        self._choices: Final = _Lanes(len(layer.choices), _WIDE)
        offset = self._choices.all_of(largest)
        self._weights: Final = [
            self._choices.packed(round(weight / most * largest) + largest for weight in of_unit)
            - offset
            for of_unit in zip(*layer.hidden_weights, strict=True)
        ]
        self._worth: Final = layer.scale / (1 << finer) * most / largest
        self._last: Final = layer.bias

    def scores(self, total: int) -> list[float]:
        """The score of each choice, where the rows of what is seen have that sum."""
        units = self._units.above_nought((total << self._finer) + self._bias)
        weighed = map(mul, filter(None, units), compress(self._weights, units))
        sums = self._choices.values(sum(weighed))
        return [bias + each * self._worth for bias, each in zip(self._last, sums, strict=True)]


def softmax(scores: Sequence[float], temperature: float = 1.0) -> list[float]:
    """Scores as probabilities."""
    highest = max(scores)
    shares = [exp((score - highest) / temperature) for score in scores]
    whole = sum(shares)
    return [share / whole for share in shares]
