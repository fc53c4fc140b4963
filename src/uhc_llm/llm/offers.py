"""What each number of a text may be said to mean: the options that the model chooses from.

A question is asked only where reading leaves one. What the reader is sure of (docs/reading.md) is
settled here, by code.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple, TypeVar, get_args

from uhc_llm.reader import (
    NATION_ID,
    Interpretation,
    Meaning,
    Place,
    Understanding,
    interpret,
)
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.schemas import (
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

__all__ = [
    "BY_READER", "NATION_ID", "OFF_TOPIC", "Breadth", "Offer", "Offers", "make_offers",
]  # fmt: skip

Breadth = Literal["cues", "unit"]
"""How much is settled by code: what the reader is sure of, or only the unit of a number, where that
stands with it."""

BY_READER: Final = "the words around it say that it is no coverage fact"
OFF_TOPIC: Final = "the text is on other matters than coverage"
"""Why a number has no options."""

SURE: Final = 0.9
"""What the reader is as sure of as this is not asked."""

_LEAST: Final = 0.03
_T = TypeVar("_T")


class Offer(NamedTuple):
    """The options for one number, likeliest first; a single one is settled and not asked.

    `metrics` may be empty: the number is no coverage fact. `no_fact` says why where that is
    likeliest, though it may be asked about. `regions` and `periods` are ids; a None among the
    periods stands for "the text does not say". `together` are the regions that share the number
    with the first: "Balangan dan HSS sama-sama 100 persen". `is_open` says whether the model is
    asked at all.
    """

    mention: Mention
    metrics: tuple[Metric, ...]
    statuses: tuple[Status, ...]
    regions: tuple[str, ...]
    periods: tuple[str | None, ...]
    segments: tuple[Segment, ...]
    together: tuple[str, ...] = ()
    is_open: bool = True
    no_fact: str = ""


class Offers(NamedTuple):
    """The options for every number that can be a coverage fact, and what the ids stand for."""

    reading: Reading
    numbers: tuple[Offer, ...]
    regions: dict[str, Region]
    periods: dict[str, PeriodMention]

    @property
    def dismissed(self) -> dict[str, str]:
        """Why numbers are no facts as far as they were read, by their ids."""
        return {offer.mention.id: offer.no_fact for offer in self.numbers if offer.no_fact}


def make_offers(
    reading: Reading,
    *,
    breadth: Breadth = "cues",
    understanding: Understanding | None = None,
    all_topics: bool = False,
) -> Offers:
    """Work out what each number of `reading` can mean.

    Args:
        reading: the text, scanned.
        breadth: "cues" leaves the model only what the reader is not sure of: what a number
            measures. "unit" leaves every metric of its unit and every region and period of the
            text, the likeliest first, for a model that reads better than the reader does.
        understanding: the text, read, where that was done already.
        all_topics: offer what the numbers can mean of a text on other matters too.
    """
    understanding = understanding or interpret(reading)
    regions: dict[str, Region] = {NATION_ID: NATION}
    ids: dict[str, tuple[str, ...]] = {}
    for region in (*reading.regions, *understanding.sight.names.unnamed):
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
    # A model that reads better than the reader is asked, unless the matter is plain.
    is_off = understanding.is_surely_off_topic if breadth == "unit" else understanding.is_off_topic
    if is_off and not all_topics:
        numbers = [_nothing(each, OFF_TOPIC) for each in understanding.numbers]
    elif breadth == "cues":
        numbers = [_settled(each, ids) for each in understanding.reconsidered]
    else:
        numbers = [_widened(each, ids, regions, periods) for each in understanding.numbers]
    return Offers(reading, tuple(numbers), regions, periods)


def _plain(named: RegionMention) -> Region:
    return Region(code=named.code, name=named.name, level=named.level, province=named.province)


def _nothing(read: Interpretation, why: str) -> Offer:
    return Offer(read.mention, (), (), (), (), (), is_open=False, no_fact=why)


def _likely(read: Interpretation, ids: Mapping[str, tuple[str, ...]]) -> Offer:
    """What a number may be, as likely as it was read."""
    meanings = [(Meaning.named(name), share) for name, share in read.meanings]
    metrics: dict[Metric, float] = {}
    for meaning, share in meanings:
        if meaning.metric is not None:
            metrics[meaning.metric] = metrics.get(meaning.metric, 0) + share
    first = max(metrics, key=lambda metric: metrics[metric])
    places = [place for place, _ in read.places]
    return Offer(
        mention=read.mention,
        metrics=tuple(m for m in metrics if m == first or metrics[m] >= _LEAST),
        statuses=tuple(m.status for m, _ in meanings if m.metric == first and m.status),
        regions=tuple(_unique(_ids(places, ids))),
        periods=tuple(moment.period.id if moment.period else None for moment, _ in read.moments),
        segments=tuple(segment for segment, _ in read.segments),
        together=_together(places, ids),
    )


def _settled(read: Interpretation, ids: Mapping[str, tuple[str, ...]]) -> Offer:
    """What reading leaves open: the metric, where it is not sure.

    Of regions, periods and statuses a small model knows less than the reader (docs/accuracy.md).
    """
    metric, name = read.meaning.metric, read.name
    share = read.share_of_metric(metric) if metric else 1 - read.likelihood
    is_fact = metric is not None
    why = "" if is_fact else f"{BY_READER}: {name.replace('_', ' ')}"
    is_open = share < SURE and read.mention.unit is not None
    if not read.places or not (is_fact or is_open):
        return _nothing(read, why)
    offer = _likely(read, ids)
    first = read.places[0][0]
    return offer._replace(
        metrics=offer.metrics if is_open else offer.metrics[:1],
        statuses=offer.statuses[:1],
        regions=offer.regions[:1] if first.regions else (),
        periods=offer.periods[:1],
        segments=offer.segments[:1],
        is_open=is_open,
        no_fact=why,
    )


def _widened(
    read: Interpretation,
    ids: Mapping[str, tuple[str, ...]],
    regions: Iterable[str],
    periods: Iterable[str],
) -> Offer:
    """Every option that the unit allows, the likeliest first.

    Where no unit stands with a number ("Ngada 99,8, Nagekeo 99,2") it may be of any.
    """
    mention = read.mention
    offer = _likely(read, ids) if read.places else _nothing(read, BY_READER)
    fitting = (
        metric
        for metric, definition in METRICS.items()
        if definition.unit == mention.unit or not mention.says_unit
    )
    return Offer(
        mention=mention,
        metrics=tuple(_unique([*offer.metrics, *fitting])),
        statuses=tuple(_unique([*offer.statuses, *get_args(Status)])),
        regions=tuple(_unique([*offer.regions, *regions])),
        periods=tuple(_unique([*offer.periods, *periods, None])),
        segments=tuple(_unique([*offer.segments, *get_args(Segment)])),
        together=offer.together,
    )


def _ids(places: Iterable[Place], ids: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """What regions are called in the offers; several that share a number by the last of them."""
    for place in places:
        for region in place.regions[-1:]:
            yield from ids[region.id]


def _together(places: list[Place], ids: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Ids of the regions that share a number with the last of them, from that one backwards."""
    shared = places[0].regions[:-1] if places else ()
    return tuple(ids[region.id][0] for region in reversed(shared))


def _unique(items: Iterable[_T]) -> list[_T]:
    return list(dict.fromkeys(items))
