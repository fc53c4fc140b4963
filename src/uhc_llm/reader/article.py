"""A text as its reader looks at it: its words, their senses, and what stands around each number."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

from uhc_llm.reader.lexicon import Hit, find_senses
from uhc_llm.reader.words import Words, read_words
from uhc_llm.scanner.sentences import list_heading, paragraph_start
from uhc_llm.scanner.tables import Cell, cell_at
from uhc_llm.schemas import COVERAGE_UNITS, NOT_THE_ARTICLE, Mention, Reading, Span

__all__ = ["MEASURES", "Around", "Article", "can_be_fact"]

_TITLE: Final = 40
# Of a longer sentence only so many characters are looked at, on either side of a number.
_LONGEST: Final = 1000
_LEAD: Final = 80
MEASURES: Final = frozenset(
    ["covered", "registered", "active", "inactive", "unregistered", "population", "quota", "budget",
     "new", "paid", "premium"]
)  # fmt: skip


class Around(NamedTuple):
    """What stands around a number; indexes are those of words.

    Attributes:
        mention: the number.
        at: where it stands.
        begin: where its sentence begins.
        end: where that ends.
        left: where its own words begin, behind the number before it in the sentence.
        right: where they end, before the next number.
        sentence: the index of its sentence in the reading.
        previous: the number before it in its sentence.
        following: the one behind it.
        cell: where it stands in a table, or in a list under a heading.
    """

    mention: Mention
    at: int
    begin: int
    end: int
    left: int
    right: int
    sentence: int
    previous: Mention | None = None
    following: Mention | None = None
    cell: Cell | None = None

    @property
    def in_table(self) -> bool:
        """Whether it stands in a table, whose heads say what it is, and no word beside it."""
        return self.cell is not None and self.cell.table.form == "table"


def can_be_fact(mention: Mention) -> bool:
    """Whether a number may be of a unit that some metric is measured in, and is of the article.

    Of a number without a unit ("Ngada 99,8, Nagekeo 99,2") that is to be read.
    """
    return (
        mention.kind == "quantity"
        and (mention.unit is None or mention.unit in COVERAGE_UNITS)
        and NOT_THE_ARTICLE.isdisjoint(mention.flags)
        and "share" not in mention.flags
    )


class Article:
    """A text to be read, with what is worked out of it once.

    Args:
        reading: the text, scanned.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading: Final = reading
        self.words: Final[Words] = read_words(reading)
        self.hits: Final[Sequence[Hit]] = find_senses(self.words.forms)
        self._hit_starts: Final = [hit.start for hit in self.hits]
        starts = self.words.starts
        self.sentences: Final = [bisect_left(starts, span.start) for span in reading.sentences]
        self.numbers: Final = tuple(self._numbers())

    def sentence_of(self, place: int) -> int:
        """The index of the sentence around an offset of the text."""
        spans = self.reading.sentences
        return max(0, bisect_right(spans, (place, len(self.reading.text))) - 1)

    def words_of(self, span: Span) -> tuple[int, int]:
        """The indexes of the words in a stretch of the text."""
        return self.words.at(span.start), self.words.at(span.end)

    def senses(self, start: int, end: int) -> Iterator[Hit]:
        """The phrases of the lexicon that lie in a stretch of words."""
        for place in range(bisect_left(self._hit_starts, start), len(self.hits)):
            hit = self.hits[place]
            if hit.start >= end:
                break
            if hit.end <= end:
                yield hit

    def senses_among(self, wanted: Iterable[str], start: int, end: int) -> set[str]:
        """Which of some senses a stretch of words has, however long it is."""
        found = set()
        for sense in wanted:
            starts, ends = self._places_of_senses.get(sense, ((), ()))
            place = bisect_left(starts, start)
            if place < len(starts) and ends[place] <= end:
                found.add(sense)
        return found

    @cached_property
    def _places_of_senses(self) -> Mapping[str, tuple[Sequence[int], Sequence[int]]]:
        """Where the phrases of each sense begin, and where from there on the first one ends."""
        found: dict[str, tuple[list[int], list[int]]] = {}
        for hit in self.hits:
            starts, ends = found.setdefault(hit.sense, ([], []))
            starts.append(hit.start)
            ends.append(hit.end)
        for _, ends in found.values():
            ends[:] = list(accumulate(reversed(ends), min))[::-1]
        return found

    def sentence_span(self, around: Around) -> tuple[int, int]:
        """Where the sentence of a number begins and ends; of a long one what is near."""
        starts, mention = self.words.starts, around.mention
        end = starts[around.end] if around.end < len(starts) else len(self.reading.text)
        begin = max(starts[around.begin], mention.start - _LONGEST)
        return begin, min(end, mention.end + _LONGEST)

    @cached_property
    def alike(self) -> Mapping[tuple[int, str | None], Sequence[Around]]:
        """The numbers of one unit in one sentence, by its index and the unit."""
        found: dict[tuple[int, str | None], list[Around]] = {}
        for around in self.numbers:
            found.setdefault((around.sentence, around.mention.unit), []).append(around)
        return found

    def is_near_field(self, at: int, far: int) -> bool:
        """Whether a word of health insurance stands within so many words."""
        place = bisect_left(self.field_words, at - far)
        return place < len(self.field_words) and self.field_words[place] <= at + far

    def heading(self, around: Around) -> tuple[int, int]:
        """The words of the line that introduces the list in which a number stands; else none."""
        cell = around.cell
        if cell is not None:
            return self.words_of(cell.table.titles[-1]) if cell.table.titles else (0, 0)
        span = list_heading(self.reading.text, around.mention.start)
        return self.words_of(span) if span else (0, 0)

    def paragraph(self, around: Around) -> int:
        """Where the paragraph of a number begins."""
        return self.words.at(paragraph_start(self.reading.text, around.mention.start))

    @cached_property
    def title(self) -> tuple[int, int]:
        """The words of the first line."""
        spans = self.reading.sentences
        return (0, min(self.words_of(spans[0])[1], _TITLE)) if spans else (0, 0)

    @cached_property
    def lead(self) -> tuple[int, int]:
        """The words behind the first line with which the article begins."""
        start = self.title[1]
        return start, min(start + _LEAD, len(self.words.forms))

    @cached_property
    def field_words(self) -> Sequence[int]:
        """Where words of health insurance stand."""
        return [hit.start for hit in self.hits if hit.sense == "field"]

    @cached_property
    def measures(self) -> Sequence[Hit]:
        """The phrases that say what is counted, in order; of "belum terdaftar" the whole alone."""
        found: list[Hit] = []
        for hit in self.hits:
            if hit.sense in MEASURES and not (found and hit.end <= found[-1].end):
                if found and found[-1].start == hit.start:
                    found.pop()
                found.append(hit)
        return found

    @cached_property
    def items(self) -> Mapping[tuple[int, int], Sequence[Mention]]:
        """The numbers of each item of a list, by where the list begins and the item's place."""
        found: dict[tuple[int, int], list[Mention]] = {}
        for around in self.numbers:
            if around.cell is not None and not around.in_table:
                key = (around.cell.table.start, around.cell.row)
                found.setdefault(key, []).append(around.mention)
        return found

    def _numbers(self) -> Iterator[Around]:
        quantities = [m for m in self.reading.mentions if m.kind == "quantity"]
        for place, mention in enumerate(quantities):
            if can_be_fact(mention):
                former = quantities[place - 1] if place else None
                latter = quantities[place + 1] if place + 1 < len(quantities) else None
                yield self.around(mention, former, latter)

    def around(
        self, mention: Mention, former: Mention | None = None, latter: Mention | None = None
    ) -> Around:
        """What stands around a number.

        Args:
            mention: the number.
            former: the one before it in the text.
            latter: the one behind it.
        """
        reading = self.reading
        at = self.words.at(mention.start)
        index = self.sentence_of(mention.start)
        span = reading.sentences[index] if reading.sentences else Span(0, len(reading.text))
        begin, end = self.words_of(span)
        previous = former if former and former.start >= span.start else None
        following = latter if latter and latter.start < span.end else None
        return Around(
            mention=mention,
            at=at,
            begin=min(begin, at),
            end=max(end, at + 1),
            left=self.words.at(previous.end) if previous else min(begin, at),
            right=self.words.at(following.start) if following else max(end, at + 1),
            sentence=index,
            previous=previous,
            following=following,
            cell=cell_at(reading.tables, mention.start) if reading.tables else None,
        )
