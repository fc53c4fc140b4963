"""Text in the cells of a spreadsheet: what it would run, or take for a number or a date."""

import re
from typing import Final

from uhc_llm.scanner.calendar import MONTHS, WEEKDAYS

__all__ = ["as_it_was", "harmless", "kept_as_text"]

_MARK: Final = "'"
# A spreadsheet runs a cell that begins with one of these.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

_WORD: Final = re.compile(r"[^\W\d_]+")
_DIGIT: Final = re.compile(r"\d")
# Words that stand in what is taken for a date, a time, an amount or a power of ten. Text with any
# other word is left alone: "98 persen" is no number to any program.
_IN_NUMBERS: Final = frozenset({*MONTHS, *WEEKDAYS, "am", "pm", "e", "rp", "idr", "usd"})
# What is a value of its own without a digit, in the programs' English and Indonesian.
_VALUES: Final = frozenset(
    ("true", "false", "benar", "salah", "#n/a", "#name?", "#null!", "#num!", "#ref!", "#value!")
)


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: such a text gets an apostrophe.

    So does one whose own apostrophe `as_it_was` would take away.

    >>> harmless("=HYPERLINK(1)"), harmless("98,5 persen"), harmless(-3), harmless("'33.10")
    ("'=HYPERLINK(1)", '98,5 persen', -3, "''33.10")
    """
    if isinstance(cell, str) and (_is_formula(cell) or as_it_was(cell) != cell):
        return _MARK + cell
    return cell


def kept_as_text(text: str) -> str:
    """A text that every spreadsheet leaves as it is, also when it opens CSV without asking.

    What would be run, or made a number, a date or a truth value, gets an apostrophe. It is seen
    there, and that is why it is one: a no-break space does not keep LibreOffice from making 33.1
    of 33.10; a tab does but is not seen, so that two codes that look alike are not the same; and
    ="33.10" is a formula, the very thing that no text is to be. A text that begins with an
    apostrophe gets another one, so that taking one away gives every text as it was.

    >>> kept_as_text("33.10"), kept_as_text("2024-06"), kept_as_text("1e5"), kept_as_text("ID")
    ("'33.10", "'2024-06", "'1e5", 'ID')
    >>> kept_as_text("12 Mei 2024"), kept_as_text("98 persen"), kept_as_text("=1+1")
    ("'12 Mei 2024", '98 persen', "'=1+1")
    """
    return _MARK + text if _is_taken_otherwise(text) else text


def as_it_was(cell: str) -> str:
    """The text of a cell without the apostrophe that `harmless` or `kept_as_text` gave it.

    >>> as_it_was("'33.10"), as_it_was("'=1+1"), as_it_was("''s-Hertogenbosch"), as_it_was("Blora")
    ('33.10', '=1+1', "'s-Hertogenbosch", 'Blora')
    """
    text = cell.removeprefix(_MARK)
    return text if text != cell and _is_taken_otherwise(text) else cell


def _is_formula(text: str) -> bool:
    # White space in front is passed over by some programs.
    return text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)


def _is_taken_otherwise(text: str) -> bool:
    if text.startswith(_MARK) or _is_formula(text):
        return True
    if _DIGIT.search(text) is None:
        return text.strip().casefold() in _VALUES
    return all(word.casefold() in _IN_NUMBERS for word in _WORD.findall(text))
