"""What the largest region of a level has, and how many regions there are.

The table is `data/largest.toml`; how many regions lie where, the gazetteer knows.
"""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, NamedTuple, get_args

from uhc_llm.scanner.regions.gazetteer import NATION, gazetteer
from uhc_llm.schemas import Level, Region, Unit

__all__ = ["Largest", "largest", "most_in_a_province", "regions_within"]

_TABLE: Final[Mapping[str, Any]] = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data", "largest.toml").read_text(encoding="utf-8")
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_PROVINCE_CODE: Final = 2


class Largest(NamedTuple):
    """What the largest region of a level has of something.

    Attributes:
        largest: so many people, or so many rupiah.
        of: the region that has them.
        doubted: beyond this a value is rather a slip.
        impossible: beyond this it is certainly one: the whole nation has less.
    """

    largest: Decimal
    of: str
    doubted: Decimal
    impossible: Decimal


_LARGEST: Final[Mapping[tuple[str, str], Largest]] = MappingProxyType(
    {
        (unit, level): Largest(
            Decimal(_TABLE[unit][level]["largest"]),
            _TABLE[unit][level]["of"],
            Decimal(_TABLE[unit][level]["doubted"]),
            Decimal(_TABLE[unit]["impossible"]),
        )
        for unit in ("people", "rupiah")
        for level in get_args(Level)
        if level in _TABLE[unit]
    }
)
_COUNTED: Final[Mapping[str, Level]] = MappingProxyType(
    {word: level for level in get_args(Level) for word in _TABLE["counted"].get(level, ())}
)


def largest(unit: Unit | None, level: Level) -> Largest | None:
    """What the largest region of a level has of what a unit counts; None where nobody can say.

    >>> largest("people", "regency").of
    'Kabupaten Bogor'
    """
    return _LARGEST.get((unit or "", level))


def regions_within(region: Region, noun: str | None) -> int:
    """How many regions there are in the nation or in a province, of the levels that a noun names.

    A province of which others were split off has theirs too, as it had them then.

    >>> regions_within(gazetteer().by_code["ID"], "kabupaten/kota")
    514
    >>> regions_within(gazetteer().by_code["33"], "kota")
    6

    Args:
        region: the nation or a province.
        noun: what is counted; without one, or with one that names no level, any region is.
    """
    named = {_COUNTED[word] for word in _WORD.findall((noun or "").lower()) if word in _COUNTED}
    levels = named or set(_COUNTED.values())
    counts = _counts(region.code or "")
    return sum(counts.get(level, 0) for level in levels)


@cache
def most_in_a_province() -> int:
    """How many regencies and cities the province with the most of them has."""
    places = gazetteer()
    provinces = [region for region in places.by_code.values() if region.level == "province"]
    return max(regions_within(province, "kabupaten/kota") for province in provinces)


@cache
def _counts(code: str) -> Mapping[Level, int]:
    """The regions in the nation or a province, by their levels."""
    places = gazetteer()
    split = {move.code for move in places.moves.values() if move.before.code == code}
    counts: dict[Level, int] = {}
    for region in places.by_code.values():
        if region.code == NATION.code or region.code is None:
            continue
        if code == NATION.code or region.code[:_PROVINCE_CODE] in {code, *split}:
            counts[region.level] = counts.get(region.level, 0) + 1
    return MappingProxyType(counts)
