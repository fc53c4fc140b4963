"""HTML inside a text: what a reader of the page sees, on the lines where it stands there.

text -> tags, entities -> what is hidden, marks of footnotes -> lines, cells, inline  => edits
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from uhc_llm.scanner.plain.edits import Edit
from uhc_llm.scanner.plain.tables import CELLS, Tables, read_tables
from uhc_llm.scanner.plain.tags import BLOCKS, Piece, read_pieces

__all__ = ["html_edits"]

_HIDDEN: Final = frozenset({"head", "noscript", "template", "noframes", "select", "datalist"})
_HIDING: Final = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|(?<![\w-])hidden(?![\w=-])",
    re.IGNORECASE,
)
# What is struck through is no longer said.
_STRUCK: Final = frozenset({"del", "s", "strike"})
_LONGEST_STRUCK: Final = 200
_LONGEST_REFERENCE: Final = 1000
_REPLACED: Final = frozenset(
    {"img", "input", "button", "video", "audio", "object", "embed", "canvas", "picture", "iframe"}
)
# A line end inside these is white space.
_FLOWING: Final = frozenset(
    {"p", "li", "dd", "dt", "figcaption", "caption", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_LINE_END: Final = re.compile(r"(?<!\n)\n[ \t]*+(?!\n)")
_BLANK: Final = re.compile(r"\s*+")

_MARK: Final = re.compile(
    r"(\[\s?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5}|\*{1,3}|(?:catatan|note|cat\.) ?\d{1,3}|[a-z ]{5,30})"
    r"\s?\])|\(?(?:\d{1,3}|[a-np-z]|\*{1,3}|[†‡§#¶])\)?|\d{1,2}(?:, ?\d{1,2}){1,5}"
)
_EXPONENT: Final = re.compile(r"[-−+]?\d{1,2}")
_RAISED: Final = str.maketrans("0123456789-−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")
_POWER: Final = re.compile(r"(?:(?<![\d.,])10|(?<![^\W_])(?:[kcdm]?m|ft|inci))\Z")
_INNER_TAG: Final = re.compile(r"<[^<>]{0,500}>")
_LONGEST_MARK: Final = 400
_WAY_BACK: Final = 8


def html_edits(text: str) -> list[Edit]:
    """What of `text` is HTML, and what a reader sees instead.

    >>> html_edits("95,<b>28</b>&nbsp;persen")[-1]
    Edit(start=12, end=18, text=' ')

    Args:
        text: any text, with lines that end in a line feed.

    Returns:
        Edits in order and apart; none for a text without markup.
    """
    if "<" not in text and "&" not in text:
        return []
    pieces = read_pieces(text)
    if not pieces:
        return []
    pieces = _without_unseen(text, pieces)
    return list(_Lines(text, pieces).edits())


# --- what is not seen ----------------------------------------------------------------------------


def _pairs(pieces: Sequence[Piece]) -> dict[int, int]:
    """Of each start tag that has an end tag, the place of that."""
    opened: dict[str, list[int]] = {}
    pairs: dict[int, int] = {}
    for index, piece in enumerate(pieces):
        if piece.name and not piece.closes:
            opened.setdefault(piece.name, []).append(index)
        elif piece.name and opened.get(piece.name):
            pairs[opened[piece.name].pop()] = index
    return pairs


def _without_unseen(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    pairs = _pairs(pieces)
    seen: list[Piece] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        closing = pairs.get(index)
        replaced = None if closing is None else _replaced(text, seen, piece, pieces[closing])
        if replaced is None or closing is None:
            seen.append(piece)
            index += 1
        else:
            seen.append(Piece(piece.start, pieces[closing].end, text=replaced))
            index = closing + 1
    return seen


def _replaced(text: str, seen: Sequence[Piece], opening: Piece, closing: Piece) -> str | None:
    """What a whole element is read as; None where it is read as its content."""
    name = opening.name
    if name in _HIDDEN or (opening.attributes and _HIDING.search(opening.attributes)):
        return ""
    if name == "ref":  # of a wiki: what stands in it is shown as a footnote
        return "" if closing.start - opening.end <= _LONGEST_REFERENCE else None
    if name in _STRUCK:
        is_short = closing.start - opening.end <= _LONGEST_STRUCK
        return "" if is_short and "\n" not in text[opening.end : closing.start] else None
    if name not in {"a", "sup"} or closing.start - opening.end > _LONGEST_MARK:
        return None
    content = _INNER_TAG.sub("", text[opening.end : closing.start]).strip()
    before = _before(text, seen, opening.start)
    if name == "a":
        return "" if _is_linked_mark(content, before, opening.attributes) else None
    return _raised(content, before)


def _before(text: str, seen: Sequence[Piece], start: int) -> str:
    """The characters that a reader sees right before."""
    for piece in reversed(seen[-_WAY_BACK:]):
        if piece.end != start or piece.text:
            break
        start = piece.start
    return text[max(0, start - _WAY_BACK) : start]


def _is_linked_mark(content: str, before: str, attributes: str) -> bool:
    mark = _MARK.fullmatch(content)
    if mark is None:
        return False
    leads_to_note = re.search(r"=\s{0,3}\\?[\"']?[^\"'\s]{0,300}#", attributes) is not None
    stands_behind = before[-1:].isalnum() or before[-1:] in {*"%).,”"}
    if mark[1]:
        return leads_to_note or stands_behind
    return stands_behind and (leads_to_note or before[-1:].isdigit())


def _raised(content: str, before: str) -> str | None:
    """What a superscript is read as: a power stays one, and the mark of a footnote is nothing."""
    if _EXPONENT.fullmatch(content) and _POWER.search(before):
        return content.translate(_RAISED)
    if (mark := _MARK.fullmatch(content)) and (mark[1] or before[-1:].strip()):
        return ""
    return content.translate(_RAISED) if content.isdecimal() and content.isascii() else None


# --- what is seen --------------------------------------------------------------------------------


class _Gap:
    """What stands between two stretches of text that are seen, put together."""

    def __init__(self) -> None:
        self.is_block = self.is_apart = self.is_table = False
        self._parts: list[str] = []
        self._line_ends = self._breaks = 0
        self._item = ""

    def end_line(self, line_ends: int) -> None:
        self.is_block = True
        self._line_ends = max(self._line_ends, line_ends)

    def end_broken_line(self) -> None:
        self._breaks += 1
        self.end_line(min(self._breaks, 2))

    def begin_item(self) -> None:
        self._item = "- "

    def put(self, text: str) -> None:
        self.is_block = self.is_table = True
        if text:
            self._parts += ("\n" * self._line_ends, text)
            self._line_ends = self._breaks = 0

    def text(self, line_ends: int) -> str:
        """What is seen, where the text itself has so many line ends."""
        if self._line_ends and not self.is_table:
            self._line_ends = max(self._line_ends, min(line_ends, 2))
        return "".join(self._parts) + "\n" * self._line_ends + self._item


class _Lines:
    """The text on the lines that a page shows."""

    def __init__(self, text: str, pieces: Sequence[Piece]) -> None:
        self._text, self._pieces = text, pieces
        has_table = any(piece.name in CELLS for piece in pieces)
        self._tables = read_tables(text, pieces) if has_table else Tables({}, {}, frozenset())
        self._pairs = _pairs(pieces)
        self._in_cell = False
        self._flowing: list[int] = []

    def edits(self) -> Iterator[Edit]:
        place = first = 0
        for last in self._gap_ends():
            is_flowing = self._in_cell or bool(self._flowing)
            edits = self._gap(first, last, place)
            if is_flowing:
                yield from self._flow(place, edits[0].start)
            yield from edits
            place, first = edits[-1].end, last
        if self._in_cell or self._flowing:
            yield from self._flow(place, len(self._text))

    def _gap_ends(self) -> Iterator[int]:
        """The places behind runs of pieces with nothing but white space between them."""
        pieces = self._pieces
        for index in range(1, len(pieces)):
            between = self._text[pieces[index - 1].end : pieces[index].start]
            if pieces[index - 1].text.strip() or pieces[index].text.strip() or between.strip():
                yield index
        yield len(pieces)

    def _flow(self, start: int, end: int) -> Iterator[Edit]:
        for found in _LINE_END.finditer(self._text, start, end):
            yield Edit(found.start(), found.end(), " ")

    def _gap(self, first: int, last: int, floor: int) -> list[Edit]:
        text, gap = self._text, _Gap()
        for index in range(first, last):
            self._add(gap, index)
        start, end = self._pieces[first].start, self._pieces[last - 1].end
        if not gap.is_block:
            return self._inline(first, last, is_apart=gap.is_apart)
        while start > floor and text[start - 1].isspace():
            start -= 1
        blank = _BLANK.match(text, end)
        end = blank.end() if blank else end
        seen = gap.text(text.count("\n", start, end))
        if start == 0:
            seen = seen.lstrip("\n")
        if end == len(text):
            seen = seen.rstrip("\n")
        is_edge = start == 0 or end == len(text)
        return [Edit(start, end, seen or ("" if is_edge else " "))]

    def _add(self, gap: _Gap, index: int) -> None:
        piece, tables = self._pieces[index], self._tables
        self._note_flow(index)
        if index in tables.row_ends:
            gap.put(tables.row_ends[index])
            self._in_cell = False
        if index in tables.cells:
            gap.put(tables.cells[index])
            self._in_cell = True
        elif index in tables.layout:
            gap.end_line(2)
        elif piece.name in CELLS:
            gap.is_block = gap.is_table = True
            self._in_cell = False
        elif self._in_cell:
            gap.is_block = gap.is_block or piece.name in BLOCKS
        elif piece.name == "br":
            gap.end_broken_line()
        elif piece.name in BLOCKS:
            gap.is_table = gap.is_table or piece.name == "tr"
            gap.end_line(BLOCKS[piece.name])
            if piece.name == "li" and not piece.closes:
                gap.begin_item()
        gap.is_apart = gap.is_apart or piece.name in _REPLACED

    def _note_flow(self, index: int) -> None:
        """Note which elements, whose line ends are white space, are open behind a piece."""
        piece = self._pieces[index]
        if piece.name in _FLOWING and not piece.closes and index in self._pairs:
            self._flowing.append(self._pairs[index])
        while self._flowing and self._flowing[-1] <= index:
            self._flowing.pop()

    def _inline(self, first: int, last: int, *, is_apart: bool) -> list[Edit]:
        pieces, text = self._pieces[first:last], self._text
        start, end = pieces[0].start, pieces[-1].end
        joined = all(one.end == two.start for one, two in pairwise(pieces))
        if not joined or any(piece.text for piece in pieces):
            return [Edit(piece.start, piece.end, piece.text) for piece in pieces]
        before, after = text[start - 1 : start], text[end : end + 1]
        is_inside = before.strip() and after.strip()
        is_apart = is_apart or _stand_apart(pieces, before, after)
        return [Edit(start, end, " " if is_inside and is_apart else "")]


def _stand_apart(pieces: Sequence[Piece], before: str, after: str) -> bool:
    """Whether a reader sees two elements where one ends and the next begins."""
    closed = next((i for i, piece in enumerate(pieces) if piece.closes), len(pieces))
    opened = next((piece for piece in pieces[closed:] if piece.name and not piece.closes), None)
    if opened is None:
        return False
    if opened.name == pieces[closed].name == "a":
        return before not in {",", "."} or not after.isdigit()
    # "95,</span><span>28" is one number, and so is a word that a program cut in two.
    changes = before.isalpha() != after.isalpha() and before.isalnum() and after.isalnum()
    both_digits = before.isdigit() and after.isdigit()
    return changes or both_digits or before in {*":;!?%)"} or (before.islower() and after.isupper())
