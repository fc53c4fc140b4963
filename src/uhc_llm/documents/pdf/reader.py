"""A PDF becomes a text, with the place of each character on its page.

    bytes -> pages: glyphs, rules -> pieces of lines -> without running heads -> in reading order
          -> paragraphs -> text, runs

This runs in the process that `uhc_llm.documents.apart` starts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from uhc_llm.documents.apart import RefusedError
from uhc_llm.documents.pdf.flow import Line, in_reading_order
from uhc_llm.documents.pdf.furniture import Sheet, without_furniture
from uhc_llm.documents.pdf.glyphs import PageContent
from uhc_llm.documents.pdf.lines import Piece, pieces
from uhc_llm.documents.pdf.pdfium import contents, opened, title_of

__all__ = ["read"]

_TENTH: Final = 10
_UNREAD: Final = 0.3
_OTHER_SIZE: Final = 0.12
_ENDS_SENTENCE: Final = re.compile(r"[.!?:;][\"”’')\]]*+$")
_SCAN: Final = "run OCR (ocrmypdf IN OUT) and give the result"


def read(content: bytes, _: Mapping[str, Any]) -> dict[str, object]:
    """The text of a PDF, its title, and where it stands on the pages.

    Returns:
        `text`, `title`, `sizes` and `runs` as `PageMap.of_json` takes them, and the numbers of the
        pages that have pictures and no text, `silent`, or some text that stands `aslant` or is
        `unseen`.

    Raises:
        RefusedError: it is damaged, protected, larger than any article, or a scan.
    """
    with opened(content) as document:
        title = title_of(document)
        pages = list(contents(document))
    _refuse_scan(pages)
    sheets = [Sheet(pieces(page.glyphs, page.rules), page.height) for page in pages]
    left, kept = without_furniture(sheets)
    written = _Written()
    for number, (found, page) in enumerate(zip(left, pages, strict=True), start=1):
        for line in in_reading_order(found, page.rules):
            written.add(number, line)
    for place, row in kept:
        written.add(
            place + 1,
            Line(tuple((" " if n else "", p) for n, p in enumerate(row.pieces)), begins=True),
        )
    return {
        "text": "".join(written.text),
        "title": title,
        "sizes": [(_tenths(page.width), _tenths(page.height)) for page in pages],
        "runs": written.runs,
        "silent": [n for n, page in enumerate(pages, start=1) if _is_silent(page)],
        "aslant": [n for n, page in enumerate(pages, start=1) if page.aslant],
        "unseen": [n for n, page in enumerate(pages, start=1) if page.unseen],
    }


def _refuse_scan(pages: Sequence[PageContent]) -> None:
    count = sum(glyph.text != " " for page in pages for glyph in page.glyphs)
    if not count:
        what = "only pictures" if any(page.has_pictures for page in pages) else "only drawings"
        raise RefusedError(f"has no text in it, {what}: {_SCAN}")
    if sum(page.unread for page in pages) > _UNREAD * count:
        raise RefusedError(f"does not say which letters it draws: {_SCAN} (with --force-ocr)")


def _is_silent(page: PageContent) -> bool:
    return page.has_pictures and not page.glyphs


def _tenths(points: float) -> int:
    return round(points * _TENTH)


class _Written:
    """The text so far, and its runs as JSON has them: start, page, top, bottom, steps."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.runs: list[list[int]] = []
        self._length = 0
        self._before: Line | None = None

    def add(self, page: int, line: Line) -> None:
        """Add a line of a page."""
        if self._before is not None:
            begins = _begins(self._before, line) if line.begins is None else line.begins
            # What comes behind a table is no row of it.
            begins |= self._before.is_row and not line.is_row
            self._say("\n\n" if begins else "\n")
        for before, piece in line.parts:
            self._say(before)
            self.runs.append(
                [self._length, page, _tenths(piece.top), _tenths(piece.bottom), *_steps(piece)]
            )
            self._say(piece.text)
        self._say(line.behind)
        self._before = line

    def _say(self, text: str) -> None:
        self.text.append(text)
        self._length += len(text)


def _steps(piece: Piece) -> Iterator[int]:
    before = 0
    for edge in map(_tenths, piece.edges):
        yield edge - before
        before = edge


def _begins(before: Line, line: Line) -> bool:
    """Whether a paragraph begins where a column or a page does."""
    if before.is_row or line.is_row:
        return before.is_row != line.is_row
    if abs(before.height - line.height) > _OTHER_SIZE * line.height:
        return True
    if _ENDS_SENTENCE.search(before.text):
        return True
    return not (before.fills or before.text.endswith("-") or line.text[:1].islower())
