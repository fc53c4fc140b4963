"""How rules put into words what the text says."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from uhc_llm.schemas import Mention
from uhc_llm.verifier.claims import Claim

__all__ = ["ends", "format_number", "listed", "nearest", "place", "spans"]

_NEAREST: Final = 3
_LONGEST: Final = 40


def format_number(value: Decimal) -> str:
    """A number as Indonesian writes it, 1.034.331 and 84,33; in powers of ten beyond all reason."""
    if abs(value.adjusted()) > _LONGEST:
        return f"{value:E}"
    plain = f"{value.normalize():,f}" if value == value.to_integral_value() else f"{value:,f}"
    return plain.translate(str.maketrans(",.", ".,"))


def listed(mentions: Sequence[Mention]) -> str:
    """Numbers as the text has them, with their values."""
    return ", ".join(
        f"{m.text!r} ({ends(m.value, m.upper)} {m.unit or 'of nothing named'})" for m in mentions
    )


def ends(value: Decimal, upper: Decimal | None) -> str:
    """A number or both ends of a range."""
    return format_number(value) + ("" if upper is None else f" to {format_number(upper)}")


def spans(mentions: Sequence[Mention]) -> tuple[tuple[int, int], ...]:
    """Where numbers stand."""
    return tuple((mention.start, mention.end) for mention in mentions)


def nearest(value: Decimal, mentions: Sequence[Mention]) -> list[Mention]:
    """The few numbers whose values are nearest to `value`."""
    return sorted(mentions, key=lambda mention: abs(mention.value - value))[:_NEAREST]


def place(claim: Claim) -> tuple[tuple[int, int], ...]:
    """Where a fact stands: its number, else its quote."""
    if claim.mention is not None:
        return ((claim.mention.start, claim.mention.end),)
    return (claim.quote,) if claim.quote else ()
