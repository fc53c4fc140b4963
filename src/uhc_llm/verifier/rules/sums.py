"""Rules on several facts together: sums, and what cannot both be true."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Final

from uhc_llm.schemas import Fact, Metric
from uhc_llm.verifier.arithmetic import disagreements
from uhc_llm.verifier.claims import Claim, region_key
from uhc_llm.verifier.intervals import printed
from uhc_llm.verifier.moments import are_one_time
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import format_number, place

__all__ = [
    "arithmetic",
    "conflicting_values",
    "derived_value",
    "implausible_scale",
    "one_meaning_each",
    "other_value",
    "participants_exceed_population",
    "segments_exceed_whole",
]

# People are registered where they do not live; a third more members than inhabitants are too many.
_MOST_PER_INHABITANT: Final = Decimal("1.3")
_FEWEST_PER_INHABITANT: Final = Decimal("0.01")
# The segments of official tables are off by some hundred people, too.
_OFF_BY: Final = Decimal("1.01")
# Less than a region pays for fifty people in a month.
_SMALLEST_BUDGET: Final = Decimal(2_000_000)
_MEMBERS: Final[frozenset[Metric]] = frozenset({"participants", "active_participants"})
# A region pays several sums in a year, adds members more than once, and counts regions of many
# kinds.
_MANY_VALUED: Final[frozenset[Metric]] = frozenset(
    {"budget", "new_participants", "quota", "regions_covered"}
)


def arithmetic(claim: Claim, case: Case) -> Iterator[Message]:
    """Facts of one region and period agree, as far as their printed precision tells.

    participants / population = coverage_rate; population - participants = uninsured;
    coverage_rate + uninsured_rate = 100; and so on, as `arithmetic.RELATIONS` lists them.
    """
    for message, others in disagreements(claim, case.beside(claim)):
        yield message, (*place(claim), *(span for other in others for span in place(other)))


def derived_value(claim: Claim, case: Case) -> Iterator[Message]:
    """A hedged number may be the article's own sum: it is said which other facts give it.

    "sekitar 220 ribu" belum terdaftar follows from 1.034.331 inhabitants and 78,64 percent.
    """
    if claim.mention is None or claim.mention.qualifier == "exact":
        return
    derived = case.derivation(claim)
    if derived:
        formula, others = derived
        said = " and ".join(f"{other.fact.metric} {_said(other)}" for other in others)
        yield (
            f"{_said(claim)!r} follows from {said} ({formula})",
            (*place(claim), *(span for other in others for span in place(other))),
        )


def segments_exceed_whole(claim: Claim, case: Case) -> Iterator[Message]:
    """The members of all segments together are no more than all members.

    PBI 300 ribu and PPU 250 ribu do not fit into 500 ribu peserta of the same region and time.
    """
    if claim.fact.metric not in _MEMBERS or claim.mention is None:
        return
    same = [c for c in case.beside(claim) if c.mention and _is_same(claim, c, but_segment=True)]
    parts: dict[str, Claim] = {}
    for part in sorted(same, key=lambda c: c.fact.value):
        segment = part.fact.segment or "all"
        if segment != "all":
            parts.setdefault(segment, part)  # of two values the smaller
    least = sum((printed(c.fact, c.mention).low for c in parts.values()), Decimal(0))
    for whole in same:
        is_concerned = claim is whole or any(claim is part for part in parts.values())
        if whole.fact.segment not in (None, "all") or not is_concerned:
            continue
        if least > printed(whole.fact, whole.mention).high * _OFF_BY:
            said = ", ".join(f"{segment} {_said(part)}" for segment, part in parts.items())
            yield (
                f"{said} are more than all {whole.fact.metric}, {_said(whole)}",
                (*place(whole), *(span for part in parts.values() for span in place(part))),
            )
            return


def participants_exceed_population(claim: Claim, case: Case) -> Iterator[Message]:
    """No region has a third more members than inhabitants."""
    fact = claim.fact
    if fact.metric not in _MEMBERS or claim.mention is None:
        return
    for other in _of_region(claim, case, "population"):
        inhabitants = printed(other.fact, other.mention)
        if printed(fact, claim.mention).low > inhabitants.high * _MOST_PER_INHABITANT:
            yield (
                f"{fact.metric} {_said(claim)} are far more than the population, {_said(other)}",
                (*place(claim), *place(other)),
            )
            return


def implausible_scale(claim: Claim, case: Case) -> Iterator[Message]:
    """A number is not a hundredth of what it should be: "380 peserta" beside 400 ribu inhabitants.

    It is often one that lost its scale word.
    """
    fact = claim.fact
    if fact.metric == "budget" and fact.value < _SMALLEST_BUDGET:
        yield f"Rp{format_number(fact.value)} is no budget of a region", place(claim)
    if fact.metric not in _MEMBERS or not _is_of_all(claim):
        return
    for other in (*_of_region(claim, case, "population"), *_of_region(claim, case, "participants")):
        if other is claim or not _is_of_all(other):
            continue
        if printed(fact, claim.mention).high < other.fact.value * _FEWEST_PER_INHABITANT:
            yield (
                f"{fact.metric} {_said(claim)} are less than a hundredth of "
                f"{other.fact.metric}, {_said(other)}",
                (*place(claim), *place(other)),
            )
            return


def conflicting_values(claim: Claim, case: Case) -> Iterator[Message]:
    """One metric of one region, time, status and segment has one value.

    Values that may be the same number, printed more or less precisely, do not conflict. Of two that
    do, the one that was read less surely is in doubt; and where other facts bear one of them out,
    the other: beside "94,77 persen hingga akhir Desember 2023" and "95,77 persen per 31 Desember
    2023, atau 267,31 juta dari 279,12 juta penduduk" that is 94.77.
    """
    yield from islice(_contradictions(claim, case, is_doubted=True), 1)


def other_value(claim: Claim, case: Case) -> Iterator[Message]:
    """The text says another value of the same, which was read less surely."""
    yield from islice(_contradictions(claim, case, is_doubted=False), 1)


def _contradictions(claim: Claim, case: Case, *, is_doubted: bool) -> Iterator[Message]:
    """What facts say another value of the same, and put this one in doubt or do not."""
    fact = claim.fact
    if fact.metric in _MANY_VALUED or claim.mention is None or fact.status == "target":
        return
    for other in case.beside(claim):
        if other is claim or other.mention is None or not _is_same(claim, other):
            continue
        if other.mention.id == claim.mention.id:
            continue
        if printed(fact, claim.mention).meets(printed(other.fact, other.mention)):
            continue
        sum_of_other = _exact_sum(other, case)
        if sum_of_other is None and _exact_sum(claim, case):
            continue
        if is_doubted != (sum_of_other is not None or not _is_surer(fact, other.fact)):
            continue
        yield (
            f"{fact.metric} is {_said(claim)} here and {_said(other)} there, of the same "
            f"region, time and people{_followed(sum_of_other)}",
            (*place(claim), *place(other)),
        )


def _is_surer(one: Fact, other: Fact) -> bool:
    """Whether a fact was read more surely than another."""
    if one.confidence is None or other.confidence is None:
        return False
    return one.confidence > other.confidence


def one_meaning_each(claim: Claim, case: Case) -> Iterator[Message]:
    """One number has one meaning; only the regions of a list may share it.

    "Balangan dan HSS sama-sama 100 persen" is one number of two regions.
    """
    if claim.mention is None:
        return
    for other in case.on_number(claim):
        if other is claim:
            continue
        mine, theirs = _meaning(claim), _meaning(other)
        if mine[1:] != theirs[1:]:
            yield (
                f"{claim.mention.text!r} is given two meanings: {_in_words(claim)}; "
                f"and {_in_words(other)}",
                place(claim),
            )
            return


def _is_same(claim: Claim, other: Claim, *, but_segment: bool = False) -> bool:
    """Whether two facts are of one region, metric, time, status and segment."""
    mine, theirs = _meaning(claim), _meaning(other)
    return (
        mine[:2] == theirs[:2]
        and mine[3] == theirs[3]
        and (but_segment or mine[4] == theirs[4])
        and are_one_time(claim, other)
    )


def _exact_sum(claim: Claim, case: Case) -> tuple[str, tuple[Claim, ...]] | None:
    """What other facts a number follows from; a hedge or a range would fit nearly any sum."""
    is_exact = claim.mention is not None and claim.mention.qualifier == "exact"
    is_exact = is_exact and claim.fact.upper is None
    return case.derivation(claim) if is_exact else None


def _followed(derived: tuple[str, tuple[Claim, ...]] | None) -> str:
    """From what the other of two values follows, in words."""
    if derived is None:
        return ""
    formula, others = derived
    said = " and ".join(f"{other.fact.metric} {_said(other)}" for other in others)
    return f"; the other follows from {said} ({formula})"


def _meaning(claim: Claim) -> tuple[str | None, ...]:
    fact = claim.fact
    period = fact.period.iso if fact.period else None
    return region_key(fact), fact.metric, period, fact.status, fact.segment or "all"


def _in_words(claim: Claim) -> str:
    return " ".join(part for part in _meaning(claim)[1:] if part)


def _of_region(claim: Claim, case: Case, metric: Metric) -> Iterator[Claim]:
    """The facts of one metric that are said of the claim's own region."""
    for other in case.beside(claim):
        if other.fact.metric == metric and other.mention:
            yield other


def _is_of_all(claim: Claim) -> bool:
    return claim.fact.segment in (None, "all") and claim.fact.status in (None, "actual")


def _said(claim: Claim) -> str:
    return claim.mention.text if claim.mention else format_number(claim.fact.value)
