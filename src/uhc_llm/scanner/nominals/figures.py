"""Numbers that time or measure a person or a match: clock times, ages, scores, decades, hijri."""

import re
from collections.abc import Iterator
from typing import Final

from uhc_llm.scanner.nominals.nominal import (
    Finder,
    Nominal,
    Reader,
    any_of,
    counts,
    follows_number,
    nominal,
)
from uhc_llm.scanner.nominals.words import AGES, DECADES, SCORES, TIMES
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["FINDERS", "READERS"]

_TO: Final = r"\s?(?:[-–]|sampai|hingga|s\.d\.|s/d)\s?"
_CLOCK: Final = r"\d{1,2}(?:[.:]\d\d(?!\d))?"
_ZONE: Final = rf"(?:\s?{any_of(TIMES['zones'])}\b)?"
_TIMED: Final = re.compile(
    rf"\.?\s{{1,2}}(?P<clock>{_CLOCK}{_ZONE}(?:{_TO}{_CLOCK}{_ZONE})?)(?!\w)"
)
_BEFORE_ZONE: Final = re.compile(rf"(?<![\w.,])(?:\d{{1,2}}[.:]\d\d{_TO})?\d{{1,2}}[.:]\d\d\s?\Z")
_ZONE_REACH: Final = 24
# "24 jam", "2x24 jam": all day long.
_ALL_DAY: Final = re.compile(r"(?<![\w.,])(?:\d\s?[x×]\s?)?24\s?\Z")
_ALL_DAY_REACH: Final = 10
_AGED: Final = re.compile(
    rf"""
    \s{{1,2}}(?:{any_of(AGES["between"])}\s{{1,2}}){{0,2}}
    \d{{1,3}}(?:,5)?(?:(?:{_TO}|\sdan\s)\d{{1,3}})?(?!\w)
    (?P<unit>\s{{1,2}}{any_of(AGES["units"])}\b(?:\ske\s(?:atas|bawah)\b)?)?
    """,
    re.VERBOSE,
)
_FOLLOWER: Final = rf",?\s{any_of(AGES['followers'])}\b"
# Each begins with a plain character, which a search finds fast.
_IN_BRACKETS: Final = re.compile(
    rf"\((?P<age>\d{{1,3}}\s?(?:tahun|thn|th)(?=\))|\d\d(?=\){_FOLLOWER}))"
)
_IN_COMMAS: Final = re.compile(rf",\s(?P<age>\d\d(?:\s(?:tahun|thn|th))?(?=,{_FOLLOWER[2:]}))")
_SCORED: Final = re.compile(
    r"(?:\s[^\W\d_]{1,15}){0,4}?\s(?P<score>\d{1,2}\s?[-–]\s?\d{1,2})(?![\w/-])"
)
_HIJRI: Final = re.compile(r"(?<![\w.,])1[345]\d\d\s?\Z")
_DECADE: Final = re.compile(r"\s(?P<decade>(?:(?:19|20)?\d0)-?an)\b")


def _time(source: TokenizedText, index: int) -> Nominal | None:
    """A clock time: "pukul 08.00-16.00 WIB", "jam 8"; also "24 jam"."""
    token = source.tokens[index]
    before = _ALL_DAY.search(source.folded, max(0, token.start - _ALL_DAY_REACH), token.start)
    if before and token.word == "jam":
        return nominal(source.text, before.start(), token.end, "time")
    if follows_number(source, index):
        return None  # "dalam 2 jam 20 warga"
    match = _TIMED.match(source.folded, token.end)
    if match is None:
        return None
    is_precise = not match["clock"].isdecimal()
    if counts(source.folded, match.end(), nouns=not is_precise):
        return None
    return nominal(source.text, token.start, match.end(), "time")


def _zoned(source: TokenizedText, index: int) -> Nominal | None:
    token = source.tokens[index]
    left = max(0, token.start - _ZONE_REACH)
    match = _BEFORE_ZONE.search(source.folded, left, token.start)
    return nominal(source.text, match.start(), token.end, "time") if match else None


def _age(source: TokenizedText, index: int) -> Nominal | None:
    token = source.tokens[index]
    match = _AGED.match(source.folded, token.end)
    if match is None or counts(source.folded, match.end(), nouns=not match["unit"]):
        return None
    return nominal(source.text, token.start, match.end(), "age")


def _ages_in_brackets(source: TokenizedText) -> Iterator[Nominal | None]:
    """Ages behind a name: "Siti (34), warga Pati"."""
    for match in _IN_BRACKETS.finditer(source.folded):
        yield nominal(source.text, *match.span("age"), "age")


def _ages_in_commas(source: TokenizedText) -> Iterator[Nominal | None]:
    """The same without brackets: "Siti, 34, warga Pati"."""
    for match in _IN_COMMAS.finditer(source.folded):
        yield nominal(source.text, *match.span("age"), "age")


def _score(source: TokenizedText, index: int) -> Nominal | None:
    match = _SCORED.match(source.folded, source.tokens[index].end)
    if match is None or counts(source.folded, match.end()):
        return None
    return nominal(source.text, *match.span("score"), "score")


def _decade(source: TokenizedText, index: int) -> Nominal | None:
    match = _DECADE.match(source.folded, source.tokens[index].end)
    return nominal(source.text, *match.span("decade"), "year") if match else None


def _hijri(source: TokenizedText, index: int) -> Nominal | None:
    """A year of the Islamic calendar: "1445 H"; it has no ISO form."""
    token = source.tokens[index]
    before = _HIJRI.search(source.folded, max(0, token.start - _ALL_DAY_REACH), token.start)
    if before is None or source.folded[token.end : token.end + 1] == "-":
        return None
    return nominal(source.text, before.start(), token.end, "year")


READERS: Final[dict[str, Reader]] = {
    **dict.fromkeys(DECADES["words"], _decade),
    **dict.fromkeys(DECADES["hijri"], _hijri),
    **dict.fromkeys(SCORES["words"], _score),
    **dict.fromkeys(AGES["words"], _age),
    **dict.fromkeys(TIMES["words"], _time),
    **dict.fromkeys(TIMES["zones"], _zoned),
}
"""Who reads a figure beside a word."""
FINDERS: Final[tuple[tuple[str, Finder], ...]] = (("(", _ages_in_brackets), (", ", _ages_in_commas))
"""Who finds what no word tells, and what stands in every text in which there is such."""
