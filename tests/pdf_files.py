"""PDF files for the tests, made anew each time: fictional articles, each word at a known place."""

import io
from collections.abc import Sequence
from typing import Final, NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4

BODY: Final = ("Times-Roman", 10.0)
HEAD: Final = ("Times-Bold", 16.0)
SMALL: Final = ("Helvetica", 8.0)
LEADING: Final = 12.0


class Place(NamedTuple):
    """Where words were put: points from the page's top left."""

    page: int
    left: float
    baseline: float
    right: float


class Made(NamedTuple):
    """A PDF, and where what was asked about stands in it."""

    content: bytes
    places: dict[str, list[Place]]


class Printer:
    """Puts lines on pages, and remembers where some of their words come to stand."""

    def __init__(self, *looked_for: str, **options: object) -> None:
        self._out = io.BytesIO()
        self.canvas = Canvas(self._out, pagesize=A4, invariant=1, **options)
        self._places: dict[str, list[Place]] = {words: [] for words in looked_for}
        self._page = 1

    def line(
        self, left: float, baseline: float, words: str, font: tuple[str, float] = BODY
    ) -> None:
        """Print a line; `baseline` is counted from the top."""
        self.canvas.setFont(*font)
        self.canvas.drawString(left, HEIGHT - baseline, words)
        for sought, places in self._places.items():
            if sought in words:
                before = words[: words.index(sought)]
                begin = left + stringWidth(before, *font)
                end = begin + stringWidth(sought, *font)
                places.append(Place(self._page, begin, baseline, end))

    def lines(self, left: float, top: float, words: str, leading: float = LEADING) -> float:
        """Print a paragraph, a line of the string a line; returns where the next would stand."""
        for number, line in enumerate(words.strip().split("\n")):
            self.line(left, top + number * leading, line.strip())
        return top + (number + 1) * leading

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a straight line."""
        self.canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)

    def turn_over(self) -> None:
        """Go on on the next page."""
        self.canvas.showPage()
        self._page += 1

    def made(self) -> Made:
        """The file."""
        self.canvas.save()
        return Made(self._out.getvalue(), self._places)


def two_columns() -> Made:
    """Two pages of two columns under a headline; a sentence goes on over each of their ends."""
    made = Printer("98,5 persen", "912.345 jiwa", "93,3 persen", "99 persen")
    for page in (1, 2):
        made.line(60, 40, "Warta Contoh, edisi Mei", SMALL)
        made.line(290, 815, f"Halaman {page}", SMALL)
        if page == 1:
            made.line(60, 80, "Cakupan JKN di Dua Kabupaten", HEAD)
            made.lines(60, 120, _BLORA_1)
            made.lines(320, 123, _BLORA_2)
            made.turn_over()
        else:
            made.lines(60, 80, _KUDUS_1)
            made.lines(320, 80, _KUDUS_2)
    return made.made()


_BLORA_1 = """
Pemerintah Kabupaten Blora mencatat cakupan
kepesertaan JKN sebesar 98,5 persen dari jumlah
penduduk per 1 Mei 2024. Angka itu berasal dari
data yang dihimpun dinas kesehatan bersama
"""
_BLORA_2 = """
BPJS Kesehatan cabang setempat. Kepesertaan di
Kabupaten Blora kini mencapai 912.345 jiwa, dan
warga yang belum terdaftar akan didata sampai
akhir tahun, kata kepala dinas itu dalam sebuah
"""
_KUDUS_1 = """
pertemuan dengan wartawan. Di Kabupaten Kudus
cakupan JKN tercatat 93,3 persen per 1 Mei 2024.
Pemerintah kabupaten itu menyiapkan anggaran
bagi warga yang belum mampu membayar iuran
"""
_KUDUS_2 = """
sendiri. Bupati Kudus menyebut target cakupan
JKN tahun 2025 sebesar 99 persen bagi seluruh
warga. Petugas akan mendatangi desa yang masih
tertinggal dalam pendaftaran peserta.
"""

ROWS: Final = (
    ("Kabupaten/Kota", "Peserta (jiwa)", "Cakupan (persen)"),
    ("Kabupaten Blora", "912.345", "98,5"),
    ("Kabupaten Kudus", "812.000", "93,3"),
    ("Kota Semarang", "1.650.000", "97,1"),
)
STOPS: Final = (60.0, 200.0, 320.0, 440.0)


def table(*, ruled: bool) -> Made:
    """A table between two paragraphs, in rules or without any."""
    made = Printer("912.345", "97,1")
    made.line(60, 80, "Capaian JKN per 1 Mei 2024", HEAD)
    top = made.lines(60, 120, _BEFORE_TABLE) + 12
    for number, row in enumerate(ROWS):
        for left, words in zip(STOPS, row, strict=False):
            made.line(left + 4, top + 16 * number, words)
    if ruled:
        for number in range(len(ROWS) + 1):
            made.rule(STOPS[0], top - 12 + 16 * number, STOPS[-1], top - 12 + 16 * number)
        for left in STOPS:
            made.rule(left, top - 12, left, top - 12 + 16 * len(ROWS))
    made.lines(60, top + 16 * len(ROWS) + 16, _BEHIND_TABLE)
    return made.made()


def grid(
    rows: Sequence[Sequence[str]],
    *looked_for: str,
    spans: Sequence[tuple[int, int, int, int]] = (),
    drawn: str = "all",
) -> Made:
    """A table alone on its page; cells that cover several rows or columns hold words in the middle.

    Args:
        rows: what its cells say.
        looked_for: words whose places are remembered.
        spans: first row and column of a cell, and those behind its last.
        drawn: which of its rules are: all, upright, level or none.
    """
    made = Printer(*looked_for)
    high = 18.0
    font = BODY
    wide = [12 + max(stringWidth(row[n], *font) for row in rows) for n in range(len(rows[0]))]
    stops = [60 + sum(wide[:n]) for n in range(len(wide) + 1)]
    covered = {
        (row, column): (top, left, bottom, right)
        for top, left, bottom, right in spans
        for row in range(top, bottom)
        for column in range(left, right)
    }
    for row, cells in enumerate(rows):
        for column, words in enumerate(cells):
            top, left, bottom, right = covered.get(
                (row, column), (row, column, row + 1, column + 1)
            )
            x, y = stops[column], 100 + high * row
            if drawn in {"all", "upright"} and column in {left, 0}:
                made.rule(x, y, x, y + high)
            if row == top and (drawn == "all" or (row < 2 and drawn in {"level", "upright"})):
                made.rule(x, y, stops[column + 1], y)
            middle = 100 + high * (top + bottom) / 2
            if words:
                begin = (stops[left] + stops[right] - stringWidth(words, *font)) / 2
                made.line(begin if left else x + 6, middle + 3, words)
    if drawn != "none":
        end = 100 + high * len(rows)
        made.rule(stops[0], end, stops[-1], end)
        if drawn != "level":
            made.rule(stops[-1], 100, stops[-1], end)
    return made.made()


_BEFORE_TABLE = """
Dinas kesehatan provinsi merangkum kepesertaan JKN di tiga daerah seperti pada tabel berikut, yang
disusun dari laporan tiap kabupaten dan kota.
"""
_BEHIND_TABLE = """
Sisa warga yang belum terdaftar akan didata oleh petugas sampai akhir tahun, dan iurannya ditanggung
pemerintah daerah masing-masing.
"""


def hard_wrapped() -> Made:
    """Wrapped lines, words parted at their ends, a ligature, a raised mark, a number that wraps."""
    made = Printer("98,5 persen", "Rp17,5", "miliar")
    top = made.lines(60, 100, _WRAPPED)
    made.line(60, top, "daftar masih 13.655")
    x = 60 + stringWidth("daftar masih 13.655", *BODY)
    made.line(x, top - 4, "2", ("Times-Roman", 6.0))
    made.line(x + 3, top, " jiwa.")
    made.lines(60, top + 24, "Efisiensi anggaran menjadi perhatian dewan.")
    return made.made()


_WRAPPED = """
Kabupaten Blora mencatat cakupan kepeser-
taan JKN 98,5 persen per 1 Mei 2024, dan me-
nyiapkan anggaran iuran JKN sebesar Rp17,5
miliar pada 2025. Warga Blora yang belum ter-
"""


def locked(password: str) -> bytes:
    """A PDF that asks for a password; with an empty one it only forbids to copy."""
    encryption = StandardEncryption(password, "pemilik", canCopy=0)
    made = Printer(encrypt=encryption)
    made.line(60, 100, "Cakupan JKN Kabupaten Blora 98,5 persen.")
    return made.made().content


def scan() -> bytes:
    """A page that is a picture."""
    from PIL import Image

    made = Printer()
    made.canvas.drawInlineImage(Image.new("L", (40, 40), 200), 60, 400, 300, 300)
    return made.made().content


def sideways() -> Made:
    """A page that is printed sideways, with a stamp across it."""
    made = Printer()
    made.canvas.saveState()
    made.canvas.translate(WIDTH, 0)
    made.canvas.rotate(90)
    made.canvas.setFont(*BODY)
    made.canvas.drawString(100, 200, "Cakupan JKN Kabupaten Blora 98,5 persen per 1 Mei 2024.")
    made.canvas.restoreState()
    made.canvas.saveState()
    made.canvas.rotate(45)
    made.canvas.drawString(300, 300, "SALINAN")
    made.canvas.restoreState()
    return made.made()


def bomb(unpacked: int) -> bytes:
    """A page whose content unpacks to far more than it is."""
    import zlib

    stream = zlib.compress(b"BT /F1 1 Tf (98) Tj ET\n" * (unpacked // 24), 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    return _file(parts)


def many_pages(count: int) -> bytes:
    """A file that names one page again and again."""
    return _file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%b]/Count %d>>" % (b"3 0 R " * count, count),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        ]
    )


def long(count: int) -> bytes:
    """Pages with 3,600 characters each."""
    made = Printer()
    for _ in range(count):
        for number in range(40):
            made.line(60, 80 + 12 * number, "Dinas kesehatan kabupaten " * 3 + "mencatat dat")
        made.turn_over()
    return made.made().content


def _file(parts: list[bytes]) -> bytes:
    made = io.BytesIO()
    made.write(b"%PDF-1.4\n")
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(made.tell())
        made.write(b"%d 0 obj%b endobj\n" % (number, part))
    start = made.tell()
    made.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    made.writelines(b"%010d 00000 n \n" % place for place in places)
    made.write(b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, start))
    return made.getvalue()
