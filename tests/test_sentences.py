"""Where sentences begin and end."""

import pytest

from uhc_llm.scanner.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("", [], id="empty"),
        pytest.param(" \n\t ", [], id="white space"),
        pytest.param("Cakupan 95 persen", ["Cakupan 95 persen"], id="no closing dot"),
        pytest.param(
            "Cakupan 95 persen. Target 98 persen.",
            ["Cakupan 95 persen.", "Target 98 persen."],
            id="two",
        ),
        pytest.param(
            "Kepala dr. Siti di Jl. Merdeka No. 5 hadir. Ia pulang.",
            ["Kepala dr. Siti di Jl. Merdeka No. 5 hadir.", "Ia pulang."],
            id="abbreviations",
        ),
        pytest.param(
            "Wali Kota H. Ahmad, S.E., M.Si. menyebut 95 persen.",
            ["Wali Kota H. Ahmad, S.E., M.Si. menyebut 95 persen."],
            id="titles",
        ),
        pytest.param(
            "Iurannya Rp. 25.500,- sebulan. Murah.",
            ["Iurannya Rp. 25.500,- sebulan.", "Murah."],
            id="rupiah",
        ),
        pytest.param(
            "Peserta 147. 629 warga. Itu banyak.",
            ["Peserta 147. 629 warga.", "Itu banyak."],
            id="a stray space inside a number",
        ),
        pytest.param(
            "Itu terjadi pada 2023. 629 warga ikut.",
            ["Itu terjadi pada 2023.", "629 warga ikut."],
            id="a year ends a sentence",
        ),
        pytest.param(
            "“Kami yakin.” Ia tersenyum.", ["“Kami yakin.”", "Ia tersenyum."], id="quotation marks"
        ),
        pytest.param(
            "Sudah 95 persen! Benarkah? Ya… Tentu.",
            ["Sudah 95 persen!", "Benarkah?", "Ya…", "Tentu."],
            id="other marks",
        ),
        pytest.param(
            "Judul tanpa titik\n\nIsi berita.", ["Judul tanpa titik", "Isi berita."], id="lines"
        ),
        pytest.param("data dll. yang lain", ["data dll. yang lain"], id="a small letter follows"),
    ],
)
def test_sentences_are_split(text: str, sentences: list[str]) -> None:
    assert [text[span.start : span.end] for span in split_sentences(text)] == sentences
