"""Which articles carry one release: rewritten or cut, they are one report, however many papers.

What they share are figures, up to rounding, within days; of short ones that share one figure alone
the words tell. Candidates are found by the figures, in time that does not grow with the square of
the articles.
"""

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


class _Paper(NamedTuple):
    """An article: its key, when it was published, and its figures, each once, by their numbers.

    A list of them takes a tenth of what a set does, and there is one for every article of a run.
    """

    key: str
    day: int
    said: list[int]

    @property
    def place(self) -> tuple[int, int, str]:
        """In which order those of a release stand: of one day those that say most come first."""
        return self.day, -len(self.said), self.key

    def shares(self, other: "_Paper") -> int:
        """How many figures both say."""
        return len(set(self.said).intersection(other.said))


def releases(claims: Iterable[Claim], text_of: Callable[[str], str]) -> Mapping[str, str]:
    """For each article the first one that carries the same release: itself, where there is none.

    All that carry it come within days of the first and share figures with it: no chain of copies
    joins what shares nothing, or lasts for weeks.

    Args:
        claims: what dated articles say, what is the same together.
        text_of: gives the text of an article.
    """
    near: set[tuple[str, str]] = set()
    papers: dict[str, _Paper] = {}
    for number, (_, few) in enumerate(groupby(claims, key=lambda claim: claim.what)):
        same = list({claim.article: claim for claim in few}.values())
        for claim in same:
            papers.setdefault(claim.article, _Paper(claim.article, claim.day, []))
            papers[claim.article].said.append(number)
        near.update(_pairs(same))
    text = lru_cache(maxsize=256)(text_of)
    copies = [
        (papers[one], papers[other])
        for one, other in sorted(near)
        if _is_one(papers[one], papers[other], partial(_alike, text, one, other))
    ]
    return _joined(copies, papers.values())


def _joined(copies: Iterable[tuple[_Paper, _Paper]], papers: Iterable[_Paper]) -> Mapping[str, str]:
    """The first of each article: those that share most are joined first, where they may be."""
    pairs = [sorted(pair, key=lambda paper: paper.place) for pair in copies]
    pairs.sort(key=lambda pair: (-pair[0].shares(pair[1]), pair[0].place, pair[1].place))
    release = {paper.key: [paper] for paper in papers}
    for one, other in pairs:
        few, more = sorted((release[one.key], release[other.key]), key=lambda x: x[0].place)
        if few is not more and all(_belongs(paper, few[0]) for paper in more):
            few += more
            release |= dict.fromkeys((paper.key for paper in more), few)
    return {key: few[0].key for key, few in release.items()}


def _belongs(paper: _Paper, first: _Paper) -> bool:
    """Whether an article may carry the release of which another one is the first."""
    least = min(_SHARED, len(paper.said), len(first.said))
    return paper.day - first.day <= _DAYS and paper.shares(first) >= least


def _pairs(said: list[Claim]) -> Iterator[tuple[str, str]]:
    """Articles that say the same within days."""
    ordered = sorted(said, key=lambda claim: (claim.day, claim.article))
    for place, claim in enumerate(ordered):
        for other in ordered[max(0, place - _NEIGHBOURS) : place]:
            if claim.day - other.day <= _DAYS:
                first, second = sorted((claim.article, other.article))
                yield first, second


def _is_one(one: _Paper, other: _Paper, alike: Callable[[], float]) -> bool:
    count, size = one.shares(other), min(len(one.said), len(other.said))
    if count >= _SHARED and count >= _PART * size:
        return True
    return count == size and alike() >= _TWINS


def _alike(text: Callable[[str], str], one: str, other: str) -> float:
    """How alike the words of two articles are, whatever their order, from 0 to 100."""
    return fuzz.token_set_ratio(text(one).casefold(), text(other).casefold())
