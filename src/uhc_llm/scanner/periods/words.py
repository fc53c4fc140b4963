"""The words that say when; the table is `data/periods.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final, Literal, TypeVar

from uhc_llm.scanner.quantities.words import NUMBER_WORDS, SCALES, UNIT_OF_NOUN
from uhc_llm.schemas import PartOfPeriod

__all__ = [
    "ATTACHED",
    "BETWEEN_DAY_AND_MONTH",
    "CONNECTORS",
    "COUNTED_STEPS",
    "COUNT_BEFORE",
    "COUNT_BEHIND",
    "COVERAGE_WORDS",
    "DASHES",
    "DAYS",
    "DAYTIMES",
    "DAY_RANGE_BEFORE",
    "DAY_WORDS",
    "DEGREES",
    "DISTANT_YEARS",
    "ENGLISH_DAY_BEFORE",
    "ENGLISH_MONTHS",
    "ENGLISH_ORDINALS",
    "ENGLISH_STEPS",
    "ENGLISH_STEPS_BEHIND",
    "ENGLISH_TIME_BEFORE",
    "ENGLISH_UNITS",
    "ENGLISH_WEEKDAYS",
    "FISCAL_YEARS",
    "FOOTER",
    "FRACTIONS",
    "FUTURE",
    "LAST_OF_YEAR",
    "MONTH_UNITS",
    "NOT_DATE_BEFORE",
    "NOT_MONTH_BEFORE",
    "NOW",
    "NOW_BEFORE",
    "ORDINALS",
    "ORDINAL_ENDINGS",
    "OTHER_MATTERS",
    "PARTS",
    "PAST",
    "PROVIDED",
    "PUBLISHED",
    "RECURRING",
    "ROMAN_MONTHS",
    "SCHOOL_YEAR",
    "SHORT_YEARS",
    "SINGLE_UNITS",
    "SMALL_COUNTS",
    "STEPS",
    "TIME_BEFORE",
    "TIME_ZONES",
    "UNITS",
    "UP_TO",
    "VAGUE_COUNTS",
    "WHICH",
    "YEARS",
    "YEAR_UNITS",
    "YEAR_WORDS",
    "Fraction",
    "Phrases",
    "Unit",
    "Which",
]

T = TypeVar("T")


class Phrases(dict[str, T]):
    """What phrases of one word or several mean, and how the longer ones begin."""

    def __init__(self, meanings: Mapping[str, T]) -> None:
        super().__init__(meanings)
        words = [phrase.split() for phrase in meanings]
        self.beginnings = frozenset(" ".join(p[:n]) for p in words for n in range(1, len(p)))


Unit = Literal["year", "month", "week", "day"]
Fraction = Literal["S", "Q"]
Which = Literal["this", "past", "future"]

_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data", "periods.toml").read_text(encoding="utf-8")
)
_WORDS: Final[dict[str, list[str]]] = _TABLE["words"]

YEARS: Final = {str(year): year for year in range(1900, 2100)}
# Four digits that count more often than they name a year: "2000 paket".
DISTANT_YEARS: Final = frozenset(y for y in YEARS if not "1945" <= y <= "2045" or y == "2000")
SHORT_YEARS: Final = frozenset(f"{year:02}" for year in range(100))
DAYS: Final = {f"{day:0{width}}": day for day in range(1, 32) for width in (1, 2)}

DASHES: Final = frozenset("-–—")

ENGLISH_MONTHS: Final[dict[str, int]] = _TABLE["english_months"]
ROMAN_MONTHS: Final[dict[str, int]] = _TABLE["roman_months"]
PARTS: Final[dict[str, PartOfPeriod]] = _TABLE["parts"]
FRACTIONS: Final[dict[str, Fraction]] = _TABLE["fractions"]
ORDINALS: Final[dict[str, int]] = _TABLE["ordinals"] | {str(n): n for n in range(1, 5)}
UNITS: Final[dict[str, Unit]] = _TABLE["units"]
MONTH_UNITS: Final = frozenset(word for word, unit in UNITS.items() if unit == "month")
YEAR_UNITS: Final = frozenset(word for word, unit in UNITS.items() if unit == "year")
SINGLE_UNITS: Final[dict[str, Unit]] = _TABLE["single_units"]


def _steps(name: str) -> Phrases[tuple[int, bool]]:
    """How far, and whether from what the text said last, for each phrase."""
    plain, said = _TABLE[name], _TABLE[f"{name}_from_said"]
    return Phrases({w: (n, w in said) for w, n in (plain | said).items()})


STEPS: Final = _steps("steps")
ENGLISH_UNITS: Final[dict[str, Unit]] = _TABLE["english_units"]
ENGLISH_STEPS_BEHIND: Final[dict[str, bool]] = _TABLE["english_steps_behind"]
ENGLISH_STEPS: Final[dict[str, int]] = _TABLE["english_steps"]
COUNTED_STEPS: Final = _steps("counted_steps")
WHICH: Final[Phrases[Which]] = Phrases(_TABLE["which"])
NOW: Final = frozenset[str](_TABLE["now"]["phrases"])
NOW_BEFORE: Final = frozenset[str](_TABLE["now"]["before"])
DAY_WORDS: Final[dict[str, int]] = _TABLE["days"]
SMALL_COUNTS: Final = {word: n for word, n in NUMBER_WORDS.items() if 1 < n <= 10}  # noqa: PLR2004

DAYTIMES: Final = frozenset(_WORDS["daytimes"])
TIME_BEFORE: Final = frozenset(_WORDS["time_before"])
ENGLISH_DAY_BEFORE: Final = frozenset(_WORDS["english_day_before"])
ENGLISH_WEEKDAYS: Final = frozenset(_WORDS["english_weekdays"])
ENGLISH_TIME_BEFORE: Final = frozenset(_WORDS["english_time_before"])
CONNECTORS: Final = Phrases(dict.fromkeys(_WORDS["connectors"], ""))
DAY_RANGE_BEFORE: Final = frozenset(_WORDS["day_range_before"])
COUNT_BEFORE: Final = frozenset(_WORDS["count_before"])
COUNT_BEHIND: Final = frozenset(
    {*_WORDS["count_behind"], *SCALES, *(n for n, unit in UNIT_OF_NOUN.items() if unit == "people")}
) - frozenset(_WORDS["not_count_behind"])
SCHOOL_YEAR: Final = frozenset(_WORDS["school_year"])
RECURRING: Final = frozenset(_WORDS["recurring"])
VAGUE_COUNTS: Final = frozenset(_WORDS["vague_counts"])
FUTURE: Final = frozenset(_WORDS["future"])
PAST: Final = frozenset(_WORDS["past"])
PROVIDED: Final = frozenset(_WORDS["provided"])
UP_TO: Final = frozenset(_WORDS["up_to"])
PUBLISHED: Final = frozenset(_WORDS["published"])
FOOTER: Final = tuple(_WORDS["footer"])
YEAR_WORDS: Final = frozenset(_WORDS["year_words"])
FISCAL_YEARS: Final = frozenset(_WORDS["fiscal_years"])
ATTACHED: Final = frozenset(_WORDS["attached"])
LAST_OF_YEAR: Final = frozenset(_WORDS["last_of_year"])
BETWEEN_DAY_AND_MONTH: Final = frozenset(_WORDS["between_day_and_month"])
ENGLISH_ORDINALS: Final[dict[str, int]] = _TABLE["english_ordinals"]
ORDINAL_ENDINGS: Final = frozenset(_WORDS["english_ordinal_endings"])
NOT_DATE_BEFORE: Final = frozenset(_WORDS["not_date_before"])
NOT_MONTH_BEFORE: Final = frozenset(_WORDS["not_month_before"])
TIME_ZONES: Final = frozenset(_WORDS["time_zones"])
OTHER_MATTERS: Final = frozenset(_WORDS["other_matters"])
COVERAGE_WORDS: Final = frozenset(_WORDS["coverage_words"])
DEGREES: Final = frozenset(_WORDS["degrees"])
