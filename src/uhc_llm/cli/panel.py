"""`uhc-llm panel`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from uhc_llm.cli.app import app
from uhc_llm.cli.common import Certainty, CsvLocale, day_option, say
from uhc_llm.language import Language, of_environment
from uhc_llm.promise import PROMISE, Promise
from uhc_llm.wording import counted

if TYPE_CHECKING:
    from uhc_llm.panel import PanelOptions
    from uhc_llm.panel.reference import Reference


@app.command()
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
            "codebook. Default: that of the system's locale.",
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
            run, out, options, complete=complete, locale=locale, lang=lang or of_environment()
        )
    elif locale is None:
        written = store_panel(run, options, complete=complete)
    else:
        raise ConfigurationError("a locale is of a .csv: name one")
    where = ", ".join(map(str, written.files))
    say(
        f"{counted(written.cells, 'cell')} of {counted(written.regions, 'region')}, "
        f"{counted(written.targets, 'target')}; {counted(written.conflicts, 'cell')} in conflict: "
        + (where if out else f"{where} ({', '.join(STORED)})"),
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
    if not found.matched:
        say(
            f"none of the {found.official:,} figures of {reference} is in the panel", style="yellow"
        )
        return
    ninety = "" if found.ninety is None else f", in 90 of 100 cells {found.ninety:.2f} or less"
    say(
        f"beside {reference}: {len(found.matched):,} of {found.official:,} figures are in the "
        f"panel; half of them lie {found.median:.2f} or less apart (points, else percent){ninety}",
        style="default",
    )
    for each in found.outliers:
        cell = each.cell
        say(
            f"  {cell.region.name} {cell.period} {cell.metric}: {cell.value} here, {each.official} "
            f"there: {cell.best.sentence.strip()} ({cell.best.name})",
            style="default",
        )
