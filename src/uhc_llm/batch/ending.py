"""What ends a run before everything is done, and what a document may take that is not begun yet."""

from http import HTTPStatus
from typing import Final, Literal, NamedTuple

from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    ModelNotFoundError,
    QuotaExhaustedError,
    RequestRefusedError,
    SchemaRefusedError,
    UhcLlmError,
)
from uhc_llm.schemas import Usage

__all__ = ["Ending", "Reason", "expected_usage", "is_fatal", "is_forbidden"]

Reason = Literal["all", "limit", "signal", "max_cost", "error"]
"""Why a run ended: all is done, the limit is reached, a signal, the money, or an error."""

_NO_SERVICE: Final = frozenset({404, 405})
# Of a question, before any answer tells better: the prompt, and what an answer takes.
_PROMPT_TOKENS: Final = 1200
_ANSWER_TOKENS: Final = 400
_CHARACTERS_A_TOKEN: Final = 3


class Ending(NamedTuple):
    """Why a run ended, and the error that ended it."""

    reason: Reason
    error: UhcLlmError | None = None


def is_fatal(error: Exception, *, succeeded: bool = False) -> bool:
    """Whether an error would meet every document alike, so that it ends the run.

    Args:
        error: what one document met.
        succeeded: another document has been answered, so that the address and the schema are right,
            and the key may use the model: who forbids something then forbids it for this document.
    """
    if succeeded and is_forbidden(error):
        return False
    lasting = (ConfigurationError, AuthenticationError, ModelNotFoundError, QuotaExhaustedError)
    if isinstance(error, lasting):
        return True
    if succeeded:
        return False
    wrong_address = isinstance(error, RequestRefusedError) and error.status in _NO_SERVICE
    return wrong_address or isinstance(error, SchemaRefusedError)


def is_forbidden(error: Exception) -> bool:
    """Whether the provider knows the key, and does not let it do this."""
    return isinstance(error, AuthenticationError) and error.status == HTTPStatus.FORBIDDEN


def expected_usage(characters: int) -> Usage:
    """Tokens that a document of so many characters may take, at a guess."""
    given = _PROMPT_TOKENS + characters // _CHARACTERS_A_TOKEN
    return Usage(input_tokens=given, output_tokens=_ANSWER_TOKENS)
