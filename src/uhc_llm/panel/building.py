"""Making a panel: region by region, each cell chosen, derived or left empty, beside its targets."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Final, NamedTuple

from uhc_llm.batch.ledger import Ledger
from uhc_llm.errors import ConfigurationError
from uhc_llm.panel.choosing import RULES, ChoiceRule, Chosen, Lost, Option, choose, options_of
from uhc_llm.panel.conflicts import Difference, difference_of, kind_of
from uhc_llm.panel.observations import Observation, facts_of, observations
from uhc_llm.panel.periods import By, cell_time, check_by, last_day
from uhc_llm.panel.releases import Claim, releases, rounded
from uhc_llm.panel.sources import denominator_of
from uhc_llm.promise import Promise
from uhc_llm.scanner.regions.gazetteer import NATION, gazetteer
from uhc_llm.schemas import Region

__all__ = ["Cell", "Panel", "PanelOptions", "Target", "build_panel", "cells_of", "groups_of"]

Key = tuple[str, str, str]
"""The time, metric and segment of a cell of a region."""

_YEAR: Final = 4
_HUNDRED: Final = 100
_DIGITS: Final = Decimal("0.01")
_RATES: Final = frozenset({"coverage_rate", "active_rate", "uninsured_rate"})
# A share that moves by more in a month, and as much again in each further one, is looked at twice.
_STEP: Final = 10
_LONGEST: Final = 3


class PanelOptions(NamedTuple):
    """How a panel is made.

    Attributes:
        by: how finely time is told apart.
        as_of: only what was published up to that day; None is all.
        promise: only what can be kept under it; None is all that stands.
        rules: that choose, in order.
        as_extracted: of facts as they came out, whatever reviewers decided since; then nothing is
            promised.
    """

    by: By = "month"
    as_of: date | None = None
    promise: Promise | None = None
    rules: Sequence[ChoiceRule] = RULES
    as_extracted: bool = False


class Target(NamedTuple):
    """A share or number that is aimed at.

    Attributes:
        region: whose it is.
        year: in which it is to be reached; empty where nobody says.
        metric: what is measured.
        segment: of which members.
        chosen: the value.
        is_nations: whether it is a rule for the nation, held against its regions too.
    """

    region: Region
    year: str
    metric: str
    segment: str
    chosen: Chosen
    is_nations: bool = False


class Cell(NamedTuple):
    """What stands for a region, a time, an indicator and a group of members.

    Attributes:
        region: the region.
        period: the time: a month, a year where no month is said, or as the panel is made.
        metric: what is measured.
        segment: of which members.
        unit: of the value.
        chosen: the value, why, and what was not chosen; of a derived one the members it is from.
        conflict: how the values differ.
        derived: the value where nobody says it, but both parts of it.
        notes: what else is odd: `breaks_series`, `sums_differ`, `old_boundaries`, `range`.
        target: that is nearest in time, the region's own before the nation's.
    """

    region: Region
    period: str
    metric: str
    segment: str
    unit: str
    chosen: Chosen
    conflict: Difference
    derived: Decimal | None = None
    notes: tuple[str, ...] = ()
    target: Target | None = None

    @property
    def value(self) -> Decimal:
        """The figure; of a range its lower end."""
        return self.chosen.option.value if self.derived is None else self.derived

    @property
    def seen(self) -> tuple[Observation, ...]:
        """All that say the value."""
        return self.chosen.option.seen

    @property
    def best(self) -> Observation:
        """The observation that stands for them: verified and likely first, then the earliest."""
        return min(
            self.seen,
            key=lambda o: (
                not o.is_reviewed, o.verdict != "verified", -(o.confidence or 0),
                o.published or "9999", o.name,
            ),
        )  # fmt: skip

    @property
    def disputed(self) -> tuple[Lost, ...]:
        """The values that really contradict the one that was chosen."""
        return tuple(each for each in self.lost if difference_of(self.chosen, each) == "conflict")

    @property
    def lost(self) -> tuple[Lost, ...]:
        """The values that were not chosen; of a derived one none: theirs are no shares."""
        return self.chosen.lost if self.derived is None else ()

    @property
    def verdict(self) -> str:
        """`reviewed`, `verified` or `suspect`; or `derived` from two others."""
        return self.chosen.option.verdict if self.derived is None else "derived"

    @property
    def distance(self) -> Decimal | None:
        """By how much it is above its target, below it where that is negative; None of none."""
        return None if self.target is None else self.value - self.target.chosen.option.value


Panel = Iterator[tuple[list[Cell], list[Target]]]
"""For each region its cells and its targets, the nation first; made as it is gone through."""


def build_panel(ledger: Ledger, options: PanelOptions = PanelOptions()) -> Panel:  # noqa: B008 (a tuple)
    """The panel of a run. The same run gives the same panel, whatever the order of its articles.

    Args:
        ledger: the run.
        options: how it is made.

    Raises:
        ConfigurationError: what is asked for cannot be promised, or time not told apart so.
        LedgerError: the file cannot be read.
    """
    check_by(options.by)
    as_of, promise, as_extracted = options.as_of, options.promise, options.as_extracted
    if promise is not None and as_extracted:
        raise ConfigurationError("a promise is of facts as reviewers left them: leave out one")
    claims = _claims(ledger, as_of, facts_of(as_extracted=as_extracted))
    groups = releases(claims, _text_of(ledger))
    seen = observations(ledger, as_of=as_of, promise=promise, as_extracted=as_extracted)
    return _regions(seen, groups, options)


def _text_of(ledger: Ledger) -> Callable[[str], str]:
    query = "SELECT text FROM documents WHERE key = ?"
    return lambda article: next(ledger.rows(query, (article,)))[0]


def _claims(ledger: Ledger, as_of: date | None, facts: str) -> Iterator[Claim]:
    for code, metric, value, published, article in ledger.rows(
        _CLAIMS.format(facts=facts), (as_of and as_of.isoformat(),) * 2
    ):
        yield _claim(code, metric, Decimal(str(value)), published, article)


def groups_of(seen: Iterable[Observation], text_of: Callable[[str], str]) -> Mapping[str, str]:
    """For each article the first one that carries the same release. See `releases`.

    Args:
        seen: what articles say, in any order.
        text_of: gives the text of an article by its key.
    """
    claims = (
        _claim(one.region_code, one.metric, one.value, one.published, one.article)
        for one in seen
        if one.status == "actual" and len(one.published) == len("2024-05-14")
    )
    return releases(sorted(claims), text_of)


def _claim(code: str, metric: str, value: Decimal, published: str, article: str) -> Claim:
    day = date.fromisoformat(published).toordinal()
    return Claim(f"{code} {metric} {rounded(value)}", day, article)


def cells_of(
    seen: Iterable[Observation],
    groups: Mapping[str, str],
    options: PanelOptions = PanelOptions(),  # noqa: B008 (a tuple)
) -> tuple[list[Cell], list[Target]]:
    """The cells and targets of what is said, of any regions.

    Args:
        seen: what is said, in any order.
        groups: for each article the first that carries the same release.
        options: how the panel is made.
    """
    ordered = sorted(seen, key=lambda o: (o.region_code != NATION.code, o.region_code, o.article))
    found = list(_regions(ordered, groups, options))
    return [c for cells, _ in found for c in cells], [t for _, few in found for t in few]


def _regions(
    seen: Iterable[Observation], groups: Mapping[str, str], options: PanelOptions
) -> Panel:
    """Region by region, the nation first: its targets are held against all others."""
    national: list[Target] = []
    for code, few in groupby(seen, key=lambda o: o.region_code):
        region, said = gazetteer().by_code.get(code), list(few)
        if region is None:
            continue
        targets = _targets(region, said, groups, options)
        if code == NATION.code:
            national = [target._replace(is_nations=True) for target in targets]
        cells = _cells(region, said, groups, options)
        yield [_beside(cell, [*targets, *national]) for cell in cells], targets


def _targets(
    region: Region, said: Sequence[Observation], groups: Mapping[str, str], options: PanelOptions
) -> list[Target]:
    by_key: dict[Key, list[Observation]] = {}
    for each in said:
        if each.status == "target":
            by_key.setdefault((each.period[:_YEAR], each.metric, each.segment), []).append(each)
    return [
        Target(region, *key, choose(few, options.rules))
        for key, few in _options(by_key, groups).items()
    ]


def _options(
    by_key: Mapping[Key, Sequence[Observation]], groups: Mapping[str, str]
) -> dict[Key, list[Option]]:
    """The values of each cell of which somebody says one, in the order of the cells."""
    found = {key: options_of(few, groups) for key, few in sorted(by_key.items())}
    return {key: few for key, few in found.items() if not all(option.is_denied for option in few)}


def _cells(
    region: Region, seen: Sequence[Observation], groups: Mapping[str, str], options: PanelOptions
) -> list[Cell]:
    by_key: dict[Key, list[Observation]] = {}
    for each in seen:
        if each.status == "actual" and each.period:
            key = (cell_time(each.period, options.by), each.metric, each.segment)
            by_key.setdefault(key, []).append(each)
    said = _options(by_key, groups)
    people = {
        key: choose(few, options.rules)
        for key, few in said.items()
        if key[1] in ("participants", "population", "active_participants")
    }
    cells = []
    for key, few in said.items():
        sum_ = _share(people, key)
        chosen = people.get(key) or choose(few, options.rules, adds_up_to=sum_)
        notes = tuple(_notes(region, key, chosen, sum_))
        cells.append(Cell(region, *key, few[0].seen[0].unit, chosen, kind_of(chosen), notes=notes))
    cells += _derived(region, said, people)
    return _with_breaks(sorted(cells, key=lambda c: (c.metric, c.segment, c.period)))


def _share(people: Mapping[Key, Chosen], key: Key) -> Decimal | None:
    """The share that members and population of one time come to, in percent."""
    period, metric, segment = key
    parts = {
        "coverage_rate": ("participants", "population"),
        "active_rate": ("active_participants", "participants"),
    }
    if metric not in parts or segment != "all":
        return None
    above, below = (people.get((period, name, "all")) for name in parts[metric])
    if above is None or below is None or not below.option.value:
        return None
    share = above.option.value / below.option.value * _HUNDRED
    return share.quantize(_DIGITS) if share <= _HUNDRED + _STEP else None


def _notes(region: Region, key: Key, chosen: Chosen, sum_: Decimal | None) -> Iterator[str]:
    period = key[0]
    if sum_ is not None and abs(chosen.option.value - sum_) > Decimal("0.5"):
        yield "sums_differ"
    if chosen.option.upper is not None:
        yield "range"
    yield from _boundaries(region, period)


def _boundaries(region: Region, period: str) -> Iterator[str]:
    if region.level == "province" and any(
        move.before.code == region.code and last_day(period) < move.since
        for move in gazetteer().moves.values()
    ):
        yield "old_boundaries"


def _derived(
    region: Region, by_key: Mapping[Key, object], people: Mapping[Key, Chosen]
) -> Iterator[Cell]:
    """Shares that nobody says, where members and population of one time are said, both surely."""
    for period, metric, segment in list(people):
        if metric != "population" or segment != "all":
            continue
        key = (period, "coverage_rate", "all")
        share = _share(people, key)
        if share is not None and key not in by_key:
            members = people[period, "participants", "all"]
            parts = (members, people[period, metric, segment])
            if any(part.option.verdict == "suspect" for part in parts):
                continue
            notes = tuple(_boundaries(region, period))
            yield Cell(
                region, *key, "percent", members, kind_of(members), derived=share, notes=notes
            )


def _with_breaks(cells: Sequence[Cell]) -> list[Cell]:
    """Cells in the order of their series, those marked that leave it within few months."""
    found: list[Cell] = []
    last: Cell | None = None
    for cell in cells:
        if last is not None and _breaks(last, cell):
            found.append(cell._replace(notes=(*cell.notes, "breaks_series")))
        else:
            found.append(cell)
        if len(cell.period) > _YEAR:
            last = cell
    return found


def _breaks(last: Cell, cell: Cell) -> bool:
    is_series = (last.metric, last.segment) == (cell.metric, cell.segment)
    if not is_series or cell.metric not in _RATES or len(cell.period) <= _YEAR:
        return False
    days = (last_day(cell.period) - last_day(last.period)).days
    months = max(1, round(days / 30))
    of = {denominator_of(c.best) for c in (last, cell)} - {"unknown", None}
    return months <= _LONGEST and len(of) <= 1 and abs(cell.value - last.value) > _STEP * months


def _beside(cell: Cell, targets: Sequence[Target]) -> Cell:
    """A cell with the target that it is held against: the next to be reached, its own first."""
    year = cell.period[:_YEAR]
    fitting = [
        target
        for target in targets
        if (target.metric, target.segment) == (cell.metric, cell.segment) and target.year >= year
    ]
    if cell.metric not in _RATES or not fitting:
        return cell
    own = min(fitting, key=lambda t: (t.is_nations, t.year, t.chosen.option.value))
    return cell._replace(target=own)


_CLAIMS: Final = """
    SELECT t.region_code, t.metric, t.value,
        coalesce(d.published, json_extract(e.extraction, '$.published')) AS day, d.key
    FROM {facts} AS t JOIN documents AS d ON d.key = t.document_key
    JOIN extractions AS e ON e.document_key = d.key
    WHERE d.state = 'done' AND NOT t.rejected AND t.region_code IS NOT NULL
        AND length(day) = 10 AND coalesce(t.status, 'actual') = 'actual'
        AND EXISTS (SELECT 1 FROM sources AS s WHERE s.document_key = d.key)
        AND (? IS NULL OR day <= ?)
    ORDER BY t.region_code, t.metric, t.value, d.key
"""
