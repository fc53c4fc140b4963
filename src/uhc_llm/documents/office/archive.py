"""A ZIP archive is looked at before anything in it is believed.

It may unpack to more than any machine holds, and its XML may name things outside it: neither is
found out by the libraries that read what is in it.
"""

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final, cast
from xml.etree import ElementTree
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import defusedxml
import defusedxml.ElementTree
import defusedxml.sax

from uhc_llm.documents.apart import RefusedError

__all__ = ["parts_of", "title_in", "tree_of", "with_parts"]

_MOST_MEMBERS: Final = 5_000
_MOST_UNPACKED: Final = 40_000_000
_DEEPEST: Final = 150
_MOST_ELEMENTS: Final = 1_500_000
_XML: Final = (".xml", ".rels")
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
# A compression that is not known is a NotImplementedError, which is a RuntimeError.
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)
_DAMAGED: Final = "is damaged, or no office document: open it, save it again, and give that file"


def parts_of(content: bytes) -> Mapping[str, bytes]:
    """The parts of an office document that are XML, each looked at.

    Raises:
        RefusedError: the archive is damaged, protected, or made to do harm.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = [m for m in archive.infolist() if m.filename.lower().endswith(_XML)]
            _refuse_bomb(archive, members)
            parts = {member.filename: archive.read(member) for member in members}
    except _UNREADABLE as error:
        raise RefusedError(_DAMAGED) from error
    counted = _Counted()
    for name, part in list(parts.items()):
        if part.strip():
            _look_at(part, counted)
        else:
            del parts[name]
    return parts


def tree_of(part: bytes) -> Any:  # noqa: ANN401 (an Element)
    """The tree of a part, without anything that leads outside it."""
    try:
        return defusedxml.ElementTree.fromstring(part, forbid_dtd=True)
    except (defusedxml.ElementTree.ParseError, defusedxml.DefusedXmlException) as error:
        raise RefusedError(_DAMAGED) from error


def with_parts(content: bytes, trees: Mapping[str, Any]) -> bytes:
    """The XML of an archive with other trees in place of some of its parts."""
    if not trees:
        return content
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for member in old.namelist():
            if member not in trees and member.lower().endswith(_XML):
                new.writestr(member, old.read(member))
        for name, tree in trees.items():
            new.writestr(name, ElementTree.tostring(tree))
    return made.getvalue()


def title_in(parts: Mapping[str, bytes], name: str) -> str:
    """The title that a part states about the document; empty where there is none."""
    if name not in parts:
        return ""
    found = tree_of(parts[name]).find(f".//{_TITLE}")
    return " ".join((found.text or "").split()) if found is not None else ""


def _refuse_bomb(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in archive.infolist()):
        raise RefusedError("is protected by a password: save a copy without one, and give that")
    # A member never unpacks to more than it states: the rest is not read.
    if (
        len(archive.infolist()) > _MOST_MEMBERS
        or sum(member.file_size for member in members) > _MOST_UNPACKED
    ):
        raise RefusedError(
            f"unpacks to more than {_MOST_UNPACKED // 1_000_000} MB, which no article does"
        )


class _Counted(ContentHandler):
    """How deep the elements stand in each other, and how many there are in all parts."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802
        self._depth += 1
        self._count += 1
        if self._depth > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise RefusedError("has more elements, or deeper ones, than any article")

    def endElement(self, name: str) -> None:  # noqa: N802
        self._depth -= 1


def _look_at(part: bytes, counted: _Counted) -> None:
    try:
        parse = cast("Any", defusedxml.sax.parseString)
        parse(part, counted, forbid_dtd=True)
    except defusedxml.DefusedXmlException as error:
        raise RefusedError(
            "names things outside it, which no article does: do not trust it"
        ) from error
    except SAXException as error:
        raise RefusedError(_DAMAGED) from error
