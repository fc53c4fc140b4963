"""What the commands share: their options, how they read, and how they speak."""

import json
import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich.console import Console

from uhc_llm.documents import TABLE_SUFFIXES, Document, read_document, read_stdin
from uhc_llm.errors import ConfigurationError, InputError, UhcLlmError
from uhc_llm.language import _, current

if TYPE_CHECKING:
    from uhc_llm.extraction import Strategy

__all__ = [
    "MODEL",
    "MONEY",
    "OTHER",
    "OUT",
    "PACE",
    "WHAT",
    "WHERE",
    "AllTopics",
    "BaseUrl",
    "Breadth",
    "CassetteFile",
    "Certainty",
    "CsvLocale",
    "Form",
    "InputPath",
    "Model",
    "Options",
    "Paths",
    "Precision",
    "Published",
    "Reasks",
    "RecordMode",
    "RecordOption",
    "ShortFormat",
    "StrategyOption",
    "Timeout",
    "chosen_model",
    "chosen_options",
    "day_option",
    "default_format",
    "errors",
    "print_json",
    "read",
    "say",
    "say_error",
    "say_unasked",
    "tell",
    "told",
    "use_cassette",
]

ShortFormat = Literal["table", "json"]
RecordMode = Literal["none", "once", "new", "update", "all"]

errors: Final = Console(stderr=True, highlight=False)

WHAT: Final = "What is read"
OUT: Final = "What comes out"
MODEL: Final = "The model"
PACE: Final = "Pace"
MONEY: Final = "Money"
WHERE: Final = "Where it runs"
OTHER: Final = "Other"
"""The groups of options in a long help."""

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="Texts, web pages, PDF, .docx or .odt files; `-` is standard input.",
    ),
]
InputPath = Annotated[
    str,
    typer.Argument(
        metavar="PATH", help="A text, web page, PDF, .docx or .odt file; `-` is standard input."
    ),
]


def day_option(said: str) -> date:
    """A day on the command line."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        from uhc_llm.scanner.written_days import read_day

        day = read_day(said)
        meant = _("{day}, if you mean that", day=day) if day else "2024-05-31"
        raise typer.BadParameter(
            _("{said!r} is no ISO date: write it as {meant}", said=said, meant=meant)
        ) from None


Precision = Annotated[
    float,
    typer.Option(
        metavar="SHARE",
        help="How large a share of what is called verified is to be right in everything.",
        rich_help_panel=OUT,
    ),
]
Certainty = Annotated[
    float,
    typer.Option(
        metavar="SHARE",
        help="How likely that is to hold, as far as labelled articles tell.",
        rich_help_panel=OUT,
    ),
]
CsvLocale = Annotated[
    Literal["id", "en"] | None,
    typer.Option(
        "--locale",
        # Python keeps one of two choices that hold the same, in whichever order came first.
        metavar="<id|en>",
        help="CSV as spreadsheets with Indonesian (`id`: 98,7 and semicolons) or English settings "
        "(`en`) open it; region codes and months stay text. Without it, CSV is for programs.",
        rich_help_panel=OUT,
    ),
]
AllTopics = Annotated[
    bool,
    typer.Option(
        "--all-topics",
        help="Read articles on other matters than coverage too.",
        rich_help_panel=WHAT,
    ),
]
Published = Annotated[
    date | None,
    typer.Option(
        parser=day_option,
        metavar="YYYY-MM-DD",
        help="The article's own date, for `tahun lalu` and its like.",
        rich_help_panel=WHAT,
    ),
]


Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        help="`openai/gpt-4.1-mini`; `local`, which asks none unless `--strategy point` has the "
        "embedded model asked, or with `local:PATH` a GGUF file. Default: UHC_LLM_MODEL; else "
        "OpenAI where OPENAI_API_KEY is set; else `local`.",
        rich_help_panel=MODEL,
    ),
]
Form = Annotated[
    Literal["static", "narrowed"] | None,
    typer.Option(
        help="Of the answer: one schema for all texts (default of hosted models), or one made "
        "for each text (default of `local`; good with vLLM and llama.cpp).",
        rich_help_panel=MODEL,
    ),
]
Breadth = Annotated[
    Literal["cues", "unit"] | None,
    typer.Option(
        help="What the model may choose from: only what the words around a number allow "
        "(default of `local`; good for small models), or all that fits its unit.",
        rich_help_panel=MODEL,
    ),
]
Reasks = Annotated[
    int,
    typer.Option(
        min=0, help="How often facts that fail verification are asked again.", rich_help_panel=MODEL
    ),
]
StrategyOption = Annotated[
    Literal["point", "quote", "code"] | None,
    typer.Option(
        "--strategy",
        help="`point`: the model points at numbers. `quote`: it quotes freely. `code`: no model is "
        "asked, the reader answers by itself. Default: `code` for `local`, else `point`.",
        rich_help_panel=MODEL,
    ),
]
CassetteFile = Annotated[
    Path | None,
    typer.Option(
        "--cassette",
        help="Answer from a recording instead of asking a model.",
        rich_help_panel=OTHER,
    ),
]
RecordOption = Annotated[
    Literal["none", "once", "new", "update", "all"],
    typer.Option(
        "--record",
        help="With `--cassette`: what to record. `none` replays only.",
        rich_help_panel=OTHER,
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        help="An OpenAI-compatible server, instead of OPENAI_BASE_URL.", rich_help_panel=MODEL
    ),
]
Timeout = Annotated[
    float | None, typer.Option(min=1, help="Seconds for one request.", rich_help_panel=MODEL)
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="NAME=VALUE",
        help="A parameter of every request: `max_output_tokens=16000`, `temperature=1`, "
        "`reasoning_effort=low`, whatever the provider knows; `none` leaves it out. May be given "
        "more than once.",
        rich_help_panel=MODEL,
    ),
]


def read(path: str, published: date | None) -> Document:
    """The document at a path, or on standard input.

    Raises:
        InputError: it cannot be read, or is a table, whose articles would be taken for one.
    """
    kind = Path(path.lower().removesuffix(".gz")).suffix
    if kind in TABLE_SUFFIXES and path != "-":
        raise InputError(
            _(
                "{path!r} is a table, which may hold many articles: {command}",
                path=path,
                command=f"uhc-llm batch {shlex.quote(path)} --run run.db",
            )
        )
    return read_text(path, published)


def read_text(path: str, published: date | None = None) -> Document:
    """A text at a path, whatever it holds, or on standard input."""
    from uhc_llm.scanner.written_days import read_day

    if path == "-":
        return read_stdin(published=published, read_day=read_day)
    return read_document(path, published=published, read_day=read_day)


def use_cassette(path: Path | None, record: RecordMode) -> AbstractContextManager[object]:
    """Answer from a recording, if one is named."""
    if path is None:
        return nullcontext()
    from uhc_llm.testing import cassette

    return cassette(path, record=record)


def default_format() -> Literal["table", "json"]:
    """For people on a terminal, for programs elsewhere."""
    return "table" if sys.stdout.isatty() else "json"


def print_json(value: object) -> None:
    """Write JSON that people can read too."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def say(words: str, style: str = "dim") -> None:
    """Write a line on standard error, whatever stands in it; wrapped, if that is a terminal."""
    _print(errors, words, style)


def tell(words: str) -> None:
    """Write a line on standard output, whatever stands in it."""
    _print(Console(highlight=False), words, "default")


def _print(console: Console, words: str, style: str) -> None:
    if console.is_terminal:
        from uhc_llm.display.layout import wrapped

        words = wrapped(words, console.width)
    # A script gets each line whole.
    console.print(words, style=style, markup=False, soft_wrap=True)


def chosen_model(
    model: str | None, strategy: "Strategy | None", *, replays: bool = False
) -> "tuple[str | None, Strategy]":
    """The model that will be asked, said on standard error, and how; None where none is asked.

    Raises:
        WeightsError: it is a file that is not there, and not `replays`. An article that leaves
            nothing to ask would not notice.
    """
    if strategy == "code":
        return None, strategy
    from uhc_llm.extraction import default_strategy
    from uhc_llm.llm.models import choose_model

    chosen, reason = choose_model(model)
    strategy = strategy or default_strategy(chosen)
    if strategy == "code":
        if model is None:
            say(_("model: none; the reader answers by itself ({reason})", reason=told(reason)))
        else:
            say_unasked(str(chosen))
        return None, strategy
    say(_("model: {model} ({reason})", model=chosen, reason=told(reason)))
    if chosen.path is not None and not replays:
        from uhc_llm.llm.weights import find_weights

        find_weights(chosen.path)
    return str(chosen), strategy


def say_unasked(name: str) -> None:
    """Say that a model that was named is not asked by default."""
    say(
        _(
            "{model}: the reader answers by itself; the embedded model adds nothing to it "
            "(docs/accuracy.md). --strategy point asks {model} all the same",
            model=name,
        )
    )


def chosen_options(said: Sequence[str] | None) -> dict[str, Any]:
    """The options of the model, as `--option` names them.

    Raises:
        typer.BadParameter: one has another form, or may not be set.
    """
    if not said:
        return {}
    from uhc_llm.llm.transport.options import read_options

    try:
        return read_options(said)
    except ConfigurationError as error:
        raise typer.BadParameter(told(str(error)), param_hint="--option") from None


def told(words: str, of: str = "error") -> str:
    """What an error or a rule says, in the language that is spoken: it is raised in English."""
    if current() == "en":
        return words
    from uhc_llm.pages import telling

    return telling.told(words, of)


def say_error(error: UhcLlmError, path: str | None = None) -> None:
    """Say on standard error what went wrong, and with which file."""
    where = f"{path}: " if path and path not in str(error) else ""
    say(_("error: {words}", words=f"{where}{told(str(error))}"), style="red")
