"""The program itself: its name, its version, its language, its help."""

from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from uhc_llm._version import __version__
from uhc_llm.cli.common import OTHER, say
from uhc_llm.cli.help import Spoken, typers_words_translated, wrong_calls_told
from uhc_llm.language import Language, _, of_environment, speaking

__all__ = ["INTERRUPTED", "Command", "Grouped", "app"]

INTERRUPTED: Final = 130


class Command(Spoken, TyperCommand):
    """A command."""


class Grouped(Command):
    """A command whose options are in groups, `--help` among the others."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - typer has them of its own making
        """The option, in its group."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.rich_help_panel = _(OTHER)
        return option


class _Program(Spoken, TyperGroup):
    """All commands; one that Ctrl-C ends says so."""

    def main(self, *arguments: Any, **settings: Any) -> Any:  # noqa: ANN401
        with typers_words_translated():
            return super().main(*arguments, **settings)

    def make_context(self, *arguments: Any, **settings: Any) -> Any:  # noqa: ANN401
        with wrong_calls_told():
            return super().make_context(*arguments, **settings)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        try:
            with wrong_calls_told():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            say(_("stopped by Ctrl-C; no file is left half written, so start it again"), "yellow")
            raise typer.Exit(INTERRUPTED) from None


app: Final = typer.Typer(
    name="uhc-llm",
    cls=_Program,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Verified facts about health-insurance coverage (JKN, BPJS Kesehatan, UHC) from "
    "Indonesian news.\n\n"
    "The model points at numbers, the code reads them: what comes out stands in the text.",
    epilog="Exit codes: 0 done; 1 a fact was rejected (`verify`); 2 wrong call; "
    "3 unreadable input; 4 not set up; 5 the model's provider failed; "
    "6 the model's answer was of no use; 7 `--max-cost` is reached; 130 Ctrl-C or a signal.",
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"uhc-llm {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    ctx: typer.Context,
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
    lang: Annotated[
        Language | None,
        typer.Option(
            metavar="en|id",
            help="The language that the program speaks, before the command. Default: UHC_LLM_LANG; "
            "else that of the system's locale.",
        ),
    ] = None,
) -> None:
    ctx.with_resource(speaking(lang or of_environment()))
