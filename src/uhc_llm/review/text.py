"""An article cut into pieces for the reviewer: its numbers, and the words for where and when."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from uhc_llm.batch.reviewed import Item, ReviewedArticle
from uhc_llm.pages import MarkKind, NumberMark, cut
from uhc_llm.pages.marking import kind_of, worst
from uhc_llm.schemas import Fact, Reading

__all__ = ["TextPiece", "text_pieces"]

Word = Literal["", "region", "period"]


class TextPiece(NamedTuple):
    """Words of the article.

    Attributes:
        text: the words.
        start: their place in the text.
        mark: the number that they are, if they are one.
        word: whether they name a region or a period.
        is_used: whether the fact in view uses that one.
    """

    text: str
    start: int
    mark: NumberMark | None = None
    word: Word = ""
    is_used: bool = False


class _Named(NamedTuple):
    start: int
    end: int
    word: Word
    is_used: bool


def text_pieces(
    article: ReviewedArticle,
    reading: Reading,
    fact: Fact | None,
    *,
    kind_of: Callable[[Item], MarkKind] = kind_of,
) -> list[TextPiece]:
    """The text of an article in pieces that put together are the text again.

    Args:
        article: with the numbers to mark.
        reading: its text, scanned.
        fact: the one in view; None where there is none.
        kind_of: how an item is marked.
    """
    named = sorted(_named(reading, fact))
    pieces: list[TextPiece] = []
    at = 0
    for text, mark in cut(article):
        end = at + len(text)
        here = [n for n in named if n.start < end and at < n.end]
        if mark is None:
            pieces += _split(text, at, here)
        else:
            if mark.items:
                mark = mark._replace(kind=worst(map(kind_of, mark.items)))  # noqa: PLW2901
            own = here[0] if here else _Named(at, end, "", is_used=False)
            pieces.append(TextPiece(text, at, mark, own.word, own.is_used))
        at = end
    return pieces


def _split(text: str, offset: int, named: Sequence[_Named]) -> Iterator[TextPiece]:
    """A stretch without numbers, cut at the words that name a region or a period."""
    at = offset
    last = offset + len(text)
    for start, end, word, is_used in named:
        start, end = max(start, at), min(end, last)  # noqa: PLW2901 - what of it lies here
        if end <= start:
            continue
        if at < start:
            yield TextPiece(text[at - offset : start - offset], at)
        yield TextPiece(text[start - offset : end - offset], start, None, word, is_used)
        at = end
    if at < last:
        yield TextPiece(text[at - offset :], at)


def _named(reading: Reading, fact: Fact | None) -> Iterator[_Named]:
    region, period = (fact.region, fact.period) if fact else (None, None)
    for r in reading.regions:
        names = {(r.code, r.name), *((c.code, c.name) for c in r.candidates)}
        is_used = region is not None and (region.code, region.name) in names
        yield _Named(r.start, r.end, "region", is_used)
    for p in reading.periods:
        if p.end > p.start:
            yield _Named(p.start, p.end, "period", period is not None and p.iso == period.iso)
