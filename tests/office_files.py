"""Word and OpenDocument files for the tests, made anew each time: fictional articles."""

import io
import zipfile
from collections.abc import Callable, Mapping

import docx
import odfdo
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

TITLE = "Kepesertaan JKN Kabupaten Blora"
HEADING = "Cakupan JKN Blora 98,5 Persen"
LEAD = "Kabupaten Blora mencatat cakupan JKN 98,5 persen per 1 Mei 2024."
TABLE = (
    ("Kabupaten", "Peserta", "Cakupan"),
    ("Blora", "912.345 jiwa", "98,5 persen"),
    ("Kudus", "812.000 jiwa", "93,3 persen"),
)
ITEMS = ("Anggaran iuran Rp17,5 miliar.", "Target 99 persen pada 2025.")
NOTE = "Data per 1 Mei 2024."
DELETED = "Angka lama 77,7 persen."
INSERTED = "Sisa warga yang belum terdaftar 13.655 jiwa."


def word_file() -> bytes:
    """An article as .docx: heading, table, list, a raised mark, tracked changes."""
    document = docx.Document()
    document.core_properties.title = TITLE
    document.add_heading(HEADING, 1)
    document.add_paragraph(LEAD)
    marked = document.add_paragraph("Peserta aktif 800.100")
    marked.add_run("2").font.superscript = True
    marked.add_run(" jiwa.")
    table = document.add_table(rows=0, cols=3)
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for item in ITEMS:
        document.add_paragraph(item, style="List Bullet")
    _add_changes(document)
    return _saved(document.save)


def _add_changes(document: WordDocument) -> None:
    changed = document.add_paragraph()
    about = 'w:id="1" w:author="R" w:date="2024-05-02T00:00:00Z"'
    for element, run, words in (("del", "delText", DELETED), ("ins", "t", INSERTED)):
        changed._p.append(  # noqa: SLF001 (python-docx writes no tracked changes)
            parse_xml(
                f"<w:{element} {nsdecls('w')} {about}><w:r>"
                f"<w:{run}>{words}</w:{run}></w:r></w:{element}>"
            )
        )


def word_file_with(parts: Mapping[str, bytes | str]) -> bytes:
    """The same with parts replaced or added."""
    return rezipped(word_file(), parts)


def rezipped(content: bytes, parts: Mapping[str, bytes | str]) -> bytes:
    """An archive with parts replaced or added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return made.getvalue()


def open_document_file() -> bytes:
    """The same article as .odt, with a footnote."""
    document = odfdo.Document("text")
    document.meta.title = TITLE
    body = document.body
    body.clear()
    body.append(_changes())
    body.append(odfdo.Header(1, HEADING))
    lead = odfdo.Paragraph(LEAD)
    lead.insert_note(after="98,5", note_id="ftn1", citation="1", body=NOTE)
    body.append(lead)
    table = odfdo.Table("Tabel", width=3, height=0)
    for row in TABLE:
        table.append_row(odfdo.Row())
        for place, text in enumerate(row):
            table.set_cell((place, table.height - 1), odfdo.Cell(text, text=text))
    body.append(table)
    body.append(odfdo.List(list(ITEMS)))
    body.append(odfdo.Paragraph(INSERTED))
    return _saved(document.save)


def _changes() -> odfdo.Element:
    return odfdo.Element.from_tag(
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        "<office:change-info><dc:creator>R</dc:creator><dc:date>2024-05-02T00:00:00</dc:date>"
        f"</office:change-info><text:p>{DELETED}</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    made = io.BytesIO()
    save(made)
    return made.getvalue()
