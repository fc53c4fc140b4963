"""Workbooks: each cell is what its column says, and nothing else."""

import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from tests.panel_run import ARTICLES, Article, Told, write_run
from tests.test_cells import CONVERTED, FORMULAS, LEFT_ALONE
from uhc_llm.batch import workbooks
from uhc_llm.batch.result_tables import TABLES, Column, ResultTable, TableName
from uhc_llm.batch.results import export
from uhc_llm.batch.workbooks import write_workbook
from uhc_llm.panel import write_panel
from uhc_llm.panel.tables import CODEBOOK, PANEL, TARGETS

TABLE: Final = ResultTable(
    "",
    (
        Column("region_code"),
        Column("value", "number"),
        Column("year", "integer"),
        Column("published", "date"),
        Column("rejected", "flag"),
        Column("url"),
    ),
    "",
    "",
)
ADDRESS: Final = "https://koran.example/jkn?a=1&b=2#isi"


def sheet_of(path: Path, rows: Iterable[tuple[Any, ...]]) -> Any:  # openpyxl carries no types
    write_workbook(path, [("results", TABLE, rows)])
    return openpyxl.load_workbook(path)["results"]


def test_each_cell_has_the_type_and_the_format_of_its_column(tmp_path: Path) -> None:
    row = ("33.10", 98.7, 2024, "2024-05-14", 1, ADDRESS)
    code, value, year, day, flag, url = sheet_of(tmp_path / "a.xlsx", [row])[2]
    assert (code.value, code.data_type, code.number_format) == ("33.10", "s", "@")
    assert (value.value, value.data_type, value.number_format) == (98.7, "n", "#,##0.0")
    assert (year.value, year.data_type, year.number_format) == (2024, "n", "General")
    assert (day.value.isoformat(), day.is_date) == ("2024-05-14T00:00:00", True)
    assert day.number_format == "yyyy-mm-dd"
    assert (flag.value, flag.data_type) == (True, "b")
    assert url.value == ADDRESS
    assert f"{url.hyperlink.target}#{url.hyperlink.location}" == ADDRESS


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (98.7, "#,##0.0"), (98, "#,##0"), (98.0, "#,##0"), (96.93, "#,##0.00"),
        (1_021_435, "#,##0"), (51_030_000_000, "#,##0"), (-1.19, "#,##0.00"),
        (0.9653, "#,##0.0000"), (0.1 + 0.2, "#,##0.0"), (1e-7, "#,##0.000000"),
        (1e16, "#,##0"), ("12345678901234567890", "#,##0"), (0, "#,##0"),
    ],
)  # fmt: skip
def test_a_number_shows_the_decimals_that_it_has_and_is_no_percent(
    tmp_path: Path, value: float, shown: str
) -> None:
    cell = sheet_of(tmp_path / "a.xlsx", [("ID", value, None, None, 0, None)])["B2"]
    assert cell.value == pytest.approx(float(value), rel=1e-15)
    assert cell.number_format == shown


@pytest.mark.parametrize(
    "address",
    [
        "@evil.example", "=HYPERLINK(1)", "koran.example", "javascript:alert(1)", "file:///etc/x",
        "internal:Sheet1!A1", "external:c:\\a.xlsx", "mailto:a@example", "ftp://koran.example",
        "https://koran.example/a b", 'https://koran.example/"', "https://koran.example/\n",
        f"https://koran.example/{'a' * 2100}",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_text_and_no_link(tmp_path: Path, address: str) -> None:
    cell = sheet_of(tmp_path / "a.xlsx", [("ID", 1, None, None, 0, address)])["F2"]
    assert cell.hyperlink is None
    assert cell.value.removeprefix("'") == address
    assert cell.data_type == "s"


def test_there_are_no_more_links_than_excel_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "_MOST_LINKS", 2)
    sheet = sheet_of(tmp_path / "a.xlsx", [("ID", 1, None, None, 0, ADDRESS)] * 4)
    assert [cell.hyperlink is not None for (cell,) in sheet["F2:F5"]] == [True, True, False, False]
    assert {cell.value for (cell,) in sheet["F2:F5"]} == {ADDRESS}


@pytest.mark.parametrize("day", ["1899-12-31", "0001-01-01"])
def test_a_day_before_those_that_excel_knows_is_text(tmp_path: Path, day: str) -> None:
    cell = sheet_of(tmp_path / "a.xlsx", [("ID", 1, None, day, 0, None)])["D2"]
    assert (cell.value, cell.data_type) == (day, "s")


def test_a_text_longer_than_the_text_format_shows_is_formatted_otherwise(tmp_path: Path) -> None:
    sheet = sheet_of(
        tmp_path / "a.xlsx", [("a" * n, 1, None, None, 0, None) for n in (255, 256, 40_000)]
    )
    assert [cell.number_format for (cell,) in sheet["A2:A4"]] == ["@", "General", "General"]
    assert [len(cell.value) for (cell,) in sheet["A2:A4"]] == [255, 256, 32_767]


def test_what_is_not_said_is_a_blank_cell(tmp_path: Path) -> None:
    row = sheet_of(tmp_path / "a.xlsx", [("", None, None, None, 0, "")])[2]
    assert [cell.value for cell in row] == [None, None, None, None, False, None]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_header_stays_in_sight_and_filters_all_rows(tmp_path: Path, count: int) -> None:
    row = ("Kabupaten Kepulauan Siau Tagulandang Biaro", 98.7, 2024, "2024-05-14", 0, "x" * 500)
    sheet = sheet_of(tmp_path / "a.xlsx", [row] * count)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:F{count + 1}"
    assert all(cell.font.bold for cell in sheet[1])
    if count:
        widths = {name: round(width.width) for name, width in sheet.column_dimensions.items()}
        assert (widths["A"], widths["F"]) == (len(row[0]) + 1, 61)


def test_no_number_lacks_the_room_to_be_shown(tmp_path: Path) -> None:
    rows = [("ID", 98.7, 2024, None, 0, None)] * 300
    sheet = sheet_of(tmp_path / "a.xlsx", [*rows, ("ID", 51_030_000_000.25, 2024, None, 0, None)])
    assert sheet.column_dimensions["B"].width >= len("51,030,000,000.25")


def test_a_code_that_looks_like_a_number_is_not_marked_as_an_error(tmp_path: Path) -> None:
    sheet_of(tmp_path / "a.xlsx", [("33.10", 1, None, None, 0, None)])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert b'numberStoredAsText="1"' in parts.read("xl/worksheets/sheet1.xml")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    texts=st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8"), max_size=20),
            st.sampled_from([*FORMULAS, *CONVERTED, *LEFT_ALONE, "_x0041_", "a\x07b", "👩‍👩‍👧"]),
        ),
        max_size=8,
    )
)
def test_text_is_text_and_never_a_number_a_formula_or_a_link(
    tmp_path: Path, texts: list[str]
) -> None:
    sheet = sheet_of(tmp_path / "a.xlsx", [(x, 1, 1, None, 0, None) for x in texts])
    cells = [cell for (cell,) in sheet[f"A2:A{len(texts) + 1}"]] if texts else []
    for text, cell in zip(texts, cells, strict=True):
        assert cell.data_type == ("s" if text else "n")
        assert cell.hyperlink is None
        assert text == "" or not cell.value.startswith(("=", "+", "-", "@"))
        # XML makes a line feed of a carriage return.
        if "\r" not in text and not text.startswith("'"):
            assert unescape(cell.value or "").removeprefix("'") == text


# --- what the program writes ----------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path) -> Path:
    klaten = Article("a", "Klaten [98,7 persen].", (Told("98.7", region="33.10"),), url=ADDRESS)
    write_run(tmp_path / "run.db", [*ARTICLES, klaten])
    return tmp_path / "run.db"


@pytest.mark.parametrize("table", TABLES)
def test_a_workbook_explains_every_column_of_its_table(run: Path, table: TableName) -> None:
    out = run.with_name("out.xlsx")
    export(run, out, table=table)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["results", "columns"]
    header = [cell.value for cell in book["results"][1]]
    titles, *rows = book["columns"].iter_rows(values_only=True)
    assert titles == ("column", "kind", "about")
    assert [name for name, _, _ in rows] == header
    assert all(about for _, _, about in rows)


def test_a_panel_has_days_codes_and_links(run: Path) -> None:
    out = run.with_name("out.xlsx")
    write_panel(run, out)
    book = openpyxl.load_workbook(out)
    for name, table in {"panel": PANEL, "targets": TARGETS, "codebook": CODEBOOK}.items():
        assert tuple(cell.value for cell in book[name][1]) == table.names
        assert book[name].freeze_panes == "A2"
        assert book[name].auto_filter.ref.startswith("A1:")
    rows = [dict(zip(PANEL.names, row, strict=True)) for row in book["panel"].iter_rows(min_row=2)]
    (row,) = [row for row in rows if row["region_code"].value == "33.10"]
    assert row["region_code"].number_format == row["period"].number_format == "@"
    assert (row["period"].value, row["year"].value, row["month"].value) == ("2024-06", 2024, 6)
    assert row["period_start"].value.isoformat() == "2024-06-01T00:00:00"
    assert row["precision"].value == "month"
    assert row["evidence_url"].hyperlink.target == ADDRESS.partition("#")[0]


def test_the_same_results_are_the_same_bytes(run: Path) -> None:
    first, second = run.with_name("a.xlsx"), run.with_name("b.xlsx")
    write_panel(run, first)
    write_panel(run, second)
    assert first.read_bytes() == second.read_bytes()
    made = openpyxl.load_workbook(first).properties.created
    assert made.date() == date(1980, 1, 1)
