"""The cue words; the tables are `data/cues.toml`."""

import re
import tomllib
from collections import deque
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, Final, TypeVar

__all__ = ["TABLES", "compile_cues", "distance", "distances", "without_denied"]

TABLES: Final[Mapping[str, Any]] = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data/cues.toml").read_text(encoding="utf-8")
)


_DENIED: Final = re.compile(
    r"\b(?:belum|tidak|tak|non|not(?:\s+yet)?(?:\s+been)?|yet\s+to(?:\s+be)?)\b[\s-]+\w+"
    r"(?:\s+(?:sebagai|menjadi|peserta|kartu|jaminan|kesehatan|jkn\S*|bpjs|kis)\b)*"
)


def compile_cues(cues: Iterable[str]) -> re.Pattern[str]:
    """A pattern for words in lower case: ignoring case would take twice as long."""
    alternatives = "|".join(cue.lower().replace(" ", r"\s") for cue in cues)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?:nya)?(?!\w)")


def distance(pattern: re.Pattern[str], words: str, *, from_end: bool) -> int | None:
    """How far the nearest cue lies from a number that `words` stand before, or else behind."""
    if not from_end:
        first = pattern.search(words)
        return first.start() if first else None
    last = deque(pattern.finditer(words), maxlen=1)
    return len(words) - last[0].end() if last else None


_Key = TypeVar("_Key")


def distances(
    patterns: Mapping[_Key, re.Pattern[str]], words: str, *, from_end: bool
) -> dict[_Key, int]:
    """The `distance` of each cue that is there."""
    found = {key: distance(p, words, from_end=from_end) for key, p in patterns.items()}
    return {key: far for key, far in found.items() if far is not None}


def without_denied(words: str) -> str:
    """The words, of which those that are denied are blanked: "belum terdaftar", "tidak aktif".

    Args:
        words: in lower case.
    """
    return _DENIED.sub(lambda found: " " * len(found.group()), words)
