"""Marks, lines and words put on a picture by Altair, as SVG in the colours of the page."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from uhc_llm import language
from uhc_llm.errors import MissingExtraError
from uhc_llm.report.svg import printable

if TYPE_CHECKING:
    import altair as alt

__all__ = [
    "GROUND",
    "INK",
    "NOTHING",
    "QUIET",
    "Axis",
    "Panel",
    "Scene",
    "Shape",
    "look",
    "paint",
    "paint_panels",
]

Shape = Literal["circle", "diamond", "triangle-up"]

INK: Final = "currentColor"
QUIET: Final = "var(--quiet)"
_STROKE: Final = "var(--series-2)"
_GRID: Final = "var(--grid)"
GROUND: Final = "var(--surface)"
NOTHING: Final = "transparent"

_FONT: Final = 13
"""The size of all words; on a phone a picture is drawn at some three quarters of its size."""


class Axis(NamedTuple):
    """What an axis spans, and the values that are written beside it.

    Attributes:
        low: where it begins.
        high: where it ends.
        ticks: what is written.
        beyond: how many values lie outside; they are drawn at its ends.
    """

    low: int
    high: int
    ticks: tuple[int, ...]
    beyond: int = 0


@dataclass(frozen=True)
class Scene:
    """What is on a picture with one axis: percentages across, units of the picture down."""

    dots: list[dict[str, Any]] = field(default_factory=list)
    spans: list[dict[str, Any]] = field(default_factory=list)
    strokes: list[dict[str, Any]] = field(default_factory=list)
    broken: list[dict[str, Any]] = field(default_factory=list)
    signs: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[tuple[tuple[str, Any], ...], list[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def dot(self, x: float, y: float, look: Mapping[str, Any], words: str) -> None:
        """A mark at a percentage; `words` show when a pointer rests on it."""
        self.dots.append({"x": x, "y": y, **look, "words": words})

    def span(self, x: float, x2: float, y: float) -> None:
        """A line from one percentage to another."""
        self.spans.append({"x": x, "x2": x2, "y": y})

    def stroke(self, x: float, ends: tuple[float, float], words: str, *, is_broken: bool) -> None:
        """An upright line at a percentage."""
        row = {"x": x, "y": ends[0], "y2": ends[1], "words": words}
        (self.broken if is_broken else self.strokes).append(row)

    def sign(self, x: float, y: float, look: Mapping[str, Any]) -> None:
        """A mark at a place of the picture, which explains the others."""
        self.signs.append({"x": x, "y": y, **look, "words": ""})

    def text(
        self, x: float, y: float, words: str, *, fill: str = INK, full: str = "", **style: object
    ) -> None:
        """Words at a place of the picture; `full` is what they are short for."""
        row = {"x": x, "y": y, "text": words, "fill": fill, "words": full}
        self.texts[tuple(sorted(style.items()))].append(row)


class Panel(NamedTuple):
    """A small picture over time.

    Attributes:
        name: what stands above it.
        dots: its marks in the order of time: year, percentage, look, words, and whether the line
            goes through it.
    """

    name: str
    dots: Sequence[dict[str, Any]]


def look(shape: Shape, colour: str, size: int, ground: str) -> dict[str, Any]:
    """How a mark is drawn: its outline, and what fills it, such as `GROUND` or `NOTHING`."""
    return {"shape": shape, "fill": ground, "stroke": colour, "size": size}


def paint(scene: Scene, axis: Axis, plot: tuple[int, int], size: tuple[float, float]) -> str:
    """A picture with its axis above.

    Args:
        scene: what is on it.
        axis: of percentages.
        plot: from where to where the axis reaches.
        size: width and height.

    Returns:
        An SVG document.

    Raises:
        MissingExtraError: the extra `report` is not installed.
    """
    vega = _altair()
    data = _Data()
    across = vega.X(
        "x:Q",
        scale=vega.Scale(domain=[axis.low, axis.high], range=list(plot), nice=False),
        axis=vega.Axis(
            values=list(axis.ticks),
            labelExpr="datum.value + '%'",
            orient="top",
            title=None,
            domain=False,
            ticks=False,
        ),
    )
    along, down = vega.X("x:Q", scale=None, axis=None), vega.Y("y:Q", scale=None, axis=None)
    words = vega.Description("words:N")
    layers: list[alt.Chart] = [
        data.chart(scene.spans).mark_rule(stroke=QUIET).encode(x=across, x2="x2", y=down),
        *(
            data.chart(rows)
            .mark_rule(stroke=_STROKE, strokeWidth=2.5, strokeDash=dash)
            .encode(x=across, y=down, y2="y2", description=words)
            for rows, dash in ((scene.strokes, [1, 0]), (scene.broken, [3, 2.5]))
        ),
        _dots(data.chart(scene.dots), across, down),
        _dots(data.chart(scene.signs), along, down),
    ]
    for style, rows in scene.texts.items():
        texts = data.chart(rows).mark_text(baseline="middle", fontSize=_FONT, **dict(style))
        fill = vega.Fill("fill:N", scale=None)
        layers.append(texts.encode(x=along, y=down, text="text:N", fill=fill, description=words))
    return _svg(vega.layer(*layers).properties(width=size[0], height=size[1]), data)


def paint_panels(panels: Sequence[Panel], up: Axis, years: Axis, size: tuple[int, int]) -> str:
    """Small pictures side by side, all of one scale.

    Args:
        panels: what is on each.
        up: the axis of percentages.
        years: the axis of time.
        size: width and height of one.

    Returns:
        An SVG document.

    Raises:
        MissingExtraError: the extra `report` is not installed.
    """
    vega = _altair()
    plain: dict[str, Any] = {"title": None, "domain": False, "ticks": False}
    x = vega.X(
        "x:Q",
        scale=vega.Scale(domain=[years.low, years.high], nice=False),
        axis=vega.Axis(values=list(years.ticks), format="d", grid=False, **plain),
    )
    y = vega.Y(
        "y:Q",
        scale=vega.Scale(domain=[up.low, up.high], nice=False),
        axis=vega.Axis(values=list(up.ticks), labelExpr="datum.value + '%'", **plain),
    )
    data = _Data()
    drawn = []
    for panel in panels:
        on_line = [dot for dot in panel.dots if dot["is_joined"]]
        base = data.chart([{**dot, "order": place} for place, dot in enumerate(on_line)])
        line = base.mark_line(stroke=QUIET, strokeWidth=1.5).encode(x=x, y=y, order="order:Q")
        title = vega.Title(printable(panel.name), anchor="start", offset=6, limit=size[0])
        layers = vega.layer(line, _dots(data.chart(panel.dots), x, y))
        drawn.append(layers.properties(width=size[0], height=size[1], title=title))
    return _svg(vega.concat(*drawn, columns=2, spacing=16), data)


class _Data:
    """The rows of all charts of a picture, kept apart: Altair often copies what is in a chart."""

    def __init__(self) -> None:
        self.sets: dict[str, list[dict[str, Any]]] = {}

    def chart(self, rows: Sequence[dict[str, Any]]) -> "alt.Chart":
        name = f"d{len(self.sets)}"
        self.sets[name] = [
            {key: printable(v) if isinstance(v, str) else v for key, v in row.items()}
            for row in rows
        ]
        vega = _altair()
        chart: alt.Chart = vega.Chart(vega.NamedData(name))
        return chart


def _dots(chart: "alt.Chart", x: "alt.X", y: "alt.Y") -> "alt.Chart":
    vega = _altair()
    marks: alt.Chart = chart.mark_point(strokeWidth=1.75, opacity=1).encode(
        x=x,
        y=y,
        shape=vega.Shape("shape:N", scale=None),
        fill=vega.Fill("fill:N", scale=None),
        stroke=vega.Stroke("stroke:N", scale=None),
        size=vega.Size("size:Q", scale=None),
        description=vega.Description("words:N"),
    )
    return marks


def _svg(chart: "alt.LayerChart | alt.ConcatChart", data: _Data) -> str:
    _altair()
    import vl_convert

    small = {"labelColor": QUIET, "labelFontSize": _FONT, "gridColor": _GRID, "labelFlush": False}
    drawn = chart.configure(background="transparent", padding=2, font="Liberation Sans")
    drawn = drawn.configure_view(stroke=None).configure_axis(**small)
    drawn = drawn.configure_title(color=INK, fontSize=_FONT, fontWeight="bold")
    # Its own version of Vega-Lite is the newest that it knows; the picture needs nothing newer.
    picture = {**drawn.to_dict(validate=False), "datasets": data.sets}
    svg: str = vl_convert.vegalite_to_svg(picture, **_locale())
    return svg


def _locale() -> dict[str, Any]:
    """How the language that is spoken writes numbers; English is what Vega writes by itself.

    There is none for times: years are numbers here.
    """
    if language.current() == "en":
        return {}
    thousands = language.grouped(1000)[1]
    marks = {"decimal": language.decimal_mark(), "thousands": thousands, "currency": ["Rp", ""]}
    return {"format_locale": {**marks, "grouping": [3]}}


def _altair() -> ModuleType:
    try:
        import altair
        import vl_convert  # noqa: F401 (both or none)
    except ImportError as error:
        raise MissingExtraError("a report", "report") from error
    return altair
