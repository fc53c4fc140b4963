"""Numbers that count something: value, unit, hedge and range, each with its exact place."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from uhc_llm.scanner.lexicon import (
    CURRENCY_SCALES,
    FILLERS,
    QUALIFIERS_AFTER,
    QUALIFIERS_BEFORE,
    SCALES,
    UNIT_OF_NOUN,
    alternatives,
)
from uhc_llm.scanner.numerals import NUMERAL_WORD, Numeral, read_digits, read_words
from uhc_llm.schemas import Qualifier, Span, Unit

__all__ = ["Quantity", "find_quantities"]

_SPACE: Final = r"[ \t\u00a0\u2009\u202f]"
_NOUN: Final = rf"(?:{alternatives(UNIT_OF_NOUN)})(?!\w)"
_PEOPLE_NOUN: Final = (
    rf"(?:{alternatives(n for n, unit in UNIT_OF_NOUN.items() if unit == 'people')})(?!\w)"
)
_SCALE: Final = alternatives(SCALES)

# Three forms of a numeral. The first two have a stray space in them and are read as one number only
# where what follows leaves no doubt: "1.708 552 jiwa", "147. 629 warga", "101, 00%".
_NUMERAL: Final = re.compile(
    rf"""
    (?P<currency> \b(?:Rp|IDR)\.?{_SPACE}{{0,2}} )?
    (?P<sign> (?<![\w.,)]) [-−] (?=\d) )?
    (?:
      (?<![\w])(?<!\d[.,])(?P<stray_groups>
        [1-9]\d{{0,2}} (?:(?:\.{_SPACE}?|{_SPACE})\d{{3}}){{1,4}} (?![.,]?\d) (?={_SPACE}+{_PEOPLE_NOUN})
      )
    | (?<![\w])(?<!\d[.,])(?P<stray_decimals> \d{{1,3}},{_SPACE}\d{{2}} (?={_SPACE}?(?:%|persen\b)) )
    | (?<!\d)(?<!\d[.,])(?P<digits> \d+ (?:[.,]\d+)* )
    | \b(?P<words> (?:{NUMERAL_WORD}) (?:(?:{_SPACE}|-)(?:{NUMERAL_WORD}))* )\b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AFTER: Final = re.compile(
    rf"""
    (?P<closing> ,-+ | ,00\b(?!\s*(?:%|persen)) )?
    (?: (?P<scale_gap>{_SPACE}?\n?{_SPACE}?) (?P<scale>{_SCALE}) (?P<vague>-?an)? (?!\w) )?
    (?P<numeral_vague> -?an\b )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CURRENCY_SCALE: Final = re.compile(rf"{_SPACE}?(?P<scale>[MT])(?![\w])")
_LATER: Final = re.compile(
    rf"(?P<hedge>\s+(?:{alternatives(q for q in QUALIFIERS_AFTER if q[0] not in '-a' or ' ' in q)})(?!\w))?"
    rf"(?:\s*(?P<percent>%|(?:persen|prosen|percent)\b)|\s+(?P<noun>{_NOUN}))?"
    rf"(?P<late_hedge>\s+(?:lebih|atau\s+lebih|ke\s+atas|atau\s+kurang)\b(?!\s+(?:dari|besar|tinggi|rendah|kecil|banyak|baik|sedikit)))?",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    rf"(?:(?<!\w)(?P<cue>{alternatives(QUALIFIERS_BEFORE)}))"
    rf"(?:\s+(?:{alternatives(FILLERS)}))?\s*\Z",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(
    r"\s*(?:[-–—]|sampai(?:\s+dengan)?|hingga|s\.?\s?/?d\.?|ke)\s*", re.IGNORECASE
)
_CHANGE_BEFORE: Final = re.compile(
    r"\b(?:naik|turun|meningkat|menurun|bertambah|berubah|dari)\b[^.;]{0,30}\Z", re.I
)
_OF: Final = re.compile(r"\s+(?:dari|di\s+antara|dari\s+total)\s+", re.IGNORECASE)
_COMPOUND: Final = re.compile(rf"{_SPACE}+")
_NOT_COUNTED_BEFORE: Final = re.compile(r"\b(?:salah|masing-masing|satu-|per)\s*\Z", re.IGNORECASE)
_MONEY: Final = re.compile(
    r"\b(?:anggar\w*|dianggarkan|dana|pagu|biaya|rupiah|apb[dna]\w*|rp|iuran|premi|belanja\w*|realisasi|"
    r"terealisasi|alokasi\w*|dialokasikan|senilai|subsidi)\b",
    re.IGNORECASE,
)
_MONEY_SCALES: Final = frozenset(
    {"miliar", "milyar", "miliyar", "milliar", "triliun", "trilyun", "triliyun"}
)
_LOOK_BACK: Final = 48
_PERCENT_LIMIT: Final = 1000
_PEOPLE_LIMIT: Final = 400_000_000
_INHERITED_AT_LEAST: Final = 1000
_RESTATED_SCALE_BELOW: Final = 1000


class Quantity(NamedTuple):
    """A number that counts something, before it gets its id."""

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
    scale: str | None


def find_quantities(
    text: str, sentences: Sequence[Span], taken: Sequence[tuple[int, int]]
) -> list[Quantity]:
    """Find every quantity in `text`.

    Args:
        text: the text.
        sentences: its sentences, in order.
        taken: stretches whose numbers are something else (dates, law numbers), sorted.

    Returns:
        The quantities in order of their place.
    """
    found = _share_units(text, list(_join(text, list(_each(text, taken)))))
    return _infer_units(text, sentences, found)


def _each(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Quantity]:
    starts = [start for start, _ in taken]
    position = 0
    while match := _NUMERAL.search(text, position):
        index = bisect_right(starts, match.end() - 1) - 1
        if index >= 0 and taken[index][1] > match.start():
            position = max(taken[index][1], match.start() + 1)
            continue
        quantity = _read(text, match)
        position = max(quantity.end if quantity else match.end(), match.start() + 1)
        if quantity:
            yield quantity


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    start = match.start()
    if not match["currency"] and start and (text[start - 1].isalpha() or text[start - 1] == "_"):
        return None
    readings, flags = _numerals(match)
    if not readings:
        return None
    after = _AFTER.match(text, match.end())
    assert after is not None  # every part of it is optional  # noqa: S101
    end, scale_word, vague = match.end(), None, after["numeral_vague"]
    is_worded_scale = bool(match["words"]) and after["scale"] is None
    if after["closing"] and match["currency"]:
        end = after.end("closing")
    if after["scale"] and not after["closing"]:
        scale_word, end, vague = after["scale"].lower(), after.end("scale"), after["vague"]
        if vague:
            end = after.end("vague")
    elif vague:
        end = after.end("numeral_vague")
    elif match["currency"] and (letter := _CURRENCY_SCALE.match(text, end)):
        scale_word, end = letter["scale"], letter.end()
    scale = SCALES.get(scale_word or "") or CURRENCY_SCALES.get(scale_word or "") or Decimal(1)
    later = _LATER.match(text, end)
    assert later is not None  # noqa: S101
    unit, noun, end = _unit(match, later, end)
    if is_worded_scale and not _stands_as_number(text, match, unit):
        return None
    value, readings_, resolution, ambiguous = _choose(readings, scale, unit)
    if match["sign"]:
        value, readings_ = -value, tuple(-reading for reading in readings_)
    if ambiguous:
        flags = (*flags, "ambiguous")
    return Quantity(
        start=start,
        end=end,
        value=value,
        upper=None,
        unit=unit,
        qualifier=_qualifier(text, start, vague, later["hedge"] or later["late_hedge"]),
        noun=noun,
        resolution=resolution,
        readings=readings_,
        flags=flags,
        scale=scale_word,
    )


def _numerals(match: re.Match[str]) -> tuple[list[Numeral], tuple[str, ...]]:
    if match["words"]:
        numeral = read_words(match["words"])
        return ([numeral] if numeral else []), ()
    if match["stray_groups"]:
        digits = re.sub(r"[^\d]", "", match["stray_groups"])
        plain = re.fullmatch(r"[\d.]+", match["stray_groups"])
        flags = () if plain else ("stray_space",)
        return [Numeral(Decimal(digits), Decimal(1))], flags
    if match["stray_decimals"]:
        return read_digits(re.sub(r"\s", "", match["stray_decimals"])), ("stray_space",)
    return read_digits(match["digits"]), ()


def _unit(
    match: re.Match[str], later: re.Match[str], end: int
) -> tuple[Unit | None, str | None, int]:
    """The unit that stands with the number, its noun, and where the mention ends with it."""
    noun = later["percent"] or later["noun"]
    if noun is None:
        return ("rupiah" if match["currency"] else None), None, end
    unit: Unit = "percent" if later["percent"] else UNIT_OF_NOUN[" ".join(noun.lower().split())]
    if match["currency"]:
        # "Rp23 ribu orang" does not occur; "Rp 6,8 triliun rupiah" does.
        return ("rupiah", noun, later.end()) if unit == "rupiah" else ("rupiah", None, end)
    if later["hedge"]:
        return unit, noun, end  # "68 ribu lebih warga" is quoted as "68 ribu"
    return unit, noun, later.end()


def _stands_as_number(text: str, match: re.Match[str], unit: Unit | None) -> bool:
    """Whether number words count something: "tiga daerah", not "salah satu" or "dua"."""
    if _NOT_COUNTED_BEFORE.search(text, max(0, match.start() - _LOOK_BACK), match.start()):
        return False
    words = match["words"].lower().split()
    return unit is not None or len(words) > 1 or words[0] in ("seribu", "sejuta")


def _choose(
    numerals: list[Numeral], scale: Decimal, unit: Unit | None
) -> tuple[Decimal, tuple[Decimal, ...], Decimal, bool]:
    """Choose among the readings of a numeral by what its scale and unit allow.

    Returns:
        The value, all readings when there are several, the resolution, and whether it is ambiguous.
    """
    scaled = [Numeral(_plain(n.value * scale), _plain(n.resolution * scale)) for n in numerals]
    if len(scaled) == 1:
        return scaled[0].value, (), scaled[0].resolution, False
    fractional = min(scaled, key=lambda n: n.value)
    whole = max(scaled, key=lambda n: n.value)
    readings = tuple(n.value for n in scaled)
    if unit == "percent":
        return fractional.value, (), fractional.resolution, False
    if scale == 1 and unit is not None:
        # Nobody counts thousandths of a person or of a rupiah.
        return whole.value, (), whole.resolution, False
    if scale == 1:
        return scaled[0].value, readings, scaled[0].resolution, scaled[0] is not whole
    if scaled[0] is fractional:
        # A comma before a scale word is a decimal comma: "2,650 juta".
        return fractional.value, (), fractional.resolution, False
    best = fractional if unit in ("people", None) and whole.value > _PEOPLE_LIMIT else whole
    return best.value, readings, best.resolution, True


def _plain(value: Decimal) -> Decimal:
    """A whole number without the zeros behind the point that scaling leaves."""
    whole = value.to_integral_value()
    return whole if value == whole else value


def _qualifier(text: str, start: int, vague: str | None, hedge: str | None) -> Qualifier:
    if before := _BEFORE.search(text, max(0, start - _LOOK_BACK), start):
        return QUALIFIERS_BEFORE[" ".join(before["cue"].lower().split())]
    if hedge:
        return QUALIFIERS_AFTER[" ".join(hedge.lower().split())]
    return "about" if vague else "exact"


def _join(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Join the ends of ranges ("150 sampai 200 ribu warga") and the parts of "2 juta 650 ribu"."""
    index = 0
    while index < len(found):
        current = found[index]
        while index + 1 < len(found) and (joined := _joined(text, current, found[index + 1])):
            current, index = joined, index + 1
        yield current
        index += 1


def _joined(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    gap = text[first.end : second.start]
    if len(gap) > _LOOK_BACK or first.upper is not None:
        return None
    if (
        _COMPOUND.fullmatch(gap)
        and first.scale in SCALES
        and second.scale in SCALES
        and not first.unit
    ):
        if SCALES[first.scale or ""] > second.value:
            return second._replace(
                start=first.start,
                value=first.value + second.value,
                qualifier=first.qualifier,
                readings=(),
                flags=first.flags,
            )
        return None
    if (
        not _RANGE.fullmatch(gap)
        or first.unit not in (None, second.unit)
        or second.upper is not None
    ):
        return None
    if first.unit == second.unit == "percent" and _CHANGE_BEFORE.search(
        text, max(0, first.start - _LOOK_BACK), first.start
    ):
        return None
    lower = first.value
    if first.scale is None and second.scale and lower < _RESTATED_SCALE_BELOW:
        scale = SCALES.get(second.scale) or CURRENCY_SCALES[second.scale]
        if lower * scale < second.value:
            lower *= scale
    if lower >= second.value:
        return None
    return second._replace(
        start=first.start, value=lower, upper=second.value, qualifier=first.qualifier, readings=()
    )


def _share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give the part the unit of its whole: "416 dari 514 kabupaten/kota"."""
    shared = list(found)
    for index, (part, whole) in enumerate(pairwise(found)):
        if part.unit is None and whole.unit and _OF.fullmatch(text, part.end, whole.start):
            shared[index] = part._replace(unit=whole.unit, flags=(*part.flags, "unit_inferred"))
    return shared


def _infer_units(text: str, sentences: Sequence[Span], found: list[Quantity]) -> list[Quantity]:
    """Give bare numbers the unit that their sentence leaves no doubt of, and flag it."""
    starts = [span.start for span in sentences]
    result: list[Quantity] = []
    for quantity in found:
        if quantity.unit is not None:
            result.append(quantity)
            continue
        index = bisect_right(starts, quantity.start) - 1
        begin = starts[index] if index >= 0 else 0
        unit = _inferred(text[begin : quantity.start], quantity, result, begin)
        result.append(_with_unit(quantity, unit) if unit else quantity)
    return result


def _inferred(before: str, quantity: Quantity, earlier: list[Quantity], begin: int) -> Unit | None:
    if quantity.scale in _MONEY_SCALES:
        return "rupiah"
    is_large = abs(quantity.value) >= _INHERITED_AT_LEAST or len(quantity.readings) > 1
    if not is_large:
        return None
    money = None
    for money in _MONEY.finditer(before):  # the last one decides
        pass
    is_money = money is not None and len(before) - money.end() < _LOOK_BACK
    counted = [q for q in earlier if q.start >= begin and q.unit in ("people", "rupiah")]
    if counted and (money is None or begin + money.start() < counted[-1].start):
        return counted[-1].unit
    return "rupiah" if is_money and quantity.scale == "juta" else "people"


def _with_unit(quantity: Quantity, unit: Unit) -> Quantity:
    flags = (*(f for f in quantity.flags if f != "ambiguous"), "unit_inferred")
    if quantity.scale is None and quantity.readings:
        whole = max(quantity.readings)
        return quantity._replace(
            unit=unit, value=whole, resolution=Decimal(1), readings=(), flags=flags
        )
    return quantity._replace(unit=unit, flags=(*quantity.flags, "unit_inferred"))
