"""The time of a panel's cells: which one a period belongs to, and when it ends."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decided_run import settle
from tests.panel_run import Article, Told, write_run
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import reviewed_articles
from uhc_llm.errors import ConfigurationError
from uhc_llm.panel import PanelOptions, load_panel, load_targets, store_panel, write_panel
from uhc_llm.panel.observations import observations, seen_in
from uhc_llm.panel.periods import (
    By,
    cell_time,
    check_by,
    day_of,
    first_day,
    in_calendar,
    last_day,
    precision_of,
)
from uhc_llm.schemas import Period

# What is said; the cell by day, by month and by year; the last day.
FORMS = [
    ("2024", "2024", "2024", "2024", date(2024, 12, 31)),
    ("2024-06", "2024-06", "2024-06", "2024", date(2024, 6, 30)),
    ("2024-02", "2024-02", "2024-02", "2024", date(2024, 2, 29)),
    ("2023-02", "2023-02", "2023-02", "2023", date(2023, 2, 28)),
    ("2024-12", "2024-12", "2024-12", "2024", date(2024, 12, 31)),
    ("2024-06-07", "2024-06-07", "2024-06", "2024", date(2024, 6, 7)),
    ("2024-02-29", "2024-02-29", "2024-02", "2024", date(2024, 2, 29)),
    ("2024-S1", "2024-06", "2024-06", "2024", date(2024, 6, 30)),
    ("2024-S2", "2024-12", "2024-12", "2024", date(2024, 12, 31)),
    ("2024-Q1", "2024-03", "2024-03", "2024", date(2024, 3, 31)),
    ("2024-Q2", "2024-06", "2024-06", "2024", date(2024, 6, 30)),
    ("2024-Q3", "2024-09", "2024-09", "2024", date(2024, 9, 30)),
    ("2024-Q4", "2024-12", "2024-12", "2024", date(2024, 12, 31)),
]


@pytest.mark.parametrize(("iso", "by_day", "by_month", "by_year", "end"), FORMS)
def test_a_period_belongs_to_one_cell_and_ends_on_one_day(
    iso: str, by_day: str, by_month: str, by_year: str, end: date
) -> None:
    assert cell_time(iso, "day") == by_day
    assert cell_time(iso, "month") == cell_time(iso) == by_month
    assert cell_time(iso, "year") == by_year
    assert last_day(iso) == end


@pytest.mark.parametrize(
    ("time", "precision", "first"),
    [
        ("2024", "year", date(2024, 1, 1)),
        ("2024-02", "month", date(2024, 2, 1)),
        ("2024-02-29", "day", date(2024, 2, 29)),
    ],
)
def test_the_time_of_a_cell_is_told_so_finely_and_begins_on_one_day(
    time: str, precision: By, first: date
) -> None:
    assert precision_of(time) == precision
    assert first_day(time) == first


@pytest.mark.parametrize("iso", [form[0] for form in FORMS])
def test_a_day_alone_is_a_day(iso: str) -> None:
    assert day_of(iso) == (date.fromisoformat(iso) if len(iso) == len("2024-06-07") else None)


@settings(deadline=None)
@given(st.dates(), st.sampled_from(["day", "month", "year"]))
def test_what_is_coarser_holds_what_is_finer(day: date, by: By) -> None:
    iso = day.isoformat()
    time = cell_time(iso, by)
    assert iso.startswith(time)
    assert cell_time(time, by) == time
    assert last_day(time) >= day == last_day(iso)


@settings(deadline=None)
@given(st.sampled_from([form[0] for form in FORMS]), st.sampled_from(["day", "month", "year"]))
def test_the_time_of_a_cell_ends_no_earlier_than_what_is_said(iso: str, by: By) -> None:
    assert last_day(cell_time(iso, by)) >= last_day(iso)
    assert cell_time(cell_time(iso, "day"), by) == cell_time(iso, by)


@pytest.mark.parametrize("by", ["day", "month", "year"])
def test_a_panel_is_made_by_day_month_or_year(by: str) -> None:
    check_by(by)
    with pytest.raises(ConfigurationError, match=f"by day, month, year, not by '{by}s'"):
        check_by(f"{by}s")


# --- what no calendar has ------------------------------------------------------------------------

NEVER = (
    ("2022-02-31", "2022-02"),
    ("2023-02-29", "2023-02"),
    ("2022-06-31", "2022-06"),
    ("0000", None),
    ("0000-Q1", None),
    ("0000-01-01", None),
)


@pytest.mark.parametrize(("iso", "known"), NEVER)
def test_of_a_day_that_no_calendar_has_the_month_is_known(iso: str, known: str | None) -> None:
    assert in_calendar(iso) == (known or "")


@pytest.mark.parametrize("iso", [form[0] for form in FORMS])
def test_what_a_calendar_has_is_as_it_is(iso: str) -> None:
    assert in_calendar(iso) == iso


@pytest.mark.parametrize("by", ["day", "month", "year"])
@pytest.mark.parametrize(("iso", "known"), NEVER)
def test_it_breaks_no_panel(tmp_path: Path, iso: str, known: str | None, by: By) -> None:
    run, day = tmp_path / "run.db", Told("97.62", period="2022-02-10")
    article = Article(
        "a",
        "Cakupan [96,88 persen], [97,62 persen]; target [98 persen].",
        (Told("96.88", period=iso), day, Told("98", period=iso, status="target")),
    )
    (key,) = write_run(run, [article]).values()
    options = PanelOptions(by=by, as_of=date(2026, 1, 1))
    for suffix in (".csv", ".parquet", ".xlsx"):
        write_panel(run, tmp_path / f"panel{suffix}", options, complete=True)
    store_panel(run, options)
    told = load_panel(run, options)["period"].tolist()
    assert set(told) == {cell_time(period, by) for period in (known, "2022-02-10") if period}
    assert load_targets(run, options)["target_year"].tolist() == [(known or "")[:4]]
    with Ledger.review(run) as ledger:  # nor does what a reviewer says
        moved = Period(iso=iso, source="text")
        settle(ledger, key, "fact:1", "correct", period=moved)
        assert [seen.period for seen in observations(ledger) if seen.status == "actual"] == (
            [known, known] if known else []
        )
        (reviewed,) = reviewed_articles(ledger)
    assert {seen.period for seen in seen_in(reviewed)} == {known or ""}
