"""Several models beside each other: tables for a terminal and for a page, rows for programs."""

import csv
from collections.abc import Callable, Sequence
from functools import partial
from typing import IO, Any, Final, NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from uhc_llm.display.layout import Column, FittedTable, Hanging, plain_text
from uhc_llm.evaluation import LEVELS, Level, ModelStanding, Standings
from uhc_llm.evaluation.advice import advice, between, money
from uhc_llm.language import _, formatted, later, term

__all__ = ["standings_json", "standings_markdown", "standings_report", "write_standings"]

_NONE: Final = "-"
_LONGEST: Final = 16


class _Cell(NamedTuple):
    """What stands in a cell, and below or behind it between which bounds it lies."""

    value: str
    bounds: str = ""


class _Part(NamedTuple):
    """Some of the columns, as many as fit beside each other.

    On a narrow screen those of `leaving` leave, the first one first.
    """

    title: str
    columns: Sequence[tuple[str, Callable[[ModelStanding], _Cell]]]
    leaving: Sequence[str]


def standings_report(standings: Standings) -> RenderableType:
    """The tables, with a row for each model, and what they come to."""
    first, *others = advice(standings)
    return Group(
        *(_table(part, standings) for part in _PARTS),
        Hanging(Text(first, style="bold")),
        *(Hanging(plain_text(line)) for line in others),
    )


def standings_markdown(standings: Standings) -> list[str]:
    """The same as lines of Markdown."""
    lines = []
    for part in _PARTS:
        headings = [
            _("model"),
            *(_heading(each).replace("\n", " ") for each, _read in part.columns),
        ]
        lines += [
            f"{_(part.title)}:",
            "",
            f"| {' | '.join(headings)} |",
            f"|{'---|' * len(headings)}",
        ]
        for model in standings.models:
            cells = (read(model) for _name, read in part.columns)
            shown = (f"{c.value} ({c.bounds})" if c.bounds else c.value for c in cells)
            lines.append(f"| {' | '.join([model.name, *shown])} |".replace("\n", " "))
        lines.append("")
    return [*lines, *(f"- {_escaped(line)}" for line in advice(standings))]


def standings_json(standings: Standings) -> dict[str, Any]:
    """Everything, as JSON can say it; tokens, cost and seconds are those of an article."""
    return {
        "articles": standings.articles,
        "best": standings.best,
        "take": standings.take,
        "advice": advice(standings),
        "models": standings.to_records(),
    }


def write_standings(standings: Standings, stream: IO[str]) -> None:
    """Write CSV, a row for each model."""
    rows = standings.to_records()
    writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _table(part: _Part, standings: Standings) -> FittedTable:
    model_column = Column(_("model"), wraps=True, most=_LONGEST)
    figures = (Column(_heading(each), "right") for each, _read in part.columns)
    leaving = tuple(map(_heading, part.leaving))
    table = FittedTable(model_column, *figures, leaving=leaving, title=_(part.title))
    for model in standings.models:
        style = "bold" if model.name == standings.take else ""
        cells = (read(model) for _name, read in part.columns)
        table.add_row(plain_text(model.name, style), *map(_shown, cells))
    return table


def _heading(name: str) -> str:
    """What stands over a column: the name of a level, or words of this module."""
    return term(name) if name in LEVELS else _(name)


def _shown(cell: _Cell) -> Text:
    text = Text(cell.value)
    return text.append(f"\n{cell.bounds}", style="dim") if cell.bounds else text


def _escaped(line: str) -> str:
    return line.replace("\n", " ").replace("|", "\\|").replace("<", "&lt;")


# --- cells ---------------------------------------------------------------------------------------


def _f1(model: ModelStanding, *, level: Level) -> _Cell:
    found = model.levels.get(level)
    if found is None:
        return _Cell(_NONE)
    bounds = f"{formatted(found.low, '.2f')}-{formatted(found.high, '.2f')}"
    return _Cell(formatted(found.f1, ".3f"), bounds)


def _difference(model: ModelStanding) -> _Cell:
    if model.difference is None:
        return _Cell(_("best") if model.is_finished else _NONE)
    return _Cell(formatted(model.difference.f1, "+.3f"))


def _bounds(model: ModelStanding) -> _Cell:
    return _Cell(between(model.difference) if model.difference else _NONE)


def _chance(model: ModelStanding) -> _Cell:
    if model.difference is None:
        return _Cell(_NONE)
    return _Cell(_("yes") if model.difference.beyond_chance else _("no"))


def _articles(model: ModelStanding) -> _Cell:
    if not model.not_asked:
        return _Cell(str(model.articles))
    return _Cell(_("{n} of {all}", n=model.articles, all=model.articles + model.not_asked))


def _failed(model: ModelStanding) -> _Cell:
    return _Cell(str(sum(model.failures.values())))


def _right(model: ModelStanding) -> _Cell:
    return _share(model.articles_right if model.levels else None)


def _false(model: ModelStanding) -> _Cell:
    return _Cell(_NONE if model.false_facts is None else formatted(model.false_facts, ".2f"))


def _verified_share(model: ModelStanding) -> _Cell:
    return _share(model.verified_share)


def _verified_right(model: ModelStanding) -> _Cell:
    return _share(model.verified.precision if model.verified.said else None)


def _share(share: float | None) -> _Cell:
    return _Cell(_NONE if share is None else f"{formatted(100 * share, '.1f')}%")


def _tokens(model: ModelStanding, *, kind: str) -> _Cell:
    tokens = model.tokens_an_article(kind)
    return _Cell(_NONE if tokens is None else formatted(tokens, ",.0f"))


def _cost(model: ModelStanding) -> _Cell:
    return _Cell(money(model.cost_an_article) if model.articles else _NONE)


def _cost_in_all(model: ModelStanding) -> _Cell:
    return _Cell(money(model.cost) if model.articles else _NONE)


def _seconds(model: ModelStanding) -> _Cell:
    seconds = model.seconds_an_article
    return _Cell(_NONE if seconds is None else formatted(seconds, ".2f"))


_PARTS: Final = (
    _Part(
        later("F1, and the bounds of 95 in 100 draws of as many articles"),
        [(level, partial(_f1, level=level)) for level in LEVELS],
        leaving=("meaning", "time", "place"),
    ),
    _Part(
        later("F1 at level full beside the best model's, in the same draws"),
        [
            (later("difference"), _difference),
            (later("95 in 100"), _bounds),
            (later("beyond\nchance"), _chance),
        ],
        leaving=(),
    ),
    _Part(
        later("articles and facts"),
        [
            (later("articles"), _articles),
            (later("failed"), _failed),
            (later("all\nright"), _right),
            (later("false\nfacts"), _false),
            (later("verified"), _verified_share),
            (later("of them\nright"), _verified_right),
        ],
        leaving=("failed", "articles"),
    ),
    _Part(
        later("what an article takes"),
        [
            (later("tokens\nin"), partial(_tokens, kind="input")),
            (later("cached"), partial(_tokens, kind="cached")),
            (later("out"), partial(_tokens, kind="output")),
            (later("cost"), _cost),
            (later("in\nall"), _cost_in_all),
            (later("seconds"), _seconds),
        ],
        leaving=("cached", "tokens\nin", "out"),
    ),
)
