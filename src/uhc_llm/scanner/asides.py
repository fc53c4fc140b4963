"""What stands on a page but is not the article: links to others, captions, the footer.

    lines -> what stands at the head of each, or at its end -> asides
    brackets and last words of paragraphs                   -> asides

An article's own paragraph may begin with the same words ("Editor harian itu mengatakan ..."), so a
cue counts only with what belongs to it: a mark, a headline behind it, the end of the line. Most
lines are looked at once, for their first word.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from uhc_llm.scanner.aside_cues import (
    CREDIT_AT_END,
    CUES,
    FIRST_WORD,
    INLINE_LINK,
    INLINE_WORDS,
    PICTURE_SENTENCE,
    Form,
)
from uhc_llm.scanner.sentences import split_sentences
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Aside, AsideKind

__all__ = ["find_asides", "stands_in"]

_LINE: Final = re.compile(r"\S[^\n]*+")

_LONGEST: Final[dict[Form, int]] = {
    "link": 250,
    "lead": 200,
    "plain link": 200,
    "heading": 60,
    "caption": 300,
    "picture": 200,
    "byline": 60,
    "credit": 150,
    "last": 200,
    "phrase": 600,
    "whole": 60,
    "pages": 100,
}
"""A longer line of that form is the article's own, whatever it begins with."""

_LONGEST_HEADLINE: Final = 160
_SHORTEST_HEADLINE: Final = 4
"""In words."""
_MOST_HEADLINES: Final = 6
_MOST_NAMES: Final = 6
_LONGEST_CREDIT: Final = 120
_PARAGRAPH: Final = 120
# A number, or the end of a sentence.
_NO_NAME: Final = re.compile(r"\d|[.!?,:;]\s*\Z")
_QUOTES: Final = "\"“”'‘’"


class _Line(NamedTuple):
    """A line that is not empty, from its first character on that is no space."""

    start: int
    end: int


class _Found(NamedTuple):
    """An aside of whole lines.

    Attributes:
        kind: what it is.
        last: the index of its last line.
        is_last: whether it is one only when no paragraph of the article follows.
    """

    kind: AsideKind
    last: int
    is_last: bool = False


def find_asides(source: TokenizedText) -> tuple[Aside, ...]:
    r"""The links to other articles, the captions and the footers of a text.

    >>> from uhc_llm.scanner.tokens import tokenize
    >>> text = "Baca juga: Rembang kejar UHC\nCakupan Blora 98,5 persen."
    >>> [(aside.kind, text[aside.start : aside.end]) for aside in find_asides(tokenize(text))]
    [('related', 'Baca juga: Rembang kejar UHC')]

    Args:
        source: the text.

    Returns:
        Asides in order and apart: whole lines without the white space around them, or a link
        within a paragraph, its brackets included.
    """
    lines = [
        _Line(line.start(), line.start() + len(line.group().rstrip()))
        for line in _LINE.finditer(source.text)
    ]
    found = _of_whole_lines(source, lines)
    asides = [
        Aside(kind=aside.kind, start=lines[index].start, end=lines[aside.last].end)
        for index, aside in found.items()
    ]
    asides += _inline(source, asides)
    return tuple(sorted(asides, key=lambda aside: aside.start))


def _of_whole_lines(source: TokenizedText, lines: Sequence[_Line]) -> dict[int, _Found]:
    """Asides by the index of their first line."""
    found: dict[int, _Found] = {}
    last_paragraph = -1
    index = 0
    while index < len(lines):
        aside = _at_head(source, lines, index) or _at_end(source, lines, index)
        if aside:
            found[index] = aside
        elif lines[index].end - lines[index].start >= _PARAGRAPH:
            last_paragraph = index
        index = aside.last + 1 if aside else index + 1
    return {i: aside for i, aside in found.items() if not aside.is_last or i > last_paragraph}


def _at_head(source: TokenizedText, lines: Sequence[_Line], index: int) -> _Found | None:
    """What the line is by the words that it begins with."""
    line = lines[index]
    first = FIRST_WORD.match(source.folded, line.start, line.end)
    for cue in CUES.get(first[1], ()) if first else ():
        found = cue.pattern.match(source.folded, first.start(1), line.end) if first else None
        if not found or line.end - line.start > _LONGEST[cue.form]:
            continue
        if cue.form in {"link", "lead", "plain link", "heading"}:
            last = _last_of_links(source, lines, index, found.end(), cue.form)
            if last is not None:
                return _Found(cue.kind, last)
        elif _holds(
            source.text[line.start : line.end], source.text[found.end() : line.end], cue.form
        ):
            return _Found(cue.kind, index, is_last=cue.form == "last")
    return None


def _holds(line: str, rest: str, form: Form) -> bool:
    """Whether a line that begins with a cue is otherwise what one of that form is."""
    if form == "byline":
        names = rest.split()
        is_name = all(not name[0].islower() for name in names)
        return 0 < len(names) <= _MOST_NAMES and is_name and not _NO_NAME.search(rest)
    if form == "picture":
        return not PICTURE_SENTENCE.search(rest.lower()) and len(split_sentences(line)) == 1
    return True


def _last_of_links(
    source: TokenizedText, lines: Sequence[_Line], index: int, behind: int, form: Form
) -> int | None:
    """The last line of a link, or of a list of links; None when it is none."""
    rest = source.text[behind : lines[index].end].strip()
    if rest:
        shortest = _SHORTEST_HEADLINE if form == "lead" else 2
        is_link = form == "link" or _is_headline(rest.strip(_QUOTES), shortest=shortest)
        return index if is_link else None
    following = [
        source.text[line.start : line.end]
        for line in lines[index + 1 : index + 1 + _MOST_HEADLINES]
    ]
    if form != "heading":
        # One, or a list of them.
        following = list(takewhile(_is_item, following)) or following[:1]
    headlines = takewhile(lambda line: _is_headline(line, shortest=_SHORTEST_HEADLINE), following)
    return index + sum(1 for _ in headlines)


def _is_item(line: str) -> bool:
    return line[0] in "-•*–"


def _is_headline(line: str, *, shortest: int) -> bool:
    """Whether a line can be the headline of another article; a row of a table cannot."""
    if len(line) > _LONGEST_HEADLINE:
        return False
    words = line.lstrip("-•*–0123456789. ").split()
    return (
        len(words) >= shortest
        and line[0] not in _QUOTES
        and not words[0][0].islower()
        and line[-1] not in '.:;,”"'
        and "|" not in words
        and "\t" not in line
    )


def _at_end(source: TokenizedText, lines: Sequence[_Line], index: int) -> _Found | None:
    """A caption, by the name of the photographer or of his paper that it ends in."""
    line = lines[index]
    if line.end - line.start > _LONGEST["caption"]:
        return None
    begin = max(line.start, line.end - _LONGEST_CREDIT)
    if source.text[line.end - 1] not in ")]" and source.folded.find("foto", begin, line.end) < 0:
        return None
    credit = CREDIT_AT_END.search(source.folded, begin, line.end)
    if not credit or source.text[line.start] in _QUOTES:
        return None
    described = source.text[line.start : credit.start()]
    return _Found("caption", index) if len(split_sentences(described)) <= 1 else None


def _inline(source: TokenizedText, asides: Sequence[Aside]) -> Iterator[Aside]:
    """Links within paragraphs that are not asides already."""
    if not any(word in source.folded for word in INLINE_WORDS):
        return
    taken = iter(sorted(asides, key=lambda aside: aside.start))
    aside = next(taken, None)
    for link in INLINE_LINK.finditer(source.folded):
        start = link.start() if link[1] is None else link.start(1)
        while aside and aside.end <= start:
            aside = next(taken, None)
        if aside is None or link.end() <= aside.start:
            yield Aside(kind="related", start=start, end=link.end())


def stands_in(offset: int, asides: Sequence[Aside]) -> bool:
    """Whether an offset lies in one of `asides`, which are in order and apart."""
    place = bisect_right(asides, offset, key=lambda aside: aside.end)
    return place < len(asides) and asides[place].start <= offset
