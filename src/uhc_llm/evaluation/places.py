"""Which place a fact is of: by the code of its region, or else by the words of its name.

An area without a code (a village, a district, a branch of BPJS, an island, a sum of regions) is
told by its name alone, and people write one name in many ways. So names are compared without the
words that only say what sort of area it is, and without order.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from uhc_llm.evaluation.gold import LabelledFact
from uhc_llm.scanner import scan
from uhc_llm.scanner.regions.gazetteer import NATION, fold, gazetteer
from uhc_llm.scanner.regions.words import OFFICES, SETTLEMENTS

__all__ = ["Place", "find_code", "is_unnamed", "place_of", "place_words"]

Place = str | tuple[str, ...] | None
"""A code; the words of a name, in alphabetical order; None where nothing says which."""

_LEVELS: Final = frozenset({"kabupaten", "kab", "kota", "provinsi", "propinsi", "prov"})
_GENERIC: Final = (
    OFFICES
    | SETTLEMENTS
    | _LEVELS
    | {"kerja", "area", "daerah", "kawasan", "kepulauan", "island", "islands", "di", "seluruh"}
)
_ASIDE: Final = re.compile(r"\([^()]*\)")
_BETWEEN: Final = re.compile(r"[,;/&+]|\b(?:dan|serta|and)\b", re.IGNORECASE)


def is_unnamed(fact: LabelledFact) -> bool:
    """Whether nothing says which place a fact is of: no code, and no name."""
    return place_of(fact) is None


def place_of(fact: LabelledFact) -> Place:
    """The place of a fact."""
    return fact.region_code or (place_words(fact.region) if fact.region else ()) or None


@lru_cache(maxsize=4096)
def place_words(name: str) -> tuple[str, ...]:
    """What is compared of the name of an area.

    >>> place_words("Wilayah kerja BPJS Kesehatan Cabang Madiun"), place_words("KC Madiun")
    (('madiun',), ('madiun',))
    >>> place_words("Klungkung, Kab. Bangli dan NTB")
    ('bangli', 'barat', 'klungkung', 'nusa', 'tenggara')
    >>> place_words("Kecamatan Cinere, Kota Depok")
    ('cinere',)
    """
    words: list[str] = []
    waiting = 0
    for said in filter(None, map(fold, _BETWEEN.split(_without_wider(name)))):
        own = _own_words(said)
        if not own:  # "Kabupaten dan Kota Bekasi" are two
            waiting += said[0] in _LEVELS
            continue
        words += own * (1 + waiting)
        waiting = 0
    return tuple(sorted(words))


def find_code(name: str, named: Collection[str | None] = ()) -> str | None:
    """The code of the region that a name means; None where it is none that has a code.

    Args:
        name: such as "Kab. Semarang", "Semarang", "NTB", "Kota Cimahi, Jawa Barat" or "nasional".
        named: the codes of the regions that the article names, which decide between two of a name.
    """
    first, *wider = (part.strip() for part in name.split(","))
    found = gazetteer().named(first)
    if wider:
        around = [_province_or_nation(each) for each in wider]
        found = tuple(r for r in found if all(o in (r.province, NATION.name) for o in around))
    if not found:
        regions = scan(name).regions
        return NATION.code if regions and all(r.code == NATION.code for r in regions) else None
    return next((region.code for region in found if region.code in named), found[0].code)


def _without_wider(name: str) -> str:
    """A name without the regions around it: "Kecamatan Cinere, Kota Depok", "Cepu (Blora)"."""
    first, *around = _ASIDE.sub(" ", name).split(",")
    is_coded = any(gazetteer().named(part) for part in _BETWEEN.split(first))
    if not is_coded and all(map(gazetteer().named, around)):
        return first
    return ",".join((first, *around))


def _own_words(folded: tuple[str, ...]) -> tuple[str, ...]:
    """The words of one name that are its own; those of a region by its official name."""
    bare = tuple(word for word in folded if word not in _GENERIC)
    regions = gazetteer().named(" ".join(folded)) or gazetteer().named(" ".join(bare))
    if not regions:
        return bare
    return tuple(word for word in fold(regions[0].name) if word not in _GENERIC)


def _province_or_nation(name: str) -> str:
    """The name of the province, or of the nation, that a name behind a comma means, if it does."""
    code = find_code(name)
    region = gazetteer().by_code[code] if code else None
    return region.name if region and region.level in ("province", "nation") else ""
