"""The tables on a web page: which hold data, and the lines that they come to.

    tags -> tables with their cells -> data?   -> lines, held back, and a paragraph in their place
                                    -> layout? -> blocks
                                    -> links?  -> left to the extractor

An extractor loses which head a cell stands under where cells reach over several rows or columns,
and leaves out whole tables. So it gets one paragraph for a table, and decides only whether that
belongs to the article.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from html import escape, unescape
from importlib.resources import files
from statistics import median
from typing import Any, Final, NamedTuple

from uhc_llm.documents.markup import Edit, Piece, Tag, attributes_of, is_hidden, pieces
from uhc_llm.documents.table_cells import OpenTable, Stretches, tables_of
from uhc_llm.documents.table_grid import CellText, lines_of

__all__ = ["HeldTables", "Line", "hold_tables"]

Line = tuple[Piece, ...]
"""A line in pieces; those that are not on the page have an empty place."""


def _table() -> dict[str, Any]:
    file = files("uhc_llm.documents").joinpath("tables.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


_DATA: Final = _table()["data"]
_LONGEST: Final[int] = _DATA["longest"]
_USUAL: Final[int] = _DATA["usual"]
_WIDGET: Final = re.compile(_DATA["widgets"], re.IGNORECASE)
_HEADINGS: Final = frozenset[str](_DATA["headings"])
_ROWS_OF_DATA: Final = 3
_MOSTLY: Final = 0.8
_LONG_ENOUGH: Final = 200
_ANY_TABLE: Final = re.compile("<table", re.IGNORECASE)
_LIKE_MARK: Final = re.compile("tabel(q*)")
_LINE_END: Final = "\v"  # no white space of the page's own
_UNSEEN: Final = "\xad\u200b\u200c\u200d\u2060\ufeff"
_BAR: Final = Piece(" | ", 0, 0)


class HeldTables(NamedTuple):
    """The tables of a page that hold data.

    Attributes:
        tables: each in lines.
        mark: what stands for them begins with it: no such word is on the page.
        edits: all that is read otherwise on the page, in order and apart.
    """

    tables: tuple[tuple[Line, ...], ...]
    mark: str
    edits: tuple[Edit, ...]

    def parts_of(self, line: str) -> Iterator[str | tuple[Line, ...]]:
        """What a line of the extracted text holds: tables, and text before and behind them."""
        if self.mark not in line:
            yield line
            return
        parts = re.split(rf"{self.mark}([0-9]{{1,6}})a.*?{self.mark}\1z", line)
        for index, part in enumerate(parts):
            if index % 2:
                yield self.tables[int(part)]
            else:
                yield re.sub(rf"{self.mark}[0-9]{{1,6}}[az]", "", part)


def hold_tables(source: str, tags: Sequence[Tag], edits: Sequence[Edit]) -> HeldTables:
    """Find the tables of a page.

    Args:
        source: the page.
        tags: its tags, in order.
        edits: what is read otherwise on it, in order and apart; in cells too.
    """
    mark = f"tabel{max(_LIKE_MARK.findall(source), key=len, default='')}q"
    if not _ANY_TABLE.search(source):
        return HeldTables((), mark, tuple(edits))
    reader = _Reader(source, edits)
    held: list[tuple[Line, ...]] = []
    changed = list(edits)
    for table in tables_of(source, tags):
        lines = reader.lines(table) if _may_hold_data(table) else None
        if is_hidden(table.tag):
            changed.append(Edit(table.start, table.end))
        elif lines:
            said = " ".join(piece.text for line in lines for piece in line if piece != _BAR)
            number = len(held)
            paragraph = f"<p>{mark}{number}a {escape(said)} {mark}{number}z</p>"
            changed.append(Edit(table.start, table.end, paragraph))
            changed += table.figure_edits
            held.append(lines)
        elif not _is_of_the_site(table):
            changed += table.block_edits
    return HeldTables(tuple(held), mark, tuple(_apart(changed)))


def _apart(edits: Sequence[Edit]) -> Iterator[Edit]:
    """Edits in order, without those that stand inside another, or are there twice."""
    end = 0
    for edit in sorted(edits, key=lambda each: (each.start, -each.end)):
        if edit.start >= end:
            yield edit
            end = edit.end


def _is_of_the_site(table: OpenTable) -> bool:
    """Whether it is a calendar, or a list of links, which the extractor knows as such."""
    attributes = attributes_of(table.tag)
    named = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    is_linked = table.characters >= _LONG_ENOUGH and table.linked > _MOSTLY * table.characters
    return _WIDGET.search(named) is not None or (is_linked and not table.digits)


def _may_hold_data(table: OpenTable) -> bool:
    is_part_of_page = table.is_odd or table.elements & _HEADINGS or "table" in table.elements
    return not (is_part_of_page or _is_of_the_site(table))


class _Reader:
    """Reads the text of cells, as it is edited."""

    def __init__(self, source: str, edits: Sequence[Edit]) -> None:
        self._source = source
        self._edits = edits
        self._starts = [edit.start for edit in edits]

    def lines(self, table: OpenTable) -> tuple[Line, ...] | None:
        """A table in lines; None when it is none of data."""
        sections = [
            [[cell.read(self._said(cell.stretches)) for cell in row] for row in section]
            for section in table.sections()
        ]
        if not _is_data([[cell.said for cell in row] for section in sections for row in section]):
            return None
        laid_out = lines_of(sections)
        if laid_out is None or not laid_out.rows or len(laid_out.rows[0]) < 2:  # noqa: PLR2004 - no bar
            return None
        caption = self._said(table.caption)
        alone = (caption, *laid_out.before)
        return (
            *(said for said in alone if said),
            *(_joined(row) for row in laid_out.rows),
            *(said for said in laid_out.after if said),
        )

    def _said(self, stretches: Stretches) -> CellText:
        """The text of a cell, with one space for white space, and where a line ends in it."""
        said: list[Piece] = []
        gap = ""
        for stretch in stretches:
            if stretch is None:
                gap += _LINE_END
                continue
            position = stretch[0]
            for piece in self._pieces(*stretch):
                gap += unescape(self._source[position : piece.start]).replace("|", " ")
                position = piece.end
                if said and gap.strip(_UNSEEN):
                    said.append(Piece(_between(said[-1].text, piece.text, gap), 0, 0))
                said.append(piece)
                gap = ""
            gap += unescape(self._source[position : stretch[1]]).replace("|", " ")
        return tuple(said)

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        """The pieces of a stretch without tags."""
        place = bisect_left(self._starts, start)
        if place and self._edits[place - 1].end > start:
            start = self._edits[place - 1].end
        while place < len(self._edits) and self._starts[place] < end:
            edit = self._edits[place]
            yield from pieces(self._source, start, edit.start)
            if edit.seen:
                yield Piece(edit.seen, edit.start, edit.end)
            start = edit.end
            place += 1
        if start < end:
            yield from pieces(self._source, start, end)


def _between(before: str, behind: str, gap: str) -> str:
    """What stands between two pieces: two numbers on lines of their own are two."""
    is_line_end = _LINE_END in gap
    return "; " if is_line_end and before[-1:].isdigit() and behind[:1].isdigit() else " "


def _joined(row: Sequence[CellText]) -> Line:
    line = list(row[0])
    for cell in row[1:]:
        line += _BAR, *cell
    return tuple(line)


def _is_data(rows: Sequence[Sequence[CellText]]) -> bool:
    """Whether the cells are as short as those of data."""
    lengths = [sum(len(piece.text) for piece in cell) for row in rows for cell in row if cell]
    if not lengths:
        return False
    return max(lengths) <= _LONGEST or (len(rows) >= _ROWS_OF_DATA and median(lengths) <= _USUAL)
