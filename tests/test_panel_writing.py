"""A panel as files and as a frame."""

import csv
import errno
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyarrow import parquet

import uhc_llm
from tests.panel_run import ARTICLES, Article, Told, write_run
from uhc_llm.batch import results
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import ResultTable
from uhc_llm.batch.results import FORMATS
from uhc_llm.errors import ConfigurationError, LedgerError, ResultFileError
from uhc_llm.panel import PanelOptions, load_panel, load_targets, write_panel
from uhc_llm.panel.choosing import rules_named
from uhc_llm.panel.tables import CODEBOOK, PANEL, TARGETS, codebook_rows
from uhc_llm.scanner.regions.gazetteer import gazetteer

TABLES: dict[str, ResultTable] = {"panel": PANEL, "targets": TARGETS, "codebook": CODEBOOK}
SHOWN = 16
"""So many cells the articles of the run tell."""

Rows = list[dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write_run(tmp_path / "run.db", ARTICLES)
    return tmp_path / "run.db"


def read(out: Path) -> dict[str, Rows]:
    """The tables that were written, each by its name."""
    if out.suffix == ".xlsx":
        book = openpyxl.load_workbook(out)
        found = {}
        for sheet in book.worksheets:
            header, *lines = sheet.iter_rows(values_only=True)
            found[sheet.title] = [dict(zip(map(str, header), x, strict=True)) for x in lines]
        return found
    beside = {name: out.with_name(f"{out.stem}.{name}{out.suffix}") for name in TABLES}
    return {name: one(path) for name, path in (beside | {"panel": out}).items()}


def one(path: Path) -> Rows:
    match path.suffix:
        case ".jsonl":
            return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))
        case _:
            rows: Rows = parquet.read_table(path).to_pylist()
            return rows


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_panel_its_targets_and_its_codebook_are_written(run: Path, suffix: str) -> None:
    out = run.with_name(f"out{suffix}")
    written = write_panel(run, out)
    assert (written.cells, written.targets, written.regions, written.conflicts) == (SHOWN, 2, 6, 1)
    beside = [] if suffix == ".xlsx" else [f"out.targets{suffix}", f"out.codebook{suffix}"]
    assert [path.name for path in written.files] == [out.name, *beside]
    assert {path.name for path in run.parent.iterdir() if path.name.startswith(("out", "."))} == {
        path.name for path in written.files
    }
    tables = read(out)
    assert list(tables) == list(TABLES)
    for name, rows in tables.items():
        assert {tuple(row) for row in rows} == {TABLES[name].names}
    assert [len(rows) for rows in tables.values()] == [SHOWN, 2, len(list(codebook_rows()))]


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_codebook_lists_every_column_of_the_two_tables(run: Path, suffix: str) -> None:
    write_panel(run, run.with_name(f"out{suffix}"))
    tables = read(run.with_name(f"out{suffix}"))
    listed = [(row["table"], row["column"]) for row in tables["codebook"]]
    assert listed == [(name, column) for name in ("panel", "targets") for column in tables[name][0]]
    assert all(row["about"] for row in tables["codebook"])


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_row_says_the_figure_and_why(run: Path, suffix: str) -> None:
    write_panel(run, run.with_name(f"out{suffix}"))
    rows = read(run.with_name(f"out{suffix}"))["panel"]
    (row,) = [
        row for row in rows if (row["region_code"], row["metric"]) == ("33.19", "coverage_rate")
    ]
    numbers = {
        name: float(row[name])
        for name in ("value", "low", "high", "target", "distance_to_target", "confidence")
    }
    assert numbers == {
        "value": 97.41,
        "low": 97.41,
        "high": 97.41,
        "target": 98.6,
        "distance_to_target": -1.19,
        "confidence": 0.9,
    }
    assert [int(row[name]) for name in ("reports", "articles", "copies")] == [1, 2, 0]
    told = {name: row[name] for name in ("region", "province", "period", "best_rule", "conflict")}
    assert told == {
        "region": "Kabupaten Kudus",
        "province": "Jawa Tengah",
        "period": "2024-05",
        "best_rule": "exact",
        "conflict": "rounded",
    }
    assert (row["target_year"], row["target_of"], row["meets_uhc_bar"]) == ("2025", "own", "yes")
    assert (str(row["first_said"])[:10], row["upper"] or None, row["revised_from"] or None) == (
        "2024-06-12",
        None,
        None,
    )
    assert json.loads(row["lost"]) == [
        {"value": 97.4, "rule": "exact", "difference": "rounded", "articles": ["kudus-2"]}
    ]
    assert (row["evidence_article"], row["evidence_url"]) == (
        "kudus-1",
        "https://koran.example/kudus-1",
    )
    assert "97,41 persen" in row["evidence_sentence"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_target_says_whose_it_is_and_who_said_it(run: Path, suffix: str) -> None:
    write_panel(run, run.with_name(f"out{suffix}"))
    rows = read(run.with_name(f"out{suffix}"))["targets"]
    assert [(x["region"], x["target_year"], float(x["value"]), x["best_rule"]) for x in rows] == [
        ("Indonesia", "2024", 98.0, "only"),
        ("Kabupaten Kudus", "2025", 98.6, "only"),
    ]
    assert [(int(x["reports"]), int(x["articles"]), x["evidence_article"]) for x in rows] == [
        (1, 1, "nasional-1"),
        (1, 1, "kudus-1"),
    ]


def test_numbers_and_days_are_such_in_files_that_know_them(run: Path) -> None:
    write_panel(run, run.with_name("out.parquet"))
    rows = read(run.with_name("out.parquet"))["panel"]
    kinds = {"number": float, "integer": int, "date": date, "text": str}
    for row in rows:
        for column in PANEL.columns:
            value = row[column.name]
            assert value is None or type(value) is kinds[column.kind], column.name


def test_a_derived_share_has_nothing_of_the_members_that_it_is_from(tmp_path: Path) -> None:
    facts = (
        Told("1003811", "participants", upper="1003900"),
        Told("990000", "participants", verdict="suspect"),
        Told("1059200", "population"),
    )
    text = "Peserta [1.003.811-1.003.900], atau [990.000], dari [1.059.200 penduduk]."
    write_run(tmp_path / "run.db", [Article("a", text, facts)])
    write_panel(tmp_path / "run.db", tmp_path / "out.jsonl")
    rows = {row["metric"]: row for row in read(tmp_path / "out.jsonl")["panel"]}
    assert rows["participants"]["upper"] == 1003900
    assert (rows["participants"]["low"], rows["participants"]["high"]) == (990000, 1003811)
    derived = rows["coverage_rate"]
    assert [derived[name] for name in ("value", "low", "high", "upper", "revised_from")] == [
        94.77,
        94.77,
        94.77,
        None,
        None,
    ]
    assert (derived["lost"], derived["best_rule"], derived["verdict"]) == (
        "[]",
        "derived",
        "derived",
    )
    assert (derived["denominator"], derived["qualifier"]) == ("population", "about")
    assert (derived["conflict"], derived["evidence_article"]) == ("conflict", "a")


def test_what_a_correction_replaced_is_told(run: Path) -> None:
    write_panel(run, run.with_name("out.jsonl"))
    rows = read(run.with_name("out.jsonl"))["panel"]
    assert [(x["region"], x["value"], x["revised_from"]) for x in rows if x["revised_from"]] == [
        ("Kabupaten Jepara", 90.36, 90.63)
    ]


def test_values_that_contradict_each_other_span_from_low_to_high(run: Path) -> None:
    write_panel(run, run.with_name("out.jsonl"))
    rows = read(run.with_name("out.jsonl"))["panel"]
    spans = {(x["region"], x["low"], x["high"]) for x in rows if x["low"] != x["high"]}
    assert spans == {("Kabupaten Demak", 87.45, 88.15)}
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows)


@pytest.mark.parametrize(
    ("value", "period", "bar", "meets"),
    [
        ("94.99", "2023-02", 95, "no"),
        ("95", "2023-02", 95, "yes"),
        ("97.99", "2025-01", 98, "no"),
        ("97.99", "2024-12", 95, "yes"),
        # Of a year its last day is looked at.
        ("94.99", "2023", 95, "no"),
        ("99", "2013-12", None, None),
    ],
)
def test_coverage_is_held_against_what_was_called_uhc(
    tmp_path: Path, value: str, period: str, bar: int | None, meets: str | None
) -> None:
    facts = (Told(value, period=period), Told(value, "active_rate", period))
    write_run(tmp_path / "run.db", [Article("a", "Terdata [x], aktif [x].", facts)])
    write_panel(tmp_path / "run.db", tmp_path / "out.jsonl")
    rows = {row["metric"]: row for row in read(tmp_path / "out.jsonl")["panel"]}
    assert (rows["coverage_rate"]["uhc_bar"], rows["coverage_rate"]["meets_uhc_bar"]) == (
        bar,
        meets,
    )
    assert (rows["active_rate"]["uhc_bar"], rows["active_rate"]["meets_uhc_bar"]) == (None, None)


# --- cells that a spreadsheet would run ----------------------------------------------------------

ODD = Article("=cmd()", "=SUM(A1) cakupan [94,77 persen].", (Told("94.77"),), url="@evil.example")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_cell_is_a_formula(tmp_path: Path, suffix: str) -> None:
    aim = Article("+aim", "-1 target [98 persen].", (Told("98", status="target"),), url="@evil")
    write_run(tmp_path / "run.db", [ODD, aim])
    write_panel(tmp_path / "run.db", tmp_path / f"out{suffix}")
    tables = read(tmp_path / f"out{suffix}")
    (row,), (target,) = tables["panel"], tables["targets"]
    evidence = ("evidence_article", "evidence_url", "evidence_sentence")
    assert [row[name] for name in evidence] == [
        "'=cmd()",
        "'@evil.example",
        "'=SUM(A1) cakupan 94,77 persen.",
    ]
    assert [target[name] for name in evidence] == ["'+aim", "'@evil", "'-1 target 98 persen."]
    for name, rows in tables.items():
        for row in rows:
            for column in TABLES[name].columns:
                if column.kind == "text":
                    text = row[column.name] or ""
                    assert not text.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_workbook_has_no_formula_and_no_link(tmp_path: Path) -> None:
    write_run(tmp_path / "run.db", [ODD])
    write_panel(tmp_path / "run.db", tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    types = {
        cell.data_type for sheet in book.worksheets for line in sheet.iter_rows() for cell in line
    }
    assert types == {"s", "n", "d"}
    assert not any(
        cell.hyperlink for sheet in book.worksheets for line in sheet.iter_rows() for cell in line
    )


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_other_programs_get_texts_as_they_are(tmp_path: Path, suffix: str) -> None:
    write_run(tmp_path / "run.db", [ODD])
    write_panel(tmp_path / "run.db", tmp_path / f"out{suffix}")
    (row,) = read(tmp_path / f"out{suffix}")["panel"]
    assert (row["evidence_article"], row["evidence_url"]) == ("=cmd()", "@evil.example")


# --- every region --------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_complete_panel_has_every_region_for_each_time_and_metric(run: Path, suffix: str) -> None:
    out = run.with_name(f"out{suffix}")
    plain = write_panel(run, out)
    told = read(out)["panel"]
    assert write_panel(run, out, complete=True) == plain
    rows = read(out)["panel"]
    assert rows[: len(told)] == told
    regions = set(gazetteer().by_code)
    assert len(regions) == 553
    by_cell: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        if row["segment"] == "all":
            key = (row["period"], row["metric"])
            by_cell.setdefault(key, Counter()).update([row["region_code"]])
    assert set(by_cell) == {(row["period"], row["metric"]) for row in told}
    assert all(counts == Counter(regions) for counts in by_cell.values())
    empty = [row for row in rows if not row["value"]]
    assert len(empty) == len(rows) - len(told)
    for row in empty[:: len(empty) // 20]:
        assert (int(row["reports"]), int(row["articles"]), int(row["copies"])) == (0, 0, 0)
        assert not any(row[name] for name in ("best_rule", "verdict", "conflict", "lost"))
        assert row["region"] == gazetteer().by_code[row["region_code"]].name


def test_what_is_said_of_a_group_alone_is_empty_for_all_members(tmp_path: Path) -> None:
    article = Article(
        "a", "PBI [12.000 jiwa].", (Told("12000", "participants", segment="pbi_apbd"),)
    )
    write_run(tmp_path / "run.db", [article])
    write_panel(tmp_path / "run.db", tmp_path / "out.jsonl", complete=True)
    first, *others = read(tmp_path / "out.jsonl")["panel"]
    assert (first["segment"], first["value"]) == ("pbi_apbd", 12000)
    assert {row["segment"] for row in others} == {"all"}
    assert Counter(row["region_code"] for row in others) == Counter(list(gazetteer().by_code))


# --- options, frames, and what goes wrong --------------------------------------------------------


def test_a_panel_is_made_as_it_is_asked_for(run: Path) -> None:
    asked = PanelOptions("year", date(2024, 7, 12), None, rules_named(["latest", "least"]))
    write_panel(run, run.with_name("out.jsonl"), asked)
    rows = read(run.with_name("out.jsonl"))["panel"]
    assert {row["period"] for row in rows} == {"2021", "2024"}
    assert {row["region"] for row in rows} == {
        "Papua",
        "Kabupaten Demak",
        "Kabupaten Jepara",
        "Kabupaten Kudus",
    }
    assert {row["value"] for row in rows if row["region"] == "Kabupaten Jepara"} == {90.63}


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_frame_has_the_columns_of_the_codebook(run: Path, library: results.Library) -> None:
    frame = load_panel(run, library=library)
    columns = [row[1] for row in codebook_rows() if row[0] == "panel"]
    assert list(frame.columns) == columns
    assert len(frame) == SHOWN
    assert frame["value"].max() == 51_030_000_000
    assert frame["articles"].sum() >= SHOWN


def test_a_frame_is_the_file(run: Path) -> None:
    write_panel(run, run.with_name("out.jsonl"), PanelOptions(by="year"))
    frame = load_panel(run, PanelOptions(by="year"))
    rows = read(run.with_name("out.jsonl"))["panel"]
    for name in ("region_code", "period", "metric", "value", "best_rule", "evidence_sentence"):
        assert frame[name].tolist() == [row[name] for row in rows]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_frames_of_a_run_have_its_panel_and_its_targets(
    run: Path, library: results.Library
) -> None:
    frames = uhc_llm.load(run, library=library)
    assert frames.panel.equals(load_panel(run, library=library))
    assert frames.targets.equals(load_targets(run, library=library))
    assert list(frames.targets.columns) == list(TARGETS.names)
    assert (len(frames.panel), len(frames.targets)) == (SHOWN, 2)
    assert frames.panel is frames.panel


def test_a_run_without_results_has_an_empty_panel(tmp_path: Path) -> None:
    Ledger.write(tmp_path / "run.db").close()
    for suffix in FORMATS:
        for complete in (False, True):
            out = tmp_path / f"out{suffix}"
            assert write_panel(tmp_path / "run.db", out, complete=complete)[:4] == (0, 0, 0, 0)
            tables = read(out)
            assert (tables["panel"], tables["targets"]) == ([], [])
            assert len(tables["codebook"]) == len(PANEL.columns) + len(TARGETS.columns)
    assert len(load_panel(tmp_path / "run.db")) == 0


@pytest.mark.parametrize("name", ["out.xls", "out", "out.csv.gz"])
def test_a_kind_of_file_that_is_not_written_is_refused(run: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"\.parquet"):
        write_panel(run, run.with_name(name))


def test_a_time_that_is_not_told_apart_is_refused_and_nothing_written(run: Path) -> None:
    asked = PanelOptions(by="week")  # type: ignore[arg-type] # what somebody may write
    with pytest.raises(ConfigurationError, match="by day, month, year, not by 'week'"):
        write_panel(run, run.with_name("out.csv"), asked)
    with pytest.raises(ConfigurationError, match="not by 'week'"):
        load_panel(run, asked)
    assert [path.name for path in run.parent.iterdir() if path.name.startswith("out")] == []


def test_without_a_run_there_is_no_panel(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no run"):
        write_panel(tmp_path / "run.db", tmp_path / "out.csv")
    with pytest.raises(LedgerError, match="there is no run"):
        load_panel(tmp_path / "run.db")


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_disk_that_is_full_leaves_what_was_there_before(
    run: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = run.with_name(f"out{suffix}")
    out.write_text("yesterday's")

    def full(path: Path, *_: object) -> None:
        path.write_text("half of")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(results.FORMATS, suffix, full)
    with pytest.raises(ResultFileError, match="No space left"):
        write_panel(run, out)
    assert out.read_text() == "yesterday's"
    assert [path.name for path in run.parent.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_place_that_is_not_there_is_named(run: Path, suffix: str) -> None:
    with pytest.raises(ResultFileError, match="missing"):
        write_panel(run, run.parent / "missing" / f"out{suffix}")
