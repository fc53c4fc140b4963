"""Words of one sense: the table is `data/lexicon.toml`."""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

__all__ = ["SENSES", "Hit", "find_senses"]

_Phrase = tuple[tuple[str, ...], ...]
"""For each word of a phrase what it may be."""

_TABLE: Final[dict[str, list[str]]] = tomllib.loads(
    files("uhc_llm.reader").joinpath("data/lexicon.toml").read_text(encoding="utf-8")
)
SENSES: Final = tuple(_TABLE)


class Hit(NamedTuple):
    """A phrase of some sense: the index of its first word, that behind its last, and the sense."""

    start: int
    end: int
    sense: str


def find_senses(forms: Sequence[str]) -> list[Hit]:
    """The phrases of the lexicon among words in lower case; of one sense the longest at a place.

    >>> [tuple(hit) for hit in find_senses("3 persen belum terdaftar".split())]
    [(2, 4, 'unregistered'), (2, 3, 'denied'), (3, 4, 'registered')]
    """
    hits: list[Hit] = []
    for index, form in enumerate(forms):
        longest: dict[str, int] = {}
        for sense, phrase in _beginning_with(form):
            end = index + len(phrase)
            if end > longest.get(sense, 0) and _stands(phrase, forms, index):
                longest[sense] = end
        hits += [Hit(index, end, sense) for sense, end in longest.items()]
    return hits


def _phrases() -> tuple[dict[str, list[tuple[str, _Phrase]]], list[tuple[str, str, _Phrase]]]:
    """The phrases by their first word, and those that begin with any word of some letters."""
    by_word: dict[str, list[tuple[str, _Phrase]]] = {}
    by_letters: list[tuple[str, str, _Phrase]] = []
    for sense, phrases in _TABLE.items():
        for words in phrases:
            phrase = tuple(tuple(word.split("/")) for word in words.split())
            for first in phrase[0]:
                if first[-1] == "*":
                    by_letters.append((first[:-1], sense, phrase))
                else:
                    by_word.setdefault(first, []).append((sense, phrase))
    return by_word, by_letters


_BY_WORD, _BY_LETTERS = _phrases()


@lru_cache(maxsize=1 << 15)
def _beginning_with(form: str) -> tuple[tuple[str, _Phrase], ...]:
    few = [(sense, phrase) for first, sense, phrase in _BY_LETTERS if form.startswith(first)]
    return (*_BY_WORD.get(form, ()), *few)


def _stands(phrase: _Phrase, forms: Sequence[str], index: int) -> bool:
    words = forms[index + 1 : index + len(phrase)]
    return len(words) == len(phrase) - 1 and all(map(_is_one, words, phrase[1:]))


def _is_one(form: str, options: tuple[str, ...]) -> bool:
    return any(
        form == option or (option[-1] == "*" and form.startswith(option[:-1])) for option in options
    )
