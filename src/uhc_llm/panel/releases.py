"""Which articles carry one release: rewritten or cut, they are one report, however many papers.

What they share are figures, up to rounding, within days; of short ones that share one figure alone
the words tell. Candidates are found by the figures, in time that does not grow with the square of
the articles.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Context, Decimal
from functools import lru_cache, partial
from itertools import groupby
from typing import Final, NamedTuple

from rapidfuzz import fuzz

__all__ = ["Claim", "releases", "rounded"]

_DAYS: Final = 3
"""Papers carry a release within so many days of each other."""
_SHARED: Final = 2
_PART: Final = 0.5
_TWINS: Final = 85.0
_DIGITS: Final = 2
# Of what very many articles say within days each is held against the last few.
_NEIGHBOURS: Final = 20


def rounded(value: Decimal) -> str:
    """A figure as loosely as the press says it: 94.77 and "94,8" alike, 451870 and "451 ribu".

    >>> rounded(Decimal("94.77")), rounded(Decimal("94.8")), rounded(Decimal(451870))
    ('95', '95', '4.5e+5')
    """
    return f"{Context(prec=_DIGITS).create_decimal(value):.{_DIGITS}g}"


class Claim(NamedTuple):
    """A figure that an article says of a region.

    Attributes:
        what: the region, the metric and the rounded value, in one.
        day: when the article was published, as a count of days.
        article: its key.
    """

    what: str
    day: int
    article: str


def releases(claims: Iterable[Claim], text_of: Callable[[str], str]) -> Mapping[str, str]:
    """For each article the first one that carries the same release: itself, where there is none.

    Args:
        claims: what dated articles say, what is the same together.
        text_of: gives the text of an article.
    """
    shared: Counter[tuple[str, str]] = Counter()
    sizes: Counter[str] = Counter()
    for _, few in groupby(claims, key=lambda claim: claim.what):
        said = list({claim.article: claim for claim in few}.values())
        sizes.update(claim.article for claim in said)
        shared.update(_pairs(said))
    text = lru_cache(maxsize=256)(text_of)
    leader = {article: article for article in sizes}
    for (one, other), count in sorted(shared.items()):
        if _is_one(count, min(sizes[one], sizes[other]), partial(_alike, text, one, other)):
            first, second = sorted((_root(leader, one), _root(leader, other)))
            leader[second] = first
    return {article: _root(leader, article) for article in leader}


def _pairs(said: list[Claim]) -> Iterator[tuple[str, str]]:
    """Articles that say the same within days."""
    ordered = sorted(said, key=lambda claim: (claim.day, claim.article))
    for place, claim in enumerate(ordered):
        for other in ordered[max(0, place - _NEIGHBOURS) : place]:
            if claim.day - other.day <= _DAYS:
                first, second = sorted((claim.article, other.article))
                yield first, second


def _is_one(count: int, size: int, alike: Callable[[], float]) -> bool:
    if count >= _SHARED and count >= _PART * size:
        return True
    return count == size and alike() >= _TWINS


def _alike(text: Callable[[str], str], one: str, other: str) -> float:
    """How alike the words of two articles are, whatever their order, from 0 to 100."""
    return fuzz.token_set_ratio(text(one).casefold(), text(other).casefold())


def _root(leader: dict[str, str], article: str) -> str:
    while leader[article] != article:
        leader[article] = leader[leader[article]]
        article = leader[article]
    return article
