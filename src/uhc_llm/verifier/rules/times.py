"""Rules on the period: that the text gives it, and says the number of it."""

from collections.abc import Iterator
from typing import Final

from uhc_llm.schemas import Reading
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = [
    "period_in_text",
    "period_not_in_future",
    "period_unanchored",
    "period_unread",
    "weekday_matches_date",
]

_FIRST_MONTH: Final = {"S1": "01", "S2": "07", "Q1": "01", "Q2": "04", "Q3": "07", "Q4": "10"}


def period_in_text(claim: Claim, case: Case) -> Iterator[Message]:
    """The year is in the text, or derivable from it and from the article's own date."""
    if case.reading.published is not None:
        yield from _period_missing(claim, case.reading)


def period_unanchored(claim: Claim, case: Case) -> Iterator[Message]:
    """The year is not in the text, and may be that of the article, whose date nobody knows."""
    if case.reading.published is None:
        yield from _period_missing(claim, case.reading)


def period_unread(claim: Claim, case: Case) -> Iterator[Message]:
    """Nothing beside the number looks like a date or a year that could not be read.

    "Per 31-13-2023 cakupannya 95 persen": of a time that nobody knows, not of the article's own
    date. What stands in another clause does not matter where the number's own names its period.
    """
    mention = claim.mention
    if mention is None or case.bindings.read(mention) is None:
        return
    start, end = case.bindings.sentences(mention, back=0)
    unread = case.bindings.unread_times(start, end)
    start, end = case.bindings.own_words(mention)
    if unread and any(start <= p.start < end for p in case.reading.periods if p.end):
        unread = tuple(span for span in unread if span.start < end and start < span.end)
    unread = tuple(s for s in unread if s.end <= mention.start or mention.end <= s.start)
    if unread:
        said = ", ".join(repr(case.reading.text[span.start : span.end]) for span in unread)
        yield (
            f"{said} looks like a date or a year, and could not be read as one: the time of "
            f"{mention.text!r} is unsure",
            (*place(claim), *((span.start, span.end) for span in unread)),
        )


def period_not_in_future(claim: Claim, case: Case) -> Iterator[Message]:
    """What is reported as reached lies in no time after the article."""
    fact, published = claim.fact, case.reading.published
    if published is None or fact.period is None or fact.status == "target":
        return
    iso = fact.period.iso
    first_day = f"{iso[:4]}-{_FIRST_MONTH[iso[5:7]]}" if iso[5:6] in ("S", "Q") else iso
    if first_day > published.isoformat()[: len(first_day)]:
        yield f"{iso} lies after the article's own date, {published.isoformat()}", place(claim)


def _period_missing(claim: Claim, reading: Reading) -> Iterator[Message]:
    period = claim.fact.period
    if period is None:
        return
    said = {p.iso for p in reading.periods}
    if reading.published:
        said.add(reading.published.isoformat())
    if any(p.startswith(period.iso[:4]) or period.iso.startswith(p) for p in said):
        return
    says = f"it says {', '.join(sorted(said))}" if said else "it names none"
    yield f"the text does not speak of {period.iso}: {says}", ()


def weekday_matches_date(case: Case) -> Iterator[Message]:
    """The weekday beside a date is the date's: 26/6/2020 was no Saturday."""
    for period in case.reading.periods:
        if period.weekday_agrees is False:
            yield f"{period.text} does not fall on the weekday named", ((period.start, period.end),)
