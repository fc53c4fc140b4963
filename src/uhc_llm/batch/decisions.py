"""What reviewers decide, in the ledger's own table: only ever added to, undone by a row of its own.

An item of a document is a fact as it came out (`fact:2`, by its position), a number that no fact
claims (`number:184`, by its place in the text; `number:184:2` for a second fact of one number), or
the `article` as a whole. The last decision on an item that was not undone counts. Who decides says
up to where the item's history was seen: what somebody else has decided since is never overwritten
unseen.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ledger_file import now, stamp
from uhc_llm.batch.rows import stored_number
from uhc_llm.errors import InputError, ReviewConflictError
from uhc_llm.schemas import Fact

__all__ = [
    "ARTICLE",
    "Action",
    "Choice",
    "Decision",
    "decide",
    "history",
    "reviewer_name",
    "seen_of",
    "undo",
]

Action = Literal["accept", "correct", "reject", "add"]
"""Right as it is; right when changed; no fact; a fact that was missed."""

ARTICLE: Final = "article"
"""The item that stands for a whole article, for one with nothing else to decide."""

_LONGEST_NAME: Final = 100


class Choice(NamedTuple):
    """What is decided of one item; `fact` as it stands then, None where there is none."""

    item: str
    action: Action
    fact: Fact | None = None


class Decision(NamedTuple):
    """A decision as the ledger keeps it.

    Attributes:
        id: grows with time.
        step: what one action decided has one name, and is undone together.
        document_key: of the document.
        item: which part of it.
        action: what was decided.
        fact: as it stands by this decision; one that is rejected as it stood.
        reviewer: who decided.
        made_at: when, ISO, in UTC.
        undone_by: who took it back, None if nobody did.
    """

    id: int
    step: str
    document_key: str
    item: str
    action: Action
    fact: Fact | None
    reviewer: str
    made_at: str
    undone_by: str | None = None


def decide(
    ledger: Ledger,
    document_key: str,
    choices: Sequence[Choice],
    *,
    reviewer: str,
    seen: Mapping[str, int],
) -> str:
    """Write decisions on items of one document down, all or none of them.

    Args:
        ledger: open for review.
        document_key: of the document.
        choices: what is decided; with the fact as it then stands, for a fact that is rejected too.
        reviewer: who decides.
        seen: for each item the id of the last row of its history that the reviewer has seen, an
            undo included; 0 or nothing where there was none.

    Returns:
        The name of the step, by which `undo` takes all of it back.

    Raises:
        InputError: the reviewer has no name, or one that is none; or a choice lacks its fact.
        ReviewConflictError: somebody has decided on one of these items since; none was written.
        LedgerError: the file cannot be written.
    """
    name = reviewer_name(reviewer)
    step, at = secrets.token_hex(8), stamp(now())
    with ledger.transaction() as db:
        for choice in choices:
            _check_fact(choice)
            (last,) = db.execute(_LAST, (document_key, choice.item)).fetchone()
            if last > seen.get(choice.item, 0):
                raise ReviewConflictError(choice.item)
        db.executemany(
            _INSERT,
            (
                (step, document_key, c.item, c.action, c.fact and _json(c.fact), name, at, None)
                for c in choices
            ),
        )
    return step


def undo(ledger: Ledger, *, reviewer: str) -> list[Decision]:
    """Take back the last thing that a reviewer decided, and did not take back yet.

    Returns:
        The decisions that no longer count; none where there was nothing to take back.

    Raises:
        LedgerError: the file cannot be written.
    """
    name, at = reviewer_name(reviewer), stamp(now())
    with ledger.transaction() as db:
        rows = db.execute(_LAST_STEP, (name,)).fetchall()
        taken_back = [_decision(row) for row in rows]
        db.executemany(
            _INSERT,
            ((d.step, d.document_key, d.item, "undo", None, name, at, d.id) for d in taken_back),
        )
    return taken_back


def history(ledger: Ledger, document_key: str | None = None) -> Iterator[Decision]:
    """Every decision, in the order in which they were made; those that were undone say so."""
    for row in ledger.rows(_HISTORY, (document_key, document_key)):
        yield _decision(row)


def seen_of(ledger: Ledger, document_key: str) -> dict[str, int]:
    """For each item of a document the id of the last row of its history.

    Read before `history`, never after: what is decided in between would pass for seen.
    """
    return dict(ledger.rows(_SEEN, (document_key,)))


_COLUMNS: Final = "d.id, d.step, d.document_key, d.item, d.action, d.fact, d.reviewer, d.made_at"
_LAST: Final = "SELECT coalesce(max(id), 0) FROM decisions WHERE document_key = ? AND item = ?"
_SEEN: Final = "SELECT item, max(id) FROM decisions WHERE document_key = ? GROUP BY item"
_INSERT: Final = """
    INSERT INTO decisions
        (step, document_key, item, action, fact, reviewer, made_at, undoes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_LAST_STEP: Final = f"""
    SELECT {_COLUMNS}, NULL FROM decisions AS d
    WHERE d.step = (
        SELECT x.step FROM decisions AS x
        WHERE x.reviewer = ? AND x.action <> 'undo'
            AND NOT EXISTS (SELECT 1 FROM decisions AS u WHERE u.undoes = x.id)
        ORDER BY x.id DESC LIMIT 1
    ) AND d.action <> 'undo'
    ORDER BY d.id
"""  # noqa: S608 (words of this module)
_HISTORY: Final = f"""
    SELECT {_COLUMNS}, u.reviewer FROM decisions AS d
    LEFT JOIN decisions AS u ON u.undoes = d.id
    WHERE d.action <> 'undo' AND (? IS NULL OR d.document_key = ?) ORDER BY d.id
"""  # noqa: S608 (words of this module)


def reviewer_name(reviewer: str) -> str:
    """A reviewer's name as decisions carry it.

    Raises:
        InputError: it is none, or too long.
    """
    name = " ".join(reviewer.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InputError(
            f"a reviewer needs a name of at most {_LONGEST_NAME} characters that can be printed"
        )
    return name


def _check_fact(choice: Choice) -> None:
    """A fact that is decided on is kept as it then stands, a rejected one too."""
    is_needed = choice.action in ("correct", "add") or choice.item.startswith("fact:")
    if is_needed and choice.fact is None:
        raise InputError(
            f"to {choice.action} {choice.item!r} say the fact as it then stands: Choice(item, "
            "action, fact)"
        )


def _json(fact: Fact) -> str:
    """A fact as JSON whose numbers SQLite reads without rounding them."""
    whole = fact.model_dump(mode="json")
    whole["value"] = stored_number(fact.value)
    whole["upper"] = None if fact.upper is None else stored_number(fact.upper)
    return json.dumps(whole, ensure_ascii=False)


def _decision(row: tuple[Any, ...]) -> Decision:
    id_, step, key, item, action, fact, reviewer, made_at, undone_by = row
    read = Fact.model_validate_json(fact) if fact else None
    return Decision(id_, step, key, item, action, read, reviewer, made_at, undone_by)
