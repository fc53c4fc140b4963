"""The names of months and weekdays, from `data/periods.toml`."""

import tomllib
from importlib.resources import files
from typing import Final

__all__ = ["MONTHS", "SHORT_MONTHS", "WEEKDAYS"]

_TABLES: Final = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data/periods.toml").read_text(encoding="utf-8")
)
SHORT_MONTHS: Final[dict[str, int]] = _TABLES["short_months"]
MONTHS: Final[dict[str, int]] = _TABLES["months"] | SHORT_MONTHS | _TABLES["english_months"]
WEEKDAYS: Final[dict[str, int]] = _TABLES["weekdays"]
"""Monday is 0."""
