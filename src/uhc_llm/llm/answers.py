"""The forms of an answer: what the model is allowed to say, and how it is read back.

`point` has two forms with one meaning. The static one is the same for every text, so that a hosted
provider compiles its schema once; what it says is checked afterwards against what the text offers.
The narrowed one is made for one text and leaves out whatever is settled, for servers that turn a
schema into a grammar in no time (llama.cpp, vLLM): nothing outside the offers can be said at all.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from uhc_llm.llm.offers import Offer, Offers
from uhc_llm.scanner.declarations import Statement
from uhc_llm.schemas import (
    ISO_PERIOD,
    METRICS,
    DeclarationStatus,
    IsoPeriod,
    Metric,
    Segment,
    Status,
    Unit,
)

__all__ = [
    "NO_FACTS",
    "Pointer",
    "QuotedFact",
    "QuotedFacts",
    "StaticAnswer",
    "narrowed_answer",
    "read_narrowed",
    "read_statements",
    "read_static",
    "schema_hash",
]

OTHER: Final = "other"
NO_FACTS: Final[Mapping[str, str]] = {
    "change": "a rise or fall, a difference",
    "share": "a part of a budget, of costs or of a group; money spent",
    "inactive": "members whose cards are not active, who owe or were removed",
    "patients": "people treated, visits",
    "staff": "officers, doctors, facilities",
    "attendees": "people at an event",
    "premium": "what one person pays",
    "claims": "costs of treatment",
    "arrears": "unpaid premiums, fines",
    "whole": "all regions that there are",
    "not_yet": "regions that have not reached it",
    OTHER: "anything else",
}
"""What a number may be that is no coverage fact. A small model knows it better by a name of its
own than as "other"."""
_NO_FACTS_OF: Final[Mapping[Unit, tuple[str, ...]]] = {
    "percent": ("change", "share", "inactive", OTHER),
    "people": ("inactive", "patients", "staff", "attendees", "change", OTHER),
    "rupiah": ("premium", "claims", "arrears", OTHER),
    "regions": ("whole", "not_yet", OTHER),
}
NO_PERIOD: Final = "none"
NO_STATEMENT: Final = "none"

_ISO: Final = re.compile(ISO_PERIOD)


class Pointer(NamedTuple):
    """What the model says of one number; a metric of None says that it is no coverage fact.

    `instead` is what it is then, one of `NO_FACTS`.
    """

    mention: str
    metric: Metric | None
    status: Status
    region: str | None
    period: str | None
    segment: Segment
    instead: str | None = None

    @classmethod
    def first_of(cls, offer: Offer) -> "Pointer":
        """The likeliest of what a text offers for one number."""
        return cls(
            mention=offer.mention.id,
            metric=offer.metrics[0] if offer.metrics else None,
            status=offer.statuses[0],
            region=offer.regions[0] if offer.regions else None,
            period=offer.periods[0] if offer.periods else None,
            segment=offer.segments[0],
        )


def iso_or_none(said: object) -> object:
    """A period that is not written as asked ("September ini") cannot be checked: it is left out."""
    return said if isinstance(said, str) and _ISO.fullmatch(said) else None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StaticPointer(_Answer):
    """One number of the text, by its id."""

    number: str = Field(description="id of the number: n1, n2, ...")
    metric: Metric | Literal["other"]
    status: Status
    region: str = Field(description="id of the region: r0, r1, ...")
    period: str = Field(description="id of the period: p1, p2, ...; none if the text does not say")
    segment: Segment


class StaticStatement(_Answer):
    """What one clause says of the UHC status of a region."""

    statement: str = Field(description="id of the statement: d1, d2, ...")
    status: DeclarationStatus | Literal["none"]


class StaticAnswer(_Answer):
    """One entry for each number and each statement that is asked about."""

    numbers: list[StaticPointer]
    statements: list[StaticStatement] = []


class QuotedFact(_Answer):
    """One fact, in the model's own words and with its own number."""

    quote: str = Field(description="the passage with the number, copied word for word")
    value: float
    unit: Literal["percent", "people", "rupiah", "regions"]
    metric: Metric
    status: Status
    region: str | None
    period: Annotated[IsoPeriod | None, BeforeValidator(iso_or_none)]
    segment: Segment


class QuotedFacts(_Answer):
    """Every coverage fact of the text; an empty list if there is none."""

    facts: list[QuotedFact]


def open_fields(offer: Offer) -> dict[str, tuple[str, ...]]:
    """The choices that the text leaves for one number, by field, likeliest first."""
    if not offer.is_open:
        return {}
    choices: dict[str, tuple[str, ...]] = {
        "metric": (*offer.metrics, *_NO_FACTS_OF[offer.mention.unit or OTHER]),
        "status": offer.statuses,
        "region": offer.regions,
        "period": tuple(period or NO_PERIOD for period in offer.periods),
        "segment": offer.segments,
    }
    return {field: options for field, options in choices.items() if len(options) > 1}


def narrowed_answer(
    offers: Sequence[Offer], statements: Sequence[Statement] = ()
) -> type[BaseModel]:
    """A model with one field a number, each with the fields that are open for it.

    Of each statement in doubt it has the status.
    """
    fields: dict[str, Any] = {
        statement.id: (Literal[*get_args(DeclarationStatus), NO_STATEMENT], ...)
        for statement in statements
    }
    for offer in offers:
        choices: dict[str, Any] = {
            field: (Literal[options], ...) for field, options in open_fields(offer).items()
        }
        fields[offer.mention.id] = (
            create_model(offer.mention.id.upper(), __base__=_Answer, **choices),
            ...,
        )
    return create_model("Answer", __base__=_Answer, **fields)


def read_statements(
    answer: BaseModel, statements: Sequence[Statement]
) -> dict[str, DeclarationStatus | None]:
    """What an answer of either form says of the statements; None for no statement."""
    if isinstance(answer, StaticAnswer):
        said: dict[str, Any] = {each.statement: each.status for each in answer.statements}
    else:
        said = answer.model_dump()
    return {
        statement.id: None if said[statement.id] == NO_STATEMENT else said[statement.id]
        for statement in statements
        if statement.id in said
    }


def read_narrowed(answer: BaseModel, offers: Sequence[Offer]) -> list[Pointer]:
    """Read an answer of the narrowed form, putting back what was settled."""
    said = answer.model_dump()
    return [_pointer(offer, said.get(offer.mention.id, {})) for offer in offers]


def _pointer(offer: Offer, said: dict[str, Any]) -> Pointer:
    # Of each field what was said: the model chose among the options, and the types are theirs.
    pointer = Pointer.first_of(offer)._replace(**said)
    if pointer.metric in NO_FACTS:
        return pointer._replace(metric=None, instead=pointer.metric)
    return pointer._replace(period=None) if pointer.period == NO_PERIOD else pointer


def read_static(
    answer: StaticAnswer, offers: Sequence[Offer], whole: Offers
) -> tuple[list[Pointer], list[tuple[str, str]]]:
    """Read an answer of the static form, and check it against what the text offers.

    Returns:
        The pointers that are possible, and for each number that has none its id and the fault.
    """
    asked = {offer.mention.id: offer for offer in offers}
    pointers: dict[str, Pointer] = {}
    faults: dict[str, str] = {}
    for said in answer.numbers:
        offer = asked.get(said.number)
        if offer is None or said.number in pointers:
            continue
        fault = _fault(said, offer, whole)
        if fault:
            faults.setdefault(said.number, fault)
            continue
        faults.pop(said.number, None)
        pointers[said.number] = Pointer(
            mention=said.number,
            metric=None if said.metric == OTHER else said.metric,
            status=said.status,
            region=said.region,
            period=None if said.period == NO_PERIOD else said.period,
            segment=said.segment,
        )
    for id_ in asked:
        if id_ not in pointers:
            faults.setdefault(id_, "you said nothing of it")
    return list(pointers.values()), list(faults.items())


def _fault(said: StaticPointer, offer: Offer, whole: Offers) -> str | None:
    if said.metric == OTHER:
        return None
    unit = METRICS[said.metric].unit
    if unit != offer.mention.unit:
        return f"metric {said.metric} is measured in {unit}, and this is {offer.mention.unit}"
    if said.region not in whole.regions:
        return f"region {said.region!r} is none of {_listed(whole.regions)}"
    if said.period != NO_PERIOD and said.period not in whole.periods:
        return f"period {said.period!r} is none of {_listed(whole.periods)}, none"
    return None


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(ids)


@lru_cache(maxsize=8)  # one form serves all texts, and takes longer to describe than to answer
def schema_hash(answer_model: type[BaseModel]) -> str:
    """The sha256 of a form's JSON Schema, written canonically."""
    schema = json.dumps(
        answer_model.model_json_schema(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(schema.encode()).hexdigest()
