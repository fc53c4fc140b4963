"""Why: how likely each field of a fact is as it was read, what else it could be, what decided."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from uhc_llm.reader.candidates import Moment, Place
from uhc_llm.reader.interpreting import (
    Interpretation,
    Meaning,
    ReadField,
    Understanding,
    option_key,
)
from uhc_llm.schemas import Fact, FieldReading, Reason

__all__ = ["explain", "read_fields"]

_MOST: Final = 8
_LEAST: Final = 0.05
_T = TypeVar("_T", Place, Moment)


def read_fields(read: Interpretation, fact: Fact) -> tuple[FieldReading, ...]:
    """How likely what a fact says is, field by field, and what else each could be.

    Args:
        read: what the number of the fact means as the text was read.
        fact: as anybody says it.
    """
    found = [_metric(read, fact)]
    if not read.places:
        return tuple(found)
    if fact.status is not None:
        share = read.share_of_status(fact.status)
        other = "target" if fact.status == "actual" else "actual"
        found.append(_field("status", share, other, 1 - share))
    if fact.segment is not None:
        others = [(name, p) for name, p in read.segments if name != fact.segment]
        found.append(_field("segment", read.share_of_segment(fact.segment), *_first(others)))
    code = fact.region.code if fact.region else None
    places = [
        (" and ".join(region.name for region in place.regions) or "no region", p)
        for place, p in read.places
        if not place.can_be(code)
    ]
    found.append(_field("region", read.share_of_region(code), *_first(places)))
    year = fact.period.iso[:4] if fact.period else None
    times = [
        (moment.iso or "no time", p)
        for moment, p in read.moments
        if (moment.iso or "")[:4] != (year or "")
    ]
    found.append(_field("period", read.share_of_year(year), *_first(times)))
    return tuple(found)


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


def _metric(read: Interpretation, fact: Fact) -> FieldReading:
    others: dict[str, float] = {}
    for name, share in read.meanings:
        metric = Meaning.named(name).metric
        if metric != fact.metric:
            told = metric or f"no fact: {name.replace('_', ' ')}"
            others[told] = others.get(told, 0) + share
    ranked = sorted(others.items(), key=lambda item: -item[1])
    return _field("metric", read.share_of_metric(fact.metric), *_first(ranked))


def _first(others: Sequence[tuple[str, float]]) -> tuple[str | None, float | None]:
    return others[0] if others else (None, None)


def _field(name: str, share: float, instead: str | None, other: float | None) -> FieldReading:
    return FieldReading(
        field=name,  # type: ignore[arg-type]  # one of its five
        probability=_rounded(share),
        instead=instead,
        instead_probability=None if other is None else _rounded(other),
    )


def _rounded(share: float) -> float:
    return round(min(max(share, 0.0), 1.0), 4)
