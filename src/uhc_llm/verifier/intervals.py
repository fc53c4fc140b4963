"""Intervals: what a printed number can stand for, and arithmetic over that."""

from decimal import Decimal
from typing import Final, NamedTuple, Self

from uhc_llm.schemas import Fact, Mention

__all__ = ["Interval", "printed"]

_INFINITY: Final = Decimal("Infinity")
_ABOUT: Final = Decimal("0.05")
_HALF: Final = Decimal("0.5")


class Interval(NamedTuple):
    """A closed interval of numbers."""

    low: Decimal
    high: Decimal

    def __truediv__(self, other: Self) -> "Interval":
        """The quotients; `other` must be positive."""
        low = Decimal(0) if other.high == _INFINITY else self.low / other.high
        high = _INFINITY if _INFINITY in (self.high,) or other.low == 0 else self.high / other.low
        return Interval(low, high)

    def minus(self, other: Self) -> "Interval":
        """The differences."""
        low = -_INFINITY if other.high == _INFINITY else self.low - other.high
        high = _INFINITY if self.high == _INFINITY else self.high - other.low
        return Interval(low, high)

    def plus(self, other: Self) -> "Interval":
        """The sums."""
        return Interval(self.low + other.low, self.high + other.high)

    def scaled(self, factor: Decimal) -> "Interval":
        """Both ends times a positive factor."""
        return Interval(self.low * factor, self.high * factor)

    def meets(self, other: Self) -> bool:
        """Whether the two share a number."""
        return self.low <= other.high and other.low <= self.high


def printed(fact: Fact, mention: Mention | None) -> Interval:
    """What the number of `fact` can stand for.

    84,33 stands for 84.325 to 84.34, since it was rounded, or cut off as the press likes to do;
    "sekitar" widens by a twentieth or by one unit of the last digit, whichever is more; "lebih
    dari" has no upper end. A fact that names no hedge has that of its number in the text.

    Args:
        fact: the fact.
        mention: its number in the text; without it the number is taken as printed to the unit.
    """
    resolution = mention.resolution if mention else Decimal(1)
    below = above = resolution * _HALF
    low, high = fact.value, fact.value if fact.upper is None else fact.upper
    qualifier = fact.qualifier
    if qualifier == "exact" and mention:
        qualifier = mention.qualifier
    if qualifier == "exact":
        above = resolution
    if qualifier == "about":
        below = above = max(abs(high) * _ABOUT, resolution)
    return Interval(
        Decimal(0) if qualifier == "at_most" and fact.upper is None else low - below,
        _INFINITY if qualifier == "at_least" and fact.upper is None else high + above,
    )
