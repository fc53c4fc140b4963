"""Scan: every number, period and region of an Indonesian text, by code alone.

    text -> sentences -> nominals, periods -> quantities
                      -> regions                          => Reading

Nothing here guesses silently: what can be read in two ways carries both readings and a flag.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final, NamedTuple

from uhc_llm.documents import Document, as_document
from uhc_llm.scanner.nominals import Nominal, find_nominals
from uhc_llm.scanner.periods import find_periods
from uhc_llm.scanner.quantities import Quantity, find_quantities
from uhc_llm.scanner.regions import find_regions
from uhc_llm.scanner.sentences import split_sentences
from uhc_llm.scanner.tokens import TokenizedText, tokenize
from uhc_llm.schemas import Kind, Mention, PeriodMention, Reading

__all__ = ["scan"]

# No number of the news is longer, and JSON readers refuse much longer ones.
_LONGEST: Final = 40
_DIGITS: Final = re.compile(rf"\d{{1,{_LONGEST}}}")
_UNREAD: Final = re.compile(r"\d+(?:[.,]\d+)*")


def scan(text: str | Document, *, published: date | None = None) -> Reading:
    """Find every number, period and region in `text`.

    >>> reading = scan("Cakupan JKN di Kota Palembang 95,28 persen atau 1,51 juta jiwa.")
    >>> [(m.text, str(m.value), m.unit) for m in reading.mentions]
    [('95,28 persen', '95.28', 'percent'), ('1,51 juta jiwa', '1510000', 'people')]
    >>> reading.regions[0].name
    'Kota Palembang'

    Args:
        text: the article, as a string or a `Document`.
        published: the article's own date, for "tahun lalu" and its like; a document's own is used
            when none is given.

    Returns:
        A `Reading`. Offsets count the characters of `reading.text`, and
        `reading.text[m.start:m.end] == m.text` for every mention.
    """
    document = as_document(text)
    body = document.text
    sentences = split_sentences(body)
    source = tokenize(body)
    periods, own_date = find_periods(source, published=published or document.published)
    nominals, periods = _apart(find_nominals(source), periods)
    taken = sorted([(n.start, n.end) for n in nominals] + [(p.start, p.end) for p in periods])
    quantities = find_quantities(source, sentences, taken)
    regions, main_region = find_regions(source, sentences)
    drafts = _drafts(source, quantities, nominals, periods)
    return Reading(
        text=body,
        published=own_date,
        mentions=tuple(_mentions(body, drafts)),
        periods=periods,
        regions=regions,
        sentences=sentences,
        main_region=main_region,
    )


def _apart(
    nominals: Sequence[Nominal], periods: Sequence[PeriodMention]
) -> tuple[list[Nominal], tuple[PeriodMention, ...]]:
    """Let each stretch of text mean one thing.

    The year of "Perpres Nomor 82 Tahun 2018" is part of a name; "kuartal ke-2 2022" is a period.
    """
    names = [(nominal.start, nominal.end) for nominal in nominals]
    outside = tuple(p for p in periods if not _is_inside((p.start, p.end), names))
    times = [(period.start, period.end) for period in outside]
    return [n for n in nominals if _overlapping((n.start, n.end), times) is None], outside


def _is_inside(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    other = _overlapping(span, others)
    return other is not None and other[0] <= span[0] and span[1] <= other[1]


def _overlapping(
    span: tuple[int, int], others: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """The first of `others`, which are in order and apart, that shares a character with `span`."""
    place = bisect_right(others, span[0], key=lambda other: other[1])
    return others[place] if place < len(others) and others[place][0] < span[1] else None


class _Draft(NamedTuple):
    """A number of the text before it has its id; `quantity` says more of one that counts."""

    start: int
    end: int
    kind: Kind
    value: Decimal
    flags: tuple[str, ...] = ()
    quantity: Quantity | None = None


def _drafts(
    source: TokenizedText,
    quantities: Sequence[Quantity],
    nominals: Sequence[Nominal],
    periods: Sequence[PeriodMention],
) -> list[_Draft]:
    """Every number of the text, each once, in order."""
    drafts = [_Draft(q.start, q.end, "quantity", q.value, q.flags, q) for q in quantities]
    for n in nominals:
        drafts += _label(source.text, n.start, n.end, n.kind)
    for p in periods:
        drafts += _label(source.text, p.start, p.end, "year" if p.iso == p.text else "date")
    drafts.sort(key=itemgetter(0))
    drafts += _unread(source, drafts)
    drafts.sort(key=itemgetter(0))
    return drafts


def _label(text: str, start: int, end: int, kind: Kind) -> Iterator[_Draft]:
    """A number that counts nothing; its value is its first run of digits."""
    digits = _DIGITS.search(text, start, end)
    if digits:
        yield _Draft(start, end, kind, Decimal(digits.group()))


def _unread(source: TokenizedText, drafts: Sequence[_Draft]) -> Iterator[_Draft]:
    """The digits that no mention covers: codes ("H1N1"), and forms that no convention allows.

    They count nothing that could be read, but every number of the text is accounted for.
    """
    spans = [(draft.start, draft.end) for draft in drafts]
    covered = 0
    for token in source.tokens:
        if token.start < covered or not token.word[0].isdecimal():
            continue
        if other := _overlapping((token.start, token.end), spans):
            covered = other[1]
        elif found := _UNREAD.match(source.text, token.start):
            covered = found.end()
            value = Decimal(token.word[:_LONGEST])
            yield _Draft(*found.span(), "identifier", value, ("unread",))


def _mentions(text: str, drafts: Sequence[_Draft]) -> Iterator[Mention]:
    for index, draft in enumerate(drafts, start=1):
        start, end, kind, value, flags, q = draft
        said: dict[str, Any] = {}
        if q:
            said = {
                "upper": q.upper,
                "unit": q.unit,
                "qualifier": q.qualifier,
                "noun": q.noun,
                "resolution": q.resolution,
                "readings": q.readings,
            }
        yield Mention(
            id=f"n{index}",
            text=text[start:end],
            start=start,
            end=end,
            value=value,
            kind=kind,
            flags=flags,
            **said,
        )
