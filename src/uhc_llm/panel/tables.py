"""The tables that a panel is written as: their columns with what each is, and their rows."""

import csv
import json
from collections.abc import Iterable
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final, cast, get_args

from uhc_llm.batch.result_tables import Column, Kind, ResultTable
from uhc_llm.batch.vocabularies import VOCABULARIES, Vocabulary
from uhc_llm.language import Language, _, speaking
from uhc_llm.panel.building import Cell, Target
from uhc_llm.panel.choosing import RULES
from uhc_llm.panel.conflicts import KINDS, difference_of
from uhc_llm.panel.definitions import Bar, bar_on
from uhc_llm.panel.observations import Observation
from uhc_llm.panel.periods import By, first_day, last_day, precision_of
from uhc_llm.panel.sources import Denominator, denominator_of
from uhc_llm.schemas import METRICS, Region, exact_number

__all__ = ["CODEBOOK", "PANEL", "TARGETS", "codebook_rows", "empty_row", "panel_row", "target_row"]

Row = tuple[Any, ...]


_CODEBOOK: Final = tuple(
    csv.DictReader(
        files("uhc_llm.panel").joinpath("data/codebook.csv").read_text("utf-8").splitlines()
    )
)

# What cells of a panel hold, where that is not what those of other tables do.
_VOCABULARIES: Final = {
    "level": Vocabulary(dict.fromkeys(("nation", "province", "regency", "city"), "")),
    "precision": Vocabulary(dict.fromkeys(get_args(By), ""), "precision"),
    "denominator": Vocabulary(dict.fromkeys(get_args(Denominator), ""), "denominator"),
    "unit": Vocabulary({definition.unit: "" for definition in METRICS.values()}),
    "best_rule": Vocabulary(
        {"only": "", "derived": "", **{rule.name: rule.about for rule in RULES}}, "best_rule"
    ),
    "verdict": Vocabulary(dict.fromkeys(("reviewed", "verified", "suspect", "derived"), "")),
    "conflict": Vocabulary(dict(KINDS.items()), "conflict"),
    "notes": Vocabulary(
        dict.fromkeys(("breaks_series", "sums_differ", "old_boundaries", "range"), ""), "notes"
    ),
    "target_of": Vocabulary({"own": "", "nation": ""}, "target_of"),
    "meets_uhc_bar": Vocabulary({"yes": "", "no": ""}, "meets_uhc_bar"),
}


def _table(name: str, about: str) -> ResultTable:
    columns = (
        Column(
            row["column"],
            cast("Kind", row["kind"]),
            row["about"],
            _VOCABULARIES.get(row["column"]) or VOCABULARIES.get(("", row["column"])),
        )
        for row in _CODEBOOK
        if row["table"] == name
    )
    return ResultTable(about, tuple(columns), "", "")


# A cell's time, and what it is in parts.
_TIME: Final = ("period", "year", "month", "precision", "period_start")

PANEL: Final = _table("panel", "one row a region, time, indicator and group of members")
TARGETS: Final = _table("targets", "one row a region, year and indicator: what is aimed at")
CODEBOOK: Final = ResultTable(
    "one row a column of these tables", tuple(map(Column, _CODEBOOK[0])), "", ""
)


def codebook_rows(lang: Language = "en") -> list[Row]:
    """What each column of a panel and of its targets is, in the words of a language."""
    with speaking(lang):
        return [(*named, _(about)) for *named, about in map(dict.values, _CODEBOOK)]


def panel_row(cell: Cell) -> Row:
    """A cell as a row of `PANEL`."""
    best, chosen = cell.best, cell.chosen
    is_derived = cell.derived is not None
    values = [cell.value, *(lost.option.value for lost in cell.disputed)]
    seen = [
        o for each in (chosen.option, *(lost.option for lost in chosen.lost)) for o in each.seen
    ]
    upper = None if is_derived else chosen.option.upper
    revised = next((each.option.value for each in cell.lost if each.rule == "revised"), None)
    target, bar = cell.target, bar_on(last_day(cell.period))
    is_share = cell.metric == "coverage_rate"
    return (
        *_region(cell.region), *_time(cell.period), cell.metric,
        "population" if is_derived else denominator_of(best) or "", cell.segment, cell.unit,
        _number(cell.value), _number(upper),
        "about" if is_derived else best.qualifier,
        _number(min(values)), _number(max(values)), "derived" if is_derived else chosen.rule,
        _lost(cell), chosen.option.reports, len({o.article for o in seen}),
        _copies(chosen.option.seen, chosen.option.reports),
        cell.verdict, _surest(chosen.option.seen), cell.conflict, _number(revised),
        ";".join(cell.notes),
        _number(target and target.chosen.option.value), target.year if target else None,
        target and ("nation" if target.is_nations else "own"), _number(cell.distance),
        *(_bar(cell.value, bar) if is_share else (None, None)),
        *_said(chosen.option.seen), best.name, best.url, best.sentence,
    )  # fmt: skip


def empty_row(region: Region, period: str, metric: str) -> Row:
    """What stands for a cell of which nothing is said: no value, and no article."""
    told = dict(zip(PANEL.names, [None] * len(PANEL.names), strict=True)) | {
        "region_code": region.code, "region": region.name, "level": region.level,
        "province": region.province, "metric": metric, "segment": "all",
        "reports": 0, "articles": 0, "copies": 0,
    } | dict(zip(_TIME, _time(period), strict=True))  # fmt: skip
    return tuple(told[name] for name in PANEL.names)


def target_row(target: Target) -> Row:
    """A target as a row of `TARGETS`."""
    option = target.chosen.option
    best = option.seen[0]
    seen = {
        o.article for each in (option, *(x.option for x in target.chosen.lost)) for o in each.seen
    }
    lost = [
        {"value": exact_number(x.option.value), "rule": x.rule, "articles": _names(x.option.seen)}
        for x in target.chosen.lost
    ]
    return (
        *_region(target.region), target.year, target.metric, target.segment, best.unit,
        _number(option.value), _number(option.upper), best.qualifier, target.chosen.rule,
        json.dumps(lost, ensure_ascii=False), option.reports, len(seen), *_said(option.seen),
        best.name, best.url, best.sentence,
    )  # fmt: skip


def _region(region: Region) -> tuple[str | None, ...]:
    return region.code, region.name, region.level, region.province


def _time(period: str) -> tuple[str | int | None, ...]:
    year, _, month = period.partition("-")
    return (
        period,
        int(year),
        int(month[:2]) if month else None,
        precision_of(period),
        first_day(period).isoformat(),
    )


def _lost(cell: Cell) -> str:
    told = [
        {
            "value": exact_number(each.option.value),
            "rule": each.rule,
            "difference": difference_of(cell.chosen, each),
            "articles": _names(each.option.seen),
        }
        for each in cell.lost
    ]
    return json.dumps(told, ensure_ascii=False)


def _names(seen: Iterable[Observation]) -> list[str]:
    return sorted({o.name for o in seen})


def _copies(seen: Iterable[Observation], reports: int) -> int:
    """How many articles carry what another one carries, the very same texts among them."""
    articles = {o.article: o.copies for o in seen}
    return len(articles) - reports + sum(articles.values())


def _surest(seen: Iterable[Observation]) -> float | None:
    return max((o.confidence for o in seen if o.confidence is not None), default=None)


def _said(seen: Iterable[Observation]) -> tuple[str | None, str | None]:
    days = [o.published for o in seen if len(o.published) == len("2024-05-14")]
    return min(days, default=None), max(days, default=None)


def _bar(value: Decimal, bar: Bar | None) -> tuple[float | None, str | None]:
    """The share that was called UHC, and whether a value reaches it."""
    if bar is None:
        return None, None
    return bar.registered, "yes" if value >= Decimal(str(bar.registered)) else "no"


def _number(value: Decimal | None) -> int | float | str | None:
    return None if value is None else exact_number(value)
