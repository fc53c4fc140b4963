"""One question to a model: sent, sent again when the wire fails, counted, and looked at.

Three kinds of trying again are kept apart. Here a request is repeated as it is, because the
provider did not answer it, or without what the provider does not take. Asking again because the
answer is wrong is instructor's part: it calls `send` once for every answer that it wants.
"""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from uhc_llm.errors import (
    ContextLengthError,
    EmptyAnswerError,
    OutputError,
    RateLimitError,
    SchemaRefusedError,
    ServerError,
    Spent,
    SpentOnThinkingError,
    TruncatedAnswerError,
    UhcLlmError,
    UnusableAnswerError,
)
from uhc_llm.llm.asking import Gate, Message
from uhc_llm.llm.transport.completions import (
    completion_in,
    settle_content,
    thoughts_of,
    was_cut,
    why_no_answer,
)
from uhc_llm.llm.transport.concessions import LIMITS, Concessions, room_for_answer
from uhc_llm.llm.transport.failures import Failure, one_line, understand
from uhc_llm.llm.transport.redaction import redact
from uhc_llm.llm.transport.tokens import counted
from uhc_llm.schemas import Usage

__all__ = ["Create", "Exchange", "Retry", "Sleep", "Wire"]

Create = Callable[..., Awaitable[Any]]
Sleep = Callable[[float], Awaitable[None]]

_log = logging.getLogger(__name__)

_FIRST_WAIT: Final = 1.0
_LONGEST_BACKOFF: Final = 30.0
_MEAN_JITTER: Final = 0.75
# A request that is refused so often may be one that is too much by itself.
_MOST_EXCUSED: Final = 100
# Every parameter of a request may be refused once, and the form of its answer twice.
_MOST_CONCESSIONS: Final = 10
_LINK: Final = "For further information visit https://"


class Retry(NamedTuple):
    """A request that is sent again; the log's record has it as `retry`.

    Attributes:
        reason: why the last try failed.
        number: which try comes next.
        of: how many there are; those that only say when to come back are not counted.
        pause: seconds until it comes.
        last: about how many seconds there are until the last one, if each fails at once.
    """

    reason: UhcLlmError
    number: int
    of: int
    pause: float
    last: float

    def __str__(self) -> str:
        return f"{self.reason}. {self.plan}"

    @property
    def plan(self) -> str:
        """What follows, in words."""
        until = "" if self.number == self.of else f", the last one in about {self.last:.0f} s"
        return f"Try {self.number} of {self.of} comes in {self.pause:.0f} s{until}"


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
        make: makes a chat completion of JSON, in the type of the SDK.
        gate: what every request passes on its way out.
        besides: what every request holds besides.
        concessions: what the provider was found not to take.
    """

    create: Create
    chat: bool
    who: str
    where: str
    keys: frozenset[str]
    attempts: int
    timeout: float
    sleep: Sleep
    make: Callable[[Mapping[str, Any]], Any]
    gate: Gate | None = None
    besides: Mapping[str, Any] = field(default_factory=dict)
    concessions: Concessions = field(default_factory=Concessions)


class Exchange:
    """All requests that one question takes, and what they cost.

    Args:
        wire: how they travel.
        messages: the question.
        fits: whether JSON has the form that is asked for.

    Attributes:
        requests: HTTP requests sent.
        answers: answers received.
        usage: tokens of all answers.
        model: the model, as the provider names it.
    """

    def __init__(
        self, wire: Wire, messages: Iterable[Message], fits: Callable[[str], bool] = bool
    ) -> None:
        self.requests = 0
        self.answers = 0
        self.usage = Usage()
        self.model = ""
        self._wire = wire
        self._fits = fits
        self._question = len(list(messages))
        self._excused = 0
        self._room: int | None = None

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
        request |= self._wire.besides
        response = await self._as_taken(request)
        self._check_form(response, request)
        self._count(response, request)
        self._look_at(response)
        if self._wire.chat:
            tools = request.get("tools")
            tool = tools[0]["function"]["name"] if tools else None
            settle_content(response, self._fits, make=self._wire.make, tool=tool)
            self._look_for_content(response)
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

    async def _as_taken(self, request: dict[str, Any]) -> Any:  # noqa: ANN401
        """Send it, and again without what the provider does not take of it."""
        conceded = 0
        while True:
            fitted = self._fitted(request)
            try:
                return await self._with_retries(fitted)
            except _SendingFailed as failed:
                conceded += 1
                if conceded > _MOST_CONCESSIONS or not self._concede(failed.failure, fitted):
                    error = failed.failure.error
                    raised_before = error.__traceback__ is not None  # ours, through an SDK
                    cause = error.__cause__ if raised_before else failed.__cause__
                    raise error from cause

    def _fitted(self, request: dict[str, Any]) -> dict[str, Any]:
        fitted = self._wire.concessions.fitted(request)
        if self._room is not None:
            for name in LIMITS:
                if name in fitted:
                    fitted[name] = min(fitted[name], self._room)
        return fitted

    def _concede(self, failure: Failure, sent: dict[str, Any]) -> bool:
        """Whether there is another request to send after this refusal."""
        refusal, error = failure.refusal, failure.error
        if refusal is None:
            return False
        if isinstance(error, ContextLengthError):
            room = room_for_answer(refusal)
            limit = next((sent[name] for name in LIMITS if name in sent), 0)
            self._room = room if room is not None and room < limit else None
            return self._room is not None
        about_form = isinstance(error, SchemaRefusedError)
        if self._wire.concessions.learn(refusal, sent, about_form=about_form):
            _log.info("%s; sent again without what was refused", error)
            return True
        if name := self._wire.concessions.chosen_name(refusal, sent):
            error.args = (f"{error}. The option {name!r} may be why: {name}=none leaves it out",)
        return False

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
            sleep=self._rest,
            before_sleep=self._announce,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                return await self._once(request, sent_before)
        raise AssertionError("a retrying loop ends with an answer or an error")

    async def _once(self, request: dict[str, Any], sent_before: int) -> Any:  # noqa: ANN401
        gate = self._wire.gate
        if gate is None:
            return await self._sent(request, sent_before)
        characters = _length(request)
        await gate.enter(characters)
        usage, error = None, None
        try:
            response = await self._sent(request, sent_before)
            usage = counted(response, request)
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
                response = await self._received(request)
            if self._wire.chat and (told := why_no_answer(response)):
                raise told  # noqa: TRY301 (it is understood as if the SDK had raised it)
            return response  # noqa: TRY300
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

    async def _received(self, request: dict[str, Any]) -> Any:  # noqa: ANN401
        """An answer as the SDK hands it out, also where the SDK cannot read it."""
        unread: ValueError | None = None
        try:
            response = await self._wire.create(**request)
        except UnicodeDecodeError as exc:
            response, unread = exc.object, exc
        except json.JSONDecodeError as exc:
            response, unread = exc.doc, exc
        if not (self._wire.chat and isinstance(response, str | bytes)):
            return response
        body = completion_in(response)
        if body is not None:
            return self._wire.make(body)
        if unread is not None:
            raise unread
        return response

    async def _rest(self, seconds: float) -> None:
        gate = self._wire.gate
        await (self._wire.sleep(seconds) if gate is None else gate.rest(seconds))

    def _announce(self, state: RetryCallState) -> None:
        """Say in the log that it is tried again, and how often and until when."""
        failed = state.outcome.exception() if state.outcome else None
        if not isinstance(failed, _SendingFailed):
            return
        pause = state.next_action.sleep if state.next_action else 0.0
        of, number = self._wire.attempts, min(state.attempt_number, self._wire.attempts - 1) + 1
        last = pause + sum(map(_backoff, range(number, of))) * _MEAN_JITTER
        retry = Retry(failed.failure.error, number, of, pause, last)
        # Those who have a gate expect refusals, and it says how many there were.
        is_paced = self._wire.gate is not None and isinstance(retry.reason, RateLimitError)
        _log.info("%s", retry, extra={} if is_paced else {"retry": retry})

    def _check_form(self, response: object, request: dict[str, Any]) -> None:
        if not self._wire.chat:
            return
        choices = getattr(response, "choices", None)
        if isinstance(choices, list) and choices and getattr(choices[0], "message", None):
            return
        if choices == [] and getattr(response, "object", None) == "chat.completion":
            self._count(response, request)
            raise self._unfit(EmptyAnswerError, "the answer is empty. Try again, or another model")
        error = getattr(response, "error", None)
        said = error.get("message", error) if isinstance(error, dict) else error or response
        raise ServerError(
            f"{self._wire.who}: the answer is no chat completion: "
            f"{redact(one_line(str(said), 120), self._wire.keys)}. "
            "Check the base URL: it mostly ends in /v1",
            status=200,
            attempts=self.requests,
        )

    def _count(self, response: object, request: dict[str, Any]) -> None:
        self.answers += 1
        self.model = str(getattr(response, "model", None) or self.model)
        self.usage += counted(response, request)

    def _look_at(self, response: Any) -> None:  # noqa: ANN401
        if not self._wire.chat:
            return
        choice = response.choices[0]
        message = choice.message
        refusal = getattr(message, "refusal", None)
        if refusal or choice.finish_reason == "content_filter":
            why = one_line(str(refusal or "stopped by its content filter"))
            said = redact(why, self._wire.keys)
            raise self._unfit(UnusableAnswerError, f"the model refuses to answer: {said}")
        if was_cut(choice):
            raise self._cut_off(response)

    def _cut_off(self, response: Any) -> OutputError:  # noqa: ANN401
        message = response.choices[0].message
        details = getattr(response.usage, "completion_tokens_details", None)
        has_thought = thoughts_of(message) or getattr(details, "reasoning_tokens", None)
        if has_thought and not message.content:
            return self._unfit(
                SpentOnThinkingError,
                "the model used up the token limit with thinking, and has not answered. Allow more "
                "with --option max_output_tokens=16000, or less thinking with --option "
                "reasoning_effort=low",
            )
        return self._unfit(
            TruncatedAnswerError,
            "the answer was cut off at the token limit. Split the text, or allow more tokens: "
            "--option max_output_tokens=16000",
        )

    def _look_for_content(self, response: Any) -> None:  # noqa: ANN401
        message = response.choices[0].message
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
    return _backoff(state.attempt_number) * (0.5 + jitter / 2)


def _backoff(failed: int) -> float:
    """Seconds to wait at most after so many tries."""
    return min(_LONGEST_BACKOFF, _FIRST_WAIT * 2.0 ** (failed - 1))


def _length(request: Mapping[str, Any]) -> int:
    """How many characters a request has for the model to read."""
    return sum(len(str(message.get("content"))) for message in request.get("messages", ()))
