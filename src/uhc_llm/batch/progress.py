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
from uhc_llm.wording import counted

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
        return f"{hours} h {minutes_left} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def dollars(cost: float) -> str:
    """Money for a reader.

    >>> dollars(12.3456), dollars(0.00042)
    ('$12.35', '$0.0004')
    """
    return f"${cost:.2f}" if cost >= 1 else f"${cost:.4f}"


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
    about = "about " if tally.estimated else ""
    # Each with its place among those that leave; 0 stays.
    parts = [
        (0, f"{tally.done:,} done"),
        (0, f"{tally.failed.total():,} failed"),
        (3, f"{tally.suspect:,} suspect"),
        (5, f"{tally.facts:,} facts"),
        (1, f"{tally.known:,} known before" if tally.known else ""),
        (4, f"{tally.problems:,} unreadable" if tally.problems else ""),
        (0, about + (dollars(tally.cost) if priced else f"{tokens:,} tokens")),
        (2, f"{rate:.1f} a second"),
        (0, f"{duration(ahead / rate)} left" if ahead is not None and rate > 0 else ""),
    ]
    left = 0
    while True:
        line = ", ".join(part for rank, part in parts if part and not 0 < rank <= left)
        if width is None or len(line) <= width or left == len(parts):
            return line
        left += 1


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
            slower = (
                f", {pace.limit} at once after {refused:,} refusals" if pace and refused else ""
            )
            room = console.width - _BAR - 1 - len(slower)
            speed = rate.see(tally.ended)
            line = status_line(tally, speed, priced=priced, width=room) + slower
            ahead = tally.ahead
            total = None if ahead is None else tally.ended + ahead
            progress.update(
                task, description=line, completed=tally.ended, total=total, refresh=True
            )
            await asyncio.sleep(_ON_TERMINAL)


def what_was_done(tally: Tally, *, seconds: float) -> str:
    """What one start of a run has done."""
    return (
        f"{counted(tally.done, 'document')} done and {tally.failed.total():,} failed in "
        f"{duration(seconds)}: {counted(tally.facts, 'fact')}, {tally.rejected:,} rejected, "
        f"{counted(tally.suspect, 'document')} to be looked at"
    )


def summary(tally: Tally, ledger: Ledger, settings: str) -> Iterator[str]:
    """What a run has come to, and what went wrong most, a line each."""
    counts, totals = ledger.counts(settings), ledger.totals()
    running = f"{counts.running:,} under way, " if counts.running else ""
    yield (
        f"in the run: {counts.done:,} done, {counts.failed:,} failed, {counts.waiting:,} "
        f"waiting, {running}{counted(counts.input_errors, 'input')} that could not be read"
    )
    yield from on_other_matters(ledger, settings)
    used = totals.usage
    tokens = f"{used.input_tokens:,} tokens in, {used.output_tokens:,} out"
    cost = f", {dollars(totals.cost)}" if totals.requests and not totals.unpriced else ""
    guess = " (some by length, as the provider does not count them)" if tally.estimated else ""
    yield f"so far: {counted(totals.requests, 'request')}, {tokens}{cost}{guess}"
    for (rule, severity), count in tally.findings.most_common(_MOST_ROWS):
        example = next(ledger.rows(_EXAMPLE, (rule, severity)), None)
        told = f", such as {example[1]}: {example[0]}" if example else ""
        yield _cut(f"  {severity} {rule}: {count:,}{told}")
    for kind, count, error, source in ledger.rows(_FAILURES, (settings, _MOST_ROWS)):
        yield _cut(f"  failed, {kind}: {count:,}, such as {source}: {error}")
    if tally.problems:
        query = "SELECT source, line, error FROM input_errors ORDER BY seen_at DESC LIMIT ?"
        for source, line, error in ledger.rows(query, (_MOST_ROWS,)):
            yield _cut(f"  unreadable, {source}{f':{line}' if line else ''}: {error}")
        if tally.problems > _MOST_ROWS:
            yield (
                f"  and {tally.problems - _MOST_ROWS:,} more: uhc-llm export "
                f"{shlex.quote(str(ledger.path))} errors.csv --table errors"
            )


def on_other_matters(ledger: Ledger, settings: str) -> Iterator[str]:
    """How many documents are on other matters than coverage, in a line; no line for none."""
    ((count,),) = ledger.rows(_OFF_TOPIC, (settings,))
    if count:
        verb = "is" if count == 1 else "are"
        yield (
            f"{counted(count, 'document')} {verb} on other matters: uhc-llm export "
            f"{shlex.quote(str(ledger.path))} findings.csv --table findings names them, and "
            "--all-topics reads them"
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
