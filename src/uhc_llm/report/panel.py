"""The panel of a report: for each region, time and indicator one figure, and all that it rests on.

The map needs few figures, which lie open in the page. All else that is known of a region, with its
sentences, lies packed, a province together, and is unpacked when one of its regions is opened.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple, cast

from uhc_llm.batch.reviewed import ReviewedArticle
from uhc_llm.language import _, later
from uhc_llm.pages import shown
from uhc_llm.pages.templating import web_address
from uhc_llm.panel.building import Cell, Target, cells_of, groups_of
from uhc_llm.panel.choosing import RULES, Lost, Option
from uhc_llm.panel.conflicts import KINDS, difference_of
from uhc_llm.panel.observations import Observation, seen_in
from uhc_llm.panel.periods import last_day
from uhc_llm.panel.tables import PANEL, panel_row
from uhc_llm.report.articles import packed
from uhc_llm.scanner.regions.gazetteer import NATION, gazetteer
from uhc_llm.schemas import METRICS, SEGMENTS, Fact
from uhc_llm.wording import amount, number, spoken

__all__ = ["KEPT", "SHARES", "PanelPage", "Share", "Sightings", "Tile", "share_at", "tiles"]

SHARES: Final[Mapping[str, str]] = {"coverage_rate": "registered", "active_rate": "active"}
"""The indicators of the map, and what their shares are called, as `spoken` says it."""

KEPT: Final = 12
"""So many months after its own a figure still shows on the map."""

_LEVELS: Final = {"coverage_rate": (80, 90, 95, 98), "active_rate": (60, 70, 80, 90)}
_YEAR: Final = 4
_PROVINCE: Final = 2
_MOST: Final = 300
_BEFORE: Final = 140
_SURE: Final = frozenset({"verified", "reviewed"})
_LONG_NAMES: Final = {
    "Daerah Khusus Ibukota ": "",
    "Daerah Istimewa ": "",
    "Kabupaten Administrasi ": "Kab. ",
    "Kota Administrasi ": "Kota ",
    "Kabupaten ": "Kab. ",
    "Kepulauan ": "Kep. ",
    "Kalimantan ": "Kal. ",
    "Sulawesi ": "Sul. ",
    "Sumatera ": "Sum. ",
}

_RULES: Final = {rule.name: rule.about for rule in RULES}
_NOTES: Final = {
    "breaks_series": later("leaves its series by more than 10 points a month"),
    "sums_differ": later("members by population come to another share"),
    "old_boundaries": later("of the province before it was split"),
    "range": later("a range: its lower end counts"),
}


class Tile(NamedTuple):
    """Where a province lies on the map, and what it is called where there is little room.

    Attributes:
        code: of the province.
        column: from the west, from 1.
        row: from the north, from 1.
        short: its two letters by ISO 3166-2.
    """

    code: str
    column: int
    row: int
    short: str


class Share(NamedTuple):
    """A share of a region, as the map takes it.

    Attributes:
        time: the month, or the year where no month is said.
        first: the month from which on it shows, counted from the year 0; of a year its last one.
        value: in percent.
        words: the value as it is read.
        verdict: `verified`, `reviewed`, `suspect` or `derived`.
        reports: how many independent ones say it.
        is_disputed: whether sources really disagree on it.
    """

    time: str
    first: int
    value: float
    words: str
    verdict: str
    reports: int
    is_disputed: bool

    @property
    def is_sure(self) -> bool:
        """Whether it is verified, or somebody looked at it."""
        return self.verdict in _SURE


class PanelPage(NamedTuple):
    """A panel for a page.

    Attributes:
        data: for the script; see panel.js.
        latest: for the nation and each province its name, and for each share its latest figure.
        regions: of how many regions something is said.
        cells: how many figures there are.
        disputed: on how many of them sources really disagree.
    """

    data: Mapping[str, Any]
    latest: Sequence[tuple[str, Mapping[str, Share | None]]]
    regions: int
    cells: int
    disputed: int


class Sightings:
    """What the articles of a report say of regions, taken one article at a time."""

    def __init__(self) -> None:
        self._seen: list[Observation] = []
        self._texts: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._items: dict[tuple[object, ...], str] = {}

    def add(self, article: ReviewedArticle, number: int) -> None:
        """Take one more article, the `number`th on the page."""
        seen = list(seen_in(article))
        if not seen:
            return
        key = seen[0].article
        self._seen += seen
        self._texts[key] = article.document.text
        self._numbers[key] = number
        for item in article.items:
            fact = item.fact
            if item.stands and fact and fact.region:
                at = fact.evidence.start if fact.evidence else 0
                self._items[key, at, fact.metric, fact.value, fact.region.code] = item.id

    def page(self) -> PanelPage | None:
        """The panel of all these articles; None where they say nothing of any region."""
        cells, targets = cells_of(self._seen, groups_of(self._seen, self._texts.__getitem__))
        if not cells and not targets:
            return None
        shares = _shares(cells)
        return PanelPage(
            {
                **_vocabulary(cells),
                **_times(shares),
                "tiles": [*map(list, tiles())],
                "regions": list(_regions(cells, targets)),
                "shares": shares,
                "pages": {
                    code: packed(_Province(self._numbers, self._items).told(*few))
                    for code, few in _by_province(cells, targets).items()
                },
            },
            _latest(shares),
            len(_said(cells, targets)),
            len(cells),
            sum(cell.conflict == "conflict" for cell in cells),
        )


@cache
def tiles() -> tuple[Tile, ...]:
    """Where each province lies on the map."""
    text = files("uhc_llm.report").joinpath("data/tiles.csv").read_text("utf-8")
    return tuple(
        Tile(row["code"], int(row["column"]), int(row["row"]), row["short"])
        for row in csv.DictReader(text.splitlines())
    )


def share_at(shares: Iterable[Share], month: int, *, unsure: bool = False) -> Share | None:
    """The figure that shows on the map in a month: the latest, which is not too old.

    Args:
        shares: of one region and indicator, in the order in which they are preferred.
        month: counted from the year 0.
        unsure: whether those that are suspect or derived count too.
    """
    return next(
        (
            share
            for share in shares
            if share.first <= month <= share.first + KEPT and (unsure or share.is_sure)
        ),
        None,
    )


# --- the map --------------------------------------------------------------------------------------


def _shares(cells: Iterable[Cell]) -> dict[str, dict[str, list[Share]]]:
    """The shares of all members, by region and indicator, the latest first.

    A year alone tells no month: it counts as its last one, behind all that are of its months.
    """
    found: dict[str, dict[str, list[Share]]] = {}
    for cell in cells:
        if cell.metric in SHARES and cell.segment == "all" and cell.region.code:
            few = found.setdefault(cell.region.code, {}).setdefault(cell.metric, [])
            few.append(_share(cell))
    for by_metric in found.values():
        for few in by_metric.values():
            few.sort(key=lambda s: (s.time[:_YEAR], len(s.time) > _YEAR, s.time), reverse=True)
    return found


def _share(cell: Cell) -> Share:
    row = _row(cell)
    return Share(
        cell.period,
        _month(cell.period),
        float(cell.value),
        _words(cell),
        row["verdict"],
        row["reports"],
        cell.conflict == "conflict",
    )


def _month(time: str) -> int:
    day = last_day(time)
    return day.year * 12 + day.month - 1


def _times(shares: Mapping[str, Mapping[str, Sequence[Share]]]) -> dict[str, Any]:
    """The months that the panel has, and the one to begin at: of which most provinces show."""
    months = sorted(
        {s.first for by_metric in shares.values() for few in by_metric.values() for s in few}
    )

    def known(month: int) -> tuple[int, int, int]:
        showing = [
            code
            for code, by_metric in shares.items()
            if share_at(by_metric.get("coverage_rate", ()), month)
        ]
        return sum(len(code) == _PROVINCE for code in showing), len(showing), month

    return {"months": months, "start": max(months, key=known, default=0), "kept": KEPT}


def _latest(
    shares: Mapping[str, Mapping[str, Sequence[Share]]],
) -> list[tuple[str, Mapping[str, Share | None]]]:
    """For the nation and each province the latest of each share; what is sure before the rest."""
    found: list[tuple[str, Mapping[str, Share | None]]] = []
    for code, region in gazetteer().by_code.items():
        if len(code) == _PROVINCE:
            of = {
                metric: min(
                    shares.get(code, {}).get(metric, ()), key=lambda s: not s.is_sure, default=None
                )
                for metric in SHARES
            }
            found.append((region.name, of))
    return found


# --- what the page needs to know ------------------------------------------------------------------


def _vocabulary(cells: Iterable[Cell]) -> dict[str, Any]:
    """The words for what the panel is made of, and how the map tells shares apart."""
    measured = {cell.metric for cell in cells}
    return {
        "levels": _LEVELS,
        "called": {metric: spoken(share) for metric, share in SHARES.items()},
        "metrics": {name: spoken(name) for name in METRICS if name in measured or name in SHARES},
        "members": {name: spoken(name) for name in SEGMENTS},
        "rules": _all_spoken(_RULES),
        "conflicts": _all_spoken(KINDS),
        "notes": _all_spoken(_NOTES),
    }


def _all_spoken(words: Mapping[Any, str]) -> dict[str, str]:
    return {name: _(sentence) for name, sentence in words.items()}


def _regions(
    cells: Iterable[Cell], targets: Iterable[Target]
) -> Iterator[tuple[str, str, str, int, int]]:
    """Every region: code, name, a shorter name, how much is said of it, how much is disputed."""
    said = _said(cells, targets)
    disputed = Counter(cell.region.code for cell in cells if cell.conflict == "conflict")
    for code, region in gazetteer().by_code.items():
        yield code, region.name, _short(region.name), said[code], disputed[code]


def _said(cells: Iterable[Cell], targets: Iterable[Target]) -> Counter[str | None]:
    """How many figures and targets each region has."""
    codes = Counter(cell.region.code for cell in cells)
    return codes + Counter(target.region.code for target in targets)


def _short(name: str) -> str:
    for long, short in _LONG_NAMES.items():
        if name.startswith(long):
            return f"{short}{name.removeprefix(long)}"
    return name


def _by_province(
    cells: Iterable[Cell], targets: Iterable[Target]
) -> dict[str, tuple[list[Cell], list[Target]]]:
    found: dict[str, tuple[list[Cell], list[Target]]] = {}
    for cell in cells:
        found.setdefault(_province(cell), ([], []))[0].append(cell)
    for target in targets:
        found.setdefault(_province(target), ([], []))[1].append(target)
    return found


def _province(each: Cell | Target) -> str:
    return (each.region.code or NATION.code or "")[:_PROVINCE]


# --- all that is known of the regions of a province -----------------------------------------------


class _Province:
    """Puts down what is known of a province's regions; articles and sentences only once."""

    def __init__(self, numbers: Mapping[str, int], items: Mapping[tuple[object, ...], str]) -> None:
        self._numbers, self._items = numbers, items
        self._articles: dict[str, tuple[int, list[Any]]] = {}
        self._sentences: dict[tuple[str, str, str], int] = {}

    def told(self, cells: Iterable[Cell], targets: Iterable[Target]) -> dict[str, Any]:
        regions: dict[str, dict[str, list[Any]]] = {}
        for cell in cells:
            of = regions.setdefault(cell.region.code or "", {"cells": [], "targets": []})
            of["cells"].append(self._cell(cell))
        for target in targets:
            of = regions.setdefault(target.region.code or "", {"cells": [], "targets": []})
            of["targets"].append(self._target(target))
        return {
            "articles": [article for _, article in self._articles.values()],
            "sentences": [*map(list, self._sentences)],
            "regions": regions,
        }

    def _cell(self, cell: Cell) -> dict[str, Any]:
        row = _row(cell)
        told = {
            "time": cell.period,
            "metric": cell.metric,
            "members": cell.segment,
            "value": float(cell.value),
            "words": _words(cell),
            "of": row["denominator"] if cell.metric == "active_rate" else "",
            "verdict": row["verdict"],
            "likely": None if row["confidence"] is None else int(row["confidence"] * 100),
            "reports": row["reports"],
            "conflict": cell.conflict,
            "rule": row["best_rule"],
            "notes": list(cell.notes),
            "seen": self._seen(cell.chosen.option),
            "lost": [self._lost(each, cell) for each in cell.lost],
        }
        if cell.conflict == "conflict":
            told |= {"low": float(row["low"]), "high": float(row["high"])}
        return told

    def _lost(self, lost: Lost, cell: Cell) -> dict[str, Any]:
        return {
            "words": _amount(lost.option.seen[0]),
            "rule": lost.rule,
            "difference": difference_of(cell.chosen, lost),
            "reports": lost.option.reports,
            "seen": self._seen(lost.option),
        }

    def _target(self, target: Target) -> dict[str, Any]:
        option = target.chosen.option
        return {
            "year": target.year,
            "metric": target.metric,
            "members": target.segment,
            "value": float(option.value),
            "words": _amount(option.seen[0]),
            "verdict": option.verdict,
            "reports": option.reports,
            "seen": self._seen(option),
            "lost": [_amount(each.option.seen[0]) for each in target.chosen.lost],
        }

    def _seen(self, option: Option) -> list[tuple[int, int, str]]:
        return [self._sentence(each) for each in option.seen]

    def _sentence(self, seen: Observation) -> tuple[int, int, str]:
        """Which article, which sentence, and which item of that article."""
        about = [shown(seen.name), shown(web_address(seen.url)), self._numbers[seen.article]]
        article, _about = self._articles.setdefault(seen.article, (len(self._articles), about))
        sentence = self._sentences.setdefault(_cut(seen), len(self._sentences))
        said = (seen.article, seen.place, seen.metric, seen.value, seen.region_code)
        return article, sentence, self._items.get(said, "")


def _cut(seen: Observation) -> tuple[str, str, str]:
    """The sentence before its number, the number, and what follows; of a long one what is near."""
    sentence, quote = _line(seen.sentence), _line(seen.context[seen.start : seen.end])
    before, quote, behind = sentence.partition(quote) if quote else (sentence, "", "")
    if len(sentence) <= _MOST:
        return before, quote, behind
    if len(before) > _BEFORE and quote:
        before = f"… {before[-_BEFORE:].partition(' ')[2]}"
    left = max(0, _MOST - len(before) - len(quote))
    if quote:
        return before, quote, behind if len(behind) <= left else _begun(behind, left)
    return _begun(before, _MOST), "", ""


def _begun(words: str, most: int) -> str:
    """The whole words that some words begin with."""
    return f"{words[: most + 1].rpartition(' ')[0] or words[:most]} …"


def _line(words: str) -> str:
    return " ".join(str(shown(words)).split())


def _row(cell: Cell) -> dict[str, Any]:
    """A cell as `uhc-llm panel` writes it."""
    return dict(zip(PANEL.names, panel_row(cell), strict=True))


def _words(cell: Cell) -> str:
    return f"{number(cell.value)}%" if cell.derived is not None else _amount(cell.best)


def _amount(seen: Observation) -> str:
    # What an amount is written from, an observation has as a fact does.
    return amount(cast("Fact", seen))
