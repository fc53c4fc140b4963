"""Names and numbers under a heading, on lines of their own or in one line."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from uhc_llm.scanner.sentences import split_sentences
from uhc_llm.scanner.tables.grids import lines_of
from uhc_llm.scanner.tables.rows import Line
from uhc_llm.scanner.tables.titles import titles_above
from uhc_llm.schemas import Span, Table

__all__ = ["find_lists"]

# A colon before names and numbers in its line, or what ends a line above them.
_MAY_HEAD: Final = re.compile(r": [^\n\d]{0,60}+\d|[:)\]][^\S\n]*+\n")
_CLOSED: Final = frozenset(")]")
_LONGEST_HEADING: Final = 240
_LONGEST_LINE: Final = 4000
_FEWEST_IN_A_LINE: Final = 2
_NUMBER: Final = (
    r"(?:(?:sekitar|hampir|lebih\ dari|sebanyak|sebesar)\ )?(?:[Rr]p\.?\ ?)?\d[\d.,]{0,24}(?<=\d)"
    r"(?:\s?(?:%|persen|ribu|rb|juta|jt|miliar|triliun))?"
    r"(?:\ (?:jiwa|orang|peserta|penduduk|warga|rupiah|kk|KK))?(?!\w)"
)
_WORD: Final = r"[^\W\d_][^\W\d_.'’]{0,40}+"
# "Agam 456.332", "2. Kudus: 900", "- Kabupaten Pati = 1.330.000 jiwa", "Blora (95,2 persen)"
_ITEM: Final = re.compile(
    rf"""
    \s*+ (?: [-–—•*·▪] \s | \d{{1,3}} [.)] \s )?+ \s*+
    (?: (?:dan|serta|lalu)\ )?+ (?: di\ )?+
    (?P<name> {_WORD} (?: [ ./'’-]{{1,2}} {_WORD} ){{0,6}}+ )
    (?: \s?[:=–—-]\s? | \s | \s?\( )
    (?P<number> {_NUMBER} )
    \)? (?P<more> \s?\( [^()\n]{{1,40}} \) )?
    """,
    re.VERBOSE,
)
# "- Badung: 100,0%; 94,1%", "1. Jawa Barat: kuota 7,9 juta jiwa, terisi 7,4 juta": several numbers.
_MARKED: Final = re.compile(
    rf"""
    \s*+ (?: [-–—•*·▪] \s | \d{{1,3}} [.)] \s ) \s*+
    (?P<name> {_WORD} (?: [ ./'’-]{{1,2}} {_WORD} ){{0,6}}+ ) \s? [:=(–—-] \s?
    (?P<rest> [^\n]{{0,200}}? \d [^\n]{{0,200}}+ )
    """,
    re.VERBOSE,
)
_BETWEEN: Final = re.compile(r"\s*;\s*|\s?/\s?|,\s+|\s+(?=(?:dan|serta)\s)")
_END: Final = re.compile(r"[.;,]?\s*(?:\Z|\n|(?<=\.)\s)")
# Words that a sentence begins with, and no item of a list does.
_NO_NAMES: Final = frozenset({"sebanyak", "sekitar", "hampir", "sebesar", "dari", "ada", "tahun"})


def find_lists(text: str, tables: Sequence[Table]) -> Iterator[Table]:
    """The lists of a text that are no tables; each row has a name and a number.

    Args:
        text: the text.
        tables: its tables, in order.
    """
    if not _MAY_HEAD.search(text):
        return
    lines = lines_of(text)
    index = place = since = 0
    while index < len(lines):
        line = lines[index]
        while place < len(tables) and tables[place].end <= line.start:
            since = tables[place].end
            place += 1
        index += 1
        is_heading = (
            text.find(":", *line) >= 0 or text[line.start : line.end].rstrip()[-1:] in _CLOSED
        )
        is_in_table = place < len(tables) and tables[place].start < line.end
        if not is_heading or is_in_table or line.end - line.start > _LONGEST_LINE:
            continue
        found = _below(text, lines, index) or _within(text, line)
        if found:
            heading, rows, behind = found
            above = list(titles_above(text, lines, index - 2, since))
            if heading.start > line.start:
                former = text[line.start : heading.start].rstrip()
                above = [Span(line.start, line.start + len(former))] if former else above
            yield Table(
                form="list",
                start=rows[0][0].start,
                end=rows[-1][1].end,
                titles=(*above[-1:], heading),
                rows=tuple(rows),
                naming=(0,),
            )
            index, since = max(index, behind), rows[-1][1].end


_Rows = list[tuple[Span, Span]]


def _below(text: str, lines: Sequence[Line], index: int) -> tuple[Span, _Rows, int] | None:
    """The heading that a line is, its rows on the lines from `index` on, and the line behind."""
    start, end = lines[index - 1]
    words = text[start:end].strip()
    if not words or len(words) > _LONGEST_HEADING or words[-1] not in ":)]":
        return None
    rows: _Rows = []
    behind = place = index
    while place < len(lines) and place <= behind + 1:
        line = lines[place]
        place += 1
        if text[line.start : line.end].isspace() or line.start == line.end:
            continue
        few = _items(text, line.start, line.end)
        if few and not text[few[-1][1].end : line.end].strip(" .;,"):
            rows += few
        elif item := _MARKED.fullmatch(text, line.start, line.end):
            rows.append((Span(*item.span("name")), Span(*item.span("rest"))))
        else:
            break
        behind = place
    if not rows:
        return None
    last = split_sentences(text[start:end])[-1]
    return Span(start + last.start, start + last.end), rows, behind


def _within(text: str, line: Line) -> tuple[Span, _Rows, int] | None:
    """A list behind a colon: "Rinciannya: Blora 95,2 persen, Kudus 98,4 persen"."""
    colon = text.find(": ", line.start, line.end)
    while colon >= 0:
        few = _items(text, colon + 1, line.end)
        if len(few) >= _FEWEST_IN_A_LINE and _END.match(text, few[-1][1].end):
            start = line.start + split_sentences(text[line.start : colon + 1])[-1].start
            return Span(start, colon + 1), few, 0
        colon = text.find(": ", max(colon + 1, few[-1][1].end if few else 0), line.end)
    return None


def _items(text: str, start: int, stop: int) -> _Rows:
    """The names from `start` on, and the number of each with what stands in brackets behind it."""
    found: _Rows = []
    while item := _ITEM.match(text, start, stop):
        if item["name"].split()[0].lower() in _NO_NAMES:
            break
        found.append(
            (
                Span(*item.span("name")),
                Span(item.start("number"), item.end("more" if item["more"] else "number")),
            )
        )
        between = _BETWEEN.match(text, item.end(), stop)
        if not between:
            break
        start = between.end()
    return found
