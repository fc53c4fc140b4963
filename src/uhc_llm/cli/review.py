"""`uhc-llm review`."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from uhc_llm.cli.app import Command, app
from uhc_llm.cli.common import say
from uhc_llm.errors import MissingExtraError
from uhc_llm.language import Language, _


@app.command(cls=Command)
def review(
    run: Annotated[Path, typer.Argument(metavar="RUN.db", help="The file of a run.")],
    *,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65_535,
            help="0 is any that is free. Default: 8765, or any that is free where it is taken.",
        ),
    ] = None,
    reviewer: Annotated[
        str | None,
        typer.Option(help="The name that decisions carry. Default: the system's user name."),
    ] = None,
    lang: Annotated[
        Language | None,
        typer.Option(
            metavar="en|id",
            help="The language of the pages, until another one is chosen there. "
            "Default: what the browser asks for.",
        ),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Check the facts of a run on a page in the browser: accept, correct, reject, add.

    `uhc-llm review run.db`

    The page is for this machine alone, and for those who have its address with the token. Every
    decision is kept in the run's file with who made it and when; `export` carries them. Works
    beside `batch`, and beside other reviewers. Ctrl-C ends it.
    """
    try:
        import python_multipart  # noqa: F401 - starlette misses it only when a form comes

        from uhc_llm.review import Serving
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in {"starlette", "uvicorn", "python_multipart"}:
            raise
        raise MissingExtraError("the review", "review") from error
    from uhc_llm.batch.ledger import Ledger

    with (
        Ledger.review(run) as ledger,
        Serving(ledger, reviewer=reviewer or _user(), language=lang, port=port) as page,
    ):
        told = _("reviewing {run}; Ctrl-C ends it", run=run)
        say(f"{told}\n{page.address}", style="default")
        if browser:
            page.open_browser()
        page.run()


def _user() -> str:
    """The system's name for whoever runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may know no names
        return "reviewer"
