"""Which said fact stands for which true one: those of one number, the most alike first."""

from collections.abc import Sequence
from typing import NamedTuple

from uhc_llm.evaluation.gold import LabelledFact

__all__ = ["Pair", "pair_facts"]


class Pair(NamedTuple):
    """A true fact and the one that was said of its number; None where there is none."""

    gold: LabelledFact | None
    said: LabelledFact | None


def pair_facts(gold: Sequence[LabelledFact], said: Sequence[LabelledFact]) -> list[Pair]:
    """Pair each true fact with the said one that has its number and is most like it.

    Returns:
        A pair for each true fact, in order, then one for each that was said besides. A range that
        was said may stand for both of its ends.
    """
    alike = sorted(
        (-_likeness(true, claimed), t, s)
        for t, true in enumerate(gold)
        for s, claimed in enumerate(said)
        if true.unit == claimed.unit and set(true.ends) & set(claimed.ends)
    )
    taken: dict[int, int] = {}
    used: dict[int, int] = {}
    for _, t, s in alike:
        if t not in taken and used.get(s, 0) < len(said[s].ends):
            taken[t] = s
            used[s] = used.get(s, 0) + 1
    pairs = [Pair(true, said[taken[t]] if t in taken else None) for t, true in enumerate(gold)]
    return [*pairs, *(Pair(None, claimed) for s, claimed in enumerate(said) if s not in used)]


def _likeness(true: LabelledFact, said: LabelledFact) -> int:
    parts = (
        true.metric == said.metric,
        true.status == said.status,
        true.region_code is None or true.region_code == said.region_code,
        true.year == said.year,
        (true.segment or "all") == (said.segment or "all"),
    )
    return sum(weight for weight, is_same in zip((16, 8, 4, 2, 1), parts, strict=True) if is_same)
