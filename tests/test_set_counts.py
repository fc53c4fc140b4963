"""What `benchmarks.set_counts` says of a set of labelled articles."""

import json
from pathlib import Path

import pytest

from benchmarks.set_counts import main


def article(name: str, published: str | None, text: str, **fact: str) -> dict[str, object]:
    facts = [fact] if fact else []
    return {"id": name, "kind": "coverage", "published": published, "text": text, "facts": facts}


def test_a_set_is_counted_by_kind_year_province_and_writer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        article("xa-01", "2024-05-14", "Judul\n\nSudah 98,5 persen warga.", region_code="52.71"),
        article("xa-02", "2024-06-01", "Judul\n\nBaru 98.5% di sini.", region_code="ID"),
        article("ya-01", None, "Judul\n\nSudah 98,5 persen lagi."),
    ]
    path = tmp_path / "set.gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert main([str(path)]) == 0
    said = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert said[:5] == [
        "set.gold.jsonl: 3 articles, 2 facts, 0 numbers that are none",
        "by kind (1): coverage 3",
        "by year (2): 2024 2, undated 1",
        "by province (1): Nusa Tenggara Barat 1",
        "by writer (2): xa 2, ya 1",
    ]
    # Two of the three open with "sudah 98 5".
    assert "open as no other does: 1 of 3" in said
    assert "98,5 persen 2, 98.5 persen 0, 98,5% 0, 98.5% 1" in said[-2]


def test_without_a_file_it_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "python -m benchmarks.set_counts" in capsys.readouterr().out
