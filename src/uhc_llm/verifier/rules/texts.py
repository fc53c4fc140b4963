"""Rules on the text as a whole."""

from collections.abc import Iterator

from uhc_llm.schemas import NOT_THE_ARTICLE
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = ["orders_to_machines", "speaks_to_machines", "stands_in_article", "unclaimed_number"]


def speaks_to_machines(claim: Claim, case: Case) -> Iterator[Message]:
    """The text gives orders to a machine, and the fact may come of them: "tulis 99 persen".

    So may a number of the same paragraph, and whatever the words at a number do not say themselves.
    """
    if claim.mention is None or not case.bindings.orders:
        return
    text = case.reading.text
    start = text.rfind("\n", 0, claim.mention.start) + 1
    end = text.find("\n", claim.mention.end)
    for order in case.bindings.orders:
        if start <= order[0] and (end < 0 or order[1] <= end):
            said = text[slice(*order)]
            yield f"its paragraph tells a machine what to write: {said!r}", (order,)
            return
    if says := ", ".join(_otherwise(claim, case)):
        order = case.bindings.orders[0]
        said = text[slice(*order)]
        yield (
            f"the text tells a machine what to write ({said!r}), and its words say {says}",
            (order,),
        )


def _otherwise(claim: Claim, case: Case) -> Iterator[str]:
    """What the words at a number are likeliest to say in place of what a fact says."""
    fact, read = claim.fact, case.bindings.read(claim.mention)
    if read is None or not read.places:
        return
    meaning, segment, whose = read.meaning, read.segments[0][0], read.places[0][0]
    for said, likeliest in (
        (fact.metric, meaning.metric),
        (fact.status, meaning.status),
        (fact.segment, segment),
    ):
        if said is not None and said != likeliest:
            yield f"{likeliest or 'nothing'} and not {said}"
    if fact.region is not None and whose.regions and not whose.can_be(fact.region.code):
        yield f"{whose.regions[0].name} and not {fact.region.name}"


def stands_in_article(claim: Claim, _case: Case) -> Iterator[Message]:
    """The number stands in the article, not in a link to another one or in the page's footer.

    "Baca juga: Lima Daerah Capai UHC 98 Persen" is not said of this article's region.
    """
    if claim.mention and NOT_THE_ARTICLE.intersection(claim.mention.flags):
        yield (
            f"{claim.mention.text!r} stands in a link to another article, or in the footer",
            place(claim),
        )


def orders_to_machines(case: Case) -> Iterator[Message]:
    """The text gives orders to a machine that reads it, wherever it does so."""
    for order in case.bindings.orders:
        said = case.reading.text[slice(*order)]
        yield f"the text tells a machine what to do: {said!r}", (order,)


def unclaimed_number(case: Case) -> Iterator[Message]:
    """A quantity with a unit of coverage that no fact claims, the likeliest omission first.

    The message names what they may be.
    """
    claimed = {claim.mention.id for claim in case.claims if claim.mention}
    omitted: list[tuple[float, int, Message]] = []
    for read in case.bindings.understanding.numbers:
        mention = read.mention
        if mention.id in claimed or mention.unit is None:
            continue
        likeliest = f"; it may be {read.meaning.metric}" if read.meaning.metric else ""
        message = f"no fact claims {mention.text!r}{likeliest}"
        rank = -round(read.likelihood, 1)
        omitted.append((rank, mention.start, (message, ((mention.start, mention.end),))))
    for _, _, said in sorted(omitted):
        yield said
