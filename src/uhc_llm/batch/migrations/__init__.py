"""The tables of a ledger, brought up to date step by step.

A step is a file `m001_*.sql` beside this one; the highest number is the version of the tables,
which a ledger keeps as its `user_version`. A step that has been released is never changed.
"""

import re
import sqlite3
from importlib.resources import files
from typing import Final, NamedTuple

__all__ = ["LATEST", "STEPS", "Step", "migrate"]

_NAME: Final = re.compile(r"m(?P<number>\d{3})_\w+\.sql")


class Step(NamedTuple):
    """One step: the version that it leads to, its file, and the statements in it."""

    number: int
    name: str
    statements: str


def _steps() -> tuple[Step, ...]:
    found = (
        Step(int(named["number"]), file.name, file.read_text(encoding="utf-8"))
        for file in files(__name__).iterdir()
        if (named := _NAME.fullmatch(file.name))
    )
    return tuple(sorted(found))


STEPS: Final = _steps()
LATEST: Final = STEPS[-1].number


def migrate(connection: sqlite3.Connection) -> int:
    """Bring the tables up to date, each step whole or not at all; returns how many there were."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    waiting = [step for step in STEPS if step.number > version]
    for step in waiting:
        script = (
            f"BEGIN IMMEDIATE;\n{step.statements}\nPRAGMA user_version = {step.number};\nCOMMIT;"
        )
        try:
            connection.executescript(script)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return len(waiting)
