"""Figures over articles, with the bounds that the choice of articles leaves them.

Whatever is measured is first counted in each article, under a name. A figure is a sum of counts
over another one, and its bounds are those of 95 in 100 draws of as many articles (`bootstrap`).
"""

import sys
from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from uhc_llm.evaluation.bootstrap import draws, interval
from uhc_llm.evaluation.scoring import Score

__all__ = ["Counts", "Figure", "Name", "Sample", "ScoreFigures", "Sums", "counts_of"]

Name = tuple[str, ...]
Counts = Mapping[Name, int]
"""What is counted in one article, by name; what is not in it counts 0."""

Sums = Callable[[Name], int]

_HIT: Final = "hit"
_SAID: Final = "said"
_TRUE: Final = "true"
_COUNT_BYTES: Final = 8


class Figure(NamedTuple):
    """A figure, and the bounds between which it lies in 95 of 100 draws of as many articles."""

    value: float
    low: float
    high: float


class ScoreFigures(NamedTuple):
    """A score with the bounds of its shares; a share is None where nothing was said, or is true."""

    score: Score
    precision: Figure | None
    recall: Figure | None
    f1: Figure | None

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON can say it."""
        shares = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {
            **{name: figure and figure._asdict() for name, figure in shares.items()},
            **self.score._asdict(),
        }


def counts_of(name: Name, score: Score) -> dict[Name, int]:
    """The counts of a score, as `Sample.score` finds them."""
    return {(*name, _HIT): score.hit, (*name, _SAID): score.said, (*name, _TRUE): score.true}


class Sample:
    """Counted articles, and what their counts come to.

    Args:
        articles: the counts of each.
    """

    def __init__(self, articles: Sequence[Counts]) -> None:
        names = {name for counts in articles for name in counts}
        self._places: dict[Name, int] = {name: place for place, name in enumerate(sorted(names))}
        self._articles = articles
        self._totals = self._unpacked(sum(map(self._packed, articles)))

    def total(self, name: Name) -> int:
        """How many in all articles."""
        return self._of(self._totals)(name)

    def figure(self, read: Callable[[Sums], float | None]) -> Figure | None:
        """A figure of what is counted.

        Args:
            read: makes it of the sums of the counts, which it asks for by name; None where there
                is none. A draw without it is left out of the bounds.

        Returns:
            The figure; None where all articles together have none.
        """
        value = read(self._of(self._totals))
        if value is None:
            return None
        drawn = (read(self._of(sums)) for sums in self._drawn)
        return Figure(value, *interval([each for each in drawn if each is not None] or [value]))

    def share(self, part: Name, *wholes: Name, times: int = 1) -> Figure | None:
        """How many of `part` there are for one of all the wholes, `times` over."""

        def read(sums: Sums) -> float | None:
            whole = sum(map(sums, wholes))
            return times * sums(part) / whole if whole else None

        return self.figure(read)

    def score(self, *name: str) -> ScoreFigures:
        """The score that `counts_of` put under this name."""
        hit, said, true = ((*name, each) for each in (_HIT, _SAID, _TRUE))
        return ScoreFigures(
            Score(*map(self.total, (hit, said, true))),
            self.share(hit, said),
            self.share(hit, true),
            self.share(hit, said, true, times=2),
        )

    def _of(self, sums: Sequence[int]) -> Sums:
        places = self._places
        return lambda name: sums[places[name]] if name in places else 0

    @cached_property
    def _drawn(self) -> list[Sequence[int]]:
        """The sums of each draw, in the order of the names."""
        packed = list(map(self._packed, self._articles))
        drawn = draws(len(packed))
        return [self._unpacked(sum(map(packed.__getitem__, places))) for places in drawn]

    # The counts of an article are the digits of one large number, so that to add up articles adds
    # up all their counts at once: no sum is as large as such a digit may be.

    def _packed(self, counts: Counts) -> int:
        row = array("Q", bytes(_COUNT_BYTES * len(self._places)))
        for name, count in counts.items():
            row[self._places[name]] = count
        return int.from_bytes(row.tobytes(), sys.byteorder)

    def _unpacked(self, sums: int) -> Sequence[int]:
        return array("Q", sums.to_bytes(_COUNT_BYTES * len(self._places), sys.byteorder))
