"""The program itself: its name, its version, its help."""

from typing import Annotated, Final

import typer

from uhc_llm._version import __version__

__all__ = ["app"]

app: Final = typer.Typer(
    name="uhc-llm",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Verified facts about health-insurance coverage (JKN, BPJS Kesehatan, UHC) from "
    "Indonesian news.\n\n"
    "The model points at numbers, the code reads them: what comes out stands in the text.",
    epilog="Exit codes: 0 done; 1 a fact was rejected (`verify`); 2 wrong call; "
    "3 unreadable input; 4 not set up; 5 the model's provider failed; "
    "6 the model's answer was of no use; 7 `--max-cost` is reached; 130 stopped by a signal.",
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"uhc-llm {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass
