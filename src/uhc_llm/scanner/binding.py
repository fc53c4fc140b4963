"""Which region and which period a number belongs to, by clause and by nearness.

A number has a window (see `cues`); a region or period named in it is the number's own. Without one
the last that was named is in force, until a list of several leaves none; and then there is the
article's main region and its own date.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from uhc_llm.scanner.cues import Window
from uhc_llm.scanner.periods import is_said_as_time
from uhc_llm.scanner.regions import is_place_of_event
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.schemas import Level, Mention, PeriodMention, Reading, RegionMention

__all__ = ["BoundPeriods", "BoundRegions", "bind_periods", "bind_regions", "named_regions"]

_COUNTED_IN: Final = frozenset[Level]({"nation", "province", "area"})
_COUNTING: Final = frozenset[Level]({"nation", "province", "regency", "city"})
_CLOSE: Final = 25
_SENTENCES_BACK: Final = 4
_LOOK_BACK: Final = 20
_IN_A_LIST: Final = re.compile(
    r"\s*,?\s*(?:dan|serta|maupun|juga|&|/)?\s*(?:juga\s+)?(?:kabupaten|kab\.|kota|provinsi)?\s*",
    re.IGNORECASE,
)
# The day that figures are of: "per 31 Desember 2023".
_AS_OF: Final = re.compile(r"\b(?:per|hingga|sampai(?:\s+dengan)?|posisi|data)\s+\Z", re.IGNORECASE)


class BoundRegions(NamedTuple):
    """The regions that a number can belong to, the likeliest first.

    `is_settled` where the number's own clause names one, and no other. `together` are those that
    share the number with the first: "Balangan dan HSS sama-sama 100 persen".
    """

    regions: tuple[RegionMention, ...]
    is_settled: bool
    together: tuple[RegionMention, ...] = ()


class BoundPeriods(NamedTuple):
    """The periods that a number can hold for, the likeliest first.

    `is_settled` where the number's own clause names one. `own_date` stands for the article's own
    date, and `as_of` for the day that the text's figures are of ("per 31 Desember 2023").
    """

    periods: tuple[PeriodMention, ...]
    is_settled: bool
    own_date: PeriodMention | None
    as_of: PeriodMention | None


def named_regions(reading: Reading) -> list[RegionMention]:
    """The regions that a number can belong to: all but the places where something was said."""
    return [r for r in reading.regions if not is_place_of_event(reading.text, r)]


def bind_regions(
    reading: Reading, mention: Mention, at: Window, named: Sequence[RegionMention]
) -> BoundRegions:
    """Find the regions that `mention` can belong to.

    Args:
        reading: the text.
        mention: the number.
        at: its window.
        named: what `named_regions` gives for the text.
    """
    # Cities and regencies are counted in a province, in the nation or in the area of a branch.
    wanted = _COUNTED_IN if mention.unit == "regions" else _COUNTING
    usable = [r for r in named if r.level in wanted]
    left, right = mention.start - len(at.before), mention.end + len(at.after)
    before = [r for r in usable if left <= r.start and r.end <= mention.start]
    behind = [r for r in usable if mention.end <= r.start and r.end <= right]
    together: tuple[RegionMention, ...] = ()
    main = next((r for r in reading.regions if r.id == reading.main_region), None)
    if behind and (not before or behind[0].start - mention.end < _CLOSE):
        options = [behind[0], *before[::-1], *behind[1:]]
        is_settled = not before
    elif before:
        options = before[::-1]
        together = _listed_with(before, reading.text)
        # "menyamai target nasional sebesar 98 persen" may be said of the region itself.
        is_settled = not (before[-1].code == NATION.code and before[-1].implied)
    else:
        in_force = _region_in_force(reading, mention, usable) or main
        options = [in_force] if in_force else []
        is_settled = False
    if is_settled:
        options = options[:1]
    elif main:
        options.append(main)
    return BoundRegions(_distinct(options), is_settled, together)


def _listed_with(regions: Sequence[RegionMention], text: str) -> tuple[RegionMention, ...]:
    """Those that stand in one list with the last of `regions`, before it."""
    listed: list[RegionMention] = []
    for former, latter in pairwise(reversed(regions)):
        if not _IN_A_LIST.fullmatch(text, latter.end, former.start):
            break
        listed.append(latter)
    return tuple(listed)


def _region_in_force(
    reading: Reading, mention: Mention, usable: Sequence[RegionMention]
) -> RegionMention | None:
    """The region that a number without one of its own belongs to, if any is in force.

    The last one named in the same sentence; else that of the nearest sentence of its paragraph (or
    the one before it) that names any, if it names just one.
    """
    index = _sentence_index(reading, mention)
    paragraph = reading.text.rfind("\n", 0, mention.start) + 1
    for back in range(min(_SENTENCES_BACK, index + 1)):
        span = reading.sentences[index - back]
        if back > 1 and span.start < paragraph:
            break
        end = min(span.end, mention.start)
        named = [r for r in usable if span.start <= r.start and r.end <= end]
        if back:
            named = [r for r in named if not (r.code == NATION.code and r.implied)]
        if named and (back == 0 or len({r.id for r in named}) == 1):
            return named[-1]
        if named:
            break  # a list of regions leaves none in force
    return None


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
    placed = [p for p in reading.periods if p.end]
    placed = _without_event_dates(reading, mention, placed)
    own, as_of = _own_period(reading), _as_of(reading, mention, placed)
    left, right = mention.start - len(at.before), mention.end + len(at.after)
    before = [p for p in placed if left <= p.start and p.end <= mention.start]
    behind = [p for p in placed if mention.end <= p.start and p.end <= right]
    if behind and (not before or behind[0].start - mention.end < _CLOSE):
        return BoundPeriods((behind[0],), True, own, as_of)
    if before:
        return BoundPeriods((before[-1],), True, own, as_of)
    in_sentence = _last_in_sentence(reading, mention, placed)
    in_force = in_sentence or (None if is_target else _period_in_force(reading, mention, placed))
    return BoundPeriods((in_force,) if in_force else (), False, own, as_of)


def _without_event_dates(
    reading: Reading, mention: Mention, placed: list[PeriodMention]
) -> list[PeriodMention]:
    """Leave out days with a weekday where the sentence names another period too.

    "Rencana 2026 yang diteken Kamis 30 Oktober 2025 memuat 27 ribu warga": of 2026.
    """
    span = reading.sentences[_sentence_index(reading, mention)]
    here = [p for p in placed if span.start <= p.start and p.end <= span.end]
    if all(p.weekday_agrees is not None for p in here):
        return placed
    return [p for p in placed if p not in here or p.weekday_agrees is None]


def _own_period(reading: Reading) -> PeriodMention | None:
    """The period that stands for the article's own date."""
    if reading.published is None:
        return None
    iso = reading.published.isoformat()
    return next((p for p in reading.periods if p.iso == iso), None)


def _as_of(
    reading: Reading, mention: Mention, placed: Sequence[PeriodMention]
) -> PeriodMention | None:
    """The last day or month before the number that figures are said to be of."""
    for period in reversed(placed):
        is_before = period.end <= mention.start and len(period.iso) > len("2023")
        look_back = max(0, period.start - _LOOK_BACK)
        if is_before and _AS_OF.search(reading.text, look_back, period.start):
            return period
    return None


def _last_in_sentence(
    reading: Reading, mention: Mention, placed: Sequence[PeriodMention]
) -> PeriodMention | None:
    span = reading.sentences[_sentence_index(reading, mention)]
    named = [p for p in placed if span.start <= p.start and p.end <= span.end]
    earlier = [p for p in named if p.end <= mention.start]
    return earlier[-1] if earlier else named[0] if named else None


def _period_in_force(
    reading: Reading, mention: Mention, placed: Sequence[PeriodMention]
) -> PeriodMention | None:
    """The last period named before the number that is not of the future; else the first named."""
    year = str(reading.published.year) if reading.published else "9999"
    past = [p for p in placed if p.iso[:4] <= year and is_said_as_time(reading.text, p)]
    paragraph = reading.text.rfind("\n", 0, mention.start) + 1
    earlier = [p for p in past if p.end <= mention.start]
    if earlier and (earlier[-1].start >= paragraph or reading.published is None):
        return earlier[-1]
    return past[0] if past and reading.published is None else None


def _sentence_index(reading: Reading, mention: Mention) -> int:
    return max(0, bisect_right(reading.sentences, (mention.start, len(reading.text))) - 1)


def _distinct(regions: Sequence[RegionMention]) -> tuple[RegionMention, ...]:
    first: dict[str, RegionMention] = {}
    for region in regions:
        first.setdefault(region.id, region)
    return tuple(first.values())
