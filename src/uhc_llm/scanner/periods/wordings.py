"""What the words of a text say of time, before anybody knows the article's date.

A date is read token by token: only where a word of the tables stands is anything tried, and each
reader looks at a few tokens around it.
"""

from collections.abc import Callable, Container, Iterator
from typing import Final

from uhc_llm.scanner.calendar import MONTHS, WEEKDAYS
from uhc_llm.scanner.periods.dates import read_day, read_year_first
from uhc_llm.scanner.periods.months import read_fraction, read_month, read_year
from uhc_llm.scanner.periods.relative import (
    read_count,
    read_day_word,
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
    FRACTIONS,
    NOW,
    PARTS,
    RECURRING,
    SINGLE_UNITS,
    SMALL_COUNTS,
    UNITS,
    YEARS,
)
from uhc_llm.scanner.tokens import Token, TokenizedText

__all__ = ["each_wording"]

_PADDING: Final = 8
# In front of most words; they need no closer look.
_FREE: Final = frozenset(' (\n"“')
_RANGE: Final = DASHES | {"/"}


def each_wording(source: TokenizedText, years: Container[int] = frozenset()) -> Iterator[Wording]:
    """Read every wording of a period in `source`, in order and apart.

    Args:
        source: the text.
        years: where a year is all that a head of a table says, whatever stands behind it.
    """
    size = len(source.folded)
    padding = (Token(size, size, ""),) * _PADDING
    t = Words(source.text, source.folded, source.tokens + padding)
    behind, end = 0, -1
    for index in source.places_of(_READERS):
        if index < behind:
            continue
        start, stop, word = source.tokens[index]
        if start in years:
            yield Wording(start, stop, year=int(word))
            end = stop
            continue
        if start and t.folded[start - 1] not in _FREE and not _may_begin(t, index, end):
            continue
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
        return not (before.isalnum() or before in "_/.,-$'")
    return not (before.isalnum() or before in "_-")


def _read_part(t: Words, index: int) -> Read:
    """Awal, pertengahan or akhir of what follows."""
    part, start = PARTS[t.tokens[index].word], t.tokens[index].start
    at = index + 1
    if not t.follows(at):
        return NOTHING, at
    if t.tokens[at].word == "bulan" and t.tokens[at + 1].word in MONTHS and t.follows(at + 1):
        at += 1
    if t.tokens[at].word in ("tahun", "thn"):
        read, behind = _year_with_part(t, index)
    elif t.tokens[at].word in _HAVE_PARTS and t.tokens[index].word != "tutup":
        read, behind = _READERS[t.tokens[at].word](t, at)
    else:
        return NOTHING, at
    if not read or read[0].start != t.tokens[at].start or read[0].day is not None:
        return read, behind
    return [read[0]._replace(start=start, part=part), *read[1:]], behind


def _year_with_part(t: Words, index: int) -> Read:
    """The year of "akhir tahun", "akhir tahun 2024" or "akhir tahun depan"."""
    unit, at = t.tokens[index + 1], index + 2
    at += t.tokens[at].word == "anggaran" and t.follows(at)
    if t.tokens[at].word in YEARS and t.follows(at):
        read, behind = read_year(t, at)
        return [r._replace(start=unit.start) for r in read[:1]] + read[1:], behind
    read, behind = read_unit(t, index + 1)
    if read:
        return read, behind
    if t.tokens[index - 1].word in RECURRING or t.gap(at)[:1] == "-":
        return NOTHING, index + 1
    return [Wording(unit.start, unit.end, step=Step("year", 0))], index + 2


_READERS: Final[dict[str, Callable[[Words, int], Read]]] = {
    **dict.fromkeys(DAYS, read_day),
    **dict.fromkeys(YEARS, read_year_first),
    **dict.fromkeys(SMALL_COUNTS, read_count),
    **dict.fromkeys(MONTHS, read_month),
    **dict.fromkeys(FRACTIONS, read_fraction),
    **dict.fromkeys(PARTS, _read_part),
    **dict.fromkeys(WEEKDAYS, read_weekday),
    **dict.fromkeys(UNITS, read_unit),
    **dict.fromkeys(SINGLE_UNITS, read_single),
    **dict.fromkeys(DAY_WORDS, read_day_word),
    **dict.fromkeys((phrase.split()[0] for phrase in NOW), read_now),
    "jum": read_weekday,
}
"""Who reads what begins with a word."""
_HAVE_PARTS: Final = frozenset({*YEARS, *MONTHS, *FRACTIONS, "bulan"})
