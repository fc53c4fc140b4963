"""Extractions, readings, verifications and rules, for people and for programs."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import IO, Any, Final, get_args

from rich.console import Console, Group, RenderableType
from rich.text import Text

from uhc_llm.batch.csv_files import CsvWriter, Locale
from uhc_llm.batch.result_tables import TABLES
from uhc_llm.display.layout import Column, FirstFitting, FittedTable, Hanging, plain_text
from uhc_llm.display.telling import told
from uhc_llm.language import _, period, pgettext, term
from uhc_llm.schemas import (
    RECORD_COLUMNS,
    Extraction,
    Fact,
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
_FACT_COLUMNS: Final = tuple(x for x in TABLES["facts"].columns if x.name in RECORD_COLUMNS)


def extraction_table(extraction: Extraction) -> RenderableType:
    """The facts of one text, and what became of its other numbers.

    A screen that is too narrow gets no column with the text's own words, and the lines on a fact
    then say in which row it stands; a narrower one has each region in a line of its own above what
    is said of it; and in the end the status stands beside the metric. No region and no number is
    ever cut.

    Args:
        extraction: what came out of the text.
    """
    facts = (*extraction.facts, *extraction.rejected)
    heading = Hanging(plain_text(extraction.id, "bold")) if extraction.id else None
    notes = [*_text_notes(extraction), Text()]
    tables = [_facts_table(facts)] if facts else []
    return Group(*([heading] if heading else []), *tables, *notes)


def _facts_table(facts: Sequence[Fact]) -> RenderableType:
    wide = (_wide(facts, has_text=has_text) for has_text in (True, False))
    by_region = (_by_region(facts, stacked=stacked) for stacked in (False, True))
    return FirstFitting(*wide, *by_region)


def _wide(facts: Sequence[Fact], *, has_text: bool) -> FittedTable:
    """A row for each fact."""
    text = [Column(_("text"), wraps=True)] if has_text else []
    table = FittedTable(
        Column(_("region")),
        Column(_("period")),
        Column(_("metric")),
        Column(_("value"), "right"),
        Column(_("status")),
        Column(pgettext("column", "verdict")),
        *text,
        below=[*_fact_notes(facts, has_text=has_text)],
    )
    for fact in facts:
        quote = plain_text(fact.evidence.quote if fact.evidence else "-")
        table.add_row(
            plain_text(region_name(fact.region)),
            _period(fact),
            _meaning(fact),
            amount(fact),
            _status(fact),
            _verdict(fact),
            *([quote] if has_text else []),
        )
    return table


def _by_region(facts: Sequence[Fact], *, stacked: bool) -> FittedTable:
    """The same with each region over its rows; stacked, with the status beside the metric."""
    columns = [Column(_("period")), Column(_("metric"), wraps=True), Column(_("value"), "right")]
    columns += [] if stacked else [Column(_("status"))]
    columns += [Column(pgettext("column", "verdict"))]
    table = FittedTable(*columns, below=[*_fact_notes(facts, has_text=False)])
    for region, of_region in groupby(facts, lambda fact: region_name(fact.region)):
        table.add_heading(plain_text(region))
        for fact in of_region:
            meaning, status = _meaning(fact), _status(fact)
            said = [f"{meaning}, {status}"] if stacked else [meaning]
            after = [] if stacked else [status]
            table.add_row(_period(fact), *said, amount(fact), *after, _verdict(fact))
    return table


def _period(fact: Fact) -> str:
    return period(fact.period.iso) if fact.period else "-"


def _meaning(fact: Fact) -> str:
    metric = term(fact.metric)
    return metric if fact.segment in (None, "all") else f"{metric}, {term(fact.segment)}"


def _status(fact: Fact) -> str:
    return term(fact.status) if fact.status else "-"


def _verdict(fact: Fact) -> Text:
    said = term(fact.verdict) if fact.verdict else "-"
    return Text(said, style=_VERDICT_STYLES[fact.verdict])


def _fact_notes(facts: Sequence[Fact], *, has_text: bool) -> Iterable[RenderableType]:
    """What is said of facts, each with the text's own words, and where no row has them its row."""
    for fact in facts:
        quote = fact.evidence.quote if fact.evidence else ""
        row = "" if has_text else f"({region_name(fact.region)}, {amount(fact)})"
        for finding in fact.findings:
            yield _note(finding, " ".join(filter(None, (quote, row))))


def _text_notes(extraction: Extraction) -> Iterable[RenderableType]:
    for said in extraction.declarations:
        when = f" ({period(said.period.iso)})" if said.period else ""
        yield _line(f"UHC {term(said.status)}: {region_name(said.region)}{when}")
    for finding in extraction.findings:
        if finding.rule != "unclaimed_number":
            yield _note(finding, None)
    counted = [u for u in extraction.unclaimed if u.mention.kind == "quantity"]
    if counted:
        listed = "; ".join(f"{u.mention.text} ({told(u.reason)})" for u in counted)
        yield _line(_("no facts: {numbers}", numbers=listed), "dim")
    if not extraction.facts and not extraction.findings:
        yield _line(_("no coverage facts"), "dim")


def _note(finding: Finding, quote: str | None) -> RenderableType:
    style = {"error": "red", "warning": "yellow", "info": "dim"}[finding.severity]
    about = f"{quote}: " if quote else ""
    return _line(f"{finding.rule}: {about}{told(finding.message, finding.rule)}", style)


def _line(words: str, style: str = "") -> RenderableType:
    return Hanging(plain_text(words, style), indent=2)


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
    """The numbers, periods and regions of one text.

    Of the numbers a narrow screen does without the id, then the place, what sort of number it is,
    and whether it is exact; of the others without the id, the place, and where a period is from.

    Args:
        reading: what the text says.
    """
    numbers = FittedTable(
        Column("id"),
        Column(_("text"), wraps=True),
        Column(_("value"), "right"),
        Column(_("unit")),
        Column(_("kind")),
        Column(_("qualifier")),
        Column(_("span")),
        Column(_("flags"), wraps=True),
        leaving=("id", _("span"), _("kind"), _("qualifier")),
        wraps_last=True,
        title=_("numbers"),
    )
    for m in reading.mentions:
        value = number(m.value) if m.kind == "quantity" else "-"
        if m.upper is not None:
            value = _("{low} to {high}", low=value, high=number(m.upper))
        numbers.add_row(
            m.id,
            plain_text(m.text),
            value,
            term(m.unit) if m.unit else "-",
            term(m.kind),
            term(m.qualifier),
            f"{m.start}:{m.end}",
            ", ".join(m.flags),
        )
    periods = FittedTable(
        Column("id"),
        Column(_("text"), wraps=True),
        Column("iso"),
        Column(_("source")),
        Column(_("span")),
        leaving=("id", _("span"), _("source")),
        wraps_last=True,
        title=_("periods"),
    )
    for p in reading.periods:
        periods.add_row(
            p.id, plain_text(p.text or "-"), p.iso, term(p.source), f"{p.start}:{p.end}"
        )
    regions = FittedTable(
        Column("id"),
        Column(_("text"), wraps=True),
        Column(_("code")),
        Column(_("name"), wraps=True),
        Column(_("span")),
        leaving=("id", _("span")),
        wraps_last=True,
        title=_("regions"),
    )
    for r in reading.regions:
        names = _(" or ").join(c.name for c in r.candidates) or r.name
        main = _(" (main)") if r.id == reading.main_region else ""
        regions.add_row(r.id, plain_text(r.text), r.code or "-", names + main, f"{r.start}:{r.end}")
    return Group(numbers, periods, regions)


def verification_report(text: str, verification: Verification, console: Console) -> RenderableType:
    """Every fact with its verdict; under those that are wrong, the text with a line of carets."""
    lines: list[RenderableType] = []
    widest = 1 + max(len(term(verdict)) for verdict in get_args(Verdict))
    for fact in verification.facts:
        verdict = _verdict(fact)
        verdict.pad_right(widest - len(verdict))
        where = f"{region_name(fact.region)}, {_period(fact)}"
        said = plain_text(f" {term(fact.metric)} {amount(fact)} ({where})", "default")
        lines.append(Hanging(verdict + said, following=widest + 1))
        for finding in fact.findings:
            lines.append(_note(finding, None))
            for start, end in finding.spans[:1]:
                lines += _carets(text, start, end, console.width)
    for finding in verification.findings:
        lines.append(_note(finding, None))
    return Group(*lines)


def rules_table(rules: RuleBook) -> RenderableType:
    """The rules of the verifier: name, severity, and what each holds a fact to."""
    table = FittedTable(
        Column(_("rule")), Column(_("severity")), Column(_("what it holds a fact to"), wraps=True)
    )
    for rule in rules.each:
        claim = " ".join((rule.check.__doc__ or "").partition("\n\n")[0].split())
        table.add_row(
            plain_text(rule.name, "default"), term(rule.severity), plain_text(_(claim), "default")
        )
    return table


def _carets(text: str, start: int, end: int, width: int) -> Sequence[Text]:
    """The line of the text around a span, cut to the width of the screen, and carets under it."""
    end = min(end, start + max(20, width - 4))
    room = max(0, width - 4 - (end - start))
    begin = max(text.rfind("\n", 0, start) + 1, start - room // 2)
    stop = text.find("\n", end)
    finish = min(stop if stop >= 0 else len(text), end + room // 2)
    shown = text[begin:finish].replace("\t", " ").replace("\n", " ")
    marks = " " * (start - begin) + "^" * max(1, min(end, finish) - start)
    return plain_text(f"    {shown}", "dim"), Text(f"    {marks}", style="red")
