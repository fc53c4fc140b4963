"""A run to be reviewed: extracted by code alone, so that no model is asked."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from uhc_llm import Document, Extraction, Extractor
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.work import Attempt, Work

__all__ = ["EXAMPLES", "add_documents", "example_documents", "make_run"]

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
_AT: Final = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def example_documents() -> list[Document]:
    """The example articles, each with its file's name for an id."""
    return [
        Document(text=path.read_text("utf-8"), id=path.stem)
        for path in sorted(EXAMPLES.glob("*.txt"))
    ]


def make_run(path: Path, documents: Iterable[Document]) -> Path:
    """Write a run of documents, as `uhc-llm batch --strategy code` would."""
    with Ledger.write(path) as ledger:
        add_documents(ledger, documents)
    return path


def add_documents(
    ledger: Ledger, documents: Iterable[Document], extraction: Extraction | None = None
) -> list[str]:
    """Extract documents, or say what came out of them, and write that down.

    Returns:
        Their keys.
    """
    keys = []
    with Extractor(strategy="code") as extractor:
        settings = ledger.note_settings(extractor.settings)
        for document in documents:
            key = work_key(document.text, document.published, settings)
            ledger.add([Work(key, document, f"{document.id}.txt")], settings)
            made = extraction or extractor.extract(document)
            ledger.record([Attempt(key, _AT, _AT, extraction=made)])
            keys.append(key)
    return keys
