"""Days that are written out: "14 Februari 2022", "Senin (14/2)", "1-3 Mei 2024"."""

import re
from typing import Final

from uhc_llm.scanner.calendar import MONTHS, WEEKDAYS
from uhc_llm.scanner.periods.months import connected, dated, read_year
from uhc_llm.scanner.periods.relative import read_count
from uhc_llm.scanner.periods.wording import NOTHING, Read, Wording, Words, iso_day
from uhc_llm.scanner.periods.words import (
    CONNECTORS,
    DASHES,
    DAY_RANGE_BEFORE,
    DAYS,
    DAYTIMES,
    UNITS,
)

__all__ = ["read_day", "read_year_first"]

_NUMERIC: Final = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)"
    r"(?![\w/])(?![.,]\d)",
    re.ASCII,
)
_NUMERIC_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})(?![\w/])(?![.,]\d)", re.ASCII)
_ISO: Final = re.compile(r"(\d{4})([/-])(\d\d)\2(\d\d)(?![\w/])(?![.,]\d)", re.ASCII)
_BEHIND_DIGITS: Final = DASHES | frozenset("/.")
# The words that a date can go on with behind its day.
_BEHIND_DAYS: Final = frozenset({*MONTHS, *UNITS, "s", *(words.split()[0] for words in CONNECTORS)})
# What may stand between a weekday and its date: "Senin (", "Senin, ", "Senin malam (".
_WEEKDAY_GAPS: Final = frozenset({"", ",", "(", ",(", "-", "/"})
_COMMON_GAPS: Final = frozenset({" ", ", ", " ("})
_SEPARATORS: Final = frozenset("/.-")
_MONTHS: Final = 12
_LONGEST_MONTH: Final = 2
_DAYS_IN_ANY_MONTH: Final = 28
_LEAP_YEAR: Final = 2000
_CENTURY: Final = 2000
_YEAR_DIGITS: Final = 4


def read_day(t: Words, index: int) -> Read:
    """A date that begins with its day, or a count ("3 tahun lalu")."""
    end = t.tokens[index].end
    behind, following = t.folded[end : end + 1], t.tokens[index + 1].word
    if behind == " " and following not in _BEHIND_DAYS and not following.isdecimal():
        return NOTHING, index + 1
    if behind == "." and len(following) > _LONGEST_MONTH and following.isdecimal():
        return NOTHING, index + 1  # "1.708 jiwa"
    if not (behind.isspace() or behind in _BEHIND_DIGITS):
        return NOTHING, index + 1
    if following in UNITS:
        return read_count(t, index)
    if read := _date(t, index, index):
        return read
    last = _last_day(t, index)
    if last and (read := _date(t, last, index)) and read[0]:
        token, wording = t.tokens[index], read[0][0]
        first = wording._replace(start=token.start, end=token.end, day=DAYS[token.word])
        if _is_real(first):
            return [first, wording._replace(weekday=None)], read[1]
    return NOTHING, index + 1


def _date(t: Words, index: int, first: int) -> Read | None:
    """The date whose day is the token at `index`; an empty one if there is no such day.

    Its weekday stands before the token at `first`.
    """
    token = t.tokens[index]
    if token.word not in DAYS:
        return None
    if t.folded[token.end : token.end + 1] in _SEPARATORS:
        if match := _NUMERIC.match(t.folded, token.start):
            return _numeric(match, _weekday_before(t, first)), index + 3
        if match := _NUMERIC_DAY.match(t.folded, token.start):
            weekday = _weekday_before(t, first)
            if weekday is not None or _is_in_brackets(t, match):
                return _open_day(match, weekday), index + 2
    if t.tokens[index + 1].word not in MONTHS:
        return None
    gap = t.gap(index + 1)
    if not (gap.isspace() or gap == "-"):
        return None
    end, behind, year, which, years_on = dated(t, index + 1, gaps="-,/")
    wording = Wording(
        start=token.start,
        end=end,
        year=year,
        month=MONTHS[t.tokens[index + 1].word],
        day=DAYS[token.word],
        weekday=_weekday_before(t, first),
        which=which,
        years_on=years_on,
    )
    return _if_real(wording), behind


def _numeric(match: re.Match[str], weekday: int | None) -> list[Wording]:
    day, separator, month, year = match.groups()
    if len(year) < _YEAR_DIGITS and separator == ".":
        return NOTHING
    full_year = int(year) + (_CENTURY if len(year) < _YEAR_DIGITS else 0)
    start, end = match.span()
    return _if_real(Wording(start, end, full_year, int(month), int(day), weekday=weekday))


def _open_day(match: re.Match[str], weekday: int | None) -> list[Wording]:
    start, end = match.span()
    day, month = match.groups()
    return _if_real(Wording(start, end, None, int(month), int(day), weekday=weekday))


def _is_in_brackets(t: Words, match: re.Match[str]) -> bool:
    """13/6 is a date only where it stands like one: behind a weekday, or in brackets of its own."""
    start, end = match.span()
    return t.folded[max(0, start - 1) : start] == "(" and t.folded[end : end + 1] == ")"


def _if_real(wording: Wording) -> list[Wording]:
    return [wording] if _is_real(wording) else NOTHING


def _is_real(wording: Wording) -> bool:
    """Whether the calendar has such a day; 29 February, in some year."""
    month, day = wording.month or 0, wording.day or 0
    if 1 <= month <= _MONTHS and 1 <= day <= _DAYS_IN_ANY_MONTH:
        return True
    return iso_day(_LEAP_YEAR if wording.year is None else wording.year, month, day) is not None


def _last_day(t: Words, index: int) -> int | None:
    """The index of the last day of "1-3 Mei", "tanggal 1 sampai 3 Mei"."""
    gap = t.gap(index + 1)
    if gap.strip() in DASHES:
        return index + 1 if t.tokens[index + 1].word in DAYS else None
    behind = connected(t, index + 1)
    if behind and t.tokens[behind].word in DAYS and t.tokens[index - 1].word in DAY_RANGE_BEFORE:
        return behind
    return None


def _weekday_before(t: Words, index: int) -> int | None:
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


def read_year_first(t: Words, index: int) -> Read:
    """A date that begins with its year ("2022-02-14"), or a bare year."""
    token = t.tokens[index]
    if t.folded[token.end : token.end + 1] in ("-", "/") and (
        match := _ISO.match(t.folded, token.start)
    ):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
        weekday = _weekday_before(t, index)
        wording = Wording(*match.span(), year=year, month=month, day=day, weekday=weekday)
        return _if_real(wording), index + 3
    return read_year(t, index)
