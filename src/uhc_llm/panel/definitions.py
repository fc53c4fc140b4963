"""What was called UHC at a time: the bars of `data/definitions.toml`, each with its source."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["Bar", "bar_on", "bars"]


class Bar(NamedTuple):
    """What a region has to reach.

    Attributes:
        since: from when on it holds.
        registered: the share of the population, in percent.
        active: the share of the members, in percent; None where nothing is asked.
        source: who said so.
    """

    since: date
    registered: float
    active: float | None
    source: str


@cache
def bars() -> tuple[Bar, ...]:
    """The bars of UHC, the earliest first."""
    text = files("uhc_llm.panel").joinpath("data/definitions.toml").read_text("utf-8")
    return tuple(
        Bar(each["since"], each["registered"], each.get("active"), each["source"])
        for each in tomllib.loads(text)["uhc"]
    )


def bar_on(day: date) -> Bar | None:
    """The bar that held on a day; None before the first."""
    return next((bar for bar in reversed(bars()) if bar.since <= day), None)
