"""The facts as a panel: a cell for each region, time and metric, and the value that stands in it.

Cells are of what is reported as reality about all members. Their time is a month, or a year where
the text gives no more; a semester and a quarter are told by their last month, a day by its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from uhc_llm.evaluation.gold import LabelledFact
from uhc_llm.evaluation.places import Place, place_of
from uhc_llm.evaluation.scoring import Score

__all__ = ["Cell", "cells_of", "score_cells"]

Cell = tuple[Place, str, str]
"""Place, month or year, and metric."""

_MONTHS: Final = {"S1": "06", "S2": "12", "Q1": "03", "Q2": "06", "Q3": "09", "Q4": "12"}
_MONTH: Final = len("2024-05")


def cells_of(facts: Iterable[LabelledFact]) -> dict[Cell, set[Decimal]]:
    """The cells that facts fill, each with its values; a fact without place or time fills none."""
    cells: defaultdict[Cell, set[Decimal]] = defaultdict(set)
    for fact in facts:
        place, time = place_of(fact), _time(fact.period)
        if place and time and fact.status == "actual" and (fact.segment or "all") == "all":
            cells[place, time, fact.metric].update(end.normalize() for end in fact.ends)
    return dict(cells)


def score_cells(gold: Sequence[LabelledFact], said: Sequence[LabelledFact]) -> Score:
    """How many cells of one article are right: those in which only values of gold's cell stand.

    Gold may have several values for a cell, a rounded one in the title; one of them will do.
    """
    true, claimed = cells_of(gold), cells_of(said)
    hit = sum(values <= true.get(cell, set()) for cell, values in claimed.items())
    return Score(hit, len(claimed), len(true))


def _time(period: str | None) -> str | None:
    if period is None:
        return None
    year, _, part = period.partition("-")
    return f"{year}-{_MONTHS[part]}" if part in _MONTHS else period[:_MONTH]
