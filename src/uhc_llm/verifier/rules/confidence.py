"""The rule on how likely a fact is right in everything that it says, as the text was read."""

from collections.abc import Iterator
from typing import Final

from uhc_llm.schemas import Fact, FieldReading
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = ["confidence"]

_SAID: Final = 0.01
"""What else a field could be is told where it is no less likely."""


def confidence(claim: Claim, case: Case) -> Iterator[Message]:
    """A fact is as likely right in everything as the promise takes.

    It says which field is the least sure, how likely that is, and what else it could be: "Pada 2021
    cakupannya 90 persen, tahun ini 95 persen" makes the 90 percent hardly those of this year.
    """
    fact = claim.fact
    if fact.confidence is None or fact.confidence >= case.threshold or claim.mention is None:
        return
    least = _least(fact)
    yield (
        f"its {least.field} is unsure: {_of(fact, least)} {_in_100(least.probability)}"
        f"{_instead(least)}; right in everything {_in_100(fact.confidence)}",
        (*place(claim), *_elsewhere(claim, case, least)),
    )


def _least(fact: Fact) -> FieldReading:
    """The least sure field; the metric where most of the doubt in the status is its own.

    A status is right where its metric is too.
    """
    least = min(fact.reading, key=lambda field: field.probability)
    metric = next((each for each in fact.reading if each.field == "metric"), least)
    is_of_metric = 1 - metric.probability >= (1 - least.probability) / 2
    return metric if least.field == "status" and is_of_metric else least


def _of(fact: Fact, least: FieldReading) -> str:
    """What a fact says in one field."""
    if least.field == "region":
        return fact.region.name if fact.region else "none that is named"
    if least.field == "period":
        return fact.period.iso if fact.period else "none"
    return str(getattr(fact, least.field))


def _instead(least: FieldReading) -> str:
    """What the field could be instead."""
    if least.instead is None or (least.instead_probability or 0) < _SAID:
        return ""
    return f", {least.instead} {_in_100(least.instead_probability or 0)}"


def _in_100(share: float) -> str:
    """A probability as people say it; what is all but certain is not said to be so."""
    return f"{min(max(round(100 * share), 1), 99)} in 100"


def _elsewhere(claim: Claim, case: Case, least: FieldReading) -> Iterator[tuple[int, int]]:
    """Where the text names what the least sure field could be instead."""
    read = case.bindings.read(claim.mention)
    if read is None or least.instead is None:
        return
    if least.field == "region":
        for whose, _ in read.places:
            if " and ".join(r.name for r in whose.regions) == least.instead:
                yield from ((r.start, r.end) for r in whose.regions if r.end)
    if least.field == "period":
        for moment, _ in read.moments:
            if moment.iso == least.instead and moment.period and moment.period.end:
                yield moment.period.start, moment.period.end
