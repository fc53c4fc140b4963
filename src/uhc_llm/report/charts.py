"""The pictures of a report: what each shows, what it leaves out, and the figures behind it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

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
from uhc_llm.wording import number

__all__ = ["Picture", "pictures"]

_MOST: Final = Decimal("0.97")
"""The share of many values that an axis must have room for: a wrong one spoils no picture."""
_MOST_ROWS: Final = 40
_MOST_NAMED: Final = 3
_HEADER: Final = ("region", "province", "what", "share", "period", "verdict", "articles")


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
    """

    name: str
    title: str
    caption: str
    svg: str
    empty: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


class _Kind(NamedTuple):
    """One sort of picture.

    Attributes:
        name: short and stable.
        subject: what it is called where there is nothing to show.
        figure: takes the facts for it.
        draw: gives the drawing, the axis, and how it is to be read.
        title: says what is seen.
        empty: says what is missing.
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
    left_out = _left_out(figure.left_out)
    if figure.is_empty:
        words = " ".join(filter(None, (kind.empty, left_out)))
        return Picture(kind.name, kind.subject, "", "", words, (), [])
    drawing, axis, reading = kind.draw(figure)
    title = kind.title(figure)
    caption = " ".join(filter(None, (reading, *_notes(figure, axis), left_out)))
    label = f"{kind.subject}: {title}. The figures stand in the table that follows."
    svg = safe_svg(drawing, printable(label))
    return Picture(kind.name, title, caption, svg, "", _HEADER, list(_rows(figure)))


def _rows(figure: Figure) -> Iterator[tuple[str, ...]]:
    for row in figure.rows:
        for point in row.points:
            names = list(point.articles[:_MOST_NAMED])
            if more := len(point.articles) - len(names):
                names.append(f"{more} more")
            yield (
                row.region.name,
                row.region.province or "",
                point.part,
                point.written,
                point.period,
                "verified" if point.is_verified else "suspect",
                ", ".join(names),
            )


# --- what is drawn ---


def _by_region(figure: Figure) -> tuple[str, Axis, str]:
    of = f"The latest share registered, of {_count(figure)}."
    if len(figure.regions) <= _MOST_ROWS:
        axis = percent_axis(figure.points)
        return draw_rows(figure, axis, ("reached",)), axis, of
    axis = percent_axis(figure.points, room_for=_MOST)
    how = (
        f"{of} Each dot is a regency or city in the row of its province, a stroke the province "
        "as a whole; n counts the dots' regions. The rows are in the order of their middle value."
    )
    return draw_strips(figure, axis), axis, how


def _over_time(figure: Figure) -> tuple[str, Axis, str]:
    axis = percent_axis(figure.points, room_for=_MOST)
    how = (
        f"The share registered, of {_count(figure)}; each point stands in the middle of its "
        "period, and a line joins those that are verified."
    )
    if figure.more:
        how += f" These are the best documented; {len(figure.more):,} more have several periods."
    return draw_panels(figure, axis), axis, how


def _targets(figure: Figure) -> tuple[str, Axis, str]:
    axis = percent_axis(figure.points)
    how = (
        f"The latest target beside the latest share reached, of {_count(figure)}; "
        "the widest gap first. A target may be for a later year."
    )
    return draw_rows(figure, axis, ("reached", "target")), axis, how + _not_drawn(figure)


def _active(figure: Figure) -> tuple[str, Axis, str]:
    axis = percent_axis(figure.points)
    how = (
        f"The latest share registered beside the latest share active, of {_count(figure)}; the "
        "widest gap first. Registered is a share of the people; active is one of the members, or "
        "of the people, as the article has it."
    )
    return draw_rows(figure, axis, ("registered", "active")), axis, how + _not_drawn(figure)


# --- what is said of it ---


def _coverage_title(figure: Figure) -> str:
    regions = figure.regions
    # Where articles differ on a region it is at its lowest at least.
    values = [min(point.value for point in row.points) for row in regions]
    match len(values):
        case 0:
            return "Coverage of the nation"
        case 1:
            return f"{regions[0].region.name} is at {_spread(regions[0].points)}"
        case 2 | 3:
            points = [point for row in regions for point in row.points]
            return f"{len(values)} regions are at {_spread(points)}"
    # The lower of the two in the middle, so that half of them reach it.
    middle = number(sorted(values, reverse=True)[(len(values) - 1) // 2])
    return f"Half of {len(values):,} regions are at {middle}% or more"


def _time_title(figure: Figure) -> str:
    rows = figure.everywhere
    if len(rows) == 1:
        first, last = map(_spread, _first_and_last(rows[0]))
        return f"Coverage of {rows[0].region.name}: {first} at first, {last} at last"
    rose = sum(_rose(row) for row in rows)
    return f"Coverage rose from the first figure to the last in {rose} of {len(rows)} regions"


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
    return f"{low}%" if low == high else f"{low}% to {high}%"


def _target_title(figure: Figure) -> str:
    rows = figure.everywhere
    met = sum(row.gap("target", "reached") <= 0 for row in rows)
    if len(rows) == 1:
        return f"{rows[0].region.name} {'has' if met else 'has not'} reached its target"
    who = "Regions have" if figure.regions else "The nation has"
    return f"{who} reached {met} of {len(rows)} targets"


def _active_title(figure: Figure) -> str:
    rows = figure.everywhere
    gaps = [row.gap("registered", "active") for row in rows]
    below = sum(gap > 0 for gap in gaps)
    if len(rows) == 1:
        return (
            f"Registered and active in {rows[0].region.name}: {number(abs(gaps[0]))} points apart"
        )
    return f"The share active is below the share registered in {below} of {len(rows)} regions"


def _count(figure: Figure) -> str:
    regions = len({(row.region.code, row.region.name) for row in figure.regions})
    parts = [f"{regions:,} {'region' if regions == 1 else 'regions'}"] if regions else []
    parts += ["the nation"] if any(row.is_nation for row in figure.rows) else []
    facts = "fact" if figure.included == 1 else "facts"
    return f"{' and '.join(parts)}, from {figure.included:,} {facts}"


def _not_drawn(figure: Figure) -> str:
    return f" {len(figure.more):,} more regions have both." if figure.more else ""


def _notes(figure: Figure, axis: Axis) -> Iterator[str]:
    """What one must know to read the picture rightly."""
    if not all(point.is_verified for point in figure.points):
        yield (
            "Hollow discs and triangles, broken strokes and values with a question mark are "
            "suspect."
        )
    if axis.low > 0:
        yield f"The axis begins at {axis.low}%."
    if axis.beyond:
        lie, stand = ("value lies", "stands") if axis.beyond == 1 else ("values lie", "stand")
        yield f"{axis.beyond} {lie} beyond the axis and {stand} at its end."
    if any(not point.written[0].isdigit() for point in figure.points):
        yield "A value said to be about, at least or at most so much is drawn as it stands."


def _left_out(reasons: Mapping[str, int]) -> str:
    named = [f"{count:,} {reason}" for reason, count in reasons.items()]
    return f"Left out: {', '.join(named)}." if named else ""


_KINDS: Final = (
    _Kind(
        "coverage-by-region",
        "Coverage by region",
        coverage_by_region,
        _by_region,
        _coverage_title,
        "No fact says which share of a region's people is registered.",
    ),
    _Kind(
        "coverage-over-time",
        "Coverage over time",
        coverage_over_time,
        _over_time,
        _time_title,
        "No region has figures for two periods.",
    ),
    _Kind(
        "targets",
        "Targets and what was reached",
        targets_and_reached,
        _targets,
        _target_title,
        "No region has both a target and a share that it has reached.",
    ),
    _Kind(
        "active",
        "Registered and active",
        registered_and_active,
        _active,
        _active_title,
        "No region has both a share registered and a share active.",
    ),
)
