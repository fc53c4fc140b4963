"""What looks like a date or a year and is none that was read: "31-13-2023", "tahun 2O23".

A number beside it holds for a time that nobody knows, and not for the article's own date.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from uhc_llm.scanner.calendar import MONTHS
from uhc_llm.scanner.periods.words import (
    NOT_DATE_BEFORE,
    NOT_MONTH_BEFORE,
    PARTS,
    YEAR_UNITS,
    YEAR_WORDS,
)
from uhc_llm.schemas import Mention, Reading, Span

__all__ = ["find_unread"]


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s{1,2}") for w in longest_first) + ")"


_YEAR: Final = r"(?:19|20)\d\d"
_APOSTROPHE: Final = "['`´′ʼ]"
_MONTH: Final = rf"{_any_of(MONTHS)}(?![a-z])"
_BEFORE: Final = _any_of(
    {*YEAR_WORDS, *YEAR_UNITS, *PARTS, "per", "tanggal", "tgl", "bulan", "bln", "posisi"} - {"of"}
)
_COUNTS: Final = r"\s?(?:%|persen|prosen|ribu|rb|juta|jt|miliar)"
_SHAPES: Final = re.compile(
    rf"""
    (?<![\w/.,-])
    (?: \d{{1,2}}\s?(?P<mark>[/.–-])\s?(?:\d{{1,2}}|[ivx]{{1,5}})\s?(?P=mark)\s?
          {_APOSTROPHE}?(?:{_YEAR}|\d\d)                             # 31-13-2023, 8.12.23
      | (?P<two>{_YEAR}[/–-](?:{_YEAR}|\d\d))                                      # TA 2023/2024
      | \d{{1,2}}(?P<sign>[/.–-])[a-z]{{2,9}}(?P=sign)(?:{_YEAR}|\d\d)                # 31/Dsb/2023
      | {_YEAR}(?P<iso>[/.–-])\d{{1,2}}(?:(?P=iso)\d{{1,2}})?        # 2023-13
      | (?:\d{{1,2}}|[ivxl]{{1,6}})\s?[/.–-]\s?{_YEAR}               # 1/2023, XIII/2023
      | (?:[1-9]\s?[qh]|[qh][1-9])\s?(?:{_APOSTROPHE}|[/-])?\s?(?:{_YEAR}|\d\d)      # 5Q23
      | (?P<weak>
            (?:\d{{1,2}}[\s./-]{{0,2}})?{_MONTH}(?:[\s.,/–-]|{_APOSTROPHE}){{1,3}}
              (?:\d[\do]{{0,4}}[^\W\d_]?|[12][.,]\d{{3}})                         # Maret 2O23
          | {_BEFORE}[\s.:]{{1,3}}{_APOSTROPHE}?(?:\d[\do]{{0,4}}|[12][.,]\d{{3}})
              (?![/.–-]\w)                                                     # tahun 2.023
        )
      | (?:{_MONTH}|{_BEFORE})\s{{1,2}}(?P<spoken>dua\sribu|seribu\ssembilan)       # in words
      | (?:{_BEFORE}|hingga|sampai|sejak|pada)\s{{1,2}}
          (?:\d\d[/.-]\d\d|[ivx]{{1,4}}[\s/-]'?\d\d)                               # per 31/12
      | (?:{_YEAR}[\s-]?w\d\d|(?:ta|fy|thn|th)\d\d)                               # 2023W52, TA23
      | [12](?:[^\W\d_]\d\d|\d[^\W\d_]\d|\d\d[^\W\d_])                               # 2O23
      | {_YEAR}(?:m\d\d|[/.–-]{_MONTH}) | 20\s[0-4]\d                              # 2023M12
      | {_YEAR}[01]\d[0-3]\d | [0-3]\d[01]\d{_YEAR}                                 # 31122023
      | 1[34]\d\d\s?h                                                               # 1445 H
      | [a-z]{{1,12}}[._]?{_YEAR}                                                   # UHC2023
    ) (?!\w|[.,/–-]\d|{_COUNTS})
    | (?<![\w'.,]){_APOSTROPHE}\d\d(?!\w|[.,]\d|{_COUNTS})                           # '23
    """,
    re.VERBOSE,
)
_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[a-z]+")
_LOOK_BACK: Final = 30
_WORDS_BACK: Final = 3
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
# These are what they are, whatever they look like; a code may be a time that nobody could read.
_MAY_BE_TIME: Final = frozenset({"date", "year", "identifier"})


def find_unread(reading: Reading, folded: str, start: int, end: int) -> tuple[Span, ...]:
    """Find what looks like a date or a year between two offsets of a text and was not read.

    What counts something ("Desember 23 orang"), the number of a law and that of a version are no
    times; a year that is read in half ("Desember 2O23") is none that is read, and "2023/2024" is
    two of them.

    Args:
        reading: the text, scanned.
        folded: the same in lower case, of the same length.
        start: offset of the first character to look at.
        end: offset behind the last one.
    """
    return tuple(_unread(reading, folded, start, end))


def _unread(reading: Reading, folded: str, start: int, end: int) -> Iterator[Span]:
    for match in _SHAPES.finditer(folded, start, end):
        before = _WORD.findall(folded, max(0, match.start() - _LOOK_BACK), match.start())
        if before and (
            before[-1] in NOT_DATE_BEFORE or not NOT_MONTH_BEFORE.isdisjoint(before[-_WORDS_BACK:])
        ):
            continue
        digits = [found.start() for found in _DIGITS.finditer(folded, *match.span())]
        if match["spoken"]:
            digits = [match.start("spoken")]
        is_sure = match["weak"] is None and match["spoken"] is None
        is_two = match["two"] is not None and _is_two_years(reading, match)
        if is_two or any(_is_open(reading, place, is_sure=is_sure) for place in digits):
            yield Span(*match.span())


def _is_two_years(reading: Reading, match: re.Match[str]) -> bool:
    """Whether "2023/2024" and "2023-2024" are read as two; "2020-2024" is the time of a plan."""
    first, last = re.split("[/–-]", match["two"])
    is_next = int(last) % 100 == (int(first) + 1) % 100
    return is_next and _period_at(reading, match.start("two")) != match.end()


def _is_open(reading: Reading, place: int, *, is_sure: bool) -> bool:
    """Whether the digits at `place` are of no period, and mean nothing else either.

    Where they look like nothing but a date, a unit that was guessed says nothing.
    """
    if _period_at(reading, place) is not None:
        return False
    index = bisect_right(reading.mentions, place, key=lambda mention: mention.end)
    if index == len(reading.mentions) or reading.mentions[index].start > place:
        return True
    return _may_be_time(reading.mentions[index], is_sure=is_sure)


def _period_at(reading: Reading, place: int) -> int | None:
    """Where the period ends that an offset lies in; None where it lies in none."""
    index = bisect_right(reading.periods, place, key=lambda period: period.end)
    if index == len(reading.periods) or reading.periods[index].start > place:
        return None
    return reading.periods[index].end


def _may_be_time(mention: Mention, *, is_sure: bool) -> bool:
    if mention.kind != "quantity":
        return mention.kind in _MAY_BE_TIME and not mention.text.endswith("an")  # "1990-an"
    is_likely = is_sure or _FIRST_YEAR <= mention.value <= _LAST_YEAR
    return mention.unit is None or ("unit_inferred" in mention.flags and is_likely)
