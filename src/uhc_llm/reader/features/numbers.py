"""What a number itself shows: its unit, its noun, its size and how it is written."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from uhc_llm.reader.article import Around
from uhc_llm.reader.words import stem
from uhc_llm.schemas import Mention

__all__ = ["ROUND", "number_features", "size"]

_STEPS: Final = tuple(
    map(Decimal, ("0", "1", "3", "5", "10", "20", "35", "50", "65", "75", "80", "85", "90", "95"))
)
_TOP: Final = tuple(map(Decimal, ("98", "98.6", "100", "100.01", "200")))
ROUND: Final = frozenset(map(Decimal, (60, 70, 75, 80, 85, 90, 95, 97, 98, 99, 100)))


def size(mention: Mention) -> str:
    """About how large a number is: a step of percentages, else its power of ten.

    >>> size(Mention(id="n1", text="97%", start=0, end=3, value=Decimal(97), unit="percent"))
    '95'
    """
    value = abs(mention.value)
    if mention.unit == "percent" or (mention.unit is None and value <= 100):  # noqa: PLR2004
        return str(max((step for step in (*_STEPS, *_TOP) if step <= value), default=Decimal(0)))
    if mention.unit == "regions":
        return str(min(int(value), 40) if value < 1000 else 1000)  # noqa: PLR2004
    if not value:
        return "0"
    half = "5" if value >= 5 * Decimal(10) ** value.adjusted() else "1"
    return f"{half}e{min(value.adjusted(), 15)}"


def number_features(around: Around) -> Iterator[str]:
    """What a number itself shows."""
    mention = around.mention
    unit = mention.unit
    yield f"unit {unit}"
    yield f"{unit} of size {size(mention)}"
    if mention.noun:
        for word in mention.noun.lower().split():
            yield f"noun {stem(word)}"
        yield f"noun {mention.noun.lower()}"
    else:
        yield f"{unit} without noun"
    if mention.qualifier != "exact":
        yield mention.qualifier
    if mention.upper is not None:
        yield "range"
    if unit in ("percent", None):
        yield "decimals" if mention.value % 1 else "no decimals"
        if mention.value in ROUND:
            yield f"exactly {mention.value:f}"
    elif mention.value % 1000:
        yield f"{unit} to the unit"
    if mention.resolution > 1:
        yield f"{unit} in scale words"
    for flag in mention.flags:
        yield f"flag {flag}"
