"""The words around a cell: its heads, what names its row, and what fills a cell."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from uhc_llm.reader.cells.heads import is_total, read_words
from uhc_llm.scanner.tables import Cell
from uhc_llm.schemas import Mention, PeriodMention, Reading, RegionMention, Span

__all__ = ["ROWS_READ", "CellText", "within"]

ROWS_READ: Final = 60
"""So many rows are looked at for what the rows of a table name."""
_Placed = TypeVar("_Placed", RegionMention, PeriodMention)
_ROWS_BACK: Final = 30
# What may stand around a region in a cell: "1. Kab. Blora *)", "Total Jawa Tengah".
_AROUND: Final = re.compile(
    r"(?:[\W\d_]|\b(?:kabupaten|kab|kota|provinsi|prov|jumlah|total|se)\b)*+", re.IGNORECASE
)
_ENDS_SENTENCE: Final = frozenset('.!?"”')


class CellText:
    """A cell, and the words of its table around it.

    Attributes:
        reading: the text.
        mention: the number in the cell.
        cell: where it stands.
        table: its table or list.
        doubts: what makes a reading of it unsure, as far as was found.
    """

    def __init__(self, reading: Reading, mention: Mention, cell: Cell) -> None:
        self.reading: Final = reading
        self.mention: Final = mention
        self.cell: Final = cell
        self.table: Final = cell.table
        self.doubts: Final[list[str]] = []

    def text(self, span: Span) -> str:
        """The words of a span."""
        return self.reading.text[span.start : span.end]

    def is_sentence(self, span: Span) -> bool:
        """Whether what stands over a table is a sentence, and no title."""
        return self.reading.text[span.end - 1] in _ENDS_SENTENCE

    def of_heads(self, column: int) -> str:
        """The words of all heads of a column."""
        cells = dict.fromkeys(self.text(cells[column]) for cells in self.table.heads)
        return " ".join(filter(None, cells))

    def without_regions(self, spans: Sequence[Span]) -> str:
        """The words of some spans, the regions that they name left out."""
        said = []
        for span in spans:
            words = self.text(span)
            for region in within(self.reading.regions, span):
                place = region.start - span.start
                words = (
                    f"{words[:place]}{' ' * len(region.text)}{words[place + len(region.text) :]}"
                )
            said.append(words)
        return " ".join(dict.fromkeys(said))

    def row_names(self) -> Iterator[Span]:
        """The cells that name the row, the nearest first; an empty one has the name above it."""
        rows, row = self.table.rows, self.cell.row
        for column in self.table.naming[::-1]:
            if column == self.cell.column:
                continue
            back = rows[max(0, row - _ROWS_BACK) : row + 1][::-1]
            named = (cells[column] for cells in back if cells[column].start < cells[column].end)
            if (span := next(named, None)) is not None:
                yield span

    def fills(self, span: Span, placed: Sequence[_Placed]) -> _Placed | None:
        """What the whole of a cell names; None where it says more, or something else."""
        found = within(placed, span)
        text = self.reading.text
        if len({item.id for item in found}) != 1:
            return None
        before = _AROUND.fullmatch(text, span.start, found[0].start)
        behind = _AROUND.fullmatch(text, found[-1].end, max(span.end, found[-1].end))
        return found[0] if before and behind else None

    def is_sum(self, span: Span) -> bool:
        """Whether a row is named as a sum: "Jumlah", "Total Jawa Tengah"."""
        name = self.without_regions([span])
        return is_total(name) and read_words(name, None).is_bare


def within(placed: Sequence[_Placed], span: Span) -> list[_Placed]:
    """Those of `placed`, which are in order, that lie in a span."""
    found = []
    for index in range(bisect_left(placed, span.start, key=lambda item: item.start), len(placed)):
        if placed[index].start >= span.end:
            break
        if placed[index].end > placed[index].start:
            found.append(placed[index])
    return found
