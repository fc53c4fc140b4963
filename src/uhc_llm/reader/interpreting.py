"""Reading: what each number of a text means, and of whom and when, each with a probability.

The order is that of the text: what was decided of a number speaks for what the next one means.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeVar, cast

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.candidates import Moment, Named, Place, moments, named, places
from uhc_llm.reader.cells import CellReading, read_cell
from uhc_llm.reader.features.groups import group_features
from uhc_llm.reader.features.layout import layout_features
from uhc_llm.reader.features.numbers import number_features
from uhc_llm.reader.features.places import PlaceFeatures
from uhc_llm.reader.features.steps import Decided, Steps, step_features
from uhc_llm.reader.features.sums import sum_features
from uhc_llm.reader.features.times import MomentFeatures
from uhc_llm.reader.features.topic import topic_features
from uhc_llm.reader.features.wording import word_features
from uhc_llm.reader.scoring import Scorer, softmax
from uhc_llm.reader.weights import Weights, load_weights
from uhc_llm.schemas import METRICS, Mention, Metric, Reading, Segment, Status, Unit

__all__ = [
    "OFF_TOPIC", "Interpretation", "Meaning", "ReadField", "Sight",
    "Understanding", "interpret", "option_key",
]  # fmt: skip

_TOPIC_STEPS: Final = (0.02, 0.1, 0.3, 0.6, 0.9)
OFF_TOPIC: Final = 0.27
"""A text that speaks of coverage less likely than this is taken to be on other matters."""
SURELY_OFF_TOPIC: Final = 0.15
"""A text below this is not shown to a model that would be paid for it."""

# What is said of a region in words alone stands in a text as a rate does.
_IN_WORDS: Final = "coverage_rate actual"
_AIMED_IN_WORDS: Final = "coverage_rate target"
_HALF: Final = 0.5
# Below this a number is read no further.
_LEAST: Final = 0.02
# How often an exact rule for tables is right: 97 in 100 heads that it is sure of.
_SURE: Final = 0.97
_TINY: Final = 1e-6
ReadField = Literal["meaning", "segment", "place", "moment"]
_T = TypeVar("_T")


class Meaning(NamedTuple):
    """What a number may mean: a metric and a status, or the kind of no fact."""

    metric: Metric | None
    status: Status | None
    kind: str | None

    @classmethod
    def named(cls, name: str) -> "Meaning":
        """The meaning of a name that the reader chooses from, such as "coverage_rate actual"."""
        metric, _, status = name.partition(" ")
        if metric in METRICS:
            return cls(cast("Metric", metric), cast("Status", status), None)
        return cls(None, None, name)


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
    meanings: tuple[tuple[str, float], ...]
    segments: tuple[tuple[Segment, float], ...]
    places: tuple[tuple[Place, float], ...]
    moments: tuple[tuple[Moment, float], ...]

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


def topic_steps(topic: float, unit: Unit | None) -> tuple[str, str]:
    """How likely it is that a text speaks of coverage, as features of a number in it."""
    step = sum(topic >= each for each in _TOPIC_STEPS)
    return f"topic {step}", f"topic {step}, {unit}"


class Sight:
    """A text with all that is looked at in it; the features of each choice are worked out here.

    Args:
        reading: the text, scanned.
    """

    def __init__(self, reading: Reading) -> None:
        self.article: Final = Article(reading)
        self.names: Final[Named] = named(self.article)

    @cached_property
    def topic(self) -> frozenset[str]:
        """What tells what the text is about."""
        return frozenset(topic_features(self.article))

    @cached_property
    def sums(self) -> Mapping[str, frozenset[str]]:
        """What each number is in the sums of the text."""
        return sum_features(self.article)

    def own(self, around: Around) -> list[str]:
        """What does not depend on what was decided before."""
        return [
            *number_features(around),
            *word_features(self.article, around),
            *layout_features(self.article, around),
            *self.sums.get(around.mention.id, ()),
        ]

    def meaning(self, around: Around, own: Iterable[str], steps: Steps) -> list[str]:
        """What speaks for each meaning of a number, without the topic of its text."""
        return [*own, *step_features(self.article, self.names, around, steps)]

    def segment(self, around: Around, own: Iterable[str], meaning: str, steps: Steps) -> list[str]:
        """What speaks for each group of members."""
        return [*own, *group_features(self.article, around, meaning, steps)]

    def places(
        self, around: Around, meaning: str, steps: Steps
    ) -> Iterator[tuple[Place, list[str]]]:
        """The places that a number can be of, each with what speaks for it."""
        few = (each.place for each in (steps.last(around), steps.latest_fact()) if each)
        offered = places(self.article, self.names, around, (each for each in few if each))
        features = PlaceFeatures(self.article, self.names, around, meaning, steps)
        for place in offered:
            yield place, list(features.of(place))

    def moments(
        self, around: Around, meaning: str, steps: Steps
    ) -> Iterator[tuple[Moment, list[str]]]:
        """The times that a number can be of, each with what speaks for it."""
        few = (each.moment for each in (steps.last(around), steps.latest_fact()) if each)
        offered = moments(self.article, self.names, around, (each for each in few if each))
        features = MomentFeatures(self.article, self.names, around, meaning, steps)
        for moment in offered:
            yield moment, list(features.of(moment))


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
        steps = Steps()
        self.numbers: Final = tuple(self._number(each, steps) for each in sight.article.numbers)

    @property
    def reading(self) -> Reading:
        """The text, scanned."""
        return self.sight.article.reading

    @cached_property
    def by_id(self) -> Mapping[str, Interpretation]:
        """What numbers mean, by their ids."""
        return {each.mention.id: each for each in self.numbers}

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
        steps = Steps()
        for each in self.numbers[: self.numbers.index(read)]:
            steps.add(each.decided)
        own = sight.own(around)
        meaning = next(name for name, _ in read.meanings if Meaning.named(name).metric)
        if field in ("place", "moment"):
            offered = (
                {option_key(p): few for p, few in sight.places(around, meaning, steps)}
                if field == "place"
                else {option_key(m): few for m, few in sight.moments(around, meaning, steps)}
            )
            scorer = weights.place if field == "place" else weights.moment
            one = scorer.reasons(offered.get(chosen, ()), 0)
            two = scorer.reasons(offered.get(other, ()), 0)
            return {
                name: one.get(name, 0) - two.get(name, 0) for name in dict.fromkeys([*one, *two])
            }
        if field == "segment":
            scorer, features = weights.segment, sight.segment(around, own, meaning, steps)
        else:
            features = [
                *sight.meaning(around, own, steps),
                *topic_steps(self.topic, around.mention.unit),
            ]
            scorer = weights.meaning
        return scorer.reasons(features, scorer.choices.index(chosen), scorer.choices.index(other))

    def whose(self, term: Mention) -> tuple[tuple[Place, float], ...]:
        """Whose something is that is said in words: the places, the likeliest first."""
        around = self.sight.article.around(term)
        return rank_options(self._weights.place, self.sight.places(around, _IN_WORDS, Steps()))

    def when(self, term: Mention, *, is_aim: bool) -> tuple[tuple[Moment, float], ...]:
        """Of when something is that is said in words, the likeliest first."""
        around = self.sight.article.around(term)
        meaning = _AIMED_IN_WORDS if is_aim else _IN_WORDS
        return rank_options(self._weights.moment, self.sight.moments(around, meaning, Steps()))

    def _number(self, around: Around, steps: Steps) -> Interpretation:
        sight = self.sight
        told = None
        if around.cell is not None:
            told = read_cell(sight.article.reading, around.mention, around.cell)
        own = sight.own(around)
        features = [
            *sight.meaning(around, own, steps),
            *topic_steps(self.topic, around.mention.unit),
        ]
        shares = self._weights.meaning.probabilities(features)
        meanings = _as_told(
            _ranked(
                (name, share) for name, share in shares.items() if _fits(name, around.mention.unit)
            ),
            told,
        )
        fact = next(name for name, _ in meanings if Meaning.named(name).metric)
        found = Interpretation(around, meanings, (), (), ())
        if found.likelihood >= _LEAST:
            found = self._of_fact(around, own, fact, told, steps)._replace(meanings=meanings)
        steps.add(found.decided)
        return found

    def _of_fact(
        self,
        around: Around,
        own: Sequence[str],
        meaning: str,
        told: CellReading | None,
        steps: Steps,
    ) -> Interpretation:
        """What else is said of a number if it means that."""
        sight, weights = self.sight, self._weights
        segments = weights.segment.probabilities(sight.segment(around, own, meaning, steps))
        whose = rank_options(weights.place, sight.places(around, meaning, steps))
        when = rank_options(weights.moment, sight.moments(around, meaning, steps))
        groups = _ranked((cast("Segment", name), share) for name, share in segments.items())
        if told is not None:
            groups = _sure(groups, lambda segment: segment == told.segment)
            whose = _sure(whose, lambda place: _is_of_row(place, told))
            when = _sure(when, lambda moment: _is_of_column(moment, told, meaning))
        return Interpretation(
            around=around,
            meanings=((meaning, 1.0),),
            segments=groups,
            places=whose,
            moments=when,
        )


def option_key(option: Place | Moment) -> str:
    """What a place or a moment is called among the options of one number."""
    return "+".join(option.ids) if isinstance(option, Place) else str(option.iso)


def interpret(reading: Reading, *, weights: Weights | None = None) -> Understanding:
    """Read what each number of a text means that may be a coverage fact.

    Args:
        reading: the text, scanned.
        weights: those that are learned; None are those of the package.
    """
    return Understanding(Sight(reading), weights or load_weights())


def rank_options(
    scorer: Scorer, options: Iterable[tuple[_T, list[str]]]
) -> tuple[tuple[_T, float], ...]:
    """Options with their probabilities, the likeliest first.

    Args:
        scorer: of such options.
        options: each with what speaks for it.
    """
    offered = list(options)
    shares = softmax([scorer.scores(few)[0] for _, few in offered], scorer.temperature)
    return _ranked(zip((option for option, _ in offered), shares, strict=True))


def _as_told(
    meanings: tuple[tuple[str, float], ...], told: CellReading | None
) -> tuple[tuple[str, float], ...]:
    """The meanings as the head of a table says them, where it says one for sure."""
    is_sure = told is not None and (told.is_nothing or bool(told.metrics and not told.doubt))
    if told is None or not is_sure:
        return meanings
    wanted = None if told.is_nothing else told.metrics[0]
    meanings = _sure(meanings, lambda name: Meaning.named(name).metric == wanted)
    if wanted is not None and told.status is not None:
        said = f"{wanted} {told.status}"
        meanings = _sure(meanings, lambda name: name == said)
    return meanings


def _is_of_row(place: Place, told: CellReading) -> bool:
    if told.regions:
        return place.ids == (told.regions[0].id,)
    return told.names_unknown and not place.regions


def _is_of_column(moment: Moment, told: CellReading, meaning: str) -> bool:
    if told.is_of_sentence and meaning.endswith("target"):
        return False  # "per Januari 2024" is no year to aim at
    return bool(told.periods) and moment.iso == told.periods[0].iso


def _sure(
    choices: tuple[tuple[_T, float], ...], is_told: Callable[[_T], bool]
) -> tuple[tuple[_T, float], ...]:
    """Choices of which an exact rule tells the right ones, as sure as these rules are."""
    told = sum(share for choice, share in choices if is_told(choice))
    if not any(is_told(choice) for choice, _ in choices) or told >= _SURE:
        return choices
    right, wrong = _SURE / max(told, _TINY), (1 - _SURE) / max(1 - told, _TINY)
    return _ranked(
        (choice, max(share, _TINY) * (right if is_told(choice) else wrong))
        for choice, share in choices
    )


def _fits(name: str, unit: Unit | None) -> bool:
    metric = Meaning.named(name).metric
    return metric is None or unit is None or METRICS[metric].unit == unit


def _ranked(shares: Iterable[tuple[_T, float]]) -> tuple[tuple[_T, float], ...]:
    """Choices with their shares of the whole, the likeliest first."""
    few = sorted(shares, key=lambda choice: -choice[1])
    whole = sum(share for _, share in few)
    return tuple((choice, share / whole) for choice, share in few)
