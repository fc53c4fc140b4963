"""How files, and standard input, become documents."""

import logging
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import IO, Final

from uhc_llm.documents.decoding import decode, decode_head
from uhc_llm.documents.document import Document
from uhc_llm.documents.html import is_html, read_page
from uhc_llm.documents.office import office_kind
from uhc_llm.documents.pdf import is_pdf
from uhc_llm.errors import InputError

__all__ = ["MAX_BYTES", "read_content", "read_document", "read_documents", "read_stdin"]

logger = logging.getLogger(__name__)

MAX_BYTES: Final = 20_000_000
"""A larger input is refused: no article is that long."""

_STDIN: Final = "standard input"
_HTML_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})


def read_document(path: str | Path, *, published: date | None = None) -> Document:
    """Read one file: plain text, a web page, a PDF, a Word or an OpenDocument text.

    Args:
        path: a file of plain text, whatever its suffix, in UTF-8, UTF-16 or Windows-1252; or a web
            page, told by its suffix (.html, .htm, .xhtml) or by what it begins with, in the
            encoding that it states; or a PDF, a .docx or an .odt, told by their content.
        published: the article's own date, where it is known; it goes before what a page states.

    Returns:
        A document whose id is the file's stem. An empty text file gives an empty text.

    Raises:
        InputError: there is no such file, it cannot be read, is larger than `MAX_BYTES`, holds
            something other than text, or is a web page without an article.
    """
    path = Path(path)
    source = repr(str(path))
    raw = _read_bytes(path, source)
    is_page = path.suffix.lower() in _HTML_SUFFIXES
    document = _document(raw, source, id_=path.stem, published=published, is_page=is_page)
    if document.pages:
        document.pages.path = str(path.absolute())
    return document


def read_content(raw: bytes, source: str, *, name: str, published: date | None = None) -> Document:
    """Read a document out of bytes that come from elsewhere, such as a compressed file.

    Args:
        raw: the whole of it, at most `MAX_BYTES`.
        source: what messages call it.
        name: that of a file that would hold these bytes: its suffix tells a web page, its stem is
            the document's id.
        published: the article's own date, where it is known.

    Raises:
        InputError: as `read_document` does.
    """
    if len(raw) > MAX_BYTES:
        raise _too_large(source)
    path = Path(name)
    is_page = path.suffix.lower() in _HTML_SUFFIXES
    return _document(raw, source, id_=path.stem, published=published, is_page=is_page)


def read_documents(
    paths: Iterable[str | Path], *, published: date | None = None
) -> Iterator[Document]:
    """Read files one after the other, each when it is asked for.

    Args:
        paths: files as `read_document` takes them.
        published: the date of all of them, where it is known.

    Yields:
        One document a file, in the order given.

    Raises:
        InputError: as `read_document` does, when it comes to the file.
    """
    for path in paths:
        yield read_document(path, published=published)


def read_stdin(*, published: date | None = None) -> Document:
    """Read one text from standard input, which is decoded as a file is.

    Args:
        published: the article's own date, where it is known.

    Returns:
        A document without an id.

    Raises:
        InputError: there is no standard input, or it is neither plain text nor a web page with an
            article.
    """
    stream: IO[bytes] | None = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError(f"{_STDIN} cannot be read here: give the text in a file")
    raw = _read_limited(stream, _STDIN)
    return _document(raw, _STDIN, id_=None, published=published)


def _read_bytes(path: Path, source: str) -> bytes:
    try:
        _refuse_folder(path, source)
        with path.open("rb") as stream:
            return _read_limited(stream, source)
    except InputError:
        raise
    except FileNotFoundError as error:
        raise InputError(
            f"there is no file {source}: check its name and the folder you are in"
        ) from error
    except PermissionError as error:
        raise InputError(
            f"you may not read {source}: change its permissions, or give a copy that you may read"
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{source} cannot be read ({error}): check the path") from error


def _refuse_folder(path: Path, source: str) -> None:
    if path.is_dir():
        pattern = str(path / "*.txt")
        raise InputError(f"{source} is a folder: give its files, such as {pattern}")


def _read_limited(stream: IO[bytes], source: str) -> bytes:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _too_large(source)
    return raw


def _too_large(source: str) -> InputError:
    return InputError(
        f"{source} is larger than {MAX_BYTES // 1_000_000} MB, which no article is: "
        "split it into one file an article"
    )


def _document(
    raw: bytes, source: str, *, id_: str | None, published: date | None, is_page: bool = False
) -> Document:
    if is_pdf(raw):
        return Document.from_pdf(raw, id=id_, published=published, source=source)
    if office_kind(raw):
        return Document.from_office(raw, id=id_, published=published, source=source)
    if not is_page and is_html(decode_head(raw)):
        logger.info("%s is HTML: read as a web page", source)
        is_page = True
    if is_page:
        return Document.from_page(read_page(raw, source), id=id_, published=published)
    return Document.from_plain_text(decode(raw, source), id=id_, published=published)
