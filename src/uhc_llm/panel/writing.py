"""A panel as files: the panel itself, its targets and its codebook; of a workbook three sheets."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

from uhc_llm.batch.csv_files import Locale
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.results import Library, frame, put_in_place, writer_of
from uhc_llm.batch.workbooks import write_workbook
from uhc_llm.panel.building import Cell, Panel, PanelOptions, build_panel
from uhc_llm.panel.tables import (
    CODEBOOK,
    PANEL,
    TARGETS,
    codebook_rows,
    empty_row,
    panel_row,
    target_row,
)
from uhc_llm.scanner.regions.gazetteer import gazetteer

__all__ = ["Written", "load_panel", "load_targets", "write_panel"]

Row = Sequence[Any]

_TABLES: Final = {"targets": TARGETS, "codebook": CODEBOOK}


def load_panel(
    run: str | Path,
    options: PanelOptions = PanelOptions(),  # noqa: B008 (a tuple)
    *,
    library: Library = "pandas",
) -> Any:  # noqa: ANN401 (a frame of either library)
    """The panel of a run as a frame, with the columns of the codebook.

    Args:
        run: the file of the run, which may be under way.
        options: how it is made.
        library: of the frame, "pandas" or "polars".

    Raises:
        ConfigurationError: something cannot be promised.
        LedgerError: there is no such run.
        MissingExtraError: the library is not installed.
    """
    with Ledger.read(run) as ledger:
        cells = (cell for few, _ in build_panel(ledger, options) for cell in few)
        return frame(PANEL, map(panel_row, cells), library)


def load_targets(
    run: str | Path,
    options: PanelOptions = PanelOptions(),  # noqa: B008 (a tuple)
    *,
    library: Library = "pandas",
) -> Any:  # noqa: ANN401 (a frame of either library)
    """What is aimed at, as a frame; as `load_panel` gives what is reached."""
    with Ledger.read(run) as ledger:
        targets = (target for _, few in build_panel(ledger, options) for target in few)
        return frame(TARGETS, map(target_row, targets), library)


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


class _Spool:
    """Rows that wait on the disk until their turn to be written comes."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / name
        self._out = self._path.open("w", encoding="utf-8")

    def add(self, row: Row) -> None:
        self._out.write(json.dumps(row) + "\n")

    def close(self) -> None:
        self._out.close()

    def rows(self) -> Iterator[Row]:
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


def write_panel(
    run: str | Path,
    out: str | Path,
    options: PanelOptions = PanelOptions(),  # noqa: B008 (a tuple)
    *,
    complete: bool = False,
    locale: Locale | None = None,
) -> Written:
    """Write the panel of a run. The same run gives the same bytes, whatever its articles' order.

    A workbook has the panel, its targets and the codebook as sheets; beside any other file stand
    `NAME.targets` and `NAME.codebook` of the same kind.

    Args:
        run: the file of the run, which may be under way.
        out: `.csv`, `.parquet`, `.xlsx` or `.jsonl`; what was there before is replaced.
        options: how the panel is made.
        complete: every region has a row for each time and indicator that the panel has, so that
            what nobody says is told apart from what is nought.
        locale: whose spreadsheets open the `.csv`, "id" or "en", as in `export`; None is for
            programs.

    Raises:
        ConfigurationError: that suffix is none of these, or has no locale; or something cannot be
            promised.
        LedgerError: there is no such run.
        MissingExtraError: a package that this kind needs is not installed.
        ResultFileError: a file cannot be written.
    """
    out = Path(out)
    write = writer_of(out, locale)
    counts = _Counts()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledger = stack.enter_context(Ledger.read(run))
        later = _Spool(folder, "targets")
        stack.callback(later.close)
        cells = _cells(build_panel(ledger, options), later, counts)
        rows = _with_all(cells) if complete else cells
        if out.suffix.lower() == ".xlsx":
            with put_in_place(out) as beside:
                write_workbook(
                    beside,
                    [
                        ("panel", PANEL, rows),
                        ("targets", TARGETS, later.rows()),
                        ("codebook", CODEBOOK, codebook_rows()),
                    ],
                )
            return _written(counts, (out,))
        with put_in_place(out) as beside:
            write(beside, PANEL, rows)
        others = {"targets": later.rows(), "codebook": codebook_rows()}
        for name, few in others.items():
            with put_in_place(_named(out, name)) as beside:
                write(beside, _TABLES[name], few)
    return _written(counts, (out, *(_named(out, name) for name in _TABLES)))


def _named(out: Path, name: str) -> Path:
    return out.with_name(f"{out.stem}.{name}{out.suffix}")


def _written(counts: _Counts, files: tuple[Path, ...]) -> Written:
    return Written(counts.cells, counts.targets, counts.regions, counts.conflicts, files)


def _cells(panel: Panel, later: _Spool, counts: _Counts) -> Iterator[Row]:
    """The rows of the cells; those of the targets wait."""
    for cells, targets in panel:
        counts.take(cells, len(targets))
        for target in targets:
            later.add(target_row(target))
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
