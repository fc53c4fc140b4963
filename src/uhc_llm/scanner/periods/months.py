"""Months that are written out: "Mei 2024", "Des-23", "bulan 12 tahun 2023"."""

from typing import Final, NamedTuple

from uhc_llm.scanner.calendar import MONTHS
from uhc_llm.scanner.periods.relative import english_step
from uhc_llm.scanner.periods.wording import NOTHING, Read, Wording, Words, iso_day
from uhc_llm.scanner.periods.words import (
    CONNECTORS,
    DASHES,
    DAYS,
    ENGLISH_DAY_BEFORE,
    ENGLISH_MONTHS,
    ENGLISH_TIME_BEFORE,
    ENGLISH_WEEKDAYS,
    MONTH_UNITS,
    ORDINAL_ENDINGS,
    ROMAN_MONTHS,
    SMALL_COUNTS,
    STEPS,
    TIME_BEFORE,
    WHICH,
    YEAR_UNITS,
    YEARS,
    Which,
)
from uhc_llm.scanner.periods.years import is_attached, is_said, year_behind

__all__ = [
    "Dating",
    "connected",
    "dated",
    "read_month",
    "read_month_behind",
    "read_numbered_month",
    "read_roman_month",
]

# "Juni" has four letters; a name of a month as short as that may be something else.
_SHORT: Final = 4
_MONTHS: Final = 12
# "Mei" is a name of people too, and so is "Jan".
_MEI: Final = 3
_QUARTERS: Final = 4
LEAP_YEAR: Final = 2024


class Dating(NamedTuple):
    """What dates a month or a day: where it ends, the index behind, and what it says."""

    end: int
    behind: int
    year: int | None = None
    which: Which | None = None
    years_on: int | None = None


def read_month(t: Words, index: int) -> Read:
    """A month with its year, or with what tells which ("Desember lalu"), or alone."""
    token = t.tokens[index]
    before = t.folded[token.start - 1 : token.start] if token.start else ""
    if before == "." and len(token.word) <= _SHORT and not is_attached(t, index):
        return NOTHING, index + 1  # "M.Ag 2023"
    if read := _day_behind(t, index):
        return read
    end, behind, year, which, years_on = dated(t, index, gaps="-/,")
    if year is None and not _stands_as_month(t, index, has_more=end > token.end):
        return NOTHING, index + 1
    month = MONTHS[token.word]
    return [Wording(token.start, end, year, month, which=which, years_on=years_on)], behind


def _day_behind(t: Words, index: int) -> Read | None:
    """A date that begins with its month: "December 31st, 2023", "Desember 31, 2023"."""
    gap, day = t.gap(index + 1), t.tokens[index + 1]
    if day.word not in DAYS or not (gap.isspace() or gap.strip() == "."):
        return None
    last = index + 1
    if t.tokens[last + 1].word in ORDINAL_ENDINGS and not t.gap(last + 1):
        last += 1
    found = year_behind(t, last, ",")
    month, start = MONTHS[t.tokens[index].word], t.tokens[index].start
    if found is None or t.tokens[found.behind - 1].word not in YEARS:
        if not _is_english_day(t, index):
            return None
        end = t.tokens[last].end
        return [Wording(start, end, month=month, day=DAYS[day.word])], last + 1
    if iso_day(found.year, month, DAYS[day.word]) is None:
        return None
    return [Wording(start, found.end, found.year, month, DAYS[day.word])], found.behind


def _is_english_day(t: Words, index: int) -> bool:
    """Whether a month and a number behind an English word are a day: "on March 1", "(Nov 14)"."""
    before, token = t.tokens[index - 1].word, t.tokens[index]
    is_weekday = before in ENGLISH_WEEKDAYS
    if not t.text[token.start].isupper() or not (before in ENGLISH_DAY_BEFORE or is_weekday):
        return False
    return iso_day(LEAP_YEAR, MONTHS[token.word], DAYS[t.tokens[index + 1].word]) is not None


def read_month_behind(t: Words, index: int) -> Read | None:
    """A month behind its year: "2023 Desember", "tahun 2023 bulan Desember"."""
    year, at = t.tokens[index], index + 1
    is_called = t.tokens[at].word in MONTH_UNITS and t.gap(at) in (" ", ", ")
    at += is_called
    month = t.tokens[at]
    if month.word not in MONTHS or not t.follows(at) or not t.text[month.start].isupper():
        return None
    is_name = not is_called and (len(month.word) == _MEI or month.word in ENGLISH_MONTHS)
    end, behind, other, which, years_on = dated(t, at, gaps="-/,")
    if is_name or other or which or years_on is not None or behind != at + 1:
        return None
    return [Wording(year.start, end, YEARS[year.word], MONTHS[month.word])], behind


def read_numbered_month(t: Words, index: int) -> Read | None:
    """A month by its number behind "bulan": "bulan 12 tahun 2023", "bulan XII/2023"."""
    at = index + 1
    if t.tokens[at].word == "ke" and t.follows(at) and t.gap(at + 1) in ("-", " "):
        at += 1
    word = t.tokens[at].word
    number = ROMAN_MONTHS.get(word) or (int(word) if word in DAYS else 0)
    if not 1 <= number <= _MONTHS or t.gap(at).strip(" .:-") != "":
        return None
    found = year_behind(t, at, "/-,")
    if found is None:
        return None
    return [Wording(t.tokens[at].start, found.end, found.year, number)], found.behind


def read_roman_month(t: Words, index: int) -> Read:
    """A month in Roman figures: "per XII/2023"; not that of a congress ("Muktamar XII 2023")."""
    token = t.tokens[index]
    found = year_behind(t, index, "/-–") if is_said(t, index) else None
    if ROMAN_MONTHS[token.word] <= _QUARTERS:
        return NOTHING, index + 1  # "IV/2023" may be a quarter
    if found is None or not t.text[token.start : token.end].isupper():
        return NOTHING, index + 1
    return [Wording(token.start, found.end, found.year, ROMAN_MONTHS[token.word])], found.behind


def _stands_as_month(t: Words, index: int, *, has_more: bool) -> bool:
    """Whether a name of a month alone is one: "Mei" and "Jan" are people's names too."""
    before, token = t.tokens[index - 1].word, t.tokens[index]
    if before in SMALL_COUNTS or before == "sebelas":
        return False  # "Universitas Sebelas Maret"
    is_capital = t.text[token.start].isupper()
    if token.word in ENGLISH_MONTHS:
        return is_capital and before in ENGLISH_TIME_BEFORE and t.follows(index)
    is_named = before in TIME_BEFORE and t.follows(index)
    if len(token.word) > _SHORT:
        return is_capital or is_named
    if token.word in ("mei", "juni", "juli"):
        return is_named or (is_capital and (has_more or _is_range(t, index)))
    return is_capital and is_named


def _is_range(t: Words, index: int) -> bool:
    """Whether a month is an end of "Mei-Juni" or "Mei hingga Agustus"."""
    if t.gap(index + 1).strip() in DASHES and t.tokens[index + 1].word in MONTHS:
        return True
    behind = connected(t, index + 1)
    return behind is not None and t.tokens[behind].word in MONTHS


def dated(t: Words, index: int, *, gaps: str) -> Dating:
    """What stands behind the month at `index`: its year, or which one is meant."""
    end, behind = t.tokens[index].end, index + 1
    if found := year_behind(t, index, gaps):
        return Dating(found.end, found.behind, year=found.year)
    if not t.follows(behind):
        return Dating(end, behind)
    english = english_step(t, behind)
    if english and english.unit == "year":
        return Dating(t.tokens[behind + 1].end, behind + 2, years_on=english.number)
    if t.tokens[behind].word in YEAR_UNITS:
        step = t.phrase(behind + 1, STEPS)
        if step and not STEPS[step[0]][1]:
            return Dating(t.tokens[step[1] - 1].end, step[1], years_on=STEPS[step[0]][0])
    elif which := t.phrase(behind, WHICH):
        return Dating(t.tokens[which[1] - 1].end, which[1], which=WHICH[which[0]])
    return Dating(end, behind)


def connected(t: Words, index: int) -> int | None:
    """The index behind a connector ("sampai dengan", "s.d.") that begins at `index`."""
    if t.tokens[index].word == "s" and t.tokens[index + 1].word == "d":
        return index + 2
    if found := t.phrase(index, CONNECTORS):
        return found[1] if t.follows(found[1]) else None
    return None
