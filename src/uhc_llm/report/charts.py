"""The pictures of a report: what each shows, what it leaves out, and the figures behind it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from uhc_llm.language import _, grouped, later, ngettext, period
from uhc_llm.report.drawing import draw_panels, draw_rows, draw_strips, percent_axis
from uhc_llm.report.figures import (
    Figure,
    Point,
    Row,
    coverage_by_region,
    coverage_over_time,
    registered_and_active,
    targets_and_reached,
)
from uhc_llm.report.painting import Axis
from uhc_llm.report.svg import printable, safe_svg
from uhc_llm.schemas import Fact
from uhc_llm.wording import number, spoken

__all__ = ["Picture", "pictures"]

_MOST: Final = Decimal("0.97")
"""The share of many values that an axis must have room for: a wrong one spoils no picture."""
_MOST_ROWS: Final = 40
_MOST_NAMED: Final = 3
_YEAR: Final = len("2024")
_HEADER: Final = (
    later("region"),
    later("province"),
    later("what"),
    later("share"),
    later("period"),
    later("verdict"),
    later("articles"),
)


class Picture(NamedTuple):
    """A picture for a page.

    Attributes:
        name: short and stable.
        title: says what is seen.
        caption: which facts are in it, and which are left out and why.
        svg: an element that may stand in a page as it is; empty where there is nothing to show.
        empty: what to say then.
        header: the names of the columns behind it.
        rows: the figures behind it.
        links: regions whose series stands on a page of their own, with their codes.
    """

    name: str
    title: str
    caption: str
    svg: str
    empty: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    links: tuple[tuple[str, str], ...] = ()


class _Kind(NamedTuple):
    """One sort of picture.

    Attributes:
        name: short and stable.
        subject: what it is called where there is nothing to show (to be translated).
        figure: takes the facts for it.
        draw: gives the drawing, the axis, and how it is to be read.
        title: says what is seen.
        empty: says what is missing (to be translated).
    """

    name: str
    subject: str
    figure: Callable[[Iterable[tuple[str, Fact]]], Figure]
    draw: Callable[[Figure], tuple[str, Axis, str]]
    title: Callable[[Figure], str]
    empty: str


def pictures(facts: Iterable[tuple[str, Fact]]) -> list[Picture]:
    """The pictures of a report, in their order.

    Args:
        facts: those that stand, each with the name of its article.

    Raises:
        MissingExtraError: there is something to draw, and the extra `report` is not installed.
    """
    known = list(facts)
    return [_picture(kind, kind.figure(known)) for kind in _KINDS]


def _picture(kind: _Kind, figure: Figure) -> Picture:
    left_out, subject = _left_out(figure.left_out), _(kind.subject)
    if figure.is_empty:
        words = " ".join(filter(None, (_(kind.empty), left_out)))
        return Picture(kind.name, subject, "", "", words, (), [])
    drawing, axis, reading = kind.draw(figure)
    title = kind.title(figure)
    caption = " ".join(filter(None, (reading, *_notes(figure, axis), left_out)))
    label = _(
        "{subject}: {title}. The figures stand in the table that follows.",
        subject=subject,
        title=title,
    )
    svg = safe_svg(drawing, printable(label))
    header = tuple(map(_, _HEADER))
    links = tuple(_series(figure)) if kind.figure is coverage_over_time else ()
    return Picture(kind.name, title, caption, svg, "", header, list(_rows(figure)), links)


def _series(figure: Figure) -> Iterator[tuple[str, str]]:
    """The regions that have a series, also those for which there is no room here."""
    for row in (*figure.rows, *figure.more):
        if row.region.code:
            yield row.region.name, row.region.code


def _rows(figure: Figure) -> Iterator[tuple[str, ...]]:
    for row in (*figure.rows, *figure.more):
        for point in row.points:
            names = list(point.articles[:_MOST_NAMED])
            if more := len(point.articles) - len(names):
                names.append(ngettext("{count} more", "{count} more", more))
            yield (
                row.region.name,
                row.region.province or "",
                spoken(point.part),
                point.written,
                period(point.period),
                spoken("verified" if point.is_verified else "suspect"),
                ", ".join(names),
            )


# --- what is drawn ---


def _by_region(figure: Figure) -> tuple[str, Axis, str]:
    of = _("The latest share registered, of {whom}.", whom=_count(figure))
    if len(figure.regions) <= _MOST_ROWS:
        axis = percent_axis(figure.points)
        return draw_rows(figure, axis, ("reached",)), axis, of
    axis = percent_axis(figure.points, room_for=_MOST)
    how = _(
        "Each dot is a regency or city in the row of its province, a stroke the province as a "
        "whole; n counts the dots' regions. The rows are in the order of their middle value."
    )
    return draw_strips(figure, axis), axis, f"{of} {how}"


def _over_time(figure: Figure) -> tuple[str, Axis, str]:
    axis = percent_axis(figure.points, room_for=_MOST)
    how = _(
        "The share registered, of {whom}; each point stands in the middle of its period, and a "
        "line joins those that are verified.",
        whom=_count(figure),
    )
    if figure.more:
        how += " " + _(
            "These are the best documented; {more} more have several periods.",
            more=grouped(len(figure.more)),
        )
    return draw_panels(figure, axis), axis, how


def _targets(figure: Figure) -> tuple[str, Axis, str]:
    axis = percent_axis(figure.points)
    how = _(
        "The latest target beside the latest share reached, of {whom}; the widest gap first. A "
        "target may be for a later year.",
        whom=_count(figure),
    )
    return draw_rows(figure, axis, ("reached", "target")), axis, how + _not_drawn(figure)


def _active(figure: Figure) -> tuple[str, Axis, str]:
    axis = percent_axis(figure.points)
    how = _(
        "The latest share registered beside the latest share active, of {whom}; the widest gap "
        "first. Registered is a share of the people; active is one of the members, or of the "
        "people, as the article has it.",
        whom=_count(figure),
    )
    return draw_rows(figure, axis, ("registered", "active")), axis, how + _not_drawn(figure)


# --- what is said of it ---


def _coverage_title(figure: Figure) -> str:
    year, rows = _of_one_year(figure.regions)
    if len(figure.regions) == 1:
        rows = list(figure.regions)
    # Where articles differ on a region it is at its lowest at least.
    values = [min(point.value for point in row.points) for row in rows]
    match len(values):
        case 0 if figure.regions:
            return _("The latest coverage of each region")
        case 0:
            return _("Coverage of the nation, {time}", time=_time(figure.rows[0].points))
        case 1:
            return _(
                "{region} is at {share}, {time}",
                region=rows[0].region.name,
                share=_spread(rows[0].points),
                time=_time(rows[0].points),
            )
        case 2 | 3:
            return ngettext(
                "{count} region is at {share} in {year}",
                "{count} regions are at {share} in {year}",
                len(values),
                year=year,
                share=_spread(point for row in rows for point in row.points),
            )
    # The lower of the two in the middle, so that half of them reach it.
    middle = number(sorted(values, reverse=True)[(len(values) - 1) // 2])
    return _(
        "Half of the {count} regions with a figure of {year} are at {share}% or more",
        count=grouped(len(values)),
        year=year,
        share=middle,
    )


def _time_title(figure: Figure) -> str:
    rows = figure.everywhere
    if len(rows) == 1:
        first, last = _first_and_last(rows[0])
        return _(
            "Coverage of {region}: {first} in {then}, {last} in {now}",
            region=rows[0].region.name,
            first=_spread(first),
            then=period(first[0].period),
            last=_spread(last),
            now=period(last[0].period),
        )
    years = [point.period[:_YEAR] for row in rows for point in row.points]
    return _(
        "From {first} to {last}, coverage rose in {rose} of {all} regions",
        first=min(years),
        last=max(years),
        rose=grouped(sum(_rose(row) for row in rows)),
        all=grouped(len(rows)),
    )


def _of_one_year(rows: Sequence[Row]) -> tuple[str, list[Row]]:
    """The year that most rows are of, the later of equals, and these rows.

    A row whose points are of several years, or of no time that is said, is of none; and one row
    does not stand for several.
    """
    of: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        years = {point.period[:_YEAR] for point in row.points}
        if len(years) == 1 and (year := years.pop()):
            of[year].append(row)
    year, found = max(of.items(), key=lambda each: (len(each[1]), each[0]), default=("", []))
    return (year, found) if len(found) > 1 or len(rows) == 1 else ("", [])


def _time(points: Iterable[Point]) -> str:
    """When that is which some points of one time say."""
    return _(" or ").join(dict.fromkeys(period(p.period) or _("no period said") for p in points))


def _rose(row: Row) -> bool:
    """Whether a region rose whichever article is right, where articles differ on one period."""
    first, last = _first_and_last(row)
    return min(point.value for point in last) > max(point.value for point in first)


def _first_and_last(row: Row) -> tuple[list[Point], list[Point]]:
    """What is said of the first period of a region, and of the last."""
    first, last = row.points[0].on, row.points[-1].on
    return (
        [point for point in row.points if point.on == first],
        [point for point in row.points if point.on == last],
    )


def _spread(points: Iterable[Point]) -> str:
    """One value, or the lowest and the highest."""
    values = [point.value for point in points]
    low, high = number(min(values)), number(max(values))
    return f"{low}%" if low == high else _("{low} to {high}", low=f"{low}%", high=f"{high}%")


def _target_title(figure: Figure) -> str:
    year, rows = _of_one_year(figure.everywhere)
    met = sum(row.gap("target", "reached") <= 0 for row in rows)
    if not rows:
        return _("The latest target of each region, and what it reached last")
    if len(rows) == 1:
        name = rows[0].region.name
        if met:
            return _("{region} has reached its target of {year}", region=name, year=year)
        return _("{region} has not reached its target of {year}", region=name, year=year)
    counts = {"met": grouped(met), "all": grouped(len(rows)), "year": year}
    if any(not row.is_nation for row in rows):
        return _("Regions have reached {met} of {all} targets of {year}", **counts)
    return _("The nation has reached {met} of {all} targets of {year}", **counts)


def _active_title(figure: Figure) -> str:
    year, rows = _of_one_year(figure.everywhere)
    gaps = [row.gap("registered", "active") for row in rows]
    if not rows:
        return _("The latest shares registered and active of each region")
    if len(rows) == 1:
        return _(
            "Registered and active in {region}, {year}: {gap} points apart",
            region=rows[0].region.name,
            year=year,
            gap=number(abs(gaps[0])),
        )
    return _(
        "In {year} the share active is below the share registered in {below} of {all} regions",
        year=year,
        below=grouped(sum(gap > 0 for gap in gaps)),
        all=grouped(len(rows)),
    )


def _count(figure: Figure) -> str:
    """Whom a picture shows, and from how many facts."""
    regions = len({(row.region.code, row.region.name) for row in figure.regions})
    parts = [ngettext("{count} region", "{count} regions", regions)] if regions else []
    parts += [_("the nation")] if any(row.is_nation for row in figure.rows) else []
    facts = ngettext("{count} fact", "{count} facts", figure.included)
    return _("{whom}, from {facts}", whom=_(" and ").join(parts), facts=facts)


def _not_drawn(figure: Figure) -> str:
    if not figure.more:
        return ""
    return " " + _("{more} more regions have both.", more=grouped(len(figure.more)))


def _notes(figure: Figure, axis: Axis) -> Iterator[str]:
    """What one must know to read the picture rightly."""
    if not all(point.is_verified for point in figure.points):
        yield _(
            "Hollow discs and triangles, broken strokes and values with a question mark are "
            "suspect."
        )
    if axis.low > 0:
        yield _("The axis begins at {low}%.", low=axis.low)
    if axis.beyond:
        yield ngettext(
            "{count} value lies beyond the axis and stands at its end.",
            "{count} values lie beyond the axis and stand at its end.",
            axis.beyond,
        )
    if any(not point.written[0].isdigit() for point in figure.points):
        yield _("A value said to be about, at least or at most so much is drawn as it stands.")


def _left_out(reasons: Mapping[str, int]) -> str:
    named = [f"{grouped(count)} {_(reason)}" for reason, count in reasons.items()]
    return _("Left out: {facts}.", facts=", ".join(named)) if named else ""


_KINDS: Final = (
    _Kind(
        "coverage-by-region",
        later("Coverage by region"),
        coverage_by_region,
        _by_region,
        _coverage_title,
        later("No fact says which share of a region's people is registered."),
    ),
    _Kind(
        "coverage-over-time",
        later("Coverage over time"),
        coverage_over_time,
        _over_time,
        _time_title,
        later("No region has figures for two periods."),
    ),
    _Kind(
        "targets",
        later("Targets and what was reached"),
        targets_and_reached,
        _targets,
        _target_title,
        later("No region has both a target and a share that it has reached."),
    ),
    _Kind(
        "active",
        later("Registered and active"),
        registered_and_active,
        _active,
        _active_title,
        later("No region has both a share registered and a share active."),
    ),
)
