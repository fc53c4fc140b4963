"""The words and digits of a text, found once and shared by every finder.

Trying a long pattern at every character of a text is what makes scanning slow. So a finder names
the words that its patterns can begin with, and tries them only where one of those words stands.
"""

import re
from collections.abc import Callable, Container, Iterator
from functools import partial
from itertools import accumulate, compress
from typing import Final, NamedTuple

__all__ = ["Token", "TokenizedText", "fold_text", "tokenize"]

# A capital or a letter of another alphabet that ends up as a plain one when case is ignored; white
# space of any width is a space, and an apostrophe is one however it is set.
_SAME_CHARACTER: Final = dict(zip("İıſ\u00a0\u2009\u202f’‘", "iis   ''", strict=True))
# Most letters are plain ones, which are told faster than those of any alphabet. A fraction is a
# token of its own: "95½persen".
_FRACTIONS: Final = "¼-¾⅐-⅟"
_TOKEN: Final = re.compile(
    rf"([a-z]++[^\W\d_{_FRACTIONS}]*+|\d+|[{_FRACTIONS}]|[^\W\d_{_FRACTIONS}]+)"
)


class Token(NamedTuple):
    """A run of letters or a run of digits, in lower case, with its place in the text."""

    start: int
    end: int
    word: str


# There are hundreds in an article, and `Token(...)` takes nearly twice as long as this does.
_token: Final[Callable[[tuple[int, int, str]], Token]] = partial(tuple.__new__, Token)


class TokenizedText(NamedTuple):
    """A text for matching.

    Attributes:
        text: the text as it stands.
        folded: the same, of the same length, in lower case and with plain spaces and apostrophes:
            `folded[i]` stands for `text[i]`, so that patterns need not ignore case.
        tokens: its words and runs of digits, in order.
        words: the same without their places: `words[i] == tokens[i].word`.
    """

    text: str
    folded: str
    tokens: tuple[Token, ...]
    words: tuple[str, ...]

    def places_of(self, triggers: Container[str]) -> Iterator[int]:
        """The indexes of the tokens whose word is one of `triggers`, in order."""
        return compress(range(len(self.words)), map(triggers.__contains__, self.words))


def tokenize(text: str) -> TokenizedText:
    """Find the words and the runs of digits of `text`.

    >>> tokenize("Rp20M").tokens[1:]
    (Token(start=2, end=4, word='20'), Token(start=4, end=5, word='m'))
    """
    folded = fold_text(text)
    # In turns what stands between the words and a word: where one ends the other begins.
    pieces = _TOKEN.split(folded)
    ends = list(accumulate(map(len, pieces)))
    words = tuple(pieces[1::2])
    tokens = tuple(map(_token, zip(ends[::2], ends[1::2], words, strict=False)))
    return TokenizedText(text, folded, tokens, words)


def fold_text(text: str) -> str:
    """The text in lower case, with plain spaces and apostrophes, and of the same length."""
    if text.isascii():
        return text.lower()
    plain = text
    # `str.translate` looks up each character of the text, and takes ten times as long.
    for character, same in _SAME_CHARACTER.items():
        plain = plain.replace(character, same)
    folded = plain.lower()
    if len(folded) == len(text):
        return folded
    # Some letters become two in lower case; they stay as they are then.
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
