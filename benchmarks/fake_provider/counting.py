"""What was asked and what was answered, for whoever checks that nothing was asked twice."""

import time
from collections import Counter
from typing import Any

from benchmarks.fake_provider.faults import Fault

__all__ = ["Counts"]


class Counts:
    """Everything since the start, or since it was reset.

    A body is known by its hash. A tag is what the setting of that name finds in it: one for each
    document, say, whichever of the requests about it this is.
    """

    def __init__(self) -> None:
        self.bodies: Counter[str] = Counter()
        self.tags_asked: Counter[str] = Counter()
        self.tags_answered: Counter[str] = Counter()
        self.open = 0
        self.peak_open = 0
        self._statuses: Counter[int] = Counter()
        self._faults: Counter[str] = Counter()
        self._answered = 0
        self._prompt_tokens = 0
        self._completion_tokens = 0
        self._calls: Counter[str] = Counter()
        self._started = time.monotonic()
        self._first_request: float | None = None
        self._last_answer: float | None = None

    def asked(self, body: str, tag: str) -> None:
        """A chat request has come in, over the wire or in a batch."""
        self.bodies[body] += 1
        if tag:
            self.tags_asked[tag] += 1
        if self._first_request is None:
            self._first_request = self._now()

    def opened(self) -> None:
        """An answer is awaited."""
        self.open += 1
        self.peak_open = max(self.peak_open, self.open)

    def closed(self) -> None:
        """It came, or will never come."""
        self.open -= 1

    def answered(self, status: int, tag: str, tokens: tuple[int, int] = (0, 0)) -> None:
        """An answer has gone out whole; the tokens are those of prompt and completion."""
        self._statuses[status] += 1
        if tokens != (0, 0):
            self._answered += 1
            self._prompt_tokens += tokens[0]
            self._completion_tokens += tokens[1]
            if tag:
                self.tags_answered[tag] += 1
        self._last_answer = self._now()

    def faulted(self, fault: Fault | str) -> None:
        """An answer was spoilt on purpose."""
        self._faults[fault] += 1

    def called(self, what: str) -> None:
        """A call on files or batches."""
        self._calls[what] += 1

    def summary(self, *, detailed: bool) -> dict[str, Any]:
        """All of it as JSON; bodies and tags only when detailed."""
        details = {
            "bodies": dict(self.bodies),
            "tags": {
                tag: {"asked": asked, "answered": self.tags_answered[tag]}
                for tag, asked in self.tags_asked.items()
            },
        }
        return {
            "requests": self.bodies.total(),
            "distinct_bodies": len(self.bodies),
            "asked_again": sum(times - 1 for times in self.bodies.values()),
            "answered": self._answered,
            "statuses": {str(status): count for status, count in sorted(self._statuses.items())},
            "faults": dict(self._faults),
            "prompt_tokens": self._prompt_tokens,
            "completion_tokens": self._completion_tokens,
            "open": self.open,
            "peak_open": self.peak_open,
            "calls": dict(self._calls),
            "first_request": self._first_request,
            "last_answer": self._last_answer,
            **(details if detailed else {}),
        }

    def _now(self) -> float:
        return time.monotonic() - self._started
