"""A Word document becomes lines: mammoth makes plain HTML of it, and that is taken apart.

mammoth knows most of what Word hides: it leaves out what was deleted and is still recorded,
comments and field codes, and keeps what was inserted. Hidden characters it would show: they are
taken out beforehand.
"""

from collections.abc import Mapping
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, Final

import mammoth

from uhc_llm.documents.apart import RefusedError
from uhc_llm.documents.office.archive import parts_of, title_in, tree_of, with_part
from uhc_llm.documents.office.written import Written, footnote_mark

__all__ = ["read"]

_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS: Final = frozenset({"td", "th"})
_BODY: Final = "word/document.xml"
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF: Final = frozenset({"0", "false", "off"})
_NOTE: Final = ("footnote", "endnote")


def read(content: bytes, _: Mapping[str, Any]) -> dict[str, object]:
    """The text and the title of a Word document.

    Raises:
        RefusedError: it is damaged, protected, or larger than any article.
    """
    parts = parts_of(content)
    if b"vanish" in parts.get(_BODY, b""):
        content = with_part(content, _BODY, _without_hidden(tree_of(parts[_BODY])))
    try:
        made = mammoth.convert_to_html(
            BytesIO(content), convert_image=mammoth.images.img_element(lambda _: {})
        )
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, OSError) as error:
        raise RefusedError("is damaged: open it, save it again, and give that file") from error
    lines = _Lines()
    lines.feed(made.value)
    lines.close()
    return {"text": lines.written.text, "title": title_in(parts, "docProps/core.xml")}


def _without_hidden(tree: Any) -> Any:  # noqa: ANN401 (an Element)
    """The same document without the runs that Word does not show."""
    for parent in list(tree.iter()):
        for run in parent.findall(f"{_WORD}r"):
            hidden = run.find(f"{_WORD}rPr/{_WORD}vanish")
            if hidden is not None and hidden.get(f"{_WORD}val", "1") not in _OFF:
                parent.remove(run)
    return tree


class _Lines(HTMLParser):
    """The lines of the HTML that mammoth makes, whose elements are all closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written = Written()
        self._words: list[str] = []
        self._raised: list[str] | None = None
        self._hidden = 0  # the links between a note and its mark
        self._lists = 0
        self._rows: list[list[list[str]]] = []  # of the tables that are open: cells, paragraphs

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (self._hidden or _is_note_link(dict(attrs))):
            self._hidden += 1
        elif tag == "sup":
            self._raised = []
        elif tag == "br":
            self._words.append("\n")
        elif tag in {"ol", "ul"}:
            self._end_paragraph()  # an item with items in it
            self._lists += 1
        elif tag == "table":
            self._end_paragraph()
            self.written.table()
        elif tag == "tr":
            self._rows.append([])
        elif tag in _CELLS and self._rows:
            self._rows[-1].append([])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._hidden:
            self._hidden -= 1
        elif tag == "sup" and self._raised is not None:
            raised, self._raised = "".join(self._raised), None
            self._words.append(footnote_mark(raised))
        elif tag in _PARAGRAPHS or tag == "li" or tag in _CELLS:
            self._end_paragraph()
        elif tag in {"ol", "ul"}:
            self._lists -= 1
        elif tag == "tr" and self._rows:
            self._end_row(self._rows.pop())
        elif tag == "table":
            self.written.table()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        (self._words if self._raised is None else self._raised).append(data.replace("\n", " "))

    def _end_paragraph(self) -> None:
        words, self._words = "".join(self._words), []
        if not words.strip():
            return
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(words)
        elif self._lists:
            self.written.item(words)
        else:
            self.written.paragraph(words)

    def _end_row(self, cells: list[list[str]]) -> None:
        if self._rows and self._rows[-1]:
            # A table in a cell of another one.
            self._rows[-1][-1].extend(" ".join(cell) for cell in cells)
        else:
            self.written.row(cells)


def _is_note_link(attributes: Mapping[str, str | None]) -> bool:
    """Whether a link leads from a mark to its note, or back."""
    target = (attributes.get("href") or "").removeprefix("#")
    return target.startswith(_NOTE) and (attributes.get("href") or "").startswith("#")
