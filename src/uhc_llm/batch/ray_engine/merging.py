"""Parts brought into a ledger, from which `export`, `report` and `review` go on."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any, Final

from uhc_llm import errors
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ray_engine.parts import Parts, Row
from uhc_llm.batch.work import Attempt, InputProblem, State, Work, place_of
from uhc_llm.documents import Document
from uhc_llm.extraction import Settings
from uhc_llm.schemas import Extraction, Usage

__all__ = ["error_of", "merge_parts"]

_AT_A_TIME: Final = 200


def merge_parts(parts: Parts, ledger: Ledger) -> int:
    """Bring all that is in a run's folder into a ledger; again, only what is new.

    Args:
        parts: the folder.
        ledger: opened to be written.

    Returns:
        How many documents were done or failed that the ledger did not know so.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    for line in parts.settings().values():
        named = json.loads(line)
        known = {name: named[name] for name in Settings._fields if name in named}
        ledger.note_settings(Settings(**known))
    rows, brought = parts.rows(), 0
    while some := list(islice(rows, _AT_A_TIME)):
        # In their order: what could not be read, and was read since, is no problem any more.
        for is_read, same in groupby(some, lambda row: row["state"] != "unreadable"):
            if is_read:
                brought += _bring(same, ledger)
            else:
                ledger.add_problems(map(_problem, same))
    return brought


def _problem(row: Row) -> InputProblem:
    return InputProblem(*place_of(row["source"]), row["error"])


def _bring(rows: Iterable[Row], ledger: Ledger) -> int:
    attempts = []
    for row in rows:
        (found,) = ledger.add([_work(row)], row["settings"])
        if _is_news(row, found):
            attempts.append(_attempt(row))
    ledger.record(attempts)
    return len(attempts)


def _is_news(row: Row, found: State | None) -> bool:
    """Whether a row says more of a document than the ledger does."""
    return found != "done" and (found, row["state"]) != ("failed", "failed")


def _work(row: Row) -> Work:
    published = row["published"]
    document = Document(
        text=row["text"],
        id=row["id"],
        published=date.fromisoformat(published) if published else None,
        title=row["title"],
        url=row["url"],
    )
    return Work(row["key"], document, row["source"])


def _attempt(row: Row) -> Attempt:
    said = row["extraction"]
    tokens: dict[str, Any] = {
        name: row[name] for name in ("input_tokens", "output_tokens", "cached_tokens")
    }
    return Attempt(
        row["key"],
        datetime.fromisoformat(row["started_at"]),
        datetime.fromisoformat(row["ended_at"]),
        extraction=Extraction.model_validate_json(said) if said else None,
        error=None if said else error_of(row["error_kind"], row["error"]),
        requests=row["requests"],
        usage=Usage(**tokens),
        model=row["model"],
    )


def error_of(kind: str, message: str) -> Exception:
    """The error as it was raised; its kind decides whether it is worth trying again."""
    known = getattr(errors, kind, errors.UhcLlmError) if kind in errors.__all__ else None
    return known(message) if known else type(kind, (Exception,), {})(message)
