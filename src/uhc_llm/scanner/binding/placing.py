"""Where numbers, regions and periods stand beside each other."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, TypeVar

from uhc_llm.schemas import Mention, PeriodMention, Reading, RegionMention

__all__ = ["CLOSE", "LONGEST", "LOOK_BACK", "between", "place_of", "sentence_index"]

CLOSE: Final = 25
"""What stands so near behind a number is rather its own than what stands before it."""

LOOK_BACK: Final = 20
"""Of the words before a place so many characters are looked at."""

LONGEST: Final = 1000
"""Of a longer sentence only so much is looked at, on either side of the number."""

Placed = TypeVar("Placed", Mention, RegionMention, PeriodMention)


def between(items: Sequence[Placed], start: int, end: int) -> list[Placed]:
    """Those of `items`, which are in order, that lie from `start` to `end`."""
    found = []
    for place in range(place_of(items, start), len(items)):
        if items[place].end > end:
            break
        found.append(items[place])
    return found


def place_of(items: Sequence[Placed], start: int) -> int:
    """The index of the first of `items` that begins at `start` or behind it."""
    return bisect_left(items, start, key=lambda item: item.start)


def sentence_index(reading: Reading, place: Mention | PeriodMention) -> int:
    """The index of the sentence that something stands in."""
    return max(0, bisect_right(reading.sentences, (place.start, len(reading.text))) - 1)
