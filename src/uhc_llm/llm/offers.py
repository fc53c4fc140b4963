"""What each number of a text may be said to mean: the options that the model chooses from.

A question is asked only where the text leaves one. What the words around a number settle (a
percentage cannot be a budget; "Kota Palu, penduduk 368.454 jiwa") is settled here, by code.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeVar, get_args

from uhc_llm.scanner.cues import (
    Window,
    metrics_suggested,
    names_nothing,
    segments_suggested,
    statuses_suggested,
    window,
)
from uhc_llm.scanner.gazetteer import NATION
from uhc_llm.scanner.periods import is_said_as_time
from uhc_llm.scanner.regions import is_place_of_event
from uhc_llm.schemas import (
    COVERAGE_UNITS,
    METRICS,
    Mention,
    Metric,
    PeriodMention,
    Reading,
    Region,
    RegionMention,
    Segment,
    Status,
)

__all__ = ["NATION_ID", "Breadth", "Offer", "Offers", "make_offers"]

Breadth = Literal["cues", "unit"]
"""How much is settled by code: whatever the words around a number settle, or only its unit."""

NATION_ID: Final = "r0"
"""Id of the nation, which every text may speak of without naming it."""

_MOST_REGIONS: Final = 4
_MOST_PERIODS: Final = 4
_CLOSE: Final = 25
_SENTENCES_BACK: Final = 4

_T = TypeVar("_T")


class Offer(NamedTuple):
    """The options for one number, likeliest first; a single one is settled and not asked.

    `metrics` may be empty: the words around the number say that it is no coverage fact. `regions`
    and `periods` are ids; a None among the periods stands for "the text does not say".
    """

    mention: Mention
    metrics: tuple[Metric, ...]
    statuses: tuple[Status, ...]
    regions: tuple[str, ...]
    periods: tuple[str | None, ...]
    segments: tuple[Segment, ...]


class Offers(NamedTuple):
    """The options for every number that can be a coverage fact, and what the ids stand for."""

    reading: Reading
    numbers: tuple[Offer, ...]
    regions: dict[str, Region]
    periods: dict[str, PeriodMention]


def make_offers(reading: Reading, *, breadth: Breadth = "cues") -> Offers:
    """Work out what each number of `reading` can mean.

    Args:
        reading: the text, scanned.
        breadth: "cues" leaves only what the words around a number allow, for a small model; "unit"
            leaves every metric of its unit and every region and period of the text, the likeliest
            first, for a model that reads better than the rules do.
    """
    regions: dict[str, Region] = {NATION_ID: NATION}
    ids: dict[str, tuple[str, ...]] = {}
    for named in reading.regions:
        if named.code == NATION.code:
            ids[named.id] = (NATION_ID,)
        elif named.candidates:
            # A name that two regions share is offered as either.
            ids[named.id] = tuple(f"{named.id}.{n + 1}" for n in range(len(named.candidates)))
            regions.update(zip(ids[named.id], named.candidates, strict=True))
        else:
            ids[named.id] = (named.id,)
            regions.setdefault(named.id, _plain(named))
    periods: dict[str, PeriodMention] = {}
    for period in reading.periods:
        periods.setdefault(period.id, period)
    named_regions = [r for r in reading.regions if not is_place_of_event(reading.text, r)]
    numbers: list[Offer] = []
    restated: tuple[Metric, ...] = ()
    for mention in reading.mentions:
        if mention.kind != "quantity" or mention.unit not in COVERAGE_UNITS:
            continue
        at = window(reading, mention)
        suggested = metrics_suggested(mention, at, restated)
        statuses = statuses_suggested(at)
        offer = Offer(
            mention=mention,
            metrics=() if names_nothing(mention, at) and breadth == "cues" else suggested,
            statuses=statuses,
            regions=tuple(
                _regions(reading, mention, at, named=named_regions, statuses=statuses, ids_of=ids)
            ),
            periods=tuple(_periods(reading, mention, at, statuses)),
            segments=_segments(at),
        )
        numbers.append(offer if breadth == "cues" else _widened(offer, regions, periods))
        restated = suggested
    return Offers(reading, tuple(numbers), regions, periods)


def _plain(named: RegionMention) -> Region:
    return Region(code=named.code, name=named.name, level=named.level, province=named.province)


def _widened(offer: Offer, regions: Iterable[str], periods: Iterable[str]) -> Offer:
    """Every option that the unit allows, those of the cues first."""
    fitting = (metric for metric, d in METRICS.items() if d.unit == offer.mention.unit)
    return Offer(
        mention=offer.mention,
        metrics=tuple(_unique([*offer.metrics, *fitting])),
        statuses=tuple(_unique([*offer.statuses, *get_args(Status)])),
        regions=tuple(_unique([*offer.regions, *regions])),
        periods=tuple(_unique([*offer.periods, *periods, None])),
        segments=tuple(_unique([*offer.segments, *get_args(Segment)])),
    )


def _segments(at: Window) -> tuple[Segment, ...]:
    named = segments_suggested(at)
    return named[:1] or ("all",)


# --- regions ---------------------------------------------------------------------------------


def _regions(
    reading: Reading,
    mention: Mention,
    at: Window,
    *,
    named: Sequence[RegionMention],
    statuses: Sequence[Status],
    ids_of: Mapping[str, tuple[str, ...]],
) -> Iterable[str]:
    """Ids of the regions that a number can belong to, the nearest first."""
    wants_area = mention.unit == "regions"
    usable = [r for r in named if wants_area or r.level != "area"]
    left, right = mention.start - len(at.before), mention.end + len(at.after)
    before = [r for r in usable if left <= r.start and r.end <= mention.start]
    behind = [r for r in usable if mention.end <= r.start and r.end <= right]
    nearest: RegionMention | None
    rest: list[RegionMention]
    if behind and (not before or behind[0].start - mention.end < _CLOSE):
        nearest, rest = behind[0], [*before[::-1], *behind[1:]]
        is_settled = not before
    elif before:
        nearest, rest = before[-1], before[-2::-1]
        # "menyamai target nasional sebesar 98 persen" may be said of the region itself.
        is_settled = not (nearest.code == NATION.code and nearest.implied)
    else:
        nearest, rest = _region_in_force(reading, mention, usable), []
        is_settled = False
    ids: list[str] = []
    if nearest is not None:
        ids += ids_of[nearest.id]
    if not is_settled:
        for region in rest:
            ids += ids_of[region.id]
        if reading.main_region:
            ids += ids_of[reading.main_region]
        if "target" in statuses or mention.unit == "regions" or not ids:
            ids.append(NATION_ID)
    return _unique(ids)[:_MOST_REGIONS]


def _region_in_force(
    reading: Reading, mention: Mention, usable: Sequence[RegionMention]
) -> RegionMention | None:
    """The region that a number without one of its own belongs to.

    The last one named in the same sentence; else that of the nearest sentence of its paragraph (or
    the one before it) that names any, if it names just one; else the article's main region.
    """
    index = bisect_right(reading.sentences, (mention.start, len(reading.text))) - 1
    paragraph = reading.text.rfind("\n", 0, mention.start) + 1
    for back in range(_SENTENCES_BACK):
        if index < back or (back > 1 and reading.sentences[index - back].start < paragraph):
            break
        span = reading.sentences[index - back]
        named = [
            r for r in usable if span.start <= r.start and r.end <= min(span.end, mention.start)
        ]
        if back:
            named = [r for r in named if not (r.code == NATION.code and r.implied)]
        if named and (back == 0 or len({r.id for r in named}) == 1):
            return named[-1]
        if named:
            break  # a list of regions leaves none in force
    return next((r for r in reading.regions if r.id == reading.main_region), None)


# --- periods ---------------------------------------------------------------------------------


def _periods(
    reading: Reading, mention: Mention, at: Window, statuses: Sequence[Status]
) -> Iterable[str | None]:
    """Ids of the periods that a number can hold for, the nearest first; None for no period."""
    placed = [p for p in reading.periods if p.end]
    left, right = mention.start - len(at.before), mention.end + len(at.after)
    before = [p for p in placed if left <= p.start and p.end <= mention.start]
    behind = [p for p in placed if mention.end <= p.start and p.end <= right]
    ids: list[str | None] = []
    if behind and (not before or behind[0].start - mention.end < _CLOSE):
        ids.append(behind[0].id)
    ids += [p.id for p in reversed(before)]
    if ids:
        return _unique(ids)[:1]
    own = _own_period(reading)
    if statuses[0] == "target":
        in_sentence = _last_in_sentence(reading, mention, placed)
        return _unique([in_sentence.id if in_sentence else None, None, own])[:_MOST_PERIODS]
    in_force = _period_in_force(reading, mention, placed)
    return _unique([in_force.id if in_force else own, own] if in_force or own else [None])[
        :_MOST_PERIODS
    ]


def _own_period(reading: Reading) -> str | None:
    """The period that stands for the article's own date."""
    if reading.published is None:
        return None
    iso = reading.published.isoformat()
    return next((p.id for p in reading.periods if p.iso == iso), None)


def _last_in_sentence(
    reading: Reading, mention: Mention, placed: Sequence[PeriodMention]
) -> PeriodMention | None:
    index = bisect_right(reading.sentences, (mention.start, len(reading.text))) - 1
    span = reading.sentences[max(index, 0)]
    named = [p for p in placed if span.start <= p.start and p.end <= span.end]
    earlier = [p for p in named if p.end <= mention.start]
    return earlier[-1] if earlier else named[0] if named else None


def _period_in_force(
    reading: Reading, mention: Mention, placed: Sequence[PeriodMention]
) -> PeriodMention | None:
    """The last period named before the number that is not of the future; else the first named."""
    if found := _last_in_sentence(reading, mention, placed):
        return found
    year = str(reading.published.year) if reading.published else "9999"
    past = [p for p in placed if p.iso[:4] <= year and is_said_as_time(reading.text, p)]
    paragraph = reading.text.rfind("\n", 0, mention.start) + 1
    earlier = [p for p in past if p.end <= mention.start]
    if earlier and (earlier[-1].start >= paragraph or reading.published is None):
        return earlier[-1]
    return past[0] if past and reading.published is None else None


def _unique(items: Iterable[_T]) -> list[_T]:
    return list(dict.fromkeys(items))
