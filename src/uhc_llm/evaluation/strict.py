"""The last three levels taken at their word: that very place, and that very time.

    place    meaning, and the same place, also where it has no code
    time     and the same period, as exact as gold has it
    full     and the same segment

The five levels of `scoring` let any region pass where gold has no code, and look at years alone.
Here an area without a code is right by its name (`places`), and a period that is said more coarsely
or more finely than gold has it is wrong.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Literal, get_args

from uhc_llm.evaluation.gold import LabelledFact
from uhc_llm.evaluation.places import is_unnamed, place_of
from uhc_llm.evaluation.scoring import Score

__all__ = ["SLIPS", "STRICT_LEVELS", "Slip", "StrictLevel", "score_strictly", "slips_of"]

StrictLevel = Literal["place", "time", "full"]
STRICT_LEVELS: Final[tuple[StrictLevel, ...]] = get_args(StrictLevel)

Slip = Literal["coarser", "finer", "other"]
SLIPS: Final[tuple[Slip, ...]] = get_args(Slip)
"""How a period of the right year may be wrong: 2024 for 2024-05, the reverse, or another month."""

Key = tuple[object, ...]
_MEANING: Final = 4
_PARTS: Final[Mapping[StrictLevel, int]] = {"place": 5, "time": 6, "full": 7}
_PRECISIONS: Final[Mapping[int, int]] = {4: 0, 7: 2, 10: 3}
"""How fine a period is, by its length; a semester or a quarter lies between year and month."""


def score_strictly(
    gold: Sequence[LabelledFact], said: Sequence[LabelledFact]
) -> dict[StrictLevel, Score]:
    """The strict score of one article at each of `STRICT_LEVELS`."""
    wild = _unnamed(gold)
    true, claimed = _keys(gold, wild), _keys(said, wild)
    return {level: _score(true, claimed, parts) for level, parts in _PARTS.items()}


def slips_of(gold: Sequence[LabelledFact], said: Sequence[LabelledFact]) -> Counter[Slip]:
    """How many true facts are right up to the year, and not in how exact their period is.

    What is counted once here is one key of the strict level `time`.
    """
    wild = _unnamed(gold)
    cut = _PARTS["time"]
    true = {key[:cut] for key in _keys(gold, wild)}
    claimed = {key[:cut] for key in _keys(said, wild)}
    slips: Counter[Slip] = Counter()
    for *place, period in true - claimed:
        kinds = {
            _slip(str(period), str(other))
            for *where, other in claimed - true
            if where == place and period and other and str(other)[:4] == str(period)[:4]
        }
        slips.update([slip for slip in SLIPS if slip in kinds][:1])
    return slips


def _keys(facts: Iterable[LabelledFact], wild: AbstractSet[Key]) -> set[Key]:
    found: set[Key] = set()
    for fact in facts:
        for value in fact.ends:
            meaning = (value.normalize(), fact.unit, fact.metric, fact.status)
            place = None if meaning in wild else place_of(fact)
            found.add((*meaning, place, fact.period, fact.segment or "all"))
    return found


def _unnamed(gold: Iterable[LabelledFact]) -> set[Key]:
    """The numbers with their meanings for which gold has neither a code nor a name."""
    return {key[:_MEANING] for key in _keys(filter(is_unnamed, gold), frozenset())}


def _score(true: AbstractSet[Key], claimed: AbstractSet[Key], parts: int) -> Score:
    one, other = ({key[:parts] for key in keys} for keys in (true, claimed))
    return Score(len(one & other), len(other), len(one))


def _slip(true: str, said: str) -> Slip:
    one, other = _fineness(true), _fineness(said)
    if one == other:
        return "other"
    return "coarser" if other < one else "finer"


def _fineness(period: str) -> int:
    return 1 if period[5:6] in ("S", "Q") else _PRECISIONS[len(period)]
