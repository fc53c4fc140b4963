"""The words that give a number its size, unit, hedge, time and place; the tables are in `data/`."""

import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final, get_args

from uhc_llm.schemas import Level, Qualifier, Unit

__all__ = [
    "CURRENCY_SCALES",
    "FILLERS",
    "LEVEL_BEFORE",
    "LEVEL_HINTS",
    "MONTHS",
    "NUMBER_WORDS",
    "ORDINARY_NAMES",
    "OTHER_ABBREVIATIONS",
    "QUALIFIERS_AFTER",
    "QUALIFIERS_BEFORE",
    "SCALES",
    "UNIT_OF_NOUN",
    "WEEKDAYS",
    "alternatives",
    "plain",
]

_SAME_LETTER: Final = str.maketrans("İıſ", "iis")


def _table(name: str) -> dict[str, Any]:
    file = files("uhc_llm.scanner").joinpath("data", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


_NUMBERS: Final = _table("numbers")
_PERIODS: Final = _table("periods")
_REGIONS: Final = _table("regions")


SCALES: Final[dict[str, Decimal]] = {w: Decimal(n) for w, n in _NUMBERS["scales"].items()}
CURRENCY_SCALES: Final[dict[str, Decimal]] = {
    w: Decimal(n) for w, n in _NUMBERS["currency_scales"].items()
}
NUMBER_WORDS: Final[dict[str, int]] = _NUMBERS["number_words"]
UNIT_OF_NOUN: Final[dict[str, Unit]] = {
    noun: unit for unit in get_args(Unit) for noun in _NUMBERS["units"].get(unit, ())
}
QUALIFIERS_BEFORE: Final[dict[str, Qualifier]] = {
    cue: qualifier
    for qualifier in get_args(Qualifier)
    for cue in _NUMBERS["qualifiers_before"].get(qualifier, ())
}
FILLERS: Final[tuple[str, ...]] = tuple(_NUMBERS["qualifiers_before"]["fillers"])
QUALIFIERS_AFTER: Final[dict[str, Qualifier]] = {
    cue: qualifier
    for qualifier in get_args(Qualifier)
    for cue in _NUMBERS["qualifiers_after"].get(qualifier, ())
}
MONTHS: Final[dict[str, int]] = _PERIODS["months"]
WEEKDAYS: Final[dict[str, int]] = _PERIODS["weekdays"]
LEVEL_BEFORE: Final[dict[str, Level]] = {
    cue: level for level in get_args(Level) for cue in _REGIONS["level_before"].get(level, ())
}
LEVEL_HINTS: Final[dict[Level, tuple[str, ...]]] = {
    level: tuple(cues) for level, cues in _REGIONS["level_hints"].items()
}
ORDINARY_NAMES: Final = frozenset[str](_REGIONS["ordinary"]["names"])
OTHER_ABBREVIATIONS: Final = frozenset[str](_REGIONS["ordinary"]["abbreviations"])


def alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of `words`, the longest first; a space is any white space."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)


def plain(words: str) -> str:
    """Words of a text as the tables have them: in lower case, with one space between.

    A pattern that ignores case takes İ and ı for i, and ſ for s; so do the tables then.
    """
    return " ".join(words.translate(_SAME_LETTER).lower().split())
