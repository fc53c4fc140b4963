"""Several ways of reading a text, kept side by side where its words leave more than one open.

What a number means speaks for what the next one means: where the first of a list may be either of
two things, all of the list may be. So a number is as likely to mean something as it is on each way
to it, each way as likely as the choices that it is made of. This is a beam search that adds up, and
does not pick: ways that have come to say the same of the last numbers are one from there on.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from uhc_llm.reader.features.steps import Decided, Steps
from uhc_llm.reader.interpretation import Shares, option_key, ranked

__all__ = ["Path", "Turn", "go_on", "likeliest", "mixed"]

# So many ways are kept, of which each has this share of the likeliest at least.
_MOST: Final = 3
_LEAST: Final = 0.02
# Ways that say the same of the last numbers so many go on alike.
_REMEMBERED: Final = 3
_T = TypeVar("_T")


class Path(NamedTuple):
    """One way of reading a text so far.

    Attributes:
        share: how likely it is.
        steps: what is decided on it.
    """

    share: float
    steps: Steps


class Turn(NamedTuple):
    """A way that goes on from a path by what it decides of the next number."""

    share: float
    path: Path
    decided: Decided


def mixed(parts: Iterable[tuple[float, Shares[_T]]], key: Callable[[_T], Hashable]) -> Shares[_T]:
    """What is chosen on all paths together.

    Args:
        parts: the share of each path, and what is chosen from on it.
        key: by what choices are the same on several paths.
    """
    found: dict[Hashable, tuple[_T, float]] = {}
    for share, choices in parts:
        for choice, likely in choices:
            first, so_far = found.get(key(choice), (choice, 0.0))
            found[key(choice)] = first, so_far + share * likely
    return ranked(found.values())


def likeliest(choices: Shares[_T], least: float, most: int) -> Shares[_T]:
    """The likeliest few of some choices, one at least, with their shares of one another."""
    few = [choice for choice in choices[:most] if choice[1] >= least] or choices[:1]
    return ranked(few)


def go_on(turns: Iterable[Turn]) -> list[Path]:
    """The paths from here on, those that now say the same as one.

    Of too many the likeliest are kept, one of each meaning first; what is dropped leaves its share
    to the likeliest of its meaning, lest open regions and times make a meaning likelier.
    """
    found: dict[Hashable, Turn] = {}
    for turn in turns:
        key = _said(turn)
        same = found.get(key, turn._replace(share=0.0))
        likelier = max(turn, same, key=lambda each: each.share)
        found[key] = likelier._replace(share=turn.share + same.share)
    by_meaning: dict[Hashable, list[Turn]] = {}
    for turn in sorted(found.values(), key=lambda each: -each.share):
        by_meaning.setdefault(_meant(turn), []).append(turn)
    groups = sorted(by_meaning.values(), key=_share, reverse=True)[:_MOST]
    groups = [group for group in groups if _share(group) >= _share(groups[0]) * _LEAST]
    least = max(group[0].share for group in groups) * _LEAST
    rest = [turn for group in groups for turn in group[1:] if turn.share >= least]
    rest.sort(key=lambda each: -each.share)
    kept = {id(turn) for turn in rest[: _MOST - len(groups)]}
    few = []
    for group in groups:
        others = [turn for turn in group[1:] if id(turn) in kept]
        few += [group[0]._replace(share=_share(group) - _share(others)), *others]
    return _paths(sorted(few, key=lambda each: -each.share))


def _share(group: Sequence[Turn]) -> float:
    """How likely some ways are together."""
    return sum(turn.share for turn in group)


def _paths(turns: Sequence[Turn]) -> list[Path]:
    whole = _share(turns)
    users = Counter(id(turn.path) for turn in turns)
    paths = []
    for turn in turns:
        steps = turn.path.steps
        if users[id(turn.path)] > 1:
            steps = steps.copy()  # another way goes on from it too
        steps.add(turn.decided)
        paths.append(Path(turn.share / whole, steps))
    return paths


def _meant(turn: Turn) -> Hashable:
    """What a path takes the last numbers to mean."""
    return tuple(each and each.meaning for each in _last(turn))


def _said(turn: Turn) -> Hashable:
    """What a path says of the last numbers."""
    return tuple(map(_key, _last(turn)))


def _last(turn: Turn) -> tuple[Decided | None, ...]:
    """What is decided of the last numbers on a path, and of the last that is a fact."""
    steps, decided = turn.path.steps, turn.decided
    fact = decided if decided.is_fact else steps.latest_fact()
    return decided, *steps.all[:-_REMEMBERED:-1], fact


def _key(decided: Decided | None) -> Hashable:
    if decided is None or not decided.is_fact:
        return decided and decided.meaning
    place = option_key(decided.place) if decided.place else None
    moment = option_key(decided.moment) if decided.moment else None
    return decided.meaning, decided.segment, place, moment
