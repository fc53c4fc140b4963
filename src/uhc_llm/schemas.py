"""The vocabulary: what a text says, what a fact is, and how sure we are of it.

Every model is strict and immutable, and refuses fields it does not know. Field descriptions are
written for two readers: the person who uses a result, and the language model that is asked for one.
The JSON Schemas in `schemas/` are exported from here.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

if TYPE_CHECKING:
    import pandas

__all__ = [
    "COVERAGE_UNITS",
    "ISO_PERIOD",
    "METRICS",
    "MOST_DIGITS",
    "NOT_THE_ARTICLE",
    "RECORD_COLUMNS",
    "SEGMENTS",
    "Aside",
    "AsideKind",
    "Box",
    "Declaration",
    "DeclarationStatus",
    "Evidence",
    "Extraction",
    "Fact",
    "FieldReading",
    "Finding",
    "IsoPeriod",
    "Kind",
    "Level",
    "Mention",
    "Metric",
    "MetricDefinition",
    "NumberForm",
    "OneLine",
    "PartOfPeriod",
    "Period",
    "PeriodMention",
    "Provenance",
    "Qualifier",
    "Reading",
    "Reason",
    "Region",
    "RegionMention",
    "Segment",
    "Severity",
    "Status",
    "Table",
    "TableForm",
    "Unclaimed",
    "Unit",
    "Usage",
    "Verdict",
    "Verification",
    "days_of",
    "exact_number",
]

Metric = Literal[
    "coverage_rate",
    "uninsured_rate",
    "active_rate",
    "participants",
    "active_participants",
    "new_participants",
    "uninsured",
    "population",
    "quota",
    "budget",
    "regions_covered",
]
Unit = Literal[
    "percent",
    "people",
    "rupiah",
    "regions",
    "households",
    "settlements",
    "facilities",
    "duration",
    "times",
    "other",
]
Status = Literal["actual", "target"]
Segment = Literal["all", "pbi_apbn", "pbi_apbd", "ppu", "pbpu", "bp", "other"]
Qualifier = Literal["exact", "about", "at_least", "at_most"]
Kind = Literal[
    "quantity",
    "date",
    "year",
    "time",
    "reference",
    "ordinal",
    "age",
    "score",
    "phone",
    "address",
    "url",
    "identifier",
    "list_marker",
]
DeclarationStatus = Literal["reached", "aimed", "lost"]
Level = Literal["nation", "province", "regency", "city", "area"]
Verdict = Literal["verified", "suspect", "rejected"]
Severity = Literal["error", "warning", "info"]
AsideKind = Literal["related", "caption", "footer"]
PartOfPeriod = Literal["early", "middle", "late"]
TableForm = Literal["table", "list"]
NumberForm = Literal["decimal", "float", "str"]
"""How a flat row has its numbers: exactly, as pandas computes with them, or as they are written."""


class MetricDefinition(NamedTuple):
    """What a metric measures, in which unit, in words for a person and for a model."""

    unit: Unit
    description: str


METRICS: Final[Mapping[Metric, MetricDefinition]] = {
    "coverage_rate": MetricDefinition("percent", "share of the population registered in JKN"),
    "uninsured_rate": MetricDefinition("percent", "share of the population not registered in JKN"),
    "active_rate": MetricDefinition(
        "percent", "share of members (or of the population) whose membership is active (keaktifan)"
    ),
    "participants": MetricDefinition(
        "people", "people registered in JKN, of the region or of a segment"
    ),
    "active_participants": MetricDefinition("people", "people whose membership is active"),
    "new_participants": MetricDefinition(
        "people", "people added or newly registered by some action or in some period"
    ),
    "uninsured": MetricDefinition("people", "people not registered in JKN"),
    "population": MetricDefinition("people", "number of inhabitants"),
    "quota": MetricDefinition("people", "places paid for or available (kuota)"),
    "budget": MetricDefinition(
        "rupiah", "rupiah allocated or spent by a government on JKN premiums or UHC"
    ),
    "regions_covered": MetricDefinition(
        "regions", "number of regions that have reached UHC or a threshold"
    ),
}

COVERAGE_UNITS: Final = frozenset(definition.unit for definition in METRICS.values())
"""The units that some metric is measured in; a number of any other can be no coverage fact."""

NOT_THE_ARTICLE: Final = frozenset({"related", "footer"})
"""The flags of numbers that stand on the page but say nothing in the article."""

_UNIT_FROM_OTHERS: Final = frozenset({"unit_inferred", "unit_inherited"})

_LONGEST_LINE: Final = 160
_UNPRINTABLE: Final = "\ufffd"

SEGMENTS: Final[Mapping[Segment, str]] = {
    "all": "all members, or the text names no group",
    "pbi_apbn": "premium paid by the central government (PBI JK, PBI APBN)",
    "pbi_apbd": "premium paid by a province, regency or city (PBI APBD, PBPU Pemda, Jamkesda)",
    "ppu": "wage earners (PPU)",
    "pbpu": "independent members (PBPU, mandiri)",
    "bp": "non-workers (BP)",
    "other": "another group",
}


def exact_number(value: Decimal) -> int | float | str:
    """A JSON number that says exactly `value`; a string where a JSON number would round it."""
    if value == value.to_integral_value():
        return int(value)
    approximate = float(value)
    return approximate if Decimal(str(approximate)) == value else str(value)


def _decimal(value: object, info: ValidationInfo) -> object:
    """Let a float stand for the digits that it prints, and read back what JSON has as a string."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    if isinstance(value, str) and info.mode == "json":
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    return value


# A Decimal, as all that the scanner makes are, goes straight through the first of the two; calling
# `_decimal` for each would take as long as all the rest of a mention.
Number = Annotated[
    Decimal | Annotated[Decimal, BeforeValidator(_decimal)],
    Field(union_mode="left_to_right"),
    PlainSerializer(exact_number, when_used="json"),
    WithJsonSchema({"type": "number"}),
]
"""An exact number: `Decimal` in Python, a number in JSON."""

MOST_DIGITS: Final = 40
"""A number that is larger or smaller by more than so many is none of any text."""

ISO_PERIOD: Final = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?|-S[12]|-Q[1-4])?$"
"""How a period is written: a year, a month, a day, a semester or a quarter.

Without \\d, which llama.cpp's grammars do not know.
"""

IsoPeriod = Annotated[
    str,
    Field(
        pattern=ISO_PERIOD,
        description="ISO period with the precision that the text gives: "
        "2021, 2021-09, 2021-S2 (semester), 2021-Q1 (quarter) or 2022-02-14",
        examples=["2021", "2021-09", "2021-S2", "2022-02-14"],
    ),
]


class OneLine:
    """What a result is in a notebook, a debugger or a log: one line, and not all that is in it."""

    def __repr__(self) -> str:
        words = " ".join(f"{type(self).__name__}{self._in_short()}".split())
        shown = words if len(words) <= _LONGEST_LINE else f"{words[: _LONGEST_LINE - 3]}..."
        return f"<{''.join(c if c.isprintable() else _UNPRINTABLE for c in shown)}>"

    __str__ = __repr__

    def _in_short(self) -> str:
        raise NotImplementedError


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Region(_Model):
    """A region as the Ministry of Home Affairs (Kemendagri) lists it."""

    code: str | None = Field(
        description="Kemendagri code: 33 a province, 33.22 a regency or city, ID the nation; "
        "null for an area that has no code, such as a BPJS branch or a village"
    )
    name: str = Field(description="official name, such as Kabupaten Semarang or Jawa Tengah")
    level: Level = Field(description="nation, province, regency (kabupaten), city (kota) or area")
    province: str | None = Field(
        default=None, description="name of the province; null for the nation and for areas"
    )


class RegionMention(Region):
    """A region where the text names it, or points back to it ("kota itu")."""

    id: str = Field(description="r1, r2, ... in order of first appearance; one id for one region")
    text: str = Field(description="the words exactly as they stand in the text")
    start: int = Field(ge=0, description="offset of the first character")
    end: int = Field(ge=0, description="offset behind the last character")
    candidates: tuple[Region, ...] = Field(
        default=(),
        description="every region that these words can mean, when the text does not decide; the "
        "mention itself then stands for the first of them",
    )
    implied: bool = Field(
        default=False, description='said by reference ("kota itu", "di tingkat nasional")'
    )


class Period(_Model):
    """The time a fact holds for."""

    iso: IsoPeriod
    source: Literal["text", "derived", "published"] = Field(
        description="text: written out there; derived: by a rule from the text and the article's "
        'date ("tahun lalu"); published: the article\'s own date'
    )

    @property
    def days(self) -> tuple[date, date] | None:
        """Its first and its last day; None where there is no such day, as 31 February.

        >>> [day.isoformat() for day in Period(iso="2024-Q1", source="text").days or ()]
        ['2024-01-01', '2024-03-31']
        """
        try:
            return days_of(self.iso)
        except ValueError:
            return None


def days_of(iso: str) -> tuple[date, date]:
    """The first and the last day of a period.

    Args:
        iso: a year, a half, a quarter, a month or a day, as `Period.iso` writes it.

    Raises:
        ValueError: there is no such day.
    """
    year, part = int(iso[:4]), iso[5:]
    if part.count("-"):
        return (day := date.fromisoformat(iso)), day
    first, last = _MONTHS.get(part) or (int(part), int(part))
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


_MONTHS: Final = {
    "": (1, 12), "S1": (1, 6), "S2": (7, 12),
    "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12),
}  # fmt: skip
"""The first and the last month of a part of a year."""


class PeriodMention(Period):
    """A period where the text says it. The article's own date has no place in the text (0 to 0)."""

    id: str = Field(description="p1, p2, ... in order of first appearance; one id for one period")
    text: str = Field(description="the words exactly as they stand in the text")
    start: int = Field(ge=0, description="offset of the first character")
    end: int = Field(ge=0, description="offset behind the last character")
    part: PartOfPeriod | None = Field(
        default=None, description="awal (early), pertengahan (middle) or akhir (late) of the period"
    )
    weekday_agrees: bool | None = Field(
        default=None, description="whether the weekday named is that of the date; null if none is"
    )


class Mention(_Model):
    """One number as it stands in the text."""

    id: str = Field(description="n1, n2, ... in order of appearance")
    text: str = Field(
        description="the number exactly as it stands, with its currency, scale word and unit word"
    )
    start: int = Field(ge=0, description="offset of the first character")
    end: int = Field(ge=0, description="offset behind the last character")
    value: Number = Field(
        description="the number, scale applied; the lower end of a range; of a date, a time or "
        "a name with several numbers in it the first of them"
    )
    upper: Number | None = Field(default=None, description="the upper end of a range")
    unit: Unit | None = Field(
        default=None, description="what is counted; null when nothing says so"
    )
    qualifier: Qualifier = Field(
        default="exact",
        description="about (sekitar, hampir), at_least (lebih dari, minimal), at_most (di bawah)",
    )
    kind: Kind = Field(default="quantity", description="what sort of number this is")
    noun: str | None = Field(default=None, description="the unit word as it stands, such as jiwa")
    resolution: Number = Field(
        default=Decimal(1),
        description="one unit of the last printed digit: 0.01 for 84,33 and 10000 for 1,51 juta",
    )
    readings: tuple[Number, ...] = Field(
        default=(), description="every value that these characters can mean, when there are several"
    )
    flags: tuple[str, ...] = Field(
        default=(),
        description="what a careful reader should know: ambiguous, broken (digits stand right "
        "before it), stray_space, unit_inferred (from its sentence), unit_inherited (from a "
        "heading), unread, share (a part of what is counted: ¾ penduduk), and the sort of aside "
        "that it stands in (related, caption, footer)",
    )

    @property
    def says_unit(self) -> bool:
        """Whether its unit stands with it; else none is known, or it is that of others around."""
        return self.unit is not None and _UNIT_FROM_OTHERS.isdisjoint(self.flags)

    @model_validator(mode="after")
    def _spans_itself(self) -> Self:
        if self.end - self.start != len(self.text):
            raise ValueError(f"span {self.start}:{self.end} does not fit {self.text!r}")
        return self


class Span(NamedTuple):
    """A half-open range of characters, `text[start:end]`."""

    start: int
    end: int


class Aside(_Model):
    """A stretch that is on the page but is not the article.

    That is a link to another one ("Baca juga"), a picture's caption, or the footer.
    """

    kind: AsideKind
    start: int = Field(ge=0, description="offset of the first character")
    end: int = Field(ge=0, description="offset behind the last character")


class Table(_Model):
    """A table of the text, or a list of names and numbers under a heading.

    Every row has as many cells as the table has columns; an empty cell is an empty span. A head
    that stands over several columns is repeated over each of them.
    """

    form: TableForm = "table"
    start: int = Field(ge=0, description="offset of the first character of its heads or rows")
    end: int = Field(ge=0, description="offset behind the last character")
    titles: tuple[Span, ...] = Field(
        default=(), description="the lines over it that say what it is about, the nearest last"
    )
    heads: tuple[tuple[Span, ...], ...] = Field(
        default=(), description="the rows that say what the columns hold, the upmost first"
    )
    rows: tuple[tuple[Span, ...], ...] = Field(description="the rows below the heads")
    naming: tuple[int, ...] = Field(
        default=(), description="indexes of the columns that name the rows"
    )


class Reading(OneLine, _Model):
    """What the text says by code alone: every number, period and region in it.

    `text[m.start:m.end] == m.text` for every mention `m` of any sort.
    """

    text: str
    published: date | None = Field(
        default=None, description="the article's own date: as given, or found in the text"
    )
    mentions: tuple[Mention, ...] = ()
    periods: tuple[PeriodMention, ...] = ()
    regions: tuple[RegionMention, ...] = ()
    sentences: tuple[Span, ...] = ()
    main_region: str | None = Field(
        default=None, description="id of the region that the article is about"
    )
    main_region_reasons: tuple[str, ...] = Field(
        default=(), description="what speaks for it, such as: named first; in the headline"
    )
    asides: tuple[Aside, ...] = Field(
        default=(), description="what is on the page but is not the article"
    )
    tables: tuple[Table, ...] = Field(
        default=(), description="tables, and lists under a heading, in order and apart"
    )

    def _in_short(self) -> str:
        parts = ((self.mentions, "number"), (self.periods, "period"), (self.regions, "region"))
        return f": {', '.join(_counted(len(each), noun) for each, noun in parts)}"

    def _repr_html_(self) -> str:
        from uhc_llm.report.notebook import reading_html

        return reading_html(self)


class Box(_Model):
    """A place on a printed page, in points (72 to an inch) from the page's top left.

    A page that is printed sideways counts as it is held to be read.
    """

    page: int = Field(ge=1, description="number of the page in the file, from 1")
    x0: float = Field(description="left edge")
    y0: float = Field(description="top edge")
    x1: float = Field(description="right edge")
    y1: float = Field(description="bottom edge")
    page_width: float
    page_height: float


class Evidence(_Model):
    """Where the text says it."""

    mention: str | None = Field(description="id of the number in the reading (n3)")
    quote: str = Field(description="the number exactly as it stands in the text")
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    sentence: str = Field(description="the sentence around it")
    sentence_start: int = Field(ge=0)
    sentence_end: int = Field(ge=0)
    page: int | None = Field(
        default=None, description="the page of a PDF that it stands on, from 1; else null"
    )
    boxes: tuple[Box, ...] = Field(
        default=(), description="where it stands on the pages of a PDF, a box for each line of it"
    )


class Finding(OneLine, _Model):
    """Something that a rule of the verifier has to say."""

    rule: str = Field(description="stable short name, such as number_in_text")
    severity: Severity
    message: str = Field(description="what is wrong, and what the text says instead")
    spans: tuple[tuple[int, int], ...] = Field(
        default=(), description="the places in the text that it speaks of"
    )

    def _in_short(self) -> str:
        return f" {self.rule} ({self.severity}): {self.message}"


FactField = Literal["metric", "status", "segment", "region", "period"]
"""A field of a fact that may be right or wrong beside its number."""


_FACT_FIELDS: Final[tuple[FactField, ...]] = get_args(FactField)


class Reason(_Model):
    """Something in a text that speaks for what was read rather than for the next choice."""

    seen: str = Field(description='what was looked at, such as "left: unregistered"')
    weight: float = Field(description="how much it speaks for it; below 0 against it")


class FieldReading(_Model):
    """How likely one field of a fact is right, as the text was read without any model."""

    field: FactField
    probability: float = Field(ge=0, le=1, description="that what the fact says is right")
    instead: str | None = Field(
        default=None, description="the likeliest other choice; null where there is none"
    )
    instead_probability: float | None = Field(default=None, ge=0, le=1)
    reasons: tuple[Reason, ...] = Field(
        default=(), description="what decided it, the strongest first; where that was asked for"
    )


class Fact(OneLine, _Model):
    """One number that says something about health-insurance coverage of a region."""

    metric: Metric
    value: Number = Field(description="the number, scale applied; the lower end of a range")
    upper: Number | None = Field(default=None, description="the upper end of a range")
    unit: Unit
    qualifier: Qualifier = "exact"
    status: Status | None = Field(
        default=None, description="actual: reported as reality; target: goals, thresholds, plans"
    )
    region: Region | None = Field(default=None, description="null when not said")
    period: Period | None = Field(default=None, description="null when not said")
    segment: Segment | None = Field(default=None, description="which members")
    evidence: Evidence | None = None
    repeats: tuple[Evidence, ...] = Field(
        default=(), description="where else the text says the same"
    )
    reading: tuple[FieldReading, ...] = Field(
        default=(), description="how likely each field is, as the text was read"
    )
    confidence: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="how likely all that it says is right; null where its number was not read",
    )
    verdict: Verdict | None = Field(default=None, description="null before it is verified")
    findings: tuple[Finding, ...] = ()

    @property
    def confidences(self) -> dict[FactField, float]:
        """How likely each of its fields is right, by their names; of those that it fills."""
        return {each.field: each.probability for each in self.reading}

    def to_record(self, *, numbers: NumberForm = "decimal") -> dict[str, Any]:
        """One flat row; its keys are `RECORD_COLUMNS` without the document's id.

        Args:
            numbers: what `value` and `upper` are: "decimal" (`Decimal`), "float" or "str".

        Raises:
            ValueError: they are to be something else.
        """
        if numbers not in _NUMBER_FORMS:
            raise ValueError(f"numbers {numbers!r} is none of {', '.join(_NUMBER_FORMS)}")
        number = _NUMBER_FORMS[numbers]
        region, period, evidence = self.region, self.period, self.evidence
        return {
            "metric": self.metric,
            "value": number(self.value),
            "upper": None if self.upper is None else number(self.upper),
            "unit": self.unit,
            "qualifier": self.qualifier,
            "status": self.status,
            "region_code": region.code if region else None,
            "region": region.name if region else None,
            "level": region.level if region else None,
            "province": region.province if region else None,
            "period": period.iso if period else None,
            "period_source": period.source if period else None,
            "segment": self.segment,
            "mention": evidence.quote if evidence else None,
            "start": evidence.start if evidence else None,
            "end": evidence.end if evidence else None,
            "sentence": evidence.sentence if evidence else None,
            "page": evidence.page if evidence else None,
            "verdict": self.verdict,
            "confidence": self.confidence,
            **{f"confidence_{name}": self.confidences.get(name) for name in _FACT_FIELDS},
            "findings": ";".join(finding.rule for finding in self.findings),
        }

    def _in_short(self) -> str:
        value = f"{self.value:f}" if self.upper is None else f"{self.value:f} to {self.upper:f}"
        region = self.region.name if self.region else "-"
        period = self.period.iso if self.period else "-"
        said = ", ".join((f"{value} {self.unit}", region, period, self.status or "-"))
        return f" {self.metric} {said}: {self.verdict or 'not verified yet'}"


_NUMBER_FORMS: Final[Mapping[NumberForm, Callable[[Decimal], Decimal | float | str]]] = {
    "decimal": lambda value: value,
    "float": float,
    "str": "{:f}".format,
}

RECORD_COLUMNS: Final = (
    "id", "metric", "value", "upper", "unit", "qualifier", "status", "region_code", "region",
    "level", "province", "period", "period_source", "segment", "mention", "start", "end",
    "sentence", "page", "verdict", "confidence", "confidence_metric", "confidence_status",
    "confidence_segment", "confidence_region", "confidence_period", "findings",
)  # fmt: skip
"""The columns of a flat row, in order."""


class Declaration(_Model):
    """A region is said to have reached UHC, to aim at it, or to have lost it, in words alone."""

    region: Region
    status: DeclarationStatus = Field(
        description="reached: the status, predicate or award is there, or was kept; aimed: a goal, "
        "a plan; lost: it was there and is no more"
    )
    period: Period | None = Field(default=None, description="null when not said")
    evidence: Evidence = Field(description="the clause that says it; no number, so no mention")


class Unclaimed(_Model):
    """A number of the text that no fact claims, and why."""

    mention: Mention
    reason: str = Field(description="such as: date; unit that no metric uses; model says other")


class Verification(OneLine, _Model):
    """What the verifier says of a list of facts about one text."""

    facts: tuple[Fact, ...] = Field(description="every fact, in order, with verdict and findings")
    unclaimed: tuple[Unclaimed, ...] = ()
    findings: tuple[Finding, ...] = Field(
        default=(), description="what concerns the text as a whole"
    )

    @property
    def ok(self) -> bool:
        """True when no fact is rejected."""
        return all(fact.verdict != "rejected" for fact in self.facts)

    def to_pandas(self) -> "pandas.DataFrame":
        """A row for each fact, as a frame of pandas to compute with.

        Returns:
            The columns of `Extraction.to_pandas` that are not of a document.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        from uhc_llm.frames import frame_of

        return frame_of(self.facts)

    def _in_short(self) -> str:
        return f": {_facts_in_short(self.facts)}"

    def _repr_html_(self) -> str:
        from uhc_llm.report.notebook import verification_html

        return verification_html(self)


class Usage(_Model):
    """Tokens of all requests that a result took."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = Field(
        default=0, description="input tokens that the provider had in its cache"
    )
    estimated: bool = Field(
        default=False,
        description="some are estimated by the length of texts: the provider did not count them",
    )

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            estimated=self.estimated or other.estimated,
        )


class Provenance(_Model):
    """How a result was made."""

    model: str | None = Field(
        description="the model as it was named; null when the text had nothing to ask about"
    )
    answered_by: str | None = Field(default=None, description="as the provider names the model")
    strategy: Literal["point", "quote", "code"]
    prompt: str | None = Field(description="name and version of the prompt, such as point/v3")
    prompt_hash: str | None = Field(description="sha256 of the prompt's templates")
    schema_hash: str | None = Field(description="sha256 of the schema of the answer")
    version: str = Field(description="version of uhc_llm")
    requests: int = Field(default=0, description="requests sent, transport retries included")
    answers: int = Field(default=0, description="answers received, re-asked ones included")
    usage: Usage = Usage()
    cost: Number | None = Field(default=None, description="US dollars; null when not known")


class Extraction(OneLine, _Model):
    """Everything that came out of one text."""

    id: str | None = Field(default=None, description="the document's id")
    published: date | None = None
    facts: tuple[Fact, ...] = Field(default=(), description="verified or suspect")
    declarations: tuple[Declaration, ...] = ()
    rejected: tuple[Fact, ...] = Field(default=(), description="what the verifier did not let pass")
    unclaimed: tuple[Unclaimed, ...] = ()
    findings: tuple[Finding, ...] = Field(
        default=(), description="what concerns the text as a whole"
    )
    strangeness: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="the share of its words that no labelled article has; null for what was left "
        "unread",
    )
    provenance: Provenance

    def to_records(self, *, numbers: NumberForm = "decimal") -> list[dict[str, Any]]:
        """One flat row for each fact, for a CSV file, or for what computes with them.

        Args:
            numbers: what `value` and `upper` are: "decimal" (`Decimal`), "float" or "str".

        Returns:
            Rows with the keys of `RECORD_COLUMNS`, in that order; `period` is an ISO string,
            `findings` the rules' names joined by semicolons.

        Raises:
            ValueError: the numbers are to be something else.
        """
        return [{"id": self.id, **fact.to_record(numbers=numbers)} for fact in self.facts]

    def to_pandas(self) -> "pandas.DataFrame":
        """A row for each fact, as a frame of pandas to compute with.

        `pandas.concat(each.to_pandas() for each in extractions)` makes one frame of several;
        `uhc_llm.load` has that of a whole run.

        Returns:
            The columns of `RECORD_COLUMNS`; besides, `article_date` behind `id`, and behind
            `period_source` `period_start` and `period_end`, the first and the last day of the
            period. Numbers are float64, days datetime64, places in the text Int64.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        from uhc_llm.frames import frame_of

        return frame_of(self.facts, id=self.id, article_date=self.published)

    def _in_short(self) -> str:
        name = f" {self.id!r}" if self.id else ""
        rejected = f", {len(self.rejected)} rejected" if self.rejected else ""
        return f"{name}: {_facts_in_short(self.facts)}{rejected}"

    def _repr_html_(self) -> str:
        # A notebook asks the object itself, and only a notebook asks.
        from uhc_llm.report.notebook import extraction_html

        return extraction_html(self)


def _facts_in_short(facts: Sequence[Fact]) -> str:
    counts = Counter(fact.verdict for fact in facts if fact.verdict)
    told = [f"{counts['verified']} verified"] if counts else []
    told += [f"{counts['rejected']} rejected"] if counts["rejected"] else []
    verdicts = f" ({', '.join(told)})" if told else ""
    return f"{_counted(len(facts), 'fact')}{verdicts}"
