"""What a numeral is worth: digits under the conventions that the press mixes, and number words.

Indonesian writes 1.034.331,5; the press also writes 8,157,582 and 95.87. One numeral can therefore
have two readings ("2.650"); all of them are returned, the Indonesian one first, and the caller, who
knows the unit and the scale, chooses.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

from uhc_llm.scanner.quantities.words import (
    BEHIND_DIGIT,
    FRACTIONS,
    NUMBER_WORDS,
    SCALES,
    VAGUE_STEMS,
)

__all__ = [
    "AMBIGUOUS",
    "COMMA",
    "NUMERAL_STARTS",
    "NUMERAL_WORDS",
    "VAGUE_WORDS",
    "Numeral",
    "read_digits",
    "read_number_words",
    "read_words",
    "shortest",
    "spoken_decimals",
]

AMBIGUOUS: Final = "ambiguous"
"""The flag of a number that can be read in several ways."""
COMMA: Final = "koma"
"""The word for the decimal comma."""
_NUMBERS: Final = {word: Decimal(number) for word, number in NUMBER_WORDS.items()}
NUMERAL_STARTS: Final = frozenset({*NUMBER_WORDS, *FRACTIONS})
"""The words that a number written in words can begin with."""
NUMERAL_WORDS: Final = frozenset({*NUMERAL_STARTS, *SCALES, *BEHIND_DIGIT, COMMA})
"""The words that it is made of."""
VAGUE_WORDS: Final = {f"{word}an": word for word in {*SCALES, *BEHIND_DIGIT, *VAGUE_STEMS}}
"""Those words with the -an that makes them vague ("ribuan"), and what they are without it."""

_GROUPED: Final = {
    separator: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(separator)}\d{{3}})+")
    for separator in ".,"
}
# No number of the news is longer, and decimal arithmetic is exact to 28 digits.
_MAX_DIGITS: Final = 25
# One unit of the last of so many decimals.
_STEPS: Final = tuple(Decimal(1).scaleb(-decimals) for decimals in range(_MAX_DIGITS))
_GROUP_SIZE: Final = 3
_ONE: Final = Decimal(1)
_ZERO: Final = Decimal(0)
_TEN: Final = Decimal(10)
_HUNDRED: Final = Decimal(100)
_THOUSAND: Final = Decimal(1000)
# What "koma" can be followed by as one number: "koma dua puluh lima" is 0.25.
_MAX_SPOKEN_DECIMALS: Final = 100
_MAX_SPOKEN_DIGITS: Final = 10


class Numeral(NamedTuple):
    """One reading of a numeral: its value, and one unit of its last printed digit."""

    value: Decimal
    resolution: Decimal


# There is one in nearly every sentence, and `Numeral(...)` takes nearly twice as long as this.
_numeral: Final[Callable[[tuple[Decimal, Decimal]], Numeral]] = partial(tuple.__new__, Numeral)


def read_digits(text: str) -> tuple[Numeral, ...]:
    """Every value that a run of digits, dots and commas can have.

    >>> [str(numeral.value) for numeral in read_digits("2.650")]
    ['2650', '2.650']
    >>> [str(numeral.value) for numeral in read_digits("8,157,582")]
    ['8157582']
    >>> read_digits("26.6.2020")
    ()

    Args:
        text: digits with separators between them, and no spaces.

    Returns:
        The readings, the Indonesian convention's first; none when no convention allows the form.
    """
    if len(text) > _MAX_DIGITS:
        return ()
    if text.isdecimal():
        return (_numeral((Decimal(text), _ONE)),)
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        return _two_separators(text)
    separator = "." if dots else ","
    if dots + commas > 1:
        is_grouped = _GROUPED[separator].fullmatch(text)
        return (Numeral(Decimal(text.replace(separator, "")), _ONE),) if is_grouped else ()
    whole, _, fraction = text.partition(separator)
    decimal = _with_decimals(whole, fraction)
    if len(fraction) != _GROUP_SIZE or len(whole) > _GROUP_SIZE or whole[0] == "0":
        return (decimal,)
    grouped = Numeral(Decimal(whole + fraction), _ONE)
    return (grouped, decimal) if dots else (decimal, grouped)


def _two_separators(text: str) -> tuple[Numeral, ...]:
    decimal = max(".", ",", key=text.rfind)
    grouping = "," if decimal == "." else "."
    whole, _, fraction = text.rpartition(decimal)
    if text.count(decimal) == 1 and _GROUPED[grouping].fullmatch(whole):
        return (_with_decimals(whole.replace(grouping, ""), fraction),)
    return ()


def _with_decimals(whole: str, fraction: str) -> Numeral:
    return _numeral((Decimal(f"{whole}.{fraction}"), _STEPS[len(fraction)]))


def read_words(text: str) -> Numeral | None:
    """The value of a number written in words, or None when the words make no number.

    >>> read_words("delapan puluh empat koma tiga tiga")
    Numeral(value=Decimal('84.33'), resolution=Decimal('0.01'))
    >>> read_words("dua setengah juta").value
    Decimal('2500000.0')
    """
    return read_number_words(text.lower().replace("-", " ").split())


def read_number_words(words: Sequence[str]) -> Numeral | None:
    """As `read_words`, of words in lower case."""
    if COMMA in words:
        place = words.index(COMMA)
        return _read_decimals(words[:place], words[place + 1 :])
    value = _whole(words)
    return None if value is None else Numeral(value, _last_step(value, words))


def _read_decimals(whole_words: Sequence[str], fraction: Sequence[str]) -> Numeral | None:
    """Number words before and behind "koma", with the scale words at their end."""
    scale = _ONE
    while fraction and (last := SCALES.get(fraction[-1])) and last >= _THOUSAND:
        scale, fraction = scale * last, fraction[:-1]
    whole = _whole(whole_words)
    digits = spoken_decimals(fraction)
    if whole is None or not digits or whole != whole.to_integral_value():
        return None
    return Numeral(Decimal(f"{whole}.{digits}") * scale, _ONE.scaleb(-len(digits)) * scale)


def spoken_decimals(words: Sequence[str]) -> str:
    """The decimals that are said one by one, or as one number: "tiga tiga", "tiga puluh tiga"."""
    if len(words) > _MAX_SPOKEN_DIGITS:
        return ""
    numbers = [_NUMBERS.get(word) for word in words]
    if all(number is not None and number < _TEN for number in numbers):
        return "".join(str(number) for number in numbers)
    number = _below_thousand(words)
    if number is None or not _TEN <= number < _MAX_SPOKEN_DECIMALS:
        return ""
    return str(number) if number == number.to_integral_value() else ""


def _last_step(value: Decimal, words: Sequence[str]) -> Decimal:
    """One unit of the last word said: a thousand for "tiga ribu", half of one for "setengah"."""
    last = words[-1]
    scale = SCALES.get(last, _ONE)
    if scale != _ONE and len(words) > 1:
        last = words[-2]
    if last in FRACTIONS:
        return scale * FRACTIONS[last]
    if scale == _ONE:
        scale = SCALES.get(last.removeprefix("se"), _ONE) if last.startswith("se") else _ONE
        scale = _TEN if last == "puluh" else scale
    return scale if value % scale == 0 else _ONE


def _whole(words: Sequence[str]) -> Decimal | None:
    """Add up number words: what is below a thousand, times the scale behind it, and so on."""
    if not words:
        return None
    total = part = _ZERO
    smallest = None  # the scale of the part before
    below: list[str] = []
    for word in words:
        scale = SCALES.get(word) if word not in BEHIND_DIGIT else None
        number = _NUMBERS.get(word, _ZERO)
        if scale is None and number < _THOUSAND:
            below.append(word)
            continue
        if scale is None:
            times, scale = _ONE, number  # seribu, sejuta
            if below:
                return None
        elif below:
            times = _below_thousand(below) or _ZERO
        else:
            # "delapan ribu triliun": the scale is that of the whole part before it.
            times, total, smallest = part, total - part, None
            if part and scale <= part:
                return None
        if not times or (smallest is not None and scale >= smallest):
            return None
        part, smallest, below = times * scale, scale, []
        total += part
    rest = _below_thousand(below)
    return None if rest is None else total + rest


def _below_thousand(words: Sequence[str]) -> Decimal | None:
    """The value of "tiga ratus dua puluh lima" or "dua setengah"; 0 when there are no words."""
    total = _ZERO
    digit: Decimal | None = None
    for word in words:
        number = _NUMBERS.get(word)
        if word in FRACTIONS:
            if digit is not None and digit != digit.to_integral_value():
                return None
            digit = (digit or _ZERO) + FRACTIONS[word]
            continue
        if word in BEHIND_DIGIT and digit is not None:
            times, plus = BEHIND_DIGIT[word]
            number, digit = digit * times + plus, None
        elif number is None or digit is not None:
            return None
        elif number < _TEN:
            digit = number
            continue
        if not _fits(total, number):
            return None
        total += number
    if digit and not _fits(total, digit):
        return None
    return total + (digit or _ZERO)


def _fits(total: Decimal, number: Decimal) -> bool:
    """Whether `number` can be said behind `total`: tens behind hundreds, not the other way."""
    if not total:
        return True
    place = _TEN if number < _TEN else _HUNDRED if number < _HUNDRED else _THOUSAND
    return total % place == 0


def shortest(value: Decimal) -> Decimal:
    """A whole number without the zeros behind the point that scaling leaves."""
    whole = value.to_integral_value()
    return whole if value == whole else value
