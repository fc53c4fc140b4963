"""What a number means as far as the words say, and what was read before it."""

from collections.abc import Mapping
from typing import Final, NamedTuple, Self

from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.schemas import Mention, Metric, Segment, Status, Unit

__all__ = ["MISSING_AS", "Context", "Meaning"]

MISSING_AS: Final[Mapping[Unit | None, Metric]] = {
    "people": "uninsured",
    "percent": "uninsured_rate",
}
"""What those who are not insured are counted as."""


class Meaning(NamedTuple):
    """What the words say of one number, of each the likeliest first.

    Attributes:
        mention: the number.
        at: the words that belong to it.
        metrics: what it can measure.
        statuses: whether it is reached or aimed at.
        segments: whose members it counts.
        is_cued: whether a word of its own speaks of coverage.
        is_silent: whether neither its own words nor the number before it say what it measures: the
            metrics are those that are usual.
        is_nothing: whether the words say that it is no coverage fact.
        is_threshold: whether it is what UHC asks of any region.
    """

    mention: Mention
    at: Window
    metrics: tuple[Metric, ...]
    statuses: tuple[Status, ...]
    segments: tuple[Segment, ...]
    is_cued: bool
    is_silent: bool
    is_nothing: bool
    is_threshold: bool


class Context(NamedTuple):
    """What was read before a number.

    Attributes:
        last: the number before it, if it stands in the same sentence.
        missing: the last number of those who are not insured.
        active: the last rate of active members, unless another rate came since.
        people: the number before it, wherever that stands, if it counts people.
        grouped: the last number that counts or pays for a group of members.
        counted: the last number of regions in the same sentence.
    """

    last: Meaning | None = None
    missing: Mention | None = None
    active: Mention | None = None
    people: Meaning | None = None
    grouped: Meaning | None = None
    counted: Mention | None = None

    def before(self, start: int) -> Self:
        """What of it holds in a sentence that begins at `start`."""
        if self.last and self.last.mention.start < start:
            return self._replace(last=None, counted=None)
        return self

    def then(self, meaning: Meaning) -> Self:
        """What is known when one more number was read."""
        mention = meaning.mention
        missing = None if meaning.is_cued else self.missing
        if meaning.metrics[:1] == (MISSING_AS.get(mention.unit),) and not meaning.is_nothing:
            missing = mention
        return self._replace(
            last=meaning,
            missing=missing,
            active=self._active(meaning),
            people=meaning if mention.unit == "people" else None,
            grouped=self.grouped if meaning.segments[0] == "all" else meaning,
            counted=mention if mention.unit == "regions" else self.counted,
        )

    def _active(self, meaning: Meaning) -> Mention | None:
        if meaning.mention.unit != "percent" or meaning.is_nothing:
            return self.active
        if meaning.metrics[:1] == ("active_rate",):
            return meaning.mention
        return None if meaning.is_cued else self.active
