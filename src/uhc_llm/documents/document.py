"""A text with what is known about it."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from uhc_llm.documents.fields import Known
from uhc_llm.documents.html import Page, read_page
from uhc_llm.documents.source_map import UNCHANGED, Run, SourceMap
from uhc_llm.errors import InputError

__all__ = ["Document", "as_document"]


class Document(BaseModel):
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

    def with_known(self, known: Known) -> Self:
        """The same with what is known of it from elsewhere, which goes before what it had."""
        said = {name: value for name, value in known._asdict().items() if value is not None}
        return self.model_copy(update=said) if said else self

    def source_offset(self, position: int) -> int | None:
        """Where the character `text[position]` stood in the input.

        Args:
            position: an offset into `text`.

        Returns:
            An offset into the page as it was decoded; for any other document into the text itself.
            None for a character that was
            not there, such as the line break between two paragraphs of a web page.

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
