"""Characters that a reader sees otherwise than a program does: not at all, or as a plain one."""

import re
import string
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from uhc_llm.scanner.plain.edits import Edit

__all__ = ["character_edits"]

_LINE_ENDS: Final = "\r\x0b\x0c\x85\u2028\u2029"
_KEPT: Final = frozenset("\n\t")
# Set between groups of digits, where a plain space is too wide; the scanner knows the thin one.
_THIN: Final = frozenset("\u2004\u2005\u2006\u2007\u2008\u200a\u205f")
_PLAIN_SPACES: Final = frozenset("\xa0\u2009\u202f")
# What shows as nothing although it is no format character: variants, fillers, the keycap's frame.
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u20e3\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Where a word may be broken; at the end of a line that is what was done.
_SOFT_HYPHEN: Final = "\xad"
_SOFT_BREAK: Final = r"(?<=[^\W\d_])\xad[ \t]{0,8}\r?\n[ \t>]{0,40}(?=[^\W\d_])"
# A page that ends in the midst of a sentence: a small letter begins the next one.
_PAGE_BREAK: Final = r"(?<=[^\W_]|[,-])\r?\n\x0c(?=[a-z])"
# It turns the digits behind it around: nobody knows which number is seen.
_OVERRIDES: Final = "\u202d\u202e"
_DAMAGE: Final = "\ufffd"
_OTHERWISE: Final = {"٪": "%", "٫": ",", "٬": ".", "﹪": "%"}
_FORMS: Final = ("<wide>", "<narrow>", "<font>", "<small>")
_LIGATURES: Final = range(0xFB00, 0xFB07)
_COMMON: Final = frozenset({*string.printable[:95], *"\n\t“”‘’–—…½é"})
_ASCII: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def character_edits(text: str) -> list[Edit]:
    r"""How the characters of a text are read: line ends, invisible ones, digits of any script.

    >>> character_edits("９5,\u200b28\r\n")
    [Edit(start=0, end=1, text='9'), Edit(start=3, end=4, text=''), Edit(start=6, end=8, text='\n')]
    """
    if text.isascii() and not _ASCII.search(text):
        return []
    rare = set(text) - _COMMON
    odd = sorted(character for character in rare if _read_as(character) != character)
    unlike = _pattern("".join(odd))
    return list(_edits(text, unlike)) if unlike else []


@lru_cache(maxsize=256)
def _pattern(characters: str) -> re.Pattern[str] | None:
    if not characters:
        return None
    return re.compile(rf"{_SOFT_BREAK}|{_PAGE_BREAK}|\r\n|[{re.escape(characters)}]")


def _edits(text: str, unlike: re.Pattern[str]) -> Iterator[Edit]:
    for found in unlike.finditer(text):
        start, end = found.span()
        if end - start == 1:
            yield Edit(start, end, _read_as(found.group()))
        else:
            yield Edit(start, end, "" if text[start] == _SOFT_HYPHEN else "\n")


@lru_cache(maxsize=4096)
def _read_as(character: str) -> str:
    """What a reader sees of a character."""
    if character.isascii() and character.isprintable():
        return character
    if character in _LINE_ENDS:
        return "\n"
    category = unicodedata.category(character)
    if category == "Cc" or character in _OVERRIDES:
        return character if character in _KEPT else _DAMAGE
    if category == "Cf" or _UNSEEN.match(character):
        return ""
    if category == "Zs":
        return _space(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return _plain(character)


def _space(character: str) -> str:
    if character in _THIN:
        return "\u2009"
    return character if character in _PLAIN_SPACES else " "


def _plain(character: str) -> str:
    """The ASCII form of a character that is only set otherwise, "％" or "𝐉"; "fi" of a ligature."""
    if character in _OTHERWISE:
        return _OTHERWISE[character]
    is_set_otherwise = unicodedata.decomposition(character).startswith(_FORMS)
    if not is_set_otherwise and ord(character) not in _LIGATURES:
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain.isascii() else character
