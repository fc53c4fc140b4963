"""Keep API keys out of whatever is shown, logged or written."""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Final

__all__ = ["REDACTED", "SHORTEST_KEY", "keys_in", "redact", "without"]

REDACTED: Final = "[redacted]"

SHORTEST_KEY: Final = 8
"""Shorter ones are placeholders, and occur in ordinary text."""
_KEY_SHAPE: Final = re.compile(
    r"""
    \b (?:
        (?: sk | gsk | csk | xai | pplx | hf | nvapi )  # how well-known providers begin their keys
        [-_] [\w*-]{8,}                                # one that masks a key leaves stars in it
        | AIza [\w*-]{20,}
    )
    """,
    re.VERBOSE,
)


def keys_in(environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """The values of every `*_API_KEY` that is set."""
    return frozenset(
        value.strip()
        for name, value in environ.items()
        if name.upper().endswith("_API_KEY") and len(value.strip()) >= SHORTEST_KEY
    )


def without(text: str, keys: Iterable[str]) -> str:
    """`text` with each of these keys replaced; longer ones first, as one may begin another."""
    for key in sorted(keys, key=len, reverse=True):
        if len(key) >= SHORTEST_KEY:
            text = text.replace(key, REDACTED)
    return text


def redact(text: str, keys: Iterable[str] = ()) -> str:
    """`text` without these keys, those of the environment, and anything that looks like one.

    >>> redact("Incorrect API key provided: sk-abcd****wxyz.", [])
    'Incorrect API key provided: [redacted].'
    """
    return _KEY_SHAPE.sub(REDACTED, without(text, {*keys, *keys_in()}))
