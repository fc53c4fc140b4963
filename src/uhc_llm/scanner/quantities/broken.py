"""Numbers with something odd between their digits: what stands right behind digits is no whole one.

"812;345 jiwa", "95,,28 persen", "9S,28 persen": the tail of a broken number must never pass for a
number of its own. Where both can be meant, both are its readings; and it is flagged, or not read.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from uhc_llm.scanner.quantities.amounts import Quantity
from uhc_llm.scanner.quantities.misprints import (
    begins_within,
    goes_on_behind,
    is_spoken_decimal,
)
from uhc_llm.scanner.quantities.numerals import Numeral, read_digits
from uhc_llm.scanner.quantities.printed import ONE
from uhc_llm.scanner.quantities.words import FRACTION_SIGNS
from uhc_llm.scanner.tables import cell_at
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Table, Unit

__all__ = ["mark_broken"]

_BROKEN: Final = "broken"
_BORROWED_UNITS: Final = frozenset({"unit_inferred", "unit_inherited"})
# No more than this stands between the parts of one number.
_LONGEST_GAP: Final = 6
_NUMERAL: Final = re.compile(r"[0-9]++(?:[.,][0-9]++)*+")
_HEAD: Final = re.compile(r"(?:[0-9]++[.,]?+)*+\Z")
_LONGEST_HEAD: Final = 15
# With white space beside them these may stand within a number that is printed amiss.
_INSIDE: Final = frozenset(".,;:'’‘·-–—…")
_PAUSES: Final = frozenset(",;:-–—\n")
"""With white space these rather part two numbers."""
_BRACKETS: Final = frozenset("()[]{}/|")
_ENDS: Final = frozenset({"", " ", "\n", ")", ";"})
_SENTENCE_END: Final = ". "
_PARTING: Final = re.compile(r"[\s()\[\]{}/|]")
# The ends of a range, or the groups of a number with a dash for its dot.
_TIGHT_RANGE: Final = re.compile(r"[0-9](?P<sign>[^\w\s,.])(?:(?P<group>[0-9]{3})(?![0-9])|[0-9])")
_STEEP: Final = 5
_IN_NUMBERS: Final = frozenset(".,'’‘·")
_GROUP_FIRST: Final = re.compile(r"[0-9]{3}(?![0-9])")
_CURRENCY: Final = re.compile(r"\A(?:rp|idr)\.?", re.IGNORECASE)
_NAME: Final = re.compile(r"[^\W\d_]{2}")
_LONGEST_CHUNK: Final = 20
_GROUP: Final = 3
_DECIMALS: Final = 2


class _Head(NamedTuple):
    """Digits right before a number, and what stands between them and it.

    `has_unit` where these are a number with a unit of its own: "95%28 persen"; `is_amount` where
    that is a currency before it, and the digits behind are a group of it: "Rp12.345 678.900".
    """

    start: int
    end: int
    gap: str
    has_unit: bool = False
    is_amount: bool = False


def mark_broken(
    source: TokenizedText,
    found: Sequence[Quantity],
    taken: Sequence[tuple[int, int]],
    tables: Sequence[Table] = (),
) -> list[Quantity]:
    """Flag the numbers that digits stand right before, or leave them out.

    Args:
        source: the text.
        found: its quantities, in order, with their units.
        taken: stretches whose numbers are something else (dates, law numbers), sorted.
        tables: its tables and lists, in order: no number goes on from one cell to the next.

    Returns:
        The same in order. What may be the tail of a number has its own reading and that of the
        whole, and is flagged; of what can be neither, nothing is left.
    """
    kept: list[Quantity] = []
    text = source.text
    for quantity in found:
        start, before = _first_digit(text, quantity), kept[-1] if kept else None
        behind = text[quantity.end : quantity.end + 1]
        is_bare = behind not in _ENDS and text[quantity.end - 1].isdecimal()
        if is_bare and goes_on_behind(text, quantity.end):
            kept.append(_flagged(quantity))
            continue
        word = text[start - 2 : start - 1]
        if text[start - 1 : start] == " " and word.isalpha() and word.isascii():
            # Behind a word, as most of them.
            is_odd = quantity.upper is not None and _is_odd_range(text, quantity)
            is_odd = is_odd or is_spoken_decimal(text, start)
            kept.append(_flagged(quantity) if is_odd else quantity)
            continue
        cell = cell_at(tables, quantity.start) if tables else None
        since = max(before.end if before else 0, cell.span.start + 1 if cell else 0)
        if begins_within(text, start, since):
            continue
        if before and before.end == start - 1 and text[before.end] in ".,":
            kept[-1:] = [_flagged(before), _flagged(quantity)]  # "Rp12T,5 miliar"
            continue
        head = _head_of(text, quantity, before, taken)
        is_cell = cell is not None and head is not None and head.end <= cell.span.start
        if head is None or is_cell or _stands_above(text, quantity, head):
            is_odd = _is_odd_range(text, quantity) or is_spoken_decimal(text, start)
            kept.append(_flagged(quantity) if is_odd else quantity)
        elif head.has_unit or quantity.unit is None:
            kept[-1:] = _behind_unit(text, kept[-1], quantity, head)
        else:
            whole = _whole(text, quantity, head)
            if whole is None and head.gap == _SENTENCE_END and _is_grouped(text, head):
                kept.append(quantity)  # "Totalnya 1.200. 95 persen di antaranya aktif"
            else:
                _keep_broken(kept, quantity, head, whole)
    return kept


def _behind_unit(
    text: str, before: Quantity, quantity: Quantity, head: _Head
) -> Iterator[Quantity]:
    """What is left of a number with a unit and of the digits behind it: "Rp12.345 678.900"."""
    tail = _NUMERAL.match(text, _first_digit(text, quantity))
    digits = _NUMERAL.search(text, before.start, before.end)
    if head.is_amount and tail and digits:
        readings = read_digits(f"{digits.group()}.{tail.group()}")
        if readings:
            value = max(readings).value
            whole = before._replace(end=tail.end(), value=value, resolution=readings[0].resolution)
            yield _flagged(whole, before.value)
            return
    yield _flagged(before)
    yield quantity if quantity.unit is None else _flagged(quantity)


def _keep_broken(
    kept: list[Quantity], quantity: Quantity, head: _Head, whole: Numeral | None
) -> None:
    """Add what is left of a broken number to `kept`, and take its head out of there."""
    is_parted = _PARTING.search(head.gap) is not None
    is_pause = any(map(str.isspace, head.gap)) and _PAUSES.intersection(head.gap[:-1])
    former = [kept.pop()] if kept and kept[-1].end > head.start else []
    if is_parted and (whole is None or is_pause):
        # "Dari 1.200, 345 jiwa"
        kept += (*map(_flagged, former), _flagged(quantity, *([whole.value] if whole else [])))
    elif whole is not None:
        kept.append(_as_whole(quantity, head, whole))


def _head_of(
    text: str, quantity: Quantity, before: Quantity | None, taken: Sequence[tuple[int, int]]
) -> _Head | None:
    """The digits that a number may be the tail of; None where it is whole."""
    start = _first_digit(text, quantity)
    if not (text[start].isdecimal() or text[start] in FRACTION_SIGNS):
        return None
    end = start
    while end and start - end <= _LONGEST_GAP and not text[end - 1].isalnum():
        end -= 1
    if not end or not text[end - 1].isdecimal() or start - end > _LONGEST_GAP:
        return None
    gap = text[end:start]
    if not _can_be_inside(gap):
        return None
    if _is_taken(end - 1, taken):
        is_tight = quantity.unit is not None and not set(gap) - _IN_NUMBERS
        return _Head(end - 1, end, gap) if is_tight else None
    if before is not None and before.start < end <= before.end:
        return _behind_another(text, quantity, before, _Head(before.start, end, gap))
    if quantity.unit is None:
        return None
    chunk = text[max(0, end - _LONGEST_CHUNK) : end].rsplit(None, 1)[-1]
    if _NAME.search(_CURRENCY.sub("", chunk)):
        return None  # "COVID-19, 345 jiwa"
    digits = _HEAD.search(text, max(0, end - _LONGEST_HEAD), end)
    return _Head(digits.start() if digits else end - 1, end, gap)


def _stands_above(text: str, quantity: Quantity, head: _Head) -> bool:
    """Whether two numbers are lines of their own, as the cells of a table that was taken apart."""
    return (
        head.gap == "\n"
        and text[head.start - 1 : head.start] in ("", "\n")
        and text[quantity.end : quantity.end + 1] in ("", "\n")
    )


def _behind_another(text: str, quantity: Quantity, before: Quantity, head: _Head) -> _Head | None:
    """The head of a number that another one stands right before."""
    is_parted = _PARTING.search(head.gap) is not None
    has_own_unit = not (before.unit is None or _BORROWED_UNITS.intersection(before.flags))
    is_bare = quantity.unit is None or bool(_BORROWED_UNITS.intersection(quantity.flags))
    is_open = has_own_unit and is_bare and text[before.end - 1].isdecimal()
    # "Rp12.345 678.900", "Rp 23.996.910. 000"
    if is_open and _GROUP_FIRST.match(text, head.end + len(head.gap)):
        return head._replace(has_unit=True, is_amount=not _BRACKETS.intersection(head.gap))
    if quantity.unit is None:
        return None if before.unit is None or (has_own_unit and is_parted) else head
    if not has_own_unit:
        return head
    # "Rp127.000 (95 persen)", "95%, 812.345 jiwa"; but "Rp26, 6 miliar" has lost its currency.
    has_lost = text[before.end - 1].isdecimal() and quantity.unit == before.unit
    return head._replace(has_unit=True) if has_lost or not is_parted else None


def _is_odd_range(text: str, quantity: Quantity) -> bool:
    """Whether the ends of a range are rather the parts of one number: "44-422 jiwa", "5-74.000"."""
    tight = _TIGHT_RANGE.search(text, quantity.start, quantity.end)
    if quantity.upper is None or tight is None:
        return False
    is_steep = quantity.value * _STEEP < quantity.upper
    can_group = quantity.scale == ONE and quantity.unit != "percent"
    is_group = tight["group"] is not None and can_group
    return is_steep or is_group or tight["sign"] == "~"


def _is_grouped(text: str, head: _Head) -> bool:
    """Whether the digits before a number are a number by themselves: "1.200"."""
    return len(text[head.start : head.end]) > _GROUP


def _first_digit(text: str, quantity: Quantity) -> int:
    """Where the digits of a number begin: behind the separator of ",77"."""
    return quantity.start + (text[quantity.start] in ".,")


def _can_be_inside(gap: str) -> bool:
    """Whether what stands between digits can stand within a number that is printed amiss."""
    inner = gap.strip()
    return inner == gap or not set("".join(inner.split())) - _INSIDE


def _is_taken(place: int, taken: Sequence[tuple[int, int]]) -> bool:
    index = bisect_right(taken, place, key=lambda span: span[1])
    return index < len(taken) and taken[index][0] <= place


def _whole(text: str, quantity: Quantity, head: _Head) -> Numeral | None:
    """What the digits before a number and its own are together; None where nobody can tell."""
    tail = _NUMERAL.match(text, _first_digit(text, quantity))
    is_numeral = _HEAD.fullmatch(text, head.start, head.end) is not None
    # "416/514 kabupaten" is a part of its whole.
    if tail is None or "/" in head.gap or quantity.upper is not None or not is_numeral:
        return None
    first, rest = text[head.start : head.end].rstrip(".,"), tail.group()
    for joined in _joined(first, rest, quantity.unit):
        readings = read_digits(joined)
        if readings:
            best = min(readings) if quantity.unit == "percent" else max(readings)
            scale = quantity.scale
            return Numeral(best.value * scale, best.resolution * scale)
    return None


def _joined(first: str, rest: str, unit: Unit | None) -> Iterator[str]:
    """The ways to print the digits of a broken number that suit its unit."""
    if unit != "percent":
        if len(re.split(r"[.,]", rest)[0]) == _GROUP:
            yield f"{first}.{rest}"
    elif first.isdecimal() and len(first) <= _GROUP:
        if rest.isdecimal() and len(rest) <= _DECIMALS:
            yield f"{first},{rest}"
        elif len(first) + len(re.split(r"[.,]", rest)[0]) <= _GROUP:
            yield f"{first}{rest}"  # "9 5,28 persen"


def _as_whole(quantity: Quantity, head: _Head, whole: Numeral) -> Quantity:
    return quantity._replace(
        start=head.start,
        value=whole.value,
        resolution=whole.resolution,
        readings=tuple(dict.fromkeys((whole.value, quantity.value, *quantity.readings))),
        flags=tuple(dict.fromkeys((*quantity.flags, _BROKEN))),
    )


def _flagged(quantity: Quantity, *others: Decimal) -> Quantity:
    readings = tuple(dict.fromkeys((quantity.value, *others, *quantity.readings)))
    return quantity._replace(
        readings=readings if len(readings) > 1 else (),
        flags=tuple(dict.fromkeys((*quantity.flags, _BROKEN))),
    )
