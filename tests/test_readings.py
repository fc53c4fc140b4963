"""What plain sentences mean: the number in each, as the reader reads it."""

from pathlib import Path
from typing import Final

import pytest

from uhc_llm.reader import Interpretation, interpret
from uhc_llm.scanner import scan

NOTHING: Final = "nothing"
PHRASES: Final = Path(__file__).parent / "press_phrases.txt"


def read(text: str, words: str) -> list[Interpretation]:
    """What the numbers mean whose words are these; those in no unit of coverage have no meaning."""
    return [each for each in interpret(scan(text)).numbers if words in each.mention.text]


def said(text: str, words: str) -> str:
    """Metric, status and group of members of a number, or that it is no coverage fact."""
    found = read(text, words)
    if not found or found[0].meaning.metric is None:
        return NOTHING
    return f"{found[0].meanings[0][0]} {found[0].segments[0][0]}"


METRICS: Final[list[tuple[str, str, str]]] = [
    ("Cakupan JKN mencapai 95,28 persen.", "95,28 persen", "coverage_rate actual all"),
    ("Tingkat keaktifan peserta JKN 82,17 persen.", "82,17 persen", "active_rate actual all"),
    ("Masih 4,7 persen warga yang belum terdaftar.", "4,7 persen", "uninsured_rate actual all"),
    ("Warga yang terdaftar JKN 1.021.435 jiwa.", "1.021.435 jiwa", "participants actual all"),
    ("Peserta JKN aktif 206.562 jiwa.", "206.562 jiwa", "active_participants actual all"),
    ("Masih ada 32.351 jiwa yang belum terdaftar.", "32.351 jiwa", "uninsured actual all"),
    (
        "Jumlah penduduk 1.053.786 jiwa, peserta JKN 998.210 jiwa.",
        "1.053.786 jiwa",
        "population actual all",
    ),
    (
        "Pemkab menganggarkan Rp17,5 miliar untuk iuran JKN warga.",
        "Rp17,5 miliar",
        "budget actual pbi_apbd",
    ),
    (
        "Empat daerah di Banten sudah meraih predikat UHC.",
        "Empat daerah",
        "regions_covered actual all",
    ),
    ("Terdaftar 251.384 jiwa dari 253.026 jiwa.", "253.026 jiwa", "population actual all"),
    (
        "Warga yang belum terdaftar JKN 17,14 persen atau 900 ribu jiwa.",
        "900 ribu jiwa",
        "uninsured actual all",
    ),
    (
        "Cakupan JKN Kota Batu naik 2,1 persen menjadi 95,3 persen.",
        "95,3 persen",
        "coverage_rate actual all",
    ),
]
STATUSES: Final[list[tuple[str, str, str]]] = [
    ("Target cakupan JKN tahun ini 95 persen.", "95 persen", "coverage_rate target all"),
    ("Cakupan JKN harus mencapai 98 persen.", "98 persen", "coverage_rate target all"),
    (
        "Pemkab menargetkan cakupan JKN 98 persen pada akhir tahun.",
        "98 persen",
        "coverage_rate target all",
    ),
    ("Capaian cakupan JKN baru 84,33 persen.", "84,33 persen", "coverage_rate actual all"),
    ("Cakupan JKN tercatat 84,33 persen.", "84,33 persen", "coverage_rate actual all"),
    ("Peserta JKN 84,33 persen dari jumlah penduduk.", "84,33 persen", "coverage_rate actual all"),
    (
        "Dari target cakupan JKN 95 persen, yang tercapai baru 93,43 persen.",
        "93,43 persen",
        "coverage_rate actual all",
    ),
    (
        "Capaian cakupan JKN 93,43 persen, sedangkan targetnya 98 persen.",
        "98 persen",
        "coverage_rate target all",
    ),
]
SEGMENTS: Final[list[tuple[str, str, str]]] = [
    ("Peserta JKN segmen PPU 69.530 jiwa.", "69.530 jiwa", "participants actual ppu"),
    ("Peserta JKN segmen Bukan Pekerja (BP) 9.421 jiwa.", "9.421 jiwa", "participants actual bp"),
    ("Peserta JKN segmen PBPU 41.966 jiwa.", "41.966 jiwa", "participants actual pbpu"),
    ("Peserta PBI APBN 231.874 jiwa.", "231.874 jiwa", "participants actual pbi_apbn"),
    ("Peserta PBI APBD 78.415 jiwa.", "78.415 jiwa", "participants actual pbi_apbd"),
    (
        "Peserta yang ditanggung pemkab 78.415 jiwa.",
        "78.415 jiwa",
        "participants actual pbi_apbd",
    ),
    ("Peserta JKN seluruhnya 431.206 jiwa.", "431.206 jiwa", "participants actual all"),
]
OTHER_MATTERS: Final[list[tuple[str, str, str]]] = [
    ("Kenaikannya hanya 5 persen.", "5 persen", NOTHING),
    ("Anggaran terserap 80,5 persen.", "80,5 persen", NOTHING),
    ("Iurannya Rp37.800 per bulan.", "Rp37.800", NOTHING),
    ("Sebanyak 44.822 jiwa tidak aktif.", "44.822 jiwa", NOTHING),
    ("Tunggakan iuran peserta JKN mandiri Rp12,7 miliar.", "Rp12,7 miliar", NOTHING),
    ("Gempa merusak 1.204 rumah dan 12.300 warga mengungsi.", "12.300 warga", NOTHING),
    ("Produksi padi di Kabupaten Blora naik 12 persen.", "12 persen", NOTHING),
]


@pytest.mark.parametrize(
    ("text", "words", "expected"), [*METRICS, *STATUSES, *SEGMENTS, *OTHER_MATTERS]
)
def test_a_plain_sentence_means_what_it_says(text: str, words: str, expected: str) -> None:
    assert said(text, words) == expected


def press_phrases() -> list[tuple[str, ...]]:
    lines = PHRASES.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(" | ")) for line in lines if not line.startswith("#")]


@pytest.mark.parametrize(("text", "words", "expected"), press_phrases())
def test_the_words_of_the_press_are_understood(text: str, words: str, expected: str) -> None:
    assert said(text, words) == expected


def test_the_words_of_a_number_end_where_the_next_begins() -> None:
    text = "Awal. Peserta aktif 300 jiwa dan penduduk 900 jiwa, kata dia. Akhir."
    first, second = interpret(scan(text)).numbers
    assert first.around.previous is None
    assert first.around.following == second.mention
    assert second.around.previous == first.mention
    assert second.around.following is None
    assert second.around.left > first.around.at
    assert first.around.right == second.around.at
    assert first.around.sentence == second.around.sentence


def test_the_choices_of_a_number_are_shares_of_one_the_likeliest_first() -> None:
    (read,) = interpret(scan("Cakupan JKN Kota Batu 95,3 persen per Mei 2024.")).numbers
    for choices in (read.meanings, read.segments, read.places, read.moments):
        shares = [share for _, share in choices]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1)


def test_every_number_of_a_sentence_without_end_is_read() -> None:
    reading = scan("Peserta " + "5 kota " * 1000)
    assert len(interpret(reading).numbers) == len(reading.mentions) == 1000
