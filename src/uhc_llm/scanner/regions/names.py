"""Where a text names a region: by its name, with the words before it that say which one it is."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from uhc_llm.scanner.regions.areas import match_office, match_settlements, widened
from uhc_llm.scanner.regions.gazetteer import Name, area, gazetteer
from uhc_llm.scanner.regions.matching import (
    Named,
    follows,
    has_capital,
    is_capitalised,
    match_cue,
    match_name,
)
from uhc_llm.scanner.regions.nation import match_nation, match_nation_phrase
from uhc_llm.scanner.regions.words import (
    CUES,
    LEVEL_BEHIND,
    NATION_PHRASES,
    NATION_WORDS,
    NOT_AFTER,
    OFFICE_HEADS,
    PLACE_BEFORE,
    SETTLEMENTS,
    TITLES,
    LevelCue,
)
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Level

__all__ = ["find_names"]

_LEVEL_NAMES: Final[dict[Level, str]] = {"regency": "Kabupaten", "province": "Provinsi"}
_NATION_HEADS: Final = frozenset(phrase[0] for phrase in NATION_PHRASES)
_OPENING_QUOTES: Final = frozenset({'"', "'", "“", "‘"})
# Names that begin with any other word have a capital there, or Kota, Bupati ... in front.
_IN_SMALL_LETTERS: Final = OFFICE_HEADS | SETTLEMENTS | NATION_WORDS | _NATION_HEADS
_PROVINCE: Final = frozenset({"provinsi", "propinsi", "prov"})
_AND: Final = frozenset({"dan", "atau", "serta", "maupun"})
_OTHER_LEVEL: Final[dict[Level, Level]] = {"city": "regency", "regency": "city"}
# "Pati: 98,1 persen", "Pati (98 persen)", "PATI -": no sentence goes on like that.
_TABULAR: Final = re.compile(r"\s{0,3}[:(]|\s{1,3}\d|,?\s{1,3}[-–—|]|,?[-–—]\s")


def find_names(source: TokenizedText, heads: frozenset[int]) -> list[Named]:
    """The regions that a text names, in order.

    Args:
        source: the text.
        heads: where its sentences begin; an ordinary word has a capital there.
    """
    text, tokens = source.text, source.tokens
    found: list[Named] = []
    behind = 0
    for index in source.places_of(_triggers()):
        start, _, word = tokens[index]
        is_name = (
            word in _IN_SMALL_LETTERS
            or not text[start].islower()
            or (index > 0 and tokens[index - 1].word in CUES)
        )
        if is_name and index >= behind:
            named, behind = _at(source, index, heads)
            found += named
    return found


@cache
def _triggers() -> frozenset[str]:
    """Every word that a name can begin with."""
    return _IN_SMALL_LETTERS.union(gazetteer().tree)


def _at(source: TokenizedText, index: int, heads: frozenset[int]) -> tuple[list[Named], int]:
    """What is named at one token, and the index of the token behind it."""
    word = source.tokens[index].word
    found: tuple[Named, int] | None = None
    if word in OFFICE_HEADS:
        found = match_office(source, index)
    if found is None and word in _NATION_HEADS:
        found = match_nation_phrase(source, index)
    if found is None and (matched := match_name(source, index)):
        return _meanings(source, index, *matched, heads)
    if found is None and word in SETTLEMENTS and (listed := match_settlements(source, index)):
        return listed
    if found is None and word in NATION_WORDS:
        found = match_nation(source, index)
    return ([found[0]], found[1]) if found else ([], index + 1)


def _meanings(
    source: TokenizedText, index: int, name: Name, end: int, heads: frozenset[int]
) -> tuple[list[Named], int]:
    """What a name means where it stands, from `index` to before `end`."""
    tokens = source.tokens
    cue = _cue(source, index)
    start = tokens[cue[1]].start if cue and cue[0].in_name else tokens[index].start
    wider = widened(source, end)
    if wider > end and any(region.code for region in name.behind_level):
        return [_area(source, start, tokens[wider - 1].end)], wider
    if not cue and (before := _before_level(source, index, name, end)):
        return [before], end + 1
    if cue:
        return _behind_cue(source, index, name, end, cue), end
    if not name.regions or (follows(source, index) and tokens[index - 1].word in NOT_AFTER):
        return [], end
    if len(name.regions) > 1 and _is_kota_behind(source, end):
        cities = tuple(region for region in name.regions if region.level == "city")
        if cities:
            return [Named(start, tokens[end].end, cities, "city")], end + 1
    province = next((region.code for region in name.regions if region.level == "province"), None)
    capital = gazetteer().capitals.get(province or "")
    if capital and (ibu := _ibu_kota(source, index)) is not None:
        return [Named(tokens[ibu].start, tokens[end - 1].end, (capital,), implied=True)], end
    named = Named(
        start,
        tokens[end - 1].end,
        name.regions,
        implied=name.is_nickname,
        is_doubtful=name.is_ordinary and _is_doubtful(source, index, end, heads),
    )
    return [named], end


def _before_level(source: TokenizedText, index: int, name: Name, end: int) -> Named | None:
    """What a name means before the English word for its level: "Bogor regency"."""
    tokens = source.tokens
    level = LEVEL_BEHIND.get(tokens[end].word) if end < len(tokens) else None
    if level is None or not follows(source, end):
        return None
    fitting = tuple(region for region in name.behind_level if region.level == level)
    return Named(tokens[index].start, tokens[end].end, fitting, level) if fitting else None


def _ibu_kota(source: TokenizedText, index: int) -> int | None:
    """Where the words begin that make a province's name that of its capital: "ibu kota Riau"."""
    tokens = source.tokens
    if index and tokens[index - 1].word in _PROVINCE:
        index -= 1
    if index and tokens[index - 1].word == "ibukota":
        return index - 1
    is_said = index > 1 and tokens[index - 1].word == "kota" and tokens[index - 2].word == "ibu"
    return index - 2 if is_said else None


def _area(source: TokenizedText, start: int, end: int) -> Named:
    return Named(start, end, (area(source.text[start:end]),), "area")


def _cue(source: TokenizedText, index: int) -> tuple[LevelCue, int] | None:
    """The words before a name that say its level.

    "Ibu kota Jambi" is no Kota Jambi, nor "ibu kota provinsi Palembang" a province.
    """
    cue = match_cue(source, index)
    if cue is None:
        return None
    first = cue[1]
    tokens = source.tokens
    before = tokens[first - 1].word if first else ""
    if before == "ibukota" or (before == "ibu" and tokens[first].word == "kota"):
        return None
    return None if before == "kota" and first > 1 and tokens[first - 2].word == "ibu" else cue


def _behind_cue(
    source: TokenizedText, index: int, name: Name, end: int, cue: tuple[LevelCue, int]
) -> list[Named]:
    """What a name means behind Kota, Bupati and their like."""
    (_, level, in_name), first = cue
    tokens = source.tokens
    start = tokens[first].start if in_name else tokens[index].start
    stop = tokens[end - 1].end
    fitting = tuple(region for region in name.behind_level if region.level == level)
    if fitting:
        twin = _twin_before(source, first, level, name)
        is_governed = not in_name or (first > 0 and tokens[first - 1].word in TITLES)
        return [*twin, Named(start, stop, fitting, level, is_governed=is_governed)]
    if not name.regions:
        return []
    is_coded = any(region.code for region in name.regions)
    if is_coded and level in _LEVEL_NAMES:
        # There is no Kabupaten Palembang: whatever is meant, it is not Kota Palembang.
        words = f"{_LEVEL_NAMES[level]} {source.text[tokens[index].start : stop]}"
        return [Named(start, stop, (area(words),), "area")]
    # "Kota Kudus" is said of the town, and so of the regency around it.
    return [Named(tokens[index].start, stop, name.regions)]


def _twin_before(source: TokenizedText, first: int, level: Level, name: Name) -> Iterator[Named]:
    """The other region of "Kabupaten dan Kota Bekasi", "Kota/Kabupaten Bogor"."""
    tokens = source.tokens
    if first and tokens[first - 1].word in TITLES and follows(source, first):
        first -= 1
    if first == 0:
        return
    other = first - 1
    if tokens[other].word in _AND and follows(source, first) and follows(source, other):
        other -= 1
    elif source.folded[tokens[other].end : tokens[first].start].strip() != "/":
        return
    wanted = _OTHER_LEVEL.get(level)
    twin = tuple(region for region in name.behind_level if region.level == wanted)
    if twin and any(
        cue.level == wanted and not cue.before for cue in CUES.get(tokens[other].word, ())
    ):
        yield Named(tokens[other].start, tokens[other].end, twin, wanted)


def _is_kota_behind(source: TokenizedText, index: int) -> bool:
    """Whether "Kota" behind a name belongs to it ("Polres Malang Kota"), not to the next one."""
    if not is_capitalised(source, index) or source.tokens[index].word != "kota":
        return False
    return not is_capitalised(source, index + 1) or match_name(source, index + 1) is None


def _is_doubtful(source: TokenizedText, index: int, end: int, heads: frozenset[int]) -> bool:
    """Whether a name that is an ordinary word too may be that word here."""
    tokens = source.tokens
    start, stop = tokens[index].start, tokens[end - 1].end
    if index and tokens[index - 1].word in PLACE_BEFORE:
        gap = source.folded[tokens[index - 1].end : start]
        if follows(source, index) or gap == "-":
            return False
    if _TABULAR.match(source.folded, stop):
        return False
    has_capital_behind = is_capitalised(source, end)
    if start in heads or source.text[start - 1 : start] in _OPENING_QUOTES:
        return has_capital_behind or not source.text[start:stop].isupper()
    return has_capital_behind and has_capital(source, index - 1) and follows(source, index)
