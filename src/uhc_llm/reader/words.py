"""The words of a text as a reader of meanings sees them: a number is its unit, a name its level."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from uhc_llm.schemas import Mention, Reading

__all__ = ["SIGNS", "Words", "read_words", "stem"]

SIGNS: Final = frozenset('.,;:()!?"“”|/%\n–—-')
"""What stands among the words of a text and is none."""

_WORD: Final = re.compile(r"[^\W\d_]++(?:['’-][^\W\d_]++)*+|[.,;:()!?\"“”|/%\n–—-]")
_CLITICS: Final = re.compile(r"(?<=\w{4})(?:nya|lah|kah|pun)\Z")
_SUFFIXES: Final = re.compile(r"(?<=\w{4})(?:kan|an)\Z|(?<=\w{5})(?<!a)i\Z")
# What is left must be at least four letters, and begin as a word can.
_PREFIXES: Final = re.compile(
    r"\A(?:meng|peng|meny|peny|mem|pem|men|pen|ber|per|ter|di|ke|se|me|pe)"
    r"(?=\w{4})(?=[aeiou]|[^aeiou](?:[aeiou]|[lr][aeiou]|[gy]))"
)


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """A word without its most frequent affixes, so that forms of one are alike.

    >>> stem("didaftarkan"), stem("terdaftar"), stem("kepesertaannya"), stem("aktif")
    ('daftar', 'daftar', 'serta', 'aktif')
    """
    word = _CLITICS.sub("", word)
    word = _SUFFIXES.sub("", word)
    for _ in range(2):
        word = _PREFIXES.sub("", word)
    return word


class Words(NamedTuple):
    """The words of a text, with what stands for its numbers, times and names, in order.

    Attributes:
        starts: where each begins in the text.
        forms: the words in lower case, and signs; a number is "#percent" (its unit, or its kind), a
            time "#time", a region "#regency" (its level).
        stems: the same without affixes.
    """

    starts: tuple[int, ...]
    forms: tuple[str, ...]
    stems: tuple[str, ...]

    def at(self, place: int) -> int:
        """The index of the first word that begins at `place` or behind it."""
        return bisect_left(self.starts, place)


class _Stand(NamedTuple):
    """What stands in the place of a stretch of the text."""

    start: int
    end: int
    form: str


def read_words(reading: Reading) -> Words:
    """The words of a text that was scanned."""
    starts: list[int] = []
    forms: list[str] = []
    text, place = reading.text, 0
    for stand in [*_stands(reading), _Stand(len(text), len(text), "")]:
        for word in _WORD.finditer(text, place, stand.start):
            starts.append(word.start())
            forms.append(word.group().lower())
        if stand.form:
            starts.append(stand.start)
            forms.append(stand.form)
        place = stand.end
    return Words(tuple(starts), tuple(forms), tuple(map(_stem, forms)))


def _stem(form: str) -> str:
    return form if form[0] == "#" else stem(form)


def _stands(reading: Reading) -> Iterator[_Stand]:
    """Numbers, times and names, in order and apart; of two at one place the longer."""
    stands = [_Stand(m.start, m.end, _number(m)) for m in reading.mentions]
    stands += [_Stand(p.start, p.end, "#time") for p in reading.periods if p.end]
    stands += [_Stand(r.start, r.end, f"#{r.level}") for r in reading.regions]
    behind = 0
    for stand in sorted(stands, key=_first_and_longest):
        if stand.start >= behind:
            yield stand
            behind = stand.end


def _first_and_longest(stand: _Stand) -> tuple[int, int]:
    return stand.start, -stand.end


def _number(mention: Mention) -> str:
    if mention.kind in ("date", "year"):
        return "#time"
    if mention.kind != "quantity":
        return f"#{mention.kind}"
    return f"#{mention.unit}" if mention.unit else "#number"
