"""Phrases of a table, looked up at the words of a text.

A pattern of hundreds of alternatives costs time at every place where it is tried; the first or the
last word of a phrase, looked up in a dictionary, costs next to nothing.
"""

import re
from collections.abc import Mapping
from typing import Final, Generic, NamedTuple, TypeVar

from uhc_llm.scanner.tokens import Token

__all__ = ["DIGITS_BEFORE", "GAPS", "Phrases", "Words", "is_gap", "words_of"]

Value = TypeVar("Value")

DIGITS_BEFORE: Final = ":"
"""The word of a token of digits sorts before this, and one of letters does not."""

# Between the words of a phrase: "kabupaten/kota", "kab./kota", "kira-kira".
_INSIDE: Final = frozenset({" ", "-", "/", " / ", "/ ", " /", "./", ". ", "\n", "  "})
GAPS: Final = frozenset({"", " ", "  "})
"""Between a number and the words that belong to it; `is_gap` knows the rare ones too."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_MAX_GAP: Final = 8


class Words(NamedTuple):
    """A text as its phrases are looked up in it.

    Attributes:
        text: the text as it stands.
        folded: the same in lower case, as `TokenizedText` has it.
        tokens: its tokens, with an empty one at its end behind them. It is the one before the
            first, too, by the index -1; so no look at a neighbour needs a bound.
    """

    text: str
    folded: str
    tokens: tuple[Token, ...]


def words_of(phrase: str) -> tuple[str, ...]:
    """The words of a phrase of a table, in order."""
    return tuple(_WORD.findall(phrase))


def is_gap(between: str) -> bool:
    """Whether nothing but white space, and no empty line, stands between two words."""
    if between in GAPS:
        return True
    return len(between) <= _MAX_GAP and between.isspace() and between.count("\n") <= 1


class Phrases(Generic[Value]):
    """The phrases of a table, by their first and by their last word.

    >>> from uhc_llm.scanner.tokens import Token
    >>> words = Words("10 ke atas", "10 ke atas", (Token(3, 5, "ke"), Token(6, 10, "atas")))
    >>> phrases = Phrases({"ke atas": "at_least", "ke": "to"})
    >>> phrases.at(words, 0)
    ('at_least', 2)
    >>> phrases.ending_at(words, 1)
    ('at_least', 0)
    """

    def __init__(self, table: Mapping[str, Value]) -> None:
        first: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
        last: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
        longest_first = sorted(table.items(), key=lambda row: -len(words_of(row[0])))
        for phrase, value in longest_first:
            if words := words_of(phrase):
                first.setdefault(words[0], []).append((words[1:], value))
                last.setdefault(words[-1], []).append((words[-2::-1], value))
        self._first: Final = {word: tuple(rows) for word, rows in first.items()}
        self._last: Final = {word: tuple(rows) for word, rows in last.items()}

    @property
    def first_words(self) -> frozenset[str]:
        """The words that a phrase begins with."""
        return frozenset(self._first)

    @property
    def last_words(self) -> frozenset[str]:
        """The words that a phrase ends with."""
        return frozenset(self._last)

    def alone(self, word: str) -> Value | None:
        """The value of the phrase that is just `word`."""
        for rest, value in self._first.get(word, ()):
            if not rest:
                return value
        return None

    def at(self, words: Words, index: int) -> tuple[Value, int] | None:
        """The longest phrase whose first word is the token `index`.

        Returns:
            Its value, and the index of the token behind it; None when there is none.
        """
        tokens = words.tokens
        for rest, value in self._first.get(tokens[index].word, ()):
            if not rest or _follow(words, index, rest, 1):
                return value, index + 1 + len(rest)
        return None

    def ending_at(self, words: Words, index: int) -> tuple[Value, int] | None:
        """The longest phrase whose last word is the token `index`.

        Returns:
            Its value, and the index of its first token; None when there is none.
        """
        for rest, value in self._last.get(words.tokens[index].word, ()):
            if not rest or (index >= len(rest) and _follow(words, index, rest, -1)):
                return value, index - len(rest)
        return None


def _follow(words: Words, index: int, rest: tuple[str, ...], step: int) -> bool:
    """Whether the words of `rest` follow the token `index`, forwards or backwards."""
    _, folded, tokens = words
    for word in rest:
        here, index = tokens[index], index + step
        there = tokens[index]
        if there.word != word:
            return False
        between = folded[here.end : there.start] if step > 0 else folded[there.end : here.start]
        if between not in _INSIDE:
            return False
    return True
