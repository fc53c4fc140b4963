"""The panel of articles that people labelled, and the cells that others made of the same ones."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args

import pytest

from benchmarks import panel_gold
from uhc_llm.panel.conflicts import KINDS
from uhc_llm.panel.periods import cell_time
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import METRICS, Segment

ARTICLES: list[dict[str, Any]] = [
    json.loads(line) for line in panel_gold.ARTICLES.read_text("utf-8").splitlines()
]
CELLS: list[dict[str, Any]] = [
    json.loads(line) for line in panel_gold.CELLS.read_text("utf-8").splitlines()
]
BY_ID = {article["id"]: article for article in ARTICLES}
BUNDLES = (*panel_gold.SEEN, *panel_gold.UNSEEN)


# --- the files -----------------------------------------------------------------------------------


def test_bundles_are_whole_and_each_is_on_one_side() -> None:
    assert len(set(BUNDLES)) == len(BUNDLES) == 8
    assert Counter(article["id"].split("-")[0] for article in ARTICLES) == dict.fromkeys(
        BUNDLES, 16
    )
    assert {cell["bundle"] for cell in CELLS} == set(BUNDLES)
    assert len(BY_ID) == len(ARTICLES)
    assert len({article["text"] for article in ARTICLES}) == len(ARTICLES)


def test_a_fact_stands_in_its_text_and_is_of_a_region_that_there_is() -> None:
    regions = gazetteer().by_code
    for article, fact in facts():
        assert fact["mention"] in article["text"], article["id"]
        code = fact["region_code"]
        assert code is None or regions[code].name == fact["region"]
        assert METRICS[fact["metric"]].unit == fact["unit"]


def test_articles_of_a_release_are_several_and_say_some_of_the_same() -> None:
    by_release: dict[str, list[dict[str, Any]]] = {}
    for article in ARTICLES:
        if article["release"] is not None:
            key = f"{article['id'].split('-')[0]} {article['release']}"
            by_release.setdefault(key, []).append(article)
    assert len(by_release) >= len(BUNDLES)
    for articles in by_release.values():
        assert len(articles) > 1
        told = [{(fact["region_code"], fact["metric"]) for fact in x["facts"]} for x in articles]
        assert set.intersection(*told)


def test_a_cell_is_of_articles_of_its_bundle_and_of_a_region_that_there_is() -> None:
    regions = gazetteer().by_code
    for cell in CELLS:
        assert cell["articles"], cell
        assert {BY_ID[name]["id"].split("-")[0] for name in cell["articles"]} == {cell["bundle"]}
        region = regions[cell["region_code"]]
        assert region.name == cell["region"] or gazetteer().named(cell["region"]) == (region,)
        assert cell["metric"] in METRICS
        assert cell["sort"] == "target" or cell["segment"] in get_args(Segment)


def test_a_cell_is_told_by_its_articles() -> None:
    def is_told(cell: dict[str, Any]) -> bool:
        return any(
            fact["region_code"] == cell["region_code"]
            and Decimal(str(fact["value"])) == Decimal(cell["value"])
            for name in cell["articles"]
            for fact in BY_ID[name]["facts"]
        )

    # "Dua persen lebih sedikit" is no labelled fact.
    assert [(x["articles"], x["metric"], x["value"]) for x in CELLS if not is_told(x)] == [
        (["pa-01"], "uninsured_rate", "2")
    ]


def test_cells_are_told_apart_and_say_why() -> None:
    made = [cell for cell in CELLS if cell["sort"] == "cell"]
    keys = Counter(
        (x["bundle"], x["region_code"], x["period"], x["metric"], x["segment"]) for x in made
    )
    assert {key for key, count in keys.items() if count > 1} == set()
    assert {cell["why"] for cell in made} == set(KINDS)
    for cell in made:
        assert cell_time(cell["period"]) == cell["period"]
        assert cell["others"] or cell["why"] in ("one", "same"), cell
        assert {each["article"] for each in cell["others"]} <= set(BY_ID), cell
    assert {cell["sort"] for cell in CELLS} == {"cell", "target"}


def facts() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for article in ARTICLES:
        for fact in article["facts"]:
            yield article, fact


# --- the panel of them ---------------------------------------------------------------------------


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, float]]:
    """The figures of the table, by the bundles, from the labelled facts alone."""
    monkeypatch.setattr(panel_gold, "WAYS", {"labelled facts": panel_gold.labelled})
    head, _, *lines = panel_gold.rows()
    names = [name.strip() for name in head.strip("|").split("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert [row[:2] for row in rows] == [["labelled facts", "seen"], ["labelled facts", "unseen"]]
    return {
        row[1]: {
            f"{place} {name}": float(cell.split()[0])
            for place, (name, cell) in enumerate(zip(names, row, strict=True))
            if place > 1
        }
        for row in rows
    }


@pytest.mark.parametrize(
    ("figure", "floor"),
    [
        ("3 right, of those that are there", 0.95),
        ("4 right, of all", 0.95),
        ("5 right where several articles tell", 0.93),
        ("6 conflicts shown", 0.75),
        ("7 of those said", 0.65),
        ("8 copies joined", 0.95),
        ("9 of those said", 1.0),
    ],
)
@pytest.mark.parametrize("bundles", ["seen", "unseen"])
def test_a_figure_of_the_panel_stays_above_its_floor(
    shares: dict[str, dict[str, float]], bundles: str, figure: str, floor: float
) -> None:
    assert shares[bundles][figure] >= floor


def test_what_is_missed_is_named_and_no_more_than_is_counted(
    shares: dict[str, dict[str, float]],
) -> None:
    lines = list(panel_gold.misses())
    wrong = [line for line in lines if re.search(r": \S+, here \S+ by `\w+` \(\w+\)$", line)]
    missing = [line for line in lines if ", and nothing here (" in line]
    cells = [x for x in CELLS if x["sort"] == "cell" and x["bundle"] in panel_gold.UNSEEN]
    assert shares["unseen"]["2 cells"] == len(cells)
    right = 1 - (len(wrong) + len(missing)) / len(cells)
    assert right == pytest.approx(shares["unseen"]["4 right, of all"], abs=0.0005)
