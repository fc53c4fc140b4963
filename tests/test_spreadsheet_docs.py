"""What the page on spreadsheets says is so: its columns, its forms of CSV, and its code."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.panel_run import Article, Told, write_run
from uhc_llm.batch import workbooks
from uhc_llm.batch.csv_files import Locale
from uhc_llm.batch.result_tables import TABLES
from uhc_llm.batch.results import export
from uhc_llm.language import pgettext, speaking
from uhc_llm.panel.tables import PANEL

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "spreadsheets.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    told = Told("98.7", region="33.10", period="2024-06")
    write_run(tmp_path / "run.db", [Article("a", "Klatén [98,7 persen].", (told,))])
    return tmp_path / "run.db"


def form(named: str, locale: Locale | None) -> str:
    """What a row of the table says of a form of CSV."""
    (row,) = re.findall(rf"^\| {named} \|(.*)\|$", PAGE, flags=re.MULTILINE)
    cells: list[str] = [cell.strip().strip("`") for cell in row.split(" | ")]
    return cells[(None, "id", "en").index(locale)]


@pytest.mark.parametrize("locale", [None, "id", "en"])
def test_each_form_of_csv_is_as_the_table_has_it(run: Path, locale: Locale | None) -> None:
    export(run, run.with_name("out.csv"), locale=locale)
    text = run.with_name("out.csv").read_text("utf-8")
    assert text.startswith("\ufeff") == (form("a BOM, by which Excel knows UTF-8", locale) == "yes")
    lines = text.removeprefix("\ufeff").splitlines()
    (row,) = csv.DictReader(lines, delimiter=form("between cells", locale))
    assert row["value"] == form("a number", locale)
    assert f"{row['region_code']}`, `{row['period']}" == form("a region, a month", locale)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["published"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", form("a day", locale))


def test_the_code_of_the_page_reads_both_kinds(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run.parent)
    export(run, "facts.csv")
    export(run, "fakta.csv", locale="id")
    assert len(BLOCKS) == 1
    names: dict[str, pd.DataFrame] = {}
    exec(BLOCKS[0], names)  # noqa: S102 (the page's own)
    for frame in (names["facts"], names["fakta"]):
        assert frame[["region_code", "period", "value"]].values.tolist() == [
            ["33.10", "2024-06", 98.7]
        ]
        assert frame["sentence"].tolist() == ["Klatén 98,7 persen."]


def test_the_columns_of_the_page_are_there() -> None:
    columns = {*TABLES["facts"].names, *PANEL.names}
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PAGE))
    assert named - columns == set()
    assert named >= {
        name for name in columns if name.startswith(("period_", "first_", "last_"))
    } - {"period_source"}


@pytest.mark.parametrize(
    ("row", "contexts"),
    [
        ("headings", ["heading"]),
        ("what cells hold of a closed vocabulary", ["term", "term", "best_rule"]),
    ],
)
def test_the_words_of_the_page_are_those_of_a_workbook(row: str, contexts: list[str]) -> None:
    (cells,) = re.findall(rf"^\| {row} \| names: (.+) \| words: (.+) \|$", PAGE, re.MULTILINE)
    names, words = (cell.split(", ") for cell in cells)
    with speaking("id"):
        said = [
            pgettext(context, name.strip("`"))
            for context, name in zip(contexts * (3 // len(contexts)), names, strict=True)
        ]
    assert said == words


def test_the_bounds_of_a_workbook_are_those_of_the_page() -> None:
    rows = workbooks._MOST_SHEET_ROWS + 1  # noqa: SLF001
    for number in (workbooks._MOST_LINKS, workbooks._LONGEST_CELL, rows):  # noqa: SLF001
        assert f"{number:,}" in PAGE
