"""The rule on numbers in tables and lists: that a fact says what head, row and title say."""

from collections.abc import Iterator

from uhc_llm.scanner.meanings import NO_REGION, Meaning
from uhc_llm.schemas import Fact, Mention
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = ["cell_fits_head"]


def cell_fits_head(claim: Claim, case: Case) -> Iterator[Message]:
    """A number in a table is what its head and its row say, and nothing else.

    Under "Kabupaten | Belum terdaftar (%)" the 4,8 of "Blora | 4,8" is no coverage rate, and not
    that of another region. In a list the item must name a region that is known.
    """
    mention = claim.mention
    meaning = case.bindings.meanings.get(mention.id) if mention else None
    if mention is None or meaning is None or meaning.at.cell is None:
        return
    cell = meaning.at.cell
    region = claim.fact.region
    is_of_area = region is not None and region.code is None
    if cell.doubt and not (is_of_area and cell.doubt == NO_REGION):
        yield f"{mention.text!r} stands in a {cell.form}, but {cell.doubt}", place(claim)
    says = list(_otherwise(claim.fact, meaning))
    if cell.form == "table":
        says += _elsewhere(claim.fact, mention, case)
    if says:
        yield f"the {cell.form} says {mention.text!r} of {', '.join(says)}", place(claim)


def _otherwise(fact: Fact, meaning: Meaning) -> Iterator[str]:
    """What the head says instead of the meaning of a fact."""
    at = meaning.at
    if (at.cell and at.cell.is_nothing) or (at.in_table and meaning.is_nothing):
        yield "no coverage figure"
        return
    metric, status, segment = meaning.metrics[0], meaning.statuses[0], meaning.segments[0]
    if fact.metric != metric and meaning.is_cued:
        yield f"{metric}, not of {fact.metric}"
    if not at.in_table:
        return  # the rest is said in its sentence, as of any number
    if fact.status is not None and fact.status != status:
        yield f"the {status}, not of the {fact.status}"
    if fact.segment is not None and fact.segment != segment:
        yield f"the segment {segment}, not of {fact.segment}"


def _elsewhere(fact: Fact, mention: Mention, case: Case) -> Iterator[str]:
    """What row, head and title say instead of the region and the period of a fact."""
    bound = case.bindings.regions(mention)
    codes = {r.code for r in bound.regions} | {c.code for r in bound.regions for c in r.candidates}
    if fact.region is not None and bound.is_settled and fact.region.code not in codes:
        names = " or ".join(dict.fromkeys(r.name for r in bound.regions)) or "no region known"
        yield f"{names}, not of {fact.region.name}"
    time = case.bindings.periods(mention)
    said = {p.iso for p in time.periods}
    if fact.period is not None and time.is_settled and said:
        iso = fact.period.iso
        if not any(iso.startswith(p) or p.startswith(iso) for p in said):
            yield f"{', '.join(sorted(said))}, not of {iso}"
