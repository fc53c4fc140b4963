"""What a number means as it was read: each choice with its probability."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeVar, cast

from uhc_llm.reader.article import Around
from uhc_llm.reader.candidates import Moment, Place
from uhc_llm.reader.features.steps import Decided
from uhc_llm.schemas import METRICS, Mention, Metric, Segment, Status

__all__ = ["Interpretation", "Meaning", "ReadField", "Shares", "option_key", "ranked"]

_HALF: Final = 0.5
_TINY: Final = 1e-6
_T = TypeVar("_T")

ReadField = Literal["meaning", "segment", "place", "moment"]
Shares = tuple[tuple[_T, float], ...]
"""Choices with their probabilities, the likeliest first."""


class Meaning(NamedTuple):
    """What a number may mean: a metric and a status, or the kind of no fact."""

    metric: Metric | None
    status: Status | None
    kind: str | None

    @staticmethod
    def named(name: str) -> "Meaning":
        """The meaning of a name that the reader chooses from, such as "coverage_rate actual"."""
        return _named(name)


@lru_cache(maxsize=256)
def _named(name: str) -> Meaning:
    metric, _, status = name.partition(" ")
    if metric in METRICS:
        return Meaning(cast("Metric", metric), cast("Status", status), None)
    return Meaning(None, None, name)


class Interpretation(NamedTuple):
    """What one number means, each choice with its probability, the likeliest first.

    Attributes:
        around: the number, and what stands around it.
        meanings: metric and status, or the kind of no fact.
        segments: whose members, if it is a fact.
        places: whose it is.
        moments: of when.
    """

    around: Around
    meanings: Shares[str]
    segments: Shares[Segment]
    places: Shares[Place]
    moments: Shares[Moment]

    @property
    def mention(self) -> Mention:
        """The number."""
        return self.around.mention

    @property
    def name(self) -> str:
        """What it is taken to mean: the likeliest fact, or the likeliest kind of no fact.

        It is a fact where all that it may measure is together likelier than all that is none.
        """
        is_fact = self.likelihood >= _HALF
        fitting = (name for name, _ in self.meanings if bool(Meaning.named(name).metric) == is_fact)
        return next(fitting, self.meanings[0][0])

    @property
    def meaning(self) -> Meaning:
        """What it is taken to mean."""
        return Meaning.named(self.name)

    @property
    def fact(self) -> Meaning:
        """The likeliest of what it may measure, also where it is none."""
        return next(m for name, _ in self.meanings if (m := Meaning.named(name)).metric)

    def alternatives(self) -> "Iterator[Interpretation]":
        """The same with the next choice in place of the likeliest, of one after the other."""
        facts = [
            place for place, (name, _) in enumerate(self.meanings) if Meaning.named(name).metric
        ]
        if len(facts) > 1:
            yield self._replace(meanings=_exchanged(self.meanings, *facts[:2]))
        if len(self.segments) > 1:
            yield self._replace(segments=_exchanged(self.segments))
        if len(self.places) > 1:
            yield self._replace(places=_exchanged(self.places))
        if len(self.moments) > 1:
            yield self._replace(moments=_exchanged(self.moments))

    @property
    def decided(self) -> Decided:
        """What is decided of it, for what comes behind."""
        name = self.name
        if Meaning.named(name).metric is None:
            return Decided(self.around, name)
        return Decided(
            self.around, name, self.segments[0][0], self.places[0][0], self.moments[0][0]
        )

    def share_of_metric(self, metric: Metric) -> float:
        """How likely it is that the number measures that."""
        return sum(p for name, p in self.meanings if Meaning.named(name).metric == metric)

    def share_of_status(self, status: Status) -> float:
        """How likely the status is, if the number is a fact."""
        told = sum(p for name, p in self.meanings if Meaning.named(name).status == status)
        return told / max(self.likelihood, _TINY)

    def share_of_segment(self, segment: Segment) -> float:
        """How likely it is that those members are meant, if it is a fact."""
        return dict(self.segments).get(segment, 0.0)

    def share_of_region(self, code: str | None) -> float:
        """How likely it is that it is of a region, alone or with others, if it is a fact."""
        return sum(share for place, share in self.places if place.can_be(code))

    def share_of_year(self, year: str | None) -> float:
        """How likely it is that it is of some year, or of no time, if it is a fact."""
        return sum(p for moment, p in self.moments if (moment.iso or "")[:4] == (year or ""))

    @property
    def likelihood(self) -> float:
        """How likely it is that the number is a coverage fact."""
        return sum(share for name, share in self.meanings if Meaning.named(name).metric)


def _exchanged(shares: Shares[_T], one: int = 0, other: int = 1) -> Shares[_T]:
    """Two choices, each as likely as the other one was."""
    choices = [choice for choice, _ in shares]
    choices[one], choices[other] = choices[other], choices[one]
    return tuple((choice, share) for choice, (_, share) in zip(choices, shares, strict=True))


def option_key(option: Place | Moment) -> str:
    """What a place or a moment is called among the options of one number."""
    return "+".join(option.ids) if isinstance(option, Place) else str(option.iso)


def ranked(shares: Iterable[tuple[_T, float]]) -> Shares[_T]:
    """Choices with their shares of the whole, the likeliest first."""
    few = sorted(shares, key=lambda choice: -choice[1])
    whole = sum(share for _, share in few)
    return tuple((choice, share / whole) for choice, share in few)
