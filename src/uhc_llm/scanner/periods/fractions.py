"""Parts of years that are written out: "triwulan II 2023", "4Q23", "2023-S2"."""

from typing import Final

from uhc_llm.scanner.periods.months import connected
from uhc_llm.scanner.periods.wording import NOTHING, Read, Step, Wording, Words
from uhc_llm.scanner.periods.words import (
    DASHES,
    DEGREES,
    ENGLISH_ORDINALS,
    FRACTIONS,
    LAST_OF_YEAR,
    ORDINAL_ENDINGS,
    ORDINALS,
    SCHOOL_YEAR,
    SHORT_YEARS,
    SMALL_COUNTS,
    STEPS,
    YEAR_UNITS,
    YEARS,
)
from uhc_llm.scanner.periods.years import ends_here, is_said, short_year, year_behind

__all__ = [
    "LETTERS",
    "read_english_fraction",
    "read_fraction",
    "read_fraction_behind",
    "read_fraction_first",
    "read_lettered",
]

_SHORT: Final = 4
_HALVES: Final = 2
_QUARTERS: Final = 4
LETTERS: Final = {"s": "S", "h": "S", "q": "Q"}
"""What a part of a year is called by one letter: "Q4"; S2 is also a degree, and no half of it."""

_DEGREE_REACH: Final = 3


def read_fraction(t: Words, index: int) -> Read:
    """A semester or a quarter: "triwulan ke-2 2023", "semester I/2023", "semester ini"."""
    kind, token = FRACTIONS[t.tokens[index].word], t.tokens[index]
    if t.follows(index + 1) and (found := t.phrase(index + 1, STEPS)):
        count, is_from_said = STEPS[found[0]]
        if is_from_said or len(token.word) <= _SHORT:
            return NOTHING, index + 1
        step = Step(kind, count)
        return [Wording(token.start, t.tokens[found[1] - 1].end, step=step)], found[1]
    numbered = _numbered(t, index + 1, kind, is_glued=len(token.word) <= _SHORT)
    if numbered is None:
        return NOTHING, index + 1
    number, behind = numbered
    read = [Wording(token.start, t.tokens[behind - 1].end, fraction=f"{kind}{number}")]
    if second := _second_fraction(t, behind, kind):
        wording, behind = second
        read.append(wording)
    if t.tokens[behind].word in YEAR_UNITS and t.tokens[behind + 1].word in SCHOOL_YEAR:
        return NOTHING, behind + 1
    if found_year := year_behind(t, behind - 1, "/,-."):
        read = [wording._replace(year=found_year.year) for wording in read]
        read[-1] = read[-1]._replace(end=found_year.end)
        return read, found_year.behind
    if t.tokens[behind - 1].word in LAST_OF_YEAR:
        return NOTHING, index + 1  # "triwulan terakhir": of which year?
    return read, behind


def read_lettered(t: Words, index: int) -> Read:
    """A half of a year as tables have it: "H2 2023", "S2-2023"; only with its year."""
    token = t.tokens[index]
    numbered = _numbered(t, index + 1, "S", is_glued=True) if not t.gap(index + 1) else None
    found = year_behind(t, numbered[1] - 1, "/-") if numbered else None
    if numbered is None or found is None or (token.word == "s" and _is_degree(t, index)):
        return NOTHING, index + 1
    return [Wording(token.start, found.end, found.year, fraction=f"S{numbered[0]}")], found.behind


def _is_degree(t: Words, index: int) -> bool:
    """Whether S2 is a master's degree: "lulusan S2 2023"."""
    near = {token.word for token in t.tokens[max(0, index - _DEGREE_REACH) : index]}
    return bool(near & DEGREES) or (not is_said(t, index) and t.gap(index + 2).isspace())


def read_fraction_first(t: Words, index: int) -> Read:
    """A part of a year that begins with its number: "4Q23", "2H2023", "4th quarter of 2023"."""
    token, at = t.tokens[index], index + 1
    number = int(token.word)
    if t.tokens[at].word in ORDINAL_ENDINGS:
        return read_english_fraction(t, index, at + 1, number)
    kind = LETTERS.get(t.tokens[at].word)
    if kind is None or not 1 <= number <= (_HALVES if kind == "S" else _QUARTERS):
        return NOTHING, index + 1
    gap, year = t.gap(at + 1), t.tokens[at + 1].word
    if not gap and year in SHORT_YEARS and ends_here(t, at + 1):
        wording = Wording(token.start, t.tokens[at + 1].end, short_year(year))
        return [wording._replace(fraction=f"{kind}{number}")], at + 2
    found = year_behind(t, at, "/-")
    if found is None:
        return NOTHING, index + 1
    return [Wording(token.start, found.end, found.year, fraction=f"{kind}{number}")], found.behind


def read_english_fraction(
    t: Words, index: int, at: int | None = None, number: int | None = None
) -> Read:
    """A part of a year in English: "fourth quarter of 2023", "first half 2023"."""
    at = index + 1 if at is None else at
    number = ENGLISH_ORDINALS[t.tokens[index].word] if number is None else number
    kind = FRACTIONS.get(t.tokens[at].word)
    if kind is None or not t.follows(at) or number > (_HALVES if kind == "S" else _QUARTERS):
        return NOTHING, index + 1
    found = year_behind(t, at, ",")
    if found is None:
        return NOTHING, index + 1
    start = t.tokens[index].start
    return [Wording(start, found.end, found.year, fraction=f"{kind}{number}")], found.behind


def read_fraction_behind(t: Words, index: int) -> Read | None:
    """A part of the year that stands before it: "2023Q4", "2023-S2", "tahun 2023 triwulan IV"."""
    year, at = t.tokens[index], index + 1
    if t.gap(at).strip(" ,:") not in ("", "-", "/") or "\n" in t.gap(at):
        return None
    word = t.tokens[at].word
    kind = LETTERS.get(word) or FRACTIONS.get(word)
    is_letter = word in LETTERS
    if kind is None or (is_letter and t.gap(at + 1)):
        return None
    numbered = _numbered(t, at + 1, kind, is_glued=len(word) <= _SHORT)
    if numbered is None or t.tokens[numbered[1] - 1].word in LAST_OF_YEAR:
        return None
    number, behind = numbered
    if (word == "s" and t.gap(at).isspace()) or year_behind(t, behind - 1, "/,-."):
        return None
    end = t.tokens[behind - 1].end
    return [Wording(year.start, end, YEARS[year.word], fraction=f"{kind}{number}")], behind


def _numbered(t: Words, index: int, kind: str, *, is_glued: bool) -> tuple[int, int] | None:
    """The number of a part of a year, and the index behind it."""
    gap = t.gap(index)
    if not (gap.isspace() or gap.strip() in ("-", ".") or (is_glued and not gap)):
        return None
    if t.tokens[index].word == "ke" and t.gap(index + 1).strip() in ("", "-"):
        index += 1
    word = t.tokens[index].word
    number = ORDINALS.get(word)
    if word in LAST_OF_YEAR:
        number = _HALVES if kind == "S" else _QUARTERS
    if number is None or (kind == "S" and number > _HALVES):
        return None
    end = t.tokens[index].end
    behind = t.folded[end : end + 2]
    if behind[:1] in (".", ",") and behind[1:].isdecimal():
        return None
    return (number, index + 1) if not behind[:1].isalnum() else None


def _second_fraction(t: Words, index: int, kind: str) -> tuple[Wording, int] | None:
    """The other end of "triwulan I-III 2023" or "semester I dan II"."""
    is_dash = t.gap(index).strip() in DASHES
    behind = index if is_dash else connected(t, index)
    if behind is None:
        return None
    start = t.tokens[behind].start
    if FRACTIONS.get(t.tokens[behind].word) == kind:
        behind += 1
    number = ORDINALS.get(t.tokens[behind].word)
    if (
        number is None
        or (kind == "S" and number > _HALVES)
        or t.tokens[behind].word in SMALL_COUNTS
    ):
        return None
    return Wording(start, t.tokens[behind].end, fraction=f"{kind}{number}"), behind + 1
