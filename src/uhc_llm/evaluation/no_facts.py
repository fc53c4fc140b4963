"""What numbers that are no facts really are: which were said as facts, and do people agree."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from uhc_llm.evaluation.gold import LabelledFact, NoFact
from uhc_llm.scanner import scan
from uhc_llm.schemas import Unit

__all__ = ["kinds_agreed", "kinds_said"]

Number = tuple[Decimal, Unit | None]


def kinds_said(
    no_facts: Sequence[NoFact], gold: Sequence[LabelledFact], said: Sequence[LabelledFact]
) -> tuple[Counter[str], Counter[str]]:
    """Of the numbers of one article that are no facts, how many were said as facts, by kind.

    A number that is a fact elsewhere in the article is left out: which of the two was said, its
    value does not tell.

    Returns:
        How many of each kind were said, and how many there are.
    """
    true, claimed = set(_numbers_of(gold)), set(_numbers_of(said))
    words = {_folded(fact.mention) for fact in said if fact.mention}
    said_as_facts: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for each in no_facts:
        numbers = set(_numbers_in(each.mention))
        if _meet(numbers, true):
            continue
        there[each.kind] += 1
        is_said = _meet(numbers, claimed) if numbers else _folded(each.mention) in words
        said_as_facts[each.kind] += is_said
    return said_as_facts, there


def kinds_agreed(one: Iterable[NoFact], other: Iterable[NoFact]) -> Counter[tuple[str, str]]:
    """How often two annotators call one number of an article what.

    Numbers are paired by their words; of words that both have several times, those of one kind
    first.

    Returns:
        Counts of pairs of kinds; a number that only one of the two has is in none.
    """
    first, second = _by_words(one), _by_words(other)
    pairs: Counter[tuple[str, str]] = Counter()
    for words in first.keys() & second.keys():
        same = first[words] & second[words]
        pairs.update({(kind, kind): count for kind, count in same.items()})
        rest = (sorted((kinds[words] - same).elements()) for kinds in (first, second))
        pairs.update(zip(*rest, strict=False))
    return pairs


def _by_words(no_facts: Iterable[NoFact]) -> dict[str, Counter[str]]:
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in no_facts:
        kinds[_folded(each.mention)][each.kind] += 1
    return kinds


def _numbers_of(facts: Iterable[LabelledFact]) -> Iterator[Number]:
    for fact in facts:
        for value in fact.ends:
            yield value.normalize(), fact.unit


def _numbers_in(mention: str) -> Iterator[Number]:
    """The numbers in the words of one, with every value that they can mean."""
    for found in scan(mention).mentions:
        if found.kind == "quantity":
            unit = found.unit if found.says_unit else None
            for value in (found.value, found.upper, *found.readings):
                if value is not None:
                    yield value.normalize(), unit


def _meet(numbers: Iterable[Number], facts: set[Number]) -> bool:
    """Whether one of the numbers is that of a fact.

    One without a unit may be of any but percent, which is never left unsaid.
    """
    unsaid = {value for value, unit in facts if unit != "percent"}
    return any(
        (value, unit) in facts or (unit is None and value in unsaid) for value, unit in numbers
    )


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())
