"""A reader that knows no words: what it says of a number follows from its unit alone.

What is asked, and how, can be tested with it whatever was learned.
"""

from collections.abc import Sequence
from typing import Final

from uhc_llm.reader import Understanding, interpret
from uhc_llm.reader.scoring import Layer
from uhc_llm.reader.weights import Weights
from uhc_llm.schemas import Reading

__all__ = ["read_by_unit"]


def _layer(choices: Sequence[str], bias: Sequence[float]) -> Layer:
    return Layer(choices=choices, names=(), rows=b"", bias=bias, scale=1.0)


_WEIGHTS: Final = Weights.of(
    {
        "topic": _layer(["other", "coverage"], [0, 9]),
        # People, money and regions can be but one thing each; a percentage may be either.
        "meaning": _layer(
            [
                "coverage_rate actual",
                "active_rate actual",
                "participants actual",
                "budget actual",
                "regions_covered actual",
            ],
            [0.2, 0, 0, 0, 0],
        ),
        "segment": _layer(["all"], [0]),
        "place": _layer(["place"], [0]),
        "moment": _layer(["moment"], [0]),
    }
)


def read_by_unit(reading: Reading) -> Understanding:
    """A text of which percentages are in doubt, a coverage rate rather than an active one.

    All else is settled: people are participants. Each number is of the region and of the time that
    stand nearest to it.
    """
    return interpret(reading, weights=_WEIGHTS)
