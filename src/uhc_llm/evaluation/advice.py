"""Which model to take, and what the figures do not tell, in sentences for people."""

from collections.abc import Iterator
from decimal import Decimal

from uhc_llm.evaluation.counting import STRICTEST
from uhc_llm.evaluation.standings import Difference, ModelStanding, Standings
from uhc_llm.wording import counted

__all__ = ["advice", "between", "money"]


def advice(standings: Standings) -> list[str]:
    """What to do: which model to take, then what is in doubt, a sentence each."""
    return [_taken(standings), *_in_doubt(standings), *_incomplete(standings)]


def money(cost: float | None) -> str:
    """US dollars to two figures, however small they are.

    >>> money(0.000213), money(12.5), money(0), money(None)
    ('$0.00021', '$12.50', '$0', 'unknown')
    """
    if cost is None:
        return "unknown"
    if cost >= 1:
        return f"${cost:,.2f}"
    whole, _, cents = f"{Decimal(f'{cost:.2g}'):f}".partition(".")
    return f"${whole}.{cents:0<2}" if cents else f"${whole}"


def between(difference: Difference) -> str:
    """The bounds of a difference.

    >>> between(Difference(-0.01, -0.0312, 0.004))
    '-0.031 to +0.004'
    """
    return f"{difference.low:+.3f} to {difference.high:+.3f}"


def _taken(standings: Standings) -> str:
    if standings.take is None:
        return "no model to take yet: none has been asked about every article"
    taken = standings.model(standings.take)
    if taken.name == standings.best or taken.difference is None:
        others = sum(model.is_finished for model in standings.models) - 1
        rank = f", the highest of {others + 1} models" if others else ""
        articles = counted(standings.articles, "article")
        return f"take {taken.name}: F1 at level full {_f1(taken)}{rank}, on {articles}"
    best = standings.model(standings.best or taken.name)
    return (
        f"take {taken.name}: F1 at level full {_f1(taken)} for {money(taken.cost_an_article)} an "
        f"article; the best, {best.name}, has {_f1(best)} for {money(best.cost_an_article)}, and "
        f"the difference is small: {between(taken.difference)}"
    )


def _in_doubt(standings: Standings) -> Iterator[str]:
    alike = [
        model.name
        for model in standings.models
        if model.is_finished and model.difference and not model.difference.beyond_chance
    ]
    if alike:
        yield (
            f"not told from {standings.best} by these articles: {', '.join(alike)}; what differs "
            "may be chance"
        )


def _incomplete(standings: Standings) -> Iterator[str]:
    for model in standings.models:
        if model.error:
            yield f"{model.name}: {model.error}"
        if model.not_asked and (model.articles or not model.error):
            yield (
                f"{model.name}: {counted(model.not_asked, 'article')} still to be asked about; "
                "the same again goes on with them"
            )
        if model.failures and model.levels:
            kinds = ", ".join(f"{count} {kind}" for kind, count in model.failures.items())
            failed = counted(sum(model.failures.values()), "article")
            yield f"{model.name}: {failed} without an answer, counted as empty ({kinds})"
        if model.articles and model.cost is None:
            yield f"{model.name}: its price is not known, and so neither is what it cost"


def _f1(model: ModelStanding) -> str:
    return f"{model.levels[STRICTEST].f1:.3f}"
