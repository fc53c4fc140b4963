"""Runs whose pages are looked at: the ten examples, and one that would like to be a program."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from tests.decided_run import examples, make_run, many_facts, settle
from uhc_llm import Document, Extractor
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.work import Attempt, InputProblem, Work
from uhc_llm.schemas import Extraction, Fact, Finding

__all__ = ["PAYLOADS", "make_examples_run", "make_hostile_run", "shown"]

PAYLOADS: Final = (
    "<script>window.taken=1</script>",
    '<img src=x onerror="window.taken=2">',
    "</script><script>window.taken=3</script>",
    "</textarea></title></style><svg onload=window.taken=4>",
    "--><!-- <iframe srcdoc='<script>parent.taken=5</script>'>",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "\"' autofocus onfocus='window.taken=6' x=\"",
    "javascript:window.taken=7",
    "]]> &lt;b&gt; &#60;script&#62;",
    "\u202eyltcerroc ton\u202c \u2066aside\u2069",
)
"""Each would do something, or be gone, where it is taken for markup."""


def shown(words: str) -> str:
    """The same as a page shows it: what turns text round has a sign in its place."""
    return re.sub("[\u202a-\u202e\u2066-\u2069]", "\ufffd", words)


_AT: Final = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
# The number comes first: an open comment hides what is behind it.
_SAID: Final = "Cakupan JKN Kota Batu <b>98,4 persen</b> {} per 1 Mei 2024."


def make_examples_run(path: Path) -> None:
    """Write a run of the ten examples and of an article with many facts, done by code alone."""
    make_run(path, *examples(), many_facts(12))


def make_hostile_run(path: Path) -> None:
    """Write a run with markup and script wherever a run has words of others.

    That is in texts, titles, ids, addresses and sources; in the model's name; in the names of
    regions, in quotes and in findings, as if the scanner let them through; in the reviewer's name.
    """
    with Ledger.write(path) as ledger, Extractor(strategy="code") as extractor:
        settings = ledger.note_settings(extractor.settings._replace(model=PAYLOADS[0]))
        for place, payload in enumerate(PAYLOADS):
            document = _document(place, payload)
            key = work_key(document.text, document.published, settings)
            ledger.add([Work(key, document, f"/{payload}/{place}.txt")], settings)
            extraction = _with_payload(extractor.extract(document), payload)
            ledger.record([Attempt(key, _AT, _AT, extraction=extraction, model=payload)])
        failed = Work("0" * 64, Document(text=_SAID, id=PAYLOADS[0]), f"/{PAYLOADS[1]}.txt")
        ledger.add([failed], settings)
        ledger.record([Attempt(failed.key, _AT, _AT, error=ValueError(PAYLOADS[2]))])
        ledger.add_problems([InputProblem(f"/{PAYLOADS[3]}.csv", 7, PAYLOADS[0])])
    with Ledger.review(path) as ledger:
        ((key,),) = ledger.rows("SELECT key FROM documents WHERE number = 2")
        settle(ledger, key, "fact:0", by=PAYLOADS[1])


def _document(place: int, payload: str) -> Document:
    other = PAYLOADS[(place + 1) % len(PAYLOADS)]
    return Document(
        text=f"{_SAID.format(payload)}\nKOTA BATU - {payload}\n{other} "
        f"sebanyak 1.234 jiwa {payload}",
        id=f"{place} {payload}",
        title=f"Title {place} {payload}",
        url=payload if place % 2 else f"https://news.example/?q={payload}",
        published=date(2024, 5, 2),
    )


def _with_payload(extraction: Extraction, payload: str) -> Extraction:
    """The same with markup where the model or the gazetteer might let it through."""
    provenance = extraction.provenance.model_copy(
        update={"model": payload, "answered_by": payload, "prompt": payload}
    )
    facts = tuple(_fact_with_payload(fact, payload) for fact in extraction.facts)
    return extraction.model_copy(update={"facts": facts, "provenance": provenance})


def _fact_with_payload(fact: Fact, payload: str) -> Fact:
    changed: dict[str, Any] = {"findings": (*fact.findings, _finding(payload))}
    if fact.region:
        changed["region"] = fact.region.model_copy(update={"name": f"Kota {payload}"})
    return fact.model_copy(update=changed)


def _finding(payload: str) -> Finding:
    return Finding(rule="unclaimed_number", severity="warning", message=payload)
