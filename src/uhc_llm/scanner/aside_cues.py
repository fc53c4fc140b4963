"""The words that an aside begins or ends with, from `data/asides.toml`, made ready for matching."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

from uhc_llm.schemas import AsideKind

__all__ = [
    "CREDIT_AT_END",
    "CUES",
    "FIRST_WORD",
    "INLINE_LINK",
    "INLINE_WORDS",
    "PICTURE_SENTENCE",
    "Cue",
    "Form",
]

Form = Literal[
    "link", "lead", "plain link", "heading", "caption", "picture", "byline", "credit", "last",
    "phrase", "whole", "pages",
]  # fmt: skip
"""What else must be true of a line that begins with a cue; `asides` knows what."""


class Cue(NamedTuple):
    """Words at the head of a line.

    Attributes:
        words: a pattern that matches from the first letter of the line.
        kind: what the line is then, if the form agrees.
        form: what else must be true of it.
    """

    words: str
    kind: AsideKind
    form: Form

    @property
    def pattern(self) -> re.Pattern[str]:
        """`words`, compiled when a line first begins like one of them: there are hundreds."""
        return _compiled(self.words)


_compiled: Final = cache(re.compile)


def _tables() -> dict[str, dict[str, Any]]:
    file = files("uhc_llm.scanner").joinpath("data", "asides.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _any(words: Iterable[str]) -> str:
    """A pattern for any of `words` that ends where a word ends, the longest first."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    either = "|".join(re.escape(word).replace(r"\ ", "[ ]{1,3}") for word in longest_first)
    return rf"(?:{either})(?:(?!\w)|(?<!\w))"


_TABLES: Final = _tables()
_RELATED: Final = _TABLES["related"]
_CAPTION: Final = _TABLES["caption"]
_FOOTER: Final = _TABLES["footer"]

FIRST_WORD: Final = re.compile(r"[^\w©\n]{0,4}+(©|[^\W_]++)")
"""The first word of a line, or the sign that stands for one; a bracket may stand before it."""

_LINK_MARK: Final = r"[^\S\n]{0,3}(?::|[-–—>»|→▶]{1,3}(?!\w))"
_LEAD_MARK: Final = r"[^\S\n]{0,3}(?:[:|]|[»>]{1,3})"
# With nothing behind it on its line it is a heading.
_GOES_ON: Final = r"(?!\s*+\Z)"
_MARK: Final = r"[^\S\n]{0,3}[:|]"
# "Foto/video kegiatan itu" is no credit.
_CAPTION_MARK: Final = r"[^\S\n]{0,3}(?:[:|]|/(?!vid))"
_NUMBERS: Final = r"\d{1,3}(?:[\s,/-]{1,3}\d{1,3}){0,20}"
_PAGES: Final = (
    rf"[\s:]{{0,3}}{_NUMBERS}(?:\s(?:dari|of)\s\d{{1,3}})?(?:\s[^\W\d]{{1,20}}){{0,3}}\s*+\Z"
)

_HEADINGS: Final[list[str]] = _RELATED["headings"] + _RELATED["marked"]
_FORMS: Final[tuple[tuple[AsideKind, Form, list[str], str], ...]] = (
    ("related", "link", _RELATED["cues"], _LINK_MARK),
    ("related", "link", _RELATED["marked"], rf"{_LINK_MARK}{_GOES_ON}"),
    ("related", "lead", _RELATED["leads"], rf"{_LEAD_MARK}{_GOES_ON}"),
    ("related", "heading", _HEADINGS, rf"(?:{_LINK_MARK})?\s*+\Z"),
    ("related", "plain link", [c for c in _RELATED["cues"] if " " in c], r"(?=\s|\Z)"),
    ("caption", "caption", _CAPTION["cues"], _CAPTION_MARK),
    ("caption", "picture", _CAPTION["pictures"], r"(?=[\s.:)])"),
    ("caption", "byline", _CAPTION["bylines"], ""),
    ("footer", "credit", _FOOTER["cues"], _MARK),
    ("footer", "byline", _FOOTER["bylines"], ""),
    ("footer", "last", _FOOTER["last_cues"], _MARK),
    ("footer", "phrase", _FOOTER["phrases"], ""),
    ("footer", "whole", _FOOTER["whole_lines"], r"\W{0,3}\Z"),
    ("footer", "pages", _FOOTER["page_words"], _PAGES),
)


def _cues() -> Iterator[tuple[str, Cue]]:
    for kind, form, words, behind in _FORMS:
        heads: dict[str, list[str]] = {}
        for word in words:
            first = FIRST_WORD.match(word)
            if first:
                heads.setdefault(first[1], []).append(word[first.start(1) :])
        for head, group in heads.items():
            yield head, Cue(_any(group) + behind, kind, form)


def _by_first_word() -> dict[str, tuple[Cue, ...]]:
    found: dict[str, tuple[Cue, ...]] = {}
    for head, cue in _cues():
        found[head] = (*found.get(head, ()), cue)
    return found


CUES: Final = _by_first_word()
"""What a line can be by its first word, the plainest first."""

PICTURE_SENTENCE: Final = re.compile(
    rf"\A\W{{0,2}}{_any(_CAPTION['next'])}|\b{_any(_CAPTION['verbs'])}"
)
"""What stands behind "ilustrasi" in a sentence of the article's own."""

_PHOTO: Final = _any(_CAPTION["credits"])
CREDIT_AT_END: Final = re.compile(
    rf"""
    (?: [(\[] \s? (?: {_PHOTO} | {_any(_CAPTION["agencies"])} (?=/) ) [^()\[\]]{{0,100}} [)\]]
      | (?: (?<=[.!?)\]]\s) | (?<=[.!?)\]|-]) ) {_PHOTO} {_CAPTION_MARK} [^()\[\].]{{2,100}}
    ) [.\s]{{0,3}} \Z
    """,
    re.VERBOSE,
)
"""Whose picture it is, at the end of a caption."""

_INLINE_CUES: Final = [cue for cue in _RELATED["cues"] + _RELATED["marked"] if " " in cue]
INLINE_LINK: Final = re.compile(
    rf"[(\[][^\S\n]?{_any(_INLINE_CUES)}{_LINK_MARK}[^()\[\]\n]{{0,250}}[)\]]"
    rf"|(?<=[.!?”\"])[^\S\n]{{1,3}}({_any(_INLINE_CUES)}{_LINK_MARK}[^\n]{{1,160}}+)(?=\n|\Z)"
)
"""A link within a paragraph: in brackets, or (group 1) behind its last sentence."""

_INLINE_WORDS: Final = {"juga", "pula"} | {cue.split()[-1] for cue in _RELATED["marked"]}
INLINE_WORDS: Final = tuple({cue.split()[-1] for cue in _INLINE_CUES} & _INLINE_WORDS)
