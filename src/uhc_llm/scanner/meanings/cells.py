"""What the head, the row and the title say of a number in a cell of a table, or in a list.

    head (metric, unit, status, year, segment)  +  row (region, or period, or metric)  +  title

Its neighbours in the row say nothing of a number. What the head leaves open, because it is only a
unit, a status or a year, is said by the head to the left of it or by the title.
"""

from typing import Final, NamedTuple

from uhc_llm.scanner.meanings.cell_measures import CellMeasures
from uhc_llm.scanner.meanings.cell_places import CellPlaces
from uhc_llm.scanner.meanings.cell_text import within
from uhc_llm.scanner.meanings.heads import is_measure, names_status
from uhc_llm.scanner.meanings.list_headings import Heading, read_heading
from uhc_llm.scanner.tables import Cell
from uhc_llm.schemas import Mention, Metric, PeriodMention, Reading, RegionMention, TableForm

__all__ = ["NO_REGION", "CellReading", "read_cell"]

NO_REGION: Final = "its row names no region that is known"


class CellReading(NamedTuple):
    """What is said of a number in a cell.

    Attributes:
        form: whether it stands in a table or in a list.
        words: what says the metric: the head, or the name of the row, or the title, with the
            words of the head last.
        metrics: what it measures, likeliest first.
        is_nothing: whether it is no coverage figure.
        own: the words of the head and of the row alone, without those of a title; of a list the
            clause of its heading that says the metric.
        aim: "target", where a title makes all numbers that: "Target cakupan JKN 2025".
        title: the lines over it, where they are titles and no sentences.
        regions: the region of its row, else of its column, else of the table.
        names_unknown: whether its row names something that is no region: "Lainnya", a district.
        periods: the period of its column, else of its row, else of the table.
        is_of_sentence: whether that period is only that of the sentence over the table.
        start: where the table begins, with what stands over it.
        doubt: why none of that is sure; empty where it is.
    """

    form: TableForm
    words: str
    metrics: tuple[Metric, ...]
    is_nothing: bool
    own: str
    aim: str
    title: str
    regions: tuple[RegionMention, ...]
    names_unknown: bool
    periods: tuple[PeriodMention, ...]
    is_of_sentence: bool
    start: int
    doubt: str


def read_cell(reading: Reading, mention: Mention, cell: Cell) -> CellReading:
    """Read what is said of a number by the table or the list in which it stands.

    Of a list it is what its heading says, its period with it, and what region an item is; what the
    heading leaves open its sentence says, as anywhere.
    """
    return (
        _in_table(reading, mention, cell)
        if cell.table.form == "table"
        else _in_list(reading, mention, cell)
    )


def _in_table(reading: Reading, mention: Mention, cell: Cell) -> CellReading:
    measures, places = CellMeasures(reading, mention, cell), CellPlaces(reading, mention, cell)
    words, metrics = measures.measure()
    aim = measures.aim()
    regions, names_unknown = places.regions()
    periods = places.periods()
    doubts = [*measures.doubts, *places.doubts]
    lines = [places.text(s) for s in cell.table.titles if not places.is_sentence(s)]
    return CellReading(
        form="table",
        words=words,
        metrics=metrics,
        is_nothing=not metrics,
        own=measures.own,
        aim=aim,
        title=" ".join(lines),
        regions=regions,
        names_unknown=names_unknown,
        periods=periods,
        is_of_sentence=any(
            places.is_sentence(span) for span in cell.table.titles if within(periods, span)
        ),
        start=_top(cell),
        doubt=_doubt(mention, doubts, names_unknown=names_unknown),
    )


def _in_list(reading: Reading, mention: Mention, cell: Cell) -> CellReading:
    places = CellPlaces(reading, mention, cell)
    title = cell.table.titles[-1]
    heading = places.text(title)
    periods = within(reading.periods, title)
    if len({period.id for period in periods}) > 1:
        periods = []
    name = cell.table.rows[cell.row][0]
    region = places.fills(name, reading.regions)
    is_stray = places.is_stray()
    said = Heading("", (), is_nothing=False, doubt="")
    item = places.text(name)
    if not (is_measure(item) or names_status(item)):
        said = read_heading(places.without_regions([title]), mention.unit)
        if region is None and not said.is_nothing:  # a clause: "sedangkan pusat minta 80 persen"
            said = said._replace(metrics=(), doubt="")
    return CellReading(
        form="list",
        words=heading,
        metrics=said.metrics,
        is_nothing=said.is_nothing,
        own=said.words,
        aim="",
        title=heading,
        regions=(region,) if region is not None and region.level != "area" else (),
        names_unknown=is_stray,
        periods=tuple(periods[:1]),
        is_of_sentence=False,
        start=_top(cell),
        doubt=_doubt(mention, [said.doubt] if said.doubt else [], names_unknown=is_stray),
    )


def _top(cell: Cell) -> int:
    return min([cell.table.start, *(span.start for span in cell.table.titles)])


def _doubt(mention: Mention, doubts: list[str], *, names_unknown: bool) -> str:
    """The first thing that makes a reading unsure."""
    if doubts:
        return doubts[0]
    if names_unknown:
        return NO_REGION
    if mention.readings:
        return "its column does not tell which of its readings is meant"
    return ""
