"""What a PDF shows at the places of facts: small pictures for the cards, painted from the file.

The file is looked for where it was read, and is used only while it is the same, which its digest
says.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from uhc_llm.batch.reviewed import Item, ReviewedArticle
from uhc_llm.documents import MAX_BYTES
from uhc_llm.documents.page_map import PageMap
from uhc_llm.documents.pdf import PagePicture, paint_pages
from uhc_llm.errors import InputError
from uhc_llm.language import _, later
from uhc_llm.schemas import Box, Fact

__all__ = ["Shown", "boxes_of", "paint", "pictures_of"]

_GONE: Final = later("the PDF is no longer where it was read, so its page is not shown")
_CHANGED: Final = later("the PDF has changed since it was read, so its page is not shown")
_ENOUGH: Final = later("the page is not shown: this file holds as many pictures as it may")
_AT_ONCE: Final = 60


class Shown(NamedTuple):
    """What is shown of a page.

    Attributes:
        picture: a part of it; None where there is none.
        note: why there is none.
    """

    picture: PagePicture | None = None
    note: str = ""


def boxes_of(fact: Fact | None) -> tuple[Box, ...]:
    """Where the number of a fact stands on pages."""
    return fact.evidence.boxes if fact and fact.evidence else ()


def pictures_of(
    article: ReviewedArticle, items: Iterable[Item], *, is_full: bool = False
) -> dict[str, Shown]:
    """A picture for each item whose number stands on a page, by the item's id.

    Args:
        article: whose file is looked for.
        items: of it.
        is_full: whether there is no more room for pictures.
    """
    spots = {item.id: boxes for item in items if (boxes := boxes_of(item.fact))}
    if not spots:
        return {}
    if is_full:
        return dict.fromkeys(spots, Shown(note=_(_ENOUGH)))
    return paint(article.document.pages, spots)


def paint(pages: PageMap | None, spots: Mapping[str, tuple[Box, ...]]) -> dict[str, Shown]:
    """A picture for each of some places in the file that a text was read from, by name."""
    content = _content(pages)
    if isinstance(content, str):
        return dict.fromkeys(spots, Shown(note=_(content)))
    some = dict(list(spots.items())[:_AT_ONCE])
    try:
        painted = paint_pages(content, list(some.values()), "the PDF")
    except InputError as error:
        return dict.fromkeys(spots, Shown(note=_("{error}; its page is not shown", error=error)))
    shown = {name: Shown(picture) for name, picture in zip(some, painted, strict=True)}
    return dict.fromkeys(spots, Shown(note=_(_ENOUGH))) | shown


def _content(pages: PageMap | None) -> bytes | str:
    """The file as it was read, or why it is not to be had."""
    path = Path(pages.path) if pages and pages.path else None
    try:
        if pages is None or path is None or not path.is_file() or path.stat().st_size > MAX_BYTES:
            return _GONE
        content = path.read_bytes()
        if path.suffix.lower() == ".gz":
            with gzip.open(BytesIO(content)) as stream:
                content = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, ValueError, zlib.error):
        return _GONE
    return content if hashlib.sha256(content).hexdigest() == pages.digest else _CHANGED
