"""How files, and standard input, become documents."""

import logging
import os
import re
import shlex
import sys
import textwrap
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import IO, Final

from uhc_llm.documents.beside import front_matter, said_beside
from uhc_llm.documents.decoding import decode, decode_head
from uhc_llm.documents.document import Document
from uhc_llm.documents.fields import Known, ReadDay, known_of, read_written_day
from uhc_llm.documents.html import is_html, read_page
from uhc_llm.documents.office import office_kind
from uhc_llm.documents.pdf import is_pdf
from uhc_llm.errors import InputError

__all__ = [
    "MAX_BYTES",
    "TABLE_SUFFIXES",
    "read_content",
    "read_document",
    "read_stdin",
    "refuse_no_path",
]

logger = logging.getLogger(__name__)

MAX_BYTES: Final = 20_000_000
"""A larger input is refused: no article is that long."""

TABLE_SUFFIXES: Final = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"})
"""Those of files that hold an article a row."""

_STDIN: Final = "standard input"
_ADDRESS: Final = re.compile(r"(?:https?|ftp)(?::/|%3a)|www\.[^/\s]+\.", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"\.\w{1,5}$")
_SENTENCE: Final = 4
_BEGINNING: Final = 60
_HTML_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})


def read_document(
    path: str | Path, *, published: date | None = None, read_day: ReadDay = read_written_day
) -> Document:
    """Read one file: plain text, a web page, a PDF, a Word or an OpenDocument text.

    What is said of the article in front of it (YAML between two lines `---`) or in a file beside it
    (`article.json`, `article.meta.json` or `article.yaml` beside `article.txt`) is taken for its
    title, address, site and date, by the names that tables have for them too.

    Args:
        path: a file of plain text, whatever its suffix, in UTF-8, UTF-16 or Windows-1252; or a web
            page, told by its suffix (.html, .htm, .xhtml) or by what it begins with, in the
            encoding that it states; or a PDF, a .docx or an .odt, told by their content.
        published: the article's own date, where it is known; it goes before what a page states.
        read_day: reads dates that are not written as 2024-05-31.

    Returns:
        A document whose id is the file's stem. An empty text file gives an empty text.

    Raises:
        InputError: there is no such file, it cannot be read, is larger than `MAX_BYTES`, holds
            something other than text, or is a web page without an article; or no path was given.
    """
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"a path must be a string or a Path, not {type(path).__name__}")
    refuse_no_path(str(path))
    path = Path(path)
    source = repr(str(path))
    raw = _read_bytes(path, source)
    is_page = path.suffix.lower() in _HTML_SUFFIXES
    document = _document(
        raw, source, id_=path.stem, published=published, is_page=is_page, read_day=read_day
    )
    if document.pages:
        document.pages.path = str(path.absolute())
    beside = _known(said_beside(path), f"what is said beside {source}", read_day)
    return _with_known(document, beside, published)


def read_content(
    raw: bytes,
    source: str,
    *,
    name: str,
    published: date | None = None,
    read_day: ReadDay = read_written_day,
) -> Document:
    """Read a document out of bytes that come from elsewhere, such as a compressed file.

    Args:
        raw: the whole of it, at most `MAX_BYTES`.
        source: what messages call it.
        name: that of a file that would hold these bytes: its suffix tells a web page, its stem is
            the document's id.
        published: the article's own date, where it is known.
        read_day: as in `read_document`.

    Raises:
        InputError: as `read_document` does.
    """
    if len(raw) > MAX_BYTES:
        raise _too_large(source)
    path = Path(name)
    is_page = path.suffix.lower() in _HTML_SUFFIXES
    return _document(
        raw, source, id_=path.stem, published=published, is_page=is_page, read_day=read_day
    )


def read_stdin(*, published: date | None = None, read_day: ReadDay = read_written_day) -> Document:
    """Read one text from standard input, which is decoded as a file is.

    Args:
        published: the article's own date, where it is known.
        read_day: as in `read_document`.

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
    return _document(raw, _STDIN, id_=None, published=published, read_day=read_day)


def refuse_no_path(path: str) -> None:
    """Say how to give what is no path: an address, as nothing is fetched here, or a text itself.

    Raises:
        InputError: it is one of these.
    """
    if os.path.exists(path):  # noqa: PTH110 (pathlib raises at a name that is too long)
        return
    if _ADDRESS.match(path):
        address = shlex.quote(path)
        raise InputError(
            f"{path!r} is an address, and nothing is fetched here. One article: "
            f"curl -sL {address} | uhc-llm extract -; into a run: "
            f"trafilatura -u {address} --json --with-metadata | uhc-llm batch - --run run.db"
        )
    if _is_text(path):
        raise InputError(
            f"{textwrap.shorten(path, _BEGINNING, placeholder=' ...')!r} is a text, and no file: "
            "give it on standard input, as in echo 'TEXT' | uhc-llm extract -; in Python "
            "extract(TEXT)"
        )


def _is_text(path: str) -> bool:
    """Whether this has lines, or so many words as the name of a file has with a suffix alone."""
    return "\n" in path or (len(path.split()) >= _SENTENCE and not _SUFFIX.search(path))


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
    raw: bytes,
    source: str,
    *,
    id_: str | None,
    published: date | None,
    read_day: ReadDay,
    is_page: bool = False,
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
    text = decode(raw, source)
    head = front_matter(text, source)
    document = Document.behind_head(text, head.end, id=id_, published=published)
    known = _known(head.cells, f"the front matter of {source}", read_day)
    return _with_known(document, known, published)


def _known(cells: Mapping[str, object], source: str, read_day: ReadDay) -> Known:
    try:
        return known_of(cells, read_day)
    except InputError as error:
        raise InputError(f"{source}: {error}") from error


def _with_known(document: Document, known: Known, published: date | None) -> Document:
    """A document with what is said of it; the caller's date goes before that."""
    return document.with_known(known._replace(published=published or known.published))
