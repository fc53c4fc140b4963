"""What each number of a text may be said to mean: the options that the model chooses from.

A question is asked only where the text leaves one. What the words around a number settle (a
percentage cannot be a budget; "Kota Palu, penduduk 368.454 jiwa") is settled here, by code.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple, TypeVar, get_args

from uhc_llm.scanner.binding import (
    BoundPeriods,
    BoundRegions,
    bind_periods,
    bind_regions,
    named_regions,
)
from uhc_llm.scanner.meanings import Meaning, read_meanings
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.schemas import (
    METRICS,
    NOT_THE_ARTICLE,
    Mention,
    Metric,
    PeriodMention,
    Reading,
    Region,
    RegionMention,
    Segment,
    Status,
)

__all__ = ["BY_CUE", "NATION_ID", "Breadth", "Offer", "Offers", "make_offers"]

Breadth = Literal["cues", "unit"]
"""How much is settled by code: whatever the words around a number settle, or only its unit, where
that stands with it."""

BY_CUE: Final = "the words around it say that it is no coverage fact"
"""Why a number has no options."""

NATION_ID: Final = "r0"
"""Id of the nation, which every text may speak of without naming it."""

_MOST_REGIONS: Final = 4
# A region and its number in a list: "Tabalong 98,03 persen", "Tabalong (98,03 persen)".
_CLOSE: Final = 2

_EACH: Final = re.compile(r"\bmasing-masing\s+\Z", re.IGNORECASE)
_T = TypeVar("_T")


class Offer(NamedTuple):
    """The options for one number, likeliest first; a single one is settled and not asked.

    `metrics` may be empty: the words around the number say that it is no coverage fact. `regions`
    and `periods` are ids; a None among the periods stands for "the text does not say". `together`
    are the regions that share the number with the first: "Balangan dan HSS sama-sama 100 persen".
    `is_open` says whether the model is asked at all.
    """

    mention: Mention
    metrics: tuple[Metric, ...]
    statuses: tuple[Status, ...]
    regions: tuple[str, ...]
    periods: tuple[str | None, ...]
    segments: tuple[Segment, ...]
    together: tuple[str, ...] = ()
    is_open: bool = True


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
        breadth: "cues" leaves the model only what the words around a number do not say: what it
            measures where they are silent. "unit" leaves every metric of its unit and every region
            and period of the text, the likeliest first, for a model that reads better than the
            rules do.
    """
    regions: dict[str, Region] = {NATION_ID: NATION}
    ids: dict[str, tuple[str, ...]] = {}
    for region in reading.regions:
        if region.code == NATION.code:
            ids[region.id] = (NATION_ID,)
        elif region.candidates:
            # A name that two regions share is offered as either.
            ids[region.id] = tuple(f"{region.id}.{n + 1}" for n in range(len(region.candidates)))
            regions.update(zip(ids[region.id], region.candidates, strict=True))
        else:
            ids[region.id] = (region.id,)
            regions.setdefault(region.id, _plain(region))
    periods: dict[str, PeriodMention] = {}
    for period in reading.periods:
        periods.setdefault(period.id, period)
    if breadth == "unit":
        numbers = tuple(_widened(reading, regions, periods, ids))
    else:
        numbers = tuple(_settled(*each) for each in _offered(reading, ids))
    return Offers(reading, numbers, regions, periods)


def _offered(
    reading: Reading, ids: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Offer, Meaning, BoundRegions]]:
    """What the words around each number with a unit of coverage say of it, the likeliest first."""
    named = named_regions(reading)
    for meaning in read_meanings(reading).values():
        mention = meaning.mention
        if NOT_THE_ARTICLE.intersection(mention.flags):
            continue
        bound = bind_regions(reading, mention, meaning.at, named)
        is_target = meaning.statuses[0] == "target"
        time = bind_periods(reading, mention, meaning.at, is_target=is_target)
        offer = Offer(
            mention=mention,
            metrics=meaning.metrics,
            statuses=meaning.statuses,
            regions=tuple(_regions(meaning, bound, ids)),
            periods=tuple(_periods(meaning, time)),
            segments=meaning.segments[:1],
            together=_together(meaning, bound, ids),
        )
        yield offer, meaning, bound


def _plain(named: RegionMention) -> Region:
    return Region(code=named.code, name=named.name, level=named.level, province=named.province)


def _settled(offer: Offer, meaning: Meaning, bound: BoundRegions) -> Offer:
    """What the words leave open: the metric, where they are silent.

    A percentage right behind a region ("Tabalong 98,03 persen") is one of a list of coverages. Of
    regions, periods and statuses a small model knows less than the rules (docs/accuracy.md).
    """
    mention = offer.mention
    is_listed = mention.unit == "percent" and any(
        0 <= mention.start - region.end <= _CLOSE for region in bound.regions[:1]
    )
    is_open = meaning.is_silent and not (meaning.is_nothing or is_listed)
    metrics = offer.metrics if is_open else offer.metrics[:1]
    return offer._replace(
        metrics=() if meaning.is_nothing else metrics,
        statuses=offer.statuses[:1],
        regions=offer.regions[:1],
        periods=offer.periods[:1],
        is_open=is_open,
    )


def _widened(
    reading: Reading,
    regions: Iterable[str],
    periods: Iterable[str],
    ids: Mapping[str, tuple[str, ...]],
) -> Iterator[Offer]:
    """Every option that the unit allows, those of the cues first.

    Where no unit stands with a number ("Ngada 99,8, Nagekeo 99,2") it may be of any.
    """
    offered = {offer.mention.id: offer for offer, _, _ in _offered(reading, ids)}
    for mention in reading.mentions:
        is_bare = mention.kind == "quantity" and mention.unit is None
        if is_bare and NOT_THE_ARTICLE.isdisjoint(mention.flags):
            offered[mention.id] = Offer(mention, (), (), (), (), ())
    for mention in reading.mentions:
        offer = offered.get(mention.id)
        if offer is None:
            continue
        fitting = (
            metric
            for metric, definition in METRICS.items()
            if definition.unit == mention.unit or not mention.says_unit
        )
        yield Offer(
            mention=mention,
            metrics=tuple(_unique([*offer.metrics, *fitting])),
            statuses=tuple(_unique([*offer.statuses, *get_args(Status)])),
            regions=tuple(_unique([*offer.regions, *regions])),
            periods=tuple(_unique([*offer.periods, *periods, None])),
            segments=tuple(_unique([*offer.segments, *get_args(Segment)])),
            together=offer.together,
        )


def _regions(
    meaning: Meaning, bound: BoundRegions, ids_of: Mapping[str, tuple[str, ...]]
) -> list[str]:
    """Ids of the regions that a number can belong to, the nearest first."""
    ids = [id_ for region in bound.regions for id_ in ids_of[region.id]]
    if meaning.is_threshold:
        return [NATION_ID]
    if bound.is_unknown:
        return []  # "Lainnya", a district: nobody's that is known
    is_general = "target" in meaning.statuses or meaning.mention.unit == "regions"
    if bound.is_national or not ids or (is_general and not bound.is_settled):
        ids.append(NATION_ID)
    return _unique(ids)[:_MOST_REGIONS]


def _together(
    meaning: Meaning, bound: BoundRegions, ids_of: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Ids of the regions that share a rate; a number of people is that of all of them together."""
    is_each = meaning.mention.unit == "percent" or _EACH.search(meaning.at.before)
    if not is_each or meaning.is_threshold or not bound.is_settled:
        return ()
    return tuple(ids_of[region.id][0] for region in bound.together)


def _periods(meaning: Meaning, bound: BoundPeriods) -> list[str | None]:
    """Ids of the periods that a number can hold for, the nearest first; None for no period."""
    named: list[str | None] = [period.id for period in bound.periods]
    if meaning.is_threshold:
        # It holds for the year that is said with it ("tahun ini"), not for "sekarang".
        said = bound.periods if bound.is_settled else ()
        return [p.id for p in said if len(p.iso) < len("2024-12-31")] or [None]
    if bound.is_settled:
        return named
    own = bound.own_date.id if bound.own_date else None
    as_of = bound.as_of.id if bound.as_of else None
    if meaning.statuses[0] == "target":
        return _unique([*(named or [None]), None, own])
    return _unique([*named, as_of, own] if as_of else [*named, own])


def _unique(items: Iterable[_T]) -> list[_T]:
    return list(dict.fromkeys(items))
