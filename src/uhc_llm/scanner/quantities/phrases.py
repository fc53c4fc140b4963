"""Phrases of a table, looked up at the words of a text.

A pattern of hundreds of alternatives costs time at every place where it is tried; the first or the
last word of a phrase, looked up in a dictionary, costs next to nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, Self, TypeVar

from uhc_llm.scanner.tokens import Token, TokenizedText

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


@dataclass(frozen=True, slots=True)
class Words:
    """A text as its phrases are looked up in it.

    Attributes:
        text: the text as it stands.
        folded: the same in lower case, as `TokenizedText` has it.
        tokens: its tokens, with an empty one at its end behind them. It is the one before the
            first, too, by the index -1; so no look at a neighbour needs a bound.
        said: the words of these tokens.
    """

    text: str
    folded: str
    tokens: tuple[Token, ...]
    said: tuple[str, ...]

    @classmethod
    def of(cls, source: TokenizedText) -> Self:
        """Make a text ready for looking up phrases in it."""
        length = len(source.text)
        tokens = (*source.tokens, Token(length, length, ""))
        return cls(source.text, source.folded, tokens, (*source.words, ""))


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

    >>> from uhc_llm.scanner.tokens import tokenize
    >>> words = Words.of(tokenize("10 tahun ke atas"))
    >>> phrases = Phrases({"ke atas": "at_least", "ke": "to"})
    >>> phrases.at(words, 2)
    ('at_least', 4)
    >>> phrases.ending_at(words, 3)
    ('at_least', 2)
    """

    def __init__(self, table: Mapping[str, Value]) -> None:
        rows = [(words_of(phrase), value) for phrase, value in table.items()]
        rows = sorted(((words, value) for words, value in rows if words), key=lambda r: -len(r[0]))
        self._first: Final = _branches(rows)
        self._last: Final = _branches([(words[::-1], value) for words, value in rows])

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
        branch = self._first.get(word)
        return branch.alone if branch else None

    def at(self, words: Words, index: int) -> tuple[Value, int] | None:
        """The longest phrase whose first word is the token `index`.

        Returns:
            Its value, and the index of the token behind it; None when there is none.
        """
        said = words.said
        branch = self._first.get(said[index])
        if branch is None:
            return None
        if branch.longer:
            for rest, value in branch.longer.get(said[index + 1], ()):
                if _follow(words, index, rest, 1):
                    return value, index + 1 + len(rest)
        return None if branch.alone is None else (branch.alone, index + 1)

    def ending_at(self, words: Words, index: int) -> tuple[Value, int] | None:
        """The longest phrase whose last word is the token `index`.

        Returns:
            Its value, and the index of its first token; None when there is none.
        """
        said = words.said
        branch = self._last.get(said[index])
        if branch is None:
            return None
        if branch.longer:
            for rest, value in branch.longer.get(said[index - 1], ()):
                if index >= len(rest) and _follow(words, index, rest, -1):
                    return value, index - len(rest)
        return None if branch.alone is None else (branch.alone, index)


class _Branch(Generic[Value]):
    """The phrases that begin with one word, or, read backwards, that end with it.

    Attributes:
        alone: the value of the word by itself.
        longer: by the word beside it, the longer phrases without the first word, and their values;
            the longest first.
    """

    __slots__ = ("alone", "longer")

    def __init__(self) -> None:
        self.alone: Value | None = None
        self.longer: dict[str, list[tuple[tuple[str, ...], Value]]] = {}


def _branches(rows: list[tuple[tuple[str, ...], Value]]) -> dict[str, _Branch[Value]]:
    branches: dict[str, _Branch[Value]] = {}
    for (word, *rest), value in rows:
        branch = branches.setdefault(word, _Branch())
        if rest:
            branch.longer.setdefault(rest[0], []).append((tuple(rest), value))
        elif branch.alone is None:
            branch.alone = value
    return branches


def _follow(words: Words, index: int, rest: tuple[str, ...], step: int) -> bool:
    """Whether the words of `rest` follow the token `index`, forwards or backwards."""
    folded, tokens = words.folded, words.tokens
    for word in rest:
        here, index = tokens[index], index + step
        there = tokens[index]
        if there.word != word:
            return False
        between = folded[here.end : there.start] if step > 0 else folded[there.end : here.start]
        if between not in _INSIDE:
            return False
    return True
