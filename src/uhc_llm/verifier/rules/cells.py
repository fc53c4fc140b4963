"""The rule on numbers in tables and lists: that head, row and title leave no doubt of them."""

from collections.abc import Iterator

from uhc_llm.reader.cells import read_cell
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = ["cell_undecided"]


def cell_undecided(claim: Claim, case: Case) -> Iterator[Message]:
    """What stands over a number in a table, and before it, says for sure what it is and whose.

    Under "Target | Realisasi | %" the percentages may be shares of the target, and the row
    "Lainnya" is of no region.
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
