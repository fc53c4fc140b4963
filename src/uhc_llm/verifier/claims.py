"""A fact beside what the text says at its place: the form in which rules see it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple, get_args

from pydantic import ValidationError

from uhc_llm.errors import InputError
from uhc_llm.scanner.gazetteer import gazetteer
from uhc_llm.schemas import (
    Evidence,
    Fact,
    Mention,
    Metric,
    Period,
    Reading,
    Region,
    Unit,
)

__all__ = ["Claim", "as_fact", "bind", "find_quote", "sentence_at"]

_MARKS: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\xa0": " "})
_SPACES: Final = re.compile(r"\s+")
_MOST_DIGITS: Final = 40
_CODE: Final = re.compile(r"\d\d(\.\d\d)?|ID")


class Claim(NamedTuple):
    """A fact, and the place in the text that it rests on.

    `quote` is where its quote stands (None when it has none, or the quote is not there); `mention`
    the number of the text with its value and unit, inside the quote where there is one.
    """

    fact: Fact
    quote: tuple[int, int] | None
    mention: Mention | None


def as_fact(item: Fact | Mapping[str, Any], reading: Reading) -> Fact:
    """Read a fact from another source.

    Args:
        item: a `Fact`, or a mapping with `value`, `unit` and `metric`, and where known `upper`,
            `qualifier`, `status`, `segment`, `region` (name or code) or `region_code`, `period`
            (ISO) and `quote` (or `mention`); other keys are left alone.
        reading: the text; it decides which region an ambiguous name means.

    Raises:
        InputError: a needed key is missing, or a value is none of its kind.
    """
    if isinstance(item, Fact):
        return item.model_copy(update={"verdict": None, "findings": ()})
    if not isinstance(item, Mapping):
        raise InputError(f"a fact must be a Fact or a mapping, not {type(item).__name__}")
    missing = [key for key in ("value", "unit", "metric") if item.get(key) is None]
    if missing:
        raise InputError(f"the fact {dict(item)!r} lacks {', '.join(missing)}")
    _check_choice(item["metric"], get_args(Metric), "metric")
    _check_choice(item["unit"], get_args(Unit), "unit")
    quote = item.get("quote") or item.get("mention")
    evidence = None
    if quote is not None:
        place = find_quote(reading.text, str(quote))
        evidence = _evidence(str(quote), place, reading)
    try:
        return Fact(
            metric=item["metric"],
            value=_number(item["value"], "value"),
            upper=None if item.get("upper") is None else _number(item["upper"], "upper"),
            unit=item["unit"],
            qualifier=item.get("qualifier") or "exact",
            status=item.get("status"),
            region=_region(item, reading),
            period=_period(item.get("period")),
            segment=item.get("segment"),
            evidence=evidence,
        )
    except ValidationError as error:
        first = error.errors()[0]
        place_ = ".".join(map(str, first["loc"]))
        raise InputError(
            f"the fact {dict(item)!r} is not valid: {place_}: {first['msg']}"
        ) from error


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
    if abs(number.adjusted()) > _MOST_DIGITS:
        raise InputError(f"{name} {value!r} has more than {_MOST_DIGITS} digits: check its scale")
    return number


def _period(value: object) -> Period | None:
    if value is None or isinstance(value, Period):
        return value
    if isinstance(value, Mapping):
        value = value.get("iso")
    if isinstance(value, str) and len(value) == len("2022-02-14"):
        try:
            date.fromisoformat(value)
        except ValueError:
            raise InputError(f"period {value!r} is no day of the calendar") from None
    return Period(iso=value, source="text")  # type: ignore[arg-type] # pydantic says what is wrong


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
    name = said.strip()
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


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text`, verbatim but for white space and the form of its marks."""
    return next(_quotes(text, quote), None)


def _quotes(text: str, quote: str) -> Iterator[tuple[int, int]]:
    words = quote.translate(_MARKS).split()
    if words:
        pattern = r"\s+".join(re.escape(word) for word in words)
        for found in re.finditer(pattern, text.translate(_MARKS)):
            yield found.span()


def sentence_at(reading: Reading, offset: int) -> tuple[int, int]:
    """The sentence of `reading` around `offset`."""
    index = bisect_right(reading.sentences, (offset, len(reading.text))) - 1
    if index < 0:
        return 0, 0
    span = reading.sentences[index]
    return span.start, span.end


def _evidence(quote: str, place: tuple[int, int] | None, reading: Reading) -> Evidence:
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


def bind(fact: Fact, reading: Reading) -> Claim:
    """Find the place in the text that `fact` rests on, taking its own word for nothing.

    Of several places with the words of its quote, the one that says its number is taken: "5 persen"
    stands inside "9,5 persen" too.
    """
    fitting = [m for m in reading.mentions if says(m, fact)]
    if fact.evidence is None:
        return Claim(fact, None, fitting[0] if fitting else None)
    quotes = list(_places(fact.evidence, reading.text))
    for quote in quotes:
        place = bisect_right(fitting, quote[0], key=lambda m: m.end)
        if place < len(fitting) and fitting[place].start < quote[1]:
            return Claim(fact, quote, fitting[place])
    return Claim(fact, quotes[0] if quotes else None, None)


def _places(evidence: Evidence, text: str) -> Iterator[tuple[int, int]]:
    """Where a quote stands: its own place first, when it is right, then any other."""
    start, end = evidence.start, evidence.end
    if end > start and _same(text[start:end], evidence.quote):
        yield start, end
    yield from _quotes(text, evidence.quote)


def says(mention: Mention, fact: Fact) -> bool:
    """Whether a number of the text is the number of a fact, unit included."""
    if mention.kind != "quantity" or mention.unit != fact.unit:
        return False
    if fact.upper is not None:
        return (mention.value, mention.upper) == (fact.value, fact.upper)
    return fact.value in (mention.value, mention.upper, *mention.readings)


def _same(one: str, other: str) -> bool:
    return _normal(one) == _normal(other)


def _normal(text: str) -> str:
    return _SPACES.sub(" ", text.translate(_MARKS)).strip()
