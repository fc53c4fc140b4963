"""Years as they are written: "2023", "'23", "T.A. 2023", "FY23", "2023/24"."""

import re
from typing import Final, NamedTuple

from uhc_llm.scanner.calendar import MONTHS, SHORT_MONTHS
from uhc_llm.scanner.periods.wording import NOTHING, Read, Wording, Words
from uhc_llm.scanner.periods.words import (
    ATTACHED,
    COUNT_BEFORE,
    COUNT_BEHIND,
    DAYS,
    DISTANT_YEARS,
    FISCAL_YEARS,
    FOOTER,
    PARTS,
    TIME_BEFORE,
    UNITS,
    YEAR_WORDS,
    YEARS,
)
from uhc_llm.scanner.quantities.numerals import NUMERAL_WORDS, read_number_words

__all__ = [
    "APOSTROPHES",
    "MILLENNIA",
    "YearBehind",
    "counts_behind",
    "ends_here",
    "is_attached",
    "is_marked",
    "is_said",
    "read_short_year",
    "read_spoken_year",
    "read_year",
    "short_year",
    "year_behind",
]

APOSTROPHES: Final = frozenset("'`´′ʼ")
"""What stands for the century in '23; the curly ones are plain in folded text."""

MILLENNIA: Final = frozenset({"dua", "seribu"})
"""What a year in words begins with: "dua ribu dua puluh tiga", "seribu sembilan ratus ..."."""

_APOSTROPHE: Final = "['`´′ʼ]"
_SHORT: Final = 4
_FOOTER_REACH: Final = 45
_LATEST_SHORT: Final = 49
_LAST_DAY: Final = 31
_NEXT_CENTURY: Final = 100
_FIRST_SPOKEN, _LAST_SPOKEN = 1945, 2045
_MOST_SPOKEN: Final = 7
_YEAR_WORD: Final = "|".join(
    re.escape(words).replace(r"\ ", r"[\s-]{1,2}")
    for words in sorted(YEAR_WORDS, key=len, reverse=True)
)
_BEHIND: Final = re.compile(
    rf"""
    (?P<gap>\s{{0,2}}(?P<mark>[.,/–—-]{{0,2}})\s{{0,2}}(?P<open>\()?)
    (?P<word>(?:{_YEAR_WORD})(?![a-z])\.?\s?:?\s?-?)?
    (?: (?P<full>(?:19|20)\d\d) | (?P<short>{_APOSTROPHE}\s?\d\d|\d\d) )
    (?!\w)(?(open)\))
    """,
    re.VERBOSE,
)
_MARKS_OF_SHORT: Final = frozenset({".", ".,", ".-", "./"})
_CLOSING: Final = frozenset({"", ",", ".", ";", ":", ")", "\n"})
_GOES_ON: Final = re.compile(r"[./_–-]\w")
_SPAN: Final = re.compile(r"(?P<first>(?:19|20)\d\d)\s?[/–-]\s?(?P<last>\d\d)(?!\w)(?![/.,–-]\d)")


class YearBehind(NamedTuple):
    """The year that stands behind something: where it ends, and the index of the token behind."""

    year: int
    end: int
    behind: int


def short_year(digits: str) -> int:
    """The year that two digits stand for: 2023 for "23", 1998 for "98"."""
    number = int(digits)
    return (2000 if number <= _LATEST_SHORT else 1900) + number


def year_behind(t: Words, index: int, gaps: str) -> YearBehind | None:
    """The year that belongs to the token at `index`.

    Args:
        t: the text.
        index: of a month, or of the last word of a part of a year.
        gaps: the marks that may stand between.
    """
    match = _BEHIND.match(t.folded, t.tokens[index].end)
    if match is None:
        return _spoken_year_behind(t, index)
    if not _belongs(t, index, match, gaps):
        return None
    behind = t.index_at(match.end())
    if match["open"] is None and not ends_here(t, behind - 1):
        return None
    if match["full"]:
        is_count = match["mark"] == "," and counts_behind(t, behind - 1)
        return None if is_count else YearBehind(int(match["full"]), match.end(), behind)
    digits = match["short"][-2:]
    if match["short"][0] not in APOSTROPHES and not _is_short_year(t, index, match):
        return None
    return YearBehind(short_year(digits), match.end(), behind)


def _spoken_year_behind(t: Words, index: int) -> YearBehind | None:
    """A year in words, as on the radio: "Maret dua ribu dua puluh dua"."""
    if t.tokens[index + 1].word == "tahun" and t.follows(index + 1):
        index += 1
    if t.tokens[index + 1].word not in MILLENNIA or not t.follows(index + 1):
        return None
    found, behind = read_spoken_year(t, index)
    year = found[0].year if found else None
    return None if year is None else YearBehind(year, found[0].end, behind)


def _belongs(t: Words, index: int, match: re.Match[str], gaps: str) -> bool:
    """Whether what stands between a month and its year may stand there."""
    word, mark = t.tokens[index].word, match["mark"]
    if match["open"]:
        return not mark and match["full"] is not None
    is_abbreviated = len(word) <= _SHORT or word in SHORT_MONTHS
    if is_abbreviated and mark in _MARKS_OF_SHORT:
        return True
    if mark == ".":
        return mark in gaps and match["gap"] == mark  # else a sentence ends there
    return not mark or mark in tuple(gaps)


def _is_short_year(t: Words, index: int, match: re.Match[str]) -> bool:
    """Whether two digits without an apostrophe are a year.

    They are in "Des-23" and at the end of "per 31 Des 23.", but neither in "Mei-15 Juni" nor in
    "Des 23 orang", whatever is counted; and "December 31" may be a day.
    """
    mark, behind = match["mark"], t.index_at(match.end())
    is_tight = mark in ("-", "/", "–", ".") and match["gap"] == mark
    is_last = not mark and t.folded[match.end() : match.end() + 1] in _CLOSING
    can_be_day = int(match["short"]) <= _LAST_DAY and not (
        index and t.tokens[index - 1].word in DAYS and t.follows(index)
    )
    is_loose = is_last and t.tokens[index].word in MONTHS and not can_be_day
    if not (is_tight or is_loose or match["word"]) or int(match["short"]) > _LATEST_SHORT:
        return False
    return t.tokens[behind].word not in MONTHS and not counts_behind(t, behind - 1)


def ends_here(t: Words, index: int) -> bool:
    """Whether a year ends with its digits: not in "2023,5", "2021-an" or "2021/3"."""
    end = t.tokens[index].end
    behind = t.folded[end : end + 2]
    if not behind or behind[0] == " ":
        return True
    if behind[0].isalnum() or behind[0] == "_":
        return False
    if behind[0] in ".,":
        return not behind[1:].isdecimal()
    following = t.tokens[index + 1].word
    if behind[0] == "/" and behind[1:].isdecimal():
        return following in YEARS
    return not (behind[0] == "-" and following == "an")


def read_year(t: Words, index: int) -> Read:
    """A bare year, if its four digits count nothing; both of "2023/24"."""
    token = t.tokens[index]
    if t.folded[token.end : token.end + 1] in ("/", "-", "–") and (
        match := _SPAN.match(t.folded, token.start)
    ):
        first, last = int(match["first"]), int(match["last"])
        if last == (first + 1) % _NEXT_CENTURY and not counts_behind(t, index + 1):
            one = Wording(*match.span("first"), year=first)
            return [one, Wording(*match.span("last"), year=first + 1)], index + 2
    if not ends_here(t, index) or _counts(t, index):
        return NOTHING, index + 1
    line = t.folded[max(0, token.start - _FOOTER_REACH) : token.start].rpartition("\n")[2]
    is_footer = any(cue in line for cue in FOOTER)
    return [Wording(token.start, token.end, year=YEARS[token.word], is_footer=is_footer)], index + 1


def _counts(t: Words, index: int) -> bool:
    """Whether four digits count something: "2021 peserta", "Rp 2022", "sebanyak 2023"."""
    before, token = t.tokens[index - 1].word, t.tokens[index]
    if t.follows(index) and before in TIME_BEFORE:
        return False
    if before in MONTHS or before in UNITS or before in ATTACHED:
        return False
    if before in COUNT_BEFORE and not t.gap(index).strip(" ."):
        return True
    return token.word in DISTANT_YEARS or counts_behind(t, index)


def counts_behind(t: Words, index: int) -> bool:
    """Whether the words behind the digits at `index` make them count: "2021 peserta", "23%"."""
    end = t.tokens[index].end
    if t.folded[end : end + 2].strip()[:1] == "%":
        return True
    return t.tokens[index + 1].word in COUNT_BEHIND and t.follows(index + 1)


def is_said(t: Words, index: int) -> bool:
    """Whether a time is spoken of at the token `index`: behind "per", or in brackets of its own."""
    token, before = t.tokens[index], t.tokens[index - 1].word
    if t.folded[max(0, token.start - 1) : token.start] in ("", "(", "\n"):
        return True
    return (before in TIME_BEFORE or before == "data") and t.gap(index) in (" ", ". ", ": ")


# --- two digits ------------------------------------------------------------------------------


def is_attached(t: Words, index: int) -> bool:
    """Whether digits or a month that cling to a word belong to it: "thn.2023", "per-Desember"."""
    token, before = t.tokens[index], t.tokens[index - 1]
    mark = t.folded[before.end : token.start]
    if mark not in (".", "-", ""):
        return False
    if before.word in ATTACHED or (before.word in MONTHS and token.word in MONTHS):
        return True
    if mark == "-" and token.word in YEARS:
        # "APBD-2023", but not the file "data-2023-12-31.xlsx"
        return before.word.isalpha() and not _GOES_ON.match(t.folded, token.end)
    pair = f"{t.tokens[index - 2].word}.{before.word}"
    return mark == "." and pair in ATTACHED


def is_marked(t: Words, index: int) -> bool:
    """Whether the two digits at `index` are those of a year: "tahun '23", "FY23", "akhir '23"."""
    token, before = t.tokens[index], t.tokens[index - 1].word
    if index == 0 or len(token.word) != 2:  # noqa: PLR2004
        return False
    gap = t.gap(index)
    if gap[-1:] in APOSTROPHES:
        is_known = before in TIME_BEFORE or before in YEAR_WORDS or before in ("a", "anggaran")
        return (is_known or before in PARTS) and not gap[:-1].strip(" .:-")
    return before in FISCAL_YEARS and gap in ("", " ", "-", ".")


def read_short_year(t: Words, index: int) -> Read:
    """A year of two digits: "tahun '23", "FY23"."""
    token = t.tokens[index]
    if not is_marked(t, index) or not ends_here(t, index) or counts_behind(t, index):
        return NOTHING, index + 1
    start = token.start - (t.folded[token.start - 1] in APOSTROPHES)
    if t.tokens[index - 1].word in FISCAL_YEARS:
        start = t.tokens[index - 1].start  # "FY23" is one code
    return [Wording(start, token.end, year=short_year(token.word))], index + 1


def read_spoken_year(t: Words, index: int) -> Read:
    """A year in words behind the token at `index`: "tahun dua ribu dua puluh tiga"."""
    at = index + 1
    while at <= index + _MOST_SPOKEN and t.tokens[at].word in NUMERAL_WORDS and t.follows(at):
        at += 1
    said = [token.word for token in t.tokens[index + 1 : at]]
    numeral = read_number_words(said) if len(said) > 2 else None  # noqa: PLR2004
    if numeral is None or not _FIRST_SPOKEN <= numeral.value <= _LAST_SPOKEN:
        return NOTHING, index + 1
    if t.tokens[at].word in COUNT_BEHIND or numeral.value != numeral.value.to_integral_value():
        return NOTHING, index + 1
    first, last = t.tokens[index + 1], t.tokens[at - 1]
    return [Wording(first.start, last.end, year=int(numeral.value))], at
