"""What a provider's refusal means: its exceptions, turned into errors of this library."""

import json
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NamedTuple

from pydantic import ValidationError

from uhc_llm.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ContextLengthError,
    ModelNotFoundError,
    ProviderError,
    QuotaExhaustedError,
    RateLimitError,
    RequestRefusedError,
    RequestTimeoutError,
    SchemaRefusedError,
    ServerError,
    UhcLlmError,
)
from uhc_llm.llm.transport.redaction import redact
from uhc_llm.llm.transport.refusals import Refusal, read_refusal

__all__ = ["LONGEST_WAIT", "ErrorToldError", "Failure", "first_error", "one_line", "understand"]

LONGEST_WAIT: Final = 120.0
"""Seconds; a provider that asks for a longer pause is not waited for."""

_LONGEST_MESSAGE: Final = 300
_MARKUP: Final = re.compile(r"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)
_ABOUT_LENGTH: Final = re.compile(
    r"context[ _](length|window|size)|n_ctx|too many tokens|prompt is too long", re.IGNORECASE
)
_ABOUT_SCHEMA: Final = re.compile(
    r"""
    response_format | json[ _]?schema | json[ _]?object | \bgrammar\b | structured[ ]output
    | \btool_choice\b | \bsupports?[ ]tools?\b | \btool[ ]use\b | \bfunction[ ]calling\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ABOUT_MODEL: Final = re.compile(r"\bmodels?\b", re.IGNORECASE)
_ABOUT_CONTENT: Final = re.compile(
    r"""
    content[ _-]?(filter|management|policy) | responsible[ ]?ai | \bmoderation\b
    | \b(input|prompt|request)[ ]was[ ](flagged|blocked)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ABOUT_QUOTA: Final = re.compile(
    r"""
    \binsufficient[ _](quota|credits?|balance|funds)\b | \bcurrent[ ]quota\b
    | \bplan[ ]and[ ]billing\b | \bbilling[ _](hard[ _])?limit\b
    | \bcredit[ ]balance\b | \bout[ ]of[ ]credits\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ABOUT_THE_DAY: Final = re.compile(r"\bper[ -]day\b|\bdaily\b|\b[RT]PD\b", re.IGNORECASE)
_NO_QUOTA: Final = "insufficient_quota"


@dataclass(frozen=True)
class Failure:
    """Why a request failed.

    Attributes:
        error: the error for the caller.
        transient: the same request may succeed a little later.
        wait: seconds that the provider asks to wait, if it says so.
        refusal: what it said; None when it said nothing.
    """

    error: UhcLlmError
    transient: bool = False
    wait: float | None = None
    refusal: Refusal | None = None


class ErrorToldError(Exception):
    """An error that came with HTTP 200, in the form in which those of an SDK are read.

    Args:
        status: that it would have had.
        body: the error.
    """

    def __init__(self, status: int, body: object) -> None:
        super().__init__(f"error {status} in an answer with HTTP 200")
        self.status_code = status
        self.body = body


class _Rule(NamedTuple):
    applies: Callable[[Refusal], bool]
    error: type[ProviderError]
    advice: str
    transient: bool = False


def _status(*statuses: int) -> Callable[[Refusal], bool]:
    return lambda refusal: refusal.status in statuses


def _refused(about: re.Pattern[str], *statuses: int, from_: int = 600) -> Callable[[Refusal], bool]:
    """It has one of these statuses, or one from there on, and speaks of this."""
    return lambda refusal: (
        (refusal.status in statuses or refusal.status >= from_) and refusal.says(about)
    )


def _has_no_quota(refusal: Refusal) -> bool:
    # Google says the same of what is too much a minute, but then how long to wait besides.
    told = _refused(_ABOUT_QUOTA, 403, 429)(refusal) and not _is_soon(refusal.wait)
    return refusal.status == HTTPStatus.PAYMENT_REQUIRED or _NO_QUOTA in refusal.codes or told


def _has_none_today(refusal: Refusal) -> bool:
    return _refused(_ABOUT_THE_DAY, 429)(refusal) and not _is_soon(refusal.wait)


def _is_soon(wait: float) -> bool:
    return 0 < wait <= LONGEST_WAIT


_RULES: Final = (  # the first that applies
    _Rule(
        _has_no_quota,
        QuotaExhaustedError,
        "The account's quota is used up, and waiting does not mend that: see its plan and billing",
    ),
    _Rule(
        _has_none_today,
        QuotaExhaustedError,
        "The account's quota for the day is used up: run the same again when it has one anew",
    ),
    _Rule(
        _refused(_ABOUT_CONTENT, 400, 403, 422, 451),
        RequestRefusedError,
        "The provider's content filter does not let this text pass: use another provider for it",
    ),
    _Rule(
        _refused(_ABOUT_SCHEMA, 404),
        SchemaRefusedError,
        "Use a model that supports structured output",
    ),
    _Rule(
        lambda refusal: (
            "model_not_found" in refusal.codes
            or (refusal.status == HTTPStatus.NOT_FOUND and refusal.says(_ABOUT_MODEL))
        ),
        ModelNotFoundError,
        "Check the model's name, and that the account may use it",
    ),
    _Rule(
        _refused(_MARKUP, 401, 403),
        AuthenticationError,
        "A firewall or a proxy may have answered: check the base URL, and the API key",
    ),
    _Rule(
        lambda refusal: "invalid_api_key" in refusal.codes or _status(401, 403)(refusal),
        AuthenticationError,
        "Check the API key, and that it may use this model",
    ),
    _Rule(
        _status(404, 405),
        RequestRefusedError,
        "There is no chat-completions service at this address: a base URL mostly ends in /v1",
    ),
    _Rule(_status(408), RequestTimeoutError, "Try again later, or raise the timeout", True),
    _Rule(_status(409), ServerError, "Try again later", True),
    _Rule(
        lambda refusal: (
            refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            or _refused(_ABOUT_LENGTH, 400, 422, from_=500)(refusal)
        ),
        ContextLengthError,
        "Split the text, or use a model that reads more",
    ),
    _Rule(
        _refused(_ABOUT_SCHEMA, 400, 422, 501),
        SchemaRefusedError,
        "Use a model that supports structured output (response_format json_schema or json_object)",
    ),
    _Rule(_status(429), RateLimitError, "Ask less at a time, or wait and run the same again", True),
    _Rule(lambda refusal: refusal.status >= 500, ServerError, "Try again later", True),  # noqa: PLR2004
    _Rule(lambda _: True, RequestRefusedError, "The provider does not take this request as it is"),
)


def understand(
    exc: Exception, *, who: str, attempts: int, keys: Iterable[str] = (), where: str = ""
) -> Failure:
    """Turn an exception of a provider's SDK into an error of this library.

    Args:
        exc: what the SDK raised.
        who: the model's name, for the message.
        attempts: how many times the request has been sent.
        keys: secrets to keep out of the message.
        where: the address asked, for the message when it cannot be reached.

    Returns:
        The error, and whether to try again. An error of this library anywhere in the chain of
        causes is passed on as it is.
    """
    causes = list(_chain(exc))
    for cause in causes:
        if isinstance(cause, UhcLlmError):
            return Failure(cause)
    kinds = {kind.__name__ for cause in causes for kind in type(cause).__mro__}
    times = f" ({attempts} attempts)" if attempts > 1 else ""
    if kinds & {"APITimeoutError", "TimeoutError", "TimeoutException"}:
        message = f"{who}: no answer in time{times}. Try again later, or raise the timeout"
        return Failure(RequestTimeoutError(message, attempts=attempts), transient=True)
    if isinstance(getattr(exc, "status_code", None), int):
        return _understand_status(exc, who=who, attempts=attempts, keys=keys)
    if kinds & {"APIConnectionError", "ConnectError", "ConnectionError", "TransportError"}:
        reason, advice = _unreached(causes[-1])
        message = (
            f"{who}: no connection to {redact(where, keys) or 'the provider'}{times}: "
            f"{redact(reason, keys)}. {advice}"
        )
        return Failure(ConnectionFailedError(message, attempts=attempts), transient=True)
    if isinstance(exc, json.JSONDecodeError):
        message = f"{who}: the answer is no JSON ({exc}). Check the base URL: it mostly ends in /v1"
        return Failure(ServerError(message, status=HTTPStatus.OK, attempts=attempts))
    reason = redact(one_line(f"{type(exc).__name__}: {exc}"), keys)
    return Failure(ProviderError(f"{who}: the request failed: {reason}", attempts=attempts))


def _unreached(cause: BaseException) -> tuple[str, str]:
    """Why there is no connection, and what to do."""
    if isinstance(cause, ConnectionRefusedError):
        return "nothing listens there", "Start the server, or check the base URL"
    if isinstance(cause, socket.gaierror):
        known = f"the name of the host is not known ({one_line(str(cause.strerror))})"
        return known, "Check the base URL and the network"
    reason = one_line(str(cause) or type(cause).__name__)
    return reason, "Check the network and the base URL"


def first_error(exc: Exception) -> str:
    """What is wrong with an answer, on one line: pydantic's first complaint, with its place."""
    if not isinstance(exc, ValidationError):
        return one_line(str(exc))
    error = exc.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(map(str, error["loc"]))
    return one_line(f"{where}: {error['msg']}" if where else error["msg"])


def one_line(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    """`text` on one line and not too long, fit for a message."""
    if _MARKUP.match(text):
        return "(a web page)"
    line = " ".join(text.split()).rstrip(". ")
    return line if len(line) <= longest else f"{line[:longest]}..."


def _understand_status(exc: Exception, *, who: str, attempts: int, keys: Iterable[str]) -> Failure:
    refusal = read_refusal(exc)
    rule = next(rule for rule in _RULES if rule.applies(refusal))
    wait = refusal.wait
    transient = {"true": True, "false": False}.get(
        refusal.headers.get("x-should-retry", ""), rule.transient
    )
    advice = rule.advice
    if transient and wait > LONGEST_WAIT:
        transient = False
        advice = f"It asks to wait {wait:.0f} s (Retry-After), so run the same again after that"
    times = f", {attempts} attempts" if attempts > 1 else ""
    kind = "error" if isinstance(exc, ErrorToldError) else "HTTP"
    said = redact(one_line(refusal.message), keys)
    message = f"{who}: {said or 'no reason given'} ({kind} {refusal.status}{times}). {advice}"
    error = rule.error(message, status=refusal.status, attempts=attempts)
    error.retry_after = wait or None
    return Failure(error, transient, wait or None, refusal)


def _chain(exc: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = exc
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
