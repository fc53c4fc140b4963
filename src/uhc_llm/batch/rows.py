"""An extraction as rows of the ledger's tables, and whole."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from uhc_llm.schemas import Evidence, Extraction, Fact, Finding, Period, Region, exact_number

__all__ = ["FACT_COLUMNS", "insert_extraction", "stored_number"]

FACT_COLUMNS: Final = (
    "metric", "value", "upper", "unit", "qualifier", "status", "region_code", "region", "level",
    "province", "period", "period_source", "segment", "mention", "start", "end", "sentence",
    "page", "verdict", "confidence", "confidence_metric", "confidence_status",
    "confidence_segment", "confidence_region", "confidence_period", "findings",
)  # fmt: skip
"""The columns that a fact fills, which are the keys of `Fact.to_record`, in order."""

_TABLES: Final = ("extractions", "facts", "declarations", "findings", "unclaimed")
_LARGEST: Final = 2**63 - 1  # SQLite's integers


def _insert(table: str, *columns: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 (names of ours)


_EXTRACTION: Final = _insert("extractions", "document_key", "made_at", "provenance", "extraction")
_FACT: Final = _insert("facts", "document_key", "position", *FACT_COLUMNS, "boxes", "rejected")
_DECLARATION: Final = _insert(
    "declarations", "document_key", "position", "status", "region_code", "region", "level",
    "province", "period", "period_source", "quote", "start", "end", "sentence", "page",
    "boxes",
)  # fmt: skip
_FINDING: Final = _insert(
    "findings", "document_key", "fact_position", "rule", "severity", "message"
)
_UNCLAIMED: Final = _insert(
    "unclaimed", "document_key", "position", "mention", "start", "end", "value", "unit", "kind",
    "reason",
)  # fmt: skip


def insert_extraction(db: sqlite3.Connection, key: str, extraction: Extraction, at: str) -> None:
    """Write what came out of one document in place of what may have been there before."""
    for table in _TABLES:
        db.execute(f"DELETE FROM {table} WHERE document_key = ?", (key,))  # noqa: S608 (a name of ours)
    whole = extraction.model_dump_json()
    db.execute(_EXTRACTION, (key, at, extraction.provenance.model_dump_json(), whole))
    facts = (*extraction.facts, *extraction.rejected)
    db.executemany(_FACT, (_fact(key, place, fact) for place, fact in enumerate(facts)))
    db.executemany(_DECLARATION, _declarations(key, extraction))
    db.executemany(_FINDING, _findings(key, facts, extraction.findings))
    db.executemany(_UNCLAIMED, _unclaimed(key, extraction))


def _fact(key: str, place: int, fact: Fact) -> tuple[Any, ...]:
    record = fact.to_record()
    record["value"] = stored_number(fact.value)
    record["upper"] = None if fact.upper is None else stored_number(fact.upper)
    values = (record[column] for column in FACT_COLUMNS)
    return (key, place, *values, _boxes(fact.evidence), int(fact.verdict == "rejected"))


def _declarations(key: str, extraction: Extraction) -> Iterator[tuple[Any, ...]]:
    for place, said in enumerate(extraction.declarations):
        yield (key, place, said.status, *_of(said.region), *_when(said.period), *_at(said.evidence))


def _of(region: Region) -> tuple[str | None, ...]:
    return region.code, region.name, region.level, region.province


def _when(period: Period | None) -> tuple[str | None, str | None]:
    return (period.iso, period.source) if period else (None, None)


def _at(evidence: Evidence) -> tuple[Any, ...]:
    e = evidence
    return e.quote, e.start, e.end, e.sentence, e.page, _boxes(e)


def _boxes(evidence: Evidence | None) -> str | None:
    """The places on pages as a JSON list of what `Box` holds; None where there are none."""
    if evidence is None or not evidence.boxes:
        return None
    return json.dumps([box.model_dump() for box in evidence.boxes], separators=(",", ":"))


def _findings(
    key: str, facts: Iterable[Fact], whole: Iterable[Finding]
) -> Iterator[tuple[Any, ...]]:
    for place, fact in enumerate(facts):
        for finding in fact.findings:
            yield key, place, finding.rule, finding.severity, finding.message
    for finding in whole:
        yield key, None, finding.rule, finding.severity, finding.message


def _unclaimed(key: str, extraction: Extraction) -> Iterator[tuple[Any, ...]]:
    for place, (m, reason) in enumerate((u.mention, u.reason) for u in extraction.unclaimed):
        yield key, place, m.text, m.start, m.end, stored_number(m.value), m.unit, m.kind, reason


def stored_number(value: Decimal) -> int | float | str:
    """A number as SQLite holds it exactly: text where an integer or a float would round it."""
    exact = exact_number(value)
    return str(value) if isinstance(exact, int) and abs(exact) > _LARGEST else exact
