"""Words as patterns: what a list of them, each a regular expression, matches in lower case."""

import re
from collections import deque
from collections.abc import Iterable

__all__ = ["any_of", "compile_cues", "distance"]


def compile_cues(cues: Iterable[str]) -> re.Pattern[str]:
    """A pattern for words in lower case: ignoring case would take twice as long."""
    return re.compile(any_of(cues))


def any_of(cues: Iterable[str]) -> str:
    """The same as a part of a pattern."""
    alternatives = "|".join(cue.lower().replace(" ", r"\s") for cue in cues)
    return rf"(?<!\w)(?:{alternatives})(?:nya)?(?!\w)"


def distance(pattern: re.Pattern[str], words: str, *, from_end: bool) -> int | None:
    """How far the nearest cue lies from a place that `words` stand before, or else behind."""
    if not from_end:
        first = pattern.search(words)
        return first.start() if first else None
    last = deque(pattern.finditer(words), maxlen=1)
    return len(words) - last[0].end() if last else None
