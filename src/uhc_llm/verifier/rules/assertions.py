"""Rules on whether a text asserts a number, and of whom.

It may deny it, only suppose it, say by how much something changed, or speak of some people alone,
or of another country.
Labelled articles have few of these, so that the reader hardly knows them and is sure all the same.
"""

import re
import tomllib
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final

from uhc_llm.reader.cues import any_of, compile_cues
from uhc_llm.schemas import Metric
from uhc_llm.verifier.claims import Claim, sentence_at
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = ["change", "denied", "insured_since", "other_country", "some_people", "supposed"]

_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("uhc_llm.verifier").joinpath("data/assertions.toml").read_text(encoding="utf-8")
)
_WINDOW: Final = 160
_ADDED: Final[Metric] = "new_participants"
_UNINSURED: Final[Metric] = "uninsured"


def _words(most: int) -> str:
    """So many words up to the end, no comma among them."""
    return rf"(?:\s+[^\s,;:]+){{0,{most}}}\s*\Z"


_UP_TO: Final = rf"(?:\s+(?:{'|'.join(_TABLE['about'])}))*\s*\Z"
_NOT: Final = re.compile(any_of(_TABLE["not"]) + _UP_TO)
_NEVER: Final = r"(?<!belum\s)(?<!tidak\s)(?<!tak\s)"
_DISOWNED_BEFORE: Final = re.compile(_NEVER + any_of(_TABLE["disowned_before"]))
_DISOWNED_BEHIND: Final = compile_cues(_TABLE["disowned_behind"])
_DISOWNED_NEXT: Final = re.compile(rf"\W*{any_of(_TABLE['disowned_next'])}")
_SUPPOSED: Final = re.compile(any_of(_TABLE["supposed"]) + _words(_TABLE["supposed_within"]))
_CONDITION: Final = re.compile(
    any_of(_TABLE["condition"])
    + rf".*{any_of(_TABLE['consequence'])}"
    + _words(_TABLE["supposed_within"]),
    re.DOTALL,
)
_CHANGE: Final = re.compile(any_of(_TABLE["change"]) + _UP_TO)
_INSURED: Final = re.compile(_NEVER + any_of(_TABLE["insured"]) + _words(_TABLE["insured_within"]))
_PEOPLE: Final = any_of(_TABLE["people"])
_SHARE_OF: Final = re.compile(
    r"\s+(?:dari\s+)?(?:(?:total|seluruh|sekitar|jumlah|keseluruhan|semua)\s+)*"
    rf"(?:[\d.,]+\s+(?:(?:ribu|juta|orang|jiwa)\s+)*)?{_PEOPLE}"
)
_OUT_OF: Final = re.compile(
    r"(?<!\w)dari\s+(?:(?:total|seluruh|sekitar|jumlah|keseluruhan|semua)\s+)*"
    rf"[\d.,]+\s+(?:(?:ribu|juta|orang|jiwa)\s+)*{_PEOPLE}[^.;:]{{0,60}}\Z"
)
_NOUN: Final = re.compile(_PEOPLE)
_COUNTRY: Final = compile_cues(_TABLE["countries"])
_COUNTRY_BEHIND: Final = re.compile(rf"\W*(?:untuk|di|dari)\s+{any_of(_TABLE['countries'])}")


def denied(claim: Claim, case: Case) -> Iterator[Message]:
    """The text says that the number is not so, or that others say it.

    "Bukan 92 persen"; "membantah kabar bahwa cakupannya hanya 70 persen"; "Kabar itu tidak benar."
    """
    before = _before(claim, case)
    found = (
        _NOT.search(before)
        or _DISOWNED_BEFORE.search(before)
        or _DISOWNED_BEHIND.search(_behind(claim, case))
        or _DISOWNED_NEXT.match(_next(claim, case))
    )
    if found:
        yield f"the text may not stand by it: {_said(found)!r}", place(claim)


def supposed(claim: Claim, case: Case) -> Iterator[Message]:
    """What may come, or ought to be, is not reached: "terancam turun menjadi 92 persen"."""
    if claim.fact.status != "actual":
        return
    before = _before(claim, case)
    if found := _SUPPOSED.search(before) or _CONDITION.search(before):
        yield f"the text may only suppose it: {_said(found)!r}", place(claim)


def change(claim: Claim, case: Case) -> Iterator[Message]:
    """By how much something rose or fell is not how much it is: "berkurang 12.000 jiwa".

    Of percents that tells little: "naik 87 persen" is said of what rose to 87.
    """
    fact = claim.fact
    if fact.metric == _ADDED or fact.unit == "percent":
        return
    if found := _CHANGE.search(_before(claim, case)):
        yield f"it may say by how much something changed: {_said(found)!r}", place(claim)


def insured_since(claim: Claim, case: Case) -> Iterator[Message]:
    """Who was without insurance until now is so no more: "mendaftarkan 12.000 warga yang belum"."""
    if claim.fact.metric == _UNINSURED and (found := _INSURED.search(_before(claim, case))):
        yield f"those whom it counts may have been insured since: {_said(found)!r}", place(claim)


def some_people(claim: Claim, case: Case) -> Iterator[Message]:
    """A share of teachers, or their number, is not that of all: "98 persen jemaah haji"."""
    fact, mention = claim.fact, claim.mention
    if mention is None or fact.segment not in (None, "all"):
        return
    found = None
    if fact.unit == "people":
        found = _NOUN.match((mention.noun or "").lower())
    elif fact.unit == "percent":
        found = _SHARE_OF.match(_behind(claim, case)) or _OUT_OF.search(_before(claim, case))
    if found:
        yield f"it may be of some people alone: {_said(found)!r}", place(claim)


def other_country(claim: Claim, case: Case) -> Iterator[Message]:
    """What is said of another country is not said of Indonesia: "Vietnam mencatat 93 persen"."""
    mention = claim.mention
    if mention is None:
        return
    before = _before(claim, case)
    regions = case.reading.regions
    index = bisect_right(regions, mention.start, key=lambda region: region.start) - 1
    nearest = regions[index].end if index >= 0 else 0
    last = deque(_COUNTRY.finditer(before), maxlen=1)
    is_nearer = last and mention.start - len(before) + last[0].start() >= nearest
    found = last[0] if is_nearer else _COUNTRY_BEHIND.match(_behind(claim, case))
    if found:
        yield f"it may be of another country: {_said(found)!r}", place(claim)


def _before(claim: Claim, case: Case) -> str:
    """The words of its sentence before a number, in lower case."""
    if claim.mention is None:
        return ""
    at = claim.mention.start
    start, _ = sentence_at(case.reading, at)
    return case.reading.text[max(start, at - _WINDOW) : at].lower()


def _behind(claim: Claim, case: Case) -> str:
    """Those behind it."""
    if claim.mention is None:
        return ""
    at = claim.mention.end
    _, end = sentence_at(case.reading, claim.mention.start)
    return case.reading.text[at : min(end, at + _WINDOW)].lower()


def _next(claim: Claim, case: Case) -> str:
    """The beginning of the next sentence."""
    if claim.mention is None:
        return ""
    _, end = sentence_at(case.reading, claim.mention.start)
    return case.reading.text[end : end + _WINDOW].lower()


def _said(found: re.Match[str]) -> str:
    return " ".join(found.group().split()).strip(" -–,\"'")
