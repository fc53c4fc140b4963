"""What a document's work is known by: the same key is the same work, and is not done twice.

A key stands for the text, the article's date, and the settings that decide a result. Where an
article came from and what it is called do not change what is found in it, so they are no part.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from uhc_llm.extraction import Settings

__all__ = ["VOCABULARY", "settings_hash", "settings_json", "work_key"]

VOCABULARY: Final = 3
"""Raised when a metric, a status, a segment or the way that facts are made comes to mean something
else, so that what was done before is done anew."""


def settings_json(settings: Settings) -> str:
    """The settings, with the version of the vocabulary, as one canonical line of JSON."""
    return _line(_named(settings))


def settings_hash(settings: Settings) -> str:
    """The sha256 of everything that decides a result beside the text and its date."""
    named = _named(settings)
    # The hash says what the prompt is; it may be called by another name, or by another path.
    named.pop("prompt")
    return hashlib.sha256(_line(named).encode()).hexdigest()


def _named(settings: Settings) -> dict[str, Any]:
    named = {**settings._asdict(), "vocabulary": VOCABULARY}
    # What was done before there were such settings is what is done without them.
    for name in ("options", "all_topics", "promise"):
        if not named[name]:
            del named[name]
    return named


def _line(named: Mapping[str, Any]) -> str:
    return json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def work_key(text: str, published: date | None, settings: str) -> str:
    """The key of one document's work, in 64 hexadecimal digits.

    Args:
        text: as a `Document` has it.
        published: the article's own date, where one is given.
        settings: what `settings_hash` says of the run's.

    >>> work_key("98,5 persen", None, "-")[:16]
    '6def9c52f188bd4b'
    """
    parts = (settings, published.isoformat() if published else "", text)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
