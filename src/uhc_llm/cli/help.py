"""What the program says of itself, its help and how it was called wrongly, in the language spoken.

Helps stand in the commands as English, and Typer has words of its own that it says in English
alone. With English nothing of this is touched; with another language all of it is translated while
the commands are built, and what Typer says of a wrong call where it is shown.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, cast

import typer

from uhc_llm.language import _, current, later

__all__ = ["Spoken", "say_anew", "typers_words_translated"]

# A block of code says the same in every language.
_CODE: Final = re.compile(r"`[^`]*`")
# What pydantic, by which Typer reads values, puts before what is wrong with one.
_PYDANTICS_WORDS: Final = "Value error, "
_TYPERS_OPTIONS: Final[Mapping[str, str]] = {
    "help": later("Show this message and exit."),
    "install_completion": later("Install completion for the current shell."),
    "show_completion": later(
        "Show completion for the current shell, to copy it or customize the installation."
    ),
}
"""What Typer says of the options that it adds."""

_TYPERS_WORDS: Final[Mapping[str, str]] = {
    "ARGUMENTS_PANEL_TITLE": later("Arguments"),
    "OPTIONS_PANEL_TITLE": later("Options"),
    "COMMANDS_PANEL_TITLE": later("Commands"),
    "ERRORS_PANEL_TITLE": later("Error"),
    "DEFAULT_STRING": later("[default: {}]"),
    "ENVVAR_STRING": later("[env var: {}]"),
    "REQUIRED_LONG_STRING": later("[required]"),
    "ABORTED_TEXT": later("Aborted."),
    "RICH_HELP": later("Try [blue]'{command_path} {help_option}'[/] for help."),
}
"""What Typer's help and errors are put together from, by the names that it has for them."""

# Typer has no public name for what is raised where the program was called wrongly.
_UsageError: Final = cast("type[typer.BadParameter]", typer.BadParameter.__base__)


def say_anew(command: Any, say: Callable[[str], str]) -> None:  # noqa: ANN401 - Typer's own
    """Put other words for all that a command says of itself, its options and arguments.

    Args:
        command: as Typer has built it.
        say: what is said instead of a paragraph, a heading or a placeholder.
    """
    for name in ("help", "epilog"):
        setattr(command, name, _paragraphs(getattr(command, name), say))
    for name in ("options_metavar", "subcommand_metavar"):
        if said := getattr(command, name, None):
            setattr(command, name, say(said))
    for parameter in command.params:
        parameter.help = _paragraphs(parameter.help, say)
        for name in ("rich_help_panel", "metavar"):
            if said := getattr(parameter, name):
                setattr(parameter, name, say(said))


def _paragraphs(text: str | None, say: Callable[[str], str]) -> str | None:
    if text is None:
        return None
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return "\n\n".join(each if _CODE.fullmatch(each) else say(each) for each in paragraphs)


class Spoken:
    """Of a command or of all of them: in the language that is spoken when they are built."""

    def __init__(self, *arguments: Any, **attributes: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **attributes)
        if current() != "en":
            say_anew(self, _)

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write how it is called."""
        pieces: list[str] = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_("Usage: "))

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401
        """Its options and arguments, those that Typer adds among them."""
        parameters = super().get_params(ctx)  # type: ignore[misc]
        if current() != "en":
            for each in parameters:
                each.help = (
                    _(_TYPERS_OPTIONS[each.name]) if each.name in _TYPERS_OPTIONS else each.help
                )
        return parameters


@contextmanager
def typers_words_translated() -> Iterator[None]:
    """Have Typer speak the language that is spoken, as long as this lasts."""
    if current() == "en":
        yield
        return
    from typer import rich_utils

    before = {name: getattr(rich_utils, name) for name in _TYPERS_WORDS}
    for name, words in _TYPERS_WORDS.items():
        setattr(rich_utils, name, _(words))
    try:
        yield
    finally:
        for name, words in before.items():
            setattr(rich_utils, name, words)


@contextmanager
def wrong_calls_told() -> Iterator[None]:
    """Tell what was wrong with a call in the language that is spoken."""
    try:
        yield
    except _UsageError as error:
        said = error.format_message()
        if (anew := _call_told(said)) == said:
            raise
        raise _WrongCall(anew, ctx=error.ctx) from error


def _call_told(said: str) -> str:
    if current() == "en":
        return said.replace(f": {_PYDANTICS_WORDS}", ": ")
    from uhc_llm.pages.telling import told

    return told(said, "call")


class _WrongCall(typer.BadParameter):
    """What is wrong, in words to which Typer adds none."""

    def format_message(self) -> str:
        return self.message
