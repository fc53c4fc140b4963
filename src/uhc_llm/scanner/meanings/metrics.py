"""What a number measures."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.meanings.words import TABLES, compile_cues, distance
from uhc_llm.schemas import METRICS, Mention, Metric, Unit

__all__ = ["cued_metrics", "likely_metrics", "names_nothing", "partner_metric"]

_METRIC: Final[dict[Metric, re.Pattern[str]]] = {
    cast("Metric", metric): compile_cues(cues) for metric, cues in TABLES["metric"].items()
}
_NOTHING: Final[dict[Unit, re.Pattern[str]]] = {
    cast("Unit", unit): compile_cues(cues) for unit, cues in TABLES["nothing"].items()
}
_NOTHING_IN_SENTENCE: Final[dict[Unit, re.Pattern[str]]] = {
    cast("Unit", unit): compile_cues(cues) for unit, cues in TABLES["nothing_in_sentence"].items()
}
_OF_COVERAGE: Final = compile_cues(
    cue
    for metric in ("coverage_rate", "active_rate", "uninsured_rate")
    for cue in TABLES["metric"][metric]
)
_NOT_REACHED: Final = compile_cues(TABLES["not_reached"])
_REST: Final = compile_cues(TABLES["rest"])
_OF_WHOLE: Final = re.compile(
    r"\bdari(?:\s+(?:total|seluruh|sekitar|keseluruhan|jumlah))*(?:\s+(?:penduduk|populasi|warga|jumlah\s+penduduk))?"
    r"(?:\s+(?:sekitar|sebanyak|berjumlah|yang\s+berjumlah|yang))*\s*\Z",
    re.IGNORECASE,
)
_RESTATED: Final = re.compile(
    r"[\s,]*(?:\(|(?:atau|yaitu|yakni|setara|setara\s+dengan|sama\s+dengan|atau\s+setara|atau\s+sama\s+dengan)"
    r"(?:\s+(?:dengan|sekitar|sebanyak|sebesar|kurang\s+lebih|hampir|lebih\s+dari|sejumlah|kira-kira))*)\s*",
    re.IGNORECASE,
)
# What a number says again in the other unit.
_PARTNER: Final[dict[Metric, Metric]] = {
    "coverage_rate": "participants",
    "participants": "coverage_rate",
    "active_rate": "active_participants",
    "active_participants": "active_rate",
    "uninsured_rate": "uninsured",
    "uninsured": "uninsured_rate",
}
# "atau bertambah Rp8 miliar", "naik 2,3 persen": by how much, and not how much.
_CHANGE: Final = re.compile(
    r"\b(?:kurang|bertambah|naik|meningkat|turun|berkurang|menyusut|lebih\s+(?:besar|kecil|tinggi|rendah|banyak))"
    r"\s+(?:(?:sebesar|sekitar|sebanyak|hampir|senilai|lebih\s+dari|kurang\s+lebih)\s+)?\Z",
    re.IGNORECASE,
)
# "bisa meningkat 87 persen" is said of a level.
_LEAST_LEVEL: Final = 50
_CHANGES: Final = compile_cues(TABLES["change"])
# "melonjak dari 77,9 persen menjadi 95,4 persen": from where and to where, and not by how much.
_FROM_OR_TO: Final = re.compile(
    r"\b(?:(?<!lebih )(?<!kurang )dari|menjadi|ke|hingga|sampai|mencapai|posisi|angka|level)"
    r"(?:\s+(?:angka|posisi|sekitar|hanya|hampir|sebesar|semula|awalnya))*\s*\Z",
    re.IGNORECASE,
)
_POINTS_BACK: Final = re.compile(r"\s+(?:itu|tersebut|ini|tadi)\b", re.IGNORECASE)
_DEFAULTS: Final[Mapping[Unit, tuple[Metric, ...]]] = {
    "percent": ("coverage_rate",),
    "people": ("participants", "uninsured", "population"),
}
# "24.159 peserta": the noun of a number says less than a word that stands before it.
_NOUNS: Final = frozenset[Metric]({"participants", "population"})
_NOUN: Final = 30
# No government budgets less than this; a premium, a fine or a bill is less.
_LEAST_BUDGET: Final = 10_000_000


def fitting_metrics(mention: Mention) -> list[Metric]:
    """The metrics of the unit of `mention`."""
    return [metric for metric, d in METRICS.items() if d.unit == mention.unit]


def cued_metrics(mention: Mention, at: Window) -> tuple[Metric, ...]:
    """The metrics with a cue in the window, by how near to the number it stands.

    Of two that are equally near the one that stands first in the table wins.
    """
    return _ranked(fitting_metrics(mention), at.before, f"{at.own}{at.after}", len(at.own))


def likely_metrics(mention: Mention, at: Window) -> tuple[Metric, ...]:
    """The metrics that the sentence before the window speaks of, or those that are usual."""
    usual = _DEFAULTS.get(mention.unit or "other", ())
    if mention.unit != "people":
        return usual
    said = _ranked(fitting_metrics(mention), at.lead, "", 0)
    if at.previous is not None:
        # A text has one population: "dari 1.405.980 jiwa, sebanyak 1.312.405 jiwa".
        said = tuple(metric for metric in said if metric != "population")
    if not said and _METRIC["quota"].search(at.former.lower()):
        said = ("quota",)
    return tuple(dict.fromkeys([*said[:1], *usual]))


def partner_metric(mention: Mention, at: Window, former: Sequence[Metric]) -> Metric | None:
    """What a number says again in another unit: "17,14 persen atau 900 ribu jiwa".

    Args:
        mention: the number.
        at: its window.
        former: the metrics suggested for the number before it.
    """
    partner = _PARTNER.get(former[0]) if former and is_restated(at) else None
    if partner and METRICS[partner].unit == mention.unit:
        return partner
    if mention.unit == "people" and at.previous is not None and _OF_WHOLE.search(at.before):
        return "population"
    return None


def is_restated(at: Window) -> bool:
    """Whether a number says the one before it again: "10,32 persen atau 45.880 jiwa"."""
    return at.previous is not None and bool(_RESTATED.fullmatch(at.before))


def _ranked(fitting: Sequence[Metric], before: str, behind: str, noun: int) -> tuple[Metric, ...]:
    near: dict[Metric, int] = {}
    before, behind = before.lower(), behind.lower()
    for metric, pattern in _METRIC.items():
        if metric not in fitting:
            continue
        far = [distance(pattern, before, from_end=True)]
        after = distance(pattern, behind, from_end=False)
        if after is not None:
            is_noun = after < noun and metric in _NOUNS
            far.append(_NOUN if is_noun else max(0, after - noun))
        known = [length for length in far if length is not None]
        if known:
            near[metric] = min(known)
    return tuple(sorted(near, key=lambda metric: near[metric]))


def _counts_no_success(at: Window) -> bool:
    """Whether a number of regions is not of those that have reached something.

    It is a whole ("416 dari 514"), points back ("dua provinsi itu"), or has not ("belum").
    """
    if at.previous is not None and at.previous.unit == "regions" and _OF_WHOLE.search(at.before):
        return True
    if _POINTS_BACK.match(at.tail):
        return True
    sentence = at.sentence.lower()
    reached = _METRIC["regions_covered"].search(sentence)
    behind = len(at.lead) + len(at.own)
    success = _METRIC["regions_covered"].search(sentence, behind)
    failure = _NOT_REACHED.search(sentence, behind)
    if failure and (success is None or failure.start() < success.start()):
        return True
    return reached is None or bool(_NOT_REACHED.search(at.before.lower()))


def is_rest(at: Window) -> bool:
    """Whether a number is what is left, of whomever: "sisanya"."""
    return bool(_REST.search(at.before.lower())) and not _NOT_REACHED.search(at.before.lower())


def names_nothing(mention: Mention, at: Window) -> bool:
    """Whether the words around a number say that it is no coverage fact: a premium, an increase.

    Where they speak of coverage too ("cakupannya bisa meningkat 87 persen") they settle nothing. A
    number of regions is one only where its sentence says what they have reached.
    """
    near = at.near.lower()
    unit = mention.unit or "other"
    if unit == "regions":
        if _counts_no_success(at):
            return True
    elif unit == "rupiah":
        end = mention.value if mention.upper is None else mention.upper
        if end < _LEAST_BUDGET or _CHANGE.search(at.before):
            return True
    elif unit == "percent" and mention.value < _LEAST_LEVEL and _CHANGE.search(at.before):
        return True
    pattern = _NOTHING.get(unit)
    says_nothing = bool(pattern and pattern.search(near))
    if unit == "percent":
        says_nothing |= bool(_CHANGES.search(near)) and not _FROM_OR_TO.search(at.before)
        if says_nothing and not _OF_COVERAGE.search(at.before.lower()):
            return True
    elif says_nothing:
        return True
    wide = _NOTHING_IN_SENTENCE.get(unit)
    return bool(wide and wide.search(at.lead.lower()) and not cued_metrics(mention, at))
