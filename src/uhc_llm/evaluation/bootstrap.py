"""What other articles might have shown: the same ones drawn again and again, with replacement.

Everything that is compared is looked at in the same draws (a paired bootstrap): an article that is
hard for one model is in them as often for the others.
"""

import random
from collections.abc import Sequence
from typing import Final

__all__ = ["draws", "interval"]

DRAWS: Final = 1000
_SEED: Final = 0
_TAIL: Final = 0.025


def draws(count: int) -> list[list[int]]:
    """Draws of as many articles as there are, by their places; always the same ones.

    Args:
        count: how many articles there are.
    """
    random_ = random.Random(_SEED)  # noqa: S311 - draws of articles, not secrets
    return [random_.choices(range(count), k=count) for _ in range(DRAWS)]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The bounds between which 95 of 100 values lie, as many below as above."""
    ranked = sorted(values)
    cut = int(len(ranked) * _TAIL)
    return ranked[cut], ranked[-1 - cut]
