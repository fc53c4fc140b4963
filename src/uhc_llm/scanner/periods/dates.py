"""Days that are written out: "14 Februari 2022", "Senin (14/2)", "1-3 Mei 2024"."""

from typing import Final

from uhc_llm.scanner.calendar import MONTHS
from uhc_llm.scanner.periods.figures import (
    if_real,
    is_real,
    read_figures,
    read_month_in_figures,
    weekday_before,
)
from uhc_llm.scanner.periods.fractions import LETTERS, read_fraction_first
from uhc_llm.scanner.periods.months import connected, dated, read_numbered_month
from uhc_llm.scanner.periods.relative import read_count
from uhc_llm.scanner.periods.wording import NOTHING, Read, Wording, Words
from uhc_llm.scanner.periods.words import (
    BETWEEN_DAY_AND_MONTH,
    CONNECTORS,
    DASHES,
    DAY_RANGE_BEFORE,
    DAYS,
    MONTH_UNITS,
    ORDINAL_ENDINGS,
    ROMAN_MONTHS,
    UNITS,
    YEARS,
)
from uhc_llm.scanner.periods.years import is_marked, read_short_year

__all__ = ["read_day"]

_BEHIND_DIGITS: Final = DASHES | frozenset("/.")
# The words that a date can go on with behind its day.
_BEHIND_DAYS: Final = frozenset(
    {*MONTHS, *UNITS, *ROMAN_MONTHS, *BETWEEN_DAY_AND_MONTH, "s"}
    | {words.split()[0] for words in CONNECTORS}
)
# And those that cling to it: "31Des2023", "31st", "4Q23".
_GLUED: Final = frozenset({*MONTHS, *UNITS, *ORDINAL_ENDINGS, *LETTERS})
_SEPARATORS: Final = frozenset("/.-–")
_LONGEST_MONTH: Final = 2


def read_day(t: Words, index: int) -> Read:
    """A date that begins with its day, or a count ("3 tahun lalu")."""
    if is_marked(t, index):
        return read_short_year(t, index)
    if not _goes_on(t, index):
        return NOTHING, index + 1
    following, is_glued = t.tokens[index + 1].word, not t.gap(index + 1)
    if read := _date(t, index, index) or read_month_in_figures(t, index):
        return read
    if is_glued and (following in LETTERS or following in ORDINAL_ENDINGS):
        read = read_fraction_first(t, index)
        if read[0] or following not in UNITS:
            return read
    if following in UNITS:
        return read_count(t, index)
    return _two_days(t, index) or (NOTHING, index + 1)


def _goes_on(t: Words, index: int) -> bool:
    """Whether what stands behind digits can go on a date: not in "12 desa" and in "1.708 jiwa"."""
    end, following = t.tokens[index].end, t.tokens[index + 1].word
    behind = t.folded[end : end + 1]
    if behind == " ":
        is_word = following in _BEHIND_DAYS or following.isdecimal()
        return is_word or t.folded[end + 1 : end + 2] in _SEPARATORS
    if behind == "." and len(following) > _LONGEST_MONTH and following.isdecimal():
        return following in YEARS  # "per 12.2023"
    is_glued = behind.isalpha() and following in _GLUED
    return behind.isspace() or behind in _BEHIND_DIGITS or is_glued


def _two_days(t: Words, index: int) -> Read | None:
    """Both days of "1-3 Mei 2024" and of "tanggal 1 sampai 3 Mei"."""
    token, last = t.tokens[index], _last_day(t, index)
    read = _date(t, last, index) if last else None
    if not read or not read[0]:
        return None
    wording = read[0][0]
    first = wording._replace(start=token.start, end=token.end, day=DAYS[token.word])
    return ([first, wording._replace(weekday=None)], read[1]) if is_real(first) else None


def _date(t: Words, index: int, first: int) -> Read | None:
    """The date whose day is the token at `index`; an empty one if there is no such day.

    Its weekday stands before the token at `first`.
    """
    token = t.tokens[index]
    if token.word not in DAYS:
        return None
    if read := read_figures(t, index, first):
        return read
    if t.tokens[index + 1].word in MONTH_UNITS and (read := read_numbered_month(t, index + 1)):
        numbered = read[0][0]._replace(start=token.start, day=DAYS[token.word])
        return if_real(numbered), read[1]
    month = _month_behind(t, index)
    if month is None:
        return None
    end, behind, year, which, years_on = dated(t, month, gaps="-–,/.")
    wording = Wording(
        start=token.start,
        end=end,
        year=year,
        month=MONTHS[t.tokens[month].word],
        day=DAYS[token.word],
        weekday=weekday_before(t, first),
        which=which,
        years_on=years_on,
    )
    return if_real(wording), behind


def _month_behind(t: Words, index: int) -> int | None:
    """The index of the month behind a day: "31 Des", "31/Des", "31st of December"."""
    at = index + 1
    if t.tokens[at].word in ORDINAL_ENDINGS and not t.gap(at):
        at += 1
    if t.tokens[at].word in BETWEEN_DAY_AND_MONTH and t.follows(at):
        at += 1
    if t.tokens[at].word not in MONTHS:
        return None
    gap = t.gap(at)
    return at if gap.isspace() or gap.strip() in ("", "-", "–", "/", ".") else None


def _last_day(t: Words, index: int) -> int | None:
    """The index of the last day of "1-3 Mei", "tanggal 1 sampai 3 Mei"."""
    gap = t.gap(index + 1)
    if gap.strip() in DASHES:
        return index + 1 if t.tokens[index + 1].word in DAYS else None
    behind = connected(t, index + 1)
    if behind and t.tokens[behind].word in DAYS and t.tokens[index - 1].word in DAY_RANGE_BEFORE:
        return behind
    return None
