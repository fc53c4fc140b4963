"""Rules on how much a region of some level can have at all."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from uhc_llm.scanner.largest import Largest, largest, regions_within
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.schemas import Fact, Level, Region, RegionMention
from uhc_llm.verifier.claims import Claim, sentence_at
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import format_number, place

__all__ = ["region_bounds", "unusual_size"]

_SMALLER: Final = frozenset[Level]({"province", "regency", "city"})
_COUNTED_IN: Final = frozenset[Level]({"nation", "province"})


def region_bounds(claim: Claim, case: Case) -> Iterator[Message]:
    """The whole nation has less: there are no 8.123.450.000 people in it, and no 700 regencies."""
    fact = claim.fact
    bound = _bound(fact)
    if bound and fact.unit == "people" and _highest(fact) > bound.impossible:
        yield _said(fact, bound), place(claim)
    every = regions_within(NATION, None)
    if fact.unit == "regions" and _highest(fact) > every:
        yield f"{format_number(_highest(fact))} regions: there are {every} in all", place(claim)


def unusual_size(claim: Claim, case: Case) -> Iterator[Message]:
    """More than the largest region of its level has is seldom what an article means.

    Nor does a province have more regencies and cities than the gazetteer lists. Where a number can
    only be the nation's and its sentence names a province alone, one of the two is wrong.
    """
    fact = claim.fact
    bound = _bound(fact)
    is_counted = fact.unit != "people" or (bound and _highest(fact) <= bound.impossible)
    if bound and is_counted and _highest(fact) > bound.doubted:
        yield _said(fact, bound), place(claim)
    if named := _named_instead(claim, case):
        yield (
            f"{format_number(_highest(fact))} {fact.unit} are too many for {named.name}, which the "
            "sentence names",
            (*place(claim), (named.start, named.end)),
        )
    region = fact.region or NATION
    if fact.unit != "regions" or region.level not in _COUNTED_IN:
        return
    noun = claim.mention.noun if claim.mention else None
    within = regions_within(region, noun)
    if within < _highest(fact) <= regions_within(NATION, None):
        yield (
            f"{format_number(_highest(fact))} {noun or 'regions'}: {region.name} has {within}",
            place(claim),
        )


def _named_instead(claim: Claim, case: Case) -> RegionMention | None:
    """The one region that the sentence of a nation's number names, and that has no such number."""
    fact, mention = claim.fact, claim.mention
    if mention is None or fact.region is None or fact.region.level != "nation":
        return None
    start, end = sentence_at(case.reading, mention.start)
    named = [r for r in case.bindings.named if start <= r.start < end]
    if len({r.id for r in named}) != 1 or named[0].level not in _SMALLER:
        return None
    region = named[0]
    if fact.unit == "regions":
        # "39 provinsi" are said of the nation, whatever else is named.
        within = regions_within(region, mention.noun) if region.level == "province" else 0
        return region if 1 < within < _highest(fact) else None
    bound = largest(fact.unit, region.level)
    return region if bound and _highest(fact) > bound.doubted else None


def _bound(fact: Fact) -> Largest | None:
    """What the largest region of the fact's level has; of the nation where none is said."""
    return largest(fact.unit, (fact.region or NATION).level)


def _highest(fact: Fact) -> Decimal:
    return fact.value if fact.upper is None else fact.upper


def _said(fact: Fact, bound: Largest) -> str:
    what = "people" if fact.unit == "people" else "rupiah to spend in a year, on everything"
    region: Region = fact.region or NATION
    return (
        f"{fact.metric} of {format_number(_highest(fact))} in {region.name}: {bound.of}, "
        f"the largest {region.level}, has {format_number(bound.largest)} {what}"
    )
