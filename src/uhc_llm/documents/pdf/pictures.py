"""Parts of pages as small pictures, with what was read marked as with a highlighter.

A picture has fifteen greys, the same with a tint, and one colour for the frame: a few kilobytes.
This runs in the process that `uhc_llm.documents.apart` starts.
"""

import base64
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from uhc_llm.documents.pdf.pdfium import Pixels, opened, paint

__all__ = ["paint_all"]

_SCALE: Final = 1.7
_BESIDE: Final = 110.0
_ABOVE: Final = 2.4  # lines
_NEAR: Final = 60.0
_WIDEST: Final = 420.0
_HIGHEST: Final = 160.0
_AIR: Final = 1.5

_GREYS: Final = 15
_FRAME: Final = 15
_TINTED: Final = 16
_TO_GREY: Final = bytes(level * _GREYS // 256 for level in range(256))
_TO_TINTED: Final = bytes(
    level + _TINTED if level < _GREYS else level % 256 for level in range(256)
)
_FRAME_COLOUR: Final = (0xB4, 0x53, 0x09)
_TINT: Final = (1.0, 0.93, 0.66)

_Area = tuple[float, float, float, float]


def paint_all(content: bytes, options: Mapping[str, Any]) -> dict[str, object]:
    """Paint the surroundings of places on pages.

    Args:
        content: the PDF.
        options: `spots`: for each the number of its page, and boxes on it.

    Returns:
        `pictures`: for each spot a PNG in base64, its width and its height in pixels.

    Raises:
        RefusedError: the PDF cannot be opened, or a page cannot be painted.
    """
    with opened(content) as document:
        pictures = []
        for page, boxes in options["spots"]:
            area = _around(boxes)
            pixels = paint(document, page, area, _SCALE)
            png = _marked(pixels, area, boxes)
            pictures.append([base64.b64encode(png).decode(), pixels[0], pixels[1]])
    return {"pictures": pictures}


def _around(boxes: Sequence[_Area]) -> _Area:
    """A part of the page around the first box, and what else of the others is near it."""
    first = boxes[0]
    near = [box for box in boxes if abs(box[1] - first[1]) < _NEAR]
    left, top = min(b[0] for b in near), min(b[1] for b in near)
    right, bottom = max(b[2] for b in near), max(b[3] for b in near)
    line = first[3] - first[1]
    left, right = max(0.0, left - _BESIDE), right + _BESIDE
    top, bottom = max(0.0, top - _ABOVE * line), bottom + _ABOVE * line
    return left, top, min(right, left + _WIDEST), min(bottom, top + _HIGHEST)


def _marked(pixels: Pixels, area: _Area, boxes: Sequence[_Area]) -> bytes:
    width, height, stride, content = pixels
    rows = [
        # Green alone is as light as the whole, near enough.
        bytearray(content[row * stride : row * stride + 4 * width][1::4].translate(_TO_GREY))
        for row in range(height)
    ]
    for box in boxes:
        x0, x1 = (round((x - area[0]) * _SCALE) for x in (box[0] - _AIR, box[2] + _AIR))
        y0, y1 = (round((y - area[1]) * _SCALE) for y in (box[1], box[3]))
        _mark(rows, max(0, x0), max(0, y0), min(width, x1), min(height, y1))
    return b"".join(_png(width, height, rows))


def _mark(rows: Sequence[bytearray], x0: int, y0: int, x1: int, y1: int) -> None:
    if x1 - x0 < 2 or y1 - y0 < 2:  # noqa: PLR2004 (no room for a frame)
        return
    for row in range(y0, y1):
        rows[row][x0:x1] = rows[row][x0:x1].translate(_TO_TINTED)
        rows[row][x0] = rows[row][x1 - 1] = _FRAME
    rows[y0][x0:x1] = rows[y1 - 1][x0:x1] = bytes([_FRAME]) * (x1 - x0)


def _png(width: int, height: int, rows: Sequence[bytearray]) -> Iterator[bytes]:
    """A picture of at most 256 colours in the PNG format."""
    yield b"\x89PNG\r\n\x1a\n"
    yield from _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
    yield from _chunk(b"PLTE", _palette())
    yield from _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9))
    yield from _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> Iterator[bytes]:
    yield struct.pack(">I", len(content))
    yield kind
    yield content
    yield struct.pack(">I", zlib.crc32(kind + content))


def _palette() -> bytes:
    greys = [round(level * 255 / (_GREYS - 1)) for level in range(_GREYS)]
    tinted = bytes(round(grey * tint) for grey in greys for tint in _TINT)
    return bytes(grey for grey in greys for _ in range(3)) + bytes(_FRAME_COLOUR) + tinted
