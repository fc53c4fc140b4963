"""PDF files: their text in the order in which it is read, and where it stands on the pages.

    reader    a file becomes a text with places
    pdfium    what the file draws: characters, lines (the only importer of pypdfium2)
    lines     characters become pieces of lines
    ruled     pieces in ruled lines become rows of cells
    tables    and so do those that only white space parts
    furniture running heads and feet are put aside
    flow      columns, and paragraphs
    pictures  parts of pages are painted, with what was read marked

All of these but this one run in a process of their own: see `uhc_llm.documents.apart`.
"""

import hashlib
import logging
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from uhc_llm.documents.apart import BOUNDS, Bounds, run_apart
from uhc_llm.documents.page_map import PageMap
from uhc_llm.errors import InputError

if TYPE_CHECKING:
    from uhc_llm.schemas import Box

__all__ = ["PagePicture", "PdfText", "is_pdf", "paint_pages", "read_pdf"]

logger = logging.getLogger(__name__)

_MAGIC: Final = b"%PDF-"
_WITHIN: Final = 1024
_SAVE_AS_TEXT: Final = "save its text into a .txt file, and give that file"


class PdfText(NamedTuple):
    """What was read from a PDF.

    Attributes:
        text: its lines, an empty one between paragraphs, ` | ` between the cells of a table's row.
        title: as the file states it.
        pages: where each character stands.
    """

    text: str
    title: str | None
    pages: PageMap


class PagePicture(NamedTuple):
    """A part of a page, painted.

    Attributes:
        png: the picture, in base64.
        width: in pixels.
        height: in pixels.
    """

    png: str
    width: int
    height: int


def is_pdf(content: bytes) -> bool:
    """Whether bytes are a PDF; some have a few others in front."""
    return (
        content.startswith(_MAGIC)
        or _MAGIC in content[:_WITHIN].lstrip(b"\0\r\n\t \xef\xbb\xbf")[:16]
    )


def read_pdf(content: bytes, source: str, *, bounds: Bounds = BOUNDS) -> PdfText:
    """Read the text of a PDF.

    Args:
        content: the file.
        source: what it is called in messages.
        bounds: on what reading it may take.

    Raises:
        InputError: it asks for a password, is damaged, larger than any article, or holds pictures
            only; or the extra `pdf` is not installed.
    """
    _need_pdfium(source)
    said = run_apart("pdf", content, source, advice=_SAVE_AS_TEXT, bounds=bounds)
    _warn(said["silent"], source, "has no text in it, only pictures")
    _warn(said["aslant"], source, "has words that stand aslant, which are not read")
    _warn(said["unseen"], source, "has words that nobody sees, which are not read")
    digest = hashlib.sha256(content).hexdigest()
    return PdfText(said["text"], said["title"], PageMap.of_json({**said, "digest": digest}))


def paint_pages(content: bytes, spots: "Sequence[Sequence[Box]]", source: str) -> list[PagePicture]:
    """Paint the surroundings of places in a PDF, with the places marked.

    Args:
        content: the file.
        spots: for each picture the boxes to mark; those on the page of the first are.
        source: what the file is called in messages.

    Raises:
        InputError: it cannot be painted; or the extra `pdf` is not installed.
    """
    _need_pdfium(source)
    told = [
        (boxes[0].page, [(b.x0, b.y0, b.x1, b.y1) for b in boxes if b.page == boxes[0].page])
        for boxes in spots
    ]
    said = run_apart(
        "pictures", content, source, options={"spots": told}, advice="open it in a viewer"
    )
    return [PagePicture(*picture) for picture in said["pictures"]]


def _need_pdfium(source: str) -> None:
    if find_spec("pypdfium2") is None:
        raise InputError(
            f"{source} is a PDF, and reading one needs an extra: pip install 'uhc-llm[pdf]'; or "
            f"{_SAVE_AS_TEXT}"
        )


def _warn(pages: Sequence[int], source: str, what: str) -> None:
    if pages:
        more = f" (and so have {len(pages) - 1} more)" if len(pages) > 1 else ""
        logger.warning("page %s of %s %s%s", pages[0], source, what, more)
