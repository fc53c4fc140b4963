"""Answers to `point`, as a scripted model gives them."""

from collections.abc import Iterable
from typing import Any, Final, get_args

from uhc_llm.llm.answers import NoFact

KINDS: Final = frozenset(get_args(NoFact))


def pointer(
    number: str, metric: str, region: str | list[str], period: str, **said: str
) -> dict[str, Any]:
    """What is said of one number; a kind of no fact as its metric makes it none."""
    usual = {"status": "actual", "segment": "all"}
    regions = [region] if isinstance(region, str) else region
    return {"number": number, "metric": metric, "regions": regions, "period": period} | usual | said


def pointed(
    entries: Iterable[dict[str, Any]], statements: Iterable[dict[str, str]] = ()
) -> dict[str, Any]:
    """An answer of the form that is the same for every text."""
    listed = list(entries)
    return {
        "facts": [entry for entry in listed if entry.get("metric") not in KINDS],
        "no_facts": [
            {"number": entry["number"], "kind": entry["metric"]}
            for entry in listed
            if entry.get("metric") in KINDS
        ],
        "statements": list(statements),
    }
