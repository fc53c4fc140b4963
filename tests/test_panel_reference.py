"""A panel beside an official series, which never enters it."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.panel_run import Article, Told, cells
from uhc_llm.errors import InputError
from uhc_llm.panel.building import Cell
from uhc_llm.panel.periods import By
from uhc_llm.panel.reference import Reference, compare, load_reference
from uhc_llm.schemas import Metric

HEAD = "region_code,region,period,metric,value"
KEY = ("33.22", "2024-06", "coverage_rate")


def loaded(folder: Path, *lines: str, head: str = HEAD, by: By = "month") -> Reference:
    path = folder / "official.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return load_reference(path, by)


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "line", "key"),
    [
        (HEAD, "33.22,,2024-06,coverage_rate,94.77", KEY),
        (HEAD, ",Kabupaten Semarang,2024-06,coverage_rate,94.77", KEY),
        (HEAD, ",kab. semarang,2024-06,coverage_rate,94.77", KEY),
        (HEAD, ",Kota Semarang,2024-06,coverage_rate,94.77", ("33.74", *KEY[1:])),
        (HEAD, ",Jawa Tengah,2024-06,coverage_rate,94.77", ("33", *KEY[1:])),
        (HEAD, "ID,,2024-06,coverage_rate,94.77", ("ID", *KEY[1:])),
        # The code goes before the name.
        (HEAD, "33.22,Semarang,2024-06,coverage_rate,94.77", KEY),
        (HEAD, " 33.22 ,, 2024-06 , coverage_rate , 94.77 ", KEY),
        # One of the two columns is enough, in any order, and others are left aside.
        ("value,metric,period,region_code", "94.77,coverage_rate,2024-06,33.22", KEY),
        ("region,period,metric,value", "Kab. Semarang,2024-06,coverage_rate,94.77", KEY),
        (f"{HEAD},source", "33.22,,2024-06,coverage_rate,94.77,BPS", KEY),
        (f"{HEAD},note", "33.22,,2024-06,coverage_rate,94.77," + "a" * 200_000, KEY),
        ("\ufeff" + HEAD, "33.22,,2024-06,coverage_rate,94.77", KEY),
        # As a spreadsheet with Indonesian settings saves it, and as the program writes it for one.
        (HEAD.replace(",", ";"), "33.22;;2024-06;coverage_rate;94,77", KEY),
        ("\ufeff" + HEAD.replace(",", ";"), "'33.22;;'2024-06;coverage_rate;94,77", KEY),
        (HEAD, '33.22,"Semarang,\n kab.",2024-06,coverage_rate,94.77', KEY),
        # Time is told as the panel tells it.
        (HEAD, "33.22,,2024-06-30,coverage_rate,94.77", KEY),
        (HEAD, "33.22,,2024-S1,coverage_rate,94.77", KEY),
        (HEAD, "33.22,,2024,coverage_rate,94.77", ("33.22", "2024", "coverage_rate")),
    ],
)
def test_a_series_is_read_by_code_or_name(
    tmp_path: Path, head: str, line: str, key: tuple[str, str, str]
) -> None:
    assert loaded(tmp_path, line, head=head) == {key: Decimal("94.77")}


@pytest.mark.parametrize(
    ("by", "period"), [("day", "2024-06-30"), ("month", "2024-06"), ("year", "2024")]
)
def test_time_is_told_apart_as_finely_as_asked(tmp_path: Path, by: By, period: str) -> None:
    found = loaded(tmp_path, "33.22,,2024-06-30,coverage_rate,94.77", by=by)
    assert list(found) == [("33.22", period, "coverage_rate")]


def test_a_series_without_a_line_is_empty(tmp_path: Path) -> None:
    assert loaded(tmp_path) == {}


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("region_code,period,metric", "has no column value"),
        ("region_code,value", "has no column period, metric"),
        ("period,metric,value", "neither a column region_code nor region"),
        ("", "has no column period, metric, value"),
    ],
)
def test_a_column_that_is_not_there_is_named(tmp_path: Path, head: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        loaded(tmp_path, head=head)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("33.99,,2024-06,coverage_rate,94.77", "line 3: '33.99' is the code of no region"),
        (
            ",Kabupaten Atlantis,2024-06,coverage_rate,94.77",
            "line 3: 'Kabupaten Atlantis' names no",
        ),
        (",Semarang,2024-06,coverage_rate,94.77", "'Semarang' names no one region: write Kota"),
        (",,2024-06,coverage_rate,94.77", "line 3: '' names no one region"),
        ("33.22,,2024-06,coverage,94.77", "line 3: 'coverage' is none of coverage_rate, "),
        ('33.22,,2024-06,coverage_rate,"94,77"', "line 3: '94,77' is no number: write 94.77"),
        ("33.22,,2024-06,coverage_rate,n/a", "line 3: 'n/a' is no number"),
        ("33.22,,2024-06,coverage_rate,NaN", "line 3: 'NaN' is no number"),
        ("33.22,,2024-06,coverage_rate,Infinity", "line 3: 'Infinity' is no number"),
        ("33.22,,2024-06,coverage_rate,", "line 3: '' is no number"),
        ("33.22,,06/2024,coverage_rate,94.77", "line 3: '06/2024' is no period: write 2024, "),
        ("33.22,,2024-13,coverage_rate,94.77", "line 3: '2024-13' is no period"),
        ("33.22,,,coverage_rate,94.77", "line 3: '' is no period"),
        ('33.22,,2024-06,coverage_rate,"94.77', "line 3: no CSV .*is a quotation mark missing"),
        # A line that ends too soon.
        ("33.22,,2024-06", "line 3: '' is none of coverage_rate, "),
        ("33.22,,2024-06,coverage_rate", "line 3: '' is no number"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, line: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        loaded(tmp_path, "33.22,,2024-05,coverage_rate,94.1", line)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv cannot be read"):
        load_reference(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("é".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.csv cannot be read"):
        load_reference(tmp_path / "latin.csv")


# --- laying beside -------------------------------------------------------------------------------


def panel(*told: Told) -> list[Cell]:
    text = " ".join(f"Terdata [{fact.value}]." for fact in told)
    return cells(Article("a", text, told))[0]


def months(*values: str, metric: Metric = "coverage_rate") -> list[Cell]:
    """A series of some months of 2024."""
    return panel(*(Told(value, metric, f"2024-{n:02}") for n, value in enumerate(values, start=1)))


def official(*values: str, metric: Metric = "coverage_rate") -> Reference:
    return {
        ("33.22", f"2024-{n:02}", metric): Decimal(value) for n, value in enumerate(values, start=1)
    }


def test_cells_that_both_have_are_matched() -> None:
    found = compare(
        panel(
            Told("94.77"),
            Told("94.77", period="2024-05"),
            Told("80", "active_rate"),
            Told("12.5", segment="pbpu", period="2024-04"),
        ),
        {
            KEY: Decimal(94),
            ("33.22", "2024-04", "coverage_rate"): Decimal(90),
            ("33.74", "2024-05", "coverage_rate"): Decimal(90),
            ("33.22", "2024-06", "active_rate"): Decimal(81),
        },
    )
    assert found.official == 4
    assert [(x.cell.metric, x.cell.period, str(x.official)) for x in found.matched] == [
        ("active_rate", "2024-06", "81"),
        ("coverage_rate", "2024-06", "94"),
    ]


def test_a_share_lies_apart_in_points_and_all_else_in_percent() -> None:
    found = compare(months("94.77"), official("95.27"))
    assert [each.apart for each in found.matched] == [Decimal("0.5")]
    people = compare(
        months("95000", metric="participants"), official("100000", metric="participants")
    )
    assert [each.apart for each in people.matched] == [Decimal(5)]
    none = compare(months("12", metric="uninsured"), official("0", metric="uninsured"))
    assert [each.apart for each in none.matched] == [Decimal(12)]


def test_half_lie_no_further_than_the_median_and_ninety_no_further_than_the_other() -> None:
    found = compare(
        months("90", "91", "92", "93", "94"), official("90", "91.5", "91", "93.2", "90")
    )
    assert (found.median, found.ninety) == (Decimal("0.5"), Decimal("2.8"))
    assert [str(each.apart) for each in found.outliers] == ["4", "1", "0.5", "0.2"]
    assert [each.cell.period for each in found.outliers][:2] == ["2024-05", "2024-03"]


def test_of_one_cell_there_are_no_ninety_and_of_none_no_median() -> None:
    one = compare(months("94"), official("95"))
    assert (one.median, one.ninety, len(one.outliers)) == (Decimal(1), None, 1)
    none = compare(months("94"), {("33.74", "2024-01", "coverage_rate"): Decimal(95)})
    assert none == (1, (), None, None, ())
    assert compare([], {}) == (0, (), None, None, ())


def test_what_does_not_lie_apart_is_no_outlier_and_ten_are_shown() -> None:
    same = compare(months("94", "95"), official("94", "95"))
    assert (same.median, same.ninety, same.outliers) == (Decimal(0), Decimal(0), ())
    values = [f"{80 + n}" for n in range(12)]
    many = compare(months(*values), official(*(f"{79 + n}.{n % 10}" for n in range(12))))
    assert len(many.outliers) == 10


def test_a_derived_share_is_held_against_the_series_too() -> None:
    found = compare(
        panel(Told("1003811", "participants"), Told("1059200", "population")), {KEY: Decimal(95)}
    )
    assert [(each.cell.derived, each.apart) for each in found.matched] == [
        (Decimal("94.77"), Decimal("0.23"))
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=1, max_size=12))
def test_outliers_are_the_worst_first(pairs: Sequence[tuple[int, int]]) -> None:
    here, there = zip(*((str(one), str(other)) for one, other in pairs), strict=True)
    found = compare(months(*here), official(*there))
    apart = [each.apart for each in found.matched]
    assert apart == [abs(one - other) for one, other in pairs]
    shown = [each.apart for each in found.outliers]
    assert shown == sorted((each for each in apart if each), reverse=True)[:10]
    assert found.median is not None
    assert 2 * sum(each <= found.median for each in apart) >= len(apart)
    assert found.ninety is None or found.median <= found.ninety <= max(apart)
