"""Units that a number takes from its neighbours and its sentence; every one of them is flagged."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from uhc_llm.scanner.largest import largest
from uhc_llm.scanner.quantities.amounts import Quantity
from uhc_llm.scanner.quantities.numerals import AMBIGUOUS, COMMA, shortest
from uhc_llm.scanner.quantities.phrases import Words
from uhc_llm.scanner.quantities.powers import POWER_STARTS
from uhc_llm.scanner.quantities.printed import ONE
from uhc_llm.scanner.quantities.units import can_be_part, whole_or_part
from uhc_llm.scanner.quantities.words import EXPONENTS, MONEY, NO_NOUN, PART_WORDS, SCALES, UNITS
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Span, Unit

__all__ = ["infer_units", "share_units", "with_unit"]

_INFERRED: Final = "unit_inferred"
_LONGEST_GAP: Final = 40
_OF: Final = re.compile(
    r"\s+(?:dari|di\s+antara)"
    r"(?:\s+(?:total|jumlah|seluruh|keseluruhan|sekitar|sebanyak|setiap|tiap(?:-tiap)?))?\s+"
    r"|\s+(?:out\s+)?of(?:\s+(?:the|a\s+total\s+of|all|around|about))?\s+"
)
_BECOMES: Final = re.compile(r"\s+(?:menjadi|jadi|ke)(?:\s+(?:sebesar|sebanyak|sekitar))?\s+")
_LIST: Final = re.compile(r"\s*(?:,\s*)?(dan|atau|serta|maupun|&)\s+")
_COMMA: Final = re.compile(r"\s*,\s+")
_FROM: Final = ("dari ", "of ", "of the ")
_OR: Final = "atau"
_LARGEST_SHARE: Final = 200
# "95 dari 100 penduduk" are no hundred inhabitants, nor are "dua dari tiga warga" three.
_HUNDRED: Final = 100
_FEW: Final = 10
_PEOPLE: Final = frozenset(("orang", "jiwa", "penduduk", "warga", "peserta", "people"))
# A year, a month or a day without its marks: "2023", "202312", "20231231".
_YEAR: Final = re.compile(r"(?:18|19|20)[0-9]{2}(?:(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])?)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MONEY_SCALE: Final = SCALES["miliar"]
_MILLION: Final = SCALES["juta"]
_LARGE: Final = 1000
_LOOK_BACK: Final = 48
_SENTENCE_BACK: Final = 400
# A number that stands for its noun may be followed by a verb: "1.034.331 terdaftar".
_VERB: Final = re.compile(r"(?:ber|ter|me|di)[a-z]{3}")
_SCALE_REACH: Final = 120
_ALIKE: Final = 20
_PHRASE_WORDS: Final = 4


def with_unit(
    quantity: Quantity, unit: Unit, flag: str, *, noun: str | None = None, scale: Decimal = ONE
) -> Quantity:
    """A bare quantity with a unit that stands elsewhere, and the reading that suits it.

    Args:
        quantity: one without a unit.
        unit: what it counts.
        flag: where that is known from.
        noun: the word for it.
        scale: what the heading multiplies it by.
    """
    flags = (*(f for f in quantity.flags if f != flag), flag)
    value, readings, resolution = quantity.value, quantity.readings, quantity.resolution
    if readings and quantity.scale == ONE and "stray_space" not in flags:
        # Nobody counts thousandths of a person, and no share is in the thousands.
        nation = largest(unit, "nation")
        possible = [r for r in readings if nation is None or r * scale <= nation.impossible]
        value = min(readings, key=abs) if unit == "percent" else max(possible or readings, key=abs)
        if value != quantity.value:
            resolution = ONE if unit != "percent" else Decimal("0.001")
        if AMBIGUOUS not in flags:
            readings = ()
    elif not readings and can_be_part(unit, resolution * scale):
        value, readings, resolution, flags = whole_or_part(
            value * scale, resolution * scale, unit, flags
        )
        scale = ONE
    return quantity._replace(
        value=shortest(value * scale),
        upper=None if quantity.upper is None else shortest(quantity.upper * scale),
        unit=unit,
        noun=noun,
        resolution=shortest(resolution * scale),
        readings=tuple(shortest(reading * scale) for reading in readings),
        flags=flags,
    )


def share_units(source: TokenizedText, found: list[Quantity]) -> list[Quantity]:
    """Give a part the unit of its whole, a former value that of the new one, and a list its own.

    "416 dari 514 kabupaten/kota"; "2,9 dari 3,1 juta jiwa"; "dari 73 menjadi 87 persen";
    "10, 20, dan 30 persen".
    """
    folded = source.folded
    shared = list(found)
    in_list = False
    for index in range(len(found) - 2, -1, -1):
        part, whole = found[index], shared[index + 1]
        gap = whole.start - part.end
        if part.unit is not None or whole.unit is None or not 0 < gap <= _LONGEST_GAP:
            in_list = False
            continue
        place = part.end, whole.start
        is_listed = _is_listed(folded, part, whole, in_list=in_list)
        if _OF.fullmatch(folded, *place) and (share := _share(part, whole)):
            shared[index : index + 2] = share
        elif is_listed or _OF.fullmatch(folded, *place) or _BECOMES.fullmatch(folded, *place):
            shared[index] = _shared(part, whole)
        in_list = is_listed
    return shared


def _share(part: Quantity, whole: Quantity) -> tuple[Quantity, Quantity] | None:
    """A part of so many people as stand for all; None where both are counted."""
    is_bare = part.scale == whole.scale == ONE and not (part.readings or whole.readings)
    # What is said of "setiap 100 warga" is counted as nobody already.
    if not is_bare or whole.unit not in ("people", "other") or part.value > whole.value:
        return None
    if (whole.noun or "").removesuffix("nya") not in _PEOPLE:
        return None
    if whole.value == _HUNDRED:
        return with_unit(part, "percent", _INFERRED), whole._replace(unit="other")
    if whole.value <= _FEW:
        return with_unit(part, "other", _INFERRED), whole._replace(unit="other")
    return None


def _is_listed(folded: str, part: Quantity, whole: Quantity, *, in_list: bool) -> bool:
    """Whether two numbers stand in a list whose unit is said at its end: "20 dan 30 persen"."""
    if whole.unit == "percent" and (part.scale != ONE or part.value > _LARGEST_SHARE):
        return False
    place = part.end, whole.start
    if in_list and _COMMA.fullmatch(folded, *place):
        return True
    found = _LIST.fullmatch(folded, *place)
    # "696 atau 90 persen" says the same in two units.
    return found is not None and not (whole.unit == "percent" and found[1] == _OR)


def _shared(part: Quantity, whole: Quantity) -> Quantity:
    assert whole.unit is not None  # noqa: S101 - the caller looked
    if part.scale != ONE or whole.scale == ONE or part.readings or part.value >= _LARGE:
        return with_unit(part, whole.unit, _INFERRED)
    scaled = with_unit(part, whole.unit, _INFERRED, scale=whole.scale)
    if part.value != part.value.to_integral_value():
        return scaled  # "2,9 dari 3,1 juta jiwa"
    # "2 dari 3 juta jiwa" are two people, or two million.
    return scaled._replace(readings=(scaled.value, part.value), flags=(*scaled.flags, AMBIGUOUS))


def infer_units(
    source: TokenizedText, sentences: Sequence[Span], found: list[Quantity]
) -> list[Quantity]:
    """Give bare numbers the unit that their sentence leaves no doubt of, and flag it."""
    length = len(source.text)
    words = Words.of(source)
    starts = [span.start for span in sentences]
    result: list[Quantity] = []
    counted: Quantity | None = None
    for index, quantity in enumerate(found):
        if quantity.unit is not None:
            result.append(quantity)
            if quantity.unit in ("people", "rupiah"):
                counted = quantity
            continue
        sentence = bisect_right(starts, quantity.start) - 1
        begin = starts[sentence] if sentence >= 0 else 0
        end = starts[sentence + 1] if sentence + 1 < len(starts) else length
        last = result[-1] if result and result[-1].start >= begin else None
        before = counted if counted and counted.start >= begin else None
        following = found[index + 1] if index + 1 < len(found) else None
        inferred = (
            _from_phrase(words, quantity, last, begin)
            or _from_sentence(words, quantity, before, begin)
            or _scaled_elsewhere(words, quantity, last, following, end)
        )
        result.append(inferred or quantity)
        if inferred and inferred.unit in ("people", "rupiah"):
            counted = inferred
    return result


def _token_at(words: Words, place: int) -> int:
    """The index of the first token that begins at `place` or behind it."""
    return bisect_left(words.tokens, (place,))  # faster than with a key


def _from_phrase(
    words: Words, quantity: Quantity, last: Quantity | None, begin: int
) -> Quantity | None:
    """The unit of the phrase that opens the sentence.

    "Pada tingkat kabupaten/kota, 416 dari 514 sudah UHC"; "Dari 38 provinsi, baru 24".
    """
    folded, tokens = words.folded, words.tokens
    index = _token_at(words, quantity.start) - 1
    while index >= 0 and tokens[index].word in PART_WORDS and tokens[index].start > begin:
        index -= 1
    comma = tokens[index].end
    if index < 0 or comma <= begin or folded[comma : comma + 2] != ", ":
        return _from_pair(words, quantity, last)
    if last is not None and last.unit is not None:
        is_whole = comma - last.end <= _LOOK_BACK and last.value > quantity.value
        if is_whole and folded.endswith(_FROM, max(begin, last.start - _LOOK_BACK), last.start):
            return with_unit(quantity, last.unit, _INFERRED)
        return None
    if last is not None:
        return None
    for first in range(index, max(index - _PHRASE_WORDS, -1), -1):
        if tokens[first].start < begin:
            break
        noun = UNITS.at(words, first)
        if noun and noun[1] == index + 1 and noun[0] not in ("duration", "times", "percent"):
            longer = UNITS.at(words, first - 1) if first else None
            if not longer or longer[1] != index + 1:
                return with_unit(quantity, noun[0], _INFERRED)
    return None


def _from_pair(words: Words, quantity: Quantity, last: Quantity | None) -> Quantity | None:
    """The unit of the part, for the whole behind it: "416 dari 514" under one phrase."""
    if last is None or last.unit is None or _INFERRED not in last.flags:
        return None
    if last.value > quantity.value or not _OF.fullmatch(words.folded, last.end, quantity.start):
        return None
    return with_unit(quantity, last.unit, _INFERRED)


def _from_sentence(
    words: Words, quantity: Quantity, counted: Quantity | None, begin: int
) -> Quantity | None:
    """The unit of a large bare number: that of the number before it, money, or people."""
    if quantity.scale >= _MONEY_SCALE:
        return with_unit(quantity, "rupiah", _INFERRED)
    is_large = max(map(abs, (quantity.value, *quantity.readings))) >= _LARGE
    is_year = _YEAR.fullmatch(words.folded, quantity.start, quantity.end) or (
        words.folded[quantity.start].isalpha() and _FIRST_YEAR <= quantity.value <= _LAST_YEAR
    )
    if not is_large or is_year:
        return None
    index = _token_at(words, quantity.end)
    if _names_something(words, index, quantity.end) or _is_figure(words, quantity, index):
        return None
    # Words of money before the last number that was counted speak of that one.
    since = max(counted.start if counted else begin, quantity.start - _SENTENCE_BACK)
    before = range(_token_at(words, quantity.start) - 1, _token_at(words, since) - 1, -1)
    last_money = next((words.tokens[i] for i in before if words.said[i] in MONEY), None)
    if counted and last_money is None:
        assert counted.unit is not None  # noqa: S101 - that is why it was kept
        return with_unit(quantity, counted.unit, _INFERRED)
    # A comma ends what is said of money: "menunggak iuran, sedangkan 41,5 juta nonaktif".
    is_money = (
        last_money is not None
        and quantity.start - last_money.end < _LOOK_BACK
        and ", " not in words.folded[last_money.end : quantity.start]
    )
    unit: Unit = "rupiah" if is_money and quantity.scale == _MILLION else "people"
    return with_unit(quantity, unit, _INFERRED)


def _is_figure(words: Words, quantity: Quantity, index: int) -> bool:
    """Whether a number that ends before the token `index` is said as nobody counts.

    That is with a power of ten, or with a comma that leaves decimals.
    """
    said = words.said[_token_at(words, quantity.start) : index]
    if COMMA in said and quantity.value != quantity.value.to_integral_value():
        return True
    return any(word in EXPONENTS or word in POWER_STARTS for word in said)


def _names_something(words: Words, index: int, end: int) -> bool:
    """Whether the word behind a number is the name of what it counts: "5.000 masker"."""
    token = words.tokens[index]
    if words.folded[end : token.start] != " " or not token.word.isalpha():
        return False
    if token.word in NO_NOUN or _VERB.match(token.word):
        return False
    return words.text[token.start].islower()


def _scaled_elsewhere(
    words: Words, quantity: Quantity, last: Quantity | None, following: Quantity | None, end: int
) -> Quantity | None:
    """A number whose scale the sentence says elsewhere: "2,9 itu aktif dari 3,1 juta jiwa"."""
    is_bare = quantity.scale == ONE and not quantity.readings and quantity.upper is None
    if not is_bare or quantity.value == quantity.value.to_integral_value():
        return None
    index = _token_at(words, quantity.end)
    token = words.tokens[index]
    if words.folded[quantity.end : token.start] != " " or token.word not in NO_NOUN:
        return None
    for other in (following, last):
        if other is None or other.scale == ONE or other.unit not in (None, "people"):
            continue
        if other.start >= end or abs(other.start - quantity.start) > _SCALE_REACH:
            continue
        size = other.value / other.scale
        if size < _LARGE and quantity.value < _ALIKE * size < _ALIKE**2 * quantity.value:
            scaled = with_unit(quantity, "people", _INFERRED, scale=other.scale)
            return scaled._replace(
                readings=(scaled.value, quantity.value),
                flags=(*scaled.flags, AMBIGUOUS),
            )
    return None
