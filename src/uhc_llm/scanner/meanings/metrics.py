"""What a number measures."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final, cast

from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.meanings.words import TABLES, compile_cues, distance, without_denied
from uhc_llm.schemas import METRICS, Mention, Metric, Unit

__all__ = [
    "METRIC_CUES",
    "MOST_ACTIVE",
    "cued_metrics",
    "fitting_metrics",
    "is_unused",
    "likely_metrics",
    "speaks_of_quota",
]

Cues = Mapping[Metric, re.Pattern[str]]

METRIC_CUES: Final[Cues] = {
    cast("Metric", metric): compile_cues(cues) for metric, cues in TABLES["metric"].items()
}
_IF_SMALL: Final[Cues] = {
    cast("Metric", metric): compile_cues(cues) for metric, cues in TABLES["metric_if_small"].items()
}
_ELSE: Final[Cues] = {
    cast("Metric", metric): compile_cues(cues) for metric, cues in TABLES["metric_else"].items()
}
_MISSING: Final = frozenset[Metric]({"uninsured", "uninsured_rate"})
_SMALL: Final = 50
MOST_ACTIVE: Final = 90
"""No region is known to have so many percent of its members active."""
_UNUSED: Final = compile_cues(TABLES["unused"])
_TOPICS: Final[tuple[Metric, ...]] = ("active_rate", "coverage_rate")
_DEFAULTS: Final[Mapping[Unit, tuple[Metric, ...]]] = {
    "percent": ("coverage_rate",),
    "people": ("participants", "uninsured", "population"),
}
_THEIR_NUMBER: Final = re.compile(r"\b(?:jumlah(?:nya|\s+mereka)|angkanya)\b", re.IGNORECASE)
# "24.159 peserta": the noun of a number says less than a word that stands before it.
_NOUNS: Final = frozenset[Metric]({"participants", "population"})
_NOUN: Final = 30
# "197 ribu jiwa penduduk Gresik belum memiliki jaminan"
_NOUN_BEHIND: Final = re.compile(r"\s+(?:penduduk|warga|masyarakat)\b", re.IGNORECASE)


def fitting_metrics(mention: Mention) -> list[Metric]:
    """The metrics of the unit of `mention`."""
    return [metric for metric, d in METRICS.items() if d.unit == mention.unit]


def cued_metrics(mention: Mention, at: Window, *, with_noun: bool = True) -> tuple[Metric, ...]:
    """The metrics with a cue in the window, by how near to the number it stands.

    Of two that are equally near the one that stands first in the table wins.

    Args:
        mention: the number.
        at: its window.
        with_noun: whether its own noun counts ("4.791 peserta").
    """
    fitting = fitting_metrics(mention)
    patterns = [METRIC_CUES]
    if mention.unit == "percent" and mention.value < _SMALL:
        patterns.append(_IF_SMALL)
    noun = _NOUN_BEHIND.match(at.after)
    own = len(at.own) + (noun.end() if noun else 0)

    def ranked(
        behind: str, tables: Sequence[Cues], *, noun: bool = with_noun
    ) -> tuple[Metric, ...]:
        words = f"{at.own}{behind}"
        near = (at.before, words, own) if noun else (at.before, words[own:], 0)
        return _ranked(fitting, *near, tables)

    # What is said behind a pair counts where nothing is said of its first number alone.
    is_said = not at.beyond or ranked(at.after, patterns, noun=False)
    cued = ranked(at.after if is_said else at.behind, patterns)
    if not cued and at.heading and with_noun:
        said = _ranked(fitting, "", at.heading, 0, [METRIC_CUES, _ELSE])
        # A list has one whole, and that stands above it.
        cued = tuple(metric for metric in said if metric != "population")
    if cued or (mention.unit == "percent" and _topic(at.lead)):
        return cued
    return ranked(at.behind, [_ELSE])


def likely_metrics(mention: Mention, at: Window) -> tuple[Metric, ...]:
    """The metrics that the sentence before the window speaks of, or those that are usual."""
    usual = _DEFAULTS.get(mention.unit or "other", ())
    if mention.unit == "percent":
        # "Yang mengkhawatirkan soal keaktifan: capaiannya 65,52 persen"
        topic = _topic(at.lead) or (_topic(at.former) if mention.value < MOST_ACTIVE else None)
        return tuple(dict.fromkeys([*([topic] if topic else ()), *usual]))
    if mention.unit != "people":
        return usual
    said = _ranked(fitting_metrics(mention), at.lead, "", 0, [METRIC_CUES, _ELSE])
    if at.previous is not None:
        # A text has one population: "dari 1.405.980 jiwa, sebanyak 1.312.405 jiwa".
        said = tuple(metric for metric in said if metric != "population")
    former = at.former.lower()
    if not said and METRIC_CUES["quota"].search(former):
        said = ("quota",)
    elif _THEIR_NUMBER.search(at.before) and METRIC_CUES["uninsured"].search(former):
        said = ("uninsured",)  # "... belum memegang kartu JKN. Jumlahnya 296.104 orang"
    return tuple(dict.fromkeys([*said[:1], *usual]))


def _topic(words: str) -> Metric | None:
    """The rate that words spoke of last."""
    words = words.lower()
    far = {
        metric: length
        for metric in _TOPICS
        if (length := distance(METRIC_CUES[metric], words, from_end=True)) is not None
    }
    return min(far, key=lambda metric: far[metric], default=None)


def _ranked(
    fitting: Sequence[Metric],
    before: str,
    behind: str,
    noun: int,
    tables: Sequence[Cues],
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
    denied = without_denied(said[0]), without_denied(said[1])
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
            near[metric] = min([*known, near[metric]] if metric in near else known)
    return tuple(sorted(near, key=lambda metric: near[metric]))


def speaks_of_quota(at: Window) -> bool:
    """Whether the sentence up to the number speaks of a quota."""
    return bool(METRIC_CUES["quota"].search(at.lead.lower()))


def is_unused(at: Window) -> bool:
    """Whether places are counted that nobody has taken: "bagi 50 ribu orang, belum terpakai"."""
    return bool(_UNUSED.search(at.tail.lower()))
