"""A panel held against one that people made by hand of the same articles.

    python -m benchmarks.panel_gold [--misses]

eval/panel.gold.jsonl has eight bundles of articles that speak of the same regions, with their facts
as people labelled them and the release that some of them carry; eval/panel.cells.jsonl the cells
that others made of the same articles, without sight of any output. The rules of the panel were
written on the first four bundles (`seen`); the figures of the others are `unseen`, but for one rule
that came of a miss in them: that a part of a month is a day of it. Two ways: from the labelled
facts, which shows the choosing alone, and from what the reader says by itself.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.corpus import ROOT
from uhc_llm import Extractor
from uhc_llm.panel.building import Cell, cells_of, groups_of
from uhc_llm.panel.observations import AROUND, Observation

__all__ = ["ARTICLES", "CELLS", "UNSEEN", "WAYS", "agreement", "lines", "misses", "rows"]

ARTICLES: Final = ROOT / "eval" / "panel.gold.jsonl"
CELLS: Final = ROOT / "eval" / "panel.cells.jsonl"
SECOND: Final = ROOT / "eval" / "panel.cells-again.jsonl"
SEEN: Final = ("pa", "pb", "pc", "pd")
UNSEEN: Final = ("pe", "pf", "pg", "ph")

Line = Mapping[str, Any]
Read = Callable[[Line], Iterator[Observation]]


@cache
def lines(path: Path) -> tuple[Line, ...]:
    """The lines of one of the files."""
    return tuple(json.loads(line) for line in path.read_text("utf-8").splitlines())


# --- two ways to read ----------------------------------------------------------------------------


def labelled(article: Line) -> Iterator[Observation]:
    """The facts that people labelled."""
    for fact in article["facts"]:
        if fact["region_code"] and (fact["period"] or fact["status"] == "target"):
            start = article["text"].find(fact["mention"])
            yield Observation(
                **_place(article, start, start + len(fact["mention"])),
                **{name: fact[name] for name in _SAME},
                value=Decimal(str(fact["value"])).normalize() + 0,
                upper=None,
                period=fact["period"] or "",
                is_own_date=fact["period"] != article["published"],
                verdict="verified",
                confidence=1.0,
            )


@cache
def _extractor() -> Extractor:
    return Extractor(strategy="code")


def read(article: Line) -> Iterator[Observation]:
    """What the reader says."""
    day = date.fromisoformat(article["published"])
    for fact in _extractor().extract(article["text"], published=day).facts:
        code = fact.region.code if fact.region else None
        if code and fact.evidence and (fact.period or fact.status == "target"):
            yield Observation(
                **_place(article, fact.evidence.start, fact.evidence.end),
                region_code=code,
                metric=fact.metric,
                segment=fact.segment or "all",
                unit=fact.unit,
                status=fact.status or "actual",
                qualifier=fact.qualifier,
                value=fact.value.normalize() + 0,
                upper=fact.upper,
                period=fact.period.iso if fact.period else "",
                is_own_date=fact.period is not None and fact.period.source != "published",
                verdict=fact.verdict or "suspect",
                confidence=fact.confidence,
            )


_SAME: Final = ("region_code", "metric", "segment", "unit", "status", "qualifier")


def _place(article: Line, start: int, end: int) -> dict[str, Any]:
    """The article of a fact, and where it stands in it."""
    text = article["text"]
    first = max(text.rfind("\n", 0, start), text.rfind(". ", 0, start)) + 1
    last = min((x for x in (text.find(". ", end), text.find("\n", end)) if x >= 0), default=None)
    at = min(start, AROUND)
    return {
        "article": article["id"],
        "name": article["id"],
        "url": "",
        "published": article["published"],
        "copies": 0,
        "is_reviewed": False,
        "sentence": text[first:last].strip(),
        "context": text[max(0, start - AROUND) : start + AROUND],
        "start": at,
        "end": at + end - start,
        "place": start,
    }


# --- figures -------------------------------------------------------------------------------------


class Measured(NamedTuple):
    """What came of some bundles.

    Attributes:
        counts: how many cells of each sort.
        missed: a line for each cell that is not as people made it.
    """

    counts: Counter[str]
    missed: tuple[str, ...]


def _measure(bundles: Sequence[str], read: Read) -> Measured:
    counts: Counter[str] = Counter()
    missed: list[str] = []
    for bundle in bundles:
        articles = [each for each in lines(ARTICLES) if each["id"].startswith(bundle)]
        seen = [one for article in articles for one in read(article)]
        texts = {article["id"]: article["text"] for article in articles}
        groups = groups_of(seen, texts.__getitem__)
        _count_copies(articles, groups, counts)
        cells = {_key(cell): cell for cell in cells_of(seen, groups)[0] if cell.derived is None}
        for gold in lines(CELLS):
            if (gold["bundle"], gold["sort"]) == (bundle, "cell"):
                missed += _count_cell(gold, cells, counts)
        counts["more"] += len(cells)
    return Measured(counts, tuple(missed))


def _count_copies(
    articles: Sequence[Line], groups: Mapping[str, str], counts: Counter[str]
) -> None:
    for one, other in combinations(articles, 2):
        is_copy = one["release"] is not None and one["release"] == other["release"]
        said = groups.get(one["id"], one["id"]) == groups.get(other["id"], other["id"])
        counts["copies"] += is_copy
        counts["copies said"] += said
        counts["copies found"] += is_copy and said


def _key(cell: Cell) -> tuple[str, str, str, str]:
    return cell.region.code or "", cell.period, cell.metric, cell.segment


def _count_cell(gold: Line, cells: dict[Any, Cell], counts: Counter[str]) -> Iterator[str]:
    key = (gold["region_code"], gold["period"], gold["metric"], gold["segment"])
    cell = cells.pop(key, None)
    counts["cells"] += 1
    is_conflict = gold["why"] == "conflict"
    counts["conflicts"] += is_conflict
    name = f"{gold['region']} {gold['period']} {gold['metric']} {gold['segment']}"
    if cell is None:
        yield f"{name}: {gold['value']}, and nothing here ({', '.join(gold['articles'])})"
        return
    counts["there"] += 1
    is_right = cell.value == Decimal(gold["value"])
    counts["right"] += is_right
    several = len(gold["articles"]) > 1
    counts["several"] += several
    counts["several right"] += several and is_right
    counts["conflicts said"] += cell.conflict == "conflict"
    counts["conflicts found"] += is_conflict and cell.conflict == "conflict"
    if not is_right:
        yield f"{name}: {gold['value']}, here {cell.value} by `{cell.chosen.rule}` ({gold['why']})"
    if is_conflict != (cell.conflict == "conflict"):
        yield f"{name}: {gold['why']}, here {cell.conflict}"


WAYS: Final[Mapping[str, Read]] = {"labelled facts": labelled, "the reader, no model": read}


@cache
def _measured(bundles: tuple[str, ...], way: str) -> Measured:
    return _measure(bundles, WAYS[way])


def rows() -> Iterator[str]:
    """A table, a line for each way of reading and each half of the bundles."""
    yield (
        "| from | bundles | cells | right, of those that are there | right, of all | right where "
        "several articles tell | conflicts shown | of those said | copies joined | of those said |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for way in WAYS:
        for name, bundles in (("seen", SEEN), ("unseen", UNSEEN)):
            n = _measured(bundles, way).counts
            shares = [
                (n["right"], n["there"]), (n["right"], n["cells"]),
                (n["several right"], n["several"]),
                (n["conflicts found"], n["conflicts"]), (n["conflicts found"], n["conflicts said"]),
                (n["copies found"], n["copies"]), (n["copies found"], n["copies said"]),
            ]  # fmt: skip
            told = " | ".join(f"{a / max(b, 1):.3f} ({a}/{b})" for a, b in shares)
            yield f"| {way} | {name} | {n['cells']} | {told} |"


def agreement() -> Iterator[str]:
    """A table of how far two people agree who made the same cells."""
    first = {_name(each): each for each in lines(CELLS) if each["sort"] == "cell"}
    second = {_name(each): each for each in lines(SECOND) if each["sort"] == "cell"}
    bundles = {name[0] for name in second}
    ours = {name: each for name, each in first.items() if name[0] in bundles}
    both = ours.keys() & second.keys()
    values = sum(Decimal(ours[n]["value"]) == Decimal(second[n]["value"]) for n in both)
    kinds = sum(ours[name]["why"] == second[name]["why"] for name in both)
    yield "| cells of one | of the other | of both | the same value | differing alike |"
    yield "|---|---|---|---|---|"
    shares = f"{values / len(both):.3f} | {kinds / len(both):.3f}"
    yield f"| {len(ours)} | {len(second)} | {len(both)} | {shares} |"


def _name(line: Line) -> tuple[str, ...]:
    names = ("bundle", "region_code", "period", "metric", "segment")
    return tuple(str(line[name]) for name in names)


def misses(way: str = "labelled facts") -> Iterator[str]:
    """What is not as people made it, of the unseen bundles."""
    yield from _measured(UNSEEN, way).missed


def main(arguments: Sequence[str]) -> int:
    """Print the table; and every miss, where that is asked for."""
    parser = argparse.ArgumentParser(prog="panel_gold", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args(arguments)
    print("\n".join(rows()))
    if options.misses:
        for way in WAYS:
            print(f"\n{way}:\n" + "\n".join(misses(way)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
