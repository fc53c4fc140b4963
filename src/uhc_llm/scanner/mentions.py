"""Every number of a text, each once, under the one reading that holds for it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Final, NamedTuple

from uhc_llm.scanner.nominals import Nominal
from uhc_llm.scanner.quantities import Quantity
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Aside, Kind, Mention, PeriodMention, Qualifier, Unit

__all__ = ["keep_apart", "make_mentions"]

# No number of the news is longer, and JSON readers refuse much longer ones.
_LONGEST: Final = 40
_DIGITS: Final = re.compile(rf"\d{{1,{_LONGEST}}}")
_UNREAD: Final = re.compile(r"\d+(?:[.,]\d+)*")
_ONE: Final = Decimal(1)


def keep_apart(
    nominals: Sequence[Nominal], periods: Sequence[PeriodMention]
) -> tuple[list[Nominal], tuple[PeriodMention, ...]]:
    """Let each stretch of text mean one thing.

    The year of "Perpres Nomor 82 Tahun 2018" is part of a name; "kuartal ke-2 2022" is a period,
    and so is "triwulan II" where the article's date tells its year.
    """
    names = [(nominal.start, nominal.end) for nominal in nominals]
    outside = tuple(p for p in periods if not _is_inside((p.start, p.end), names))
    times = [(period.start, period.end) for period in outside]
    return [n for n in nominals if _overlapping((n.start, n.end), times) is None], outside


def _is_inside(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Whether `span` is a part of one of `others`, other than what it begins with."""
    other = _overlapping(span, others)
    return other is not None and other[0] < span[0] and span[1] <= other[1]


def _overlapping(
    span: tuple[int, int], others: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """The first of `others`, which are in order and apart, that shares a character with `span`."""
    place = bisect_right(others, span[0], key=lambda other: other[1])
    return others[place] if place < len(others) and others[place][0] < span[1] else None


class _Draft(NamedTuple):
    """A number of the text before it has its id."""

    start: int
    end: int
    kind: Kind
    value: Decimal
    flags: tuple[str, ...] = ()
    upper: Decimal | None = None
    unit: Unit | None = None
    qualifier: Qualifier = "exact"
    noun: str | None = None
    resolution: Decimal = _ONE
    readings: tuple[Decimal, ...] = ()


def make_mentions(
    source: TokenizedText,
    quantities: Sequence[Quantity],
    nominals: Sequence[Nominal],
    periods: Sequence[PeriodMention],
    asides: Sequence[Aside],
) -> Iterator[Mention]:
    """Every number of a text in order, with its id.

    Args:
        source: the text.
        quantities: the numbers that count something.
        nominals: those that name, order or time something; none of the three may overlap another.
        periods: those that say when.
        asides: what stands on the page but is not the article; a number in one is flagged so.
    """
    spans = [(aside.start, aside.end) for aside in asides]
    kinds = {span: aside.kind for span, aside in zip(spans, asides, strict=True)}
    drafts = _drafts(source, quantities, nominals, periods)
    for index, draft in enumerate(drafts, start=1):
        start, end, kind, value, flags, upper, unit, qualifier, noun, resolution, readings = draft
        if spans and (aside := _overlapping((start, end), spans)):
            flags = (*flags, kinds[aside])
        # Each field is given: pydantic copies a default that is a Decimal, which takes as long as
        # all the rest.
        yield Mention(
            id=f"n{index}",
            text=source.text[start:end],
            start=start,
            end=end,
            value=value,
            upper=upper,
            unit=unit,
            qualifier=qualifier,
            kind=kind,
            noun=noun,
            resolution=resolution,
            readings=readings,
            flags=flags,
        )


def _drafts(
    source: TokenizedText,
    quantities: Sequence[Quantity],
    nominals: Sequence[Nominal],
    periods: Sequence[PeriodMention],
) -> list[_Draft]:
    """Every number of the text, each once, in order."""
    drafts = [_counted(quantity) for quantity in quantities]
    drafts += (_Draft(n.start, n.end, n.kind, n.value) for n in nominals)
    for p in periods:
        drafts += _label(source.text, p)
    drafts.sort(key=itemgetter(0))
    drafts += _unread(source, drafts)
    drafts.sort(key=itemgetter(0))
    return drafts


def _counted(quantity: Quantity) -> _Draft:
    start, end, value, upper, unit, qualifier, noun, resolution, readings, flags, *_ = quantity
    return _Draft(
        start, end, "quantity", value, flags, upper, unit, qualifier, noun, resolution, readings
    )


def _label(text: str, period: PeriodMention) -> Iterator[_Draft]:
    """The number in a period; its value is its first run of digits."""
    if digits := _DIGITS.search(text, period.start, period.end):
        is_year = period.iso == digits.group()
        kind: Kind = "year" if is_year else "date"
        yield _Draft(period.start, period.end, kind, Decimal(digits.group()))


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
