"""Rules on the meaning: that the words around the number speak of what the fact says."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from uhc_llm.scanner.meanings import Meaning
from uhc_llm.schemas import Metric, Segment
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = ["noun_fits_metric", "segment_cue", "status_cue"]


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})")


_UNINSURED: Final = _words(
    "belum", "tidak", "tak", "tanpa", "sisa", "tersisa", "tinggal", "tertinggal", "luput", "kurang",
    "di luar", "bukan", "non", "not", "uninsured", "unregistered", "without", "yet to", "remaining",
)  # fmt: skip
_ACTIVE: Final = _words(
    "aktif", "keaktifan", "keaktivan", "bisa dipakai", "dapat digunakan", "active"
)
_QUOTA: Final = _words(
    "kuota", "kouta", "jatah", "alokasi", "slot", "quota",
    r"(?:ter|di)(?:pakai|serap|isi|gunakan|manfaatkan)",
    "masih (?:kosong|tersedia|lowong)",
)  # fmt: skip
_NEW: Final = _words(
    "baru", r"\w*tambah\w*", r"\w*daftar\w*", "kurang", r"\w*integrasi\w*", r"\w*alih\w*",
    "naik", r"\w*tingkat\w*", "lagi", "new", "add",
)  # fmt: skip
_POPULATION: Final = _words(
    "penduduk",
    "berpenduduk",
    "populasi",
    "warga",
    "jiwa",
    "masyarakat",
    "population",
    "resident",
    "inhabitant",
    "citizen",
    "people",
    "indonesians",
)
# What the sentence, or the one before it, must speak of for a number to be of this metric.
_NEEDED: Final[Mapping[Metric, re.Pattern[str]]] = {
    "uninsured": _UNINSURED,
    "uninsured_rate": _UNINSURED,
    "active_participants": _ACTIVE,
    "active_rate": _ACTIVE,
    "quota": _QUOTA,
    "new_participants": _NEW,
    "population": _POPULATION,
}
# What stands right at a number and cannot be said of the metric.
_NOT_YET: Final = re.compile(
    r"(?<!\w)(?:belum|tidak)\s+(?:\w+\s+){0,2}?(?:terdaftar|tercover|ter-cover|terlindungi|memiliki|"
    r"mempunyai|punya|menjadi\s+peserta|ikut|tercakup|masuk|jadi\s+peserta|mendaftar)"
    r"|(?<!\w)(?:not|never|yet\s+to)\s+(?:\w+\s+){0,2}?(?:covered|registered|enrolled|insured|joined)",
)
_COVERED: Final[frozenset[Metric]] = frozenset(
    {"coverage_rate", "participants", "active_rate", "active_participants"}
)


def noun_fits_metric(claim: Claim, case: Case) -> Iterator[Message]:
    """The words at the number allow the metric.

    "685 ribu peserta" cannot be uninsured, unless "belum" or "sisa" is near; a number of the
    insured is not one that "belum terdaftar"; a rate is active only where "aktif" is said.
    """
    mention, metric = claim.mention, claim.fact.metric
    around = case.bindings.meanings.get(mention.id) if mention else None
    if mention is None or around is None:
        return
    needed = _NEEDED.get(metric)
    if needed and not needed.search(_context(case, claim, around)):
        suggested = around.metrics[0]
        instead = f": the words suggest {suggested}" if suggested != metric else ""
        yield (
            f"{mention.text!r} is called {metric}, but nothing near it says so{instead}",
            place(claim),
        )
    elif metric in _COVERED and (said := _says_uninsured(around)):
        yield f"{mention.text!r} is called {metric}, but the text says {said!r}", place(claim)


def _context(case: Case, claim: Claim, around: Meaning) -> str:
    """The sentence of a number and the one before it, and what stands over its table or list."""
    heading = around.at.heading.lower()
    if claim.mention is None or around.at.in_table:
        return f"{heading} {around.at.sentence.lower()}"
    start, end = case.bindings.sentences(claim.mention, back=1)
    return f"{heading} {case.bindings.folded[start:end]}"


def _says_uninsured(around: Meaning) -> str | None:
    """What in the clause of a number says that these are the uninsured."""
    if not {"uninsured", "uninsured_rate"} & set(around.metrics[:1]):
        return None
    behind = _NOT_YET.search(f"{around.at.own}{around.at.after}".lower())
    before = list(_NOT_YET.finditer(around.at.before.lower()))
    found = behind or (before[-1] if before else None)
    return found.group() if found else None


# --- reached or aimed at -------------------------------------------------------------------------

_AIM: Final = _words(
    r"target\w*", "menargetkan", "ditargetkan", r"sasaran\w*", "harus", r"akan(?!\s+tetapi)",
    "menuju", "mengejar", r"rencana\w*", "direncanakan", "diproyeksikan", "proyeksi", "diharapkan",
    "berharap", "membidik", "mematok", "dipatok", r"(?:dapat|bisa)\s+(?:diraih|dicapai|tercapai)",
    r"aim(?:s|ed|ing)?\b", "goal", "plans? to", "hopes? to", "must", "should", "will",
)  # fmt: skip
_THRESHOLD: Final = re.compile(
    r"(?<!\w)(?:minimal|minimum|paling\s+(?:sedikit|kurang|rendah)|syarat\w*|ambang|batas|di\s+atas|"
    r"belum\s+(?:mencapai|menyentuh|sampai|memenuhi)|atau\s+lebih|sekurang-kurangnya|setidaknya|"
    r"predikat|kategori|apabila|jika|bila|dianggap|disebut)",
)
_ROUND: Final = frozenset(map(Decimal, (60, 65, 70, 75, 80, 85, 90, 95, 96, 97, 98, 99, 100)))


def status_cue(claim: Claim, case: Case) -> Iterator[Message]:
    """Words of aim (target, harus, akan, menuju) and of reaching (tercatat, sudah) fit the status.

    "menargetkan 98 persen" is no achievement, "tercatat 92 persen" no target. A round percentage
    beside words of a threshold ("minimal 95 persen") may be either.
    """
    fact, mention = claim.fact, claim.mention
    around = case.bindings.meanings.get(mention.id) if mention else None
    if mention is None or around is None or fact.status is None or fact.metric == "population":
        return
    is_round = fact.unit == "percent" and fact.value in _ROUND
    if is_round and _THRESHOLD.search(around.at.sentence.lower()):
        return
    if fact.status == "target" and not _may_be_target(around):
        yield (
            f"{mention.text!r} is called a target, but no word near it speaks of an aim",
            place(claim),
        )
    if fact.status == "actual" and (aim := _is_aim(around)):
        yield f"{mention.text!r} is called reached, but the text says {aim!r}", place(claim)


def _may_be_target(around: Meaning) -> bool:
    if "target" in around.statuses:
        return True
    before = around.at.sentence.partition(around.at.own)[0]
    return bool(_AIM.search(before.lower()) or _AIM.search(around.at.after.lower()))


def _is_aim(around: Meaning) -> str | None:
    """The word of aim in the clause of a number that no word of reaching follows."""
    if around.statuses != ("target",):
        return None
    aims = list(_AIM.finditer(around.at.before.lower()))
    return aims[-1].group() if aims else None


# --- whose members -------------------------------------------------------------------------------

_SEGMENT_WORDS: Final[Mapping[Segment, re.Pattern[str]]] = {
    "pbi_apbn": _words(
        "pbi",
        "apbn",
        "pusat",
        "penerima bantuan",
        "premium assistance",
        "contribution assistance",
        "state budget",
        "central government",
    ),
    "ppu": _words(
        "ppu",
        "upah",
        "penyelenggara",
        "pekerja",
        "pns",
        "asn",
        "karyawan",
        "buruh",
        "wage",
        "civil servant",
        "worker",
    ),
    "pbpu": _words("pbpu", "mandiri", "upah", "informal", "independent", "self-employed"),
    "bp": _words("bp", "bukan pekerja", "pensiun"),
}


def segment_cue(claim: Claim, case: Case) -> Iterator[Message]:
    """The text names the group of members that the fact speaks of: PBI, PPU, PBPU, BP."""
    mention, segment = claim.mention, claim.fact.segment
    needed = _SEGMENT_WORDS.get(segment) if segment else None
    if mention is None or needed is None:
        return
    around = case.bindings.meanings.get(mention.id)
    if (
        around
        and around.at.in_table
        and needed.search(f"{around.at.heading} {around.at.sentence}".lower())
    ):
        return
    start, end = case.bindings.sentences(mention, back=3)
    if not needed.search(case.bindings.folded, start, end):
        yield (
            f"{mention.text!r} is called {segment}, which the text does not name there",
            place(claim),
        )
