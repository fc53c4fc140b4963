"""Numbers that name, order or time something and count nothing: law numbers, clock times, URLs.

What counts is never taken for a name: behind "kelas 3" or "pukul 08.00" a scale word, a percent
sign or a unit noun tells that another number begins, or that this one is a quantity.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from uhc_llm.scanner.nominals import figures, marks, names, ranks
from uhc_llm.scanner.nominals.nominal import Nominal, Reader
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["Nominal", "find_nominals"]

_READERS: Final[dict[str, Reader]] = figures.READERS | marks.READERS | ranks.READERS | names.READERS
_FINDERS: Final = (*marks.FINDERS, *figures.FINDERS)


def find_nominals(source: TokenizedText) -> list[Nominal]:
    """Find the stretches of a text in which a number names, orders or times something.

    Returns:
        The stretches in order and apart; of two that overlap the one that begins first.
    """
    found = list(_read(source))
    for mark, find in _FINDERS:
        if mark in source.folded:
            found += filter(None, find(source))
    return list(_apart(found)) if len(found) > 1 else found


def _read(source: TokenizedText) -> Iterator[Nominal]:
    """What the words tell; where one has been read, the next is looked for behind it."""
    tokens, behind = source.tokens, 0
    for index in source.places_of(_READERS):
        start, _, word = tokens[index]
        if start < behind:
            continue
        if nominal := _READERS[word](source, index):
            yield nominal
            behind = nominal.end


def _apart(found: Iterable[Nominal]) -> Iterator[Nominal]:
    end = 0
    for nominal in sorted(found, key=lambda one: (one.start, -one.end)):
        if nominal.start >= end:
            yield nominal
            end = nominal.end
