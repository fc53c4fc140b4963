"""What is learned from: each choice of each labelled number, and what speaks for it."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Final, NamedTuple, TypeVar

from tools.training.labels import Label, labels_of
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.reader.article import Around
from uhc_llm.reader.candidates import Moment, Place
from uhc_llm.reader.features.options import OptionFeatures
from uhc_llm.reader.features.steps import Decided, Steps
from uhc_llm.reader.sight import Sight
from uhc_llm.scanner import scan_plain
from uhc_llm.schemas import Segment

__all__ = ["Choice", "Example", "LabelledArticle", "Options", "read_article"]

_WITHOUT_STEPS: Final = 0.35


class Choice(NamedTuple):
    """One choice among classes: the features, and which class is right."""

    features: list[str]
    right: str


_Option = TypeVar("_Option", Place, Moment)


class Options(NamedTuple):
    """One choice among what a text offers: each option's features, and which is right."""

    features: list[list[str]]
    right: int


class Example(NamedTuple):
    """A labelled number.

    Attributes:
        around: the number.
        label: what it is.
        meaning: what speaks for its meaning, without the topic of the text.
        segment: whose members, if it is a fact.
        place: whose it is, if it is a fact and the text offers that.
        moment: of when, likewise.
    """

    around: Around
    label: Label
    meaning: list[str]
    segment: Choice | None = None
    place: Options | None = None
    moment: Options | None = None


class LabelledArticle(NamedTuple):
    """An article to learn from.

    Attributes:
        gold: it and its labels.
        topic: what tells what it is about.
        numbers: its labelled numbers.
    """

    gold: GoldArticle
    topic: Sequence[str]
    numbers: Sequence[Example]

    @property
    def is_on_topic(self) -> bool:
        """Whether it states any fact on coverage."""
        return bool(self.gold.facts)


def read_article(gold: GoldArticle) -> LabelledArticle:
    """Work out what is learned from one article."""
    reading = scan_plain(gold.text, published=gold.published).reading
    sight = Sight(reading)
    examples = _examples(sight, labels_of(gold, sight.article), Random(gold.id))  # noqa: S311
    return LabelledArticle(gold, sorted(sight.topic), list(examples))


def _examples(sight: Sight, labels: Mapping[str, Label], chance: Random) -> Iterator[Example]:
    """What is learned from each number, behind the true readings of those before it.

    Some are learned as though nothing were decided before: what is decided in reading may be wrong,
    and should not outweigh the words.
    """
    steps = Steps()
    for around in sight.article.numbers:
        label = labels.get(around.mention.id)
        if label is not None:
            known = Steps() if chance.random() < _WITHOUT_STEPS else steps
            example, decided = _example(sight, around, label, known)
            yield example
            steps.add(decided)


def _example(sight: Sight, around: Around, label: Label, steps: Steps) -> tuple[Example, Decided]:
    """What is learned from a number, and what is decided of it."""
    own = sight.own(around)
    meaning = [*own, *sight.meaning(around, steps)]
    name = label.meaning
    if not label.facts:
        return Example(around, label, meaning), Decided(around, name)
    segment: Segment = label.facts[0].segment or "all"
    places, moments = sight.places(around, steps), sight.moments(around, steps)
    place = _right_place(places, label.facts)
    moment = _right_moment(moments, label.facts[0].period)
    example = Example(
        around=around,
        label=label,
        meaning=meaning,
        segment=Choice([*own, *sight.segment(around, name, steps)], segment),
        place=_options(sight.of_places(around, name), places, place, steps),
        moment=_options(sight.of_moments(around, name), moments, moment, steps),
    )
    decided = Decided(
        around,
        name,
        segment,
        places[place] if place is not None else None,
        moments[moment] if moment is not None else None,
    )
    return example, decided


def _options(
    features: OptionFeatures[_Option], offered: Sequence[_Option], right: int | None, steps: Steps
) -> Options | None:
    if right is None:
        return None
    return Options([features.all_of(each, steps) for each in offered], right)


def _right_place(offered: Sequence[Place], facts: Sequence[LabelledFact]) -> int | None:
    """The place that the facts of a number are of; None where the text does not offer it."""
    wanted = {fact.region_code for fact in facts}
    if wanted == {None}:
        return _right_area(offered, facts)
    if None in wanted:
        return None
    for at, place in enumerate(offered):
        codes = [{r.code, *(c.code for c in r.candidates)} for r in place.regions]
        if len(codes) == len(wanted) and all(any(w in few for few in codes) for w in wanted):
            return at
    return None


def _right_area(offered: Sequence[Place], facts: Sequence[LabelledFact]) -> int | None:
    """The area without a code that facts are of: that of the name, else nobody."""
    name = (facts[0].region or "").lower()
    for at, place in enumerate(offered):
        if len(place.regions) == 1 and place.regions[0].code is None:
            words = place.regions[0].name.lower().split()
            if name and words and words[-1] in name.split():
                return at
    return next(at for at, place in enumerate(offered) if not place.regions)


def _right_moment(offered: Sequence[Moment], period: str | None) -> int | None:
    """The time that a fact is of: the very period, else one of its year."""
    isos = [moment.iso for moment in offered]
    if period in isos:
        return isos.index(period)
    if period is None:
        return None
    same = [at for at, iso in enumerate(isos) if iso is not None and iso[:4] == period[:4]]
    return same[0] if same else None
