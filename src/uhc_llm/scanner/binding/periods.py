"""Which periods a number can hold for."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from uhc_llm.scanner.binding.placing import (
    CLOSE,
    LONGEST,
    LOOK_BACK,
    between,
    place_of,
    sentence_index,
)
from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.periods import is_said_as_time
from uhc_llm.scanner.periods.words import COVERAGE_WORDS, FUTURE, OTHER_MATTERS
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.scanner.sentences import paragraph_start
from uhc_llm.scanner.tables import in_table
from uhc_llm.schemas import Mention, PeriodMention, Reading

__all__ = ["BoundPeriods", "bind_periods"]

_FIRST: Final = 3
_YEAR_DIGITS: Final = 4
# So many periods back is one looked for that is in force.
_REACH: Final = 100
# "87,69% dari jumlah penduduk semester I 2025"
_OF_REGISTER: Final = re.compile(r"\bpenduduk(?:\s+\w+)?\s+\Z", re.IGNORECASE)
_TO: Final = re.compile(
    r"\s?(?:[-–—]|s\.?\s?[/.]?\s?d\.?|sampai(?:\s+dengan)?|hingga)\s?", re.IGNORECASE
)
# Of a clause so many characters are looked at, on either side of its period.
_CLAUSE: Final = 160
_CLAUSE_END: Final = re.compile(
    r"[.;:,!?](?=\s|\Z)|\n|\b(?:sedangkan|sementara|tetapi|namun|padahal|sehingga|dan|serta)\b"
)
_WORD: Final = re.compile(r"[a-z]+")
_BUDGET: Final = re.compile(r"\b(?:APBD|APBDP|APBD-P|APBN|RKPD|anggaran)\s+\Z", re.IGNORECASE)
_AWARD: Final = re.compile(r"\b(?:awards?|penghargaan|anugerah)\s+(?:UHC\s+)?\Z", re.IGNORECASE)
# The day that figures are of: "per 31 Desember 2023".
_AS_OF: Final = re.compile(r"\b(?:per|hingga|sampai(?:\s+dengan)?|posisi|data)\s+\Z", re.IGNORECASE)


class BoundPeriods(NamedTuple):
    """The periods that a number can hold for, the likeliest first.

    `is_settled` where the number's own clause names one. `own_date` stands for the article's own
    date, and `as_of` for the day that the text's figures are of ("per 31 Desember 2023").
    """

    periods: tuple[PeriodMention, ...]
    is_settled: bool
    own_date: PeriodMention | None
    as_of: PeriodMention | None


def bind_periods(
    reading: Reading, mention: Mention, at: Window, *, is_target: bool
) -> BoundPeriods:
    """Find the periods that `mention` can hold for.

    Args:
        reading: the text.
        mention: the number.
        at: its window.
        is_target: whether its clause speaks of a goal; what is in force elsewhere is not its year
            then.
    """
    # The article's own date, which has no place, comes first.
    has_own = bool(reading.periods) and not reading.periods[0].end
    placed = reading.periods[has_own:]

    def relevant(periods: Sequence[PeriodMention]) -> list[PeriodMention]:
        return [p for p in periods if _holds_for(reading.text, p, mention, at)]

    # Of a table and its heads nothing is in force in a cell but what it says of its own.
    top = at.cell.start if at.cell and at.in_table else mention.start
    span = reading.sentences[sentence_index(reading, mention)]
    start, end = max(span.start, mention.start - LONGEST), min(span.end, mention.end + LONGEST)
    here = [] if at.in_table else _without_event_dates(relevant(between(placed, start, end)))
    place = place_of(placed, top)
    earlier = relevant(placed[max(0, place - _REACH) : place])
    earlier = [p for p in earlier if not in_table(reading.tables, p.start)]
    own = _own_period(reading)
    if at.in_table and at.cell and at.cell.is_of_sentence and is_target:
        return BoundPeriods((), False, own, None)  # "per Januari 2024" is no year to aim at
    if at.cell and at.cell.periods and not here:
        return BoundPeriods(at.cell.periods, True, own, None)
    # What a headline says is of the day that the text behind it names.
    as_of = _as_of(reading.text, earlier or relevant(placed[:_FIRST]))
    if as_of and _is_only_national(reading, as_of, mention):
        as_of = None  # "secara nasional 222 juta orang per Desember 2020"
    if as_of and all(p.weekday_agrees is not None for p in here):
        here = []  # the day on which it was said, not that of the figures
    before = [p for p in here if mention.start - len(at.before) <= p.start < mention.start]
    behind = [p for p in here if mention.end <= p.start and p.end <= mention.end + len(at.after)]
    if behind and (not before or behind[0].start - mention.end < CLOSE):
        return BoundPeriods((_end_of_range(reading.text, behind),), True, own, as_of)
    if before:
        return BoundPeriods((_start_of_split_year(reading.text, before),), True, own, as_of)
    said_before = [p for p in here if p.end <= mention.start]
    in_force = _start_of_split_year(reading.text, said_before) if said_before else None
    if in_force is None and here:
        in_force = _end_of_range(reading.text, here)
    if in_force is None and not is_target and not at.in_table:
        first = relevant(placed[:_REACH])
        in_force = _period_in_force(
            reading, mention, earlier, first, paragraph_start(reading.text, mention.start)
        )
    return BoundPeriods((in_force,) if in_force else (), False, own, as_of)


def _end_of_range(text: str, periods: Sequence[PeriodMention]) -> PeriodMention:
    """The first of `periods`; of a range ("Januari-Desember 2023") its end.

    One of bare years rather names a plan ("RPJMN 2025-2029").
    """
    for one, two in pairwise(periods):
        if len(one.iso) == _YEAR_DIGITS or not _TO.fullmatch(text, one.end, two.start):
            return one
    return periods[-1]


def _start_of_split_year(text: str, periods: Sequence[PeriodMention]) -> PeriodMention:
    """The last of `periods`; of "tahun anggaran 2023/2024" the year that it begins in."""
    if len(periods) > 1 and text[periods[-2].end : periods[-1].start] == "/":
        return periods[-2]
    return periods[-1]


def _holds_for(text: str, period: PeriodMention, mention: Mention, at: Window) -> bool:
    """Whether a period is not that of another matter, or of the source of another number.

    "penduduk 2.706.950 jiwa (semester 2 2022)": the register of people is of then, nothing else.
    """
    if _is_of_other_matter(text, period, mention):
        return False
    if "-S" not in period.iso:
        return True
    look_back = max(0, period.start - LOOK_BACK)
    if mention.unit == "percent" and _OF_REGISTER.search(text, look_back, period.start):
        return False
    left, right = mention.start - len(at.before), mention.end + len(at.tail)
    return left <= period.start and period.end <= right


def _is_of_other_matter(text: str, period: PeriodMention, mention: Mention) -> bool:
    """Whether the clause of a period speaks of something else, and has no part in the number.

    "Cakupan 98 persen. Tunggakan iuran dilunasi Desember 2025.": no time of the 98 percent.
    """
    if mention.unit == "rupiah":
        return False  # it pays for such matters
    clause = _clause_around(text, period.start, period.end)
    return clause.is_other and not clause.start <= mention.start < clause.end


class _Clause(NamedTuple):
    """The clause of a period: whether it is of another matter, and whether of the time to come."""

    start: int
    end: int
    is_other: bool
    is_ahead: bool


@lru_cache(maxsize=256)
def _clause_around(text: str, start: int, end: int) -> _Clause:
    """The clause of a period; every number of an article asks for those of the same periods."""
    look_back, look_ahead = max(0, start - _CLAUSE), end + _CLAUSE
    begins = [found.end() for found in _CLAUSE_END.finditer(text, look_back, start)]
    found = _CLAUSE_END.search(text, end, look_ahead)
    clause = (begins[-1] if begins else look_back, found.start() if found else look_ahead)
    words = set(_WORD.findall(text[slice(*clause)].lower()))
    is_other = not OTHER_MATTERS.isdisjoint(words) and COVERAGE_WORDS.isdisjoint(words)
    return _Clause(*clause, is_other, not FUTURE.isdisjoint(words))


def _without_event_dates(here: list[PeriodMention]) -> list[PeriodMention]:
    """Leave out days with a weekday where their sentence names another period too.

    "Rencana 2026 yang diteken Kamis 30 Oktober 2025 memuat 27 ribu warga": of 2026.
    """
    others = [p for p in here if p.weekday_agrees is None]
    return others or here


def _own_period(reading: Reading) -> PeriodMention | None:
    """The period that stands for the article's own date."""
    if reading.published is None:
        return None
    iso = reading.published.isoformat()
    return next((p for p in reading.periods if p.iso == iso), None)


def _as_of(text: str, earlier: Sequence[PeriodMention]) -> PeriodMention | None:
    """The last day or month among `earlier` that figures are said to be of."""
    for period in reversed(earlier):
        look_back = max(0, period.start - LOOK_BACK)
        if len(period.iso) > len("2023") and _AS_OF.search(text, look_back, period.start):
            return period
    return None


def _is_only_national(reading: Reading, period: PeriodMention, mention: Mention) -> bool:
    """Whether a period is that of the nation's figures, in an article about a region."""
    main = next((r for r in reading.regions if r.id == reading.main_region), None)
    if main is None or main.code == NATION.code or _speaks_of_nation(reading, mention):
        return False
    return _speaks_of_nation(reading, period)


def _is_of_budget(text: str, period: PeriodMention) -> bool:
    """Whether a year is that of a budget: "Dalam APBD 2025 alokasinya ..."."""
    look_back = max(0, period.start - LOOK_BACK)
    return _BUDGET.search(text, look_back, period.start) is not None


def _is_of_award(text: str, period: PeriodMention) -> bool:
    """Whether a year is that of a prize, which regions are counted for: "UHC Award 2023"."""
    look_back = max(0, period.start - LOOK_BACK)
    return _AWARD.search(text, look_back, period.start) is not None


def _speaks_of_nation(reading: Reading, place: Mention | PeriodMention) -> bool:
    """Whether the sentence of a number or a period names the nation."""
    span = reading.sentences[sentence_index(reading, place)]
    return any(r.code == NATION.code for r in between(reading.regions, *span))


def _period_in_force(
    reading: Reading,
    mention: Mention,
    earlier: Sequence[PeriodMention],
    first: Sequence[PeriodMention],
    paragraph: int,
) -> PeriodMention | None:
    """The last period named before a number that is not of the future; else the first named.

    In an article of an unknown date regions are counted for the year of their prize, where nothing
    else is said.
    """
    text, is_dated, is_budget = (
        reading.text,
        reading.published is not None,
        mention.unit == "rupiah",
    )
    # A budget is made the year before.
    year = str(reading.published.year + is_budget) if reading.published else "9999"

    def is_ahead(period: PeriodMention) -> bool:
        is_open = not (is_dated or is_budget)
        return is_open and _clause_around(text, period.start, period.end).is_ahead

    def is_past(period: PeriodMention) -> bool:
        if period.iso[:4] > year or is_ahead(period):
            return False
        return is_said_as_time(text, period) or _is_of_budget(text, period)

    last = next((p for p in reversed(earlier) if is_past(p)), None)
    if is_dated:
        is_near = last is not None and last.start >= paragraph
        return last if is_near else None
    if mention.unit != "regions":
        return last or next(filter(is_past, first), None)
    of_award = (p for p in first if _is_of_award(text, p) and not is_ahead(p))
    return last or next(filter(is_past, first), None) or next(of_award, None)
