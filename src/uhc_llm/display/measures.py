"""What users ask of a run, in tables: every figure with its bounds."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from uhc_llm.display.layout import Column, FittedTable, Hanging, plain_text
from uhc_llm.evaluation import LEVELS, Figure, Measures, ScoreFigures
from uhc_llm.language import _, formatted, later, ngettext, pgettext, term

__all__ = ["measures_report", "results_table", "scores_table"]

_NONE: Final = "-"
# What narrow screens do without: counts that the shares come of, and levels between two others.
_COUNTS: Final = (later("true"), later("said"), later("right"))
_LEVELS_BETWEEN: Final = ("meaning", "time", "place")
_CONFUSED: Final = 8
_SLIPS: Final = {
    "coarser": later("said coarser"),
    "finer": later("said finer"),
    "other": later("another time of it"),
}


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


def scores_table(title: str, first: str) -> FittedTable:
    """A table of precision, recall and F1, with the counts that they come of."""
    counts = tuple(map(_, _COUNTS))
    columns = (_("precision"), _("recall"), "F1", *reversed(counts))
    return results_table(title, first, *columns, leaving=counts)


def _parts(measures: Measures) -> Iterator[RenderableType]:
    yield _levels(measures)
    yield _slips(measures)
    yield Hanging(
        plain_text(
            _(
                "articles right in everything: {share}; at the strict level: {strictly}",
                share=_share(measures.right),
                strictly=_share(measures.right_strictly),
            )
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
        left_out = ngettext("{count} extraction", "{count} extractions", measures.left_out)
        told = _("left out, as they have no number or no metric of ours: {what}", what=left_out)
        yield Hanging(plain_text(told))


def _levels(measures: Measures) -> FittedTable:
    title = _("with bounds; strict: that very place and that very time")
    table = scores_table(title, _("level"))
    for level, one in measures.levels.items():
        table.add_row(term(level), *_score(one))
    for strict_level, one in measures.strict.items():
        table.add_row(_("strict {level}", level=term(strict_level)), *_score(one))
    table.add_row(_("panel cells"), *_score(measures.panel))
    return table


def _score(one: ScoreFigures) -> tuple[str, ...]:
    shares = (one.precision, one.recall, one.f1)
    return (*map(_shown, shares), *map(str, one.score))


def _slips(measures: Measures) -> RenderableType:
    kinds = ", ".join(f"{_(_SLIPS[slip])} {count}" for slip, count in measures.slips.items())
    told = _(
        "right at the year, and not as exact as gold: {n} ({kinds})",
        n=sum(measures.slips.values()),
        kinds=kinds,
    )
    if measures.slip_share:
        told += _(", {share} of the true ones", share=_share(measures.slip_share))
    return Hanging(plain_text(told))


def _kinds(measures: Measures) -> FittedTable:
    title = _("by kind of article, and how many are false in one")
    articles, said = _("articles"), _("facts said")
    columns = (articles, said, _("false numbers"), _("false facts"))
    table = results_table(title, _("kind"), *columns, leaving=(said, articles))
    for kind, one in measures.kinds.items():
        false = (_rate(one.false_numbers), _rate(one.false_facts))
        table.add_row(_kind(kind), str(one.articles), str(one.said), *false)
    return table


def _f1_by_kind(measures: Measures) -> FittedTable:
    table = _by_level(_("F1 by kind of article"), _("kind"))
    for kind, one in measures.kinds.items():
        table.add_row(_kind(kind), *(_shown(one.levels[level]) for level in LEVELS))
    return table


def _by_level(title: str, first: str, *others: str) -> FittedTable:
    levels = [term(level) for level in LEVELS]
    between = [term(level) for level in _LEVELS_BETWEEN]
    return results_table(title, first, *levels, *others, leaving=between)


def _no_facts(measures: Measures) -> FittedTable:
    title = _("numbers that are no facts, by what they are")
    table = results_table(
        title, _("kind"), _("there"), _("said as facts"), pgettext("column", "share")
    )
    for kind, one in measures.no_facts.items():
        table.add_row(_kind(kind), str(one.there), str(one.said), _share(one.share))
    return table


def _verdicts(measures: Measures) -> FittedTable:
    title = _("precision by verdict, and its share")
    table = _by_level(title, pgettext("column", "verdict"), pgettext("column", "share"))
    for verdict, levels in measures.verdicts.items():
        value, low, high = (100 * each for each in levels["full"].share)
        share = f"{formatted(value, '.1f')}%\n{low:.0f}-{high:.0f}"
        table.add_row(term(verdict), *(_shown(levels[level].precision) for level in LEVELS), share)
    return table


def _agreement(measures: Measures) -> Iterator[RenderableType]:
    agreed = measures.agreement
    if agreed is None:
        return
    title = ngettext(
        "what is no fact: {count} number that both have",
        "what is no fact: {count} numbers that both have",
        agreed.both,
    )
    table = results_table(title, _("kind"), _("called alike"))
    for kind, figure in agreed.kinds.items():
        table.add_row(_kind(kind), _shown(figure))
    table.add_row(_("all"), _shown(agreed.same))
    table.add_row(_("all, beyond chance (kappa)"), _shown(agreed.kappa))
    yield table
    if agreed.confused:
        others = results_table(_("called otherwise"), _("gold"), _("other"), _("times"))
        for (gold, other), count in list(agreed.confused.items())[:_CONFUSED]:
            others.add_row(_kind(gold), _kind(other), str(count))
        yield others


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return _NONE
    return f"{formatted(figure.value, '.3f')}\n{_bounds(figure.low, figure.high, '.2f')}"


def _share(figure: Figure) -> str:
    value, low, high = (100 * each for each in figure)
    return f"{formatted(value, '.1f')}% ({_bounds(low, high, '.1f')})"


def _rate(figure: Figure) -> str:
    return f"{formatted(figure.value, '.2f')} ({_bounds(figure.low, figure.high, '.2f')})"


def _kind(kind: str) -> Text:
    """A sort of article or of number: gold files name those of articles as they like."""
    return plain_text(term(kind))


def _bounds(low: float, high: float, form: str) -> str:
    return f"{formatted(low, form)}-{formatted(high, form)}"
