"""Cutting a text into what one request asks about: mostly all of it.

Where a text has more than a request holds, each part begins with the head of the article, which
says where and when, and has the headings and heads that govern what is asked about.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from uhc_llm.llm.offers import Offer
from uhc_llm.reader.declarations import Statement
from uhc_llm.scanner.sentences import list_heading
from uhc_llm.schemas import Reading, Span

__all__ = ["Part", "Room", "cut"]

_LEAD: Final = 1
_LEAST_CHARACTERS: Final = 300


@dataclass
class Room:
    """How much one request may hold; it is made smaller where a model turns out to hold less.

    Attributes:
        characters: of the text.
        numbers: that are asked about; the answer grows with them.
    """

    characters: int
    numbers: int

    def shorten(self, part: "Part") -> bool:
        """Make room for half of what `part` shows; False where that is too little to be of use."""
        self.characters = sum(span.end - span.start for span in part.spans) // 2
        return self.characters >= _LEAST_CHARACTERS

    def ask_less(self, part: "Part") -> bool:
        """Make room for half of what `part` asks about; False where it asks about one number."""
        self.numbers = len(part.offers) // 2
        return self.numbers > 0


class Part(NamedTuple):
    """The stretches of the text that a request shows, and what it asks about them."""

    spans: tuple[Span, ...]
    offers: tuple[Offer, ...]
    statements: tuple[Statement, ...] = ()


def cut(
    reading: Reading,
    offers: Sequence[Offer],
    statements: Sequence[Statement] = (),
    *,
    room: Room,
    excerpt: bool = False,
) -> Iterator[Part]:
    """Share out what is to be asked.

    Args:
        reading: the text.
        offers: the numbers that are asked about, in order.
        statements: the statements on UHC that are asked about, in order.
        room: what a request holds.
        excerpt: show of any text only the sentences with what is asked about, and the one before
            each.
    """
    if not offers and not statements:
        return
    if not excerpt and len(reading.text) <= room.characters:
        shown = (Span(0, len(reading.text)),)
        groups = [
            tuple(offers[start : start + room.numbers])
            for start in range(0, len(offers), room.numbers)
        ] or [()]
        yield Part(shown, groups[0], tuple(statements))
        yield from (Part(shown, group) for group in groups[1:])
        return
    cutting = _Cutting(reading, offers, statements)
    own: list[int] = []
    for index in cutting.needed(excerpt=excerpt):
        if own and not cutting.fits([*own, index], room):
            if part := cutting.part(own):
                yield part
            own = []
        own.append(index)
    if part := cutting.part(own):
        yield part


class _Cutting:
    """The sentences of a text, and what is asked about in each."""

    def __init__(
        self, reading: Reading, offers: Sequence[Offer], statements: Sequence[Statement]
    ) -> None:
        self._reading = reading
        self._sentences = reading.sentences
        self._starts = [span.start for span in reading.sentences]
        self._offers: dict[int, list[Offer]] = {}
        self._statements: dict[int, list[Statement]] = {}
        for offer in offers:
            self._offers.setdefault(self._index(offer.mention.start), []).append(offer)
        for statement in statements:
            self._statements.setdefault(self._index(statement.start), []).append(statement)

    def needed(self, *, excerpt: bool) -> list[int]:
        """The sentences to be shown, by index."""
        everything = range(len(self._sentences))
        if not excerpt:
            return list(everything)
        asked = self._offers.keys() | self._statements.keys()
        return [i for i in everything if i < _LEAD or i in asked or i + 1 in self._offers]

    def fits(self, own: Sequence[int], room: Room) -> bool:
        """Whether a request holds these sentences; what nothing is asked about takes no part."""
        while own and not self._is_asked(own[0]):
            own = own[1:]
        length = sum(self._sentences[i].end - self._sentences[i].start for i in own)
        numbers = sum(len(self._offers.get(i, ())) for i in own)
        return length <= room.characters and numbers <= room.numbers

    def part(self, own: Sequence[int]) -> Part | None:
        """What is asked about these sentences; None where it is nothing."""
        offers = tuple(offer for i in own for offer in self._offers.get(i, ()))
        statements = tuple(each for i in own for each in self._statements.get(i, ()))
        if not offers and not statements:
            return None
        shown = {*range(min(_LEAD, len(self._sentences))), *own}
        for offer in offers:
            shown |= self._governing(offer)
        return Part(tuple(self._sentences[i] for i in sorted(shown)), offers, statements)

    def _governing(self, offer: Offer) -> set[int]:
        """The sentences that say what a number's list, table or paragraph is about."""
        place = offer.mention.start
        spans = [self._sentences[max(0, self._index(place) - 1)]]
        if heading := list_heading(self._reading.text, place):
            spans.append(heading)
        for table in self._reading.tables:
            if table.start <= place < table.end:
                spans += [*table.titles, *(cell for row in table.heads for cell in row)]
        return {
            i
            for span in spans
            for i in range(self._index(span.start), bisect_left(self._starts, span.end))
        }

    def _is_asked(self, index: int) -> bool:
        return index in self._offers or index in self._statements

    def _index(self, place: int) -> int:
        return max(0, bisect_right(self._starts, place) - 1)
