"""Extractions, readings, verifications and rules, for people and for programs."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from uhc_llm.batch.csv_files import CsvWriter, Locale
from uhc_llm.batch.result_tables import TABLES
from uhc_llm.schemas import (
    RECORD_COLUMNS,
    Extraction,
    Finding,
    Reading,
    Verdict,
    Verification,
    exact_number,
)
from uhc_llm.verifier import RuleBook
from uhc_llm.wording import amount, number, region_name

__all__ = [
    "extraction_line",
    "extraction_table",
    "plain_text",
    "reading_table",
    "rules_table",
    "verification_report",
    "write_csv",
]

_VERDICT_STYLES: Final[dict[Verdict | None, str]] = {
    "verified": "green",
    "suspect": "yellow",
    "rejected": "red",
    None: "dim",
}
_CONTROLS: Final = dict.fromkeys((*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)), "\ufffd")
_COLUMNS: Final = ("region", "period", "metric", "value", "status", "verdict", "text")
_WIDE: Final = 110
_FACT_COLUMNS: Final = tuple(x for x in TABLES["facts"].columns if x.name in RECORD_COLUMNS)


def plain_text(words: str, style: str = "") -> Text:
    """Words of an article or a model, in which nothing may work the terminal."""
    return Text(words.translate(_CONTROLS), style=style)


def extraction_table(extraction: Extraction, *, width: int = _WIDE) -> RenderableType:
    """The facts of one text, and what became of its other numbers.

    Args:
        extraction: what came out of the text.
        width: of the screen, in characters; a narrow one gets no column with the text's own words.
    """
    columns = _COLUMNS if width >= _WIDE else _COLUMNS[:-1]
    table = Table(title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    table.collapse_padding = True
    table.title = plain_text(extraction.id) if extraction.id else None
    for column in columns:
        justify: JustifyMethod = "right" if column == "value" else "left"
        table.add_column(column, justify=justify, no_wrap=column not in ("region", "text"))
    for fact in (*extraction.facts, *extraction.rejected):
        cells = (
            plain_text(region_name(fact.region)),
            fact.period.iso if fact.period else "-",
            fact.metric if fact.segment in (None, "all") else f"{fact.metric}, {fact.segment}",
            amount(fact),
            fact.status or "-",
            Text(fact.verdict or "-", style=_VERDICT_STYLES[fact.verdict]),
            plain_text(fact.evidence.quote if fact.evidence else "-"),
        )
        table.add_row(*cells[: len(columns)])
    notes = [*_fact_notes(extraction), *_text_notes(extraction), Text()]
    if table.row_count:
        return Group(table, *notes)
    return Group(plain_text(extraction.id or "", "bold"), *notes)


def _fact_notes(extraction: Extraction) -> Iterable[Text]:
    for fact in (*extraction.facts, *extraction.rejected):
        for finding in fact.findings:
            yield _note(finding, fact.evidence.quote if fact.evidence else None)


def _text_notes(extraction: Extraction) -> Iterable[Text]:
    for said in extraction.declarations:
        when = f" ({said.period.iso})" if said.period else ""
        yield plain_text(f"  UHC {said.status}: {region_name(said.region)}{when}")
    for finding in extraction.findings:
        if finding.rule != "unclaimed_number":
            yield _note(finding, None)
    counted = [u for u in extraction.unclaimed if u.mention.kind == "quantity"]
    if counted:
        listed = "; ".join(f"{u.mention.text} ({u.reason})" for u in counted)
        yield plain_text(f"  no facts: {listed}", "dim")
    if not extraction.facts and not extraction.findings:
        yield Text("  no coverage facts", style="dim")


def _note(finding: Finding, quote: str | None) -> Text:
    style = {"error": "red", "warning": "yellow", "info": "dim"}[finding.severity]
    about = f"{quote}: " if quote else ""
    return plain_text(f"  {finding.rule}: {about}{finding.message}", style)


def extraction_line(extraction: Extraction) -> str:
    """One text as one line of JSON: its flat facts, and all else as in the full form."""
    rest = extraction.model_dump(mode="json", exclude={"facts", "rejected"})
    rows = {
        "facts": extraction.to_records(),
        "rejected": [{"id": extraction.id, **fact.to_record()} for fact in extraction.rejected],
    }
    ordered = {"id": rest.pop("id"), "published": rest.pop("published"), **rows, **rest}
    return json.dumps(ordered, ensure_ascii=False, default=_json)


def _json(value: object) -> object:
    if isinstance(value, Decimal):
        return exact_number(value)
    raise TypeError(f"{value!r} has no JSON form")


def write_csv(
    records: Iterable[dict[str, Any]],
    out: IO[str],
    *,
    header: bool,
    locale: Locale | None = None,
) -> None:
    """Write flat rows; text that a spreadsheet would run as a formula gets an apostrophe.

    Args:
        records: with the keys of `RECORD_COLUMNS`.
        out: where to.
        header: whether the names of the columns come first.
        locale: of the spreadsheet that opens it, as in `export`; None is for programs.
    """
    writer = CsvWriter(out, _FACT_COLUMNS, locale)
    if header:
        writer.write_header()
    for record in records:
        writer.write_row(_cell(record[column.name]) for column in _FACT_COLUMNS)


def _cell(value: object) -> object:
    return exact_number(value) if isinstance(value, Decimal) else value


def reading_table(reading: Reading) -> RenderableType:
    """The numbers, periods and regions of one text."""
    numbers = Table(title="numbers", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in ("id", "text", "value", "unit", "kind", "qualifier", "span", "flags"):
        numbers.add_column(column, justify="right" if column == "value" else "left")
    for m in reading.mentions:
        value = number(m.value) if m.kind == "quantity" else "-"
        value += f" to {number(m.upper)}" if m.upper is not None else ""
        span, flags = f"{m.start}:{m.end}", ", ".join(m.flags)
        numbers.add_row(
            m.id, plain_text(m.text), value, m.unit or "-", m.kind, m.qualifier, span, flags
        )
    periods = Table(title="periods", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in ("id", "text", "iso", "source", "span"):
        periods.add_column(column)
    for p in reading.periods:
        periods.add_row(p.id, plain_text(p.text or "-"), p.iso, p.source, f"{p.start}:{p.end}")
    regions = Table(title="regions", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in ("id", "text", "code", "name", "span"):
        regions.add_column(column)
    for r in reading.regions:
        names = " or ".join(c.name for c in r.candidates) or r.name
        main = " (main)" if r.id == reading.main_region else ""
        regions.add_row(r.id, plain_text(r.text), r.code or "-", names + main, f"{r.start}:{r.end}")
    return Group(numbers, periods, regions)


def verification_report(text: str, verification: Verification, console: Console) -> RenderableType:
    """Every fact with its verdict; under those that are wrong, the text with a line of carets."""
    lines: list[Text] = []
    for fact in verification.facts:
        verdict = Text(f"{fact.verdict or '-':9}", style=_VERDICT_STYLES[fact.verdict])
        where = f"{region_name(fact.region)}, {fact.period.iso if fact.period else '-'}"
        lines.append(verdict + plain_text(f" {fact.metric} {amount(fact)} ({where})", "default"))
        for finding in fact.findings:
            lines.append(_note(finding, None))
            for start, end in finding.spans[:1]:
                lines += _carets(text, start, end, console.width)
    for finding in verification.findings:
        lines.append(_note(finding, None))
    return Group(*lines)


def rules_table(rules: RuleBook) -> Table:
    """The rules of the verifier: name, severity, and what each holds a fact to."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("rule", "severity", "what it holds a fact to"):
        table.add_column(heading, overflow="fold")
    for rule in rules.each:
        claim = " ".join((rule.check.__doc__ or "").partition("\n\n")[0].split())
        table.add_row(plain_text(rule.name, "default"), rule.severity, plain_text(claim, "default"))
    return table


def _carets(text: str, start: int, end: int, width: int) -> Sequence[Text]:
    """The line of the text around a span, cut to the width of the screen, and carets under it."""
    room = max(20, width - 4 - (end - start))
    begin = max(text.rfind("\n", 0, start) + 1, start - room // 2)
    stop = text.find("\n", end)
    finish = min(stop if stop >= 0 else len(text), end + room // 2)
    shown = text[begin:finish].replace("\t", " ").replace("\n", " ")
    marks = " " * (start - begin) + "^" * max(1, min(end, finish) - start)
    return plain_text(f"    {shown}", "dim"), Text(f"    {marks}", style="red")
