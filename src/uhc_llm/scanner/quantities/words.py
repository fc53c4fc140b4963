"""The words that give a number its size, unit and hedge; the table is `data/numbers.toml`."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final, NamedTuple, cast, get_args

from uhc_llm.scanner.quantities.phrases import Phrases, words_of
from uhc_llm.schemas import Qualifier, Unit

__all__ = [
    "ABBREVIATED_QUALIFIERS",
    "ATTACHED_SCALES",
    "BEHIND_DIGIT",
    "CHANGES",
    "CLIPPED",
    "COMPARES",
    "COUNTS",
    "CURRENCY_CODES",
    "CURRENCY_SCALES",
    "CURRENCY_SIGNS",
    "EITHER_SIGN",
    "EXPONENTS",
    "FILLERS",
    "FRACTIONS",
    "FRACTION_SIGNS",
    "HEADING_FILLERS",
    "HEADING_UNITS",
    "HEDGES_AFTER",
    "HEDGES_BEFORE",
    "MEANS",
    "MODIFIERS",
    "MONEY",
    "NEGATIONS",
    "NEGATIVE",
    "NOT_COUNTED",
    "NO_NOUN",
    "NUMBER_WORDS",
    "PART_WORDS",
    "PERCENT_WORDS",
    "POWERS",
    "QUALIFIERS_AFTER",
    "QUALIFIERS_BEFORE",
    "RANGE_CONNECTORS",
    "RATE",
    "RUPIAH",
    "SCALES",
    "SHARES",
    "SHARES_ALONE",
    "SHARES_BEFORE",
    "SHARES_BEHIND",
    "SIGN_PREFIXES",
    "SYMBOL_QUALIFIERS",
    "UNITS",
    "UNIT_OF_NOUN",
    "VAGUE_STEMS",
    "BehindDigit",
]


class BehindDigit(NamedTuple):
    """What a word behind a digit makes of it: "tiga belas" is 3 times 1, plus 10."""

    times: Decimal
    plus: Decimal


_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data", "numbers.toml").read_text(encoding="utf-8")
)


def _decimals(table: Mapping[str, str | int]) -> dict[str, Decimal]:
    return {word: Decimal(value) for word, value in table.items()}


def _by_value(table: Mapping[str, Any], values: tuple[str, ...]) -> dict[str, str]:
    """A table of lists, turned round: the value that each word stands under."""
    return {word: value for value in values for word in table.get(value, ())}


def _words(section: str, key: str) -> frozenset[str]:
    return frozenset(cast("list[str]", _TABLE[section][key]))


SCALES: Final = _decimals(_TABLE["scales"])
CURRENCY_SCALES: Final = _decimals(_TABLE["currency_scales"])
ATTACHED_SCALES: Final = _decimals(_TABLE["attached_scales"])
_ENGLISH: Final[dict[str, int]] = _TABLE["number_words_english"]
NUMBER_WORDS: Final[dict[str, int]] = _TABLE["number_words"] | _ENGLISH
VAGUE_STEMS: Final = frozenset(_TABLE["number_words"])
"""The number words that -an makes vague: "sepuluhan", but not "tenan"."""
CLIPPED: Final[dict[str, str]] = _TABLE["clipped"]
FRACTION_SIGNS: Final = _decimals(_TABLE["fraction_signs"])
FRACTIONS: Final = _decimals(_TABLE["fractions"]) | FRACTION_SIGNS
"""The words and the signs that are worth a part of one: "setengah", "½"."""
BEHIND_DIGIT: Final = {
    word: BehindDigit(Decimal(row["times"]), Decimal(row["plus"]))
    for word, row in _TABLE["behind_digit"].items()
}
EXPONENTS: Final = _words("powers", "exponents")
POWERS: Final = Phrases(dict.fromkeys(_TABLE["powers"]["words"], True))

NEGATIVE: Final = _words("signs", "negative")
EITHER_SIGN: Final = _words("signs", "either")
RUPIAH: Final = _words("currencies", "rupiah")
CURRENCY_CODES: Final = _words("currencies", "codes")
CURRENCY_SIGNS: Final = _words("currencies", "signs")
SIGN_PREFIXES: Final = _words("currencies", "sign_prefixes")

UNIT_OF_NOUN: Final = cast(
    "dict[str, Unit]",
    {
        " ".join(words_of(noun)): unit
        for noun, unit in _by_value(_TABLE["units"], get_args(Unit)).items()
    },
)
UNITS: Final = Phrases(UNIT_OF_NOUN)
PERCENT_WORDS: Final = tuple(noun for noun, unit in UNIT_OF_NOUN.items() if unit == "percent")
MODIFIERS: Final = Phrases(dict.fromkeys(_TABLE["between"]["modifiers"], True))
RATE: Final = _words("between", "rate")
MEANS: Final = _words("between", "means")
NOT_COUNTED: Final = _words("between", "not_counted")

QUALIFIERS_BEFORE: Final = cast(
    "dict[str, Qualifier]", _by_value(_TABLE["qualifiers_before"], get_args(Qualifier))
)
HEDGES_BEFORE: Final = Phrases(QUALIFIERS_BEFORE)
SYMBOL_QUALIFIERS: Final = dict(
    sorted(
        ((symbol, value) for symbol, value in QUALIFIERS_BEFORE.items() if not words_of(symbol)),
        key=lambda row: -len(row[0]),
    )
)
"""Hedges that are no words, such as ±; the longest first."""
ABBREVIATED_QUALIFIERS: Final = cast(
    "dict[str, Qualifier]", _TABLE["qualifiers_before"]["abbreviations"]
)
NEGATIONS: Final = Phrases(dict.fromkeys(_TABLE["qualifiers_before"]["negations"], True))
FILLERS: Final = Phrases(dict.fromkeys(_TABLE["qualifiers_before"]["fillers"], True))
QUALIFIERS_AFTER: Final = cast(
    "dict[str, Qualifier]", _by_value(_TABLE["qualifiers_after"], get_args(Qualifier))
)
HEDGES_AFTER: Final = Phrases(QUALIFIERS_AFTER)
COMPARES: Final = _words("qualifiers_after", "compares")

RANGE_CONNECTORS: Final = _words("ranges", "connectors")
CHANGES: Final = _words("ranges", "changes")

MONEY: Final = _words("inference", "money")
NO_NOUN: Final = _words("inference", "no_noun")
PART_WORDS: Final = _words("inference", "part_words")

COUNTS: Final = _words("headings", "counts")
SHARES: Final = _words("headings", "shares")
SHARES_ALONE: Final = _words("shares", "alone")
SHARES_BEFORE: Final = _words("shares", "before_noun")
SHARES_BEHIND: Final = _words("shares", "behind_number")
HEADING_FILLERS: Final = _words("headings", "fillers")
HEADING_UNITS: Final = cast(
    "dict[str, Unit]", _by_value(_TABLE["headings"]["units"], get_args(Unit))
)
"""What the head of a column without a unit usually counts, by its word."""
