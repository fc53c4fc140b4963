"""What a text says of the UHC status of regions: reached, aimed at, or lost.

A statement is a clause that names UHC, with what its words make of it. "Program UHC" and "UHC
adalah ..." speak of the thing, and state nothing.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Mapping
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final, NamedTuple

from uhc_llm.reader.candidates import within
from uhc_llm.reader.cues import compile_cues, distance
from uhc_llm.reader.interpreting import Understanding
from uhc_llm.scanner.asides import stands_in
from uhc_llm.scanner.regions import is_place_of_event
from uhc_llm.schemas import (
    Declaration,
    DeclarationStatus,
    Evidence,
    Mention,
    Period,
    Reading,
    Region,
    RegionMention,
)

__all__ = ["Statement", "find_statements", "read_declarations"]

_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("uhc_llm.reader").joinpath("data/declarations.toml").read_text(encoding="utf-8")
)
_TERMS: Final = "|".join(term.replace(" ", r"\s") for term in _TABLE["term"])
_POINTERS: Final = "|".join(term.replace(" ", r"\s") for term in _TABLE["points_back"])
_TERM: Final = re.compile(
    rf"\b(?:ber-)?(?:{_TERMS})\b(?:\s*\((?:uhc|jkn[\w-]*)\))?|\b(?P<pointer>{_POINTERS})\b",
    re.IGNORECASE,
)
_THING: Final = re.compile(rf"(?<!\w)(?:{'|'.join(_TABLE['thing'])})(?:nya)?\s+\Z")
_THING_BEHIND: Final = re.compile(rf"\s*,?\s*(?:{'|'.join(_TABLE['thing_behind'])})(?!\w)")
_LOST: Final = compile_cues(_TABLE["lost"])
_AIMED: Final = compile_cues(_TABLE["aimed"])
_DONE: Final = compile_cues(_TABLE["done"])
_REACHED: Final = compile_cues(_TABLE["reached"])
_PASSED: Final = compile_cues(_TABLE["passed"])
_REACHED_BEHIND: Final = compile_cues(_TABLE["reached_behind"])
_COMING_BEHIND: Final = compile_cues(_TABLE["coming_behind"])
_NOT_YET: Final = compile_cues(_TABLE["not_yet"])
_NOT_YET_BEHIND: Final = compile_cues(_TABLE["not_yet_behind"])
_CLAUSE: Final = re.compile(
    r"[;:]|,\s+(?:sedangkan|sementara|tetapi|namun|padahal|karena)\b|\bdan\s+(?=\w+kan\b)", re.I
)
_QUOTES: Final = " \n\"'”’»"
_SPACE: Final = re.compile(r"\s")
_BEFORE: Final = 120
_BEHIND: Final = 50
_CLAUSE_END: Final = re.compile(
    r"[;:(]|[,.](?!\d)|\b(?:sedangkan|sementara|tetapi|namun|karena|sehingga)\b", re.IGNORECASE
)
# "empat daerah sudah UHC: Maros dan Takalar", "sebuah daerah disebut UHC bila ..."
_SOME_REGIONS: Final = re.compile(
    r"\b(?:daerah|kabupaten|kota|kabupaten/kota|provinsi|wilayah|pemda|pemerintah\s+daerah)\s+"
    r"(?:lain\w*\s+)?(?:yang|di|se-|telah|sudah|dianggap|disebut|dinyatakan)\b"
    r"|\b(?:sebuah|suatu|setiap|seluruh|banyak|beberapa|sejumlah)\s+(?:daerah|kabupaten|kota|provinsi)",
    re.IGNORECASE,
)
_NAMELY: Final = re.compile(r"\s*(?::|,?\s*(?:yakni|yaitu|antara\s+lain|di\s+antaranya))", re.I)


class Statement(NamedTuple):
    """A clause that names UHC.

    Attributes:
        id: d1, d2, ... in order.
        start: offset of its first character.
        end: offset behind its last one.
        statuses: what the words make of it, the likeliest first; empty where they state nothing.
        regions: whose status it is; empty where none is named or in force.
        period: when, if that is said.
    """

    id: str
    start: int
    end: int
    statuses: tuple[DeclarationStatus, ...]
    regions: tuple[RegionMention, ...]
    period: Period | None

    @property
    def is_doubtful(self) -> bool:
        """Whether its words can be read in more than one way."""
        return len(self.statuses) > 1


def find_statements(understanding: Understanding) -> tuple[Statement, ...]:
    """The clauses of a text that say something of UHC, in order."""
    terms = list(_terms(understanding.reading))
    meant = _meant(understanding) if terms else frozenset()
    return tuple(
        _statement(understanding, meant, found, f"d{number}")
        for number, found in enumerate(terms, start=1)
    )


def _meant(understanding: Understanding) -> frozenset[str]:
    """The ids of the regions of which something may be said.

    A dateline alone tells where something was said; a region that stands elsewhere too is meant.
    """
    text, named = understanding.reading.text, understanding.sight.names.regions
    return frozenset(region.id for region in named if not is_place_of_event(text, region))


def read_declarations(
    understanding: Understanding, chosen: Mapping[str, DeclarationStatus | None] | None = None
) -> tuple[Declaration, ...]:
    """What a text declares of regions, each region, status and year once.

    Args:
        understanding: the text, read.
        chosen: of statements, by their ids, the status that a model chose; None for no statement.

    Returns:
        The declarations in the text's order; of those that say one thing the first.
    """
    reading = understanding.reading
    found: dict[tuple[str, str, str | None], Declaration] = {}
    known: set[tuple[str, str]] = set()
    for statement in find_statements(understanding):
        status = statement.statuses[0] if statement.statuses else None
        if chosen is not None and statement.id in chosen:
            status = chosen[statement.id]
        if status is None:
            continue
        year = statement.period.iso[:4] if statement.period else None
        for region in statement.regions:
            key = region.code or region.name, status
            if year is None and key in known:
                continue  # the same, less precisely
            known.add(key)
            found.pop((*key, None), None)
            if (*key, year) not in found:
                found[*key, year] = _declaration(reading, statement, region, status)
    return tuple(sorted(found.values(), key=lambda each: each.evidence.start))


def _terms(reading: Reading) -> Iterator[re.Match[str]]:
    behind = 0
    for found in _TERM.finditer(reading.text):
        if found["pointer"] and not behind:
            continue  # it points back to something else
        # "Universal Health Coverage atau UHC" is one.
        if found.start() - behind < len(" atau ") + 2 and behind:
            behind = found.end()
            continue
        behind = found.end()
        if not (reading.asides and stands_in(found.start(), reading.asides)):
            yield found


def _statement(
    understanding: Understanding, meant: Container[str], found: re.Match[str], id_: str
) -> Statement:
    reading = understanding.reading
    start, end = found.span()
    begin, stop = _sentence(reading, start)
    stop = max(stop, end)
    before = reading.text[max(begin, _word_start(reading.text, start - _BEFORE)) : start]
    boundaries = list(_CLAUSE.finditer(before))
    before = before[boundaries[-1].end() :] if boundaries else before
    behind = reading.text[end : min(stop, _word_end(reading.text, end + _BEHIND))]
    clause_end = _CLAUSE_END.search(behind)
    behind = behind[: clause_end.start()] if clause_end else behind
    is_question = reading.text[begin:stop].rstrip(_QUOTES).endswith("?")
    words = before.lower(), found.group().lower(), behind.lower()
    statuses = () if is_question else _statuses(*words)
    term = Mention(
        id=id_, text=found.group(), start=start, end=end, value=Decimal(0), kind="list_marker"
    )
    regions = _regions(understanding, meant, term, before)
    period = understanding.when(term, is_aim=statuses[:1] == ("aimed",))[0][0].period
    return Statement(
        id=id_,
        start=start - len(before.lstrip()),
        end=end + len(behind.rstrip()),
        statuses=statuses,
        regions=regions,
        period=Period(iso=period.iso, source=period.source) if period else None,
    )


def _regions(
    understanding: Understanding, meant: Container[str], term: Mention, before: str
) -> tuple[RegionMention, ...]:
    """Whose status it is: of some regions, those of the list behind it; else what is in force."""
    reading = understanding.reading
    first, last = (
        bisect_left(reading.mentions, place, key=lambda mention: mention.start)
        for place in (term.start - len(before), term.start)
    )
    counted = any(mention.unit == "regions" for mention in reading.mentions[first:last])
    if counted or _SOME_REGIONS.search(before):
        _, stop = _sentence(reading, term.start)
        namely = _NAMELY.match(reading.text, term.end, stop)
        if not namely:
            return ()
        names = understanding.sight.names
        listed = names.regions[slice(*within(names.starts, (namely.end(), stop)))]
        return tuple(r for r in listed if r.level != "nation")
    found = understanding.whose(term)[0][0].regions
    return tuple(r for r in found if r.level != "nation" and r.id in meant)


def _statuses(before: str, term: str, behind: str) -> tuple[DeclarationStatus, ...]:
    """What the words around the term make of it."""
    if _LOST.search(before) or _LOST.search(behind):
        return ("lost",)
    done = 0 if term.startswith("ber-") else distance(_DONE, before, from_end=True)
    aimed = distance(_AIMED, before, from_end=True)
    is_behind = _REACHED_BEHIND.match(behind.lstrip()) is not None
    if _THING.search(before) or (done is None and _THING_BEHIND.match(behind)):
        return ()
    if _NOT_YET.search(before) or _NOT_YET_BEHIND.search(behind):
        return ("aimed",) if aimed is not None else ()
    if passed := list(_PASSED.finditer(before)):
        # "telah melampaui target UHC"; but "menargetkan melampaui UHC" is still to come.
        is_aimed = _AIMED.search(before[: passed[-1].start()])
        return ("aimed",) if is_aimed else ("reached",)
    if done is not None and aimed is not None:
        return ("reached", "aimed") if done < aimed else ("aimed", "reached")
    # "menargetkan UHC tercapai 2024"; but "dana untuk mempertahankan UHC Prioritas" has it.
    comes = aimed is not None and _COMING_BEHIND.match(behind.lstrip()) is not None
    if done is not None or (is_behind and not comes):
        return ("reached",)
    if aimed is not None:
        return ("aimed",)
    return ("reached",) if _REACHED.search(before) else ()


def _declaration(
    reading: Reading, statement: Statement, region: RegionMention, status: DeclarationStatus
) -> Declaration:
    start, end = _sentence(reading, statement.start)
    return Declaration(
        region=Region(
            code=region.code, name=region.name, level=region.level, province=region.province
        ),
        status=status,
        period=statement.period,
        evidence=Evidence(
            mention=None,
            quote=reading.text[statement.start : statement.end],
            start=statement.start,
            end=statement.end,
            sentence=reading.text[start:end],
            sentence_start=start,
            sentence_end=end,
        ),
    )


def _word_start(text: str, place: int) -> int:
    """The first place from `place` on that is not within a word."""
    return max(0, place) if place <= 0 or text[place - 1].isspace() else _word_end(text, place)


def _word_end(text: str, place: int) -> int:
    found = _SPACE.search(text, min(place, len(text)))
    return found.start() if found else len(text)


def _sentence(reading: Reading, place: int) -> tuple[int, int]:
    index = bisect_right(reading.sentences, (place, len(reading.text))) - 1
    return reading.sentences[index] if index >= 0 else (0, len(reading.text))
