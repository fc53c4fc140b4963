"""Months, parts of years and years that are written out: "Mei 2024", "triwulan II 2023"."""

from typing import Final, NamedTuple

from uhc_llm.scanner.calendar import MONTHS
from uhc_llm.scanner.periods.wording import NOTHING, Read, Step, Wording, Words
from uhc_llm.scanner.periods.words import (
    CONNECTORS,
    COUNT_BEFORE,
    COUNT_BEHIND,
    DASHES,
    DISTANT_YEARS,
    FOOTER,
    FRACTIONS,
    ORDINALS,
    SCHOOL_YEAR,
    SMALL_COUNTS,
    STEPS,
    TIME_BEFORE,
    UNITS,
    WHICH,
    YEARS,
    Which,
)

__all__ = ["Dating", "connected", "dated", "read_fraction", "read_month", "read_year"]

_CENTURY: Final = 2000
# "Juni" has four letters; a name of a month as short as that may be something else.
_SHORT: Final = 4
_FOOTER_REACH: Final = 45
_HALVES: Final = 2


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
    end, behind, year, which, years_on = dated(t, index, gaps="-")
    if year is None and not _stands_as_month(t, index, has_more=end > token.end):
        return NOTHING, index + 1
    month = MONTHS[token.word]
    return [Wording(token.start, end, year, month, which=which, years_on=years_on)], behind


def _stands_as_month(t: Words, index: int, *, has_more: bool) -> bool:
    """Whether a name of a month alone is one: "Mei" and "Jan" are people's names too."""
    before, token = t.tokens[index - 1].word, t.tokens[index]
    if before in SMALL_COUNTS or before == "sebelas":
        return False  # "Universitas Sebelas Maret"
    is_capital = t.text[token.start].isupper()
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
    if found := _year_behind(t, index, gaps):
        return Dating(t.tokens[found[1] - 1].end, found[1], year=found[0])
    if not t.follows(behind):
        return Dating(end, behind)
    if t.tokens[behind].word in ("tahun", "thn"):
        step = t.phrase(behind + 1, STEPS)
        if step and not STEPS[step[0]][1]:
            return Dating(t.tokens[step[1] - 1].end, step[1], years_on=STEPS[step[0]][0])
    elif which := t.phrase(behind, WHICH):
        return Dating(t.tokens[which[1] - 1].end, which[1], which=WHICH[which[0]])
    return Dating(end, behind)


def _year_behind(t: Words, index: int, gaps: str) -> tuple[int, int] | None:
    """The year that belongs to the token at `index`, and the index behind it."""
    token, gap = t.tokens[index], t.gap(index + 1)
    between = gap.strip()
    if between == "'" and len(t.tokens[index + 1].word) == 2:  # noqa: PLR2004 - '22 for 2022
        word = t.tokens[index + 1].word
        return (_CENTURY + int(word), index + 2) if word.isascii() and word.isdecimal() else None
    # A month that is abbreviated has a dot of its own.
    is_abbreviated = token.end - token.start <= _SHORT and between in (".", ".,")
    if not (is_abbreviated or between == "" or (len(between) == 1 and between in gaps)):
        return None
    at = index + 1
    if t.tokens[at].word in ("tahun", "thn") and gap:
        at += 1
        if not t.follows(at):
            return None
        at += t.tokens[at].word == "anggaran"
    word = t.tokens[at].word
    if word not in YEARS or not _year_ends(t, at):
        return None
    return YEARS[word], at + 1


def _year_ends(t: Words, index: int) -> bool:
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


def read_fraction(t: Words, index: int) -> Read:
    """A semester or a quarter: "triwulan ke-2 2023", "semester I/2023", "semester ini"."""
    kind, token = FRACTIONS[t.tokens[index].word], t.tokens[index]
    if t.follows(index + 1) and (found := t.phrase(index + 1, STEPS)):
        count, is_from_said = STEPS[found[0]]
        if is_from_said or len(token.word) <= _SHORT:
            return NOTHING, index + 1
        step = Step(kind, count)
        return [Wording(token.start, t.tokens[found[1] - 1].end, step=step)], found[1]
    numbered = _numbered(t, index + 1, kind, is_glued=token.word == "q")
    if numbered is None:
        return NOTHING, index + 1
    number, behind = numbered
    read = [Wording(token.start, t.tokens[behind - 1].end, fraction=f"{kind}{number}")]
    if second := _second_fraction(t, behind, kind):
        wording, behind = second
        read.append(wording)
    if t.tokens[behind].word == "tahun" and t.tokens[behind + 1].word in SCHOOL_YEAR:
        return NOTHING, behind + 1
    if found_year := _year_behind(t, behind - 1, "/,-."):
        year, behind = found_year
        read = [wording._replace(year=year) for wording in read]
        read[-1] = read[-1]._replace(end=t.tokens[behind - 1].end)
    return read, behind


def _numbered(t: Words, index: int, kind: str, *, is_glued: bool) -> tuple[int, int] | None:
    """The number of a part of a year, and the index behind it."""
    gap = t.gap(index)
    if not (gap.isspace() or gap.strip() in ("-", ".") or (is_glued and not gap)):
        return None
    if t.tokens[index].word == "ke" and t.gap(index + 1).strip() in ("", "-"):
        index += 1
    number = ORDINALS.get(t.tokens[index].word)
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


def read_year(t: Words, index: int) -> Read:
    """A bare year, if its four digits count nothing."""
    token = t.tokens[index]
    if not _year_ends(t, index) or _counts(t, index):
        return NOTHING, index + 1
    line = t.folded[max(0, token.start - _FOOTER_REACH) : token.start].rpartition("\n")[2]
    is_footer = any(cue in line for cue in FOOTER)
    return [Wording(token.start, token.end, year=YEARS[token.word], is_footer=is_footer)], index + 1


def _counts(t: Words, index: int) -> bool:
    """Whether four digits count something: "2021 peserta", "Rp 2022", "sebanyak 2023"."""
    before, token = t.tokens[index - 1].word, t.tokens[index]
    if t.follows(index) and before in TIME_BEFORE:
        return False
    if before in MONTHS or before in UNITS:
        return False
    if before in COUNT_BEFORE and not t.gap(index).strip(" ."):
        return True
    if t.folded[token.end : token.end + 2].strip()[:1] == "%":
        return True
    return token.word in DISTANT_YEARS or (
        t.tokens[index + 1].word in COUNT_BEHIND and t.follows(index + 1)
    )


def connected(t: Words, index: int) -> int | None:
    """The index behind a connector ("sampai dengan", "s.d.") that begins at `index`."""
    if t.tokens[index].word == "s" and t.tokens[index + 1].word == "d":
        return index + 2
    if found := t.phrase(index, CONNECTORS):
        return found[1] if t.follows(found[1]) else None
    return None
