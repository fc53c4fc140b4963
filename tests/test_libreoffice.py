"""What is written, opened by LibreOffice with Indonesian and with English settings.

`UHC_LLM_SOFFICE` names another one than that on the path.
"""

import csv
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final, NamedTuple

import openpyxl
import pytest

from tests.panel_run import Article, Told, write_run
from uhc_llm.batch.csv_files import Locale
from uhc_llm.batch.results import export

SOFFICE: Final = os.environ.get("UHC_LLM_SOFFICE") or next(
    filter(None, map(shutil.which, ("soffice", "libreoffice"))), None
)
pytestmark = pytest.mark.skipif(
    SOFFICE is None,
    reason="LibreOffice is not installed: Debian's package libreoffice-calc-nogui, or name it by "
    "UHC_LLM_SOFFICE",
)


class Settings(NamedTuple):
    """How LibreOffice names a language, by words and by number, and what separates cells there."""

    name: str
    number: int
    separator: str


SETTINGS: Final[dict[Locale, Settings]] = {
    "id": Settings("id-ID", 1057, ";"),
    "en": Settings("en-US", 1033, ","),
}
PROFILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop>
</item>
</oor:items>
"""
# Comma, quotation marks, UTF-8; as shown.
AS_SHOWN: Final = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """What goes wrong in a spreadsheet: 33.10, 2024-06, 98,7, a name that begins like a formula."""
    facts = (
        Told("98.7", region="33.10", period="2024-06"),
        Told("1034331", "participants", region="33.10", period="2024-06-30"),
    )
    text = "=Cakupan di Klatén [98,7 persen], peserta [1.034.331 jiwa]."
    write_run(tmp_path / "run.db", [Article("2024-06", text, facts)])
    return tmp_path / "run.db"


def convert(path: Path, to: str, locale: Locale, *options: str) -> Path:
    """A file as LibreOffice saves it anew."""
    assert SOFFICE is not None
    profile = path.with_name(f"profile-{locale}")
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        settings = PROFILE.format(SETTINGS[locale].name)
        (profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    out = path.with_name("converted")
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", *options,
         "--convert-to", to, "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return out / f"{path.stem}.{to.partition(':')[0]}"


@pytest.mark.parametrize(
    ("locale", "numbers", "flag"),
    [("id", ["98,7", "1.034.331"], "SALAH"), ("en", ["98.7", "1,034,331"], "FALSE")],
)
def test_a_workbook_is_shown_as_the_settings_have_it(
    run: Path, locale: Locale, numbers: list[str], flag: str
) -> None:
    out = run.with_name("facts.xlsx")
    export(run, out)
    with convert(out, AS_SHOWN, locale).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == numbers
    assert {row["rejected"] for row in rows} == {flag}
    assert {row["region_code"] for row in rows} == {"33.10"}
    assert [row["period"] for row in rows] == ["2024-06", "2024-06-30"]
    assert [row["period_start"] for row in rows] == ["2024-06-01", "2024-06-30"]
    assert {row["year"] for row in rows} == {"2024"}
    assert {row["id"] for row in rows} == {"2024-06"}


def test_a_workbook_in_indonesian_has_words_over_cells_of_every_kind(run: Path) -> None:
    out = run.with_name("fakta.xlsx")
    export(run, out, lang="id")
    with convert(out, AS_SHOWN, "id").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["Indikator"], row["Nilai"], row["Satuan"]) for row in rows] == [
        ("cakupan kepesertaan", "98,7", "persen"),
        ("peserta", "1.034.331", "jiwa"),
    ]
    assert {row["Kode wilayah"] for row in rows} == {"33.10"}
    assert [row["Awal periode"] for row in rows] == ["2024-06-01", "2024-06-30"]
    assert {row["Tidak diloloskan"] for row in rows} == {"SALAH"}


@pytest.mark.parametrize("locale", SETTINGS)
# Whether "Detect special numbers" is ticked when a CSV file is opened.
@pytest.mark.parametrize("detects", ["false", "true"])
def test_csv_of_a_locale_keeps_text_and_has_numbers(
    run: Path, locale: Locale, detects: str
) -> None:
    out = run.with_name("facts.csv")
    export(run, out, locale=locale)
    settings = SETTINGS[locale]
    tokens = f"{ord(settings.separator)},34,76,1,,{settings.number},false,{detects}"
    opened = convert(out, "xlsx", locale, f"--infilter=Text - txt - csv (StarCalc):{tokens}")
    header, *lines = openpyxl.load_workbook(opened).active.iter_rows(values_only=True)
    rows: list[dict[str, Any]] = [dict(zip(header, line, strict=True)) for line in lines]
    assert [row["value"] for row in rows] == [98.7, 1034331]
    assert {row["region_code"] for row in rows} == {"'33.10"}
    assert [row["period"] for row in rows] == ["'2024-06", "'2024-06-30"]
    assert {row["id"] for row in rows} == {"'2024-06"}
    assert [row["period_start"].date().isoformat() for row in rows] == ["2024-06-01", "2024-06-30"]
    assert {row["month"] for row in rows} == {6}
    assert {row["sentence"] for row in rows} == {
        "'=Cakupan di Klatén 98,7 persen, peserta 1.034.331 jiwa."
    }


def test_plain_csv_is_what_loses_a_code(run: Path) -> None:
    """Why there are the other two."""
    out = run.with_name("facts.csv")
    export(run, out)
    options = "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false"
    book = openpyxl.load_workbook(convert(out, "xlsx", "en", options))
    header, first, *_ = book.active.iter_rows(values_only=True)
    assert dict(zip(header, first, strict=True))["region_code"] == 33.1
