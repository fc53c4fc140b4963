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
_IF: Final = re.compile(r"\b(?:kalau|jika|bila|apabila)\s+(?:sudah\s+)?\Z")
_UHC: Final = re.compile(r"\b(?:uhc|universal\s+health\s+coverage)\b", re.IGNORECASE)
_NORM: Final = re.compile(r"\b(?:syarat|patokan|ambang|kriteria|batas|sekurang-kurangnya)\w*")
_LIST_BEHIND: Final = re.compile(r"\s*(?:\w+\s+){0,3},?\s*(?:yaitu|yakni|ialah)\b")
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
    if counted is not None and _LIST_BEHIND.match(at.tail):
        return False  # "tiga kabupaten masih di bawah 80 persen, yaitu Donggala, Sigi dan Parigi"
    before, heading = at.before.lower(), at.heading.lower()
    if _IF.search(before) and _UHC.search(at.sentence):
        return True  # "kalau 95 persen penduduk sudah masuk JKN, itu sudah disebut UHC"
    is_norm = bool(_NORM.search(before))
    if _is_own(before, is_norm=is_norm, is_counted=counted is not None):
        return False
    bound = (
        _BOUND.search(before)
        or _BOUND.search(heading)
        or _BOUND_BEHIND.search(f"{at.own}{at.after}".lower())
    )
    # Nobody asks for all of them.
    above = counted is not None and value < _WHOLE and _ABOVE.search(before)
    if not (bound or above):
        return False
    # "Patokannya 95 persen" goes on about the UHC of the sentence before.
    around = f"{at.former if is_norm else ''} {heading} {at.lead}".lower()
    return counted is not None or bool(_DEFINES.search(around))


def _is_own(before: str, *, is_norm: bool, is_counted: bool) -> bool:
    """Whether the words before a share say that it is a region's own: reached, or its own aim."""
    if _NAMELY.search(before):
        return True  # "tiga daerah, yakni Madiun dan Ngawi, dengan lebih dari 98 persen"
    if _AIMS.search(before) and not _OF_NATION.search(before):
        return True
    return not (is_counted or is_norm) and bool(_REACHED.search(before))
