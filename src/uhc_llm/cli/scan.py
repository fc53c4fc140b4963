"""`uhc-llm scan`."""

from typing import Annotated

import typer
from rich.console import Console

from uhc_llm.cli.app import Command, app
from uhc_llm.cli.common import InputPath, Published, ShortFormat, default_format, print_json, read


@app.command(cls=Command)
def scan(
    path: InputPath,
    *,
    format: Annotated[  # noqa: A002
        ShortFormat | None,
        typer.Option("--format", "-f", help="Default: `table` on a terminal, else `json`."),
    ] = None,
    published: Published = None,
) -> None:
    """Show every number, period and region that the code finds in a text; no model is asked.

    `uhc-llm scan article.txt --format json`
    """
    from uhc_llm.display import reading_table
    from uhc_llm.scanner import scan as scan_text

    reading = scan_text(read(path, published))
    if (format or default_format()) == "json":
        print_json(reading.model_dump(mode="json"))
    else:
        Console().print(reading_table(reading))
