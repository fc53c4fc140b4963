"""Which regions a text speaks of: names, twins, aliases, and words that point back."""

import pytest

from uhc_llm.scanner import scan
from uhc_llm.scanner.gazetteer import fold, gazetteer
from uhc_llm.schemas import RegionMention


def regions(text: str) -> list[RegionMention]:
    return list(scan(text).regions)


NAMED = [
    ("Cakupan di Kota Semarang naik.", "Kota Semarang", "33.74"),
    ("Cakupan di Kabupaten Semarang naik.", "Kabupaten Semarang", "33.22"),
    ("Cakupan di Kab. Semarang naik.", "Kab. Semarang", "33.22"),
    ("Cakupan di KABUPATEN SEMARANG naik.", "KABUPATEN SEMARANG", "33.22"),
    ("Pemkot Semarang menyebut.", "Semarang", "33.74"),
    ("Pemkab Semarang menyebut.", "Semarang", "33.22"),
    ("Bupati Semarang menyebut.", "Semarang", "33.22"),
    ("Wali Kota Semarang menyebut.", "Kota Semarang", "33.74"),
    ("Cakupan di Provinsi Jambi naik.", "Provinsi Jambi", "15"),
    ("Cakupan di Kota Jambi naik.", "Kota Jambi", "15.71"),
    ("Cakupan di Kota Solo naik.", "Kota Solo", "33.72"),
    ("Cakupan di Kukar naik.", "Kukar", "64.02"),
    ("Cakupan di Tangsel naik.", "Tangsel", "36.74"),
    ("Cakupan di Kalsel naik.", "Kalsel", "63"),
    ("Cakupan di DIY naik.", "DIY", "34"),
    ("Cakupan di D.I. Yogyakarta naik.", "D.I. Yogyakarta", "34"),
    ("Cakupan di DKI Jakarta naik.", "DKI Jakarta", "31"),
    ("Cakupan di Bangka-Belitung naik.", "Bangka-Belitung", "19"),
    ("Cakupan di Tanjung Pinang naik.", "Tanjung Pinang", "21.72"),
    ("Cakupan di Tanjungpinang naik.", "Tanjungpinang", "21.72"),
    ("Cakupan di Palangka Raya naik.", "Palangka Raya", "62.71"),
    ("Cakupan di Palangkaraya naik.", "Palangkaraya", "62.71"),
    ("Cakupan di Badung naik.", "Badung", "51.03"),
    ("Cakupan di Bandung Barat naik.", "Bandung Barat", "32.17"),
    ("Cakupan di Labuhan Batu naik.", "Labuhan Batu", "12.10"),
    ("Cakupan di Labuhan Batu Selatan naik.", "Labuhan Batu Selatan", "12.22"),
    ("Cakupan di Tulangbawang Barat naik.", "Tulangbawang Barat", "18.12"),
    ("Cakupan di Kepulauan Riau naik.", "Kepulauan Riau", "21"),
    ("Cakupan di Nabire naik.", "Nabire", "94.01"),
    ("Cakupan di Papua Barat Daya naik.", "Papua Barat Daya", "96"),
    ("Cakupan di Kabupaten Penajam Paser Utara naik.", "Kabupaten Penajam Paser Utara", "64.09"),
]


@pytest.mark.parametrize(("text", "words", "code"), NAMED, ids=[row[0] for row in NAMED])
def test_a_name_is_found_with_its_code(text: str, words: str, code: str) -> None:
    assert [(r.text, r.code, r.candidates) for r in regions(text)] == [(words, code, ())]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("Cakupan di Semarang naik.", {"33.22", "33.74"}, id="Kota or Kabupaten"),
        pytest.param("Cakupan di Bandung naik.", {"32.04", "32.73"}, id="another pair"),
        pytest.param("Cakupan di Jambi naik.", {"15", "15.71"}, id="a province too"),
    ],
)
def test_a_name_that_nothing_decides_carries_its_candidates(text: str, codes: set[str]) -> None:
    (mention,) = regions(text)
    assert {candidate.code for candidate in mention.candidates} == codes
    assert mention.code in codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("Di Kota Semarang naik. Warga Semarang senang.", "33.74", id="said before"),
        pytest.param("Warga Semarang senang. Kota Semarang naik.", "33.74", id="said later"),
        pytest.param("Warga Semarang senang, kata wali kota.", "33.74", id="a mayor"),
        pytest.param("Warga Semarang senang, kata bupati.", "33.22", id="a regent"),
        pytest.param("Warga Jambi senang di provinsi ini.", "15", id="a province"),
    ],
)
def test_the_article_decides_between_twins(text: str, code: str) -> None:
    decided = [r for r in regions(text) if not r.implied]
    assert {(r.code, r.candidates) for r in decided} == {(code, ())}


def test_twins_named_side_by_side_are_two_regions() -> None:
    found = regions("Kota Pasuruan dan Kabupaten Pasuruan berbeda.")
    assert [(r.code, r.id) for r in found] == [("35.75", "r1"), ("35.14", "r2")]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("Ada batu, malang, dan pati di sini.", [], id="small letters"),
        pytest.param("Batu sandungan masih ada.", [], id="at the head of a sentence"),
        pytest.param("Malang benar nasibnya. Pati kendaraan.", [], id="heads of two"),
        pytest.param("Warga Malang lega.", ["35.07"], id="inside a sentence"),
        pytest.param("Kota Batu maju.", ["35.79"], id="behind Kota"),
        pytest.param("Bupati Pati hadir.", ["33.18"], id="behind Bupati"),
        pytest.param("BATU - Warga lega.", ["35.79"], id="a dateline in capitals"),
        pytest.param("Segmen PPU 69.530 jiwa.", [], id="PPU the segment"),
        pytest.param("Peserta BP 9.421 jiwa.", [], id="BP the segment"),
        pytest.param("Bupati PPU hadir.", ["64.09"], id="PPU the regency"),
        pytest.param("Wilayah Jawa dan Kalimantan.", [], id="islands"),
    ],
)
def test_ordinary_words_are_no_regions(text: str, codes: list[str]) -> None:
    assert [r.code for r in regions(text)] == codes


@pytest.mark.parametrize(
    "text",
    [
        "Kepala BPJS Kesehatan Cabang Pati hadir.",
        "Kepala BPJS Kesehatan Palembang hadir.",
        "Kepala Kantor Cabang Utama Medan hadir.",
        "Kepala KC Surakarta hadir.",
    ],
)
def test_a_branch_is_an_area_without_a_code(text: str) -> None:
    (mention,) = regions(text)
    assert (mention.code, mention.level) == (None, "area")
    assert scan(text).main_region is None


@pytest.mark.parametrize(
    "text",
    [
        "Secara nasional cakupan naik.",
        "Capaian di tingkat nasional.",
        "Penduduk Indonesia terlindungi.",
        "Target RPJMN tercapai.",
        "Warga di tanah air.",
    ],
)
def test_words_for_the_whole_country_mean_the_nation(text: str) -> None:
    assert [r.code for r in regions(text)] == ["ID"]


@pytest.mark.parametrize(
    "text",
    [
        "Program Jaminan Kesehatan Nasional itu.",
        "Kartu Indonesia Sehat itu.",
        "Ikatan Dokter Indonesia itu.",
        "Universitas Indonesia itu.",
        "Dewan Jaminan Sosial Nasional itu.",
    ],
)
def test_names_of_programmes_and_bodies_do_not(text: str) -> None:
    assert regions(text) == []


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("Di Cimahi naik. Di kota itu ada rapat.", "kota itu", "32.77"),
        ("Di Blora naik. Di kabupaten tersebut ada rapat.", "kabupaten tersebut", "33.16"),
        ("Di Blora naik. Daerah ini maju.", "Daerah ini", "33.16"),
        ("Di Blora naik. Provinsi ini maju.", "Provinsi ini", "33"),
        ("Kota Pasuruan naik, Kabupaten Pasuruan turun; kota itu maju.", "kota itu", "35.75"),
        ("Warga di kota setempat lega, kata Pemkot Palangka Raya.", "kota setempat", "62.71"),
    ],
)
def test_words_that_point_back_mean_the_region_in_force(text: str, words: str, code: str) -> None:
    pointing = [(r.text, r.code) for r in regions(text) if r.implied]
    assert pointing == [(words, code)]


def test_words_that_point_to_nothing_are_no_region() -> None:
    assert regions("Di kota itu ada rapat, di daerah tersebut juga.") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("BANDUNG - Cakupan di Kabupaten Garut naik.", "32.05", id="dateline"),
        pytest.param(
            "BANDUNG, KOMPAS.com - Cakupan di Kabupaten Garut naik.", "32.05", id="with a paper"
        ),
        pytest.param(
            "BANDUNG, SENIN (28/7/2025) – Cakupan di Kabupaten Garut naik.",
            "32.05",
            id="with a day",
        ),
        pytest.param("BANDUNG,- Cakupan di Kabupaten Garut naik.", "32.05", id="comma and dash"),
        pytest.param(
            "Ditemui di Banjarmasin, Senin, Bupati Tanah Laut menjawab.",
            "63.01",
            id="place and day",
        ),
        pytest.param("CURUP – Cakupan di Rejang Lebong naik.", "17.02", id="a town without a code"),
        pytest.param("Blora naik. Rembang naik. Blora lagi.", "33.16", id="the one named most"),
        pytest.param("PALANGKA RAYA - Target kita 95 persen.", "62.71", id="a dateline alone"),
    ],
)
def test_the_article_is_about_the_region_named_most_and_not_where_it_was_written(
    text: str, code: str
) -> None:
    reading = scan(text)
    assert {r.code for r in reading.regions if r.id == reading.main_region} == {code}


def test_letters_that_grow_when_lowered_shift_nothing() -> None:
    """The small form of İ is two characters."""
    text = "İ" * 300 + " Warga Semarang senang. " + "x " * 150 + "kata bupati."
    assert [r.code for r in regions(text)] == ["33.22"]


def test_the_gazetteer_holds_every_province_regency_and_city() -> None:
    table = gazetteer()
    levels = [region.level for region in table.by_code.values()]
    assert levels.count("province") == 38
    assert levels.count("regency") + levels.count("city") == 514
    assert all(region.province for region in table.by_code.values() if region.level != "nation")


@pytest.mark.parametrize("code", sorted(gazetteer().by_code.keys() - {"ID"}))
def test_every_official_name_is_found_as_itself(code: str) -> None:
    region = gazetteer().by_code[code]
    name = f"Provinsi {region.name}" if region.level == "province" else region.name
    (mention,) = regions(f"Warga di {name} terdaftar.")
    assert (mention.code, mention.candidates) == (code, ())


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Kota Semarang", ["33.74"]),
        ("kab. semarang", ["33.22"]),
        ("Provinsi Jambi", ["15"]),
        ("Semarang", ["33.22", "33.74"]),
        ("Antah Berantah", []),
        ("", []),
    ],
)
def test_a_name_from_elsewhere_is_looked_up(name: str, codes: list[str]) -> None:
    assert [region.code for region in gazetteer().named(name)] == codes


def test_folding_keeps_similar_names_apart() -> None:
    assert fold("Bangka-Belitung") == fold("BANGKA  BELITUNG")
    assert fold("Badung") != fold("Bandung")
