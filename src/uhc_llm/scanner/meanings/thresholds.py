"""Whether a percentage is what UHC asks of any region, and no figure of one."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.meanings.words import TABLES, compile_cues
from uhc_llm.schemas import Mention, Metric

__all__ = ["is_threshold"]

# Shares below these are asked of nobody.
_LEAST: Final[Mapping[Metric, int]] = {"coverage_rate": 85, "active_rate": 60}
_WHOLE: Final = 100
_VALUES: Final = frozenset(map(Decimal, TABLES["threshold"]["values"]))
_OF_NATION: Final = re.compile(r"\b(?:pemerintah\s+pusat|nasional)\b")
_NAMELY: Final = re.compile(r"\b(?:yakni|yaitu)\b.*\bdengan\b")
_BOUND: Final = compile_cues(TABLES["threshold"]["bound"])
_BOUND_BEHIND: Final = compile_cues(TABLES["threshold"]["behind"])
_ABOVE: Final = compile_cues(TABLES["threshold"]["above"])
_DEFINES: Final = compile_cues(TABLES["threshold"]["defines"])
_REACHED: Final = compile_cues(TABLES["threshold"]["reached"])
_AIMS: Final = compile_cues(TABLES["threshold"]["aims"])


def is_threshold(
    mention: Mention, at: Window, metric: Metric | None, counted: Mention | None
) -> bool:
    """Whether `mention` is the share of its people that a region must have insured.

    "Lima daerah belum menyentuh 95 persen", "sebuah daerah dianggap UHC bila mencapai 98 persen".

    Args:
        mention: the number.
        at: its window.
        metric: what it measures.
        counted: a number of regions before it in its sentence.
    """
    least = _LEAST.get(metric) if metric else None
    if least is None or mention.upper is not None:
        return False
    value = mention.value
    if value not in _VALUES and value != value.to_integral_value():
        return False
    if not least <= value <= _WHOLE:
        return False
    before, lead = at.before.lower(), f"{at.heading} {at.lead}".lower()
    is_of_nation = bool(_OF_NATION.search(before))
    if (_AIMS.search(before) and not is_of_nation) or (counted is None and _REACHED.search(before)):
        return False
    if _NAMELY.search(before):
        return False  # "tiga daerah, yakni Madiun dan Ngawi, dengan lebih dari 98 persen"
    heading = at.heading.lower()
    bound = bool(
        _BOUND.search(before)
        or _BOUND.search(heading)
        or _BOUND_BEHIND.search(f"{at.own}{at.after}".lower())
    )
    # Nobody asks for all of them.
    above = counted is not None and value < _WHOLE and bool(_ABOVE.search(before))
    return (bound or above) and (counted is not None or bool(_DEFINES.search(lead)))
