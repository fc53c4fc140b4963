"""So many years, months, weeks or days from the article's date, or from what was said last."""

from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final, Literal, NamedTuple

from uhc_llm.scanner.periods.wording import Step, Wording

__all__ = ["Context", "Resolved", "count_from"]

_MONTHS: Final = 12
_WEEK: Final = 7
_YEAR_DIGITS: Final = 4
_MONTH_DIGITS: Final = 7
# So many periods back is the one looked for that "bulan itu" points to.
_REACH: Final = 20


class Resolved(NamedTuple):
    """A wording and what it means."""

    wording: Wording
    iso: str
    source: Literal["text", "derived"]


class Context(NamedTuple):
    """What is known of an article where a wording stands.

    Attributes:
        folded: its text, in lower case.
        anchor: its date, if that is known.
        year: its year, if that is known.
        said: what the wordings before mean.
        dated: the wordings with a year that an article of an unknown date may be from.
        page_year: the year in the footer of the page.
    """

    folded: str
    anchor: date | None
    year: int | None
    said: list[Resolved]
    dated: tuple[Wording, ...] = ()
    page_year: int | None = None


def count_from(context: Context, wording: Wording, step: Step) -> str | None:
    """What a relative wording means; None when the article does not tell what it counts from."""
    if step.unit == "year":
        return _year_stepped(step, context)
    if step.unit == "month":
        return _month_stepped(step, context)
    if context.anchor is None:
        return None
    if step.unit == "day":
        return _iso(_later(context.anchor, step.number))
    if step.unit == "week":
        return _week_stepped(wording.weekday, step.number, context.anchor)
    if step.unit == "weekday":
        return _weekday_stepped(wording.weekday or 0, step.number, context.anchor)
    return _fraction_stepped(step, context.anchor)


def _week_stepped(weekday: int | None, number: int, anchor: date) -> str | None:
    """A day of a week, or the week itself.

    ISO has no week here, and a day would say too much: it is the month, if the week lies in one.
    """
    monday = _later(anchor, number * _WEEK - anchor.weekday())
    if monday is None or weekday is not None:
        return _iso(_later(monday, weekday or 0)) if monday else None
    sunday = _later(monday, _WEEK - 1)
    is_in_month = sunday is not None and sunday.month == monday.month
    return monday.isoformat()[:_MONTH_DIGITS] if is_in_month else None


def _weekday_stepped(weekday: int, number: int, anchor: date) -> str | None:
    """The weekday in this week, or the nearest of its name before or after the date."""
    days = (weekday - anchor.weekday()) % _WEEK
    if number < 0:
        days = -((anchor.weekday() - weekday) % _WEEK or _WEEK)
    elif number > 0:
        days = days or _WEEK
    else:
        days = weekday - anchor.weekday()
    return _iso(_later(anchor, days))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _later(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days)
    except OverflowError:
        return None


def _fraction_stepped(step: Step, anchor: date) -> str | None:
    per_year = 2 if step.unit == "S" else 4
    index = anchor.year * per_year + (anchor.month - 1) * per_year // _MONTHS + step.number
    year, number = divmod(index, per_year)
    return f"{year:04}-{step.unit}{number + 1}" if MINYEAR <= year <= MAXYEAR else None


def _year_stepped(step: Step, context: Context) -> str | None:
    base = context.year
    if step.is_from_said:
        said = _said_last(context, _YEAR_DIGITS)
        if said is None and step.number == 0:
            return None
        base = int(said[:_YEAR_DIGITS]) if said else base
    if base is None or not MINYEAR <= base + step.number <= MAXYEAR:
        return None
    return f"{base + step.number:04}"


def _month_stepped(step: Step, context: Context) -> str | None:
    base = context.anchor.isoformat() if context.anchor else None
    if step.is_from_said:
        said = _said_last(context, _MONTH_DIGITS)
        if said is None and step.number == 0:
            return None
        base = said or base
    if base is None:
        return None
    months = int(base[:4]) * _MONTHS + int(base[5:7]) - 1 + step.number
    year, month = divmod(months, _MONTHS)
    return f"{year:04}-{month + 1:02}" if MINYEAR <= year <= MAXYEAR else None


def _said_last(context: Context, digits: int) -> str | None:
    """The last period said that has a year, or a month; a day of the news only if nothing else."""
    recent = context.said[-_REACH:]
    usable = [r for r in recent if digits == _YEAR_DIGITS or r.iso[5:_MONTH_DIGITS].isdecimal()]
    spoken = [said for said in usable if said.wording.weekday is None] or usable
    return spoken[-1].iso if spoken else None
