"""What the words around a number say of its meaning.

A number has a window: the stretch of its sentence that is nearer to it than to any other number.
Cue words in the window suggest what it measures, whether it is reached or aimed at, and whose it
is.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable
from importlib.resources import files
from typing import Final, NamedTuple, cast

from uhc_llm.schemas import METRICS, Mention, Metric, Reading, Segment, Status, Unit

__all__ = [
    "Window",
    "metrics_suggested",
    "names_nothing",
    "segments_suggested",
    "speaks_of_coverage",
    "statuses_suggested",
    "window",
]

_TABLES: Final = tomllib.loads(
    files("uhc_llm.scanner").joinpath("data/cues.toml").read_text(encoding="utf-8")
)
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
_DIRECTLY_BEHIND: Final = 8
# Of a longer sentence only so much is looked at, on either side of the number.
_LONGEST: Final = 1000
_CLAUSE_END: Final = re.compile(
    r"[,;:(]|\b(?:sedangkan|sementara|tetapi|namun|dan|serta|padahal|sehingga|lalu)\b", re.I
)


def _compile(cues: Iterable[str]) -> re.Pattern[str]:
    """A pattern for words in lower case: ignoring case would take twice as long."""
    alternatives = "|".join(cue.lower().replace(" ", r"\s") for cue in cues)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?:nya)?(?!\w)")


_NOTHING: Final[dict[Unit, re.Pattern[str]]] = {
    cast("Unit", unit): _compile(cues) for unit, cues in _TABLES["nothing"].items()
}
_METRIC: Final[dict[Metric, re.Pattern[str]]] = {
    cast("Metric", metric): _compile(cues) for metric, cues in _TABLES["metric"].items()
}
_STATUS: Final[dict[Status, re.Pattern[str]]] = {
    cast("Status", status): _compile(cues) for status, cues in _TABLES["status"].items()
}
_SEGMENT: Final[dict[Segment, re.Pattern[str]]] = {
    cast("Segment", segment): _compile(cues) for segment, cues in _TABLES["segment"].items()
}


_OF_COVERAGE: Final = _compile(
    cue for metric in ("coverage_rate", "active_rate") for cue in _TABLES["metric"][metric]
)


class Window(NamedTuple):
    """The words that belong to one number.

    Attributes:
        before: from the number before it, or the head of the sentence, to the number.
        own: the number itself, with its noun.
        after: from the number to the end of its clause.
        sentence: the sentence, cut where it goes on for more than a thousand characters.
        previous: the number before it in the same sentence.
    """

    before: str
    own: str
    after: str
    sentence: str
    previous: Mention | None

    @property
    def near(self) -> str:
        """The clause of the number: what stands before it, its noun, and what directly follows."""
        return f"{self.before} {self.own} {self.after}"


def window(reading: Reading, mention: Mention) -> Window:
    """The words that belong to `mention`."""
    index = bisect_right(reading.sentences, (mention.start, len(reading.text))) - 1
    begin, end = reading.sentences[index] if index >= 0 else (0, len(reading.text))
    end = max(end, mention.end)
    place = bisect_left(reading.mentions, mention.start, key=lambda m: m.start)
    quantities = [m for m in reading.mentions[max(0, place - 6) : place] if m.kind == "quantity"]
    previous = quantities[-1] if quantities and quantities[-1].end > begin else None
    following = next(
        (m for m in reading.mentions[place + 1 : place + 6] if m.kind == "quantity"), None
    )
    left = previous.end if previous else begin
    right = min(end, following.start) if following else end
    after = reading.text[mention.end : right]
    clause = _CLAUSE_END.search(after)
    return Window(
        before=reading.text[left : mention.start],
        own=mention.text,
        after=after[: clause.start()] if clause else after,
        sentence=reading.text[
            max(begin, mention.start - _LONGEST) : min(end, mention.end + _LONGEST)
        ],
        previous=previous,
    )


def speaks_of_coverage(mention: Mention, at: Window) -> bool:
    """Whether a word of coverage stands at a number: of some metric of its unit."""
    return bool(_ranked([m for m, d in METRICS.items() if d.unit == mention.unit], at))


def names_nothing(mention: Mention, at: Window) -> bool:
    """Whether the words around a number say that it is no coverage fact: a premium, an increase.

    Where they speak of coverage too ("cakupannya bisa meningkat 87 persen") they settle nothing. A
    number of regions is one only where its sentence says what they have reached.
    """
    if mention.unit == "regions" and not _METRIC["regions_covered"].search(at.sentence.lower()):
        return True
    pattern = _NOTHING.get(mention.unit) if mention.unit else None
    if pattern is None or not pattern.search(at.near.lower()):
        return False
    return mention.unit != "percent" or not _OF_COVERAGE.search(at.before.lower())


def metrics_suggested(
    mention: Mention, at: Window, restated: tuple[Metric, ...] = ()
) -> tuple[Metric, ...]:
    """The metrics that fit the unit and that the words around the number suggest, likeliest first.

    Args:
        mention: the number.
        at: its window.
        restated: the metrics suggested for the number before it, which this one may say again in
            another unit ("17,14 persen atau 900 ribu jiwa").
    """
    fitting = [metric for metric, d in METRICS.items() if d.unit == mention.unit]
    if len(fitting) < 2:  # noqa: PLR2004 - nothing to choose
        return tuple(fitting)
    partner = _PARTNER.get(restated[0]) if restated and _RESTATED.fullmatch(at.before) else None
    if partner and METRICS[partner].unit == mention.unit:
        return (partner,)
    if mention.unit == "people" and _OF_WHOLE.search(at.before) and at.previous is not None:
        return ("population",)
    found = _ranked(fitting, at)
    return found or _DEFAULTS[mention.unit or "other"]


def _ranked(fitting: list[Metric], at: Window) -> tuple[Metric, ...]:
    """The metrics with a cue, by how near to the number the cue stands.

    A cue that begins in the number's own noun ("4.200 peserta baru") is as near as can be; of two
    that are equally near the one that stands first in the table wins.
    """
    distance: dict[Metric, int] = {}
    words_before, words_behind = at.before.lower(), f"{at.own}{at.after}".lower()
    for metric, pattern in _METRIC.items():
        if metric not in fitting:
            continue
        behind = _distance(pattern, words_behind, from_end=False)
        before = _distance(pattern, words_before, from_end=True)
        near = [max(0, behind - len(at.own))] if behind is not None else []
        near += [before] if before is not None else []
        if near:
            distance[metric] = min(near)
    return tuple(sorted(distance, key=lambda metric: distance[metric]))


def _distance(pattern: re.Pattern[str], words: str, *, from_end: bool) -> int | None:
    if not from_end:
        first = pattern.search(words)
        return first.start() if first else None
    last = deque(pattern.finditer(words), maxlen=1)
    return len(words) - last[0].end() if last else None


_DEFAULTS: Final[dict[Unit, tuple[Metric, ...]]] = {
    "percent": ("coverage_rate",),
    "people": ("participants", "uninsured", "population"),
}


def statuses_suggested(at: Window) -> tuple[Status, ...]:
    """What the clause says of reached or aimed at, likeliest first; actual when it says nothing."""
    before = at.before.lower()
    target = _distance(_STATUS["target"], before, from_end=True)
    actual = _distance(_STATUS["actual"], before, from_end=True)
    if target is None:
        return ("actual",)
    if actual is None:
        return ("target",)
    return ("target", "actual") if target < actual else ("actual", "target")


def segments_suggested(at: Window) -> tuple[Segment, ...]:
    """The groups of members that the clause or its sentence names, likeliest first."""
    behind = _segment_distances(at.after, from_end=False)
    if behind and min(behind.values()) <= _DIRECTLY_BEHIND:
        return tuple(sorted(behind, key=lambda segment: behind[segment]))
    near = _segment_distances(at.before, from_end=True)
    return tuple(sorted(near, key=lambda segment: near[segment])) or tuple(behind)


def _segment_distances(words: str, *, from_end: bool) -> dict[Segment, int]:
    words = words.lower()
    found = {s: _distance(p, words, from_end=from_end) for s, p in _SEGMENT.items()}
    return {segment: distance for segment, distance in found.items() if distance is not None}
