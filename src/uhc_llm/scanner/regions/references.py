"""Words that point back to a region: "kota itu", "kabupaten setempat", "Pemkab"."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from uhc_llm.scanner.regions.datelines import is_only_place
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.scanner.regions.matching import Named, follows
from uhc_llm.scanner.regions.words import (
    POINTER_ADJECTIVES,
    POINTER_ENDINGS,
    POINTER_GOVERNMENTS,
    POINTER_NOT_AFTER,
    POINTER_NOUNS,
    POINTER_WHOLES,
)
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Level, Region

__all__ = ["with_references"]

# "kota berpenduduk 300 ribu jiwa itu", "provinsi yang memiliki 17 kabupaten/kota itu"
_CLAUSE_BEHIND: Final = frozenset({"berpenduduk", "yang"})
_INHABITED: Final = re.compile(r"(?:\s{1,2}[\w.,/-]{1,20}){1,5}?\s{1,2}(?:itu|ini|tersebut)\b")
_LIES_IN: Final = re.compile(r"\s*(?:,|\(|\bdi)\s*(?:provinsi\s+)?")
# So many names back and ahead is the region looked for that "kota itu" points to.
_REACH: Final = 40
_NOUNS: Final = frozenset(POINTER_NOUNS)


def with_references(
    source: TokenizedText, named: Sequence[Named], published: date | None
) -> list[Named]:
    """Add the words that point back, each meaning the region in force there.

    Args:
        source: the text.
        named: the regions that it names, in order.
        published: the article's own date, for "provinsi ini" where provinces were split.
    """
    result: list[Named] = []
    place = 0
    tokens = source.tokens
    for index in source.places_of(_NOUNS):
        start, _, noun = tokens[index]
        end = _end_of_pointer(source, index)
        is_capital = _is_of_capital(source, index)
        if is_capital:
            start, end = tokens[index - 2].start, tokens[index].end
        if end is None:
            continue
        while place < len(named) and named[place].start < start:
            result.append(named[place])
            place += 1
        if result and result[-1].end > start:
            continue
        level = POINTER_NOUNS[noun]
        before, ahead = result[-_REACH:][::-1], named[place : place + _REACH]
        region = _in_force(source, level, before, published)
        if region is None and noun == "wilayah":
            # "wilayah kerja BPJS Kesehatan Cabang Jayapura ... wilayah tersebut"
            region = next((n.regions[0] for n in before if n.regions[0].level == "area"), None)
        region = region or _in_force(source, level, ahead, published)
        if region is not None and is_capital:
            region = gazetteer().capitals.get(region.code or "")
        if region is not None:
            result.append(Named(start, end, (region,), implied=True))
    return [*result, *named[place:]]


def _is_of_capital(source: TokenizedText, index: int) -> bool:
    """Whether the noun at `index` ends "ibu kota provinsi", without a name behind."""
    tokens = source.tokens
    words = [token.word for token in tokens[max(0, index - 2) : index + 1]]
    if words != ["ibu", "kota", "provinsi"] or not (
        follows(source, index) and follows(source, index - 1)
    ):
        return False
    behind = index + 1
    return not (
        behind < len(tokens)
        and follows(source, behind)
        and source.text[tokens[behind].start].isupper()
    )


def _end_of_pointer(source: TokenizedText, index: int) -> int | None:
    """The offset behind "kota itu", if the noun at `index` is one region's."""
    tokens = source.tokens
    if _is_of_whole(source, index):
        return tokens[index].end
    if index and (
        tokens[index - 1].word == "ibukota"
        or (index > 1 and tokens[index - 1].word == "kota" and tokens[index - 2].word == "ibu")
        or (tokens[index - 1].word in POINTER_NOT_AFTER and follows(source, index))
        or source.text[tokens[index].start - 1] in "/-"
    ):
        return None
    if tokens[index].word in POINTER_GOVERNMENTS and not _is_named(source, index + 1):
        return tokens[index].end
    place = index + 1
    if place < len(tokens) and tokens[place].word in POINTER_ADJECTIVES and follows(source, place):
        place += 1
    if place == len(tokens) or not follows(source, place):
        return None
    if tokens[place].word in POINTER_ENDINGS:
        return tokens[place].end
    if tokens[place].word in _CLAUSE_BEHIND:
        inhabited = _INHABITED.match(source.folded, tokens[place].end)
        return inhabited.end() if inhabited else None
    return None


def _is_of_whole(source: TokenizedText, index: int) -> bool:
    """Whether the noun at `index` is a whole that is spoken of: "tingkat provinsi", "se-kota"."""
    tokens = source.tokens
    if index == 0 or _is_named(source, index + 1):
        return False
    noun, before = tokens[index].word, tokens[index - 1].word
    if noun not in POINTER_WHOLES.get(before, ()) or source.folded[tokens[index].end :][:1] == "/":
        return False
    return follows(source, index) or source.text[tokens[index].start - 1] == "-"


def _is_named(source: TokenizedText, index: int) -> bool:
    """Whether a name follows, or words that point back and are part of the pointer."""
    if index == len(source.tokens) or not follows(source, index):
        return False
    token = source.tokens[index]
    return source.text[token.start].isupper() or token.word in POINTER_ENDINGS


def _in_force(
    source: TokenizedText, level: Level | None, near: Sequence[Named], published: date | None
) -> Region | None:
    """The first of `near` that a noun can point back to; for "provinsi", the province it is in.

    A place where something was said or written is meant only if no other region is named.
    """
    fitting = (
        (item, found)
        for item in near
        for region in item.regions
        if (found := _as_level(region, level, published)) is not None
    )
    fallback = None
    for item, region in fitting:
        if level is None and _tells_where(source, item, near):
            continue
        if not is_only_place(source.text, item.start, item.end):
            return region
        fallback = fallback or region
    return fallback


def _tells_where(source: TokenizedText, item: Named, near: Sequence[Named]) -> bool:
    """Whether a province only says where the region right before it lies: "Biak Numfor, Papua"."""
    whole = item.regions[0]
    return whole.level == "province" and any(
        other.end <= item.start
        and other.regions[0].level in ("regency", "city")
        and other.regions[0].province == whole.name
        and _LIES_IN.fullmatch(source.folded, other.end, item.start)
        for other in near
    )


def _as_level(region: Region, level: Level | None, published: date | None) -> Region | None:
    if region.level in ("nation", "area"):
        return None
    if level is None or region.level == level:
        return region
    return gazetteer().province_of(region, published) if level == "province" else None
