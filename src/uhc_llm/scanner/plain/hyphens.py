"""Hyphens at the end of a line: a program's, which goes with the line end, or the writer's own."""

import re
from functools import cached_property
from typing import Final

from uhc_llm.scanner.plain.line_words import LINE_WORDS

__all__ = ["Hyphens"]

_HYPHENED: Final = frozenset(LINE_WORDS["hyphened"])
_BEGINNINGS: Final = frozenset(LINE_WORDS["beginnings"])
_WORD: Final = re.compile(r"[^\W\d_]++(?:-[^\W\d_]++)*+")
_BROKEN: Final = re.compile(r"[^\s-]{1,60}-[^\S\n]*+\n\s*+\S{1,60}")
_LEFT: Final = re.compile(r"[^\W_]++(?:-[^\W_]++)*+(?=-\Z)")
_RIGHT: Final = re.compile(r"[^\W_]++(?:-[^\W_]++)*+")
_WAY_BACK: Final = 60
_SHORTEST_STEM: Final = 3
_SHORTEST_WORD: Final = 4


class Hyphens:
    """What the hyphens at the line ends of a text are, judged by its other words."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(_WORD.findall(_BROKEN.sub(" ", self._text).lower()))

    def is_own(self, line: str, following: str) -> bool:
        """Whether the hyphen at the end of a line belongs there wherever the line ends.

        Args:
            line: it ends in a hyphen behind a letter or digit.
            following: the next line, which begins with one.
        """
        left = _last_word(line)
        found = _RIGHT.match(following)
        right = found.group() if found else ""
        if not left.isalpha() or not right.isalpha():
            left, right = left.split("-")[-1], right.split("-")[0]
        if not left.isalpha() or not right.isalpha():
            return True
        if (left.isupper() and len(left) > 1) or right[0].isupper():
            return True
        return self._is_own_of_words(left.lower(), right.lower())

    def _is_own_of_words(self, left: str, right: str) -> bool:
        known = self._known
        if f"{left}-{right}" in known or left + right in known:
            return left + right not in known
        if _is_doubled(left, right) or left in _HYPHENED:
            return True
        are_words = min(len(left), len(right)) >= _SHORTEST_WORD and {left, right} <= known
        return are_words and left not in _BEGINNINGS


def _last_word(line: str) -> str:
    words = _LEFT.findall(line, max(0, len(line) - _WAY_BACK))
    return words[-1] if words else ""


def _is_doubled(left: str, right: str) -> bool:
    """Whether one word is said twice: "masing-masing", "berulang-ulang", "kejar-kejaran"."""
    if min(len(left), len(right)) < _SHORTEST_STEM:
        return False
    if right.startswith(left) or left.endswith(right):
        return True
    # With a sound changed: "sayur-mayur", "bolak-balik".
    half = -(-len(left) // 2)
    return len(left) == len(right) and (left[-half:] == right[-half:])
