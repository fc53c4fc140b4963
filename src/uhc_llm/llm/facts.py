"""Facts, built from the text itself where a pointer points; those said again are one."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from uhc_llm.llm.answers import Pointer
from uhc_llm.llm.offers import Offer, Offers
from uhc_llm.schemas import METRICS, Evidence, Fact, Mention, Period, Region, Unit

__all__ = ["facts_of", "said_once", "value_in"]

_ALIKE: Final = ("metric", "value", "upper", "unit", "qualifier", "status", "segment")
"""What is the same in facts that say one thing."""


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
            value=value_in(mention, unit),
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


def value_in(mention: Mention, unit: Unit) -> Decimal:
    """The value of a number in a unit; of those that "532.677" can have, a whole one of people."""
    if mention.unit == unit or not mention.readings:
        return mention.value
    if unit == "percent":
        return min(mention.readings)
    whole = (value for value in mention.readings if value == value.to_integral_value())
    return next(whole, mention.value)


def said_once(facts: Iterable[Fact]) -> list[Fact]:
    """Facts of one text of which each stands once, with every place that says it.

    Two are one where they differ in nothing but that one leaves out the region, or says the period
    less exactly: "65 Persen Warga Ikut JKN" in the title. Where it could be any of several it stays
    apart. The one that says most, and is surest, has the others as its `repeats`.
    """
    groups: list[list[Fact]] = []
    by_said: dict[_Said, list[list[Fact]]] = {}
    for fact in sorted(facts, key=_says_most):
        same = by_said.get(_said(fact), ()) if fact.evidence else ()
        if len(same) == 1:
            same[0].append(fact)
            continue
        groups.append([fact])
        if fact.evidence and fact.verdict != "rejected":
            for said in _said_too(fact):
                by_said.setdefault(said, []).append(groups[-1])
    return sorted((_joined(group) for group in groups), key=_place)


def _says_most(fact: Fact) -> tuple[bool, int, bool, int]:
    period = fact.period.iso if fact.period else ""
    return fact.region is None, -len(period), fact.verdict != "verified", _place(fact)


def _place(fact: Fact) -> int:
    return fact.evidence.start if fact.evidence else 0


_Said = tuple[tuple[object, ...], Region | None, str]
"""What a fact says: that, the region, and the period."""


def _said(fact: Fact) -> _Said:
    """What a fact says; of a region or a period that it has not, nothing."""
    alike = tuple(getattr(fact, name) for name in _ALIKE)
    return alike, fact.region, fact.period.iso if fact.period else ""


def _said_too(fact: Fact) -> Iterator[_Said]:
    """What the facts say that say the same, or less of it."""
    alike, region, period = _said(fact)
    for whose in {region, None}:
        for length in range(len(period) + 1):
            yield alike, whose, period[:length]


def _joined(group: list[Fact]) -> Fact:
    first, *others = group
    if not others:
        return first
    repeats = sorted((f.evidence for f in others if f.evidence), key=lambda e: e.start)
    return first.model_copy(update={"repeats": tuple(repeats)})
