"""Scan: every number, period and region of an Indonesian text, by code alone.

    text -> sentences -> nominals, periods -> quantities
                      -> regions                          => Reading

Nothing here guesses silently: what can be read in two ways carries both readings and a flag.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from uhc_llm.documents import Document, as_document
from uhc_llm.scanner.nominals import Nominal, find_nominals
from uhc_llm.scanner.periods import find_periods
from uhc_llm.scanner.quantities import Quantity, find_quantities
from uhc_llm.scanner.regions import find_regions
from uhc_llm.scanner.sentences import split_sentences
from uhc_llm.scanner.tokens import tokenize
from uhc_llm.schemas import Kind, Mention, PeriodMention, Reading

__all__ = ["scan"]

# No number of the news is longer, and JSON readers refuse much longer ones.
_DIGITS: Final = re.compile(r"\d{1,40}")
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
    mentions = list(_all_mentions(body, quantities, nominals, periods))
    return Reading(
        text=body,
        published=own_date,
        mentions=tuple(_number([*mentions, *_unread(body, mentions)])),
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


def _all_mentions(
    text: str,
    quantities: Sequence[Quantity],
    nominals: Sequence[Nominal],
    periods: Sequence[PeriodMention],
) -> Iterator[Mention]:
    for q in quantities:
        yield Mention(
            id="",
            text=text[q.start : q.end],
            start=q.start,
            end=q.end,
            value=q.value,
            upper=q.upper,
            unit=q.unit,
            qualifier=q.qualifier,
            noun=q.noun,
            resolution=q.resolution,
            readings=q.readings,
            flags=q.flags,
        )
    for n in nominals:
        yield from _label(text, n.start, n.end, n.kind)
    for p in periods:
        kind: Kind = "year" if p.iso == p.text else "date"
        yield from _label(text, p.start, p.end, kind)


def _label(text: str, start: int, end: int, kind: Kind) -> Iterator[Mention]:
    """A mention of a number that counts nothing; its value is its first run of digits."""
    digits = _DIGITS.search(text, start, end)
    if digits:
        value = Decimal(digits.group())
        yield Mention(id="", text=text[start:end], start=start, end=end, value=value, kind=kind)


def _unread(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The digits that no mention covers: codes ("H1N1"), and forms that no convention allows.

    They count nothing that could be read, but every number of the text is accounted for.
    """
    covered = sorted((mention.start, mention.end) for mention in mentions)
    for found in _UNREAD.finditer(text):
        if _overlapping(found.span(), covered) is None:
            for mention in _label(text, found.start(), found.end(), "identifier"):
                yield mention.model_copy(update={"flags": ("unread",)})


def _number(mentions: Iterable[Mention]) -> Iterator[Mention]:
    in_order = sorted(mentions, key=lambda mention: (mention.start, -mention.end))
    for index, mention in enumerate(in_order, start=1):
        yield mention.model_copy(update={"id": f"n{index}"})
