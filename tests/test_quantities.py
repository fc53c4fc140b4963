"""Numbers that count something: value, unit, hedge and range, as the press writes them."""

from decimal import Decimal

import pytest

from uhc_llm.scanner import scan
from uhc_llm.scanner.quantities.words import (
    CLIPPED,
    NUMBER_WORDS,
    POWERS,
    QUALIFIERS_AFTER,
    QUALIFIERS_BEFORE,
    SCALES,
    UNIT_OF_NOUN,
)
from uhc_llm.schemas import Mention, Qualifier, Unit


def quantities(text: str) -> list[Mention]:
    return [mention for mention in scan(text).mentions if mention.kind == "quantity"]


def only(text: str) -> Mention:
    (mention,) = quantities(text)
    return mention


PEOPLE = [
    ("Peserta berkisar 1, 6 juta jiwa.", "1, 6 juta jiwa", 1_600_000),
    ("Tercatat 1.034.331 jiwa.", "1.034.331 jiwa", 1034331),
    ("Ada 8,157,582 jiwa.", "8,157,582 jiwa", 8157582),
    ("Ada 2,650 jiwa lagi.", "2,650 jiwa", 2650),
    ("Ada 2.650 jiwa lagi.", "2.650 jiwa", 2650),
    ("Ada 1.034.331jiwa.", "1.034.331jiwa", 1034331),
    ("Ada 1 034 331 jiwa.", "1 034 331 jiwa", 1034331),
    ("Ada 1.708 552 jiwa.", "1.708 552 jiwa", 1708552),
    ("Ada 147. 629 warga.", "147. 629 warga", 147629),
    ("Ada 685 ribu peserta.", "685 ribu peserta", 685000),
    ("Ada 685 rb jiwa.", "685 rb jiwa", 685000),
    ("Ada 12 jt jiwa.", "12 jt jiwa", 12000000),
    ("Ada 1,2jt orang.", "1,2jt orang", 1200000),
    ("Ada 1,51 juta jiwa.", "1,51 juta jiwa", 1510000),
    ("Ada 209.1 juta peserta.", "209.1 juta peserta", 209100000),
    ("Ada 2,650 juta jiwa.", "2,650 juta jiwa", 2650000),
    ("Ada 2 juta 650 ribu jiwa.", "2 juta 650 ribu jiwa", 2650000),
    ("Ada 685\u00a0ribu\u00a0jiwa.", "685\u00a0ribu\u00a0jiwa", 685000),
    ("Ada 685\u202fribu jiwa.", "685\u202fribu jiwa", 685000),
    ("Ada 1,2\u2009juta warga.", "1,2\u2009juta warga", 1200000),
    ("Ada 5\njuta jiwa.", "5\njuta jiwa", 5000000),
    ("Ada delapan juta peserta.", "delapan juta peserta", 8000000),
    ("Ada setengah juta jiwa.", "setengah juta jiwa", 500000),
    ("Ada dua setengah juta jiwa.", "dua setengah juta jiwa", 2500000),
    ("Ada dua koma lima juta jiwa.", "dua koma lima juta jiwa", 2500000),
    ("Ada enam ribuan warga.", "enam ribuan warga", 6000),
    ("Ada enam ribu lima ratusan warga.", "enam ribu lima ratusan warga", 6500),
    ("Seribuan orang antre.", "Seribuan orang", 1000),
    ("Ada 5.000-an orang.", "5.000-an orang", 5000),
    ("Ada 50 ribu penerima manfaat.", "50 ribu penerima manfaat", 50000),
    ("Ada 1\u00a0034\u00a0331 jiwa.", "1\u00a0034\u00a0331 jiwa", 1034331),
    ("Ada 1\u202f034\u202f331 jiwa.", "1\u202f034\u202f331 jiwa", 1034331),
    ("Ada 5 ratus ribu jiwa.", "5 ratus ribu jiwa", 500000),
    ("Ada 2ribu seratus jiwa.", "2ribu seratus jiwa", 2100),
    ("Ada 5 ribu 300 orang.", "5 ribu 300 orang", 5300),
    ("Ada 9 ratus 90 ribu jiwa.", "9 ratus 90 ribu jiwa", 990000),
    ("Ada 2 juta 650 ribu 300 jiwa.", "2 juta 650 ribu 300 jiwa", 2650300),
    ("Ada 3belas orang.", "3belas orang", 13),
    ("Ada tiga setengah juta jiwa.", "tiga setengah juta jiwa", 3500000),
    ("Ada satu setengah miliar orang.", "satu setengah miliar orang", 1500000000),
    ("Ada 1½ juta jiwa.", "1½ juta jiwa", 1500000),
    ("Ada ½ juta jiwa.", "½ juta jiwa", 500000),
    ("Ada ½juta jiwa.", "½juta jiwa", 500000),
    ("Ada ¾ juta peserta.", "¾ juta peserta", 750000),
    ("Ada 1 ½ juta jiwa.", "1 ½ juta jiwa", 1500000),
    ("Ada 2⅛ juta jiwa.", "2⅛ juta jiwa", 2125000),
    ("Ada 1 koma 5 juta jiwa.", "1 koma 5 juta jiwa", 1500000),
    ("Ada satu koma 5 juta jiwa.", "satu koma 5 juta jiwa", 1500000),
    ("Ada 1 koma dua lima juta jiwa.", "1 koma dua lima juta jiwa", 1250000),
    ("Ada 50-an ribu jiwa.", "50-an ribu jiwa", 50000),
    ("Ada dua ratusan ribu jiwa.", "dua ratusan ribu jiwa", 200000),
    ("Ada dua lusin orang.", "dua lusin orang", 24),
    ("Ada 1,2 milliar orang.", "1,2 milliar orang", 1200000000),
    ("Ada 1.200 peserta baru.", "1.200 peserta", 1200),
    ("Ada 1.200 calon peserta.", "1.200 calon peserta", 1200),
    ("Ada 12 orang dokter.", "12 orang", 12),
    ("Ada 500 jiwa penduduk miskin.", "500 jiwa", 500),
    ("Ada 27.500 pesertanya.", "27.500 pesertanya", 27500),
    ("Ada 1.200\npeserta baru.", "1.200\npeserta", 1200),
]


@pytest.mark.parametrize(("text", "words", "value"), PEOPLE, ids=[row[0] for row in PEOPLE])
def test_people_are_counted(text: str, words: str, value: int) -> None:
    mention = only(text)
    assert (mention.text, mention.unit) == (words, "people")
    assert mention.value == value


PERCENT = [
    ("Cakupan 98,4 persen.", "98,4 persen", "98.4"),
    ("Cakupan 95.87% saja.", "95.87%", "95.87"),
    ("Cakupan 98.4 % saja.", "98.4 %", "98.4"),
    ("Cakupan 98,40persen.", "98,40persen", "98.4"),
    ("Cakupan 98,4 prosen.", "98,4 prosen", "98.4"),
    ("Cakupan 98,125 persen.", "98,125 persen", "98.125"),
    ("Cakupan 98.125 persen.", "98.125 persen", "98.125"),
    ("Mesuji (101, 00%).", "101, 00%", "101"),
    ("Cakupan 98,4\u00a0persen.", "98,4\u00a0persen", "98.4"),
    ("Cakupan nol persen.", "nol persen", "0"),
    ("Delapan puluh empat koma tiga persen.", "Delapan puluh empat koma tiga persen", "84.3"),
    ("Cakupan 95 koma 28 persen.", "95 koma 28 persen", "95.28"),
    ("Cakupan 95 koma dua delapan persen.", "95 koma dua delapan persen", "95.28"),
    ("Cakupan 95 koma dua puluh delapan persen.", "95 koma dua puluh delapan persen", "95.28"),
    ("Cakupan 98 koma 5 %.", "98 koma 5 %", "98.5"),
    ("Cakupan 98 koma nol 5 persen.", "98 koma nol 5 persen", "98.05"),
    ("Cakupan 98 koma 5 nol persen.", "98 koma 5 nol persen", "98.50"),
    ("Sembilan puluh lima koma 28 persen.", "Sembilan puluh lima koma 28 persen", "95.28"),
    ("Cakupan 95 ½ persen.", "95 ½ persen", "95.5"),
    ("Cakupan 95½%.", "95½%", "95.5"),
    ("Cakupan 95½persen.", "95½persen", "95.5"),
    ("Naik ½ persen.", "½ persen", "0.5"),
    ("Naik setengah persen.", "setengah persen", "0.5"),
    ("Cakupan turun -1,5 persen.", "-1,5 persen", "-1.5"),
    ("Rinciannya:\n-95 persen", "95 persen", "95"),
    ("- 95 persen", "95 persen", "95"),
    ("JKN-KIS-95 persen", "95 persen", "95"),
    ("Cakupan 98, 5 persen.", "98, 5 persen", "98.5"),
    ("Cakupan 98 ,5 persen.", "98 ,5 persen", "98.5"),
    ("Tumbuh minus 1,5 persen.", "minus 1,5 persen", "-1.5"),
    ("Tumbuh negatif dua persen.", "negatif dua persen", "-2"),
    ("Tumbuh min dua persen.", "min dua persen", "-2"),
    ("Cakupan 98,4 persennya.", "98,4 persennya", "98.4"),
    ("Cakupan 98,4%-nya.", "98,4%", "98.4"),
    ("Cakupan lima koma dua puluh lima persen.", "lima koma dua puluh lima persen", "5.25"),
]


@pytest.mark.parametrize(("text", "words", "value"), PERCENT, ids=[row[0] for row in PERCENT])
def test_shares_are_read(text: str, words: str, value: str) -> None:
    mention = only(text)
    assert (mention.text, mention.value, mention.unit) == (words, Decimal(value), "percent")


RUPIAH = [
    ("Anggaran Rp 1, 5 miliar.", "Rp 1, 5 miliar", 1_500_000_000),
    ("Anggaran Rp127 miliar.", "Rp127 miliar", 127_000_000_000),
    ("Anggaran Rp 2,5 milyar.", "Rp 2,5 milyar", 2_500_000_000),
    ("Anggaran Rp 17,5 M untuk iuran.", "Rp 17,5 M", 17_500_000_000),
    ("Anggaran Rp1,2 T untuk iuran.", "Rp1,2 T", 1_200_000_000_000),
    ("Anggaran Rp 6,8 triliun rupiah.", "Rp 6,8 triliun rupiah", 6_800_000_000_000),
    ("Anggaran Rp 478.888.800.000.", "Rp 478.888.800.000", 478_888_800_000),
    ("Iuran Rp. 25.500,- sebulan.", "Rp. 25.500,-", 25_500),
    ("Iuran Rp25.500,00 sebulan.", "Rp25.500,00", 25_500),
    ("Iuran Rp 42.000.", "Rp 42.000", 42_000),
    ("Anggaran IDR 12 miliar.", "IDR 12 miliar", 12_000_000_000),
    ("Anggaran 500 juta rupiah.", "500 juta rupiah", 500_000_000),
    ("Anggaran Rp 23 juta orang bilang.", "Rp 23 juta", 23_000_000),
    ("Rp 17 Maret", "Rp 17", 17),
    ("Utang Rp8,2 ribu triliun.", "Rp8,2 ribu triliun", 8_200_000_000_000_000),
    ("Anggaran Rp 1. 500. 000.", "Rp 1. 500. 000", 1_500_000),
    ("Anggaran Rp 2 juta 650 ribu.", "Rp 2 juta 650 ribu", 2_650_000),
    ("Rugi minus Rp5 miliar.", "minus Rp5 miliar", -5_000_000_000),
    ("Anggaran 20Rp.", "20Rp", 20),
    ("Iuran 25.500,- sebulan.", "25.500,-", 25_500),
    ("Anggaran 17,5 M untuk iuran.", "17,5 M", 17_500_000_000),
    ("Iuran Rp 35 ribu 5 orang.", "Rp 35 ribu", 35_000),
]


@pytest.mark.parametrize(("text", "words", "value"), RUPIAH, ids=[row[0] for row in RUPIAH])
def test_money_is_read(text: str, words: str, value: int) -> None:
    mention = quantities(text)[0]
    assert (mention.text, mention.unit) == (words, "rupiah")
    assert mention.value == value


UNITS: list[tuple[str, str, Unit]] = [
    ("Ada 12 kabupaten/kota.", "12 kabupaten/kota", "regions"),
    ("Ada tiga daerah.", "tiga daerah", "regions"),
    ("Ada 1.200 KK.", "1.200 KK", "households"),
    ("Ada 25 kecamatan.", "25 kecamatan", "settlements"),
    ("Ada 34 puskesmas.", "34 puskesmas", "facilities"),
    ("Perlu 3 hari kerja.", "3 hari kerja", "duration"),
    ("Naik dua kali lipat.", "dua kali lipat", "times"),
    ("Ada 300 kasus.", "300 kasus", "other"),
    ("Ada 19 buah kecamatan.", "19 buah kecamatan", "settlements"),
    ("Ada 12 unit puskesmas.", "12 unit puskesmas", "facilities"),
    ("Ada 3.200 tenaga medis.", "3.200 tenaga medis", "facilities"),
    ("Ada 35 kab./kota.", "35 kab./kota", "regions"),
    ("Ada 35 kabupaten dan kota.", "35 kabupaten dan kota", "regions"),
    ("Ada 35 Kabupaten Kota Jawa Tengah.", "35 Kabupaten Kota", "regions"),
    ("Ada 12 Kabupaten Raih UHC.", "12 Kabupaten", "regions"),
    ("Rasio dokter per 1.000 penduduk.", "1.000 penduduk", "other"),
    ("Naik 2,5 persen poin.", "2,5 persen poin", "other"),
    ("Naik 2 poin persen.", "2 poin persen", "other"),
    ("Naik 2% poin.", "2% poin", "other"),
    ("Bantuan US$ 5 juta.", "US$ 5 juta", "other"),
    ("Bantuan $10 saja.", "$10", "other"),
    ("Bantuan S$ 3,5 juta.", "S$ 3,5 juta", "other"),
    ("Bantuan EUR 29,99 saja.", "EUR 29,99", "other"),
    ("Bantuan 10 dolar AS.", "10 dolar AS", "other"),
    ("Bantuan 20€ saja.", "20€", "other"),
    ("Bantuan sembilan pound sterling.", "sembilan pound sterling", "other"),
]


@pytest.mark.parametrize(("text", "words", "unit"), UNITS, ids=[row[0] for row in UNITS])
def test_other_things_are_counted_in_their_own_unit(text: str, words: str, unit: Unit) -> None:
    mention = only(text)
    assert (mention.text, mention.unit) == (words, unit)


RANGES = [
    ("Kisaran 600-700 ribu jiwa.", "600-700 ribu jiwa", 600_000, 700_000),
    ("Kisaran 600 ribu-700 ribu jiwa.", "600 ribu-700 ribu jiwa", 600_000, 700_000),
    ("Ada 150–200 ribu jiwa.", "150–200 ribu jiwa", 150_000, 200_000),
    ("Ada 150 s.d. 200 ribu warga.", "150 s.d. 200 ribu warga", 150_000, 200_000),
    ("Ada 1,8 hingga 2 juta jiwa.", "1,8 hingga 2 juta jiwa", 1_800_000, 2_000_000),
    ("Ada 900 ribu sampai 1,1 juta jiwa.", "900 ribu sampai 1,1 juta jiwa", 900_000, 1_100_000),
    ("Ada lima sampai enam ribu warga.", "lima sampai enam ribu warga", 5_000, 6_000),
    ("Cakupan 95 s/d 98 persen.", "95 s/d 98 persen", 95, 98),
    ("Cakupan 95 persen sampai dengan 98 persen.", "95 persen sampai dengan 98 persen", 95, 98),
    ("Cakupan 95%-98% saja.", "95%-98%", 95, 98),
    ("Rp 225 miliar sampai Rp 250 miliar.", "Rp 225 miliar sampai Rp 250 miliar", 225e9, 250e9),
    ("Anggaran Rp225-250 miliar.", "Rp225-250 miliar", 225e9, 250e9),
    ("Iuran Rp 1.000-10.000.", "Rp 1.000-10.000", 1_000, 10_000),
    ("Ada antara 10 dan 20 persen.", "10 dan 20 persen", 10, 20),
    ("Kisaran 10–20 dolar.", "10–20 dolar", 10, 20),
    ("Dari 10 dolar hingga 20 dolar.", "10 dolar hingga 20 dolar", 10, 20),
    ("Ada dua sampai tiga kabupaten.", "dua sampai tiga kabupaten", 2, 3),
    ("Ada 5 juta-6 juta jiwa.", "5 juta-6 juta jiwa", 5_000_000, 6_000_000),
]


@pytest.mark.parametrize(("text", "words", "low", "high"), RANGES, ids=[row[0] for row in RANGES])
def test_a_range_is_one_mention_and_shares_its_scale(
    text: str, words: str, low: float, high: float
) -> None:
    mention = only(text)
    assert (mention.text, mention.value, mention.upper) == (words, Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("Naik dari 73 persen ke 87 persen.", [73, 87], id="a change"),
        pytest.param("Naik dari 73 ke 87 persen.", [73, 87], id="a change with its unit said once"),
        pytest.param("Naik dari 73 menjadi 87 persen.", [73, 87], id="menjadi"),
        pytest.param("Ada 5 juta, 6 ribu jiwa.", [5_000_000, 6_000], id="a list"),
        pytest.param("0,12 juta 0,75 juta jiwa", [120_000, 750_000], id="two of one scale"),
        pytest.param("Ada 500 sampai 1 juta jiwa.", [500, 1_000_000], id="no scale fits both"),
        pytest.param("Naik dari 1.200 hingga 1.500 jiwa.", [1200, 1500], id="a change of people"),
        pytest.param("Ada 10 dan 20 persen.", [10, 20], id="dan without antara"),
        pytest.param("120 ribu hingga\n \n130 ribu jiwa", [120_000, 130_000], id="empty line"),
    ],
)
def test_two_values_are_no_range(text: str, values: list[int]) -> None:
    found = quantities(text)
    assert [m.value for m in found] == [Decimal(value) for value in values]
    assert all(m.upper is None for m in found)


QUALIFIERS: list[tuple[str, str, Qualifier]] = [
    ("Ada 300 jiwa.", "300 jiwa", "exact"),
    ("Ada sekitar 300 jiwa.", "300 jiwa", "about"),
    ("Ada kurang lebih 300 jiwa.", "300 jiwa", "about"),
    ("Ada hampir 2 juta jiwa.", "2 juta jiwa", "about"),
    ("Masuk ± 12 rb peserta.", "12 rb peserta", "about"),
    ("Ada sekitar Rp 127 miliar.", "Rp 127 miliar", "about"),
    ("Ada 5 ribuan orang.", "5 ribuan orang", "about"),
    ("Ada 50-an persen.", "50-an persen", "about"),
    ("Kisaran sekitar 600-700 ribu jiwa.", "600-700 ribu jiwa", "about"),
    ("Lebih dari 95 persen.", "95 persen", "at_least"),
    ("Lebih dari sebanyak 300 jiwa.", "300 jiwa", "at_least"),
    ("Minimal 95 persen.", "95 persen", "at_least"),
    ("Di atas 95 persen.", "95 persen", "at_least"),
    ("Tidak kurang dari 300 jiwa.", "300 jiwa", "at_least"),
    ("Sedikitnya Rp1 miliar.", "Rp1 miliar", "at_least"),
    ("Ada 17 ribu lebih warga.", "17 ribu", "at_least"),
    ("Ada 95 persen lebih.", "95 persen lebih", "at_least"),
    ("Ada 98 persen atau lebih.", "98 persen atau lebih", "at_least"),
    ("Rp 5 miliar lebih.", "Rp 5 miliar", "at_least"),
    ("Kurang dari 5 persen.", "5 persen", "at_most"),
    ("Di bawah 95 persen.", "95 persen", "at_most"),
    ("Tak lebih dari 10 persen.", "10 persen", "at_most"),
    ("Maksimal 10 persen.", "10 persen", "at_most"),
    ("Belum mencapai 95 persen.", "95 persen", "at_most"),
    ("Belum lebih dari 95 persen.", "95 persen", "at_most"),
    ("Gagal melampaui 95 persen.", "95 persen", "at_most"),
    ("Tak pernah lebih dari sekitar 95 persen.", "95 persen", "at_most"),
    ("Tidak pernah di bawah 95 persen.", "95 persen", "at_least"),
    ("Tidak melebihi 95 persen.", "95 persen", "at_most"),
    ("Sulit menembus 95 persen.", "95 persen", "at_most"),
    ("Belum terdaftar lebih dari 300 jiwa.", "300 jiwa", "at_least"),
    ("Yang belum, lebih dari 300 jiwa.", "300 jiwa", "at_least"),
    ("Ada 300 jiwa lebih banyak.", "300 jiwa", "exact"),
    ("Cakupan 95 persen lebih tinggi dari target.", "95 persen", "exact"),
    ("Ada lebih 200 ribu warga.", "200 ribu warga", "at_least"),
    ("Tidak lebih 10 persen.", "10 persen", "at_most"),
    ("Lebih murah dari Rp500.", "Rp500", "at_most"),
    ("Min. 95 persen.", "95 persen", "at_least"),
    ("Maks. 10 persen.", "10 persen", "at_most"),
    ("Cakupan ≥95%.", "95%", "at_least"),
    ("Cakupan >= 95%.", "95%", "at_least"),
    ("Ada 10.000+ peserta.", "10.000", "at_least"),
    ("Ada sekira 300 jiwa.", "300 jiwa", "about"),
    ("Ada 300an orang.", "300an orang", "about"),
    ("Ada 300 jiwa ke atas.", "300 jiwa ke atas", "at_least"),
    ("Nyaris 300 jiwa.", "300 jiwa", "about"),
]


@pytest.mark.parametrize(
    ("text", "words", "qualifier"), QUALIFIERS, ids=[row[0] for row in QUALIFIERS]
)
def test_hedges_before_and_behind_are_read(text: str, words: str, qualifier: Qualifier) -> None:
    mention = only(text)
    assert (mention.text, mention.qualifier) == (words, qualifier)


@pytest.mark.parametrize(
    ("text", "value", "readings"),
    [
        pytest.param(
            "Sekitar 2.650 juta peserta.", 2_650_000, [2_650_000_000, 2_650_000], id="2.650 juta"
        ),
        pytest.param("Jumlahnya 2,650 saja.", 2650, [Decimal("2.65"), 2650], id="2,650"),
        pytest.param(
            "Ada 2,650 juta jiwa.", 2_650_000, [2_650_000, 2_650_000_000], id="2,650 juta"
        ),
        pytest.param("Minimal itu min 95 persen.", 95, [95, -95], id="min: minimal or minus"),
        pytest.param("Tinggal 2 dari 3 juta jiwa.", 2_000_000, [2_000_000, 2], id="2 dari 3 juta"),
    ],
)
def test_what_can_be_read_in_two_ways_carries_both_and_a_flag(
    text: str, value: int, readings: list[Decimal]
) -> None:
    mention = quantities(text)[0]
    assert mention.value == value
    assert list(mention.readings) == readings
    assert "ambiguous" in mention.flags


@pytest.mark.parametrize(
    "text",
    [
        "Cakupan 95,5 koma 28 persen.",
        "Cakupan 98 koma 5,2 persen.",
        "Cakupan 98 koma 12345 persen.",
        "Cakupan 98 koma lima seratus persen.",
        "Cakupan 98 koma 5 sepuluh persen.",
        "Cakupan dua setengah koma 5 persen.",
    ],
)
def test_what_stands_behind_a_spoken_comma_is_no_number_of_its_own(text: str) -> None:
    assert [m for m in quantities(text) if m.unit == "percent"] == []


PARTS = [
    ("Ada 1,708.552 jiwa.", 1_708_552, ["1708552", "1708.552"]),
    ("Ada 1.708,552 jiwa.", 1_708_552, ["1708552", "1708.552"]),
    ("Ada 1708.552 jiwa.", 1_708_552, ["1708552", "1708.552"]),
    ("Ada 1.034,331.552 jiwa.", None, []),
    ("Ada 81.2345 jiwa.", "81.2345", ["81.2345", "812345"]),
    ("Ada 812,3 jiwa.", "812.3", ["812.3", "8123"]),
    ("Ada 1.034.331,5 KK.", "1034331.5", ["1034331.5", "10343315"]),
    ("Ada 3,5 kabupaten.", "3.5", ["3.5", "35"]),
    ("Ada 1,2345678 ribu jiwa.", "1234.5678", ["1234.5678", "12345678"]),
    ("Data (jiwa):\nBlora 812,3", "812.3", ["812.3", "8123"]),
    ("Dari 1,034 juta peserta, 320.000,5 di antaranya aktif.", "320000.5", ["320000.5", "3200005"]),
]


@pytest.mark.parametrize(("text", "value", "readings"), PARTS, ids=[row[0] for row in PARTS])
def test_a_part_of_a_person_is_ambiguous(
    text: str, value: str | int | None, readings: list[str]
) -> None:
    found = quantities(text)
    if value is None:
        assert found == []
        return
    assert found[-1].value == Decimal(value)
    assert list(found[-1].readings) == [Decimal(reading) for reading in readings]
    assert "ambiguous" in found[-1].flags


@pytest.mark.parametrize("text", ["Ada 1 708,552 jiwa.", "Ada 1,708 552 jiwa."])
def test_groups_with_commas_and_spaces_are_one_number_and_ambiguous(text: str) -> None:
    mention = only(text)
    assert mention.value == Decimal(1_708_552)
    assert mention.flags == ("stray_space", "ambiguous")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ada 1,51 juta jiwa.", "1510000"),
        ("Ada 812,00 jiwa.", "812"),
        ("Ada 812,345 ribu jiwa.", "812345"),
        ("Rata-rata 3,5 jiwa sekeluarga.", "3.5"),
        ("Data (ribu jiwa):\nBlora 812,3", "812300"),
        ("Cakupan 98,2023 persen.", "98.2023"),
        ("Lamanya 1,5 hari.", "1.5"),
    ],
)
def test_what_has_parts_and_a_mean_have_decimals(text: str, value: str) -> None:
    mention = only(text)
    assert mention.value == Decimal(value)
    assert mention.readings == () or "ribu" in text


def test_a_number_without_its_zero_may_have_lost_a_space() -> None:
    mention = only("Sebesar ,77 persen.")
    assert (mention.text, mention.readings) == (",77 persen", (Decimal("0.77"), Decimal(77)))
    assert "ambiguous" in mention.flags


def test_a_scale_said_later_is_flagged_as_ambiguous() -> None:
    part, whole = quantities("Yang 2,9 itu aktif, dari semua 3,1 juta jiwa.")
    assert part.value == 2_900_000
    assert part.readings == (part.value, Decimal("2.9"))
    assert {"unit_inferred", "ambiguous"} <= set(part.flags)
    assert whole.value == 3_100_000


@pytest.mark.parametrize(
    "text", ["Ada 2.650 jiwa.", "Ada 2,650 jiwa.", "Ada 2,65 juta jiwa.", "Ada 98.125 persen."]
)
def test_a_unit_or_a_scale_leaves_one_reading(text: str) -> None:
    mention = only(text)
    assert (mention.readings, mention.flags) == ((), ())


INFERRED: list[tuple[str, str, Unit | None]] = [
    ("Sebanyak 416 dari 514 kabupaten/kota sudah UHC.", "416", "regions"),
    ("Baru 12.500.000 dari 13.000.000 jiwa.", "12.500.000", "people"),
    ("Dari 416.000 peserta, 320.000 di antaranya aktif.", "320.000", "people"),
    ("Dianggarkan 478 miliar untuk iuran.", "478 miliar", "rupiah"),
    ("Dana yang dialokasikan 500 juta saja.", "500 juta", "rupiah"),
    ("Dari sisi jumlah, 1.034.331 sudah terdaftar.", "1.034.331", "people"),
    ("Naik dari 73 menjadi 87 persen.", "73", "percent"),
    ("Naik dari 1.200 menjadi 1.500 jiwa.", "1.200", "people"),
    ("Pada tingkat kabupaten/kota, 416 dari 514 sudah UHC.", "416", "regions"),
    ("Pada tingkat kabupaten/kota, 416 dari 514 sudah UHC.", "514", "regions"),
    ("Untuk puskesmas, baru 20 yang siap.", "20", "facilities"),
    ("Dari 38 provinsi, baru 24 yang UHC.", "24", "regions"),
    ("Masing-masing 10, 20, dan 30 persen.", "10", "percent"),
    ("Masing-masing 10, 20, dan 30 persen.", "20", "percent"),
    ("Tiga atau empat kabupaten.", "Tiga", "regions"),
    ("Peserta menunggak iuran, sedangkan 41,5 juta nonaktif.", "41,5 juta", "people"),
]


@pytest.mark.parametrize(
    ("text", "words", "unit"), INFERRED, ids=[f"{row[1]} of {row[0]}" for row in INFERRED]
)
def test_an_inferred_unit_is_flagged(text: str, words: str, unit: Unit) -> None:
    (mention,) = [m for m in quantities(text) if m.text == words]
    assert mention.unit == unit
    assert "unit_inferred" in mention.flags


def test_a_part_with_decimals_has_the_scale_of_its_whole() -> None:
    part, whole = quantities("Baru 2,9 dari 3,1 juta jiwa.")
    assert (part.value, part.resolution) == (Decimal(2_900_000), Decimal(100_000))
    assert part.unit == "people"
    assert whole.value == 3_100_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Nilainya 165 saja.", "165", id="a small bare number"),
        pytest.param("Sejak 1899 ada.", "1899", id="a year of another century"),
        pytest.param("Sekitar 2/3 penduduk.", "3", id="the lower half of a fraction"),
        pytest.param("Sekitar 1/2 juta.", "2", id="a fraction of a million"),
        pytest.param("Dibagikan 5.000 masker.", "5.000", id="the name of something else"),
        pytest.param("Di SD 2 Kota Semarang.", "2", id="before the name of a city"),
        pytest.param("Sebanyak 12 tahun 2024 ini.", "12", id="before a year"),
        pytest.param("Sekitar 70 atau 90 persen.", "70", id="atau may restate"),
    ],
)
def test_a_number_that_may_be_anything_gets_no_unit(text: str, words: str) -> None:
    assert [m.unit for m in quantities(text) if m.text == words] == [None]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        pytest.param("Sepanjang 2023 peserta bertambah.", None, id="year before people"),
        pytest.param("Ada 2.023 peserta.", "2.023 peserta", id="grouped"),
        pytest.param("Ada 2023 peserta baru.", "2023 peserta", id="ungrouped, and no word of time"),
        pytest.param("Pada 2023 peserta JKN bertambah.", None, id="pada"),
        pytest.param("Tahun 2020 jiwa penolong.", None, id="tahun"),
        pytest.param("Juli 2.023.456 jiwa.", "2.023.456 jiwa", id="month before a number"),
    ],
)
def test_years_are_told_from_quantities(text: str, quantity: str | None) -> None:
    assert [m.text for m in quantities(text)] == ([quantity] if quantity else [])


@pytest.mark.parametrize(
    "text",
    [
        "Salah satu daerah itu maju.",
        "Mereka didata satu per satu.",
        "Hal itu menyatu.",
        "Ribuan orang dan jutaan warga.",
        "Puluhan peserta hadir.",
        "Satuan tugas dibentuk.",
        "Enam puluhnya.",
        "Belasan ribu warga, puluhan ribu jiwa, ratusan juta rupiah.",
        "Tiga perempat warga dan dua pertiga penduduk.",
        "Hanya satu dan itu pun gagal.",
        "Jaringan 5G, varian 12A, dan 1E5.",
        "Gudang di blok 12e5, ruang 3e2b, rak a7-2e5, kode B1e5x.",
        "Versi 1e5.3 dan 1e99.",
        "Ia bekerja di Lapan Pasuruan, kata LAPAN.",
        "",
    ],
)
def test_words_that_count_nothing_exact_are_no_numbers(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("text", "resolution"),
    [
        ("84,33 persen", "0.01"),
        ("95 persen", "1"),
        ("1,51 juta jiwa", "10000"),
        ("685 ribu jiwa", "1000"),
        ("1.034.331 jiwa", "1"),
        ("Rp17,5 M", "100000000"),
        ("delapan juta jiwa", "1000000"),
        ("setengah juta jiwa", "500000"),
        ("US$ 5 juta", "1000000"),
        ("100K", "1000"),
    ],
)
def test_resolution_is_scaled_with_the_number(text: str, resolution: str) -> None:
    assert only(text).resolution == Decimal(resolution)


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("1e5", "100000"),
        ("-1e5", "-100000"),
        ("1,524e+1", "15.24"),
        ("1.524e3", "1524"),
        (",25e2", "25"),
        ("3e-4", "0.0003"),
        ("1,5e-1 ratus", "15"),
        ("dua kali sepuluh pangkat enam", "2000000"),
        ("dua koma lima kali sepuluh pangkat tiga", "2500"),
        ("minus dua koma lima kali sepuluh pangkat minus tiga", "-0.0025"),
        ("enam koma dua dikali sepuluh pangkat dua belas", "6200000000000"),
    ],
)
def test_a_power_of_ten_multiplies_and_counts_no_people_by_itself(number: str, value: str) -> None:
    mention = only(f"Alat itu mengukur {number} di udara.")
    assert mention.text == number
    assert mention.value == Decimal(value)
    assert (mention.unit, mention.readings, mention.flags) == (None, (), ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ia tiga kali naik pangkat.", ["tiga kali"]),
        ("Dua kali sepuluh orang dilatih.", ["Dua kali", "sepuluh orang"]),
        ("Naik lima kali. Sepuluh pangkat dihapus.", ["lima kali"]),
        (
            "Satu kali sepuluh pangkat dua puluh orang naik.",
            ["Satu kali", "dua puluh orang"],
        ),
    ],
)
def test_times_are_told_from_powers_of_ten(text: str, words: list[str]) -> None:
    assert [m.text for m in quantities(text)] == words


@pytest.mark.parametrize("word", sorted(POWERS.first_words))
def test_every_power_of_the_table_is_read(word: str) -> None:
    assert only(f"Ada tiga {word} sepuluh pangkat empat jiwa.").value == 30000


@pytest.mark.parametrize(("clipped", "word"), CLIPPED.items())
def test_every_clipped_word_of_the_table_is_read_inside_a_longer_number(
    clipped: str, word: str
) -> None:
    assert only(f"Ada {clipped} ribu jiwa.").value == only(f"Ada {word} ribu jiwa.").value
    assert only(f"Ada dua puluh {clipped} jiwa.").value == 20 + NUMBER_WORDS[word]
    assert quantities(f"Ada {clipped} jiwa.") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ada 10 Rp 20 juta untuk itu.", ["10", "Rp 20 juta"]),
        ("Ada 5 rp. 7 ribu.", ["5", "rp. 7 ribu"]),
        ("Ada 10 $ 20 juta dan 5$ 7.", ["10", "$ 20 juta", "5", "$ 7"]),
        ("Ada 10$, 20 Rp, dan 30 rupiah 5 sen.", ["10$", "20 Rp", "30 rupiah", "5"]),
    ],
)
def test_a_currency_between_two_numbers_belongs_to_the_second(text: str, words: list[str]) -> None:
    assert [m.text for m in quantities(text)] == words


@pytest.mark.parametrize("text", ["--123", "++123", "Selisihnya --123 jiwa."])
def test_a_doubled_sign_is_no_sign(text: str) -> None:
    assert only(text).value == 123


@pytest.mark.parametrize("text", ["Jumlahnya 250\n\nwarga setuju.", "Jumlahnya 250\nWarga setuju."])
def test_a_noun_of_another_line_is_not_counted(text: str) -> None:
    mention = only(text)
    assert (mention.text, mention.unit) == ("250", None)


@pytest.mark.parametrize(
    ("text", "text_of_sign"),
    [
        ("Selisih -1,5 persen.", "-1,5 persen"),
        ("-1.200.000", "-1.200.000"),
        ("- 1.200.000", "- 1.200.000"),
        ("Kudus - 812.345 jiwa", "812.345 jiwa"),
        ("- 812.345 jiwa", "812.345 jiwa"),
        ("98,5 -99 persen", "99 persen"),
    ],
)
def test_a_dash_is_a_minus_where_it_is_no_bullet_and_no_range(text: str, text_of_sign: str) -> None:
    mention = quantities(text)[-1]
    assert mention.text == text_of_sign or mention.upper is not None
    assert (mention.value < 0) == text_of_sign.startswith("-")


def test_stray_spaces_are_flagged() -> None:
    texts = ["147. 629 warga", "1.708 552 jiwa", "101, 00%", "1 034 331 jiwa"]
    assert [only(text).flags for text in texts] == [("stray_space",)] * 4


def test_the_noun_stands_beside_the_unit() -> None:
    assert [m.noun for m in quantities("95 persen, 300 jiwa, Rp5 miliar, 12 desa")] == [
        "persen",
        "jiwa",
        None,
        "desa",
    ]


def test_the_noun_of_another_currency_is_its_name() -> None:
    text = "Ada US$ 5 juta, EUR 3, €5, 10 dolar dan 7 yen."
    assert [(m.noun, m.unit) for m in quantities(text)] == [
        ("US$", "other"),
        ("EUR", "other"),
        ("€", "other"),
        ("dolar", "other"),
        ("yen", "other"),
    ]


HEADINGS: list[tuple[str, list[tuple[str, int | str, Unit | None]]]] = [
    (
        "Jumlah peserta (jiwa):\nBlora 812.345\n2. Kudus: 900",
        [("812.345", 812345, "people"), ("900", 900, "people")],
    ),
    (
        "Cakupan (%)\n\nKudus: 98,44\n\nJepara: 97.125 (sementara)",
        [("98,44", "98.44", "percent"), ("97.125", "97.125", "percent")],
    ),
    ("Berikut jumlah peserta di tiap kecamatan:\n- Cepu = 12.345", [("12.345", 12345, "people")]),
    ("Persentase kepesertaan:\nBlora 98", [("98", 98, "percent")]),
    ("Anggaran (Rp juta)\nBlora 1.250,5", [("1.250,5", 1_250_500_000, "rupiah")]),
    ("Peserta (ribu jiwa): 8,1", [("8,1", 8100, "people")]),
    ("Cakupan (dalam %) = 98,44", [("98,44", "98.44", "percent")]),
    (
        "Daerah\tPeserta (jiwa)\tCakupan (%)\nBlora\t812.345\t98,44",
        [("812.345", 812345, "people"), ("98,44", "98.44", "percent")],
    ),
    (
        "| Daerah | Jumlah peserta | Persentase |\n|---|---|---|\n| Blora | 812.345 | 98 |",
        [("812.345", 812345, "people"), ("98", 98, "percent")],
    ),
]


@pytest.mark.parametrize(("text", "numbers"), HEADINGS, ids=[row[0] for row in HEADINGS])
def test_a_bare_number_takes_the_unit_of_its_heading(
    text: str, numbers: list[tuple[str, int | str, Unit | None]]
) -> None:
    found = quantities(text)
    assert [(m.text, m.value, m.unit) for m in found] == [
        (words, Decimal(value), unit) for words, value, unit in numbers
    ]
    assert all("unit_inherited" in m.flags for m in found)


def test_a_title_that_speaks_of_percent_says_nothing_of_a_column_of_counts() -> None:
    """Nor does a head of what no share can be."""
    title = "Kolom: peserta JKN-KIS, persen terhadap penduduk.\n\n"
    rows = "Blora       53.214   83,96\nKudus       42.977   62,4\nPati        91.844   55,1\n"
    units = {m.text: m.unit for m in quantities(title + rows)}
    assert {units[number] for number in ("53.214", "42.977", "91.844")} == {None}
    assert {units[number] for number in ("83,96", "62,4", "55,1")} == {"percent"}
    head = "Segmen | Terdaftar (%)\nPBI | 96,7\nJumlah | 222,5 juta\n"
    assert {m.text: m.unit for m in quantities(head)} == {"96,7": "percent", "222,5 juta": None}


def test_a_row_does_not_end_in_the_sign_with_which_the_next_begins() -> None:
    text = (
        "Tabel 3. Segmen Kepesertaan JKN (jiwa)\n\n"
        "              Des 2024   Sep 2025\n"
        "PBI JK         101.377     96.052\n"
        "Jumlah         187.053    190.680\n"
        "% penduduk        99,4      100,1\n"
    )
    assert {m.text: m.unit for m in quantities(text)}["190.680"] == "people"
    (wrapped,) = quantities("Cakupan JKN sudah 98,7\n% dari penduduk.")
    assert (wrapped.value, wrapped.unit) == (Decimal("98.7"), "percent")


@pytest.mark.parametrize(
    ("text", "words", "unit"),
    [
        pytest.param(
            "Peserta (jiwa):\nBlora 500 KK", "500 KK", "households", id="a unit of its own"
        ),
        pytest.param(
            "Peserta (jiwa):\nBlora 500 KK, 60", "60", None, id="beside a unit of its own"
        ),
        pytest.param("Peserta (jiwa):\nBlora 50 60", "50", None, id="two on one row"),
        pytest.param("Peserta (jiwa):\nSebanyak 77 di sana.", "77", None, id="a sentence"),
        pytest.param("Peserta (jiwa):\nSemua lancar.\nBlora 77", "77", None, id="text between"),
        pytest.param("Peserta (jiwa):\n\n\nBlora 77", "77", None, id="two empty lines between"),
        pytest.param("Peserta (lihat tabel):\nBlora 77", "77", None, id="no unit in brackets"),
        pytest.param("Jumlah peserta\nBlora 77", "77", None, id="no colon"),
        pytest.param("No\tPeserta (jiwa)\n7\t812", "7", None, id="a column without a unit"),
    ],
)
def test_a_heading_gives_nothing_where_it_is_not_plain(
    text: str, words: str, unit: Unit | None
) -> None:
    (mention,) = [m for m in quantities(text) if m.text == words]
    assert mention.unit == unit
    assert "unit_inherited" not in mention.flags


@pytest.mark.parametrize("noun", UNIT_OF_NOUN)
def test_every_noun_of_the_table_is_a_unit(noun: str) -> None:
    mention = only(f"Ada 37 {noun}.")
    assert (mention.text, mention.unit) == (f"37 {noun}", UNIT_OF_NOUN[noun])


@pytest.mark.parametrize("scale", SCALES)
def test_every_scale_of_the_table_multiplies(scale: str) -> None:
    assert only(f"Ada 37 {scale} orang.").value == 37 * SCALES[scale]


@pytest.mark.parametrize("cue", QUALIFIERS_BEFORE)
def test_every_hedge_before_a_number_is_read(cue: str) -> None:
    assert only(f"Ada {cue} 37 orang.").qualifier == QUALIFIERS_BEFORE[cue]


@pytest.mark.parametrize("cue", [cue for cue in QUALIFIERS_AFTER if not cue.endswith("an")])
def test_every_hedge_behind_a_number_is_read(cue: str) -> None:
    assert only(f"Ada 37 {cue}.").qualifier == QUALIFIERS_AFTER[cue]
    assert only(f"Ada 37 orang {cue}.").qualifier == QUALIFIERS_AFTER[cue]


@pytest.mark.parametrize("word", NUMBER_WORDS)
def test_every_number_word_of_the_table_begins_a_number(word: str) -> None:
    assert only(f"Ada {word} orang.").value == NUMBER_WORDS[word]


ENGLISH: list[tuple[str, str, Unit, str, Qualifier]] = [
    ("JKN covers 174 million people.", "174 million people", "people", "174000000", "exact"),
    ("It covers 224.1 million people.", "224.1 million people", "people", "224100000", "exact"),
    ("About 2.650 million people are in.", "2.650 million people", "people", "2650000", "about"),
    ("Some 5,000 people have joined.", "5,000 people", "people", "5000", "about"),
    ("There are 8,157,582 residents.", "8,157,582 residents", "people", "8157582", "exact"),
    ("Up to 1.2 billion people will.", "1.2 billion people", "people", "1200000000", "at_most"),
    ("It has 36.2 percent of them.", "36.2 percent", "percent", "36.2", "exact"),
    ("It has 98.3 per cent of them.", "98.3 per cent", "percent", "98.3", "exact"),
    ("It is 98.125 percent of the total.", "98.125 percent", "percent", "98.125", "exact"),
    ("More than 95 percent of the people.", "95 percent", "percent", "95", "at_least"),
    ("At least 83 percent of the people.", "83 percent", "percent", "83", "at_least"),
    ("Nearly 83 percent of the people.", "83 percent", "percent", "83", "about"),
    ("It was Rp 2.3 trillion in the past.", "Rp 2.3 trillion", "rupiah", "2300000000000", "exact"),
    ("The price is Rp 25,500 a month.", "Rp 25,500", "rupiah", "25500", "exact"),
    (
        "With 196.4 million Indonesians in.",
        "196.4 million Indonesians",
        "people",
        "196400000",
        "exact",
    ),
    (
        "It has 180.5 million active members.",
        "180.5 million active members",
        "people",
        "180500000",
        "exact",
    ),
    ("A total of 334 regencies and cities.", "334 regencies and cities", "regions", "334", "exact"),
    ("All of the 22 provinces.", "22 provinces", "regions", "22", "exact"),
    ("It has twelve districts.", "twelve districts", "settlements", "12", "exact"),
    ("Twenty-five regencies have it.", "Twenty-five regencies", "regions", "25", "exact"),
    ("Five million people have it.", "Five million people", "people", "5000000", "exact"),
    ("It has one million members.", "one million members", "people", "1000000", "exact"),
    (
        "Two hundred fifty thousand people.",
        "Two hundred fifty thousand people",
        "people",
        "250000",
        "exact",
    ),
]


@pytest.mark.parametrize(
    ("text", "words", "unit", "value", "qualifier"), ENGLISH, ids=[row[0] for row in ENGLISH]
)
def test_the_english_of_the_press_is_read(
    text: str, words: str, unit: Unit, value: str, qualifier: Qualifier
) -> None:
    mention = only(text)
    assert (mention.text, mention.unit, mention.value) == (words, unit, Decimal(value))
    assert (mention.qualifier, mention.flags) == (qualifier, ())


@pytest.mark.parametrize(
    ("text", "value", "readings"),
    [
        ("Some 1.234 people are not yet covered.", 1234, ["1.234", "1234"]),
        ("The price was Rp 25.500 for each of them.", 25500, ["25.500", "25500"]),
        (
            "The budget was Rp 1,582 billion in that year.",
            1582 * 10**9,
            [1582 * 10**9, 1582 * 10**6],
        ),
    ],
)
def test_separators_that_are_not_english_are_ambiguous_there(
    text: str, value: int, readings: list[str | int]
) -> None:
    mention = only(text)
    assert mention.value == value
    assert list(mention.readings) == [Decimal(reading) for reading in readings]
    assert "ambiguous" in mention.flags


def test_each_sentence_has_its_own_language() -> None:
    text = (
        "Ada 2.650 jiwa di sana. Some 2.650 million people are covered. Tercatat 2,650 juta jiwa."
    )
    assert [m.value for m in quantities(text)] == [2650, 2_650_000, 2_650_000]


@pytest.mark.parametrize(
    "text",
    [
        "One of the cities and one by one.",
        "Ten Kate dan Six datang.",
        "Millions of people and hundreds of members.",
    ],
)
def test_english_words_that_count_nothing_exact_are_no_numbers(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    "name",
    ["Kabupaten Lima Puluh Kota", "Kepulauan Seribu", "Kota Seribu Sungai", "Program Sejuta Sehat"],
)
def test_a_number_word_in_a_name_counts_nothing(name: str) -> None:
    assert [m.text for m in quantities(f"Di {name} ada 95 persen.")] == ["95 persen"]


@pytest.mark.parametrize("said", ["202312", "20231231", "dua ribu dua puluh tiga"])
def test_a_bare_time_counts_no_people(said: str) -> None:
    (time, _) = quantities(f"Menurut data {said}, ada 95 persen.")
    assert time.unit is None
