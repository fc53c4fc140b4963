"""What goes into a ledger and comes out of it: documents, attempts, counts."""

import logging
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from uhc_llm.documents import Document
from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    InputError,
    ModelNotFoundError,
    QuotaExhaustedError,
    UhcLlmError,
)
from uhc_llm.schemas import Extraction, Usage

__all__ = [
    "LASTING",
    "TRANSIENT",
    "Attempt",
    "Counts",
    "InputProblem",
    "State",
    "Totals",
    "Work",
    "place_of",
    "why_unreadable",
]

logger = logging.getLogger(__name__)

_NO_USAGE: Final = Usage()
_LONGEST: Final = 200
# A name that ends in more digits than a line number has is no place in a table.
_LINE: Final = re.compile(r"(?P<path>.+):(?P<line>[0-9]{1,12})", re.DOTALL)

State = Literal["waiting", "running", "done", "failed"]

TRANSIENT: Final = frozenset(
    {"ConnectionFailedError", "RateLimitError", "RequestTimeoutError", "ServerError"}
)
"""Kinds of errors that lie with the provider: the same document may pass another time."""

LASTING: Final = (
    ConfigurationError,
    AuthenticationError,
    ModelNotFoundError,
    QuotaExhaustedError,
)
"""Errors that every other document would meet too: they end a run, and mark nothing failed."""


class Work(NamedTuple):
    """A document that is asked for.

    Attributes:
        key: as `uhc_llm.batch.keys.work_key` makes it.
        document: what is to be read.
        source: which input it is: a path, or that of a table with the line.
    """

    key: str
    document: Document
    source: str


class InputProblem(NamedTuple):
    """An input that cannot be read; `line` is 0 when it is the whole of it."""

    source: str
    line: int
    error: str


def place_of(source: str) -> tuple[str, int]:
    """The file that a source names, and the line; 0 when it is the whole of it."""
    found = _LINE.fullmatch(source)
    return (found["path"], int(found["line"])) if found else (source, 0)


def why_unreadable(source: str, error: Exception) -> str:
    """What to say of an input that cannot be read, whatever happened: it does not stop the rest.

    Args:
        source: which input it is.
        error: what reading it raised.

    Raises:
        UhcLlmError: it does not lie with this input, as where an extra is missing.
    """
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, UhcLlmError):
        raise error
    if isinstance(error, OSError | EOFError | zlib.error):
        said = getattr(error, "strerror", None) or str(error)
        return f"it cannot be read to its end ({said}): check that the file is whole"
    logger.debug("%s cannot be read", source, exc_info=error)
    return (
        f"it cannot be read, and the program does not know why ({type(error).__name__}: "
        f"{str(error)[:_LONGEST]}): report this, with the input"
    )


@dataclass(frozen=True)
class Attempt:
    """What became of one document, this time.

    Attributes:
        key: of the document's work.
        started_at: when it was taken up.
        ended_at: when it was done, or failed.
        extraction: what came out; None when it failed.
        error: what went wrong; None when it is done.
        requests: sent, transport retries included.
        usage: tokens of all answers, those of no use included.
        cost: US dollars; None when the price is not known.
        model: as the provider names it.
    """

    key: str
    started_at: datetime
    ended_at: datetime
    extraction: Extraction | None = None
    error: Exception | None = None
    requests: int = 0
    usage: Usage = _NO_USAGE
    cost: float | None = None
    model: str | None = None

    @property
    def outcome(self) -> Literal["done", "failed"]:
        """Whether something came out."""
        return "failed" if self.extraction is None else "done"


class Counts(NamedTuple):
    """How many documents there are, by state, and how many inputs could not be read."""

    waiting: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    input_errors: int = 0

    @property
    def documents(self) -> int:
        """All of them."""
        return self.waiting + self.running + self.done + self.failed


class Totals(NamedTuple):
    """What all attempts took, failed ones included; `cost` is that of those with a known price."""

    attempts: int
    requests: int
    usage: Usage
    cost: float
    unpriced: int
