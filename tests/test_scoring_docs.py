"""The page on scoring: its examples come out as it says, and it names what is printed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from uhc_llm.cli import app
from uhc_llm.evaluation import load_gold, measure

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")
FILES = dict(
    re.findall(r"^`([\w.]+)`:\n\n```\w*\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
)
PRINTED = {
    name: cells.split(" | ")
    for name, cells in re.findall(r"^\| (\w+\.(?:jsonl|csv)) \| (.*) \|$", PAGE, flags=re.MULTILINE)
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def report(folder: Path, name: str) -> dict[str, Any]:
    command = ["eval", str(folder / "gold.jsonl"), "--predictions", str(folder / name)]
    result = CliRunner().invoke(app, [*command, "--format", "json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("name", PRINTED)
def test_each_example_comes_out_as_the_page_says(folder: Path, name: str) -> None:
    said = report(folder, name)
    false = said["kinds"]["offtopic"]["false_numbers"]["value"]
    f1 = (
        said["levels"]["number"]["f1"],
        said["levels"]["full"]["f1"],
        said["strict"]["full"]["f1"]["value"],
    )
    assert [*(f"{each:.3f}" for each in f1), f"{false:.0f}"] == PRINTED[name]
    assert said["failed"] == {}


def test_every_file_of_the_page_has_a_row() -> None:
    assert FILES.keys() - {"gold.jsonl"} == PRINTED.keys() != set()


def test_what_the_page_says_of_its_files_shows_in_the_report(folder: Path) -> None:
    said = report(folder, "langextract.jsonl")
    assert said["left_out"] == 1  # the region
    assert said["no_facts"]["other_matter"]["said"] == 1
    agreed = report(folder, "second.jsonl")["no_facts_agreement"]
    assert (agreed["both"], agreed["same"]["value"]) == (1, 1)
    verdicts = report(folder, "records.csv")["verdicts"]
    assert verdicts["verified"]["full"]["precision"]["value"] == 1


def test_every_part_of_the_json_is_named(folder: Path) -> None:
    parts = measure(load_gold(folder / "gold.jsonl"), []).to_json().keys() - {"left_out"}
    assert [part for part in sorted(parts) if f"`{part}`" not in PAGE] == []
