"""The regions of Indonesia and the names that the press gives them; the tables are in `data/`."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

from uhc_llm.scanner.regions.words import NEEDS_LEVEL, ORDINARY, OTHER_NAMES
from uhc_llm.schemas import Level, Region

__all__ = ["NATION", "Gazetteer", "Name", "Node", "area", "fold", "gazetteer"]

NATION: Final = Region(code="ID", name="Indonesia", level="nation")

_LEVELS: Final[Mapping[str, Level]] = {
    "provinsi": "province",
    "kabupaten": "regency",
    "kota": "city",
}
# The words that a name from elsewhere may have in front, and the level that they say.
_SAID_LEVELS: Final[Mapping[tuple[str, ...], Level]] = {
    ("kota", "administrasi"): "city",
    ("kabupaten", "administrasi"): "regency",
    ("kota",): "city",
    ("kabupaten",): "regency",
    ("kab",): "regency",
    ("provinsi",): "province",
    ("propinsi",): "province",
    ("prov",): "province",
}
# Spaces, hyphens and dots tell no two regions apart: "Labuhan Batu", "Bangka-Belitung", "D.I."
_FOLDED_AWAY: Final = str.maketrans({"-": " ", ".": " ", "’": "'", "\xa0": " "})
_PROVINCE_CODE: Final = 2


class Name(NamedTuple):
    """A name, and what it means.

    Attributes:
        words: the name, folded.
        regions: what the name alone means; none for a name of something else ("Metro Jaya").
        behind_level: what it means behind Kota, Bupati and their like; more than `regions` for a
            former name ("Kabupaten Pontianak") and for "PPU".
        in_capitals: whether it is a name only in capitals, as an abbreviation.
        is_ordinary: whether it is an ordinary word too ("Malang").
        is_nickname: whether it names the region by another name of honour ("Kota Pahlawan").
    """

    words: tuple[str, ...]
    regions: tuple[Region, ...] = ()
    behind_level: tuple[Region, ...] = ()
    in_capitals: bool = False
    is_ordinary: bool = False
    is_nickname: bool = False


class Node:
    """A word in the tree of names: the name that ends with it, and the words that may follow."""

    __slots__ = ("following", "name")

    def __init__(self) -> None:
        self.name: Name | None = None
        self.following: dict[str, Node] = {}


class _Move(NamedTuple):
    """A province that was split off another one, and since when it has a government."""

    code: str
    before: Region
    since: date


class Gazetteer(NamedTuple):
    """Regions by code, and by every name they go by.

    Attributes:
        by_code: every region of today.
        names: every name by its words, without its Kota, Kabupaten or Provinsi.
        tree: the same names, word by word.
        moves: the provinces that were split off, by their codes.
        capitals: the regions that provinces are governed from, by the provinces' codes.
    """

    by_code: Mapping[str, Region]
    names: Mapping[tuple[str, ...], Name]
    tree: Mapping[str, Node]
    moves: Mapping[str, _Move]
    capitals: Mapping[str, Region]

    def named(self, name: str) -> tuple[Region, ...]:
        """The regions that `name` can mean: one if it says Kota or Kabupaten, else often two.

        >>> [region.code for region in gazetteer().named("Kab. Semarang")]
        ['33.22']
        """
        words = fold(name)
        for said, level in _SAID_LEVELS.items():
            if words[: len(said)] == said and (found := self.names.get(words[len(said) :])):
                return tuple(r for r in found.behind_level if r.level == level)
        found = self.names.get(words)
        return tuple(r for r in found.regions or found.behind_level if r.code) if found else ()

    def on(self, region: Region, day: date | None) -> Region:
        """`region` as it was on `day`: the same code, in the province of that time."""
        move = self.moves.get(region.code[:_PROVINCE_CODE]) if day and region.code else None
        if move is None or day is None or day >= move.since or region.level == "province":
            return region
        return _in_province(region, move.before.name)

    def province_of(self, region: Region, day: date | None) -> Region | None:
        """The province that `region` lies in, or lay in on `day`; None for a nation or an area."""
        if region.code is None or region.level == "nation":
            return None
        code = region.code[:_PROVINCE_CODE]
        move = self.moves.get(code)
        if move and day and day < move.since and region.level != "province":
            return move.before
        return self.by_code[code]


def fold(name: str) -> tuple[str, ...]:
    """The words of a name without case and punctuation, for comparing names.

    >>> fold("D.I. Yogyakarta")
    ('d', 'i', 'yogyakarta')
    """
    return tuple(name.translate(_FOLDED_AWAY).casefold().split())


def area(words: str) -> Region:
    """A region without a code, by the words that the text has for it."""
    return Region(code=None, name=" ".join(words.split()), level="area")


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer shipped with the package: 38 provinces, 514 regencies and cities, aliases."""
    rows = list(_rows("regions.csv"))
    provinces = {row["code"]: row["name"] for row in rows if row["kind"] == "provinsi"}
    by_code = {"ID": NATION}
    names: dict[tuple[str, ...], Name] = {}
    for row in rows:
        region = Region(
            code=row["code"],
            name=row["name"],
            level=_LEVELS[row["kind"]],
            province=provinces[row["parent"] or row["code"]],
        )
        by_code[row["code"]] = region
        for spelled in _spellings(row["base"]):
            _add(names, spelled, region)
    for row in _rows("aliases.csv"):
        for spelled in _spellings(row["alias"]):
            _add(names, spelled, by_code[row["code"]])
    for row in _rows("former.csv"):
        _add(names, row["former"], by_code[row["code"]], alone=not row["level"])
    for row in _rows("nicknames.csv"):
        _add(names, row["nickname"], by_code[row["code"]], is_nickname=True)
    for row in _rows("areas.csv"):
        _add(names, row["area"], area(row["area"]))
    _add_joined(names)
    for other in OTHER_NAMES:
        names.setdefault(fold(other), Name(fold(other)))
    moves = {
        row["code"]: _Move(
            row["code"], by_code[row["parent_before"]], date.fromisoformat(row["since"])
        )
        for row in _rows("moved.csv")
    }
    return Gazetteer(
        by_code=MappingProxyType(by_code),
        names=MappingProxyType(names),
        tree=MappingProxyType(_tree(names)),
        moves=MappingProxyType(moves),
        capitals=MappingProxyType(
            {row["province_code"]: by_code[row["code"]] for row in _rows("capitals.csv")}
        ),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    table = files("uhc_llm.scanner").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(table.splitlines())


_ENGLISH_DIRECTIONS: Final = {
    "Utara": "North",
    "Selatan": "South",
    "Timur": "East",
    "Barat": "West",
    "Tengah": "Central",
    "Tenggara": "Southeast",
    "Barat Daya": "Southwest",
}


def _spellings(name: str) -> Iterator[str]:
    """A name, and how else it is written as a rule."""
    yield name
    if name.startswith("Sumatera "):
        yield name.replace("Sumatera", "Sumatra")
    elif name.startswith("Kepulauan "):
        yield name.replace("Kepulauan", "Kep.")
        yield f"{name.removeprefix('Kepulauan ')} Islands"
    elif name.startswith("Kep. "):
        yield name.replace("Kep.", "Kepulauan")
    if name.startswith("Tanjung "):
        yield name.replace("Tanjung ", "Tj. ")
    if name.startswith("Bolaang Mongondow "):
        yield name.replace("Bolaang Mongondow", "Bolmong")
    for direction, english in _ENGLISH_DIRECTIONS.items():
        if name.endswith(f" {direction}"):
            where = name.removesuffix(direction).removesuffix(" Bagian ").rstrip()
            yield f"{english} {where}"  # "South Halmahera", "West Seram"


def _add(
    names: dict[tuple[str, ...], Name],
    spelled: str,
    region: Region,
    *,
    alone: bool = True,
    is_nickname: bool = False,
) -> None:
    words = fold(spelled)
    known = names.get(words)
    if known is None:
        known = Name(
            words,
            in_capitals=spelled.isupper() and len(words) == 1,
            is_ordinary=" ".join(words) in ORDINARY,
            is_nickname=is_nickname,
        )
    regions, behind = known.regions, known.behind_level
    if alone and region not in regions and " ".join(words) not in NEEDS_LEVEL:
        regions = (*regions, region)
    if region not in behind:
        behind = (*behind, region)
    names[words] = known._replace(regions=regions, behind_level=behind)


def _add_joined(names: dict[tuple[str, ...], Name]) -> None:
    """Let "Bandarlampung" be Bandar Lampung: no other word looks like two names in one."""
    for words, name in list(names.items()):
        if len(words) > 1 and not name.is_nickname and all(map(str.isalpha, words)):
            # "Tulangbawang Barat", "Tulangbawangbarat"
            for joined in {(words[0] + words[1], *words[2:]), ("".join(words),)}:
                is_ordinary = " ".join(joined) in ORDINARY
                names.setdefault(joined, name._replace(words=joined, is_ordinary=is_ordinary))


def _tree(names: Mapping[tuple[str, ...], Name]) -> dict[str, Node]:
    tree: dict[str, Node] = {}
    for words, name in names.items():
        level, node = tree, Node()
        for word in words:
            node = level.setdefault(word, Node())
            level = node.following
        node.name = name
    return tree


@cache
def _in_province(region: Region, province: str) -> Region:
    return Region(code=region.code, name=region.name, level=region.level, province=province)
