"""What the program warns of while it reads: a damaged character, a page without text."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from uhc_llm.cli.common import say, told
from uhc_llm.language import current

__all__ = ["warnings_told"]


@contextmanager
def warnings_told() -> Iterator[None]:
    """Say warnings in the language that is spoken; with English, Python writes them as they are."""
    if current() == "en":
        yield
        return
    log, telling = logging.getLogger("uhc_llm"), _Telling(logging.WARNING)
    log.addHandler(telling)
    try:
        yield
    finally:
        log.removeHandler(telling)


class _Telling(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(told(record.getMessage()), "default")
