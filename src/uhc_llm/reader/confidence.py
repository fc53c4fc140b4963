"""How likely a fact is right, in each of its fields and in all, as far as the text was read.

The reader's own probabilities are too bold: a choice that no label ever contradicted is not certain
to be right, and what is wrong once is mostly wrong several times in a text. So they are weighed, by
trees that were fitted to articles which the reader had not seen (`tools/training/confidence.py`),
as one thing tells more where another is so or so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import exp, log, log1p
from typing import Final, NamedTuple

from uhc_llm.reader.candidates import Place
from uhc_llm.reader.interpretation import Interpretation
from uhc_llm.reader.trees import Trees
from uhc_llm.schemas import Metric, Segment, Status

__all__ = [
    "FIELDS",
    "SEEN",
    "SPEAKING_FOR",
    "UNSAID",
    "Confidence",
    "Read",
    "Said",
    "Told",
    "Weights",
    "confidence_of",
    "said_by",
    "seen_of",
]

FIELDS: Final = ("metric", "status", "segment", "region", "period", "whole")
"""What of a fact may be right or wrong; the whole is right where every field is."""
SEEN: Final = (
    "metric and status", "metric", "status", "segment", "region", "period", "all of them",
    "metric and status, alone", "region, alone", "period, alone", "any fact", "topic",
    "words never learned", "ease of the text", "numbers in the text", "in a table", "in a list",
    "no region", "no period", "some members alone", "the same of another value",
    "facts of the region", "facts of the year", "unnamed region", "letters to the region",
    "size of the number", "words of the sentence", "words of its own before it",
)  # fmt: skip
"""What tells how likely that is; of probabilities the logits."""
SPEAKING_FOR: Final = SEEN[: SEEN.index("words never learned")]
"""Those of which more makes no fact less likely."""

# What is likelier than this, either way, says no more.
_LIKELIEST: Final = 0.999
_MOST: Final = 30.0


Weights = Mapping[str, Trees]
"""What was fitted: of each of `FIELDS` the trees."""

UNSAID: Final = ""
"""What stands for a region or a year of which a fact says nothing."""


class Said(NamedTuple):
    """What a fact says of its number beside the value.

    Attributes:
        metric: what the number measures.
        status: whether it is reached or aimed at; None where it says neither.
        segment: whose members; None where it does not say.
        region: the code of a region; None says that it is of none that has one, `UNSAID` nothing.
        year: of its period; None says that it has none, `UNSAID` nothing.
    """

    metric: Metric
    status: Status | None
    segment: Segment | None
    region: str | None
    year: str | None


def said_by(read: Interpretation) -> Said:
    """What a number says as it is read, if it is a fact."""
    fact, place = read.fact, read.places[0][0]
    assert fact.metric is not None  # noqa: S101 - so chosen
    region = next(iter(_codes(place)), None)
    return Said(fact.metric, fact.status, read.segments[0][0], region, _year(read))


class Confidence(NamedTuple):
    """How likely each field of a fact is right, and the whole, from 0 to 1."""

    metric: float
    status: float
    segment: float
    region: float
    period: float
    whole: float


def confidence_of(weights: Weights, seen: Sequence[float]) -> Confidence:
    """How likely a fact is right.

    Args:
        weights: those that were fitted.
        seen: what tells it, as `seen_of` gives it.
    """
    sure = Confidence(*(_share(weights[field].score(seen)) for field in FIELDS))
    # Each has trees of its own; but a status is right with its metric, the whole with each field.
    return sure._replace(status=min(sure.metric, sure.status), whole=min(sure))


def _share(score: float) -> float:
    return 1 / (1 + exp(-min(max(score, -_MOST), _MOST)))


class Told:
    """What a text tells in all, as it was read.

    Args:
        topic: how likely it is that it speaks of coverage.
        strangeness: the share of its words of which nothing was learned.
        numbers: its numbers.
    """

    def __init__(self, topic: float, strangeness: float, numbers: Sequence[Interpretation]) -> None:
        self.topic: Final = topic
        self.strangeness: Final = strangeness
        self.numbers: Final = numbers

    @cached_property
    def ease(self) -> float:
        """How sure the reader is of what its numbers mean, on the average."""
        return sum(each.meanings[0][1] for each in self.numbers) / len(self.numbers)

    @cached_property
    def facts(self) -> Sequence[Interpretation]:
        """The numbers that are taken for facts."""
        return [each for each in self.numbers if each.meaning.metric and each.places]

    @cached_property
    def regions(self) -> Counter[str | None]:
        """How many facts may be of each region, by its code."""
        return Counter(code for fact in self.facts for code in _codes(fact.places[0][0]))

    @cached_property
    def years(self) -> Counter[str | None]:
        """How many facts are of each year."""
        return Counter(_year(fact) for fact in self.facts)

    def of_other_value(self, number: Interpretation, said: Said) -> int:
        """How many facts say another value of the same metric, status and region."""
        same = said.metric, said.status, _region_of(number, said)
        values = self._values.get(same, Counter())
        return self._told_of[same] - values[number.mention.value]

    @cached_property
    def _told_of(self) -> Counter[tuple[object, ...]]:
        """How many facts say anything of a metric, status and region."""
        return Counter({same: values.total() for same, values in self._values.items()})

    @cached_property
    def _values(self) -> Mapping[tuple[object, ...], Counter[object]]:
        found: dict[tuple[object, ...], Counter[object]] = {}
        for fact in self.facts:
            metric, status, _ = fact.meaning
            for code in _codes(fact.places[0][0]):
                for told in (status, None):
                    of_it = found.setdefault((metric, told, code), Counter())
                    of_it[fact.mention.value] += 1
        return found


class Read(NamedTuple):
    """A number as it was read in its text.

    Attributes:
        text: what that tells in all.
        number: this one, behind what was decided of those before it.
        alone: the same, read as though nothing had been decided before: a second opinion, which
            does not go wrong with the first number of a list.
    """

    text: Told
    number: Interpretation
    alone: Interpretation


def seen_of(read: Read, said: Said) -> tuple[float, ...]:
    """What tells how likely a fact is right, in the order of `SEEN`.

    Args:
        read: its number as it was read.
        said: what the fact says.
    """
    found = (*_likely(read, said), *_odd(read, said), *_of_others(read, said), *_near(read, said))
    return tuple(found)


def _likely(read: Read, said: Said) -> Iterator[float]:
    """How likely what is said was held to be."""
    number, alone = read.number, read.alone
    meaning = number.share_of_metric(said.metric)
    status = 1.0 if said.status is None else number.share_of_status(said.status)
    both = _share_of_meaning(number, said)
    segment = 1.0 if said.segment is None else number.share_of_segment(said.segment)
    region, period = _share_of_region(number, said), _share_of_year(number, said)
    yield from map(_logit, (both, meaning, status, segment, region, period))
    yield _logit(both * segment * region * period)
    yield _logit(_share_of_meaning(alone, said))
    yield _logit(_share_of_region(alone, said))
    yield _logit(_share_of_year(alone, said))
    yield _logit(number.likelihood)
    yield _logit(read.text.topic)


def _odd(read: Read, said: Said) -> Iterator[float]:
    """What is less usual in the text, or is not said."""
    text, around = read.text, read.number.around
    yield text.strangeness
    yield text.ease
    yield log1p(len(text.numbers))
    yield float(around.in_table)
    yield float(around.cell is not None and not around.in_table)
    yield float(said.region is None)
    yield float(said.year is None)
    yield float(said.segment not in (None, "all"))


def _of_others(read: Read, said: Said) -> Iterator[float]:
    """What the other facts of the text say."""
    text, facts = read.text, max(len(read.text.facts), 1)
    yield log1p(text.of_other_value(read.number, said))
    yield text.regions[_region_of(read.number, said)] / facts
    yield text.years[_year_of(read.number, said)] / facts


def _near(read: Read, said: Said) -> Iterator[float]:
    """The number, and what stands near it."""
    number, around = read.number, read.number.around
    code = _region_of(number, said)
    named = next((r for p, _ in number.places if p.can_be(code) for r in p.regions), None)
    is_unnamed = named is not None and named.start == named.end
    yield float(is_unnamed)
    if named is None or is_unnamed:
        yield -1.0
    else:
        yield log1p(abs(named.start - around.mention.start))
    yield log1p(abs(float(around.mention.value)))
    yield log1p(around.end - around.begin)
    yield log1p(around.at - around.left)


def _region_of(number: Interpretation, said: Said) -> str | None:
    """The region that a fact says; of one that says nothing of it the likeliest."""
    if said.region != UNSAID:
        return said.region
    return next(iter(_codes(number.places[0][0])), None) if number.places else None


def _year_of(number: Interpretation, said: Said) -> str | None:
    if said.year != UNSAID:
        return said.year
    return _year(number) if number.moments else None


def _codes(place: Place) -> tuple[str | None, ...]:
    """The codes of the regions of a place; of none None."""
    return tuple(dict.fromkeys(region.code for region in place.regions)) or (None,)


def _year(number: Interpretation) -> str | None:
    return (number.moments[0][0].iso or "")[:4] or None


def _share_of_meaning(read: Interpretation, said: Said) -> float:
    if said.status is None:
        return read.share_of_metric(said.metric)
    return dict(read.meanings).get(f"{said.metric} {said.status}", 0.0)


def _share_of_region(read: Interpretation, said: Said) -> float:
    return 1.0 if said.region == UNSAID else read.share_of_region(said.region)


def _share_of_year(read: Interpretation, said: Said) -> float:
    return 1.0 if said.year == UNSAID else read.share_of_year(said.year)


def _logit(share: float) -> float:
    share = min(max(share, 1 - _LIKELIEST), _LIKELIEST)
    return log(share / (1 - share))
