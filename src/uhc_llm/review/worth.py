"""What looking is worth: how many errors are to be expected, and where a decision finds most."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from uhc_llm.recalibration import shifted
from uhc_llm.schemas import Verdict

__all__ = ["NUMBER", "Only", "Out", "decisions_until", "worth_of"]

NUMBER: Final = 0.4
"""How likely a number that the verifier asks about is a fact that nobody said."""

# Where nobody knows how likely a fact is right, and of what the verifier did not let pass.
_UNKNOWN: Final = {"verified": 0.05, "suspect": 0.5, "rejected": 0.05}
# To open an article and read it takes about as long as one decision.
_OPENING: Final = 1


class Out(NamedTuple):
    """A fact as it came out, as far as it matters where to look.

    Attributes:
        verdict: the verifier's.
        confidence: how likely it is right; None where that is not known.
        proposer: the model that said it; empty where the reader did.
        metric: what it measures.
        region: its name; empty for none.
        least: the field that is the least sure; empty where that is not known.
        feeds_panel: whether it says for one region and time what is reached among all members.
    """

    verdict: Verdict
    confidence: float | None
    proposer: str
    metric: str
    region: str
    least: str
    feeds_panel: bool

    def error(self, shift: float = 0.0) -> float:
        """How likely it stands wrongly among the results, or is wrongly left out of them."""
        if self.confidence is None or self.verdict == "rejected":
            return _UNKNOWN[self.verdict]
        return 1 - shifted(self.confidence, shift)


class Only(NamedTuple):
    """Which facts are looked for; what is empty may be anything."""

    metric: str = ""
    region: str = ""
    verdict: str = ""
    field: str = ""
    panel: bool = False

    def fits(self, fact: Out) -> bool:
        """Whether a fact is one of them."""
        return (
            self.metric in ("", fact.metric)
            and self.region in ("", fact.region)
            and self.verdict in ("", fact.verdict)
            and self.field in ("", fact.least)
            and (fact.feeds_panel or not self.panel)
        )


def worth_of(errors: Iterable[float]) -> float:
    """The most errors that are found for each decision in an article, the likeliest first.

    Args:
        errors: how likely each open item of the article is wrong.
    """
    found = accumulate(sorted(errors, reverse=True))
    return max((sum_ / (n + _OPENING) for n, sum_ in enumerate(found, start=1)), default=0.0)


def decisions_until(
    errors: Sequence[Iterable[float]], standing: int, goal: float
) -> tuple[float, int]:
    """How many errors are to be expected, and after how many decisions few enough are.

    Args:
        errors: for each article, in the order in which they are looked at, how likely each item
            that is looked at is wrong; and behind them what is not looked at.
        standing: how many facts there are.
        goal: the share of them that is to be right.
    """
    every = [error for article in errors for error in sorted(article, reverse=True)]
    left = total = sum(every)
    for done, error in enumerate(every):
        if left <= (1 - goal) * standing:
            return total, done
        left -= error
    return total, len(every)
