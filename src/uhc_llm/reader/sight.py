"""All that is looked at in a text, worked out for each choice of each number."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.candidates import Moment, Named, Place, moments, named, places
from uhc_llm.reader.features.groups import group_features
from uhc_llm.reader.features.layout import layout_features
from uhc_llm.reader.features.numbers import number_features
from uhc_llm.reader.features.places import PlaceFeatures
from uhc_llm.reader.features.steps import Steps, step_features
from uhc_llm.reader.features.sums import sum_features
from uhc_llm.reader.features.times import MomentFeatures
from uhc_llm.reader.features.topic import WORD, topic_features
from uhc_llm.reader.features.wording import word_features
from uhc_llm.schemas import Reading, Unit

__all__ = ["Sight", "topic_steps"]

_TOPIC_STEPS: Final = (0.02, 0.1, 0.3, 0.6, 0.9)


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

    @property
    def words(self) -> list[str]:
        """Of these its words, without their place or sense."""
        return [name for name in self.topic if name.startswith(WORD)]

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

    def meaning(self, around: Around, steps: Steps) -> list[str]:
        """What speaks for each meaning of a number, beside its own and the topic of its text."""
        return list(step_features(self.article, self.names, around, steps))

    def segment(self, around: Around, meaning: str, steps: Steps) -> list[str]:
        """What speaks for each group of members, beside its own."""
        return list(group_features(self.article, around, meaning, steps))

    def places(self, around: Around, steps: Steps) -> list[Place]:
        """The places that a number can be of."""
        few = (each.place for each in (steps.last(around), steps.latest_fact()) if each)
        return places(self.article, self.names, around, filter(None, few))

    def moments(self, around: Around, steps: Steps) -> list[Moment]:
        """The times that a number can be of."""
        few = (each.moment for each in (steps.last(around), steps.latest_fact()) if each)
        return moments(self.article, self.names, around, filter(None, few))

    def of_places(self, around: Around, meaning: str) -> PlaceFeatures:
        """What speaks for each place, if that is what a number means."""
        return PlaceFeatures(self.article, self.names, around, meaning)

    def of_moments(self, around: Around, meaning: str) -> MomentFeatures:
        """What speaks for each time, if that is what a number means."""
        return MomentFeatures(self.article, self.names, around, meaning)
