"""A text cut into pieces, so that a page can mark its numbers and what was made of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from uhc_llm.batch.reviewed import Item, ReviewedArticle
from uhc_llm.schemas import Mention

__all__ = ["MarkKind", "NumberMark", "Piece", "cut", "kind_of", "worst"]

MarkKind = Literal["verified", "suspect", "rejected", "unclaimed", "aside"]
"""What a reader sees at a glance: the verdict on the fact; a number left over that may be one; a
number that is none, such as a date."""

_WORST_FIRST: Final[tuple[MarkKind, ...]] = (
    "rejected",
    "suspect",
    "unclaimed",
    "verified",
    "aside",
)


class NumberMark(NamedTuple):
    """A number in the text.

    Attributes:
        start: offset of its first character.
        end: offset behind the last one.
        kind: how it is marked; of several facts' verdicts the worst.
        items: what there is to decide about it, in order; none for an aside.
        reason: why no fact claims it; empty where one does.
    """

    start: int
    end: int
    kind: MarkKind
    items: tuple[Item, ...] = ()
    reason: str = ""

    @property
    def is_decided(self) -> bool:
        """Whether somebody has decided on all of it."""
        return bool(self.items) and all(item.state != "open" for item in self.items)


class Piece(NamedTuple):
    """Words of the text, and the number that they are, if they are one."""

    text: str
    mark: NumberMark | None = None


def cut(article: ReviewedArticle) -> list[Piece]:
    """The text of an article in pieces that put together are the text again.

    Numbers that a fact claims are marked by its verdict, the others by whether they may be one.
    Where two would overlap, the first stays.
    """
    text = article.document.text
    pieces: list[Piece] = []
    end = 0
    for mark in sorted(_marks(article)):
        if mark.start < end or mark.end > len(text):
            continue
        if mark.start > end:
            pieces.append(Piece(text[end : mark.start]))
        pieces.append(Piece(text[mark.start : mark.end], mark))
        end = mark.end
    if end < len(text):
        pieces.append(Piece(text[end:]))
    return pieces


def kind_of(item: Item) -> MarkKind:
    """How an item is marked: by the verdict, and by what was decided."""
    if item.state == "rejected":
        return "rejected" if item.said else "aside"
    if item.state != "open":
        return "verified"
    if item.said is None:
        return "unclaimed"
    return item.said.verdict or "verified"


def _marks(article: ReviewedArticle) -> Iterator[NumberMark]:
    places: dict[tuple[int, int], list[Item]] = {}
    for item in article.items:
        if (place := _place(item)) is not None:
            places.setdefault(place, []).append(item)
    for (start, end), items in places.items():
        reason = next((i.unclaimed.reason for i in items if i.unclaimed), "")
        yield NumberMark(start, end, _worst(items), tuple(items), reason)
    for unclaimed in article.extraction.unclaimed:
        mention = unclaimed.mention
        if (mention.start, mention.end) not in places:
            yield NumberMark(mention.start, mention.end, "aside", (), unclaimed.reason)


def _place(item: Item) -> tuple[int, int] | None:
    mention: Mention | None = item.mention
    if mention is not None:
        return mention.start, mention.end
    # What the verifier did not find in the text has no place there; what somebody added has one.
    fact = item.said or item.fact
    evidence = fact.evidence if fact else None
    return (evidence.start, evidence.end) if evidence and evidence.end > evidence.start else None


def worst(kinds: Iterable[MarkKind]) -> MarkKind:
    """Of several facts of one number the mark that must not be missed."""
    return min(kinds, key=_WORST_FIRST.index)


def _worst(items: Sequence[Item]) -> MarkKind:
    return worst(kind_of(item) for item in items)
