"""Which numbers are no coverage facts, as far as the words around them say."""

import re
from collections.abc import Callable, Mapping
from typing import Final, cast

from uhc_llm.scanner.meanings.metrics import METRIC_CUES, cued_metrics
from uhc_llm.scanner.meanings.pairs import heads_with_whole, is_of_share, is_of_whole
from uhc_llm.scanner.meanings.statuses import without_purpose
from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.meanings.words import TABLES, compile_cues, without_denied
from uhc_llm.schemas import Mention, Unit

__all__ = ["arrives", "is_too_small", "names_nothing", "reaches"]

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
_AMONG: Final = re.compile(r"\bdi\s+antara\s+\Z", re.IGNORECASE)
# "atau bertambah Rp8 miliar", "naik 2,3 persen": by how much, and not how much.
_CHANGE: Final = re.compile(
    r"\b(?:(?<!lebih )kurang|bertambah|naik|meningkat|turun|berkurang|menyusut"
    r"|lebih\s+(?:besar|kecil|tinggi|rendah|banyak))"
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
_OF_PEOPLE: Final = re.compile(r"\s*(?:penduduk|warga|masyarakat)\b", re.IGNORECASE)
_GOES_ON: Final = re.compile(
    r"\b(?:jumlahnya|angkanya|bawahnya|(?:mendapat|mencapai|meraih|menyandang)(?:kan)?nya)\b"
)
_CHANGES: Final = compile_cues(TABLES["change"])
# "melonjak dari 77,9 persen menjadi 95,4 persen": from where and to where, and not by how much.
_FROM_OR_TO: Final = re.compile(
    r"\b(?:(?<!lebih )(?<!kurang )dari|menjadi|ke|hingga|sampai|mencapai|menembus|menyentuh"
    r"|kisaran|posisi|angka|level)"
    r"(?:\s+(?:angka|posisi|sekitar|hanya|hampir|sebesar|semula|awalnya))*\s*\Z",
    re.IGNORECASE,
)
_LEVEL: Final = re.compile(r"\b(?:posisi|sebelumnya|semula|yang\s+sebesar)\b", re.IGNORECASE)
_POINTS_BACK: Final = re.compile(r"\s+(?:itu|tersebut|ini|tadi)\b", re.IGNORECASE)
# "Kota Solok adalah satu dari 3 kota di Sumatera Barat yang sudah UHC"
_COPULA: Final = r"\b(?:adalah|ialah|merupakan|menjadi|termasuk|masuk|sebagai|yakni|yaitu)\s+"
_PART_OF: Final = r"\s+(?:dari|di\s+antara)\b"
# ... or "Kota Solok, satu dari 7 kota di Sumatera Barat, sudah UHC".
_IS_ONE: Final = re.compile(rf"(?:(?i:{_COPULA})|\b[A-Z]\w*,\s+)\Z")
_OF: Final = re.compile(_PART_OF, re.IGNORECASE)
_IS_ONE_OF: Final = re.compile(
    rf"{_COPULA}(?:1|satu){_PART_OF}(?:\s+(?:hanya|sekitar|total|sebanyak|ke))?\s*\Z", re.IGNORECASE
)
_WHO_REACHED: Final = re.compile(
    r"(?:(?!\b(?:dan|serta|tetapi|namun)\b)[^,;.:]){0,80}?\b(?:yang|peraih|penerima|berstatus|uhc)\b",
    re.IGNORECASE,
)
# No government budgets less than this; a premium, a fine or a bill is less.
_LEAST_BUDGET: Final = 10_000_000
# "Kartu diserahkan kepada tiga orang"
_LEAST_PEOPLE: Final = 20


def names_nothing(mention: Mention, at: Window) -> bool:
    """Whether the words around a number say that it is no coverage fact: a premium, an increase.

    Where they speak of coverage too ("cakupannya bisa meningkat 87 persen") they settle nothing. A
    number of regions is one only where its sentence says what they have reached.
    """
    unit = mention.unit or "other"
    if _IMPOSSIBLE.get(unit, _never)(mention, at):
        return True
    near = f"{without_purpose(at.before.lower())}{at.own}{at.after}".lower()
    pattern = _NOTHING.get(unit)
    says_nothing = bool(pattern and pattern.search(near))
    if unit == "percent":
        says_nothing |= bool(_CHANGES.search(near)) and not reaches(at)
        is_of_people = _OF_PEOPLE.match(at.after) is not None and mention.value >= _LEAST_LEVEL
        if (
            says_nothing
            and not is_of_people
            and not _OF_COVERAGE.search(without_denied(at.before.lower()))
        ):
            return True
    elif says_nothing:
        return True
    wide = _NOTHING_IN_SENTENCE.get(unit)
    return bool(wide and wide.search(at.lead.lower()) and not cued_metrics(mention, at))


def is_too_small(mention: Mention) -> bool:
    """Whether people are too few to be those of a region, or an amount to be its budget."""
    if mention.unit == "rupiah":
        return (mention.value if mention.upper is None else mention.upper) < _LEAST_BUDGET
    return mention.unit == "people" and mention.value < _LEAST_PEOPLE


def _is_no_budget(mention: Mention, at: Window) -> bool:
    """Whether an amount is too small for a budget, or a difference."""
    return is_too_small(mention) or bool(_CHANGE.search(at.before))


def _is_no_crowd(mention: Mention, _at: Window) -> bool:
    """Whether people are too few to be those of a region."""
    return is_too_small(mention)


def _is_no_level(mention: Mention, at: Window) -> bool:
    """Whether a percentage is what has changed, or what lacks."""
    is_step = _CHANGE.search(at.before) or _LACK.search(at.before)
    return mention.value < _LEAST_LEVEL and bool(is_step)


def _counts_no_success(mention: Mention, at: Window) -> bool:
    """Whether a number of regions is not of those that have reached something.

    It is a whole ("416 dari 514"), points back ("dua provinsi itu"), or has not ("belum").
    """
    if mention.value == 1 and _IS_ONE.search(at.before) and _OF.match(at.tail):
        return True  # "adalah satu dari 3 kota yang sudah UHC": three have
    if _is_whole(at) and not (_IS_ONE_OF.search(at.lead) and _WHO_REACHED.match(at.tail)):
        return True
    if _POINTS_BACK.match(at.tail):
        return True
    sentence = at.sentence.lower()
    reached = METRIC_CUES["regions_covered"].search(sentence)
    if reached is None and _GOES_ON.search(sentence):
        # "... yang sudah UHC. Pada Desember jumlahnya 31 provinsi"
        reached = METRIC_CUES["regions_covered"].search(at.former.lower())
    behind = len(at.lead) + len(at.own)
    success = METRIC_CUES["regions_covered"].search(sentence, behind)
    failure = _NOT_REACHED.search(sentence, behind)
    if failure and (success is None or failure.start() < success.start()):
        return True
    return reached is None or bool(_NOT_REACHED.search(at.before.lower()))


def _is_whole(at: Window) -> bool:
    """Whether a number of regions is that of all, of which another number is a part."""
    is_part = at.previous is not None and at.previous.unit == "regions" and is_of_whole(at)
    return (
        is_part or heads_with_whole(at) or is_of_share(at) or _AMONG.search(at.before) is not None
    )


def _never(_mention: Mention, _at: Window) -> bool:
    return False


_IMPOSSIBLE: Final[Mapping[Unit, Callable[[Mention, Window], bool]]] = {
    "regions": _counts_no_success,
    "rupiah": _is_no_budget,
    "people": _is_no_crowd,
    "percent": _is_no_level,
}


def arrives(at: Window) -> bool:
    """Whether the words right before a number lead up to it: "menjadi 95,4 persen"."""
    return bool(_FROM_OR_TO.search(at.before))


def reaches(at: Window) -> bool:
    """Whether the words before a number say that it is a level: "sebelumnya 95,4 persen"."""
    return arrives(at) or bool(_LEVEL.search(at.before))
