"""Reading what each number of a text means, from the first to the last."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from uhc_llm.scanner.largest import largest
from uhc_llm.scanner.meanings.cells import CellReading
from uhc_llm.scanner.meanings.meaning import MISSING_AS, Context, Meaning
from uhc_llm.scanner.meanings.metrics import (
    MOST_ACTIVE,
    cued_metrics,
    fitting_metrics,
    is_unused,
    likely_metrics,
    speaks_of_quota,
)
from uhc_llm.scanner.meanings.nothing import arrives, is_too_small, names_nothing, reaches
from uhc_llm.scanner.meanings.pairs import (
    is_rest,
    is_share_of_those,
    partner_metric,
    says_share_again,
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
from uhc_llm.schemas import COVERAGE_UNITS, Mention, Metric, Reading, Segment, Status

__all__ = ["read_meanings"]

# So far back may stand the members that "penerimanya" speaks of.
_REACH: Final = 300
# "98 persen dengan keaktifan 75 persen": what is aimed at is both.
_JOINED: Final = re.compile(
    r"(?:\s+(?:pada|di|per|tahun|untuk)\s+[\w ]{0,15}\d{4}|\s+dari\s+(?:\w+\s+)?penduduk)?"
    r"[\s,]*(?:dengan|dan|serta|maupun|sekaligus|untuk|bagi|guna|buat|artinya|berarti)\b[^,;.:]{0,40}"
    # "tahun 2022 95 persen, tahun 2023 95 persen dan tahun 2024 mendatang 98 persen"
    r"|(?:[\s,]|(?:dan|serta|lalu|kemudian|pada|di|per|tahun|untuk|akhir|mendatang|menjadi|berikutnya|\d{4})\b)*",
    re.IGNORECASE,
)
# Numbers that may be those of a group of members, and not of all.
_PEOPLE: Final = frozenset[Metric]({"participants", "active_participants", "quota"})
_OF_GROUPS: Final = _PEOPLE | {"new_participants", "active_rate", "budget"}
_RATES: Final = frozenset[Metric]({"coverage_rate", "active_rate"})
# So far goes what was said of those, and so small is a share of them that nobody calls one.
_NEAR: Final = 250
_FEW: Final = 25
_MANY: Final = 30
_OF_PEOPLE: Final = re.compile(r"\s*dari\s+(?:\w+\s+)?(?:penduduk|populasi|warga)", re.IGNORECASE)
_PAYS: Final = frozenset[Metric]({"budget", "quota"})
_SELF_PAYING: Final = frozenset[Segment]({"pbpu", "bp"})


def read_meanings(reading: Reading) -> Mapping[str, Meaning]:
    """What each number with a unit of coverage can mean, by its id, in the text's order."""
    return {meaning.mention.id: meaning for meaning in _each(reading)}


def _each(reading: Reading) -> Iterator[Meaning]:
    before = Context()
    for mention in reading.mentions:
        if mention.kind == "quantity" and mention.unit in COVERAGE_UNITS:
            at = window(reading, mention)
            if at.cell and at.in_table:
                # Neighbours in a row say nothing of one another.
                yield _of_cell(mention, at, at.cell)
                continue
            before = before.before(mention.start - len(at.lead))
            meaning = (
                _of_item(mention, at, at.cell)
                if at.cell and (at.cell.metrics or at.cell.is_nothing)
                else _meaning(mention, at, before)
            )
            yield meaning
            before = before.then(meaning)


def _of_cell(mention: Mention, at: Window, cell: CellReading) -> Meaning:
    """What a number in a table means: what its head says."""
    metrics = cell.metrics or tuple(fitting_metrics(mention))
    metric = metrics[0]
    groups = cued_segments(at)
    segments: tuple[Segment, ...] = ("all",)
    if metric in _OF_GROUPS:
        segments = groups or (usual_segment(at, metric),)
    if _SELF_PAYING.issubset(groups):
        at = at._replace(cell=cell._replace(doubt="its head names two groups of members"))
    is_share = mention.unit == "percent" and bool(groups)  # "Peserta PBI (%)"
    return Meaning(
        mention=mention,
        at=at,
        metrics=metrics,
        statuses=_statuses(at._replace(before=f"{cell.own} ", heading=cell.aim), metric, None),
        segments=segments,
        is_cued=bool(cell.metrics),
        is_silent=False,
        is_nothing=cell.is_nothing or is_share or is_too_small(mention),
        is_threshold=False,
    )


def _of_item(mention: Mention, at: Window, cell: CellReading) -> Meaning:
    """What a number in a list means: what its heading says, and nothing that stands before it."""
    lead = f"{cell.own} "
    told = at._replace(
        before=lead, after="", tail="", sentence=f"{lead}{mention.text}", lead=lead, former="",
        previous=None, again=None, beyond="", heading="",
    )  # fmt: skip
    meaning = _of_cell(mention, told, cell)
    return meaning._replace(at=at._replace(cell=meaning.at.cell))


def _meaning(mention: Mention, at: Window, before: Context) -> Meaning:
    cued = cued_metrics(mention, at)
    share = None
    if before.people and is_share_of_those(mention, at):
        share = partner_metric(mention, at, before.people.metrics, is_again=True)
    partner = share or partner_metric(mention, at, before.last.metrics if before.last else ())
    metrics, goes_on = _metrics(mention, at, (partner,) if partner else cued, before)
    groups = cued_segments(at)
    metrics = _corrected(metrics, at, has_groups=bool(groups))
    metric = metrics[0] if metrics else None
    segments: tuple[Segment, ...] = ("all",)
    if metric in _OF_GROUPS:
        if metric == "budget" and groups[:1] == ("pbi_apbn",) and not speaks_of_nation(at):
            groups = ("pbi_apbd", *groups)  # "pos PBI" in a region's budget
        segments = groups or (_segment(mention, at, metric, before, goes_on=goes_on),)
    # What a list says of each is asked of nobody else: "Target UHC 2025: Blora 98, Kudus 99".
    is_of_one = at.cell is not None and bool(at.cell.regions)
    is_asked_of_all = not is_of_one and (
        is_threshold(mention, at, metric, before.counted)
        or _goes_on_asking(mention, at, metric, before.last)
    )
    return Meaning(
        mention=mention,
        at=at,
        metrics=metrics,
        statuses=("target",) if is_asked_of_all else _statuses(at, metric, before.last),
        segments=segments,
        is_cued=bool(cued),
        is_silent=before.last.is_silent
        if goes_on and before.last
        else not (cued or partner or is_unused(at)),
        is_nothing=share is None and _is_nothing(mention, at, before.last, goes_on=goes_on),
        is_threshold=is_asked_of_all,
    )


def _metrics(
    mention: Mention, at: Window, cued: tuple[Metric, ...], before: Context
) -> tuple[tuple[Metric, ...], bool]:
    """The metrics, and whether they are those of the number before."""
    last = before.last
    is_alike = last is not None and last.mention.unit == mention.unit
    if len(fitting := fitting_metrics(mention)) < 2:  # noqa: PLR2004 - nothing to choose
        return tuple(fitting), is_alike
    if cued:
        return cued, False
    likely = likely_metrics(mention, at)
    if spoken_of := _spoken_of(mention, at, likely, before):
        return tuple(dict.fromkeys([spoken_of, *likely])), False
    if last and last.metrics[:1] == ("budget",) and mention.unit == "people":
        # "Rp37,8 miliar untuk 83.000 jiwa": those whom it pays for.
        return tuple(dict.fromkeys(["participants", *likely])), True
    if last and is_alike and last.metrics and last.metrics[0] != "population":
        return tuple(dict.fromkeys([last.metrics[0], *likely])), True
    return likely, False


def _goes_on_asking(
    mention: Mention, at: Window, metric: Metric | None, last: Meaning | None
) -> bool:
    """Whether a rate is asked of all as the one before it: "98 persen dengan keaktifan 80"."""
    if last is None or not last.is_threshold or metric not in _RATES or mention.upper is not None:
        return False
    return bool(_JOINED.fullmatch(at.before))


def _spoken_of(
    mention: Mention, at: Window, likely: tuple[Metric, ...], before: Context
) -> Metric | None:
    """What the sentences before spoke of, for a number whose own words are silent."""
    missing, active = before.missing, before.active
    if missing and mention.start - missing.end < _NEAR and _can_be_missing(mention):
        # "Yang terbanyak belum terdaftar ada di Poso. Sigi menyusul dengan 4.493 orang"
        return None if cued_segments(at) else MISSING_AS[mention.unit]
    is_open = likely == ("coverage_rate",) and mention.value < MOST_ACTIVE and before.last is None
    if active and is_open and mention.start - active.end < _NEAR:
        # "Tiga daerah mendapat catatan: Taliabu 64 persen", behind a sentence on active members
        return "active_rate"
    return None


def _corrected(metrics: tuple[Metric, ...], at: Window, *, has_groups: bool) -> tuple[Metric, ...]:
    """The metrics, put right where other words than the cues say more."""
    better: Metric | None = None
    if metrics[:1] == ("uninsured",) and is_rest(at):
        # "kuota ... masih tersisa 4.000", "sisanya PBPU 457.846 jiwa"
        better = "quota" if speaks_of_quota(at) else "participants" if has_groups else None
    elif metrics[:1] == ("participants",) and is_unused(at):
        better = "quota"
    elif metrics[:1] == ("population",) and says_share_again(at):
        better = next((m for m in metrics if m != "population"), "participants")
    elif metrics[:1] == ("new_participants",) and (
        arrives(at)  # "bertambah menjadi 679.721 jiwa"
        or (at.again and at.again.value >= _MANY)  # "baru mendaftarkan 498.549 atau 74,06 persen"
    ):
        better = "participants"
    return tuple(dict.fromkeys([better, *metrics])) if better else metrics


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
    mention: Mention, at: Window, metric: Metric | None, before: Context, *, goes_on: bool
) -> Segment:
    """Whose a number is that names no group itself."""
    usual = usual_segment(at, metric) if metric else "all"
    most = largest("rupiah", "regency") if metric == "budget" else None
    if most and mention.value >= most.doubted:
        return "pbi_apbn"
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


def _is_nothing(mention: Mention, at: Window, last: Meaning | None, *, goes_on: bool) -> bool:
    if names_nothing(mention, at) or (at.cell and at.cell.is_nothing):
        return True
    cued = cued_metrics(mention, at, with_noun=False)
    if mention.unit == "percent" and not cued and len(cued_segments(at)) == 1:
        return True  # "peserta mandiri 64,25 persen, APBN 22,34 persen": shares
    if mention.unit == "percent" and last and at.restates and last.segments[0] != "all":
        return not cued and not _OF_PEOPLE.match(at.tail)  # "peserta mandiri 9.438 atau 1,88%"
    if last is None or not last.is_nothing or cued:
        return False
    goes_on = goes_on or last.mention.unit == mention.unit
    if mention.unit == "percent":
        return at.restates or (goes_on and not reaches(at))
    return at.restates or goes_on
