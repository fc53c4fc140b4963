"""A Word document becomes lines: mammoth makes plain HTML of it, and that is taken apart.

mammoth knows most of what Word hides: it leaves out what was deleted and is still recorded,
comments and field codes, and keeps what was inserted. Of styles of characters it knows nothing:
what is raised or hidden by one is marked as such beforehand.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, Final

import mammoth

from uhc_llm.documents.apart import RefusedError
from uhc_llm.documents.office.archive import parts_of, title_in, with_parts
from uhc_llm.documents.office.word_styles import plainly_styled
from uhc_llm.documents.office.written import Height, Stretch, Written, WrittenCell, words_of

__all__ = ["read"]

_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS: Final = frozenset({"td", "th"})
_HEIGHTS: Final[Mapping[str, Height]] = {"sup": "above", "sub": "below"}
_COUNT: Final = re.compile(r"[0-9]{1,6}")
_NOTE: Final = ("footnote", "endnote")


def read(content: bytes, _: Mapping[str, Any]) -> dict[str, object]:
    """The text and the title of a Word document.

    Raises:
        RefusedError: it is damaged, protected, or larger than any article.
    """
    parts = parts_of(content)
    content = with_parts(content, plainly_styled(parts))
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


class _Lines(HTMLParser):
    """The lines of the HTML that mammoth makes, whose elements are all closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written = Written()
        self._words: list[Stretch] = []
        self._height: Height = "line"
        self._hidden = 0  # the links between a note and its mark
        self._lists = 0
        self._tables: list[list[list[WrittenCell]]] = []  # those that are open: rows of cells

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (self._hidden or _is_note_link(dict(attrs))):
            self._hidden += 1
        elif tag in _HEIGHTS:
            self._height = _HEIGHTS[tag]
        elif tag == "br":
            self._words.append(("\n", "line"))
        elif tag in {"ol", "ul"}:
            self._end_paragraph()  # an item with items in it
            self._lists += 1
        elif tag == "table":
            self._end_paragraph()
            self._tables.append([])
        elif tag == "tr" and self._tables:
            self._tables[-1].append([])
        elif tag in _CELLS and self._tables and self._tables[-1]:
            stated = dict(attrs)
            columns, rows = (_count(stated.get(name)) for name in ("colspan", "rowspan"))
            self._tables[-1][-1].append(WrittenCell([], columns, rows))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._hidden:
            self._hidden -= 1
        elif tag in _HEIGHTS:
            self._height = "line"
        elif tag in _PARAGRAPHS or tag == "li" or tag in _CELLS:
            self._end_paragraph()
        elif tag in {"ol", "ul"}:
            self._lists -= 1
        elif tag == "table" and self._tables:
            self._end_table(self._tables.pop())

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._words.append((data.replace("\n", " "), self._height))

    def _end_paragraph(self) -> None:
        stretches, self._words = self._words, []
        words = words_of(stretches)
        if not words.strip():
            return
        cell = self._open_cell()
        if cell:
            cell.paragraphs.append(words)
        elif self._lists:
            self.written.item(words)
        else:
            self.written.paragraph(words)

    def _open_cell(self) -> WrittenCell | None:
        rows = self._tables[-1] if self._tables else []
        return rows[-1][-1] if rows and rows[-1] else None

    def _end_table(self, rows: list[list[WrittenCell]]) -> None:
        outer = self._open_cell()
        if outer:
            outer.paragraphs.extend(cell.words for row in rows for cell in row if cell.words)
        else:
            self.written.table(rows)


def _count(stated: str | None) -> int:
    return max(1, int(stated)) if stated and _COUNT.fullmatch(stated) else 1


def _is_note_link(attributes: Mapping[str, str | None]) -> bool:
    """Whether a link leads from a mark to its note, or back."""
    target = (attributes.get("href") or "").removeprefix("#")
    return target.startswith(_NOTE) and (attributes.get("href") or "").startswith("#")
