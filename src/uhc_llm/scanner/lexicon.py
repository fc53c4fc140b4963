"""The words that give a number its size, unit, hedge and time, read from `data/lexicon.toml`."""

import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from importlib.resources import files
from typing import Final, get_args

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
_TABLES: Final = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data/lexicon.toml").read_text(encoding="utf-8")
)

SCALES: Final[dict[str, Decimal]] = {w: Decimal(n) for w, n in _TABLES["scales"].items()}
CURRENCY_SCALES: Final[dict[str, Decimal]] = {
    w: Decimal(n) for w, n in _TABLES["currency_scales"].items()
}
NUMBER_WORDS: Final[dict[str, int]] = _TABLES["number_words"]
UNIT_OF_NOUN: Final[dict[str, Unit]] = {
    noun: unit for unit in get_args(Unit) for noun in _TABLES["units"].get(unit, ())
}
QUALIFIERS_BEFORE: Final[dict[str, Qualifier]] = {
    cue: qualifier
    for qualifier in get_args(Qualifier)
    for cue in _TABLES["qualifiers_before"].get(qualifier, ())
}
FILLERS: Final[tuple[str, ...]] = tuple(_TABLES["qualifiers_before"]["fillers"])
QUALIFIERS_AFTER: Final[dict[str, Qualifier]] = {
    cue: qualifier
    for qualifier in get_args(Qualifier)
    for cue in _TABLES["qualifiers_after"].get(qualifier, ())
}
MONTHS: Final[dict[str, int]] = _TABLES["months"]
WEEKDAYS: Final[dict[str, int]] = _TABLES["weekdays"]
LEVEL_BEFORE: Final[dict[str, Level]] = {
    cue: level for level in get_args(Level) for cue in _TABLES["level_before"].get(level, ())
}
LEVEL_HINTS: Final[dict[Level, tuple[str, ...]]] = {
    level: tuple(cues) for level, cues in _TABLES["level_hints"].items()
}
ORDINARY_NAMES: Final = frozenset[str](_TABLES["ordinary"]["names"])
OTHER_ABBREVIATIONS: Final = frozenset[str](_TABLES["ordinary"]["abbreviations"])


def alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of `words`, the longest first; a space is any white space."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)


def plain(words: str) -> str:
    """Words of a text as the tables have them: in lower case, with one space between.

    A pattern that ignores case takes İ and ı for i, and ſ for s; so do the tables then.
    """
    return " ".join(words.translate(_SAME_LETTER).lower().split())
