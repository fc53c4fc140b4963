"""What users ask of a run, in tables: every figure with its bounds."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from uhc_llm.display.layout import Column, FittedTable, Hanging, plain_text
from uhc_llm.evaluation import LEVELS, Figure, Measures, ScoreFigures
from uhc_llm.wording import counted

__all__ = ["COUNTS", "measures_report", "results_table"]

_NONE: Final = "-"
# What narrow screens do without: counts that the shares come of, and levels between two others.
COUNTS: Final = ("true", "said", "right")
_LEVELS_BETWEEN: Final = ("meaning", "time", "place")
_CONFUSED: Final = 8
_SLIPS: Final = {"coarser": "said coarser", "finer": "said finer", "other": "another time of it"}


def measures_report(measures: Measures) -> RenderableType:
    """All that was measured; what there is nothing of is left out."""
    return Group(*_parts(measures))


def results_table(
    title: str, first: str, *columns: str, leaving: Sequence[str] = ()
) -> FittedTable:
    """A table of figures, with what they are of in the first column.

    Args:
        title: what stands over it.
        first: heading of the first column, whose words may wrap.
        columns: headings of the others.
        leaving: those that a narrow screen does without, the least important first.
    """
    figures = (Column(name, "right") for name in columns)
    return FittedTable(Column(first, wraps=True), *figures, leaving=leaving, title=title)


def _parts(measures: Measures) -> Iterator[RenderableType]:
    yield _levels(measures)
    yield _slips(measures)
    yield Hanging(
        plain_text(
            f"articles right in everything: {_share(measures.right)}; at the strict level: "
            f"{_share(measures.right_strictly)}"
        )
    )
    yield Text()
    yield _kinds(measures)
    yield _f1_by_kind(measures)
    if measures.no_facts:
        yield _no_facts(measures)
    if measures.verdicts:
        yield _verdicts(measures)
    yield from _agreement(measures)
    if measures.left_out:
        left_out = counted(measures.left_out, "extraction")
        yield Hanging(
            plain_text(f"left out, as they have no number or no metric of ours: {left_out}")
        )


def _levels(measures: Measures) -> FittedTable:
    title = "with bounds; strict: that very place and that very time"
    columns = ("precision", "recall", "F1", "right", "said", "true")
    table = results_table(title, "level", *columns, leaving=COUNTS)
    for level, one in measures.levels.items():
        table.add_row(level, *_score(one))
    for strict_level, one in measures.strict.items():
        table.add_row(f"strict {strict_level}", *_score(one))
    table.add_row("panel cells", *_score(measures.panel))
    return table


def _score(one: ScoreFigures) -> tuple[str, ...]:
    shares = (one.precision, one.recall, one.f1)
    return (*map(_shown, shares), *map(str, one.score))


def _slips(measures: Measures) -> RenderableType:
    kinds = ", ".join(f"{_SLIPS[slip]} {count}" for slip, count in measures.slips.items())
    share = f", {_share(measures.slip_share)} of the true ones" if measures.slip_share else ""
    count = sum(measures.slips.values())
    told = f"right at the year, and not as exact as gold: {count} ({kinds}){share}"
    return Hanging(plain_text(told))


def _kinds(measures: Measures) -> FittedTable:
    title = "by kind of article, and how many are false in one"
    columns = ("articles", "facts said", "false numbers", "false facts")
    table = results_table(title, "kind", *columns, leaving=("facts said", "articles"))
    for kind, one in measures.kinds.items():
        false = (_rate(one.false_numbers), _rate(one.false_facts))
        table.add_row(plain_text(kind), str(one.articles), str(one.said), *false)
    return table


def _f1_by_kind(measures: Measures) -> FittedTable:
    table = results_table("F1 by kind of article", "kind", *LEVELS, leaving=_LEVELS_BETWEEN)
    for kind, one in measures.kinds.items():
        table.add_row(plain_text(kind), *(_shown(one.levels[level]) for level in LEVELS))
    return table


def _no_facts(measures: Measures) -> FittedTable:
    title = "numbers that are no facts, by what they are"
    table = results_table(title, "kind", "there", "said as facts", "share")
    for kind, one in measures.no_facts.items():
        table.add_row(plain_text(kind), str(one.there), str(one.said), _share(one.share))
    return table


def _verdicts(measures: Measures) -> FittedTable:
    title = "precision by verdict, and its share"
    table = results_table(title, "verdict", *LEVELS, "share", leaving=_LEVELS_BETWEEN)
    for verdict, levels in measures.verdicts.items():
        value, low, high = (100 * each for each in levels["full"].share)
        share = f"{value:.1f}%\n{low:.0f}-{high:.0f}"
        table.add_row(verdict, *(_shown(levels[level].precision) for level in LEVELS), share)
    return table


def _agreement(measures: Measures) -> Iterator[RenderableType]:
    agreed = measures.agreement
    if agreed is None:
        return
    title = f"what is no fact: {counted(agreed.both, 'number')} that both have"
    table = results_table(title, "kind", "called alike")
    for kind, figure in agreed.kinds.items():
        table.add_row(plain_text(kind), _shown(figure))
    table.add_row("all", _shown(agreed.same))
    table.add_row("all, beyond chance (kappa)", _shown(agreed.kappa))
    yield table
    if agreed.confused:
        others = results_table("called otherwise", "gold", "other", "times")
        for (gold, other), count in list(agreed.confused.items())[:_CONFUSED]:
            others.add_row(plain_text(gold), plain_text(other), str(count))
        yield others


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return _NONE
    return f"{figure.value:.3f}\n{figure.low:.2f}-{figure.high:.2f}"


def _share(figure: Figure) -> str:
    value, low, high = (100 * each for each in figure)
    return f"{value:.1f}% ({low:.1f}-{high:.1f})"


def _rate(figure: Figure) -> str:
    return f"{figure.value:.2f} ({figure.low:.2f}-{figure.high:.2f})"
