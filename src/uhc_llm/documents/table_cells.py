"""The tables of a web page, and their cells, as browsers see them: closed where the next begins."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from uhc_llm.documents.markup import BLOCKS, Edit, Tag, attributes_of, is_hidden
from uhc_llm.documents.table_grid import Cell, CellText

__all__ = ["OpenCell", "OpenTable", "Stretches", "tables_of"]

Stretches = list[tuple[int, int] | None]
"""Where a text stands between tags; None where a line ends in it."""

_CELLS: Final = frozenset({"td", "th"})
_SECTIONS: Final[Mapping[str, int]] = {"thead": 0, "tbody": 1, "tfoot": 2}
_BODY: Final = 1
_SILENT: Final = frozenset({"tr", "colgroup", "col", *_SECTIONS})
_PARTS: Final = _CELLS | _SILENT | {"table", "caption"}
_DEEPEST: Final = 20
_COUNT: Final = re.compile(r"[0-9]{1,6}")
_LARGEST_SPAN: Final = 1_000


class OpenCell:
    """A cell, and where its text stands."""

    def __init__(self, tag: Tag) -> None:
        self._tag = tag
        self.stretches: Stretches = []

    def read(self, said: CellText) -> Cell:
        """The cell with its text."""
        attributes = attributes_of(self._tag) if self._tag.attributes else {}
        return Cell(
            said,
            columns=_count(attributes.get("colspan"), least=1),
            rows=_count(attributes.get("rowspan"), least=0),
        )


def _count(stated: str | None, *, least: int) -> int:
    found = _COUNT.match(stated or "")
    return min(max(int(found.group()), least), _LARGEST_SPAN) if found else 1


class _Section(NamedTuple):
    order: int
    rows: list[list[OpenCell]]


class OpenTable:
    """A table as far as it has been read.

    Attributes:
        tag: the one that opened it.
        end: the offset behind the tag that closed it.
        caption: where its caption stands.
        is_odd: whether there is text in it outside of its cells.
        elements: the names of what stands in its cells.
        characters: how many there are, and how many of them are in links, or digits.
        block_edits: what makes a block of each cell.
        figure_edits: what makes blocks of the figure that it stands in.
    """

    def __init__(self, tag: Tag) -> None:
        self.tag = tag
        self.start = tag.start
        self.end = tag.end
        self.caption: Stretches = []
        self.is_odd = False
        self.elements: set[str] = set()
        self.characters = self.linked = self.digits = 0
        self.block_edits = [Edit(tag.start, tag.end, "<div>")]
        self.figure_edits: list[Edit] = []
        self._sections: list[_Section] = []
        self._row: list[OpenCell] | None = None
        self._text: Stretches | None = None

    def sections(self) -> list[list[list[OpenCell]]]:
        """Head, bodies and foot, each with its rows."""
        return [section.rows for section in sorted(self._sections, key=lambda each: each.order)]

    def add_text(self, source: str, start: int, end: int, *, in_link: bool) -> None:
        """Add what stands between two tags."""
        length = len("".join(source[start:end].split()))
        if not length:
            if self._text is not None:
                self._text.append((start, end))
            return
        self.characters += length
        self.linked += length if in_link else 0
        self.digits += sum(map(str.isdigit, source[start:end]))
        if self._text is None:
            self.is_odd = True
        else:
            self._text.append((start, end))

    def add_element(self, tag: Tag) -> None:
        """Add a tag that is no part of the table itself."""
        self.elements.add(tag.name)
        if self._text is not None and (tag.name in BLOCKS or tag.name == "br"):
            self._text.append(None)

    def add_part(self, tag: Tag) -> None:
        """Add a tag of a row, a cell, a section or the caption."""
        closing = "</div>" if self._text is not None else ""
        opening = "" if tag.closes or tag.name in _SILENT else "<div>"
        self.block_edits.append(Edit(tag.start, tag.end, closing + opening))
        self._text = None
        if tag.name in _SECTIONS:
            self._row = None
            order = _BODY if tag.closes else _SECTIONS[tag.name]
            self._sections.append(_Section(order, []))
        elif tag.name == "tr":
            self._row = None if tag.closes else self._new_row(is_hidden=is_hidden(tag))
        elif tag.name == "caption":
            self._text = None if tag.closes else self.caption
        elif tag.name in _CELLS and not tag.closes:
            cell = OpenCell(tag)
            self._row = self._new_row() if self._row is None else self._row
            if not is_hidden(tag):
                self._row.append(cell)
            self._text = cell.stretches

    def close(self, tag: Tag) -> None:
        """Close it."""
        closing = "</div></div>" if self._text is not None else "</div>"
        self.block_edits.append(Edit(tag.start, tag.end, closing))
        self.end = tag.end

    def _new_row(self, *, is_hidden: bool = False) -> list[OpenCell]:
        """A row, which is none of the table's when nobody sees it."""
        if not self._sections:
            self._sections.append(_Section(_BODY, []))
        row: list[OpenCell] = []
        if not is_hidden:
            self._sections[-1].rows.append(row)
        return row


class _Figure:
    """A figure, whose tags an extractor takes for those of a picture."""

    def __init__(self, tag: Tag) -> None:
        self.edits = [Edit(tag.start, tag.end, "<div>")]

    def add(self, tag: Tag) -> None:
        name = "div" if tag.name == "figure" else "p"
        self.edits.append(Edit(tag.start, tag.end, f"</{name}>" if tag.closes else f"<{name}>"))


def tables_of(source: str, tags: Sequence[Tag]) -> list[OpenTable]:
    """The tables of a page that are closed, each behind those that stand in it.

    Args:
        source: the page.
        tags: its tags, in order.

    Returns:
        None of them when they stand in each other as deep as in no page.
    """
    stack: list[OpenTable] = []
    closed: list[OpenTable] = []
    figures: list[_Figure] = []
    in_link = False
    position = 0
    for tag in tags:
        if stack and position < tag.start:
            stack[-1].add_text(source, position, tag.start, in_link=in_link)
        position = tag.end
        in_link = not tag.closes if tag.name == "a" else in_link
        _add_to_figure(figures, tag)
        if tag.name == "table":
            if not _add_table(stack, closed, figures, tag):
                return []
        elif stack and tag.name in _PARTS:
            stack[-1].add_part(tag)
        elif stack:
            stack[-1].add_element(tag)
    return closed


def _add_table(
    stack: list[OpenTable], closed: list[OpenTable], figures: Sequence[_Figure], tag: Tag
) -> bool:
    """Open or close a table; False where too many stand in each other."""
    if not tag.closes:
        if stack:
            stack[-1].elements.add("table")
        stack.append(OpenTable(tag))
    elif stack:
        table = stack.pop()
        table.close(tag)
        if figures:
            table.figure_edits = figures[-1].edits  # which is filled until the figure ends
        closed.append(table)
    return len(stack) <= _DEEPEST


def _add_to_figure(figures: list[_Figure], tag: Tag) -> None:
    if tag.name == "figure" and not tag.closes:
        figures.append(_Figure(tag))
    elif figures and tag.name in {"figure", "figcaption"}:
        figures[-1].add(tag)
        if tag.name == "figure":
            figures.pop()
