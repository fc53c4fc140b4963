"""Some of the gold articles, always the same ones: fewer cost less to ask about."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Final

from uhc_llm.evaluation.gold import GoldArticle

__all__ = ["sample_articles"]

_SEED: Final = "0"
# Articles without a fact, with few, and with more and more of them, are each asked about in
# proportion; these are the most facts of each class but the last.
_CLASSES: Final = (0, 2, 5, 10)


def sample_articles(articles: Sequence[GoldArticle], count: int) -> list[GoldArticle]:
    """Take so many articles, of each kind in proportion, and of each length of list of facts.

    Which ones they are follows from their kinds and texts alone, whatever their order; a larger
    sample holds the smaller one, so that going on with more asks only about what is new.

    Args:
        articles: what `load_gold` gives.
        count: how many; all of them where there are no more.

    Returns:
        The sample, in the order of the articles.
    """
    by_lot = sorted(articles, key=_lot)
    ranked = _in_turn(_in_turn(by_lot, _length), lambda article: article.kind)
    taken = {article.id for article in ranked[:count]}
    return [article for article in articles if article.id in taken]


def _in_turn(
    ranked: Sequence[GoldArticle], class_of: Callable[[GoldArticle], Hashable]
) -> list[GoldArticle]:
    """The articles so that each class has its share of any first ones; within it they keep rank."""
    classes: defaultdict[Hashable, list[GoldArticle]] = defaultdict(list)
    for article in ranked:
        classes[class_of(article)].append(article)
    turns = [
        # Of a class with n members the k-th has its turn when k/n of all are taken.
        ((place + 0.5) / len(members), _lot(article), article.id, article)
        for members in classes.values()
        for place, article in enumerate(members)
    ]
    return [article for *_, article in sorted(turns, key=lambda turn: turn[:3])]


def _length(article: GoldArticle) -> int:
    return sum(len(article.facts) > most for most in _CLASSES)


def _lot(article: GoldArticle) -> str:
    # Not by its name, which depends on the other files that are read with its own.
    return hashlib.sha256(f"{_SEED}\0{article.text}".encode(errors="replace")).hexdigest()
