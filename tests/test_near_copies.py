"""What counts as a near-copy of an article."""

import json
from pathlib import Path

import pytest

from benchmarks.near_copies import figures_in, load, main

LONG = (
    "Wali Kota Bima menyerahkan piagam itu kepada kepala dinas di halaman kantor pada Selasa pagi."
)


def write(path: Path, *articles: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in articles), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("98,53 persen dan 98.53%", {"9853"}),
        ("1.204.331 jiwa pada 2024", {"1204331"}),
        ("Rp12.500.000.000, 95 persen, 3.000 orang", set()),
    ],
)
def test_figures_are_those_that_are_not_round_and_no_year(text: str, figures: set[str]) -> None:
    assert figures_in(text) == figures


def test_the_same_event_told_with_other_words_is_a_near_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blind = write(
        tmp_path / "blind.gold.jsonl", {"id": "a", "text": "98,53 dari 241.876 ada 238.322"}
    )
    told = "Tercatat 238322 jiwa, 241.876 penduduk: 98.53 persen."
    other = write(tmp_path / "other.gold.jsonl", {"id": "b", "text": told})
    assert main([str(blind), str(other)]) == 1
    assert "blind:a ~ other:b: 3 figures, 0% of the words" in capsys.readouterr().out


def test_the_same_words_are_a_near_copy_and_an_article_is_not_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": "a", "text": LONG}, {"id": "b", "text": f"{LONG} Hadir pula para camat."}]
    blind = write(tmp_path / "blind.gold.jsonl", *rows)
    assert main([str(blind), str(blind)]) == 1
    out = capsys.readouterr().out
    assert "blind:a ~ blind:b: 0 figures, 100% of the words" in out
    assert "2 articles beside 0 others: 1 near-copies" in out


def test_articles_with_figures_of_one_source_are_near_copies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": x, "source_url": "https://berita.example/1", "text": x * 30} for x in "ab"]
    assert main([str(write(tmp_path / "blind.gold.jsonl", *rows))]) == 1
    assert "blind:a ~ blind:b: 0 figures, 0% of the words, the source" in capsys.readouterr().out


def test_articles_of_one_event_are_meant_to_be(tmp_path: Path) -> None:
    rows = [{"id": x, "event": "e", "text": LONG} for x in "ab"]
    assert main([str(write(tmp_path / "pairs.gold.jsonl", *rows))]) == 0


def test_a_text_in_a_file_of_its_own_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Cakupan 98,53 persen.", encoding="utf-8")
    (article,) = load(write(tmp_path / "set.gold.jsonl", {"id": "a", "text_file": "a.txt"}))
    assert article.figures == {"9853"}
