"""Word (.docx) and OpenDocument (.odt) texts: their words as lines.

    archive  a ZIP file is looked at before anything in it is believed
    docx     Word: mammoth makes HTML of it, and that becomes lines (the only importer of mammoth)
    odt      OpenDocument: its XML becomes lines
    written  paragraphs, items and rows become a text

All of these but this one run in a process of their own: see `uhc_llm.documents.apart`.
"""

import zipfile
from importlib.util import find_spec
from io import BytesIO
from typing import Final, Literal, NamedTuple

from uhc_llm.documents.apart import BOUNDS, Bounds, run_apart
from uhc_llm.errors import InputError

__all__ = ["OfficeText", "office_kind", "read_office"]

_ZIP: Final = b"PK\x03\x04"
_WORD: Final = "word/document.xml"
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument.text"
_NEEDED: Final = {"docx": ("mammoth", "defusedxml"), "odt": ("defusedxml",)}
_SAVE_AS_TEXT: Final = "save it as plain text (.txt, UTF-8), and give that file"

Kind = Literal["docx", "odt"]


class OfficeText(NamedTuple):
    """What was read from an office document.

    Attributes:
        text: a line a paragraph, list item or row of a table.
        title: as the file states it.
    """

    text: str
    title: str | None


def office_kind(content: bytes) -> Kind | None:
    """Whether bytes are a Word or an OpenDocument text, by what the archive says that it holds."""
    if not content.startswith(_ZIP):
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if _WORD in archive.NameToInfo:
                return "docx"
            with archive.open("mimetype") as stated:
                kind = stated.read(len(_OPEN_DOCUMENT) + 1).strip()
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RuntimeError, NotImplementedError):
        return None
    return "odt" if kind == _OPEN_DOCUMENT.encode() else None


def read_office(content: bytes, source: str, *, bounds: Bounds = BOUNDS) -> OfficeText:
    """Read the text of a Word or an OpenDocument file.

    Args:
        content: the file.
        source: what it is called in messages.
        bounds: on what reading it may take.

    Raises:
        InputError: it is neither, is protected, damaged or larger than any article; or the extra
            `office` is not installed.
    """
    kind = office_kind(content)
    if kind is None:
        raise InputError(f"{source} is no Word (.docx) or OpenDocument (.odt) text")
    if any(find_spec(name) is None for name in _NEEDED[kind]):
        raise InputError(
            f"{source} is an office document, and reading one needs an extra: pip install "
            f"'uhc-llm[office]'; or {_SAVE_AS_TEXT}"
        )
    said = run_apart(kind, content, source, advice=_SAVE_AS_TEXT, bounds=bounds)
    return OfficeText(said["text"], said["title"] or None)
