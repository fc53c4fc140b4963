"""Where sentences begin and end."""

import pytest

from uhc_llm.scanner.sentences import list_heading, paragraph_start, split_sentences

LIST = "Kata bupati begini.\nRinciannya:\n- PBI 10 jiwa\n- PPU 20 jiwa\n\nSelesai 30 jiwa."


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("", [], id="empty"),
        pytest.param(" \n\t ", [], id="white space"),
        pytest.param("Cakupan 95 persen", ["Cakupan 95 persen"], id="no closing dot"),
        pytest.param(
            "Capaian UHC\npeserta aktif 95 persen",
            ["Capaian UHC", "peserta aktif 95 persen"],
            id="small letters",
        ),
        pytest.param(
            "Capaian UHC\nPati 95 persen\n- aktif 80 persen",
            ["Capaian UHC", "Pati 95 persen", "- aktif 80 persen"],
            id="lines",
        ),
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
            "Judul tanpa titik\n\nIsi berita.",
            ["Judul tanpa titik", "Isi berita."],
            id="empty lines",
        ),
        pytest.param("data dll. yang lain", ["data dll. yang lain"], id="a small letter follows"),
    ],
)
def test_sentences_are_split(text: str, sentences: list[str]) -> None:
    assert [text[span.start : span.end] for span in split_sentences(text)] == sentences


@pytest.mark.parametrize("item", ["10 jiwa", "20 jiwa"])
def test_an_item_of_a_list_has_the_line_above_it(item: str) -> None:
    heading = list_heading(LIST, LIST.index(item))
    assert heading is not None
    assert LIST[heading.start : heading.end] == "Rinciannya:"
    assert paragraph_start(LIST, LIST.index(item)) == heading.start


@pytest.mark.parametrize("text", ["- 10 jiwa", "Tanpa titik dua\n- 10 jiwa", "Rincian:\n10 jiwa"])
def test_what_is_no_item_or_has_no_such_line_has_no_heading(text: str) -> None:
    place = text.index("10 jiwa")
    assert list_heading(text, place) is None
    assert paragraph_start(text, place) == text.rfind("\n", 0, place) + 1
