"""One model asked about the gold articles, and its answers kept in the file of a run.

The file is one that `uhc-llm batch` makes: what is in it is not asked again, whatever ended the
process, and `uhc-llm report` shows it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from uhc_llm.batch.ending import Ending
from uhc_llm.batch.inputs import Item
from uhc_llm.batch.keys import settings_hash, work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.prices import Price
from uhc_llm.batch.provider_batch import under_way
from uhc_llm.batch.runner import Run
from uhc_llm.batch.tally import Tally
from uhc_llm.batch.work import TRANSIENT, Counts, State, Work
from uhc_llm.documents import Document
from uhc_llm.evaluation.contender import Contender
from uhc_llm.evaluation.gold import GoldArticle
from uhc_llm.evaluation.predictions import Prediction
from uhc_llm.evaluation.running import as_prediction
from uhc_llm.llm.replay import is_replaying
from uhc_llm.schemas import Extraction, Usage

__all__ = ["Answers", "ModelRun"]

_NAME: Final = re.compile(r"[^\w.+-]+")


class Answers(NamedTuple):
    """What is known of a model's answers.

    Attributes:
        predictions: of the articles that it was asked about, those that failed with their error.
        seconds: on the clock while articles were worked on, as many at once as there were; None
            where answers are replayed.
    """

    predictions: tuple[Prediction, ...] = ()
    seconds: float | None = None

    @property
    def cost(self) -> float:
        """US dollars, as far as they are known."""
        return float(sum(each.cost or 0 for each in self.predictions))


class ModelRun:
    """The file of one model's answers, and what asks for those that are missing.

    Args:
        contender: the model, and how it is asked.
        articles: those that are compared.
        folder: of the file.
    """

    def __init__(self, contender: Contender, articles: Sequence[GoldArticle], folder: Path) -> None:
        self.contender = contender
        self.path = folder / f"{_NAME.sub('-', contender.name).strip('-.')}.db"
        self._settings = settings_hash(contender.extractor.settings)
        self._works = {article.id: self._work(article) for article in articles}
        self._keys = frozenset(work.key for work in self._works.values())
        self._run: Run | None = None

    def interrupt(self) -> None:
        """Finish what is under way, then end; called again, end at once."""
        if self._run is not None:
            self._run.interrupt()

    def waits_for(self, *, retry_failed: bool = False) -> int:
        """How many articles would be asked about now.

        Args:
            retry_failed: those too that failed for another reason than the provider's.
        """
        settled = 0
        for rows in self._attempts().values():
            last = rows[-1]
            again = retry_failed or last.error_kind in TRANSIENT
            settled += last.outcome == "done" or not again
        return len(self._keys) - settled

    async def __call__(
        self, *, tally: Tally, most_cost: float | None = None, retry_failed: bool = False
    ) -> Ending:
        """Ask for what is missing.

        Args:
            tally: counts, for whoever shows them.
            most_cost: US dollars that this may take.
            retry_failed: ask again about all that failed; else what failed through the provider.

        Returns:
            Why it ended; whatever that was, all that was answered is in the file.

        Raises:
            LedgerError: the file cannot be written.
        """
        contender = self.contender
        with _Selected.write(self.path) as ledger:
            ledger.keys = self._keys
            ledger.note_settings(contender.extractor.settings)
            ledger.recover(keep=under_way(ledger))
            ledger.retry_failed(self._settings, kinds=None if retry_failed else TRANSIENT)
            self._run = Run(
                ledger,
                contender.extractor,
                self._settings,
                self._items(),
                pace=contender.pace,
                concurrency=contender.concurrency,
                max_cost=None if most_cost is None else ledger.totals().cost + most_cost,
                price=contender.price,
                tally=tally,
            )
            try:
                return await self._run()
            finally:
                self._run = None
                await contender.extractor.aclose()

    def answers(self) -> Answers:
        """What the file holds of the articles, in their order."""
        attempts = self._attempts()
        found = self._extractions()
        predictions = [
            _prediction(id_, found.get(work.key), attempts[work.key], self.contender.price)
            for id_, work in self._works.items()
            if work.key in attempts
        ]
        # How fast a recording is read says nothing.
        seconds = None if is_replaying() else _on_the_clock(attempts.values())
        return Answers(tuple(predictions), seconds)

    def _work(self, article: GoldArticle) -> Work:
        document = Document(text=article.text, id=article.id, published=article.published)
        key = work_key(document.text, document.published, self._settings)
        return Work(key, document, f"gold: {article.id}")

    def _items(self) -> Iterator[Item]:
        for work in self._works.values():
            yield Item(work.document, work.source)

    def _extractions(self) -> dict[str, Extraction]:
        query = "SELECT document_key, extraction FROM extractions WHERE document_key"
        return {
            key: Extraction.model_validate_json(text)
            for key, text in self._rows(f"{query} {_OURS}")
        }

    def _attempts(self) -> "dict[str, list[_Attempt]]":
        attempts: defaultdict[str, list[_Attempt]] = defaultdict(list)
        for key, *row in self._rows(f"{_ATTEMPTS} {_OURS} ORDER BY id"):
            attempts[key].append(_Attempt(*row))
        return dict(attempts)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        with Ledger.read(self.path) as ledger:
            return list(ledger.rows(query, (json.dumps(sorted(self._keys)),)))


class _Selected(Ledger):
    """A ledger of which these documents alone are done: others may wait in it from another time."""

    keys: frozenset[str] = frozenset()

    def claim(self, settings: str, most: int, *, keys: Collection[str] | None = None) -> list[Work]:
        return super().claim(settings, most, keys=self.keys if keys is None else keys)

    def counts(self, settings: str | None = None) -> Counts:
        states: dict[State, int] = dict(self.rows(_STATES, (json.dumps(sorted(self.keys)),)))
        return Counts(**states)


class _Attempt(NamedTuple):
    outcome: str
    started_at: str
    ended_at: str
    error_kind: str | None
    error: str | None
    requests: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost: float | None

    @property
    def usage(self) -> Usage:
        return Usage(
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cached_tokens=self.cached_tokens,
        )

    def priced(self, price: Price | None) -> float | None:
        """What it cost; by the price that is known now, where none was known then."""
        if self.cost is not None or not self.requests:
            return self.cost or 0.0
        return None if price is None else price.cost(self.usage)


_OURS: Final = "IN (SELECT value FROM json_each(?))"
_STATES: Final = f"SELECT state, count(*) FROM documents WHERE key {_OURS} GROUP BY state"  # noqa: S608 (constants)
_ATTEMPTS: Final = """
    SELECT document_key, outcome, started_at, ended_at, error_kind, error, requests, input_tokens,
        output_tokens, cached_tokens, cost
    FROM attempts WHERE document_key
"""


def _prediction(
    id_: str, extraction: Extraction | None, attempts: Sequence[_Attempt], price: Price | None
) -> Prediction:
    last = attempts[-1]
    costs = [attempt.priced(price) for attempt in attempts]
    known = [cost for cost in costs if cost is not None]
    took = {
        "usage": sum((attempt.usage for attempt in attempts), Usage()),
        "requests": sum(attempt.requests for attempt in attempts),
        "cost": Decimal(str(sum(known))) if len(known) == len(costs) else None,
    }
    if extraction is None:
        made = Prediction(id=id_, error=f"{last.error_kind}: {last.error}")
    else:
        made = as_prediction(id_, extraction)
    return made.model_copy(update=took)


def _on_the_clock(attempts: Iterable[Sequence[_Attempt]]) -> float:
    """Seconds in which at least one article was worked on."""
    spans = sorted(
        (datetime.fromisoformat(each.started_at), datetime.fromisoformat(each.ended_at))
        for rows in attempts
        for each in rows
    )
    seconds, until = 0.0, None
    for begin, end in spans:
        since = begin if until is None else max(begin, until)
        seconds += max(0.0, (end - since).total_seconds())
        until = end if until is None else max(until, end)
    return seconds
