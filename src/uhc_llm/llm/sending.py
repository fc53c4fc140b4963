"""One question to a model: sent, sent again when the wire fails, counted, and looked at.

Two kinds of trying again are kept apart. Here a request is repeated as it is, because the provider
did not answer it. Asking again because the answer is wrong is instructor's part: it calls `send`
once for every answer that it wants.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from uhc_llm.errors import (
    EmptyAnswerError,
    OutputError,
    ServerError,
    Spent,
    TruncatedAnswerError,
    UnusableAnswerError,
)
from uhc_llm.llm.asking import Gate, Message
from uhc_llm.llm.failures import Failure, one_line, understand
from uhc_llm.llm.redaction import redact
from uhc_llm.schemas import Usage

__all__ = ["Create", "Exchange", "Sleep", "Wire"]

Create = Callable[..., Awaitable[Any]]
Sleep = Callable[[float], Awaitable[None]]

_log = logging.getLogger(__name__)

_FIRST_WAIT: Final = 1.0
_LONGEST_BACKOFF: Final = 30.0
# A request that is refused so often may be one that is too much by itself.
_MOST_EXCUSED: Final = 100
_LINK: Final = "For further information visit https://"


class _SendingFailed(Exception):  # noqa: N818 (never leaves this module)
    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure.error))
        self.failure = failure


@dataclass(frozen=True)
class Wire:
    """How requests travel.

    Attributes:
        create: sends one request and returns the answer, or raises what the SDK raises.
        chat: the provider answers in the form of chat completions.
        who: the model's name, for messages.
        where: the address asked, for messages.
        keys: secrets to keep out of messages.
        attempts: how often a request is sent before giving up, besides what the gate excuses.
        timeout: seconds for one request, from sending to the last byte.
        sleep: waits between attempts.
        gate: what every request passes on its way out.
    """

    create: Create
    chat: bool
    who: str
    where: str
    keys: frozenset[str]
    attempts: int
    timeout: float
    sleep: Sleep
    gate: Gate | None = None


class Exchange:
    """All requests that one question takes, and what they cost.

    Attributes:
        requests: HTTP requests sent.
        answers: answers received.
        usage: tokens of all answers.
        model: the model, as the provider names it.
    """

    def __init__(self, wire: Wire, messages: Iterable[Message]) -> None:
        self.requests = 0
        self.answers = 0
        self.usage = Usage()
        self.model = ""
        self._wire = wire
        self._question = len(list(messages))
        self._excused = 0

    @property
    def spent(self) -> Spent:
        """All of it, as an error says it."""
        used = self.usage
        tokens = (used.input_tokens, used.output_tokens, used.cached_tokens)
        return Spent(self.requests, self.answers, *tokens)

    async def send(self, **request: Any) -> Any:  # noqa: ANN401 (whatever the SDK answers)
        """Get one answer.

        Raises:
            ProviderError: no answer could be had.
            OutputError: the answer is cut off, empty or refused, which asking again does not mend.
        """
        request["messages"] = self._without_links(request["messages"])
        response = await self._with_retries(request)
        self._check_form(response)
        self._count(response)
        self._look_at(response)
        return response

    def _without_links(self, messages: list[Message]) -> list[Message]:
        """Drop pydantic's links from re-asking messages: they tell a model nothing."""
        asked, added = messages[: self._question], messages[self._question :]
        return asked + [
            {
                **message,
                "content": "\n".join(
                    line for line in message["content"].splitlines() if _LINK not in line
                ),
            }
            if message.get("role") == "user" and isinstance(message.get("content"), str)
            else message
            for message in added
        ]

    async def _with_retries(self, request: dict[str, Any]) -> Any:  # noqa: ANN401
        sent_before, excused_before = self.requests, self._excused

        def is_enough(state: RetryCallState) -> bool:
            excused = min(self._excused - excused_before, _MOST_EXCUSED)
            return state.attempt_number - excused >= self._wire.attempts

        retrying = AsyncRetrying(
            stop=is_enough,
            retry=retry_if_exception(
                lambda exc: isinstance(exc, _SendingFailed) and exc.failure.transient
            ),
            wait=_wait,
            sleep=self._wire.sleep,
            before_sleep=self._announce,
            reraise=True,
        )
        try:
            async for attempt in retrying:
                with attempt:
                    return await self._once(request, sent_before)
        except _SendingFailed as failed:
            error = failed.failure.error
            raised_before = error.__traceback__ is not None  # one of ours, passed through an SDK
            raise error from (error.__cause__ if raised_before else failed.__cause__)
        raise AssertionError("a retrying loop ends with an answer or an error")

    async def _once(self, request: dict[str, Any], sent_before: int) -> Any:  # noqa: ANN401
        gate = self._wire.gate
        if gate is None:
            return await self._sent(request, sent_before)
        characters = sum(len(str(message.get("content"))) for message in request["messages"])
        await gate.enter(characters)
        usage, error = None, None
        try:
            response = await self._sent(request, sent_before)
            usage = _usage(response)
        except _SendingFailed as failed:
            error = failed.failure.error
            self._excused += gate.excuses(error)
            raise
        finally:
            gate.leave(characters, usage, error)
        await gate.take_up()
        return response

    async def _sent(self, request: dict[str, Any], sent_before: int) -> Any:  # noqa: ANN401
        self.requests += 1
        try:
            async with asyncio.timeout(self._wire.timeout):
                return await self._wire.create(**request)
        except Exception as exc:  # noqa: BLE001 (each SDK has its own; `understand` knows them)
            failure = understand(
                exc,
                who=self._wire.who,
                where=self._wire.where,
                attempts=self.requests - sent_before,
                keys=self._wire.keys,
            )
            # An SDK's own text may repeat the key, so it is chained only when it does not.
            shown = str(exc)
            clean = redact(shown, self._wire.keys) == shown
            raise _SendingFailed(failure) from (exc if clean else None)

    def _announce(self, state: RetryCallState) -> None:
        reason = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        _log.info("%s; attempt %d in %.1f s", reason, state.attempt_number + 1, pause)

    def _check_form(self, response: object) -> None:
        if not self._wire.chat:
            return
        choices = getattr(response, "choices", None)
        if isinstance(choices, list) and choices and getattr(choices[0], "message", None):
            return
        error = getattr(response, "error", None)
        said = error.get("message", error) if isinstance(error, dict) else error or response
        raise ServerError(
            f"{self._wire.who}: the answer is no chat completion: "
            f"{redact(one_line(str(said), 120), self._wire.keys)}. "
            "Check the base URL: it mostly ends in /v1",
            status=200,
            attempts=self.requests,
        )

    def _count(self, response: object) -> None:
        self.answers += 1
        self.model = str(getattr(response, "model", None) or self.model)
        self.usage += _usage(response)

    def _look_at(self, response: Any) -> None:  # noqa: ANN401
        if not self._wire.chat:
            return
        choice = response.choices[0]
        message = choice.message
        refusal = getattr(message, "refusal", None)
        if refusal or choice.finish_reason == "content_filter":
            said = redact(one_line(str(refusal or "stopped by its content filter")))
            raise self._unfit(UnusableAnswerError, f"the model refuses to answer: {said}")
        if choice.finish_reason == "length":
            raise self._unfit(
                TruncatedAnswerError,
                "the answer was cut off at the token limit. Split the text, or allow more tokens",
            )
        called = getattr(message, "tool_calls", None) or getattr(message, "function_call", None)
        if not called and not str(message.content or "").strip():
            raise self._unfit(
                EmptyAnswerError, "the answer is empty. Try again, or use another model"
            )

    def _unfit(self, kind: type[OutputError], text: str) -> OutputError:
        return kind(f"{self._wire.who}: {text}", attempts=self.answers)


def _wait(state: RetryCallState) -> float:
    """What the provider asks for; otherwise twice as long every time. Never all at once."""
    jitter = random.random()  # noqa: S311 (spreads clients out, guards nothing)
    failed = state.outcome.exception() if state.outcome else None
    if isinstance(failed, _SendingFailed) and failed.failure.wait is not None:
        return failed.failure.wait + jitter
    backoff: float = min(_LONGEST_BACKOFF, _FIRST_WAIT * 2 ** (state.attempt_number - 1))
    return backoff * (0.5 + jitter / 2)


def _usage(response: object) -> Usage:
    used = getattr(response, "usage", None)
    details = getattr(used, "prompt_tokens_details", None)
    return Usage(
        input_tokens=_first(used, "prompt_tokens", "input_tokens"),
        output_tokens=_first(used, "completion_tokens", "output_tokens"),
        cached_tokens=_first(details, "cached_tokens") or _first(used, "cache_read_input_tokens"),
    )


def _first(holder: object, *names: str) -> int:
    for name in names:
        value = getattr(holder, name, None)
        if isinstance(value, int):
            return value
    return 0
