"""The words that tell how a line goes on; the table is `data/lines.toml`."""

import tomllib
from importlib.resources import files
from typing import Any, Final

__all__ = ["LINE_WORDS"]

LINE_WORDS: Final[dict[str, Any]] = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data", "lines.toml").read_text(encoding="utf-8")
)
"""The table, list by list."""
