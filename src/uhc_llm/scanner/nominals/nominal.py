"""A number that counts nothing, and what its readers share."""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from uhc_llm.scanner.quantities.words import NUMBER_WORDS, SCALES, UNIT_OF_NOUN
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Kind

__all__ = [
    "ROMAN",
    "ROMANS",
    "Finder",
    "Nominal",
    "Reader",
    "any_of",
    "counts",
    "follows_number",
    "nominal",
]

_LONGEST: Final = 40
_DIGITS: Final = re.compile(rf"\d{{1,{_LONGEST}}}")
_NEXT: Final = re.compile(r"\s{0,2}([^\W\d_]+|%)")
_LETTERS: Final = {"i": 1, "v": 5, "x": 10}
_HIGHEST: Final = 39

# Behind a number these make it count, whatever stands in front.
_SIZES: Final = frozenset({*SCALES, "%", "persen", "prosen", "percent"})
_NOUNS: Final = _SIZES | {noun.split()[0] for noun in UNIT_OF_NOUN}


class Nominal(NamedTuple):
    """A stretch of text whose numbers count nothing.

    Attributes:
        start: offset of the first character.
        end: offset behind the last one.
        kind: what sort of number it is.
        value: the number, of several the first: 3 for "ke-00003", 2 for "kelas II dan III".
    """

    start: int
    end: int
    kind: Kind
    value: Decimal


Reader = Callable[[TokenizedText, int], Nominal | None]
"""Reads what begins with the token at an index of a text, or what that token belongs to."""
Finder = Callable[[TokenizedText], Iterator[Nominal | None]]
"""Looks through a whole text."""


def _roman(number: int) -> str:
    units = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    return "x" * (number // 10) + units[number % 10]


ROMANS: Final = {_roman(number): number for number in range(1, _HIGHEST + 1)}
ROMAN: Final = "[ivx]{1,7}"
"""What may be a Roman number; `ROMANS` knows which are."""


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of `words`, the longest first."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s{1,3}") for w in longest_first) + ")"


def nominal(
    text: str, start: int, end: int, kind: Kind, value: int | None = None
) -> Nominal | None:
    """A stretch with its value; None if no number stands in it."""
    if value is not None:
        return Nominal(start, end, kind, Decimal(value))
    digits = _DIGITS.search(text, start, end)
    return Nominal(start, end, kind, Decimal(digits.group())) if digits else None


def counts(folded: str, end: int, *, nouns: bool = True) -> bool:
    """Whether what stands behind a number makes it count: a scale, a share, or a unit noun."""
    behind = folded[end : end + 2]
    if behind[:1] in (".", ",") and behind[1:].isdecimal():
        return True
    found = _NEXT.match(folded, end)
    return found is not None and found[1] in (_NOUNS if nouns else _SIZES)


def follows_number(source: TokenizedText, index: int) -> bool:
    """Whether a number stands right before the token at `index`: "2 jam", "dua tahap"."""
    if not index:
        return False
    before, token = source.tokens[index - 1 : index + 1]
    if not (before.word[0].isdecimal() or before.word in NUMBER_WORDS):
        return False
    return source.folded[before.end : token.start].isspace()
