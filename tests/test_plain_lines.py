"""Lines that a program broke are put together; lines that were meant stay."""

import re
import textwrap
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.wrapped_lines import WIDTHS, WRAPPERS, wrapped
from uhc_llm.evaluation import load_gold
from uhc_llm.scanner.plain.edits import edited
from uhc_llm.scanner.plain.lines import line_edits

EVAL = Path(__file__).parent.parent / "eval"

ARTICLE = """\
Cakupan JKN Dua Kabupaten di Jawa Tengah Naik
SEMARANG - Pemerintah provinsi mencatat kepesertaan Jaminan Kesehatan Nasional terus bertambah \
sampai akhir Januari 2024. Cakupan di Kabupaten Kudus mencapai 98,44 persen dari jumlah penduduk \
861.234 jiwa, sementara di Kabupaten Blora baru 95,28 persen atau 812.345 jiwa.
Di Kota Semarang tercatat 1.650.200 peserta non-aktif dan aktif, kata kepala dinas. Ia menyebut \
masing-masing kecamatan memiliki petugas yang mendata warga PBI-JK sejak tahun anggaran 2022-2023.
Rinciannya sebagai berikut:
- PBI APBN: 498.596 jiwa
- PBI APBD: 75.274 jiwa, yaitu mereka yang didaftarkan oleh pemerintah kabupaten dan kota \
memakai uang daerah
- Bukan pekerja: 17.628 jiwa
Menurut rencana, anggaran yang disediakan adalah Rp 127,5 miliar untuk seluruh kabupaten."""


def sentences(text: str) -> str:
    return re.sub(r"(?<=[.])\n(?=[A-Z])", " ", text)


def read(text: str) -> str:
    return edited(text, line_edits(text))[0]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_wrapped_article_reads_as_it_was(wrapper: str, width: int) -> None:
    """But for the ends of paragraphs that fill their last line, which nothing tells apart."""
    assert sentences(read(wrapped(ARTICLE, width, WRAPPERS[wrapper]))) == sentences(ARTICLE)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_wrapped_mail_reads_as_it_was(width: int) -> None:
    """Items hang, paragraphs stand apart, and each is wrapped as a whole."""
    paragraphs = ARTICLE.split("\n")
    mail = "\n\n".join(
        textwrap.fill(
            paragraph,
            width,
            subsequent_indent="  " if paragraph.startswith("- ") else "",
            break_on_hyphens=False,
        )
        for paragraph in paragraphs
    )
    assert read(mail) == "\n\n".join(paragraphs)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Cakupan di Kabupaten\nKudus mencapai 98,44 persen.", ["Kabupaten Kudus"]),
        (
            "Peserta terus naik pada Januari 2024. Cakupan di Kabupaten\nKudus 98,44 persen.",
            ["Kabupaten Kudus"],
        ),
        ("Angkanya mencapai 98,44\npersen.", ["98,44 persen"]),
        ("Disediakan anggaran Rp 127,5\nmiliar.", ["127,5 miliar"]),
        ("Ia menyebut peserta BPJS\nKesehatan naik.", ["BPJS Kesehatan"]),
        ("Cakupan JKN Kabupaten Blora 95,\n28 persen.", ["95, 28 persen"]),
        ("Peserta yang aktif sebanyak\n812.345 jiwa.", ["sebanyak 812.345"]),
        ("Peserta JKN tercatat sebanyak 812\n345 jiwa.", ["812 345 jiwa"]),
        ("Peserta JKN tercatat sebanyak 812.\n345 jiwa.", ["812. 345 jiwa"]),
        (
            "Menurut data, peserta\naktif 1.467.400 jiwa\natau 91,3 persen.",
            ["peserta aktif", "jiwa atau"],
        ),
    ],
)
def test_a_line_that_ends_within_a_phrase_goes_on(text: str, joined: list[str]) -> None:
    assert all(phrase in read(text) for phrase in joined)
    assert "\n" not in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "Di Kudus tercatat 361.987 peserta, sementara Kota Padang\nPanjang sudah 99,1 persen.",
        "Keaktifan di Bangka Tengah 82,3 persen, dan di Kota Pangkal\nPinang 95 persen",
        "Cakupan JKN di Kabupaten Kulon Progo\n97,5 persen, dan di Kota Tual 99 persen.",
        "Di Jawa Tengah, cakupan JKN Kabupaten\nKudus 98,4 persen.",
        "Sebanyak 1.650.200 jiwa penduduk Kota\nSemarang menjadi peserta JKN.",
        "Sebanyak 1.650.200 jiwa penduduk\nKota Semarang menjadi peserta JKN.",
        "Jumlah warga Kabupaten Kudus yang belum terdaftar JKN\n13.900 jiwa.",
        "Dari penduduk Kabupaten Kudus, yang belum terdaftar\nJKN 13.900 jiwa.",
        "Pemerintah kabupaten menargetkan cakupan\nJKN 98 persen pada akhir 2025.",
        "Pemerintah kabupaten menargetkan cakupan JKN 98 persen pada akhir\n2025.",
        "Pemerintah kabupaten menargetkan keaktifan\n80 persen tahun 2025.",
        "Kota Banjarbaru menanggung 62.100 peserta\nPBI APBD.",
        "Peserta JKN Kabupaten Kudus 98.400 jiwa PBI\nAPBD dan 30.100 jiwa PPU.",
        "Cakupan JKN sudah 98,3 persen per 1\nSeptember 2024.",
        "Menurut dinas, cakupan JKN naik pada Triwulan\n2. Cakupan saat ini 98,4 persen.",
        "Masih ada 130 ribu jiwa\nyang belum terdaftar di Daerah Istimewa\nYogyakarta.",
    ],
)
def test_a_sentence_runs_on_before_a_capital_or_a_digit(text: str) -> None:
    assert read(text) == text.replace("\n", " ")


@pytest.mark.parametrize(
    "text",
    [
        "Warga Belum Terdaftar JKN di Blora\n13.900 jiwa belum terdaftar JKN.",
        "Bupati Kudus menargetkan UHC tahun ini\nJKN sudah mencakup 98 persen penduduk.",
        "Cakupan JKN Jawa Tengah naik\nKabupaten Blora mencapai 95,2 persen.",
        "Jumlah yang belum terdaftar\n13.900 jiwa\nJumlah yang terdaftar\n850.100 jiwa",
        "Peserta yang aktif\nPBI APBN 120.000 jiwa\nPBI APBD 12.000 jiwa",
        "Daerah yang sudah UHC\nKabupaten Pati 98 persen\nKabupaten Kudus 98,1 persen.",
        "Sumatera Barat\nSelatan Kota ini ada gunung.",
        "Capaian pada triwulan\n1. Cakupan naik.\n2. Keaktifan naik.",
        "Warga yang sudah terlindungi 98 persen\n13.900 jiwa belum terdaftar.",
        "Riau\nKepulauan Riau\nJambi",
    ],
)
def test_what_only_looks_like_the_rest_of_a_sentence_stays(text: str) -> None:
    assert read(text) == text


def test_an_indented_line_begins_a_paragraph() -> None:
    article = wrapped(ARTICLE, 72, WRAPPERS["at spaces"])
    lines = [
        "    Peserta yang aktif di kota itu juga bertambah menurut dinas kesehatan",
        "setempat.",
    ]
    assert f"\n{' '.join(lines)}" in read("\n".join([article, *lines]))


@pytest.mark.parametrize(
    ("line", "following", "word"),
    [
        ("kepe-", "sertaan", "kepesertaan"),
        ("Kabu-", "paten", "Kabupaten"),
        ("per-", "aturan", "peraturan"),
        ("warga-", "nya", "warganya"),
        ("masing-", "masing", "masing-masing"),
        ("rata-", "ratanya", "rata-ratanya"),
        ("berulang-", "ulang", "berulang-ulang"),
        ("sayur-", "mayur", "sayur-mayur"),
        ("non-", "aktif", "non-aktif"),
        ("PBI-", "JK", "PBI-JK"),
        ("JKN-", "KIS", "JKN-KIS"),
        ("UHC-", "nya", "UHC-nya"),
        ("2023-", "2024", "2023-2024"),
        ("ke-", "38", "ke-38"),
    ],
)
def test_a_hyphen_goes_where_the_program_put_it(line: str, following: str, word: str) -> None:
    text = f"Menurut kepala dinas pada hari Senin {line}\n{following} di sana sudah lengkap."
    assert f" {word} " in read(text)


def test_other_words_of_the_text_tell_whose_a_hyphen_is() -> None:
    text = "Data kesehatan-\nkeuangan {0} dibahas lagi, dan tentang {0} belum ada keterangan."
    assert "kesehatan-keuangan kesehatan" in read(text.format("kesehatan-keuangan"))
    assert "kesehatankeuangan kesehatan" in read(text.format("kesehatankeuangan"))


MEANT = {
    "a headline": "Cakupan JKN Kabupaten Blora\nBLORA - Pemerintah kabupaten mencatat 95 persen.",
    "a headline that ends in an office": (
        "Iuran Warga Miskin Blora Ditanggung Pemerintah\nBLORA, Kompas - Isinya."
    ),
    "a headline and a lead": (
        "Warga Blora Kini Terlindungi JKN\nPemerintah kabupaten mencatat 95 persen."
    ),
    "a list": "Rinciannya:\n- PBI APBN 678.154\n- PBI APBD 214.330\n- BP 10.221\nIa berharap naik.",
    "numbers of a list": "Hasilnya:\n1. Kabupaten Pati 95 persen\n2. Kabupaten Kudus 96 persen",
    "a list without marks": (
        "PBI APBN 1.021.208 jiwa\nPekerja Penerima Upah (PPU) 484.236 jiwa\nBP 5 jiwa"
    ),
    "a list of one width": (
        "Kabupaten Kudus 98,44 persen\nKabupaten Blora 95,28 persen\nKabupaten Demak 96,02 persen"
    ),
    "small letters": (
        "kabupaten kudus 98,44 persen\nkabupaten blora 95,28 persen\nkabupaten demak 96 persen"
    ),
    "rows with bars": "Kabupaten | Cakupan (%)\nBlora | 95,2\nKudus | 98,4",
    "rows with tabs": "Kabupaten\tCakupan\nBlora\t95,2",
    "columns": (
        "Kabupaten      Peserta   Cakupan\n"
        "Blora          812.345      95,2\nKudus          850.100      98,4"
    ),
    "a head of a column": "No\nKabupaten\nKudus\n98,44\nBlora\n95,28",
    "a head per region": "Cakupan JKN per Kabupaten\nKudus 98,44 persen\nBlora 95,28 persen",
    "sentences": "Cakupan naik.\nPeserta 812.345 jiwa.\nTargetnya 98 persen.",
    "a verse": "Di desa yang jauh,\nDi bawah gunung,\nKami menunggu,\nHari yang terang.",
    "a byline": "Penulis: Budi Santoso\nEditor: Siti Aminah\nSenin, 5 Februari 2024 | 10:15 WIB",
    "a link": (
        "Peserta di sana tercatat 812.345 jiwa\nBaca juga: Blora Kejar UHC\nTargetnya 98 persen."
    ),
    "a signature": "Demikian surat ini kami sampaikan.\nHormat kami,\nBudi Santoso",
    "an address": "Keterangan lebih lanjut ada di\nhttps://contoh.id/2023",
    "a list in small letters": (
        "Rincian peserta per segmen adalah sebagai berikut\npbi apbn 10 jiwa\nppu 30 jiwa"
    ),
    "a long head per region": (
        "Data JKN per Januari 2024 menurut Kabupaten\nKudus 98,44 persen\nBlora 95,28 persen"
    ),
    "numbers in a column": "Peserta\n812\n345\n678",
    "keys": "Wilayah: Blora\nPeserta: 812.345 jiwa\nCakupan: 95,28 persen",
    "paragraphs": "Pemerintah kabupaten mencatat 95 persen.\n\nIa berharap naik",
}


@pytest.mark.parametrize("kind", MEANT)
def test_lines_that_were_meant_stay(kind: str) -> None:
    assert read(MEANT[kind]) == MEANT[kind]


@pytest.mark.parametrize("width", [60, 72, 80, 100])
@pytest.mark.parametrize("kind", MEANT)
def test_lines_that_were_meant_stay_in_a_wrapped_article(kind: str, width: int) -> None:
    article = wrapped(ARTICLE, width, WRAPPERS["at spaces"])
    assert MEANT[kind] in read(f"{article}\n\n{MEANT[kind]}\n\n{article}")


# Its labels say nothing of lines, but a paragraph of it was wrapped by hand.
WRAPPED = {"jayapura-2026-01"}


@pytest.mark.parametrize("name", ["dev", "tuning"])
def test_no_line_of_a_labelled_article_is_touched(name: str) -> None:
    articles = load_gold(EVAL / f"{name}.gold.jsonl")
    changed = {article.id for article in articles if line_edits(article.text)}
    assert changed <= WRAPPED


@given(
    st.lists(st.sampled_from([*"a1,.-:|• \n\t", "Kabupaten", " di ", "- ", "persen", "\n\n"])).map(
        "".join
    )
)
def test_only_line_ends_are_edited(text: str) -> None:
    edits = line_edits(text)
    assert all(one.end <= other.start for one, other in pairwise(edits))
    for start, end, instead in edits:
        assert re.fullmatch(r"-?[^\S\n]*\n[^\S\n]*", text[start:end])
        assert instead in {" ", ""}
    assert sorted(re.findall(r"[^\s-]", text)) == sorted(re.findall(r"[^\s-]", read(text)))
