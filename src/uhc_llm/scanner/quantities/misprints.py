"""Signs right at a number that it is a part of another: letters, marks and words between digits.

Poor scans put letters for digits ("9S,28"), wrong encodings put signs between them ("95,Â 28"), and
a decimal comma may be spoken in a word that no number has ("95 titik 28").
"""

import re
from typing import Final

__all__ = ["begins_within", "goes_on_behind", "is_spoken_decimal"]

_WINDOW: Final = 24
_LETTER: Final = r"[^\W\d_]"
# A sign of a wrong encoding; not one that the press sets beside numbers.
_SIGN: Final = r"[^\x00-\x7f\s–—−‒…“”’‘½¼¾·•×→±≈≤≥°￼]"
_WITHIN: Final = re.compile(
    rf"""
    (?: \d [^\s\d]{{0,4}} {_LETTER} [^\s\d]{{0,3}}      # "9S,28", "271â€™408"
      | (?<!\w) [oOQDlIiZzSsGbBgq]{{1,2}} [.,]          # "O,95"
      | \d [.,]? {_SIGN}{{1,3}} \s [.,]?                # "95,Â 28"
    ) \Z
    """,
    re.VERBOSE,
)
_SPOKEN: Final = ("koma", "titik", "poin", "point", "dot", "comma")
_DECIMAL_WORD: Final = re.compile(
    rf"(?:\d\W{{0,3}}(?:{'|'.join(_SPOKEN)})|(?<!\w)(?:koma|point))\W{{1,3}}\Z"
)
_BEHIND: Final = re.compile(
    rf"[.,'’]? (?: {_LETTER}{{1,3}} | [_$\\|][^\s\d]{{0,6}} | {_SIGN}{{1,3}}\s? ) [.,]? \d",
    re.VERBOSE,
)


def begins_within(text: str, start: int, since: int) -> bool:
    """Whether a number begins within another one that is printed amiss.

    Args:
        text: the text.
        start: the offset of its first digit.
        since: the offset behind the number before it: what belongs to that one says nothing.
    """
    return _WITHIN.search(text, max(since - 1, start - _WINDOW, 0), start) is not None


def is_spoken_decimal(text: str, start: int) -> bool:
    """Whether a word for a decimal comma stands before a number: "95 titik 28 persen"."""
    before = text[max(0, start - _WINDOW) : start].lower()
    if not before.rstrip(" -,()").endswith(_SPOKEN):
        return False
    return _DECIMAL_WORD.search(before) is not None


def goes_on_behind(text: str, end: int) -> bool:
    """Whether more digits follow a number behind letters or signs: "2.981.B34", "98.765_100"."""
    return _BEHIND.match(text, end) is not None
