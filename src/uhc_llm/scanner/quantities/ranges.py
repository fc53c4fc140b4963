"""Amounts that are one: the ends of a range, and the parts of a compound."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from uhc_llm.scanner.quantities.amounts import Quantity
from uhc_llm.scanner.quantities.numerals import shortest
from uhc_llm.scanner.quantities.printed import ONE
from uhc_llm.scanner.quantities.words import CHANGES, RANGE_CONNECTORS, SCALES

__all__ = ["join"]

_LONGEST_GAP: Final = 24
_CLOSING: Final = ' \n\t.,;:!?)”"'
_LOOK_BACK: Final = 40
_EMPTY_LINE: Final = re.compile(r"\n[^\S\n]*+\n")
_BETWEEN: Final = "antara "
_AND: Final = "dan"
_TO: Final = "ke"
_FROM: Final = "dari "
_CHANGE: Final = re.compile(rf"\b(?:{'|'.join(sorted(CHANGES))})\b[^.;\n]*\Z")
_RESTATED_SCALE_BELOW: Final = 1000
_HUNDRED: Final = SCALES["ratus"]
_THOUSAND: Final = SCALES["ribu"]


def join(folded: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """Join the ends of ranges ("150 sampai 200 ribu warga") and the parts of "2 juta 650 ribu".

    Args:
        folded: the text in lower case.
        found: its amounts, in order.
    """
    current: Quantity | None = None
    for quantity in found:
        if current is None:
            current = quantity
        elif quantity.start - current.end <= _LONGEST_GAP and (
            joined := _joined(folded, current, quantity)
        ):
            current = joined
        else:
            yield current
            current = quantity
    if current:
        yield current


def _joined(folded: str, first: Quantity, second: Quantity) -> Quantity | None:
    if first.upper is not None or second.upper is not None:
        return None
    gap = folded[first.end : second.start]
    if gap == " ":
        return _compound(folded, first, second)
    if _EMPTY_LINE.search(gap):
        return None
    connector = " ".join(gap.split())
    if connector == _AND:
        if not folded.endswith(_BETWEEN, max(0, first.start - _LOOK_BACK), first.start):
            return None
    elif connector not in RANGE_CONNECTORS or _is_change(folded, first, connector):
        return None
    return _range(first, second) if _units_agree(first, second) else None


def _range(first: Quantity, second: Quantity) -> Quantity | None:
    lower = first.value
    if first.scale == ONE and second.scale != ONE and abs(lower) < _RESTATED_SCALE_BELOW:
        lower *= second.scale  # "500 sampai 1 juta" is no range of five hundred to a million
    if lower >= second.value:
        return None
    return second._replace(
        start=first.start,
        value=shortest(lower),
        upper=second.value,
        unit=second.unit or first.unit,
        noun=second.noun or first.noun,
        qualifier=first.qualifier if first.qualifier != "exact" else second.qualifier,
        readings=(),
        is_doubtful=second.is_doubtful,
    )


def _compound(folded: str, first: Quantity, second: Quantity) -> Quantity | None:
    """One number in two parts, "2 juta 650 ribu": the second is below one unit of the first."""
    if not _can_be_parts(first, second):
        return None
    value = first.value + second.value
    if first.scale == _HUNDRED and second.scale >= _THOUSAND:
        below = second.value / second.scale
        if below >= _HUNDRED:
            return None
        value = (first.value + below) * second.scale  # "9 ratus 90 ribu"
    elif not _is_rest(folded, first, second):
        return None
    return second._replace(
        start=first.start,
        value=shortest(value),
        unit=second.unit or first.unit,
        qualifier=first.qualifier if first.qualifier != "exact" else second.qualifier,
        flags=tuple(dict.fromkeys((*first.flags, *second.flags))),
        scale=second.scale if second.scale != ONE else first.scale,
        is_doubtful=False,
    )


def _can_be_parts(first: Quantity, second: Quantity) -> bool:
    if first.scale == ONE or second.value <= 0 or first.readings or second.readings:
        return False
    if second.qualifier not in ("exact", "about") or second.unit == "percent":
        return False
    if first.unit == "rupiah":
        return not first.noun and second.unit in (None, "rupiah")
    return first.unit is None


def _is_rest(folded: str, first: Quantity, second: Quantity) -> bool:
    """Whether a number is the rest of the one before it, below one unit of its scale.

    "2 juta 650 ribu", "5 ribu 300 orang", and "90 ribu 2" where nothing follows; not "35 ribu 5
    orang".
    """
    if not second.value < first.scale > second.scale:
        return False
    if second.scale != ONE:
        return True
    if first.scale == _THOUSAND and second.value >= _HUNDRED:
        return True
    return second.unit is None and not folded[second.end : second.end + 2].strip(_CLOSING)


def _units_agree(first: Quantity, second: Quantity) -> bool:
    """Whether the unit is said once, "600-700 ribu jiwa" or "Rp 225-250 miliar", or twice."""
    if first.unit in ("rupiah", "other") and second.unit is None:
        return True
    if first.unit == "other" == second.unit:
        return (first.noun or "").lower() == (second.noun or "").lower()
    return first.unit in (None, second.unit)


def _is_change(folded: str, first: Quantity, connector: str) -> bool:
    """Whether two values are a change: "naik dari 73 persen hingga 87 persen" is no range."""
    before = folded[max(0, first.start - _LOOK_BACK) : first.start]
    is_from = before.endswith(_FROM)
    if is_from and (connector == _TO or first.unit == "percent"):
        return True
    return (is_from or connector == _TO) and _CHANGE.search(before) is not None
