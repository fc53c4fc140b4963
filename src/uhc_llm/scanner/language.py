"""Whether a sentence is Indonesian or English, which decides what its separators mean.

"2.650 million" has an English decimal point; "2.650 jiwa" is grouped as Indonesian groups.
"""

import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Span

__all__ = ["Languages"]

_TABLE: Final[dict[str, list[str]]] = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data", "languages.toml").read_text(encoding="utf-8")
)
_ENGLISH: Final = frozenset(_TABLE["english"])
_INDONESIAN: Final = frozenset(_TABLE["indonesian"])
_FEWEST: Final = 2


class Languages:
    """The languages of a text's sentences; a sentence is looked at when it is asked about.

    >>> from uhc_llm.scanner.sentences import split_sentences
    >>> from uhc_llm.scanner.tokens import tokenize
    >>> text = "Ada 2.650 jiwa. Some 2.650 million people are covered."
    >>> languages = Languages(tokenize(text), split_sentences(text))
    >>> languages.is_english(4), languages.is_english(20)
    (False, True)
    """

    __slots__ = ("_known", "_may_be_english", "_sentences", "_source")

    def __init__(self, source: TokenizedText, sentences: Sequence[Span]) -> None:
        self._source = source
        self._sentences = sentences
        self._known: dict[int, bool] = {}
        self._may_be_english: bool | None = None

    def is_english(self, place: int) -> bool:
        """Whether the sentence around the offset `place` is English."""
        if self._may_be_english is None:
            self._may_be_english = not _ENGLISH.isdisjoint(self._source.words)
        if not self._may_be_english:
            return False
        index = bisect_right(self._sentences, (place, len(self._source.text))) - 1
        if index < 0:
            return False
        known = self._known.get(index)
        if known is None:
            known = self._known[index] = self._look(self._sentences[index])
        return known

    def _look(self, sentence: Span) -> bool:
        tokens = self._source.tokens
        first, end = bisect_left(tokens, (sentence.start,)), bisect_left(tokens, (sentence.end,))
        words = self._source.words[first:end]
        english = sum(word in _ENGLISH for word in words)
        return english >= _FEWEST and english > sum(word in _INDONESIAN for word in words)
