"""Numbers that name, order or time something, and count nothing."""

import pytest

from uhc_llm.scanner import scan
from uhc_llm.schemas import Kind

KINDS = [
    ("Amanat UU Nomor 40 Tahun 2004 tentang SJSN.", "UU Nomor 40 Tahun 2004", "reference"),
    ("Perpres 75/2019 menaikkan iuran.", "Perpres 75/2019", "reference"),
    ("Sesuai Inpres No. 1 Tahun 2022 itu.", "Inpres No. 1 Tahun 2022", "reference"),
    (
        "Menurut Peraturan Bupati Blora Nomor 12 Tahun 2021, warga berhak.",
        "Peraturan Bupati Blora Nomor 12 Tahun 2021",
        "reference",
    ),
    ("Lihat pasal 12 undang-undang itu.", "pasal 12", "reference"),
    ("Pasal itu, ayat (2), tegas.", "ayat (2)", "reference"),
    ("Ia memilih kelas 3 mandiri.", "kelas 3", "reference"),
    ("Warga RT 05 sudah terdaftar.", "RT 05", "reference"),
    ("Layanan dibuka pukul 08.00 pagi.", "pukul 08.00", "time"),
    ("Acara selesai 14.30 WIB tadi.", "14.30 WIB", "time"),
    ("Kantor buka 08.00-16.00 WIB saja.", "08.00-16.00 WIB", "time"),
    ("Rapat mulai 10:15 di aula.", "10:15", "time"),
    ("UGD melayani 24 jam penuh.", "24 jam", "time"),
    ("Seorang ibu berusia 62 tahun datang.", "berusia 62 tahun", "age"),
    ("Warga usia 17-25 tahun didata.", "usia 17-25 tahun", "age"),
    ("Siti (34), warga Pati, lega.", "34", "age"),
    ("Hubungi 0812-3456-7890 sekarang.", "0812-3456-7890", "identifier"),
    ("Telepon +62 812 3456 7890 aktif.", "+62 812 3456 7890", "identifier"),
    ("Kantor (021) 4246063 tutup.", "(021) 4246063", "identifier"),
    ("Buka https://a.go.id/2023/98,4-persen ya.", "https://a.go.id/2023/98,4-persen", "identifier"),
    ("NIK 3322011234560001 terdata.", "NIK 3322011234560001", "identifier"),
    ("Pandemi Covid-19 mereda.", "Covid-19", "identifier"),
    ("Blora juara ke-2 nasional.", "ke-2", "ordinal"),
    ("2. Menambah kuota", "2.", "list_marker"),
    ("Sejak 2021 warga terdaftar.", "2021", "year"),
    ("Pada 14 Februari 2022 dibuka.", "14 Februari 2022", "date"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "stretch", "kind"), KINDS, ids=[row[1] for row in KINDS])
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
