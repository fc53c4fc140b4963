"""The rows of a panel, made as they are asked for, and what is counted as they go by."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from uhc_llm.batch.ledger import Ledger
from uhc_llm.panel.building import Cell, PanelOptions, build_panel
from uhc_llm.panel.tables import PANEL, empty_row, panel_row, target_row
from uhc_llm.scanner.regions.gazetteer import gazetteer

__all__ = ["PanelRows", "Row", "Spool", "Written"]

Row = Sequence[Any]


class Written(NamedTuple):
    """What was written.

    Attributes:
        cells: how many cells have a figure.
        targets: how many targets there are.
        regions: of how many regions something is said.
        conflicts: in how many cells sources really disagree.
        files: where everything is.
    """

    cells: int
    targets: int
    regions: int
    conflicts: int
    files: tuple[Path, ...]


class Spool:
    """Rows that wait on the disk until their turn to be written comes.

    Args:
        path: of the file that holds them.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._out = self._path.open("w", encoding="utf-8")

    def add(self, row: Row) -> None:
        """Put a row behind the others."""
        self._out.write(json.dumps(row) + "\n")

    def close(self) -> None:
        """Let go of the file."""
        self._out.close()

    def rows(self) -> Iterator[Row]:
        """All rows, in order; no more is added then."""
        self.close()
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


class _Counts:
    """What is counted as a panel goes by."""

    def __init__(self) -> None:
        self.cells = self.targets = self.regions = self.conflicts = 0

    def take(self, cells: Sequence[Cell], targets: int) -> None:
        self.cells += len(cells)
        self.targets += targets
        self.regions += bool(cells or targets)
        self.conflicts += sum(cell.conflict == "conflict" for cell in cells)


class PanelRows:
    """The rows of a panel: first those of the cells, then those of the targets.

    Args:
        ledger: the run.
        options: how the panel is made.
        later: where the rows of the targets wait.
        complete: every region has a row for each time and indicator that the panel has.
    """

    def __init__(
        self, ledger: Ledger, options: PanelOptions, later: Spool, *, complete: bool
    ) -> None:
        self._panel = build_panel(ledger, options)
        self._later = later
        self._complete = complete
        self._counts = _Counts()

    def panel(self) -> Iterator[Row]:
        """Those of the cells, region by region."""
        return _with_all(self._cells()) if self._complete else self._cells()

    def targets(self) -> Iterator[Row]:
        """Those of the targets, when all cells have gone by."""
        return self._later.rows()

    def written(self, *files: Path) -> Written:
        """What has gone by, and where it is written."""
        counts = self._counts
        return Written(counts.cells, counts.targets, counts.regions, counts.conflicts, files)

    def _cells(self) -> Iterator[Row]:
        for cells, targets in self._panel:
            self._counts.take(cells, len(targets))
            for target in targets:
                self._later.add(target_row(target))
            yield from map(panel_row, cells)


def _with_all(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, and behind them one for each region, time and indicator that none tells."""
    code, period, metric, segment = map(
        PANEL.names.index, ("region_code", "period", "metric", "segment")
    )
    told: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        codes = told.setdefault((row[period], row[metric]), set())
        if row[segment] == "all":
            codes.add(row[code])
        yield row
    for (time, what), codes in sorted(told.items()):
        for region in gazetteer().by_code.values():
            if region.code not in codes:
                yield empty_row(region, time, what)
