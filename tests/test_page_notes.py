"""Marks of notes on web pages are no part of a number; other raised characters stay raised."""

import re
import unicodedata
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uhc_llm import scan
from uhc_llm.documents import Document

OTHER = (
    "Pemerintah kabupaten terus mendata warga yang belum terdaftar agar seluruh penduduk "
    "terlindungi, dan petugas mendatangi rumah warga di setiap desa sampai akhir tahun."
)


def read(sentence: str) -> str:
    """What the sentence comes to when it is a paragraph of an article."""
    return paragraph(f"<p>{sentence}</p>")


def paragraph(body: str) -> str:
    document = Document.from_html(f"<html><body><article>{body}<p>{OTHER}</p></article></body>")
    return document.text.removesuffix(OTHER).strip()


@pytest.mark.parametrize(
    "mark",
    [
        "<sup>1</sup>",
        "<sup>12</sup>",
        "<sup>*</sup>",
        "<sup>**)</sup>",
        "<sup>a</sup>",
        "<sup>[3]</sup>",
        "<sup>2)</sup>",
        "<sup>1,2</sup>",
        "<sup>1</sup><sup>,</sup><sup>2</sup>",
        " <sup>1</sup>",
        "<SUP>&#49;</SUP>",
        "<sup><a href='#fn1' id='fnref1'>1</a></sup>",
        "<a href='#fn1'><sup>1</sup></a>",
        "<a>1</a>",
        "<a href='#fn1'>[1]</a>",
        "<a href='https://contoh.example/sumber'>[1]</a>",
        " <a href='#catatan'>[2]</a>",
        "<a href='#_ftn1' name='_ftnref1'>[1]</a>",
        "<sup id='cite_ref-1'><a href='#cite_note-1'><span>[</span>1<span>]</span></a></sup>",
        "<span class='footnote'>1</span>",
        "<span class='footnote-ref'><sup>3</sup></span>",
        "<span style='font-size: 8px; vertical-align: super'>1</span>",
        "<sub>1</sub>",
        "<sup>catatan 1</sup>",
        "<del>9</del>",
    ],
)
@pytest.mark.parametrize("number", ["812.345", "97", "95,28"])
def test_a_mark_behind_a_number_is_no_part_of_it(number: str, mark: str) -> None:
    said = f"Peserta JKN di Kabupaten Blora tercatat {number}{mark} jiwa atau lebih."
    plain = f"Peserta JKN di Kabupaten Blora tercatat {number} jiwa atau lebih."
    assert read(said) == plain


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("1,5×10<sup>6</sup> jiwa", "1,5×10⁶ jiwa"),
        ("10<sup>6</sup> jiwa", "10⁶ jiwa"),
        ("10<sup>-3</sup> bagian", "10⁻³ bagian"),
        ("luas 1.234 km<sup>2</sup> dan", "luas 1.234 km² dan"),
        ("80 m<sup>3</sup> air", "80 m³ air"),
        ("2<sup>1</sup>/<sub>2</sub> juta jiwa", "2¹/₂ juta jiwa"),
        ("kadar CO<sub>2</sub> 400", "kadar CO₂ 400"),
        ("812<sup>1</sup>345 jiwa", "812¹345 jiwa"),
        ("97<sup>%</sup> warga", "97% warga"),
        ("95<sup>,28</sup> persen", "95,28 persen"),
        ("95,<sup>28</sup> persen", "95,28 persen"),
        ("95,<sup>2</sup> persen", "95,² persen"),
        ("812.<sup>345</sup> jiwa", "812.345 jiwa"),
        ("95,2<sup>1</sup> persen", "95,2 persen"),
        ("95.2<sup>12</sup> persen", "95.2 persen"),
        ("1,5<sup>1</sup> juta jiwa", "1,5 juta jiwa"),
        ("Rp 12,5<sup>1</sup> miliar", "Rp 12,5 miliar"),
        ("189.22<sup>1</sup> jiwa", "189.22 jiwa"),
        ("189.2<sup>12</sup> jiwa", "189.2 jiwa"),
        ("Rp<sup>25</sup> miliar", "Rp25 miliar"),
        ("suhu 30<sup>0</sup>C", "suhu 30⁰C"),
        ("anak ke-1<sup>st</sup> itu", "anak ke-1st itu"),
        ("310<sup>2</sup> jiwa", "310 jiwa"),
        ("warga<sup>2</sup> terdaftar", "warga terdaftar"),
        ("pada 2024.<sup>3</sup> Kini", "pada 2024. Kini"),
        ("95,<del>27</del><ins>28</ins> persen", "95,28 persen"),
        ("tahun <a href='/tag/2023'>2023</a>", "tahun 2023"),
        ("95,<a href='/data'>28</a> persen", "95,28 persen"),
        ("<span hidden>0812345</span>812.345 jiwa", "812.345 jiwa"),
        ("<span style='display: none;'>0812345</span>812.345 jiwa", "812.345 jiwa"),
        ("<span class='not hidden' title=hidden>812</span>.345 jiwa", "812.345 jiwa"),
        ("<a href='/data'>812</a>.345 jiwa", "812.345 jiwa"),
    ],
)
def test_what_is_no_mark_stays_as_its_reader_sees_it(said: str, text: str) -> None:
    assert read(f"Dinas mencatat {said} di Kabupaten Blora.") == (
        f"Dinas mencatat {text} di Kabupaten Blora."
    )


@pytest.mark.parametrize(
    "number",
    [
        "95,<b>28</b>",
        "<b>95</b>,28",
        "<span>95</span>,<span>28</span>",
        "95,<wbr>28",
        "95,&shy;28",
        "95,&#8203;28",
        "95,<!-- iklan -->28",
        "<i>95</i><i>,</i><i>28</i>",
        "<font size=2>95,</font>28",
        "95,<a href=/x><u>28</u></a>",
        "95<small>,28</small>",
    ],
)
def test_a_number_that_inline_markup_splits_is_one(number: str) -> None:
    assert read(f"Cakupan JKN Kabupaten Blora {number} persen.") == (
        "Cakupan JKN Kabupaten Blora 95,28 persen."
    )


@pytest.mark.parametrize(
    "body",
    [
        "<p>Cakupan 95<br>28 jiwa</p>",
        "<p>Cakupan 95<p>28 jiwa",
        "<div>Cakupan 95<div>28</div>jiwa</div>",
        "<div>Cakupan <div>95</div> <div>28</div>jiwa</div>",
        "<section>Cakupan 95<section>28</section></section>",
        "<ul><li>Cakupan 95<li>28 jiwa</ul>",
        "Cakupan <button>95</button><button>28</button>",
        "<select><option>Cakupan 95<option>28</select> jiwa",
        "<center>Cakupan 95</center>28 jiwa",
        "<p>Cakupan 95<img src=grafik.png>28 jiwa</p>",
        "Cakupan <span style='display: block'>95</span><span style='display:block'>28</span>",
        "<figure>Cakupan 95<figcaption>28 jiwa</figcaption></figure>",
        "<h2>Cakupan 95</h2>28 jiwa",
        "<div>Cakupan 95<sup>1</sup></div><div>28 jiwa</div>",
    ],
)
def test_numbers_on_lines_of_their_own_are_two(body: str) -> None:
    first, second, *_ = paragraph(body).split("\n")
    assert first.endswith("95")
    assert second.startswith(("28", "- 28"))
    assert "28jiwa" not in second


def test_a_headline_is_not_touched_by_what_keeps_lines_apart() -> None:
    page = f"<html><body><div><h1>UHC 2024</h1><div>12 desa</div></div><p>{OTHER}</p>"
    assert Document.from_html(page).title == "UHC 2024"


def test_a_mark_costs_no_number_its_place() -> None:
    source = (
        f"<html><body><p>{OTHER}</p><p>Peserta JKN di Kabupaten Blora tercatat 812.345<sup>1</sup> "
        "jiwa atau 95,28<a href='#fn2'>[2]</a> persen, di lahan 12 km<sup>2</sup>.</p>"
    )
    document = Document.from_html(source)
    for mention in scan(document).mentions:
        span = document.source_span(mention.start, mention.end)
        assert span is not None
        without = re.sub(r"<sup>1</sup>|<a.*?</a>|<[^>]*>", "", source[slice(*span)])
        assert without == unicodedata.normalize("NFKC", mention.text)
    raised = document.source_offset(document.text.index("²"))
    assert raised == source.index("2</sup>.")


# fmt: off
MARKUP = st.sampled_from([
    "<sup>", "</sup>", "<sub>", "</sub>", "<a href='#fn1'>", "</a>", "<p>", "<del>", "</del>",
    "1", "10", "812.345", " jiwa ", "[2]", "/", "&#49;", "<br>", "km", "<span class=footnote>",
    "</span>", ",",
])
# fmt: on


@settings(deadline=None)
@given(st.lists(MARKUP, max_size=30).map("".join))
def test_every_character_that_is_left_leads_back_to_its_own(body: str) -> None:
    source = f"<html><body><p>{OTHER}</p><p>{body}</p>"
    document = Document.from_html(source)
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
    for position, character in enumerate(document.text):
        offset = document.source_offset(position)
        if offset is not None and not character.isspace():
            entity = re.compile(r"&#\w+;").match(source, offset)
            meant = unescape(entity.group()) if entity else source[offset]
            assert character.translate(raised) == meant


@pytest.mark.parametrize("part", ["<p>812<sup>1</sup> x", "<p><sup>1", "<p><a>1", "<p>812<del><a>"])
def test_a_page_with_marks_without_end_is_read(part: str) -> None:
    source = f"<html><body><p>{OTHER}</p>{part * 20_000}"
    assert OTHER in Document.from_html(source).text


@pytest.mark.parametrize("number", ["95,2", "189.22", "189.220"])
def test_a_mark_in_a_cell_is_no_digit_of_its_number(number: str) -> None:
    source = (
        f"<html><body><p>{OTHER}</p><table><tr><th>Kabupaten</th><th>Cakupan</th></tr>"
        f"<tr><td>Blora</td><td>{number}<sup>1</sup></td></tr>"
        f"<tr><td>Kudus</td><td>{number}<sup>1)</sup></td></tr></table><p>{OTHER}</p>"
    )
    text = Document.from_html(source).text
    assert f"Blora | {number}\nKudus | {number}\n" in text
