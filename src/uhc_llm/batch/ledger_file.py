"""The file of a run: opened, locked, and what SQLite says of it put into words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from uhc_llm._version import __version__
from uhc_llm.batch.migrations import LATEST, migrate
from uhc_llm.errors import LedgerBusyError, LedgerError, LedgerVersionError

__all__ = [
    "check_in_place",
    "explained",
    "identity",
    "lock_beside",
    "now",
    "open_to_read",
    "open_to_review",
    "open_to_write",
    "stamp",
]

_APPLICATION: Final = int.from_bytes(b"UHCL", "big")  # tells our files from other SQLite files
_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})
_DENIED: Final = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN})


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def stamp(time: datetime) -> str:
    """A time as the ledger writes it."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")


def lock_beside(path: Path) -> FileLock:
    """The lock that its one writer holds; the system lets go of it when the process ends.

    Raises:
        LedgerBusyError: another process holds it.
        LedgerError: there is no place for the file.
    """
    if path.is_dir():
        raise LedgerError(
            f"{str(path)!r} is a folder: name a file in it, such as {path / 'run.db'}"
        )
    if not path.absolute().parent.is_dir():
        raise LedgerError(
            f"there is no folder {str(path.absolute().parent)!r} for the run: make it first"
        )
    lock = FileLock(f"{path}.lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LedgerBusyError(
            f"another process is writing to {str(path)!r}: wait until it has ended, or name "
            "another file with --run"
        ) from error
    except OSError as error:
        raise LedgerError(_cannot_write(path, error.strerror or str(error))) from error
    return lock


def _connected(name: str, *, uri: bool = False) -> sqlite3.Connection:
    # Transactions are begun and ended by name.
    return sqlite3.connect(
        name, uri=uri, isolation_level=None, check_same_thread=False, timeout=30.0
    )


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open or make the file, with its tables brought up to date.

    Raises:
        LedgerVersionError: a newer version of the program made it.
        LedgerError: it is no ledger, or cannot be written.
    """
    with explained(path):
        connection = _connected(str(path))
        try:
            _check(connection, path)
            _set_up(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def open_to_review(path: Path) -> sqlite3.Connection:
    """Open a file that is there, to write beside the process that runs it.

    Raises:
        LedgerBusyError: its tables are of an older version, and another process is writing to it.
        LedgerVersionError: a newer version of the program made it.
        LedgerError: there is no such file, it is no ledger, or it cannot be written to.
    """
    _check_is_there(path)
    with explained(path):
        connection = _connected(str(path))
        try:
            _set_up_to_review(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _set_up_to_review(connection: sqlite3.Connection, path: Path) -> None:
    version = _check(connection, path)
    if version == 0:
        raise LedgerError(f"{str(path)!r} holds no run yet: `uhc-llm batch` makes one")
    if version == LATEST:
        _set_up(connection)
        return
    # Nobody may run it while its tables change.
    lock = lock_beside(path)
    try:
        _set_up(connection)
    finally:
        lock.release()


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open the file without changing it.

    Raises:
        LedgerVersionError: a newer version of the program made it.
        LedgerError: there is no such file, it is no ledger, or its tables are of an older version.
    """
    _check_is_there(path)
    with explained(path):
        connection = _readable(path)
        try:
            _check_is_current(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _readable(path: Path) -> sqlite3.Connection:
    address = path.absolute().as_uri()
    connection = _connected(f"{address}?mode=ro", uri=True)
    try:
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _DENIED:
            raise
        # In a folder that cannot be written to SQLite has no place for what readers share: there,
        # nobody else writes either.
        return _connected(f"{address}?immutable=1", uri=True)
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the tables; 0 when there are none."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise LedgerError(f"{str(path)!r} is a database of another program: name the file of a run")
    if version > LATEST:
        raise LedgerVersionError(
            f"{str(path)!r} was made by a newer version of uhc-llm (tables {version}, this one "
            f"knows {LATEST}): pip install --upgrade uhc-llm"
        )
    return int(version)


def _check_is_there(path: Path) -> None:
    if not path.is_file():
        raise LedgerError(f"there is no run {str(path)!r}: `uhc-llm batch` makes one")


def _check_is_current(connection: sqlite3.Connection, path: Path) -> None:
    version = _check(connection, path)
    if version < LATEST:
        raise LedgerError(
            f"{str(path)!r} holds no run yet"
            if version == 0
            else f"{str(path)!r} was made by an older version: go on with it once, by "
            f"`uhc-llm batch --run {path}`, which brings it up to date"
        )


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # A power cut must not take a paid answer back; few commits hold many, and may wait for a disk.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    if migrate(connection):
        rows = [("made_at", stamp(now())), ("made_by", f"uhc-llm {__version__}")]
        connection.executemany("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one that takes its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_in_place(path: Path, known: tuple[int, int] | None) -> None:
    """Refuse to write to a file that is no longer where it was.

    SQLite would go on without a word, and nobody would find again what it wrote.

    Args:
        path: where the file was when it was opened.
        known: its identity then.

    Raises:
        LedgerError: it was deleted, moved away or replaced.
    """
    if identity(path) != known:
        raise LedgerError(
            f"{str(path)!r} was deleted, moved or replaced while it was open, and nothing more is "
            "written to it: put it back, or start again with the file that is there"
        )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says into an error of ours that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        kind = code & 0xFF  # what the upper bits say, few need to know
        if code in _FULL:
            raise LedgerError(
                f"no room left for {str(path)!r}: {error}. Free some, and run the same again: what "
                "was written before is kept"
            ) from error
        if kind in _DENIED:
            raise LedgerError(_cannot_write(path, str(error))) from error
        if kind == sqlite3.SQLITE_BUSY:
            raise LedgerBusyError(f"another program keeps {str(path)!r} locked: {error}") from error
        if kind in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise LedgerError(
                f"{str(path)!r} is no run, or is damaged: {error}. Name the file of a run"
            ) from error
        raise LedgerError(f"{str(path)!r}: {error}") from error


def _cannot_write(path: Path, reason: str) -> str:
    return (
        f"{str(path)!r} cannot be written: {reason}. Name one that you may write to, in a folder "
        "that you may write to (of `batch` by --run)"
    )
