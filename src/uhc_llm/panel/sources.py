"""Who says a figure, what it is a share of, and whether it replaces another: by words beside it."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Literal

from uhc_llm.panel.observations import Observation
from uhc_llm.panel.periods import day_of, first_day, last_day
from uhc_llm.scanner.calendar import MONTHS

__all__ = [
    "Denominator",
    "day_said",
    "denominator_of",
    "is_denied",
    "is_former",
    "is_revision",
    "is_revision_in",
    "is_usual",
    "rank_of",
    "register_of",
]

Denominator = Literal["members", "population", "unknown"]
"""What a share is of."""

# "BPS" is no "BPJS", and "bukan" no word within another.
_PLAIN: Final = r"(?<!\w)(?:{})(?!\w)"
_RANKS: Final = {"keepers": 3, "offices": 2, "remarks": 0}
_NOBODY: Final = 1
_MIDDLE: Final = 15
_A_MONTH: Final = re.compile(r"\d{4}-\d\d")
# So far before a number the words stand that say that it replaces another.
_NEAR: Final = 200
_RIGHT_BEFORE: Final = 40
# "bukan 275.974 jiwa atau 95,24 persen" denies both.
_BEFORE: Final = r"(?<!\w)(?:{})[\s\"'“‘(]*(?:\d[\d.,]*(?:\s+\w+)?\s*(?:\(|,?\s*atau)\s*)?$"


_OF_MONTH: Final = rf"(?<!\w)(?:{{}})\s+(?:bulan|{'|'.join(MONTHS)})(?!\w)"
_FORMS: Final = {"denials": _BEFORE, **dict.fromkeys(("beginning", "middle", "end"), _OF_MONTH)}


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    text = files("uhc_llm.panel").joinpath("data/sources.toml").read_text("utf-8")
    return {
        name: re.compile(_FORMS.get(name, _PLAIN).format("|".join(map(re.escape, table["words"]))))
        for name, table in tomllib.loads(text).items()
    }


@lru_cache(maxsize=4096)
def _says(name: str, words: str) -> bool:
    return _patterns()[name].search(words.casefold()) is not None


@lru_cache(maxsize=4096)
def _last(name: str, words: str) -> int:
    """Where such words stand last; -1 where they do not."""
    return max(
        (found.start() for found in _patterns()[name].finditer(words.casefold())), default=-1
    )


def rank_of(seen: Observation) -> int:
    """How much the one counts who says it: 3 keeps the records, 0 remarks or samples.

    It is whoever is named in its sentence, else whoever was named last before.
    """
    for words in (seen.sentence, seen.before):
        found = {rank: _last(name, words) for name, rank in _RANKS.items()}
        if max(found.values()) >= 0:
            return max(found, key=lambda rank: found[rank])
    return _NOBODY


def is_denied(seen: Observation) -> bool:
    """Whether the words beside say that the figure is wrong: "bukan 61.200, melainkan 60.475"."""
    behind, before = seen.own_words
    return _says("denials", before[-_RIGHT_BEFORE:]) or _says("mistakes", behind)


def is_former(seen: Observation) -> bool:
    """Whether it is denied, or said to have been said before: "semula disebut 61.200"."""
    return is_denied(seen) or _says("formerly", seen.own_words[1][-_RIGHT_BEFORE:])


def is_revision(seen: Observation) -> bool:
    """Whether the words before say that a figure said before is replaced."""
    paragraph = seen.before.rpartition("\n")[2]
    return is_revision_in(paragraph[-_NEAR:]) or is_revision_in(seen.sentence)


def is_revision_in(words: str) -> bool:
    """Whether some words say that a figure is replaced."""
    return _says("revisions", words)


def day_said(seen: Observation) -> date | None:
    """The day that the text says a figure is of: "akhir Maret" is the last one of the month."""
    if not seen.is_own_date:
        return None
    if _A_MONTH.fullmatch(seen.period) is None:
        return day_of(seen.period)
    for words in seen.own_words:
        said = {name: _last(name, words) for name in ("beginning", "middle", "end")}
        if max(said.values()) >= 0:
            first, last = first_day(seen.period), last_day(seen.period)
            days = {"beginning": first, "middle": first.replace(day=_MIDDLE), "end": last}
            return days[max(said, key=lambda name: said[name])]
    return None


def denominator_of(seen: Observation) -> Denominator | None:
    """What a share is of; None for what is no share."""
    if seen.metric in ("coverage_rate", "uninsured_rate"):
        return "population"
    if seen.metric != "active_rate":
        return None
    for words in seen.own_words:
        if _says("population", words):
            return "population"
        if _says("members", words):
            return "members"
    return "unknown"


def register_of(seen: Observation) -> str | None:
    """Whose count of the population is meant; None where no words say so."""
    for words in seen.own_words:
        for name in ("civil_registry", "statistics_office"):
            if _says(name, words):
                return name
    return None


def is_usual(seen: Observation) -> bool:
    """Whether a share or a population is the usual one: of members, by the civil registry."""
    if seen.metric == "active_rate" and denominator_of(seen) == "population":
        return False
    return register_of(seen) != "statistics_office"
