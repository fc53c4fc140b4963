"""Tables: what heads, rows and titles say of a number, by exact rules on a closed language.

A head is a closed language: where every word of it is in `data/heads.toml` it is read by that, and
not by what was learned from articles. What these rules doubt is left to the learned reader.
"""

from uhc_llm.reader.cells.reading import CellReading, read_cell

__all__ = ["CellReading", "read_cell"]
