"""Areas without a code of their own: offices of BPJS Kesehatan, villages, parts of regions."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from uhc_llm.scanner.calendar import MONTHS, WEEKDAYS
from uhc_llm.scanner.regions.gazetteer import Name, area
from uhc_llm.scanner.regions.matching import (
    Named,
    follows,
    has_capital,
    is_capitalised,
    match_name,
)
from uhc_llm.scanner.regions.words import (
    AREA_NOT_NAMES,
    CUES,
    NAME_PARTS,
    NOT_IN_AREA_NAMES,
    OFFICES,
    REGIONAL,
    SEATED,
    SETTLEMENTS,
    WIDENED,
)
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["match_office", "match_settlements", "widened"]

_LONGEST_OFFICE: Final = 8
_LONGEST_SETTLEMENT: Final = 2
_LONGEST_ABBREVIATION: Final = 4
_WIDENING: Final = frozenset(words[0] for words in WIDENED)
_ISLANDS: Final = frozenset({"pulau"})
_FILLED: Final = r"[ \t]*[(:]?[ \t]*(?:[a-z]+[ \t]+){0,2}\d"
_NUMBER: Final = re.compile(
    rf"{_FILLED}[\d.,]*(?<![.,])(?:[ \t]*(?:%|(?:persen|jiwa|orang|warga|peserta)\b))?[ \t]*\)?"
)
_AND: Final = "dan|serta|lalu|kemudian|disusul|diikuti|hingga|sedangkan|sementara"
_NAME: Final = r"[A-Z][a-z'][\w'-]*"
_NEXT: Final = re.compile(
    rf"(?:[ \t]*[,;])?[ \t]+(?:(?:{_AND})[ \t]+){{0,2}}"
    rf"(?P<name>(?P<first>{_NAME})(?:[ \t]+{_NAME})?)(?={_FILLED})"
)
"""The next name of a list, where a number stands behind it too."""
_ENDS_NAME: Final = NOT_IN_AREA_NAMES | WEEKDAYS.keys() | MONTHS.keys()
_NO_ITEMS: Final = _ENDS_NAME | SETTLEMENTS | AREA_NOT_NAMES | CUES.keys()


def match_office(source: TokenizedText, index: int) -> tuple[Named, int] | None:
    """An office of BPJS Kesehatan with its seat, from the first word of its name.

    "BPJS Kesehatan Cabang Pati", "KC Surakarta", "Kantor Cabang Utama Medan", "BPJS Palembang",
    "BPJS Kesehatan cabang setempat", "Kedeputian Wilayah VI".

    Returns:
        The office, named in one way however the text names it, and the index behind its last word.
    """
    tokens = source.tokens
    seat = index + 1
    while (
        seat < len(tokens)
        and seat - index < _LONGEST_OFFICE
        and tokens[seat].word in OFFICES
        and follows(source, seat)
    ):
        seat += 1
    if seat == len(tokens) or not follows(source, seat):
        return None
    if not (has_capital(source, seat) or tokens[seat].word == "setempat"):
        return None  # most that is said of BPJS Kesehatan ends here
    ranks = {token.word for token in tokens[index:seat]}
    is_seated, is_health = not ranks.isdisjoint(SEATED), "bpjs" in ranks
    end = _seat_end(source, seat, anywhere=is_seated and (is_health or "kedeputian" in ranks))
    if end is None or not (is_seated or is_health):
        return None
    words = source.text[tokens[seat].start : tokens[end - 1].end]
    span = tokens[index].start, tokens[end - 1].end
    if tokens[seat].word == "setempat" or ranks == {"cabang"}:
        name = source.text[slice(*span)]
    else:
        rank = "Cabang" if ranks.isdisjoint(REGIONAL) else "Wilayah"
        name = f"BPJS Kesehatan {rank} {_titled(words)}"
    return Named(*span, (area(name),), "area"), end


def _seat_end(source: TokenizedText, seat: int, *, anywhere: bool) -> int | None:
    """The index behind the name of a seat; `anywhere`, of one that the gazetteer need not have."""
    word = source.tokens[seat].word
    if anywhere and word == "setempat":
        return seat + 1
    if not is_capitalised(source, seat):
        return None
    if anywhere and word in NAME_PARTS and seat + 1 < len(source.tokens):
        seat += 1
        word = source.tokens[seat].word
    if found := match_name(source, seat):
        name, end = found
        return end if name.regions and not name.is_nickname else None
    is_name = anywhere and is_capitalised(source, seat) and word not in _ENDS_NAME
    return seat + 1 if is_name else None


def _titled(words: str) -> str:
    """A name in capitals as others write it, but for an abbreviation and a number."""
    return words.title() if words.isupper() and len(words) > _LONGEST_ABBREVIATION else words


def match_settlements(source: TokenizedText, index: int) -> tuple[list[Named], int] | None:
    """A village, a district or an island, from its first word: "Desa Sukamaju", "Pulau Jawa".

    With it all those of its list: "Kecamatan Kaliwungu 93 persen, Undaan 94 persen, dan Mejobo".

    Returns:
        The areas, and the index behind the last word.
    """
    found = _settlement(source, index)
    if found is None:
        return None
    (first, behind), head = found, source.tokens[index]
    named = [first]
    if head.word not in _ISLANDS:
        word = source.text[head.start : head.end]
        for start, end in _listed(source.text, first.end):
            named.append(Named(start, end, (area(f"{word} {source.text[start:end]}"),), "area"))
        behind = bisect_left(source.tokens, named[-1].end, lo=behind, key=lambda token: token.start)
    return named, behind


def _listed(text: str, place: int) -> Iterator[tuple[int, int]]:
    """The names of a list that goes on behind `place`, each before its number."""
    while (number := _NUMBER.match(text, place)) and (found := _NEXT.match(text, number.end())):
        if found["first"].lower() in _NO_ITEMS:
            return
        yield found.span("name")
        place = found.end("name")


def _settlement(source: TokenizedText, index: int) -> tuple[Named, int] | None:
    tokens = source.tokens
    place = index + 1
    if not is_capitalised(source, place) or tokens[place].word in AREA_NOT_NAMES | _ENDS_NAME:
        return None
    known = match_name(source, place)
    if known and tokens[index].word == "pulau" and _is_province(known[0]):
        return None  # Pulau Bali is the province
    end = known[1] if known else place + 1
    is_headline = source.text[tokens[index].start : tokens[place].end].isupper()
    while (
        not is_headline
        and end - place < _LONGEST_SETTLEMENT
        and is_capitalised(source, end)
        and tokens[end].word not in _ENDS_NAME
    ):
        end += 1
    span = tokens[index].start, tokens[end - 1].end
    return Named(*span, (area(source.text[slice(*span)]),), "area"), end


def _is_province(name: Name) -> bool:
    return any(region.level == "province" for region in name.regions)


def widened(source: TokenizedText, index: int) -> int:
    """The index behind a word that makes another area of the name before `index`.

    "Malang Raya" is more than Malang, "Bandung Selatan" a part of Bandung. It is `index` where
    there is no such word.
    """
    tokens = source.tokens
    if index == len(tokens) or tokens[index].word not in _WIDENING:
        return index
    if not is_capitalised(source, index):
        return index
    words = (tokens[index].word,)
    if is_capitalised(source, index + 1) and (*words, tokens[index + 1].word) in WIDENED:
        return index + 2
    return index + 1 if words in WIDENED else index
