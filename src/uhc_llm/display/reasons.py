"""Why each fact of a text is as it is, for people: how likely each field, and what decided it."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from uhc_llm.display.layout import plain_text
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
    yield plain_text(f"  {quote}, {fact.metric}", "bold")
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(no_wrap=True, style="dim")
    lines.add_column(overflow="fold")
    for read in fact.reading:
        lines.add_row(read.field, _line(fact, read))
    yield Padding(lines, (0, 0, 1, 4))


def _line(fact: Fact, read: FieldReading) -> Text:
    """What a fact says in a field, how likely that is, what else it could be, what decided it."""
    style = "yellow" if read.probability < _DOUBTFUL else ""
    line = plain_text(f"{_said(fact, read.field)} {read.probability:.2f}", style)
    if read.instead is not None and (read.instead_probability or 0) >= _LEAST:
        line += plain_text(f" (else {read.instead} {read.instead_probability:.2f})")
    strongest = (
        f"{' '.join(reason.seen.split())} {reason.weight:+.2f}"
        for reason in read.reasons[:_MOST_REASONS]
    )
    # What was seen has commas in it.
    if reasons := "; ".join(strongest):
        line += plain_text(f": {reasons}", "dim")
    return line


def _said(fact: Fact, field: str) -> str:
    said = {
        "metric": fact.metric,
        "status": fact.status or "-",
        "segment": fact.segment or "-",
        "region": region_name(fact.region),
        "period": fact.period.iso if fact.period else "-",
    }
    return said[field]
