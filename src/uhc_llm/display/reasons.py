"""Why each fact of a text is as it is, for people: how likely each field, and what decided it."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from uhc_llm.display.layout import plain_text
from uhc_llm.display.telling import value_told
from uhc_llm.language import _, formatted, period, term
from uhc_llm.schemas import Extraction, Fact, FieldReading
from uhc_llm.wording import amount, region_name

__all__ = ["reasons_report"]

_MOST_REASONS: Final = 4
_DOUBTFUL: Final = 0.9
# Another choice that is less likely is not worth its words.
_LEAST: Final = 0.005


def reasons_report(extraction: Extraction) -> RenderableType:
    """For each fact of one text a block: its number and metric, then a line for each field.

    Args:
        extraction: what came out of the text, with what decided each fact.
    """
    facts = (*extraction.facts, *extraction.rejected)
    return Group(*(part for fact in facts if fact.reading for part in _block(fact)))


def _block(fact: Fact) -> Iterator[RenderableType]:
    quote = fact.evidence.quote if fact.evidence else amount(fact)
    yield plain_text(f"  {quote}, {term(fact.metric)}", "bold")
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(no_wrap=True, style="dim")
    lines.add_column(overflow="fold")
    for read in fact.reading:
        lines.add_row(term(read.field), _line(fact, read))
    yield Padding(lines, (0, 0, 1, 4))


def _line(fact: Fact, read: FieldReading) -> Text:
    """What a fact says in a field, how likely that is, what else it could be, what decided it."""
    style = "yellow" if read.probability < _DOUBTFUL else ""
    sure = formatted(read.probability, ".2f")
    line = plain_text(f"{_said(fact, read.field)} {sure}", style)
    if read.instead is not None and (read.instead_probability or 0) >= _LEAST:
        other = value_told(read.instead)
        share = formatted(read.instead_probability or 0, ".2f")
        line += plain_text(_(" (else {other} {share})", other=other, share=share))
    strongest = (
        f"{' '.join(reason.seen.split())} {formatted(reason.weight, '+.2f')}"
        for reason in read.reasons[:_MOST_REASONS]
    )
    # What was seen has commas in it.
    if reasons := "; ".join(strongest):
        line += plain_text(f": {reasons}", "dim")
    return line


def _said(fact: Fact, field: str) -> str:
    said = {
        "metric": term(fact.metric),
        "status": term(fact.status) if fact.status else "-",
        "segment": term(fact.segment) if fact.segment else "-",
        "region": region_name(fact.region),
        "period": period(fact.period.iso) if fact.period else "-",
    }
    return said[field]
