"""Rules on numbers that can be read in several ways, and on parts of what has none."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from uhc_llm.scanner.largest import largest
from uhc_llm.schemas import Mention, Unit
from uhc_llm.verifier.arithmetic import derivation
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import format_number, place

__all__ = ["number_borne_out", "number_undecided", "whole_number"]

_AMBIGUOUS: Final = "ambiguous"
_DECIMALS_OF_SCALE: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2},\d{3}\s?[^\W\d]")
_GROUPED_BY_COMMAS: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3}){2,5}(?![\d.,])")
_WHOLE: Final = frozenset[Unit]({"people", "regions"})
_HIGHEST_RATE: Final = Decimal(200)


def whole_number(claim: Claim, case: Case) -> Iterator[Message]:
    """There are no parts of people and regions: "812,3 jiwa" has lost a scale word or a digit."""
    fact = claim.fact
    if fact.unit in _WHOLE and any(
        end != end.to_integral_value() for end in (fact.value, fact.upper or fact.value)
    ):
        yield f"{format_number(fact.value)} {fact.unit}: there are no parts of them", place(claim)


def number_undecided(claim: Claim, case: Case) -> Iterator[Message]:
    """The text leaves open what its number is worth: "1,708.552 jiwa", ",77 persen".

    A reading that nobody can mean, below zero or beyond the whole nation, leaves nothing open; nor
    does a comma before a scale word ("Rp1,978 miliar") in a text that groups no digits by commas;
    nor do other facts that give the value and no other reading.
    """
    mention = claim.mention
    if mention is None or not _is_open(mention, case) or _borne_out(claim, case):
        return
    readings = _possible(mention) or [mention.value]
    said = " or ".join(map(format_number, readings))
    yield f"{mention.text!r} may be {said}", place(claim)


def number_borne_out(claim: Claim, case: Case) -> Iterator[Message]:
    """Other facts give the value of a number that can be read in several ways, and no other.

    "1,708.552 peserta" are 1.708.552 where 1.800.000 inhabitants and 94,92 percent are said too.
    """
    mention = claim.mention
    if mention is None or not _is_open(mention, case):
        return
    if found := _borne_out(claim, case):
        formula, others = found
        said = " and ".join(
            f"{c.fact.metric} {c.mention.text if c.mention else ''}" for c in others
        )
        yield (
            f"{mention.text!r} is {format_number(claim.fact.value)}, as {said} give it ({formula})",
            (*place(claim), *(span for other in others for span in place(other))),
        )


def _is_open(mention: Mention, case: Case) -> bool:
    """Whether a number has more than one reading that somebody can mean."""
    if _AMBIGUOUS not in mention.flags:
        return False
    text = case.reading.text
    if _DECIMALS_OF_SCALE.search(mention.text) and not _GROUPED_BY_COMMAS.search(text):
        return mention.value != min(mention.readings, default=mention.value)
    return not mention.readings or _possible(mention) != [mention.value]


def _possible(mention: Mention) -> list[Decimal]:
    """The readings of a number that are not below zero or beyond the whole nation."""
    nation = largest(mention.unit, "nation")
    most = nation.impossible if nation else _HIGHEST_RATE if mention.unit == "percent" else None
    return [r for r in mention.readings if r >= 0 and (most is None or r <= most)]


def _borne_out(claim: Claim, case: Case) -> tuple[str, tuple[Claim, ...]] | None:
    """The relation by which certain facts give the value of `claim`, and none of its readings else.

    Two that are uncertain in the same way would bear each other out, whatever they are worth.
    """
    certain = [c for c in case.beside(claim) if c.mention and not _is_open(c.mention, case)]
    found = derivation(claim, [*certain, claim])
    if found is None or claim.mention is None:
        return None
    for reading in _possible(claim.mention):
        if reading == claim.fact.value:
            continue
        other = claim._replace(fact=claim.fact.model_copy(update={"value": reading}))
        if derivation(other, [*certain, other]):
            return None
    return found
