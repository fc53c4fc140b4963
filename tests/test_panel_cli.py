"""`uhc-llm panel`, as a person calls it."""

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from tests.panel_run import ARTICLES, write_run
from uhc_llm.cli import app
from uhc_llm.errors import UhcLlmError


class Said(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.setenv("COLUMNS", "1000")

    def calling(*arguments: str | Path) -> Said:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if isinstance(result.exception, UhcLlmError):
            return Said(result.exception.exit_code, result.stdout, str(result.exception))
        return Said(result.exit_code, result.stdout, result.stderr)

    return calling


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write_run(tmp_path / "run.db", ARTICLES)
    return tmp_path / "run.db"


@pytest.fixture
def out(run: Path) -> Path:
    return run.with_name("panel.csv")


def rows(out: Path) -> list[dict[str, str]]:
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- what is written -----------------------------------------------------------------------------


def test_a_panel_is_written_and_counted(call: Call, run: Path, out: Path) -> None:
    done = call("panel", run, out)
    assert (done.code, done.out) == (0, "")
    counted = "16 cells of 6 regions, 2 targets; 1 cell in conflict: "
    files = [out, out.with_name("panel.targets.csv"), out.with_name("panel.codebook.csv")]
    assert done.err.strip() == counted + ", ".join(map(str, files))
    assert len(rows(out)) == 16


def test_a_panel_comes_as_spreadsheets_of_a_language_open_it(
    call: Call, run: Path, out: Path
) -> None:
    assert call("panel", run, out, "--locale", "id").code == 0
    for path in (out, out.with_name("panel.targets.csv"), out.with_name("panel.codebook.csv")):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file, delimiter=";"))
    assert "97,41" in {row["value"] for row in read}
    assert "'33.19" in {row["region_code"] for row in read}


def test_without_a_file_the_panel_is_put_into_the_run(call: Call, run: Path) -> None:
    done = call("panel", run, "--by", "year", "--complete")
    assert (done.code, done.out) == (0, "")
    tables = f"{run} (panel, panel_targets, panel_codebook, panel_made)"
    assert done.err.strip().endswith(f"1 cell in conflict: {tables}")
    with closing(sqlite3.connect(run)) as db:
        assert db.execute("SELECT by, complete FROM panel_made").fetchall() == [("year", 1)]
        query = "SELECT DISTINCT period FROM panel ORDER BY period"
        assert [year for (year,) in db.execute(query)] == ["2021", "2023", "2024"]
    assert [path.name for path in run.parent.glob("panel*")] == []


def test_a_run_has_no_locale(call: Call, run: Path) -> None:
    found = call("panel", run, "--locale", "id")
    assert (found.code, found.err) == (4, "a locale is of a .csv: name one")


def test_from_articles_to_a_panel(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for day, share in ((1, "98,4"), (31, "98,9")):
        text = f"KOTA BATU - Cakupan JKN Kota Batu {share} persen per {day} Mei 2024."
        (folder / f"{day}.txt").write_text(text, encoding="utf-8")
    run, out = tmp_path / "run.db", tmp_path / "panel.jsonl"
    assert call("batch", folder, "--run", run, "--strategy", "code").code == 0
    assert call("panel", run, out).code == 0
    (row,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (row["region"], row["period"], row["value"]) == ("Kota Batu", "2024-05", 98.9)
    assert (row["best_rule"], row["conflict"], row["articles"]) == ("later", "dated", 2)


@pytest.mark.parametrize(
    ("options", "periods"),
    [
        ((), {"2021", "2021-06", "2023", "2024-05", "2024-06", "2024-07"}),
        (("--by", "year"), {"2021", "2023", "2024"}),
        (("--by", "month", "--as-of", "2024-06-30"), {"2021", "2021-06", "2024-05"}),
        (("--by", "day", "--as-of", "2021-07-01"), {"2021", "2021-06"}),
    ],
)
def test_times_and_vintages_are_asked_for(
    call: Call, run: Path, out: Path, options: tuple[str, ...], periods: set[str]
) -> None:
    assert call("panel", run, out, *options).code == 0
    assert {row["period"] for row in rows(out)} == periods


def test_a_rule_can_be_left_out(call: Call, run: Path, out: Path) -> None:
    def value() -> tuple[str, str]:
        (row,) = [row for row in rows(out) if row["region_code"] == "33.20"]
        return row["value"], row["best_rule"]

    call("panel", run, out)
    assert value() == ("90.36", "revised")
    assert call("panel", run, out, "--without", "revised").code == 0
    assert value() == ("90.63", "reports")
    assert call("panel", run, out, "--without", "revised", "--without", "reports").code == 0
    assert value() == ("90.36", "least")


def test_every_region_has_a_row_where_that_is_asked_for(call: Call, run: Path, out: Path) -> None:
    plain = call("panel", run, out)
    assert call("panel", run, out, "--complete") == plain
    counts = [
        row for row in rows(out) if (row["period"], row["metric"]) == ("2024-05", "population")
    ]
    assert len(counts) == 553
    assert [row["value"] for row in counts if row["value"]] == ["872900"]


def test_a_promise_leaves_what_is_sure(call: Call, run: Path, out: Path) -> None:
    # The labelled articles tell from what confidence on.
    assert call("panel", run, out, "--precision", "0.9").code == 0
    sure = {(row["region"], row["metric"], row["value"]) for row in rows(out)}
    call("panel", run, out)
    every = {(row["region"], row["metric"], row["value"]) for row in rows(out)}
    assert sure < every
    assert ("Indonesia", "coverage_rate", "96.8") not in sure


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code_and_message"),
    [
        (("--by", "week"), (2, "--by")),
        (("--as-of", "30 Juni 2024"), (2, "2024-06-30")),
        (("--without", "lates"), (4, "no rule is called 'lates': there are reviewed, exact")),
        (("--precision", "0.9999"), (4, "cannot be promised")),
        (("--reference", "none.csv"), (3, "none.csv cannot be read")),
    ],
)
def test_what_is_asked_for_wrongly_is_named(
    call: Call, run: Path, out: Path, options: tuple[str, ...], code_and_message: tuple[int, str]
) -> None:
    code, message = code_and_message
    found = call("panel", run, out, *options)
    assert found.code == code
    assert message in found.err


def test_a_file_that_is_none_and_a_run_that_is_none_are_named(
    call: Call, run: Path, tmp_path: Path
) -> None:
    found = call("panel", run, tmp_path / "out.xls")
    assert (found.code, ".parquet" in found.err) == (4, True)
    found = call("panel", tmp_path / "none.db", tmp_path / "out.csv")
    assert (found.code, "there is no run" in found.err) == (4, True)


def test_help_names_what_can_be_asked_for(call: Call) -> None:
    shown = call("panel", "--help").out
    for word in ("--by", "--as-of", "--precision", "--without", "--complete", "--reference"):
        assert word in shown


# --- beside an official series -------------------------------------------------------------------

SERIES = """region_code,period,metric,value
33.19,2024-05,coverage_rate,97.41
33.20,2024-06,coverage_rate,90.16
33.21,2024-06,coverage_rate,61.23456
33.21,2024-07,participants,1100000
35.79,2024-06,coverage_rate,98.76543
"""


def test_a_series_is_laid_beside_and_what_lies_furthest_apart_shown(
    call: Call, run: Path, out: Path, tmp_path: Path
) -> None:
    official = tmp_path / "official.csv"
    official.write_text(SERIES, encoding="utf-8")
    plain = call("panel", run, out)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("panel*")}
    done = call("panel", run, out, "--reference", official)
    assert (done.code, done.out) == (0, "")
    counted, beside, *worst = done.err.splitlines()
    assert counted == plain.err.strip()
    assert beside == (
        f"beside {official}: 4 of 5 figures are in the panel; half of them lie 0.17 or less apart "
        "(points, else percent), in 90 of 100 cells 18.41 or less"
    )
    assert [line.partition(":")[0].strip() for line in worst] == [
        "Kabupaten Demak 2024-06 coverage_rate",
        "Kabupaten Jepara 2024-06 coverage_rate",
        "Kabupaten Demak 2024-07 participants",
    ]
    assert worst[0].strip() == (
        "Kabupaten Demak 2024-06 coverage_rate: 87.45 here, 61.23456 there: DEMAK - Warga Demak "
        "yang terlindungi hingga Juni lalu 87,45 persen. (demak-2)"
    )
    # Nothing of the series is in the files.
    assert {path.name: path.read_bytes() for path in tmp_path.glob("panel*")} == before
    assert not any(b"61.23" in text or b"98.76" in text for text in before.values())


def test_a_series_of_other_regions_is_said_to_be_none_of_it(
    call: Call, run: Path, out: Path, tmp_path: Path
) -> None:
    official = tmp_path / "official.csv"
    official.write_text("region,period,metric,value\nKota Batu,2024-06,coverage_rate,98\n")
    done = call("panel", run, out, "--reference", official)
    assert done.code == 0
    assert done.err.splitlines()[1] == f"none of the 1 figures of {official} is in the panel"


def test_one_figure_has_no_ninety(call: Call, run: Path, out: Path, tmp_path: Path) -> None:
    official = tmp_path / "official.csv"
    official.write_text("region_code,period,metric,value\n33.20,2024,coverage_rate,90\n")
    done = call("panel", run, out, "--by", "year", "--reference", official)
    beside, worst = done.err.splitlines()[1:]
    assert beside.endswith("half of them lie 0.36 or less apart (points, else percent)")
    assert worst.startswith("  Kabupaten Jepara 2024 coverage_rate: 90.36 here, 90 there: ")
