"""How the values of a cell differ: in rounding, in the day, in what a share is of, or really."""

from datetime import date
from typing import Final, Literal

from uhc_llm.panel.choosing import Chosen, Lost, Option
from uhc_llm.panel.periods import day_of
from uhc_llm.panel.sources import denominator_of, register_of

__all__ = ["KINDS", "Difference", "difference_of", "kind_of"]

Difference = Literal["one", "same", "rounded", "dated", "denominator", "revised", "conflict"]
"""How the values of a cell differ."""

KINDS: Final[dict[Difference, str]] = {
    "one": "one report alone says it",
    "same": "all say the same",
    "rounded": "some say it less exactly",
    "dated": "they are of other days of the time",
    "denominator": "the shares are of members and of the population, or of two counts of it",
    "revised": "a later article replaces what was said before",
    "conflict": "sources disagree",
}
"""In words, from the least to the most serious."""


def kind_of(chosen: Chosen) -> Difference:
    """The most serious way in which the values of a cell differ."""
    if not chosen.lost:
        return "one" if chosen.option.reports == 1 else "same"
    order = list(KINDS)
    return max((difference_of(chosen, lost) for lost in chosen.lost), key=order.index)


def difference_of(chosen: Chosen, lost: Lost) -> Difference:
    """How a value that was not chosen differs from the one that was."""
    best, other = chosen.option, lost.option
    if other.rounds(best) or best.rounds(other):
        return "rounded"
    if lost.rule == "revised":
        return "revised"
    exact = [each for each in chosen.lost if other.rounds(each.option)]
    if exact:  # it differs as that one does
        return difference_of(chosen, exact[0])
    if _measures(best) != _measures(other):
        return "denominator"
    if best.month and other.month and best.month != other.month:
        return "dated"
    return "dated" if _are_of_other_days(best, other) else "conflict"


def _are_of_other_days(best: Option, other: Option) -> bool:
    if (said := _days(other)) and said.isdisjoint(_days(best)):
        return True
    return bool(best.days and other.days) and best.days.isdisjoint(other.days)


def _measures(option: Option) -> tuple[object, object]:
    """What the shares are of, and by whose count; what nobody says is what is usual."""
    of = {denominator_of(seen) for seen in option.seen} - {None, "unknown"}
    counts = {register_of(seen) for seen in option.seen} - {None}
    return (min(map(str, of), default="members"), min(map(str, counts), default="civil_registry"))


def _days(option: Option) -> set[date | None]:
    """The days that a value is said of; nothing where it is of a month or a year."""
    days = {day_of(seen.period) for seen in option.seen if seen.is_own_date}
    return days - {None}
