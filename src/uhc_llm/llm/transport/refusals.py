"""A provider's refusal, read: what it says, of which parameters, and how long it asks to wait.

OpenAI documents one form of an error; the servers that follow it have a dozen. The SDKs of all
providers that speak chat completions are generated alike, so exceptions are read by their
attributes (`status_code`, `response`, `body`), and no SDK is imported here.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple

__all__ = ["Refusal", "read_refusal", "wait_asked_for", "wait_told"]

_SECONDS: Final[Mapping[str, float]] = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_MILLISECOND: Final = 0.001
_TO_WAIT: Final = re.compile(
    r"\b(?:try again|retry|wait)(?: (?:in|after|for|at least|about))*\s+", re.IGNORECASE
)
_DURATION: Final = re.compile(
    r"""
    (?: \s | , | \band\b )*
    (?P<number> \d+ (?:\.\d+)? ) \s?
    (?P<unit>
        ms | milliseconds? | s | secs? | seconds? | m | mins? | minutes? | h | hours? | d | days?
    )
    (?![a-z])
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Refusal(NamedTuple):
    """An answer that is an error, as far as it can be read.

    Attributes:
        status: of HTTP; the one that stands in the error where that came with HTTP 200.
        message: what the provider says, of those behind it too.
        codes: its words for the kind of error.
        names: the parameters that it names in a field of their own.
        headers: of the answer, names in lower case.
        wait: seconds that it asks to wait; 0 when it says nothing of it.
    """

    status: int
    message: str
    codes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    headers: Mapping[str, str] = {}
    wait: float = 0.0

    def says(self, about: re.Pattern[str]) -> bool:
        """Whether its words, or its codes, speak of this."""
        return bool(about.search(self.message) or any(map(about.search, self.codes)))


def read_refusal(exc: Any) -> Refusal:  # noqa: ANN401 (an exception of any SDK)
    """Read an exception that has a `status_code`."""
    raw = getattr(getattr(exc, "response", None), "headers", None) or {}
    headers = {str(name).lower(): str(value) for name, value in raw.items()}
    body = getattr(exc, "body", None)
    details = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(details, Mapping):
        details = {"message": details}
    message = "; ".join(_said(details))
    return Refusal(
        status=exc.status_code,
        message=message,
        codes=frozenset(str(details[name]) for name in ("code", "type") if details.get(name)),
        names=frozenset(_names(details)),
        headers=headers,
        wait=wait_asked_for(headers) or _delay(details) or wait_told(message),
    )


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


def wait_told(message: str) -> float:
    """Seconds that the words of an error ask to wait; 0 when they ask for nothing.

    >>> wait_told("Limit 200, Used 200. Please try again in 7m12s. Visit the console.")
    432.0
    """
    asked = _TO_WAIT.search(message)
    return _seconds(message, asked.end()) if asked else 0.0


def _seconds(text: str, place: int = 0) -> float:
    """A length of time such as "1h2m3.5s" or "20 seconds" at a place; 0 where there is none."""
    seconds = 0.0
    while found := _DURATION.match(text, place):
        unit = found["unit"].lower()
        is_short = unit == "ms" or unit.startswith("milli")
        seconds += float(found["number"]) * (_MILLISECOND if is_short else _SECONDS[unit[0]])
        place = found.end()
    return seconds


def _said(details: Mapping[str, Any]) -> Iterator[str]:
    """What an error says: its message, and what a provider behind the one that was asked said."""
    message = details.get("message") or details.get("detail") or details.get("error")
    if isinstance(message, list):  # one entry for each field of the request that is wrong
        yield from map(_complaint, message)
    elif message:
        yield str(message)
    metadata = details.get("metadata")
    if isinstance(metadata, Mapping) and isinstance(metadata.get("raw"), str):
        yield metadata["raw"]


def _complaint(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    place = ".".join(map(str, _place(entry)))
    said = str(entry.get("msg") or entry.get("message") or "")
    return f"{place}: {said}" if place else said


def _names(details: Mapping[str, Any]) -> Iterator[str]:
    named = details.get("param")
    if isinstance(named, str):
        yield from _parts(named.replace("[", ".").split("."))
    complaints = details.get("detail") or details.get("message")
    for entry in complaints if isinstance(complaints, list) else ():
        if isinstance(entry, Mapping):
            yield from _parts(map(str, _place(entry)))


def _parts(path: Iterable[str]) -> Iterator[str]:
    """The name of the parameter, with whatever path leads to it and further in."""
    return (part for part in path if part and part != "body")


def _place(entry: Mapping[str, Any]) -> Iterable[object]:
    place = entry.get("loc")
    return place if isinstance(place, list) else [place] if place else []


def _delay(details: Mapping[str, Any]) -> float:
    """What Google's `RetryInfo` asks to wait."""
    notes = details.get("details")
    for note in notes if isinstance(notes, list) else ():
        if isinstance(note, Mapping) and isinstance(note.get("retryDelay"), str):
            return _seconds(note["retryDelay"])
    return 0.0


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
