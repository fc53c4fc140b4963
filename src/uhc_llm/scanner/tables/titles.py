"""What stands over a table or a list and says what it is about."""

from collections.abc import Iterator, Sequence
from typing import Final

from uhc_llm.scanner.sentences import split_sentences
from uhc_llm.scanner.tables.rows import Line, is_rule
from uhc_llm.schemas import Span

__all__ = ["titles_above"]

_MOST_LINES: Final = 2
_FARTHEST: Final = 2
"""So many empty lines may lie between."""
_MOST_SENTENCES: Final = 2
_LONGEST: Final = 240
_LONGEST_PARAGRAPH: Final = 1000


def titles_above(text: str, lines: Sequence[Line], index: int, since: int) -> Iterator[Span]:
    """The lines right above, the nearest last: two short ones, or the last sentence of a long one.

    Args:
        text: the text.
        lines: all its lines.
        index: of the line above; it may be -1.
        since: where the table or list above ends, whose rows are no titles.
    """
    found: list[Span] = []
    empty = 0
    while index >= 0 and len(found) < _MOST_LINES and lines[index].start >= since:
        line = lines[index]
        words = text[line.start : line.end].strip()
        index -= 1
        if not words or is_rule(text, line):
            empty += 1
            if empty >= _FARTHEST or found:
                break
            continue
        start = (
            line.start
            + len(text[line.start : line.end])
            - len(text[line.start : line.end].lstrip())
        )
        span = Span(start, start + len(words))
        is_sentence = words[-1] in '.!?"”'
        if len(words) > _LONGEST or is_sentence:
            # Above a sentence stands the article.
            if not found:
                found.append(_last_sentence(text, span))
            break
        found += _sentences(text, span)
    yield from reversed(found)


def _sentences(text: str, span: Span) -> Iterator[Span]:
    """What ends a line, and the sentence before it, the last first: "... 98 persen. Datanya:"."""
    parts = split_sentences(text[slice(*span)])[-_MOST_SENTENCES:]
    for part in reversed(parts):
        yield Span(span.start + part.start, span.start + part.end)


def _last_sentence(text: str, span: Span) -> Span:
    start = max(span.start, span.end - _LONGEST_PARAGRAPH)
    last = split_sentences(text[start : span.end])[-1]
    return Span(start + last.start, start + last.end)
