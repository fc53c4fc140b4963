"""How fast requests may go: so many at once, so many a minute, and slower when they are refused.

A provider that refuses (429, 503) is asked by half as many at once; each answer then lets a little
more through again, until it is as many as before (additive increase, multiplicative decrease). When
it says how long to wait, everybody waits; then one tries, and the others follow when it has come
back. Such a refusal costs a document no attempt while others are answered. Answers are read one at
a time.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from http import HTTPStatus
from typing import Final

from uhc_llm.errors import ProviderError
from uhc_llm.schemas import Usage

__all__ = ["Pace"]

_TOO_MANY: Final = HTTPStatus.TOO_MANY_REQUESTS
_REFUSALS: Final = frozenset({_TOO_MANY, 503, 529})
_MINUTE: Final = 60.0
# So much of a minute's share may go at once: what was not used in the last seconds.
_SLACK: Final = 1.0
_LONGEST_PAUSE: Final = 120.0
_LONGEST_NAP: Final = 0.5
# A provider that has answered nobody for so long since it refused will not soon.
_PATIENCE: Final = 600.0
_DECREASE: Final = 0.5
# So many more at once after each has been answered once.
_INCREASE: Final = 4.0
# Passes of the event loop in which a request surely gets onto the wire; it needs some fifteen.
_PASSES: Final = 40
_CHARACTERS_A_TOKEN: Final = 3.0  # of Indonesian and JSON, before an answer tells better


_asked: ContextVar[list[None] | None] = ContextVar("asked", default=None)
"""A mark for each request of this task's document that is under way or was answered."""


class _Allowance:
    """So much a minute, evenly: what has been taken must have become due before more is."""

    def __init__(self, a_minute: float | None) -> None:
        self._a_minute = a_minute
        self._due = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until something may be taken."""
        return max(0.0, self._due - _SLACK - now)

    def take(self, amount: float, now: float) -> None:
        if self._a_minute is not None:
            self._due = max(self._due, now) + amount * _MINUTE / self._a_minute

    def correct(self, amount: float) -> None:
        """So much more was taken than had been said; less, where it is negative."""
        if self._a_minute is not None:
            self._due += amount * _MINUTE / self._a_minute


class Pace:
    """The gate that all requests of a run pass (`uhc_llm.llm.asking.Gate`).

    Args:
        concurrency: how many requests may be under way at once.
        rpm: requests a minute; None is no limit.
        tpm: tokens a minute, of questions and answers together; None is no limit.
        clock: in seconds.
        sleep: waits so many seconds.

    Attributes:
        refusals: how many requests the provider refused for being too many.
    """

    def __init__(
        self,
        concurrency: int,
        *,
        rpm: float | None = None,
        tpm: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.refusals = 0
        self._most = float(max(1, concurrency))
        self._limit = self._most
        self._requests = _Allowance(rpm)
        self._tokens = _Allowance(tpm)
        self._clock = clock
        self._sleep = sleep
        self._inside = 0
        self._resumes = float("-inf")
        self._must_try = self._is_trying = False
        self._refused_since = float("inf")
        self._slowed_at = float("-inf")
        self._tokens_a_character = 1 / _CHARACTERS_A_TOKEN
        self._closed = False
        self._turn = asyncio.Lock()
        self._freed = asyncio.Event()
        self._reading = asyncio.Lock()

    @property
    def limit(self) -> int:
        """How many requests may be under way at once, at this moment."""
        return max(1, int(self._limit))

    @property
    def under_way(self) -> int:
        """How many are."""
        return self._inside

    def begin(self) -> None:
        """Say that this task takes up a new document, which has not cost anything yet."""
        _asked.set([])

    def close(self) -> None:
        """Let no document begin any more.

        One may go on for which an answer is under way or has come, which is to be paid for. One
        that waits to try again, and has cost nothing yet, waits no longer.
        """
        self._closed = True
        self._freed.set()

    async def enter(self, characters: int) -> None:
        """Wait until a request may go out; first come, first served.

        Raises:
            asyncio.CancelledError: the gate is closed, and this would be the first that a document
                has to pay for.
        """
        asked = _asked.get()
        async with self._turn:
            while pause := await self._pause(asked):
                # A gate that closes meanwhile is noticed soon.
                await self._sleep(min(pause, _LONGEST_NAP))
            now = self._clock()
            if asked is not None:
                asked.append(None)
            self._requests.take(1, now)
            self._tokens.take(self._expected(characters), now)
            self._inside += 1
            self._is_trying, self._must_try = self._must_try, False

    def leave(self, characters: int, usage: Usage | None, error: Exception | None) -> None:
        """Hear what became of a request, and go slower or faster."""
        self._inside -= 1
        self._is_trying = False
        self._freed.set()
        if usage is None and (asked := _asked.get()):
            asked.pop()
        if usage is not None:
            self._answered(characters, usage)
        elif isinstance(error, ProviderError) and error.status in _REFUSALS:
            self._refused(error.retry_after)

    async def rest(self, seconds: float) -> None:
        """Wait between two tries of a request.

        Raises:
            asyncio.CancelledError: the gate is closed, and the document has nothing to pay for.
        """
        asked, ends = _asked.get(), self._clock() + seconds
        while (left := ends - self._clock()) > 0:
            if self._closed and asked == []:
                raise asyncio.CancelledError
            await self._sleep(min(left, _LONGEST_NAP))

    def excuses(self, error: Exception) -> bool:
        """Whether it only says when to come back, and somebody has been answered not long ago."""
        return (
            isinstance(error, ProviderError)
            and error.status == _TOO_MANY
            and error.retry_after is not None
            and self._clock() < self._refused_since + _PATIENCE
        )

    async def take_up(self) -> None:
        """Wait until this answer may be read: one at a time, first come, first served.

        Answers that come together would else all be read and verified before the first question
        that follows goes out, and the provider would have nothing to do meanwhile; then these
        questions would go out together, and so would their answers come. Between two there are
        as many passes of the event loop as a question needs to get onto the wire.
        """
        await self._reading.acquire()
        self._release_after(_PASSES)

    def _release_after(self, passes: int) -> None:
        if passes:
            asyncio.get_running_loop().call_soon(self._release_after, passes - 1)
        else:
            self._reading.release()

    async def _pause(self, asked: list[None] | None) -> float:
        """Wait for room, then say how many seconds to wait besides."""
        while True:
            if self._closed and asked == []:
                raise asyncio.CancelledError
            if self._inside < self.limit and not self._is_trying:
                break
            self._freed.clear()
            await self._freed.wait()
        now = self._clock()
        return max(self._resumes - now, self._requests.wait(now), self._tokens.wait(now), 0.0)

    def _answered(self, characters: int, usage: Usage) -> None:
        self._refused_since = float("inf")
        self._must_try = False
        self._limit = min(self._most, self._limit + _INCREASE / self._limit)
        used = usage.input_tokens + usage.output_tokens
        self._tokens.correct(used - self._expected(characters))
        if used and characters:
            latest = used / characters
            self._tokens_a_character += (latest - self._tokens_a_character) / 10

    def _refused(self, retry_after: float | None) -> None:
        self.refusals += 1
        now = self._clock()
        self._refused_since = min(self._refused_since, now)
        if retry_after:
            self._resumes = max(self._resumes, now + min(retry_after, _LONGEST_PAUSE))
            self._must_try = True
        # Requests that went out together are refused together, which is one refusal.
        if now >= self._slowed_at + 1.0:
            self._slowed_at = now
            self._limit = max(1.0, min(self._limit, self._inside + 1) * _DECREASE)

    def _expected(self, characters: int) -> float:
        return characters * self._tokens_a_character
