"""On which terms a run goes on, how it stands, and what it came to."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ledger_file import now
from uhc_llm.batch.work import Attempt
from uhc_llm.errors import ProviderError
from uhc_llm.llm.batches import MOST_BYTES, MOST_REQUESTS, BatchDesk

__all__ = ["Outcome", "Standing", "Terms"]


@dataclass(frozen=True)
class Terms:
    """How batches are handed in and waited for.

    Attributes:
        most_requests: in one batch.
        most_bytes: of its file.
        poll: seconds between two looks at what is under way.
        waits: whether to wait for answers; else a run ends when everything is handed in, and the
            next one takes in what is there.
        most_new: how many documents are taken up that have not been asked about yet; None is all.
        most_cost: US dollars, with what is under way, at which no more is handed in.
        most_expiries: how often a document's request may expire before it counts as failed.
        patience: how often in a row the provider may fail, with a look's time between.
        tries: how often one call to the provider is sent at once.
    """

    most_requests: int = MOST_REQUESTS
    most_bytes: int = MOST_BYTES
    poll: float = 60.0
    waits: bool = True
    most_new: int | None = None
    most_cost: float | None = None
    most_expiries: int = 3
    patience: int = 30
    tries: int = 3


class Outcome(NamedTuple):
    """What a run did; `stopped` says why it ended though something is still waiting.

    Attributes:
        batches: that were handed in.
        requests: in them.
        done: documents.
        failed: documents.
        under_way: batches that the provider is still at.
        stopped: why no more was handed in; empty when nothing is left to hand in.
    """

    batches: int
    requests: int
    done: int
    failed: int
    under_way: int
    stopped: str


@dataclass(kw_only=True)
class Standing:
    """What a run knows beside the ledger; it may be lost at any moment.

    Attributes:
        ledger: of the run.
        settings: the hash of the settings.
        desk: where batches are handed in.
        terms: on which they are.
        say: hears what goes on.
        folder: for files on their way.
        stopped: why nothing more is handed in; empty while something is.
        has_room: whether the provider takes another batch beside those under way.
        most_requests: in one batch; less than on the terms where the account has no room for them.
        most_new: how many documents may still be taken up.
        tally: batches and requests handed in, and documents done and failed.
    """

    ledger: Ledger
    settings: str
    desk: BatchDesk
    terms: Terms
    say: Callable[[str], None]
    folder: Path
    stopped: str = ""
    has_room: bool = True
    most_requests: int = field(init=False)
    most_new: int = field(init=False)
    tally: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.most_requests = self.terms.most_requests
        self.most_new = sys.maxsize if self.terms.most_new is None else self.terms.most_new

    def record(self, attempts: list[Attempt]) -> None:
        """Write down what became of documents."""
        self.ledger.record(attempts)
        self.tally.update(attempt.outcome for attempt in attempts)

    def fail(self, failed: Iterable[tuple[str, ProviderError]]) -> None:
        """Write down why documents failed, by their keys."""
        at = now()
        errors = dict(failed)
        self.record([Attempt(key, at, at, error=error) for key, error in errors.items()])

    def release(self, keys: Iterable[str]) -> None:
        """Let documents wait again."""
        self.ledger.release(list(keys))
