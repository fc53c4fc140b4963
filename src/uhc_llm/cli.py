"""The command line: `uhc-llm extract`, `scan`, `verify` and `rules`.

Exit codes: 0 done; 1 `verify` rejected a fact; 2 the command was called wrongly; 3 an input cannot
be read; 4 something is not set up; 5 the model's provider failed; 6 the model's answer was of no
use.
"""

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast, get_args

import typer
from rich.console import Console

from uhc_llm._version import __version__
from uhc_llm.documents import Document, read_document, read_stdin
from uhc_llm.errors import (
    ConfigurationError,
    ContextLengthError,
    InputError,
    OutputError,
    UhcLlmError,
)
from uhc_llm.schemas import Severity

if TYPE_CHECKING:
    from uhc_llm.verifier import RuleBook

__all__ = ["app", "main"]

Format = Literal["table", "json", "jsonl", "csv"]
ShortFormat = Literal["table", "json"]

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
    "6 the model's answer was of no use.",
)
_errors: Final = Console(stderr=True, highlight=False)

_Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...", help="Text files or web pages (.html); `-` is standard input."
    ),
]
_Path = Annotated[
    str,
    typer.Argument(metavar="PATH", help="A text file or web page (.html); `-` is standard input."),
]
_Published = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], help="The article's own date, for `tahun lalu` and its like."
    ),
]


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


@app.command()
def extract(
    paths: _Paths,
    *,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            help="`openai/gpt-4.1-mini`, `local` (the embedded model), `local:PATH` (a GGUF file). "
            "Default: UHC_LLM_MODEL; else OpenAI where OPENAI_API_KEY is set; else `local`.",
        ),
    ] = None,
    strategy: Annotated[
        Literal["point", "quote"],
        typer.Option(help="`point`: the model points at numbers. `quote`: it quotes freely."),
    ] = "point",
    format: Annotated[  # noqa: A002 - the option's name
        Format | None,
        typer.Option(
            "--format",
            "-f",
            help="Default: `table` on a terminal, `json` on a pipe or into a file.",
        ),
    ] = None,
    published: _Published = None,
    form: Annotated[
        Literal["static", "narrowed"] | None,
        typer.Option(
            help="Of the answer: one schema for all texts (default of hosted models), or one made "
            "for each text (default of `local`; good with vLLM and llama.cpp)."
        ),
    ] = None,
    breadth: Annotated[
        Literal["cues", "unit"] | None,
        typer.Option(
            help="What the model may choose from: only what the words around a number allow "
            "(default of `local`; good for small models), or all that fits its unit."
        ),
    ] = None,
    reasks: Annotated[
        int, typer.Option(min=0, help="How often facts that fail verification are asked again.")
    ] = 1,
    base_url: Annotated[
        str | None,
        typer.Option(help="An OpenAI-compatible server, instead of OPENAI_BASE_URL."),
    ] = None,
    timeout: Annotated[float | None, typer.Option(min=1, help="Seconds for one request.")] = None,
    cassette: Annotated[
        Path | None, typer.Option(help="Answer from a recording instead of asking a model.")
    ] = None,
    record: Annotated[
        Literal["none", "once", "new", "all"],
        typer.Option(help="With `--cassette`: what to record. `none` replays only."),
    ] = "none",
) -> None:
    """Extract verified facts from articles.

    `uhc-llm extract examples/*.txt`

    `uhc-llm extract article.txt --model openai/gpt-4.1-mini --format csv > facts.csv`

    A fact that fails verification is asked about again, and if it still fails is shown as rejected,
    never among the facts. Articles that cannot be read are named on standard error, the others are
    done all the same.
    """
    from uhc_llm.extraction import Extractor
    from uhc_llm.llm.models import choose_model

    if record != "none" and cassette is None:
        raise typer.BadParameter("--record needs --cassette FILE")
    chosen, reason = choose_model(model)
    _errors.print(f"model: {chosen} ({reason})", style="dim", markup=False, soft_wrap=True)
    extractor = Extractor(
        str(chosen),
        strategy=strategy,
        form=form,
        breadth=breadth,
        reasks=reasks,
        base_url=base_url,
        timeout=timeout,
    )
    failed: list[UhcLlmError] = []
    with _cassette(cassette, record), extractor, _Output(format or _default_format()) as output:
        for index, path in enumerate(paths, start=1):
            try:
                document = _read(path, published)
                if _errors.is_terminal:
                    _errors.print(f"reading {path} ({index} of {len(paths)})", style="dim")
                extraction = extractor.extract(document)
            except (InputError, OutputError, ContextLengthError) as error:
                # What is wrong with one article must not cost the others.
                failed.append(error)
                _report(error, path)
            else:
                output.add(extraction)
    if failed:
        raise typer.Exit(failed[0].exit_code)


@app.command()
def scan(
    path: _Path,
    *,
    format: Annotated[  # noqa: A002
        ShortFormat | None,
        typer.Option("--format", "-f", help="Default: `table` on a terminal, else `json`."),
    ] = None,
    published: _Published = None,
) -> None:
    """Show every number, period and region that the code finds in a text; no model is asked.

    `uhc-llm scan article.txt --format json`
    """
    from uhc_llm.display import reading_table
    from uhc_llm.scanner import scan as scan_text

    reading = scan_text(_read(path, published))
    if (format or _default_format()) == "json":
        _print_json(reading.model_dump(mode="json"))
    else:
        Console().print(reading_table(reading))


@app.command()
def verify(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="The article; `-` is standard input.")
    ],
    facts: Annotated[
        str,
        typer.Argument(
            metavar="FACTS.json",
            help="A list of facts, an object with `facts`, or one fact a line. Each needs value, "
            "unit and metric; status, region, period and quote are checked where given.",
        ),
    ],
    *,
    format: Annotated[  # noqa: A002
        ShortFormat | None,
        typer.Option("--format", "-f", help="Default: `table` on a terminal, else `json`."),
    ] = None,
    published: _Published = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=SEVERITY",
            help="Change a rule: `error` (its findings reject a fact), `warning` (suspect), "
            "`info` or `off`. May be given more than once; `uhc-llm rules` lists the names.",
        ),
    ] = None,
) -> None:
    """Check facts from any source against a text. Exit code 1 when any is rejected.

    `uhc-llm verify article.txt facts.json`
    """
    from uhc_llm.display import verification_report
    from uhc_llm.verifier import verify as verify_facts

    book = _changed_rules(rule or ())

    if text == facts == "-":
        raise typer.BadParameter("TEXT and FACTS.json cannot both be standard input")
    document = _read(text, published)
    verification = verify_facts(document, _facts(_read(facts, None).text, facts), rules=book)
    if (format or _default_format()) == "json":
        _print_json(verification.model_dump(mode="json"))
    else:
        console = Console()
        console.print(verification_report(document.text, verification, console))
    if not verification.ok:
        raise typer.Exit(1)


def _changed_rules(changes: Iterable[str]) -> "RuleBook":
    from uhc_llm.verifier import RULES

    book = RULES
    for change in changes:
        name, _, severity = change.partition("=")
        try:
            if severity == "off":
                book = book.without(name)
            elif severity in get_args(Severity):
                book = book.with_severity(name, cast("Severity", severity))
            else:
                raise typer.BadParameter(
                    f"{change!r}: write NAME=off, NAME=info, NAME=warning or NAME=error",
                    param_hint="--rule",
                )
        except ConfigurationError as error:
            raise typer.BadParameter(str(error), param_hint="--rule") from error
    return book


@app.command()
def rules() -> None:
    """List the rules that `verify` and `extract` follow, with their severities."""
    from uhc_llm.display import rules_table
    from uhc_llm.verifier import RULES

    Console().print(rules_table(RULES))


class _Output:
    """Where extractions go: shown at once, or gathered where the format is one whole."""

    def __init__(self, format_: Format) -> None:
        self._format = format_
        self._count = 0

    def __enter__(self) -> "_Output":
        if self._format == "json":
            sys.stdout.write("[")
        return self

    def __exit__(self, *_: object) -> None:
        if self._format == "json":
            sys.stdout.write("\n]\n" if self._count else "]\n")
        sys.stdout.flush()

    def add(self, extraction: Any) -> None:  # noqa: ANN401 - an Extraction, not imported before use
        from uhc_llm.display import extraction_line, extraction_table, write_csv

        if self._format == "table":
            console = Console()
            console.print(extraction_table(extraction, width=console.width))
        elif self._format == "csv":
            write_csv(extraction.to_records(), sys.stdout, header=not self._count)
        elif self._format == "jsonl":
            sys.stdout.write(extraction_line(extraction) + "\n")
        else:
            sys.stdout.write(",\n" if self._count else "\n")
            sys.stdout.write(extraction.model_dump_json(indent=2))
        sys.stdout.flush()
        self._count += 1


def _cassette(
    path: Path | None, record: Literal["none", "once", "new", "all"]
) -> AbstractContextManager[object]:
    if path is None:
        return nullcontext()
    from uhc_llm.testing import cassette

    return cassette(path, record=record)


def _read(path: str, published: datetime | None) -> Document:
    date = published.date() if published else None
    return read_stdin(published=date) if path == "-" else read_document(path, published=date)


def _facts(text: str, path: str) -> list[Any]:
    """The facts in a JSON or JSONL file."""
    try:
        found = list(_documents(text))
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path!r} is no JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    if len(found) == 1 and isinstance(found[0], dict) and "facts" in found[0]:
        found = found[0]["facts"]
    elif len(found) == 1 and isinstance(found[0], list):
        found = found[0]
        if len(found) == 1 and isinstance(found[0], dict) and "facts" in found[0]:
            found = found[0]["facts"]  # what `extract` writes of one article
    if not isinstance(found, list):
        raise InputError(f"{path!r} holds no list of facts")
    return found


def _documents(text: str) -> Iterator[Any]:
    """The JSON values in a text, one or one a line."""
    stripped = text.strip()
    try:
        yield json.loads(stripped)
    except json.JSONDecodeError:
        lines = stripped.splitlines()
        if len(lines) < 2 or stripped[0] == "[":  # noqa: PLR2004 - not one a line
            raise
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _default_format() -> Literal["table", "json"]:
    return "table" if sys.stdout.isatty() else "json"


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def _report(error: UhcLlmError, path: str | None = None) -> None:
    where = f"{path}: " if path and path not in str(error) else ""
    _errors.print(f"error: {where}{error}", style="red", markup=False, soft_wrap=True)


def _speak_utf8() -> None:
    """Write UTF-8 into files and pipes, as JSON must be, and on a terminal whatever it can show."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")


def main() -> None:
    """Run the command line; errors of ours end it with their exit code, without a traceback."""
    _speak_utf8()
    try:
        app()
    except UhcLlmError as error:
        _report(error)
        sys.exit(error.exit_code)
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        # The reader has seen enough (`| head`). Typer and rich end with 1 then, which here means
        # that a fact was rejected; and what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
