"""What a document's work is known by: the same key is the same work, and is not done twice.

A key stands for the text, the article's date, and the settings that decide a result. Where an
article came from and what it is called do not change what is found in it, so they are no part.
"""

import hashlib
import json
from datetime import date
from typing import Final

from uhc_llm.extraction import Settings

__all__ = ["VOCABULARY", "settings_hash", "settings_json", "work_key"]

VOCABULARY: Final = 1
"""Raised when a metric, a status, a segment or the way that facts are made comes to mean something
else, so that what was done before is done anew."""


def settings_json(settings: Settings) -> str:
    """The settings, with the version of the vocabulary, as one canonical line of JSON."""
    named = {**settings._asdict(), "vocabulary": VOCABULARY}
    return json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def settings_hash(settings: Settings) -> str:
    """The sha256 of everything that decides a result beside the text and its date."""
    named = {**settings._asdict(), "vocabulary": VOCABULARY}
    # The hash says what the prompt is; it may be called by another name, or by another path.
    named.pop("prompt")
    line = json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


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
