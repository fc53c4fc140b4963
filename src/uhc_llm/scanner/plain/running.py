"""Sentences that run on into the next line before a capital or a digit: names, sums, schemes."""

import re
from functools import cache
from typing import Final

from uhc_llm.scanner.plain.line_words import LINE_WORDS
from uhc_llm.scanner.quantities.words import SCALES, UNIT_OF_NOUN
from uhc_llm.scanner.regions.gazetteer import gazetteer

__all__ = ["begins_as_rest", "has_clause", "is_number_of", "is_rest", "parts_name"]

_CLAUSE_WORDS: Final = frozenset(LINE_WORDS["open_ends"])
_BEGINS_SENTENCE: Final = frozenset(LINE_WORDS["begins_sentence"])
_BEFORE_NUMBERS: Final = frozenset(LINE_WORDS["before_numbers"])
_BEFORE_SCHEMES: Final = frozenset(LINE_WORDS["before_schemes"])
_SCHEMES: Final = frozenset(LINE_WORDS["schemes"])
_LEVELS: Final = frozenset({"kota", "kabupaten", "provinsi"})
# "menanggung", "mencatat", "tercatat": what somebody does.
_VERB: Final = re.compile(r"(?:m(?:e[mnlrw]|eny|eng)|ter)[a-z]{4,20}\Z")
# "96 persen, Kabupaten Kudus": a row ends with its sum, and a sentence goes on.
_ENUMERATED: Final = re.compile(r"\d (?:persen|jiwa|orang|peserta|warga|ribu|juta)[a-z ]{0,30}, ")
_WORDS: Final = re.compile(r"[^\s,;:()]{1,40}")
_LAST_WORDS: Final = re.compile(r"(?:[^\s,;:()]{1,30} ){0,3}[^\s,;:()]{1,30}\Z")
_FIRST_WORD: Final = re.compile(r"[^\W\d_]++(?:-[^\W\d_]++)?")
_AMOUNT: Final = re.compile(r"(?:rp ?)?\d[\d.,]{0,20} ?(%|[^\W\d_]{1,30})")
# "1.650.200 jiwa penduduk": with no word for what is next.
_ENDS_IN_SUM: Final = re.compile(r"\d ?(?:%|(?:[a-z]{1,20} )?[a-z]{1,20})\Z")
_YEAR_ENDS: Final = re.compile(r"20\d\d[.,](?:\s|\Z)")
_LONGEST_TAIL: Final = 120
_MOST_WORDS: Final = 4


def has_clause(line: str) -> bool:
    """Whether a line is of a sentence: it has a verb or a preposition, or lists sums.

    >>> has_clause("yang belum terdaftar JKN"), has_clause("Cakupan JKN Blora")
    (True, False)
    """
    words = _WORDS.findall(line)
    if words and words[0].lower() in _BEGINS_SENTENCE:
        return True
    is_said = any(word in _CLAUSE_WORDS or _VERB.match(word) for word in words if word.islower())
    return is_said or _ENUMERATED.search(line) is not None


@cache
def _tails() -> frozenset[str]:
    """The words that stand within or at the end of a region's name, not at its beginning."""
    return frozenset(word for name in gazetteer().names for word in name[1:])


def begins_as_rest(following: str) -> bool:
    """Whether a line with a capital may be the rest of another: no other can be `is_rest`."""
    found = _FIRST_WORD.match(following)
    first = found.group().lower() if found else ""
    return first in _SCHEMES or first in _LEVELS or first in _tails()


def parts_name(line: str, following: str) -> bool:
    """Whether a line end parts the name of a region.

    >>> parts_name("di Kota Pangkal", "Pinang 95 persen"), parts_name("di Pati", "Kudus naik")
    (True, False)
    """
    behind = [word.strip('."”’') for word in following[:_LONGEST_TAIL].split(None, _MOST_WORDS)]
    if not behind or behind[0].lower().rstrip(",;") not in _tails():
        return False
    found = _LAST_WORDS.search(line, max(0, len(line) - _LONGEST_TAIL))
    before = found.group().split() if found else []
    return any(_is_name(before[start:], behind) for start in range(len(before)))


def _is_name(before: list[str], behind: list[str]) -> bool:
    """Whether the words of a line, and one or more of the next, are a name."""
    level = gazetteer().tree
    node = None
    for word in before:
        node = level.get(word.lower()) if word[0].isupper() else None
        if node is None:
            return False
        level = node.following
    for word in behind:
        node = level.get(word.lower().rstrip(",;")) if word[:1].isupper() else None
        if node is None:
            return False
        if node.name:
            return bool(node.name.behind_level)
        level = node.following
    return False


def is_number_of(line: str) -> bool:
    """Whether the last word of a line asks for a number, as that of a quarter does."""
    return len(line) > 1 and line.rsplit(None, 1)[-1].lower() in _BEFORE_NUMBERS


def is_rest(line: str, following: str) -> bool:
    """Whether a line behind one of a sentence goes on with it: with a sum, or with a scheme.

    >>> is_rest("yang belum terdaftar JKN", "13.900 jiwa.")
    True
    """
    is_sum = _ENDS_IN_SUM.search(line, max(0, len(line) - _LONGEST_TAIL)) is not None
    if following[0].isdigit() or following.startswith("Rp"):
        if is_sum or _YEAR_ENDS.match(following):
            return not is_sum
        found = _AMOUNT.match(following.lower())
        return found is not None and (
            found[1] == "%" or found[1] in UNIT_OF_NOUN or found[1] in SCALES
        )
    first, last = _FIRST_WORD.match(following), line.rsplit(None, 1)[-1]
    if first is None:
        return False
    if first.group().lower() in _SCHEMES:
        return last.lower() in _BEFORE_SCHEMES
    return first.group().lower() in _LEVELS and is_sum
