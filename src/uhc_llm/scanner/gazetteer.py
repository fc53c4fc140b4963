"""The regions of Indonesia and the names that the press gives them."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from uhc_llm.schemas import Level, Region

__all__ = ["NATION", "Gazetteer", "fold", "gazetteer"]

NATION: Final = Region(code="ID", name="Indonesia", level="nation")

_LEVELS: Final[Mapping[str, Level]] = {
    "provinsi": "province",
    "kabupaten": "regency",
    "kota": "city",
}
# Spaces, hyphens and dots tell no two regions apart: "Labuhan Batu", "Bangka-Belitung", "D.I."
_FOLDED_AWAY: Final = str.maketrans({"-": " ", ".": " ", "’": "'", "\xa0": " "})


def fold(name: str) -> tuple[str, ...]:
    """The words of a name without case and punctuation, for comparing names.

    >>> fold("D.I. Yogyakarta")
    ('d', 'i', 'yogyakarta')
    """
    return tuple(name.translate(_FOLDED_AWAY).casefold().split())


class Gazetteer(NamedTuple):
    """Regions by code, and by every name they go by.

    `names` maps a folded name without its Kota or Kabupaten to the regions that it can mean;
    `longest` says, for a first word, how many words its longest name has.
    """

    by_code: Mapping[str, Region]
    names: Mapping[tuple[str, ...], tuple[Region, ...]]
    longest: Mapping[str, int]
    exact: Mapping[tuple[str, ...], Region]

    def named(
        self, name: str, level: Literal["regency", "city", "province"] | None = None
    ) -> tuple[Region, ...]:
        """The regions that `name` can mean: one if it says Kota or Kabupaten, else often two."""
        words = fold(name)
        if found := self.exact.get(words):
            return (found,)
        stripped = words[1:] if words[:1] in (("provinsi",), ("prov",)) else words
        if words[:1] == ("kab",):
            return (found,) if (found := self.exact.get(("kabupaten", *words[1:]))) else ()
        found_all = self.names.get(stripped, ())
        if stripped != words:
            level = "province"
        return tuple(r for r in found_all if level is None or r.level == level)


def _rows(name: str) -> list[dict[str, str]]:
    table = files("uhc_llm.scanner").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(table.splitlines()))


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer shipped with the package: 38 provinces, 514 regencies and cities, aliases."""
    rows = _rows("regions.csv")
    provinces = {row["code"]: row["name"] for row in rows if row["kind"] == "provinsi"}
    by_code = {"ID": NATION}
    names: dict[tuple[str, ...], list[Region]] = {}
    exact: dict[tuple[str, ...], Region] = {}
    for row in rows:
        region = Region(
            code=row["code"],
            name=row["name"],
            level=_LEVELS[row["kind"]],
            province=provinces.get(row["parent"] or row["code"]),
        )
        by_code[row["code"]] = region
        names.setdefault(fold(row["base"]), []).append(region)
        if region.level != "province":
            exact[fold(row["name"])] = region
    for row in _rows("aliases.csv"):
        meant = names.setdefault(fold(row["alias"]), [])
        region = by_code[row["code"]]
        if region not in meant:
            meant.append(region)
    longest: dict[str, int] = {}
    for words in names:
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return Gazetteer(
        by_code=MappingProxyType(by_code),
        names=MappingProxyType({words: tuple(regions) for words, regions in names.items()}),
        longest=MappingProxyType(longest),
        exact=MappingProxyType(exact),
    )
