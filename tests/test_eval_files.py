"""`uhc-llm eval` on the command line, with what stands in files."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import blind, near_copies
from tests.recordings import ROOT
from uhc_llm.cli import app, main
from uhc_llm.evaluation import load_gold

GOLD = ROOT / "eval" / "varied.gold.jsonl"
SECOND = ROOT / "eval" / "varied.second.jsonl"


@pytest.mark.parametrize("path", sorted((ROOT / "eval").glob("*.gold.jsonl")), ids=lambda p: p.name)
def test_what_is_labelled_stands_in_the_text_and_is_a_fact_or_none(path: Path) -> None:
    for article in load_gold(path):
        mentions = [fact.mention or "" for fact in article.facts]
        mentions += [one.mention for one in article.no_facts or ()]
        assert [mention for mention in mentions if mention not in article.text] == [], article.id
        assert not (article.kind == "offtopic" and article.facts), article.id


def test_the_blind_articles_tell_nothing_that_others_tell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sets = [str(path) for path in (ROOT / "eval").glob("*.gold.jsonl")]
    found = near_copies.main([str(ROOT / "eval" / "blind.gold.jsonl"), *sets])
    assert found == 0, capsys.readouterr().out


def test_the_blind_articles_are_those_that_the_page_names() -> None:
    assert {run.gold for run in blind.runs()} == {blind.labels_hash()}


def test_the_labels_of_a_second_annotator_are_scored_by_names_of_regions() -> None:
    command = ["eval", str(GOLD), "--predictions", str(SECOND), "--format", "json"]
    result = CliRunner().invoke(app, command)
    said = json.loads(result.stdout)
    assert said["levels"]["place"]["f1"] > 0.98
    assert said["strict"]["place"]["f1"]["value"] > 0.98
    assert said["kinds"]["offtopic"]["articles"] == 48
    assert said["intervals"]["full"]["f1"]["low"] < said["levels"]["full"]["f1"]


def test_the_table_says_what_the_json_says(tmp_path: Path) -> None:
    command = ["eval", str(GOLD), "--predictions", str(SECOND), "--compare", str(SECOND)]
    result = CliRunner().invoke(app, [*command, "--format", "table"], env={"COLUMNS": "140"})
    assert result.exit_code == 0
    rows = {" ".join(line.split()[:2]) for line in result.stdout.splitlines() if line.strip()}
    assert {"strict place", "panel cells", "offtopic 48"} <= rows
    assert "beyond chance" in result.stdout


def test_lists_are_those_of_all_articles_though_few_are_scored(tmp_path: Path) -> None:
    lists = tmp_path / "lists.jsonl"
    rows = [json.loads(line)["facts"] for line in SECOND.read_text("utf-8").splitlines()]
    lists.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = ["eval", str(GOLD), "--predictions", str(lists), "--sample", "12"]
    said = json.loads(CliRunner().invoke(app, [*command, "--format", "json"]).stdout)
    assert said["articles"] == 12
    assert said["levels"]["number"]["f1"] > 0.98


def test_a_file_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "said.csv"
    table.write_text("id,metric,value\nfa-01,cakupan,95\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["uhc-llm", "eval", str(GOLD), "--predictions", str(table)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 3
    said = " ".join(capsys.readouterr().err.split())
    assert "line 2: metric 'cakupan' is none of coverage_rate" in said
