"""The keys of a fact that is given as a mapping, and names that are near to one of them."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from uhc_llm.errors import InputError

__all__ = ["FACT_KEYS", "refuse_misspelt"]

FACT_KEYS: Final = (
    "metric", "value", "upper", "unit", "qualifier", "status", "segment", "region", "region_code",
    "period", "quote", "mention",
)  # fmt: skip
"""What is read of a mapping; whatever else it has is left alone."""

# "qoute" is as near as this to "quote"; "province" and "source" are near to none.
_NEAR: Final = 0.8


def refuse_misspelt(keys: Collection[object]) -> None:
    """Refuse a key that is nearly one of those that are read, where that one is not there.

    >>> refuse_misspelt(["value", "unit", "metric", "region", "province", "region_id"])
    >>> refuse_misspelt(["value", "unit", "metric", "regoin"])
    Traceback (most recent call last):
    uhc_llm.errors.InputError: 'regoin' is no field of a fact: did you mean 'region'?

    Raises:
        InputError: one of them would be left alone, and is hardly meant to be.
    """
    lacking = [key for key in FACT_KEYS if key not in keys]
    for key in keys:
        # One that adds a word to one of these, such as "region_id", has a meaning of its own.
        if not isinstance(key, str) or not set(key.split("_")).isdisjoint(FACT_KEYS):
            continue
        for meant in get_close_matches(key.strip().casefold(), lacking, n=1, cutoff=_NEAR):
            raise InputError(f"{key!r} is no field of a fact: did you mean {meant!r}?")
