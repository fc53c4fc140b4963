"""Whose members a number counts, or pays for."""

import re
from collections.abc import Mapping
from typing import Final, cast

from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.meanings.words import TABLES, compile_cues, distances
from uhc_llm.schemas import Metric, Segment

__all__ = ["cued_segments", "points_back", "speaks_of_all", "speaks_of_nation", "usual_segment"]

_SEGMENT: Final[dict[Segment, re.Pattern[str]]] = {
    cast("Segment", segment): compile_cues(cues) for segment, cues in TABLES["segment"].items()
}
_PAID_BY_REGION: Final = compile_cues(TABLES["paid_by_region"])
_PAYS: Final = compile_cues(TABLES["region_pays"])
_PAYS_BEHIND: Final = compile_cues(TABLES["region_pays_behind"])
_OF_NATION: Final = compile_cues(TABLES["of_nation"])
_PBI: Final = compile_cues(TABLES["pbi"])
_POINTS_BACK: Final = compile_cues(TABLES["points_back"])
_WHOLE: Final = compile_cues(TABLES["whole"])
_PEOPLE: Final[frozenset[Metric]] = frozenset({"participants", "active_participants", "quota"})
_DIRECTLY_BEHIND: Final = re.compile(
    r"[\s(]*(?:(?:di\s+antaranya|untuk|bagi|dari|adalah|merupakan|peserta|segmen|kelompok|kategori|yaitu|yakni|iuran|premi|"
    r"jiwa|orang|warga|pada|berasal|lainnya)\s+){0,4}"
)
_SELF_PAYING: Final = frozenset[Segment]({"pbpu", "bp"})
_FAR_BEHIND: Final = 120
_NUMBER: Final = re.compile(r"\A[\W\d_]+")


def cued_segments(at: Window) -> tuple[Segment, ...]:
    """The groups of members that the clause names, likeliest first."""
    noun = _NUMBER.sub("", at.own.lower())
    before, after = at.before.lower(), f"{noun}{at.after.lower()}"
    tail = f"{noun}{at.tail[:_FAR_BEHIND].lower()}"
    behind = distances(_SEGMENT, after, from_end=False)
    is_direct = behind and _DIRECTLY_BEHIND.fullmatch(after[: min(behind.values())])
    near = distances(_SEGMENT, before, from_end=True)
    if is_direct or not near:
        found, words = behind, tail
    else:
        found, words = near, before
    if not found and at.heading:
        words = at.heading.lower()
        found = distances(_SEGMENT, words, from_end=True)
        if not found and _PAYS_BEHIND.search(words):
            return ("pbi_apbd",)
    if found and (_PAID_BY_REGION.search(words) or _region_pays_for(found, before)):
        return ("pbi_apbd",)
    return tuple(sorted(found, key=lambda segment: found[segment]))


def _region_pays_for(found: Mapping[Segment, int], before: str) -> bool:
    """Whether a region pays for the group that is named: "Pemkab menanggung 140.118 PBPU BP"."""
    nearest = min(found, key=lambda segment: found[segment])
    return nearest in _SELF_PAYING and bool(_PAYS.search(before))


def usual_segment(at: Window, metric: Metric) -> Segment:
    """Whose a number is whose clause names no group.

    What a region's budget pays for is its own members, those of PBI APBD.
    """
    lead = at.lead.lower()
    if metric in {"budget", "quota"}:
        if _OF_NATION.search(lead):
            return "pbi_apbn"
        if metric == "quota" and (_PBI.search(lead) or _PBI.search(at.former.lower())):
            return "pbi_apbn"
        return "pbi_apbd"
    if metric in _PEOPLE and (
        _PAYS.search(at.before.lower()) or _PAYS_BEHIND.search(at.behind.lower())
    ):
        return "pbi_apbd"
    return "all"


def points_back(at: Window) -> bool:
    """Whether a number says something of those that were just spoken of: "penerimanya"."""
    return bool(_POINTS_BACK.search(at.before.lower()))


def speaks_of_nation(at: Window) -> bool:
    """Whether the sentence names money or places of the central government."""
    return bool(_OF_NATION.search(at.sentence.lower()))


def speaks_of_all(at: Window) -> bool:
    """Whether the clause says that a number is of all members: "total", "seluruh"."""
    return bool(_WHOLE.search(at.near.lower()))
