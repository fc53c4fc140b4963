"""What stands right before a number and belongs to it: its currency and its sign."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

from uhc_llm.scanner.quantities.phrases import DIGITS_BEFORE, GAPS, Words
from uhc_llm.scanner.quantities.words import (
    CURRENCY_CODES,
    CURRENCY_SIGNS,
    EITHER_SIGN,
    HEDGES_BEFORE,
    NEGATIVE,
    RUPIAH,
    SIGN_PREFIXES,
)
from uhc_llm.schemas import Unit

__all__ = ["CURRENCY_GAPS", "MINUS", "Opening", "opening_of"]

MINUS: Final = frozenset("-−")
_CURRENCY_WORDS: Final = RUPIAH | CURRENCY_CODES
_SIGN_WORDS: Final = NEGATIVE | EITHER_SIGN
_OPENING_WORDS: Final = _CURRENCY_WORDS | _SIGN_WORDS
# "Rp. 5", "Rp.5", "Rp : 5"
CURRENCY_GAPS: Final = GAPS | {".", ". ", " .", ".  ", ": ", " : ", " :", ":"}
"""Between a currency and the number behind it."""


class Opening(NamedTuple):
    """What opens an amount, before its numeral.

    Attributes:
        start: the offset where the amount begins.
        before: the index of the token before that.
        unit: rupiah or, for other currencies, other; None without one.
        noun: the other currency as it stands.
        is_negative: whether a minus stands there, as a sign or a word.
        is_open: whether "min" stands before it, which means minus or minimal.
    """

    start: int
    before: int
    unit: Unit | None = None
    noun: str | None = None
    is_negative: bool = False
    is_open: bool = False


# There is one for every number, and `Opening(...)` takes nearly twice as long as this.
_opening: Final[Callable[[tuple[Any, ...]], Opening]] = partial(tuple.__new__, Opening)


def opening_of(words: Words, index: int) -> Opening:
    """Read what stands before the numeral that begins at the token `index`."""
    folded, tokens = words.folded, words.tokens
    start, last = tokens[index].start, index - 1
    is_plain = tokens[last].end == start - 1 and folded[start - 1] == " "
    if is_plain and words.said[last] not in _OPENING_WORDS:
        return _opening((start, index - 1, None, None, False, False))
    opening = _currency(words, index - 1, start)
    if start and folded[opening.start - 1] in MINUS and _is_sign(folded, opening.start - 1):
        # "-Rp5 juta", "Rp -5 juta"
        inner = opening if opening.unit else _currency(words, index - 1, start - 1)
        return inner._replace(start=min(inner.start, opening.start - 1), is_negative=True)
    before = tokens[opening.before]
    is_sign = before.word in _SIGN_WORDS and folded[before.end : opening.start] == " "
    if is_sign and not HEDGES_BEFORE.ending_at(words, opening.before):  # "plus minus 300"
        if before.word in EITHER_SIGN and tokens[index].word < DIGITS_BEFORE:
            return opening._replace(is_open=True)
        return opening._replace(start=before.start, before=opening.before - 1, is_negative=True)
    return opening


def _currency(words: Words, index: int, start: int) -> Opening:
    """The currency that ends before `start`, where the token `index` is the last before it."""
    text, folded, tokens = words.text, words.folded, words.tokens
    before = tokens[index]
    if before.word in _CURRENCY_WORDS and index >= 0:
        is_named = before.word in RUPIAH or text[before.start : before.end].isupper()
        if is_named and folded[before.end : start] in CURRENCY_GAPS:
            if before.word in RUPIAH:
                return Opening(before.start, index - 1, "rupiah")
            return Opening(before.start, index - 1, "other", text[before.start : before.end])
        return Opening(start, index)
    place = start - 2 if folded[start - 1 : start] == " " else start - 1
    if place < 0 or folded[place] not in CURRENCY_SIGNS:
        return Opening(start, index)
    if before.end == place and before.word in SIGN_PREFIXES:
        return Opening(before.start, index - 1, "other", text[before.start : place + 1])
    return Opening(place, index, "other", text[place])


def _is_sign(folded: str, place: int) -> bool:
    """Whether the dash at `place` is a minus: no bullet of a list, no range and no hyphen."""
    before = folded[place - 1 : place]
    if not before or before == "\n" or before.isalnum() or before in "_.,)%-–—−":
        return False
    return not (place > 1 and (folded[place - 2].isdecimal() or folded[place - 2] == "%"))
