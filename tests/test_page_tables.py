"""Tables on web pages come as lines of cells, each under its own heads."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uhc_llm.documents import Document
from uhc_llm.documents.page_tables import hold_tables

SENTENCE = (
    "Pemerintah provinsi memaparkan data kepesertaan jaminan kesehatan menurut kabupaten, dan "
    "meminta semua daerah mendata warga yang belum terdaftar agar seluruh penduduk terlindungi."
)
OTHER = "Petugas akan mendatangi rumah warga di setiap desa sampai akhir tahun, kata kepala dinas."
HEAD = "<th>Kabupaten</th><th>Peserta</th>"


def document_of(body: str) -> Document:
    return Document.from_html(
        f"<html><body><article><h1>Judul</h1><p>{SENTENCE}</p>{body}<p>{OTHER}</p></article></body>"
    )


def between(body: str) -> str:
    """What stands between the two paragraphs around a table."""
    text = document_of(body).text
    return text.split(SENTENCE)[1].split(OTHER)[0]


def table(*rows: str, caption: str = "") -> str:
    named = f"<caption>{caption}</caption>" if caption else ""
    return f"<table>{named}" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        pytest.param(
            table(HEAD, "<td>Blora</td><td>812.345</td>", "<td>Kudus</td><td></td>"),
            "Kabupaten | Peserta\nBlora | 812.345\nKudus | ",
            id="an empty cell",
        ),
        pytest.param(
            "<table><tr><th>Kabupaten<th>Peserta<tr><td>Blora<td>812.345<tr><td>Kudus<td>1</table>",
            "Kabupaten | Peserta\nBlora | 812.345\nKudus | 1",
            id="cells that are not closed",
        ),
        pytest.param(
            table(
                "<th>Provinsi</th><th>Kabupaten</th><th>Peserta</th>",
                "<td rowspan=2>Jawa Tengah</td><td>Blora</td><td>812.345</td>",
                "<td>Kudus</td><td>850.100</td>",
                "<td>DIY</td><td>Bantul</td><td>950.200</td>",
                caption="Tabel 1. <b>Cakupan</b>",
            ),
            "Tabel 1. Cakupan\nProvinsi | Kabupaten | Peserta\nJawa Tengah | Blora | 812.345\n"
            "Jawa Tengah | Kudus | 850.100\nDIY | Bantul | 950.200",
            id="a cell over two rows",
        ),
        pytest.param(
            "<table><thead><tr><th rowspan=2>Kabupaten</th><th colspan=2>Peserta</th>"
            "<th rowspan=2>Cakupan</th></tr><tr><th>2023</th><th>2024</th></tr></thead><tbody><tr>"
            "<td>Blora</td><td>801.000</td><td>812.345</td><td>95,2</td></tr></tbody></table>",
            "Kabupaten | Peserta | Peserta | Cakupan\nKabupaten | 2023 | 2024 | Cakupan\n"
            "Blora | 801.000 | 812.345 | 95,2",
            id="a head of two lines",
        ),
        pytest.param(
            f"<table><tfoot><tr><td>Jumlah</td><td>1.662.445</td></tr></tfoot>"
            f"<tbody><tr><td>Blora</td><td>812.345</td></tr></tbody><thead>{HEAD}</thead></table>",
            "Kabupaten | Peserta\nBlora | 812.345\nJumlah | 1.662.445",
            id="a head and a foot that stand elsewhere",
        ),
        pytest.param(
            table(
                "<td colspan=3>Data 2024</td>",
                "<th>Kabupaten</th><th>Peserta</th><th>Cakupan</th>",
                "<td colspan=3>Jawa Tengah</td>",
                "<td>Blora</td><td>812.345</td><td>95,2</td>",
                "<td colspan=100>Sumber: dinas</td>",
            ),
            "Data 2024\nKabupaten | Peserta | Cakupan\nJawa Tengah | Jawa Tengah | Jawa Tengah\n"
            "Blora | 812.345 | 95,2\nSumber: dinas",
            id="cells over the whole width",
        ),
        pytest.param(
            table(
                "<th>Kabupaten</th><th></th><th>Cakupan</th>",
                "<td>Blora</td><td>&nbsp;</td><td>95,2</td>",
                "<td></td><td></td><td></td>",
            ),
            "Kabupaten | Cakupan\nBlora | 95,2",
            id="rows and columns that only keep a distance",
        ),
        pytest.param(
            table(
                "<th>Kabupaten</th><th>Peserta</th><th>Cakupan</th>",
                "<td>Blora</td>",
                "<td>Kudus</td><td>850.100</td>",
            ),
            "Kabupaten | Peserta | Cakupan\nBlora |  | \nKudus | 850.100 | ",
            id="rows that are too short",
        ),
        pytest.param(
            table(
                "<td>Kabupaten<br>Kota</td><td>Peserta</td>",
                "<td>Blora</td><td>812.345<br>95,2</td>",
                "<td>Kudus | Pati</td><td><p>12</p><p>345</p></td>",
            ),
            "Kabupaten Kota | Peserta\nBlora | 812.345; 95,2\nKudus Pati | 12; 345",
            id="lines in cells",
        ),
        pytest.param(
            table(
                "<th>Kabupaten<sup>a</sup></th><th>Peserta<sup>1)</sup></th>",
                "<td>Blora</td><td>812.<wbr>345<a href='#fn1'>[1]</a></td>",
            ),
            "Kabupaten | Peserta\nBlora | 812.345",
            id="marks of notes",
        ),
        pytest.param(
            table(HEAD, "<td>Blora</td><td>812.345</td>").replace("<table", "<table role=none"),
            "Kabupaten | Peserta\nBlora | 812.345",
            id="a table that is said to be none",
        ),
        pytest.param(
            table(
                HEAD,
                "<td>Blora</td><td><span style='display: none'>00812345</span>812.345</td>",
                "<td>Kudus</td><td hidden>1</td><td>850.100</td>",
                "<td>Pati</td><td>2</td>",
            ).replace("<tr><td>Pati", "<tr style='display:none'><td>Pati"),
            "Kabupaten | Peserta\nBlora | 812.345\nKudus | 850.100",
            id="what nobody sees",
        ),
        pytest.param(
            table("<th rowspan=0>Jawa Tengah</th><td>Blora</td>", "<td>Kudus</td>"),
            "Jawa Tengah | Blora\nJawa Tengah | Kudus",
            id="a cell over all rows",
        ),
    ],
)
def test_a_table_comes_as_lines_between_empty_ones(body: str, lines: str) -> None:
    assert between(body) == f"\n\n{lines}\n\n"


def test_a_figure_around_a_table_keeps_its_caption() -> None:
    inner = table(HEAD, "<td>Blora</td><td>812.345</td>")
    body = f"<figure>{inner}<figcaption>Sumber: dinas kesehatan</figcaption></figure>"
    assert between(body) == (
        "\n\nKabupaten | Peserta\nBlora | 812.345\n\nSumber: dinas kesehatan\n"
    )


@pytest.mark.parametrize(
    ("body", "before", "behind"),
    [
        ("<p>Lihat {} di atas</p>", "\nLihat\n\n", "\n\ndi atas\n"),
        ("<ul><li>Satu {}</li><li>tiga</li></ul>", "\n- Satu\n\n", "\n\n- tiga\n"),
        ("<div class=x><div>{}</div></div>", "\n\n", "\n\n"),
        ("<table><tr><td><p>Data kepesertaan menurut kabupaten:</p>{}</td></tr></table>",
         "\nData kepesertaan menurut kabupaten:\n\n", "\n\n"),
    ],
)  # fmt: skip
def test_a_table_may_stand_anywhere(body: str, before: str, behind: str) -> None:
    inner = table("<td>Blora</td><td>812.345</td>", "<td>Kudus</td><td>850.100</td>")
    lines = "Blora | 812.345\nKudus | 850.100"
    assert between(body.format(inner)) == before + lines + behind


def test_what_is_laid_out_by_a_table_is_text() -> None:
    cell = f"<p>Cakupan 98,5 persen. {OTHER}</p><p>Sebanyak 13.893 warga menunggu. {SENTENCE}</p>"
    text = document_of(table(f"<td>{cell}</td>")).text
    assert "menunggu" in text.split("13.893")[1]
    assert " | " not in text
    assert "\nSebanyak 13.893 warga" in text


def test_a_table_of_links_is_left_out() -> None:
    cell = "<td><a href=/1>Kabar terbaru dari seluruh daerah</a></td>"
    assert "Kabar" not in between(table(*[cell * 2] * 8))


@pytest.mark.parametrize("how", ["hidden", "style='display:none'", "aria-hidden=true"])
def test_a_table_that_nobody_sees_is_left_out(how: str) -> None:
    hidden = table(HEAD, "<td>Blora</td><td>812.345</td>").replace("<table", f"<table {how}")
    assert between(hidden) == "\n"


def test_every_repetition_of_a_cell_leads_back_to_it() -> None:
    source = (
        f"<html><body><p>{SENTENCE}</p>"
        "<table><tr><th>Kabupaten</th><th colspan=2>2024</th></tr><tr><td>Blora</td>"
        "<td rowspan=2>95,2</td><td>1</td></tr><tr><td>Kudus &amp; Pati</td><td>3</td></tr></table>"
        f"<p>{OTHER}</p>"
    )
    document = Document.from_html(source)
    assert "Kudus & Pati | 95,2 | 3" in document.text
    for number in ("2024", "95,2"):
        places = [found.span() for found in re.finditer(number, document.text)]
        assert len(places) == 2
        start = source.index(number)
        spans = [document.source_span(*place) for place in places]
        assert spans == [(start, start + len(number))] * 2
    start = document.text.index("Kudus")
    assert document.source_span(start, start + 12) == (
        source.index("Kudus"),
        source.index(" Pati") + 5,
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            table(
                "<td colspan=1000 rowspan=1000>Blora</td><td colspan=900>2</td>",
                *["<td>95</td>"] * 30,
            ),
            id="wider than any",
        ),
        pytest.param(
            table("<td rowspan=9999>95</td>" * 60, *["<td>1</td>"] * 3000),
            id="repeated without end",
        ),
        pytest.param(table("<td>95</td>" * 500), id="too many columns"),
    ],
)
def test_cells_that_cover_more_than_any_table_has_stand_alone(body: str) -> None:
    said = between(body)
    assert "95" in said.split("\n")
    assert " | " not in said


# fmt: off
PARTS = st.sampled_from([
    "<table>", "</table>", "<tr>", "<td>", "</td>", "<th colspan=2>", "<td rowspan=2>",
    "<thead>", "<tfoot>", "<caption>", "</caption>", "812.345", "Blora ", "&amp;", "<br>",
    "<p>", "<figure>", "</figure>", "|", "<a href=/>", "</a>", "<td rowspan=0>",
    "<td colspan=99>", "tabelq0a", "<figcaption>", "</figcaption>",
])
# fmt: on


@settings(deadline=None)
@given(st.lists(PARTS, max_size=40).map("".join))
def test_any_markup_of_tables_is_read_and_leads_back(body: str) -> None:
    source = f"<html><body><p>{SENTENCE}</p>{body}</table></table><p>{OTHER}</p>"
    document = Document.from_html(source)
    for position, character in enumerate(document.text):
        offset = document.source_offset(position)
        if offset is not None and not character.isspace():
            assert source[offset] == character


@given(st.lists(st.sampled_from(["tabel", "q", "qq", " ", "<"])).map("".join))
def test_what_stands_for_a_table_stands_nowhere_on_the_page(source: str) -> None:
    mark = "tabelq"
    while mark in source:
        mark += "q"
    assert hold_tables(source, (), ()).mark == mark
