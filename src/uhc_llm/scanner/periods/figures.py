"""Dates in figures: "31/12/2023", "31-XII-23", "2023.12.31", "12/2023"."""

import re
from typing import Final

from uhc_llm.scanner.calendar import MONTHS, WEEKDAYS
from uhc_llm.scanner.periods.fractions import read_fraction_behind
from uhc_llm.scanner.periods.months import read_month_behind
from uhc_llm.scanner.periods.wording import NOTHING, Read, Wording, Words, iso_day
from uhc_llm.scanner.periods.words import (
    DAYTIMES,
    NOT_DATE_BEFORE,
    NOT_MONTH_BEFORE,
    ROMAN_MONTHS,
    TIME_ZONES,
)
from uhc_llm.scanner.periods.years import counts_behind, is_said, read_year, short_year

__all__ = [
    "if_real",
    "is_real",
    "read_figures",
    "read_month_in_figures",
    "read_year_first",
    "weekday_before",
]

_ENDS: Final = r"(?![\w/])(?![.,]\d)(?!\.\w)"
_YEAR: Final = r"(?:19|20)\d\d"
_NUMERIC: Final = re.compile(
    rf"""
    (?P<day>\d{{1,2}}) (?: (?P<mark>[/.–-]) | (?P<wide>\s?[/–-]\s?|\s) )
    (?P<month>\d{{1,2}}|[ivx]{{1,4}}) (?(mark)(?P=mark)|(?P=wide))
    (?P<year>['`´′ʼ]?(?:{_YEAR}|\d\d)) {_ENDS}
    """,
    re.ASCII | re.VERBOSE,
)
_NUMERIC_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})(?![\w/])(?![.,]\d)", re.ASCII)
_ISO_MARKS: Final = ("-", "/", ".")
_DAY_WITH_YEAR: Final = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})\s({_YEAR}){_ENDS}", re.ASCII)
_ISO: Final = re.compile(rf"(\d{{4}})([/.-])(\d\d)\2(\d\d)(?:(?=t\d\d:\d\d)|{_ENDS})", re.ASCII)
_MONTH_FIRST: Final = re.compile(rf"(\d{{1,2}})([/.–-])({_YEAR}){_ENDS}(?![–-]\d)", re.ASCII)
_NAMED_MONTH: Final = re.compile(
    rf"({_YEAR})([/-])([a-z]{{3,9}})(?:\2(0?[1-9]|[12]\d|3[01]))?(?!\s?[/-]?\s?{_YEAR}){_ENDS}",
    re.ASCII,
)
_YEAR_FIRST: Final = re.compile(rf"({_YEAR})([/.-])(0[1-9]|1[0-2]){_ENDS}(?![–-]\d)", re.ASCII)
# What may stand between a weekday and its date: "Senin (", "Senin, ", "Senin malam (".
_WEEKDAY_GAPS: Final = frozenset({"", ",", "(", ",(", "-", "/"})
_COMMON_GAPS: Final = frozenset({" ", ", ", " ("})
_SEPARATORS: Final = frozenset("/.-– ")
# How many words before "12/2023" may make it the number of a law: "Pergub Jateng 12/2023".
_LAW_REACH: Final = 3
_MONTHS: Final = 12
_LONGEST_MONTH: Final = 2
_DAYS_IN_ANY_MONTH: Final = 28
_LEAP_YEAR: Final = 2000
_YEAR_DIGITS: Final = 4


def read_figures(t: Words, index: int, first: int) -> Read | None:
    """The date in figures whose day is the token at `index`; an empty one if there is no such day.

    Its weekday stands before the token at `first`.
    """
    token = t.tokens[index]
    if t.folded[token.end : token.end + 1] not in _SEPARATORS:
        return None
    if (match := _NUMERIC.match(t.folded, token.start)) and _is_date(t, match, first):
        return _numeric(match, weekday_before(t, first)), t.index_at(match.end())
    if match := _DAY_WITH_YEAR.match(t.folded, token.start):
        day, month, year = map(int, match.groups())
        return if_real(Wording(*match.span(), year, month, day)), index + 3
    if match := _NUMERIC_DAY.match(t.folded, token.start):
        weekday = weekday_before(t, first)
        if weekday is not None or _is_in_brackets(t, match):
            return _open_day(match, weekday), index + 2
    return None


def _is_date(t: Words, match: re.Match[str], first: int) -> bool:
    """Whether figures with separators are a date, and no version, score or time of the day."""
    mark, month = match["mark"] or match["wide"].strip(), match["month"]
    is_short = _is_short(match)
    is_expected = is_said(t, first)
    if t.tokens[first - 1].word in NOT_DATE_BEFORE:
        return False
    if match["mark"] is None and (is_short or not (mark or is_expected)):
        return False  # "31 12 2023" only behind "per"
    if not mark and month.isalpha():
        return t.text[slice(*match.span("month"))].isupper()
    if mark != "." or not is_short:
        return True
    has_two_digits = len(match["day"]) == len(month) == _LONGEST_MONTH
    is_time = t.tokens[t.index_at(match.end())].word in TIME_ZONES
    return (is_expected or has_two_digits) and not is_time


def _is_short(match: re.Match[str]) -> bool:
    return len(match["year"]) < _YEAR_DIGITS


def _numeric(match: re.Match[str], weekday: int | None) -> list[Wording]:
    """Indonesian names the day first; where that gives no day of the calendar, the month."""
    day, month, year = int(match["day"]), match["month"], match["year"]
    number = ROMAN_MONTHS.get(month, 0) if month.isalpha() else int(month)
    full_year = short_year(year[-2:]) if _is_short(match) else int(year[-_YEAR_DIGITS:])
    wording = Wording(*match.span(), full_year, number, day, weekday=weekday)
    if number > _MONTHS and match["mark"] != ".":
        wording = wording._replace(month=day, day=number)
    return if_real(wording)


def _open_day(match: re.Match[str], weekday: int | None) -> list[Wording]:
    start, end = match.span()
    day, month = match.groups()
    return if_real(Wording(start, end, None, int(month), int(day), weekday=weekday))


def _is_in_brackets(t: Words, match: re.Match[str]) -> bool:
    """13/6 is a date only where it stands like one: behind a weekday, or in brackets of its own."""
    start, end = match.span()
    return t.folded[max(0, start - 1) : start] == "(" and t.folded[end : end + 1] == ")"


def if_real(wording: Wording) -> list[Wording]:
    """The wording, if the calendar has such a day; nothing else."""
    return [wording] if is_real(wording) else NOTHING


def is_real(wording: Wording) -> bool:
    """Whether the calendar has such a day; 29 February, in some year."""
    month, day = wording.month or 0, wording.day or 0
    if 1 <= month <= _MONTHS and 1 <= day <= _DAYS_IN_ANY_MONTH:
        return True
    return iso_day(_LEAP_YEAR if wording.year is None else wording.year, month, day) is not None


def read_month_in_figures(t: Words, index: int) -> Read | None:
    """A month in figures with its year: "12/2023", "per 12.2023"; not "Perda 12/2023"."""
    match = _MONTH_FIRST.match(t.folded, t.tokens[index].start)
    if match is None or not 1 <= int(match[1]) <= _MONTHS or counts_behind(t, index + 1):
        return None
    near = {token.word for token in t.tokens[max(0, index - _LAW_REACH) : index]}
    is_likely = match[2] != "." and len(match[1]) == _LONGEST_MONTH
    if near & NOT_MONTH_BEFORE or not (is_likely or is_said(t, index)):
        return None
    return [Wording(*match.span(), int(match[3]), int(match[1]))], index + 2


def read_year_first(t: Words, index: int) -> Read:
    """A date that begins with its year ("2022-02-14", "2023-Des", "2023-Q4"), or a bare year."""
    token = t.tokens[index]
    mark = t.folded[token.end : token.end + 1]
    if mark in _ISO_MARKS and (match := _ISO.match(t.folded, token.start)):
        if mark != "." or t.tokens[index - 1].word not in NOT_DATE_BEFORE:
            year, month, day = int(match[1]), int(match[3]), int(match[4])
            weekday = weekday_before(t, index)
            return if_real(Wording(*match.span(), year, month, day, weekday=weekday)), index + 3
    elif mark in _ISO_MARKS and (match := _YEAR_FIRST.match(t.folded, token.start)):
        is_likely = mark != "." or is_said(t, index)
        if is_likely and not counts_behind(t, index + 1):
            return [Wording(*match.span(), int(match[1]), int(match[3]))], index + 2
    elif mark in _ISO_MARKS and (match := _NAMED_MONTH.match(t.folded, token.start)):
        named = MONTHS.get(match[3])
        if named and match[4] is None:
            return [Wording(*match.span(), int(match[1]), named)], index + 2
        if named:
            return if_real(Wording(*match.span(), int(match[1]), named, int(match[4]))), index + 3
    return read_fraction_behind(t, index) or read_month_behind(t, index) or read_year(t, index)


def weekday_before(t: Words, index: int) -> int | None:
    """The weekday in front of the date at `index`: "Senin (", "Jum'at malam, "."""
    for _ in range(2):
        gap = t.gap(index)
        if gap not in _COMMON_GAPS and ("\n" in gap or "".join(gap.split()) not in _WEEKDAY_GAPS):
            return None
        index -= 1
        word = t.tokens[index].word
        if word in DAYTIMES:
            continue
        if word == "at" and t.tokens[index - 1].word == "jum":
            return WEEKDAYS["jumat"]
        return WEEKDAYS.get(word)
    return None
