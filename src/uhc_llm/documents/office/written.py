"""Paragraphs, list items and rows of tables become the lines of a text."""

import re
from collections.abc import Iterable
from typing import Final, Literal

__all__ = ["Written", "footnote_mark"]

_CELLS: Final = " | "
_SPACE: Final = re.compile(r"\s+")

_Kind = Literal["paragraph", "item", "row"]


class Written:
    """A text as it grows: an empty line between paragraphs, none between items or rows."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._before: _Kind | None = None
        self._table = self._tables = 0

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

    def table(self) -> None:
        """Begin another table."""
        self._tables += 1

    def row(self, cells: Iterable[Iterable[str]]) -> None:
        """Write a row of a table: for each cell its paragraphs.

        A row of one cell only holds paragraphs: many a letterhead is such a table.
        """
        held = [list(cell) for cell in cells]
        if len(held) == 1:
            for words in held[0]:
                self.paragraph(words)
            return
        joined = [_SPACE.sub(" ", " ".join(cell)).strip() for cell in held]
        if any(joined):
            self._write(_CELLS.join(joined).rstrip(" |").lstrip(), "row")

    def _write(self, words: str, kind: _Kind) -> None:
        if not words:
            return
        goes_on = kind == self._before != "paragraph" and self._table == self._tables
        if self._text:
            self._text.append("\n" if goes_on else "\n\n")
        self._text.append(words)
        self._before, self._table = kind, self._tables


def footnote_mark(raised: str) -> str:
    """What stands for raised characters: digits are a mark, and none of the number before them."""
    return f"[{raised.strip()}]" if raised.strip().isdigit() else raised
