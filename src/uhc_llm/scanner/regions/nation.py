"""Where a text speaks of the whole country: "secara nasional", "se-Indonesia"."""

from typing import Final

from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.scanner.regions.matching import Named, follows, has_capital
from uhc_llm.scanner.regions.words import (
    NATION_CUES,
    NATION_NOT_AFTER,
    NATION_NOT_BEFORE,
    NATION_PHRASES,
)
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["match_nation", "match_nation_phrase"]

_ADJECTIVES: Final = frozenset({"nasional", "nasionalnya", "rpjmn", "nationwide", "nationally"})


def match_nation_phrase(source: TokenizedText, index: int) -> tuple[Named, int] | None:
    """A phrase for the whole country ("Sabang sampai Merauke"), and the index behind it."""
    for phrase in NATION_PHRASES:
        end = index + len(phrase)
        if tuple(token.word for token in source.tokens[index:end]) == phrase:
            span = source.tokens[index].start, source.tokens[end - 1].end
            return Named(*span, (NATION,), "nation"), end
    return None


def match_nation(source: TokenizedText, index: int) -> tuple[Named, int] | None:
    """A word for the whole country, and the index behind it, if it is no part of another name.

    "Jaminan Kesehatan Nasional", "Republik Indonesia" and "Indonesia Sehat" are other names: a
    capital in the word before tells them, but where nearly every word has one.
    """
    tokens = source.tokens
    start, end, word = tokens[index]
    before = tokens[index - 1].word if index else ""
    is_adjective = word in _ADJECTIVES
    if index and source.folded[tokens[index - 1].end : start] == "-":
        start = tokens[index - 1].start if before == "se" else start
        if before != "se" and not is_adjective:
            return None
    elif follows(source, index):
        if before in NATION_NOT_AFTER:
            return None
        is_capital = has_capital(source, index - 1) or (is_adjective and has_capital(source, index))
        if is_capital and before not in NATION_CUES and word != "rpjmn":
            return None
        start = tokens[index - 1].start if before == "secara" else start
    behind = index + 1
    if (
        behind < len(tokens)
        and tokens[behind].word in NATION_NOT_BEFORE
        and follows(source, behind)
    ):
        return None
    return Named(start, end, (NATION,), "nation", implied=is_adjective), behind
