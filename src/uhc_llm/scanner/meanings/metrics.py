"""What a number measures."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final, cast

from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.meanings.words import TABLES, compile_cues, distance
from uhc_llm.schemas import METRICS, Mention, Metric, Unit

__all__ = [
    "MOST_ACTIVE",
    "cued_metrics",
    "fitting_metrics",
    "is_rest",
    "is_share_of_those",
    "likely_metrics",
    "names_nothing",
    "partner_metric",
    "reaches",
    "speaks_of_quota",
]

_METRIC: Final[dict[Metric, re.Pattern[str]]] = {
    cast("Metric", metric): compile_cues(cues) for metric, cues in TABLES["metric"].items()
}
_IF_SMALL: Final[dict[Metric, re.Pattern[str]]] = {
    cast("Metric", metric): compile_cues(cues) for metric, cues in TABLES["metric_if_small"].items()
}
_ELSE: Final[dict[Metric, re.Pattern[str]]] = {
    cast("Metric", metric): compile_cues(cues) for metric, cues in TABLES["metric_else"].items()
}
_MISSING: Final = frozenset[Metric]({"uninsured", "uninsured_rate"})
_DENIED: Final = re.compile(r"\b(?:belum|tidak|tak|non)\b[\s-]+\w+")
_SMALL: Final = 50
MOST_ACTIVE: Final = 90
"""No region is known to have so many percent of its members active."""
_TOPICS: Final[tuple[Metric, ...]] = ("active_rate", "coverage_rate")
_NOTHING: Final[dict[Unit, re.Pattern[str]]] = {
    cast("Unit", unit): compile_cues(cues) for unit, cues in TABLES["nothing"].items()
}
_NOTHING_IN_SENTENCE: Final[dict[Unit, re.Pattern[str]]] = {
    cast("Unit", unit): compile_cues(cues) for unit, cues in TABLES["nothing_in_sentence"].items()
}
_OF_COVERAGE: Final = compile_cues(
    cue
    for metric in ("coverage_rate", "active_rate", "uninsured_rate")
    for cue in (*TABLES["metric"][metric], *TABLES["metric_else"].get(metric, ()))
)
_NOT_REACHED: Final = compile_cues(TABLES["not_reached"])
_REST: Final = compile_cues(TABLES["rest"])
_OF_WHOLE: Final = re.compile(
    r"\bdari(?:\s+(?:total|seluruh|sekitar|keseluruhan|jumlah))*(?:\s+(?:penduduk|populasi|warga|jumlah\s+penduduk))?"
    r"(?:\s+(?:sekitar|sebanyak|berjumlah|yang\s+berjumlah|yang))*\s*\Z",
    re.IGNORECASE,
)
_AMONG: Final = re.compile(r"\bdi\s+antara\s+\Z", re.IGNORECASE)
# "Dari 630.320 jiwa warganya, cuma 52 persen ..."
_HEADS_WITH_WHOLE: Final = re.compile(
    r"(?:\A|[,;:.])\s*(?:dari|di\s+antara)(?:\s+(?:total|sekitar|sebanyak|jumlah|penduduk|warga|jumlah\s+penduduk))*\s*\Z",
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
# "atau bertambah Rp8 miliar", "naik 2,3 persen": by how much, and not how much.
_CHANGE: Final = re.compile(
    r"\b(?:(?<!lebih )kurang|bertambah|naik|meningkat|turun|berkurang|menyusut|lebih\s+(?:besar|kecil|tinggi|rendah|banyak))"
    r"\s+(?:(?:sebesar|sekitar|sebanyak|hampir|senilai|lebih\s+dari|kurang\s+lebih)\s+)?\Z",
    re.IGNORECASE,
)
# "masih butuh sekitar 19 persen", "yang perlu dikejar tinggal 4,31 persen": what lacks.
_LACK: Final = re.compile(
    r"\b(?:butuh|terpaut|dikejar|selisih)(?:\s+(?:tinggal|hanya|sekitar|hampir|lebih\s+dari|kurang\s+lebih))*\s+\Z",
    re.IGNORECASE,
)
# "bisa meningkat 87 persen" is said of a level.
_LEAST_LEVEL: Final = 50
_CHANGES: Final = compile_cues(TABLES["change"])
# "melonjak dari 77,9 persen menjadi 95,4 persen": from where and to where, and not by how much.
_FROM_OR_TO: Final = re.compile(
    r"\b(?:(?<!lebih )(?<!kurang )dari|menjadi|ke|hingga|sampai|mencapai|menembus|menyentuh|kisaran|posisi|angka|level)"
    r"(?:\s+(?:angka|posisi|sekitar|hanya|hampir|sebesar|semula|awalnya))*\s*\Z",
    re.IGNORECASE,
)
_LEVEL: Final = re.compile(r"\b(?:posisi|sebelumnya|semula|yang\s+sebesar)\b", re.IGNORECASE)
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
# "Kartu diserahkan kepada tiga orang"
_LEAST_PEOPLE: Final = 20


def fitting_metrics(mention: Mention) -> list[Metric]:
    """The metrics of the unit of `mention`."""
    return [metric for metric, d in METRICS.items() if d.unit == mention.unit]


def cued_metrics(mention: Mention, at: Window) -> tuple[Metric, ...]:
    """The metrics with a cue in the window, by how near to the number it stands.

    Of two that are equally near the one that stands first in the table wins.
    """
    fitting = fitting_metrics(mention)
    patterns = [_METRIC]
    if mention.unit == "percent" and mention.value < _SMALL:
        patterns.append(_IF_SMALL)
    words = at.before, f"{at.own}{at.behind}", len(at.own)
    cued = _ranked(fitting, *words, patterns)
    if not cued and at.heading:
        said = _ranked(fitting, "", at.heading, 0, [_METRIC, _ELSE])
        # A list has one whole, and that stands above it.
        cued = tuple(metric for metric in said if metric != "population")
    if cued or (mention.unit == "percent" and _topic(at.lead)):
        return cued
    return _ranked(fitting, *words, [_ELSE])


def likely_metrics(mention: Mention, at: Window) -> tuple[Metric, ...]:
    """The metrics that the sentence before the window speaks of, or those that are usual."""
    usual = _DEFAULTS.get(mention.unit or "other", ())
    if mention.unit == "percent":
        # "Yang mengkhawatirkan soal keaktifan: capaiannya 65,52 persen"
        topic = _topic(at.lead) or (_topic(at.former) if mention.value < MOST_ACTIVE else None)
        return tuple(dict.fromkeys([*([topic] if topic else ()), *usual]))
    if mention.unit != "people":
        return usual
    said = _ranked(fitting_metrics(mention), at.lead, "", 0, [_METRIC, _ELSE])
    if at.previous is not None:
        # A text has one population: "dari 1.405.980 jiwa, sebanyak 1.312.405 jiwa".
        said = tuple(metric for metric in said if metric != "population")
    if not said and _METRIC["quota"].search(at.former.lower()):
        said = ("quota",)
    return tuple(dict.fromkeys([*said[:1], *usual]))


def _topic(words: str) -> Metric | None:
    """The rate that words spoke of last."""
    words = words.lower()
    far = {
        metric: length
        for metric in _TOPICS
        if (length := distance(_METRIC[metric], words, from_end=True)) is not None
    }
    return min(far, key=lambda metric: far[metric], default=None)


def is_share_of_those(mention: Mention, at: Window) -> bool:
    """Whether a percentage is the share of those counted just before: "Porsinya 16,30 persen"."""
    return mention.unit == "percent" and bool(_SHARE_OF_THOSE.search(at.before))


def partner_metric(
    mention: Mention, at: Window, former: Sequence[Metric], *, is_again: bool = False
) -> Metric | None:
    """What a number says again in another unit: "17,14 persen atau 900 ribu jiwa".

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
    heads = at.has_next and _HEADS_WITH_WHOLE.search(at.before)
    is_whole = heads or (at.previous is not None and _OF_WHOLE.search(at.before))
    return "population" if is_whole else None


def _ranked(
    fitting: Sequence[Metric],
    before: str,
    behind: str,
    noun: int,
    tables: Sequence[Mapping[Metric, re.Pattern[str]]],
) -> tuple[Metric, ...]:
    """The metrics of `fitting` with a cue, the nearest first.

    Args:
        fitting: what may be found.
        before: the words before the number.
        behind: the number's own words, and those behind it.
        noun: how many of them are its own.
        tables: the cues.
    """
    near: dict[Metric, int] = {}
    said = before.lower(), behind.lower()
    denied = _without_denied(said[0]), _without_denied(said[1])
    for metric, pattern in chain.from_iterable(table.items() for table in tables):
        if metric not in fitting:
            continue
        head, tail = said if metric in _MISSING else denied
        far = [distance(pattern, head, from_end=True)]
        after = distance(pattern, tail, from_end=False)
        if after is not None:
            is_noun = after < noun and metric in _NOUNS
            far.append(_NOUN if is_noun else max(0, after - noun))
        known = [length for length in far if length is not None]
        if known:
            near[metric] = min(known + [near[metric]] if metric in near else known)
    return tuple(sorted(near, key=lambda metric: near[metric]))


def _without_denied(words: str) -> str:
    """The words, of which those that are denied are blanked: "belum terdaftar", "tidak aktif"."""
    return _DENIED.sub(lambda found: " " * len(found.group()), words)


def _counts_no_success(at: Window) -> bool:
    """Whether a number of regions is not of those that have reached something.

    It is a whole ("416 dari 514"), points back ("dua provinsi itu"), or has not ("belum").
    """
    is_behind = at.previous is not None and at.previous.unit == "regions"
    if is_behind and _OF_WHOLE.search(at.before):
        return True
    if _HEADS_WITH_WHOLE.search(at.before) or _AMONG.search(at.before):
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


def reaches(at: Window) -> bool:
    """Whether the words before a number say that it is a level: "menjadi 95,4 persen"."""
    return bool(_FROM_OR_TO.search(at.before) or _LEVEL.search(at.before))


def speaks_of_quota(at: Window) -> bool:
    """Whether the sentence up to the number speaks of a quota."""
    return bool(_METRIC["quota"].search(at.lead.lower()))


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
    elif unit == "people" and mention.value < _LEAST_PEOPLE:
        return True
    elif unit == "percent" and mention.value < _LEAST_LEVEL:
        if _CHANGE.search(at.before) or _LACK.search(at.before):
            return True
    pattern = _NOTHING.get(unit)
    says_nothing = bool(pattern and pattern.search(near))
    if unit == "percent":
        says_nothing |= bool(_CHANGES.search(near)) and not reaches(at)
        if says_nothing and not _OF_COVERAGE.search(_without_denied(at.before.lower())):
            return True
    elif says_nothing:
        return True
    wide = _NOTHING_IN_SENTENCE.get(unit)
    return bool(wide and wide.search(at.lead.lower()) and not cued_metrics(mention, at))
