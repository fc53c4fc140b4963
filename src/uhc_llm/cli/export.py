"""`uhc-llm export`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from uhc_llm.cli.app import Command, app
from uhc_llm.cli.common import Certainty, CsvLocale, say
from uhc_llm.language import Language, _, current, grouped, ngettext
from uhc_llm.promise import PROMISE, Promise


@app.command(cls=Command)
def export(
    run: Annotated[Path, typer.Argument(metavar="RUN.db", help="The file of a run.")],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="A file .jsonl, .csv, .parquet or .xlsx.")
    ],
    *,
    table: Annotated[
        Literal[
            "facts", "declarations", "documents", "findings", "unclaimed", "decisions", "errors"
        ]
        | None,
        typer.Option(help="Which of the run's tables; `facts` unless it is said."),
    ] = None,
    rejected: Annotated[
        bool,
        typer.Option(
            "--rejected", help="With the facts that the verifier or a reviewer did not let pass."
        ),
    ] = False,
    as_extracted: Annotated[
        bool,
        typer.Option(
            "--as-extracted", help="What came out of the extraction, whatever was decided since."
        ),
    ] = False,
    precision: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Only facts of which this share is right in everything, as far as the run's "
            "reviews and labelled articles tell.",
        ),
    ] = None,
    certainty: Certainty = PROMISE.certainty,
    locale: CsvLocale = None,
    lang: Annotated[
        Language | None,
        typer.Option(
            metavar="en|id",
            help="The language of a workbook: its sheets, headings and vocabulary. Default: that "
            "of the command line. Other files are the same in every language.",
        ),
    ] = None,
    gold: Annotated[
        bool,
        typer.Option(
            "--gold", help="The articles in which everything is decided, as gold for `eval`."
        ),
    ] = False,
) -> None:
    """Write the results of a run into a file, one row a fact, as its reviewers left them.

    `uhc-llm export run.db facts.csv`

    `uhc-llm export run.db fakta.csv --locale id`

    `uhc-llm export run.db why.xlsx --table errors`

    `uhc-llm export run.db sure.csv --precision 0.97`

    `uhc-llm export run.db gold.jsonl --gold`

    Works while the run is under way too. A cell that a spreadsheet would run as a formula gets an
    apostrophe. Documents whose inputs have since changed are left out.
    """
    if gold:
        if table or rejected or as_extracted or precision or locale:
            raise typer.BadParameter(
                _(
                    "--gold holds the facts that reviewers let stand: leave out --table, "
                    "--rejected, --as-extracted, --precision and --locale"
                )
            )
        _export_gold(run, out)
        return
    if as_extracted and table == "decisions":
        raise typer.BadParameter(_("--as-extracted is what came out before any decision was made"))
    from uhc_llm.batch.results import export as write

    if precision and (rejected or as_extracted or table not in (None, "facts")):
        raise typer.BadParameter(
            _(
                "--precision is of the facts as reviewers left them: leave out --rejected, "
                "--as-extracted and other tables"
            )
        )
    table = table or "facts"
    promise = None if precision is None else Promise(precision, certainty)
    count = write(
        run,
        out,
        table=table,
        rejected=rejected,
        as_extracted=as_extracted,
        promise=promise,
        locale=locale,
        lang=lang or current(),
    )
    rows = ngettext("{count} row", "{count} rows", count)
    say(_("{rows} of {table} in {file}", rows=rows, table=table, file=out), style="default")


def _export_gold(run: Path, out: Path) -> None:
    from uhc_llm.batch.gold import SUFFIX, export_gold

    if out.suffix.lower() != SUFFIX:
        raise typer.BadParameter(
            _("gold is lines of JSON: end {file!r} in {suffix}", file=str(out), suffix=SUFFIX)
        )
    written, waiting = export_gold(run, out)
    if written:
        say(
            _(
                "{n} reviewed articles in {file}; {waiting} are not reviewed yet",
                n=grouped(written),
                file=out,
                waiting=grouped(waiting),
            ),
            style="default",
        )
    else:
        say(
            _(
                "no article is reviewed yet, and {file} is empty: {waiting} articles wait for "
                "decisions",
                file=out,
                waiting=grouped(waiting),
            ),
            style="yellow",
        )
