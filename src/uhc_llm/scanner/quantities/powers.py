"""Powers of ten behind a number: "1,5e3", "lima koma empat kali sepuluh pangkat minus enam"."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from uhc_llm.scanner.quantities.numerals import NUMERAL_WORDS, read_number_words
from uhc_llm.scanner.quantities.phrases import GAPS, Words
from uhc_llm.scanner.quantities.words import EXPONENTS, NEGATIVE, POWERS

__all__ = ["POWER_STARTS", "Power", "power_in_digits", "power_in_words"]

POWER_STARTS: Final = POWERS.first_words
"""The words that a power of ten in words begins with."""

# The form that calculators print has one digit before the comma: "12e5" is a code, and so are
# "1E5", "1e5x" and "1e5.3".
_MANTISSA: Final = re.compile(r"[0-9]?(?:[.,][0-9]++)?")
_JOINED: Final = re.compile(r"\w[-–/]")  # "7f-2e5"
_EXPONENT: Final = re.compile(
    rf"(?:{'|'.join(sorted(EXPONENTS))})([+-]?[0-9]{{1,2}})(?!\w|[.,]\d|[-–]\w)"
)
# Beyond it nothing is counted, and a number of so many digits stays exact.
_LARGEST: Final = 15
_LONGEST: Final = 4
_ONE: Final = Decimal(1)


class Power(NamedTuple):
    """A power of ten, the offset behind it, and the index of the token behind it."""

    times: Decimal
    end: int
    behind: int


def power_in_digits(words: Words, index: int, start: int, end: int) -> Power | None:
    """Read the exponent that clings to digits.

    Args:
        words: the text.
        index: the first token behind the digits.
        start: the offset where the digits begin.
        end: the offset behind the digits.
    """
    found = _EXPONENT.match(words.text, end)
    if found is None or not _MANTISSA.fullmatch(words.folded, start, end):
        return None
    if abs(int(found[1])) > _LARGEST or (start > 1 and _JOINED.match(words.folded, start - 2)):
        return None
    return Power(_power(int(found[1])), found.end(), index + 2)


def power_in_words(words: Words, index: int, limit: int) -> Power | None:
    """Read "kali sepuluh pangkat enam".

    Args:
        words: the text.
        index: the first token behind the number.
        limit: the offset from which on the text says something else.
    """
    said, tokens = words.said, words.tokens
    found = POWERS.at(words, index)
    if found is None or not _is_next(words, index):
        return None
    first = found[1]
    is_negative = said[first] in NEGATIVE
    first += is_negative
    behind = first
    while said[behind] in NUMERAL_WORDS and behind - first < _LONGEST and _is_next(words, behind):
        behind += 1
    numeral = read_number_words(said[first:behind])
    if numeral is None or tokens[behind - 1].end > limit:
        return None
    exponent = numeral.value
    if exponent > _LARGEST or exponent != exponent.to_integral_value():
        return None
    times = _power(-int(exponent) if is_negative else int(exponent))
    return Power(times, tokens[behind - 1].end, behind)


def _is_next(words: Words, index: int) -> bool:
    """Whether nothing but a space stands between a token and the one before it."""
    return words.folded[words.tokens[index - 1].end : words.tokens[index].start] in GAPS


def _power(exponent: int) -> Decimal:
    """Ten to the power of `exponent`, with all its zeros, so that whole numbers stay so."""
    return _ONE.scaleb(exponent) if exponent < 0 else Decimal(10**exponent)
