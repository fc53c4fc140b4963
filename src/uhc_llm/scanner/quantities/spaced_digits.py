"""Digits with spaces inside the number, read as one only where they can be nothing else."""

import re
from typing import Final, NamedTuple

from uhc_llm.scanner.quantities.numerals import AMBIGUOUS
from uhc_llm.scanner.quantities.phrases import DIGITS_BEFORE, GAPS, Words
from uhc_llm.scanner.quantities.words import PERCENT_WORDS, SCALES, UNITS
from uhc_llm.schemas import Unit

__all__ = ["SpacedDigits", "spaced_digits"]

# "1.708 552 jiwa", "147. 629 warga", "1 708,552 jiwa"
_GROUPS: Final = re.compile(r"[1-9][0-9]{0,2}(?:(?: ?\. ?| |,)[0-9]{3}(?!\d)){1,5}+(?![.,]\d)")
# "101, 00%", "98, 5 persen", "1, 6 juta"
_DECIMALS: Final = re.compile(
    rf"[0-9]{{1,3}}(?: ?, ?|\. )[0-9]{{1,2}}(?= ?(?:%|(?:{'|'.join((*PERCENT_WORDS, *SCALES))})\b))"
)
_TWO_GROUPS: Final = re.compile(r"[0-9] [0-9]")
_SPACED_UNITS: Final = frozenset({"people", "households", "rupiah"})
# Set between groups of digits, where a plain space is too wide.
_GROUP_SPACES: Final = frozenset("\u2009\u202f\u00a0")


class SpacedDigits(NamedTuple):
    """Digits without their spaces, the offset and the index of the token behind them, and flags."""

    digits: str
    end: int
    behind: int
    flags: tuple[str, ...]


def spaced_digits(words: Words, index: int, currency: Unit | None) -> SpacedDigits | None:
    """Read digits with spaces inside, from the token `index` on.

    Args:
        words: the text.
        index: the token of the first digits.
        currency: the unit that stands before them, if any.

    Returns:
        None when they may be several numbers.
    """
    folded, tokens = words.folded, words.tokens
    start = tokens[index].start
    if decimals := _DECIMALS.match(folded, start):
        before = tokens[index - 1]
        if index and before.word < DIGITS_BEFORE and folded[before.end : start] == ", ":
            return None  # the last two of a list
        end, digits = decimals.end(), decimals.group().replace(" ", "")
        behind = _behind(words, index, end)
    elif groups := _GROUPS.match(folded, start):
        end, digits = groups.end(), re.sub("[ .,]", "", groups.group())
        behind = _behind(words, index, end)
        if not _are_groups(words, behind, words.text[start:end], end, currency):
            return None
    else:
        return None
    flags: tuple[str, ...] = ("stray_space",) if " " in folded[start:end] else ()
    if not decimals and "," in folded[start:end]:
        flags = (*flags, AMBIGUOUS)
    return SpacedDigits(digits, end, behind, flags)


def _behind(words: Words, index: int, end: int) -> int:
    """The index of the first token behind the offset `end`."""
    while words.tokens[index].start < end:
        index += 1
    return index


def _are_groups(words: Words, behind: int, printed: str, end: int, currency: Unit | None) -> bool:
    """Whether groups of three digits with spaces between them are one number."""
    if currency == "rupiah" and printed.replace(".", "").replace(" ", "").isdecimal():
        return ". " in printed and not _TWO_GROUPS.search(printed)
    spaces = {character for character in printed if character.isspace()}
    if len(spaces) == 1 and spaces <= _GROUP_SPACES and "." not in printed:
        return True
    found = UNITS.at(words, behind)
    gap = words.folded[end : words.tokens[behind].start]
    return found is not None and found[0] in _SPACED_UNITS and gap != "" and gap in GAPS
