"""Which of several regions a name means: by the list it stands in, and by the rest of the text."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from uhc_llm.scanner.regions.matching import Named
from uhc_llm.scanner.regions.words import LEVEL_HINTS, SELDOM_ELSE
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Level, Region

__all__ = ["choose"]

_NEAR: Final = 200
_MANY: Final = 3
_LISTED_LEVELS: Final = frozenset[Level]({"regency", "city"})
# What stands between two names of a list: "Kabupaten Bogor (98 persen), Bekasi dan Cirebon".
_LISTED: Final = re.compile(
    r"(?:\s{0,2}\([^()\n]{0,40}\))?(?:\s{0,2},\s{0,3}(?:dan\s|serta\s)?|\s(?:dan|serta|maupun|hingga)\s|\s?[/&]\s?)\s{0,2}"
)
_LONGEST_GAP: Final = 60


def choose(source: TokenizedText, named: Sequence[Named]) -> list[Named]:
    """Decide what can be decided, and drop the ordinary words that no other mention confirms.

    A name that stays open keeps every region that it can mean.
    """
    if not any(item.is_doubtful or len(item.regions) > 1 for item in named):
        return list(named)
    sure = {region.code for item in named if not item.is_doubtful for region in item.regions}
    # Where many regions of a province are named, "Landak di peringkat dua" is one of them too.
    around = Counter(
        province
        for province, _ in {
            (region.province, region.code)
            for item in named
            if not item.is_doubtful and len(item.regions) == 1
            for region in item.regions
            if region.level in _LISTED_LEVELS
        }
    )
    kept = [
        item
        for item in named
        if not item.is_doubtful
        or any(
            region.code in sure or around[region.province] >= _enough(source, item)
            for region in item.regions
        )
    ]
    kept = [_around_others(item, around) for item in kept]
    return _by_article(source, _before_province(source, _by_list(source, kept)))


def _enough(source: TokenizedText, item: Named) -> int:
    """So many more regions of its province say that a name that may be a word is one's."""
    return 1 if source.folded[item.start : item.end] in SELDOM_ELSE else _MANY


def _around_others(item: Named, around: Mapping[str | None, int]) -> Named:
    """Take a name that is a province's too for that, where many of its regions are named."""
    whole = _of_level(item.regions, ("province",)) if len(item.regions) > 1 else ()
    if item.level is None and whole and around[whole[0].name] >= _MANY:
        return item._replace(regions=whole, level="province")
    return item


def _by_list(source: TokenizedText, named: Sequence[Named]) -> list[Named]:
    """Let the level of a name go on to the next ones of its list ("Kabupaten Bogor dan Bekasi").

    Beside a province the name that is a province's too is one ("Sumsel, Jambi dan Lampung").
    Behind a comma the name of the province that a city of the same name lies in is the province's
    ("Kota Gorontalo, Gorontalo").
    """
    chosen: list[Named] = []
    level: Level | None = None
    for item in named:
        if item.level is not None:
            level = item.level
        elif len(item.regions) == 1 and item.regions[0].level == "province":
            level = "province"
        elif not chosen or not _is_next(source, chosen[-1], item):
            level = None
        elif len(item.regions) > 1 and (whole := _province_around(chosen[-1], item)):
            item = item._replace(regions=(whole,), level="province")  # noqa: PLW2901
        else:
            fitting = tuple(region for region in item.regions if region.level == level)
            level = level if fitting else None
            if fitting:
                item = item._replace(regions=fitting)  # noqa: PLW2901
        chosen.append(item)
    return chosen


def _before_province(source: TokenizedText, named: Sequence[Named]) -> list[Named]:
    """Let a name in front of a province in a list be a province too ("Jambi dan Sumsel")."""
    chosen = list(named)
    for place in range(len(chosen) - 1, 0, -1):
        item, behind = chosen[place - 1 : place + 1]
        if len(item.regions) > 1 and [r.level for r in behind.regions] == ["province"]:
            provinces = _of_level(item.regions, ("province",))
            if provinces and _is_next(source, item, behind):
                chosen[place - 1] = item._replace(regions=provinces)
    return chosen


def _is_next(source: TokenizedText, before: Named, item: Named) -> bool:
    gap = item.start - before.end
    return gap <= _LONGEST_GAP and bool(_LISTED.fullmatch(source.folded, before.end, item.start))


def _province_around(before: Named, item: Named) -> Region | None:
    """The province among the meanings of a name, if the name before it is its city's."""
    if len(before.regions) != 1 or before.regions[0] not in item.regions:
        return None
    return next(
        (r for r in item.regions if r.level == "province" and r.name == before.regions[0].province),
        None,
    )


def _by_article(source: TokenizedText, named: Sequence[Named]) -> list[Named]:
    """Decide names that several regions share, by what the article says elsewhere."""
    if all(len(item.regions) == 1 for item in named):
        return list(named)
    certain = [item.regions[0] for item in named if len(item.regions) == 1]
    codes = Counter(region.code for region in certain)
    provinces = {region.province for region in certain if region.province}
    hinted = _hinted(source.folded)
    return [
        item
        if len(item.regions) == 1
        else item._replace(
            regions=_decide(
                item.regions,
                codes,
                provinces,
                hinted,
                _hinted(source.folded[item.end : item.end + _NEAR]),
            )
        )
        for item in named
    ]


def _hinted(folded: str) -> set[Level]:
    return {level for level, hints in LEVEL_HINTS.items() if any(hint in folded for hint in hints)}


def _decide(
    regions: tuple[Region, ...],
    codes: Counter[str | None],
    provinces: set[str],
    hinted: set[Level],
    hinted_near: set[Level],
) -> tuple[Region, ...]:
    whole = _of_level(regions, ("province",))
    if whole and hinted_near == {"province"}:
        # "warga Jambi ... provinsi ini", though the article names Kota Jambi further down.
        return whole
    said = [region for region in regions if codes[region.code]]
    if said:
        return (max(said, key=lambda region: codes[region.code]),)
    nearby = tuple(region for region in regions if region.province in provinces)
    if len(nearby) == 1:
        return nearby
    fitting = _of_level(nearby or regions, hinted)
    return fitting if len(fitting) == 1 else regions


def _of_level(regions: Iterable[Region], levels: Iterable[Level]) -> tuple[Region, ...]:
    wanted = set(levels)
    return tuple(region for region in regions if region.level in wanted)
