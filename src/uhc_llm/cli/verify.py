"""`uhc-llm verify` and `uhc-llm rules`."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer
from rich.console import Console

from uhc_llm.cli.app import app
from uhc_llm.cli.common import Published, ShortFormat, default_format, print_json, read
from uhc_llm.errors import ConfigurationError, InputError
from uhc_llm.schemas import Severity

if TYPE_CHECKING:
    from uhc_llm.verifier import RuleBook


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
    published: Published = None,
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
    document = read(text, published)
    verification = verify_facts(document, _facts(read(facts, None).text, facts), rules=book)
    if (format or default_format()) == "json":
        print_json(verification.model_dump(mode="json"))
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
