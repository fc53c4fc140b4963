"""Cells, what is derived, what is noted beside, and the targets that they are held against."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.panel_run import ONE, Article, Told, cells, observed, the_cell
from uhc_llm.errors import ConfigurationError
from uhc_llm.panel.building import Cell, PanelOptions, build_panel, cells_of, groups_of
from uhc_llm.panel.periods import By, cell_time
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import Metric, Segment

RATE = Told("94.77", confidence=0.8)
MEMBERS = Told("1003811", metric="participants", confidence=0.7)
PEOPLE = Told("1059200", metric="population")
ACTIVE = Told("817000", metric="active_participants")


def told(*facts: Told, name: str = "a") -> Article:
    """An article whose numbers are those of these facts."""
    return Article(name, " ".join(f"Terdata [{fact.value}]." for fact in facts), facts)


def keys(found: list[Cell]) -> list[tuple[str | None, str, str, str]]:
    return [(cell.region.code, cell.period, cell.metric, cell.segment) for cell in found]


# --- cells ---------------------------------------------------------------------------------------


def test_a_cell_is_of_a_region_a_time_a_metric_and_a_group() -> None:
    found, targets = cells(
        told(
            RATE,
            RATE._replace(period="2024-06-30"),
            RATE._replace(period="2024-Q2", value="94.8"),
            RATE._replace(period="2024"),
            RATE._replace(segment="pbpu"),
            RATE._replace(metric="active_rate"),
            RATE._replace(region="33"),
            RATE._replace(region="ID"),
        )
    )
    assert targets == []
    assert keys(found) == [
        ("ID", "2024-06", "coverage_rate", "all"),
        ("33", "2024-06", "coverage_rate", "all"),
        ("33.22", "2024-06", "active_rate", "all"),
        ("33.22", "2024", "coverage_rate", "all"),
        ("33.22", "2024-06", "coverage_rate", "all"),
        ("33.22", "2024-06", "coverage_rate", "pbpu"),
    ]
    cell = found[4]
    assert (cell.value, cell.unit, cell.chosen.rule) == (Decimal("94.77"), "percent", "exact")
    assert [seen.period for seen in cell.seen] == ["2024-06", "2024-06-30"]
    assert (cell.derived, cell.notes, cell.target, cell.distance) == (None, (), None, None)


def test_what_is_of_no_region_or_no_time_makes_no_cell() -> None:
    article = told(
        RATE._replace(region="Kantor Cabang Ungaran"),
        RATE._replace(region="99.99"),
        RATE._replace(period=None),
    )
    assert cells(article) == ([], [])


@pytest.mark.parametrize(
    ("by", "periods"),
    [
        ("day", ["2024", "2024-06", "2024-06-10", "2024-06-30"]),
        ("month", ["2024", "2024-06"]),
        ("year", ["2024"]),
    ],
)
def test_time_is_told_apart_as_finely_as_asked(by: By, periods: list[str]) -> None:
    said = ["2024", "2024-S1", "2024-06-10", "2024-06-30"]
    article = told(*(RATE._replace(period=each) for each in said))
    found, _ = cells(article, asked=PanelOptions(by=by))
    assert [cell.period for cell in found] == periods


def test_the_rules_that_are_asked_for_choose() -> None:
    article = told(RATE, RATE._replace(value="93.1", verdict="suspect"))
    assert the_cell(article).chosen.rule == "verified"
    assert the_cell(article, asked=PanelOptions(rules=())).chosen.rule == "least"


def test_the_best_is_reviewed_then_verified_then_likely_then_early() -> None:
    def best(*facts: Told, days: tuple[str | None, ...] = ()) -> str:
        every = [
            told(fact, name=f"a{place}")._replace(published=day)
            for place, (fact, day) in enumerate(
                zip(facts, days or ["2024-07-10"] * len(facts), strict=True)
            )
        ]
        return the_cell(*every).best.name

    doubtful = RATE._replace(verdict="suspect")
    assert best(RATE, doubtful._replace(is_reviewed=True)) == "a1"
    assert best(doubtful._replace(confidence=0.9), RATE) == "a1"
    assert best(RATE, RATE._replace(confidence=0.9)) == "a1"
    assert best(RATE._replace(confidence=None), RATE._replace(confidence=0.1)) == "a1"
    assert best(RATE, RATE, days=("2024-07-10", "2024-07-09")) == "a1"
    assert best(RATE, RATE, days=(None, "2024-07-09")) == "a1"
    assert best(RATE, RATE) == "a0"


# --- derived -------------------------------------------------------------------------------------


def test_coverage_that_nobody_says_is_derived_of_members_and_population() -> None:
    cell = the_cell(told(MEMBERS, PEOPLE))
    assert (cell.value, cell.derived) == (Decimal("94.77"), Decimal("94.77"))
    assert (cell.unit, cell.segment, cell.notes) == ("percent", "all", ())
    assert [seen.metric for seen in cell.seen] == ["participants"]


@pytest.mark.parametrize(
    "facts",
    [
        (MEMBERS, PEOPLE._replace(period="2024-05")),
        (MEMBERS, PEOPLE._replace(period="2024")),
        (MEMBERS, PEOPLE._replace(region="33.74")),
        (MEMBERS._replace(segment="pbpu"), PEOPLE),
        (MEMBERS,),
        (PEOPLE,),
        (MEMBERS, PEOPLE._replace(value="0")),
        # Not much more people than there are can be members of theirs.
        (MEMBERS, PEOPLE._replace(value="901200")),
        (MEMBERS._replace(status="target"), PEOPLE),
        (ACTIVE, MEMBERS),
        (MEMBERS._replace(verdict="suspect"), PEOPLE),
        (MEMBERS, PEOPLE._replace(verdict="suspect")),
    ],
)
def test_nothing_is_derived_of_what_does_not_belong_together_or_is_in_doubt(
    facts: tuple[Told, ...],
) -> None:
    found, _ = cells(told(*facts))
    assert [cell.metric for cell in found if cell.derived is not None] == []


def test_a_share_somewhat_above_a_hundred_is_derived() -> None:
    cell = the_cell(told(MEMBERS, PEOPLE._replace(value="1000000")))
    assert cell.derived == Decimal("100.38")


def test_what_somebody_says_is_not_derived() -> None:
    cell = the_cell(told(MEMBERS, PEOPLE, RATE._replace(value="91.2")))
    assert (cell.value, cell.derived, cell.notes) == (Decimal("91.2"), None, ("sums_differ",))


def test_of_several_members_those_that_stand_are_shared_out() -> None:
    other = MEMBERS._replace(value="950000", verdict="suspect")
    cell = the_cell(told(MEMBERS, other, PEOPLE))
    assert (cell.derived, cell.chosen.rule, cell.conflict) == (
        Decimal("94.77"),
        "verified",
        "conflict",
    )
    assert cell.disputed == ()


def test_the_share_that_adds_up_is_chosen() -> None:
    article = told(MEMBERS, PEOPLE, RATE._replace(value="94.71"), RATE._replace(value="93.3"))
    cell = the_cell(article)
    assert (cell.value, cell.chosen.rule) == (Decimal("94.71"), "adds_up")


@pytest.mark.parametrize("segment", ["pbpu", "pbi_apbd"])
def test_of_some_members_no_share_adds_up(segment: Segment) -> None:
    facts = [fact._replace(segment=segment) for fact in (MEMBERS, PEOPLE, RATE)]
    assert the_cell(told(*facts, facts[-1]._replace(value="93.3"))).chosen.rule == "least"


# --- notes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "notes"),
    [
        ("94.77", ()),
        ("94.3", ()),
        ("95.27", ()),
        ("94.26", ("sums_differ",)),
        ("99", ("sums_differ",)),
    ],
)
def test_a_share_that_members_and_population_do_not_come_to_is_noted(
    rate: str, notes: tuple[str, ...]
) -> None:
    assert the_cell(told(MEMBERS, PEOPLE, RATE._replace(value=rate))).notes == notes


def test_the_share_of_active_members_is_held_against_members() -> None:
    rate = Told("77", metric="active_rate")
    cell = the_cell(told(ACTIVE, MEMBERS, rate), metric="active_rate")
    assert cell.notes == ("sums_differ",)
    near = the_cell(told(ACTIVE, MEMBERS, rate._replace(value="81.4")), metric="active_rate")
    assert near.notes == ()


def test_a_range_is_noted() -> None:
    cell = the_cell(told(RATE._replace(value="94", upper="96")))
    assert (cell.value, cell.chosen.option.upper) == (Decimal(94), Decimal(96))
    assert cell.notes == ("range",)


@pytest.mark.parametrize(
    ("region", "period", "is_old"),
    [
        ("91", "2021-06", True),
        ("91", "2021", True),
        ("91", "2022-10", True),
        ("91", "2022-11-10", True),
        ("91", "2022-11-11", False),
        ("91", "2022-11", False),
        ("91", "2022", False),
        ("91", "2023-01", False),
        ("92", "2022-11", True),
        ("92", "2022-12-08", True),
        ("92", "2022-12", False),
        # A regency is what it was, and the new provinces have no old boundaries.
        ("91.71", "2021-06", False),
        ("93", "2022-12", False),
        ("33", "2021-06", False),
        ("ID", "2021-06", False),
    ],
)
def test_a_province_before_it_was_split_is_noted(region: str, period: str, is_old: bool) -> None:
    notes = ("old_boundaries",) if is_old else ()
    by_day = PanelOptions(by="day")
    told_rate = told(RATE._replace(region=region, period=period))
    assert the_cell(told_rate, asked=by_day).notes == notes
    both = told(*(fact._replace(region=region, period=period) for fact in (MEMBERS, PEOPLE)))
    derived = the_cell(both, asked=by_day)
    assert (derived.derived, derived.notes) == (Decimal("94.77"), notes)


def series(*figures: tuple[str, str], metric: Metric = "coverage_rate") -> list[str]:
    """The times of a series that leave it."""
    facts = [Told(value, metric=metric, period=period) for period, value in figures]
    found, _ = cells(told(*facts))
    return [cell.period for cell in found if "breaks_series" in cell.notes]


@pytest.mark.parametrize(
    ("figures", "breaks"),
    [
        ([("2024-05", "80"), ("2024-06", "94")], ["2024-06"]),
        ([("2024-05", "80"), ("2024-06", "90")], []),
        ([("2024-05", "80"), ("2024-06", "90.1")], ["2024-06"]),
        ([("2024-05", "94"), ("2024-06", "80")], ["2024-06"]),
        # So much more in each further month, of three.
        ([("2024-04", "70"), ("2024-06", "90")], []),
        ([("2024-04", "70"), ("2024-06", "90.1")], ["2024-06"]),
        ([("2024-03", "60"), ("2024-06", "90.1")], ["2024-06"]),
        ([("2024-02", "50"), ("2024-06", "99")], []),
        # It is seen again when it comes back.
        ([("2024-04", "80"), ("2024-05", "95"), ("2024-06", "81")], ["2024-05", "2024-06"]),
        # A year has no place in a series of months.
        ([("2024", "80"), ("2024-06", "95")], []),
        ([("2024-05", "80"), ("2024", "95"), ("2024-06", "80")], []),
        ([("2023", "60"), ("2024", "95")], []),
    ],
)
def test_a_share_that_leaves_its_series_is_noted(
    figures: list[tuple[str, str]], breaks: list[str]
) -> None:
    assert series(*figures) == breaks


def test_numbers_of_people_break_no_series() -> None:
    assert series(("2024-05", "500000"), ("2024-06", "990000"), metric="participants") == []


@pytest.mark.parametrize(
    ("first", "then", "breaks"),
    [
        ("dari peserta", "dari peserta", True),
        ("dari peserta", "", True),
        ("dari peserta", "dari penduduk", False),
    ],
)
def test_a_share_of_something_else_breaks_no_series(first: str, then: str, breaks: bool) -> None:
    text = f"Keaktifan [81,4 persen] {first}. Keaktifan [60,1 persen] {then}."
    facts = [
        Told("81.4", metric="active_rate", period="2024-05"),
        Told("60.1", metric="active_rate", period="2024-06"),
    ]
    found, _ = cells(Article("a", text, tuple(facts)))
    assert ["breaks_series" in cell.notes for cell in found] == [False, breaks]


def test_series_of_two_regions_or_groups_are_two() -> None:
    found, _ = cells(
        told(
            RATE._replace(period="2024-05", value="60"),
            RATE._replace(period="2024-06", value="95", region="33.74"),
            RATE._replace(period="2024-06", value="95", segment="pbpu"),
        )
    )
    assert {cell.notes for cell in found} == {()}


# --- targets -------------------------------------------------------------------------------------

OWN = Told("98", status="target", period="2024-12")
NATIONS = OWN._replace(region="ID", value="98.6", period="2024")


def beside(rate: Told, *targets: Told) -> tuple[str, str, bool] | None:
    """The target of a cell: its value, its year, and whether it is the nation's."""
    (cell,) = [
        cell
        for cell in cells(told(rate, *targets))[0]
        if (cell.region.code, cell.metric, cell.segment) == (rate.region, rate.metric, rate.segment)
    ]
    target = cell.target
    if target is None:
        assert cell.distance is None
        return None
    assert cell.distance == cell.value - target.chosen.option.value
    return str(target.chosen.option.value), target.year, target.is_nations


@pytest.mark.parametrize(
    ("rate", "targets", "target"),
    [
        (RATE, (OWN,), ("98", "2024", False)),
        (RATE, (NATIONS,), ("98.6", "2024", True)),
        # Its own before the nation's, though that is nearer;
        (RATE, (OWN._replace(period="2029"), NATIONS), ("98", "2029", False)),
        # the next before later ones,
        (RATE, (OWN._replace(period="2025", value="99"), OWN), ("98", "2024", False)),
        # and what is past is no target any more.
        (RATE, (OWN._replace(period="2023"),), None),
        (RATE, (OWN._replace(period="2023"), NATIONS), ("98.6", "2024", True)),
        (RATE._replace(period="2024"), (OWN,), ("98", "2024", False)),
        # It is of the same metric, group and region.
        (RATE, (OWN._replace(metric="active_rate"),), None),
        (RATE, (OWN._replace(segment="pbpu"),), None),
        (RATE, (OWN._replace(region="33"),), None),
        (
            RATE._replace(metric="active_rate"),
            (OWN._replace(metric="active_rate"),),
            ("98", "2024", False),
        ),
        # What is aimed at at no time is held against nothing,
        (RATE, (OWN._replace(period=None),), None),
        # and numbers of people against none.
        (MEMBERS, (OWN._replace(metric="participants", value="1050000"),), None),
        # The nation's is its own target.
        (RATE._replace(region="ID"), (NATIONS,), ("98.6", "2024", False)),
    ],
)
def test_a_share_is_held_against_the_next_target(
    rate: Told, targets: tuple[Told, ...], target: tuple[str, str, bool] | None
) -> None:
    assert beside(rate, *targets) == target


def test_a_share_above_its_target_is_so_far_above_it() -> None:
    (cell,) = [cell for cell in cells(told(RATE, OWN._replace(value="90")))[0] if cell.target]
    assert cell.distance == Decimal("4.77")


def test_a_target_is_no_cell_and_a_cell_no_target() -> None:
    found, targets = cells(told(RATE, OWN))
    assert keys(found) == [("33.22", "2024-06", "coverage_rate", "all")]
    assert [(x.region.code, x.year, x.metric, x.segment) for x in targets] == [
        ("33.22", "2024", "coverage_rate", "all")
    ]


def test_targets_of_a_year_are_one_of_which_one_is_chosen() -> None:
    facts = (
        OWN,
        OWN._replace(period="2024-06", value="97", verdict="suspect"),
        OWN._replace(period=None, value="99"),
    )
    _, targets = cells(told(*facts))
    assert [(x.year, str(x.chosen.option.value), x.chosen.rule) for x in targets] == [
        ("", "99", "only"),
        ("2024", "98", "verified"),
    ]


def test_a_share_that_is_derived_has_its_target_too() -> None:
    (cell,) = [x for x in cells(told(MEMBERS, PEOPLE, OWN))[0] if x.derived is not None]
    assert cell.distance == Decimal("-3.23")


# --- as a whole ----------------------------------------------------------------------------------


def test_articles_are_grouped_by_what_they_say_to_be_reached() -> None:
    first, copy = (told(MEMBERS, PEOPLE, name=name) for name in "ab")
    undated = told(MEMBERS, PEOPLE, name="c")._replace(published=None)
    aims = [told(OWN, OWN._replace(period="2025"), name=name) for name in "de"]
    texts = {article.name: article.text for article in (first, copy, undated, *aims)}
    groups = groups_of(observed(first, copy, undated, *aims), texts.__getitem__)
    assert groups == {"a": "a", "b": "a"}


TOLD = st.builds(
    ONE._replace,
    value=st.sampled_from(["60", "94.77", "94.8", "98", "1003811", "1059200"]),
    metric=st.sampled_from(["coverage_rate", "active_rate", "participants", "population"]),
    period=st.sampled_from([None, "2024", "2024-05", "2024-06", "2024-06-30", "2025"]),
    region=st.sampled_from(["ID", "33", "33.22", "91", "Ungaran"]),
    status=st.sampled_from(["actual", "actual", "target"]),
    segment=st.sampled_from(["all", "all", "pbpu"]),
)
ARTICLES = st.lists(st.lists(TOLD, min_size=1, max_size=4), min_size=1, max_size=6).map(
    lambda few: [told(*facts, name=f"a{place}") for place, facts in enumerate(few)]
)


@settings(deadline=None)
@given(ARTICLES, st.data(), st.sampled_from(["day", "month", "year"]))
def test_the_order_of_what_is_said_changes_nothing(
    articles: list[Article], data: st.DataObject, by: By
) -> None:
    asked = PanelOptions(by=by)
    other = data.draw(st.permutations(articles))
    assert cells(*other, asked=asked) == cells(*articles, asked=asked)


@settings(deadline=None)
@given(ARTICLES, st.sampled_from(["day", "month", "year"]))
def test_every_observation_has_its_place_and_no_cell_another_one(
    articles: list[Article], by: By
) -> None:
    found, targets = cells(*articles, asked=PanelOptions(by=by))
    regions = gazetteer().by_code
    seen = [one for one in observed(*articles) if one.region_code in regions]
    reached = {
        (one.region_code, cell_time(one.period, by), one.metric, one.segment)
        for one in seen
        if one.status == "actual" and one.period
    }
    said = [cell for cell in found if cell.derived is None]
    assert set(keys(said)) == reached
    assert len(set(keys(found))) == len(found)
    aims = {(x.region.code, x.year, x.metric, x.segment) for x in targets}
    assert aims == {
        (one.region_code, one.period[:4], one.metric, one.segment)
        for one in seen
        if one.status == "target"
    }
    for cell in found:
        assert cell.target is None or cell.target.year >= cell.period[:4]


def test_a_panel_by_something_else_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not by 'week'"):
        build_panel(None, PanelOptions(by="week"))  # type: ignore[arg-type] # what it is of is not looked at


def test_cells_of_nothing_are_none() -> None:
    assert cells_of([], {}) == ([], [])
