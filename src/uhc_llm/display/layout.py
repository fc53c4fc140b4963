"""Tables and lines that fit their screen: what gives way on a narrow one, and how words wrap.

Both are fitted when they are shown, to whatever width they are shown in.
"""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

__all__ = ["Column", "FirstFitting", "FittedTable", "Hanging", "plain_text", "wrapped"]

_Row = list[Text]

_CONTROLS: Final = dict.fromkeys((*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)), "\ufffd")
_EDGES: Final = 2
_GAP: Final = 2
_INDENT: Final = 2


def plain_text(words: str, style: str = "") -> Text:
    """Words of an article or a model, in which nothing may work the terminal."""
    return Text(words.translate(_CONTROLS), style=style)


def wrapped(words: str, width: int) -> str:
    """Lines for a screen, wrapped between words; what follows a line is indented under it.

    >>> print(wrapped("  three words: and then three more", 20))
      three words: and
        then three more

    Args:
        words: one line or several, each indented as it is to be.
        width: of the screen. A word that is wider, such as a path, stays whole.
    """
    return "\n".join(line for said in words.split("\n") for line in _lines(said, width))


def _lines(said: str, width: int) -> list[str]:
    indent = said[: len(said) - len(said.lstrip(" "))]
    lines = textwrap.wrap(
        said.strip(),
        max(width, 2 * len(indent) + 8),
        initial_indent=indent,
        subsequent_indent=f"{indent}{' ' * _INDENT}",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [""]


class Hanging:
    """A line that wraps between words, with what follows indented under its beginning.

    Args:
        text: the line.
        indent: how far its beginning is indented.
        following: how far what follows is.
    """

    def __init__(self, text: Text, *, indent: int = 0, following: int | None = None) -> None:
        self._text = text
        self._indent = indent
        self._following = indent + _INDENT if following is None else following

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = max(1, options.max_width - self._following)
        for number, line in enumerate(self._text.wrap(console, room)):
            line.rstrip()
            yield Text(" " * (self._following if number else self._indent)) + line


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        name: its heading.
        justify: to which side its cells stand.
        wraps: whether its cells may be wrapped between words; else they stay whole.
        most: how much of a word has to stay whole when they wrap; None is all.
    """

    name: str
    justify: JustifyMethod = "left"
    wraps: bool = False
    most: int | None = None


class FittedTable:
    """A table whose cells stay whole: on a narrow screen columns leave instead.

    They leave one by one, until the rest fits with its cells wrapped between words where they may
    be. A column in which nothing stands is never shown.

    Args:
        columns: all that there may be.
        leaving: names of those that may leave, the least important first.
        wraps_last: cells are wrapped only when all of these have left.
        title: what stands over it.
        below: what is said under it.
    """

    def __init__(
        self,
        *columns: Column,
        leaving: Sequence[str] = (),
        wraps_last: bool = False,
        title: str | None = None,
        below: Sequence[RenderableType] = (),
    ) -> None:
        self._columns = columns
        self._leaving = leaving
        self._wraps_last = wraps_last
        self._title = plain_text(title, "bold") if title else None
        self._below = below
        self._rows: list[_Row] = []
        # Each heading, with the index of the row that it stands over.
        self._headings: list[tuple[int, Text]] = []

    @property
    def is_empty(self) -> bool:
        """Whether it has no row."""
        return not self._rows

    def add_row(self, *cells: str | Text) -> None:
        """Add a row, with a cell for every column."""
        self._rows.append([cell if isinstance(cell, Text) else Text(cell) for cell in cells])

    def add_heading(self, words: Text) -> None:
        """Add a line over the rows that follow; all rows are then indented under their heading."""
        self._headings.append((len(self._rows), words))

    def fits(self, width: int) -> bool:
        """Whether all that must stay whole fits a screen of this width."""
        shown = self._shown(width)
        return self._around(shown) + sum(map(self._least, shown)) <= width

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = self._shown(options.max_width)
        widths = self._widths(shown, options.max_width)
        if self._title:
            yield Hanging(self._title)
        if self._headings:
            yield from self._under_headings(shown, widths)
        else:
            yield self._table(shown, widths, self._rows)
        yield from self._below

    def _under_headings(self, shown: Sequence[int], widths: Sequence[int]) -> RenderResult:
        yield Text()
        yield self._table(shown, widths, ())
        ends = [start for start, _ in self._headings[1:]] + [len(self._rows)]
        for (start, heading), end in zip(self._headings, ends, strict=True):
            yield Hanging(heading, indent=1)
            yield self._table(shown, widths, self._rows[start:end])
        yield Text()

    # --- what fits ----------------------------------------------------------------------------

    def _shown(self, width: int) -> list[int]:
        """The columns that are shown."""
        shown = [
            index
            for index in range(len(self._columns))
            if not self._rows or any(row[index] for row in self._rows)
        ]
        room = self._natural if self._wraps_last else self._least
        for name in self._leaving:
            if self._around(shown) + sum(map(room, shown)) <= width:
                break
            shown = [index for index in shown if self._columns[index].name != name]
        return shown

    def _widths(self, shown: Sequence[int], width: int) -> list[int]:
        """How wide each column is: those that wrap give way, the widest of them first."""
        widths = [self._natural(index) for index in shown]
        least = [self._least(index) for index in shown]
        over = self._around(shown) + sum(widths) - width
        for _ in range(over):
            room = [(each, at) for at, each in enumerate(widths) if each > least[at]]
            if not room:
                break
            widths[max(room)[1]] -= 1
        return widths

    def _around(self, shown: Sequence[int]) -> int:
        return _EDGES + _GAP * (len(shown) - 1) + (_INDENT if self._headings else 0)

    def _natural(self, index: int) -> int:
        """As wide as its widest line."""
        return max(cell_len(line) for cell in self._all(index) for line in cell.split("\n"))

    def _least(self, index: int) -> int:
        """As wide as what must stay whole in it."""
        column = self._columns[index]
        if not column.wraps:
            return self._natural(index)
        longest = max(cell_len(word) for cell in self._all(index) for word in cell.split() or [""])
        return longest if column.most is None else min(longest, column.most)

    def _all(self, index: int) -> Iterator[str]:
        yield self._columns[index].name
        yield from (row[index].plain for row in self._rows)

    # --- how it looks -------------------------------------------------------------------------

    def _table(
        self, shown: Sequence[int], widths: Sequence[int], rows: Sequence[_Row]
    ) -> RenderableType:
        table = Table(
            box=SIMPLE_HEAD,
            pad_edge=False,
            collapse_padding=True,
            show_header=not (self._headings and rows),
            show_edge=not self._headings,
        )
        for index, width in zip(shown, widths, strict=True):
            column = self._columns[index]
            table.add_column(column.name, justify=column.justify, width=width, overflow="fold")
        for row in rows:
            table.add_row(*(row[index] for index in shown))
        return Padding(table, (0, 0, 0, 1 + _INDENT)) if self._headings else table


class FirstFitting:
    """Of several forms of a table the first that fits the screen, else the last.

    Args:
        forms: the widest first.
    """

    def __init__(self, *forms: FittedTable) -> None:
        self._forms = forms

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        *wider, last = self._forms
        yield next((form for form in wider if form.fits(options.max_width)), last)
