"""A fact beside what the text says at its place: the form in which rules see it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from numbers import Integral
from operator import itemgetter
from typing import Any, Final, NamedTuple, get_args

from pydantic import ValidationError

from uhc_llm.errors import InputError
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import (
    MOST_DIGITS,
    Evidence,
    Fact,
    Mention,
    Metric,
    PartOfPeriod,
    Period,
    Qualifier,
    Reading,
    Region,
    Segment,
    Status,
    Unit,
)
from uhc_llm.verifier.bindings import Bindings, plain_marks

__all__ = ["Claim", "as_fact", "bind", "evidence_at", "region_key", "sentence_at"]

_SPACES: Final = re.compile(r"\s+")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_WRITE_PERIODS: Final = (
    "is not written as periods are: write 2024, 2024-S1, 2024-Q1, 2024-05 or 2024-05-01"
)
# A number that stands in more places says little about any of them.
_MOST_PLACES: Final = 50
_CODE: Final = re.compile(r"\d\d(\.\d\d)?|ID")
_PLACE_AND_TIME: Final = ("region", "region_code", "period")
_CHOICES: Final = {
    "status": get_args(Status),
    "qualifier": get_args(Qualifier),
    "segment": get_args(Segment),
}


class Claim(NamedTuple):
    """A fact, and the place in the text that it rests on.

    `quote` is where its quote stands (None when it has none, or the quote is not there); `mention`
    the number of the text with its value and unit, inside the quote where there is one; `part`
    which part of its period the text speaks of there ("akhir Desember 2023").
    """

    fact: Fact
    quote: tuple[int, int] | None
    mention: Mention | None
    part: PartOfPeriod | None = None


def region_key(fact: Fact) -> str | None:
    """What tells the region of a fact from any other."""
    return (fact.region.code or fact.region.name) if fact.region else None


def as_fact(item: Fact | Mapping[str, Any], reading: Reading) -> Fact:
    """Read a fact from another source.

    Args:
        item: a `Fact`, or a mapping with `value`, `unit` and `metric`, and where known `upper`,
            `qualifier`, `status`, `segment`, `region` (name or code) or `region_code`, `period`
            (ISO, or a year as a number) and `quote` (or `mention`); other keys are left alone. A
            region or a period that is None is said to be none; of one that is not there, or is "",
            nothing is said.
        reading: the text; it decides which region an ambiguous name means.

    Raises:
        InputError: a needed key is missing, or a value is none of its kind.
    """
    if isinstance(item, Fact):
        nothing = {"verdict": None, "findings": (), "reading": (), "confidence": None}
        return item.model_copy(update=nothing)
    if not isinstance(item, Mapping):
        raise InputError(f"a fact must be a Fact or a mapping, not {type(item).__name__}")
    try:
        shown = repr(dict(item))
    except ValueError as error:  # Python writes no integer of so many digits
        raise InputError("the fact has a number of more digits than any that is read") from error
    missing = [key for key in ("value", "unit", "metric") if item.get(key) is None]
    if missing:
        raise InputError(f"the fact {shown} lacks {', '.join(missing)}")
    _check_choice(item["metric"], get_args(Metric), "metric")
    _check_choice(item["unit"], get_args(Unit), "unit")
    for name, choices in _CHOICES.items():
        if item.get(name):
            _check_choice(item[name], choices, name)
    quote = item.get("quote") or item.get("mention")
    # Where it stands is for `bind` to find out.
    evidence = None if quote is None else evidence_at(_whole(str(quote), "quote"), None, reading)
    try:
        return Fact(
            metric=item["metric"],
            value=_number(item["value"], "value"),
            upper=None if item.get("upper") is None else _number(item["upper"], "upper"),
            unit=item["unit"],
            qualifier=item.get("qualifier") or "exact",
            status=item.get("status"),
            segment=item.get("segment"),
            evidence=evidence,
            **_where_and_when(item, reading),
        )
    except ValidationError as error:
        first = error.errors()[0]
        place_ = ".".join(map(str, first["loc"]))
        raise InputError(f"the fact {shown} is not valid: {place_}: {first['msg']}") from error


def _where_and_when(item: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """Region and period, where they are given, if as none: of what is not, nothing is said."""
    given = {name: item[name] for name in _PLACE_AND_TIME if item.get(name, "") != ""}
    said: dict[str, Any] = {}
    if "region" in given or "region_code" in given:
        said["region"] = _region(given, reading)
    if "period" in given:
        said["period"] = _period(given["period"])
    return said


def _whole(text: str, name: str) -> str:
    """A text that can be written out again."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{name} has half a character in it: it was not decoded right") from error
    return text


def _check_choice(value: object, choices: tuple[str, ...], name: str) -> None:
    if value not in choices:
        raise InputError(f"{name} {value!r} is none of {', '.join(choices)}")


def _number(value: object, name: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise InputError(f"{name} {value!r} is no number: write 84.33, not 84,33") from None
    if not number.is_finite():
        raise InputError(f"{name} {value!r} is not finite")
    if abs(number.adjusted()) > MOST_DIGITS:
        raise InputError(f"{name} {value!r} has more than {MOST_DIGITS} digits: check its scale")
    return number


def _period(value: object) -> Period | None:
    if value is None or isinstance(value, Period):
        return value
    if isinstance(value, Mapping):
        value = value.get("iso")
    if isinstance(value, Integral) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and len(value) == len("2022-02-14"):
        try:
            date.fromisoformat(value)
        except ValueError:
            said = "is no day of the calendar" if _DAY.fullmatch(value) else _WRITE_PERIODS
            raise InputError(f"period {value!r} {said}") from None
    try:
        return Period(iso=value, source="text")  # type: ignore[arg-type] # pydantic looks at it
    except ValidationError as error:
        raise InputError(f"period {value!r} {_WRITE_PERIODS}") from error


def _region(item: Mapping[str, Any], reading: Reading) -> Region | None:
    said = item.get("region_code") or item.get("region")
    if said is None or isinstance(said, Region):
        return said
    if isinstance(said, Mapping):
        said = said.get("code") or said.get("name")
    if not isinstance(said, str) or not said.strip():
        raise InputError(
            f"region {said!r} is no name and no code: write 'Kota Semarang' or '33.74', "
            "or leave the region out"
        )
    name = _whole(said.strip(), "region")
    if _CODE.fullmatch(name):
        region = gazetteer().by_code.get(name)
        if region is None:
            raise InputError(f"region {name!r} is no Kemendagri code")
        return region
    if name.casefold() in ("indonesia", "nasional"):
        return gazetteer().by_code["ID"]
    candidates = gazetteer().named(name)
    if len(candidates) > 1:
        codes = {mention.code for mention in reading.regions}
        candidates = tuple(c for c in candidates if c.code in codes) or candidates
    return candidates[0] if candidates else Region(code=None, name=name, level="area")


def sentence_at(reading: Reading, offset: int) -> tuple[int, int]:
    """The sentence of `reading` around `offset`."""
    index = bisect_right(reading.sentences, (offset, len(reading.text))) - 1
    if index < 0:
        return 0, 0
    span = reading.sentences[index]
    return span.start, span.end


def evidence_at(quote: str, place: tuple[int, int] | None, reading: Reading) -> Evidence:
    """The evidence of a quote; of one that is not in the text, the quote alone."""
    start, end = place or (0, 0)
    sentence = sentence_at(reading, start) if place else (0, 0)
    return Evidence(
        mention=None,
        quote=quote,
        start=start,
        end=end,
        sentence=reading.text[slice(*sentence)],
        sentence_start=sentence[0],
        sentence_end=sentence[1],
    )


def bind(facts: Sequence[Fact], bindings: Bindings) -> tuple[Claim, ...]:
    """Find the place in the text that each fact rests on, taking its own word for nothing.

    Of several numbers that say a fact's value, within its quote where it has one, the one whose
    words suit its meaning best is taken; and two facts of different meaning take two of them.
    """
    candidates = [_candidates(fact, bindings) for fact in facts]
    taken = _assign(facts, candidates, bindings)
    claims = []
    for fact, (quotes, found), mention in zip(facts, candidates, taken, strict=True):
        quote = found[mention.id][1] if mention else None
        part = _part(fact, mention, bindings)
        claims.append(Claim(fact, quote or (quotes[0] if quotes else None), mention, part))
    return tuple(claims)


def _part(fact: Fact, mention: Mention | None, bindings: Bindings) -> PartOfPeriod | None:
    """Which part of its period the text speaks of beside the number of a fact."""
    read = bindings.read(mention)
    if fact.period is None or read is None:
        return None
    periods = (moment.period for moment, _ in read.moments)
    return next((p.part for p in periods if p is not None and p.iso == fact.period.iso), None)


_Candidates = tuple[list[tuple[int, int]], Mapping[str, tuple[Mention, tuple[int, int] | None]]]
"""Where the quote of a fact stands, and the numbers that it can rest on, with their quotes."""


def _candidates(fact: Fact, bindings: Bindings) -> _Candidates:
    evidence, reading = fact.evidence, bindings.reading
    if evidence is None:
        said = (m for m in reading.mentions if says(m, fact))
        return [], {m.id: (m, None) for m in islice(said, _MOST_PLACES)}
    own = (evidence.start, evidence.end)
    inside = [m for m in _inside(own, reading.mentions) if says(m, fact)]
    if inside and _same(reading.text[slice(*own)], evidence.quote):
        return [own], {m.id: (m, own) for m in inside}
    # "5 persen" stands inside "9,5 persen" too, which says another value.
    quotes = list(islice(bindings.quotable.places(plain_marks(evidence.quote)), _MOST_PLACES))
    found = {
        m.id: (m, quote)
        for quote in reversed(quotes)
        for m in _inside(quote, reading.mentions)
        if says(m, fact)
    }
    return quotes, found


def _assign(
    facts: Sequence[Fact], candidates: Sequence[_Candidates], bindings: Bindings
) -> list[Mention | None]:
    """Give each fact one of its numbers, the best pairs first, whatever the order of the facts."""
    pairs = []
    for index, (fact, (_, found)) in enumerate(zip(facts, candidates, strict=True)):
        meaning = repr(fact.to_record())
        for mention, _ in found.values():
            misfits = _misfits(fact, mention, bindings) if len(found) > 1 else 0.0
            pairs.append((misfits, len(found), meaning, mention.start, index, mention))
    pairs.sort(key=itemgetter(0, 1, 2, 3))
    taken: dict[str, str] = {}
    assigned: list[Mention | None] = [None] * len(facts)
    for is_last_resort in (False, True):
        for _, _, meaning, _, index, mention in pairs:
            if assigned[index] is None:
                is_free = taken.get(mention.id, meaning) == meaning
                if is_free or is_last_resort:
                    assigned[index] = mention
                    taken.setdefault(mention.id, meaning)
    return assigned


def _inside(span: tuple[int, int], mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Those of `mentions`, which are in order, that share a character with `span`."""
    for mention in mentions[bisect_right(mentions, span[0], key=lambda m: m.end) :]:
        if mention.start >= span[1]:
            return
        yield mention


def _misfits(fact: Fact, mention: Mention, bindings: Bindings) -> float:
    """How little of the meaning of `fact` the text says of `mention`, from 0 up to 8."""
    read = bindings.read(mention)
    if read is None:
        return 0
    missing = [2 * (1 - read.share_of_metric(fact.metric))]
    if fact.status is not None:
        missing.append(2 * (1 - read.share_of_status(fact.status)))
    if fact.region and fact.region.code:
        missing.append(2 * (1 - read.share_of_region(fact.region.code)))
    if fact.period:
        missing.append(1 - read.share_of_year(fact.period.iso[:4]))
    if fact.segment:
        missing.append(1 - read.share_of_segment(fact.segment))
    # As exact as two places can differ in what they say, so that of two alike the first is taken.
    return round(sum(missing), 1)


def says(mention: Mention, fact: Fact) -> bool:
    """Whether a number of the text is the number of a fact, its unit included if it says one."""
    if mention.kind != "quantity" or (mention.says_unit and mention.unit != fact.unit):
        return False
    if fact.upper is not None:
        return (mention.value, mention.upper) == (fact.value, fact.upper)
    return fact.value in (mention.value, mention.upper, *mention.readings)


def _same(one: str, other: str) -> bool:
    return _normal(one) == _normal(other)


def _normal(text: str) -> str:
    return _SPACES.sub(" ", plain_marks(text)).strip()
