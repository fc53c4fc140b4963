"""What the words of a table's head, of a row's name or of a title say: one closed language."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple, cast

from uhc_llm.reader.cues import compile_cues
from uhc_llm.schemas import Metric, Segment, Unit

__all__ = [
    "Words",
    "introduces",
    "is_measure",
    "is_on_topic",
    "is_total",
    "named_segments",
    "names_aim",
    "names_other_people",
    "names_segment",
    "names_status",
    "read_words",
    "without_head_words",
]  # fmt: skip

_TABLE: Final[Mapping[str, Any]] = tomllib.loads(
    files("uhc_llm.reader").joinpath("data/heads.toml").read_text(encoding="utf-8")
)
_METRICS: Final[Mapping[Unit, Mapping[Metric, re.Pattern[str]]]] = {
    cast("Unit", unit): {
        cast("Metric", metric): compile_cues(cues) for metric, cues in metrics.items()
    }
    for unit, metrics in _TABLE["metric"].items()
}


_SEGMENTS: Final[Mapping[Segment, re.Pattern[str]]] = {
    cast("Segment", segment): compile_cues(cues) for segment, cues in _TABLE["segments"].items()
}


def _words(*keys: str) -> re.Pattern[str]:
    # The longest first, so that no phrase is left half.
    cues = {cue for key in keys for cue in _TABLE["words"][key]}
    return compile_cues(sorted(cues, key=len, reverse=True))


_NOTHING: Final = _words("nothing")
_BARE: Final = _words("bare")
_HEADS_ALONE: Final = _words("heads_alone")
_TOTAL: Final = _words("total")
_TOPIC: Final = _words("topic")
_SEGMENT: Final = _words("segment")
_STATUS: Final = _words("status")
_AIM: Final = _words("aim")
_KNOWN: Final = _words("bare", "known")
_ANY_METRIC: Final = compile_cues(
    cue for metrics in _TABLE["metric"].values() for cues in metrics.values() for cue in cues
)
_OTHER_PEOPLE: Final = _words("other_people")
_INTRODUCING: Final = _words("introducing")
_LETTERS: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Words(NamedTuple):
    """What some words say.

    Attributes:
        metrics: what numbers of a unit measure under them, the likeliest first; several where the
            words speak of several.
        is_nothing: whether they are of another matter.
        is_bare: whether they say no metric and no matter: "2023 (%)", "Jumlah".
        unknown: what of them is in no list.
    """

    metrics: tuple[Metric, ...]
    is_nothing: bool
    is_bare: bool
    unknown: tuple[str, ...]


def read_words(words: str, unit: Unit | None) -> Words:
    """Read some words for a number of a unit; of None for whatever the words can be of."""
    said = words.lower()
    patterns = _METRICS.get(unit, {}) if unit else {}
    metrics = tuple(metric for metric, pattern in patterns.items() if pattern.search(said))
    left = _BARE.sub(" ", said)
    return Words(
        metrics=metrics,
        is_nothing=bool(_NOTHING.search(said)),
        is_bare=not _LETTERS.search(left),
        unknown=tuple(_LETTERS.findall(_ANY_METRIC.sub(" ", _KNOWN.sub(" ", said)))),
    )


def named_segments(words: str) -> tuple[Segment, ...]:
    """The groups of members that words name; none where they name no group."""
    said, found = words.lower(), []
    for segment, pattern in _SEGMENTS.items():
        said, count = pattern.subn(" ", said)
        if count:
            found.append(segment)
    return tuple(found)


def is_measure(words: str) -> bool:
    """Whether words name anything that is counted: a metric of any unit, or another matter."""
    said = words.lower()
    return bool(_ANY_METRIC.search(said) or _NOTHING.search(said))


def is_total(words: str) -> bool:
    """Whether words name a row or a column of sums: "Jumlah", "Total Jawa Tengah"."""
    return bool(_TOTAL.search(words.lower()))


def without_head_words(words: str) -> str:
    """A title without what is a figure of its own in a head alone: "Papan skor", "Peringkat"."""
    return _HEADS_ALONE.sub(" ", words.lower())


def names_segment(words: str) -> bool:
    """Whether words name a group of members: "PBI APBD"."""
    return bool(_SEGMENT.search(words.lower()))


def names_status(words: str) -> bool:
    """Whether words say that something is reached or aimed at: "Realisasi"."""
    return bool(_STATUS.search(words.lower()))


def names_aim(words: str) -> bool:
    """Whether words are about what is aimed at: "Target cakupan", and not "Menuju UHC"."""
    return bool(_AIM.search(words.lower()))


def names_other_people(words: str) -> bool:
    """Whether words name people who are no members: "Penerima bantuan pangan"."""
    return bool(_OTHER_PEOPLE.search(words.lower()))


def introduces(words: str) -> bool:
    """Whether words only introduce what follows: "berikut rinciannya"."""
    return bool(_INTRODUCING.fullmatch(words.lower()))


def is_on_topic(texts: Iterable[str]) -> bool:
    """Whether any of some texts speaks of health insurance."""
    return any(_TOPIC.search(text.lower()) for text in texts)
