"""Rows as the sheets of a workbook (.xlsx), each cell of the kind that its column is.

A number is a number, a day a day, and text is text: nothing is made a number, a formula or a link
because it looks like one. How decimals and thousands are shown is up to whoever opens it.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from uhc_llm.batch.cells import harmless
from uhc_llm.batch.result_tables import Column, ResultTable
from uhc_llm.errors import MissingExtraError, ResultFileError
from uhc_llm.language import _, grouped

__all__ = ["write_workbook"]

_MOST_SHEET_ROWS: Final = 1_048_575  # and the header
_LONGEST_CELL: Final = 32_767
# Excel opens a sheet with more links, or a longer one, only after a repair that takes them out.
_MOST_LINKS: Final = 65_530
_ADDRESS: Final = re.compile(r"""https?://[^\s<>"'{}|\\^`\x00-\x1f]{1,2000}""", re.IGNORECASE)
# Older versions show a longer text of a cell that is formatted as text as #####.
_LONGEST_TEXT_FORMAT: Final = 255
_FIRST_YEAR: Final = 1900  # Excel knows no day before
_MOST_DECIMALS: Final = 6

_NARROWEST: Final = 8
_WIDEST: Final = 60
_ROOM_FOR_ARROW: Final = 3  # of the filter, beside the title
_LINE: Final = 15  # points
_MEASURED: Final = 200  # rows that tell how wide a column is

# A workbook says when it was made. The same results are to be the same bytes, so that is said as
# the archive itself says it of its parts.
_MADE: Final = datetime(1980, 1, 1)  # noqa: DTZ001 (Excel knows no time zones)


def write_workbook(path: Path, sheets: Iterable[tuple[str, ResultTable, Iterable[Any]]]) -> None:
    """Write tables as the sheets of a workbook, row after row.

    Args:
        path: the file.
        sheets: the name of each, its table, and its rows.

    Raises:
        MissingExtraError: a package that this needs is not installed.
        ResultFileError: there are more rows than a sheet holds.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtraError("writing workbooks", "batch") from error
    from xlsxwriter.exceptions import XlsxWriterException

    book = xlsxwriter.Workbook(
        path,
        {
            # Rows go to the disk as they come.
            "constant_memory": True,
            "tmpdir": str(path.parent.absolute()),
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"created": _MADE})
    formats = _Formats(book)
    try:
        for name, table, rows in sheets:
            _Sheet(book.add_worksheet(name), table, formats).write(rows)
    finally:
        try:
            book.close()
        except XlsxWriterException as error:
            raise OSError(str(error)) from error


class _Formats:
    """The formats of a workbook; each is made once."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 (xlsxwriter carries no types)
        self._book = book
        self._numbers: dict[str, Any] = {}
        self.title = book.add_format({"bold": True})
        self.text = book.add_format({"num_format": "@"})
        # Of all ways to write a day the one that every country reads in the same way.
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.prose = book.add_format({"text_wrap": True, "valign": "top"})
        self.link = book.get_default_url_format()

    def number(self, value: float) -> Any:  # noqa: ANN401
        """With as many decimals as the number has, so that it is not shown rounded.

        A share is in points of a hundred, and a format of percent would show 98.7 as 9870%.
        """
        # Excel counts in 15 digits, and so does not see 0.1 + 0.2 as more than 0.3.
        exponent = Decimal(f"{value:.15g}").normalize().as_tuple().exponent
        decimals = min(max(0, -int(exponent)), _MOST_DECIMALS)
        wanted = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
        if wanted not in self._numbers:
            self._numbers[wanted] = self._book.add_format({"num_format": wanted})
        return self._numbers[wanted]


def _width(cell: Any, column: Column) -> int:  # noqa: ANN401
    """How many characters a cell shows; of a number with what sets its thousands apart."""
    text = str(cell)
    if column.kind != "number":
        return len(text)
    whole = len(text.lstrip("-").partition(".")[0])
    return len(text) + (whole - 1) // 3 + 1


class _Sheet:
    """A table as a sheet."""

    def __init__(self, sheet: Any, table: ResultTable, formats: _Formats) -> None:  # noqa: ANN401
        self._sheet = sheet
        self._table = table
        self._formats = formats
        self._links = 0
        self._widths = [len(title) + _ROOM_FOR_ARROW for title in table.headings]

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write the header and the rows.

        Raises:
            ResultFileError: there are more than a sheet holds.
        """
        for place, title in enumerate(self._table.headings):
            self._sheet.write_string(0, place, title, self._formats.title)
        number = 0
        for number, row in enumerate(rows, start=1):
            if number > _MOST_SHEET_ROWS:
                raise ResultFileError(
                    _(
                        "a sheet holds {n} rows, and there are more: export to .csv or .parquet",
                        n=grouped(_MOST_SHEET_ROWS),
                    )
                )
            self._make_room(number, row)
            for place, (column, cell) in enumerate(zip(self._table.columns, row, strict=True)):
                # An empty text would be a cell that is not blank.
                if cell is None or cell == "":
                    continue
                self._write(number, place, column, cell)
                # A number that has no room is not shown at all, and text is only cut.
                if number <= _MEASURED or column.kind == "number":
                    self._widths[place] = max(self._widths[place], _width(cell, column))
        self._lay_out(number)

    def _make_room(self, number: int, row: Sequence[Any]) -> None:
        """Make a row as high as its prose needs, which LibreOffice does not do by itself."""
        cells = zip(self._table.columns, row, strict=True)
        prose = [str(cell or "") for column, cell in cells if column.wraps]
        lines = max((len(textwrap.wrap(text, _WIDEST)) for text in prose), default=1)
        if lines > 1:
            self._sheet.set_row(number, lines * _LINE)

    def _write(self, row: int, place: int, column: Column, cell: Any) -> None:  # noqa: ANN401
        match column.kind:
            case "number":
                value = float(cell)
                self._sheet.write_number(row, place, value, self._formats.number(value))
            case "integer":
                # A year is no 2,024, and a place in the text no 12,345.
                self._sheet.write_number(row, place, int(cell))
            case "flag":
                self._sheet.write_boolean(row, place, bool(cell))
            case "date" if (day := date.fromisoformat(cell)).year >= _FIRST_YEAR:
                self._sheet.write_datetime(row, place, day, self._formats.day)
            case _:
                self._write_text(row, place, column, str(cell))

    def _write_text(self, row: int, place: int, column: Column, text: str) -> None:
        is_link = column.is_address and _ADDRESS.fullmatch(text) and self._links < _MOST_LINKS
        if is_link:
            self._links += 1
            self._sheet.write_url(row, place, text, self._formats.link, text)
            return
        text = str(harmless(text))[:_LONGEST_CELL]
        # So formatted, a code stays one when somebody goes into its cell and out again.
        form = self._formats.text if len(text) <= _LONGEST_TEXT_FORMAT else None
        if column.wraps:
            form = self._formats.prose
        self._sheet.write_string(row, place, text, form)

    def _lay_out(self, rows: int) -> None:
        last = len(self._widths) - 1
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, rows, last)
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, min(max(width, _NARROWEST), _WIDEST))
        # A code that looks like a number is meant to be a text, and wants no green corner.
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_SHEET_ROWS + 1}"})
