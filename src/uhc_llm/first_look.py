"""A first look: whether a text has any word of health insurance, at next to no cost.

Of the articles of a whole newspaper few have one. A text without is on other matters, and need not
be scanned to know that; what a text with one is about the reader finds out.
"""

import re
import string
import tomllib
import unicodedata
from collections.abc import Iterable
from html import unescape
from importlib.resources import files
from typing import Final, NamedTuple

__all__ = ["has_field_word"]

_LETTERS: Final = string.ascii_lowercase.encode()
_NO_LETTERS: Final = bytes(set(range(256)) - set(_LETTERS))
# "kese-\nhatan". A character outside ASCII, such as a soft hyphen or a dash, is read as "?".
_IN_WORD: Final = r"(?:[-?]{1,3}\s{0,20})?"
# "J K N", "J.K.N."
_IN_ABBREVIATION: Final = r"[^a-z]{0,3}"
_BETWEEN_WORDS: Final = r"[^a-z]{0,40}"
_LONGEST_ABBREVIATION: Final = 4
# Letters of another width or script: "ＪＫＮ", "𝐁𝐏𝐉𝐒".
_SET_OTHERWISE: Final = re.compile("[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d6a3]")
# "&#74;KN"
_NUMBERED: Final = re.compile(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});")
# "J<b>KN</b>", "jaminan&nbsp;kesehatan"
_MARKUP: Final = re.compile(
    rb"&[a-z]{2,8};"
    rb"|</?(?:a|b|br|div|em|font|h[1-6]|i|li|mark|p|small|span|strong|su[bp]|t[dhr]|u|wbr)"
    rb"(?![a-z])[^<>]{0,500}>"
)

# Beside those of the reader's lexicon; a star stands for any letters, or none.
_FIELD: Final = (
    "*bpjs*", "*jkn*", "uhc*", "jamkes*", "askes*", "jamsoskes*", "jkbm", "kjs", "sjsn", "djsn",
    "bantuan iuran", "bukan penerima upah", "kartu sehat*", "jaminan sosial",
    "pemeliharaan kesehatan", "perlindungan kesehatan", "cakupan kesehatan", "cakupan semesta",
    "peserta mandiri", "berobat gratis", "health coverage", "universal coverage",
    # Some articles on coverage have no name of the insurance at all.
    "cakupan*", "*keaktifan*", "peserta aktif", "berjaminan*", "terlindungi", "premi",
    "forum kemitraan", "tunjukkan ktp",
)  # fmt: skip
# Of "asuransi kesehatan" the one and the other, which need not stand together: some articles speak
# of "yang belum terdaftar" and of "Dinas Kesehatan", and of no insurance by its name.
_MEMBERS: Final = (
    "terdaftar", "didaftarkan", "kepesertaan*", "iuran*", "premi", "jaminan*", "asuransi*",
    "tercover", "insur*", "uninsured", "aktif*", "mendaftarkan",
)  # fmt: skip
_HEALTH: Final = (
    "*kesehatan*", "puskesmas*", "rumah sakit", "rsud", "faskes", "berobat", "pasien*", "health*",
    "medical",
)  # fmt: skip


class _Term(NamedTuple):
    """A word or phrase: its letters alone, and how it stands in a text."""

    letters: bytes
    pattern: re.Pattern[bytes]


def has_field_word(text: str) -> bool:
    r"""Whether a text has any word of health insurance, or one of its members and one of health.

    Letters of any size and width count, and words that are broken at a line's end or by HTML, or
    set letter by letter. The time it takes grows with the length of the text alone.

    >>> has_field_word("Peserta J K N di Kota Batu"), has_field_word("jaminan kese-\nhatan")
    (True, True)
    >>> has_field_word("Kisah panen raya di Kota Batu")
    False
    """
    shown = _shown(text)
    letters = shown.translate(None, _NO_LETTERS)
    return _has_any(_FIELD_TERMS, letters, shown) or _has_pair(letters, shown)


def _shown(text: str) -> bytes:
    """The text in small letters, with a sign for every character outside ASCII."""
    if "&#" in text:
        text = _NUMBERED.sub(_character, text)
    if not text.isascii() and _SET_OTHERWISE.search(text):
        text = unicodedata.normalize("NFKC", text)
    shown = text.encode("ascii", "replace").lower()
    return _MARKUP.sub(b"?", shown) if b"<" in shown or b"&" in shown else shown


def _character(numbered: re.Match[str]) -> str:
    return unescape(numbered.group())


def _has_any(terms: Iterable[_Term], letters: bytes, shown: bytes) -> bool:
    # The letters alone are found many times as fast, and mostly they are not there.
    for term in terms:  # noqa: SIM110 (twice as fast as any() of so few)
        if term.letters in letters and term.pattern.search(shown):
            return True
    return False


def _has_pair(letters: bytes, shown: bytes) -> bool:
    return _has_any(_MEMBER_TERMS, letters, shown) and _has_any(_HEALTH_TERMS, letters, shown)


def _term(words: str) -> _Term:
    few = re.findall("[a-z]+", words)
    is_short = len(few) == 1 and len(few[0]) <= _LONGEST_ABBREVIATION
    within = _IN_ABBREVIATION if is_short else _IN_WORD
    rest = _BETWEEN_WORDS.join(within.join(word) for word in few)[1:]
    # A pattern that begins with its letter is found faster than one that first looks back.
    first = few[0][0]
    before = "" if words.startswith("*") else rf"(?<![a-z]{first})"
    behind = "" if words.endswith("*") else "(?![a-z])"
    return _Term("".join(few).encode(), re.compile(f"{first}{before}{rest}{behind}".encode()))


def _of_field() -> tuple[_Term, ...]:
    """The words of the field, those of the reader among them, without what others find as well."""
    file = files("uhc_llm.reader").joinpath("data/lexicon.toml")
    of_reader: list[str] = tomllib.loads(file.read_text(encoding="utf-8"))["field"]
    terms = list(map(_term, _FIELD))
    for phrase in sorted(of_reader, key=len):
        term, shown = _term(phrase), phrase.encode()
        if not (_has_any(terms, term.letters, shown) or _has_pair(term.letters, shown)):
            terms.append(term)
    return tuple(terms)


_HEALTH_TERMS: Final = tuple(map(_term, _HEALTH))
_MEMBER_TERMS: Final = tuple(map(_term, _MEMBERS))
_FIELD_TERMS: Final = _of_field()
