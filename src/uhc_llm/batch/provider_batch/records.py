"""What the ledger knows of a provider's batches. Each function is one transaction."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ledger_file import now, stamp
from uhc_llm.batch.provider_batch.outbox import Asked
from uhc_llm.batch.provider_batch.tape import Reply
from uhc_llm.llm.batches import AnswerLine

__all__ = [
    "Handed",
    "Recording",
    "add_answers",
    "answered",
    "end",
    "handed_in",
    "intend",
    "keys_at",
    "note_status",
    "pending",
    "recording",
    "take_back",
    "under_way",
]


class Handed(NamedTuple):
    """A batch that has not ended.

    Attributes:
        token: our word for it.
        batch: the provider's; empty when it is not known whether the provider has it.
        made_at: when it was intended.
        requests: how many there are in it.
        bytes: of its file.
    """

    token: str
    batch: str
    made_at: datetime
    requests: int
    bytes: int


class Recording(NamedTuple):
    """The answers to one document so far, and when it was asked first."""

    replies: tuple[Reply, ...] = ()
    since: datetime | None = None


def under_way(ledger: Ledger) -> set[str]:
    """The keys of the documents that a provider is being asked about.

    Whoever asks them otherwise meanwhile pays for them twice.
    """
    query = "SELECT document_key FROM provider_requests WHERE status IS NULL"
    return {key for (key,) in ledger.rows(query)}


def pending(ledger: Ledger) -> list[Handed]:
    """The batches that have not ended, the oldest first."""
    return [
        Handed(token, batch or "", datetime.fromisoformat(made_at), requests, bytes_)
        for token, batch, made_at, requests, bytes_ in ledger.rows(_PENDING)
    ]


def intend(ledger: Ledger, token: str, settings: str, asked: Sequence[Asked], size: int) -> None:
    """Write down a batch before it is handed in.

    Args:
        ledger: of the run.
        token: a word that no other batch has.
        settings: the hash of the settings.
        asked: its requests, in the order of the lines of its file.
        size: bytes of its file.
    """
    with ledger.transaction() as db:
        db.execute(_ADD_BATCH, (token, settings, stamp(now()), len(asked), size))
        for line, each in enumerate(asked, 1):
            # Answers to what would have been asked next, had this been asked as before.
            db.execute(_FORGET_FROM, (each.key, each.position))
            db.execute(_ADD_REQUEST, (*each, token, line))


def handed_in(ledger: Ledger, token: str, batch: str) -> None:
    """Write down the provider's name for a batch."""
    with ledger.transaction() as db:
        db.execute(
            "UPDATE provider_batches SET batch = ?, status = 'validating' WHERE token = ?",
            (batch, token),
        )


def note_status(ledger: Ledger, token: str, status: str) -> None:
    """Write down how a batch stands."""
    with ledger.transaction() as db:
        db.execute("UPDATE provider_batches SET status = ? WHERE token = ?", (status, token))


def take_back(ledger: Ledger, token: str) -> None:
    """Forget a batch that the provider does not have: its documents wait again."""
    with ledger.transaction() as db:
        db.execute(_LET_WAIT, (token,))
        db.execute("DELETE FROM provider_requests WHERE token = ?", (token,))
        db.execute("DELETE FROM provider_batches WHERE token = ?", (token,))


def add_answers(ledger: Ledger, token: str, lines: Iterable[AnswerLine]) -> None:
    """Write down answers; those to nothing that was asked in this batch are passed over."""
    rows = [
        (line.status, json.dumps(line.body, ensure_ascii=False), line.custom_id, token)
        for line in lines
    ]
    with ledger.transaction() as db:
        db.executemany(_ADD_ANSWER, rows)


def end(ledger: Ledger, token: str, status: str, error: str = "") -> list[str]:
    """Let the documents of a batch that has ended wait, to be gone on with.

    Returns:
        The keys of those that it has no answer for.
    """
    with ledger.transaction() as db:
        left = [key for (key,) in db.execute(_WITHOUT_ANSWER, (token,))]
        db.execute(_LET_WAIT, (token,))
        db.execute("DELETE FROM provider_requests WHERE token = ? AND status IS NULL", (token,))
        db.execute(_END, (status, stamp(now()), error or None, token))
    return left


def keys_at(ledger: Ledger, token: str, lines: Iterable[int]) -> dict[int, str]:
    """The documents that are asked about in these lines of a batch's file."""
    query = "SELECT line, document_key FROM provider_requests WHERE token = ?"
    wanted = set(lines)
    return {line: key for line, key in ledger.rows(query, (token,)) if line in wanted}


def answered(ledger: Ledger, settings: str, most: int) -> list[str]:
    """The keys of up to so many waiting documents that have answers to go on with."""
    return [key for (key,) in ledger.rows(_ANSWERED, (settings, most))]


def recording(ledger: Ledger, key: str) -> Recording:
    """What was answered to a document's requests so far."""
    rows = list(ledger.rows(_RECORDING, (key,)))
    replies = (
        Reply(request, status, json.loads(answer))
        for request, status, answer, _ in rows
        if status is not None
    )
    return Recording(tuple(replies), datetime.fromisoformat(rows[0][3]) if rows else None)


_PENDING: Final = """
    SELECT token, batch, made_at, requests, bytes FROM provider_batches
    WHERE ended_at IS NULL ORDER BY made_at
"""
_ADD_BATCH: Final = """
    INSERT INTO provider_batches (token, settings_hash, made_at, requests, bytes)
    VALUES (?, ?, ?, ?, ?)
"""
_FORGET_FROM: Final = "DELETE FROM provider_requests WHERE document_key = ? AND position >= ?"
_ADD_REQUEST: Final = """
    INSERT INTO provider_requests (custom_id, document_key, position, request, token, line)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_ADD_ANSWER: Final = """
    UPDATE provider_requests SET status = ?, answer = ? WHERE custom_id = ? AND token = ?
"""
_WITHOUT_ANSWER: Final = """
    SELECT document_key FROM provider_requests WHERE token = ? AND status IS NULL ORDER BY line
"""
_LET_WAIT: Final = """
    UPDATE documents SET state = 'waiting' WHERE state = 'running'
    AND key IN (SELECT document_key FROM provider_requests WHERE token = ?)
"""
_ANSWERED: Final = """
    SELECT DISTINCT key FROM provider_requests JOIN documents ON key = document_key
    WHERE status IS NOT NULL AND state = 'waiting' AND settings_hash = ? LIMIT ?
"""
_END: Final = """
    UPDATE provider_batches SET status = ?, ended_at = ?, error = ? WHERE token = ?
"""
_RECORDING: Final = """
    SELECT request, r.status, answer, made_at
    FROM provider_requests AS r JOIN provider_batches USING (token)
    WHERE document_key = ? ORDER BY position
"""
