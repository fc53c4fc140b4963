"""What each idea in reading a number's words is worth: the F1 without it, on gold articles.

Usage: python -m benchmarks.ablation [GOLD.jsonl]

Each idea is switched off alone, and the strategy `code`, which asks no model, is measured again.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from unittest.mock import patch

from benchmarks.corpus import GOLD
from uhc_llm import Extractor
from uhc_llm.evaluation import LEVELS, GoldArticle, evaluate, load_gold, make_report
from uhc_llm.scanner.binding import BoundPeriods, bind_periods
from uhc_llm.schemas import PeriodMention

MEANING: Final = "uhc_llm.scanner.meanings.reading"
WIDTH: Final = 52
OFFERS: Final = "uhc_llm.llm.offers"


class Idea(NamedTuple):
    """Something that can be switched off.

    Attributes:
        name: what it does.
        off: what stands in place of what, by the names of modules and functions.
    """

    name: str
    off: dict[str, Callable[..., object]]


def _nothing(*_: object, **__: object) -> None:
    return None


def _false(*_: object, **__: object) -> bool:
    return False


def _empty(*_: object, **__: object) -> tuple[object, ...]:
    return ()


def _all(*_: object, **__: object) -> str:
    return "all"


def _without_as_of(bind: Callable[..., BoundPeriods]) -> Callable[..., BoundPeriods]:
    return lambda *given, **options: bind(*given, **options)._replace(as_of=None)


def _without_own_date(bind: Callable[..., BoundPeriods]) -> Callable[..., BoundPeriods]:
    return lambda *given, **options: bind(*given, **options)._replace(own_date=None)


def _in_force(bind: Callable[..., BoundPeriods]) -> Callable[..., BoundPeriods]:
    def settled(*given: object, **options: object) -> BoundPeriods:
        bound = bind(*given, **options)
        periods: tuple[PeriodMention, ...] = bound.periods if bound.is_settled else ()
        return bound._replace(periods=periods)

    return settled


def ideas() -> list[Idea]:
    """Every idea that can be switched off."""
    bind = bind_periods
    return [
        Idea("a premium, a change, an arrear is no fact", {f"{MEANING}.names_nothing": _false}),
        Idea("a number may say the one before it again", {f"{MEANING}.partner_metric": _nothing}),
        Idea("what UHC asks of any region is its own", {f"{MEANING}.is_threshold": _false}),
        Idea("words of aim and of reaching", {f"{MEANING}.cued_statuses": _empty}),
        Idea("words that name a group of members", {f"{MEANING}.cued_segments": _empty}),
        Idea("budgets and quotas are a region's", {f"{MEANING}.usual_segment": _all}),
        Idea("a rate is shared by a list of regions", {f"{OFFERS}._together": _empty}),
        Idea("a period stays in force", {f"{OFFERS}.bind_periods": _in_force(bind)}),
        Idea("figures are of a day that is said", {f"{OFFERS}.bind_periods": _without_as_of(bind)}),
        Idea("else of the article's date", {f"{OFFERS}.bind_periods": _without_own_date(bind)}),
    ]


@contextmanager
def without(idea: Idea) -> Iterator[None]:
    """Switch an idea off meanwhile."""
    with ExitStack() as stack:
        for name, stand_in in idea.off.items():
            stack.enter_context(patch(name, stand_in))
        yield


def reached(articles: Sequence[GoldArticle]) -> list[float]:
    """F1 at each level."""
    report = make_report(articles, evaluate(articles, Extractor(strategy="code")))
    return [report.levels[level].f1 for level in LEVELS]


def lines(articles: Sequence[GoldArticle]) -> Iterator[str]:
    """A table of what is lost without each idea."""
    full = reached(articles)
    yield f"{'':{WIDTH}}" + "".join(f"{level:>9}" for level in LEVELS)
    yield f"{'all ideas':{WIDTH}}" + "".join(f"{f1:9.3f}" for f1 in full)
    for idea in ideas():
        with without(idea):
            losses = [f1 - before for f1, before in zip(reached(articles), full, strict=True)]
        yield f"{'without: ' + idea.name:{WIDTH}}" + "".join(f"{loss:+9.3f}" for loss in losses)


def main(arguments: Sequence[str]) -> None:
    """Print what is lost without each idea."""
    for line in lines(load_gold(Path(arguments[0]) if arguments else GOLD)):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
