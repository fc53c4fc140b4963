"""The results as tables, from what is kept: nothing is fitted here."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from benchmarks.reader_folds.kept import ALL, FALSE_NUMBERS, IN_TABLES, WHOLE, load_part
from uhc_llm.evaluation.scoring import LEVELS

__all__ = ["ablation", "curve", "curve_by_set", "learners"]


def ablation() -> list[str]:
    """F1 of the whole reader, and by what it changes without each thing."""
    rows = load_part("ablation")
    lines = _head("", [*LEVELS, "full, in tables"])
    for name, row in rows.items():
        cells = [row[ALL][level] for level in LEVELS] + [row[IN_TABLES]["full"]]
        if name == WHOLE:
            lines.append(_line(f"{name}: F1", map(_shown, cells)))
        else:
            lines.append(_line(f"without: {name}", map(_changed, cells)))
    return lines


def curve() -> list[str]:
    """F1 by how many articles the reader was fitted to."""
    lines = _head("fitted to", ["articles", "F1, meaning", "F1, full", FALSE_NUMBERS])
    for name, row in load_part("curve").items():
        f1 = row["f1"][ALL]
        cells = [str(row["articles"]), _shown(f1["meaning"]), _shown(f1["full"])]
        lines.append(_line(name, [*cells, _shown(row[FALSE_NUMBERS], 2)]))
    return lines


def curve_by_set() -> list[str]:
    """The same for each set and each kind of article, where a part was drawn by articles."""
    rows = {n: row for n, row in load_part("curve").items() if "groups" not in n}
    lines = _head("F1", rows)
    for name in next((row["f1"] for row in rows.values()), {}):
        for level in ("meaning", "full"):
            cells = [_shown(row["f1"][name][level]) for row in rows.values()]
            lines.append(_line(f"{name}, {level}", cells))
    return lines


def learners() -> list[str]:
    """How right each learner is about the meaning of a number, and how sure."""
    rows = load_part("learners")
    lines = _head("", rows)
    first: Mapping[str, Any] = next(iter(rows.values()), {"f1": {}})
    for name in first:
        if name != "f1":
            lines.append(_line(name, [_shown(row[name]) for row in rows.values()]))
    for name, levels in first["f1"].items():
        for level in levels:
            cells = [_shown(row["f1"][name][level]) for row in rows.values()]
            lines.append(_line(f"F1, {name}, {level}", cells))
    return lines


def _head(first: str, names: Collection[str]) -> list[str]:
    return [_line(first, names), f"|---|{'---|' * len(names)}"]


def _line(first: str, cells: Iterable[str]) -> str:
    return f"| {' | '.join([first, *cells])} |"


def _shown(figure: Mapping[str, float] | None, digits: int = 3) -> str:
    if figure is None:
        return "-"
    low, high = figure["low"], figure["high"]
    return f"{figure['value']:.{digits}f} ({low:.2f}-{high:.2f})"


def _changed(change: Mapping[str, float] | None) -> str:
    if change is None:
        return "-"
    return f"{change['value']:+.3f} ({change['low']:+.3f} to {change['high']:+.3f})"
