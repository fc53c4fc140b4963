"""Rules on the region: that the text names it, and says the number of it."""

from collections.abc import Iterator

from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = ["area_in_text", "region_binding", "region_in_text", "region_undecided"]


def region_in_text(claim: Claim, case: Case) -> Iterator[Message]:
    """The region is named in the text, by its name, an alias or a word that points back to it.

    Kota Semarang is not Kabupaten Semarang. A threshold, a count of regions, or so many people as
    no province has, may be national without the text saying so.
    """
    region = claim.fact.region
    if region is None or region.code is None:
        return
    codes = {mention.code for mention in case.reading.regions}
    codes |= {c.code for mention in case.reading.regions for c in mention.candidates}
    if region.code in codes or (region.code == NATION.code and _is_national(claim, case)):
        return
    base = region.name.removeprefix("Kota ").removeprefix("Kabupaten ")
    twins = {m.name for m in case.reading.regions if m.name.endswith(f" {base}") or m.name == base}
    names = sorted(twins or {m.name for m in case.reading.regions if m.code})
    says = f"; it names {', '.join(names)}" if names else ""
    yield f"the text does not name {region.name} ({region.code}){says}", ()


def _is_national(claim: Claim, case: Case) -> bool:
    """Whether a fact may be the nation's, though the text does not name it there."""
    fact, mention = claim.fact, claim.mention
    if fact.status == "target" or fact.metric == "regions_covered":
        return True
    is_known = mention is not None and mention.id in case.bindings.meanings
    return mention is not None and is_known and case.bindings.regions(mention).is_national


def region_undecided(claim: Claim, case: Case) -> Iterator[Message]:
    """Nothing in the text decides between two regions of one name: "Semarang", without Kota."""
    region = claim.fact.region
    if region is None or region.code is None:
        return
    certain = {mention.code for mention in case.reading.regions if not mention.candidates}
    if region.code in certain:
        return
    for mention in case.reading.regions:
        if any(candidate.code == region.code for candidate in mention.candidates):
            names = " or ".join(candidate.name for candidate in mention.candidates)
            yield f"{mention.text!r} may be {names}", ((mention.start, mention.end),)
            return


def region_binding(claim: Claim, case: Case) -> Iterator[Message]:
    """No other region stands closer to the number.

    "Kota Cimahi 95 persen, Kabupaten Bandung 90 persen": the 90 percent are not Cimahi's. A
    threshold, or a count of regions, may be national without the text saying so.
    """
    fact, mention = claim.fact, claim.mention
    region = fact.region
    if region is None or region.code is None or mention is None:
        return
    if mention.id not in case.bindings.meanings:
        return
    if region.code == NATION.code and _is_national(claim, case):
        return
    bound = case.bindings.regions(mention)
    named = (*bound.regions, *bound.together)
    codes = {r.code for r in named} | {c.code for r in named for c in r.candidates}
    if not named or region.code in codes:
        return
    names = " or ".join(dict.fromkeys(r.name for r in bound.regions))
    where = tuple((r.start, r.end) for r in bound.regions)
    yield (
        f"the text says {mention.text!r} of {names}, not of {region.name}",
        (
            *place(claim),
            *where,
        ),
    )


def area_in_text(claim: Claim, case: Case) -> Iterator[Message]:
    """A region without a code stands in the text by its last name: "BPJS Kesehatan Cabang Pati"."""
    region = claim.fact.region
    if region is None or region.code is not None:
        return
    words = region.name.split()
    if not words or words[-1].casefold() not in case.reading.text.casefold():
        yield f"the text does not name {region.name!r}", ()
