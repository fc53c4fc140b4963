"""Word and OpenDocument files: their words as lines, and nothing that they hide."""

import re
import sys
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import odfdo
import pytest

from tests import office_files
from tests.office_files import open_document_file, rezipped, word_file, word_file_with
from uhc_llm import Document, extract
from uhc_llm.documents import read_content, read_document
from uhc_llm.documents.apart import Bounds
from uhc_llm.documents.office import read_office
from uhc_llm.documents.office.written import Written, WrittenCell
from uhc_llm.errors import InputError

BOTH = pytest.mark.parametrize(
    ("name", "content"),
    [("blora.docx", word_file()), ("blora.odt", open_document_file())],
    ids=["docx", "odt"],
)


def read(content: bytes, name: str = "blora.docx") -> Document:
    return read_content(content, repr(name), name=name)


@BOTH
def test_headings_paragraphs_rows_and_items_are_lines(name: str, content: bytes) -> None:
    document = read(content, name)
    rows = "\n".join(" | ".join(row) for row in office_files.TABLE)
    assert document.id == "blora"
    assert document.title == office_files.TITLE
    assert document.text.startswith(f"{office_files.HEADING}\n\n{office_files.LEAD}\n\n")
    assert f"\n\n{rows}\n\n" in document.text
    assert "\n".join(office_files.ITEMS) in document.text


@BOTH
def test_what_was_deleted_is_not_read_and_what_was_inserted_is(name: str, content: bytes) -> None:
    text = read(content, name).text
    assert "77,7" not in text
    assert office_files.INSERTED in text


def test_a_note_stands_at_the_end_and_its_mark_nowhere() -> None:
    text = read(open_document_file(), "blora.odt").text
    assert office_files.LEAD in text
    assert text.endswith(f"\n\n{office_files.NOTE}")


def test_a_raised_digit_is_no_digit_of_the_number_before_it() -> None:
    assert "Peserta aktif 800.100 jiwa." in read(word_file()).text


def test_hidden_characters_are_not_read() -> None:
    document = docx.Document(BytesIO(word_file()))
    shown = document.add_paragraph("Iuran warga ditanggung.")
    for words, is_hidden in ((" Rahasia 55 persen.", True), (" Selesai.", False)):
        shown.add_run(words).font.hidden = is_hidden
    made = BytesIO()
    document.save(made)
    text = read(made.getvalue()).text
    assert "55 persen" not in text
    assert "Iuran warga ditanggung. Selesai." in text
    assert office_files.LEAD in text


def test_hidden_and_raised_characters_of_an_open_document_are_known_by_their_style() -> None:
    said = (
        '<text:p>Peserta 800.100<text:span text:style-name="A">3</text:span> jiwa'
        '<text:span text:style-name="B"> dan 55 persen</text:span>.</text:p>'
    )
    styles = (
        '<style:style style:name="A" style:family="text">'
        '<style:text-properties style:text-position="super 58%"/></style:style>'
        '<style:style style:name="B" style:family="text">'
        '<style:text-properties text:display="none"/></style:style>'
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "style", "text")
    )
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{said}</office:text></office:body>"
        "</office:document-content>"
    )
    document = read(rezipped(open_document_file(), {"content.xml": content}), "a.odt")
    assert document.text == "Peserta 800.100 jiwa."


WORD_NOTE = {
    "word/footnotes.xml": (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="7"><w:p><w:r><w:t>Data per 1 Mei 2024.</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    ),
    "word/document.xml": (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        "<w:p><w:r><w:t>Cakupan JKN Kota Batu 98,4</w:t></w:r>"
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        '<w:footnoteReference w:id="7"/></w:r>'
        '<w:r><w:t xml:space="preserve"> persen.</w:t></w:r></w:p></w:body></w:document>'
    ),
    "word/_rels/document.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="footnotes.xml" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/footnotes"/></Relationships>'
    ),
}


def test_a_footnote_of_word_stands_at_the_end_too() -> None:
    document = read(word_file_with(WORD_NOTE))
    assert document.text == "Cakupan JKN Kota Batu 98,4 persen.\n\nData per 1 Mei 2024."


@BOTH
def test_facts_come_out_of_them(name: str, content: bytes) -> None:
    found = {fact.value for fact in extract(read(content, name), strategy="code").facts}
    assert {Decimal("98.5"), Decimal(17_500_000_000), Decimal(99)} <= found
    assert Decimal("77.7") not in found


def test_a_file_is_told_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "berita.txt"
    path.write_bytes(word_file())
    assert read_document(path).text == Document.from_office(word_file()).text


# --- raised and lowered characters ---------------------------------------------------------------

RAISED = [
    (("Cakupan 95,2", "1", " persen"), "Cakupan 95,2 persen"),
    (("Tercatat 189.220", "1)", " jiwa"), "Tercatat 189.220 jiwa"),
    (("Tercatat 189.220", "(3)", " jiwa"), "Tercatat 189.220 jiwa"),
    (("Tercatat 189.220", "1,2", " jiwa"), "Tercatat 189.220 jiwa"),
    (("Anggaran Rp12,5", "*)", " miliar"), "Anggaran Rp12,5 miliar"),
    (("Tercatat 361.220", "a", " jiwa"), "Tercatat 361.220 jiwa"),
    (("Luas 12 km", "2", " lebih"), "Luas 12 km² lebih"),
    (("Sebanyak 1,5×10", "6", " jiwa"), "Sebanyak 1,5×10⁶ jiwa"),
    (("Cakupan 95,", "28", " persen"), "Cakupan 95,28 persen"),
    (("", "98", ""), "98"),
]
STYLED = (
    '<w:style w:type="character" w:styleId="Induk"><w:rPr>{}</w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Anak"><w:basedOn w:val="Induk"/></w:style>'
)
SUPERSCRIPT = '<w:vertAlign w:val="superscript"/>'
NAMED = '<w:rStyle w:val="Anak"/>'


def styled_word_file(said: tuple[str, str, str], properties: str, style: str) -> bytes:
    """A document of one paragraph, the middle of which has properties, or a style with others."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    before, raised, behind = (f'<w:t xml:space="preserve">{words}</w:t>' for words in said)
    return word_file_with(
        {
            "word/document.xml": f"<w:document {names}><w:body><w:p><w:r>{before}</w:r>"
            f"<w:r><w:rPr>{properties}</w:rPr>{raised}</w:r><w:r>{behind}</w:r></w:p></w:body>"
            "</w:document>",
            "word/styles.xml": f"<w:styles {names}>{STYLED.format(style)}</w:styles>",
        }
    )


def styled_open_document_file(said: tuple[str, str, str], position: str) -> bytes:
    """A text of one paragraph, the middle of which has a style whose parent has a position."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "style", "text")
    )
    parent = (
        '<style:style style:name="Induk" style:family="text">'
        f'<style:text-properties style:text-position="{position}"/></style:style>'
    )
    child = '<style:style style:name="A" style:family="text" style:parent-style-name="Induk"/>'
    before, raised, behind = said
    return rezipped(
        open_document_file(),
        {
            "styles.xml": f"<office:document-styles {names}><office:styles>{parent}"
            "</office:styles></office:document-styles>",
            "content.xml": f"<office:document-content {names}><office:automatic-styles>{child}"
            f"</office:automatic-styles><office:body><office:text><text:p>{before}"
            f'<text:span text:style-name="A">{raised}</text:span>{behind}</text:p></office:text>'
            "</office:body></office:document-content>",
        },
    )


@pytest.mark.parametrize(("said", "text"), RAISED)
@pytest.mark.parametrize(
    ("properties", "style"),
    [
        (SUPERSCRIPT, ""),
        ('<w:position w:val="6"/>', ""),
        (NAMED, SUPERSCRIPT),
        (NAMED, '<w:position w:val="6"/>'),
    ],
    ids=["superscript", "position", "style", "position of a style"],
)
def test_what_word_shows_raised_is_a_mark(
    said: tuple[str, str, str], text: str, properties: str, style: str
) -> None:
    assert read(styled_word_file(said, properties, style)).text == text


@pytest.mark.parametrize(("said", "text"), RAISED)
@pytest.mark.parametrize("position", ["super 58%", "33% 58%"])
def test_what_a_style_of_an_open_document_raises_is_a_mark(
    said: tuple[str, str, str], text: str, position: str
) -> None:
    assert read(styled_open_document_file(said, position), "a.odt").text == text


def test_what_a_run_says_itself_goes_before_its_style() -> None:
    said = ("Cakupan 95,2", "8", " persen")
    shown = f'{NAMED}<w:vertAlign w:val="baseline"/><w:vanish w:val="0"/>'
    style = f"{SUPERSCRIPT}<w:vanish/>"
    assert read(styled_word_file(said, shown, style)).text == "Cakupan 95,28 persen"
    assert read(styled_word_file(said, NAMED, style)).text == "Cakupan 95,2 persen"
    level = styled_open_document_file(said, "0% 100%")
    assert read(level, "a.odt").text == "Cakupan 95,28 persen"


def test_a_lowered_digit_behind_a_number_is_a_mark() -> None:
    said, lowered = ("Cakupan 95,2", "1", " persen"), '<w:vertAlign w:val="subscript"/>'
    assert read(styled_word_file(said, lowered, "")).text == "Cakupan 95,2 persen"
    assert read(styled_open_document_file(said, "sub 58%"), "a.odt").text == "Cakupan 95,2 persen"


# --- tables --------------------------------------------------------------------------------------

HEADS = (("Kabupaten/Kota", "2022", "2023", ""), ("", "", "Terdaftar", "Aktif"))
ROWS = (("Kota Bima", "151.119", "", ""), ("", "", "120.990", "98.120"))
MERGED = (((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3)), ((2, 0), (3, 0)))


def merged_word_file() -> bytes:
    document = docx.Document()
    table = document.add_table(rows=4, cols=4)
    for y, row in enumerate((*HEADS, *ROWS)):
        for x, words in enumerate(row):
            table.cell(y, x).text = words
    for first, last in MERGED:
        cell = table.cell(*first).merge(table.cell(*last))
        cell.text = cell.text.strip()
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def merged_open_document_file() -> bytes:
    document = odfdo.Document("text")
    document.body.clear()
    table = odfdo.Table("Tabel", width=4, height=4)
    for y, row in enumerate((*HEADS, *ROWS)):
        for x, words in enumerate(row):
            table.set_value((x, y), words or None)
    for (top, left), (bottom, right) in MERGED:
        table.set_span((left, top, right, bottom))
    document.body.append(table)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.docx", merged_word_file()), ("a.odt", merged_open_document_file())],
    ids=["docx", "odt"],
)
def test_a_merged_cell_stands_in_each_row_and_column_and_an_empty_one_stays(
    name: str, content: bytes
) -> None:
    assert read(content, name).text.rstrip() == (
        "Kabupaten/Kota | 2022 | 2023 | 2023\n"
        "Kabupaten/Kota | 2022 | Terdaftar | Aktif\n"
        "Kota Bima | 151.119 |  | \n"
        "Kota Bima |  | 120.990 | 98.120"
    )


def test_a_table_of_one_column_is_paragraphs_and_an_empty_cell_keeps_its_place() -> None:
    written = Written()
    written.table([[WrittenCell(["Siaran pers", "Cakupan 98 persen."]), WrittenCell([])]])
    written.table(
        [
            [WrittenCell(["Blora"]), WrittenCell([]), WrittenCell(["98,5"])],
            [WrittenCell([]), WrittenCell([]), WrittenCell([])],
            [WrittenCell(["Kudus"]), WrittenCell(["812.000", "jiwa"]), WrittenCell([])],
            [WrittenCell(["Pati"]), WrittenCell(["1|2"]), WrittenCell(["93,3", "94"])],
        ]
    )
    assert written.text == (
        "Siaran pers\n\nCakupan 98 persen.\n\n"
        "Blora |  | 98,5\nKudus | 812.000 jiwa | \nPati | 1 2 | 93,3; 94"
    )


def test_a_table_that_nobody_reads_is_written_as_it_stands() -> None:
    written = Written()
    written.table([[WrittenCell(["98"])] * 70, [WrittenCell([])] * 70])
    assert written.text == " | ".join(["98"] * 70)


# --- what cannot be read --------------------------------------------------------------------------

ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
DEEP = f"<x>{'<y>' * 400}{'</y>' * 400}</x>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (word_file_with({"word/document.xml": ENTITY}), "names things outside it"),
        (rezipped(open_document_file(), {"content.xml": ENTITY}), "names things outside it"),
        (word_file_with({"word/document.xml": DEEP}), "more elements, or deeper ones"),
        (word_file_with({"word/document.xml": "<broken"}), "is damaged"),
        (word_file_with({"word/document.xml": " " * 41_000_000}), "unpacks to more than 40 MB"),
        (word_file()[:9000], "a ZIP archive, a workbook"),
    ],
    ids=["entity", "entity-odt", "deep", "broken", "bomb", "cut"],
)
def test_what_is_damaged_or_hostile_is_an_input_error(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(content)


def test_a_damaged_archive_is_an_input_error() -> None:
    content = bytearray(word_file())
    with zipfile.ZipFile(BytesIO(content)) as archive:
        start = archive.getinfo("word/document.xml").header_offset
    content[start + 60 : start + 160] = bytes(100)
    with pytest.raises(InputError, match="is damaged"):
        read(bytes(content))


def test_a_protected_archive_is_an_input_error() -> None:
    content = word_file()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        start = archive.start_dir
    # The flags of a member stand eight bytes into its row of the directory.
    protected = content[: start + 8] + b"\x01\x00" + content[start + 10 :]
    with pytest.raises(InputError, match="protected by a password"):
        read(protected)


def test_reading_is_bounded() -> None:
    with pytest.raises(InputError, match=r"use up memory|40 seconds or 30 MB"):
        read_office(word_file(), "'a.docx'", bounds=Bounds(memory=30 << 20))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            rezipped(word_file(), {}).replace(b"word/document", b"xl/workbooks/"),
            "save a table as .csv",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "save it as .docx"),
        (b"{\\rtf1 98 persen}", "save it as .docx"),
    ],
)
def test_other_kinds_stay_refused_with_advice(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        read(content, "lain")


@pytest.mark.parametrize(
    ("name", "content", "missing"),
    [("a.docx", word_file(), "mammoth"), ("a.odt", open_document_file(), "defusedxml")],
)
def test_without_the_extra_it_says_which_one_is_missing(
    name: str, content: bytes, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(InputError, match=r"pip install 'uhc-llm\[office\]'"):
        read(content, name)


def test_what_is_neither_is_no_office_document() -> None:
    with pytest.raises(InputError, match="no Word"):
        Document.from_office(b"98 persen")
