"""The words that tell what a region's name means; the table is `data/regions.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, NamedTuple, get_args

from uhc_llm.schemas import Level

__all__ = [
    "AREA_NOT_NAMES",
    "CUES",
    "LEVEL_BEHIND",
    "LEVEL_HINTS",
    "NAME_PARTS",
    "NATION_CUES",
    "NATION_NOT_AFTER",
    "NATION_NOT_BEFORE",
    "NATION_PHRASES",
    "NATION_WORDS",
    "NEEDS_LEVEL",
    "NOT_AFTER",
    "NOT_IN_AREA_NAMES",
    "OFFICES",
    "OFFICE_HEADS",
    "ORDINARY",
    "OTHER_NAMES",
    "PLACE_BEFORE",
    "POINTER_ADJECTIVES",
    "POINTER_ENDINGS",
    "POINTER_GOVERNMENTS",
    "POINTER_NOT_AFTER",
    "POINTER_NOUNS",
    "POINTER_WHOLES",
    "REGIONAL",
    "SEATED",
    "SELDOM_ELSE",
    "SETTLEMENTS",
    "TITLES",
    "WIDENED",
    "LevelCue",
]


class LevelCue(NamedTuple):
    """Words in front of a name that say which of several regions it is, such as Pemkot.

    Attributes:
        before: the words before the last one, in order ("pemerintah" of "pemerintah kota").
        level: the level that they say.
        in_name: whether the last word is part of the name ("Kota Semarang").
    """

    before: tuple[str, ...]
    level: Level
    in_name: bool


_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data", "regions.toml").read_text(encoding="utf-8")
)


def _cues() -> Mapping[str, tuple[LevelCue, ...]]:
    cues: dict[str, list[LevelCue]] = {}
    before = _TABLE["level_before"]
    for level in get_args(Level):
        for phrase in before.get(level, ()):
            *words, last = phrase.split()
            cue = LevelCue(tuple(words), level, in_name=phrase in before["name_parts"])
            cues.setdefault(last, []).append(cue)
    return MappingProxyType(
        {last: tuple(sorted(few, key=lambda cue: -len(cue.before))) for last, few in cues.items()}
    )


def _words(section: str, key: str) -> frozenset[str]:
    return frozenset(_TABLE[section][key])


CUES: Final = _cues()
"""What may stand in front of a name, by its last word; the longest first."""
NAME_PARTS: Final = frozenset(phrase.split()[-1] for phrase in _TABLE["level_before"]["name_parts"])
TITLES: Final = _words("level_before", "titles")
LEVEL_BEHIND: Final[Mapping[str, Level]] = MappingProxyType(
    {word: level for level in get_args(Level) for word in _TABLE["level_behind"].get(level, ())}
)
LEVEL_HINTS: Final[Mapping[Level, tuple[str, ...]]] = MappingProxyType(
    {level: tuple(cues) for level, cues in _TABLE["level_hints"].items()}
)
ORDINARY: Final = _words("ordinary", "names")
SELDOM_ELSE: Final = _words("ordinary", "seldom")
NEEDS_LEVEL: Final = _words("ordinary", "abbreviations")
PLACE_BEFORE: Final = _words("ordinary", "place_before")
OTHER_NAMES: Final[tuple[str, ...]] = tuple(_TABLE["ordinary"]["others"])
NOT_AFTER: Final = _words("ordinary", "not_after")
SETTLEMENTS: Final = _words("areas", "settlements")
AREA_NOT_NAMES: Final = _words("areas", "not_names")
NOT_IN_AREA_NAMES: Final = _words("areas", "not_in_names")
WIDENED: Final = frozenset(tuple(words.split()) for words in _TABLE["areas"]["widened"])
OFFICES: Final = _words("areas", "offices")
OFFICE_HEADS: Final = _words("areas", "office_heads")
SEATED: Final = _words("areas", "seated")
REGIONAL: Final = _words("areas", "regional")
NATION_WORDS: Final = _words("nation", "words")
NATION_NOT_AFTER: Final = _words("nation", "not_after")
NATION_NOT_BEFORE: Final = _words("nation", "not_before")
NATION_CUES: Final = _words("nation", "cues")
NATION_PHRASES: Final = tuple(tuple(phrase.split()) for phrase in _TABLE["nation"]["phrases"])
POINTER_NOUNS: Final[Mapping[str, Level | None]] = MappingProxyType(
    dict.fromkeys(_TABLE["pointers"]["any"])
    | {noun: level for level in get_args(Level) for noun in _TABLE["pointers"].get(level, ())}
)
"""The nouns that point back to a region, and its level; None for any."""
POINTER_GOVERNMENTS: Final = _words("pointers", "governments")
POINTER_ENDINGS: Final = _words("pointers", "endings")
POINTER_ADJECTIVES: Final = _words("pointers", "adjectives")
POINTER_NOT_AFTER: Final = _words("pointers", "not_after")
POINTER_WHOLES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {before: frozenset(nouns) for before, nouns in _TABLE["pointers"]["wholes"].items()}
)
