"""A text in which quotes are looked for, however its white space falls."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

__all__ = ["Quotable"]

_WORD: Final = re.compile(r"\S+")


class Quotable:
    """Finds quotes in a text, verbatim but for white space, in time that grows with both.

    >>> list(Quotable("Kota  Semarang dan Kota Semarang").places("Kota Semarang"))
    [(0, 14), (19, 32)]

    Args:
        text: the text.
    """

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text)
        self._spaced: Final = " ".join(words)
        self._starts: Final = [word.start() for word in _WORD.finditer(text)]
        lengths = (len(word) + 1 for word in words)
        self._spaced_starts: Final = list(accumulate(lengths, initial=0))[:-1]

    def places(self, quote: str) -> Iterator[tuple[int, int]]:
        """Where a quote stands, the first place first, none within another; of no words nowhere."""
        sought = " ".join(quote.split())
        if not sought:
            return
        start = self._spaced.find(sought)
        while start >= 0:
            end = start + len(sought)
            yield self._in_text(start), self._in_text(end - 1) + 1
            start = self._spaced.find(sought, end)

    def _in_text(self, place: int) -> int:
        """Where in the text the character of a word stands."""
        word = bisect_right(self._spaced_starts, place) - 1
        return self._starts[word] + place - self._spaced_starts[word]
