"""An OpenDocument text becomes lines: its XML is walked through once.

What was deleted and is still recorded stands apart at its beginning, and is passed over.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from uhc_llm.documents.apart import RefusedError
from uhc_llm.documents.office.archive import parts_of, title_in, tree_of
from uhc_llm.documents.office.written import Written, footnote_mark

__all__ = ["read"]

_NAMES: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT: Final = f"{{{_NAMES}text:1.0}}"
_TABLE: Final = f"{{{_NAMES}table:1.0}}"
_OFFICE: Final = f"{{{_NAMES}office:1.0}}"
_STYLE: Final = f"{{{_NAMES}style:1.0}}"
_DRAW: Final = f"{{{_NAMES}drawing:1.0}}"

_PARAGRAPHS: Final = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
_PASSED_OVER: Final = frozenset(
    {
        f"{_TEXT}tracked-changes",
        f"{_TEXT}sequence-decls",
        f"{_TEXT}variable-decls",
        f"{_TEXT}user-field-decls",
        f"{_TEXT}hidden-text",
        f"{_TEXT}hidden-paragraph",
        f"{_TEXT}index-title-template",
        f"{_OFFICE}annotation",
        f"{_OFFICE}forms",
    }
)
_SPACES: Final[Mapping[str, str]] = {
    f"{_TEXT}s": " ",
    f"{_TEXT}tab": " ",
    f"{_TEXT}line-break": "\n",
    f"{_TEXT}soft-page-break": "",
}
_MOST_REPEATED: Final = 100
_RAISED: Final = re.compile(r"super|[1-9]")
_HIDDEN: Final = re.compile("none")


def read(content: bytes, _: Mapping[str, Any]) -> dict[str, object]:
    """The text and the title of an OpenDocument text.

    Raises:
        RefusedError: it is damaged, protected, or larger than any article.
    """
    parts = parts_of(content)
    if b"manifest:encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise RefusedError("is protected by a password: save a copy without one, and give that")
    if "content.xml" not in parts:
        raise RefusedError("is damaged: it has no content.xml")
    tree = tree_of(parts["content.xml"])
    body = tree.find(f"{_OFFICE}body/{_OFFICE}text")
    raised = _styles(tree, f"{_STYLE}text-position", _RAISED)
    walk = _Walk(raised, _styles(tree, f"{_TEXT}display", _HIDDEN))
    if body is not None:
        walk.block(body)
        walk.end()
    return {"text": walk.written.text, "title": title_in(parts, "meta.xml")}


def _styles(tree: Any, attribute: str, pattern: re.Pattern[str]) -> frozenset[str]:  # noqa: ANN401
    """The names of the styles of a tree whose characters have an attribute of that kind."""
    return frozenset(
        style.get(f"{_STYLE}name", "")
        for style in tree.iter(f"{_STYLE}style")
        for said in style.iter(f"{_STYLE}text-properties")
        if pattern.match(said.get(attribute, ""))
    )


class _Walk:
    """A walk through the elements of a body, in order."""

    def __init__(self, raised: frozenset[str], hidden: frozenset[str]) -> None:
        self.written = Written()
        self._raised = raised
        self._hidden = hidden
        self._notes: list[str] = []
        self._boxes: list[str] = []

    def block(self, element: Any, *, in_list: bool = False) -> None:  # noqa: ANN401
        """Write what stands in an element that holds paragraphs."""
        for child in element:
            if child.tag in _PASSED_OVER:
                continue
            if child.tag in _PARAGRAPHS:
                words = self._words(child)
                (self.written.item if in_list else self.written.paragraph)(words)
                self._write_boxes()
            elif child.tag == f"{_TABLE}table":
                self.written.table()
                for row in _rows(child):
                    self.written.row(self._cells(row))
                self.written.table()
            else:
                self.block(child, in_list=in_list or child.tag == f"{_TEXT}list")

    def end(self) -> None:
        """Write the notes, which nobody reads where their marks are."""
        for note in self._notes:
            self.written.paragraph(note)

    def _write_boxes(self) -> None:
        """What stands in frames that hang on a paragraph comes behind it."""
        boxes, self._boxes = self._boxes, []
        for words in boxes:
            self.written.paragraph(words)

    def _cells(self, row: Any) -> Iterator[list[str]]:  # noqa: ANN401
        for cell in row:
            if cell.tag == f"{_TABLE}table-cell":
                words = list(self._paragraphs(cell))
                repeated = cell.get(f"{_TABLE}number-columns-repeated", "1")
                times = min(int(repeated), _MOST_REPEATED) if repeated.isdecimal() else 1
                yield from [words] * (times if words else 1)

    def _paragraphs(self, element: Any) -> Iterator[str]:  # noqa: ANN401
        """The paragraphs in a cell, those in lists and tables in it too."""
        for child in element:
            if child.tag in _PARAGRAPHS:
                yield self._words(child)
                yield from self._boxes
                self._boxes = []
            elif child.tag not in _PASSED_OVER:
                yield from self._paragraphs(child)

    def _words(self, element: Any) -> str:  # noqa: ANN401
        return "".join(self._said(element))

    def _said(self, element: Any) -> Iterator[str]:  # noqa: ANN401
        yield element.text or ""
        for child in element:
            if child.tag == f"{_TEXT}note":
                body = child.find(f"{_TEXT}note-body")
                self._notes.extend(self._paragraphs(body) if body is not None else ())
            elif child.tag == f"{_DRAW}frame":
                self._boxes.extend(self._paragraphs(child))
            elif child.tag in _SPACES:
                yield _SPACES[child.tag]
            elif child.tag not in _PASSED_OVER:
                style = child.get(f"{_TEXT}style-name")
                words = "" if style in self._hidden else self._words(child)
                yield footnote_mark(words) if style in self._raised else words
            yield child.tail or ""


def _rows(table: Any) -> Iterator[Any]:  # noqa: ANN401
    """The rows of a table, those of its head and of its groups too."""
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in {
            f"{_TABLE}table-header-rows",
            f"{_TABLE}table-row-group",
            f"{_TABLE}table-rows",
        }:
            yield from _rows(child)
