"""Why: how likely a fact is right, field by field, what else it could be, and what decided it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from uhc_llm.reader.candidates import Moment, Place
from uhc_llm.reader.confidence import UNSAID, Confidence, Said
from uhc_llm.reader.interpretation import Interpretation, Meaning, ReadField, option_key
from uhc_llm.reader.interpreting import Understanding
from uhc_llm.schemas import Fact, FactField, FieldReading, Reason

__all__ = ["explain", "said_of", "with_confidence"]

_MOST: Final = 8
_LEAST: Final = 0.05
_TINY: Final = 1e-9
_T = TypeVar("_T", Place, Moment)


def said_of(fact: Fact) -> Said:
    """What a fact says of its number; of a region or a period that was never set, nothing."""
    code = fact.region.code if fact.region else None
    year = fact.period.iso[:4] if fact.period else None
    return Said(
        fact.metric,
        fact.status,
        fact.segment,
        code if "region" in fact.model_fields_set else UNSAID,
        year if "period" in fact.model_fields_set else UNSAID,
    )


def with_confidence(understanding: Understanding, read: Interpretation, fact: Fact) -> Fact:
    """A fact with how likely it and each of its fields is right, and what else each could be.

    Args:
        understanding: the text, read.
        read: what the number of the fact means in it.
        fact: as anybody says it.
    """
    sure = understanding.confidence(read, said_of(fact))
    if sure is None:
        return fact
    return fact.model_copy(
        update={
            "confidence": _rounded(sure.whole),
            "reading": tuple(_fields(read, fact, sure)),
        }
    )


def _fields(read: Interpretation, fact: Fact, sure: Confidence) -> Iterator[FieldReading]:
    yield _field("metric", sure.metric, read.share_of_metric(fact.metric), _metric(read, fact))
    if not read.places:
        return
    if fact.status is not None:
        share = read.share_of_status(fact.status)
        other = "target" if fact.status == "actual" else "actual"
        # A status is right where its metric is too, so that of the rest only so much can be its.
        rest = max(sure.metric - sure.status, 0.0)
        yield _field("status", sure.status, share, (other, 1 - share), rest)
    if fact.segment is not None:
        others = [(name, p) for name, p in read.segments if name != fact.segment]
        share = read.share_of_segment(fact.segment)
        yield _field("segment", sure.segment, share, _first(others))
    if "region" in fact.model_fields_set:
        yield _region(read, fact, sure)
    if "period" in fact.model_fields_set:
        yield _period(read, fact, sure)


def _region(read: Interpretation, fact: Fact, sure: Confidence) -> FieldReading:
    code = fact.region.code if fact.region else None
    places = [
        (" and ".join(region.name for region in place.regions) or "no region", p)
        for place, p in read.places
        if not place.can_be(code)
    ]
    return _field("region", sure.region, read.share_of_region(code), _first(places))


def _period(read: Interpretation, fact: Fact, sure: Confidence) -> FieldReading:
    year = fact.period.iso[:4] if fact.period else None
    times = [
        (moment.iso or "no time", p)
        for moment, p in read.moments
        if (moment.iso or "")[:4] != (year or "")
    ]
    return _field("period", sure.period, read.share_of_year(year), _first(times))


def explain(understanding: Understanding, fact: Fact) -> Fact:
    """A fact with what decided each of its fields, as far as its number was read.

    Args:
        understanding: the text, read.
        fact: one of it, as `verify_reading` gives it.
    """
    id_ = fact.evidence.mention if fact.evidence else None
    read = understanding.by_id.get(id_ or "")
    if read is None:
        return fact
    pairs = dict(_pairs(read, fact))
    told = [
        each.model_copy(update={"reasons": _reasons(understanding, read, *pairs[each.field])})
        if each.field in pairs
        else each
        for each in fact.reading
    ]
    return fact.model_copy(update={"reading": tuple(told)})


def _pairs(read: Interpretation, fact: Fact) -> Iterator[tuple[str, tuple[ReadField, str, str]]]:
    """For each field what the fact says, and the likeliest other choice, by the reader's names."""
    meanings = [name for name, _ in read.meanings]
    mine = [name for name in meanings if Meaning.named(name).metric == fact.metric]
    said = next((n for n in mine if Meaning.named(n).status == fact.status), (*mine, "")[0])
    other = next((name for name in meanings if name not in mine), None)
    if said and other:
        yield "metric", ("meaning", said, other)
    turned = next((name for name in mine if name != said), None)
    if said and turned:
        yield "status", ("meaning", said, turned)
    segments = [name for name, _ in read.segments if name != fact.segment]
    if fact.segment and segments:
        yield "segment", ("segment", fact.segment, segments[0])
    code = fact.region.code if fact.region else None
    if pair := _apart([place for place, _ in read.places], lambda place: place.can_be(code)):
        yield "region", ("place", *pair)
    year = fact.period.iso[:4] if fact.period else ""
    times = [moment for moment, _ in read.moments]
    if pair := _apart(times, lambda moment: (moment.iso or "")[:4] == year):
        yield "period", ("moment", *pair)


def _apart(options: Sequence[_T], is_said: Callable[[_T], bool]) -> tuple[str, str] | None:
    """The likeliest option that a fact says, and the likeliest other one."""
    said = next((option for option in options if is_said(option)), None)
    other = next((option for option in options if not is_said(option)), None)
    return None if said is None or other is None else (option_key(said), option_key(other))


def _reasons(
    understanding: Understanding, read: Interpretation, field: ReadField, said: str, other: str
) -> tuple[Reason, ...]:
    found = understanding.reasons(read, field, said, other)
    strongest = sorted(found.items(), key=lambda item: -abs(item[1]))[:_MOST]
    return tuple(
        Reason(seen=name, weight=round(weight, 2))
        for name, weight in strongest
        if abs(weight) >= _LEAST
    )


def _metric(read: Interpretation, fact: Fact) -> tuple[str | None, float | None]:
    """What else a number may measure, and how likely that is."""
    others: dict[str, float] = {}
    for name, share in read.meanings:
        metric = Meaning.named(name).metric
        if metric != fact.metric:
            told = metric or f"no fact: {name.replace('_', ' ')}"
            others[told] = others.get(told, 0) + share
    return _first(sorted(others.items(), key=lambda item: -item[1]))


def _first(others: Sequence[tuple[str, float]]) -> tuple[str | None, float | None]:
    return others[0] if others else (None, None)


def _field(
    name: FactField,
    sure: float,
    share: float,
    other_choice: tuple[str | None, float | None],
    rest: float | None = None,
) -> FieldReading:
    """One field: how likely it is right, and of the rest the other choice's part of it."""
    instead, other = other_choice
    rest = 1 - sure if rest is None else rest
    part = None if other is None else other / max(1 - share, other, _TINY) * rest
    return FieldReading(
        field=name,
        probability=_rounded(sure),
        instead=instead,
        instead_probability=None if part is None else _rounded(part),
    )


def _rounded(share: float) -> float:
    return round(min(max(share, 0.0), 1.0), 4)
