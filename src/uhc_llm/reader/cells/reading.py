"""What heads, rows and titles say of a number in a table, or the heading of one in a list.

    head (metric, unit, status, year, segment)  +  row (region, or period, or metric)  +  title

Its neighbours in the row say nothing of a number. What the head leaves open, because it is only a
unit, a status or a year, is said by the head to the left of it or by the title.
"""

import re
from bisect import bisect_left
from typing import Final, NamedTuple

from uhc_llm.reader.cells.cell_text import CellText, within
from uhc_llm.reader.cells.heads import (
    introduces,
    named_segments,
    names_aim,
    names_other_people,
    read_words,
)
from uhc_llm.reader.cells.measures import CellMeasures
from uhc_llm.reader.cells.places import CellPlaces
from uhc_llm.scanner.tables import Cell
from uhc_llm.schemas import Mention, Metric, PeriodMention, Reading, RegionMention, Segment, Status

__all__ = ["CellReading", "read_cell"]

_CLAUSE: Final = re.compile(r"[,;]\s+|\b(?:sedangkan|sementara|namun|tetapi)\b", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"\(([^()]+)\)")
_OF_SEVERAL: Final = re.compile(r"\([^(),]*,[^()]*\)")
# What parts may be told apart by, the strongest first: "terdaftar, jiwa — persen aktif".
_JOINTS: Final = (re.compile(r"\s[—–-]\s"), re.compile(r"[;|/]"), re.compile(r","))
_SAID: Final = re.compile(r"\d|[^\W\d_]{5,}")
_JOINED: Final = re.compile(r"\b(?:dan|serta|atau)\b|[&/]", re.IGNORECASE)


class CellReading(NamedTuple):
    """What is said of a number in a cell.

    Attributes:
        metrics: what it measures, likeliest first; empty where no word says it.
        is_nothing: whether its head is of another matter.
        status: whether it is reached or aimed at: a target where its head or a title says so
            ("Target cakupan JKN 2025"); None of a list.
        segment: the group of members that its head names.
        regions: the region of its row, else of its column, else of the table.
        names_unknown: whether its row names something that is no region: "Lainnya", a district.
        periods: the period of its column, else of its row, else of the table.
        is_of_sentence: whether that period is only that of a sentence over the table.
        doubt: why none of that is sure; empty where it is.
    """

    metrics: tuple[Metric, ...]
    is_nothing: bool
    status: Status | None
    segment: Segment | None
    regions: tuple[RegionMention, ...]
    names_unknown: bool
    periods: tuple[PeriodMention, ...]
    is_of_sentence: bool
    doubt: str


def read_cell(reading: Reading, mention: Mention, cell: Cell) -> CellReading:
    """Read what is said of a number by the table in which it stands, or by the heading of its list.

    Of a list that is only what its items measure; the rest is said as anywhere.
    """
    if cell.table.form == "list":
        return _in_list(reading, mention, cell)
    measures, places = CellMeasures(reading, mention, cell), CellPlaces(reading, mention, cell)
    metrics = measures.measure()
    is_aim = measures.is_aim() or names_aim(measures.own)
    groups = named_segments(measures.own)
    regions, names_unknown = places.regions()
    periods = places.periods()
    doubts = [*measures.doubts, *places.doubts]
    if len(groups) > 1:
        doubts.append("its head names two groups of members")
    return CellReading(
        metrics=metrics,
        is_nothing=measures.is_nothing or (bool(groups) and mention.unit == "percent"),
        status="target" if is_aim else "actual",
        segment=groups[0] if len(groups) == 1 else None,
        regions=regions,
        names_unknown=names_unknown,
        periods=periods,
        is_of_sentence=any(
            places.is_sentence(span) for span in cell.table.titles if within(periods, span)
        ),
        doubt=doubts[0] if doubts else "",
    )


def _in_list(reading: Reading, mention: Mention, cell: Cell) -> CellReading:
    """What the last clause of a heading says, where it is of that closed language altogether."""
    words = CellText(reading, mention, cell).without_regions(cell.table.titles[-1:])
    part = _part(words, reading, mention, cell)
    last = part or _CLAUSE.split(_OF_SEVERAL.sub(" ", words))[-1]
    said = read_words(last, mention.unit)
    unknown = [word for word in said.unknown if not introduces(word)]
    is_joined = bool(_JOINED.search(last))
    is_clear = not (said.is_nothing or unknown or (is_joined and len(said.metrics) > 1))
    # "Yang belum:" may be of regions that have not reached it.
    is_told = is_clear and not (said.metrics and said.metrics[0].startswith("uninsured"))
    is_other = names_other_people(last) and not said.metrics
    # Of several numbers in an item the heading speaks of the first.
    is_first = bool(part) or not _SAID.search(reading.text, cell.span.start, mention.start)
    return CellReading(
        metrics=said.metrics if is_told and is_first else (),
        is_nothing=(said.is_nothing or is_other) and not is_joined and is_first,
        status=None,
        segment=None,
        regions=(),
        names_unknown=CellPlaces(reading, mention, cell).is_stray(),
        periods=(),
        is_of_sentence=False,
        doubt="",
    )


def _part(heading: str, reading: Reading, mention: Mention, cell: Cell) -> str:
    """What a heading says of one of several numbers of an item: "(peserta, persen aktif)"."""
    said = _IN_BRACKETS.findall(heading)
    first, last = (bisect_left(reading.mentions, place, key=_start) for place in cell.span)
    numbers = [m.id for m in reading.mentions[first:last] if m.kind == "quantity"]
    if not said or len(numbers) < 2 or mention.id not in numbers:  # noqa: PLR2004 - several
        return ""
    for joint in _JOINTS:
        parts = joint.split(said[-1])
        if len(parts) == len(numbers):
            return parts[numbers.index(mention.id)]
    return ""


def _start(mention: Mention) -> int:
    return mention.start
