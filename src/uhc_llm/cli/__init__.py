"""The command line of `uhc-llm`: a module for each of its commands.

Exit codes: 0 done; 1 `verify` rejected a fact; 2 the command was called wrongly; 3 an input cannot
be read; 4 something is not set up; 5 the model's provider failed; 6 the model's answer was of no
use; 7 `batch` would cost more than it may; 130 a signal ended `batch`.
"""

import atexit
import gc
import io
import os
import sys
from collections.abc import Sequence

from uhc_llm.cli import (  # noqa: F401 - each adds its commands to the program
    batch,
    evaluate,
    export,
    extract,
    panel,
    report,
    review,
    scan,
    verify,
)
from uhc_llm.cli.app import app
from uhc_llm.cli.common import say_error
from uhc_llm.cli.retries import retries_told
from uhc_llm.cli.warnings import warnings_told
from uhc_llm.errors import UhcLlmError
from uhc_llm.language import Language, named, of_environment, speaking

__all__ = ["app", "main"]


def _speak_utf8() -> None:
    """Write UTF-8 into files and pipes, as JSON must be, and on a terminal whatever it can show."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")


def _language_asked_for(arguments: Sequence[str]) -> Language | None:
    """What `--lang` says before the command: helps are built before the options are read."""
    asked = None
    given = iter(arguments)
    for each in given:
        if not each.startswith("-"):
            break
        name, equals, value = each.partition("=")
        if name == "--lang":
            asked = named(value if equals else next(given, ""))
    return asked


def main() -> None:
    """Run the command line; errors of ours end it with their exit code, without a traceback."""
    _speak_utf8()
    # Looking through all modules for rubbish would take half a second more at the end.
    atexit.register(gc.freeze)
    with speaking(_language_asked_for(sys.argv[1:]) or of_environment()):
        _run()


def _run() -> None:
    try:
        with retries_told(), warnings_told():
            app()
    except UhcLlmError as error:
        say_error(error)
        sys.exit(error.exit_code)
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        # The reader has seen enough (`| head`). Typer and rich end with 1 then, which here means
        # that a fact was rejected; and what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
