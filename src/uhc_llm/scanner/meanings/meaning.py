"""What each number of a text means, as far as the words say, read from the first to the last."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from uhc_llm.scanner.meanings.metrics import (
    cued_metrics,
    MOST_ACTIVE,
    fitting_metrics,
    is_share_of_those,
    is_rest,
    likely_metrics,
    names_nothing,
    partner_metric,
    reaches,
    speaks_of_quota,
)
from uhc_llm.scanner.meanings.segments import (
    cued_segments,
    points_back,
    speaks_of_all,
    speaks_of_nation,
    usual_segment,
)
from uhc_llm.scanner.meanings.statuses import cued_statuses
from uhc_llm.scanner.meanings.thresholds import is_threshold
from uhc_llm.scanner.meanings.windows import Window, window
from uhc_llm.schemas import COVERAGE_UNITS, Mention, Metric, Reading, Segment, Status, Unit

__all__ = ["Meaning", "read_meanings"]

# So far back may stand the members that "penerimanya" speaks of.
_REACH: Final = 300
# "98 persen dengan keaktifan 75 persen": what is aimed at is both.
_JOINED: Final = re.compile(
    r"(?:\s+(?:pada|di|per|tahun|untuk)\s+[\w ]{0,15}\d{4})?"
    r"[\s,]*(?:dengan|dan|serta|maupun|sekaligus|untuk|bagi|guna|buat|artinya|berarti)\b[^,;.:]{0,40}"
    # "tahun 2022 95 persen, tahun 2023 95 persen dan tahun 2024 mendatang 98 persen"
    r"|(?:[\s,]|(?:dan|serta|lalu|kemudian|pada|di|per|tahun|untuk|akhir|mendatang|menjadi|berikutnya|\d{4})\b)*",
    re.IGNORECASE,
)
# Numbers that may be those of a group of members, and not of all.
_PEOPLE: Final = frozenset[Metric]({"participants", "active_participants", "quota"})
_OF_GROUPS: Final = _PEOPLE | {"new_participants", "active_rate", "budget"}
_MISSING_AS: Final[Mapping[Unit | None, Metric]] = {
    "people": "uninsured",
    "percent": "uninsured_rate",
}
_MISSING: Final = tuple((metric,) for metric in _MISSING_AS.values())
# So far goes what was said of those, and so small is a share of them that nobody calls one.
_NEAR: Final = 250
_FEW: Final = 25
_MANY: Final = 30
_PAYS: Final = frozenset[Metric]({"budget", "quota"})


class Meaning(NamedTuple):
    """What the words say of one number, of each the likeliest first.

    Attributes:
        mention: the number.
        at: the words that belong to it.
        metrics: what it can measure.
        statuses: whether it is reached or aimed at.
        segments: whose members it counts.
        is_cued: whether a word of its own speaks of coverage.
        is_silent: whether neither its own words nor the number before it say what it measures: the
            metrics are those that are usual.
        is_nothing: whether the words say that it is no coverage fact.
        is_threshold: whether it is what UHC asks of any region.
    """

    mention: Mention
    at: Window
    metrics: tuple[Metric, ...]
    statuses: tuple[Status, ...]
    segments: tuple[Segment, ...]
    is_cued: bool
    is_silent: bool
    is_nothing: bool
    is_threshold: bool


def read_meanings(reading: Reading) -> Mapping[str, Meaning]:
    """What each number with a unit of coverage can mean, by its id, in the text's order."""
    return {meaning.mention.id: meaning for meaning in _each(reading)}


class _Context(NamedTuple):
    """What was read before a number.

    Attributes:
        last: the number before it, if it stands in the same sentence.
        missing: the last number of those who are not insured.
        active: the last rate of active members, unless another rate came since.
        people: the number before it, wherever that stands, if it counts people.
        grouped: the last number that counts or pays for a group of members.
        counted: the last number of regions in the same sentence.
    """

    last: Meaning | None = None
    missing: Mention | None = None
    active: Mention | None = None
    people: Meaning | None = None
    grouped: Meaning | None = None
    counted: Mention | None = None


def _each(reading: Reading) -> Iterator[Meaning]:
    before = _Context()
    for mention in reading.mentions:
        if mention.kind != "quantity" or mention.unit not in COVERAGE_UNITS:
            continue
        at = window(reading, mention)
        start = mention.start - len(at.lead)
        if before.last and before.last.mention.start < start:
            before = before._replace(last=None, counted=None)
        meaning = _meaning(mention, at, before)
        yield meaning
        is_missing = meaning.metrics[:1] in _MISSING and not meaning.is_nothing
        before = _Context(
            last=meaning,
            active=_active(meaning, before.active),
            people=meaning if mention.unit == "people" else None,
            missing=mention if is_missing else None if meaning.is_cued else before.missing,
            grouped=before.grouped if meaning.segments[0] == "all" else meaning,
            counted=mention if mention.unit == "regions" else before.counted,
        )


def _active(meaning: Meaning, before: Mention | None) -> Mention | None:
    """The last rate of active members, unless a number since was said to be another one."""
    if meaning.mention.unit != "percent" or meaning.is_nothing:
        return before
    if meaning.metrics[:1] == ("active_rate",):
        return meaning.mention
    return None if meaning.is_cued else before


def _meaning(mention: Mention, at: Window, before: _Context) -> Meaning:
    cued = cued_metrics(mention, at)
    partner = partner_metric(mention, at, before.last.metrics if before.last else ())
    share = None
    if before.people and is_share_of_those(mention, at):
        share = partner_metric(mention, at, before.people.metrics, is_again=True)
    partner = share or partner
    metrics, goes_on = _metrics(mention, at, (partner,) if partner else cued, before)
    groups = cued_segments(at)
    if metrics[:1] == ("uninsured",) and groups and is_rest(at):
        metrics = tuple(dict.fromkeys(["participants", *metrics]))  # "sisanya PBPU 457.846 jiwa"
    if metrics[:1] == ("uninsured",) and is_rest(at) and speaks_of_quota(at):
        metrics = ("quota", *(metric for metric in metrics if metric != "quota"))
    if metrics[:1] == ("new_participants",) and at.again and at.again.value >= _MANY:
        # "baru mendaftarkan 498.549 penduduk atau 74,06 persen": no so many are new.
        metrics = tuple(dict.fromkeys(["participants", *metrics]))
    metric = metrics[0] if metrics else None
    segments: tuple[Segment, ...] = ("all",)
    if metric in _OF_GROUPS:
        if metric == "budget" and groups[:1] == ("pbi_apbn",) and not speaks_of_nation(at):
            groups = ("pbi_apbd", *groups)  # "pos PBI" in a region's budget
        segments = groups or (_segment(mention, at, metric, before, goes_on=goes_on),)
    is_asked_of_all = is_threshold(mention, at, metric, before.counted)
    return Meaning(
        mention=mention,
        at=at,
        metrics=metrics,
        statuses=("target",) if is_asked_of_all else _statuses(at, metric, before.last),
        segments=segments,
        is_cued=bool(cued),
        is_silent=before.last.is_silent if goes_on and before.last else not (cued or partner),
        is_nothing=share is None and _is_nothing(mention, at, cued, before.last, goes_on=goes_on),
        is_threshold=is_asked_of_all,
    )


def _metrics(
    mention: Mention,
    at: Window,
    cued: tuple[Metric, ...],
    before: _Context,
) -> tuple[tuple[Metric, ...], bool]:
    """The metrics, and whether they are those of the number before."""
    last, missing = before.last, before.missing
    is_alike = last is not None and last.mention.unit == mention.unit
    if len(fitting := fitting_metrics(mention)) < 2:  # noqa: PLR2004 - nothing to choose
        return tuple(fitting), is_alike
    if cued:
        return cued, False
    likely = likely_metrics(mention, at)
    if (
        missing
        and not cued_segments(at)
        and mention.start - missing.end < _NEAR
        and _can_be_missing(mention)
    ):
        # "Yang terbanyak belum terdaftar ada di Poso. Sigi menyusul dengan 4.493 orang"
        return tuple(dict.fromkeys([_MISSING_AS[mention.unit], *likely])), False
    if before.active and mention.unit == "percent" and likely == ("coverage_rate",):
        # "Tiga daerah mendapat catatan: Taliabu 64 persen", behind a sentence on active members
        is_near = mention.start - before.active.end < _NEAR and mention.value < MOST_ACTIVE
        if is_near and last is None:
            return ("active_rate", *likely), False
    if last and last.metrics[:1] == ("budget",) and mention.unit == "people":
        # "Rp37,8 miliar untuk 83.000 jiwa": those whom it pays for.
        return tuple(dict.fromkeys(["participants", *likely])), True
    if last and is_alike and last.metrics and last.metrics[0] != "population":
        return tuple(dict.fromkeys([last.metrics[0], *likely])), True
    return likely, False


def _can_be_missing(mention: Mention) -> bool:
    """Whether a number that names nothing itself can be of those who are not insured."""
    return mention.unit == "people" or (mention.unit == "percent" and mention.value < _FEW)


def _statuses(at: Window, metric: Metric | None, last: Meaning | None) -> tuple[Status, ...]:
    cued = cued_statuses(at, metric)
    if cued:
        return cued
    if last and at.restates:
        return last.statuses
    is_joined = last and last.statuses[0] == "target" and _JOINED.fullmatch(at.before)
    return ("target",) if is_joined else ("actual",)


def _segment(
    mention: Mention, at: Window, metric: Metric | None, before: _Context, *, goes_on: bool
) -> Segment:
    """Whose a number is that names no group itself."""
    usual = usual_segment(at, metric) if metric else "all"
    if usual != "all" or speaks_of_all(at):
        return usual
    if goes_on and before.last:
        return before.last.segments[0]
    grouped = before.grouped
    if grouped and metric in _PEOPLE and mention.start - grouped.mention.end < _REACH:
        is_paid = at.previous == grouped.mention and grouped.metrics[0] in _PAYS
        if is_paid or points_back(at):
            return grouped.segments[0]
    return "all"


def _is_nothing(
    mention: Mention,
    at: Window,
    cued: tuple[Metric, ...],
    last: Meaning | None,
    *,
    goes_on: bool,
) -> bool:
    if names_nothing(mention, at):
        return True
    if mention.unit == "percent" and not cued and cued_segments(at):
        return True  # "peserta mandiri 64,25 persen, APBN 22,34 persen": shares
    if last is None or not last.is_nothing or cued:
        return False
    if mention.unit == "percent":
        return at.restates or (goes_on and last.mention.unit == "percent" and not reaches(at))
    return at.restates or goes_on
