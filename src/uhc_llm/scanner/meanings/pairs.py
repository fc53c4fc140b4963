"""How a number stands to the one before it: the same again, a part of a whole, or what is left."""

import re
from collections.abc import Sequence
from typing import Final

from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.meanings.words import TABLES, compile_cues
from uhc_llm.schemas import METRICS, Mention, Metric

__all__ = [
    "heads_with_whole",
    "is_of_share",
    "is_of_whole",
    "is_rest",
    "is_share_of_those",
    "partner_metric",
    "says_share_again",
]

_REST: Final = compile_cues(TABLES["rest"])
_NOT_REACHED: Final = compile_cues(TABLES["not_reached"])
_OF_WHOLE: Final = re.compile(
    r"\bdari(?:\s+(?:total|seluruh|sekitar|keseluruhan|jumlah))*(?:\s+(?:penduduk|populasi|warga|jumlah\s+penduduk))?"
    r"(?:\s+(?:sekitar|sebanyak|berjumlah|yang\s+berjumlah|yang))*\s*\Z",
    re.IGNORECASE,
)
# "Dari 630.320 jiwa warganya, cuma 52 persen ..."
# "196 million of the 260 million", and not "premiums of 120,000 residents".
_OF_WHOLE_DIRECTLY: Final = re.compile(
    r"\s+(?:out\s+)?of(?:\s+(?:the|its|a\s+total(?:\s+of)?|all|about|around))*\s+", re.IGNORECASE
)
_SHARE: Final = (
    r"(?:\b(?:separuh|separo|setengah|seper\w{3,9}|per(?:tiga|empat|lima)|half|thirds?|quarters?)\b"
    r"|[¼-¾⅐-⅟])"
)
# "¾ penduduk Blora sudah JKN, yakni 612.345 jiwa": those are the share in numbers.
_SHARE_AGAIN: Final = re.compile(
    rf"{_SHARE}[^.;:]{{1,100}}\b(?:yakni|yaitu|atau|alias|or)(?:\s+(?:sekitar|sebanyak|about|some))?\s*\Z",
    re.IGNORECASE,
)
# "sepertiga dari 270 juta jiwa", "half of the 514 regencies"
_OF_A_SHARE: Final = re.compile(
    rf"{_SHARE}"
    r"\s+(?:dari|of)(?:\s+(?:total|jumlah|seluruh|sekitar|the|all|its|about|around))*\s*\Z",
    re.IGNORECASE,
)
_HEADS_WITH_WHOLE: Final = re.compile(
    r"\A\s*(?:out\s+)?of(?:\s+(?:the|its|all|a\s+total\s+of|about|around))*\s*\Z"
    r"|(?:\A|[,;:.–—-])\s*(?:dari|di\s+antara)(?:\s+(?:total|sekitar|sebanyak|jumlah|penduduk|warga|jumlah\s+penduduk))*\s*\Z",
    re.IGNORECASE,
)
_SHARE_OF_THOSE: Final = re.compile(r"\b(?:porsi|persentase)nya\b[^,;:]{0,25}\Z", re.IGNORECASE)
_NOUN_OF_MEMBERS: Final = re.compile(r"peserta|penerima|anggota", re.IGNORECASE)
# What a number says again in the other unit.
_PARTNER: Final[dict[Metric, Metric]] = {
    "coverage_rate": "participants",
    "participants": "coverage_rate",
    "active_rate": "active_participants",
    "active_participants": "active_rate",
    "uninsured_rate": "uninsured",
    "uninsured": "uninsured_rate",
    "population": "coverage_rate",  # "1,3 juta peserta dari 1,56 juta penduduk alias 85,27 persen"
}
_NOUN: Final = 30


def is_share_of_those(mention: Mention, at: Window) -> bool:
    """Whether a percentage is the share of those counted just before: "Porsinya 16,30 persen"."""
    return mention.unit == "percent" and bool(_SHARE_OF_THOSE.search(at.before))


def partner_metric(
    mention: Mention, at: Window, former: Sequence[Metric], *, is_again: bool = False
) -> Metric | None:
    """What a number measures that says the one before it again, or is the whole of it.

    "17,14 persen atau 900 ribu jiwa", "1.312.405 dari 1.405.980 jiwa".

    Args:
        mention: the number.
        at: its window.
        former: the metrics suggested for the number before it.
        is_again: whether it is known to say that one again.
    """
    partner = _PARTNER.get(former[0]) if former and (is_again or at.restates) else None
    if partner and METRICS[partner].unit == mention.unit:
        return partner
    if mention.unit != "people" or _NOUN_OF_MEMBERS.search(f"{at.own}{at.after[:_NOUN]}"):
        return None
    is_whole = is_of_whole(at) or is_of_share(at) or (at.has_next and heads_with_whole(at))
    return "population" if is_whole else None


def is_of_whole(at: Window) -> bool:
    """Whether a number is the whole that the one before it is a part of: "416 dari 514"."""
    if at.previous is None:
        return False
    return bool(_OF_WHOLE.search(at.before) or _OF_WHOLE_DIRECTLY.fullmatch(at.before))


def is_of_share(at: Window) -> bool:
    """Whether a number is the whole of which a share is said: "sepertiga dari 270 juta jiwa"."""
    return bool(_OF_A_SHARE.search(at.before))


def says_share_again(at: Window) -> bool:
    """Whether a number says a share again: "¾ penduduk sudah JKN, yakni 612.345 jiwa"."""
    return bool(_SHARE_AGAIN.search(at.before))


def heads_with_whole(at: Window) -> bool:
    """Whether a clause begins with the number as a whole: "Dari 630.320 jiwa, 52 persen"."""
    return bool(_HEADS_WITH_WHOLE.search(at.before))


def is_rest(at: Window) -> bool:
    """Whether a number is what is left, of whomever: "sisanya"."""
    return bool(_REST.search(at.before.lower())) and not _NOT_REACHED.search(at.before.lower())
