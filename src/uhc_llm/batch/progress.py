"""What is shown of a run: bars on a terminal, a line every so often in a log, a closing summary."""

import asyncio
import shlex
from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.pace import Pace
from uhc_llm.batch.tally import Tally
from uhc_llm.language import _, formatted, grouped, ngettext, term

__all__ = [
    "Rate", "dollars", "duration", "on_other_matters", "show", "status_line", "summary",
    "what_was_done",
]  # fmt: skip

_ON_TERMINAL: Final = 0.5  # seconds
_IN_LOG: Final = 30.0
_WINDOW: Final = 60.0
_MOST_ROWS: Final = 5
_LONGEST: Final = 160
_BAR: Final = 12


class Rate:
    """Documents a second, over the last minute."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque([(clock(), 0)])

    def see(self, ended: int) -> float:
        """Take note of how many have ended by now, and say how fast it goes."""
        now = self._clock()
        self._seen.append((now, ended))
        while len(self._seen) > 2 and self._seen[0][0] < now - _WINDOW:  # noqa: PLR2004 (both ends)
            self._seen.popleft()
        then, before = self._seen[0]
        return (ended - before) / (now - then) if now > then else 0.0


def duration(seconds: float) -> str:
    """Seconds for a reader.

    >>> duration(75), duration(9000), duration(4)
    ('1 min 15 s', '2 h 30 min', '4 s')
    """
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return _("{hours} h {minutes} min", hours=hours, minutes=minutes_left)
    if minutes:
        return _("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return _("{seconds} s", seconds=rest)


def dollars(cost: float) -> str:
    """Money for a reader.

    >>> dollars(12.3456), dollars(0.00042)
    ('$12.35', '$0.0004')
    """
    return f"${formatted(cost, '.2f' if cost >= 1 else '.4f')}"


def status_line(tally: Tally, rate: float, *, priced: bool, width: int | None = None) -> str:
    """How far a run is, on one line.

    Args:
        tally: its counts.
        rate: documents a second.
        priced: whether it is known what they cost.
        width: of the screen. A narrow one is not told, in this order, what was known before, how
            fast it goes, how many are suspect, what could not be read, how many facts there are.
    """
    ahead = tally.ahead
    tokens = tally.input_tokens + tally.output_tokens
    used = dollars(tally.cost) if priced else _("{n} tokens", n=grouped(tokens))
    # Each with its place among those that leave; 0 stays.
    parts = [
        (0, _("{n} done", n=grouped(tally.done))),
        (0, _("{n} failed", n=grouped(tally.failed.total()))),
        (3, _("{n} suspect", n=grouped(tally.suspect))),
        (5, _("{n} facts", n=grouped(tally.facts))),
        (1, _("{n} known before", n=grouped(tally.known)) if tally.known else ""),
        (4, _("{n} unreadable", n=grouped(tally.problems)) if tally.problems else ""),
        (0, _("about {much}", much=used) if tally.estimated else used),
        (2, _("{n} a second", n=formatted(rate, ".1f"))),
        (0, _left(ahead / rate) if ahead is not None and rate > 0 else ""),
    ]
    left = 0
    while True:
        line = ", ".join(part for rank, part in parts if part and not 0 < rank <= left)
        if width is None or len(line) <= width or left == len(parts):
            return line
        left += 1


def _left(seconds: float) -> str:
    return _("{time} left", time=duration(seconds))


async def show(tally: Tally, console: Console, *, priced: bool, pace: Pace | None = None) -> None:
    """Show how far a run is until this is cancelled."""
    rate = Rate()
    if not console.is_terminal:
        while True:
            await asyncio.sleep(_IN_LOG)
            line = status_line(tally, rate.see(tally.ended), priced=priced)
            console.print(line, markup=False, soft_wrap=True)
    columns = (BarColumn(_BAR), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as progress:
        task = progress.add_task("", total=None)
        while True:
            refused = pace.refusals if pace is not None else 0
            slower = ""
            if pace and refused:
                n = grouped(refused)
                slower = _(", {limit} at once after {n} refusals", limit=pace.limit, n=n)
            room = console.width - _BAR - 1 - len(slower)
            speed = rate.see(tally.ended)
            line = status_line(tally, speed, priced=priced, width=room) + slower
            ahead = tally.ahead
            total = None if ahead is None else tally.ended + ahead
            progress.update(
                task, description=line, completed=tally.ended, total=total, refresh=True
            )
            await asyncio.sleep(_ON_TERMINAL)


def _as_stored(message: str, of: str) -> str:
    del of
    return message


def what_was_done(tally: Tally, *, seconds: float) -> str:
    """What one start of a run has done."""
    return _(
        "{documents} done and {failed} failed in {time}: {facts}, {rejected} rejected, {suspect} "
        "to be looked at",
        documents=_documents(tally.done),
        failed=grouped(tally.failed.total()),
        time=duration(seconds),
        facts=ngettext("{count} fact", "{count} facts", tally.facts),
        rejected=grouped(tally.rejected),
        suspect=_documents(tally.suspect),
    )


def _documents(count: int) -> str:
    return ngettext("{count} document", "{count} documents", count)


def summary(
    tally: Tally, ledger: Ledger, settings: str, *, tell: Callable[[str, str], str] = _as_stored
) -> Iterator[str]:
    """What a run has come to, and what went wrong most, a line each.

    Args:
        tally: what this start of it has done.
        ledger: the run.
        settings: those of this start.
        tell: says what is stored, a message and the rule that says it or `error`, in the language
            that is spoken.
    """
    counts, totals = ledger.counts(settings), ledger.totals()
    parts = [
        _("{n} done", n=grouped(counts.done)),
        _("{n} failed", n=grouped(counts.failed)),
        _("{n} waiting", n=grouped(counts.waiting)),
        _("{n} under way", n=grouped(counts.running)) if counts.running else "",
        ngettext(
            "{count} input that could not be read",
            "{count} inputs that could not be read",
            counts.input_errors,
        ),
    ]
    yield _("in the run: {parts}", parts=", ".join(filter(None, parts)))
    yield from on_other_matters(ledger, settings)
    used = totals.usage
    tokens = _(
        "{given} tokens in, {taken} out",
        given=grouped(used.input_tokens),
        taken=grouped(used.output_tokens),
    )
    cost = f", {dollars(totals.cost)}" if totals.requests and not totals.unpriced else ""
    guess = _(" (some by length, as the provider does not count them)") if tally.estimated else ""
    requests = ngettext("{count} request", "{count} requests", totals.requests)
    yield _("so far: {used}", used=f"{requests}, {tokens}{cost}{guess}")
    for (rule, severity), count in tally.findings.most_common(_MOST_ROWS):
        said = f"{term(severity)} {rule}: {grouped(count)}"
        if example := next(ledger.rows(_EXAMPLE, (rule, severity)), None):
            message, source = example
            said += _(", such as {source}: {words}", source=source, words=tell(message, rule))
        yield _cut(f"  {said}")
    for kind, count, error, source in ledger.rows(_FAILURES, (settings, _MOST_ROWS)):
        said = _("failed, {kind}: {n}", kind=kind, n=grouped(count))
        said += _(", such as {source}: {words}", source=source, words=tell(error, "error"))
        yield _cut(f"  {said}")
    if tally.problems:
        query = "SELECT source, line, error FROM input_errors ORDER BY seen_at DESC LIMIT ?"
        for source, line, error in ledger.rows(query, (_MOST_ROWS,)):
            place = f"{source}{f':{line}' if line else ''}"
            words = tell(error, "error")
            said = _("unreadable, {place}: {words}", place=place, words=words)
            yield _cut(f"  {said}")
        if tally.problems > _MOST_ROWS:
            run = shlex.quote(str(ledger.path))
            more = grouped(tally.problems - _MOST_ROWS)
            command = f"uhc-llm export {run} errors.csv --table errors"
            said = _("and {n} more: {command}", n=more, command=command)
            yield f"  {said}"


def on_other_matters(ledger: Ledger, settings: str) -> Iterator[str]:
    """How many documents are on other matters than coverage, in a line; no line for none."""
    ((count,),) = ledger.rows(_OFF_TOPIC, (settings,))
    if count:
        run = shlex.quote(str(ledger.path))
        yield ngettext(
            "{count} document is on other matters: {command} names them, and --all-topics reads "
            "them",
            "{count} documents are on other matters: {command} names them, and --all-topics reads "
            "them",
            count,
            command=f"uhc-llm export {run} findings.csv --table findings",
        )


_EXAMPLE: Final = """
    SELECT f.message, d.source FROM findings AS f JOIN documents AS d ON d.key = f.document_key
    WHERE f.rule = ? AND f.severity = ? LIMIT 1
"""
_OFF_TOPIC: Final = """
    SELECT count(*) FROM findings AS f JOIN documents AS d ON d.key = f.document_key
    WHERE f.rule = 'off_topic' AND f.fact_position IS NULL AND d.settings_hash = ?
"""
_FAILURES: Final = """
    SELECT a.error_kind, count(*) AS many, max(a.error), max(d.source)
    FROM documents AS d JOIN attempts AS a ON a.document_key = d.key
    WHERE d.state = 'failed' AND d.settings_hash = ? AND a.id = (
        SELECT max(id) FROM attempts WHERE document_key = d.key
    )
    GROUP BY a.error_kind ORDER BY many DESC LIMIT ?
"""


def _cut(line: str) -> str:
    flat = " ".join(line.split())
    indent = "  " if line.startswith("  ") else ""
    return indent + (flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST]}...")
