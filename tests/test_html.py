"""Web pages: what is the article on one, what the page says of it, and where each character stood.

The pages in `pages/` are built as newspapers and offices build theirs; every word of them is made
up.
"""

import io
import logging
import re
import sys
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm import scan
from uhc_llm.documents import Document, read_document, read_stdin
from uhc_llm.errors import InputError

PAGES: Final = Path(__file__).parent / "pages"

SENTENCE: Final = (
    "Cakupan JKN di Kabupaten Blora mencapai 98,5 persen per 1 Mei 2024, kata kepala dinas "
    "kesehatan dalam rapat koordinasi di pendopo kabupaten."
)
OTHER: Final = (
    "Sebanyak 13.893 warga yang belum terdaftar akan didata petugas desa sampai akhir tahun, dan "
    "iurannya ditanggung pemerintah kabupaten."
)


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


ARTICLE: Final = f"<article><h1>Blora Kejar UHC</h1><p>{SENTENCE}</p><p>{OTHER}</p></article>"


class Expected(NamedTuple):
    """What must be read from a page in `pages/`."""

    file: str
    title: str
    site: str
    published: date | None
    url: str | None
    has: tuple[str, ...]
    lacks: tuple[str, ...]


EXPECTED: Final = (
    Expected(
        file="national_daily.html",
        title="Cakupan JKN Kabupaten Blora Tembus 98,5 Persen",
        site="Harian Nusantara",
        published=date(2024, 5, 14),
        url="https://harian-nusantara.example/read/2024/05/14/081500478/cakupan-jkn-blora",
        has=(
            "BLORA, HARIAN-NUSANTARA.example – Kepesertaan Jaminan Kesehatan Nasional (JKN) di "
            "Kabupaten Blora mencapai 98,5 persen per 1 Mei 2024.",
            "\nBaca juga: Rembang Kejar UHC, 12 Desa Masih Tertinggal\n",
            "“Artinya 912.345 jiwa dari 926.238 penduduk sudah terlindungi,” kata Bupati dalam",
            "Pemkab mengalokasikan Rp 32,4 miliar & menargetkan 600–700 ribu peserta aktif.",
        ),
        lacks=("Beranda", "dataLayer", "Budi", "margin"),
    ),
    Expected(
        # The only day stated is in a script, in UTC: it is the next day in Jakarta.
        file="portal.html",
        title="20 Ribu Warga Salatiga Belum Punya JKN",
        site="Kabarcepat",
        published=date(2023, 3, 2),
        url="https://news.kabarcepat.example/berita-jawa-tengah/d-6598123/20-ribu-warga-salatiga",
        has=(
            "Dinas Kesehatan Kota Salatiga mencatat 20.118 warga belum menjadi peserta JKN.",
            "Yang terdaftar baru 89,7% dari 201.369 jiwa, sedangkan target tahun ini 95%.",
            "ujar kepala dinas kepada kabarcepat, Kamis (2/3/2023).",
        ),
        lacks=("gtag", "wisata murah", "Jateng\n"),
    ),
    Expected(
        file="news_agency.html",
        title="Palu tanggung iuran JKN 42.581 warga",
        site="KANTOR WARTA",
        published=date(2023, 12, 21),
        url="https://sulteng.kantorwarta.example/berita/301234/palu-tanggung-iuran-jkn",
        has=(
            "Palu (WARTA) - Pemerintah Kota Palu menanggung iuran Jaminan Kesehatan Nasional bagi "
            "42.581 warga prasejahtera.\n",
            "\nCakupan kepesertaan di kota itu 98,12 persen atau 381.205 jiwa.\n",
            "\nPewarta: Andi Rahman\nEditor: Lestari Dewi\nCopyright © WARTA 2023",
        ),
        lacks=("Terpopuler",),
    ),
    Expected(
        # What its script states is no valid JSON.
        file="regional_paper.html",
        title="Ini Cakupan UHC per Kabupaten di Eks Karesidenan Pati",
        site="Suara Muria",
        published=date(2024, 8, 6),
        url=None,
        has=(
            "\nKabupaten/Kota | Peserta | Cakupan\nKabupaten Pati | 1.301.442 | 97,91%\n"
            "Kabupaten Kudus | 871.002 | 99,80%\nKabupaten Jepara | 1.198.700 | 94,05%\n",
            "\n- memadankan data kependudukan 8.120 warga;\n- membuka pendaftaran di 94 kantor",
        ),
        lacks=("Follow Us", "---"),
    ),
    Expected(
        file="press_room.html",
        title="Kabupaten Buton Raih Predikat UHC",
        site="Ruang Pers Jaminan Kesehatan",
        published=date(2023, 3, 14),
        url="https://ruang-pers.example/post/2711/kabupaten-buton-raih-predikat-uhc",
        has=("telah terdaftar dalam Program JKN, yakni 99,02% dari total penduduk 119.170 jiwa.",),
        lacks=("Unduh aplikasi", "color"),
    ),
    Expected(
        # A day stands in its address, in its footer and on the server, and none is the article's.
        file="regency_office.html",
        title="Bupati Serahkan Kartu JKN kepada 1.250 Kader Posyandu",
        site="Pemerintah Kabupaten Sumba Tengah",
        published=None,
        url="https://sumbatengahkab.example/2022/09/30/bupati-serahkan-kartu/",
        has=(
            "Waibakul, Diskominfo – Bupati menyerahkan kartu JKN kepada 1.250 kader posyandu di",
            "dari 84.174 penduduk, yang belum terdaftar tinggal 3.174 orang dan akan dituntaskan",
        ),
        lacks=("Skip to content", "wpemoji"),
    ),
)
every_page = pytest.mark.parametrize("expected", EXPECTED, ids=[e.file for e in EXPECTED])


# --- what is read --------------------------------------------------------------------------------


def test_every_page_is_expected_to_say_something() -> None:
    assert {path.name for path in PAGES.iterdir()} == {expected.file for expected in EXPECTED}


@every_page
def test_the_article_is_read_without_what_stands_around_it(expected: Expected) -> None:
    text = read_document(PAGES / expected.file).text
    assert [part for part in expected.has if part not in text] == []
    assert [part for part in expected.lacks if part in text] == []


@every_page
def test_headline_site_address_and_day_are_those_that_the_page_states(expected: Expected) -> None:
    document = read_document(PAGES / expected.file)
    assert document.id == expected.file.removesuffix(".html")
    assert (document.title, document.site) == (expected.title, expected.site)
    assert (document.published, document.url) == (expected.published, expected.url)


@every_page
def test_the_callers_day_and_address_go_before_those_of_the_page(expected: Expected) -> None:
    given = date(2020, 2, 29)
    path = PAGES / expected.file
    assert read_document(path, published=given).published == given
    document = Document.from_html(path.read_bytes(), url="https://x.example/", published=given)
    assert (document.url, document.published) == ("https://x.example/", given)


def test_the_scanner_reads_a_page_as_it_reads_its_text() -> None:
    document = read_document(PAGES / "national_daily.html")
    reading = scan(document)
    assert reading.published == date(2024, 5, 14)
    assert "98,5 persen" in [mention.text for mention in reading.mentions]
    assert [m.text for m in scan(document.text).mentions] == [m.text for m in reading.mentions]


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('<meta property="article:published_time" content="2024-05-14T08:00:00+07:00">', (5, 14)),
        ("<meta content='2024-05-14 08:00' name='publishdate'>", (5, 14)),
        ("<META NAME=pubdate CONTENT=2024/5/14>", (5, 14)),
        ('<meta itemprop="datePublished" content="2024-05-13T22:00:00Z">', (5, 14)),
        ('<meta itemprop="datePublished" content="2024-05-13T22:00:00+09:00">', (5, 13)),
        (
            '<meta name="pubdate" content="2024-05-15">'
            '<meta property="article:published_time" content="2024-05-14">',
            (5, 14),
        ),
        (
            '<meta name="pubdate" content="0000-00-00">'
            '<script type="application/ld+json">[{"@type":["NewsArticle"],'
            '"datePublished":"2024-05-14"}]</script>',
            (5, 14),
        ),
        ('<meta property="article:modified_time" content="2024-05-14T08:00:00+07:00">', None),
        ('<meta property="article:published_time" content="9999-12-31T23:00:00Z">', None),
        ('<meta name="pubdate" content="14 hari lalu">', None),
        ('<meta name="pubdate" content="2024-13-14">', None),
        ('<link rel="canonical" href="https://x.example/2024/05/14/judul">', None),
        (
            '<script type="application/ld+json">'
            '{"@type":"Organization","datePublished":"2024-05-14"}</script>',
            None,
        ),
        ('<script>var datePublished = "2024-05-14";</script>', None),
        ('<!-- <meta name="pubdate" content="2024-05-14"> -->', None),
    ],
)
def test_a_day_counts_only_where_the_page_states_it_as_its_own(
    head: str, day: tuple[int, int] | None
) -> None:
    document = Document.from_html(page(ARTICLE, head))
    assert document.published == (date(2024, *day) if day else None)


@pytest.mark.parametrize(
    ("times", "day"),
    [
        ('<time datetime="2024-05-14T08:00">Selasa</time>', 14),
        ('<time datetime="2024-05-14">a</time><time datetime="2024-05-14T09:00">b</time>', 14),
        ('<time datetime="2024-05-01">a</time><time datetime="2024-05-14" pubdate>b</time>', None),
        ('<time datetime="2024-05-01">a</time><time datetime="2024-05-14" pubdate="">b</time>', 14),
        (
            '<time datetime="2024-05-01">a</time>'
            '<time itemprop="datePublished" datetime="2024-05-14">b</time>',
            14,
        ),
        ('<time datetime="2024-05-01">a</time><time datetime="2024-05-14">b</time>', None),
        ("<time>14 Mei 2024</time>", None),
        ("<p>Copyright 2024 - 14/05/2024</p>", None),
    ],
)
def test_times_in_the_body_count_when_marked_or_all_the_same(times: str, day: int | None) -> None:
    document = Document.from_html(page(f"{times}{ARTICLE}"))
    assert document.published == (date(2024, 5, day) if day else None)


# --- how a page is recognised and decoded --------------------------------------------------------


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.xhtml", "a.txt", "a"])
def test_a_page_is_told_by_its_suffix_or_by_its_head(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / name
    path.write_text(f"\ufeff \n{page(ARTICLE)}", encoding="utf-8")
    with caplog.at_level(logging.INFO, logger="uhc_llm"):
        assert SENTENCE in read_document(path).text.split("\n")
    said = [r.getMessage() for r in caplog.records if r.name.startswith("uhc_llm")]
    is_said = [f"{str(path)!r} is HTML: read as a web page"]
    assert said == ([] if "." in name and name != "a.txt" else is_said)


def test_a_page_may_come_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO(page(ARTICLE).encode())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=raw))
    assert SENTENCE in read_stdin().text


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ('<meta charset="utf-8">', "utf-8"),
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("<meta charset=iso-8859-1>", "cp1252"),
        ("<meta charset='windows-1252'>", "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">', "cp1252"),
        ("", "cp1252"),
        ('<meta charset="utf-8">', "cp1252"),
        ('<meta charset="iso-8859-1">', "utf-8"),
        ('<meta charset="tidak-ada">', "utf-8"),
    ],
)
def test_a_page_is_decoded_as_it_is_and_as_it_states(declared: str, encoding: str) -> None:
    sentence = f"“Ya” – kata José, {SENTENCE}"
    raw = page(f"<p>{sentence}</p><p>{OTHER}</p>", declared).encode(encoding)
    assert sentence in Document.from_html(raw).text


def test_an_encoding_that_only_the_page_knows_is_believed() -> None:
    raw = page(f"<p>“Ŕ” {SENTENCE}</p><p>{OTHER}</p>", "<meta charset=windows-1250>")
    assert "“Ŕ” Cakupan" in Document.from_html(raw.encode("cp1250")).text


def test_damage_in_the_head_does_not_cost_the_article_but_damage_in_it_does() -> None:
    head = '<meta name="description" content="“Cakupan '.encode() + b'\xe2\x80">'
    raw = page(ARTICLE.replace("98,5", "97–98").replace("Blora", "“Blora”")).encode()
    assert "97–98" in Document.from_html(raw.replace(b"</head>", head + b"</head>")).text
    with pytest.raises(InputError, match="damaged in the middle of its article"):
        Document.from_html(raw.replace("97–98".encode(), b"97\xe2\x8098"))


# --- pages without an article --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "has no article in it"),
        ("<script>var x = '98 persen dari 926.238 penduduk';</script>", "has no article in it"),
        ("<nav><a href=/>Beranda</a><a href=/d>Daerah</a></nav>", "has no article in it"),
        ("<div id='app'></div><noscript></noscript>", "has no article in it"),
        (
            "<form><p>Silakan masuk untuk membaca 98 berita pilihan hari ini bersama kami.</p>"
            "<input name=u><input type=password></form>",
            "asks its reader to log in",
        ),
        ("<p>Konten khusus pelanggan. Berlangganan mulai Rp 25.000.</p>", "log in"),
        ("<h1>404</h1><p>Maaf, halaman tidak ditemukan di server kami ini.</p>", "there is none"),
    ],
)
def test_a_page_without_an_article_is_refused_as_such(
    body: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "kosong.html"
    path.write_text(page(body), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_document(path)
    assert "kosong.html" in str(caught.value)
    assert ".txt" in str(caught.value)


def test_an_article_with_a_field_to_log_in_beside_it_is_read() -> None:
    login = "<form><input type=password></form><p>Silakan masuk untuk berkomentar</p>"
    article = "".join(f"<p>{i}. {SENTENCE}</p>" for i in range(6))
    assert f"5. {SENTENCE}" in Document.from_html(page(f"{login}<article>{article}</article>")).text


def test_a_short_notice_is_an_article() -> None:
    assert Document.from_html(page("<p>JKN Blora 98 persen</p>")).text == "JKN Blora 98 persen"


def test_without_the_extra_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(InputError, match=re.escape("pip install 'uhc-llm[html]'")):
        Document.from_html(page(ARTICLE))


def test_a_part_of_the_extra_that_is_missing_is_told_as_that_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = 'raise ImportError("lxml.html.clean is a project now.\\nInstall lxml_html_clean.")\n'
    (tmp_path / "trafilatura.py").write_text(said, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "trafilatura", raising=False)
    told = "is a project now. Install lxml_html_clean.): install what it lacks; or copy"
    with pytest.raises(InputError, match=re.escape(told)) as caught:
        Document.from_html(page(ARTICLE))
    assert "needs an extra" not in str(caught.value)


# --- offsets -------------------------------------------------------------------------------------


def meant_at(source: str, offset: int) -> str:
    """The character at an offset, or those that an entity there stands for."""
    entity = re.compile(r"&(#\w{1,9}|\w{1,40});?").match(source, offset)
    return unescape(entity.group()) if entity else source[offset]


def check_offsets(document: Document, source: str) -> int:
    """Hold every character against the one that it stood for; the number that stood for none."""
    lost = 0
    for position, character in enumerate(document.text):
        offset = document.source_offset(position)
        if offset is None:
            lost += not character.isspace()
        elif character.isspace():
            assert source[offset].isspace()
        else:
            assert character in meant_at(source, offset)
    return lost


@every_page
def test_every_character_leads_back_to_the_page(expected: Expected) -> None:
    source = (PAGES / expected.file).read_bytes().decode()
    document = read_document(PAGES / expected.file)
    made = sum(document.text.count(mark) for mark in (" | ", "\n- "))
    assert check_offsets(document, source) <= made * 2


@every_page
def test_every_number_leads_back_to_its_own_digits(expected: Expected) -> None:
    source = (PAGES / expected.file).read_bytes().decode()
    document = read_document(PAGES / expected.file)
    mentions = scan(document).mentions
    assert mentions
    for mention in mentions:
        span = document.source_span(mention.start, mention.end)
        assert span is not None
        plain = unescape(re.sub(r"<[^>]*>", "", source[slice(*span)]))
        assert "".join(plain.split()) == "".join(mention.text.split())


def test_a_number_is_found_in_the_article_and_not_in_the_menu_before_it() -> None:
    source = page(f"<nav><a href=/>98,5 persen</a></nav><main>{ARTICLE}</main>")
    document = Document.from_html(source)
    start = document.text.index("98,5")
    assert document.source_span(start, start + 4) == (
        source.rindex("98,5"),
        source.rindex("98,5") + 4,
    )


def test_a_span_reaches_over_the_markup_in_it_and_to_the_end_of_an_entity() -> None:
    source = page(ARTICLE.replace("98,5 persen", "<b>98,5</b>&nbsp;persen &lt;&amp;"))
    document = Document.from_html(source)
    start, end = document.text.index("98,5"), document.text.index("&") + 1
    span = document.source_span(start, end)
    assert span is not None
    assert source[slice(*span)] == "98,5</b>&nbsp;persen &lt;&amp;"


def test_what_was_left_out_of_a_paragraph_does_not_shift_what_follows() -> None:
    source = page(ARTICLE.replace("kata kepala", "<script>1 < 2</script>kata <!-- 7 -->kepala"))
    document = Document.from_html(source)
    start = document.text.index("kepala")
    assert document.source_offset(start) == source.index("kepala")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"satu\r\ndua\r\n\r\ntiga", "satu\r\ndua\r\n\r\ntiga"),
        (b"\xef\xbb\xbfsatu\r\ndua", "satu\r\ndua"),
        (b"satu", "satu"),
    ],
)
def test_a_plain_text_is_its_own_source_but_for_a_byte_order_mark(
    raw: bytes, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    document = read_document(path)
    assert document.text == text
    assert [document.source_offset(p) for p in range(len(text))] == list(range(len(text)))


def test_a_document_that_was_not_read_is_its_own_source() -> None:
    document = Document(text=SENTENCE)
    assert document.source_offset(7) == 7
    assert document.source_span(0, len(SENTENCE)) == (0, len(SENTENCE))


@pytest.mark.parametrize("position", [-1, len(SENTENCE)])
def test_there_is_no_offset_outside_the_text(position: int) -> None:
    with pytest.raises(IndexError, match="no character"):
        Document(text=SENTENCE).source_offset(position)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (4, 2), (0, len(SENTENCE) + 1)])
def test_there_is_no_span_outside_the_text(start: int, end: int) -> None:
    with pytest.raises(IndexError, match="no span"):
        Document(text=SENTENCE).source_span(start, end)


def test_where_a_text_came_from_is_no_part_of_what_it_is() -> None:
    read = Document.from_html(page(ARTICLE))
    typed = Document(**read.model_dump())
    assert read == typed
    assert hash(read) == hash(typed)
    assert "map" not in read.model_dump_json()
    assert read.model_copy(update={"id": "x"}).source_offset(0) != 0


# fmt: off
MARKUP = st.sampled_from([
    "<p>", "</p>", "<b>", "</b>", "<br>", "<div>", "</div>", "&nbsp;", "&amp;", "&lt;", "&#8211;",
    "&", "<", ">", "<!--", "-->", "<script>", "</script>", "<li>", "<table><tr><td>", "<td>",
    "</table>", " ", "\r\n", "98,5 persen", "Kabupaten Blora ", SENTENCE, OTHER, "|", "-", "'",
    "<a href='", '<i title="x>y">', "&copy", "&#x27;", "\u00ad", "\ufeff", "x", "Cakupan JKN ",
])
# fmt: on


@given(st.lists(MARKUP, max_size=40).map("".join))
def test_any_page_gives_an_article_whose_characters_lead_back_or_an_input_error(body: str) -> None:
    source = page(body)
    try:
        document = Document.from_html(source)
    except InputError:
        return
    assert document.text.strip()
    check_offsets(document, source)


# --- hostile pages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<div>" * 100_000 + ARTICLE, id="nested blocks"),
        pytest.param("<p>" + "<span>" * 100_000 + ARTICLE, id="nested spans"),
        pytest.param("<table><tr><td>" * 5_000 + ARTICLE, id="nested tables"),
        pytest.param("<p>" + "<i>98</i> " * 50_000, id="more inline tags than a paragraph has"),
        pytest.param("<p>98</p>" * 200_000, id="more tags than a page has"),
    ],
)
def test_a_page_that_no_extractor_can_cope_with_is_refused(body: str) -> None:
    with pytest.raises(InputError):
        Document.from_html(page(body))


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param("<!--" * 500_000, id="comments that never end"),
        pytest.param("<!--" + "x" * 3_000_000, id="one comment that never ends"),
        pytest.param("<a" * 1_000_000, id="tags that never end"),
        pytest.param("<a x='" * 500_000, id="attributes that never end"),
        pytest.param("<script>" * 200_000, id="scripts that never end"),
        pytest.param("<script type='application/ld+json'>" + "[" * 500_000, id="nested data"),
    ],
)
def test_noise_behind_the_article_does_not_cost_it(noise: str) -> None:
    assert SENTENCE in Document.from_html(page(ARTICLE + noise)).text


def test_five_megabytes_are_read_and_lead_back() -> None:
    line = "Cakupan JKN di Kabupaten Blora 98,5 persen. " * 115_000
    source = page(f"<p>{line}</p>")
    document = Document.from_html(source)
    assert len(document.text) > 5_000_000
    last = len(document.text) - 1
    assert document.source_span(0, last + 1) == (source.index("Cak"), source.rindex(".") + 1)


def test_no_file_and_no_entity_is_looked_up_outside_the_page(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.txt"
    secret.write_text("kata sandi 12345", encoding="utf-8")
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY a "98 98 98">]>'
    source = f"{doctype}<html><body><p>&x; &a;</p>{ARTICLE}</body></html>"
    text = Document.from_html(source).text
    assert SENTENCE in text
    assert "sandi" not in text
    assert "98 98 98" not in text


def test_scripts_and_styles_are_no_text() -> None:
    noise = "<script>document.write('1 < 2 persen')</script><style>p{width:97%}</style>"
    text = Document.from_html(page(noise + ARTICLE + noise)).text
    assert text.split("\n")[-2:] == [SENTENCE, OTHER]
    assert "2 persen" not in text
    assert "97%" not in text
