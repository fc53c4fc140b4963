"""An OpenDocument text becomes lines: its XML is walked through once.

What was deleted and is still recorded stands apart at its beginning, and is passed over.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from uhc_llm.documents.apart import RefusedError
from uhc_llm.documents.office.archive import parts_of, title_in, tree_of
from uhc_llm.documents.office.written import Height, Stretch, Written, WrittenCell, words_of

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
_MOST_PARENTS: Final = 20
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_EMPTY: Final = WrittenCell([])
# "super 58%", "33% 58%", "0% 100%"
_ABOVE: Final = re.compile(r"super|[0-9.]{0,8}[1-9]")
_BELOW: Final = re.compile(r"sub|-[0-9.]{0,8}[1-9]")


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
    trees = [tree_of(parts["styles.xml"])] if "styles.xml" in parts else []
    walk = _Walk(_Styles([*trees, tree]))
    if body is not None:
        walk.block(body)
        walk.end()
    return {"text": walk.written.text, "title": title_in(parts, "meta.xml")}


class _Styles:
    """What the styles of characters say, each with those that it goes on from."""

    def __init__(self, trees: Iterable[Any]) -> None:
        self._styles = {
            style.get(f"{_STYLE}name", ""): style
            for tree in trees
            for style in tree.iter(f"{_STYLE}style")
            if style.get(f"{_STYLE}family") == "text"
        }

    def height(self, name: str | None) -> Height | None:
        """How high characters of a style stand; None when it does not say."""
        position = self._said(name, f"{_STYLE}text-position")
        if position is None:
            return None
        return "above" if _ABOVE.match(position) else "below" if _BELOW.match(position) else "line"

    def is_hidden(self, name: str | None) -> bool:
        """Whether nobody sees characters of a style."""
        return self._said(name, f"{_TEXT}display") == "none"

    def _said(self, name: str | None, attribute: str) -> str | None:
        for _ in range(_MOST_PARENTS):
            style = self._styles.get(name or "")
            if style is None:
                return None
            for properties in style.iter(f"{_STYLE}text-properties"):
                if attribute in properties.attrib:
                    return str(properties.get(attribute))
            name = style.get(f"{_STYLE}parent-style-name")
        return None


class _Walk:
    """A walk through the elements of a body, in order."""

    def __init__(self, styles: _Styles) -> None:
        self.written = Written()
        self._styles = styles
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
                self.written.table([row for each in _rows(child) for row in self._rows(each)])
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

    def _rows(self, row: Any) -> list[list[WrittenCell]]:  # noqa: ANN401
        """A row, as many times as it is said to stand there; without empty cells at its end."""
        cells: list[WrittenCell] = []
        for cell in row:
            if cell.tag == f"{_TABLE}table-cell":
                columns = _count(cell, "number-columns-spanned")
                rows = _count(cell, "number-rows-spanned")
                written = WrittenCell(list(self._paragraphs(cell)), columns, rows)
                cells += [written] * _count(cell, "number-columns-repeated")
        while len(cells) > 1 and cells[-1] == _EMPTY:
            cells.pop()
        is_said = any(cell.words for cell in cells)
        return [cells] * (_count(row, "number-rows-repeated") if is_said else 1)

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
        return words_of(self._said(element, "line"))

    def _said(self, element: Any, height: Height) -> Iterator[Stretch]:  # noqa: ANN401
        yield element.text or "", height
        for child in element:
            if child.tag == f"{_TEXT}note":
                body = child.find(f"{_TEXT}note-body")
                self._notes.extend(self._paragraphs(body) if body is not None else ())
            elif child.tag == f"{_DRAW}frame":
                self._boxes.extend(self._paragraphs(child))
            elif child.tag in _SPACES:
                yield _SPACES[child.tag], height
            elif child.tag not in _PASSED_OVER:
                style = child.get(f"{_TEXT}style-name")
                if not self._styles.is_hidden(style):
                    yield from self._said(child, self._styles.height(style) or height)
            yield child.tail or "", height


def _count(element: Any, attribute: str) -> int:  # noqa: ANN401
    stated = element.get(f"{_TABLE}{attribute}", "1")
    return max(1, min(int(stated), _MOST_REPEATED)) if _NUMBER.fullmatch(stated) else 1


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
