"""One amount: a numeral with its currency, scale word, unit and hedge, at its exact place."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final, NamedTuple

from uhc_llm.scanner.language import Languages
from uhc_llm.scanner.quantities.currencies import MINUS, Opening, opening_of
from uhc_llm.scanner.quantities.hedges import hedge_before, hedge_behind
from uhc_llm.scanner.quantities.numerals import NUMERAL_STARTS, VAGUE_WORDS
from uhc_llm.scanner.quantities.phrases import DIGITS_BEFORE, Words
from uhc_llm.scanner.quantities.printed import (
    ONE,
    PrintedNumeral,
    printed_in_digits,
    printed_in_words,
)
from uhc_llm.scanner.quantities.units import CountedNoun, can_be_part, choose_reading, unit_behind
from uhc_llm.scanner.quantities.words import (
    CLIPPED,
    FRACTIONS,
    MEANS,
    NOT_COUNTED,
    NUMBER_WORDS,
    RATE,
)
from uhc_llm.scanner.tokens import Token, TokenizedText
from uhc_llm.schemas import Qualifier, Unit

__all__ = ["Quantity", "each_amount"]

_STARTS: Final = (
    NUMERAL_STARTS
    | CLIPPED.keys()
    | {
        vague
        for vague, word in VAGUE_WORDS.items()
        if NUMBER_WORDS.get(word, 0) >= 10  # noqa: PLR2004
    }
)
_ALONE: Final = frozenset({"seribu", "sejuta", "semiliar", "semilyar", "setriliun"})
# "2/3 penduduk" counts no three people.
_FRACTION: Final = re.compile(r"(?<![\w/.,])\d{1,2}/\d{1,2}(?![\w/])(?![.,]\d)")
_FRACTION_LENGTH: Final = 5
# The rest of "1x23" and of "1E-5".
_CODE: Final = re.compile(r"\w*+(?:(?<=[0-9]e)[+-][0-9]++)?")
_CODE_LENGTH: Final = 3
_RATED: Final = frozenset({"people", "households"})
_SHARES: Final = frozenset({"perempat", "perlima", "persepuluh"})
# "Pulau Seribu", "Kota Seribu Sungai": a number that follows is a name.
_NAMES_BEFORE: Final = frozenset(
    {
        "kabupaten",
        "kab",
        "kota",
        "kepulauan",
        "kep",
        "pulau",
        "negeri",
        "bumi",
        "program",
        "gerakan",
    }
    | {
        "kecamatan",
        "desa",
        "kelurahan",
        "nagari",
        "jalan",
        "simpang",
        "kampung",
        "gunung",
        "puskesmas",
    }
)
_LINE_ENDS: Final = frozenset({"", "\n", "\t", "|"})


class Quantity(NamedTuple):
    """A number that counts something, before it gets its id.

    Attributes:
        scale: what its scale word multiplies it by; 1 without one.
        is_doubtful: whether it is a number word that may be none ("satu"), to be kept only when
            its neighbours give it a unit.

    The others are as in `Mention`.
    """

    start: int
    end: int
    value: Decimal
    upper: Decimal | None
    unit: Unit | None
    qualifier: Qualifier
    noun: str | None
    resolution: Decimal
    readings: tuple[Decimal, ...]
    flags: tuple[str, ...]
    scale: Decimal
    is_doubtful: bool


# There is one for every number, and `Quantity(...)` takes nearly twice as long as this.
_quantity: Final[Callable[[tuple[Any, ...]], Quantity]] = partial(tuple.__new__, Quantity)


def each_amount(
    source: TokenizedText, taken: Sequence[tuple[int, int]], languages: Languages
) -> Iterator[Quantity]:
    """Read every amount of a text by itself, in order.

    Args:
        source: the text.
        taken: stretches whose numbers are something else (dates, law numbers), sorted.
        languages: of its sentences.
    """
    length = len(source.text)
    words = Words.of(source)
    occupied = iter(taken)
    limit, occupied_end = next(occupied, (length, length))
    done = 0
    starts = [i for i, word in enumerate(source.words) if word < DIGITS_BEFORE or word in _STARTS]
    for index in starts:
        start = source.tokens[index].start
        if start < done:
            continue
        while occupied_end <= start and limit < length:
            limit, occupied_end = next(occupied, (length, length))
        if limit <= start:
            continue
        quantity, done = _read(words, index, limit, languages)
        if quantity:
            yield quantity


def _read(
    words: Words, index: int, limit: int, languages: Languages
) -> tuple[Quantity | None, int]:
    """The amount whose numeral begins at a token, and the offset where to go on."""
    token = words.tokens[index]
    start, folded = token.start, words.folded
    opening = opening_of(words, index)
    if opening.start == start and start and folded[start - 1] != " " and _is_inside(folded, start):
        return None, token.end
    if token.word < DIGITS_BEFORE:
        if "/" in (folded[start - 1 : start], folded[token.end : token.end + 1]) and (
            _is_in_fraction(folded, token)
        ):
            return _bare(token), token.end
        printed = printed_in_digits(words, index, limit, opening.unit)
    elif _is_in_name(words, index):
        return None, token.end
    else:
        printed = printed_in_words(words, index, limit)
    if printed is None:
        return None, token.end
    if not printed.readings or printed.end > limit:
        return None, printed.end
    quantity = _with_words(words, index, limit, opening, printed, languages=languages)
    if quantity:
        return quantity, quantity.end
    code = _CODE.match(folded, printed.end)
    return None, code.end() if code else printed.end


def _is_in_name(words: Words, index: int) -> bool:
    """Whether a number word is a part of a name: "Kabupaten Lima Puluh Kota", "Pulau Seribu"."""
    token, before = words.tokens[index], words.tokens[index - 1]
    return (
        index > 0
        and words.text[token.start].isupper()
        and words.text[before.start].isupper()
        and words.folded[before.end : token.start] == " "
        and before.word in _NAMES_BEFORE
    )


def _is_inside(folded: str, start: int) -> bool:
    """Whether what begins at `start` goes on from a word or a number: "H1N1", "26.6.2020"."""
    before = folded[start - 1]
    if before.isalnum() or before == "_":
        return True
    return before in ".," and start > 1 and folded[start - 2].isdecimal()


def _with_words(
    words: Words,
    index: int,
    limit: int,
    opening: Opening,
    printed: PrintedNumeral,
    *,
    languages: Languages,
) -> Quantity | None:
    """The amount with all the words around it; None when it counts nothing."""
    behind = _behind(words, limit, opening, printed)
    if behind is None:
        return None
    unit, noun, end, hedge = behind
    opened, before, currency, _, is_negative, is_open = opening
    is_doubtful = _is_doubtful(words, index, opening, printed, unit) if printed.words else False
    if is_doubtful is None:
        return None
    if unit in _RATED and words.said[before] in RATE:
        unit = "other"  # "per 1.000 penduduk"
    readings: tuple[Decimal, ...] = ()
    ((value, resolution), *others), flags = printed.readings, printed.flags
    if others or (can_be_part(unit, resolution) and words.said[before] not in MEANS):
        is_english = bool(others) and languages.is_english(printed.start)
        value, readings, resolution, flags = choose_reading(printed, unit, is_english=is_english)
    start = opened if opened < printed.start else printed.start
    qualifier = hedge_before(words, before, start) or hedge
    if qualifier is None:
        qualifier = "about" if printed.is_vague else "at_least" if is_open else "exact"
    if currency is None and printed.is_money:
        flags = (*flags, "unit_inferred")
    if is_open:
        # "min 95 persen" is a minimum or a minus.
        readings, flags = (value, -value), (*flags, "ambiguous")
    dash = start if unit else _dash_of_line(words.folded, start, end)
    if is_negative or dash < start:
        start, value, readings = dash, -value, tuple(-reading for reading in readings)
    return _quantity(
        (
            start,
            end,
            value,
            None,
            unit,
            qualifier,
            noun,
            resolution,
            readings,
            flags,
            printed.scale,
            is_doubtful,
        )
    )


def _behind(
    words: Words, limit: int, opening: Opening, printed: PrintedNumeral
) -> tuple[Unit | None, str | None, int, Qualifier | None] | None:
    """The unit behind a numeral, its noun, where the amount ends with them, and the hedge there.

    None when its digits are those of a code.
    """
    end, behind = printed.end, printed.behind
    hedge = hedge_behind(words, behind, end, limit)
    if hedge:
        # "68 ribu lebih warga" is quoted as "68 ribu".
        counted = unit_behind(words, hedge.behind, hedge.end, limit)
        unit, noun, _ = _unit(opening, printed, counted)
        return unit, noun, end, hedge.qualifier
    counted = unit_behind(words, behind, end, limit)
    is_attached = words.tokens[behind].start == end
    if is_attached and not printed.words and _is_code(words, printed, counted):
        return None
    unit, noun, end = _unit(opening, printed, counted)
    if counted and end == counted.end and (late := hedge_behind(words, counted.behind, end, limit)):
        return unit, noun, late.end, late.qualifier
    return unit, noun, end, None


def _unit(
    opening: Opening, printed: PrintedNumeral, noun: CountedNoun | None
) -> tuple[Unit | None, str | None, int]:
    """The unit that stands with the number, its noun, and where the mention ends with it."""
    if opening.unit == "rupiah" or printed.is_money:
        # "Rp23 ribu orang" does not occur; "Rp 6,8 triliun rupiah" does.
        if noun and noun.unit == "rupiah":
            return "rupiah", noun.noun, noun.end
        return "rupiah", None, printed.end
    if opening.unit:
        return opening.unit, opening.noun, printed.end
    return (noun.unit, noun.noun, noun.end) if noun else (None, None, printed.end)


def _is_code(words: Words, printed: PrintedNumeral, noun: CountedNoun | None) -> bool:
    """Whether letters that are no unit cling to the digits: "5G", "1E5", "3x4"."""
    token = words.tokens[printed.behind]
    if not token.word:
        return False
    if noun:
        return words.folded[noun.end : noun.end + 1].isdecimal()
    return len(token.word) <= _CODE_LENGTH


def _is_doubtful(
    words: Words, index: int, opening: Opening, printed: PrintedNumeral, unit: Unit | None
) -> bool | None:
    """Whether number words may count nothing ("satu"); None when they do ("salah satu")."""
    said = printed.words
    if words.tokens[index - 1].word in NOT_COUNTED and index:
        return None
    if (said[-1] in FRACTIONS and len(said) == 1 and unit != "percent") or said[-1] in _SHARES:
        return None  # "separuh peserta" is a share, not a number of people
    if unit or opening.is_negative or len(said) > 1 or said[0] in _ALONE:
        return False
    folded = words.folded
    is_line = (
        folded[printed.start - 1 : printed.start] in _LINE_ENDS
        and folded[printed.end : printed.end + 1] in _LINE_ENDS
    )
    return not is_line


def _dash_of_line(folded: str, start: int, end: int) -> int:
    """The offset of the minus of a number that has a line for itself; `start` without one.

    Any other dash at the head of a line is a bullet.
    """
    if folded[end : end + 1] not in ("", "\n"):
        return start
    place = start - 2 if folded[max(0, start - 1) : start] == " " else start - 1
    is_minus = place >= 0 and folded[place] in MINUS
    return place if is_minus and (place == 0 or folded[place - 1] == "\n") else start


def _is_in_fraction(folded: str, token: Token) -> bool:
    """Whether digits are one half of "2/3"."""
    start, end, _ = token
    first = max(0, start - _FRACTION_LENGTH)
    around = folded[first : end + _FRACTION_LENGTH]
    return any(f.start() <= start - first < f.end() for f in _FRACTION.finditer(around))


def _bare(token: Token) -> Quantity:
    """A number that counts nothing that we know of."""
    return Quantity(
        start=token.start,
        end=token.end,
        value=Decimal(token.word),
        upper=None,
        unit=None,
        qualifier="exact",
        noun=None,
        resolution=ONE,
        readings=(),
        flags=(),
        scale=ONE,
        is_doubtful=False,
    )
