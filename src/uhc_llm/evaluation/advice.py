"""Which model to take, and what the figures do not tell, in sentences for people."""

from collections.abc import Iterator
from decimal import Decimal

from uhc_llm.evaluation.counting import STRICTEST
from uhc_llm.evaluation.standings import Difference, ModelStanding, Standings
from uhc_llm.language import _, formatted, ngettext

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
        return _("unknown")
    if cost >= 1:
        return f"${formatted(cost, ',.2f')}"
    few = Decimal(f"{cost:.2g}")
    decimals = max(2, len(f"{few:f}".partition(".")[2]))
    return f"${formatted(few, f'.{decimals}f')}" if few % 1 else f"${few:f}"


def between(difference: Difference) -> str:
    """The bounds of a difference.

    >>> between(Difference(-0.01, -0.0312, 0.004))
    '-0.031 to +0.004'
    """
    low, high = (formatted(each, "+.3f") for each in (difference.low, difference.high))
    return _("{low} to {high}", low=low, high=high)


def _taken(standings: Standings) -> str:
    if standings.take is None:
        return _("no model to take yet: none has been asked about every article")
    taken = standings.model(standings.take)
    if taken.name == standings.best or taken.difference is None:
        others = sum(model.is_finished for model in standings.models) - 1
        rank = _(", the highest of {n} models", n=others + 1) if others else ""
        return _(
            "take {model}: F1 at level full {f1}{rank}, on {articles}",
            model=taken.name,
            f1=_f1(taken),
            rank=rank,
            articles=_articles(standings.articles),
        )
    best = standings.model(standings.best or taken.name)
    return _(
        "take {model}: F1 at level full {f1} for {cost} an article; the best, {best}, has "
        "{best_f1} for {best_cost}, and the difference is small: {bounds}",
        model=taken.name,
        f1=_f1(taken),
        cost=money(taken.cost_an_article),
        best=best.name,
        best_f1=_f1(best),
        best_cost=money(best.cost_an_article),
        bounds=between(taken.difference),
    )


def _in_doubt(standings: Standings) -> Iterator[str]:
    alike = [
        model.name
        for model in standings.models
        if model.is_finished and model.difference and not model.difference.beyond_chance
    ]
    if alike:
        yield _(
            "not told from {best} by these articles: {models}; what differs may be chance",
            best=standings.best,
            models=", ".join(alike),
        )


def _incomplete(standings: Standings) -> Iterator[str]:
    for model in standings.models:
        if model.error:
            yield f"{model.name}: {model.error}"
        if model.not_asked and (model.articles or not model.error):
            yield _(
                "{model}: {articles} still to be asked about; the same again goes on with them",
                model=model.name,
                articles=_articles(model.not_asked),
            )
        if model.failures and model.levels:
            kinds = ", ".join(f"{count} {kind}" for kind, count in model.failures.items())
            yield _(
                "{model}: {articles} without an answer, counted as empty ({kinds})",
                model=model.name,
                articles=_articles(sum(model.failures.values())),
                kinds=kinds,
            )
        if model.articles and model.cost is None:
            yield _(
                "{model}: its price is not known, and so neither is what it cost", model=model.name
            )


def _articles(count: int) -> str:
    return ngettext("{count} article", "{count} articles", count)


def _f1(model: ModelStanding) -> str:
    return formatted(model.levels[STRICTEST].f1, ".3f")
