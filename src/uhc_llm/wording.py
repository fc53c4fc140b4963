"""Numbers and facts in the words that people read, on a terminal as on a page.

All is in the language that is spoken (`language.speaking`), English if nobody says another.
"""

from decimal import Decimal
from typing import Final

from uhc_llm.language import _, grouped, term
from uhc_llm.schemas import METRICS, Fact, Qualifier, Region

__all__ = ["amount", "counted", "number", "region_name", "spoken"]

_QUALIFIER_SIGNS: Final[dict[Qualifier, str]] = {
    "exact": "",
    "about": "~",
    "at_least": "≥ ",
    "at_most": "≤ ",
}


def number(value: Decimal) -> str:
    """A number for a reader.

    >>> number(Decimal(1034331)), number(Decimal("84.33"))
    ('1,034,331', '84.33')
    """
    return grouped(int(value) if value == value.to_integral_value() else value)


def amount(fact: Fact) -> str:
    """The value of a fact with its unit and qualifier: 98.4%, ~Rp 17,500,000,000, ≥ 685,000."""
    value = number(fact.value)
    if fact.upper is not None:
        value = _("{low} to {high}", low=value, high=number(fact.upper))
    if fact.unit != METRICS[fact.metric].unit:
        value = f"{value} {spoken(fact.unit)}"
    elif fact.unit == "rupiah":  # the metric says what is counted
        value = _("Rp {value}", value=value)
    elif fact.unit == "percent":
        value = f"{value}%"
    return f"{_QUALIFIER_SIGNS[fact.qualifier]}{value}"


def counted(count: int, noun: str) -> str:
    """A number of things in words.

    >>> counted(1, "article"), counted(2000, "article")
    ('1 article', '2,000 articles')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def region_name(region: Region | None) -> str:
    """The official name of a region; a dash where there is none."""
    return region.name if region else "-"


def spoken(name: str) -> str:
    """A name of the vocabulary as words.

    >>> spoken("coverage_rate"), spoken("pbi_apbd")
    ('coverage rate', 'PBI APBD')
    """
    if (word := term(name)) != name:
        return word
    words = name.replace("_", " ")
    return words.upper() if name in _ABBREVIATIONS else words


_ABBREVIATIONS: Final = frozenset({"pbi_apbn", "pbi_apbd", "ppu", "pbpu", "bp"})
