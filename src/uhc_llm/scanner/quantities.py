"""Numbers that count something: amounts, and what several of them say together.

An amount read by itself (`amounts`) may be one end of a range, part of a compound ("2 juta 650
ribu"), or without a unit that its neighbours or its sentence give it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from uhc_llm.scanner.amounts import RANGE, SPACE, Quantity, each_amount
from uhc_llm.scanner.lexicon import CURRENCY_SCALES, SCALES, plain
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Span, Unit

__all__ = ["Quantity", "find_quantities"]

_CHANGE_BEFORE: Final = re.compile(
    r"\b(?:naik|turun|meningkat|menurun|bertambah|berubah|dari)\b[^.;]{0,30}\Z", re.I
)
_OF: Final = re.compile(r"\s+(?:dari|di\s+antara|dari\s+total)\s+", re.IGNORECASE)
_BECOMES: Final = re.compile(r"\s+(?:menjadi|jadi|ke)\s+", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:18|19|20)\d\d")
_COMPOUND: Final = re.compile(rf"{SPACE}+")
_MONEY: Final = re.compile(
    r"\b(?:anggar\w*|dianggarkan|dana|pagu|biaya|rupiah|apb[dna]\w*|rp|iuran|premi|belanja\w*|realisasi|"
    r"terealisasi|alokasi\w*|dialokasikan|senilai|subsidi)\b",
    re.IGNORECASE,
)
_MONEY_SCALES: Final = frozenset(
    {"miliar", "milyar", "miliyar", "milliar", "triliun", "trilyun", "triliyun"}
)
_LOOK_BACK: Final = 48
_INHERITED_AT_LEAST: Final = 1000
_RESTATED_SCALE_BELOW: Final = 1000


def find_quantities(
    source: TokenizedText, sentences: Sequence[Span], taken: Sequence[tuple[int, int]]
) -> list[Quantity]:
    """Find every quantity in a text.

    Args:
        source: the text.
        sentences: its sentences, in order.
        taken: stretches whose numbers are something else (dates, law numbers), sorted.

    Returns:
        The quantities in order of their place.
    """
    text = source.text
    found = _share_units(text, list(_join(text, list(each_amount(text, taken)))))
    return _infer_units(text, sentences, found)


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
    if len(gap) > _LOOK_BACK or first.upper is not None or second.upper is not None:
        return None
    if _COMPOUND.fullmatch(gap) and first.unit is None:
        return _compound(first, second)
    if not RANGE.fullmatch(gap) or not _units_agree(first, second) or _is_change(text, first, gap):
        return None
    unit = second.unit or first.unit
    lower = first.value
    if first.scale is None and second.scale and lower < _RESTATED_SCALE_BELOW:
        scale = SCALES.get(second.scale) or CURRENCY_SCALES[second.scale]
        if lower * scale < second.value:
            lower *= scale
    if lower >= second.value:
        return None
    return second._replace(
        start=first.start,
        value=lower,
        upper=second.value,
        unit=unit,
        qualifier=first.qualifier,
        readings=(),
    )


def _compound(first: Quantity, second: Quantity) -> Quantity | None:
    """One number in two parts, "2 juta 650 ribu": the second is below one unit of the first."""
    if first.scale not in SCALES or second.scale not in SCALES:
        return None
    if not SCALES[second.scale] < SCALES[first.scale] > second.value:
        return None
    return second._replace(
        start=first.start,
        value=first.value + second.value,
        qualifier=first.qualifier,
        readings=(),
        flags=first.flags,
    )


def _units_agree(first: Quantity, second: Quantity) -> bool:
    """Whether the unit is said once, "600-700 ribu jiwa" or "Rp 225-250 miliar", or twice."""
    if first.unit == "rupiah" and second.unit is None:
        return second.scale is not None
    return first.unit in (None, second.unit)


def _is_change(text: str, first: Quantity, gap: str) -> bool:
    """Whether two values are a change: "naik dari 73 persen ke 87 persen" is no range."""
    if first.unit != "percent" and plain(gap) != "ke":
        return False
    before = max(0, first.start - _LOOK_BACK)
    return _CHANGE_BEFORE.search(text, before, first.start) is not None


def _share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give a part the unit of its whole, and a former value that of the new one.

    "416 dari 514 kabupaten/kota"; "2,9 dari 3,1 juta jiwa"; "dari 73 menjadi 87 persen".
    """
    shared = list(found)
    for index, (part, whole) in enumerate(pairwise(found)):
        if part.unit is not None or whole.unit is None:
            continue
        becomes = whole.unit == "percent" and _BECOMES.fullmatch(text, part.end, whole.start)
        if becomes or _OF.fullmatch(text, part.end, whole.start):
            scale = _scale_said_later(part, whole)
            shared[index] = part._replace(
                value=part.value * scale,
                resolution=part.resolution * scale,
                unit=whole.unit,
                flags=(*part.flags, "unit_inferred"),
            )
    return shared


def _scale_said_later(part: Quantity, whole: Quantity) -> Decimal:
    """The scale of the whole, for a part that has decimals and none of its own."""
    if (
        part.scale
        or not whole.scale
        or part.readings
        or part.value == part.value.to_integral_value()
    ):
        return Decimal(1)
    return SCALES.get(whole.scale, Decimal(1))


def _infer_units(text: str, sentences: Sequence[Span], found: list[Quantity]) -> list[Quantity]:
    """Give bare numbers the unit that their sentence leaves no doubt of, and flag it."""
    starts = [span.start for span in sentences]
    result: list[Quantity] = []
    counted: Quantity | None = None
    for quantity in found:
        if quantity.unit is not None:
            result.append(quantity)
            if quantity.unit in ("people", "rupiah"):
                counted = quantity
            continue
        index = bisect_right(starts, quantity.start) - 1
        begin = starts[index] if index >= 0 else 0
        before = counted if counted and counted.start >= begin else None
        unit = _inferred(text, quantity, before, begin)
        result.append(_with_unit(quantity, unit) if unit else quantity)
        if unit:
            counted = result[-1]
    return result


def _inferred(text: str, quantity: Quantity, counted: Quantity | None, begin: int) -> Unit | None:
    """The unit of a bare number, from `counted`, the number before it in the sentence, or money."""
    if quantity.scale in _MONEY_SCALES:
        return "rupiah"
    is_large = abs(quantity.value) >= _INHERITED_AT_LEAST or len(quantity.readings) > 1
    if not is_large or _YEAR.fullmatch(text, quantity.start, quantity.end):
        return None
    # Words of money before the last number that was counted speak of that one.
    since = counted.start if counted else begin
    last = None
    for word in _MONEY.finditer(text, since, quantity.start):
        last = word
    if counted and last is None:
        return counted.unit
    is_money = last is not None and quantity.start - last.end() < _LOOK_BACK
    return "rupiah" if is_money and quantity.scale == "juta" else "people"


def _with_unit(quantity: Quantity, unit: Unit) -> Quantity:
    flags = (*quantity.flags, "unit_inferred")
    if quantity.scale is None and quantity.readings:
        # Nobody counts thousandths of a person; but the unit is a guess, and so "2,650" stays open.
        readings = quantity.readings if "ambiguous" in flags else ()
        return quantity._replace(
            unit=unit,
            value=max(quantity.readings),
            resolution=Decimal(1),
            readings=readings,
            flags=flags,
        )
    return quantity._replace(unit=unit, flags=flags)
