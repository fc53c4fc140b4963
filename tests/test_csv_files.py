"""CSV for programs, and for the spreadsheets of a language."""

import csv
import io
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.panel_run import ARTICLES, Article, Told, write_run
from tests.test_cells import CONVERTED, FORMULAS, LEFT_ALONE
from uhc_llm.batch.cells import as_it_was
from uhc_llm.batch.csv_files import CsvWriter, Locale
from uhc_llm.batch.result_tables import TABLES, Column
from uhc_llm.batch.results import FORMATS, export
from uhc_llm.errors import ConfigurationError
from uhc_llm.panel import write_panel
from uhc_llm.panel.reference import load_reference

LOCALES: Final[tuple[Locale | None, ...]] = (None, "id", "en")
COLUMNS: Final = (
    Column("region_code"),
    Column("value", "number"),
    Column("year", "integer"),
    Column("published", "date"),
    Column("rejected", "flag"),
    Column("sentence"),
)
BOM: Final = b"\xef\xbb\xbf"


def written(rows: list[tuple[Any, ...]], locale: Locale | None) -> str:
    out = io.StringIO()
    writer = CsvWriter(out, COLUMNS, locale)
    writer.write_header()
    for row in rows:
        writer.write_row(row)
    return out.getvalue()


@pytest.mark.parametrize(
    ("locale", "lines"),
    [
        (None, ["region_code,value,year,published,rejected,sentence",
                "33.10,98.7,2024,2024-05-14,0,5"]),
        ("en", ["\ufeffregion_code,value,year,published,rejected,sentence",
                "'33.10,98.7,2024,2024-05-14,0,'5"]),
        ("id", ["\ufeffregion_code;value;year;published;rejected;sentence",
                "'33.10;98,7;2024;2024-05-14;0;'5"]),
    ],
)  # fmt: skip
def test_each_locale_has_its_own_form(locale: Locale | None, lines: list[str]) -> None:
    row = ("33.10", 98.7, 2024, "2024-05-14", 0, "5")
    assert written([row], locale).splitlines() == lines


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (-2.5, "-2.5"), (685_000, "685000"), (0.1, "0.1"), (None, ""),
        # A number that only text holds exactly is one all the same, and gets no apostrophe.
        ("12345678901234567890.5", "12345678901234567890.5"), ("-1", "-1"),
    ],
)  # fmt: skip
def test_a_number_is_a_number_in_each_locale(
    locale: Locale | None, value: object, digits: str
) -> None:
    text = written([("ID", value, None, None, 0, "")], locale).splitlines()[1]
    decimal = digits.replace(".", ",") if locale == "id" else digits
    assert next(csv.reader([text], delimiter=";" if locale == "id" else ","))[1] == decimal


def frame(text: str, locale: Locale | None) -> pd.DataFrame:
    """As somebody reads it who does what the documentation says."""
    return pd.read_csv(
        io.BytesIO(text.encode()),
        sep=";" if locale == "id" else ",",
        decimal="," if locale == "id" else ".",
        dtype={"region_code": str, "sentence": str},
        keep_default_na=False,
        na_values={"value": [""], "year": [""]},
    )


CELLS: Final = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.sampled_from(
        [*FORMULAS, *CONVERTED, *LEFT_ALONE, 'dia bilang "98"', "a,b;c", "a\rb", "a\r\nb", "x\x07",
         "\x1b[31m", "👩‍👩‍👧 98", "é", "\ufeff", "'", "''", ";", ",", '"', "\u2028", "NA", "null"]
    ),
)  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
@given(
    rows=st.lists(
        st.tuples(
            CELLS,
            st.one_of(st.floats(-1e12, 1e12), st.integers(-(10**12), 10**12)),
            CELLS,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_pandas_reads_every_row_back(
    locale: Locale | None, rows: list[tuple[str, float, str]]
) -> None:
    text = written([(code, n, 2024, "2024-05-14", 1, said) for code, n, said in rows], locale)
    read = frame(text, locale)
    assert list(read.columns) == [column.name for column in COLUMNS]
    assert read["value"].tolist() == pytest.approx([n for _, n, _ in rows], rel=1e-12)
    for column, place in (("region_code", 0), ("sentence", 2)):
        cells = [row[place] for row in rows]
        assert [as_it_was(cell) for cell in read[column]] == cells
        assert all(not cell.lstrip().startswith(("=", "+", "-", "@")) for cell in read[column])


# --- what the program writes ----------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path) -> Path:
    odd = Article(
        "2024-06",
        'Cakupan "JKN"; Klaten:\n[98,7 persen].',
        (Told("98.7", region="33.10", period="2024-06"),),
    )
    write_run(tmp_path / "run.db", [*ARTICLES, odd])
    return tmp_path / "run.db"


@pytest.mark.parametrize(("locale", "sep"), [("id", ";"), ("en", ",")])
def test_tables_and_panels_come_in_a_locale(run: Path, locale: Locale, sep: str) -> None:
    out = run.with_name("out.csv")
    export(run, out, locale=locale)
    facts = read_as_spreadsheet(out, sep)
    (row,) = [x for x in facts if x["region_code"] == "'33.10"]
    assert (row["id"], row["period"], row["year"], row["month"]) == (
        "'2024-06", "'2024-06", "2024", "6",
    )  # fmt: skip
    assert row["value"] == ("98,7" if locale == "id" else "98.7")
    assert row["period_start"] == "2024-06-01"
    files = write_panel(run, out, locale=locale).files
    assert len(files) == 3
    tables = [read_as_spreadsheet(path, sep) for path in files]
    assert {row["region_code"] for row in tables[0]} >= {"'33.10", "ID"}
    assert {row["target_year"] for row in tables[1]} == {"'2024", "'2025"}
    assert {row["table"] for row in tables[2]} == {"panel", "targets"}


def read_as_spreadsheet(path: Path, sep: str) -> list[dict[str, str]]:
    raw = path.read_bytes()
    assert raw.startswith(BOM)
    return list(csv.DictReader(io.StringIO(raw[3:].decode(), newline=""), delimiter=sep))


def test_without_a_locale_csv_is_for_programs(run: Path) -> None:
    out = run.with_name("out.csv")
    export(run, out)
    assert not out.read_bytes().startswith(BOM)
    read = pd.read_csv(out, dtype={"region_code": str, "period": str})
    assert "33.10" in set(read["region_code"])
    assert tuple(read.columns) == TABLES["facts"].names


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != ".csv"])
def test_only_csv_has_a_locale(run: Path, suffix: str) -> None:
    out = run.with_name(f"out{suffix}")
    for write in (export, write_panel):
        with pytest.raises(ConfigurationError, match=r"a locale is of \.csv"):
            write(run, out, locale="id")
    assert not out.exists()


def test_a_locale_that_is_not_known_is_refused(run: Path) -> None:
    with pytest.raises(ConfigurationError, match="none of id, en"):
        export(run, run.with_name("out.csv"), locale="fr")  # type: ignore[arg-type] # what somebody may write


@pytest.mark.parametrize("locale", LOCALES)
def test_a_panel_can_be_laid_beside_one_of_any_locale(run: Path, locale: Locale | None) -> None:
    out = run.with_name("out.csv")
    write_panel(run, out, locale=locale)
    series = load_reference(out)
    assert str(series["33.10", "2024-06", "coverage_rate"]) == "98.7"
