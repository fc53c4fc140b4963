"""A panel beside an official series: how far its figures lie apart, and which do most.

No figure of the series enters the panel.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from statistics import median, quantiles
from typing import Final, NamedTuple, get_args

from uhc_llm.batch.cells import as_it_was
from uhc_llm.batch.csv_reading import table_of_csv
from uhc_llm.errors import InputError
from uhc_llm.language import _
from uhc_llm.panel.building import Cell
from uhc_llm.panel.periods import By, cell_time
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import ISO_PERIOD, Metric

__all__ = ["Compared", "Comparison", "Reference", "compare", "load_reference"]

Reference = Mapping[tuple[str, str, str], Decimal]
"""Region code, time and metric, and the official figure."""

_COLUMNS: Final = ("period", "metric", "value")
_REGION: Final = ("region_code", "region")
_MOST: Final = 10


class Compared(NamedTuple):
    """A cell that both have."""

    cell: Cell
    official: Decimal

    @property
    def apart(self) -> Decimal:
        """How far they lie apart: in points of a share, else in percent of the official one."""
        off = abs(self.cell.value - self.official)
        if self.cell.unit == "percent" or not self.official:
            return off
        return off / abs(self.official) * 100


class Comparison(NamedTuple):
    """A panel beside an official series.

    Attributes:
        official: how many figures the series has.
        matched: the cells that both have.
        median: how far they lie apart; None where no cell is matched.
        ninety: in 90 of 100 cells no further; None where fewer than two are matched.
        outliers: those that lie furthest apart, the worst first.
    """

    official: int
    matched: tuple[Compared, ...]
    median: Decimal | None
    ninety: Decimal | None
    outliers: tuple[Compared, ...]


def load_reference(path: str | Path, by: By = "month") -> Reference:
    """Read an official series.

    Args:
        path: a CSV file with the columns `region_code` or `region`, `period` (ISO), `metric` and
            `value` (a point before decimals; a comma where semicolons stand between the cells);
            others are left aside.
        by: how finely time is told apart.

    Raises:
        InputError: it cannot be read; the message names the line.
    """
    try:
        text = Path(path).read_text("utf-8-sig")
    except OSError as error:
        raise InputError(
            _(
                "{file} cannot be read: {why}. Check its name, and the folder you are in",
                file=path,
                why=_(str(error.strerror or error)),
            )
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            _("{file} cannot be read: it is not UTF-8; save it as that", file=path)
        ) from error
    delimiter, names, rows = table_of_csv(text, str(path))
    if missing := [name for name in _COLUMNS if name not in names]:
        raise InputError(_("{file} has no column {names}", file=path, names=", ".join(missing)))
    if "region_code" not in names and "region" not in names:
        raise InputError(_("{file} has neither a column region_code nor region", file=path))
    found: dict[tuple[str, str, str], Decimal] = {}
    for line, cells, _problem in rows:
        if not cells:
            continue
        row = dict(zip(names, cells, strict=False))
        try:
            key, value = _read(row, by, decimal="," if delimiter == ";" else ".")
        except ValueError as error:
            place = _("{source}, line {line}", source=path, line=line)
            raise InputError(f"{place}: {error}") from error
        found[key] = value
    return found


def _read(row: Mapping[str, str], by: By, *, decimal: str) -> tuple[tuple[str, str, str], Decimal]:
    said = {name: as_it_was((row.get(name) or "").strip()) for name in (*_COLUMNS, *_REGION)}
    code, name, metric, period = (said[x] for x in ("region_code", "region", "metric", "period"))
    if not code:
        regions = gazetteer().named(name)
        if len(regions) != 1:
            raise ValueError(
                _("{name!r} names no one region: write Kota, Kabupaten, or its code", name=name)
            )
        code = regions[0].code or ""
    elif code not in gazetteer().by_code:
        raise ValueError(_("{code!r} is the code of no region", code=code))
    if re.match(ISO_PERIOD, period) is None:
        raise ValueError(
            _("{period!r} is no period: write 2024, 2024-06, 2024-S1 or 2024-06-30", period=period)
        )
    if metric not in get_args(Metric):
        known = ", ".join(get_args(Metric))
        raise ValueError(_("{said!r} is none of {known}", said=metric, known=known))
    try:
        value = Decimal(said["value"].replace(decimal, "."))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(_("{said!r} is no number: write 94.77", said=said["value"]))
    return (code, cell_time(period, by), metric), value


def compare(cells: Iterable[Cell], reference: Reference) -> Comparison:
    """Lay a panel beside an official series.

    Args:
        cells: of the panel; those of some members alone are left aside.
        reference: the series.
    """
    matched = tuple(
        Compared(cell, official)
        for cell in cells
        if cell.segment == "all"
        and (official := reference.get((cell.region.code or "", cell.period, cell.metric)))
        is not None
    )
    apart = sorted(each.apart for each in matched)
    ninety = quantiles(apart, n=10, method="inclusive")[-1] if len(apart) > 1 else None
    worst = sorted(matched, key=lambda each: -each.apart)
    return Comparison(
        len(reference),
        matched,
        median(apart) if apart else None,
        ninety,
        tuple(each for each in worst if each.apart)[:_MOST],
    )
