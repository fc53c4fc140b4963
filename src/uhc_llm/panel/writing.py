"""A panel as files: the panel itself, its targets and its codebook; of a workbook three sheets."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from uhc_llm.batch.csv_files import Locale
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.results import Library, frame, put_in_place, writer_of
from uhc_llm.batch.sheets import in_language
from uhc_llm.batch.workbooks import write_workbook
from uhc_llm.language import Language
from uhc_llm.panel.building import PanelOptions, build_panel
from uhc_llm.panel.rows import PanelRows, Spool, Written
from uhc_llm.panel.tables import CODEBOOK, PANEL, TARGETS, codebook_rows, panel_row, target_row

__all__ = ["load_panel", "load_targets", "write_panel"]

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


def write_panel(
    run: str | Path,
    out: str | Path,
    options: PanelOptions = PanelOptions(),  # noqa: B008 (a tuple)
    *,
    complete: bool = False,
    locale: Locale | None = None,
    lang: Language = "en",
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
        lang: the language of a `.xlsx`, as in `export`, and of what any codebook explains.

    Raises:
        ConfigurationError: that suffix is none of these, or has no locale; there is no such
            language; or something cannot be promised.
        LedgerError: there is no such run.
        MissingExtraError: a package that this kind needs is not installed.
        ResultFileError: a file cannot be written.
    """
    out = Path(out)
    write = writer_of(out, locale, lang)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledger = stack.enter_context(Ledger.read(run))
        later = Spool(folder / "targets")
        stack.callback(later.close)
        made = PanelRows(ledger, options, later, complete=complete)
        if out.suffix.lower() == ".xlsx":
            with put_in_place(out) as beside:
                tables = [("panel", PANEL, made.panel()), ("targets", TARGETS, made.targets())]
                explaining = ("codebook", CODEBOOK, codebook_rows())
                write_workbook(beside, in_language(tables, explaining, lang))
            return made.written(out)
        with put_in_place(out) as beside:
            write(beside, PANEL, made.panel())
        others = {"targets": made.targets(), "codebook": codebook_rows(lang)}
        for name, few in others.items():
            with put_in_place(_named(out, name)) as beside:
                write(beside, _TABLES[name], few)
        return made.written(out, *(_named(out, name) for name in _TABLES))


def _named(out: Path, name: str) -> Path:
    return out.with_name(f"{out.stem}.{name}{out.suffix}")
