"""How likely a fact is right, in each of its fields and in all, as far as the text was read.

The reader's own probabilities are too bold: a choice that no label ever contradicted is not certain
to be right, and what is wrong once is mostly wrong several times in a text. So they are weighed, by
weights that were fitted to articles which the reader had not seen (`tools/training/confidence.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from math import exp, log, log1p
from typing import Final, NamedTuple

from uhc_llm.reader.interpretation import Interpretation
from uhc_llm.schemas import Metric, Segment, Status

__all__ = ["FIELDS", "SEEN", "UNSAID", "Confidence", "Read", "Said", "confidence_of", "seen_of"]

FIELDS: Final = ("metric", "status", "segment", "region", "period", "whole")
"""What of a fact may be right or wrong; the whole is right where every field is."""
SEEN: Final = (
    "metric and status", "metric", "status", "segment", "region", "period", "all of them",
    "metric and status, alone", "region, alone", "period, alone", "any fact", "topic",
    "words never learned", "ease of the text", "numbers in the text", "in a table", "in a list",
    "no region", "no period", "some members alone",
)  # fmt: skip
"""What tells how likely that is; of probabilities the logits."""

# What is likelier than this, either way, says no more.
_LIKELIEST: Final = 0.999
_MOST: Final = 30.0

Weights = Mapping[str, Sequence[float]]
"""For each field what it is without all that is seen, and what each of `SEEN` adds to it."""


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
    return Confidence(*(_share(weights[field], seen) for field in FIELDS))


def _share(weights: Sequence[float], seen: Sequence[float]) -> float:
    score = weights[0] + sum(w * each for w, each in zip(weights[1:], seen, strict=True))
    return 1 / (1 + exp(-min(max(score, -_MOST), _MOST)))


class Read(NamedTuple):
    """A number as it was read in its text.

    Attributes:
        topic: how likely it is that the text speaks of coverage.
        strangeness: the share of its words of which nothing was learned.
        numbers: all numbers of the text.
        number: this one, behind what was decided of those before it.
        alone: the same, read as though nothing had been decided before: a second opinion, which
            does not go wrong with the first number of a list.
    """

    topic: float
    strangeness: float
    numbers: Sequence[Interpretation]
    number: Interpretation
    alone: Interpretation


def seen_of(text: Read, said: Said) -> tuple[float, ...]:
    """What tells how likely a fact is right, in the order of `SEEN`.

    Args:
        text: its number as it was read.
        said: what the fact says.
    """
    return tuple(_seen(text, said))


def _seen(text: Read, said: Said) -> Iterator[float]:
    read, alone = text.number, text.alone
    meaning = read.share_of_metric(said.metric)
    status = 1.0 if said.status is None else read.share_of_status(said.status)
    both = _share_of_meaning(read, said)
    segment = 1.0 if said.segment is None else read.share_of_segment(said.segment)
    region, period = _share_of_region(read, said), _share_of_year(read, said)
    yield from map(_logit, (both, meaning, status, segment, region, period))
    yield _logit(both * segment * region * period)
    yield _logit(_share_of_meaning(alone, said))
    yield _logit(_share_of_region(alone, said))
    yield _logit(_share_of_year(alone, said))
    yield _logit(read.likelihood)
    yield _logit(text.topic)
    yield text.strangeness
    yield sum(each.meanings[0][1] for each in text.numbers) / len(text.numbers)
    yield log1p(len(text.numbers))
    yield float(read.around.in_table)
    yield float(read.around.cell is not None and not read.around.in_table)
    yield float(said.region is None)
    yield float(said.year is None)
    yield float(said.segment not in (None, "all"))


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
