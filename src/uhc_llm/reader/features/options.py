"""What the choice of a region and that of a period have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Final, Generic, TypeVar

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.candidates import Moment, Named, Place, fills
from uhc_llm.reader.features.steps import Steps
from uhc_llm.schemas import PeriodMention, RegionMention, Span

__all__ = ["OptionFeatures", "how_far", "numbers_among"]

_STEPS: Final = (0, 1, 2, 3, 5, 8, 12, 20)
_UNITS: Final = frozenset(("percent", "people", "rupiah", "regions", "number", "households"))
_T = TypeVar("_T", RegionMention, PeriodMention)
_Option = TypeVar("_Option", Place, Moment)


class OptionFeatures(ABC, Generic[_Option]):
    """Tells what speaks for what one number can be of, among that which its text offers.

    Args:
        article: the text.
        names: what it names.
        around: what stands around the number.
        meaning: what was decided that it means, metric and status.
    """

    SENSES: ClassVar[frozenset[str]] = frozenset()
    """The senses near a number that say something of the choice."""

    def __init__(self, article: Article, names: Named, around: Around, meaning: str) -> None:
        self._article: Final = article
        self._names: Final = names
        self._around: Final = around
        self._meaning: Final = meaning
        self._metric, _, self._status = meaning.partition(" ")
        self._sense: Final = article.senses_among(self.SENSES, around.left, around.right)

    @abstractmethod
    def of(self, option: _Option) -> Iterator[str]:
        """What speaks for an option, or against it, whatever was decided before."""

    @abstractmethod
    def after(self, option: _Option, steps: Steps) -> Iterator[str]:
        """What the numbers before say of an option.

        Args:
            option: what this number can be of.
            steps: what was decided of them.
        """

    def all_of(self, option: _Option, steps: Steps) -> list[str]:
        """All that speaks for an option, or against it, behind what was decided."""
        return [*self.of(option), *self.after(option, steps)]

    def _words_between(self, index: int) -> Sequence[str]:
        """The words between one at an index and the number."""
        first, last = sorted((index, self._around.at))
        return self._article.words.forms[first + 1 : last]

    def _in_cell(
        self, within: Callable[[Span], Sequence[_T]], is_it: Callable[[_T], bool]
    ) -> str | None:
        """Which part of the number's table or list names an option, if it stands in one.

        Args:
            within: what of its sort a stretch of the text names.
            is_it: whether that is the option.
        """
        cell = self._around.cell
        if cell is None:
            return None
        form = cell.table.form
        parts = (("row", cell.names), ("head", cell.heads), ("title", cell.table.titles))
        for where, spans in parts:
            for span in spans:
                named = within(span)
                if any(map(is_it, named)):
                    whole = (
                        ""
                        if where != "row" or fills(self._article.reading.text, span, named)
                        else ", in part"
                    )
                    others = "" if len(named) == 1 else ", with others"
                    return f"in the {where} of a {form}{whole}{others}"
        return f"not in the {form}"


def how_far(between: Sequence[str]) -> str:
    """How many words stand between, as a step."""
    return str(next((step for step in _STEPS if len(between) <= step), "far"))


def numbers_among(words: Sequence[str]) -> int:
    """How many numbers stand among some words; more than two are two."""
    return min(sum(form[0] == "#" and form[1:] in _UNITS for form in words), 2)
