"""`uhc-llm report`."""

from pathlib import Path
from typing import Annotated

import typer

from uhc_llm.cli.app import Command, app
from uhc_llm.cli.common import Certainty, say
from uhc_llm.language import Language, _, current, formatted, ngettext
from uhc_llm.promise import PROMISE, Promise


@app.command(cls=Command)
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN.db", help="The file of a run.")],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="REPORT.html", help="The file to write.")
    ] = Path("report.html"),
    precision: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Call verified what this share of is right in everything, as far as the run's "
            "reviews and labelled articles tell. Default: what the run called so.",
        ),
    ] = None,
    certainty: Certainty = PROMISE.certainty,
    title: Annotated[
        str | None, typer.Option(help="Of the page. Default: the name of the run.")
    ] = None,
    lang: Annotated[
        Language | None,
        typer.Option(
            metavar="en|id", help="The language of the page. Default: that of the command line."
        ),
    ] = None,
    boundaries: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.geojson",
            help="Draw the map with these outlines, in place of a tile for each region: a "
            "FeatureCollection with a Kemendagri code as region_code, kode or code.",
        ),
    ] = None,
) -> None:
    """Write the results of a run as one page to read.

    `uhc-llm report run.db -o report.html`

    It has a panel with a map and a page for each region, a summary, pictures, a table of the facts
    that sorts and filters, every article with its numbers marked, and how the results were made.
    The file holds all it shows and asks the network for nothing. What reviewers decided is in it.
    Works while the run is under way too.
    """
    from uhc_llm.report import write_report

    promise = None if precision is None else Promise(precision, certainty)
    count = write_report(
        run,
        output,
        title=title,
        promise=promise,
        boundaries=boundaries,
        language=lang or current(),
    )
    articles = ngettext("{count} article", "{count} articles", count)
    size = formatted(output.stat().st_size / 1_000_000, ".1f")
    say(
        _("{articles}, {size} MB: {file}", articles=articles, size=size, file=output),
        style="default",
    )
