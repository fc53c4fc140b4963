"""`uhc-llm panel`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from uhc_llm.cli.app import Command, app
from uhc_llm.cli.common import Certainty, CsvLocale, day_option, say
from uhc_llm.language import Language, _, current, formatted, grouped, ngettext, period, term
from uhc_llm.promise import PROMISE, Promise

if TYPE_CHECKING:
    from uhc_llm.panel import PanelOptions
    from uhc_llm.panel.reference import Reference


@app.command(cls=Command)
def panel(
    run: Annotated[Path, typer.Argument(metavar="RUN.db", help="The file of a run.")],
    out: Annotated[
        Path | None,
        typer.Argument(
            metavar="OUT",
            help="A file .csv, .parquet, .xlsx or .jsonl; without one the panel is put into the "
            "run, as tables that SQLite reads.",
        ),
    ] = None,
    *,
    by: Annotated[
        Literal["day", "month", "year"], typer.Option(help="How finely time is told apart.")
    ] = "month",
    as_of: Annotated[
        date | None,
        typer.Option(
            parser=day_option,
            metavar="YYYY-MM-DD",
            help="The panel as it could be known on that day: of what was published by then.",
        ),
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Only of facts of which this share is right, as far as the run's reviews and "
            "labelled articles tell.",
        ),
    ] = None,
    certainty: Certainty = PROMISE.certainty,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Do not choose by this rule; can be said again."),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="A row for every region of Indonesia: what nobody says has no value.",
        ),
    ] = False,
    locale: CsvLocale = None,
    lang: Annotated[
        Language | None,
        typer.Option(
            metavar="en|id",
            help="The language of a workbook (its sheets, headings and vocabulary) and of any "
            "codebook. Default: that of the command line.",
        ),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option(
            metavar="OFFICIAL.csv",
            help="Lay it beside a series with region_code or region, period, metric and value; "
            "nothing of it enters the panel.",
        ),
    ] = None,
) -> None:
    """Write one table out of all that was said: for each region, month and indicator a figure.

    `uhc-llm panel run.db panel.xlsx`

    `uhc-llm panel run.db panel.csv --by year --precision 0.95`

    `uhc-llm panel run.db panel.csv --as-of 2024-06-30`

    `uhc-llm panel run.db`

    Each row says which rule chose the figure, what was not chosen and why, in how many independent
    reports it stands, and its sentence. Targets and a codebook come beside. A release that twenty
    papers carry is one report.
    """
    from uhc_llm.errors import ConfigurationError
    from uhc_llm.panel import PanelOptions, store_panel, write_panel
    from uhc_llm.panel.choosing import rules_named
    from uhc_llm.panel.reference import load_reference
    from uhc_llm.panel.storing import STORED

    promise = None if precision is None else Promise(precision, certainty)
    options = PanelOptions(by, as_of, promise, rules_named(without or ()))
    # What is wrong with it is said before anything is written.
    official = None if reference is None else load_reference(reference, by)
    if out is not None:
        written = write_panel(
            run, out, options, complete=complete, locale=locale, lang=lang or current()
        )
    elif locale is None:
        written = store_panel(run, options, complete=complete)
    else:
        raise ConfigurationError(_("a locale is of a .csv: name one"))
    where = ", ".join(map(str, written.files))
    say(
        _(
            "{cells} of {regions}, {targets}; {conflicts} in conflict: {files}",
            cells=ngettext("{count} cell", "{count} cells", written.cells),
            regions=ngettext("{count} region", "{count} regions", written.regions),
            targets=ngettext("{count} target", "{count} targets", written.targets),
            conflicts=ngettext("{count} cell", "{count} cells", written.conflicts),
            files=where if out else f"{where} ({', '.join(STORED)})",
        ),
        style="default",
    )
    if official is not None:
        _compare(run, str(reference), official, options)


def _compare(run: Path, reference: str, official: "Reference", options: "PanelOptions") -> None:
    from uhc_llm.batch.ledger import Ledger
    from uhc_llm.panel import build_panel
    from uhc_llm.panel.reference import compare

    with Ledger.read(run) as ledger:
        cells = (cell for few, _ in build_panel(ledger, options) for cell in few)
        found = compare(cells, official)
    if not found.matched or found.median is None:
        say(
            _(
                "none of the {n} figures of {reference} is in the panel",
                n=grouped(found.official),
                reference=reference,
            ),
            style="yellow",
        )
        return
    apart = _(
        "beside {reference}: {n} of {all} figures are in the panel; half of them lie {median} or "
        "less apart (points, else percent)",
        reference=reference,
        n=grouped(len(found.matched)),
        all=grouped(found.official),
        median=formatted(found.median, ".2f"),
    )
    if found.ninety is not None:
        apart += _(", in 90 of 100 cells {most} or less", most=formatted(found.ninety, ".2f"))
    say(apart, style="default")
    for each in found.outliers:
        cell = each.cell
        told = _(
            "{region} {period} {metric}: {value} here, {official} there: {sentence} ({source})",
            region=cell.region.name,
            period=period(str(cell.period)),
            metric=term(cell.metric),
            value=formatted(cell.value, ""),
            official=formatted(each.official, ""),
            sentence=cell.best.sentence.strip(),
            source=cell.best.name,
        )
        say(f"  {told}", style="default")
