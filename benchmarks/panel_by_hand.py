"""The panel beside what one makes by hand of the same facts with pandas, held against gold.

    python -m benchmarks.panel_by_hand

`by_hand` is what an analyst writes in ten lines over `uhc-llm export run.db facts.csv`: drop the
targets and what is of some members alone, cut the period to the month, and keep what was said last,
verified facts before others. Both are given the same facts of the unseen bundles of
eval/panel.gold.jsonl: those that people labelled, and those that the reader says.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from benchmarks.panel_gold import ARTICLES, CELLS, UNSEEN, WAYS, lines
from uhc_llm.panel.building import cells_of, groups_of
from uhc_llm.panel.observations import Observation

__all__ = ["by_hand", "rows"]

_MONTH: Final = len("2024-05")

Key = tuple[str, str, str]


def by_hand(facts: pd.DataFrame) -> pd.Series:
    """A panel in a few lines of pandas."""
    facts = facts[(facts["status"] == "actual") & (facts["segment"] == "all")]
    facts = facts.dropna(subset=["region_code", "period"])
    facts = facts.assign(
        month=facts["period"].str[:_MONTH], is_sure=facts["verdict"].eq("verified")
    )
    facts = facts.sort_values(["is_sure", "published"], kind="stable")
    return facts.groupby(["region_code", "month", "metric"])["value"].last()


def _by_hand(seen: Sequence[Observation]) -> dict[Key, Decimal]:
    table = pd.DataFrame([one._asdict() for one in seen])
    found: dict[Any, Any] = by_hand(table).to_dict()
    return found


def _by_panel(seen: Sequence[Observation]) -> dict[Key, Decimal]:
    texts = {article["id"]: article["text"] for article in lines(ARTICLES)}
    cells, _ = cells_of(seen, groups_of(seen, texts.__getitem__))
    return {
        (cell.region.code or "", cell.period, cell.metric): cell.value
        for cell in cells
        if cell.segment == "all"
    }


def rows() -> Iterator[str]:
    """A table, a line for each way of reading and each way of making a panel."""
    yield "| from | made | cells of gold | right | wrong | not there | others |"
    yield "|---|---|---|---|---|---|---|"
    for way, read in WAYS.items():
        for name, make in (("by hand", _by_hand), ("panel", _by_panel)):
            n: Counter[str] = Counter()
            for bundle in UNSEEN:
                articles = [each for each in lines(ARTICLES) if each["id"].startswith(bundle)]
                found = make([one for article in articles for one in read(article)])
                for gold in lines(CELLS):
                    if gold["bundle"] != bundle or gold.get("segment") != "all":
                        continue
                    value = found.pop((gold["region_code"], gold["period"], gold["metric"]), None)
                    said = "not there" if value is None else "wrong"
                    n["right" if value == Decimal(gold["value"]) else said] += 1
                n["others"] += len(found)
            cells = n["right"] + n["wrong"] + n["not there"]
            told = " | ".join(str(n[each]) for each in ("wrong", "not there", "others"))
            yield f"| {way} | {name} | {cells} | {n['right']} ({n['right'] / cells:.3f}) | {told} |"


def main() -> int:
    """Print the table."""
    print("\n".join(rows()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
