"""Whose a number can be, and of when: the places and times that a text offers for it."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from uhc_llm.reader.article import Around, Article
from uhc_llm.scanner.asides import stands_in
from uhc_llm.scanner.periods import is_said_as_time
from uhc_llm.scanner.regions.gazetteer import NATION, gazetteer
from uhc_llm.schemas import Level, PeriodMention, Region, RegionMention, Span, Table

__all__ = [
    "NATION_ID",
    "NOBODY",
    "Moment",
    "Named",
    "Place",
    "fills",
    "moments",
    "named",
    "places",
    "within",
]

NATION_ID: Final = "r0"
"""Id of the nation, which every text may speak of without naming it."""

_LIST: Final = re.compile(
    r"\s*,?\s*(?:(?:dan|serta|maupun|juga|&|/)\s+)?(?:juga\s+)?"
    r"(?:kabupaten|kab\.|kota|provinsi)?\s*",
    re.IGNORECASE,
)
_IN_PROVINCES: Final = frozenset[Level]({"regency", "city"})
_LONGEST_GAP: Final = 25
_EARLIER: Final = 4
# So many names back are looked through.
_REACH: Final = 100
_RUNS: Final = 3
_MOST: Final = 14
_MOST_TIMES: Final = 10
_EARLIER_TIMES: Final = 4


_WORD: Final = re.compile(r"[^\W\d_]{2,}")
# What is said with the name of a region: "Kab. Blora", "Total Jawa Tengah".
_OF_NAMES: Final = frozenset(
    ("kabupaten", "kab", "kota", "provinsi", "prov", "jumlah", "total", "se", "dan")
)
_ROWS: Final = 60


class Place(NamedTuple):
    """Whose a number can be.

    Attributes:
        regions: one region; several that share it ("Blora dan Kudus sama-sama 95 persen"); none,
            where it is nobody's that the text names. Of a region that is named more than once it is
            the mention that stands best to the number.
    """

    regions: tuple[RegionMention, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its regions, by which it is the same wherever it is said."""
        return tuple(region.id for region in self.regions)

    @property
    def place_in_text(self) -> tuple[tuple[str, int], ...]:
        """Its regions and where they are mentioned, by which it is looked at once."""
        return tuple((region.id, region.start) for region in self.regions)

    def can_be(self, code: str | None) -> bool:
        """Whether it is a region of that code, or one of several; None is an area without one."""
        if code is None:
            return not self.regions or any(region.code is None for region in self.regions)
        return any(
            code in (region.code, *(c.code for c in region.candidates)) for region in self.regions
        )


NOBODY: Final = Place(())
"""A number is of no region that the text names."""


class Moment(NamedTuple):
    """When a number can be of; no period is that the text does not say.

    Attributes:
        period: the mention of it that stands best to the number.
    """

    period: PeriodMention | None

    @property
    def iso(self) -> str | None:
        """The period as it is written."""
        return self.period.iso if self.period else None

    @property
    def place_in_text(self) -> tuple[str, int] | None:
        """The period and where it is mentioned, by which it is looked at once."""
        return (self.period.iso, self.period.start) if self.period else None


class Named(NamedTuple):
    """What a text names: its regions, lists of them, and its periods, in order.

    Attributes:
        regions: those that stand in the article.
        starts: where they begin.
        runs: two or more that stand in one list.
        run_starts: where these begin.
        first: where each is named first, by its id.
        about: the article's main region, and the nation, where they are named.
        periods: those with a place in the text.
        own: the article's own date, where it is known.
        unnamed: the nation, and the provinces of regions, that a text may speak of without naming
            them; they have no place in the text.
        years: those of its times, in order.
        times: where the periods begin that are said as times.
        rows_named: of each table or list, by where it begins, whether most of its rows name a
            region and nothing else, some, or none.
    """

    regions: Sequence[RegionMention]
    starts: Sequence[int]
    runs: Sequence[tuple[RegionMention, ...]]
    run_starts: Sequence[int]
    first: Mapping[str, RegionMention]
    about: Sequence[RegionMention]
    periods: Sequence[PeriodMention]
    period_starts: Sequence[int]
    own: PeriodMention | None
    unnamed: Sequence[RegionMention]
    years: Sequence[str]
    times: frozenset[int]
    rows_named: Mapping[int, str]

    def runs_near(self, span: tuple[int, int], place: int) -> Sequence[tuple[RegionMention, ...]]:
        """The lists within a stretch of the text that stand nearest before and behind a place."""
        first, last = within(self.run_starts, span)
        middle = bisect_left(self.run_starts, place)
        few = self.runs[max(first, middle - _RUNS) : min(last, middle + _RUNS)]
        return [run for run in few if run[-1].end <= span[1]]

    def is_time(self, period: PeriodMention) -> bool:
        """Whether a period is more than a bare year, which may be part of a name."""
        return period.start in self.times


def named(article: Article) -> Named:
    """What a text names."""
    reading = article.reading
    regions = [r for r in reading.regions if not stands_in(r.start, reading.asides)]
    periods = [p for p in reading.periods if p.end]
    times = [p for p in periods if is_said_as_time(reading.text, p)]
    own = None
    if reading.published is not None:
        iso = reading.published.isoformat()
        own = next((p for p in reading.periods if p.iso == iso), None)
    runs = list(_runs(reading.text, regions))
    first = {region.id: region for region in reversed(regions)}
    main = reading.main_region
    return Named(
        regions,
        [r.start for r in regions],
        runs,
        [run[0].start for run in runs],
        first,
        [r for r in first.values() if r.id == main or r.level == "nation"],
        periods,
        [p.start for p in periods],
        own,
        list(_unnamed(regions, reading.main_region)),
        sorted({p.iso[:4] for p in times}),
        frozenset(p.start for p in times),
        {table.start: _rows_named(reading.text, table, regions) for table in reading.tables},
    )


def fills(text: str, span: Span, placed: Sequence[RegionMention | PeriodMention]) -> bool:
    """Whether what a cell names is all that it says: "Padang", and not "Padang Hulu"."""
    words, start = list[str](), span.start
    for each in placed:
        words += _WORD.findall(text, start, each.start)
        start = each.end
    words += _WORD.findall(text, start, span.end)
    return _OF_NAMES.issuperset(word.lower() for word in words)


def _rows_named(text: str, table: Table, regions: Sequence[RegionMention]) -> str:
    """Whether most rows of a table name a region and nothing else, some, or none."""
    starts = [region.start for region in regions]
    spans = [row[column] for row in table.rows[:_ROWS] for column in table.naming or (0,)]
    found = [(span, regions[slice(*within(starts, span))]) for span in spans]
    known = sum(bool(few) and fills(text, span, few) for span, few in found)
    return "most" if known * 2 > len(spans) else "some" if known else "none"


def _unnamed(regions: Sequence[RegionMention], main: str | None) -> Iterator[RegionMention]:
    """The nation, and the province of the article's main region, where the text names neither."""
    if all(region.level != "nation" for region in regions):
        yield _implied(NATION, NATION_ID)
    about = next((r for r in regions if r.id == main), None)
    province = gazetteer().province_of(about, None) if about is not None else None
    if province is not None and all(region.code != province.code for region in regions):
        yield _implied(province, f"{NATION_ID}.{province.code}")


def _implied(region: Region, id_: str) -> RegionMention:
    return RegionMention(
        id=id_, text="", start=0, end=0, implied=True, code=region.code, name=region.name,
        level=region.level, province=region.province,
    )  # fmt: skip


def _runs(text: str, regions: Sequence[RegionMention]) -> Iterator[tuple[RegionMention, ...]]:
    run: list[RegionMention] = []
    for region in regions:
        if run and not _goes_on(text, run[-1], region):
            if len(run) > 1:
                yield tuple(run)
            run = []
        run.append(region)
    if len(run) > 1:
        yield tuple(run)


def _goes_on(text: str, one: RegionMention, other: RegionMention) -> bool:
    """Whether two regions stand in one list, and neither lies in the other."""
    gap = text[one.end : other.start]
    if len(gap) > _LONGEST_GAP or not gap.strip() or not _LIST.fullmatch(gap):
        return False
    return one.level == other.level or {one.level, other.level} <= _IN_PROVINCES


def places(
    article: Article, names: Named, around: Around, before: Iterable[Place] = ()
) -> list[Place]:
    """The places that a number can be of, the nearest first; `NOBODY` is the last.

    Those that its sentence names, the last ones before it, what its table says, lists of its
    sentence, the article's main region, the first one named, the nation, and those of numbers
    `before`.
    """
    start, end = around.mention.start, around.mention.end
    here, earlier, later = _by_place(article, names, around)
    nearest = sorted(here, key=lambda r: _gap(r, start, end))
    first = names.regions[:1]
    found: dict[str, RegionMention] = {}
    for region in (*nearest, *_of_cell(names, around), *earlier, *names.about, *first, *later):
        found.setdefault(region.id, region)
    alone = (*list(found.values())[:_MOST], *names.unnamed)
    few: dict[tuple[str, ...], Place] = {(r.id,): Place((r,)) for r in alone}
    for place in before:
        if place.regions:
            few.setdefault(place.ids, place)
    for run in names.runs_near(article.sentence_span(around), start):
        few[tuple(r.id for r in run)] = Place(run)
    return [*few.values(), NOBODY]


def _by_place(
    article: Article, names: Named, around: Around
) -> tuple[Sequence[RegionMention], Sequence[RegionMention], Sequence[RegionMention]]:
    """The regions of the sentence of a number, the last ones before it, and the first behind it."""
    first, last = within(names.starts, article.sentence_span(around))
    earlier: dict[str, RegionMention] = {}
    for region in reversed(names.regions[max(0, first - _REACH) : first]):
        earlier.setdefault(region.id, region)
        if len(earlier) == _EARLIER:
            break
    # The neighbours in a row of a table say nothing of a number.
    here = [] if around.in_table else names.regions[first:last]
    return here, list(earlier.values()), names.regions[last : last + 1]


def within(starts: Sequence[int], span: tuple[int, int]) -> tuple[int, int]:
    """The indexes from and to which what begins at `starts` lies in a stretch of the text."""
    first = bisect_left(starts, span[0])
    return first, max(first, bisect_left(starts, span[1]))


def _of_cell(names: Named, around: Around) -> Iterator[RegionMention]:
    """The regions that the row, the heads and the titles of a cell name."""
    cell = around.cell
    if cell is None:
        return
    for span in (*cell.names, *cell.heads, *cell.table.titles):
        yield from names.regions[slice(*within(names.starts, span))]


def _gap(named_: RegionMention | PeriodMention, start: int, end: int) -> int:
    """How many characters lie between a name and a number."""
    return start - named_.end if named_.end <= start else max(0, named_.start - end)


def moments(
    article: Article, names: Named, around: Around, before: Iterable[Moment] = ()
) -> list[Moment]:
    """The periods that a number can be of, the nearest first; that nothing says it is the last.

    Those that its sentence names, what its table says, the last ones before it, the first two of
    the text, its own date, and those of numbers `before`.
    """
    mention = around.mention
    first, last = within(names.period_starts, article.sentence_span(around))
    found: dict[str, Moment] = {}
    here = [] if around.in_table else list(names.periods[first:last])
    here.sort(key=lambda p: _gap(p, mention.start, mention.end))
    for period in (*here, *_times_of_cell(names, around)):
        found.setdefault(period.iso, Moment(period))
    wanted = len(found) + _EARLIER_TIMES
    for period in reversed(names.periods[max(0, first - _REACH) : first]):
        if len(found) >= wanted:
            break
        found.setdefault(period.iso, Moment(period))
    for period in names.periods[:2]:
        found.setdefault(period.iso, Moment(period))
    few = dict(list(found.items())[:_MOST_TIMES])
    for moment in before:
        if moment.iso is not None:
            few.setdefault(moment.iso, moment)
    if names.own is not None:
        few.setdefault(names.own.iso, Moment(names.own))
    return [*few.values(), Moment(None)]


def _times_of_cell(names: Named, around: Around) -> Iterator[PeriodMention]:
    cell = around.cell
    if cell is None:
        return
    for span in (cell.span, *cell.heads, *cell.names, *cell.table.titles):
        yield from names.periods[slice(*within(names.period_starts, span))]
