"""A text with what is known about it."""

import re
from datetime import date
from pathlib import PurePath
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from uhc_llm.documents.fields import Known
from uhc_llm.documents.html import Page, read_page
from uhc_llm.documents.office import read_office
from uhc_llm.documents.page_map import PageMap
from uhc_llm.documents.pdf import read_pdf
from uhc_llm.documents.source_map import NOWHERE, UNCHANGED, Run, SourceMap
from uhc_llm.errors import InputError
from uhc_llm.schemas import Box, Evidence, OneLine

__all__ = ["Day", "Document", "as_day", "as_document"]

Day = date | str
"""A day, or how it is written: 2024-05-14."""

# A line without a space that ends as files do is no article.
_PATH: Final = re.compile(
    r"\s*[^\s<>]{1,250}\.(?:txt|md|x?html?|pdf|docx|odt|json|jsonl|csv|tsv|parquet)\s*",
    re.IGNORECASE,
)


class Document(OneLine, BaseModel):
    """A text, and what is known about it.

    The text stays as it is given, to the last character, and all offsets count its characters.

    >>> Document(text="Kota Batu 98,4 persen", id="batu").id
    'batu'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    text: str = Field(description="the article as its reader sees it; offsets refer to it")
    id: str | None = Field(default=None, description="what results are called by")
    published: date | None = Field(default=None, description="the article's own date")
    url: str | None = Field(default=None, description="where it was published")
    title: str | None = Field(default=None, description="its headline")
    site: str | None = Field(default=None, description="who published it, such as a newspaper")

    # A default would be copied, all the way down, for each document.
    _source_map: SourceMap = PrivateAttr(default_factory=lambda: UNCHANGED)
    _pages: PageMap | None = PrivateAttr(default=None)

    @classmethod
    def behind_head(
        cls,
        source: str,
        begin: int,
        *,
        id: str | None = None,  # noqa: A002 - the field's name
        published: date | None = None,
    ) -> Self:
        """Take the text that begins at `begin` of an input, behind what is said of it there.

        Args:
            source: the whole input as it was decoded.
            begin: where the article begins in it.
            id: what results are called by.
            published: the article's own date, where it is known.

        Returns:
            A document whose `source_offset` leads back to `source`.
        """
        document = cls(text=source[begin:], id=id, published=published)
        if begin:
            length = len(document.text)
            document._source_map = SourceMap([Run(0, begin, length, length)])
        return document

    @classmethod
    def from_html(
        cls,
        html: str | bytes,
        *,
        url: str | None = None,
        id: str | None = None,  # noqa: A002 - the field's name
        published: date | None = None,
    ) -> Self:
        """Read the article on a web page; no address is visited, and no script is run.

        Args:
            html: the page; bytes are decoded as the page itself says.
            url: where it was published; else what the page states.
            id: what results are called by.
            published: the article's own date; else what the page states as such, never a guess.

        Returns:
            A document whose `source_offset` leads back to the characters of `html`.

        Raises:
            InputError: there is no article on the page, it cannot be decoded, or is of a size or
                shape that no article has; or the extra `html` is not installed.
        """
        return cls.from_page(read_page(html, "the page", url=url), id=id, published=published)

    @classmethod
    def from_page(cls, page: Page, *, id: str | None, published: date | None) -> Self:  # noqa: A002
        """Take what was read from a web page; the caller's date goes before the page's own."""
        document = cls(
            text=page.text,
            id=id,
            published=published or page.published,
            url=page.url,
            title=page.title,
            site=page.site,
        )
        document._source_map = page.source_map
        return document

    def _in_short(self) -> str:
        name = f" {self.id!r}" if self.id else ""
        published = f", {self.published}" if self.published else ""
        plural = "" if len(self.text) == 1 else "s"
        return f"{name}: {len(self.text):,} character{plural}{published}"

    def with_known(self, known: Known) -> Self:
        """The same with what is known of it from elsewhere, which goes before what it had."""
        said = {name: value for name, value in known._asdict().items() if value is not None}
        return self.model_copy(update=said) if said else self

    @classmethod
    def from_pdf(
        cls,
        content: bytes,
        *,
        id: str | None = None,  # noqa: A002 - the field's name
        published: date | None = None,
        source: str = "the PDF",
    ) -> Self:
        """Read the text of a PDF, in the order in which its columns and pages are read.

        Its lines stay lines, with an empty one between paragraphs; ` | ` stands between the cells
        of a table's row. What stands on every page is told once, and page numbers are not.

        Args:
            content: the file.
            id: what results are called by.
            published: the article's own date; the file's own dates say nothing of it.
            source: what messages call it.

        Returns:
            A document whose `boxes` lead to the pages.

        Raises:
            InputError: it asks for a password, is damaged, larger than any article, or holds
                pictures only (a scan); or the extra `pdf` is not installed.
        """
        read = read_pdf(content, source)
        document = cls(text=read.text, id=id, published=published, title=read.title)
        document._source_map = NOWHERE
        return document.on_pages(read.pages)

    @classmethod
    def from_office(
        cls,
        content: bytes,
        *,
        id: str | None = None,  # noqa: A002 - the field's name
        published: date | None = None,
        source: str = "the document",
    ) -> Self:
        """Read the text of a Word (.docx) or OpenDocument (.odt) file.

        A paragraph, heading or list item is a line; ` | ` stands between the cells of a table's
        row. What was deleted and is still recorded is left out, and so are the marks of notes; the
        notes themselves stand at the end.

        Args:
            content: the file.
            id: what results are called by.
            published: the article's own date; the file's own dates say nothing of it.
            source: what messages call it.

        Raises:
            InputError: it is neither, is protected, damaged or larger than any article; or the
                extra `office` is not installed.
        """
        read = read_office(content, source)
        document = cls(text=read.text, id=id, published=published, title=read.title)
        document._source_map = NOWHERE
        return document

    @property
    def pages(self) -> PageMap | None:
        """Where the text stands on the pages of the PDF that it was read from; else None."""
        return self._pages

    def on_pages(self, pages: PageMap | None) -> Self:
        """The same document, with what was known of its pages when it was read."""
        document = self.model_copy()
        document._pages = pages  # noqa: SLF001 (one of our own)
        return document

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """Where `text[start:end]` stands on the pages of a PDF.

        Args:
            start: offset of the first character.
            end: offset behind the last one.

        Returns:
            A box for each line, or cell of a table, that it stands on, in order; none for what was
            not read from a PDF.

        Raises:
            IndexError: that is no span of the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"the text has no span {start} to {end}: it has {len(self.text)}")
        return self._pages.boxes(start, end) if self._pages else ()

    def placed(self, evidence: Evidence) -> Evidence:
        """The same evidence with the page and the boxes that its words stand in, if there are."""
        boxes = self.boxes(evidence.start, evidence.end) if self._pages else ()
        if not boxes:
            return evidence
        return evidence.model_copy(update={"page": boxes[0].page, "boxes": boxes})

    def source_offset(self, position: int) -> int | None:
        """Where the character `text[position]` stood in the input.

        Args:
            position: an offset into `text`.

        Returns:
            An offset into the page as it was decoded; for any other document into the text itself.
            None for a character that was not there, such as the line break between two paragraphs
            of a web page, and for all characters of a PDF and of an office document, whose bytes
            are no text.

        Raises:
            IndexError: the text has no such character.
        """
        if not 0 <= position < len(self.text):
            raise IndexError(f"the text has no character {position}: it has {len(self.text)}")
        return self._source_map.offset(position)

    def source_span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `text[start:end]` stood in the input, markup in between included.

        Args:
            start: offset of the first character in `text`.
            end: offset behind the last one.

        Returns:
            Half-open offsets as `source_offset` counts them, or None when no character of the
            span was in the input, or when the input has them in another order.

        Raises:
            IndexError: that is no span of the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise IndexError(f"the text has no span {start} to {end}: it has {len(self.text)}")
        return self._source_map.span(start, end)


def as_document(text: object) -> Document:
    """Take a text for a document, as the public functions do with what they are given.

    Raises:
        InputError: it is neither a string nor a `Document`, or holds half a character.
    """
    if isinstance(text, PurePath) or (isinstance(text, str) and _PATH.fullmatch(text)):
        raise InputError(
            f"{str(text)!r} is the path of a file, and no article: give uhc_llm.read(PATH)"
        )
    if not isinstance(text, str | Document):
        raise InputError(f"the text must be a string or a Document, not {type(text).__name__}")
    document = text if isinstance(text, Document) else Document(text=text)
    try:
        document.text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"the text has half a character at offset {error.start}: it was not decoded right"
        ) from error
    return document


def as_day(day: object) -> date | None:
    """Take what is given for an article's own date.

    Raises:
        InputError: it is none.
    """
    if day is None or isinstance(day, date):
        return day
    try:
        return date.fromisoformat(str(day))
    except ValueError:
        raise InputError(f"{day!r} is no day: write it as 2024-05-14") from None
