"""The results so far: a run that was stopped goes on where it was."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Final

from benchmarks.corpus import ROOT

__all__ = ["ALL", "FALSE_NUMBERS", "IN_TABLES", "RESULTS", "TRIED", "WHOLE", "Part", "load_part"]

TRIED: Final = 1
"""So many folds are tried: the articles of the others are only learned from, and time is saved."""

RESULTS: Final = ROOT / "benchmarks" / "results" / "reader_folds.json"

# What rows and figures are called.
ALL: Final = "all"
WHOLE: Final = "the whole reader"
FALSE_NUMBERS: Final = "false numbers an article on other matters"
IN_TABLES: Final = "table"
"""The kind of articles that are tables for the most part."""


class Part:
    """The results of one benchmark, in the file of all.

    Args:
        name: of the benchmark.
        made: what the results rest on: the labelled sets, the features, the folds. Rows that rest
            on anything else are dropped.
        path: of the file.
    """

    def __init__(self, name: str, made: Mapping[str, Any], path: Path = RESULTS) -> None:
        self._name: Final = name
        self._made: Final = dict(made)
        self._path: Final = path

    @property
    def rows(self) -> dict[str, Any]:
        """The rows so far, by their names."""
        part = _load(self._path).get(self._name, {})
        return dict(part["rows"]) if part.get("made") == self._made else {}

    def row(self, name: str, make: Callable[[], Mapping[str, Any]]) -> None:
        """Make a row and write it, unless it is there already."""
        if name in self.rows:
            return
        began = monotonic()
        made = make()
        # Read again: another benchmark may have written its own part meanwhile.
        whole = _load(self._path) | {
            self._name: {"made": self._made, "rows": self.rows | {name: made}}
        }
        beside = self._path.with_suffix(".part")
        beside.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")
        beside.replace(self._path)
        print(f"{self._name}: {name} ({monotonic() - began:.0f} s)", file=sys.stderr, flush=True)


def load_part(name: str, path: Path = RESULTS) -> dict[str, Any]:
    """The rows of one benchmark, whatever they were made from; none where it was never run."""
    return dict(_load(path).get(name, {}).get("rows", {}))


def _load(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    return dict(json.loads(path.read_text("utf-8")))
