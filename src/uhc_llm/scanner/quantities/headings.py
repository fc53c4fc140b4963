"""Units that the numbers of a table or a list take from the heads or the heading above them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, Self

from uhc_llm.scanner.quantities.amounts import Quantity
from uhc_llm.scanner.quantities.inference import with_unit
from uhc_llm.scanner.quantities.numerals import VAGUE_WORDS
from uhc_llm.scanner.quantities.phrases import words_of
from uhc_llm.scanner.quantities.printed import ONE
from uhc_llm.scanner.quantities.words import (
    COUNTS,
    HEADING_FILLERS,
    HEADING_UNITS,
    RUPIAH,
    SCALES,
    SHARES,
    UNIT_OF_NOUN,
)
from uhc_llm.scanner.tables import Cell, cell_at
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Span, Table, Unit

__all__ = ["inherit_units", "stands_alone"]

_INHERITED: Final = "unit_inherited"
_AMBIGUOUS: Final = "ambiguous"
# "Jumlah peserta (jiwa):", "Cakupan (dalam %)", "Peserta (jiwa) 2023"
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]\n]{1,30})[)\]]")
_BEFORE_NUMBER: Final = re.compile(r"[(\[]([^()\[\]\n]{1,30})[)\]]\s*[:=]?\s*\Z")
_LAST_NUMBER: Final = re.compile(r"[^\n]*\d\s?(?:%|persen)?")
_LONGEST_NOUN: Final = 3
_LONGEST_LINE: Final = 80
_NEVER: Final = frozenset({"duration", "times"})
_LARGEST_SHARE: Final = 200
_NO_SHARE: Final = 1000
_ENOUGH: Final = 3
_FEWEST_PEOPLE: Final = 20
_ALIKE: Final = 100
_ROWS_READ: Final = 200
"""So many numbers of a column are looked at for how it is written."""
# How a number is written that can be read in one way only.
_COMMA_DECIMALS: Final = re.compile(r"\d,\d{1,2}(?!\d)|\d\.\d{3}[.,]\d")
_DOT_DECIMALS: Final = re.compile(r"\d\.(?:\d{1,2}(?!\d)|\d{4,})|\d,\d{3}[.,]\d")


class Heading(NamedTuple):
    """What the numbers below a heading count, and what multiplies them: "(ribu jiwa)"."""

    unit: Unit
    noun: str
    scale: Decimal = ONE
    is_plain: bool = True
    """Whether the heading says its unit, and not only what usually has that unit."""
    is_own: bool = True
    """Whether it stands over one column or row, and is no title that may speak of another."""


class Written(NamedTuple):
    """How the numbers of a column are written, by those that can be read in one way only.

    Attributes:
        has_commas: whether some have decimals behind a comma, and so thousands behind a dot.
        has_dots: whether some have decimals behind a dot.
        sizes: their values.
    """

    has_commas: bool
    has_dots: bool
    sizes: tuple[Decimal, ...]

    @classmethod
    def of(cls, folded: str, column: Sequence[Quantity]) -> Self:
        """Look at the numbers of a column."""
        said = [folded[number.start : number.end] for number in column]
        sizes = (abs(number.value) for number in column if not number.readings)
        return cls(
            any(map(_COMMA_DECIMALS.search, said)),
            any(map(_DOT_DECIMALS.search, said)),
            tuple(sorted(size for size in sizes if size)),
        )

    def choose(self, readings: Sequence[Decimal]) -> Decimal | None:
        """The one of several readings that suits the others; None where they do not tell."""
        if self.has_commas == self.has_dots:
            return None
        value = max(readings, key=abs) if self.has_commas else min(readings, key=abs)
        middle = self.sizes[len(self.sizes) // 2] if self.sizes else value
        is_alike = middle / _ALIKE < abs(value) < middle * _ALIKE
        return value if is_alike else None


def stands_alone(tables: Sequence[Table], quantity: Quantity) -> bool:
    """Whether a number stands in a cell, where its sentence says nothing of it."""
    cell = cell_at(tables, quantity.start) if tables else None
    return cell is not None and cell.table.form == "table"


def inherit_units(
    source: TokenizedText, found: Sequence[Quantity], tables: Sequence[Table]
) -> list[Quantity]:
    """Give bare numbers the unit of the heads or the heading above them, and flag it.

    Args:
        source: the text.
        found: its quantities, in order.
        tables: its tables and lists, in order.

    Returns:
        The same, with units where a heading is plain. A number with a unit of its own keeps it.
    """
    folded = source.folded
    result = list(found)
    columns: defaultdict[tuple[int, int], list[tuple[int, Heading]]] = defaultdict(list)
    last = 0
    for index, quantity in enumerate(found):
        cell = cell_at(tables, quantity.start) if tables else None
        if quantity.unit is not None:
            pass
        elif cell is None:
            before = folded[max(last, quantity.start - _LONGEST_LINE) : quantity.start]
            before = before[before.rfind("\n") + 1 :]
            if heading := _in_brackets(_BEFORE_NUMBER, before):
                result[index] = _with(quantity, heading)  # "Cakupan (%): 98,44"
        elif cell.table.form == "list" and last > cell.span.start:
            pass  # of several numbers in an item the heading speaks of the first
        elif heading := _heading_of(folded, cell):
            columns[cell.table.start, cell.column].append((index, heading))
        last = quantity.end
    for column in columns.values():
        _fill(folded, result, column)
    return result


def _fill(folded: str, result: list[Quantity], column: Sequence[tuple[int, Heading]]) -> None:
    """Give the numbers of one column their units, where all of them can have it."""
    written = Written.of(folded, [result[index] for index, _ in column[:_ROWS_READ]])
    fits = {
        unit: _can_all_be(unit, [result[index] for index, h in column if h.unit == unit])
        for unit in {heading.unit for _, heading in column}
    }
    shared = [result[index] for index, h in column if h.unit == "percent" and not h.is_own]
    if not _can_be_shares(shared):
        column = [(index, h) for index, h in column if h.is_own or h.unit != "percent"]
    for index, heading in column:
        is_plain = heading.is_plain and (heading.unit != "percent" or _is_small(result[index]))
        if is_plain or fits[heading.unit]:
            result[index] = _read(result[index], heading, written)


def _read(quantity: Quantity, heading: Heading, written: Written) -> Quantity:
    """A number with the unit of its heading, and the reading that the column tells.

    "812.345" of thousands of people is 812 thousand or 812 million: only the others tell.
    """
    both = quantity.readings
    if len(both) < 2 or heading.scale == ONE:  # noqa: PLR2004 - one reading is no choice
        return _with(quantity, heading)
    value = written.choose(both)
    if value is not None:
        resolution = ONE if value == value.to_integral_value() else Decimal("0.001")
        return _with(quantity._replace(value=value, readings=(), resolution=resolution), heading)
    given = _with(quantity, heading)
    return given._replace(
        readings=tuple(reading * heading.scale for reading in both),
        flags=tuple(dict.fromkeys((*given.flags, _AMBIGUOUS))),
    )


def _with(quantity: Quantity, heading: Heading) -> Quantity:
    scale = heading.scale if quantity.scale == ONE else ONE
    return with_unit(quantity, heading.unit, _INHERITED, noun=heading.noun, scale=scale)


def _can_all_be(unit: Unit, column: Sequence[Quantity]) -> bool:
    """Whether the numbers of a column can be of a unit that their head only suggests."""
    if unit == "percent" and all(number.value <= 1 for number in column):
        return False  # "Cakupan: 0,952" is a ratio.
    return all(_can_be(unit, number) for number in column)


def _can_be(unit: Unit, quantity: Quantity) -> bool:
    """Whether a number without a unit can be of one that its head only suggests."""
    values = (quantity.value, *quantity.readings)
    if unit == "percent":
        return _is_small(quantity, _LARGEST_SHARE)
    if unit == "people":
        return any(v == v.to_integral_value() and v >= _FEWEST_PEOPLE for v in values)
    return True


def _can_be_shares(column: Sequence[Quantity]) -> bool:
    """Whether numbers below a title that speaks of percent can be what it speaks of.

    "Peserta, persen terhadap penduduk" says nothing of a column of 291.844 and 53.214.
    """
    is_whole = len(column) >= _ENOUGH and all(len(number.readings) > 1 for number in column)
    return not is_whole and all(_is_small(number, _LARGEST_SHARE) for number in column)


def _is_small(quantity: Quantity, largest: int = _NO_SHARE) -> bool:
    """Whether a number can be of percent at all: "222,5 juta" and "1.379.886" cannot."""
    return quantity.scale == ONE and min((quantity.value, *quantity.readings)) <= largest


def _heading_of(folded: str, cell: Cell) -> Heading | None:
    """What the numbers of a cell count: by its heads from the lowest, its row, or the title."""
    table = cell.table
    title = table.titles[-1:]
    if table.form == "list":
        # "Cakupannya 99,82 persen. Rinciannya:" says the unit of its own number.
        last = _LAST_NUMBER.match(folded, *title[0])
        return _plain_in(folded[last.end() if last else title[0].start : title[0].end])
    heading = _said_in(folded, cell.heads[::-1]) or _of_sum(folded, cell)
    if heading and heading.is_plain:
        return heading
    heading = _said_in(folded, cell.names[::-1]) or heading
    above = None if heading else _said_in(folded, title)
    return above._replace(is_own=False) if above else heading


def _of_sum(folded: str, cell: Cell) -> Heading | None:
    """What a column of sums counts: what the one to the left of it does."""
    words = {word for span in cell.heads for word in words_of(folded[slice(*span)])}
    if not words or not words <= COUNTS or not cell.column:
        return None
    return _said_in(folded, cell._replace(column=cell.column - 1).heads[::-1])


def _plain_in(said: str) -> Heading | None:
    return _in_brackets(_BRACKETS, said) or _said(said)


def _said_in(folded: str, spans: Iterable[Span]) -> Heading | None:
    """The first unit that one of some heads says; else the first that one suggests."""
    suggested = None
    for span in spans:
        said = folded[slice(*span)]
        if found := _plain_in(said):
            return found
        suggested = suggested or _suggested(said)
    return suggested


def _in_brackets(brackets: re.Pattern[str], said: str) -> Heading | None:
    """The unit in brackets among some words: "(jiwa)", "(dalam juta rupiah)"."""
    if ")" not in said and "]" not in said:
        return None
    return next(filter(None, (_unit_of(found[1]) for found in brackets.finditer(said))), None)


def _unit_of(inside: str) -> Heading | None:
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


def _suggested(said: str) -> Heading | None:
    """The unit that what a head speaks of usually has: "Peserta", "Cakupan", "Premi"."""
    for word in words_of(said):
        if unit := HEADING_UNITS.get(word):
            return Heading(unit, word, is_plain=False)
    return None


def _longest_noun(words: Sequence[str]) -> str | None:
    for length in range(min(_LONGEST_NOUN, len(words)), 0, -1):
        if (noun := " ".join(words[:length])) in UNIT_OF_NOUN:
            return noun
    return None
