"""Choosing whose a number is, and of when: what each option has beside what was decided before."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from uhc_llm.reader.candidates import Moment, Place
from uhc_llm.reader.features.options import OptionFeatures
from uhc_llm.reader.features.steps import Steps
from uhc_llm.reader.interpretation import Shares, option_key, ranked
from uhc_llm.reader.scoring import Scorer, softmax

__all__ = ["Choosing"]

_Option = TypeVar("_Option", Place, Moment)


class Choosing(Generic[_Option]):
    """Tells how likely each option of one number is, on each way to it.

    What an option has whatever was decided before is looked at once for all ways.

    Args:
        scorer: of such options.
        features: what speaks for them.
    """

    def __init__(self, scorer: Scorer, features: OptionFeatures[_Option]) -> None:
        self._scorer: Final = scorer
        self._features: Final[OptionFeatures[_Option]] = features
        self._begun: Final[dict[Hashable, int]] = {}

    def among(self, options: Sequence[_Option], steps: Steps) -> Shares[_Option]:
        """Options with their probabilities, the likeliest first.

        Args:
            options: what is chosen from.
            steps: what was decided of the numbers before.
        """
        scores = [self._score(option, steps) for option in options]
        shares = softmax(scores, self._scorer.temperature)
        return ranked(zip(options, shares, strict=True))

    def reasons(
        self, options: Iterable[_Option], steps: Steps, chosen: str, other: str
    ) -> dict[str, float]:
        """How much each thing that was looked at speaks for one option rather than another.

        Args:
            options: what is chosen from.
            steps: what was decided of the numbers before.
            chosen: the key of one option.
            other: that of another one.
        """
        offered = {option_key(each): self._features.all_of(each, steps) for each in options}
        speaking = self._scorer.reasons(offered.get(chosen, ()), 0)
        for name, against in self._scorer.reasons(offered.get(other, ()), 0).items():
            speaking[name] = speaking.get(name, 0) - against
        return speaking

    def _score(self, option: _Option, steps: Steps) -> float:
        place = option.place_in_text
        if place not in self._begun:
            self._begun[place] = self._scorer.begin(self._features.of(option))
        return self._scorer.scores(self._features.after(option, steps), self._begun[place])[0]
