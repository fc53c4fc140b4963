"""What the words of a text say of time, before anybody knows the article's date.

A date is read token by token: only where a word of the tables stands is anything tried, and each
reader looks at a few tokens around it.
"""

from collections.abc import Callable, Container, Iterator
from typing import Final

from uhc_llm.scanner.calendar import MONTHS, WEEKDAYS
from uhc_llm.scanner.periods.dates import read_day
from uhc_llm.scanner.periods.figures import read_year_first
from uhc_llm.scanner.periods.fractions import (
    LETTERS,
    read_english_fraction,
    read_fraction,
    read_lettered,
)
from uhc_llm.scanner.periods.months import read_month, read_numbered_month, read_roman_month
from uhc_llm.scanner.periods.relative import (
    read_count,
    read_day_word,
    read_english_single,
    read_english_step,
    read_now,
    read_single,
    read_unit,
    read_weekday,
)
from uhc_llm.scanner.periods.wording import NOTHING, Read, Step, Wording, Words
from uhc_llm.scanner.periods.words import (
    DASHES,
    DAY_WORDS,
    DAYS,
    ENGLISH_ORDINALS,
    ENGLISH_STEPS,
    FRACTIONS,
    MONTH_UNITS,
    NOW,
    PARTS,
    RECURRING,
    ROMAN_MONTHS,
    SHORT_YEARS,
    SINGLE_UNITS,
    SMALL_COUNTS,
    UNITS,
    YEAR_UNITS,
    YEARS,
)
from uhc_llm.scanner.periods.years import (
    APOSTROPHES,
    MILLENNIA,
    is_attached,
    is_marked,
    read_short_year,
    read_spoken_year,
    year_behind,
)
from uhc_llm.scanner.tokens import Token, TokenizedText
from uhc_llm.schemas import PartOfPeriod

__all__ = ["each_wording"]

_PADDING: Final = 8
# In front of most words; they need no closer look.
_FREE: Final = frozenset(' (\n"“')
_RANGE: Final = DASHES | {"/"}


def each_wording(source: TokenizedText, cells: Container[int] = frozenset()) -> Iterator[Wording]:
    """Read every wording of a period in `source`, in order and apart.

    Args:
        source: the text.
        cells: where a year or a month is all that a head of a table says, whatever is behind it.
    """
    size = len(source.folded)
    padding = (Token(size, size, ""),) * _PADDING
    t = Words(source.text, source.folded, source.tokens + padding)
    behind, end = 0, -1
    for index in source.places_of(_READERS):
        if index < behind:
            continue
        start, stop, word = source.tokens[index]
        if start in cells:
            month = MONTHS.get(word)
            yield Wording(start, stop, year=None if month else int(word), month=month)
            end = stop
            continue
        if start and t.folded[start - 1] not in _FREE and not _may_begin(t, index, end):
            continue
        if word in DAY_WORDS and end > 0 and not t.folded[end:start].strip(" )"):
            continue  # "31 Desember 2023 kemarin"
        read, behind = _READERS[word](t, index)
        if read:
            yield from read
            end = read[-1].end


def _may_begin(t: Words, index: int, end: int) -> bool:
    """Whether a period may begin here: not in the middle of "1.202" or of "tahun-tahun".

    The dash of a range that begins with a period ends `end`.
    """
    token = t.tokens[index]
    before = t.folded[token.start - 1]
    if end == token.start - 1 and before in _RANGE:
        return True
    if token.word[0].isdecimal():
        if before.isalnum() or before in "_/.,-$" or before in APOSTROPHES:
            return before not in "_/,$" and (is_attached(t, index) or is_marked(t, index))
        return True
    if before.isalnum() or before in "_-":
        return before == "-" and token.word in MONTHS and is_attached(t, index)
    return True


def _read_part(t: Words, index: int) -> Read:
    """Awal, pertengahan or akhir of what follows."""
    part, start = PARTS[t.tokens[index].word], t.tokens[index].start
    at = index + 1
    if t.tokens[at].word == "of" and t.follows(at):
        at += 1
    if not t.follows(at):
        return _year_of_part(t, index, part) or (NOTHING, index + 1)
    if t.tokens[at].word in MONTH_UNITS and t.tokens[at + 1].word in MONTHS and t.follows(at + 1):
        at += 1
    if t.tokens[at].word in YEAR_UNITS:
        read, behind = _year_with_part(t, at)
    elif t.tokens[at].word in _HAVE_PARTS and t.tokens[index].word != "tutup":
        read, behind = _READERS[t.tokens[at].word](t, at)
    else:
        return NOTHING, index + 1
    if not read or read[0].start != t.tokens[at].start or read[0].day is not None:
        return read, behind
    return [read[0]._replace(start=start, part=part), *read[1:]], behind


def _year_of_part(t: Words, index: int, part: PartOfPeriod) -> Read | None:
    """The year of "akhir '23" and "mid-2023"."""
    found = year_behind(t, index, "-")
    if found is None or (t.tokens[found.behind - 1].word in DAYS and not is_marked(t, index + 1)):
        return None
    return [Wording(t.tokens[index].start, found.end, found.year, part=part)], found.behind


def _year_with_part(t: Words, index: int) -> Read:
    """The year of "akhir tahun", "akhir tahun '24" or "akhir tahun depan"."""
    unit = t.tokens[index]
    found = year_behind(t, index - 1, "")
    if found and (t.tokens[found.behind - 1].word in YEARS or is_marked(t, found.behind - 1)):
        return [Wording(unit.start, found.end, found.year)], found.behind
    read, behind = read_unit(t, index)
    if read:
        return read, behind
    at = index + 1
    if t.tokens[index - 2].word in RECURRING or t.gap(at)[:1] == "-":
        return NOTHING, index
    return [Wording(unit.start, unit.end, step=Step("year", 0))], at


def _read_unit(t: Words, index: int) -> Read:
    """Tahun or bulan with what is said of it: "tahun lalu", "bulan 12 tahun 2023"."""
    if t.tokens[index].word in MONTH_UNITS and (read := read_numbered_month(t, index)):
        return read
    if t.tokens[index].word in YEAR_UNITS and t.tokens[index + 1].word in MILLENNIA:
        read = read_spoken_year(t, index)
        if read[0]:
            return read
    return read_unit(t, index)


_READERS: Final[dict[str, Callable[[Words, int], Read]]] = {
    **dict.fromkeys(SHORT_YEARS, read_short_year),
    **dict.fromkeys(DAYS, read_day),
    **dict.fromkeys(YEARS, read_year_first),
    **dict.fromkeys(SMALL_COUNTS, read_count),
    **dict.fromkeys(ROMAN_MONTHS, read_roman_month),
    **dict.fromkeys(MONTHS, read_month),
    **dict.fromkeys(ENGLISH_ORDINALS, read_english_fraction),
    **dict.fromkeys(LETTERS, read_lettered),
    **dict.fromkeys(FRACTIONS, read_fraction),
    **dict.fromkeys(ENGLISH_STEPS, read_english_step),
    "a": read_english_single,
    **dict.fromkeys(PARTS, _read_part),
    **dict.fromkeys(WEEKDAYS, read_weekday),
    **dict.fromkeys(UNITS, _read_unit),
    **dict.fromkeys(SINGLE_UNITS, read_single),
    **dict.fromkeys(DAY_WORDS, read_day_word),
    **dict.fromkeys((phrase.split()[0] for phrase in NOW), read_now),
    "jum": read_weekday,
}
"""Who reads what begins with a word."""
_HAVE_PARTS: Final = frozenset({*YEARS, *MONTHS, *FRACTIONS, *MONTH_UNITS})
