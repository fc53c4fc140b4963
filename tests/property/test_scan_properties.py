"""What holds of every text."""

import re
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.property.claims import (
    check_every_mention_is_what_stands_at_its_place,
    check_what_stands_far_away_changes_nothing,
)
from uhc_llm.scanner import scan

PIECES = st.sampled_from(
    [
        *"0123456789.,;:-–—/()[]%\"'’“”_+±~<>=@#&*\\…!?",
        *" \n\t\r\x00\x0b\x0c\x1c\x85\u00a0\u2009\u202f\u200b\u2028\ufeff\ufffd",
        *"İıſßǅ①²½٣५Ⅻ一😀\u0301",
        *["juta ", "ribu", " rb", "miliar", "Rp", "Rp. ", " M", "persen", " %", "jiwa", "warga"],
        *["sekitar ", "lebih dari ", " lebih", "-an", " sampai ", " hingga ", " dari ", " s.d. "],
        *["satu", " dua ", "belas", "puluh", "koma", "setengah ", "se", "seribu", "an"],
        *[
            " million",
            " people",
            "two ",
            " of the ",
            " per cent",
            " koma ",
            "sepertiga ",
            "1,708.552",
        ],
        *["2023", "31/2/2022", "14/2/2022", "Senin (", "Mei ", "Januari ", "semester II ", "ke-"],
        *["perſen", "PERSEN", "AGUSTUS", "agustuſ ", "SENİN (", "JUTA", "TRIWULAN İ", "rıbu"],
        *["tahun ", "lalu", "bulan depan", "setahun kemudian", "saat ini", "triwulan ", "IV"],
        *["Kota ", "Kabupaten ", "Kab. ", "Semarang", "Batu", "BPJS Kesehatan Cabang ", "Jambi"],
        *["kota itu", "provinsi ini", "nasional", "Indonesia", "PPU", "Wali Kota ", "D.I. "],
        *[
            "<b>",
            "</b>",
            "<br>",
            "<td>",
            "</td><td>",
            "<tr>",
            "<sup>",
            "&nbsp;",
            "&#44;",
            "<!--",
            "<p>",
        ],
        *["**", "](x)", "| --- |\n", " | ", "\n> ", "-\n", "\n# ", "¹", "⁶", "†", "٫", "％", "，"],
        *[
            "\u202e",
            "\u2007",
            "\xad",
            "\u200d",
            "95,28",
            ",\n28",
            "Kabupaten\n",
            "Peserta (jiwa)",
            "\t",
        ],
        *["XII/2023", "'23", "4Q23", "T.A.2023", "Q1 ", "/2023", "9S,", "½", "~"],
        *["Perpres Nomor ", "pukul ", "WIB", "usia ", "https://", "0812", "NIK ", "1. ", "\n2) "],
    ]
)
# A single word that ends as files do is refused as a path.
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join)).filter(
    lambda text: re.fullmatch(r"\s*\S+\.\w{2,7}\s*", text) is None
)
DATES = st.none() | st.dates()


@settings(max_examples=400, deadline=None)
@given(TEXTS, DATES)
@example("bulan lalu tahun lalu", date.min)
@example("bulan depan tahun depan", date.max)
@example("kuartal ke-2 2022", None)
@example(".0.0 dan ,8.4", None)
@example("Ada 10 Rp 20 juta, 5 rp. 7", None)
@example("TRIWULAN İ 2022, SENİN (3/1/2022), 5 perſen, 2 jutı, Kabupaten ıtu", None)
def test_any_text_is_read_and_every_mention_is_what_stands_at_its_place(
    text: str, published: date | None
) -> None:
    check_every_mention_is_what_stands_at_its_place(scan(text, published=published))


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
@example("Cakupan (%):\nBlora", "Rembang 98,4", "Jumlah (jiwa):")
@example("Baca juga:", "Sebanyak 685 ribu peserta.", "(")
@example("“Dari 3,1 juta jiwa, kata dia", "2,9 yang terdaftar", "juta jiwa”")
@example("", "2001'0", "")
@example("Copyright © 2019", "Per 31 Desember 98 persen.", "Senin (13/6/2022)")
def test_what_stands_two_sentences_away_changes_no_number(
    before: str, middle: str, after: str
) -> None:
    check_what_stands_far_away_changes_nothing(before, middle, after)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_reading_twice_says_the_same(text: str) -> None:
    assert scan(text) == scan(text)
