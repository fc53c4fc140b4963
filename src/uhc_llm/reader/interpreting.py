"""Reading: what each number of a text means, and of whom and when, each with a probability.

The order is that of the text: what was decided of a number speaks for what the next one means, on
each of the ways of reading that are open (`paths`).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple, TypeVar, cast

from uhc_llm.reader.article import Around
from uhc_llm.reader.candidates import Moment, Place
from uhc_llm.reader.cells import read_cell
from uhc_llm.reader.cells.told import told_meanings, told_moments, told_places, told_segments
from uhc_llm.reader.choosing import Choosing
from uhc_llm.reader.confidence import (
    Confidence,
    Read,
    Said,
    Told,
    confidence_of,
    said_by,
    seen_of,
)
from uhc_llm.reader.features.steps import Decided, Steps
from uhc_llm.reader.interpretation import (
    Interpretation,
    Meaning,
    ReadField,
    Shares,
    option_key,
    ranked,
)
from uhc_llm.reader.paths import Path, Turn, go_on, likeliest, mixed
from uhc_llm.reader.scoring import softmax
from uhc_llm.reader.sight import Sight, topic_steps
from uhc_llm.reader.weights import Weights, load_weights
from uhc_llm.schemas import METRICS, Mention, Reading, Segment, Unit

__all__ = ["OFF_TOPIC", "Understanding", "interpret"]

OFF_TOPIC: Final = 0.27
"""A text that speaks of coverage less likely than this is taken to be on other matters."""
SURELY_OFF_TOPIC: Final = 0.15
"""A text below this is not shown to a model that would be paid for it."""

# What is said of a region in words alone stands in a text as a rate does.
_IN_WORDS: Final = "coverage_rate actual"
_AIMED_IN_WORDS: Final = "coverage_rate target"
# Of two things that cannot both be right the other one is clearly likelier only below this.
_DECIDED: Final = 0.45
_CLEARLY: Final = 0.1
# Below this a number is read no further.
_LEAST: Final = 0.02
# From which probability on a choice makes a way of its own, and how many of one number may.
_FORK: Final = 0.1
_MEANINGS: Final = 3
_FORK_OF_OPTIONS: Final = 0.2
_OPTIONS: Final = 2
_T = TypeVar("_T")


class Understanding:
    """What a text says, as far as it was learned to read such texts.

    Args:
        sight: the text with all that is looked at in it.
        weights: what was learned.

    Attributes:
        topic: how likely it is that the text speaks of coverage.
        numbers: what each number means that may be a fact, in the text's order.
    """

    def __init__(self, sight: Sight, weights: Weights) -> None:
        self.sight: Final = sight
        self._weights: Final = weights
        self.topic: Final = weights.topic.probabilities(sight.topic)["coverage"]
        self._looks: Final = {
            around.mention.id: _Number(sight, weights, self.topic, around)
            for around in sight.article.numbers
        }
        self.numbers: Final = tuple(self._numbers())
        self._read_alone: Final[dict[str, Interpretation]] = {}

    @property
    def reading(self) -> Reading:
        """The text, scanned."""
        return self.sight.article.reading

    @cached_property
    def by_id(self) -> Mapping[str, Interpretation]:
        """What numbers mean, by their ids."""
        return {each.mention.id: each for each in self.numbers}

    @cached_property
    def reconsidered(self) -> tuple[Interpretation, ...]:
        """What each number means; another choice where that is clearly likelier to be right.

        It was chosen number by number, and is judged once more by all that the text tells.
        """
        return tuple(map(self._reconsidered, self.numbers))

    @cached_property
    def strangeness(self) -> float:
        """The share of its words that no labelled article has."""
        return self._weights.topic.unknown(self.sight.words)

    @property
    def is_off_topic(self) -> bool:
        """Whether the text is on other matters than coverage."""
        return self.topic < OFF_TOPIC

    @property
    def is_surely_off_topic(self) -> bool:
        """Whether that is so likely that no model need be asked."""
        return self.topic < SURELY_OFF_TOPIC

    def reasons(
        self, read: Interpretation, field: ReadField, chosen: str, other: str
    ) -> dict[str, float]:
        """How much each thing that was looked at speaks for one choice rather than another.

        Args:
            read: the number.
            field: what was chosen.
            chosen: one choice: a name, or of places and moments the key of `option_key`.
            other: another one.
        """
        sight, around, weights = self.sight, read.around, self._weights
        steps = self.steps_to(read)
        own = sight.own(around)
        meaning = _likeliest_fact(read.meanings)
        if field == "place":
            of_places = Choosing(weights.place, sight.of_places(around, meaning))
            return of_places.reasons(sight.places(around, steps), steps, chosen, other)
        if field == "moment":
            of_moments = Choosing(weights.moment, sight.of_moments(around, meaning))
            return of_moments.reasons(sight.moments(around, steps), steps, chosen, other)
        if field == "segment":
            scorer, features = weights.segment, [*own, *sight.segment(around, meaning, steps)]
        else:
            topic = topic_steps(self.topic, around.mention.unit)
            scorer, features = weights.meaning, [*own, *sight.meaning(around, steps), *topic]
        return scorer.reasons(features, scorer.choices.index(chosen), scorer.choices.index(other))

    def confidence(self, read: Interpretation, said: Said) -> Confidence | None:
        """How likely what a fact says of a number is right; None where that was not learned.

        Args:
            read: the number.
            said: what the fact says of it.
        """
        learned = self._weights.learned.confidence
        return confidence_of(learned, self.seen(read, said)) if learned else None

    def _reconsidered(self, read: Interpretation) -> Interpretation:
        if read.meaning.metric is None or not read.places:
            return read
        sure = self.confidence(read, said_by(read))
        if sure is None or sure.whole >= _DECIDED:
            return read
        best, most = read, sure.whole + _CLEARLY
        for other in read.alternatives():
            sure = self.confidence(read, said_by(other))
            if sure is not None and sure.whole > most:
                best, most = other, sure.whole
        return best

    def seen(self, read: Interpretation, said: Said) -> tuple[float, ...]:
        """What tells how likely what a fact says of a number is right."""
        return seen_of(Read(self._told, read, self._alone(read)), said)

    @cached_property
    def _told(self) -> Told:
        return Told(self.topic, self.strangeness, self.numbers)

    def _alone(self, read: Interpretation) -> Interpretation:
        """A number as it reads without what was decided before it."""
        id_ = read.mention.id
        if id_ not in self._read_alone:
            self._read_alone[id_] = self._looks[id_].alone(_likeliest_fact(read.meanings))
        return self._read_alone[id_]

    def steps_to(self, read: Interpretation) -> Steps:
        """What is decided of the numbers before one."""
        steps = Steps()
        for each in self.numbers[: self.numbers.index(read)]:
            steps.add(each.decided)
        return steps

    def whose(self, term: Mention) -> Shares[Place]:
        """Whose something is that is said in words: the places, the likeliest first."""
        around = self.sight.article.around(term)
        of_places = Choosing(self._weights.place, self.sight.of_places(around, _IN_WORDS))
        return of_places.among(self.sight.places(around, Steps()), Steps())

    def when(self, term: Mention, *, is_aim: bool) -> Shares[Moment]:
        """Of when something is that is said in words, the likeliest first."""
        around = self.sight.article.around(term)
        meaning = _AIMED_IN_WORDS if is_aim else _IN_WORDS
        of_moments = Choosing(self._weights.moment, self.sight.of_moments(around, meaning))
        return of_moments.among(self.sight.moments(around, Steps()), Steps())

    def _numbers(self) -> Iterator[Interpretation]:
        """Each number as it is read on all ways to it."""
        paths = [Path(1.0, Steps())]
        for number in self._looks.values():
            yield number.on(paths)
            paths = go_on(turn for path in paths for turn in number.turns(path))


class _Number:
    """One number, as it is read behind what was decided before.

    Args:
        sight: the text with all that is looked at in it.
        weights: what was learned.
        topic: how likely it is that the text speaks of coverage.
        around: the number.
    """

    def __init__(self, sight: Sight, weights: Weights, topic: float, around: Around) -> None:
        self._sight: Final = sight
        self._weights: Final = weights
        self._around: Final = around
        self._own: Final = sight.own(around)
        # What all ways to the number have in common is summed up once.
        self._begun: Final = weights.meaning.begin(
            [*self._own, *topic_steps(topic, around.mention.unit)]
        )
        cell = around.cell
        self._told: Final = cell and read_cell(sight.article.reading, around.mention, cell)
        self._meanings_on: Final[dict[Path, Shares[str]]] = {}
        self._rest_on: Final[dict[tuple[Path, str], _Rest]] = {}
        self._choosing_by: Final[dict[str, tuple[Choosing[Place], Choosing[Moment]]]] = {}

    def on(self, paths: Sequence[Path]) -> Interpretation:
        """What it means on all paths together."""
        meanings = mixed(((path.share, self._meanings(path)) for path in paths), str)
        found = Interpretation(self._around, meanings, (), (), ())
        if found.likelihood < _LEAST:
            return found
        fact = _likeliest_fact(meanings)
        shares = [path.share * dict(self._meanings(path))[fact] for path in paths]
        rest = [self._rest(path, fact) for path in paths]
        return found._replace(
            segments=mixed(zip(shares, (r.segments for r in rest), strict=True), str),
            places=mixed(zip(shares, (r.places for r in rest), strict=True), option_key),
            moments=mixed(zip(shares, (r.moments for r in rest), strict=True), option_key),
        )

    def alone(self, fact: str) -> Interpretation:
        """What it means as though nothing had been decided before; the rest if it means a fact."""
        path = Path(1.0, Steps())
        rest = self._rest(path, fact)
        return Interpretation(
            self._around, self._meanings(path), rest.segments, rest.places, rest.moments
        )

    def turns(self, path: Path) -> Iterator[Turn]:
        """The ways that go on from a path."""
        for meaning, share in likeliest(self._meanings(path), _FORK, _MEANINGS):
            if Meaning.named(meaning).metric is None:
                yield Turn(path.share * share, path, Decided(self._around, meaning))
                continue
            rest = self._rest(path, meaning)
            segment = rest.segments[0][0]
            for place, here in likeliest(rest.places, _FORK_OF_OPTIONS, _OPTIONS):
                for moment, then in likeliest(rest.moments, _FORK_OF_OPTIONS, _OPTIONS):
                    decided = Decided(self._around, meaning, segment, place, moment)
                    yield Turn(path.share * share * here * then, path, decided)

    @cached_property
    def _begun_of_segment(self) -> int:
        return self._weights.segment.begin(self._own)

    def _meanings(self, path: Path) -> Shares[str]:
        """What it may mean behind what is decided on a path."""
        if path not in self._meanings_on:
            self._meanings_on[path] = self._read_meanings(path)
        return self._meanings_on[path]

    def _rest(self, path: Path, meaning: str) -> "_Rest":
        """What else is said of it if it means that."""
        if (path, meaning) not in self._rest_on:
            self._rest_on[path, meaning] = self._read_rest(path, meaning)
        return self._rest_on[path, meaning]

    def _read_meanings(self, path: Path) -> Shares[str]:
        scorer, features = self._weights.meaning, self._sight.meaning(self._around, path.steps)
        scores = scorer.scores(features, self._begun)
        fitting = _fitting(scorer.choices, self._around.mention.unit)
        shares = softmax([scores[place] for place in fitting], scorer.temperature)
        meanings = ranked(zip((scorer.choices[place] for place in fitting), shares, strict=True))
        return told_meanings(meanings, self._told)

    def _read_rest(self, path: Path, meaning: str) -> "_Rest":
        sight, weights, around, steps = self._sight, self._weights, self._around, path.steps
        groups = sight.segment(around, meaning, steps)
        segments = weights.segment.probabilities(groups, self._begun_of_segment)
        named = ranked((cast("Segment", name), share) for name, share in segments.items())
        of_places, of_moments = self._choosing(meaning)
        places = of_places.among(sight.places(around, steps), steps)
        moments = of_moments.among(sight.moments(around, steps), steps)
        return _Rest(
            told_segments(named, self._told),
            told_places(places, self._told),
            told_moments(moments, self._told, meaning),
        )

    def _choosing(self, meaning: str) -> tuple[Choosing[Place], Choosing[Moment]]:
        """What chooses whose it is and of when if it means that, the same on all ways to it."""
        if meaning not in self._choosing_by:
            sight, weights, around = self._sight, self._weights, self._around
            self._choosing_by[meaning] = (
                Choosing(weights.place, sight.of_places(around, meaning)),
                Choosing(weights.moment, sight.of_moments(around, meaning)),
            )
        return self._choosing_by[meaning]


class _Rest(NamedTuple):
    """What is said of a fact beside its meaning."""

    segments: Shares[Segment]
    places: Shares[Place]
    moments: Shares[Moment]


def interpret(reading: Reading, *, weights: Weights | None = None) -> Understanding:
    """Read what each number of a text means that may be a coverage fact.

    Args:
        reading: the text, scanned.
        weights: those that are learned; None are those of the package.
    """
    return Understanding(Sight(reading), weights or load_weights())


def _likeliest_fact(meanings: Shares[str]) -> str:
    return next(name for name, _ in meanings if Meaning.named(name).metric)


@lru_cache(maxsize=64)
def _fitting(choices: Sequence[str], unit: Unit | None) -> Sequence[int]:
    """Which of the meanings a number of some unit may have; all, where it has none."""
    metrics = [Meaning.named(name).metric for name in choices]
    return [
        place
        for place, metric in enumerate(metrics)
        if metric is None or unit is None or METRICS[metric].unit == unit
    ]
