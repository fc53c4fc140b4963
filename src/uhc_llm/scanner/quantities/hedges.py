"""The words around a number that make it less than exact: "sekitar", "lebih dari", "atau lebih"."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from uhc_llm.scanner.quantities.phrases import Words, is_gap
from uhc_llm.scanner.quantities.words import (
    ABBREVIATED_QUALIFIERS,
    COMPARES,
    FILLERS,
    HEDGES_AFTER,
    HEDGES_BEFORE,
    NEGATIONS,
    SYMBOL_QUALIFIERS,
)
from uhc_llm.schemas import Qualifier

__all__ = ["HedgeBehind", "hedge_before", "hedge_behind"]

_LAST_WORDS: Final = HEDGES_BEFORE.last_words | FILLERS.last_words
_NEGATIONS: Final = NEGATIONS.last_words
_TURNED: Final[Mapping[Qualifier, Qualifier]] = {"at_least": "at_most", "at_most": "at_least"}
_LONGEST_SYMBOL: Final = max(map(len, SYMBOL_QUALIFIERS))
_STARTS_BEHIND: Final = HEDGES_AFTER.first_words


class HedgeBehind(NamedTuple):
    """A hedge behind a number, the index of the token behind it, and the offset behind it."""

    qualifier: Qualifier
    behind: int
    end: int


def hedge_before(words: Words, index: int, start: int) -> Qualifier | None:
    """The hedge in front of a number.

    Args:
        words: the text.
        index: the token before the number.
        start: the offset where the number begins, with its currency and sign.

    Returns:
        The hedge, also when a filler stands between ("lebih dari sebanyak"); None without one.
    """
    folded, tokens = words.folded, words.tokens
    gap = folded[tokens[index].end : start] if index >= 0 else folded[:start]
    if gap != " ":
        # A quotation mark opens what somebody says, not another number.
        tail = gap[-_LONGEST_SYMBOL - 1 :].rstrip()
        for symbol, qualifier in SYMBOL_QUALIFIERS.items():
            if tail.endswith(symbol):
                return qualifier
        if gap.rstrip() == ".":
            return ABBREVIATED_QUALIFIERS.get(tokens[index].word)
        if index < 0 or not is_gap(gap):
            return None
    if words.said[index] not in _LAST_WORDS:
        return None
    found = HEDGES_BEFORE.ending_at(words, index) or _before_filler(words, index)
    if found is None:
        return None
    qualifier, first = found
    return _TURNED.get(qualifier, qualifier) if _is_negated(words, first) else qualifier


def _before_filler(words: Words, index: int) -> tuple[Qualifier, int] | None:
    """The hedge that stands before a filler, and its first token."""
    filler = FILLERS.ending_at(words, index)
    if filler is None or filler[1] < 1:
        return None
    before = filler[1] - 1
    if not is_gap(words.folded[words.tokens[before].end : words.tokens[filler[1]].start]):
        return None
    return HEDGES_BEFORE.ending_at(words, before)


def _is_negated(words: Words, first: int) -> bool:
    """Whether what stands right before the first token of a hedge turns it around."""
    before, tokens = first - 1, words.tokens
    if before < 0 or words.said[before] not in _NEGATIONS:
        return False
    gap = words.folded[tokens[before].end : tokens[first].start]
    return is_gap(gap) and NEGATIONS.ending_at(words, before) is not None


def hedge_behind(words: Words, index: int, end: int, limit: int) -> HedgeBehind | None:
    """The hedge behind a number ("17 ribu lebih", "95 persen atau lebih").

    Args:
        words: the text.
        index: the first token behind the number.
        end: the offset behind the number.
        limit: the offset from which on the text says something else.
    """
    folded, tokens = words.folded, words.tokens
    if folded[end : end + 1] == "+" and not folded[end + 1 : end + 2].isdecimal():
        return HedgeBehind("at_least", index, end + 1)  # "10.000+ peserta"
    if words.said[index] not in _STARTS_BEHIND:
        return None
    gap = folded[end : tokens[index].start]
    found = HEDGES_AFTER.at(words, index)
    if found is None or not gap or not is_gap(gap):
        return None
    qualifier, behind = found
    after = tokens[behind]
    hedge_end = tokens[behind - 1].end
    if hedge_end > limit:
        return None
    if after.word in COMPARES and is_gap(folded[hedge_end : after.start]):
        return None  # "95 persen lebih tinggi dari target"
    return HedgeBehind(qualifier, behind, hedge_end)
