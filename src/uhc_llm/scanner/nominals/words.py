"""The words that make a number beside them count nothing; the table is `data/nominals.toml`."""

import tomllib
from importlib.resources import files
from typing import Any, Final

__all__ = [
    "ADDRESSES",
    "AGES",
    "DECADES",
    "IDENTIFIERS",
    "LAWS",
    "PHONES",
    "RANKS",
    "RANK_VALUES",
    "REFERENCES",
    "SCORES",
    "TIMES",
    "WEB",
]

_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data", "nominals.toml").read_text(encoding="utf-8")
)

LAWS: Final[dict[str, list[str]]] = _TABLE["laws"]
REFERENCES: Final[dict[str, list[str]]] = _TABLE["references"]
RANK_VALUES: Final[dict[str, int]] = _TABLE["ranks"].pop("values")
RANKS: Final[dict[str, list[str]]] = _TABLE["ranks"]
TIMES: Final[dict[str, list[str]]] = _TABLE["times"]
AGES: Final[dict[str, list[str]]] = _TABLE["ages"]
SCORES: Final[dict[str, list[str]]] = _TABLE["scores"]
DECADES: Final[dict[str, list[str]]] = _TABLE["decades"]
PHONES: Final[dict[str, list[str]]] = _TABLE["phones"]
IDENTIFIERS: Final[dict[str, list[str]]] = _TABLE["identifiers"]
ADDRESSES: Final[dict[str, list[str]]] = _TABLE["addresses"]
WEB: Final[dict[str, list[str]]] = _TABLE["web"]
