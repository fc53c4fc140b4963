"""A day that stands alone, as in a column: "14 Mei 2024", "Selasa, 14/05/2024 10:22 WIB"."""

from datetime import date
from typing import Final

from uhc_llm.scanner.periods import find_periods
from uhc_llm.scanner.tokens import tokenize

__all__ = ["read_day"]

_LONGEST: Final = 100
_DAY: Final = len("2024-05-14")


def read_day(said: str) -> date | None:
    """The one day that is said; day before month, as texts here have it.

    >>> read_day("Selasa, 14/05/2024 10:22 WIB")
    datetime.date(2024, 5, 14)

    Args:
        said: a few words.

    Returns:
        None when no day is said, or several, or one that was no such weekday.
    """
    periods = find_periods(tokenize(said[:_LONGEST]))[0] if len(said) <= _LONGEST else ()
    days = {period.iso for period in periods if len(period.iso) == _DAY}
    is_wrong = any(period.weekday_agrees is False for period in periods)
    return date.fromisoformat(days.pop()) if len(days) == 1 and not is_wrong else None
