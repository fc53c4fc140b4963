"""What a text says of each of its numbers, worked out when a rule asks."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from uhc_llm.reader import Interpretation, Understanding
from uhc_llm.scanner.periods.unread import find_unread
from uhc_llm.scanner.tokens import fold_text
from uhc_llm.schemas import Mention, RegionMention, Span
from uhc_llm.verifier.quotable import Quotable

__all__ = ["Bindings", "plain_marks"]

_LONGEST: Final = 1000
_MARKS: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\xa0": " "})
# Behind these the words are of the next number.
_JOINT: Final = re.compile(
    r"[,;:]|\b(?:sedangkan|sementara|tetapi|namun|padahal|lalu|while|whereas|but)\b"
)
_ORDER_TO_MACHINES: Final = re.compile(
    r"\b(?:abaikan|lupakan|hiraukan)\s+(?:\w+\s+){0,3}?(?:instruksi|perintah|arahan|prompt|aturan)\b"
    r"|\b(?:ignore|disregard|forget)\s+(?:\w+\s+){0,3}?(?:instructions?|prompts?|rules)\b"
    r"|\b(?:asisten|model|mesin|robot|sistem)\s+(?:ai|bahasa|kecerdasan\s+buatan)\b"
    r"|\b(?:ai|language)\s+(?:assistants?|models?)\b|\bchatgpt\b|\bsystem\s+prompt\b|\bllms?\b"
    r"|\b(?:sistem\s+otomatis|pembaca\s+(?:mesin|otomatis)|machine\s+readers?)\b"
    r"|\b(?:ai|system|assistant|user)\s{0,2}:(?=\s)|\[/?inst\]"
    r"|\banswer\s+(?:again\s+)?for\s+these\s+numbers\b"
)


def plain_marks(text: str) -> str:
    """The text with plain quotation marks and spaces, of the same length."""
    return text if text.isascii() else text.translate(_MARKS)


class Bindings:
    """What a text says of each of its numbers, and where.

    Each is worked out once, and only when a rule asks.

    Args:
        understanding: the text, read.
    """

    def __init__(self, understanding: Understanding) -> None:
        self.understanding: Final = understanding
        self.reading: Final = understanding.reading
        self._unread: dict[tuple[int, int], tuple[Span, ...]] = {}

    def read(self, mention: Mention | None) -> Interpretation | None:
        """What a number means as far as it was read; None of one that can be no fact."""
        return self.understanding.by_id.get(mention.id) if mention else None

    def own_words(self, mention: Mention) -> tuple[int, int]:
        """Where the words of a number begin, behind the one before it, and where they end.

        Where another follows in its sentence that is at the first joint of clauses.
        """
        read = self.read(mention)
        if read is None:
            return mention.start, mention.end
        starts, around = self.understanding.sight.article.words.starts, read.around
        end = starts[around.right] if around.right < len(starts) else len(self.reading.text)
        if around.following and (joint := _JOINT.search(self.folded, mention.end, end)):
            end = joint.start()
        return min(starts[around.left], mention.start), max(end, mention.end)

    @cached_property
    def folded(self) -> str:
        """The text in lower case, of the same length, for patterns that do not ignore case."""
        return fold_text(self.reading.text)

    def unread_times(self, start: int, end: int) -> tuple[Span, ...]:
        """What looks like a date or a year between two offsets, and was not read."""
        if (start, end) not in self._unread:
            self._unread[start, end] = find_unread(self.reading, self.folded, start, end)
        return self._unread[start, end]

    @cached_property
    def quotable(self) -> Quotable:
        """The text with plain quotation marks, for finding quotes."""
        return Quotable(plain_marks(self.reading.text))

    @cached_property
    def orders(self) -> tuple[tuple[int, int], ...]:
        """Where the text gives orders to a machine that reads it."""
        return tuple(order.span() for order in _ORDER_TO_MACHINES.finditer(self.folded))

    def sentences(self, mention: Mention, *, back: int) -> tuple[int, int]:
        """Where the sentence of a number ends, and where the one `back` sentences before begins.

        No more than a thousand characters on either side.
        """
        spans = self.reading.sentences
        index = max(0, bisect_right(spans, (mention.start, len(self.reading.text))) - 1)
        start, end = spans[max(0, index - back)].start, spans[index].end
        return max(start, mention.start - _LONGEST), min(end, mention.end + _LONGEST)

    @cached_property
    def certain_codes(self) -> frozenset[str | None]:
        """The codes of the regions that the text names, and leaves no doubt which."""
        return frozenset(m.code for m in self.reading.regions if not m.candidates)

    @cached_property
    def named_codes(self) -> frozenset[str | None]:
        """The codes of all regions that the text may name."""
        regions = self.reading.regions
        either = (candidate.code for mention in regions for candidate in mention.candidates)
        return frozenset((*(mention.code for mention in regions), *either))

    @property
    def named(self) -> Sequence[RegionMention]:
        """The regions that a number of the text can belong to."""
        return self.understanding.sight.names.regions
