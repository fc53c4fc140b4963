"""Units that the numbers of a list or a table take from the heading above them."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from uhc_llm.scanner.quantities.amounts import Quantity
from uhc_llm.scanner.quantities.inference import with_unit
from uhc_llm.scanner.quantities.numerals import VAGUE_WORDS
from uhc_llm.scanner.quantities.phrases import words_of
from uhc_llm.scanner.quantities.printed import ONE
from uhc_llm.scanner.quantities.words import (
    COUNTS,
    HEADING_FILLERS,
    RUPIAH,
    SCALES,
    SHARES,
    UNIT_OF_NOUN,
)
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Unit

__all__ = ["inherit_units"]

_INHERITED: Final = "unit_inherited"
# "Jumlah peserta (jiwa):", "Cakupan (dalam %)" at the end of a heading or of a column's head.
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]\n]{1,30})[)\]]\s*[:=]?\s*\Z")
_RULE: Final = re.compile(r"[\s|:+=-]+")
_LONGEST_ROW: Final = 80
_LONGEST_HEADING: Final = 160
_LONGEST_NOUN: Final = 3
_NEVER: Final = frozenset({"duration", "times"})


class Heading(NamedTuple):
    """What the numbers below a heading count, and what multiplies them: "(ribu jiwa)"."""

    unit: Unit
    noun: str
    scale: Decimal = ONE


class _Line(NamedTuple):
    start: int
    end: int
    numbers: range
    """The indexes of its quantities."""


def inherit_units(source: TokenizedText, found: list[Quantity]) -> list[Quantity]:
    """Give the bare numbers of a list or a table the unit of their heading, and flag it.

    Args:
        source: the text.
        found: its quantities, in order.

    Returns:
        The same, with units where a heading is plain. A row that has a unit of its own keeps it,
        and gives none to its other numbers.
    """
    folded = source.folded
    result = list(found)
    heading: Heading | None = None
    columns: tuple[Heading | None, ...] = ()
    delimiter = ""
    was_blank = False
    for line in _lines(folded, found):
        said = folded[line.start : line.end]
        if not said.strip():
            if was_blank:
                heading, columns = None, ()
            was_blank = True
            continue
        was_blank = False
        if columns and delimiter in said:
            if line.numbers:
                _fill_row(folded, result, line, columns, delimiter)
            continue
        if _RULE.fullmatch(said):
            continue
        if line.numbers and _fill_inline(folded, result, line):
            continue
        if line.numbers and heading and _fill(folded, result, line, heading):
            continue
        columns, delimiter = _columns(said) if not line.numbers else ((), "")
        heading = None if columns else _heading_of(folded, result, line)
    return result


def _lines(folded: str, found: Sequence[Quantity]) -> Iterator[_Line]:
    """The lines of a text as far as there are quantities, and which quantities stand on each."""
    start = index = 0
    while index < len(found):
        end = folded.find("\n", start)
        end = len(folded) if end < 0 else end
        first = index
        while index < len(found) and found[index].start < end:
            index += 1
        yield _Line(start, end, range(first, index))
        start = end + 1


def _fill(folded: str, result: list[Quantity], line: _Line, heading: Heading) -> bool:
    """Give the one number of a row the unit of its heading; whether the line is a row at all.

    A row is a short line that ends with its number, or with a remark in brackets.
    """
    last = result[line.numbers[-1]]
    rest = folded[last.end : line.end].lstrip(" .,;")
    if line.end - line.start > _LONGEST_ROW or (rest and not rest.startswith("(")):
        return False
    if len(line.numbers) == 1 and last.unit is None:
        _give(result, line.numbers[0], heading)
    return True


def _fill_row(
    folded: str,
    result: list[Quantity],
    line: _Line,
    columns: tuple[Heading | None, ...],
    delimiter: str,
) -> None:
    """Give the numbers of a row of a table the units of their columns."""
    place, column = line.start, 0
    for index in line.numbers:
        column += folded.count(delimiter, place, result[index].start)
        place = result[index].start
        heading = columns[column] if column < len(columns) else None
        if heading and result[index].unit is None:
            _give(result, index, heading)


def _fill_inline(folded: str, result: list[Quantity], line: _Line) -> bool:
    """Give numbers the unit in the brackets right before them: "Cakupan (%): 98,44"."""
    place, is_any = line.start, False
    for index in line.numbers:
        number = result[index]
        before = folded[max(place, number.start - _LONGEST_ROW) : number.start]
        place = number.end
        if number.unit is None and (heading := _in_brackets(before)):
            _give(result, index, heading)
            is_any = True
    return is_any


def _give(result: list[Quantity], index: int, heading: Heading) -> None:
    quantity = result[index]
    scale = heading.scale if quantity.scale == ONE else ONE
    result[index] = with_unit(quantity, heading.unit, _INHERITED, noun=heading.noun, scale=scale)


def _columns(said: str) -> tuple[tuple[Heading | None, ...], str]:
    """The headings of a table's columns, and what stands between them."""
    for delimiter in ("\t", "|"):
        if delimiter in said and len(said) <= _LONGEST_HEADING:
            columns = tuple(_in_brackets(cell) or _said(cell) for cell in said.split(delimiter))
            return (columns, delimiter) if any(columns) else ((), "")
    return (), ""


def _heading_of(folded: str, result: list[Quantity], line: _Line) -> Heading | None:
    """What a line says of the numbers in the lines below it, behind its own last number."""
    start = result[line.numbers[-1]].end if line.numbers else line.start
    said = folded[start : line.end]
    if line.end - line.start > _LONGEST_HEADING:
        return None
    if in_brackets := _in_brackets(said):
        return in_brackets
    return _said(said) if said.rstrip().endswith(":") and not line.numbers else None


def _in_brackets(said: str) -> Heading | None:
    """The unit in the brackets at the end of some words: "(jiwa)", "(dalam juta rupiah)"."""
    if ")" not in said and "]" not in said:
        return None
    found = _BRACKETS.search(said)
    if found is None:
        return None
    inside = found[1]
    scale = ONE
    nouns: list[str] = []
    for word in words_of(inside):
        stem = VAGUE_WORDS.get(word, word)
        if stem in SCALES:
            scale *= SCALES[stem]
        elif word not in HEADING_FILLERS:
            nouns.append(word)
    noun = " ".join(nouns)
    if "%" in inside and not nouns:
        return Heading("percent", "%")
    unit: Unit | None = "rupiah" if noun in RUPIAH else UNIT_OF_NOUN.get(noun)
    if unit is None and len(nouns) > 1 and all(n in UNIT_OF_NOUN for n in nouns):
        units = {UNIT_OF_NOUN[n] for n in nouns}  # "(jiwa/orang)"
        unit = units.pop() if len(units) == 1 else None
    return None if unit is None or unit in _NEVER else Heading(unit, noun, scale)


def _said(said: str) -> Heading | None:
    """The unit that the words of a heading name: "Jumlah peserta", "Persentase cakupan"."""
    words = words_of(said)
    found: set[Heading] = set()
    for index, word in enumerate(words):
        if word in SHARES:
            found.add(Heading("percent", word))
        if word in COUNTS and (noun := _longest_noun(words[index + 1 :])):
            found.add(Heading(UNIT_OF_NOUN[noun], noun))
    if "%" in said:
        found.add(Heading("percent", "%"))
    units = {heading.unit for heading in found}
    return found.pop() if len(units) == 1 and not units & _NEVER else None


def _longest_noun(words: Sequence[str]) -> str | None:
    for length in range(min(_LONGEST_NOUN, len(words)), 0, -1):
        if (noun := " ".join(words[:length])) in UNIT_OF_NOUN:
            return noun
    return None
