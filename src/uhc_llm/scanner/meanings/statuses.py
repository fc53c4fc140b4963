"""Whether a number is reached or aimed at."""

import re
from typing import Final, cast

from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.meanings.words import TABLES, compile_cues, distance
from uhc_llm.schemas import Metric, Status

__all__ = ["cued_statuses", "without_purpose"]

_STATUS: Final[dict[Status, re.Pattern[str]]] = {
    cast("Status", status): compile_cues(cues) for status, cues in TABLES["status"].items()
}
_PURPOSE: Final = compile_cues(TABLES["purpose"])
_TARGET_BEHIND: Final = compile_cues(TABLES["target_behind"])
_TARGET_DIRECTLY_BEHIND: Final = compile_cues(TABLES["target_directly_behind"])
_DIRECTLY: Final = 12  # room for a noun
# What is counted, not aimed at.
_COUNTED: Final[frozenset[Metric]] = frozenset({"uninsured", "uninsured_rate", "population"})


def cued_statuses(at: Window, metric: Metric | None = None) -> tuple[Status, ...]:
    """What the clause says of reached or aimed at, likeliest first; nothing when it is silent.

    Args:
        at: the window of a number.
        metric: what the number measures, as far as known.
    """
    if metric in _COUNTED or at.before.endswith("("):
        return ("actual",)  # "syarat UHC, yakni Banjarmasin (89,91 persen)": beside a name
    before = without_purpose(f"{at.heading} {at.before}".lower())
    target = distance(_STATUS["target"], before, from_end=True)
    actual = distance(_STATUS["actual"], before, from_end=True)
    after = at.behind.lower()
    at_once = distance(_TARGET_DIRECTLY_BEHIND, after, from_end=False)
    if _TARGET_BEHIND.search(after) or (at_once is not None and at_once <= _DIRECTLY):
        return ("target",)
    if target is None:
        return ("actual",) if actual is not None else ()
    if actual is None:
        return ("target",)
    return ("target", "actual") if target < actual else ("actual", "target")


def without_purpose(words: str) -> str:
    """Leave out a clause of purpose: "Agar meraih UHC, pemkot menyediakan Rp26 miliar"."""
    purpose = _PURPOSE.search(words)
    comma = words.find(",", purpose.end()) if purpose else -1
    return words[comma + 1 :] if comma >= 0 else words
