"""What a number of a text may be said to mean: nothing that the text does not offer.

The choices are those that a model has (`uhc_llm.llm.offers`). A number that is offered to no model,
such as one without a unit or in a picture's caption, has the widest choice by the same rules.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, get_args

from uhc_llm.documents import Document
from uhc_llm.errors import InputError
from uhc_llm.language import _, later, period
from uhc_llm.llm.answers import Pointer
from uhc_llm.llm.facts import facts_of
from uhc_llm.llm.offers import NATION_ID, Offer, make_offers
from uhc_llm.reader import interpret
from uhc_llm.reader.explaining import explain, with_confidence
from uhc_llm.scanner import scan_plain
from uhc_llm.scanner.plain import restored
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.schemas import (
    COVERAGE_UNITS,
    METRICS,
    SEGMENTS,
    Evidence,
    Fact,
    FieldReading,
    Mention,
    Metric,
    Period,
    PeriodMention,
    Qualifier,
    Region,
    RegionMention,
    Segment,
    Status,
)
from uhc_llm.verifier.claims import sentence_at
from uhc_llm.wording import number, spoken

__all__ = ["FIELDS", "Field", "Option", "TextChoices"]

Field = Literal["metric", "region", "period", "status", "segment", "qualifier", "value"]
"""What can be corrected of a fact."""

FIELDS: Final[Mapping[Field, str]] = {
    "metric": later("metric"),
    "region": later("region"),
    "period": later("period"),
    "status": later("status"),
    "segment": later("members"),
    "qualifier": later("how exact"),
    "value": later("value"),
}
"""The fields, and what a page calls them (to be translated)."""

_NO_PERIOD: Final = "none"
_STATUS_NOTES: Final[Mapping[Status, str]] = {
    "actual": later("reported as reality"),
    "target": later("a goal, a threshold, a plan"),
}
_QUALIFIER_NOTES: Final[Mapping[Qualifier, str]] = {
    "exact": "",
    "about": "sekitar, hampir, kurang lebih",
    "at_least": "lebih dari, minimal",
    "at_most": "di bawah, maksimal",
}


class Option(NamedTuple):
    """One thing that may be chosen.

    Attributes:
        id: what a form sends.
        label: what it is called.
        note: what tells it from the others.
        is_present: whether the fact says it now.
    """

    id: str
    label: str
    note: str = ""
    is_present: bool = False


class TextChoices:
    """What one text offers for each of its numbers.

    Args:
        document: the article; it is scanned once.
    """

    def __init__(self, document: Document) -> None:
        self.scanned = scan_plain(document)
        self.reading = restored(*self.scanned)
        self._document = document
        reading = self.scanned.reading
        self._understanding = interpret(reading)
        # A reviewer may say of any text that it speaks of coverage.
        self._offers = make_offers(
            reading, breadth="unit", understanding=self._understanding, all_topics=True
        )
        self._by_start = {m.start: m for m in self.reading.mentions}
        self._offered = {offer.mention.id: offer for offer in self._offers.numbers}

    def mention_of(self, fact: Fact | None) -> Mention | None:
        """The number that a fact rests on; None where the text has none at its place."""
        evidence = fact.evidence if fact else None
        if evidence is None or evidence.end <= evidence.start:
            return None
        inside = (
            m for m in self.reading.mentions if evidence.start <= m.start and m.end <= evidence.end
        )
        return self._by_start.get(evidence.start) or next(inside, None)

    def mention_at(self, start: int) -> Mention | None:
        """The number that begins at an offset."""
        return self._by_start.get(start)

    def metrics(self, mention: Mention) -> tuple[Option, ...]:
        """What a number may be said to measure, the likeliest first."""
        return tuple(_metric_options(self._offer(mention).metrics, None))

    def fresh(self, mention: Mention, metric: str) -> Fact:
        """A new fact of a number: the metric as chosen, everything else as is likeliest.

        Raises:
            InputError: the number cannot be said to measure that.
        """
        offer = self._offer(mention)
        chosen = _chosen(metric, offer.metrics)
        first = Pointer.first_of(offer)
        pointer = first._replace(metric=chosen, regions=first.regions[-1:])
        (fact,) = facts_of(offer, pointer, self._offers)
        return fact.model_copy(update={"evidence": self.evidence(mention)})

    def options(self, fact: Fact, mention: Mention | None) -> dict[Field, tuple[Option, ...]]:
        """What each field of a fact may be said to be; a value only where it could be another."""
        offer = self._offer(mention) if mention else self._without_number(fact)
        values = _values(mention)
        found: dict[Field, tuple[Option, ...]] = {
            "metric": tuple(_metric_options(offer.metrics, fact.metric)),
            "region": tuple(self._region_options(offer, fact)),
            "period": tuple(self._period_options(offer, fact)),
            "status": tuple(
                Option(s, spoken(s), _(_STATUS_NOTES[s]), s == fact.status) for s in offer.statuses
            ),
            "segment": tuple(
                Option(s, spoken(s), _(SEGMENTS[s]), s == (fact.segment or "all"))
                for s in offer.segments
            ),
            "qualifier": tuple(
                Option(q, spoken(q), _QUALIFIER_NOTES[q], q == fact.qualifier)
                for q in get_args(Qualifier)
            ),
        }
        if any(fact.value != value for value in values):
            found["value"] = tuple(Option(str(v), number(v), "", v == fact.value) for v in values)
        return found

    def corrected(self, fact: Fact, mention: Mention | None, field: Field, option: str) -> Fact:
        """A fact with one field chosen anew.

        Raises:
            InputError: the text does not offer that.
        """
        if option not in {each.id for each in self.options(fact, mention).get(field, ())}:
            raise InputError(_none_of(option, _(FIELDS[field])))
        set_: Mapping[Field, Callable[[], dict[str, Any]]] = {
            "metric": lambda: self._with_metric(fact, mention, option),
            "region": lambda: {"region": self._offers.regions[option]},
            "period": lambda: {"period": self._period(option)},
            "value": lambda: _with_value(mention, option),
        }
        update: dict[str, Any] = set_[field]() if field in set_ else {field: option}
        if mention is not None:
            update["evidence"] = self.evidence(mention)
        return fact.model_copy(update=update)

    def _with_metric(self, fact: Fact, mention: Mention | None, metric: str) -> dict[str, Any]:
        chosen = _chosen(metric, METRICS)
        unit = mention.unit if mention else fact.unit
        # What the text says of the unit holds; where it is silent, the metric says it.
        return {
            "metric": chosen,
            "unit": unit if unit in COVERAGE_UNITS else METRICS[chosen].unit,
        }

    def _period(self, option: str) -> Period | None:
        said = self._offers.periods.get(option)
        return Period(iso=said.iso, source=said.source) if said else None

    def evidence(self, mention: Mention) -> Evidence:
        """Where a number stands, with its sentence."""
        start, end = sentence_at(self.reading, mention.start)
        evidence = Evidence(
            mention=mention.id,
            quote=mention.text,
            start=mention.start,
            end=mention.end,
            sentence=self.reading.text[start:end],
            sentence_start=start,
            sentence_end=end,
        )
        return self._document.placed(evidence)

    def as_read(self, fact: Fact) -> tuple[FieldReading, ...]:
        """How likely each field of a fact is as the text reads, with what decided it.

        Args:
            fact: as it stands. One that nobody read, as out of an older run or added by hand, has
                nothing to be told of.
        """
        mention = self.mention_of(fact) if fact.reading else None
        read = self._understanding.by_id.get(mention.id) if mention else None
        if mention is None or read is None:
            return ()
        here = fact.model_copy(update={"evidence": self.evidence(mention)})
        told = with_confidence(self._understanding, read, here)
        return explain(self._understanding, told).reading

    # --- what is offered ----------------------------------------------------------------------

    def _offer(self, mention: Mention) -> Offer:
        if mention.id not in self._offered:
            self._offered[mention.id] = self._widest(mention)
        return self._offered[mention.id]

    def _widest(self, mention: Mention) -> Offer:
        """Everything that the text offers, the regions and periods near the number first."""
        there = next(m for m in self.scanned.reading.mentions if m.id == mention.id)
        whose = [place for place, _ in self._understanding.whose(there)]
        likely = [id_ for place in whose for region in place.regions for id_ in self._ids(region)]
        when = [moment.period for moment, _ in self._understanding.when(there, is_aim=False)]
        if mention.unit not in COVERAGE_UNITS:
            # No metric counts it so: the unit of the fact is that of the metric.
            mention = mention.model_copy(update={"unit": None})
        fitting = tuple(m for m, d in METRICS.items() if mention.unit in (None, d.unit))
        return Offer(
            mention=mention,
            metrics=fitting,
            statuses=get_args(Status),
            regions=tuple(dict.fromkeys([*likely, *self._offers.regions])),
            periods=tuple(dict.fromkeys([*(p.id for p in when if p), *self._offers.periods, None])),
            segments=get_args(Segment),
        )

    def _ids(self, region: RegionMention) -> list[str]:
        """What the offers call a region that the text names."""
        if region.code == NATION.code:
            return [NATION_ID]
        either = f"{region.id}."
        return [i for i in self._offers.regions if i == region.id or i.startswith(either)]

    def _without_number(self, fact: Fact) -> Offer:
        """What is offered for a fact whose number the text does not have."""
        nowhere = Mention(id="n0", text="", start=0, end=0, value=fact.value, unit=fact.unit)
        fitting = tuple(m for m, d in METRICS.items() if d.unit == fact.unit)
        return Offer(
            mention=nowhere,
            metrics=fitting or tuple(METRICS),
            statuses=get_args(Status),
            regions=tuple(self._offers.regions),
            periods=(*self._offers.periods, None),
            segments=get_args(Segment),
        )

    def _region_options(self, offer: Offer, fact: Fact) -> Iterator[Option]:
        for id_ in offer.regions:
            region = self._offers.regions[id_]
            yield Option(id_, region.name, _region_note(region), region == fact.region)

    def _period_options(self, offer: Offer, fact: Fact) -> Iterator[Option]:
        iso = fact.period.iso if fact.period else None
        shown: set[str] = set()
        for id_ in offer.periods:
            if id_ is None:
                yield Option(_NO_PERIOD, _("not said"), "", iso is None)
                continue
            said = self._offers.periods[id_]
            if said.iso not in shown:
                shown.add(said.iso)
                yield Option(id_, period(said.iso), _period_note(said), said.iso == iso)


def _chosen(option: str, metrics: Iterable[Metric]) -> Metric:
    for metric in metrics:
        if metric == option:
            return metric
    raise InputError(_none_of(option, _("metric")))


def _none_of(option: str, field: str) -> str:
    return _(
        "{option!r} is none of the choices for {field}: choose one of those",
        option=option,
        field=field,
    )


def _metric_options(metrics: tuple[Metric, ...], present: Metric | None) -> Iterator[Option]:
    for metric in metrics:
        yield Option(metric, spoken(metric), _(METRICS[metric].description), metric == present)


def _region_note(region: Region) -> str:
    if region.code is None:
        return _("an area without a code")
    is_in_one = region.level in {"regency", "city"}
    return f"{region.code}, {region.province}" if is_in_one else region.code


def _period_note(said: PeriodMention) -> str:
    if not said.end:
        return _("the article's own date")
    words = " ".join(said.text.split())
    return f"“{words}”" if said.source == "text" else _("worked out from “{words}”", words=words)


def _values(mention: Mention | None) -> tuple[Decimal, ...]:
    """Every value that a number can be read as, each once."""
    return tuple(dict.fromkeys((mention.value, *mention.readings))) if mention else ()


def _with_value(mention: Mention | None, option: str) -> dict[str, Any]:
    for value in _values(mention):
        if str(value) == option:
            is_first = mention is not None and value == mention.value
            return {"value": value, "upper": mention.upper if is_first and mention else None}
    raise InputError(
        _("{option!r} is no reading of the number: choose one of those", option=option)
    )
