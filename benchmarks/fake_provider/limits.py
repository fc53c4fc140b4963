"""Rate limits as OpenAI has them: so many requests and so many tokens a minute.

Each is a bucket that fills up evenly. What is asked for takes from both, or, where one of them has
too little, from neither, and is told when there will be enough.
"""

import math
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from benchmarks.fake_provider.settings import RetryAfter

__all__ = ["Limits", "Refused", "duration", "retry_headers"]

_MINUTE: Final = 60.0
_SHORT: Final = {"requests": "RPM", "tokens": "TPM"}


class Refused(NamedTuple):
    """Why a request may not be made yet."""

    kind: Literal["requests", "tokens"]
    limit: int
    used: int
    requested: int
    wait: float

    def message(self, model: str) -> str:
        """What OpenAI says of it."""
        return (
            f"Rate limit reached for {model} in organization org-fake on {self.kind} per min "
            f"({_SHORT[self.kind]}): Limit {self.limit}, Used {self.used}, Requested "
            f"{self.requested}. Please try again in {duration(self.wait)}. "
            "Visit https://platform.openai.com/account/rate-limits to learn more."
        )


class _Bucket:
    def __init__(self, limit: int, burst: float, clock: Callable[[], float]) -> None:
        self.limit = limit
        self._a_second = limit / _MINUTE
        self._most = max(1.0, self._a_second * burst)
        self._clock = clock
        self._left = self._most
        self._at = clock()

    def left(self) -> float:
        """What may be taken now."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._a_second)
        self._at = now
        return self._left

    def take(self, count: float) -> None:
        """Take so much, which must be there."""
        self._left -= count

    def wait(self, count: float) -> float:
        """Seconds until so much is there."""
        return max(0.0, min(count, self._most) - self._left) / self._a_second

    def until_full(self) -> float:
        """Seconds until the limit is as if nothing had been asked."""
        return (self._most - self._left) / self._a_second


class Limits:
    """Requests and tokens a minute.

    Args:
        rpm: requests a minute; 0 is no limit.
        tpm: tokens a minute; 0 is no limit.
        burst: how many seconds' worth may come at once.
        clock: seconds that go on evenly.
    """

    def __init__(self, rpm: int, tpm: int, burst: float, clock: Callable[[], float]) -> None:
        self._buckets: dict[Literal["requests", "tokens"], _Bucket] = {}
        if rpm:
            self._buckets["requests"] = _Bucket(rpm, burst, clock)
        if tpm:
            self._buckets["tokens"] = _Bucket(tpm, burst, clock)

    def take(self, tokens: int) -> Refused | None:
        """Let one request through, or say why not."""
        asked = {"requests": 1, "tokens": tokens}
        for kind, bucket in self._buckets.items():
            left = bucket.left()
            # More than all that there can be is let through when all is there.
            if left < asked[kind] and bucket.wait(asked[kind]) > 0:
                used = max(0, round(bucket.limit - left))
                return Refused(kind, bucket.limit, used, asked[kind], bucket.wait(asked[kind]))
        for kind, bucket in self._buckets.items():
            bucket.take(asked[kind])
        return None

    def headers(self) -> dict[str, str]:
        """What every answer says of the limits."""
        said: dict[str, str] = {}
        for kind, bucket in self._buckets.items():
            said[f"x-ratelimit-limit-{kind}"] = str(bucket.limit)
            said[f"x-ratelimit-remaining-{kind}"] = str(max(0, math.floor(bucket.left())))
            said[f"x-ratelimit-reset-{kind}"] = duration(bucket.until_full())
        return said


def retry_headers(wait: float, form: RetryAfter) -> dict[str, str]:
    """What a refusal says of waiting, in the form that is set."""
    said = {}
    if form in ("seconds", "both"):
        said["retry-after"] = str(max(1, math.ceil(wait)))
    if form in ("milliseconds", "both"):
        said["retry-after-ms"] = str(max(1, math.ceil(wait * 1000)))
    return said


def duration(seconds: float) -> str:
    """Seconds as the headers write them: 120ms, 1.5s, 6m0s."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), _MINUTE)
    return f"{minutes:.0f}m{rest:g}s" if minutes else f"{rest:g}s"
