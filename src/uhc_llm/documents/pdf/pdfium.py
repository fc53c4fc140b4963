"""PDFium, which reads the characters of a page and paints it; nothing else here imports it.

It is written in C++ and its files may come from anywhere: this runs in a process of its own (see
`uhc_llm.documents.apart`), where it may end without harm.
"""

import ctypes
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from uhc_llm.documents.apart import RefusedError
from uhc_llm.documents.decoding import REPLACEMENT
from uhc_llm.documents.pdf.glyphs import Glyph, PageContent, Rule

__all__ = ["Pixels", "contents", "opened", "paint", "title_of"]

_MOST_PAGES: Final = 500
# Some of them are running heads and feet; of the rest at most 200,000 are read at once.
_MOST_CHARACTERS: Final = 250_000
_MOST_RULES: Final = 2_000
_MOST_SEGMENTS: Final = 20_000
_MOST_OBJECTS: Final = 50_000
_MOST_PIXELS: Final = 2_000_000

# A rule may be a line, or a rectangle as thin as one.
_THIN: Final = 2.0
_SHORT: Final = 6.0
# Devices count whole pixels: so many to a point leave nothing to be seen of that.
_FINE: Final = 100
_LEVEL: Final = 0.05  # of a right angle
_WHITE: Final = 250  # of 255
_NEAR: Final = 2.0
_HYPHENS: Final = frozenset("\x02\ufffe\xad\u2010\u2011")
_LIGATURES: Final = re.compile("[\ufb00-\ufb06]")
_TITLE_OF_A_FILE: Final = re.compile(
    r"""
    \s*+ (?: \(? (?: untitled | anonymous | unspecified | tanpa\ judul ) \b
    | (?: document | dokumen | slide ) \s? \d* $ | microsoft\s | powerpoint\s
    | .* \. \w{2,5} $ | $ )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ADVICE: Final = "open it, print it into a new PDF or save its text, and give that file"

_Box = tuple[float, float, float, float]

Pixels = tuple[int, int, int, bytes]
"""Width, height, bytes a row, and blue, green, red and an unused byte for each pixel."""


@contextmanager
def opened(content: bytes) -> "Iterator[pdfium.PdfDocument]":
    """A PDF out of its bytes.

    Raises:
        RefusedError: it asks for a password, is damaged, or has more pages than any article.
    """
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise RefusedError(
                "asks for a password: open it, save a copy without one, and give that"
            ) from error
        raise RefusedError(f"is a damaged PDF: {_ADVICE}") from error
    try:
        if not 0 < len(document) <= _MOST_PAGES:
            raise RefusedError(
                f"has {len(document):,} pages; at most {_MOST_PAGES} are read: split it"
            )
        yield document
    finally:
        document.close()


def title_of(document: "pdfium.PdfDocument") -> str | None:
    """The title that the file states, unless it is a file's name or a program's."""
    title = " ".join(document.get_metadata_value("Title").replace("\0", " ").split())
    return None if _TITLE_OF_A_FILE.match(title) else title


def contents(document: "pdfium.PdfDocument") -> Iterator[PageContent]:
    """What is on each page, in order.

    Raises:
        RefusedError: a page is damaged, or all have more characters than any article.
    """
    # To count takes little: a long file is refused at once.
    count = 0
    for number in range(len(document)):
        with _page(document, number) as page:
            text = page.get_textpage()
            count += raw.FPDFText_CountChars(text)
            text.close()
        if count > _MOST_CHARACTERS:
            raise RefusedError(
                f"has more than {_MOST_CHARACTERS:,} characters, which no article has: split it"
            )
    for number in range(len(document)):
        with _page(document, number) as page:
            content = _content(page)
        yield content


@contextmanager
def _page(document: "pdfium.PdfDocument", number: int) -> Iterator[Any]:
    try:
        page = document[number]
        yield page
    except pdfium.PdfiumError as error:
        raise RefusedError(f"is damaged at page {number + 1}: {_ADVICE}") from error
    page.close()


def paint(
    document: "pdfium.PdfDocument",
    number: int,
    area: tuple[float, float, float, float],
    scale: float,
) -> Pixels:
    """Paint a part of a page.

    Args:
        document: an open one.
        number: of the page, from 1.
        area: left, top, right and bottom in points from the page's top left.
        scale: pixels to a point.

    Raises:
        RefusedError: there is no such page, or it cannot be painted.
    """
    if not 1 <= number <= len(document):
        raise RefusedError("has other pages now")
    left, top, right, bottom = area
    try:
        page = document[number - 1]
        text = page.get_textpage()
        count = min(raw.FPDFText_CountChars(text), _MOST_CHARACTERS)
        printed = (i for i in range(count) if raw.FPDFText_IsGenerated(text, i) != 1)
        seen = _View(page, _upright(_turn(text, index) for index in printed))
        crop = (
            max(0, left),
            max(0, seen.height - bottom),
            max(0, seen.width - right),
            max(0, top),
        )
        size = (seen.width - crop[0] - crop[2]) * (seen.height - crop[1] - crop[3])
        if size * scale**2 > _MOST_PIXELS:
            raise RefusedError("has a page that is too large to be shown")
        bitmap = page.render(scale=scale, rotation=seen.clockwise, crop=crop, prefer_bgrx=True)
    except (pdfium.PdfiumError, ValueError) as error:
        raise RefusedError("cannot be painted") from error
    return bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)


# --- a page ---------------------------------------------------------------------------------------


def _content(page: Any) -> PageContent:  # noqa: ANN401 (carries no types)
    text = page.get_textpage()
    count = raw.FPDFText_CountChars(text)
    printed = [i for i in range(count) if raw.FPDFText_IsGenerated(text, i) != 1]
    turns = [_turn(text, index) for index in printed]
    seen = _View(page, _upright(turns))
    rules, has_pictures, grounds = _drawn(page, seen)
    ink = _Ink(text, grounds, has_pictures=has_pictures)
    glyphs, unread, aslant, unseen = [], 0, 0, 0
    for index, turn in zip(printed, turns, strict=True):
        if ink.hides(index):
            unseen += not chr(raw.FPDFText_GetUnicode(text, index)).isspace()
            continue
        if turn != seen.turn:
            aslant += 1
            continue
        unread += raw.FPDFText_HasUnicodeMapError(text, index) == 1
        glyph = _glyph(text, index, seen)
        if glyph is not None:
            glyphs.append(glyph)
    text.close()
    return PageContent(
        seen.width, seen.height, list(_apart(glyphs)), rules, has_pictures, unread, aslant, unseen
    )


def _turn(text: Any, index: int) -> int | None:  # noqa: ANN401
    """How often a character is turned right by a right angle; None for one that stands aslant."""
    quarters = raw.FPDFText_GetCharAngle(text, index) / (math.pi / 2)
    turn = round(quarters)
    return turn % 4 if abs(quarters - turn) < _LEVEL else None


def _upright(turns: Iterable[int | None]) -> int:
    """How most characters of a page are turned: pages are read as their text stands."""
    counts = Counter(turn for turn in turns if turn is not None)
    return counts.most_common(1)[0][0] if counts else 0


def _glyph(text: Any, index: int, seen: "_View") -> Glyph | None:  # noqa: ANN401
    """A character that stands upright on the page; one beside the page nobody sees."""
    box = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetLooseCharBox(text, index, box):
        return None
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    left, top, right, bottom = seen.area(box.left, box.top, box.right, box.bottom)
    _, baseline = seen.point(x.value, y.value)
    if right < 0 or left > seen.width or bottom < 0 or top > seen.height or bottom - top < 1:
        return None
    character = _character(raw.FPDFText_GetUnicode(text, index))
    return Glyph(character, left, top, right, bottom, baseline) if character else None


class _Ink:
    """Which characters of a page nobody sees.

    Args:
        text: of the page.
        grounds: where something may be painted behind words.
        has_pictures: whether there are any.
    """

    def __init__(
        self,
        text: Any,  # noqa: ANN401
        grounds: Sequence[_Box],
        *,
        has_pictures: bool,
    ) -> None:
        self._text, self._grounds, self._has_pictures = text, grounds, has_pictures
        self._drawn: int | None = None
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._unpainted = self._pale = False

    def hides(self, index: int) -> bool:
        """Whether a character is not painted, or as white as the page."""
        drawn = raw.FPDFText_GetTextObject(self._text, index)
        if not drawn:
            return False
        # What is drawn at once has one colour.
        if (place := ctypes.addressof(drawn.contents)) != self._drawn:
            self._drawn = place
            mode = raw.FPDFTextObj_GetTextRenderMode(drawn)
            self._unpainted = mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            self._pale = mode == raw.FPDF_TEXTRENDERMODE_FILL and self._is_pale(index)
        if self._unpainted:
            return not self._has_pictures  # the words of a scan stand behind its picture
        return self._pale and not self._has_ground(index)

    def _is_pale(self, index: int) -> bool:
        if not raw.FPDFText_GetFillColor(self._text, index, *self._colour):
            return False
        *shades, opacity = (part.value for part in self._colour)
        return not opacity or min(shades) >= _WHITE

    def _has_ground(self, index: int) -> bool:
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self._text, index, x, y)
        return any(
            left - _NEAR <= x.value <= right + _NEAR and bottom - _NEAR <= y.value <= top + _NEAR
            for left, bottom, right, top in self._grounds
        )


def _character(code: int) -> str:
    """What a reader sees: nothing of a character that does not print."""
    is_known = 0 < code <= sys.maxunicode and unicodedata.category(chr(code)) != "Cs"
    character = chr(code) if is_known else REPLACEMENT
    if character in _HYPHENS:
        return "-"
    if character.isspace() or unicodedata.category(character) in {"Cc", "Zs"}:
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    if _LIGATURES.match(character):
        return unicodedata.normalize("NFKC", character)
    return character


def _apart(glyphs: list[Glyph]) -> Iterator[Glyph]:
    """A character each: one glyph may stand for several, which then share its width."""
    place = 0
    while place < len(glyphs):
        glyph = glyphs[place]
        same = [glyph]
        while place + len(same) < len(glyphs) and glyphs[place + len(same)][1:] == glyph[1:]:
            same.append(glyphs[place + len(same)])
        place += len(same)
        letters = "".join(each.text for each in same)
        step = (glyph.right - glyph.left) / len(letters)
        for number, letter in enumerate(letters):
            left = glyph.left + number * step
            yield glyph._replace(text=letter, left=left, right=left + step)


class _View:
    """The page as its reader sees it who holds it so that its text stands upright.

    Attributes:
        turn: how often its text is turned right by a right angle, in the file's own system.
        width: as it is seen.
        height: as it is seen.
        clockwise: degrees that the page is turned by when it is painted.
    """

    def __init__(self, page: Any, turn: int) -> None:  # noqa: ANN401
        self.turn = turn
        self.clockwise = (-90 * turn - page.get_rotation()) % 360
        width, height = page.get_size()
        if self.clockwise in (90, 270):
            width, height = height, width
        self.width, self.height = width, height
        origin, right, up = (self._place(page, *at) for at in ((0, 0), (1000, 0), (0, 1000)))
        self._origin = origin
        self._right = tuple((a - b) / 1000 for a, b in zip(right, origin, strict=True))
        self._up = tuple((a - b) / 1000 for a, b in zip(up, origin, strict=True))

    def _place(self, page: Any, x: float, y: float) -> tuple[float, float]:  # noqa: ANN401
        size = round(self.width * _FINE), round(self.height * _FINE)
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, *size, self.clockwise // 90, x, y, across, down)
        return across.value / _FINE, down.value / _FINE

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the file is seen."""
        (ox, oy), (rx, ry), (ux, uy) = self._origin, self._right, self._up
        return ox + x * rx + y * ux, oy + x * ry + y * uy

    def area(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what two corners span."""
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


# --- ruled lines ----------------------------------------------------------------------------------


def _drawn(page: Any, seen: _View) -> tuple[list[Rule], bool, list[_Box]]:  # noqa: ANN401
    """The rules of a page, whether it has pictures, and where something may be behind words."""
    rules: list[Rule] = []
    grounds: list[_Box] = []
    has_pictures = is_drawing = False
    for number, found in enumerate(page.get_objects(max_depth=4)):
        if number >= _MOST_OBJECTS:
            break
        has_pictures |= found.type == raw.FPDF_PAGEOBJ_IMAGE
        if found.type != raw.FPDF_PAGEOBJ_TEXT and len(grounds) < _MOST_RULES:
            grounds.extend(_ground(found))
        if found.type == raw.FPDF_PAGEOBJ_PATH and not is_drawing:
            rules.extend(_straight(found, seen))
            if len(rules) > _MOST_RULES:
                rules, is_drawing = [], True  # or a map
    return rules, has_pictures, grounds


def _ground(found: Any) -> Iterator[_Box]:  # noqa: ANN401
    """Where something is painted over an area in another colour than white."""
    if found.type == raw.FPDF_PAGEOBJ_PATH:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(found, fill, stroke)
        colour = [ctypes.c_uint() for _ in range(4)]
        is_told = raw.FPDFPageObj_GetFillColor(found, *colour)
        if not fill.value or (is_told and min(part.value for part in colour[:3]) >= _WHITE):
            return
    places = [ctypes.c_float() for _ in range(4)]
    if raw.FPDFPageObj_GetBounds(found, *places):
        left, bottom, right, top = (place.value for place in places)
        yield left, bottom, right, top


def _straight(path: Any, seen: _View) -> Iterator[Rule]:  # noqa: ANN401
    """The lines across and down of a path, and the edges of its rectangles."""
    matrix = path.get_matrix()
    count = min(raw.FPDFPath_CountSegments(path), _MOST_SEGMENTS)
    if not 0 < count < 400:  # noqa: PLR2004 (a curve in pieces)
        return
    start = before = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = seen.point(*matrix.on_point(x.value, y.value))
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _rule(before, here)
        before = here
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _rule(here, start)


def _rule(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Rule]:
    rule = Rule(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    across, down = rule.right - rule.left, rule.bottom - rule.top
    if min(across, down) < _THIN and max(across, down) > _SHORT:
        yield rule
