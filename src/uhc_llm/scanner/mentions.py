"""Every number of a text, each once, under the one reading that holds for it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Final, NamedTuple

from pydantic import TypeAdapter

from uhc_llm.scanner.nominals import Nominal
from uhc_llm.scanner.quantities import Quantity
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.scanner.unread import Unread, find_unread
from uhc_llm.schemas import Aside, Kind, Mention, PeriodMention, Qualifier, Unit

__all__ = ["keep_apart", "make_mentions"]

# No number of the news is longer, and JSON readers refuse much longer ones.
_LONGEST: Final = 40
_DIGITS: Final = re.compile(rf"\d{{1,{_LONGEST}}}")
_ONE: Final = Decimal(1)
_START: Final = itemgetter(0)
_MENTIONS: Final = TypeAdapter(tuple[Mention, ...])


def keep_apart(
    nominals: Sequence[Nominal], periods: Sequence[PeriodMention]
) -> tuple[list[Nominal], tuple[PeriodMention, ...]]:
    """Let each stretch of text mean one thing.

    The year of "Perpres Nomor 82 Tahun 2018" is part of a name; "kuartal ke-2 2022" is a period,
    and so is "triwulan II" where the article's date tells its year.
    """
    if not (nominals and periods):
        return list(nominals), tuple(periods)
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
) -> tuple[Mention, ...]:
    """Every number of a text in order, with its id.

    Args:
        source: the text.
        quantities: the numbers that count something.
        nominals: those that name, order or time something; none of the three may overlap another.
        periods: those that say when.
        asides: what stands on the page but is not the article; a number in one is flagged so.
    """
    drafts = _drafts(source, quantities, nominals, periods)
    if asides:
        drafts = list(_flagged(drafts, asides))
    # They are validated together: one call for each takes half as long again.
    return _MENTIONS.validate_python(
        [_fields(source.text, index, draft) for index, draft in enumerate(drafts, start=1)]
    )


def _fields(text: str, index: int, draft: _Draft) -> dict[str, object]:
    """Each field of a mention, as none may be left out.

    Pydantic copies a default that is a Decimal, which takes as long as all the rest.
    """
    start, end, kind, value, flags, upper, unit, qualifier, noun, resolution, readings = draft
    return {
        "id": f"n{index}",
        "text": text[start:end],
        "start": start,
        "end": end,
        "value": value,
        "upper": upper,
        "unit": unit,
        "qualifier": qualifier,
        "kind": kind,
        "noun": noun,
        "resolution": resolution,
        "readings": readings,
        "flags": flags,
    }


def _flagged(drafts: Sequence[_Draft], asides: Sequence[Aside]) -> Iterator[_Draft]:
    """The same, those that stand in an aside flagged with what it is."""
    spans = [(aside.start, aside.end) for aside in asides]
    kinds = {span: aside.kind for span, aside in zip(spans, asides, strict=True)}
    for draft in drafts:
        aside = _overlapping((draft.start, draft.end), spans)
        yield draft._replace(flags=(*draft.flags, kinds[aside])) if aside else draft


def _drafts(
    source: TokenizedText,
    quantities: Sequence[Quantity],
    nominals: Sequence[Nominal],
    periods: Sequence[PeriodMention],
) -> list[_Draft]:
    """Every number of the text, each once, in order."""
    drafts = [_counted(quantity) for quantity in quantities]
    drafts += [_Draft(n.start, n.end, n.kind, n.value) for n in nominals]
    drafts += [draft for p in periods if (draft := _label(source.text, p))]
    drafts.sort(key=_START)
    if unread := find_unread(source, [draft[:2] for draft in drafts]):
        drafts += map(_not_read, unread)
        drafts.sort(key=_START)
    return drafts


def _counted(quantity: Quantity) -> _Draft:
    start, end, value, upper, unit, qualifier, noun, resolution, readings, flags, *_ = quantity
    return _Draft(
        start, end, "quantity", value, flags, upper, unit, qualifier, noun, resolution, readings
    )


def _not_read(unread: Unread) -> _Draft:
    flags = ("unread", "share") if unread.is_share else ("unread",)
    return _Draft(unread.start, unread.end, "identifier", unread.value, flags)


def _label(text: str, period: PeriodMention) -> _Draft | None:
    """The number in a period; its value is its first run of digits."""
    digits = _DIGITS.search(text, period.start, period.end)
    if digits is None:
        return None
    number = digits.group()
    kind: Kind = "year" if period.iso == number else "date"
    return _Draft(period.start, period.end, kind, Decimal(number))
