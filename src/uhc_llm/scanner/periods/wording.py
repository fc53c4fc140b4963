"""A period as its words give it, and the tokens that are read for one."""

from bisect import bisect_left
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from uhc_llm.scanner.periods.words import Fraction, Phrases, Unit, Which
from uhc_llm.scanner.tokens import Token
from uhc_llm.schemas import PartOfPeriod

__all__ = ["NOTHING", "Read", "Step", "Wording", "Words", "iso_day"]


class Step(NamedTuple):
    """A number of units from the article's date, or from the period that was said last."""

    unit: Unit | Fraction | Literal["weekday"]
    number: int
    is_from_said: bool = False


class Wording(NamedTuple):
    """A period as its words give it; what they leave open is None.

    Attributes:
        start: offset of the first character.
        end: offset behind the last one.
        year: the year that is written.
        month: the month, if one is named.
        day: the day of the month.
        fraction: a half or a quarter of the year, as ISO has it here (S1, Q3).
        part: early, middle or late.
        weekday: the weekday named with the date, Monday being 0.
        step: the period is relative.
        which: which of several such months or days is meant.
        years_on: how many years from that of the article ("Desember tahun lalu").
        is_footer: the year of a copyright line.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    fraction: str | None = None
    part: PartOfPeriod | None = None
    weekday: int | None = None
    step: Step | None = None
    which: Which | None = None
    years_on: int | None = None
    is_footer: bool = False

    @property
    def has_open_year(self) -> bool:
        """Whether a month, a day or a part of a year stands without its year."""
        return self.year is None and (self.month is not None or self.fraction is not None)


class Words(NamedTuple):
    """A text with an empty token behind its last one (and so before its first)."""

    text: str
    folded: str
    tokens: tuple[Token, ...]

    def gap(self, index: int) -> str:
        """What stands between the token at `index` and the one before."""
        return self.folded[self.tokens[index - 1].end : self.tokens[index].start]

    def index_at(self, offset: int) -> int:
        """The index of the first token that begins at `offset` or behind it."""
        return bisect_left(self.tokens, (offset,))

    def follows(self, index: int) -> bool:
        """Whether nothing but white space is between the token at `index` and the one before."""
        tokens = self.tokens
        return self.folded[tokens[index - 1][1] : tokens[index][0]].isspace()

    def phrase(self, index: int, phrases: Phrases[Any]) -> tuple[str, int] | None:
        """The longest of `phrases` that begins with the token at `index`, and the index behind."""
        longest, words = None, self.tokens[index][2]
        while self.follows(index):
            index += 1
            if words in phrases:
                longest = (words, index)
            if words not in phrases.beginnings:
                break
            words = f"{words} {self.tokens[index][2]}"
        return longest


Read = tuple[list[Wording], int]
"""What was read, and the index of the token behind it."""

NOTHING: Final[list[Wording]] = []


def iso_day(year: int, month: int, day: int) -> str | None:
    """A day as ISO writes it; None if there is no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
