"""The blind test: what is refused, what is kept, and what its tables say."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import blind
from uhc_llm import Extractor
from uhc_llm.evaluation import evaluate, load_gold

TEXT = "Cakupan JKN di Kabupaten Semarang 98,5 persen per 1 Mei 2024."
FACT = {
    "mention": "98,5 persen",
    "value": 98.5,
    "unit": "percent",
    "metric": "coverage_rate",
    "status": "actual",
    "region_code": "33.22",
    "period": "2024-05-01",
    "segment": "all",
}
OTHER = {"id": "xb-01", "kind": "offtopic", "text": "Judul\n\nBerita lain.", "facts": []}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two articles in place of the blind ones: they are not read here."""
    gold = tmp_path / "eval" / "blind.gold.jsonl"
    gold.parent.mkdir()
    article = {"id": "xa-01", "kind": "coverage", "text": TEXT, "facts": [FACT]}
    rows = [article | {"no_facts": [{"mention": "1 Mei", "kind": "time"}]}, OTHER]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    digest = hashlib.sha256(gold.read_bytes()).hexdigest()
    (gold.parent / "README.md").write_text(f"SHA-256\n  `{digest}`", encoding="utf-8")
    monkeypatch.setattr(blind, "ROOT", tmp_path)
    monkeypatch.setattr(blind, "GOLD", gold)
    monkeypatch.setattr(blind, "RESULTS", tmp_path / "results")
    blind.measured.cache_clear()
    git(monkeypatch)
    yield tmp_path
    blind.measured.cache_clear()


def git(monkeypatch: pytest.MonkeyPatch, *, tree: str = "aa", changed: str = "") -> None:
    """Say what git would say of the program."""
    monkeypatch.setattr(blind, "_git", lambda *line: changed if line[0] == "status" else tree * 20)


def test_a_run_is_kept_with_its_commit_and_every_answer(project: Path) -> None:
    run = blind.take("code")
    assert blind.runs() == [run]
    assert run.title == f"code ({run.day}, commit aaaaaaaaaa)"
    articles = load_gold(blind.GOLD)
    kept = run.predictions(articles)
    again = evaluate(articles, Extractor(strategy="code"))
    assert [one.facts for one in kept] == [one.facts for one in again]
    assert [fact.verdict for fact in kept[0].facts] == ["verified"]


def test_the_same_program_is_not_run_twice_and_another_one_is(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = blind.take("code")
    with pytest.raises(blind.BlindTestError, match=re.escape(first.title)):
        blind.take("code")
    git(monkeypatch, tree="bb")
    second = blind.take("code")
    assert blind.runs() == [first, second]
    assert blind.last_runs() == {"code": second}


def test_changed_programs_and_changed_labels_are_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git(monkeypatch, changed=" M src/uhc_llm/schemas.py")
    assert blind.main(["code"]) == 1
    assert "commit first:\n M src/uhc_llm/schemas.py" in capsys.readouterr().err
    git(monkeypatch)
    with blind.GOLD.open("a", encoding="utf-8") as out:
        out.write("\n")
    assert blind.main(["code"]) == 1
    assert "eval/README.md" in capsys.readouterr().err
    assert blind.runs() == []


def test_the_tables_have_every_figure_with_its_bounds(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert blind.main(["code"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "| F1, strict full | 1.000 (1.00-1.00) |" in lines
    assert "| verified: precision, full | 1.000 (1.00-1.00) |" in lines
    kinds = [line for line in lines if re.match(r"\| (coverage|offtopic) \|", line)]
    assert kinds[0].startswith("| coverage | code | 1 | 1 | 0.00 (0.00-0.00) |")
    assert kinds[1].endswith("| - | - | - | - | - |")
    assert "| time | 1 | 0 (0%) |" in lines
    assert blind.main(["--table"]) == 0
    assert capsys.readouterr().out.splitlines() == lines[1:]


def test_neither_models_nor_the_table_is_a_wrong_call() -> None:
    with pytest.raises(SystemExit):
        blind.main([])
