"""The forms of an answer: what the model is allowed to say, and how it is read back.

`point` has two. The whole answer says everything of each number. As `StaticAnswer` it is the same
for every text, so that a hosted provider compiles its schema once; `narrowed_answer` has a field
for each number and allows only the ids of one text, for servers that turn a schema into a grammar
in no time (llama.cpp, vLLM). Either is checked afterwards against what the text offers. The answer
on the metric alone is what a small model gives more surely.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    create_model,
    model_validator,
)

from uhc_llm.llm.offers import Offer, Offers
from uhc_llm.reader.declarations import Statement
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import (
    ISO_PERIOD,
    METRICS,
    MOST_DIGITS,
    DeclarationStatus,
    IsoPeriod,
    Metric,
    Segment,
    Status,
    Unit,
)

__all__ = [
    "NO_FACTS",
    "NO_PERIOD",
    "OTHER",
    "Pointer",
    "QuotedFact",
    "QuotedFacts",
    "StaticAnswer",
    "as_static",
    "metric_answer",
    "metric_options",
    "narrowed_answer",
    "read_answer",
    "read_metrics",
    "read_statements",
    "schema_hash",
]

NoFact = Literal[
    "change",
    "share",
    "inactive",
    "patients",
    "staff",
    "attendees",
    "premium",
    "claims",
    "arrears",
    "whole",
    "not_yet",
    "other",
]
OTHER: Final = "other"
NO_FACTS: Final[Mapping[NoFact, str]] = {
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
    "other": "anything else",
}
"""What a number may be that is no coverage fact. A model knows it better by a name of its own than
as "other"."""
_NO_FACTS_OF: Final[Mapping[Unit, tuple[NoFact, ...]]] = {
    "percent": ("change", "share", "inactive", "other"),
    "people": ("inactive", "patients", "staff", "attendees", "change", "other"),
    "rupiah": ("premium", "claims", "arrears", "other"),
    "regions": ("whole", "not_yet", "other"),
}
NO_PERIOD: Final = "none"
NO_STATEMENT: Final = "none"

_ISO: Final = re.compile(ISO_PERIOD)
_CODE: Final = re.compile(r"\d\d(\.\d\d)?|ID")


class Pointer(NamedTuple):
    """What the model says of one number; a metric of None says that it is no coverage fact.

    Several `regions` share the number; none of those that the text offers is an empty tuple.
    `instead` is what it is where it is no fact.
    """

    mention: str
    metric: Metric | None
    status: Status = "actual"
    regions: tuple[str, ...] = ()
    period: str | None = None
    segment: Segment = "all"
    instead: NoFact | None = None

    @classmethod
    def first_of(cls, offer: Offer) -> "Pointer":
        """The likeliest of what a text offers for one number."""
        return cls(
            mention=offer.mention.id,
            metric=offer.metrics[0] if offer.metrics else None,
            status=offer.statuses[0],
            regions=(*reversed(offer.together), *offer.regions[:1]),
            period=offer.periods[0] if offer.periods else None,
            segment=offer.segments[0],
        )


def iso_or_none(said: object) -> object:
    """A period that is not written as asked ("September ini"), or is none, is left out."""
    if not isinstance(said, str) or not _ISO.fullmatch(said):
        return None
    try:
        return said if len(said) < len("2022-02-14") else date.fromisoformat(said).isoformat()
    except ValueError:
        return None


def _in_bounds(value: float) -> float:
    if not math.isfinite(value) or abs(Decimal(str(value)).adjusted()) > MOST_DIGITS:
        raise ValueError("is no number of any text: check its scale")
    return value


def _writable(said: str) -> str:
    said.encode()
    return said


def _region_or_none(said: object) -> object:
    return None if isinstance(said, str) and not said.strip() else said


def _known_code(said: str | None) -> str | None:
    if said and _CODE.fullmatch(said.strip()) and said.strip() not in gazetteer().by_code:
        raise ValueError("is the code of no region: name the region as the text does")
    return said


def _listed_ids(said: object) -> object:
    """One region may be said without a list around it."""
    return [said] if isinstance(said, str) else said


def _or_none(said: object) -> object:
    return NO_PERIOD if said is None or said == "" else said


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PointedFact(_Answer):
    """One number that is a coverage figure, by ids of the question."""

    number: str
    metric: Metric
    status: Status
    regions: Annotated[list[str], BeforeValidator(_listed_ids)]
    period: Annotated[str, BeforeValidator(_or_none)]
    segment: Segment


class PointedNoFact(_Answer):
    """One number that is none."""

    number: str
    kind: NoFact


class PointedStatement(_Answer):
    """What a clause says of the UHC status of regions."""

    statement: str
    status: DeclarationStatus | Literal["none"]


class StaticAnswer(_Answer):
    """One entry for each number and each statement that is asked about."""

    facts: list[PointedFact]
    no_facts: list[PointedNoFact] = []
    statements: list[PointedStatement] = []

    @model_validator(mode="before")
    @classmethod
    def _no_facts_apart(cls, said: Any) -> Any:  # noqa: ANN401 (it is looked at afterwards)
        """A fact whose "metric" is a kind of no fact is none, wherever it stands."""
        if not isinstance(said, dict) or not isinstance(said.get("facts"), list):
            return said
        facts, none = [], []
        for fact in said["facts"]:
            kind = fact.get("metric") if isinstance(fact, dict) else None
            if isinstance(kind, str) and kind in NO_FACTS:
                none.append({"number": fact.get("number"), "kind": kind})
            else:
                facts.append(fact)
        return said | {"facts": facts, "no_facts": [*(said.get("no_facts") or ()), *none]}


class QuotedFact(_Answer):
    """One fact, in the model's own words and with its own number."""

    quote: Annotated[str, AfterValidator(_writable)] = Field(
        description="the passage with the number, copied word for word"
    )
    value: Annotated[float, AfterValidator(_in_bounds)]
    unit: Literal["percent", "people", "rupiah", "regions"]
    metric: Metric
    status: Status
    region: Annotated[
        Annotated[str, AfterValidator(_writable)] | None,
        BeforeValidator(_region_or_none),
        AfterValidator(_known_code),
    ]
    period: Annotated[IsoPeriod | None, BeforeValidator(iso_or_none)]
    segment: Segment


class QuotedFacts(_Answer):
    """Every coverage fact of the text; an empty list if there is none."""

    facts: list[QuotedFact]


def _one_of(options: Iterable[str]) -> Any:  # noqa: ANN401 (a type, known only when it runs)
    return Literal[*options]


def metric_options(offer: Offer) -> tuple[str, ...]:
    """What one number may be: the metrics that its words leave, the likeliest first, or no fact."""
    return (*offer.metrics, *_NO_FACTS_OF[offer.mention.unit or "other"])


def metric_answer(offers: Sequence[Offer], statements: Sequence[Statement] = ()) -> type[BaseModel]:
    """The form of an answer on the metric alone: a field for each number and each statement."""
    fields: dict[str, Any] = {
        statement.id: (_one_of((*get_args(DeclarationStatus), NO_STATEMENT)), ...)
        for statement in statements
    }
    for offer in offers:
        id_ = offer.mention.id
        metric = _one_of(metric_options(offer))
        fields[id_] = (create_model(id_.upper(), __base__=_Answer, metric=(metric, ...)), ...)
    return create_model("Answer", __base__=_Answer, **fields)


def narrowed_answer(
    offers: Sequence[Offer], whole: Offers, statements: Sequence[Statement] = ()
) -> type[BaseModel]:
    """The form of the whole answer for one question: a field for each number and each statement.

    No number can be passed over, and no id be said that is not there.
    """
    fields: dict[str, Any] = {
        offer.mention.id: (_fact_or_none(offer, whole), ...) for offer in offers
    }
    for statement in statements:
        fields[statement.id] = (_one_of((*get_args(DeclarationStatus), NO_STATEMENT)), ...)
    return create_model("Answer", __base__=_Answer, **fields)


def _fact_or_none(offer: Offer, whole: Offers) -> Any:  # noqa: ANN401 (a type, made as it runs)
    regions = list[Literal[*whole.regions]]  # type: ignore[valid-type]
    id_ = offer.mention.id.upper()
    fact = create_model(
        id_,
        __base__=_Answer,
        metric=(_one_of(offer.metrics), ...),
        status=(Status, ...),
        # Without an end in the grammar a small model goes on naming them.
        regions=(Annotated[regions, Field(max_length=len(whole.regions))], ...),
        period=(_one_of((*whole.periods, NO_PERIOD)), ...),
        segment=(Segment, ...),
    )
    none = create_model(f"{id_}None", __base__=_Answer, kind=(NoFact, ...))
    return fact | none


def as_static(answer: BaseModel) -> StaticAnswer:
    """An answer of the narrowed form in the words of the other one."""
    said = answer.model_dump()
    entries = {id_: entry for id_, entry in said.items() if isinstance(entry, dict)}
    return StaticAnswer.model_validate(
        {
            "facts": [{"number": n} | e for n, e in entries.items() if "kind" not in e],
            "no_facts": [{"number": n} | e for n, e in entries.items() if "kind" in e],
            "statements": [
                {"statement": d, "status": s} for d, s in said.items() if d not in entries
            ],
        }
    )


def read_statements(
    answer: BaseModel, statements: Sequence[Statement]
) -> dict[str, DeclarationStatus | None]:
    """What an answer of any form says of the statements; None for no statement."""
    if isinstance(answer, StaticAnswer):
        said: dict[str, Any] = {each.statement: each.status for each in answer.statements}
    else:
        said = answer.model_dump()
    return {
        statement.id: None if said[statement.id] == NO_STATEMENT else said[statement.id]
        for statement in statements
        if statement.id in said
    }


def read_metrics(answer: BaseModel, offers: Sequence[Offer]) -> list[Pointer]:
    """Read an answer on the metric alone, putting back what was settled."""
    said = answer.model_dump()
    return [_pointer(offer, said[offer.mention.id]["metric"]) for offer in offers]


def _pointer(offer: Offer, metric: Any) -> Pointer:  # noqa: ANN401 (one of its options)
    pointer = Pointer.first_of(offer)
    if metric in NO_FACTS:
        return pointer._replace(metric=None, instead=metric)
    return pointer._replace(metric=metric)


def read_answer(
    answer: StaticAnswer, offers: Sequence[Offer], whole: Offers
) -> tuple[list[Pointer], list[tuple[str, str]]]:
    """Read a whole answer, and check it against what the text offers.

    Returns:
        The pointers that are possible, of each number the first; and for each number that has none
        its id and the fault.
    """
    asked = {offer.mention.id: offer for offer in offers}
    pointers: dict[str, Pointer] = {}
    faults: dict[str, str] = {}
    for said in answer.facts:
        offer = asked.get(said.number)
        if offer is None or said.number in pointers:
            continue
        if fault := _fault(said, offer, whole):
            faults.setdefault(said.number, fault)
            continue
        pointers[said.number] = Pointer(
            mention=said.number,
            metric=said.metric,
            status=said.status,
            regions=tuple(dict.fromkeys(said.regions)),
            period=None if said.period == NO_PERIOD else said.period,
            segment=said.segment,
        )
    for none in answer.no_facts:
        if none.number in asked:
            no_fact = Pointer(mention=none.number, metric=None, instead=none.kind)
            pointers.setdefault(none.number, no_fact)
    missing = dict.fromkeys(asked, "you said nothing of it")
    return list(pointers.values()), [
        (id_, fault) for id_, fault in (missing | faults).items() if id_ not in pointers
    ]


def _fault(said: PointedFact, offer: Offer, whole: Offers) -> str | None:
    if said.metric not in offer.metrics:
        unit = METRICS[said.metric].unit
        return f"metric {said.metric} is measured in {unit}, and this is {offer.mention.unit}"
    for region in said.regions:
        if region not in whole.regions:
            return f"region {region!r} is none of {_listed(whole.regions)}"
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
