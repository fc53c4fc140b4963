"""Which article is next: that where a decision finds most errors, two reviewers steered apart.

What came out of a document does not change, so it is read once for each; what was decided is read
again whenever the file has changed. How likely a fact is wrong follows from how right those were
that reviewers judged so far.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from uhc_llm.batch.decisions import ARTICLE
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.trust import judged_of, run_facts
from uhc_llm.recalibration import shifts_of
from uhc_llm.review.worth import NUMBER, Only, Out, decisions_until, worth_of

__all__ = ["GOAL", "Entry", "Progress", "Queue", "Recent", "Show", "View"]

Show = Literal["todo", "all", "reviewed"]

GOAL: Final = 0.98
"""The queue tells how many decisions it takes until this share of the facts is right."""

_EVERY: Final = 10
"""After so many judged facts how likely the rest is right is brought up to date."""

_APART: Final = timedelta(minutes=2)
"""So long after somebody's last decision others are sent to another article."""


@dataclass(frozen=True, kw_only=True)
class Extracted:
    """What came out of a document: fixed, once it is there.

    Attributes:
        key: of the document.
        number: in the order of the inputs.
        name: its id, else its source.
        title: its headline; empty where none is known.
        source: which input it is.
        published: its date, ISO; empty where none is known.
        regions: named by its facts.
        facts: by position.
        numbers: where the numbers stand that no fact claims, of those that are asked about.
        words: what is searched, in small letters.
    """

    key: str
    number: int
    name: str
    title: str
    source: str
    published: str
    regions: tuple[str, ...]
    facts: tuple[Out, ...]
    numbers: tuple[int, ...]
    words: str


@dataclass(frozen=True, kw_only=True)
class Entry(Extracted):
    """An article in the queue.

    Attributes:
        suspect: open facts that the verifier doubts.
        rejected: open facts that the verifier did not let pass.
        unclaimed: open numbers that no fact claims.
        open: how many items are open in all.
        items: how many there are.
        last_reviewer: who decided last; empty while nobody did.
        last_at: when, ISO.
        waiting: the positions of the open facts.
        errors: how likely each open item that is in doubt is wrong.
        rest: the same of what is not in doubt.
    """

    suspect: int
    rejected: int
    unclaimed: int
    open: int
    items: int
    last_reviewer: str
    last_at: str
    waiting: tuple[int, ...]
    errors: tuple[float, ...]
    rest: tuple[float, ...]

    @property
    def worth(self) -> float:
        """How many errors a decision finds in it."""
        return worth_of(self.errors)

    def first(self, only: Only) -> str:
        """The id of the first open fact that is looked for; empty where there is none."""
        fitting = (f"fact:{n}" for n in self.waiting if only.fits(self.facts[n]))
        return next(fitting, "")

    @property
    def doubtful(self) -> int:
        """How many open items should be looked at first."""
        return self.suspect + self.rejected + self.unclaimed

    @property
    def decided(self) -> int:
        """How many items are decided."""
        return self.items - self.open


class Progress(NamedTuple):
    """How far the review is.

    Attributes:
        articles: of the run.
        reviewed: those in which everything is decided.
        items: what there is to decide.
        decided: what is.
        wrong: how many of what is open are to be expected wrong.
        to_goal: after so many more decisions `GOAL` of the facts are to be expected right.
    """

    articles: int
    reviewed: int
    items: int
    decided: int
    wrong: float
    to_goal: int


class Recent(NamedTuple):
    """What somebody decided lately."""

    number: int
    name: str
    item: str
    action: str
    reviewer: str
    made_at: str


_ANY: Final = Only()


class View(NamedTuple):
    """The queue as it is at one moment, in order."""

    entries: tuple[Entry, ...]
    progress: Progress

    def matching(self, show: Show, search: str = "", only: Only = _ANY) -> list[Entry]:
        """The entries that are asked for: each word stands in its id, title, source or regions.

        Args:
            show: by what is open in them.
            search: the words.
            only: what one of their open facts is.
        """
        words = search.casefold().split()
        wanted = {"todo": (True,), "reviewed": (False,), "all": (True, False)}[show]
        return [
            entry
            for entry in self.entries
            if (entry.open > 0) in wanted
            and all(word in entry.words for word in words)
            and (only == _ANY or entry.first(only))
        ]

    def values(self, name: Literal["metric", "region", "least"]) -> list[str]:
        """What the open facts say in a field, in the order of the alphabet."""
        open_ = (e.facts[n] for e in self.entries for n in e.waiting)
        return sorted({getattr(fact, name) for fact in open_} - {""})

    def next_for(self, reviewer: str, *, other_than: str, at: datetime) -> Entry | None:
        """The first article with something open; rather none that somebody else is at."""
        waiting = [e for e in self.entries if e.open and e.key != other_than]
        free = (entry for entry in waiting if not _is_at_it(entry, reviewer, at))
        return next(free, waiting[0] if waiting else None)


class Queue:
    """The articles of a run in the order in which they should be looked at.

    Args:
        ledger: open for review.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._came: dict[str, Extracted] = {}
        self._view: tuple[tuple[int, int], View] | None = None
        self._turn = threading.Lock()

    def view(self) -> View:
        """The queue now.

        Raises:
            LedgerError: the file cannot be read.
        """
        with self._turn:
            version = self._version()
            if self._view is None or self._view[0] != version:
                self._view = version, self._look()
            return self._view[1]

    def recent(self, *, other_than: str, most: int = 8) -> list[Recent]:
        """What others decided last, the latest first."""
        return [Recent(*row) for row in self._ledger.rows(_RECENT, (other_than, most))]

    def neighbours(self, number: int) -> tuple[int | None, int | None]:
        """The numbers of the articles before and after one, in the order of the inputs."""
        ((before, after),) = self._ledger.rows(_NEIGHBOURS, (number, number))
        return before, after

    def key_of(self, number: int) -> str | None:
        """The key of an article by its number."""
        return next((key for (key,) in self._ledger.rows(_KEY, (number,))), None)

    def _version(self) -> tuple[int, int]:
        """What changes whenever the file does: by others, and by ourselves."""
        ((others,),) = self._ledger.rows("PRAGMA data_version")
        ((ours,),) = self._ledger.rows("SELECT coalesce(max(id), 0) FROM decisions")
        return others, ours

    def _look(self) -> View:
        keys = [key for (key,) in self._ledger.rows(_KEYS)]
        new = [key for key in keys if key not in self._came]
        if new:
            self._came |= {came.key: came for came in _read(self._ledger, new)}
        decided: dict[str, dict[str, tuple[str, str]]] = {}
        for key, item, reviewer, made_at in self._ledger.rows(_DECIDED):
            decided.setdefault(key, {})[item] = (reviewer, made_at)
        judged = judged_of(list(run_facts(self._ledger))) if decided else []
        shifts = shifts_of(judged[: len(judged) // _EVERY * _EVERY])
        entries = [_entry(self._came[key], decided.get(key, {}), shifts) for key in keys]
        entries.sort(key=lambda e: (not e.open, not e.doubtful, -e.worth, e.number))
        wrong, to_goal = decisions_until(
            [*(entry.errors for entry in entries), *(entry.rest for entry in entries)],
            sum(fact.verdict != "rejected" for entry in entries for fact in entry.facts),
            GOAL,
        )
        progress = Progress(
            articles=len(entries),
            reviewed=sum(not entry.open for entry in entries),
            items=sum(entry.items for entry in entries),
            decided=sum(entry.decided for entry in entries),
            wrong=wrong,
            to_goal=to_goal,
        )
        return View(tuple(entries), progress)


def _entry(
    came: Extracted, decided: Mapping[str, tuple[str, str]], shifts: Mapping[str, float]
) -> Entry:
    """An article with what is open in it, as `ReviewedArticle.items` has it."""
    waiting = tuple(n for n in range(len(came.facts)) if f"fact:{n}" not in decided)
    facts = [came.facts[n] for n in waiting]
    open_ = Counter[str](fact.verdict for fact in facts)
    numbers = [item for item in decided if item.startswith("number:")]
    taken_up = {int(item.split(":")[1]) for item in numbers}
    open_["unclaimed"] = sum(start not in taken_up for start in came.numbers)
    items = len(came.facts) + len(numbers) + open_["unclaimed"]
    if not items:
        items, open_["article"] = 1, int(ARTICLE not in decided)
    reviewer, at = max(decided.values(), key=lambda last: last[1], default=("", ""))
    doubtful = [fact for fact in facts if fact.verdict != "verified"]
    sure = [fact for fact in facts if fact.verdict == "verified"]
    return Entry(
        **vars(came),
        suspect=open_["suspect"],
        rejected=open_["rejected"],
        unclaimed=open_["unclaimed"],
        open=open_.total(),
        items=items,
        last_reviewer=reviewer,
        last_at=at,
        waiting=waiting,
        errors=(*_errors(doubtful, shifts), *[NUMBER] * open_["unclaimed"]),
        rest=tuple(_errors(sure, shifts)),
    )


def _errors(facts: Iterable[Out], shifts: Mapping[str, float]) -> Iterator[float]:
    for fact in facts:
        yield fact.error(shifts.get(fact.proposer, 0.0))


def _is_at_it(entry: Entry, reviewer: str, at: datetime) -> bool:
    if entry.last_reviewer in ("", reviewer):
        return False
    return at - datetime.fromisoformat(entry.last_at) < _APART


# --- what is read --------------------------------------------------------------------------------

_OF_THE_RUN: Final = """
    documents AS d JOIN extractions AS e ON e.document_key = d.key
    WHERE d.state = 'done' AND EXISTS (SELECT 1 FROM sources AS s WHERE s.document_key = d.key)
"""
_KEYS: Final = f"SELECT d.key FROM {_OF_THE_RUN} ORDER BY d.number"  # noqa: S608 (our own words)
_KEY: Final = f"SELECT d.key FROM {_OF_THE_RUN} AND d.number = ?"  # noqa: S608
_NEIGHBOURS: Final = f"""
    SELECT (SELECT max(d.number) FROM {_OF_THE_RUN} AND d.number < ?),
        (SELECT min(d.number) FROM {_OF_THE_RUN} AND d.number > ?)
"""  # noqa: S608
_DECIDED: Final = "SELECT document_key, item, reviewer, made_at FROM current_decisions"
_RECENT: Final = """
    SELECT d.number, coalesce(d.id, d.source), c.item, c.action, c.reviewer, c.made_at
    FROM decisions AS c JOIN documents AS d ON d.key = c.document_key
    WHERE c.reviewer <> ? ORDER BY c.id DESC LIMIT ?
"""
_DOCUMENTS: Final = """
    SELECT key, number, id, source, title, published FROM documents ORDER BY number
"""
_CONFIDENCES: Final = ("metric", "status", "segment", "region", "period")
_FACTS: Final = f"""
    SELECT t.document_key,
        CASE WHEN t.rejected THEN 'rejected' ELSE coalesce(t.verdict, 'suspect') END,
        t.confidence, coalesce(json_extract(e.provenance, '$.model'), ''), t.metric,
        coalesce(t.region, ''),
        t.status = 'actual' AND coalesce(t.segment, 'all') = 'all' AND NOT t.rejected
            AND t.region_code IS NOT NULL AND t.period IS NOT NULL,
        {", ".join(f"t.confidence_{field}" for field in _CONFIDENCES)}
    FROM facts AS t JOIN extractions AS e ON e.document_key = t.document_key
    ORDER BY t.document_key, t.position
"""  # noqa: S608
_NUMBERS: Final = "SELECT document_key, start FROM asked_numbers"


def _read(ledger: Ledger, keys: Collection[str]) -> Iterator[Extracted]:
    """What came out of documents, by code alone: no extraction is read as a whole."""
    # Few come new while a run is under way; at the start it is all of them.
    only = set(keys)
    facts: dict[str, list[Out]] = {}
    for key, verdict, confidence, proposer, metric, region, feeds, *sure in ledger.rows(_FACTS):
        if key in only:
            known = [pair for pair in zip(sure, _CONFIDENCES, strict=True) if pair[0] is not None]
            least = min(known, default=(0.0, ""))[1]
            out = Out(verdict, confidence, proposer, metric, region, least, bool(feeds))
            facts.setdefault(key, []).append(out)
    numbers: dict[str, dict[int, None]] = {}
    for key, start in ledger.rows(_NUMBERS):
        if key in only:
            numbers.setdefault(key, {})[start] = None
    for key, number, id_, source, title, published in ledger.rows(_DOCUMENTS):
        if key not in only:
            continue
        found = facts.get(key, [])
        regions = tuple(dict.fromkeys(out.region for out in found if out.region))
        yield Extracted(
            key=key,
            number=number,
            name=id_ or source,
            title=title or "",
            source=source,
            published=published or "",
            regions=regions,
            facts=tuple(found),
            numbers=tuple(numbers.get(key, ())),
            words="\n".join((id_ or "", title or "", source, *regions)).casefold(),
        )
