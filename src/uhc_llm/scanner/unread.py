"""Numbers that are said but not read: codes, broken forms, shares, other numerals.

They count nothing that could be a fact, but every number of a text is accounted for.
"""

import re
import string
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import compress
from operator import itemgetter
from typing import Final, NamedTuple

from uhc_llm.scanner.quantities.phrases import GAPS
from uhc_llm.scanner.quantities.words import (
    FRACTION_SIGNS,
    FRACTIONS,
    NUMBER_WORDS,
    SHARES_ALONE,
    SHARES_BEFORE,
    SHARES_BEHIND,
    UNITS,
)
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["Unread", "find_unread"]

# No number of the news is longer, and JSON readers refuse much longer ones.
_LONGEST: Final = 40
# Digits with a sign or two between them are one number that nobody can read.
_DIGITS: Final = re.compile(r"\d++(?:[^\w\s]{1,2}+\d++)*+")
_END: Final = itemgetter(1)
_COMMON: Final = frozenset({*string.printable, *"“”‘’–—…"})
_ONE: Final = Decimal(1)
_ROUNDED: Final = Decimal("0.0001")
_OF: Final = frozenset({"dari", "of", "the"})
_COUNTED: Final = UNITS.first_words | _OF
_SHARE_WORDS: Final = SHARES_ALONE | SHARES_BEFORE | SHARES_BEHIND
_BEFORE_SHARE: Final = GAPS | {"-"}


class Unread(NamedTuple):
    """A number that is not read.

    Attributes:
        start: the offset where it begins.
        end: the offset behind it.
        value: its first run of digits, its first sign, or what is before "per" in "dua pertiga".
        is_share: whether it is a share in words or a sign: "separuh warga", "¾ penduduk".
    """

    start: int
    end: int
    value: Decimal
    is_share: bool = False


def find_unread(source: TokenizedText, taken: Sequence[tuple[int, int]]) -> list[Unread]:
    """Every number of a text that nothing has read, in order.

    Args:
        source: the text.
        taken: where those stand that were read, in order and apart.
    """
    found = list(_digits(source, taken))
    others = [*_shares(source)]
    if not source.text.isascii():
        others += _signs(source.text, taken)
    if not others:
        return found
    return list(_apart(sorted([*found, *others]), taken))


def _digits(source: TokenizedText, taken: Sequence[tuple[int, int]]) -> Iterator[Unread]:
    """Digits of codes ("H1N1"), and of forms that no convention allows."""
    others = iter(taken)
    nowhere = len(source.text), len(source.text)
    other_start, other_end = next(others, nowhere)
    covered = 0
    for index in compress(range(len(source.words)), map(str.isdecimal, source.words)):
        start, end, digits = source.tokens[index]
        if start < covered:
            continue
        while other_end <= start:
            other_start, other_end = next(others, nowhere)
        if other_start < end:
            covered = other_end
        elif found := _DIGITS.match(source.text, start, other_start):
            covered = found.end()
            yield Unread(*found.span(), Decimal(digits[:_LONGEST]))


def _shares(source: TokenizedText) -> Iterator[Unread]:
    """Shares in words: "separuh warga", "dua pertiga penduduk"."""
    tokens, words = source.tokens, source.words
    for index in source.places_of(_SHARE_WORDS):
        start, end, word = tokens[index]
        if word in SHARES_BEHIND:
            before = tokens[index - 1]
            number = NUMBER_WORDS.get(before.word)
            gap = source.folded[before.end : start]
            if index and number is not None and gap in _BEFORE_SHARE:
                yield Unread(before.start, end, Decimal(number), is_share=True)
        elif word in SHARES_ALONE or (words[index + 1 : index + 2] or ("",))[0] in _COUNTED:
            yield Unread(start, end, FRACTIONS.get(word, _ONE), is_share=True)


def _signs(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Unread]:
    """Numerals that are no decimal digits: ⅔, Ⅳ, ①, 三."""
    rare = set(text) - _COMMON
    signs = [sign for sign in rare if sign.isnumeric() and not sign.isdecimal()]
    if not signs:
        return
    for found in re.finditer(f"[{re.escape(''.join(signs))}]+", text):
        start, end = found.span()
        # "0⅛²", "²½ juta": some of the signs can belong to a number that is read.
        place = bisect_right(taken, start, key=_END)
        if place < len(taken) and taken[place][0] <= start:
            start, place = taken[place][1], place + 1
        if place < len(taken):
            end = min(end, taken[place][0])
        if start < end:
            first = text[start]
            is_share = first in FRACTION_SIGNS or "FRACTION" in unicodedata.name(first, "")
            yield Unread(start, end, _worth(first), is_share=is_share)


def _worth(sign: str) -> Decimal:
    """What a sign is worth, to four places."""
    if (value := FRACTION_SIGNS.get(sign)) is not None:
        return value
    number = Decimal(str(unicodedata.numeric(sign)))
    whole = number.to_integral_value()
    return whole if number == whole else number.quantize(_ROUNDED)


def _apart(found: Sequence[Unread], taken: Sequence[tuple[int, int]]) -> Iterator[Unread]:
    """Those of `found`, which are in order, that overlap neither one before nor what is taken."""
    spans = iter(taken)
    start, end = next(spans, (0, 0))
    is_more, covered = bool(taken), 0
    for unread in found:
        while is_more and end <= unread.start:
            following = next(spans, None)
            is_more = following is not None
            start, end = following or (start, end)
        if unread.start >= covered and not (is_more and start < unread.end):
            covered = unread.end
            yield unread
