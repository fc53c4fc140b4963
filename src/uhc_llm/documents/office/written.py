"""Paragraphs, list items and tables become the lines of a text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple

from uhc_llm.documents.markup import Piece
from uhc_llm.documents.notes import read_lowered, read_raised
from uhc_llm.documents.table_grid import Cell, CellText, lines_of

__all__ = ["Height", "Stretch", "Written", "WrittenCell", "words_of"]

_CELLS: Final = " | "
_SPACE: Final = re.compile(r"\s+")
_BEFORE: Final = 24

_Kind = Literal["paragraph", "item", "table"]

Height = Literal["line", "above", "below"]
"""Where characters stand: in the line, above it or below it."""

Stretch = tuple[str, Height]
"""Characters that stand equally high."""


class WrittenCell(NamedTuple):
    """A cell of a table: its paragraphs, and how many columns and rows it covers."""

    paragraphs: list[str]
    columns: int = 1
    rows: int = 1

    @property
    def words(self) -> str:
        """What it says, in one line; two numbers in paragraphs of their own stay two."""
        said = ""
        for paragraph in self.paragraphs:
            words = _SPACE.sub(" ", paragraph.replace("|", " ")).strip()
            is_number = said[-1:].isdigit() and words[:1].isdigit()
            said += f"{'; ' if is_number else ' ' if said and words else ''}{words}"
        return said


class Written:
    """A text as it grows: an empty line between paragraphs, none between items or rows."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._before: _Kind | None = None

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self._text)

    def paragraph(self, words: str) -> None:
        """Write a paragraph, or a heading; its own line breaks stay."""
        lines = (_SPACE.sub(" ", line).strip() for line in words.split("\n"))
        self._write("\n".join(line for line in lines if line), "paragraph")

    def item(self, words: str) -> None:
        """Write an item of a list."""
        self._write(_SPACE.sub(" ", words).strip(), "item")

    def table(self, rows: Sequence[Sequence[WrittenCell]]) -> None:
        """Write a table, in which a cell is said in each row and column that it covers.

        A table of one column only holds paragraphs: many a letterhead is such a table.
        """
        laid_out = lines_of(
            [[[Cell(_said(cell), cell.columns, cell.rows) for cell in row] for row in rows]]
        )
        if laid_out is None:
            joined = (_CELLS.join(cell.words for cell in row) for row in rows)
            self._write("\n".join(line for line in joined if line.strip(" |")), "table")
        elif not laid_out.rows or len(laid_out.rows[0]) == 1:
            for words in (words for row in rows for cell in row for words in cell.paragraphs):
                self.paragraph(words)
        else:
            before = ((cell,) for cell in laid_out.before)
            after = ((cell,) for cell in laid_out.after)
            lines: tuple[tuple[CellText, ...], ...] = (*before, *laid_out.rows, *after)
            joined = (_CELLS.join("".join(p.text for p in cell) for cell in line) for line in lines)
            self._write("\n".join(joined), "table")

    def _write(self, words: str, kind: _Kind) -> None:
        if not words:
            return
        if self._text:
            self._text.append("\n" if kind == self._before == "item" else "\n\n")
        self._text.append(words)
        self._before = kind


def _said(cell: WrittenCell) -> CellText:
    return (Piece(cell.words, 0, 0),) if cell.words else ()


def words_of(stretches: Iterable[Stretch]) -> str:
    """A paragraph as it is read: without marks of notes, other raised digits as such."""
    return "".join(_words_of([stretch for stretch in stretches if stretch[0]]))


def _words_of(stretches: Sequence[Stretch]) -> Iterator[str]:
    parts = [
        ("".join(said for said, _ in group), height)
        for height, group in groupby(stretches, key=lambda stretch: stretch[1])
    ]
    before = ""
    for index, (part, height) in enumerate(parts):
        behind = parts[index + 1][0] if index + 1 < len(parts) else ""
        words = part
        if height != "line" and (before.strip() or behind.strip()):
            read = read_raised if height == "above" else read_lowered
            words = read(part, before, behind)
        yield words
        before = (before + words)[-_BEFORE:].rpartition("\n")[2]
