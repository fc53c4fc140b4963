"""What is said while a model's provider does not answer: a line a try."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from uhc_llm.cli.common import say, told
from uhc_llm.language import _

__all__ = ["retries_told"]

_SENDING: Final = "uhc_llm.llm.transport.sending"
_GRACE: Final = 5.0  # seconds in which the next try has failed too


@contextmanager
def retries_told() -> Iterator[None]:
    """Say on standard error that a request failed and is sent again, how often and until when."""
    log, telling = logging.getLogger(_SENDING), _Telling()
    before = log.level
    log.addHandler(telling)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(before)
        log.removeHandler(telling)


class _Telling(logging.Handler):
    """Says each try once, however many articles wait for the same one."""

    def __init__(self) -> None:
        super().__init__()
        self._why = ""
        self._number = 0
        self._until = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        retry = getattr(record, "retry", None)
        if retry is None:
            return
        now, why = time.monotonic(), type(retry.reason).__name__
        is_same = why == self._why and now < self._until
        if is_same and retry.number <= self._number:
            return
        plan = told(retry.plan)
        if is_same:
            say(_("still no answer. {plan}", plan=plan), "yellow")
        else:
            say(f"{told(str(retry.reason))}. {plan}", "yellow")
        self._why, self._number = why, retry.number
        self._until = now + retry.pause + _GRACE
