"""The rule on numbers in tables and lists: that a fact says what head, row and title say."""

from collections.abc import Iterator

from uhc_llm.reader.cells import CellReading, read_cell
from uhc_llm.schemas import Fact
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = ["cell_fits_head"]


def cell_fits_head(claim: Claim, case: Case) -> Iterator[Message]:
    """A number in a table is what its head and its row say, and nothing else.

    Under "Kabupaten | Belum terdaftar (%)" the 4,8 of "Blora | 4,8" is no coverage rate, and not
    that of another region.
    """
    mention, read = claim.mention, case.bindings.read(claim.mention)
    if mention is None or read is None or read.around.cell is None:
        return
    form = read.around.cell.table.form
    told = read_cell(case.reading, mention, read.around.cell)
    if told.doubt:
        yield f"{mention.text!r} stands in a {form}, but {told.doubt}", place(claim)
    is_of_area = claim.fact.region is not None and claim.fact.region.code is None
    if told.names_unknown and not is_of_area:
        yield (
            f"{mention.text!r} stands in a {form}, but its row names no region known",
            place(claim),
        )
    if mention.readings and form == "table":
        yield (
            f"{mention.text!r} stands in a table, but its column does not tell which of its "
            "readings is meant",
            place(claim),
        )
    if says := [*_otherwise(claim.fact, told), *_elsewhere(claim.fact, told)]:
        yield f"the {form} says {mention.text!r} of {', '.join(says)}", place(claim)


def _otherwise(fact: Fact, told: CellReading) -> Iterator[str]:
    """What the head says instead of the meaning of a fact."""
    if told.is_nothing:
        yield "no coverage figure"
    elif told.metrics and fact.metric != told.metrics[0]:
        yield f"{told.metrics[0]}, not of {fact.metric}"
    if told.status and fact.status and fact.status != told.status:
        yield f"the {told.status}, not of the {fact.status}"
    if told.segment and fact.segment and fact.segment != told.segment:
        yield f"the segment {told.segment}, not of {fact.segment}"


def _elsewhere(fact: Fact, told: CellReading) -> Iterator[str]:
    """What row, head and title say instead of the region and the period of a fact."""
    codes = {c.code for region in told.regions for c in (region, *region.candidates)}
    code = fact.region.code if fact.region else None
    if fact.region is not None and code is not None and codes and code not in codes:
        yield f"{told.regions[0].name}, not of {fact.region.name}"
    said = [period.iso for period in told.periods]
    if fact.period is not None and said and not told.is_of_sentence:
        iso = fact.period.iso
        if not (iso.startswith(said[0]) or said[0].startswith(iso)):
            yield f"{said[0]}, not of {iso}"
