"""Which period a wording means in an article of a certain date.

What a date leaves out is taken from its neighbour ("Oktober-November 2023"), from the text ("Pada
2022 ... hingga Oktober"), or from the article's date: a month or a day without its year is the
last one that was, unless something near it speaks of the time to come. Where nobody knows that
date, the latest year that the text names for what was stands for its year.
"""

import re
from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, date
from itertools import islice, pairwise
from typing import Final

from uhc_llm.scanner.periods.steps import Context, Resolved, count_from
from uhc_llm.scanner.periods.wording import Wording, iso_day
from uhc_llm.scanner.periods.words import FUTURE, PAST, PROVIDED, UP_TO

__all__ = ["resolve"]

# What stands between the ends of a range, or the items of a list, of months or days.
_CONNECTED: Final = re.compile(
    r"\s?(?:[-–—/]|,(?:\s(?:dan|serta))?|sampai(?:\sdengan)?|hingga|s\.?\s?/?d\.?|dan|serta|atau|ke)"
    r"\s?"
)
_LONGEST_CONNECTOR: Final = 16
# So many characters in front of a date and behind it may say that it is to come.
_FUTURE_BEFORE: Final = 70
_FUTURE_BEHIND: Final = 30
_CLAUSE_END: Final = re.compile(r"[.;\n](?!\d)")
# A date so many days ahead is near, and the year before far.
_NEAR: Final = 31
# So many periods back is the one looked for that "bulan itu" points to.
_REACH: Final = 20
_YEAR_DIGITS: Final = 4
_LONGEST_CLAUSE: Final = 140
_POINTERS: Final = frozenset({"itu", "tersebut"})
_POINTER_REACH: Final = 12
_OF_LAW: Final = re.compile(r"\d\s(?:tahun|thn|th\.?)\s\Z")
# So many years tell which is the article's.
_MOST_DATED: Final = 200


def resolve(
    folded: str, wordings: Sequence[Wording], anchor: date | None, year: int | None
) -> list[Resolved]:
    """Find out what each wording means, leaving out those that the text does not settle.

    Args:
        folded: the text, in lower case.
        wordings: what it says of time, in order.
        anchor: the article's date, if it is known.
        year: the article's year, if it is known.
    """
    context = Context(folded, anchor, year, [])
    if anchor is None:
        page = next((w.year for w in wordings if w.is_footer), None)
        context = context._replace(dated=_dated(folded, wordings), page_year=page)
    for wording in _share_years(folded, wordings):
        if wording.is_footer:
            continue
        if (iso := _written(wording)) is not None:
            context.said.append(Resolved(wording, iso, "text"))
        elif (iso := _derived(wording, context)) is not None:
            context.said.append(Resolved(wording, iso, "derived"))
    return context.said


def _written(wording: Wording) -> str | None:
    if wording.year is None:
        return None
    if wording.fraction:
        return f"{wording.year:04}-{wording.fraction}"
    if wording.month is None:
        return f"{wording.year:04}"
    if wording.day is None:
        return f"{wording.year:04}-{wording.month:02}"
    return iso_day(wording.year, wording.month, wording.day)


# --- a year said once ------------------------------------------------------------------------


def _share_years(folded: str, wordings: Sequence[Wording]) -> list[Wording]:
    """Give months and days the year that is said with a neighbour: "Oktober-November 2023"."""
    shared = list(wordings)
    for index in range(len(shared) - 2, -1, -1):
        one, two = shared[index : index + 2]
        if one.has_open_year and _are_connected(folded, one, two):
            shared[index] = _like(one, two, is_before=True)
    for index in range(1, len(shared)):
        one, two = shared[index - 1 : index + 1]
        if two.has_open_year and one.year is not None and _are_connected(folded, one, two):
            shared[index] = _like(two, one, is_before=False)
    return shared


def _are_connected(folded: str, one: Wording, two: Wording) -> bool:
    if two.start - one.end > _LONGEST_CONNECTOR or (one.month is None) != (two.month is None):
        return False
    return _CONNECTED.fullmatch(folded, one.end, two.start) is not None


def _like(open_one: Wording, other: Wording, *, is_before: bool) -> Wording:
    """`open_one` in the year of `other`, or in the one next to it: "Desember-Januari 2024"."""
    if open_one.which or open_one.years_on is not None:
        return open_one
    mine, others = (open_one.month or 0, open_one.day or 0), (other.month or 0, other.day or 0)
    across = (-1 if is_before and mine > others else 0) + (not is_before and mine < others)
    if open_one.day is None or other.day is None:
        across = across if mine[0] != others[0] else 0
    if other.year is not None:
        return open_one._replace(year=other.year + across)
    if other.years_on is not None:
        return open_one._replace(years_on=other.years_on + across)
    return open_one._replace(which=other.which)


# --- by the article's date -------------------------------------------------------------------


def _derived(wording: Wording, context: Context) -> str | None:
    if wording.step:
        return count_from(context, wording, wording.step)
    if context.year is None:
        return None
    year = _year_meant(wording, context)
    if year is None or not MINYEAR <= year <= MAXYEAR:
        return None
    return _written(wording._replace(year=year))


def _year_meant(wording: Wording, context: Context) -> int | None:
    """The year of a month, a day or a part of a year that stands without one."""
    year = context.year or MINYEAR
    if wording.years_on is not None:
        return year + wording.years_on
    if wording.which == "this":
        return year
    said = _year_of_weekday(wording, context) or _year_said(wording, context)
    if wording.which is None and said is not None:
        return said
    if context.anchor is None:
        is_future = wording.which == "future"
        return _year_to_come(wording, context) if is_future else _year_named(wording, context)
    begins, is_over = _first_day(wording), _is_over(wording, context.anchor)
    if wording.which == "past":
        return year if is_over else year - 1
    is_ahead = begins > (context.anchor.month, context.anchor.day)
    if wording.which == "future" or _is_to_come(wording, context):
        return year + 1 if is_over else year
    if not is_ahead:
        return year
    return year if _is_near(wording, context) else year - 1


def _year_of_weekday(wording: Wording, context: Context) -> int | None:
    """The article's year, where a day shortly before its date has the weekday said of it."""
    if context.anchor is None or wording.weekday is None or not wording.day or not wording.month:
        return None
    iso = iso_day(context.anchor.year, wording.month, wording.day)
    day = date.fromisoformat(iso) if iso else context.anchor
    is_near = 0 <= (context.anchor - day).days <= _NEAR
    return day.year if iso and is_near and day.weekday() == wording.weekday else None


def _dated(folded: str, wordings: Sequence[Wording]) -> tuple[Wording, ...]:
    """The wordings with a year in which an article may have been written, or shortly after.

    That is neither the year of a law ("Nomor 82 Tahun 2018") nor one of a plan ("2020-2024"), nor
    one to come.
    """
    dated = [w for w in wordings if w.year is not None and not w.is_footer]
    is_plan = {
        w
        for one, two in pairwise(dated)
        if _is_bare(one) and _is_bare(two) and _CONNECTED.fullmatch(folded, one.end, two.start)
        for w in (one, two)
    }
    usable = (w for w in dated if w not in is_plan and not _is_of_law(folded, w))
    return tuple(islice((w for w in usable if not _speaks_of_future(folded, w)), _MOST_DATED))


def _is_bare(wording: Wording) -> bool:
    return wording.month is None and wording.fraction is None


def _is_of_law(folded: str, wording: Wording) -> bool:
    return _OF_LAW.search(folded, max(0, wording.start - 12), wording.start) is not None


def _year_named(wording: Wording, context: Context) -> int | None:
    """The year of a month in an article of an unknown date: the latest that it names.

    Bare years may be those of budgets and names: they count where there are no others; but "Maret
    lalu" is in none that is over when the text names a later one before it ("UHC Award 2023").
    """
    if context.page_year is not None:
        return context.page_year
    dated = [w for w in context.dated if not _is_bare(w)]
    before = [w for w in context.dated if w.start < wording.start]
    named = [*dated, *before] if wording.which == "past" else dated or before
    return max((w.year for w in named or context.dated if w.year is not None), default=None)


def _year_to_come(wording: Wording, context: Context) -> int | None:
    """The year of "Januari nanti" in an article of an unknown date: after the month named last."""
    named = [w for w in context.dated if w.start < wording.start and not _is_bare(w) and w.year]
    year = (named[-1].year if named else None) or context.year
    if year is None or not named:
        return year
    return year + (_first_day(wording) <= _first_day(named[-1]))


def _first_day(wording: Wording) -> tuple[int, int]:
    """Month and day of the first day of a wording."""
    if wording.fraction:
        number = int(wording.fraction[1]) - 1
        return number * (6 if wording.fraction[0] == "S" else 3) + 1, 1
    return wording.month or 1, wording.day or 1


def _is_over(wording: Wording, anchor: date) -> bool:
    """Whether in the year of the article the period ended before its date."""
    if wording.day:
        return (wording.month or 0, wording.day) < (anchor.month, anchor.day)
    month, _ = _first_day(wording)
    months = {None: 1, "S": 6, "Q": 3}[wording.fraction[0] if wording.fraction else None]
    return month + months - 1 < anchor.month


def _is_near(wording: Wording, context: Context) -> bool:
    """Whether a date ahead is so near that it is more likely this year's: no "per 1 Oktober"."""
    before = context.folded[max(0, wording.start - 8) : wording.start].split()
    if not context.anchor or (before and before[-1] in PAST) or wording.fraction:
        return False
    month, day = _first_day(wording)
    if month == context.anchor.month:
        return True
    iso = iso_day(context.anchor.year, month, day)
    return iso is not None and (date.fromisoformat(iso) - context.anchor).days <= _NEAR


def _is_to_come(wording: Wording, context: Context) -> bool:
    """Whether a word near the date speaks of the time to come: "target ... 31 Desember"."""
    return _speaks_of_future(context.folded, wording) or _is_provided(context.folded, wording)


def _is_provided(folded: str, wording: Wording) -> bool:
    """Whether something is provided up to a month: "dana Rp 1,13 miliar sampai Desember"."""
    clause = _CLAUSE_END.split(folded[max(0, wording.start - _FUTURE_BEFORE) : wording.start])[-1]
    words = re.findall(r"[a-z]+", clause)
    is_up_to = bool(words) and words[-1] in UP_TO and wording.day is None
    return is_up_to and not PROVIDED.isdisjoint(words)


def _speaks_of_future(folded: str, wording: Wording) -> bool:
    before = folded[max(0, wording.start - _FUTURE_BEFORE) : wording.start]
    behind = folded[wording.end : wording.end + _FUTURE_BEHIND]
    clause = f"{_CLAUSE_END.split(before)[-1]} {_CLAUSE_END.split(behind)[0]}"
    clause = clause.replace("tapal batas", "")  # a border is no deadline
    return not FUTURE.isdisjoint(re.findall(r"[a-z]+", clause))


def _year_said(wording: Wording, context: Context) -> int | None:
    """The year that the text gives, with the month itself or with the clause that it stands in."""
    if wording.month and (said := _year_of_month(wording, context)) is not None:
        return said
    if context.anchor is None:
        return None
    for said_before in reversed(context.said[-_REACH:]):
        clause = context.folded[said_before.wording.end : wording.start]
        year = said_before.wording.year
        if year is None or len(clause) > _LONGEST_CLAUSE or _CLAUSE_END.search(clause):
            return None
        if len(said_before.iso) == _YEAR_DIGITS:
            return year if year == context.anchor.year - 1 else None
    return None


def _year_of_month(wording: Wording, context: Context) -> int | None:
    """The year that the text has said with this month: "Desember itu" after "Desember 2021".

    One long past is meant only where the words point back to it.
    """
    for said in reversed(context.said[-_REACH:]):
        year = said.wording.year
        if said.source != "text" or said.wording.month != wording.month or year is None:
            continue
        if context.anchor is None or year in (context.anchor.year, context.anchor.year - 1):
            return year
        behind = context.folded[wording.end : wording.end + _POINTER_REACH].split()
        points_back = bool(behind) and behind[0].rstrip(".,") in _POINTERS
        return year if points_back and year < context.anchor.year else None
    return None
