"""Numbers that name, order or time something, and count nothing."""

from decimal import Decimal

import pytest

from uhc_llm.scanner import scan
from uhc_llm.scanner.nominals import figures, marks, names, ranks
from uhc_llm.schemas import Kind

KINDS = [
    ("Amanat UU Nomor 40 Tahun 2004 tentang SJSN.", "UU Nomor 40 Tahun 2004", "reference"),
    ("Perpres 75/2019 menaikkan iuran.", "Perpres 75/2019", "reference"),
    ("Sesuai Perpres 82 itu, berlaku.", "Perpres 82", "reference"),
    ("Menurut PP 47 Tahun 2021 begitu.", "PP 47 Tahun 2021", "reference"),
    ("Sesuai Inpres No. 1 Tahun 2022 itu.", "Inpres No. 1 Tahun 2022", "reference"),
    ("Sesuai Inpres Nomor 1/2022. Jadi wajib.", "Inpres Nomor 1/2022", "reference"),
    (
        "Menurut Peraturan Bupati Blora Nomor 12 Tahun 2021, warga berhak.",
        "Peraturan Bupati Blora Nomor 12 Tahun 2021",
        "reference",
    ),
    (
        "Sesuai Peraturan Menteri Kesehatan (Permenkes) Nomor 6 Tahun 2022 begitu.",
        "Peraturan Menteri Kesehatan (Permenkes) Nomor 6 Tahun 2022",
        "reference",
    ),
    ("Lewat SE Bupati Nomor 440/123/2023 itu.", "SE Bupati Nomor 440/123/2023", "reference"),
    (
        "Ada SK nomor HK.01.07/MENKES/312/2020 itu.",
        "SK nomor HK.01.07/MENKES/312/2020",
        "reference",
    ),
    ("Amanat UUD 1945 jelas.", "UUD 1945", "reference"),
    ("Lihat pasal 12 undang-undang itu.", "pasal 12", "reference"),
    ("Lihat Pasal 12 ayat (2) huruf b itu.", "Pasal 12 ayat (2) huruf b", "reference"),
    ("Lihat Pasal 3, 4, dan 5 itu.", "Pasal 3, 4, dan 5", "reference"),
    ("Lihat Pasal 28H itu.", "Pasal 28H", "reference"),
    ("Pasal itu, ayat (2), tegas.", "ayat (2)", "reference"),
    ("Ia memilih kelas 3 mandiri.", "kelas 3", "reference"),
    ("Iuran kelas 1, 2 dan 3 naik.", "kelas 1, 2 dan 3", "reference"),
    ("Iuran kelas I, II, III naik.", "kelas I, II, III", "reference"),
    ("Masuk tahap II sekarang.", "tahap II", "reference"),
    ("Buku jilid 2 terbit.", "jilid 2", "reference"),
    ("Pandemi level 3 berlaku.", "level 3", "reference"),
    ("Ruangan di lantai 3 penuh.", "lantai 3", "reference"),
    ("Lihat Halaman 2 dari 3 ya.", "Halaman 2 dari 3", "reference"),
    ("Foto 1/5: petugas melayani warga.", "Foto 1/5", "reference"),
    ("1/5\nPetugas melayani warga.", "1/5", "reference"),
    ("Semester I ditutup.", "Semester I", "reference"),
    ("Warga RT 05 sudah terdaftar.", "RT 05", "address"),
    ("Warga RT 03/RW 05 sudah terdaftar.", "RT 03/RW 05", "address"),
    ("Di Jl. Jenderal Sudirman No. 12 Blora.", "Jl. Jenderal Sudirman No. 12", "address"),
    ("Di Jalan A. Yani Km 5 Kudus.", "Jalan A. Yani Km 5", "address"),
    ("Di Jl Ahmad Yani 45, Semarang.", "Jl Ahmad Yani 45", "address"),
    ("Di Jl. 17 Agustus, Semarang.", "Jl. 17 Agustus", "address"),
    ("Blora, kode pos 58211, Jateng.", "kode pos 58211", "address"),
    ("Layanan dibuka pukul 08.00 pagi.", "pukul 08.00", "time"),
    ("Layanan dibuka jam 8 pagi.", "jam 8", "time"),
    ("Acara selesai 14.30 WIB tadi.", "14.30 WIB", "time"),
    ("Kantor buka 08.00-16.00 WIB saja.", "08.00-16.00 WIB", "time"),
    ("Rapat mulai 10:15 di aula.", "10:15", "time"),
    ("UGD melayani 24 jam penuh.", "24 jam", "time"),
    ("Wajib lapor 2x24 jam ya.", "2x24 jam", "time"),
    ("Seorang ibu berusia 62 tahun datang.", "berusia 62 tahun", "age"),
    ("Warga usia 17-25 tahun didata.", "usia 17-25 tahun", "age"),
    ("Balita usia 0 sampai 5 tahun didata.", "usia 0 sampai 5 tahun", "age"),
    ("Umur di atas 60 tahun diutamakan.", "Umur di atas 60 tahun", "age"),
    ("Siti (34), warga Pati, lega.", "34", "age"),
    ("Siti (34 tahun) lega.", "34 tahun", "age"),
    ("Siti, 34, warga Pati, lega.", "34", "age"),
    ("Hubungi 0812-3456-7890 sekarang.", "0812-3456-7890", "phone"),
    ("Telepon +62 812 3456 7890 aktif.", "+62 812 3456 7890", "phone"),
    ("Kantor (021) 424 6063 tutup.", "(021) 424 6063", "phone"),
    ("Kantor 021-4246063 tutup.", "021-4246063", "phone"),
    ("Lewat Care Center 165 saja.", "165", "phone"),
    ("Lewat WA 0811 8 165 165 saja.", "0811 8 165 165", "phone"),
    ("Lewat 1500 400 saja.", "1500 400", "phone"),
    ("Buka https://a.go.id/2023/98,4-persen ya.", "https://a.go.id/2023/98,4-persen", "url"),
    ("Buka (www.a.go.id/12).", "www.a.go.id/12", "url"),
    ("Baca kabar.com/2023/05/12 ya.", "kabar.com/2023/05/12", "url"),
    ("Surel humas21@a.go.id aktif.", "humas21@a.go.id", "url"),
    ("NIK 3322011234560001 terdata.", "NIK 3322011234560001", "identifier"),
    ("Daftar NIK warga:\n3322011234560001", "3322011234560001", "identifier"),
    ("Kartu 0001234567890 aktif.", "Kartu 0001234567890", "identifier"),
    ("Pandemi Covid-19 mereda.", "Covid-19", "identifier"),
    ("Virus H1N1 mereda.", "H1N1", "identifier"),
    ("Forum G20 di Bali.", "G20", "identifier"),
    ("Blora juara ke-2 nasional.", "ke-2", "ordinal"),
    ("HUT RI ke 78 meriah.", "ke 78", "ordinal"),
    ("HUT ke-VII meriah.", "ke-VII", "ordinal"),
    ("Blora peringkat 3 nasional.", "peringkat 3", "ordinal"),
    ("Blora peringkat kedua nasional.", "kedua", "ordinal"),
    ("Blora terbanyak ketiga di Jateng.", "ketiga", "ordinal"),
    ("Untuk pertama kali digelar.", "pertama", "ordinal"),
    ("Peringatan kedua puluh lima digelar.", "kedua puluh lima", "ordinal"),
    ("Persiku menang 3-1 kemarin.", "3-1", "score"),
    ("Laga berakhir dengan skor 2-0 saja.", "2-0", "score"),
    ("2. Menambah kuota", "2.", "list_marker"),
    ("(3) Menambah kuota", "(3)", "list_marker"),
    ("Sejak 2021 warga terdaftar.", "2021", "year"),
    ("Dekade 1990-an warga terdaftar.", "1990-an", "year"),
    ("Cakupan naik. Copyright © Kabar 2021", "2021", "year"),
    ("Pada 14 Februari 2022 dibuka.", "14 Februari 2022", "date"),
    ("Pada 31/2/2022 dibuka.", "31/2/2022", "date"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "stretch", "kind"), KINDS, ids=[row[0] for row in KINDS])
def test_what_counts_nothing_is_one_mention_of_its_own_kind(
    text: str, stretch: str, kind: Kind
) -> None:
    assert [(m.text, m.kind) for m in scan(text).mentions] == [(stretch, kind)]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        pytest.param("Sebanyak 40 ribu peserta.", "40 ribu peserta", id="no law"),
        pytest.param("Berusia 62 tahun, ia mendata 62 warga.", "62 warga", id="beside an age"),
        pytest.param(
            "Perpres Nomor 82 Tahun 2018 mengatur 95 persen.", "95 persen", id="behind a law"
        ),
        pytest.param("Pukul 08.00 sudah 140 warga antre.", "140 warga", id="behind a clock time"),
        pytest.param("Posisi ke-2 dengan 98,4 persen.", "98,4 persen", id="behind an ordinal"),
        pytest.param("1. Sebanyak 95 persen", "95 persen", id="behind a list marker"),
        pytest.param("UU itu menjamin 98 persen.", "98 persen", id="behind a law unnumbered"),
        pytest.param("Perda 5 kabupaten disahkan.", "5 kabupaten", id="laws that are counted"),
        pytest.param("Surat edaran 12 desa terbit.", "12 desa", id="letters that are counted"),
        pytest.param(
            "Di kelas 3 sebanyak 12.000 jiwa.", "12.000 jiwa", id="behind a class and a word"
        ),
        pytest.param("Di kelas 3, 12.000 jiwa.", "12.000 jiwa", id="behind a class"),
        pytest.param("Kelas 1, 2 dan 3 persen.", "3 persen", id="behind classes"),
        pytest.param("Pada tahap 2 juta warga ikut.", "2 juta warga", id="a scale, no stage"),
        pytest.param("Pada gelombang 3 desa ikut.", "3 desa", id="a noun, no wave"),
        pytest.param("Usia produktif 1,2 juta orang.", "1,2 juta orang", id="behind an age group"),
        pytest.param("Usia 15-64 tahun 2 juta jiwa.", "2 juta jiwa", id="behind a span of ages"),
        pytest.param("Pukul 08.00 sebanyak 300 warga.", "300 warga", id="behind a time and a word"),
        pytest.param("Dalam sejam 300 warga antre.", "300 warga", id="people, no clock"),
        pytest.param("Menyebar ke 34 provinsi.", "34 provinsi", id="to so many places"),
        pytest.param("Di kota, jumlahnya naik ke 12.", "12", id="up to so many"),
        pytest.param("Di jalan 500 warga antre.", "500 warga", id="people on a road"),
        pytest.param("Hubungi 500 warga lain.", "500 warga", id="people to be called"),
        pytest.param("Hotline 119 melayani 20 warga.", "20 warga", id="behind a telephone"),
        pytest.param("Unggul dengan 98,4 persen.", "98,4 persen", id="behind a lead"),
        pytest.param("Peringkat 98 persen daerah naik.", "98 persen", id="a share, no rank"),
        pytest.param("Ada 3 RW di sana.", "3 RW", id="wards that are counted"),
    ],
)
def test_a_quantity_beside_such_a_number_is_still_found(text: str, quantity: str) -> None:
    assert [m.text for m in scan(text).mentions if m.kind == "quantity"] == [quantity]


def test_each_stretch_of_text_means_one_thing() -> None:
    """The year of a law is no period of its own, and "ke-2" of a quarter is no rank."""
    law = scan("Perpres Nomor 82 Tahun 2018 mengatur peserta.")
    assert law.periods == ()
    quarter = scan("Pada kuartal ke-2 2022 cakupan naik.")
    assert [(m.text, m.kind) for m in quarter.mentions] == [("kuartal ke-2 2022", "date")]
    assert [p.iso for p in quarter.periods] == ["2022-Q2"]


def test_an_ordinal_in_words_needs_something_that_it_ranks() -> None:
    for text in ("Kedua daerah itu sepakat.", "Ketiga kabupaten naik.", "Pertama-tama, mari."):
        assert scan(text).mentions == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ke-4", 4),
        ("ke 4", 4),
        ("ke-00003", 3),
        ("ke-2.500", 2500),
        ("ke-XIV", 14),
        ("pertama", 1),
        ("ketiga", 3),
        ("keempat", 4),
        ("Kesepuluh", 10),
        ("kedua belas", 12),
        ("kedua puluh lima", 25),
        ("tahap III", 3),
        ("kelas II dan III", 2),
        ("peringkat 12", 12),
        ("Nomor 3/HUK/2026", 3),
        ("Hotline 0812-3456-7890", 812),
    ],
)
def test_its_value_is_the_number_that_it_says_or_the_first_of_them(text: str, value: int) -> None:
    assert [m.value for m in scan(text).mentions] == [Decimal(value)]


@pytest.mark.parametrize(
    ("text", "marks_found"),
    [
        pytest.param("Yakni 1) Blora, 2) Kudus, 3) Pati.", ["1)", "2)", "3)"], id="half brackets"),
        pytest.param("Yakni (1) mendata; (2) melapor.", ["(1)", "(2)"], id="brackets"),
        pytest.param("Ada dua (2) orang.", [], id="digits that repeat a number word"),
        pytest.param("Blora (3) dan Kudus (4) naik.", [], id="not counted from one on"),
    ],
)
def test_items_within_a_line_are_counted_from_one_on(text: str, marks_found: list[str]) -> None:
    assert [m.text for m in scan(text).mentions if m.kind == "list_marker"] == marks_found


def test_a_period_that_cannot_be_dated_still_counts_nothing() -> None:
    assert [(m.text, m.kind) for m in scan("Data triwulan II naik.").mentions] == [
        ("triwulan II", "reference")
    ]


def test_only_one_reader_is_asked_for_a_word() -> None:
    """Whoever adds a word to a table learns here that another table has it."""
    tables = [readers.READERS for readers in (figures, marks, names, ranks)]
    seen: set[str] = set()
    for table in tables:
        assert seen.isdisjoint(table)
        seen.update(table)
