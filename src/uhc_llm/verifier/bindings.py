"""What the words of a text bind each of its numbers to, worked out when a rule asks."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from uhc_llm.scanner.binding import (
    BoundPeriods,
    BoundRegions,
    bind_periods,
    bind_regions,
    named_regions,
)
from uhc_llm.scanner.meanings import Meaning, read_meanings
from uhc_llm.scanner.periods.unread import find_unread
from uhc_llm.scanner.tokens import fold_text
from uhc_llm.schemas import Mention, Reading, RegionMention, Span

__all__ = ["Bindings", "plain_marks"]

_LONGEST: Final = 1000
_MARKS: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\xa0": " "})
_ORDER_TO_MACHINES: Final = re.compile(
    r"\b(?:abaikan|lupakan|hiraukan)\s+(?:\w+\s+){0,3}?(?:instruksi|perintah|arahan|prompt|aturan)\b"
    r"|\b(?:ignore|disregard|forget)\s+(?:\w+\s+){0,3}?(?:instructions?|prompts?|rules)\b"
    r"|\b(?:asisten|model|mesin|robot|sistem)\s+(?:ai|bahasa|kecerdasan\s+buatan)\b"
    r"|\b(?:ai|language)\s+(?:assistants?|models?)\b|\bchatgpt\b|\bsystem\s+prompt\b|\bllms?\b"
    r"|\b(?:sistem\s+otomatis|pembaca\s+(?:mesin|otomatis)|machine\s+readers?)\b"
    r"|\b(?:ai|system|assistant|user)\s{0,2}:(?=\s)|\[/?inst\]"
    r"|\banswer\s+(?:again\s+)?for\s+these\s+numbers\b"
)


def plain_marks(text: str) -> str:
    """The text with plain quotation marks and spaces, of the same length."""
    return text if text.isascii() else text.translate(_MARKS)


class Bindings:
    """What the words of a text bind each of its numbers to.

    Each is worked out once, and only when a rule asks.

    Args:
        reading: the text, scanned.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._regions: dict[str, BoundRegions] = {}
        self._periods: dict[str, BoundPeriods] = {}
        self._unread: dict[tuple[int, int], tuple[Span, ...]] = {}

    @cached_property
    def meanings(self) -> Mapping[str, Meaning]:
        """What the words say of each number with a unit of coverage, by its id."""
        return read_meanings(self.reading)

    def regions(self, mention: Mention) -> BoundRegions:
        """The regions that a number can belong to."""
        if mention.id not in self._regions:
            at = self.meanings[mention.id].at
            bound = bind_regions(self.reading, mention, at, self.named)
            self._regions[mention.id] = bound
        return self._regions[mention.id]

    def periods(self, mention: Mention) -> BoundPeriods:
        """The periods that a number can hold for."""
        if mention.id not in self._periods:
            around = self.meanings[mention.id]
            is_target = around.statuses[0] == "target"
            bound = bind_periods(self.reading, mention, around.at, is_target=is_target)
            self._periods[mention.id] = bound
        return self._periods[mention.id]

    @cached_property
    def folded(self) -> str:
        """The text in lower case, of the same length, for patterns that do not ignore case."""
        return fold_text(self.reading.text)

    def unread_times(self, start: int, end: int) -> tuple[Span, ...]:
        """What looks like a date or a year between two offsets, and was not read."""
        if (start, end) not in self._unread:
            self._unread[start, end] = find_unread(self.reading, self.folded, start, end)
        return self._unread[start, end]

    @cached_property
    def plain(self) -> str:
        """The text with plain quotation marks, of the same length, for finding quotes."""
        return plain_marks(self.reading.text)

    @cached_property
    def orders(self) -> tuple[tuple[int, int], ...]:
        """Where the text gives orders to a machine that reads it."""
        return tuple(order.span() for order in _ORDER_TO_MACHINES.finditer(self.folded))

    def sentences(self, mention: Mention, *, back: int) -> tuple[int, int]:
        """Where the sentence of a number ends, and where the one `back` sentences before begins.

        No more than a thousand characters on either side.
        """
        spans = self.reading.sentences
        index = max(0, bisect_right(spans, (mention.start, len(self.reading.text))) - 1)
        start, end = spans[max(0, index - back)].start, spans[index].end
        return max(start, mention.start - _LONGEST), min(end, mention.end + _LONGEST)

    @cached_property
    def named(self) -> list[RegionMention]:
        """The regions that a number of the text can belong to."""
        return named_regions(self.reading)
