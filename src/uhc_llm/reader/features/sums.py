"""How a number stands to those around it: a share of them, their whole, what is left."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from uhc_llm.reader.article import Article
from uhc_llm.schemas import Mention

__all__ = ["sum_features"]

_REACH: Final = 12
_LEAST: Final = 100
_MOST: Final = 60


def sum_features(article: Article) -> Mapping[str, frozenset[str]]:
    """For each number, by its id, what it is in the sums of its text.

    "1.312.405 dari 1.405.980 jiwa atau 93,34 persen": a part, a whole, and their share. Each number
    is tried with those few that stand before and behind it.
    """
    numbers = [around.mention for around in article.numbers][:_MOST]
    found: dict[str, set[str]] = {}
    for place, share in enumerate(numbers):
        if share.unit == "percent" and share.upper is None and 0 < share.value < 100:  # noqa: PLR2004
            near = numbers[max(0, place - _REACH) : place + _REACH]
            for part, whole, is_rest in _shares(share, near):
                name = "missing share" if is_rest else "share"
                found.setdefault(share.id, set()).add(f"sum: {name}")
                found.setdefault(part.id, set()).add(f"sum: part with {name}")
                found.setdefault(whole.id, set()).add("sum: whole")
    for one, two, whole in _wholes(numbers):
        for part in (one, two):
            found.setdefault(part.id, set()).add("sum: term")
        found.setdefault(whole.id, set()).add("sum: total")
    for share, rest in _complements(numbers):
        for each in (share, rest):
            found.setdefault(each.id, set()).add("sum: complement")
    return {id_: frozenset(names) for id_, names in found.items()}


def _shares(share: Mention, near: Sequence[Mention]) -> Iterator[tuple[Mention, Mention, bool]]:
    """The parts and wholes of which a percentage is the share, or what lacks to it."""
    people = [m for m in near if m.unit == "people" and m.value >= _LEAST and m.upper is None]
    margin = share.resolution * Decimal("0.75") / 100
    told = share.value / 100
    for part in people:
        for whole in people:
            if part.value >= whole.value:
                continue
            exact = part.value / whole.value
            slack = margin + exact * (part.resolution / part.value + whole.resolution / whole.value)
            if slack > Decimal("0.02"):
                continue
            if abs(exact - told) <= slack:
                yield part, whole, False
            elif abs(1 - exact - told) <= slack:
                yield part, whole, True


def _wholes(numbers: Sequence[Mention]) -> Iterator[tuple[Mention, Mention, Mention]]:
    """Numbers of people of which two make a third."""
    people = [m for m in numbers if m.unit == "people" and m.value >= _LEAST and m.resolution == 1]
    for place, one in enumerate(people):
        near = people[place + 1 : place + 6]
        values = {m.value: m for m in people[max(0, place - 5) : place + 6]}
        for two in near:
            if whole := values.get(one.value + two.value):
                yield one, two, whole


def _complements(numbers: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Percentages near each other that make a hundred."""
    shares = [m for m in numbers if m.unit == "percent" and m.value % 1]
    for place, one in enumerate(shares):
        for two in shares[place + 1 : place + 4]:
            if one.value + two.value == 100:  # noqa: PLR2004 - all of them
                yield one, two
