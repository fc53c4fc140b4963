"""Where everything stands in the pictures of a report.

Shape and filling say what colour says: a filled mark is verified, a hollow one suspect; a disc is
what is reached or registered, a diamond a target, a triangle what is active.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import chain, count
from statistics import median
from typing import Any, Final, NamedTuple

from uhc_llm.language import _, later, ngettext, period
from uhc_llm.report.figures import Figure, Part, Point, Row
from uhc_llm.report.painting import (
    GROUND,
    NOTHING,
    QUIET,
    Axis,
    Panel,
    Scene,
    Shape,
    look,
    paint,
    paint_panels,
)
from uhc_llm.schemas import Metric
from uhc_llm.wording import number, spoken

__all__ = ["draw_panels", "draw_rows", "draw_strips", "percent_axis", "point_words"]

# Narrow, so that on a phone, where a picture is some 330 pixels wide, its words are still read.
_WIDTH: Final = 420
_ROW: Final = 21
_LABEL_END: Final = 146
_LABEL_ROOM: Final = 128  # as the drawing measures; the page's font may be wider
_PLOT: Final = (158, 282)
_STRIP: Final = (158, 388)
_COLUMNS: Final = (353, 420)
_HEADING: Final = -30
_CHARACTER: Final = 7.7  # of a wide font
_TICKS: Final = 3
_FARTHEST: Final = 150
"""Where an axis ends at the latest: a share beyond it is somebody's slip."""
_PANEL: Final = (166, 92)

# Dots of a strip that lie nearer to each other than this are set on lanes, one above the other.
_DOT: Final = 6.0
_LANE: Final = 6.0


class _Look(NamedTuple):
    shape: Shape
    colour: str
    is_open: bool = False


_LOOKS: Final[Mapping[Part, _Look]] = {
    "reached": _Look("circle", "var(--series-1)"),
    "registered": _Look("circle", "var(--series-1)"),
    "target": _Look("diamond", "var(--series-2)", is_open=True),
    "active": _Look("triangle-up", "var(--series-2)"),
}
_SHARES: Final[Mapping[Metric, str]] = {
    "coverage_rate": later("share registered"),
    "active_rate": later("share active"),
}
_BIG: Final = 62
_MIDDLE: Final = 40
_LITTLE: Final = 20


def percent_axis(points: Sequence[Point], *, room_for: Decimal = Decimal(1)) -> Axis:
    """An axis for the values of some points; it begins where they do, and ends at 100 to 150.

    Args:
        points: what is to be drawn.
        room_for: the share of the points that must lie on it; of the others the highest and the
            lowest may be drawn at its ends.
    """
    values = sorted(point.value for point in points)
    spare = int(len(values) * (1 - room_for) / 2)
    kept = values[spare : len(values) - spare]
    low = max(0, _to_five(kept[0] - 1, ROUND_FLOOR))
    high = min(max(100, _to_five(kept[-1], ROUND_CEILING)), _FARTHEST)
    low = min(low, high - 10)
    beyond = sum(not low <= value <= high for value in values)
    return Axis(low, high, _ticks(low, high), beyond)


def point_words(row: Row, point: Point) -> str:
    """What a point says, in words."""
    articles = len(point.articles)
    return ", ".join(
        (
            f"{row.region.name}: {spoken(point.part)} {point.written}",
            period(point.period) or _("no period said"),
            spoken("verified" if point.is_verified else "suspect"),
            ngettext("{count} article", "{count} articles", articles)
            if articles > 1
            else point.articles[0],
        )
    )


def draw_rows(figure: Figure, axis: Axis, parts: Sequence[Part]) -> str:
    """A row for each region: its points on a line, and beside it what they say.

    With one part alone, the second column says the year.

    Returns:
        An SVG document.

    Raises:
        MissingExtraError: the extra `report` is not installed.
    """
    scene = Scene()
    _headings(scene, parts)
    y = 0.0
    for row, heading in _headed(figure.rows):
        if heading:
            y += _ROW * (1.5 if y else 1)
            scene.text(_LABEL_END, y, heading, align="right", fill=QUIET, fontStyle="italic")
        y += _ROW
        _row_words(scene, row, y, parts)
        values = [_held(axis, point) for point in row.points]
        scene.span(min(values), max(values), y)
        for point in row.points:
            scene.dot(_held(axis, point), y, _of(point, _BIG), point_words(row, point))
        if row.is_nation:  # set apart
            y += _ROW / 2
    return paint(scene, axis, _PLOT, (_WIDTH, y + _ROW / 2))


def draw_strips(figure: Figure, axis: Axis) -> str:
    """A strip for each province: a dot for each of its regions, a stroke for its own figure.

    Returns:
        An SVG document.

    Raises:
        MissingExtraError: the extra `report` is not installed.
    """
    scene = Scene()
    scene.text(_COLUMNS[1], -10, "n", align="right", fill=QUIET)
    y = 4.0
    for name, rows in _strips(figure).items():
        dots = [(r, p) for r in rows if r.region.level != "province" for p in r.points]
        lanes = _lanes([_held(axis, point) for _, point in dots], axis)
        tall = max(_ROW, (max(lanes, default=0) + 1) * _LANE + 6)
        middle = y + tall / 2
        for (row, point), lane in zip(dots, lanes, strict=True):
            up = (-1) ** lane * ((lane + 1) // 2) * _LANE
            words = point_words(row, point)
            scene.dot(_held(axis, point), middle + up, _of(point, _LITTLE), words)
        for row in rows:
            for point in row.points if row.region.level == "province" else ():
                ends = (middle - 8, middle + 8)
                words = point_words(row, point)
                scene.stroke(_held(axis, point), ends, words, is_broken=not point.is_verified)
        _label(scene, _short(name), name, middle, is_bold=rows[0].is_nation)
        regions = {row.region.name for row, _ in dots if not row.is_nation}
        if regions:
            scene.text(_COLUMNS[1], middle, str(len(regions)), align="right", fill=QUIET)
        y += tall + 2
    return paint(scene, axis, _STRIP, (_WIDTH, y))


def draw_panels(figure: Figure, axis: Axis) -> str:
    """A small picture for each region: its points over time, the verified ones joined by a line.

    Returns:
        An SVG document.

    Raises:
        MissingExtraError: the extra `report` is not installed.
    """
    panels = [
        Panel(
            _short(row.region.name),
            [
                {
                    "x": _years(point.on),
                    "y": _held(axis, point),
                    "words": point_words(row, point),
                    "is_joined": point.is_verified,
                    **_of(point, _MIDDLE),
                }
                for point in row.points
                if point.on
            ],
        )
        for row in figure.rows
    ]
    years = [dot["x"] for panel in panels for dot in panel.dots]
    first, last = int(min(years)), int(max(years)) + 1
    return paint_panels(panels, axis, Axis(first, last, _ticks(first, last)), _PANEL)


def _headings(scene: Scene, parts: Sequence[Part]) -> None:
    """The names of the columns beside the rows, each with its mark: they explain the marks too."""
    for end, part in zip(_COLUMNS, parts, strict=False):
        words = spoken(part)
        scene.text(end, _HEADING, words, align="right", fill=QUIET)
        scene.sign(end - len(words) * _CHARACTER - 6, _HEADING, _mark(part, _MIDDLE))
    if len(parts) == 1:
        scene.text(_COLUMNS[1], _HEADING, _("year"), align="right", fill=QUIET)


def _headed(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """The rows by their metrics, the first of each with a heading if there are several metrics."""
    metrics = dict.fromkeys(row.metric for row in rows)
    for metric in metrics:
        heading = _(_SHARES[metric]) if len(metrics) > 1 else ""
        for row in rows:
            if row.metric == metric:
                yield row, heading
                heading = ""


def _row_words(scene: Scene, row: Row, y: float, parts: Sequence[Part]) -> None:
    _label(scene, _short(row.region.name), row.region.name, y, is_bold=row.is_nation)
    cells = [(_column(row.of(part)), "currentColor") for part in parts]
    if len(cells) == 1:
        cells.append((row.points[0].period[:4], QUIET))
    for end, (words, fill) in zip(_COLUMNS, cells, strict=True):
        scene.text(end, y, words, align="right", fill=fill)


def _label(scene: Scene, words: str, full: str, y: float, *, is_bold: bool) -> None:
    weight = "bold" if is_bold else "normal"
    style: dict[str, Any] = {"align": "right", "fontWeight": weight}
    scene.text(_LABEL_END, y, words, full=full, limit=_LABEL_ROOM, **style)


def _column(points: Sequence[Point]) -> str:
    """What stands in a column: the value, with a question mark where it is suspect."""
    doubt = "" if all(point.is_verified for point in points) else "?"
    if len(points) > 1:
        return ngettext("{count} value", "{count} values", len(points)) + doubt
    return f"{number(points[0].value)}%{doubt}"


def _mark(part: Part, size: int, *, is_verified: bool = True) -> dict[str, Any]:
    shape, colour, is_open = _LOOKS[part]
    if is_open:  # what lies under it is seen: a disc in a diamond has reached its target
        return look(shape, colour, round(size * 1.4), NOTHING)
    return look(shape, colour, size, colour if is_verified else GROUND)


def _of(point: Point, size: int) -> dict[str, Any]:
    return _mark(point.part, size, is_verified=point.is_verified)


def _strips(figure: Figure) -> dict[str, list[Row]]:
    """The rows of each province, in the order of their middle values; the nation first."""
    strips: dict[str, list[Row]] = defaultdict(list)
    for row in figure.regions:
        region = row.region
        name = region.name if region.level == "province" else region.province
        strips[name or _("no province")].append(row)
    ordered = sorted(strips.items(), key=lambda strip: (-_middle_value(strip[1]), strip[0]))
    nation = {row.region.name: [row] for row in figure.rows if row.is_nation}
    return {**nation, **dict(ordered)}


def _middle_value(rows: Sequence[Row]) -> Decimal:
    return median(max(point.value for point in row.points) for row in rows)


def _lanes(values: Sequence[float], axis: Axis) -> list[int]:
    """The lane of each dot: the first in which no other lies nearer than a dot is wide."""
    near = _DOT * (axis.high - axis.low) / (_STRIP[1] - _STRIP[0])
    ends: list[float] = []
    lanes = [0] * len(values)
    for place in sorted(range(len(values)), key=values.__getitem__):
        value = values[place]
        lane = next((n for n, end in enumerate(ends) if value - end >= near), len(ends))
        ends[lane : lane + 1] = [value]
        lanes[place] = lane
    return lanes


def _held(axis: Axis, point: Point) -> float:
    """The value of a point, or the end of the axis beyond which it lies."""
    return float(min(max(point.value, Decimal(axis.low)), Decimal(axis.high)))


def _short(name: str) -> str:
    for whole, short in _SHORT.items():
        name = name.replace(whole, short, 1)
    return name


_SHORT: Final[Mapping[str, str]] = {
    "Kabupaten ": "Kab. ",
    "Kepulauan ": "Kep. ",
    "Daerah Istimewa ": "DI ",
    "Daerah Khusus Ibukota ": "DKI ",
}


def _years(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 366


def _to_five(value: Decimal, rounding: str) -> int:
    return int((value / 5).to_integral_value(rounding)) * 5


def _ticks(low: int, high: int) -> tuple[int, ...]:
    """Round values between two ends, so few that they can be read side by side."""
    # Quarters of ten are no whole numbers, those of a hundred are.
    tens = (step * 10**zeros for zeros in count() for step in (10, 20, 25, 50))
    steps = chain((1, 2, 5), tens)
    step = next(step for step in steps if (high - low) / step <= _TICKS)
    return tuple(range(-(-low // step) * step, high + 1, step))
