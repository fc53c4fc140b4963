"""Lines that stand for themselves: rows of tables, links to other articles, captions, footers."""

import re
from collections.abc import Sequence
from typing import Final

from uhc_llm.scanner.aside_cues import CUES, FIRST_WORD
from uhc_llm.scanner.plain.layout import Line

__all__ = ["is_aside", "is_row"]

_GAP: Final = re.compile(r"\S( {2,})(?=\S)")
_OTHER_FORMS: Final = frozenset({"picture", "byline"})


def is_row(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is a row of a table: with bars, tabs, or cells set in columns."""
    line = lines[index].text
    bars = line.count(" | ")
    if "\t" in line or bars > 1:
        return True
    gaps = [(found.start(1), found.end(1)) for found in _GAP.finditer(line)]
    if not gaps and not bars:
        return False
    near = [lines[i] for i in (index - 1, index + 1) if 0 <= i < len(lines)]
    if bars and any(" | " in other.text for other in near):
        return True
    return bool(gaps) and any(_are_columns(gaps, lines[index], other) for other in near)


def _are_columns(gaps: Sequence[tuple[int, int]], line: Line, other: Line) -> bool:
    """Whether the cells of two lines begin, or end, at the same places."""
    shift = other.indent - line.indent
    others = [(found.start(1) + shift, found.end(1) + shift) for found in _GAP.finditer(other.text)]
    starts, ends = {start for start, _ in others}, {end for _, end in others}
    return bool(others) and all(start in starts or end in ends for start, end in gaps)


def is_aside(line: str) -> bool:
    """Whether a line begins as a link to another article, a caption or a footer does."""
    folded = line.lower()
    found = FIRST_WORD.match(folded)
    if found is None:
        return False
    return any(
        cue.form not in _OTHER_FORMS and cue.pattern.match(folded, found.start(1))
        for cue in CUES.get(found[1], ())
    )
