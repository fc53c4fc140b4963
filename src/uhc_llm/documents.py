"""Documents: a text with what is known about it, and how files become one.

    bytes -> is it text at all? -> which encoding? -> Document

The text stays as its reader sees it, so that an offset into `Document.text` is an offset into the
article. Two things that no reader sees are dropped: a byte order mark at the start, and the
carriage returns of other systems' line ends.
"""

import codecs
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from uhc_llm.errors import InputError

__all__ = ["MAX_BYTES", "Document", "as_document", "read_document", "read_documents", "read_stdin"]

logger = logging.getLogger(__name__)

MAX_BYTES: Final = 20_000_000
"""A larger input is refused: no article is that long."""

_STDIN: Final = "standard input"

_SAVE_AS_TEXT: Final = "save it as plain text (.txt, UTF-8), and give that file"
_UNPACK: Final = "unpack it, and give the text files in it"
_ONLY_TEXT: Final = "only text can be read; copy the article from where it was published"


class _Binary(NamedTuple):
    """A kind of file that is no plain text, and what to do with one."""

    magic: bytes
    kind: str
    advice: str


_BINARIES: Final = (
    _Binary(b"%PDF-", "a PDF", _SAVE_AS_TEXT),
    _Binary(
        b"PK\x03\x04",
        "a ZIP archive or an office document (.docx, .xlsx, .odt)",
        f"{_SAVE_AS_TEXT}; an archive, unpack first",
    ),
    _Binary(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file", _SAVE_AS_TEXT),
    _Binary(b"{\\rtf", "an RTF file", _SAVE_AS_TEXT),
    _Binary(b"\x1f\x8b", "a gzip archive", _UNPACK),
    _Binary(b"\x89PNG\r\n\x1a\n", "a PNG image", _ONLY_TEXT),
    _Binary(b"\xff\xd8\xff", "a JPEG image", _ONLY_TEXT),
    _Binary(b"GIF8", "a GIF image", _ONLY_TEXT),
)

_HTML_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
_HTML_OPENINGS: Final = ("<!doctype html", "<html")

# UTF-32 stands before UTF-16, whose mark is the beginning of its own.
_BYTE_ORDER_MARKS: Final[Mapping[bytes, str]] = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# The printable part of Latin-1 is the same in it. Left to choose among all encodings that it knows,
# charset-normalizer takes short Indonesian texts for cp1006 or cp1250; so it is asked only whether
# this one makes sense.
_LEGACY_ENCODING: Final = "cp1252"
_ASCII_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\r")) + b"\x7f"

_NUL_SAMPLE: Final = 4096
_NUL_MANY: Final = 0.5
_NUL_FEW: Final = 0.05


class Document(BaseModel):
    r"""A text, and what is known about it.

    Line ends become newlines and a leading byte order mark is dropped; nothing else is changed.

    >>> Document(text="Kota Batu\r\n98,4 persen", id="batu").text
    'Kota Batu\n98,4 persen'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    text: str = Field(description="the article as its reader sees it; offsets refer to it")
    id: str | None = Field(default=None, description="what results are called by")
    published: date | None = Field(default=None, description="the article's own date")
    url: str | None = Field(default=None, description="where it was published")
    title: str | None = Field(default=None, description="its headline")

    @field_validator("text", mode="after")
    @classmethod
    def _drop_what_no_reader_sees(cls, text: str) -> str:
        return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


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


def read_document(path: str | Path, *, published: date | None = None) -> Document:
    """Read one text file.

    Args:
        path: a file of plain text, whatever its suffix, in UTF-8, UTF-16 or Windows-1252.
        published: the article's own date, where it is known.

    Returns:
        A document whose id is the file's stem. An empty file gives an empty text.

    Raises:
        InputError: there is no such file, it cannot be read, is larger than `MAX_BYTES`, or holds
            something other than plain text.
    """
    path = Path(path)
    source = repr(str(path))
    raw = _read_bytes(path, source)
    if path.suffix.lower() in _HTML_SUFFIXES:
        raise _html_refused(source)
    return Document(text=_decode(raw, source), id=path.stem, published=published)


def read_documents(
    paths: Iterable[str | Path], *, published: date | None = None
) -> Iterator[Document]:
    """Read text files one after the other, each when it is asked for.

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
        InputError: there is no standard input, or it is not plain text.
    """
    stream: IO[bytes] | None = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError(f"{_STDIN} cannot be read here: give the text in a file")
    return Document(text=_decode(_read_limited(stream, _STDIN), _STDIN), published=published)


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
        raise InputError(
            f"{source} is larger than {MAX_BYTES // 1_000_000} MB, which no article is: "
            "split it into one file an article"
        )
    return raw


def _decode(raw: bytes, source: str) -> str:
    """The text that the bytes stand for; a warning says so when they are not UTF-8."""
    _refuse_known_binary(raw, source)
    text, encoding = _decoded(raw, source)
    if "\0" in text:
        raise InputError(f"{source} is a binary file (it holds NUL bytes): {_SAVE_AS_TEXT}")
    if text.lstrip("\ufeff \t\r\n")[:20].lower().startswith(_HTML_OPENINGS):
        raise _html_refused(source)
    if encoding != "utf-8":
        logger.warning(
            "%s is not UTF-8: read as %s; save it as UTF-8 if its letters look wrong",
            source,
            encoding,
        )
    return text


def _refuse_known_binary(raw: bytes, source: str) -> None:
    for magic, kind, advice in _BINARIES:
        if raw.startswith(magic):
            raise InputError(f"{source} is {kind}, which cannot be read: {advice}")


def _decoded(raw: bytes, source: str) -> tuple[str, str]:
    """The text and the name of its encoding."""
    wide = _wide_encoding(raw)
    try:
        if wide is not None:
            return raw.decode(wide), wide
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if wide is not None or _mostly_utf8(raw):
            raise InputError(
                f"{source} is damaged: it is {(wide or 'utf-8').upper()}, but not so at byte "
                f"{error.start}; {_SAVE_AS_TEXT}"
            ) from error
    return _decoded_legacy(raw, source)


def _wide_encoding(raw: bytes) -> str | None:
    """UTF-16 or UTF-32, told by a byte order mark or by where the NUL bytes stand.

    Each Latin letter is one NUL byte in UTF-16, always on the same side.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            return encoding
    sample = raw[:_NUL_SAMPLE]
    pairs = max(len(sample) // 2, 1)
    before, behind = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if behind >= _NUL_MANY and before <= _NUL_FEW:
        return "utf-16-le"
    if before >= _NUL_MANY and behind <= _NUL_FEW:
        return "utf-16-be"
    return None


def _mostly_utf8(raw: bytes) -> bool:
    """Whether more characters beyond ASCII are right UTF-8 than wrong.

    Such a file is damaged UTF-8. Read as Windows-1252 each dash in it would turn into three
    letters, and a range such as 600 to 700 would no longer be one.
    """
    text = raw.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return len(re.findall(r"[^\x00-\x7f]", text)) - wrong > wrong


def _decoded_legacy(raw: bytes, source: str) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    if b"\0" in raw:
        raise InputError(f"{source} is a binary file (it holds NUL bytes): {_SAVE_AS_TEXT}")
    # Control characters say nothing about the encoding, but count as noise.
    visible = raw.translate(None, _ASCII_CONTROLS)
    match = from_bytes(visible, cp_isolation=[_LEGACY_ENCODING], preemptive_behaviour=False).best()
    if match is None:
        raise InputError(
            f"{source} is in no encoding that is known here (UTF-8, UTF-16, Windows-1252): "
            f"{_SAVE_AS_TEXT}"
        )
    return raw.decode(_LEGACY_ENCODING), _LEGACY_ENCODING


def _html_refused(source: str) -> InputError:
    return InputError(
        f"{source} is HTML, which is not read yet: open it in a browser, copy the article's text "
        "into a .txt file, and give that file"
    )
