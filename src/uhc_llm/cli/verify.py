"""`uhc-llm verify` and `uhc-llm rules`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer
from rich.console import Console

from uhc_llm.cli.app import Command, app
from uhc_llm.cli.claimed_facts import claimed_facts
from uhc_llm.cli.common import (
    Certainty,
    Precision,
    Published,
    ShortFormat,
    default_format,
    print_json,
    read,
    read_text,
    told,
)
from uhc_llm.errors import ConfigurationError
from uhc_llm.language import _
from uhc_llm.promise import PROMISE, Promise
from uhc_llm.schemas import Severity

if TYPE_CHECKING:
    from uhc_llm.verifier import RuleBook


@app.command(cls=Command)
def verify(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="The article; `-` is standard input.")
    ],
    facts: Annotated[
        str,
        typer.Argument(
            metavar="FACTS",
            help="A list of facts (JSON), one a line (JSON lines), or a CSV; also what `extract` "
            "and `export` write. Each needs value, unit and metric; status, region, period, "
            "segment and quote are checked where given.",
        ),
    ],
    *,
    format: Annotated[  # noqa: A002
        ShortFormat | None,
        typer.Option("--format", "-f", help="Default: `table` on a terminal, else `json`."),
    ] = None,
    published: Published = None,
    id: Annotated[  # noqa: A002
        str | None,
        typer.Option(
            metavar="ID", help="Of the article in FACTS. Default: the file's name, or the only one."
        ),
    ] = None,
    precision: Precision = PROMISE.precision,
    certainty: Certainty = PROMISE.certainty,
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

    Of a file on several articles those facts are taken that are of this one, by its id.
    """
    from uhc_llm.display import verification_report
    from uhc_llm.scanner import scan
    from uhc_llm.verifier import check_promise, verify_reading

    book = _changed_rules(rule or ())
    promise = Promise(precision, certainty)
    check_promise(promise)

    if text == facts == "-":
        raise typer.BadParameter(_("TEXT and FACTS cannot both be standard input"))
    document = read(text, published)
    reading = scan(document)
    claimed = claimed_facts(read_text(facts).text, facts, reading, article=document.id, chosen=id)
    verification = verify_reading(reading, claimed, rules=book, promise=promise)
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
        name, _equals, severity = change.partition("=")
        try:
            if severity == "off":
                book = book.without(name)
            elif severity in get_args(Severity):
                book = book.with_severity(name, cast("Severity", severity))
            else:
                raise typer.BadParameter(
                    _(
                        "{change!r}: write NAME=off, NAME=info, NAME=warning or NAME=error",
                        change=change,
                    ),
                    param_hint="--rule",
                )
        except ConfigurationError as error:
            raise typer.BadParameter(told(str(error)), param_hint="--rule") from error
    return book


@app.command(cls=Command)
def rules() -> None:
    """List the rules that `verify` and `extract` follow, with their severities."""
    from uhc_llm.display import rules_table
    from uhc_llm.verifier import RULES

    Console().print(rules_table(RULES))
