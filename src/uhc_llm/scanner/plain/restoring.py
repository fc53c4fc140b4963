"""What was found in the plain form of a text, told of the text as given, and the way back."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any, TypeVar, cast

from uhc_llm.scanner.plain.edits import Places
from uhc_llm.scanner.plain.plain_text import PlainText, plain_text
from uhc_llm.schemas import (
    Aside,
    Declaration,
    Evidence,
    Extraction,
    Fact,
    Finding,
    Mention,
    PeriodMention,
    Reading,
    RegionMention,
    Span,
    Table,
    Unclaimed,
    Verification,
)

__all__ = ["of_plain", "restored"]

_Found = TypeVar("_Found", Evidence, Extraction, Mention, Reading, Verification)


def restored(found: _Found, plain: PlainText) -> _Found:
    """What was found in `plain.text`, with its places in the text as given, and its words as there.

    Args:
        found: a reading, a mention, evidence, or a result with all that is in it.
        plain: the text that it was found in.
    """
    if plain.places is None:
        return found
    return cast("_Found", _restored(found, plain.given, plain.places))


def of_plain(fact: Fact, plain: PlainText) -> Fact:
    """A fact that speaks of the text as given, told of its plain form."""
    evidence = fact.evidence
    if evidence is None or plain.places is None:
        return fact
    start, end = evidence.start, evidence.end
    quote = plain_text(evidence.quote).text
    if start < end <= len(plain.given):
        is_there = plain.given[start:end] == evidence.quote
        start, end = plain.places.edited_span(start, end)
        quote = plain.text[start:end] if is_there else quote
    moved = evidence.model_copy(update={"quote": quote, "start": start, "end": end})
    return fact.model_copy(update={"evidence": moved})


@singledispatch
def _restored(found: object, given: str, places: Places) -> object:
    raise TypeError(f"{type(found).__name__} has no places")


def _all(found: Iterable[Any], given: str, places: Places) -> tuple[Any, ...]:
    return tuple(_restored(each, given, places) for each in found)


@_restored.register(Mention)
@_restored.register(PeriodMention)
@_restored.register(RegionMention)
def _(found: Mention | PeriodMention | RegionMention, given: str, places: Places) -> object:
    if not found.end:
        return found  # the article's own date, which has no place
    start, end = places.span(found.start, found.end)
    return found.model_copy(update={"text": given[start:end], "start": start, "end": end})


@_restored.register
def _(found: Aside, _given: str, places: Places) -> Aside:
    start, end = places.span(found.start, found.end)
    return found.model_copy(update={"start": start, "end": end})


@_restored.register
def _(found: Evidence, given: str, places: Places) -> Evidence:
    if found.start == found.end:
        return found  # a quote that is not in the text
    start, end = places.span(found.start, found.end)
    first, last = places.span(found.sentence_start, found.sentence_end)
    return found.model_copy(
        update={
            "quote": given[start:end],
            "start": start,
            "end": end,
            "sentence": given[first:last],
            "sentence_start": first,
            "sentence_end": last,
        }
    )


@_restored.register
def _(found: Finding, _given: str, places: Places) -> Finding:
    return found.model_copy(update={"spans": tuple(places.span(*span) for span in found.spans)})


@_restored.register(Fact)
@_restored.register(Declaration)
def _(found: Fact | Declaration, given: str, places: Places) -> object:
    update: dict[str, object] = {}
    if found.evidence is not None:
        update["evidence"] = _restored(found.evidence, given, places)
    if isinstance(found, Fact):
        update["findings"] = _all(found.findings, given, places)
        update["repeats"] = _all(found.repeats, given, places)
    return found.model_copy(update=update)


@_restored.register
def _(found: Unclaimed, given: str, places: Places) -> Unclaimed:
    return found.model_copy(update={"mention": _restored(found.mention, given, places)})


@_restored.register
def _(found: Table, _given: str, places: Places) -> Table:
    def spans(cells: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(*places.span(*cell)) for cell in cells)

    start, end = places.span(found.start, found.end)
    return found.model_copy(
        update={
            "start": start,
            "end": end,
            "titles": spans(found.titles),
            "heads": tuple(map(spans, found.heads)),
            "rows": tuple(map(spans, found.rows)),
        }
    )


@_restored.register
def _(found: Reading, given: str, places: Places) -> Reading:
    parts = ("mentions", "periods", "regions", "asides", "tables")
    update: dict[str, object] = {part: _all(getattr(found, part), given, places) for part in parts}
    update["sentences"] = tuple(Span(*places.span(*span)) for span in found.sentences)
    return found.model_copy(update={**update, "text": given})


@_restored.register(Extraction)
@_restored.register(Verification)
def _(found: Extraction | Verification, given: str, places: Places) -> object:
    parts = ("facts", "declarations", "rejected", "unclaimed", "findings")
    return found.model_copy(
        update={
            part: _all(getattr(found, part), given, places)
            for part in parts
            if part in type(found).model_fields
        }
    )
