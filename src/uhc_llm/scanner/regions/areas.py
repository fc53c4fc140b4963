"""Areas without a code of their own: offices of BPJS Kesehatan, villages, parts of regions."""

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
    NAME_PARTS,
    NOT_IN_AREA_NAMES,
    OFFICES,
    REGIONAL,
    SEATED,
    WIDENED,
)
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["match_office", "match_settlement", "widened"]

_LONGEST_OFFICE: Final = 8
_LONGEST_SETTLEMENT: Final = 2
_LONGEST_ABBREVIATION: Final = 4
_WIDENING: Final = frozenset(words[0] for words in WIDENED)
_ENDS_NAME: Final = NOT_IN_AREA_NAMES | WEEKDAYS.keys() | MONTHS.keys()


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


def match_settlement(source: TokenizedText, index: int) -> tuple[Named, int] | None:
    """A village, a district or an island, from its first word: "Desa Sukamaju", "Pulau Jawa".

    Returns:
        The area, and the index behind its last word.
    """
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
