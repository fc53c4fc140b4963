"""What a numeral is worth: digits under the conventions that the press mixes, and number words.

Indonesian writes 1.034.331,5; the press also writes 8,157,582 and 95.87. One numeral can therefore
have two readings ("2.650"); all of them are returned, the Indonesian one first, and the caller, who
knows the unit and the scale, chooses.
"""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from uhc_llm.scanner.lexicon import NUMBER_WORDS, SCALES, plain

__all__ = ["NUMERAL_WORD", "Numeral", "read_digits", "read_words"]

NUMERAL_WORD: Final = (
    "nol|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|belas|puluh|"
    "seratus|ratus|seribu|ribu|sejuta|juta|semiliar|miliar|milyar|setriliun|triliun|trilyun|"
    "koma|setengah|seperempat|separuh"
)
"""The words that a number written in words is made of."""

_GROUPED: Final = {
    separator: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(separator)}\d{{3}})+")
    for separator in ".,"
}
# What stands behind a digit: "tiga belas" is 3 * 1 + 10, "tiga puluh" 3 * 10 + 0.
_BEHIND_DIGIT: Final = {"belas": (1, 10), "puluh": (10, 0), "ratus": (100, 0)}
_FRACTIONS: Final = {
    "setengah": Decimal("0.5"),
    "separuh": Decimal("0.5"),
    "seperempat": Decimal("0.25"),
}
_MAX_DIGITS: Final = 40
_GROUP_SIZE: Final = 3


class Numeral(NamedTuple):
    """One reading of a numeral: its value, and one unit of its last printed digit."""

    value: Decimal
    resolution: Decimal


def read_digits(text: str) -> list[Numeral]:
    """Every value that a run of digits, dots and commas can have.

    >>> [str(numeral.value) for numeral in read_digits("2.650")]
    ['2650', '2.650']
    >>> [str(numeral.value) for numeral in read_digits("8,157,582")]
    ['8157582']
    >>> read_digits("26.6.2020")
    []

    Args:
        text: digits with separators between them, and no spaces.

    Returns:
        The readings, the Indonesian convention's first; none when no convention allows the form.
    """
    if len(text) > _MAX_DIGITS:
        return []
    dots, commas = text.count("."), text.count(",")
    if not dots and not commas:
        return [_numeral(text)]
    if dots and commas:
        decimal = max(".", ",", key=text.rfind)
        grouping = "," if decimal == "." else "."
        whole, _, fraction = text.rpartition(decimal)
        if text.count(decimal) == 1 and _GROUPED[grouping].fullmatch(whole):
            return [_numeral(whole.replace(grouping, ""), fraction)]
        return []
    separator = "." if dots else ","
    readings = []
    if _GROUPED[separator].fullmatch(text):
        readings.append(_numeral(text.replace(separator, "")))
    if dots + commas == 1:
        readings.append(_numeral(*text.split(separator)))
    if separator == ",":
        readings.reverse()
    return readings


def _numeral(whole: str, fraction: str = "") -> Numeral:
    digits = f"{whole}.{fraction}" if fraction else whole
    return Numeral(Decimal(digits), Decimal(1).scaleb(-len(fraction)))


def read_words(text: str) -> Numeral | None:
    """The value of a number written in words, or None when the words make no number.

    >>> read_words("delapan puluh empat koma tiga tiga")
    Numeral(value=Decimal('84.33'), resolution=Decimal('0.01'))
    >>> read_words("dua setengah juta").value
    Decimal('2500000.0')
    """
    words = plain(text.replace("-", " ")).split()
    scale = Decimal(1)
    if words and (last := _trailing_scale(words)) and "koma" in words:
        scale, words = last, words[:-1]
    whole_words, _, fraction_words = _split(words, "koma")
    if "koma" in words:
        digits = [NUMBER_WORDS.get(word, 99) for word in fraction_words]
        whole = _whole(whole_words)
        if whole is None or not digits or max(digits) > 9:  # noqa: PLR2004 - one digit a word
            return None
        value = Decimal(f"{whole}.{''.join(map(str, digits))}")
        return Numeral(value * scale, Decimal(1).scaleb(-len(digits)) * scale)
    value_ = _whole(words)
    return None if value_ is None else Numeral(value_, _last_scale(value_, words))


def _split(words: list[str], at: str) -> tuple[list[str], str, list[str]]:
    if at not in words:
        return words, "", []
    place = words.index(at)
    return words[:place], at, words[place + 1 :]


def _trailing_scale(words: list[str]) -> Decimal | None:
    return SCALES.get(words[-1])


def _last_scale(value: Decimal, words: list[str]) -> Decimal:
    """One unit of the last word said: a thousand for "tiga ribu"."""
    last = words[-1]
    scale = SCALES.get(last) or (Decimal(10) if last == "puluh" else None)
    if scale is None and last.startswith("se"):
        scale = SCALES.get(last.removeprefix("se"))
    return scale if scale and value % scale == 0 else Decimal(1)


def _whole(words: list[str]) -> Decimal | None:
    """Add up number words: what is below a thousand, times the scale behind it, and so on."""
    if not words:
        return None
    total = Decimal(0)
    below: list[str] = []
    for word in words:
        number = NUMBER_WORDS.get(word, 0)
        if word in SCALES and word not in _BEHIND_DIGIT:
            times = _below_thousand(below)
            if not times:
                return None
            total, below = total + times * SCALES[word], []
        elif number >= 1000:  # noqa: PLR2004 - seribu, sejuta
            if below:
                return None
            total += number
        else:
            below.append(word)
    rest = _below_thousand(below)
    return None if rest is None else total + rest


def _below_thousand(words: list[str]) -> Decimal | None:
    """The value of "tiga ratus dua puluh lima" or "dua setengah"; 0 when there are no words."""
    total = Decimal(0)
    digit: Decimal | None = None
    for word in words:
        number = NUMBER_WORDS.get(word)
        if word in _FRACTIONS:
            digit = (digit or Decimal(0)) + _FRACTIONS[word]
        elif word in _BEHIND_DIGIT:
            if digit is None:
                return None
            times, plus = _BEHIND_DIGIT[word]
            total, digit = total + digit * times + plus, None
        elif number is None or digit is not None:
            return None
        elif number in (10, 11, 100):
            total += number
        else:
            digit = Decimal(number)
    return total + (digit or 0)
