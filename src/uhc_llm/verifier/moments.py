"""Times that are one: "Desember 2023", "akhir Desember 2023" and "31 Desember 2023"."""

from calendar import monthrange
from typing import Final

from uhc_llm.schemas import PartOfPeriod
from uhc_llm.verifier.claims import Claim

__all__ = ["are_one_time"]

_YEAR_DIGITS: Final = 4
_LAST_MONTH: Final = {"S1": 6, "S2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}
_MONTH_DIGITS: Final = 7


def are_one_time(one: Claim, other: Claim) -> bool:
    """Whether two facts are said of one time, so that their values can be compared.

    A figure of a month, a quarter or a half of a year is that of its last day, where the text does
    not speak of its beginning or its middle; one of a year only where it speaks of its end.
    """
    mine, theirs = _iso(one), _iso(other)
    if mine is None or theirs is None:
        return mine is theirs
    if mine == theirs:
        return one.part is None or other.part is None or one.part == other.part
    end = _last_day(mine, one.part)
    return end is not None and end == _last_day(theirs, other.part)


def _iso(claim: Claim) -> str | None:
    return claim.fact.period.iso if claim.fact.period else None


def _last_day(iso: str, part: PartOfPeriod | None) -> str | None:
    """The day that a figure of a period is of; None where that is not known."""
    if part in ("early", "middle") or (len(iso) == _YEAR_DIGITS and part is None):
        return None
    if len(iso) == _YEAR_DIGITS:
        return f"{iso}-12-31"
    if len(iso) > _MONTH_DIGITS:
        return iso
    year, unit = iso[:_YEAR_DIGITS], iso[_YEAR_DIGITS + 1 :]
    month = _LAST_MONTH.get(unit) or int(unit)
    return f"{year}-{month:02}-{monthrange(int(year), month)[1]}"
