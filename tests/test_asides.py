"""What is on the page but is not the article, and the paragraphs that only begin like it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm.scanner.aside_cues import CUES
from uhc_llm.scanner.asides import find_asides
from uhc_llm.scanner.tokens import tokenize

PARAGRAPH = (
    "Cakupan kepesertaan JKN di Kabupaten Blora mencapai 98,5 persen per 1 Mei 2024, kata kepala "
    "dinas kesehatan dalam rapat koordinasi di pendopo kabupaten, Senin."
)


def asides_of(text: str) -> list[tuple[str, str]]:
    return [(aside.kind, text[aside.start : aside.end]) for aside in find_asides(tokenize(text))]


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga: Rembang Kejar UHC, 12 Desa Masih Tertinggal",
        "Baca Juga : 7 Puskesmas Salatiga Buka Sore",
        "BACA JUGA: 300 ribu warga Sragen belum ber-JKN",
        "BACA JUGA: Anggaran JKN Naik 20 Persen. Ini Rinciannya",
        "baca juga:Rembang kejar UHC",
        "Baca juga – Donggala Tambah Kuota PBI Daerah",
        "Baca Juga » 15 Ribu Kartu Aktif Lagi",
        "Baca Juga Rembang Kejar UHC, 12 Desa Masih Tertinggal",
        "Baca juga: “Kami Siap”, Kata Bupati Blora soal Target 98 Persen?",
        "(Baca juga: Target UHC 2025 Naik Jadi 98 Persen)",
        "[Baca juga: Target UHC 2025 Naik Jadi 98 Persen]",
        "Simak juga: Cara Cek Status Kartu JKN",
        "Simak juga 'Video: 5 Layanan yang Tidak Ditanggung JKN'",
        "Lihat juga: Antrean Puskesmas Berkurang 40 Persen",
        "Baca selengkapnya: Rincian Iuran 2024",
        "Tonton video: Bupati Serahkan 1.250 Kartu",
        "Also read: 98 percent of Blora insured",
        "- Baca juga: Rembang Kejar UHC",
        "Pilihan Editor: Rembang Kejar Target UHC 98 Persen",
        "Berita terkini: Rembang Kejar Target UHC 98 Persen",
        "Artikel terkait: 12 Desa di Rembang Belum UHC",
        "Terkait: Rembang Kejar Target UHC 98 Persen",
        "TERKAIT | Rembang Kejar Target UHC 98 Persen",
        "Berita lainnya: Rembang Kejar Target UHC 98 Persen.",
        "Jangan lewatkan: Rembang Kejar Target UHC 98 Persen",
        "Jangan Lewatkan Juga: Rembang Kejar Target UHC 98 Persen",
        "Berita populer: Rembang Kejar Target UHC 98 Persen",
        "Terpopuler: “Rembang Kejar Target UHC 98 Persen”",
        "Topik terkait: Rembang Kejar Target UHC 98 Persen",
        "Selanjutnya: Rembang Kejar Target UHC 98 Persen",
        "Rekomendasi: Rembang Kejar Target UHC 98 Persen",
        "Editor's pick: Rembang Kejar Target UHC 98 Persen",
        "EDITOR’S PICKS",
        "Klik juga: Rembang Kejar Target UHC 98 Persen",
        "BACA: Rembang Kejar Target UHC 98 Persen",
        "[BACA: Rembang Kejar Target UHC 98 Persen]",
        "Terkait",
        "Artikel terkait",
        "Berita Terkait:",
        "PILIHAN EDITOR",
        "Baca Juga",
    ],
)
def test_a_line_that_links_to_another_article_is_related(line: str) -> None:
    text = f"{PARAGRAPH}\n{line}\n{PARAGRAPH}"
    assert asides_of(text) == [("related", line)]


@pytest.mark.parametrize(
    "line",
    [
        "Foto: Humas Pemkab Blora",
        "(Foto: WARTA/Budi Santoso)",
        "FOTO/BUDI SANTOSO",
        "Foto : Istimewa",
        "Sumber foto: BPJS Kesehatan",
        "Dok. Humas Pemkab Blora",
        "Dok: Diskominfo",
        "Keterangan foto: Bupati menyerahkan 1.250 kartu JKN kepada kader.",
        "Ilustrasi kartu JKN.",
        "Ilustrasi: warga antre di loket BPJS Kesehatan",
        "Ilustrasi warga yang antre di puskesmas (Shutterstock)",
        "Bupati Blora H. Arief menyerahkan kartu kepada 98 warga. (Foto: Humas)",
        "Petugas melayani peserta JKN di Kota Palu, Kamis (21/12/2023). (ANTARA/Andi Rahman)",
        "Petugas melayani peserta JKN di Kota Palu (ANTARA FOTO/Andi Rahman/rwa)",
        "Warga menunjukkan kartu JKN di Pati. (KOMPAS.com/SARI WULANDARI)",
        "Wali kota meneken nota kesepahaman. (Istimewa)",
        "Wali kota meneken nota kesepahaman. (Dok. Humas Pemkot Palu)",
        "Wali kota meneken nota kesepahaman. FOTO: IST",
        "Sekda Kabupaten Buton. FOTO:SUARAMURIA",
    ],
)
def test_a_line_about_a_picture_is_a_caption(line: str) -> None:
    text = f"{line}\n{PARAGRAPH}"
    assert asides_of(text) == [("caption", line)]


@pytest.mark.parametrize(
    "line",
    [
        "Pewarta: Andi Rahman",
        "Editor: Lestari Dewi",
        "Editor : Lestari Dewi | Sumber: Humas",
        "Editor Lestari Dewi",
        "Penulis: Tim Redaksi",
        "Reporter: Sari W.",
        "Laporan: Budi Santoso",
        "Copyright © WARTA 2022",
        "COPYRIGHT © 2019 - 2024 Suara Muria",
        "© 2024 Suara Muria",
        "©2024 Suara Muria",
        "Hak cipta dilindungi undang-undang.",
        "Hak Cipta © 2024 Harian Nusantara",
        "Dilarang keras mengambil konten dari situs web ini tanpa izin tertulis.",
        "Tags: JKN, UHC, Blora",
        "TAG : UHC 2024",
        "Share",
        "Bagikan:",
        "Share: Facebook WhatsApp",
        "Ikuti kami di Google News dan dapatkan 10 berita pilihan setiap hari.",
        "Ikuti berita terkini Suara Muria di WhatsApp.",
        "Dapatkan update berita pilihan setiap hari dari Harian Nusantara. Mari bergabung di grup.",
        "Bergabung di channel WhatsApp Suara Muria",
        "Follow us",
        "LEAVE A REPLY",
        "Artikel ini telah tayang di suaramuria.example dengan judul 98 Persen Warga Ber-JKN",
        "Halaman 1 dari 3",
        "Halaman: 1 2 3 Selanjutnya",
        "Page 1 of 2",
        "Sumber: Dinas Kesehatan Kabupaten Blora",
        "Sumber berita: Diskominfo",
    ],
)
def test_what_ends_a_page_is_a_footer(line: str) -> None:
    text = f"{PARAGRAPH}\n\n{line}"
    assert asides_of(text) == [("footer", line)]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Sumber daya manusia di 26 puskesmas belum merata, kata kepala dinas.",
        "Sumber dana berasal dari APBD Rp 32,4 miliar.",
        "Foto itu menunjukkan 98 warga antre sejak pagi.",
        "Foto/video kegiatan 12 desa itu diunggah di media sosial.",
        "Foto bersama 98 kader menutup acara.",
        "Editor harian itu mengatakan 98 persen pembacanya ber-JKN.",
        "Penulis buku itu menyebut 98,5 persen warga terlindungi.",
        "Reporter 12 media hadir di acara itu.",
        "Ilustrasinya, dari 100 warga 98 sudah ber-JKN.",
        "Ilustrasi itu menunjukkan 98 dari 100 warga terlindungi.",
        "Ilustrasi sederhana: dari 100 warga, 98 terlindungi.",
        "Ilustrasi biaya yang disampaikan BPJS Kesehatan menggambarkan beban Rp 42.000 per bulan.",
        "Berita terkait kenaikan iuran 5 persen itu dibantah BPJS Kesehatan.",
        "Lihat juga capaian 34 kabupaten lain, ujar bupati, sebelum menyusun anggaran.",
        "Baca juga aturan Nomor 82 Tahun 2018 sebelum mendaftar, pesan kepala cabang.",
        "Video berdurasi 30 detik itu ditonton 12 ribu orang.",
        "Share anggaran provinsi 40 persen, kabupaten 60 persen.",
        "Halaman 12 laporan itu mencantumkan 98,5 persen.",
        "Hak cipta atas 3 aplikasi itu dipegang pemkab.",
        "Bergabung bersama 12 daerah lain, Blora menerima UHC Award.",
        "Tag 98 persen itu ramai di media sosial.",
        "Cakupan Kabupaten Blora sudah 98,5 persen. (Humas Pemkab Blora)",
        "“Cakupan kita sudah 98,5 persen,” kata bupati. (Istimewa)",
        "“Cakupan kita sudah 98,5 persen,” kata bupati. (ant/bdi)",
        "Cakupan naik (dari 95 persen) menjadi 98,5 persen (926.238 jiwa)",
        "Pemkab menanggung 3 segmen. Anggarannya Rp 9 miliar. Cakupannya 98 persen. (Foto: Humas)",
        "Kabupaten Pati | 1.301.442 | 97,91%",
        "Pilihan editor buku itu jatuh pada 98 naskah.",
        "Terkini: cakupan JKN Kabupaten Blora mencapai 98,5 persen.",
        "Terkini: 98,5 persen",
        "Berita terkini: Cakupan JKN Kabupaten Blora mencapai 98,5 persen, kata bupati.",
        "Terkait: 98,5 persen warga sudah terlindungi, bupati meminta petugas mendata lagi.",
        "Terkait target 98 persen, bupati meminta petugas mendata lagi.",
        "Selanjutnya: pemkab menanggung 12 ribu peserta",
        "Selanjutnya, pemkab menanggung 12 ribu peserta.",
        "Sebelumnya: 95 persen",
        "Sebelumnya: Cakupan Kabupaten Blora 95 persen pada 2022.",
        "Rekomendasi: pemkab menambah 12 ribu kuota",
        "Rekomendasi DPRD itu menyebut 98 persen warga.",
        "Jangan lewatkan batas 31 Desember 2024, pesan kepala cabang.",
        "Baca aturan Nomor 82 Tahun 2018 sebelum mendaftar, pesan kepala cabang.",
        "Populer di 12 kecamatan, layanan itu menjangkau 98 persen warga.",
        "Terkini | 98,5 | 97,2 | 96,1",
        "Next Generation JKN diikuti 98 kader.",
    ],
)
def test_a_paragraph_that_only_begins_or_ends_like_one_is_the_article(paragraph: str) -> None:
    assert asides_of(f"{PARAGRAPH}\n{paragraph}\n{PARAGRAPH}") == []
    assert asides_of(paragraph) == []


def test_a_headline_may_stand_on_the_line_behind_the_cue() -> None:
    text = f"{PARAGRAPH}\nBaca juga:\nRembang Kejar UHC, 12 Desa Masih Tertinggal\n{PARAGRAPH}"
    assert asides_of(text) == [
        ("related", "Baca juga:\nRembang Kejar UHC, 12 Desa Masih Tertinggal")
    ]


def test_a_heading_takes_the_headlines_below_it() -> None:
    links = "- Rembang Kejar Target UHC 98 Persen\n\n- Pati Tambah 12 Ribu Peserta Baru"
    text = f"{PARAGRAPH}\nBerita Terkait\n{links}\n{PARAGRAPH}"
    assert asides_of(text) == [("related", f"Berita Terkait\n{links}")]


def test_a_list_behind_a_cue_is_one_of_links() -> None:
    links = "- Rembang Kejar Target UHC 98 Persen\n- Pati Tambah 12 Ribu Peserta Baru"
    for cue in ("Baca Juga:", "Pilihan Editor:", "BACA:"):
        text = f"{PARAGRAPH}\n{cue}\n{links}\n{PARAGRAPH}"
        assert asides_of(text) == [("related", f"{cue}\n{links}")]


def test_a_link_behind_the_last_sentence_of_a_paragraph_may_have_any_cue() -> None:
    link = "Pilihan Editor: Pati Kejar Cakupan 97 Persen"
    assert asides_of(f"Cakupan 98 persen. {link}\n{PARAGRAPH}") == [("related", link)]


@pytest.mark.parametrize(
    "following",
    [
        PARAGRAPH,
        "“Ini 98 persen komitmen kami,” katanya.",
        "Kabupaten Pati | 1.301.442 | 97,91%",
        "Kabupaten Pati 97,91%",
    ],
)
def test_a_cue_alone_leaves_the_article_behind_it(following: str) -> None:
    assert asides_of(f"{PARAGRAPH}\nBaca Juga\n{following}") == [("related", "Baca Juga")]


@pytest.mark.parametrize(
    ("before", "link", "behind"),
    [
        ("Cakupan 98 persen ", "(Baca juga: Pati 97 Persen)", ", kata bupati."),
        ("Cakupan 98 persen. ", "[BACA JUGA : Pati 97 Persen]", " Bupati senang."),
        ("Cakupan 98 persen, kata bupati. ", "Baca juga: Pati 97 Persen", ""),
        ("“Sudah 98 persen.” ", "Lihat juga: Pati 97 Persen", ""),
    ],
)
def test_a_link_within_a_paragraph_ends_with_its_bracket_or_the_line(
    before: str, link: str, behind: str
) -> None:
    text = f"{before}{link}{behind}\n{PARAGRAPH}"
    assert asides_of(text) == [("related", link)]


def test_a_source_is_a_footer_only_behind_the_last_paragraph() -> None:
    source = "Sumber: BPJS Kesehatan Cabang Pati, 98,5 persen"
    assert asides_of(f"{PARAGRAPH}\n{source}\n{PARAGRAPH}") == []
    assert asides_of(f"{PARAGRAPH}\n{source}\nEditor: Lestari Dewi") == [
        ("footer", source),
        ("footer", "Editor: Lestari Dewi"),
    ]


def test_every_cue_of_the_tables_can_be_reached_from_the_first_word_of_a_line() -> None:
    assert {cue.form for cues in CUES.values() for cue in cues} == {
        "link", "lead", "plain link", "heading", "caption", "picture", "byline", "credit", "last",
        "phrase", "whole", "pages",
    }  # fmt: skip
    assert all(head == head.lower() for head in CUES)


def test_the_article_is_unchanged_by_windows_spaces_around_lines() -> None:
    text = f"  Baca juga: Rembang Kejar UHC \t\n\u00a0{PARAGRAPH}"
    assert asides_of(text) == [("related", "Baca juga: Rembang Kejar UHC")]


FRAGMENTS = st.sampled_from(
    [
        "Baca juga",
        ":",
        " ",
        "\n",
        "(",
        ")",
        "Foto",
        "/",
        "Editor",
        "Ilustrasi",
        "98 persen",
        ".",
        "©",
        "Berita terkait",
        "Kabupaten Pati Kejar Target",
        "“",
        "Halaman",
        "1 2 3",
        "ANTARA",
        "İ",
        "\t",
        "Sumber",
        PARAGRAPH,
        "|",
        "-",
        "[",
        "]",
        "juga:",
    ]
)


@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_asides_are_in_order_and_apart_and_never_begin_or_end_with_space(text: str) -> None:
    asides = find_asides(tokenize(text))
    for before, behind in pairwise(asides):
        assert before.end <= behind.start
    for aside in asides:
        found = text[aside.start : aside.end]
        assert found
        assert found == found.strip()
    assert PARAGRAPH not in {text[aside.start : aside.end] for aside in asides}
