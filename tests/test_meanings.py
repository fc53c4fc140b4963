"""What the words around a number say of its meaning."""

from pathlib import Path
from typing import Any

import pytest

from uhc_llm.scanner import scan
from uhc_llm.scanner.meanings import Meaning, read_meanings, window
from uhc_llm.schemas import Mention, Metric, Reading, Segment, Status


def mention_of(text: str, words: str) -> tuple[Reading, Mention]:
    reading = scan(text)
    (mention,) = [m for m in reading.mentions if m.text == words]
    return reading, mention


def meaning_of(text: str, words: str) -> Meaning:
    reading, mention = mention_of(text, words)
    return read_meanings(reading)[mention.id]


METRICS: list[tuple[str, str, Metric]] = [
    ("Cakupan JKN mencapai 95,28 persen.", "95,28 persen", "coverage_rate"),
    ("Tingkat keaktifan peserta 82,17 persen.", "82,17 persen", "active_rate"),
    ("Masih 4,7 persen warga yang belum terdaftar.", "4,7 persen", "uninsured_rate"),
    ("Yang terdaftar 1.021.435 jiwa.", "1.021.435 jiwa", "participants"),
    ("Peserta aktif 206.562 jiwa.", "206.562 jiwa", "active_participants"),
    ("Masih ada 32.351 jiwa yang belum terdaftar.", "32.351 jiwa", "uninsured"),
    ("Jumlah penduduk 1.053.786 jiwa.", "1.053.786 jiwa", "population"),
    ("Tersedia kuota 56.200 jiwa.", "56.200 jiwa", "quota"),
    ("Pemkab mendaftarkan 4.200 jiwa.", "4.200 jiwa", "new_participants"),
    ("Anggaran iuran Rp17,5 miliar.", "Rp17,5 miliar", "budget"),
    ("Empat daerah meraih predikat UHC.", "Empat daerah", "regions_covered"),
    ("Terdaftar 251.384 jiwa dari 253.026 jiwa.", "253.026 jiwa", "population"),
]


@pytest.mark.parametrize(("text", "words", "metric"), METRICS, ids=[row[0] for row in METRICS])
def test_the_likeliest_metric_stands_first(text: str, words: str, metric: Metric) -> None:
    assert meaning_of(text, words).metrics[0] == metric


def test_a_number_that_says_another_again_has_the_partner_of_its_metric() -> None:
    text = "Yang belum terdaftar 17,14 persen atau 900 ribu jiwa."
    assert meaning_of(text, "900 ribu jiwa").metrics == ("uninsured",)


STATUSES: list[tuple[str, str, Status]] = [
    ("Target tahun ini 95 persen.", "95 persen", "target"),
    ("Cakupan harus 98 persen.", "98 persen", "target"),
    ("Pemkab menargetkan 90 persen.", "90 persen", "target"),
    ("Capaiannya baru 84,33 persen.", "84,33 persen", "actual"),
    ("Tercatat 84,33 persen.", "84,33 persen", "actual"),
    ("Peserta 84,33 persen.", "84,33 persen", "actual"),
    ("Dari target 95 persen, yang tercapai baru 93,43 persen.", "93,43 persen", "actual"),
    ("Capaian 93,43 persen, target 95 persen.", "95 persen", "target"),
]


@pytest.mark.parametrize(("text", "words", "status"), STATUSES, ids=[row[0] for row in STATUSES])
def test_the_likeliest_status_stands_first(text: str, words: str, status: Status) -> None:
    assert meaning_of(text, words).statuses[0] == status


SEGMENTS: list[tuple[str, str, Segment]] = [
    ("Segmen PPU 69.530 jiwa.", "69.530 jiwa", "ppu"),
    ("Bukan Pekerja (BP) 9.421 jiwa.", "9.421 jiwa", "bp"),
    ("Peserta PBPU 41.966 jiwa.", "41.966 jiwa", "pbpu"),
    ("Peserta PBI APBN 231.874 jiwa.", "231.874 jiwa", "pbi_apbn"),
    ("Peserta PBI APBD 78.415 jiwa.", "78.415 jiwa", "pbi_apbd"),
    ("Peserta yang ditanggung pemkab 78.415 jiwa.", "78.415 jiwa", "pbi_apbd"),
    ("Peserta seluruhnya 431.206 jiwa.", "431.206 jiwa", "all"),
]


@pytest.mark.parametrize(("text", "words", "segment"), SEGMENTS, ids=[row[0] for row in SEGMENTS])
def test_the_likeliest_group_of_members_stands_first(
    text: str, words: str, segment: Segment
) -> None:
    assert meaning_of(text, words).segments[0] == segment


@pytest.mark.parametrize(
    ("text", "words", "is_nothing"),
    [
        ("Kenaikannya hanya 5 persen.", "5 persen", True),
        ("Anggaran terserap 80,5 persen.", "80,5 persen", True),
        ("Iurannya Rp37.800 per bulan.", "Rp37.800", True),
        ("Sebanyak 44.822 jiwa tidak aktif.", "44.822 jiwa", True),
        ("Cakupan 95 persen.", "95 persen", False),
        ("Anggaran Rp17,5 miliar.", "Rp17,5 miliar", False),
        ("Peserta 44.822 jiwa.", "44.822 jiwa", False),
    ],
)
def test_some_words_say_that_a_number_is_no_coverage_fact(
    text: str, words: str, is_nothing: bool
) -> None:
    assert meaning_of(text, words).is_nothing is is_nothing


def test_a_window_ends_where_the_next_number_begins() -> None:
    text = "Awal. Peserta aktif 300 jiwa dan penduduk 900 jiwa, kata dia. Akhir."
    reading, first = mention_of(text, "300 jiwa")
    at = window(reading, first)
    assert (at.before, at.own, at.after) == ("Peserta aktif ", "300 jiwa", " ")
    assert at.previous is None
    _, second = mention_of(text, "900 jiwa")
    behind = window(reading, second)
    assert (behind.before, behind.after) == (" dan penduduk ", "")
    assert behind.previous == first
    assert behind.sentence == "Peserta aktif 300 jiwa dan penduduk 900 jiwa, kata dia."


def test_of_a_sentence_without_end_only_the_surroundings_are_looked_at() -> None:
    reading = scan("Peserta " + "5 kota " * 1000)
    windows = [window(reading, mention) for mention in reading.mentions]
    assert len(windows) == 1000
    assert max(len(at.sentence) for at in windows) < 3000


# --- in the manner of the press ------------------------------------------------------------------


def press_phrases() -> list[Any]:
    path = Path(__file__).parent / "press_phrases.txt"
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        text, words, expected = line.removeprefix("? ").split(" | ")
        marks = pytest.mark.xfail(strict=True, reason="known") if line.startswith("?") else ()
        rows.append(pytest.param(text, words, expected, marks=marks))
    return rows


@pytest.mark.parametrize(("text", "words", "expected"), press_phrases())
def test_the_words_of_the_press_are_understood(text: str, words: str, expected: str) -> None:
    found = [each for each in read_meanings(scan(text)).values() if words in each.mention.text]
    said = [
        "nothing" if each.is_nothing else f"{each.metrics[0]} {each.statuses[0]} {each.segments[0]}"
        for each in found[:1]
    ]
    # What is counted in no unit of coverage, such as staff, has no meaning here at all.
    assert (said or ["nothing"]) == [expected]
