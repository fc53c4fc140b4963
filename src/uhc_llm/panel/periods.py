"""The time of a cell: the month of what is said, a year where no month is, or coarser by choice."""

from datetime import date
from typing import Final, Literal, get_args

from uhc_llm.errors import ConfigurationError
from uhc_llm.language import _
from uhc_llm.schemas import days_of

__all__ = [
    "By",
    "cell_time",
    "check_by",
    "day_of",
    "first_day",
    "in_calendar",
    "last_day",
    "precision_of",
]

By = Literal["day", "month", "year"]
"""How finely a panel tells time apart."""

# A semester and a quarter are told by their last month.
_MONTHS: Final = {"S1": "06", "S2": "12", "Q1": "03", "Q2": "06", "Q3": "09", "Q4": "12"}
_LENGTHS: Final[dict[By, int]] = {"day": 10, "month": 7, "year": 4}
_DAY: Final = 10


def check_by(by: str) -> None:
    """See whether a panel can be made by that.

    Raises:
        ConfigurationError: it cannot.
    """
    if by not in get_args(By):
        known = ", ".join(get_args(By))
        raise ConfigurationError(_("a panel is made by {known}, not by {by!r}", known=known, by=by))


def in_calendar(iso: str) -> str:
    """A period; of a day that no calendar has, as a model may say one, its month; else nothing.

    >>> in_calendar("2024-02-29"), in_calendar("2022-02-31"), in_calendar("0000")
    ('2024-02-29', '2022-02', '')
    """
    for said in (iso, iso[: _LENGTHS["month"]]):
        try:
            days_of(said)
        except ValueError:
            continue
        return said
    return ""


def cell_time(iso: str, by: By = "month") -> str:
    """The time of the cell that a period belongs to.

    >>> (
    ...     cell_time("2024-06-30"),
    ...     cell_time("2024-S1"),
    ...     cell_time("2024"),
    ...     cell_time("2024-06", "year"),
    ... )
    ('2024-06', '2024-06', '2024', '2024')
    """
    year, _, part = iso.partition("-")
    plain = f"{year}-{_MONTHS[part]}" if part in _MONTHS else iso
    return plain[: _LENGTHS[by]]


def day_of(iso: str) -> date | None:
    """The day that a period is; None for one that is longer."""
    return date.fromisoformat(iso) if len(iso) == _DAY else None


def precision_of(time: str) -> By:
    """How finely the time of a cell is told.

    >>> precision_of("2024"), precision_of("2024-06"), precision_of("2024-06-30")
    ('year', 'month', 'day')
    """
    return next(by for by, length in _LENGTHS.items() if length == len(time))


def first_day(time: str) -> date:
    """The first day of the time of a cell.

    >>> first_day("2024").isoformat(), first_day("2024-06").isoformat()
    ('2024-01-01', '2024-06-01')
    """
    return days_of(time)[0]


def last_day(iso: str) -> date:
    """The last day of a period."""
    return days_of(iso)[1]
