"""The data behind the pictures of a report: which facts are in them, which are not, and why.

Nothing is averaged and nothing is guessed: where articles differ on one region and one period,
every value they give is kept.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from uhc_llm.language import _, later
from uhc_llm.schemas import Fact, Metric, Region, days_of
from uhc_llm.wording import amount

__all__ = [
    "Figure",
    "Part",
    "Point",
    "Row",
    "coverage_by_region",
    "coverage_over_time",
    "middle",
    "registered_and_active",
    "targets_and_reached",
]

Part = Literal["reached", "target", "registered", "active"]
"""What a point of a picture says of its region."""

MOST_PANELS: Final = 12
MOST_PAIRS: Final = 30

_HUNDRED: Final = Decimal(100)
_TENTH: Final = Decimal("0.1")


class Point(NamedTuple):
    """One value of one region and period, as one article or several give it.

    Attributes:
        part: what it says.
        value: percent.
        period: ISO; empty where the text says none.
        written: the value as the page writes it, such as `≥ 95%`.
        is_verified: whether some article's fact is verified; else all are suspect.
        articles: the names of the articles that give it.
    """

    part: Part
    value: Decimal
    period: str
    written: str
    is_verified: bool
    articles: tuple[str, ...]

    @property
    def on(self) -> date | None:
        """The middle of its period; None where it has none."""
        return middle(self.period)


class Row(NamedTuple):
    """A region with its points, of each part the earlier ones first, and their metric."""

    region: Region
    points: tuple[Point, ...]
    metric: Metric = "coverage_rate"

    @property
    def is_nation(self) -> bool:
        """Whether it is the whole country, which is no region among others."""
        return self.region.level == "nation"

    def of(self, part: Part) -> tuple[Point, ...]:
        """The points of one part."""
        return tuple(point for point in self.points if point.part == part)

    def gap(self, above: Part, below: Part) -> Decimal:
        """By how many points one part lies above another; of several values the widest gap."""
        return max(p.value for p in self.of(above)) - min(p.value for p in self.of(below))


@dataclass(frozen=True)
class Figure:
    """What a picture shows.

    Attributes:
        rows: the nation first, then the regions in the order in which they are drawn.
        included: how many facts are in it.
        left_out: how many facts are not, by reason (to be translated).
        more: regions that have what it takes, but for which there is no room.
    """

    rows: tuple[Row, ...]
    included: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    more: tuple[Row, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.rows

    @property
    def regions(self) -> tuple[Row, ...]:
        """The rows that are drawn, but for the nation's."""
        return tuple(row for row in self.rows if not row.is_nation)

    @property
    def everywhere(self) -> tuple[Row, ...]:
        """The rows of all regions, those too for which there is no room; the nation's if alone."""
        return self.regions + self.more or self.rows

    @property
    def points(self) -> tuple[Point, ...]:
        """Every point of every row."""
        return tuple(point for row in self.rows for point in row.points)


class _Claim(NamedTuple):
    """A fact that may stand in a picture, with the article that it is from."""

    article: str
    fact: Fact
    region: Region


Articles = Iterable[tuple[str, Fact]]
"""Facts as they stand, each with the name of its article."""

_Regions = dict[str, list[_Claim]]


def coverage_by_region(facts: Articles) -> Figure:
    """The latest share registered that is reported of each region, the highest first.

    A region without any dated figure stands with those that it has.
    """
    out: Counter[str] = Counter()
    regions = _by_region(_usable(facts, "coverage_rate", out, reached_only=True))
    rows = []
    for claims in regions.values():
        latest = _latest(claims, out)
        rows.append(Row(latest[0].region, _points("reached", latest)))
    rows.sort(key=lambda row: (-max(p.value for p in row.points), row.region.name))
    return _figure(rows, out)


def coverage_over_time(facts: Articles) -> Figure:
    """The share registered of regions that are reported on for two periods or more.

    The best documented ones are kept, that is those with the most periods, then the most articles.
    """
    out: Counter[str] = Counter()
    regions: _Regions = {}
    claims = list(_usable(facts, "coverage_rate", out, reached_only=True))
    dated = [claim for claim in claims if _on(claim.fact)]
    out[later("without a period")] = len(claims) - len(dated)
    for key, some in _by_region(dated).items():
        if len({_on(claim.fact) for claim in some}) > 1:
            regions[key] = some
        else:
            out[later("of a region with one period only")] += len(some)
    rows = [Row(some[0].region, _points("reached", some)) for some in regions.values()]
    rows.sort(key=_documented)
    return _figure(rows, out, most=MOST_PANELS, what=later("of regions with fewer periods"))


def targets_and_reached(facts: Articles) -> Figure:
    """The latest target of each region beside the latest share reached, the widest gap first.

    Shares registered and shares active are compared each with their own.
    """
    out: Counter[str] = Counter()
    rows: list[Row] = []
    facts = list(facts)
    for metric in ("coverage_rate", "active_rate"):
        claims = list(_usable(facts, metric, out))
        targets = _by_region(claim for claim in claims if claim.fact.status == "target")
        reached = _by_region(claim for claim in claims if claim.fact.status == "actual")
        rows += _pairs(metric, {"reached": reached, "target": targets}, out)
    rows.sort(key=lambda row: (-row.gap("target", "reached"), row.region.name))
    return _figure(rows, out, most=MOST_PAIRS, what=later("of regions with a smaller gap"))


def registered_and_active(facts: Articles) -> Figure:
    """The latest share registered of each region beside the latest share active.

    Where no share active is stated, it is reckoned from the numbers of members and of active
    members that one article gives for one period. The widest gap comes first.
    """
    out: Counter[str] = Counter()
    facts = list(facts)
    registered = _by_region(_usable(facts, "coverage_rate", out, reached_only=True))
    active = _by_region(_usable(facts, "active_rate", out, reached_only=True))
    reckoned = _by_region(_reckoned(facts))
    # What is reckoned is no fact of its own: it stands in only where a share is wanted.
    active |= {k: v for k, v in reckoned.items() if k in registered and k not in active}
    rows = _pairs("coverage_rate", {"registered": registered, "active": active}, out)
    rows.sort(key=lambda row: (-row.gap("registered", "active"), row.region.name))
    return _figure(rows, out, most=MOST_PAIRS, what=later("of regions with a smaller gap"))


def middle(iso: str) -> date | None:
    """The day in the middle of a period; None where it is none.

    >>> middle("2021"), middle("2021-S2"), middle("2022-02-14"), middle("2022-02-31")
    (datetime.date(2021, 7, 2), datetime.date(2021, 9, 30), datetime.date(2022, 2, 14), None)
    """
    try:
        first, last = days_of(iso)
    except ValueError:  # no year, such as 0000, or no day, such as 31 February
        return None
    return first + timedelta(days=(last - first).days // 2)


def _usable(
    facts: Articles,
    metric: Metric,
    out: Counter[str],
    *,
    reached_only: bool = False,
) -> Iterator[_Claim]:
    """The facts of a metric that say one share of all members of one region."""
    reasons: tuple[tuple[str, Callable[[Fact], bool]], ...] = (
        (later("not said to be reached or aimed at"), lambda fact: fact.status is None),
        (later("of one group of members"), lambda fact: fact.segment not in {"all", None}),
        (later("of no region"), lambda fact: fact.region is None),
        (later("that say a range"), lambda fact: fact.upper is not None),
        (later("in another unit"), lambda fact: fact.unit != "percent"),
    )
    for article, fact in facts:
        if fact.metric != metric:
            continue
        if reached_only and fact.status == "target":
            out[later("that say a target")] += 1
            continue
        reason = next((name for name, applies in reasons if applies(fact)), None)
        if reason or fact.region is None:
            out[reason or ""] += 1
        else:
            yield _Claim(article, fact, fact.region)


def _reckoned(facts: Articles) -> Iterator[_Claim]:
    """The share of members that is active, of two numbers of one article, region and period."""
    counts: dict[tuple[str, str, str], dict[Metric, list[_Claim]]] = {}
    for article, fact in facts:
        if (
            fact.region
            and fact.metric in {"participants", "active_participants"}
            and (fact.status, fact.unit, fact.upper) == ("actual", "people", None)
            and fact.segment in {"all", None}
        ):
            key = (article, _key(fact.region), fact.period.iso if fact.period else "")
            claim = _Claim(article, fact, fact.region)
            counts.setdefault(key, {}).setdefault(fact.metric, []).append(claim)
    for found in counts.values():
        members, active = found.get("participants", []), found.get("active_participants", [])
        # Two numbers of members in one article leave open which one the active are part of.
        if len(members) == len(active) == 1 and members[0].fact.value > 0:
            whole, part = members[0].fact, active[0].fact
            share = (part.value / whole.value * _HUNDRED).quantize(_TENTH)
            verdict = "verified" if whole.verdict == part.verdict == "verified" else "suspect"
            update = {"metric": "active_rate", "value": share, "unit": "percent"}
            reckoned = part.model_copy(update={**update, "qualifier": "about", "verdict": verdict})
            yield _Claim(members[0].article, reckoned, members[0].region)


def _pairs(metric: Metric, parts: Mapping[Part, _Regions], out: Counter[str]) -> list[Row]:
    """A row for each region that has both parts, with the latest of each."""
    (one, ones), (other, others) = parts.items()
    rows = []
    for key in ones.keys() | others.keys():
        if key in ones and key in others:
            first, second = _latest(ones[key], out), _latest(others[key], out)
            points = _points(one, first) + _points(other, second)
            rows.append(Row(first[0].region, points, metric))
        else:
            out[later("of a region with only one of the two")] += len(ones.get(key) or others[key])
    return rows


def _figure(rows: Sequence[Row], out: Counter[str], *, most: int = 0, what: str = "") -> Figure:
    nation = tuple(row for row in rows if row.is_nation)
    regions = tuple(row for row in rows if not row.is_nation)
    drawn = regions[: most - len(nation)] if most else regions
    dropped = regions[len(drawn) :]
    out[what] += sum(_facts_in(row) for row in dropped)
    kept = nation + drawn
    left_out = {reason: count for reason, count in out.most_common() if count}
    return Figure(kept, sum(_facts_in(row) for row in kept), left_out, dropped)


def _facts_in(row: Row) -> int:
    return sum(len(point.articles) for point in row.points)


def _by_region(claims: Iterable[_Claim]) -> _Regions:
    regions: _Regions = defaultdict(list)
    for claim in claims:
        regions[_key(claim.region)].append(claim)
    return dict(regions)


def _key(region: Region) -> str:
    """What a region is known by; an area without a code by its name and province."""
    return region.code or f"{region.name}, {region.province}"


def _on(fact: Fact) -> date | None:
    return middle(fact.period.iso) if fact.period else None


def _latest(claims: Sequence[_Claim], out: Counter[str]) -> list[_Claim]:
    """Those of the latest period; those without a period only where none has one."""
    days = [_on(claim.fact) or date.min for claim in claims]
    latest = [claim for claim, day in zip(claims, days, strict=True) if day == max(days)]
    out[later("not the latest of their region")] += len(claims) - len(latest)
    return latest


def _points(part: Part, claims: Iterable[_Claim]) -> tuple[Point, ...]:
    """The values in the order of time; the same value of the same period is one point."""
    groups: dict[tuple[date, str, Decimal], list[_Claim]] = {}
    for claim in claims:
        fact = claim.fact
        period = fact.period.iso if fact.period else ""
        groups.setdefault((_on(fact) or date.min, period, fact.value), []).append(claim)
    return tuple(
        Point(
            part,
            value,
            period,
            _(" or ").join(dict.fromkeys(amount(claim.fact) for claim in some)),
            any(claim.fact.verdict == "verified" for claim in some),
            tuple(claim.article for claim in some),
        )
        for (_on_day, period, value), some in sorted(groups.items(), key=lambda group: group[0])
    )


def _documented(row: Row) -> tuple[int, int, str]:
    return -len({point.on for point in row.points}), -_facts_in(row), row.region.name
