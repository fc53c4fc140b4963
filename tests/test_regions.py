"""Which regions a text speaks of: names, twins, aliases, and words that point back."""

import pytest

from uhc_llm.scanner import scan
from uhc_llm.scanner.regions import is_place_of_event
from uhc_llm.scanner.regions.gazetteer import gazetteer
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
    ("Coverage in West Java has risen.", "West Java", "32"),
    ("Coverage in Central Java has risen.", "Central Java", "33"),
    ("Coverage in North Sumatra has risen.", "North Sumatra", "12"),
    ("Coverage in the Riau Islands has risen.", "Riau Islands", "21"),
    ("Coverage in East Nusa Tenggara has risen.", "East Nusa Tenggara", "53"),
    ("Coverage in Southeast Sulawesi has risen.", "Southeast Sulawesi", "74"),
    ("Coverage in Yogyakarta Special Region has risen.", "Yogyakarta Special Region", "34"),
    ("Coverage in South Tangerang has risen.", "South Tangerang", "36.74"),
    ("Coverage in Bogor regency has risen.", "Bogor regency", "32.01"),
    ("Coverage in Semarang city has risen.", "Semarang city", "33.74"),
    ("Coverage in Bogor Regency has risen.", "Bogor Regency", "32.01"),
    ("The Batu city administration said so.", "Batu city", "35.79"),
    ("Coverage in Jambi province has risen.", "Jambi province", "15"),
    ("Coverage has risen nationwide.", "nationwide", "ID"),
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


@pytest.mark.parametrize("code", sorted(gazetteer().by_code.keys() - {"ID"}))
def test_every_official_name_is_found_as_itself(code: str) -> None:
    region = gazetteer().by_code[code]
    name = f"Provinsi {region.name}" if region.level == "province" else region.name
    (mention,) = regions(f"Warga di {name} terdaftar.")
    assert (mention.code, mention.candidates) == (code, ())


def named(text: str) -> list[tuple[str, str]]:
    """The words of each mention with its code, or the name of an area."""
    return [(r.text, r.code or r.name) for r in regions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kabupaten dan Kota Bekasi sudah UHC.",
            [("Kabupaten", "32.16"), ("Kota Bekasi", "32.75")],
        ),
        ("Kota/Kabupaten Bogor hadir.", [("Kota", "32.71"), ("Kabupaten Bogor", "32.01")]),
        ("Ibu Bupati Semarang hadir.", [("Semarang", "33.22")]),
        ("Warga Kota/Kabupaten Bogor.", [("Kota", "32.71"), ("Kabupaten Bogor", "32.01")]),
        ("Bupati dan Wali Kota Madiun hadir.", [("Bupati", "35.19"), ("Kota Madiun", "35.77")]),
        (
            "Cakupan di Kabupaten Bogor, Bekasi, dan Cirebon naik.",
            [("Kabupaten Bogor", "32.01"), ("Bekasi", "32.16"), ("Cirebon", "32.09")],
        ),
        (
            "Cakupan Kota Bogor (98 persen) dan Cirebon (96 persen).",
            [("Kota Bogor", "32.71"), ("Cirebon", "32.74")],
        ),
        ("Warga Kota Gorontalo, Gorontalo.", [("Kota Gorontalo", "75.71"), ("Gorontalo", "75")]),
        ("Di Sumsel, Jambi, dan Lampung.", [("Sumsel", "16"), ("Jambi", "15"), ("Lampung", "18")]),
        ("Polres Malang Kota melapor.", [("Malang Kota", "35.73")]),
        (
            "di kabupaten blora dan kota semarang",
            [("kabupaten blora", "33.16"), ("kota semarang", "33.74")],
        ),
        ("Cakupan di PANGKAL\nPINANG naik.", [("PANGKAL\nPINANG", "19.71")]),
        ("Cakupan di Lombok  Timur naik.", [("Lombok  Timur", "52.03")]),
        ("Cakupan di Muko-muko dan Bau-Bau naik.", [("Muko-muko", "17.06"), ("Bau-Bau", "74.72")]),
        ("Cakupan di Musirawas Utara naik.", [("Musirawas Utara", "16.13")]),
        ("Ibu kota provinsi Palembang ramai.", [("Palembang", "16.71")]),
    ],
)
def test_the_words_around_a_name_say_which_region_it_is(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ("Ibu kota Jambi ramai.", "Ibu kota Jambi", "15.71"),
        ("Di ibu kota Sumatera Utara tersebut.", "ibu kota Sumatera Utara", "12.71"),
        ("Di ibukota Provinsi Papua.", "ibukota Provinsi Papua", "91.71"),
        ("Di ibu kota Kalimantan Selatan.", "Kalimantan Selatan", "63"),
    ],
)
def test_the_capital_of_a_province_is_the_region_that_it_is_governed_from(
    text: str, said: str, code: str
) -> None:
    assert named(text) == [(said, code)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("Polisi Buru Pelaku di Kediri", ["35.06"], id="a verb in a headline"),
        pytest.param("POLISI BURU PELAKU", [], id="a headline in capitals"),
        pytest.param("KKB Serang Pos TNI", [], id="another verb"),
        pytest.param("Harga Batu Bara Acuan Turun", [], id="coal"),
        pytest.param("KABUPATEN BATU BARA RAIH UHC", ["12.19"], id="the regency"),
        pytest.param("Pati: 98,1 persen", ["33.18"], id="a row of a table"),
        pytest.param("Batang (97,2 persen)", ["33.25"], id="another row"),
        pytest.param("Pati sudah UHC. Bupati Pati hadir.", ["33.18"] * 2, id="said again"),
        pytest.param("Warga Serang Gembira Menyambut UHC", ["36.04"], id="behind Warga"),
        pytest.param("Program Mitra JKN dibuka.", [], id="a partner"),
        pytest.param("Bupati Mitra hadir.", ["71.07"], id="Minahasa Tenggara"),
        pytest.param("Kabupaten 50 Kota dan 50 Kota lain.", ["13.07"], id="a number of cities"),
        pytest.param("Universitas Jember mengkaji.", [], id="a university"),
        pytest.param("Kredit dari Bank Jatim cair.", [], id="a bank"),
        pytest.param("Kantor di Jalan Semarang ramai.", [], id="a street"),
        pytest.param("Polda Metro Jaya hadir.", [], id="the police of the capital"),
        pytest.param("Permainan Tts seru.", [], id="an abbreviation not in capitals"),
        pytest.param("Warga TTS senang.", ["53.02"], id="one in capitals"),
    ],
)
def test_words_that_only_look_like_a_region_are_none(text: str, codes: list[str]) -> None:
    assert [r.code for r in regions(text)] == codes


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Cakupan di Kabupaten Palembang naik.", "Kabupaten Palembang"),
        ("Bupati Palembang hadir.", "Kabupaten Palembang"),
        ("Cakupan di Provinsi Surabaya naik.", "Provinsi Surabaya"),
        ("Warga Bandung Selatan senang.", "Bandung Selatan"),
        ("Cakupan di Kabupaten Bogor Timur naik.", "Kabupaten Bogor Timur"),
        ("Warga Malang Raya senang.", "Malang Raya"),
        ("Warga Desa Sukamaju senang.", "Desa Sukamaju"),
        ("Warga Kelurahan Kebon Kacang senang.", "Kelurahan Kebon Kacang"),
        ("Warga Kec. Jepon senang.", "Kec. Jepon"),
        ("Warga Kecamatan Batang senang.", "Kecamatan Batang"),
        ("Wilayah eks Karesidenan Pati.", "Karesidenan Pati"),
        ("Cakupan di Pulau Jawa naik.", "Pulau Jawa"),
        ("Cakupan se-Soloraya naik.", "Soloraya"),
        ("Kedeputian Wilayah VI mencatat.", "BPJS Kesehatan Wilayah VI"),
        ("BPJS Kesehatan Cabang Cibinong mencatat.", "BPJS Kesehatan Cabang Cibinong"),
        ("Kantor Cabang BPJS Kesehatan Kudus mencatat.", "BPJS Kesehatan Cabang Kudus"),
        ("KC Banjarmasin mencatat.", "BPJS Kesehatan Cabang Banjarmasin"),
        ("BPJS KESEHATAN CABANG PALEMBANG mencatat.", "BPJS Kesehatan Cabang Palembang"),
        ("BPJS Kesehatan cabang setempat mencatat.", "BPJS Kesehatan cabang setempat"),
    ],
)
def test_an_area_has_a_name_and_no_code(text: str, name: str) -> None:
    (mention,) = regions(text)
    assert (mention.name, mention.code, mention.level) == (name, None, "area")
    assert mention.candidates == ()


def test_an_office_is_one_however_it_is_named() -> None:
    found = regions("BPJS Kesehatan Cabang Kudus hadir. BPJS Kesehatan Kudus dan KC Kudus juga.")
    assert [r.id for r in found] == ["r1", "r1", "r1"]


@pytest.mark.parametrize(
    "text",
    [
        "Kepala BPJS Kesehatan Budi Santoso hadir.",
        "Dana Desa Tahun Anggaran ini naik.",
        "Program Desa Siaga berjalan.",
        "Kantor Cabang dibuka.",
    ],
)
def test_offices_and_villages_without_a_name_are_no_areas(text: str) -> None:
    assert regions(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Cakupan se-Indonesia naik.", "se-Indonesia"),
        ("Target nasionalnya 98 persen.", "nasionalnya"),
        ("Warga dari Sabang sampai Merauke.", "Sabang sampai Merauke"),
        ("PENDUDUK INDONESIA TERLINDUNGI", "INDONESIA"),
    ],
)
def test_the_nation_is_found_with_its_words(text: str, words: str) -> None:
    assert named(text) == [(words, "ID")]


@pytest.mark.parametrize(
    "text",
    [
        "Kementerian Kesehatan Republik Indonesia hadir.",
        "Menuju Indonesia Emas 2045.",
        "Laporan CNN Indonesia kemarin.",
        "Majelis Ulama Indonesia hadir.",
        "Hari Kesehatan Nasional diperingati.",
        "Ia pahlawan nasional.",
        "Bahasa Indonesia dipakai.",
    ],
)
def test_names_with_the_nation_in_them_do_not_mean_it(text: str) -> None:
    assert regions(text) == []


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        (
            "Pemkot Palu hadir. Warga kota berpenduduk 300 ribu jiwa itu lega.",
            "kota berpenduduk 300 ribu jiwa itu",
            "72.71",
        ),
        ("Di Blora naik. Kabupaten kecil ini maju.", "Kabupaten kecil ini", "33.16"),
        ("Ditemui di Blora, Senin, Bupati Pati memuji daerah itu.", "daerah itu", "33.18"),
        ("Warga Kota Pahlawan lega.", "Kota Pahlawan", "35.78"),
        ("Warga Serambi Mekkah lega.", "Serambi Mekkah", "11"),
    ],
)
def test_what_points_to_a_region_is_implied(text: str, words: str, code: str) -> None:
    assert [(r.text, r.code) for r in regions(text) if r.implied] == [(words, code)]


@pytest.mark.parametrize(
    "text",
    [
        "Di Kota Palu dan Kota Bitung naik. Kedua kota itu maju.",
        "Di Kota Palu naik. Kabupaten/kota tersebut maju.",
        "Di Kota Palu naik. Ibu kota itu indah.",
        "Di Kota Palu naik. Setiap daerah itu unik.",
        "Di Kota Palu naik. Kabupaten itu maju.",
    ],
)
def test_what_points_to_several_or_to_another_level_is_none(text: str) -> None:
    assert not [r for r in regions(text) if r.implied]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("PALANGKA RAYA - Cakupan naik.", "PALANGKA RAYA"),
        ("Jakarta (ANTARA) - Cakupan naik.", "Jakarta"),
        ("BLORA, suaramerdeka.com - Cakupan naik.", "BLORA"),
        ("KBRN, Palu: Cakupan naik.", "Palu"),
        ("Liputan6.com, Jakarta - Cakupan naik.", "Jakarta"),
        ("TEMPO.CO, Jakarta - Cakupan naik.", "Jakarta"),
        ("KOTA BANDUNG – Cakupan naik.", "KOTA BANDUNG"),
        ("Cakupan JKN Naik\n\nSEMARANG - Cakupan naik.", "SEMARANG"),
        ("Ia ditemui di Medan, Jum'at (5/1/2024).", "Medan"),
        ("Ia hadir di Kantor Bupati Garut, Senin.", "Garut"),
        ("Penghargaan diterima di Jakarta, 14 Maret 2023.", "Jakarta"),
    ],
)
def test_the_place_of_writing_or_of_an_event_is_told_apart(text: str, place: str) -> None:
    (mention,) = regions(text)
    assert mention.text == place
    assert is_place_of_event(text, mention)


@pytest.mark.parametrize(
    "text",
    [
        "Blora: 98,2 persen",
        "Ujar Wali Kota Bandung, Senin (2/2/2026).",
        "Cakupan di Medan 12 persen.",
        "Medan dan sekitarnya - semua naik.",
        "Menurut dia, Palu: tenang.",
    ],
)
def test_other_regions_are_no_place_of_an_event(text: str) -> None:
    (mention,) = regions(text)
    assert not is_place_of_event(text, mention)


@pytest.mark.parametrize(
    ("text", "code", "reasons"),
    [
        (
            "Wali Kota Cimahi hadir. Di Cimahi naik, di Garut turun.",
            "32.77",
            ("named first", "named most often (2 of 3)", "its government is named"),
        ),
        (
            "UHC Kudus Tercapai\nDi Kudus naik. Kabupaten ini maju.",
            "33.19",
            (
                "named first",
                "in the headline",
                "named most often (2 of 2)",
                "pointed to (once)",
            ),
        ),
        ("PALANGKA RAYA - Target kita 95 persen.", "62.71", ("the only place named",)),
        ("Warga Sleman, Yogyakarta, senang di Sleman.", "34.04", None),
    ],
)
def test_the_main_region_comes_with_its_reasons(
    text: str, code: str, reasons: tuple[str, ...] | None
) -> None:
    reading = scan(text)
    assert {r.code for r in reading.regions if r.id == reading.main_region} == {code}
    if reasons is not None:
        assert reading.main_region_reasons == reasons


def test_a_text_without_a_region_has_no_main_region_and_no_reasons() -> None:
    reading = scan("Cakupan naik.")
    assert (reading.main_region, reading.main_region_reasons) == (None, ())


def test_a_link_to_another_article_leaves_no_region_in_force() -> None:
    text = "Kabupaten Blora sudah UHC.\nBaca juga: Kabupaten Rembang Menyusul\nPemkab senang."
    found = [(mention.text, mention.name) for mention in scan(text).regions]
    assert found == [
        ("Kabupaten Blora", "Kabupaten Blora"),
        ("Kabupaten Rembang", "Kabupaten Rembang"),
        ("Pemkab", "Kabupaten Blora"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kabupaten Blora UHC. Pemkab menargetkan 98 persen.", ["Pemkab"]),
        ("Kabupaten Blora UHC. Pemkab Kudus belum.", []),
        ("Kabupaten Blora UHC. Pemkab itu senang.", ["Pemkab itu"]),
        ("Kota Cimahi UHC. Pemkab senang.", []),
    ],
)
def test_a_government_without_a_name_is_that_of_the_region_in_force(
    text: str, found: list[str]
) -> None:
    assert [mention.text for mention in scan(text).regions if mention.implied] == found


@pytest.mark.parametrize("name", ["Alor", "Sikka", "Ende"])
def test_a_name_that_is_hardly_a_word_is_one_beside_another_of_its_province(name: str) -> None:
    beside = f"Lembata 95 persen. {name} lebih tinggi, 97 persen."
    assert f"Kabupaten {name}" in {region.name for region in scan(beside).regions}
    assert scan(f"{name} lebih tinggi, 97 persen.").regions == ()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("South Halmahera", "Kabupaten Halmahera Selatan"),
        ("West Lombok Regency", "Kabupaten Lombok Barat"),
        ("West Seram", "Kabupaten Seram Bagian Barat"),
        ("Southwest Sumba", "Kabupaten Sumba Barat Daya"),
        ("Aru Islands", "Kabupaten Kepulauan Aru"),
        ("Bolmong Timur", "Kabupaten Bolaang Mongondow Timur"),
    ],
)
def test_a_direction_may_be_said_in_english_and_a_name_shortened(said: str, name: str) -> None:
    assert [region.name for region in scan(f"In {said} 93 percent are covered.").regions] == [name]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Kecamatan Ajibarang 93,1 persen, Cilongok 94,2 persen, dan Wangon 95,3 persen.",
            ["Kecamatan Ajibarang", "Kecamatan Cilongok", "Kecamatan Wangon"],
        ),
        (
            "Kecamatan Tenjo (80,1 persen), Suka Makmur (86,7), serta Tanjungsari (93,4 persen).",
            ["Kecamatan Tenjo", "Kecamatan Suka Makmur", "Kecamatan Tanjungsari"],
        ),
        (
            "Kapanewon Depok sebesar 99,1 persen, disusul Mlati sebesar 98 persen.",
            ["Kapanewon Depok", "Kapanewon Mlati"],
        ),
        ("Kecamatan Cepu 90 persen, Blora 92 persen.", ["Kecamatan Cepu", "Kecamatan Blora"]),
        (
            "Kecamatan Cepu 90 persen, Kabupaten Kudus 95 persen.",
            ["Kecamatan Cepu", "Kabupaten Kudus"],
        ),
        ("Kecamatan Cepu 90 persen. Kudus 95 persen.", ["Kecamatan Cepu", "Kabupaten Kudus"]),
        ("Kecamatan Cepu dan Kudus, 95 persen.", ["Kecamatan Cepu", "Kabupaten Kudus"]),
        ("Desa Mekar 300 jiwa, PBI 200 jiwa, Januari 100 jiwa.", ["Desa Mekar"]),
        ("Pulau Jawa 98 persen, Bali 97 persen.", ["Pulau Jawa", "Bali"]),
    ],
)
def test_the_names_of_a_list_are_areas_of_the_kind_that_is_said_once(
    text: str, names: list[str]
) -> None:
    assert [region.name for region in scan(text).regions] == names
