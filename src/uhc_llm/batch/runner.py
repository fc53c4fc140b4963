"""The run itself: documents out of the inputs, into the ledger, to the model, and back.

    read --bounded--> ledger (waiting) --claimed--> workers --bounded--> ledger (done, failed)

Everything goes through queues of a fixed size, so that memory does not grow with the documents. The
ledger is written by one thread, many results at a time, while the event loop asks the model.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Final, TypeVar

from uhc_llm.batch.ending import Ending, expected_usage, is_fatal, is_forbidden
from uhc_llm.batch.enrolling import CHUNK, sorted_out
from uhc_llm.batch.inputs import Item
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ledger_file import now
from uhc_llm.batch.pace import Pace
from uhc_llm.batch.prices import Price
from uhc_llm.batch.tally import Tally
from uhc_llm.batch.work import TRANSIENT, Attempt, InputProblem, Work
from uhc_llm.documents import Document
from uhc_llm.errors import LedgerError, Spent, UhcLlmError
from uhc_llm.extraction import Extractor
from uhc_llm.schemas import Extraction, Usage

__all__ = ["Run"]

T = TypeVar("T")

# Documents are read this far ahead of the workers, of which some scan while others' answers come.
_LEAST_AHEAD: Final = 128
_LEAST_SPARE: Final = 4
# A commit waits for the disk, so it holds what comes within this time.
_GATHER: Final = 0.25  # seconds
_MOST_GATHERED: Final = 128
_LEAST_IN_A_ROW: Final = 10


class Run:
    """One start of a run, from the inputs to the last commit.

    Args:
        ledger: open for writing; what was left running waits again already.
        extractor: what does one document.
        settings: the hash of its settings.
        inputs: what is asked for.
        pace: the gate that the extractor's model has; its concurrency is that of the documents.
        concurrency: how many documents are worked on at once.
        limit: so many documents at most, this time.
        max_cost: US dollars that all attempts in the ledger may cost together.
        price: of the model; None where it is not known.
        tally: counts, for whoever shows them.
    """

    def __init__(
        self,
        ledger: Ledger,
        extractor: Extractor,
        settings: str,
        inputs: Iterable[Item | InputProblem],
        *,
        pace: Pace,
        concurrency: int = 8,
        limit: int | None = None,
        max_cost: float | None = None,
        price: Price | None = None,
        tally: Tally | None = None,
    ) -> None:
        self.tally = tally or Tally()
        self._ledger = ledger
        self._extractor = extractor
        self._settings = settings
        self._inputs = iter(inputs)
        self._pace = pace
        self._concurrency = max(1, concurrency)
        # A few more than may ask at once: they scan meanwhile, so that no request waits for that.
        self._workers = self._concurrency + max(_LEAST_SPARE, self._concurrency // 8)
        self._ahead = max(_LEAST_AHEAD, 4 * self._concurrency)
        self._limit = limit
        self._max_cost = max_cost
        self._price = price
        self._ending: Ending | None = None
        self._spent = 0.0
        self._in_a_row = 0
        self._has_succeeded = self._had_succeeded = False
        self._forbidden: list[Attempt] = []
        self._all_read = False
        self._running: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []
        # Made for the loop that runs it.
        self._claimed: asyncio.Queue[Work | None] = asyncio.Queue(self._workers)
        self._results: asyncio.Queue[Attempt | None] = asyncio.Queue(2 * self._workers)
        self._moved = asyncio.Event()
        self._finishing = asyncio.Event()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="uhc-llm-ledger")

    def interrupt(self) -> None:
        """Finish what is under way, then end; called again, end at once."""
        if self._ending is None:
            self._stop(Ending("signal"))
        else:
            for task in self._tasks:
                task.cancel()

    async def __call__(self) -> Ending:
        """Run until everything is done, or something ends it.

        Returns:
            Why it ended. Whatever that was, the ledger holds all that was done, and nothing runs.

        Raises:
            LedgerError: the ledger cannot be written any more.
            InputError: standard input cannot be read.
            MissingExtraError: an input needs a package that is not there.
        """
        try:
            self._spent = (await self._write(self._ledger.totals)).cost
            self.tally.waiting = (await self._write(self._ledger.counts, self._settings)).waiting
            self._had_succeeded = await self._write(self._ledger.has_answers, self._settings)
            await self._run()
        finally:
            # What cannot be written now, the next start finds running and lets wait again.
            with suppress(LedgerError):
                await self._write(self._ledger.release, list(self._running))
            self._writer.shutdown(wait=False)
        return self._ending or Ending("limit" if self._limit == 0 else "all")

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read())
                claiming = group.create_task(self._claim())
                group.create_task(self._record())
                self._tasks = [group.create_task(self._work()) for _ in range(self._workers)]
                await asyncio.wait(self._tasks)
                reading.cancel()
                claiming.cancel()
                await self._settle_forbidden()
                self._finishing.set()
                await self._results.put(None)
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None  # the others are the same one, met elsewhere

    def _stop(self, ending: Ending) -> None:
        if self._ending is None:
            self._ending = ending
            self._pace.close()
            self._moved.set()

    async def _write(self, do: Callable[..., T], *values: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, do, *values)

    # --- inputs -------------------------------------------------------------------------------

    async def _read(self) -> None:
        """Read the inputs in a thread, which a pipe that brings nothing may hold for ever."""
        loop = asyncio.get_running_loop()
        end: asyncio.Future[None] = loop.create_future()
        threading.Thread(
            target=self._read_on, args=(loop, end), name="uhc-llm-inputs", daemon=True
        ).start()
        await end
        self._all_read = self.tally.all_read = True
        self._moved.set()

    def _read_on(self, loop: asyncio.AbstractEventLoop, end: "asyncio.Future[None]") -> None:
        try:
            while chunk := list(islice(self._inputs, CHUNK)):
                offered = asyncio.run_coroutine_threadsafe(self._offer(chunk), loop)
                if not offered.result():
                    break
        except CancelledError:
            return
        except Exception as error:  # noqa: BLE001 (raised where the thread is waited for)
            _tell(loop, end, error)
        else:
            _tell(loop, end, None)

    async def _offer(self, chunk: list[Item | InputProblem]) -> bool:
        """Enroll documents, then wait until there is room for more; False when none are wanted."""
        if self._ending is not None:
            return False
        works, problems = sorted_out(chunk, self._settings)
        self.tally.add_read(await self._write(self._ledger.add, works, self._settings))
        # Behind its rows, which are read up to where a table is damaged.
        if problems:
            await self._write(self._ledger.add_problems, problems)
            self.tally.problems += len(problems)
        self._moved.set()
        while self.tally.waiting >= self._ahead and not self._is_ending():
            self._moved.clear()
            await self._moved.wait()
        has_enough = self._limit is not None and self.tally.waiting >= self._limit
        return not (has_enough or self._is_ending())

    def _is_ending(self) -> bool:
        return self._ending is not None

    # --- work ---------------------------------------------------------------------------------

    async def _claim(self) -> None:
        """Hand waiting documents to the workers, some at a time."""
        while self._ending is None and self._limit != 0:
            most = max(CHUNK, self._workers // 2)
            all_read = self._all_read
            works = await self._write(self._claim_some, min(most, self._limit or most))
            if not works:
                if all_read:
                    break
                if not self._all_read:
                    self._moved.clear()
                    await self._moved.wait()
                continue
            self.tally.waiting -= len(works)
            self._moved.set()
            if self._limit is not None:
                self._limit -= len(works)
            for work in works:
                await self._claimed.put(work)
        for _ in range(self._workers):
            await self._claimed.put(None)

    def _claim_some(self, most: int) -> list[Work]:
        works = self._ledger.claim(self._settings, most)
        # Here, where it comes to pass whoever may have given up waiting for it.
        self._running.update(work.key for work in works)
        return works

    async def _work(self) -> None:
        while work := await self._claimed.get():
            if self._ending is not None:
                continue
            if not self._affords(work.document):
                self._stop(Ending("max_cost"))
                continue
            self.tally.under_way += 1
            try:
                attempt = await self._attempt(work)
            finally:
                self.tally.under_way -= 1
            if attempt is not None:
                await self._results.put(attempt)

    async def _attempt(self, work: Work) -> Attempt | None:
        """Do one document; None when it is to wait again."""
        started = now()
        self._pace.begin()
        try:
            extraction = await self._extractor.aextract(work.document, looks_first=True)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return None  # the gate has closed
        except Exception as error:  # noqa: BLE001 (one bad document never stops the rest)
            return self._failed(work, started, error)
        self._in_a_row = 0
        if extraction.provenance.answers:
            self._has_succeeded = True
            await self._settle_forbidden()
        used = extraction.provenance.usage
        cost = self._cost(used)
        return Attempt(
            work.key,
            started,
            now(),
            extraction=_priced(extraction, cost),
            requests=extraction.provenance.requests,
            usage=used,
            cost=cost,
            model=extraction.provenance.answered_by,
        )

    def _failed(self, work: Work, started: datetime, error: Exception) -> Attempt | None:
        forbidden = is_forbidden(error)
        # The address may be another one than last time, the key hardly.
        succeeded = self._has_succeeded or (forbidden and self._had_succeeded)
        if is_fatal(error, succeeded=succeeded):
            self._stop(Ending("error", error if isinstance(error, UhcLlmError) else None))
            return None
        transient = type(error).__name__ in TRANSIENT
        self._in_a_row = self._in_a_row + 1 if transient or forbidden else 0
        if self._in_a_row >= max(_LEAST_IN_A_ROW, self._concurrency):
            self._stop(Ending("error", error if isinstance(error, UhcLlmError) else None))
        attempt = self._failure(work, started, error)
        if forbidden:
            # Perhaps the key has come to be refused altogether: the next answer tells.
            self._forbidden.append(attempt)
            return None
        return attempt

    async def _settle_forbidden(self) -> None:
        """Let those fail alone that were forbidden, unless that is why the run has ended."""
        forbidden, self._forbidden = self._forbidden, []
        if self._ending is None or self._ending.error is None:
            for attempt in forbidden:
                await self._results.put(attempt)

    def _failure(self, work: Work, started: datetime, error: Exception) -> Attempt:
        spent = error.spent if isinstance(error, UhcLlmError) else Spent()
        usage = Usage(
            input_tokens=spent.input_tokens,
            output_tokens=spent.output_tokens,
            cached_tokens=spent.cached_tokens,
        )
        cost = self._cost(usage)
        return Attempt(
            work.key, started, now(), error=error, requests=spent.requests, usage=usage, cost=cost
        )

    # --- money --------------------------------------------------------------------------------

    def _cost(self, usage: Usage) -> float | None:
        if self._price is None:
            return None
        cost = self._price.cost(usage)
        self._spent += cost
        return cost

    def _affords(self, document: Document) -> bool:
        """Whether this document, and those under way, may be paid for."""
        if self._max_cost is None or self._price is None:
            return True
        guess = self._price.cost(expected_usage(len(document.text)))
        if ended := self.tally.ended:
            guess = max(guess, self.tally.cost / ended)
        return self._spent + guess * (self.tally.under_way + 1) <= self._max_cost

    # --- the ledger ---------------------------------------------------------------------------

    async def _record(self) -> None:
        """Write down what became of documents, as many as come within a moment."""
        ended = False
        while not ended:
            attempts = [await self._results.get()]
            with suppress(TimeoutError):
                await asyncio.wait_for(self._finishing.wait(), _GATHER)
            while not self._results.empty() and len(attempts) < _MOST_GATHERED:
                attempts.append(self._results.get_nowait())
            ended = None in attempts
            there = [attempt for attempt in attempts if attempt is not None]
            if there:
                await self._write(self._ledger.record, there)
            for attempt in there:
                self._running.discard(attempt.key)
                self.tally.add(attempt)


def _tell(
    loop: asyncio.AbstractEventLoop, end: "asyncio.Future[None]", error: Exception | None
) -> None:
    def told() -> None:
        if end.done():
            return
        if error is None:
            end.set_result(None)
        else:
            end.set_exception(error)

    with suppress(RuntimeError):  # the loop has been closed, and nobody waits any more
        loop.call_soon_threadsafe(told)


def _priced(extraction: Extraction, cost: float | None) -> Extraction:
    if cost is None:
        return extraction
    made = extraction.provenance.model_copy(update={"cost": Decimal(str(round(cost, 9)))})
    return extraction.model_copy(update={"provenance": made})
