"""Marks that lead to a footnote, right behind a number or a word: they are no part of it."""

import re
from collections.abc import Iterator
from typing import Final

from uhc_llm.scanner.plain.edits import Edit

__all__ = ["mark_edits"]

_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_LOWERED: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_MARK: Final = re.compile(
    r"""
    (?P<above>[⁰¹²³⁴-⁹]{1,9}) [⁄/] (?P<below>[₀-₉]{1,9})
    | (?: (?<=\S) | (?<=\S\s) ) (?P<bracketed>
          ⁽ [⁰¹²³⁴-⁹ᵃᵇᶜᵈᵉ*]{1,3} ⁾? | [⁰¹²³⁴-⁹ᵃᵇᶜᵈᵉ*]{1,3} ⁾
      ) (?![.,]?\d)
    | (?<=\d) (?P<letter>[ᵃᵇᶜᵈᵉ]) (?!\w)
    | (?<=\S) (?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]{1,9}) (?!⁾?[.,]?\d)
    | (?<=\d) (?P<note>
          [†‡§¶]{1,3} (?![.,]?\d) | \*{1,3}+ (?=[\s.,;:)]|\Z)
          | \[ (?:\d{1,2} (?:[,;]\d{1,2}){0,4} | [a-z*]) \]
      )
    """,
    re.VERBOSE,
)
_HAS_MARK: Final = re.compile(r"[⁰¹²³⁴-⁹⁽⁾ᵃᵇᶜᵈᵉ†‡§¶*\[]")
# What is raised behind one of these is a power: 10⁶, m².
_BASES: Final = re.compile(r"(?:(?<![\d.,])10|(?<![^\W\d_])[cdkm]?m)\Z")
_LONGEST_BASE: Final = 4


def mark_edits(text: str) -> list[Edit]:
    """Footnote marks as nothing, powers and fractions as they are typed: 10^6, 1/2.

    >>> mark_edits("812.345¹ jiwa, 10⁶")
    [Edit(start=7, end=8, text=''), Edit(start=17, end=18, text='^6')]
    """
    return list(_edits(text)) if _HAS_MARK.search(text) else []


def _edits(text: str) -> Iterator[Edit]:
    for found in _MARK.finditer(text):
        start, end = found.span()
        if found["note"] or found["bracketed"] or found["letter"]:
            yield Edit(start, end, "")
            continue
        if found["above"]:
            space = " " if text[max(0, start - 1) : start].isdigit() else ""
            above, below = found["above"].translate(_RAISED), found["below"].translate(_LOWERED)
            yield Edit(start, end, f"{space}{above}/{below}")
        elif _BASES.search(text[max(0, start - _LONGEST_BASE) : start]):
            yield Edit(start, end, f"^{found['raised'].translate(_RAISED)}")
        else:
            yield Edit(start, end, "")
