"""What a number counts, as the words right behind it say, and which readings that leaves."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial
from typing import Final, NamedTuple

from uhc_llm.scanner.largest import largest
from uhc_llm.scanner.quantities.currencies import CURRENCY_GAPS
from uhc_llm.scanner.quantities.numerals import AMBIGUOUS, NUMERAL_STARTS, shortest
from uhc_llm.scanner.quantities.phrases import GAPS, Words, is_gap
from uhc_llm.scanner.quantities.printed import ONE, PrintedNumeral
from uhc_llm.scanner.quantities.words import (
    CURRENCY_CODES,
    CURRENCY_SIGNS,
    MODIFIERS,
    RUPIAH,
    UNITS,
)
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import Unit

__all__ = [
    "CountedNoun",
    "can_be_part",
    "choose_reading",
    "unit_behind",
    "whole_or_part",
]

_POSSESSIVE: Final = "nya"
# Between the columns of a row.
_APART: Final = re.compile(r"\S(?:  |\t|\|)")
_POINTS: Final = frozenset({"poin", "point", "points"})
_BEFORE_NUMBERS: Final = RUPIAH | CURRENCY_CODES
# "2 Kota Semarang" is a name that follows a number.
_IN_NAMES: Final = frozenset({"kota", "kabupaten", "kab"})
_MODIFIERS: Final = MODIFIERS.first_words
_YEAR_LENGTH: Final = 4
_THOUSANDTHS: Final = ONE.scaleb(-3)
# There are no parts of these.
_WHOLE: Final = frozenset[Unit | None](
    {"people", "households", "regions", "settlements", "facilities"}
)


class CountedNoun(NamedTuple):
    """A unit, its noun as it stands, the offset and the index of the token behind it."""

    unit: Unit
    noun: str
    end: int
    behind: int


# There is one for nearly every number, and `CountedNoun(...)` takes nearly twice as long as this.
_counted: Final[Callable[[tuple[Unit, str, int, int]], CountedNoun]] = partial(
    tuple.__new__, CountedNoun
)


def unit_behind(words: Words, index: int, end: int, limit: int) -> CountedNoun | None:
    """Read the unit that stands right behind a number.

    Args:
        words: the text.
        index: the first token behind the number.
        end: the offset behind the number.
        limit: the offset from which on the text says something else.

    Returns:
        The unit; None when what follows is not one.
    """
    text, folded, tokens = words.text, words.folded, words.tokens
    token = tokens[index]
    gap = folded[end : token.start]
    if gap not in GAPS:
        if symbol := _symbol_behind(words, index, end, limit):
            return symbol
        # A line that a program broke goes on in lower case; a new one begins with a capital.
        if not is_gap(gap) or ("\n" in gap and not text[token.start : token.end].islower()):
            return None
    noun = _noun(words, index)
    if noun is None or noun.end > limit:
        return None
    if noun.unit == "duration" and _is_year(words, index + 1):
        return None  # "sebanyak 1.200 tahun 2024"
    is_alone = noun.behind == index + 1
    if is_alone and token.word in _IN_NAMES and _begins_a_name(words, index):
        return None
    if is_alone and token.word in _BEFORE_NUMBERS and _goes_before(words, index):
        return None  # "10 Rp 20 juta"
    return noun


def _ends_a_row(folded: str, end: int) -> bool:
    """Whether the line that ends here is the row of a table: the next one begins anew."""
    return _APART.search(folded, folded.rfind("\n", 0, end) + 1, end) is not None


def _symbol_behind(words: Words, index: int, end: int, limit: int) -> CountedNoun | None:
    """The sign behind the number: "95%", "95 %", "10$"."""
    text, folded, tokens = words.text, words.folded, words.tokens
    place = end
    while folded[place : place + 1].isspace() and place < end + 2:
        place += 1
    sign = folded[place : place + 1]
    if place >= limit:
        return None
    if sign == "%" and not ("\n" in folded[end:place] and _ends_a_row(folded, end)):
        token = tokens[index]
        if token.word in _POINTS and folded[place + 1 : token.start] in GAPS:
            return CountedNoun("other", text[place : token.end], token.end, index + 1)
        return _counted(("percent", sign, place + 1, index))
    if sign in CURRENCY_SIGNS and not folded[place + 1 : place + 3].strip(" ")[:1].isdecimal():
        return CountedNoun("other", sign, place + 1, index)
    return None


def _noun(words: Words, index: int) -> CountedNoun | None:
    """The noun at a token, with what may stand before it: "buah kecamatan", "calon peserta"."""
    text, tokens = words.text, words.tokens
    word = words.said[index]
    if (
        word in _MODIFIERS
        and (modifier := MODIFIERS.at(words, index))
        and tokens[modifier[1] - 1].end + 1 == tokens[modifier[1]].start
        and (found := UNITS.at(words, modifier[1]))
    ):
        index = modifier[1]
    else:
        found = UNITS.at(words, index)
    if found is None:
        # "persennya", "pesertanya"
        alone = UNITS.alone(word.removesuffix(_POSSESSIVE))
        if alone is None:
            return None
        found = alone, index + 1
    unit, behind = found
    end = tokens[behind - 1].end
    return _counted((unit, text[tokens[index].start : end], end, behind))


def _is_year(words: Words, index: int) -> bool:
    word = words.tokens[index].word
    return len(word) == _YEAR_LENGTH and word.isdecimal()


def _goes_before(words: Words, index: int) -> bool:
    """Whether a currency belongs to the number behind it."""
    following = words.tokens[index + 1]
    gap = words.folded[words.tokens[index].end : following.start]
    is_number = following.word[:1].isdecimal() or following.word in NUMERAL_STARTS
    return is_number and gap in CURRENCY_GAPS


def _begins_a_name(words: Words, index: int) -> bool:
    """Whether "Kota" or "Kabupaten" at a token is the beginning of a region's name."""
    noun, name = words.tokens[index], words.tokens[index + 1]
    return (
        words.text[noun.start].isupper()
        and words.folded[noun.end : name.start] == " "
        and words.text[name.start : name.start + 1].isupper()
        and name.word in _name_beginnings()
    )


@cache
def _name_beginnings() -> frozenset[str]:
    return frozenset(name[0] for name in gazetteer().names)


def choose_reading(
    printed: PrintedNumeral, unit: Unit | None, *, is_english: bool = False
) -> tuple[Decimal, tuple[Decimal, ...], Decimal, tuple[str, ...]]:
    """Choose among the readings of a numeral by what its scale, unit and language allow.

    Args:
        printed: the numeral.
        unit: what it counts.
        is_english: whether it stands in an English sentence, where the point is decimal.

    Returns:
        The value, all readings when more than one remains, the resolution, and the flags.
    """
    numerals, flags = printed.readings, printed.flags
    first = numerals[0]
    if len(numerals) == 1 and printed.words:
        return first.value, (), first.resolution, flags  # no separator is mistyped in words
    if len(numerals) == 1:
        return whole_or_part(first.value, first.resolution, unit, flags)
    if is_english:
        first, *_ = numerals = numerals[::-1]
    readings = tuple(n.value for n in numerals)
    fractional = min(numerals, key=lambda n: n.value)
    whole = max(numerals, key=lambda n: n.value)
    if AMBIGUOUS in flags:
        return first.value, readings, first.resolution, flags
    if unit == "percent":
        return fractional.value, (), fractional.resolution, flags
    if is_english and (first is whole) == (printed.scale == ONE):
        return first.value, (), first.resolution, flags  # "5,000 people", "2.650 million"
    if printed.scale == ONE:
        if unit is not None and not is_english:
            # Nobody counts thousandths of a person or of a rupiah.
            return whole.value, (), whole.resolution, flags
        best = first if unit is None else whole
        doubt = () if first is whole else (AMBIGUOUS,)
        return best.value, readings, best.resolution, (*flags, *doubt)
    # A comma before a scale word is a decimal comma first: "2,650 juta".
    best = first
    if first is whole and unit in ("people", None) and _exceeds_mankind(whole.value):
        best = fractional
    return best.value, readings, best.resolution, (*flags, AMBIGUOUS)


def _exceeds_mankind(value: Decimal) -> bool:
    """Whether there are not so many people in the whole country."""
    nation = largest("people", "nation")
    return nation is not None and value > nation.impossible


def can_be_part(unit: Unit | None, resolution: Decimal) -> bool:
    """Whether a number with decimals counts what has no parts: "1,708.552 jiwa"."""
    is_money = unit == "rupiah" and resolution == _THOUSANDTHS
    return is_money or (unit in _WHOLE and resolution < ONE)


def whole_or_part(
    value: Decimal, resolution: Decimal, unit: Unit | None, flags: tuple[str, ...]
) -> tuple[Decimal, tuple[Decimal, ...], Decimal, tuple[str, ...]]:
    """The readings of a number that some convention gives decimals.

    Where it counts what has no parts, a separator was mistyped or a scale word is lost: the number
    without separators is a reading too, and the likelier one where the last group has three digits.

    >>> value, readings, _, flags = whole_or_part(
    ...     Decimal("1708.552"), Decimal("0.001"), "people", ()
    ... )
    >>> value, [str(reading) for reading in readings], flags
    (Decimal('1708552'), ['1708552', '1708.552'], ('ambiguous',))

    Returns:
        As `choose_reading`.
    """
    is_even = value == value.to_integral_value() and resolution != _THOUSANDTHS
    if is_even or not can_be_part(unit, resolution):
        return value, (), resolution, flags
    joined = shortest(value / resolution)
    flags = flags if AMBIGUOUS in flags else (*flags, AMBIGUOUS)
    if resolution == _THOUSANDTHS:
        return joined, (joined, value), ONE, flags
    value = value.normalize()
    return value, (value, joined), resolution, flags
