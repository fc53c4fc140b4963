"""Matching the names of the gazetteer, and the words in front of them, at a token of a text."""

from typing import Final, NamedTuple

from uhc_llm.scanner.regions.gazetteer import Name, gazetteer
from uhc_llm.scanner.regions.words import CUES, LevelCue
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Level, Region

__all__ = ["Named", "follows", "has_capital", "is_capitalised", "match_cue", "match_name"]

# What may stand between two words of one name, which may be broken over two lines.
_SPACES: Final = frozenset({" ", "  ", "\t", "\n", " \n", "\n ", " \n ", "   "})
_HYPHENS: Final = frozenset({"-", "\u2010", "\u2011", "- ", " -"})
_DOTS: Final = frozenset({". ", ".", ".  ", ".\n", ". \n", ".\n "})
# "Kab. Semarang", "Kep. Riau", "D.I. Yogyakarta"
_SHORTENED: Final = frozenset({"kab", "kep", "prov", "kec", "tj", "jl", "jln", "univ"})


class Named(NamedTuple):
    """A stretch of text and the regions that it can mean.

    Attributes:
        start: offset of its first character.
        end: offset behind its last one.
        regions: what it can mean; never empty.
        level: the level that the words before it say, such as Pemkot.
        implied: whether it only points to a region or to the nation.
        is_doubtful: whether it may be an ordinary word.
        is_governed: whether its government is named with it ("Pemkot Semarang").
    """

    start: int
    end: int
    regions: tuple[Region, ...]
    level: Level | None = None
    implied: bool = False
    is_doubtful: bool = False
    is_governed: bool = False


def follows(source: TokenizedText, index: int) -> bool:
    """Whether the token before `index` belongs to the same phrase: white space alone between."""
    if index < 1:
        return False
    before = source.tokens[index - 1]
    gap = source.folded[before.end : source.tokens[index].start]
    return gap in _SPACES or (gap in _DOTS and before.word in _SHORTENED)


def has_capital(source: TokenizedText, index: int) -> bool:
    """Whether the token at `index`, if there is one, begins with a capital."""
    tokens = source.tokens
    return 0 <= index < len(tokens) and source.text[tokens[index].start].isupper()


def is_capitalised(source: TokenizedText, index: int) -> bool:
    """Whether the token at `index` has a capital and goes on the phrase of the one before."""
    return has_capital(source, index) and follows(source, index)


def match_name(source: TokenizedText, index: int) -> tuple[Name, int] | None:
    """The longest name that begins at a token.

    Args:
        source: the text.
        index: of the token. In small letters it begins a name only behind Kota, Bupati ...

    Returns:
        The name, and the index of the token behind it.
    """
    tokens, text = source.tokens, source.text
    start = tokens[index].start
    node = gazetteer().tree.get(tokens[index].word)
    if node is None:
        return None
    is_small = text[start].islower()
    if is_small and not (follows(source, index) and tokens[index - 1].word in CUES):
        return None
    best = None
    place = index + 1
    while True:
        name = node.name
        if name is not None and not (is_small and (name.is_ordinary or name.is_nickname)):
            is_short = name.in_capitals and not text[start : tokens[place - 1].end].isupper()
            best = best if is_short else (name, place)
        if place == len(tokens):
            return best
        node = node.following.get(tokens[place].word)
        if node is None or not _goes_on(source, place, is_small=is_small):
            return best
        place += 1


def _goes_on(source: TokenizedText, place: int, *, is_small: bool) -> bool:
    """Whether a token can be the next word of a name: by what stands between, and its capital."""
    before, token = source.tokens[place - 1 : place + 1]
    gap = source.folded[before.end : token.start]
    if gap not in _SPACES and gap not in _HYPHENS:
        is_short = len(before.word) == 1 or before.word in _SHORTENED
        if gap not in _DOTS or not is_short:
            return False
    # "Pangkajene dan Kepulauan", "Toli-toli"
    is_inner = token.word == "dan" or gap in _HYPHENS
    return is_small or is_inner or source.text[token.start].isupper()


def match_cue(source: TokenizedText, index: int) -> tuple[LevelCue, int] | None:
    """The words before a token that say a level, such as Kota or Bupati.

    Returns:
        The words, and the index of the first of them that is part of the name, or else of the last.
    """
    if index < 1:
        return None
    cues = CUES.get(source.tokens[index - 1].word)
    if cues is None or not follows(source, index):
        return None
    for cue in cues:
        if not cue.before:
            return cue, index - 1
        first = index - 1 - len(cue.before)
        if first >= 0 and all(
            source.tokens[first + n].word == word and follows(source, first + n + 1)
            for n, word in enumerate(cue.before)
        ):
            return cue, first
    return None
