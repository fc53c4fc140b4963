"""`uhc-llm report`."""

from pathlib import Path
from typing import Annotated

import typer

from uhc_llm.cli.app import app
from uhc_llm.cli.common import say
from uhc_llm.wording import counted


@app.command()
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN.db", help="The file of a run.")],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="REPORT.html", help="The file to write.")
    ] = Path("report.html"),
    title: Annotated[
        str | None, typer.Option(help="Of the page. Default: the name of the run.")
    ] = None,
) -> None:
    """Write the results of a run as one page to read.

    `uhc-llm report run.db -o report.html`

    It has a summary, pictures, a table of the facts that sorts and filters, every article with its
    numbers marked, and how the results were made. The file holds all it shows and asks the network
    for nothing. What reviewers decided is in it. Works while the run is under way too.
    """
    from uhc_llm.report import write_report

    count = write_report(run, output, title=title)
    say(
        f"{counted(count, 'article')}, {output.stat().st_size / 1_000_000:.1f} MB: {output}",
        style="default",
    )
