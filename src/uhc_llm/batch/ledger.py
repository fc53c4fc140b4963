"""The run as one SQLite file: what was asked for, what was tried, what came out.

One process runs it, which a lock beside the file sees to; any number may read meanwhile, and add
what reviewers decide. A document waits, runs, and is done or failed, and each step is one
transaction: whatever ends the process, what was committed is there, and what was running waits
again when the run is gone on with.
"""

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

from filelock import FileLock

from uhc_llm.batch.keys import settings_hash, settings_json
from uhc_llm.batch.ledger_file import (
    check_in_place,
    explained,
    identity,
    lock_beside,
    now,
    open_to_read,
    open_to_review,
    open_to_write,
    stamp,
)
from uhc_llm.batch.rows import insert_extraction
from uhc_llm.batch.work import Attempt, Counts, InputProblem, State, Totals, Work, place_of
from uhc_llm.documents import Document
from uhc_llm.documents.page_map import unpacked
from uhc_llm.extraction import Settings
from uhc_llm.llm.transport.redaction import redact
from uhc_llm.schemas import Extraction, Usage

__all__ = ["Ledger"]


class Ledger:
    """The file of a run. Its methods may be called from any thread, one after the other."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: FileLock | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        self._turn = threading.RLock()
        self._place = path.absolute()
        self._identity = identity(self._place)

    def __repr__(self) -> str:
        return f"Ledger({str(self.path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- opening and closing ------------------------------------------------------------------

    @classmethod
    def write(cls, path: str | Path) -> Self:
        """Open the file of a run to go on with it, or make a new one.

        Raises:
            LedgerBusyError: another process is at it.
            LedgerVersionError: a newer version of the program made it.
            LedgerError: it is no ledger, or its folder is not there or cannot be written to.
        """
        path = Path(path)
        lock = lock_beside(path)
        try:
            connection = open_to_write(path)
        except BaseException:
            lock.release()
            raise
        return cls(path, connection, lock)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Open the file of a run to look at it, also while another process writes to it.

        Raises:
            LedgerVersionError: a newer version of the program made it.
            LedgerError: there is no such file, or it is no ledger.
        """
        path = Path(path)
        return cls(path, open_to_read(path), None)

    @classmethod
    def review(cls, path: str | Path) -> Self:
        """Open the file of a run to write decisions into it, beside whoever else does, or runs it.

        Raises:
            LedgerBusyError: it was made by an older version, and another process is writing to it.
            LedgerVersionError: a newer version of the program made it.
            LedgerError: there is no such file, it is no ledger, or it cannot be written to.
        """
        path = Path(path)
        return cls(path, open_to_review(path), None)

    def close(self) -> None:
        """Let go of the file. Twice is once."""
        with self._turn:
            self._connection.close()
            if self._lock is not None:
                self._lock.release()

    # --- what is to be done -------------------------------------------------------------------

    def note_settings(self, settings: Settings) -> str:
        """Remember the settings of this run, and return their hash."""
        hash_ = settings_hash(settings)
        with self.transaction() as db:
            db.execute(
                "INSERT INTO settings VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (hash_, settings_json(settings), stamp(now())),
            )
        return hash_

    def recover(self, *, keep: Collection[str] = ()) -> int:
        """Let what a process that is gone left running wait again, but for these keys."""
        with self.transaction() as db:
            running = [key for (key,) in db.execute(_RUNNING) if key not in keep]
            db.executemany(_SET_STATE, (("waiting", key) for key in running))
        return len(running)

    def retry_failed(self, settings: str, *, kinds: Collection[str] | None = None) -> int:
        """Let what failed under these settings wait again.

        Args:
            settings: the hash of the settings.
            kinds: only what failed for these errors, the last time; None is all.
        """
        with self.transaction() as db:
            failed = [
                key
                for key, kind in db.execute(_FAILED, (settings,))
                if kinds is None or kind in kinds
            ]
            db.executemany(_SET_STATE, (("waiting", key) for key in failed))
        return len(failed)

    def add(self, works: Iterable[Work], settings: str) -> list[State | None]:
        """Add documents to what is waiting; those that are known already are left as they are.

        That their inputs, or the tables that they stand in, could not be read before is forgotten.

        Args:
            works: what is asked for.
            settings: the hash of the settings.

        Returns:
            For each the state in which it was found; None for what is new.
        """
        at = stamp(now())
        with self.transaction() as db:
            return [_add(db, work, settings, at) for work in works]

    def add_problems(self, problems: Iterable[InputProblem]) -> None:
        """Remember inputs that cannot be read."""
        at = stamp(now())
        rows = [(p.source, p.line, _clean(p.error), at) for p in problems]
        with self.transaction() as db:
            db.executemany("INSERT OR REPLACE INTO input_errors VALUES (?, ?, ?, ?)", rows)

    def claim(self, settings: str, most: int, *, keys: Collection[str] | None = None) -> list[Work]:
        """Take up to so many waiting documents, in the order of the inputs: they are running then.

        Args:
            settings: the hash of the settings.
            most: how many at most.
            keys: only these documents; None is all.
        """
        only = None if keys is None else json.dumps(list(keys))
        with self.transaction() as db:
            rows = db.execute(_CLAIM, (settings, only, only, most)).fetchall()
            db.executemany(_SET_STATE, (("running", row[0]) for row in rows))
        return [_waiting(row) for row in rows]

    def release(self, keys: Iterable[str]) -> None:
        """Let documents that are running wait again, as if they had not been tried."""
        with self.transaction() as db:
            db.executemany(_SET_STATE, (("waiting", key) for key in keys))

    # --- what came of it ----------------------------------------------------------------------

    def record(self, attempts: Sequence[Attempt]) -> None:
        """Write down what became of documents, all in one transaction.

        Raises:
            LedgerError: they cannot be written, and none of them was.
        """
        with self.transaction() as db:
            for attempt in attempts:
                _record(db, attempt)

    # --- what there is ------------------------------------------------------------------------

    def counts(self, settings: str | None = None) -> Counts:
        """How many documents there are, by state; under these settings, or under all."""
        query = "SELECT state, count(*) FROM documents"
        with self._turn, explained(self.path):
            if settings is None:
                rows = self._connection.execute(f"{query} GROUP BY state").fetchall()
            else:
                query += " WHERE settings_hash = ? GROUP BY state"
                rows = self._connection.execute(query, (settings,)).fetchall()
            (problems,) = self._connection.execute("SELECT count(*) FROM input_errors").fetchone()
        return Counts(**dict(rows), input_errors=problems)

    def totals(self) -> Totals:
        """What all attempts took so far."""
        with self._turn, explained(self.path):
            row = self._connection.execute(_TOTALS).fetchone()
        attempts, requests, given, taken, cached, cost, unpriced = row
        usage = Usage(input_tokens=given, output_tokens=taken, cached_tokens=cached)
        return Totals(attempts, requests, usage, cost, unpriced)

    def has_answers(self, settings: str) -> bool:
        """Whether a model has answered under these settings, so that a document was done."""
        return next(self.rows(_ANSWERED, (settings,)), None) is not None

    def extraction(self, key: str) -> Extraction | None:
        """What came out of one document; None while nothing did."""
        query = "SELECT extraction FROM extractions WHERE document_key = ?"
        row = next(self.rows(query, (key,)), None)
        return Extraction.model_validate_json(row[0]) if row else None

    def rows(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Read with a query of one's own, some rows at a time."""
        with explained(self.path):
            with self._turn:
                cursor = self._connection.execute(query, values)
            while rows := self._some(cursor):
                yield from rows

    def _some(self, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
        with self._turn:
            return cursor.fetchmany(200)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read within is of one moment, whatever is written meanwhile."""
        with self._turn, explained(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("COMMIT")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction, for tables that this class does not know of; whole or not at all."""
        with self._turn, explained(self.path):
            check_in_place(self._place, self._identity)
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


# --- rows ----------------------------------------------------------------------------------------

_SET_STATE: Final = "UPDATE documents SET state = ? WHERE key = ?"
_RUNNING: Final = "SELECT key FROM documents WHERE state = 'running'"
_FAILED: Final = """
    SELECT key, (
        SELECT error_kind FROM attempts WHERE document_key = key ORDER BY attempts.id DESC LIMIT 1
    )
    FROM documents WHERE state = 'failed' AND settings_hash = ?
"""
_CLAIM: Final = """
    SELECT key, source, text, id, published, title, url, pages FROM documents
    WHERE settings_hash = ? AND state = 'waiting'
    AND (? IS NULL OR key IN (SELECT value FROM json_each(?)))
    ORDER BY number LIMIT ?
"""
_TOTALS: Final = """
    SELECT count(*), coalesce(sum(requests), 0), coalesce(sum(input_tokens), 0),
        coalesce(sum(output_tokens), 0), coalesce(sum(cached_tokens), 0),
        coalesce(sum(cost), 0.0), coalesce(sum(cost IS NULL AND requests > 0), 0)
    FROM attempts
"""
_ANSWERED: Final = """
    SELECT 1 FROM attempts AS a JOIN documents AS d ON d.key = a.document_key
    WHERE a.outcome = 'done' AND a.requests > 0 AND d.settings_hash = ? LIMIT 1
"""
_ADD: Final = """
    INSERT INTO documents
        (key, id, source, published, title, url, text, chars, pages, added_at, settings_hash)
    VALUES (:key, :id, :source, :published, :title, :url, :text, :chars, :pages, :at, :settings)
"""
# Of inputs of the very same text one names the document, in whatever order they come: one that has
# an address, if any. Where they are pages it stays the one whose pages the facts are on.
_RENAME: Final = """
    UPDATE documents SET id = :id, source = :source, title = :title, url = :url
    WHERE key = :key AND pages IS :pages AND
        (:url IS NULL, coalesce(:id, :source), coalesce(:url, ''), :source)
        < (url IS NULL, coalesce(id, source), coalesce(url, ''), source)
"""
_ADD_SOURCE: Final = """
    INSERT INTO sources VALUES (?, ?, ?)
    ON CONFLICT (source) DO UPDATE SET document_key = excluded.document_key, id = excluded.id
"""
_FORGET_PROBLEMS: Final = """
    DELETE FROM input_errors
    WHERE (source, line) IN (VALUES (:source, 0), (:path, 0), (:path, :line))
"""
_ADD_ATTEMPT: Final = """
    INSERT INTO attempts (document_key, started_at, ended_at, outcome, error_kind, error, requests,
        input_tokens, output_tokens, cached_tokens, cost, model)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def _add(db: sqlite3.Connection, work: Work, settings: str, at: str) -> State | None:
    d = work.document
    found = db.execute("SELECT state FROM documents WHERE key = ?", (work.key,)).fetchone()
    about = {
        "key": work.key, "id": d.id, "source": work.source, "title": d.title, "url": d.url,
        "pages": d.pages.packed() if d.pages else None,
    }  # fmt: skip
    if found is None:
        published = d.published.isoformat() if d.published else None
        more = {"published": published, "text": d.text, "chars": len(d.text)}
        db.execute(_ADD, about | more | {"at": at, "settings": settings})
    else:
        db.execute(_RENAME, about)
    db.execute(_ADD_SOURCE, (work.source, work.key, d.id))
    path, line = place_of(work.source)
    db.execute(_FORGET_PROBLEMS, {"source": work.source, "path": path, "line": line})
    return found[0] if found else None


def _waiting(row: tuple[Any, ...]) -> Work:
    key, source, text, id_, published, title, url, pages = row
    document = Document(
        text=text,
        id=id_,
        published=date.fromisoformat(published) if published else None,
        title=title,
        url=url,
    )
    return Work(key, document.on_pages(unpacked(pages)), source)


def _record(db: sqlite3.Connection, attempt: Attempt) -> None:
    error, usage = attempt.error, attempt.usage
    db.execute(
        _ADD_ATTEMPT,
        (
            attempt.key,
            stamp(attempt.started_at),
            stamp(attempt.ended_at),
            attempt.outcome,
            type(error).__name__ if error else None,
            _clean(str(error)) if error else None,
            attempt.requests,
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_tokens,
            attempt.cost,
            attempt.model,
        ),
    )
    db.execute(_SET_STATE, (attempt.outcome, attempt.key))
    if attempt.extraction is not None:
        insert_extraction(db, attempt.key, attempt.extraction, stamp(attempt.ended_at))


def _clean(error: str) -> str:
    # Half a character in a message has no UTF-8, and SQLite holds nothing else.
    return redact(error).encode(errors="replace").decode()
