"""What a provider's refusal means: its exceptions, turned into errors of this library.

The SDKs of all providers that speak chat completions are generated alike, so exceptions are read
by their attributes (`status_code`, `response`, `body`), and no SDK is imported here.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, NamedTuple

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
from uhc_llm.llm.redaction import redact

__all__ = ["LONGEST_WAIT", "Failure", "first_error", "one_line", "understand", "wait_asked_for"]

LONGEST_WAIT: Final = 120.0
"""Seconds; a provider that asks for a longer pause is not waited for."""

_LONGEST_MESSAGE: Final = 300
_MARKUP: Final = re.compile(r"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)
_ABOUT_LENGTH: Final = re.compile(
    r"context[ _](length|window|size)|n_ctx|too many tokens|prompt is too long", re.IGNORECASE
)
_ABOUT_SCHEMA: Final = re.compile(
    r"response_format|json[ _]?schema|\bgrammar\b|structured output", re.IGNORECASE
)
_ABOUT_MODEL: Final = re.compile(r"\bmodels?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Failure:
    """Why a request failed.

    Attributes:
        error: the error for the caller.
        transient: the same request may succeed a little later.
        wait: seconds that the provider asks to wait, if it says so.
    """

    error: UhcLlmError
    transient: bool = False
    wait: float | None = None


class _Refusal(NamedTuple):
    """An answer with an error status, as far as it can be read."""

    status: int
    message: str
    codes: frozenset[str]
    headers: Mapping[str, str]

    def says(self, about: re.Pattern[str]) -> bool:
        return bool(about.search(self.message) or any(map(about.search, self.codes)))


class _Rule(NamedTuple):
    applies: Callable[[_Refusal], bool]
    error: type[ProviderError]
    advice: str
    transient: bool = False


def _status(*statuses: int) -> Callable[[_Refusal], bool]:
    return lambda refusal: refusal.status in statuses


def _refused(about: re.Pattern[str]) -> Callable[[_Refusal], bool]:
    return lambda refusal: refusal.status in (400, 413, 422) and refusal.says(about)


_RULES: Final = (  # the first that applies
    _Rule(
        lambda refusal: "insufficient_quota" in refusal.codes,
        QuotaExhaustedError,
        "The account's quota is used up, and waiting does not mend that: see its plan and billing",
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
        lambda refusal: _status(413)(refusal) or _refused(_ABOUT_LENGTH)(refusal),
        ContextLengthError,
        "Split the text, or use a model that reads more",
    ),
    _Rule(
        _refused(_ABOUT_SCHEMA),
        SchemaRefusedError,
        "Use a model that supports structured output (response_format json_schema)",
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
        reason = redact(one_line(str(causes[-1]) or type(causes[-1]).__name__), keys)
        message = (
            f"{who}: no connection to {redact(where, keys) or 'the provider'}{times}: {reason}. "
            "Check the network and the base URL"
        )
        return Failure(ConnectionFailedError(message, attempts=attempts), transient=True)
    if isinstance(exc, json.JSONDecodeError):
        message = f"{who}: the answer is no JSON ({exc}). Check the base URL: it mostly ends in /v1"
        return Failure(ServerError(message, status=HTTPStatus.OK, attempts=attempts))
    reason = redact(one_line(f"{type(exc).__name__}: {exc}"), keys)
    return Failure(ProviderError(f"{who}: the request failed: {reason}", attempts=attempts))


def wait_asked_for(headers: Mapping[str, str], *, now: Callable[[], float] = time.time) -> float:
    """Seconds that `retry-after-ms` or `retry-after` ask to wait; 0 when they ask for nothing.

    Args:
        headers: of the answer, names in lower case.
        now: the clock that an HTTP date is held against.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return max(0.0, milliseconds / 1000)
    asked = headers.get("retry-after", "")
    seconds = _number(asked)
    if seconds is None:
        try:
            seconds = parsedate_to_datetime(asked).timestamp() - now()
        except (ValueError, TypeError):
            return 0.0
    return max(0.0, seconds)


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
    refusal = _read(exc)
    rule = next(rule for rule in _RULES if rule.applies(refusal))
    wait = wait_asked_for(refusal.headers)
    transient = {"true": True, "false": False}.get(
        refusal.headers.get("x-should-retry", ""), rule.transient
    )
    advice = rule.advice
    if transient and wait > LONGEST_WAIT:
        transient = False
        advice = f"It asks to wait {wait:.0f} s (Retry-After), so run the same again after that"
    times = f", {attempts} attempts" if attempts > 1 else ""
    said = redact(one_line(refusal.message), keys)
    message = f"{who}: {said or 'no reason given'} (HTTP {refusal.status}{times}). {advice}"
    error = rule.error(message, status=refusal.status, attempts=attempts)
    error.retry_after = wait or None
    return Failure(error, transient, wait or None)


def _read(exc: Any) -> _Refusal:  # noqa: ANN401 (an exception of any SDK)
    headers = getattr(getattr(exc, "response", None), "headers", None) or {}
    body = getattr(exc, "body", None)
    details = body.get("error", body) if isinstance(body, Mapping) else body
    if isinstance(details, Mapping):
        message = str(details.get("message") or details.get("detail") or "")
        codes = {str(details[name]) for name in ("code", "type") if details.get(name)}
    else:
        message, codes = str(details or ""), set()
    return _Refusal(
        status=exc.status_code,
        message=message,
        codes=frozenset(codes),
        headers={str(name).lower(): str(value) for name, value in headers.items()},
    )


def _chain(exc: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = exc
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
