"""A picture shows what articles say, the latest first, and nothing is left out unsaid."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm.report.figures import (
    MOST_PAIRS,
    MOST_PANELS,
    Figure,
    coverage_by_region,
    coverage_over_time,
    middle,
    registered_and_active,
    targets_and_reached,
)
from uhc_llm.schemas import ISO_PERIOD, Fact, Metric, Period, Region

BATU = Region(code="35.79", name="Kota Batu", level="city", province="Jawa Timur")
BOGOR = Region(code="32.01", name="Kabupaten Bogor", level="regency", province="Jawa Barat")
JAMBI = Region(code="15", name="Jambi", level="province", province="Jambi")
NATION = Region(code="ID", name="Indonesia", level="nation")
MADIUN = Region(code=None, name="Cabang Madiun", level="area")

Said = tuple[str, Fact]


def said(
    value: str | int,
    period: str = "",
    region: Region | None = BATU,
    metric: Metric = "coverage_rate",
    article: str = "a",
    **more: Any,
) -> Said:
    fields: dict[str, Any] = {
        "metric": metric,
        "value": Decimal(value),
        "unit": "percent",
        "status": "actual",
        "segment": "all",
        "verdict": "verified",
        "region": region,
        "period": Period(iso=period, source="text") if period else None,
    }
    return article, Fact(**{**fields, **more})


def drawn(figure: Figure) -> list[tuple[str, list[tuple[str, str, str]]]]:
    return [
        (row.region.name, [(p.part, str(p.value), p.period) for p in row.points])
        for row in figure.rows
    ]


@pytest.mark.parametrize(
    ("iso", "day"),
    [
        ("2021", date(2021, 7, 2)),
        ("2024", date(2024, 7, 1)),
        ("2021-S1", date(2021, 4, 1)),
        ("2021-S2", date(2021, 9, 30)),
        ("2021-Q1", date(2021, 2, 14)),
        ("2021-Q4", date(2021, 11, 15)),
        ("2021-09", date(2021, 9, 15)),
        ("2024-02", date(2024, 2, 15)),
        ("2022-02-14", date(2022, 2, 14)),
        ("2022-02-31", None),
        ("0000", None),
        ("", None),
    ],
)
def test_a_period_stands_in_its_middle(iso: str, day: date | None) -> None:
    assert middle(iso) == day


@given(st.from_regex(ISO_PERIOD, fullmatch=True))
def test_no_period_breaks_the_picture(iso: str) -> None:
    day = middle(iso)
    assert day is None or f"{day.year:04}" == iso[:4]


# --- coverage by region ---


def test_the_latest_figure_of_each_region_is_shown_the_highest_first() -> None:
    figure = coverage_by_region(
        [said(90, "2023", BOGOR), said(98, "2022"), said("98.4", "2024-05"), said(97, "2024-01-31")]
    )
    assert drawn(figure) == [
        ("Kota Batu", [("reached", "98.4", "2024-05")]),
        ("Kabupaten Bogor", [("reached", "90", "2023")]),
    ]
    assert (figure.included, figure.left_out) == (2, {"not the latest of their region": 2})


def test_the_nation_stands_apart_from_the_regions() -> None:
    figure = coverage_by_region([said(99), said(80, region=NATION), said(70, region=JAMBI)])
    assert [row.region.name for row in figure.rows] == ["Indonesia", "Kota Batu", "Jambi"]
    assert [row.region.name for row in figure.regions] == ["Kota Batu", "Jambi"]


def test_values_that_differ_for_one_period_are_all_shown() -> None:
    figure = coverage_by_region([said(95, "2024", article="b"), said(98, "2024", article="a")])
    assert drawn(figure) == [("Kota Batu", [("reached", "95", "2024"), ("reached", "98", "2024")])]


def test_the_same_value_in_several_articles_is_one_point_that_names_them() -> None:
    [row] = coverage_by_region(
        [
            said(95, "2024", article="one", verdict="suspect"),
            said("95.0", "2024", article="two", qualifier="at_least"),
        ]
    ).rows
    [point] = row.points
    assert point.articles == ("one", "two")
    assert point.written == "95% or ≥ 95%"
    assert point.is_verified


def test_a_point_is_suspect_where_every_article_is() -> None:
    [row] = coverage_by_region([said(95, verdict="suspect"), said(95, verdict=None)]).rows
    assert [point.is_verified for point in row.points] == [False]


def test_an_undated_figure_gives_way_to_a_dated_one() -> None:
    assert drawn(coverage_by_region([said(99), said(70, "2017")])) == [
        ("Kota Batu", [("reached", "70", "2017")])
    ]
    assert drawn(coverage_by_region([said(99)])) == [("Kota Batu", [("reached", "99", "")])]


def test_areas_without_a_code_are_told_apart_by_name() -> None:
    other = MADIUN.model_copy(update={"name": "Cabang Jambi"})
    figure = coverage_by_region([said(90, region=MADIUN), said(80, region=other)])
    assert len(figure.rows) == 2


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (said(98, status="target"), "that say a target"),
        (said(98, status=None), "not said to be reached or aimed at"),
        (said(98, segment="pbi_apbd"), "of one group of members"),
        (said(98, region=None), "of no region"),
        (said(98, upper=Decimal(99)), "that say a range"),
        (said(98, unit="people"), "in another unit"),
    ],
)
def test_what_is_no_share_of_all_in_a_region_is_left_out_with_its_reason(
    fact: Said, reason: str
) -> None:
    figure = coverage_by_region([fact, said(70)])
    assert (figure.included, figure.left_out) == (1, {reason: 1})
    assert coverage_by_region([fact]).is_empty


def test_facts_of_other_metrics_are_neither_in_nor_left_out() -> None:
    figure = coverage_by_region([said(5000, metric="participants", unit="people")])
    assert figure == Figure((), 0, {})


# --- coverage over time ---


def test_regions_with_two_periods_are_shown_in_the_order_of_time() -> None:
    figure = coverage_over_time(
        [said(98, "2024"), said(80, "2020-S1"), said(85, "2021-03"), said(99, "2024", BOGOR)]
    )
    assert drawn(figure) == [
        (
            "Kota Batu",
            [("reached", "80", "2020-S1"), ("reached", "85", "2021-03"), ("reached", "98", "2024")],
        )
    ]
    assert figure.left_out == {"of a region with one period only": 1}


def test_two_values_of_one_period_make_no_line() -> None:
    figure = coverage_over_time([said(98, "2024"), said(95, "2024"), said(90)])
    assert figure.is_empty
    assert figure.left_out == {"of a region with one period only": 2, "without a period": 1}


def test_the_best_documented_regions_are_kept_and_the_others_counted() -> None:
    facts = [said(60, year, NATION) for year in ("2019", "2020", "2021", "2022")]
    for number in range(MOST_PANELS + 2):
        region = Region(code=f"11.{number:02}", name=f"Kota {number:02}", level="city")
        facts += [said(70, "2020", region), said(80, "2021", region)]
        if number == MOST_PANELS + 1:
            facts.append(said(90, "2022", region))
    figure = coverage_over_time(facts)
    assert len(figure.rows) == MOST_PANELS
    assert [row.region.name for row in figure.rows[:2]] == ["Indonesia", f"Kota {MOST_PANELS + 1}"]
    assert len(figure.more) == 3
    assert figure.left_out == {"of regions with fewer periods": 6}
    assert len(figure.everywhere) == MOST_PANELS + 2


# --- targets ---


def test_the_latest_target_stands_beside_the_latest_figure_the_widest_gap_first() -> None:
    figure = targets_and_reached(
        [
            said(97, "2024"),
            said(98, "2025", status="target"),
            said(95, "2024", status="target"),
            said(70, "2023", BOGOR),
            said(95, "2024", BOGOR, status="target"),
            said(90, region=JAMBI),
        ]
    )
    assert drawn(figure) == [
        ("Kabupaten Bogor", [("reached", "70", "2023"), ("target", "95", "2024")]),
        ("Kota Batu", [("reached", "97", "2024"), ("target", "98", "2025")]),
    ]
    assert figure.left_out == {
        "of a region with only one of the two": 1,
        "not the latest of their region": 1,
    }


def test_a_share_active_is_never_compared_with_a_target_of_registration() -> None:
    figure = targets_and_reached([said(75, metric="active_rate"), said(98, status="target")])
    assert figure.is_empty
    assert figure.left_out == {"of a region with only one of the two": 2}


def test_a_region_may_have_a_target_for_each_share() -> None:
    figure = targets_and_reached(
        [
            said(97),
            said(98, status="target"),
            said(70, metric="active_rate"),
            said(80, metric="active_rate", status="target"),
        ]
    )
    assert [(row.metric, row.gap("target", "reached")) for row in figure.rows] == [
        ("active_rate", Decimal(10)),
        ("coverage_rate", Decimal(1)),
    ]


def test_regions_for_which_there_is_no_room_are_kept_for_the_count() -> None:
    facts = []
    for number in range(MOST_PAIRS + 5):
        region = Region(code=f"11.{number:02}", name=f"Kota {number:02}", level="city")
        facts += [said(90 - number, region=region), said(95, region=region, status="target")]
    figure = targets_and_reached(facts)
    assert [row.region.name for row in figure.more] == [f"Kota 0{n}" for n in (4, 3, 2, 1, 0)]
    assert figure.left_out == {"of regions with a smaller gap": 10}
    assert figure.included + sum(figure.left_out.values()) == len(facts)


# --- registered and active ---


def counted(members: int, active: int, article: str = "a", period: str = "2024") -> list[Said]:
    return [
        said(members, period, metric="participants", unit="people", article=article),
        said(active, period, metric="active_participants", unit="people", article=article),
    ]


def test_the_share_registered_stands_beside_the_share_active() -> None:
    figure = registered_and_active([said(98, "2024"), said(75, "2023", metric="active_rate")])
    assert drawn(figure) == [
        ("Kota Batu", [("registered", "98", "2024"), ("active", "75", "2023")])
    ]


def test_a_share_active_is_reckoned_where_an_article_gives_both_numbers() -> None:
    [row] = registered_and_active([said(98, "2024"), *counted(3000, 2000)]).rows
    [active] = row.of("active")
    assert (active.value, active.written, active.is_verified) == (Decimal("66.7"), "~66.7%", True)


def test_a_share_that_is_stated_goes_before_one_that_is_reckoned() -> None:
    [row] = registered_and_active(
        [said(98, "2024"), said(70, "2020", metric="active_rate"), *counted(3000, 2000)]
    ).rows
    assert [str(point.value) for point in row.of("active")] == ["70"]


@pytest.mark.parametrize(
    "numbers",
    [
        [counted(3000, 2000, "a")[0], counted(3000, 2000, "b")[1]],
        [counted(3000, 2000, period="2023")[0], counted(3000, 2000, period="2024")[1]],
        [*counted(3000, 2000), counted(4000, 1)[0]],
        counted(0, 0),
    ],
    ids=["of two articles", "of two periods", "of two numbers of members", "of nobody"],
)
def test_nothing_is_reckoned_of_numbers_that_may_not_belong_together(numbers: list[Said]) -> None:
    assert registered_and_active([said(98, "2024"), *numbers]).is_empty


@given(
    st.lists(
        st.builds(
            said,
            st.integers(0, 130),
            st.sampled_from(["", "2020", "2021-S1", "2024-05"]),
            st.sampled_from([BATU, BOGOR, JAMBI, NATION, MADIUN, None]),
            st.sampled_from(["coverage_rate", "active_rate"]),
            st.sampled_from("abc"),
            status=st.sampled_from(["actual", "target", None]),
            segment=st.sampled_from(["all", "ppu", None]),
            verdict=st.sampled_from(["verified", "suspect"]),
        ),
        max_size=30,
    )
)
def test_every_fact_of_a_metric_is_shown_or_left_out_with_a_reason(facts: Sequence[Said]) -> None:
    rates = [fact for _, fact in facts if fact.metric == "coverage_rate"]
    for figure, of in (
        (coverage_by_region(facts), rates),
        (coverage_over_time(facts), rates),
        (targets_and_reached(facts), facts),
        (registered_and_active(facts), facts),
    ):
        assert figure.included + sum(figure.left_out.values()) == len(of)
        assert figure.included == sum(len(point.articles) for point in figure.points)
