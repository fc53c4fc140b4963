"""What must hold of every text that is scanned; the property tests and the fuzzer both ask it."""

from datetime import date
from itertools import pairwise
from typing import Any, Final

from uhc_llm.scanner import scan
from uhc_llm.scanner.plain import plain_text
from uhc_llm.schemas import (
    Fact,
    Mention,
    Metric,
    Period,
    PeriodMention,
    Reading,
    Region,
    RegionMention,
    Unit,
)
from uhc_llm.verifier import verify_reading

SOME_DAY: Final = date(2024, 5, 14)

# Two sentences without a number, a unit or a name.
QUIET: Final = "Acara itu berjalan lancar. Suasananya tertib."

_METRIC_OF_UNIT: Final[dict[Unit, Metric]] = {
    "percent": "coverage_rate",
    "people": "participants",
    "rupiah": "budget",
    "regions": "regions_covered",
}


def check_every_mention_is_what_stands_at_its_place(reading: Reading) -> None:
    """Spans are exact; numbers and sentences are in order and apart."""
    anchored: list[Mention | PeriodMention | RegionMention] = [
        *reading.mentions,
        *reading.periods,
        *reading.regions,
    ]
    for mention in anchored:
        assert reading.text[mention.start : mention.end] == mention.text
        # Only the article's own date has no place in the text.
        assert mention.text or (mention.start, mention.end) == (0, 0)
    assert [m.id for m in reading.mentions] == [f"n{i + 1}" for i in range(len(reading.mentions))]
    assert all(one.end <= two.start for one, two in pairwise(reading.mentions))
    assert all(m.upper is None or m.value < m.upper for m in reading.mentions)
    ends = [0, *(span.end for span in reading.sentences)]
    assert all(end <= s.start < s.end for end, s in zip(ends, reading.sentences, strict=False))
    assert all(0 <= a.start < a.end <= len(reading.text) for a in reading.asides)


def check_what_stands_far_away_changes_nothing(before: str, middle: str, after: str) -> None:
    """The numbers of a paragraph are the same whatever paragraphs stand two sentences away.

    The article's own date is given, as one that is found in the text moves its relative dates. Only
    plain texts are asked: markup may begin in one paragraph and end in another, and one paragraph
    shows where a program broke the lines of all.
    """
    before, middle, after = (plain_text(part).text for part in (before, middle, after))
    around = f"{before}\n\n", f"\n\n{after}"
    if any(
        plain_text(_within(*way)).places
        for way in (("", middle, ""), (around[0], middle, around[1]))
    ):
        return
    alone = _numbers_within("", middle, "")
    among = _numbers_within(around[0], middle, around[1])
    assert among == alone, f"{among} among others, {alone} alone"


def _within(before: str, middle: str, after: str) -> str:
    return f"{before}{QUIET}\n\n{middle}\n\n{QUIET}{after}"


def _numbers_within(before: str, middle: str, after: str) -> list[tuple[Any, ...]]:
    text = _within(before, middle, after)
    start = len(before) + len(QUIET) + 2
    end = start + len(middle)
    return [
        (
            m.start - start,
            m.text,
            m.value,
            m.upper,
            m.unit,
            m.qualifier,
            m.kind,
            m.readings,
            m.flags,
        )
        for m in scan(text, published=SOME_DAY).mentions
        if start <= m.start < end
    ]


def check_the_verifier_takes_what_was_read(reading: Reading) -> None:
    """Facts made of the numbers of a text can be verified against it, whatever they are."""
    region = next(iter(reading.regions), None)
    period = next(iter(reading.periods), None)
    facts = [
        Fact(
            metric=_METRIC_OF_UNIT[mention.unit],
            value=mention.value,
            upper=mention.upper,
            unit=mention.unit,
            qualifier=mention.qualifier,
            region=region and _plain_region(region),
            period=period and Period(iso=period.iso, source=period.source),
        )
        for mention in reading.mentions
        if mention.unit in _METRIC_OF_UNIT
    ]
    assert len(verify_reading(reading, facts).facts) == len(facts)


def _plain_region(mention: RegionMention) -> Region:
    return Region(
        code=mention.code, name=mention.name, level=mention.level, province=mention.province
    )
