"""HTML and Markdown inside a text are read as a reader of the page sees them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm.scanner.plain.edits import Edit, edited
from uhc_llm.scanner.plain.hypertext import html_edits
from uhc_llm.scanner.plain.markdown import markdown_edits


def html_read(text: str) -> str:
    return edited(text, html_edits(text))[0]


def markdown_read(text: str) -> str:
    return edited(text, markdown_edits(text))[0]


INLINE = [
    ("95,<b>28</b> persen", "95,28 persen"),
    ("<strong>95,28</strong>&nbsp;persen", "95,28 persen"),
    ("<span style='x:1'>95,</span><span>28</span> persen", "95,28 persen"),
    ("<b>Kabu</b><b>paten Pati</b>", "Kabupaten Pati"),
    ("<span>Peserta</span><span>812.345</span><span>jiwa</span>", "Peserta 812.345 jiwa"),
    ("<b>812</b><b>345</b>", "812 345"),
    ("<a href='/pati'>Pati</a><a href='/kudus'>Kudus</a>", "Pati Kudus"),
    ("<B>Peserta:</B><I>812.345</I>", "Peserta: 812.345"),
    ('<a href="https://contoh.id/2023/640120" title="5 > 4">812.345</a> jiwa', "812.345 jiwa"),
    ("95 persen<img src='98.png' alt='97 persen'>", "95 persen"),
    ("95<img src='98.png'>28", "95 28"),
    ("95<!-- 44 -->,28", "95,28"),
    ("<script>var n = 44 < 5;</script>95 persen", "95 persen"),
    ("<style>p{margin:5px}</style>95 persen", "95 persen"),
    ("<noscript>5 persen</noscript>95 persen", "95 persen"),
    ("<span style='display:none'>44</span>95 persen", "95 persen"),
    ("<del>94</del> 95 persen", " 95 persen"),
    ("<o:p></o:p>95 persen<?xml version='1.0'?><![endif]-->", "95 persen"),
    ('<p class=\\"isi\\">95 persen</p>', "95 persen"),
]
MARKS = [
    ("812.345<sup>1</sup> jiwa", "812.345 jiwa"),
    ("95,28<sup><a href='#fn2'>[2]</a></sup> persen", "95,28 persen"),
    ("95,28<a href='#f1'>1</a> persen", "95,28 persen"),
    ("95,28<sup>a</sup> persen", "95,28 persen"),
    ("JKN<sup>[3]</sup> aktif", "JKN aktif"),
    ("10<sup>6</sup> jiwa", "10⁶ jiwa"),
    ("20 km<sup>2</sup>", "20 km²"),
    ("95<sup>,28</sup> persen", "95,28 persen"),
    ("2<sup>nd</sup>", "2nd"),
    ("tahun <sup>2023</sup>", "tahun ²⁰²³"),
    ("<a href='/1'>812.345</a>", "812.345"),
]
ENTITIES = [
    ("2022&#8211;2023", "2022–2023"),
    ("2022&#8211 2023", "2022– 2023"),
    ("2022&#x2013;2023", "2022–2023"),
    ("95&#44;28&percnt;", "95,28%"),
    ("95,28&nbsppersen", "95,28 persen"),
    ("95,28&amp;nbsp;persen", "95,28 persen"),
    ("95,28&amp;amp;nbsp;persen", "95,28 persen"),
    ("95,&shy;28&zwnj; persen", "95,28 persen"),
    ("Bina &amp; Karya, AT&amp;T", "Bina & Karya, AT&T"),
    ("&lt;95 persen", "<95 persen"),
    ("&lt;strong&gt;95,28&lt;/strong&gt; persen", "95,28 persen"),
    ("&lt;p class=&quot;isi 5&quot;&gt;95 persen", "95 persen"),
]
LINES = [
    ("satu.<br>Dua", "satu.\nDua"),
    ("satu.<br />\nDua", "satu.\nDua"),
    ("satu.<br><br>Dua", "satu.\n\nDua"),
    ("satu.<br/>\n<br/>\nDua", "satu.\n\nDua"),
    ("<p>satu\ndua</p>\n  <p>&nbsp;</p>\n<p>Tiga</p>", "satu dua\n\nTiga"),
    ("<h2>Judul</h2>Isi<hr>Lagi", "Judul\n\nIsi\n\nLagi"),
    (
        "Rinciannya:<ul><li>PBI 10 jiwa</li>\n\n<li>PPU 20</li></ul>Ya",
        "Rinciannya:\n\n- PBI 10 jiwa\n\n- PPU 20\n\nYa",
    ),
    ("satu\n\n<b>dua</b>\n\ntiga", "satu\n\ndua\n\ntiga"),
    ("satu\n\n<img src='x'>\n\ntiga", "satu\n\n\n\ntiga"),
]
TABLES = [
    (
        "Data:<table><tr><th>Kab</th><th>Peserta</th></tr>\n<tr><td>Pati</td>\n<td>1.000</td></tr></table>Ya",
        "Data:\n\nKab | Peserta\nPati | 1.000\n\nYa",
    ),
    (
        "<table><tr><td>Kudus</td><td></td><td><p>77,4</p></td></tr><tr><td></td><td>5\n6</td><td>7</td></tr></table>",
        "Kudus |  | 77,4\n | 5 6 | 7",
    ),
    (
        "<table><tr><th rowspan=2>Kab</th><th colspan='2'>2023</th></tr>"
        "<tr><th>L</th><th>P</th></tr><tr><td>Pati</td><td>1</td><td>2</td></tr></table>",
        "Kab | 2023 | 2023\nKab | L | P\nPati | 1 | 2",
    ),
    (
        "<table><tr><td>Kab</td><td>Peserta</td></tr><tr><td>Pati</td><td rowspan=2>95</td></tr>"
        "<tr><td>Blora</td></tr></table>",
        "Kab | Peserta\nPati | 95\nBlora | ",
    ),
    ("<table><tr><td><p>Isi satu.</p><p>Isi dua.</p></td></tr></table>", "Isi satu.\n\nIsi dua."),
]


@pytest.mark.parametrize(("text", "read"), INLINE + MARKS + ENTITIES + LINES + TABLES)
def test_html_is_read_as_its_reader_sees_it(text: str, read: str) -> None:
    assert html_read(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "a < b > c",
        "<98 persen",
        "kurang dari <95%> saja",
        "R&D; dan Q&A",
        "https://contoh.id/?a=1&copy=2&reg=3&b",
        "<https://contoh.id/2023>",
        "<kosong> <Kota/Kabupaten> <i love you> <b",
        "if a<b and c>d",
        "<!-- tidak ditutup 95 persen",
        "A & B &",
    ],
)
def test_what_is_no_html_stays(text: str) -> None:
    assert html_edits(text) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("**95,28** persen", "95,28 persen"),
        ("__95,28__ dan _97_ dan *98* dan ***99***", "95,28 dan 97 dan 98 dan 99"),
        ("**tebal *miring*** ***a** b*", "tebal miring a b"),
        ("95,**28** persen, **Peserta:**812.345 jiwa", "95,28 persen, Peserta:812.345 jiwa"),
        ("*stunting*nya `95,28` persen", "stuntingnya 95,28 persen"),
        ('[Rembang](https://contoh.id/tag/2023 "5 berita")', "Rembang"),
        ("[640.120 jiwa](https://contoh.id/640120_(1))", "640.120 jiwa"),
        ("[812](https://a.id/1)[345](https://a.id/2) jiwa", "812 345 jiwa"),
        ("95![grafik 97](https://a.id/98.png)28", "95 28"),
        ("[![97](a/98.png)](https://a.id/5)95 persen", "95 persen"),
        (
            "[Kudus][k], [Blora]\n\n[k]: https://a.id/5 'Judul 5'\n[blora]: <https://a.id/9>",
            "Kudus, Blora\n\n\n",
        ),
        ("95,28[^1] persen[2](#fn2)\n\n[^1]: BPS", "95,28 persen\n\nBPS"),
        ("Isi.\n## Data 2024 ##\nBLORA - isi", "Isi.\n\nData 2024\n\nBLORA - isi"),
        ("Judul\n=====\nIsi\n\n* * *\nLagi", "Judul\n\nIsi\n\n\nLagi"),
        ("> Kata bupati\n> 95 persen", "Kata bupati\n95 persen"),
        ("1\\. Pati 95\\,28 \\*a", "1. Pati 95,28 *a"),
        ("~~94~~ 95 persen", " 95 persen"),
        (
            "| Kab | JKN |\n| --- | ---: |\n| **Pati** | 95 |\n| | 96 |",
            "| Kab | JKN |\n| --- | ---: |\n| Pati | 95 |\n| | 96 |",
        ),
        ("Kab | JKN\n--- | ---\nPati | 95", "Kab | JKN\n--- | ---\nPati | 95"),
        ("[b]95,28[/b] persen [url=https://a.id/5]Pati[/url]", "95,28 persen Pati"),
        ("'''95,28''' persen [[Kabupaten Kudus|Kudus]]", "95,28 persen Kudus"),
    ],
)
def test_markdown_is_read_as_its_reader_sees_it(text: str, read: str) -> None:
    assert markdown_read(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 = 15 dan 1*2*3 dan 2**3 dan 4**5",
        "snake_case_nama dan 1_000_000",
        "95,28* persen dan 97,1* persen\n*) sementara",
        "* Pati 95 persen\n* Kudus 96 persen",
        "+ Pati\n- Kudus -5 persen",
        "[1] dan [PBI](95) dan [PBI](95 persen)",
        "[Kudus]: 95 persen",
        "> 95 persen\n>98 persen",
        "Jum`at dan Qur`an",
        "#JKN #2023\n#1 Kudus",
        "Kudus | 95 | 96",
        "~95 persen",
        "(*) sementara, (**) sangat sementara",
    ],
)
def test_what_is_no_markdown_stays(text: str) -> None:
    assert markdown_edits(text) == []


def test_a_table_says_a_head_again_only_within_bounds() -> None:
    row = "<tr><td colspan=50 rowspan=99>Pati</td></tr>"
    text = f"<table>{row * 200}</table>"
    assert len(html_read(text)) < 3 * len(text)


PARTS = (
    *"<&*[_`#|~>(]!\\",
    *("<b>", "</b>", "<b", '<a b="', "<!--", "<script>", "<td>", "<tr>", "<table>", "<p>", "</p>"),
    *("&amp;", "&lt;b x=&quot;", "&#1", "1<sup>", "<td colspan=50 rowspan=99>a", "<br>\n", "<p> "),
    *(
        "[a](",
        "[[a",
        "![",
        "](",
        "> a\n",
        "# a ",
        "| a ",
        "|-",
        "[a]: b\n",
        "[b]",
        "~~a",
        "`a",
        "**a ",
    ),
)


MARKUP = st.lists(
    st.sampled_from(
        [*PARTS, *"095,. a\n", "</a>", "&nbsp;", "</td>", "</table>", "</sup>", "**", "](a)"]
    )
).map("".join)


@given(MARKUP)
def test_edits_are_in_order_and_change_something(text: str) -> None:
    for edits in (html_edits(text), markdown_edits(text)):
        assert edits == sorted(edits)
        assert all(one.end <= other.start for one, other in pairwise(edits))
        assert all(text[e.start : e.end] != e.text for e in edits)


@given(st.text("095,. *_a[]()!`~\n"))
def test_markdown_makes_no_number_out_of_two(text: str) -> None:
    whole = set(re.findall(r"\d+", text))
    assert whole >= set(re.findall(r"\d+", markdown_read(text)))


def test_a_reference_of_a_wiki_is_a_footnote() -> None:
    text = "812.345<ref name=a>BPS 2019, hlm. 34</ref> jiwa, 98<ref name=a /> persen"
    assert html_read(text) == "812.345 jiwa, 98 persen"


def test_a_text_without_markup_is_left() -> None:
    text = "Cakupan JKN Kota Blora 95,28 persen.\nPeserta 812.345 jiwa."
    assert html_edits(text) == markdown_edits(text) == []
    assert html_edits("95&#44;28") == [Edit(2, 7, ",")]
