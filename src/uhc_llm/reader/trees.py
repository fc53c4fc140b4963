"""Decision trees whose scores add up, as gradient boosting fits them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

__all__ = ["Tree", "Trees"]

_LEAF: Final = -1


class Tree(NamedTuple):
    """A tree, its nodes from the root down: a node, all below its left branch, then its right one.

    Attributes:
        features: what each node asks about, by its place; -1 at a leaf.
        values: up to which value it goes on to the next node; of a leaf the score.
        others: where it goes on above that.
    """

    features: Sequence[int]
    values: Sequence[float]
    others: Sequence[int]

    def score(self, seen: Sequence[float]) -> float:
        """The score of the leaf that is come to."""
        place = 0
        while (feature := self.features[place]) != _LEAF:
            place = place + 1 if seen[feature] <= self.values[place] else self.others[place]
        return self.values[place]


class Trees(NamedTuple):
    """Several trees.

    Attributes:
        start: the score without any.
        trees: what each adds.
    """

    start: float
    trees: Sequence[Tree]

    def score(self, seen: Sequence[float]) -> float:
        """The score of what is seen; the larger the likelier."""
        return self.start + sum(tree.score(seen) for tree in self.trees)
