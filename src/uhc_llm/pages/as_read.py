"""What a page says of how a fact was read: how likely each field is, and what decided it."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from uhc_llm.language import _, current, period
from uhc_llm.pages.telling import anew
from uhc_llm.schemas import Fact, FieldReading, Reason
from uhc_llm.wording import region_name, spoken

__all__ = ["ReadField", "as_read", "in_100"]

Likelihood = Literal["doubtful", "likely", "sure"]
"""What is doubtful is told without being asked for; of what is sure nothing else is told."""

_DOUBTFUL: Final = 0.9
_SURE: Final = 0.995
_LEAST_TOLD: Final = 0.02
_WHOLE: Final = 100
_MOST_REASONS: Final = 4
# What a page calls a field, where that is not its name.
_LABELS: Final = {"segment": "members"}


class ReadField(NamedTuple):
    """One field of a fact, as a page tells how it was read.

    Attributes:
        label: what the field is called.
        said: what the fact says in it.
        likely: how likely that is, as `in_100` says it.
        likelihood: the same in a word.
        instead: the next choice; empty where it is next to none.
        instead_likely: how likely that is.
        reasons: what decided it, the strongest first.
    """

    label: str
    said: str
    likely: str
    likelihood: Likelihood
    instead: str
    instead_likely: str
    reasons: tuple[Reason, ...]


def in_100(share: float) -> str:
    """A probability as so many cases out of a hundred; nothing that was read has all of them.

    >>> in_100(0.824), in_100(0.9996), in_100(0.0004)
    ('82 in 100', 'over 99 in 100', 'under 1 in 100')
    """
    if share >= _SURE:
        return _("over 99 in 100")
    if share < 1 - _SURE:
        return _("under 1 in 100")
    return _("{n} in 100", n=round(share * _WHOLE))


def _likelihood(share: float) -> Likelihood:
    if share < _DOUBTFUL:
        return "doubtful"
    return "sure" if share >= _SURE else "likely"


def as_read(fact: Fact, said: Fact | None = None) -> list[ReadField]:
    """How a fact was read, field by field; nothing of one that was not.

    Args:
        fact: as it stands.
        said: as it came out. What was read of a field that somebody has corrected since was read
            of what stood there before, and is left out.
    """
    return list(_fields(fact.reading, fact, said or fact))


def _fields(reading: Iterable[FieldReading], fact: Fact, said: Fact) -> Iterator[ReadField]:
    for read in reading:
        words = _words(fact, read.field)
        if words != _words(said, read.field):
            continue
        other = read.instead_probability or 0
        is_told = read.instead is not None and other >= _LEAST_TOLD
        yield ReadField(
            label=spoken(_LABELS.get(read.field, read.field)),
            said=words,
            likely=in_100(read.probability),
            likelihood=_likelihood(read.probability),
            instead=_instead(read) if is_told else "",
            instead_likely=in_100(other) if is_told else "",
            reasons=read.reasons[:_MOST_REASONS],
        )


def _instead(read: FieldReading) -> str:
    """The next choice in words."""
    said = read.instead or ""
    return spoken(said) if current() == "en" else anew("value", said)


def _words(fact: Fact, field: str) -> str:
    """What a fact says in a field."""
    words = {
        "metric": spoken(fact.metric),
        "status": spoken(fact.status) if fact.status else _("not said"),
        "segment": spoken(fact.segment or "all"),
        "region": region_name(fact.region) if fact.region else _("not said"),
        "period": period(fact.period.iso) if fact.period else _("not said"),
    }
    return words[field]
