"""Facts, built from the text itself where a pointer points."""

from collections.abc import Iterator

from uhc_llm.llm.answers import Pointer
from uhc_llm.llm.offers import Offer, Offers
from uhc_llm.schemas import METRICS, Evidence, Fact, Metric, Period

__all__ = ["facts_of"]


def facts_of(offer: Offer, pointer: Pointer, offers: Offers) -> Iterator[Fact]:
    """The facts that a pointer means: one, or one for each region that shares the number.

    Args:
        offer: what the number was offered with.
        pointer: what was said of it; None as the metric gives no fact.
        offers: what the ids stand for.
    """
    if pointer.metric is None:
        return
    if pointer.region in offer.regions[:1]:
        for region in reversed(offer.together):
            yield _fact(offer, pointer._replace(region=region), pointer.metric, offers)
    yield _fact(offer, pointer, pointer.metric, offers)


def _fact(offer: Offer, pointer: Pointer, metric: Metric, offers: Offers) -> Fact:
    mention = offer.mention
    period = offers.periods.get(pointer.period or "")
    return Fact(
        metric=metric,
        value=mention.value,
        upper=mention.upper,
        unit=mention.unit or METRICS[metric].unit,
        qualifier=mention.qualifier,
        status=pointer.status,
        region=offers.regions.get(pointer.region or ""),
        period=Period(iso=period.iso, source=period.source) if period else None,
        segment=pointer.segment,
        evidence=Evidence(
            mention=mention.id,
            quote=mention.text,
            start=mention.start,
            end=mention.end,
            sentence="",
            sentence_start=mention.start,
            sentence_end=mention.end,
        ),
    )
