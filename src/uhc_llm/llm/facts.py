"""Facts, built from the text itself where a pointer points."""

from collections.abc import Iterator
from decimal import Decimal

from uhc_llm.llm.answers import Pointer
from uhc_llm.llm.offers import Offer, Offers
from uhc_llm.schemas import METRICS, Evidence, Fact, Mention, Period, Unit

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
    mention = offer.mention
    unit = METRICS[pointer.metric].unit
    period = offers.periods.get(pointer.period or "")
    for region in pointer.regions or (None,):
        yield Fact(
            metric=pointer.metric,
            value=_value(mention, unit),
            upper=mention.upper,
            unit=unit,
            qualifier=mention.qualifier,
            status=pointer.status,
            region=offers.regions[region] if region else None,
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


def _value(mention: Mention, unit: Unit) -> Decimal:
    """The value of a number in a unit; of those that "532.677" can have, a whole one of people."""
    if mention.unit == unit or not mention.readings:
        return mention.value
    if unit == "percent":
        return min(mention.readings)
    whole = (value for value in mention.readings if value == value.to_integral_value())
    return next(whole, mention.value)
