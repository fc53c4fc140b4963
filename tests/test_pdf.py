"""PDF files: read in the order of their columns, with the place of every number on its page."""

import base64
import csv
import io
import logging
import pickle
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth
from typer.testing import CliRunner

from tests import pdf_files
from tests.pdf_files import BODY, SMALL, Made, Place, Printer
from uhc_llm import Document, Extractor, extract
from uhc_llm.cli import app
from uhc_llm.documents import read_content, read_document, read_stdin
from uhc_llm.documents.apart import Bounds, RefusedError
from uhc_llm.documents.page_map import PageMap, PageRun, unpacked
from uhc_llm.documents.pdf import paint_pages, pdfium, read_pdf, reader
from uhc_llm.errors import InputError
from uhc_llm.schemas import Box, Extraction
from uhc_llm.verifier import RULES


def read(made: Made | bytes) -> Document:
    content = made if isinstance(made, bytes) else made.content
    return read_content(content, "'berita.pdf'", name="berita.pdf")


def stands_at(box: Box, place: Place) -> bool:
    """Whether a box is around the words that were printed at a place, and around nothing else."""
    return (
        box.page == place.page
        and abs(box.x0 - place.left) < 0.5
        and abs(box.x1 - place.right) < 0.5
        and place.baseline - 14 < box.y0 < place.baseline - 6
        and place.baseline < box.y1 < place.baseline + 5
    )


# --- reading order --------------------------------------------------------------------------------


def test_columns_are_read_one_after_the_other_and_sentences_go_on_over_their_ends() -> None:
    text = read(pdf_files.two_columns()).text
    assert text.startswith("Warta Contoh, edisi Mei\n\nCakupan JKN di Dua Kabupaten\n\nPemerintah")
    assert "dinas kesehatan bersama\nBPJS Kesehatan cabang setempat" in text
    assert "dalam sebuah\npertemuan dengan wartawan" in text
    assert "membayar iuran\nsendiri. Bupati Kudus" in text


def test_what_stands_on_every_page_is_told_once_and_page_numbers_are_not() -> None:
    text = read(pdf_files.two_columns()).text
    assert text.count("Warta Contoh") == 1
    assert "Halaman" not in text


def test_a_line_of_the_page_stays_a_line_and_a_paragraph_is_set_apart() -> None:
    text = read(pdf_files.hard_wrapped()).text
    assert text.split("\n")[:3] == [
        "Kabupaten Blora mencatat cakupan kepeser-",
        "taan JKN 98,5 persen per 1 Mei 2024, dan me-",
        "nyiapkan anggaran iuran JKN sebesar Rp17,5",
    ]
    assert text.endswith("\n\nEfisiensi anggaran menjadi perhatian dewan.")


def test_a_raised_mark_is_no_digit_of_the_number_before_it() -> None:
    assert "masih 13.655[2] jiwa" in read(pdf_files.hard_wrapped()).text


@pytest.mark.parametrize(
    ("number", "mark", "read_as"),
    [
        ("95,2", "1", "95,2[1]"),
        ("95,2", "2)", "95,2[2]"),
        ("95,2", "(13)", "95,2[13]"),
        ("95,2", "1,2", "95,2[1,2]"),
        ("95,2", "*)", "95,2[*]"),
        ("95,2", "a)", "95,2[a]"),
        ("10", "6", "10⁶"),
    ],
)
def test_a_raised_mark_goes_as_a_whole(number: str, mark: str, read_as: str) -> None:
    printed = Printer()
    before, behind = f"Cakupan JKN di Kota Semarang {number}", " persen pada 2023."
    printed.line(60, 100, before)
    at = 60 + stringWidth(before, *BODY)
    printed.line(at, 96, mark, ("Times-Roman", 6))
    printed.line(at + stringWidth(mark, "Times-Roman", 6), 100, behind)
    document = read(printed.made())
    assert document.text == f"Cakupan JKN di Kota Semarang {read_as}{behind}"
    if number == "95,2":
        (fact,) = extract(document, strategy="code").facts
        assert (fact.value, fact.verdict) == (Decimal("95.2"), "verified")


def test_what_nobody_sees_is_not_read_and_told(caplog: pytest.LogCaptureFixture) -> None:
    printed = Printer()
    printed.line(60, 100, "Cakupan JKN 98,5 persen")
    printed.canvas.setFillColorRGB(1, 1, 1)
    printed.line(60, 120, "Cakupan JKN 12,5 persen")
    printed.canvas.setFillColorRGB(0, 0, 0.5)
    printed.canvas.rect(50, pdf_files.HEIGHT - 150, 300, 20, fill=1)
    printed.canvas.setFillColorRGB(1, 1, 1)
    printed.line(60, 145, "Putih di atas biru")
    unpainted = printed.canvas.beginText(60, pdf_files.HEIGHT - 170)
    unpainted.setTextRenderMode(3)
    unpainted.textOut("Cakupan JKN 13,5 persen")
    printed.canvas.drawText(unpainted)
    with caplog.at_level(logging.WARNING, logger="uhc_llm"):
        text = read(printed.made()).text
    assert text.split("\n\n") == ["Cakupan JKN 98,5 persen", "Putih di atas biru"]
    assert "page 1 of 'berita.pdf' has words that nobody sees" in caplog.text


@pytest.mark.parametrize("ruled", [True, False])
def test_a_row_of_a_table_is_a_line_of_cells(ruled: bool) -> None:
    text = read(pdf_files.table(ruled=ruled)).text
    rows = "\n".join(" | ".join(row) for row in pdf_files.ROWS)
    assert f"tiap kabupaten dan kota.\n\n{rows}\n\nSisa warga" in text


@pytest.mark.parametrize("drawn", ["all", "upright", "level", "none"])
def test_an_empty_cell_keeps_its_place(drawn: str) -> None:
    rows = (
        ("Kabupaten/Kota", "Cakupan 2023 (%)", "Target cakupan 2024 (%)", "Ket."),
        ("Kabupaten Blora", "", "98", ""),
        ("Kabupaten Kudus", "", "97", "UHC"),
        ("Kota Semarang", "96,1", "", ""),
    )
    document = read(pdf_files.grid(rows, drawn=drawn))
    assert "\n".join(" | ".join(row) for row in rows) in document.text
    found = extract(document, strategy="code").facts
    assert [(fact.value, fact.status) for fact in found] == [
        (Decimal(98), "target"),
        (Decimal(97), "target"),
        (Decimal("96.1"), "actual"),
    ]


def test_a_cell_over_several_rows_is_told_in_each_and_has_one_place() -> None:
    rows = (
        ("Daerah", "Segmen", "Target (%)"),
        ("Kota Semarang", "PBI APBN", "98"),
        ("", "PBI APBD", ""),
        ("", "PPU", ""),
        ("Kabupaten Blora", "PPU", "97"),
    )
    spans = ((1, 0, 4, 1), (1, 2, 4, 3))
    made = pdf_files.grid(rows, "Kota Semarang", spans=spans)
    document = read(made)
    told = [line.split(" | ") for line in document.text.splitlines()]
    assert [row[::2] for row in told[1:4]] == [["Kota Semarang", "98"]] * 3
    last = document.text.rindex("Kota Semarang")
    (box,) = document.boxes(last, last + len("Kota Semarang"))
    assert stands_at(box, made.places["Kota Semarang"][0])


@pytest.mark.parametrize("drawn", ["all", "level", "none"])
def test_a_head_over_several_columns_is_told_over_each(drawn: str) -> None:
    rows = (
        ("Kabupaten/Kota", "2022", "", "2023", ""),
        ("", "Terdaftar", "Aktif", "Terdaftar", "Aktif"),
        ("Kabupaten Blora", "441.334", "384.200", "478.990", "399.100"),
        ("Kabupaten Kudus", "512.441", "", "521.003", "410.700"),
    )
    spans = ((0, 0, 2, 1), (0, 1, 1, 3), (0, 3, 1, 5))
    lines = read(pdf_files.grid(rows, spans=spans, drawn=drawn)).text.splitlines()
    assert any(line.endswith(" | 2022 | 2022 | 2023 | 2023") for line in lines)
    assert "Kabupaten/Kota | Terdaftar | Aktif | Terdaftar | Aktif" in lines
    assert lines[-1] == "Kabupaten Kudus | 512.441 |  | 521.003 | 410.700"


@pytest.mark.parametrize("drawn", ["upright", "level", "none"])
@pytest.mark.parametrize("count", [2, 3])
def test_rows_beside_whose_middle_a_name_stands_get_no_other_name(drawn: str, count: int) -> None:
    rows = [("Daerah", "Segmen", "Peserta (jiwa)")]
    spans = []
    for number, name in enumerate(("Kota Semarang", "Kabupaten Blora")):
        spans.append((len(rows), 0, len(rows) + count, 1))
        rows += [
            (name if n == 0 else "", f"PBI {n}", f"{number}{n + 1}1.223") for n in range(count)
        ]
    printed = pdf_files.grid(rows, spans=spans, drawn=drawn)
    for line in read(printed).text.splitlines():
        assert " | " not in line or line.count(" | ") == 2
        assert not (line.startswith("Kota") and " | 1" in line)
        assert not (line.startswith("Kabupaten") and " | 0" in line)
        assert not (line.startswith(" | ") and "223" in line)


def test_a_column_that_begins_higher_is_read_in_its_turn() -> None:
    printed = Printer()
    printed.lines(
        320, 100, "Kudus melaporkan 812.000\npeserta dari seluruh\ndesa di kabupaten itu."
    )
    printed.lines(60, 112, "Blora mencatat cakupan\nJKN 98,5 persen pada\nakhir bulan Mei 2024.")
    text = read(printed.made()).text
    assert text.startswith("Blora mencatat cakupan\nJKN 98,5 persen")
    assert text.endswith("Kudus melaporkan 812.000\npeserta dari seluruh\ndesa di kabupaten itu.")


def test_a_table_right_below_the_last_line_takes_none_of_it() -> None:
    printed = Printer()
    printed.line(60, 100, "Capaian tiap daerah adalah:")
    for x in (60, 160, 260):
        printed.rule(x, 102, x, 134)
    for y in (102, 118, 134):
        printed.rule(60, y, 260, y)
    for y, row in ((113, ("Blora", "98,5")), (129, ("Kudus", "93,3"))):
        for x, words in zip((64, 164), row, strict=True):
            printed.line(x, y, words)
    text = read(printed.made()).text
    assert text == "Capaian tiap daerah adalah:\n\nBlora | 98,5\nKudus | 93,3"


def test_the_day_of_printing_stands_at_the_end() -> None:
    printed = Printer()
    printed.line(24, 22, "12/5/24, 8:10 AM", SMALL)
    printed.lines(60, 100, "Cakupan JKN Kabupaten Blora\nmencapai 98,5 persen.")
    assert read(printed.made()).text.endswith("98,5 persen.\n\n12/5/24, 8:10 AM")


def test_what_is_drawn_twice_to_look_bold_is_read_once() -> None:
    printed = Printer()
    for shift in (0.0, 0.3):
        printed.line(60 + shift, 100, "Cakupan JKN 98,5 persen")
    assert read(printed.made()).text == "Cakupan JKN 98,5 persen"


def test_words_that_only_room_parts_are_words() -> None:
    printed = Printer()
    for x, word in ((60, "Cakupan"), (99, "JKN"), (121, "98,5"), (141, "persen")):
        printed.line(x, 100, word)
    assert read(printed.made()).text == "Cakupan JKN 98,5 persen"


WORDS = st.lists(
    st.tuples(
        st.sampled_from([40, 220, 400, 700]),
        st.integers(3, 80),
        st.sampled_from([6.0, 8.0, 10.0, 14.0]),
        st.sampled_from(["Blora 98,5", "912.345 jiwa", "Kudus", "JKN naik 2 persen"]),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda each: (each[0], each[1]),
)


@settings(deadline=None, max_examples=60)
@given(WORDS, st.booleans())
def test_whatever_stands_where_every_character_is_read_once_and_has_its_place(
    words: list[tuple[int, int, float, str]], ruled: bool
) -> None:
    printed = Printer()
    printed.canvas.setPageSize((1000, 841.9))
    for x, y, size, said in words:
        printed.line(x, 9.7 * y, said, ("Times-Roman", size))
        if ruled:
            printed.rule(x - 2, 9.7 * y - 9, x - 2, 9.7 * y + 20)
            printed.rule(x - 2, 9.7 * y + 3, x + 150, 9.7 * y + 3)
    made = reader.read(printed.made().content, {})
    text = str(made["text"])
    pages = PageMap.of_json(made)
    # A cell over several rows is told in each of them, and has its one place.
    printed_at = set()
    for place, character in enumerate(text):
        if not character.isspace() and character not in "|[]":
            (box,) = pages.boxes(place, place + 1)
            printed_at.add((character, box))
    kept = Counter(character for character, _ in printed_at)
    assert kept == Counter(c for *_, said in words for c in said if c != " ")


def test_a_page_is_read_as_its_words_stand_and_what_stands_aslant_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, logger="uhc_llm"):
        document = read(pdf_files.sideways())
    assert document.text == "Cakupan JKN Kabupaten Blora 98,5 persen per 1 Mei 2024."
    assert "page 1 of 'berita.pdf' has words that stand aslant" in caplog.text
    (box,) = document.boxes(0, 7)
    assert (box.page_width, box.page_height) == (841.9, 595.3)
    assert abs(box.x0 - 100) < 0.5
    assert box.y0 < 595.3 - 200 < box.y1


def test_the_dates_of_the_file_are_not_those_of_the_article() -> None:
    document = read(pdf_files.two_columns())
    assert (document.id, document.published, document.title) == ("berita", None, None)
    given = date(2024, 5, 2)
    assert Document.from_pdf(pdf_files.two_columns().content, published=given).published == given


# --- places ---------------------------------------------------------------------------------------


def by_value(extraction: Extraction) -> dict[Decimal, tuple[int | None, tuple[Box, ...]]]:
    return {
        fact.value: (fact.evidence.page, fact.evidence.boxes)
        for fact in extraction.facts
        if fact.evidence
    }


def test_a_fact_has_its_page_and_the_box_around_its_number() -> None:
    made = pdf_files.two_columns()
    # How sure a fact is changes with every article that is learned from.
    with Extractor(strategy="code", rules=RULES.without("confidence")) as extractor:
        extraction = extractor.extract(read(made))
    found = by_value(extraction)
    for value, words in (
        ("98.5", "98,5 persen"),
        ("912345", "912.345 jiwa"),
        ("93.3", "93,3 persen"),
        ("99", "99 persen"),
    ):
        (place,) = made.places[words]
        page, (box,) = found[Decimal(value)]
        assert page == place.page
        assert stands_at(box, place), (words, box, place)
    assert all(fact.verdict == "verified" for fact in extraction.facts)
    assert [record["page"] for record in extraction.to_records()] == [1, 1, 2, 2]


@pytest.mark.parametrize("ruled", [True, False])
def test_the_cells_of_a_table_have_their_places(ruled: bool) -> None:
    made = pdf_files.table(ruled=ruled)
    document = read(made)
    for words, places in made.places.items():
        start = document.text.index(words)
        (box,) = document.boxes(start, start + len(words))
        assert stands_at(box, places[0]), (words, box, places)


def test_a_number_that_wraps_has_a_box_on_each_line() -> None:
    made = pdf_files.hard_wrapped()
    document = read(made)
    start = document.text.index("Rp17,5\nmiliar")
    first, second = document.boxes(start, start + len("Rp17,5\nmiliar"))
    assert stands_at(first, made.places["Rp17,5"][0])
    assert stands_at(second, made.places["miliar"][0])


def test_what_was_not_read_from_a_pdf_has_no_boxes() -> None:
    document = Document(text="Cakupan JKN Kabupaten Blora 98,5 persen.")
    assert document.boxes(0, 7) == ()
    (fact,) = extract(document, strategy="code").facts
    assert fact.evidence is not None
    assert (fact.evidence.page, fact.evidence.boxes) == (None, ())
    with pytest.raises(IndexError):
        document.boxes(0, 99)


def test_the_text_of_a_pdf_has_no_place_in_its_bytes() -> None:
    document = read(pdf_files.hard_wrapped())
    assert document.source_offset(0) is None
    assert document.source_span(0, 9) is None


def test_the_places_survive_packing_and_pickling() -> None:
    document = read(pdf_files.two_columns())
    assert document.pages is not None
    for again in (unpacked(document.pages.packed()), pickle.loads(pickle.dumps(document)).pages):  # noqa: S301
        assert again is not None
        assert again.digest == document.pages.digest
        assert again.boxes(0, len(document.text)) == document.boxes(0, len(document.text))
    assert unpacked(None) is None


def test_white_space_that_nobody_printed_has_no_box() -> None:
    pages = PageMap(
        [(1000, 1000)], [PageRun(0, 1, 10, 20, (5, 5, 30)), PageRun(4, 1, 30, 40, (5, 9))]
    )
    assert pages.boxes(0, 1) == pages.boxes(2, 4) == ()
    assert [(box.x0, box.x1) for box in pages.boxes(0, 9)] == [(0.5, 3.0), (0.5, 0.9)]


# --- what cannot be read --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pdf_files.locked("rahasia"), "asks for a password"),
        (pdf_files.scan(), r"no text in it, only pictures: run OCR \(ocrmypdf IN OUT\)"),
        (b"%PDF-1.7\n1 0 obj", "damaged PDF"),
        (pdf_files.two_columns().content[:700], "damaged PDF"),
        (pdf_files.many_pages(501), "has 501 pages"),
        (pdf_files.many_pages(2), "no text in it, only drawings"),
        (pdf_files.long(80), "more than 250,000 characters"),
        (b"%PDF-1.4\n" + bytes(2000), "damaged PDF"),
    ],
)
def test_what_cannot_be_read_is_an_input_error_that_says_what_to_do(
    content: bytes, message: str
) -> None:
    with pytest.raises(InputError, match=f"'berita.pdf' .*{message}"):
        read(content)


def test_a_long_pdf_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfium, "_content", lambda _: pytest.fail("it was read"))
    with pytest.raises(RefusedError, match="more than 250,000 characters"):
        reader.read(pdf_files.long(80), {})


def test_a_pdf_that_only_forbids_to_copy_is_read() -> None:
    assert read(pdf_files.locked("")).text == "Cakupan JKN Kabupaten Blora 98,5 persen."


def test_a_bomb_ends_its_reader_and_nothing_else() -> None:
    hostile = pdf_files.bomb(400_000_000)
    assert len(hostile) < 2_000_000
    with pytest.raises(InputError, match="more than 3 seconds or 400 MB"):
        read_pdf(hostile, "'bom.pdf'", bounds=Bounds(seconds=3, memory=400 << 20))


def test_without_the_extra_it_says_which_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(InputError, match=r"pip install 'uhc-llm\[pdf\]'"):
        read(pdf_files.two_columns())


# --- the ways in ----------------------------------------------------------------------------------


def test_files_and_standard_input_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pdf_files.hard_wrapped()
    path = tmp_path / "blora.pdf"
    path.write_bytes(made.content)
    document = read_document(path)
    assert (document.id, document.text) == ("blora", read(made).text)
    stdin = io.TextIOWrapper(io.BytesIO(made.content))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert read_stdin().text == document.text


def test_the_command_line_reads_a_pdf(tmp_path: Path) -> None:
    path = tmp_path / "blora.pdf"
    path.write_bytes(pdf_files.two_columns().content)
    options = ("extract", str(path), "--strategy", "code", "--format", "csv")
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["mention"], row["page"]) for row in rows][:2] == [
        ("98,5 persen", "1"),
        ("912.345 jiwa", "1"),
    ]


# --- pictures -------------------------------------------------------------------------------------


def test_a_picture_shows_the_number_with_a_frame_around_it() -> None:
    made = pdf_files.two_columns()
    document = read(made)
    start = document.text.index("912.345 jiwa")
    boxes = document.boxes(start, start + len("912.345 jiwa"))
    (picture,) = paint_pages(made.content, [boxes], "'berita.pdf'")
    content = base64.b64decode(picture.png)
    assert len(content) < 16_000
    shown = Image.open(io.BytesIO(content)).convert("RGB")
    assert shown.size == (picture.width, picture.height)
    frame = [
        (x, y)
        for x in range(shown.width)
        for y in range(shown.height)
        if shown.getpixel((x, y)) == (0xB4, 0x53, 0x09)
    ]
    scale = 1.7
    across = (max(x for x, _ in frame) - min(x for x, _ in frame)) / scale
    down = (max(y for _, y in frame) - min(y for _, y in frame)) / scale
    assert across == pytest.approx(boxes[0].x1 - boxes[0].x0 + 3, abs=1.5)
    assert down == pytest.approx(boxes[0].y1 - boxes[0].y0, abs=1.5)


def test_what_is_no_pdf_any_more_cannot_be_painted() -> None:
    boxes = (Box(page=9, x0=1, y0=1, x1=9, y1=9, page_width=595, page_height=842),)
    with pytest.raises(InputError, match="other pages"):
        paint_pages(pdf_files.two_columns().content, [boxes], "the PDF")
