"""Rules on what a fact says beside its number: that the text, as it was read, says the same.

Who said the fact knows nothing of these; where the reader said it itself they tell where it was not
sure. Each says what the text says instead, and how likely that is.
"""

from collections.abc import Iterator
from typing import Final

from uhc_llm.reader import Interpretation, Meaning, Moment, Place
from uhc_llm.scanner.largest import largest, most_in_a_province
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.schemas import Mention
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import place

__all__ = [
    "is_national", "noun_fits_metric", "period_binding", "region_binding", "segment_cue",
    "status_cue",
]  # fmt: skip

_LEAST: Final = 0.5
"""What the text says less likely than this makes a fact suspect."""


def noun_fits_metric(claim: Claim, case: Case) -> Iterator[Message]:
    """The words at the number allow the metric: "685 ribu peserta" are not uninsured."""
    read = case.bindings.read(claim.mention)
    metric = claim.fact.metric
    if read is None or read.share_of_metric(metric) >= _LEAST:
        return
    said = {name: share for name, share in read.meanings if Meaning.named(name).metric != metric}
    name = max(said, key=lambda name: said[name])
    told = Meaning.named(name).metric
    share = read.share_of_metric(told) if told else said[name]
    other = told or f"no coverage figure ({name.replace('_', ' ')})"
    yield f"{_quoted(read)} is called {metric}; {_words_say(other, share)}", place(claim)


def status_cue(claim: Claim, case: Case) -> Iterator[Message]:
    """What is said to be aimed at is no target reached, and the other way round."""
    read, status = case.bindings.read(claim.mention), claim.fact.status
    if read is None or status is None or not read.places:
        return
    share = read.share_of_status(status)
    if share < _LEAST:
        other = "target" if status == "actual" else "actual"
        said = f"{_quoted(read)} is called {status}; {_words_say(other, 1 - share)}"
        yield said, place(claim)


def segment_cue(claim: Claim, case: Case) -> Iterator[Message]:
    """The text speaks of the group of members that the fact names: PBI, PPU, PBPU, BP."""
    read, segment = case.bindings.read(claim.mention), claim.fact.segment
    if read is None or segment is None or not read.segments:
        return
    if read.share_of_segment(segment) < _LEAST:
        name, share = next(each for each in read.segments if each[0] != segment)
        said = f"{_quoted(read)} is called {segment}; {_words_say(name, share)}"
        yield said, place(claim)


def region_binding(claim: Claim, case: Case) -> Iterator[Message]:
    """The text says the number of this region, and of no other.

    "Kota Cimahi 95 persen, Kabupaten Bandung 90 persen": the 90 percent are not Cimahi's.
    """
    fact, read = claim.fact, case.bindings.read(claim.mention)
    region = fact.region
    if region is None or read is None or not read.places:
        return
    if region.code == NATION.code and claim.mention and is_national(claim.mention, case):
        return
    if read.share_of_region(region.code) >= _LEAST:
        return
    other, share = next(each for each in read.places if not each[0].can_be(region.code))
    yield (
        f"{_quoted(read)} is said to be of {region.name}; {_text_says(_named(other), share)}",
        (*place(claim), *((r.start, r.end) for r in other.regions if r.end)),
    )


def is_national(mention: Mention, case: Case) -> bool:
    """Whether only the whole nation can have so many, or has any: people, regions, provinces."""
    if mention.unit == "regions":
        return mention.value > most_in_a_province() or "provinsi" in mention.text.lower()
    most = largest(mention.unit, "province")
    main = next((r for r in case.reading.regions if r.id == case.reading.main_region), None)
    # In an article about a city it is rather a slip: "275.204.000 jiwa" for 275.204.
    is_small = main is not None and main.level in {"regency", "city"}
    return most is not None and mention.value > most.doubted and not is_small


def period_binding(claim: Claim, case: Case) -> Iterator[Message]:
    """The text says the number of this year, and of no other.

    "Pada 2021 cakupannya 90 persen, tahun ini 95 persen": the 90 percent are of 2021.
    """
    period, read = claim.fact.period, case.bindings.read(claim.mention)
    if read is None or not read.moments:
        return
    year = period.iso[:4] if period else None
    if period is None or read.share_of_year(year) >= _LEAST:
        return
    other, share = next(each for each in read.moments if (each[0].iso or "")[:4] != year)
    yield (
        f"{_quoted(read)} is said to be of {period.iso}; {_text_says(_when(other), share)}",
        (*place(claim), *_spans(other)),
    )


def _quoted(read: Interpretation) -> str:
    return repr(read.mention.text)


def _words_say(other: str, share: float) -> str:
    """What a number is called instead, and how likely that is; what is less than likely may be."""
    say = "may say" if share < _LEAST else "say"
    return f"the words {say} {other} ({round(100 * share)} in 100)"


def _text_says(other: str, share: float) -> str:
    """Whose a number is instead, or of when, and how likely that is."""
    says = "may say" if share < _LEAST else "says"
    return f"the text {says} it of {other} ({round(100 * share)} in 100)"


def _named(whose: Place) -> str:
    return " and ".join(region.name for region in whose.regions) or "no region that it names"


def _when(moment: Moment) -> str:
    return moment.iso or "no time that it names"


def _spans(moment: Moment) -> list[tuple[int, int]]:
    period = moment.period
    return [(period.start, period.end)] if period is not None and period.end else []
