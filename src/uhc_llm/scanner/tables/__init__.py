"""Tables and lists: where they stand in a text, by exact rules on their layout alone.

    lines -> rows of cells -> grids (what stands together) -> tables (heads, naming columns, titles)
          -> lists (names and numbers under a heading)

What a head or the name of a row means is for others to read; `cell_at` gives them the cell that a
place of the text lies in.
"""

from uhc_llm.scanner.tables.cells import Cell, cell_at, in_table, time_cells
from uhc_llm.scanner.tables.grids import find_grids
from uhc_llm.scanner.tables.heads import tables_of
from uhc_llm.scanner.tables.lists import find_lists
from uhc_llm.schemas import Table

__all__ = ["Cell", "cell_at", "find_tables", "in_table", "time_cells"]


def find_tables(text: str) -> tuple[Table, ...]:
    r"""The tables and lists of a text, in order and apart.

    >>> text = "Cakupan JKN 2023\nNo | Kabupaten | Cakupan (%)\n1 | Blora | 95,2"
    >>> (table,) = find_tables(text)
    >>> [text[slice(*cell)] for cell in table.heads[0]], table.naming
    (['No', 'Kabupaten', 'Cakupan (%)'], (1,))
    """
    tables: list[Table] = []
    for grid in find_grids(text):
        tables += tables_of(text, grid, tables[-1] if tables else None)
    tables += find_lists(text, tables)
    return tuple(sorted(tables, key=lambda table: table.start))
