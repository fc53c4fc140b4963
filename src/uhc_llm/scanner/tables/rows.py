"""One line of a text as a row of cells."""

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from uhc_llm.schemas import Span

__all__ = [
    "Line",
    "Row",
    "Separator",
    "is_age",
    "is_missing",
    "is_number",
    "is_numbering",
    "is_rule",
    "is_year",
    "row_of",
]

Separator = Literal["|", "\t", ";", " "]
"""What stands between cells; " " for two or more blanks."""

_LONGEST_LINE: Final = 2000
_LONGEST_CELL: Final = 160
_MOST_CELLS: Final = 64
_BLANKS: Final = re.compile(r"[^\S\n]{2,}+")
# "| --- | ---: |", "+-----+-----+", "=====  ====="
_RULE: Final = re.compile(r"[\s|:+=_–—-]{3,}+")
_NUMBER: Final = re.compile(
    r"""
    (?: [≥≤<>±~≈] | sekitar | hampir | lebih\ dari | kurang\ lebih )? \s{0,2}
    (?: (?:rp|idr)\b\.? )? \s{0,2}
    [-–]? \d [\d.,\s]{0,24}+ (?: [-–] \s? \d [\d.,]{0,20}+ )?
    \s? (?: % | persen | ribu | rb | juta | jt | miliar | milyar | [mt] | triliun )? \s?
    (?: jiwa | orang | peserta | penduduk | warga | rupiah | kk | jiwa/orang )?
    (?: \s? \( [^()]{1,40} \) )? \s? [*†‡)¹²³]{0,3}
    (?: [,;]? \s? (?: per | pada | posisi | data | hingga ) \b [^()]{1,40}+ )? \.?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d\s?[*)]{0,2}")
_AGE: Final = re.compile(r"\d{1,2}\s?(?:[-–]\s?\d{1,2}|\+)|[<>≥≤]\s?\d{1,2}")
_MISSING: Final = re.compile(
    r"[-–—*.…]{1,4}|n/?a\.?|n\.a\.|tad|x|nihil|tidak\s+ada(?:\s+data)?|belum\s+ada\s+data",
    re.IGNORECASE,
)
_NUMBERING: Final = re.compile(r"\(?(\d{1,2})\)?")


class Line(NamedTuple):
    """A line without its line end."""

    start: int
    end: int


class Row(NamedTuple):
    """The cells of a line, without the white space around them; an empty cell is an empty span.

    `fits` says whether it has as many cells as the rows around it: else none knows which is which.
    """

    line: Line
    cells: tuple[Span, ...]
    fits: bool = True


def row_of(text: str, line: Line, separator: Separator) -> Row | None:
    """The cells of a line; None where it is no row of a table with this separator.

    Bars at either end of a line are no cells of their own here: an empty first or last cell is
    kept, and whoever sees the whole table leaves it out.
    """
    if line.end - line.start > _LONGEST_LINE:
        return None
    is_aligned = separator == " "
    cells = _between_blanks(text, line) if is_aligned else _between(text, line, separator)
    if not 1 < len(cells) <= _MOST_CELLS:
        return None
    return Row(line, tuple(cells)) if all(e - s <= _LONGEST_CELL for s, e in cells) else None


def _between(text: str, line: Line, separator: str) -> list[Span]:
    if text.count(separator, line.start, line.end) > _MOST_CELLS:
        return []
    cells = []
    start = line.start
    while start <= line.end:
        end = text.find(separator, start, line.end)
        end = line.end if end < 0 else end
        cells.append(_stripped(text, start, end))
        start = end + 1
    return cells


def _between_blanks(text: str, line: Line) -> list[Span]:
    cells = []
    start, stop = _stripped(text, *line)
    for gap in _BLANKS.finditer(text, start, stop):
        cells.append(Span(start, gap.start()))
        start = gap.end()
    return [*cells, Span(start, stop)]


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    inner = piece.strip()
    start += len(piece) - len(piece.lstrip()) if inner else 0
    return Span(start, start + len(inner))


def is_rule(text: str, line: Line) -> bool:
    """Whether a line is drawn: "| --- | ---: |"."""
    return line.end - line.start <= _LONGEST_LINE and bool(
        _RULE.fullmatch(text, line.start, line.end)
    )


def is_number(said: str) -> bool:
    """Whether a cell holds a number, alone or with its unit, a mark of a footnote or its time."""
    return bool(_NUMBER.fullmatch(said))


def is_age(cell: str) -> bool:
    """Whether a cell holds ages and nothing else: "15-64", "65+"."""
    return _AGE.fullmatch(cell) is not None


def is_year(said: str) -> bool:
    """Whether a cell holds a number that can be a year."""
    return bool(_YEAR.fullmatch(said))


def is_missing(said: str) -> bool:
    """Whether a cell says that there is no number: "-", "n/a"."""
    return bool(_MISSING.fullmatch(said))


def is_numbering(said: Sequence[str]) -> bool:
    """Whether the cells of a row number the columns: "(1) (2) (3)"."""
    numbers = [_NUMBERING.fullmatch(cell) for cell in said]
    return len(said) > 1 and all(
        number and int(number[1]) == place for place, number in enumerate(numbers, start=1)
    )
