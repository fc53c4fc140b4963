"""What a model is shown of a text: its words, with marks that the text itself cannot forge."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from uhc_llm.llm.cutting import Part
from uhc_llm.llm.offers import Offers
from uhc_llm.schemas import Reading, Span

__all__ = ["period_list", "quoted", "show_article", "show_excerpt"]

# What looks like our marks or headings in the article itself must not be taken for them.
_FALSE_MARK: Final = re.compile(r"\[(?=\s*(?:n\d+\s*:|d\d+\s*\]))", re.IGNORECASE)
_FALSE_TAG: Final = re.compile(r"<(?=\s*/?\s*article\b)", re.IGNORECASE)
_FALSE_HEADING: Final = re.compile(r"\s*(TEXT|REGIONS|PERIODS|QUESTIONS|ANSWER)\W*")
_SPACES: Final = re.compile(r"\s+")
_BLANK_LINES: Final = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")
_LINE_END: Final = re.compile(r"[ \t]+(?=\n|\Z)")
_YEAR: Final = len("2024")


def show_article(reading: Reading, part: Part) -> str:
    """The text as it stands, each number and statement that is asked about marked."""
    asked = {offer.mention.id for offer in part.offers}
    marks: list[tuple[int, int, str]] = [
        (mention.start, mention.end, f"[{mention.id}: {_tamed(mention.text)}]")
        for mention in reading.mentions
        if mention.id in asked
    ]
    # A statement that ends inside a number is marked behind it.
    for statement in part.statements:
        inside = (end for start, end, _ in marks if start < statement.end < end)
        place = next(inside, statement.end)
        marks.append((place, place, f" [{statement.id}]"))
    marks.sort()
    pieces: list[str] = []
    end = 0
    for span in _joined(part.spans):
        gap = reading.text[end : span.start]
        if pieces:
            pieces.append("\n...\n" if gap.strip() else gap)
        pieces.extend(_with_marks(reading.text, span, marks))
        end = span.end
    text = _BLANK_LINES.sub("\n\n", "".join(pieces))
    return _LINE_END.sub("", text).strip("\n")


def show_excerpt(reading: Reading, spans: Sequence[Span], asked: Collection[str]) -> str:
    """The stretches, each sentence on a line of words, the numbers that are asked about marked."""
    marks = [
        (mention.start, mention.end, f"[{mention.id}: {mention.text}]")
        for mention in reading.mentions
        if mention.id in asked
    ]
    pieces: list[str] = []
    end = 0
    for span in spans:
        gap = reading.text[end : span.start]
        if pieces:
            pieces.append(" ... " if gap.strip() else "\n" if "\n" in gap else " ")
        line = _SPACES.sub(" ", "".join(_with_marks(reading.text, span, marks)))
        pieces.append(line.lower() if _FALSE_HEADING.fullmatch(line) else line)
        end = span.end
    return "".join(pieces)


def quoted(words: str) -> str:
    """Words of the article on one line, between quotation marks that they cannot end."""
    return _SPACES.sub(" ", _tamed(words)).strip().replace('"', "'")


def period_list(offers: Offers) -> dict[str, str]:
    """The periods by id, with the words of one that the text does not write out."""
    published = offers.reading.published
    return {
        id_: f"{period.iso} the article's own date"
        if published and period.iso == published.isoformat()
        else period.iso
        if period.iso[:_YEAR] in period.text
        else f'{period.iso} "{quoted(period.text)}"'
        for id_, period in offers.periods.items()
    }


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """The stretches in order, without those that lie in one before."""
    end = -1
    for span in sorted(spans):
        if span.start >= end:
            yield span
        end = max(end, span.end)


def _with_marks(text: str, span: Span, marks: Sequence[tuple[int, int, str]]) -> Iterator[str]:
    position = span.start
    for start, end, mark in marks:
        if position <= start < span.end + (start == end) and end <= span.end:
            yield _tamed(text[position:start])
            yield mark
            position = end
    yield _tamed(text[position : span.end])


def _tamed(words: str) -> str:
    return _FALSE_TAG.sub("(", _FALSE_MARK.sub("(", words))
