"""A run of the recorded answers of the embedded model, as `uhc-llm batch` would have made it."""

import json
from collections.abc import Container, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from tests.recordings import RECORDED
from uhc_llm import Document, Extractor
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.testing import cassette

__all__ = ["labelled_documents", "make_recorded_run"]

_AT: Final = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
_FULL_DATE: Final = len("2022-02-14")


def labelled_documents(gold: Path) -> Iterator[Document]:
    """The articles of a set, without their labels."""
    for line in gold.read_text("utf-8").splitlines():
        row = json.loads(line)
        day = row["published"]
        yield Document(
            text=row["text"],
            id=row["id"],
            url=row.get("source_url"),
            # A month or a year alone anchors nothing.
            published=date.fromisoformat(day) if day and len(day) == _FULL_DATE else None,
        )


def make_recorded_run(path: Path, name: str = "dev", only: Container[str] | None = None) -> None:
    """Write a run of a set's articles whose facts come from the recorded answers.

    Args:
        path: of the ledger.
        name: of the set, as eval/floors.toml has it.
        only: the ids of the articles that are wanted; None is all.
    """
    evaluation = next(each for each in RECORDED if each.name == name)
    with (
        Ledger.write(path) as ledger,
        cassette(evaluation.cassette),
        Extractor("local", strategy="point") as extractor,
    ):
        settings = ledger.note_settings(extractor.settings)
        wanted = (
            document
            for document in labelled_documents(evaluation.gold)
            if only is None or document.id in only
        )
        for document in wanted:
            key = work_key(document.text, document.published, settings)
            ledger.add([Work(key, document, f"{document.id}.txt")], settings)
            extraction = extractor.extract(document)
            made = extraction.provenance
            attempt = Attempt(
                key,
                _AT,
                _AT,
                extraction=extraction,
                requests=made.requests,
                usage=made.usage,
                model=made.answered_by,
            )
            ledger.record([attempt])
