"""Which periods a number can hold for."""

import re
from collections.abc import Sequence
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
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.scanner.sentences import paragraph_start
from uhc_llm.scanner.tables import in_table
from uhc_llm.schemas import Mention, PeriodMention, Reading

__all__ = ["BoundPeriods", "bind_periods"]

_FIRST: Final = 3
# So many periods back is one looked for that is in force.
_REACH: Final = 100
# "87,69% dari jumlah penduduk semester I 2025"
_OF_REGISTER: Final = re.compile(r"\bpenduduk(?:\s+\w+)?\s+\Z", re.IGNORECASE)
_BUDGET: Final = re.compile(r"\b(?:APBD|APBDP|APBD-P|APBN|RKPD|anggaran)\s+\Z", re.IGNORECASE)
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
    as_of = _as_of(reading.text, earlier or placed[:_FIRST])
    if as_of and _is_only_national(reading, as_of, mention):
        as_of = None  # "secara nasional 222 juta orang per Desember 2020"
    if as_of and all(p.weekday_agrees is not None for p in here):
        here = []  # the day on which it was said, not that of the figures
    before = [p for p in here if mention.start - len(at.before) <= p.start < mention.start]
    behind = [p for p in here if mention.end <= p.start and p.end <= mention.end + len(at.after)]
    if behind and (not before or behind[0].start - mention.end < CLOSE):
        return BoundPeriods((behind[0],), True, own, as_of)
    if before:
        return BoundPeriods((before[-1],), True, own, as_of)
    said_before = [p for p in here if p.end <= mention.start]
    in_force = said_before[-1] if said_before else here[0] if here else None
    if in_force is None and not is_target:
        first = earlier[:_REACH] if at.in_table else relevant(placed[:_REACH])
        in_force = _period_in_force(
            reading, mention, earlier, first, paragraph_start(reading.text, top)
        )
    return BoundPeriods((in_force,) if in_force else (), False, own, as_of)


def _holds_for(text: str, period: PeriodMention, mention: Mention, at: Window) -> bool:
    """Whether a period is not that of the source of another number.

    "penduduk 2.706.950 jiwa (semester 2 2022)": the register of people is of then, nothing else.
    """
    if "-S" not in period.iso:
        return True
    look_back = max(0, period.start - LOOK_BACK)
    if mention.unit == "percent" and _OF_REGISTER.search(text, look_back, period.start):
        return False
    left, right = mention.start - len(at.before), mention.end + len(at.tail)
    return left <= period.start and period.end <= right


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
    """The last period named before a number that is not of the future; else the first named."""
    ahead = mention.unit == "rupiah"  # a budget is made the year before
    year = str(reading.published.year + ahead) if reading.published else "9999"

    def is_past(period: PeriodMention) -> bool:
        return period.iso[:4] <= year and (
            is_said_as_time(reading.text, period) or _is_of_budget(reading.text, period)
        )

    last = next((p for p in reversed(earlier) if is_past(p)), None)
    if last and (last.start >= paragraph or reading.published is None):
        return last
    return next(filter(is_past, first), None) if reading.published is None else None
