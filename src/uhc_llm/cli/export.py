"""`uhc-llm export`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from uhc_llm.cli.app import app
from uhc_llm.cli.common import say


@app.command()
def export(
    run: Annotated[Path, typer.Argument(metavar="RUN.db", help="The file of a run.")],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="A file .jsonl, .csv, .parquet or .xlsx.")
    ],
    *,
    table: Annotated[
        Literal["facts", "declarations", "documents", "findings", "unclaimed", "errors"],
        typer.Option(help="Which of the run's tables."),
    ] = "facts",
    rejected: Annotated[
        bool,
        typer.Option("--rejected", help="With the facts that the verifier did not let pass."),
    ] = False,
) -> None:
    """Write the results of a run into a file, one row a fact.

    `uhc-llm export run.db facts.csv`

    `uhc-llm export run.db why.xlsx --table errors`

    Works while the run is under way too. A cell that a spreadsheet would run as a formula gets an
    apostrophe. Documents whose inputs have since changed are left out.
    """
    from uhc_llm.batch.results import export as write

    count = write(run, out, table=table, rejected=rejected)
    say(f"{count:,} rows of {table} in {out}", style="default")
