"""A run in rounds: hand in what is asked, wait, take in answers, hand in what they lead to."""

import asyncio
import logging
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ledger_file import now
from uhc_llm.batch.prices import Price
from uhc_llm.batch.provider_batch import records
from uhc_llm.batch.provider_batch.outbox import Outbox, line_of
from uhc_llm.batch.provider_batch.reader import Reader
from uhc_llm.batch.provider_batch.tape import Tape, Unanswered
from uhc_llm.batch.work import TRANSIENT, Attempt, Work
from uhc_llm.errors import (
    ModelNotFoundError,
    ProviderError,
    RequestRefusedError,
    RequestTimeoutError,
)
from uhc_llm.extraction import Extractor
from uhc_llm.llm.asking import AnsweringModel
from uhc_llm.llm.batches import (
    ENDED,
    MOST_BYTES,
    MOST_REQUESTS,
    BatchDesk,
    BatchFault,
    ProviderBatch,
    read_answers,
)
from uhc_llm.llm.client import ModelClient
from uhc_llm.llm.failures import one_line
from uhc_llm.llm.models import ModelName
from uhc_llm.llm.sending import Sleep
from uhc_llm.schemas import Usage

__all__ = ["Outcome", "Terms", "run_batch_api"]

_log = logging.getLogger(__name__)

_TRIES_OF_ONE: Final = 3
_AT_A_TIME: Final = 100
_LINES: Final = 200
_MARGIN: Final = timedelta(hours=1)  # two clocks never agree
_NO_ROOM: Final = "token_limit_exceeded"
_NO_MODEL: Final = "model_not_found"
_SERVER_FAILED: Final = 500
_MILLION: Final = 1_000_000
# Three bytes of a request are a token, and an answer has a tenth of them: rather too many.
_A_MILLION_BYTES: Final = Usage(input_tokens=_MILLION // 3, output_tokens=_MILLION // 30)


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


async def run_batch_api(
    ledger: Ledger,
    settings: str,
    model: ModelName,
    make_extractor: Callable[[AnsweringModel], Extractor],
    *,
    api_key: str | None = None,
    base_url: str | None = None,
    price: Price | None = None,
    terms: Terms = Terms(),
    say: Callable[[str], None] = _log.info,
    sleep: Sleep = asyncio.sleep,
) -> Outcome:
    """Do what waits in a ledger by way of the provider's own batches.

    What was handed in earlier is found by its name in the ledger, and never handed in again.

    Args:
        ledger: with everything enrolled, and `recover(keep=under_way(ledger))` done.
        settings: the hash of the settings.
        model: whom to ask; one of openai/.
        make_extractor: makes the extractor around a model.
        api_key: instead of the one in the environment.
        base_url: of an OpenAI-compatible server, instead of OPENAI_BASE_URL.
        price: of the model, asked one by one.
        terms: how batches are handed in and waited for.
        say: hears what goes on, a line each time.
        sleep: waits; for tests.

    Raises:
        ConfigurationError: no key, or a model that has no batches.
        ProviderError: the provider refuses what would be refused every time, or fails on and on.
            Nothing is lost: the same run goes on from here.
        LedgerError: the ledger cannot be written.
    """
    tape = Tape()
    client = ModelClient(
        model,
        api_key=api_key,
        base_url=base_url,
        transport_attempts=_TRIES_OF_ONE,
        create=tape.create,
        sleep=_at_once,
    )
    reader = Reader(make_extractor(client), tape, price)
    try:
        with TemporaryDirectory(prefix="uhc-llm-") as folder:
            desk = BatchDesk(client, tries=terms.tries)
            await desk.check()
            run = _Run(
                ledger=ledger,
                settings=settings,
                desk=desk,
                reader=reader,
                terms=terms,
                say=say,
                sleep=sleep,
                folder=Path(folder),
            )
            return await run.through()
    finally:
        await client.aclose()


async def _at_once(_: float) -> None:
    """What is asked again goes into another batch, and waits there."""


@dataclass(kw_only=True)
class _Run:
    """One run. What it knows beside the ledger may be lost at any moment."""

    ledger: Ledger
    settings: str
    desk: BatchDesk
    reader: Reader
    terms: Terms
    say: Callable[[str], None]
    sleep: Sleep
    folder: Path
    stopped: str = ""
    has_room: bool = True
    most_requests: int = field(init=False)
    most_new: int = field(init=False)
    seen: dict[str, str] = field(default_factory=dict)
    expiries: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.most_requests = self.terms.most_requests
        self.most_new = sys.maxsize if self.terms.most_new is None else self.terms.most_new

    async def through(self) -> Outcome:
        """Hand in and take in until nothing is left to do."""
        patience = self.terms.patience
        while True:
            try:
                await self._find_again()
                await self._take_in()
                await self._hand_in()
            except ProviderError as error:
                patience -= 1
                if type(error).__name__ not in TRANSIENT or patience < 0:
                    raise
                self.say(f"{error} (looking again in {self.terms.poll:.0f} s)")
            else:
                patience = self.terms.patience
                if not self.terms.waits or not records.pending(self.ledger):
                    break
            await self.sleep(self.terms.poll)
        return Outcome(
            batches=self.tally["batches"],
            requests=self.tally["requests"],
            done=self.tally["done"],
            failed=self.tally["failed"],
            under_way=len(records.pending(self.ledger)),
            stopped=self.stopped,
        )

    # --- what may have been handed in ---------------------------------------------------------

    async def _find_again(self) -> None:
        """Ask the provider about batches of which only the intention is known."""
        for each in records.pending(self.ledger):
            if each.batch:
                continue
            found = await self.desk.find(each.token, since=each.made_at - _MARGIN)
            if found:
                self.say(f"batch {found} had been handed in: waiting for it")
                records.handed_in(self.ledger, each.token, found)
            else:
                records.take_back(self.ledger, each.token)

    # --- what has come back -------------------------------------------------------------------

    async def _take_in(self) -> None:
        """Look at every batch under way, and take in those that have ended."""
        for each in records.pending(self.ledger):
            shown = await self.desk.batch(each.batch)
            said = f"{shown.status}, {shown.answered:,} of {each.requests:,} answered"
            if self.seen.get(each.token) != said:
                self.seen[each.token] = said
                self.say(f"batch {each.batch}: {said}")
                records.note_status(self.ledger, each.token, shown.status)
            if shown.status in ENDED:
                await self._take_in_one(each, shown)

    async def _take_in_one(self, handed: records.Handed, shown: ProviderBatch) -> None:
        for number, file in enumerate(shown.files):
            await self._take_in_file(handed.token, file, self.folder / f"answers-{number}.jsonl")
        if shown.status == "failed":
            self._take_in_failed(handed, shown.faults)
            return
        left = records.end(self.ledger, handed.token, shown.status)
        self.has_room = True
        if shown.status == "cancelled":
            self.stopped = (
                f"batch {handed.batch} was cancelled at the provider; its {len(left):,} requests "
                "without an answer wait: run the same again to hand them in"
            )
            self.say(self.stopped)
        elif left:
            self.say(f"batch {handed.batch}: {len(left):,} requests were not answered in time")
            self._count_expiries(left)

    async def _take_in_file(self, token: str, file: str, path: Path) -> None:
        try:
            await self.desk.fetch(file, path)
        except ProviderError as error:
            if error.status != 404:  # noqa: PLR2004 (HTTP)
                raise
            self.say(f"the provider has deleted {file}: what was in it is asked again")
            return
        lines = read_answers(path)
        while some := list(islice(lines, _LINES)):
            records.add_answers(self.ledger, token, some)

    def _count_expiries(self, keys: list[str]) -> None:
        self.expiries.update(keys)
        self._fail(
            (
                key,
                RequestTimeoutError(
                    f"its request expired {self.expiries[key]} times before the provider "
                    "answered it. Run the same again with --retry-failed, or ask it directly"
                ),
            )
            for key in keys
            if self.expiries[key] >= self.terms.most_expiries
        )

    def _take_in_failed(self, handed: records.Handed, faults: tuple[BatchFault, ...]) -> None:
        """Say why a batch was not taken, and do otherwise what can be done otherwise.

        Raises:
            ProviderError: the provider would say the same again.
        """
        why = "; ".join(_words(fault) for fault in faults[:3]) or "no reason given"
        codes = {fault.code for fault in faults}
        found = records.keys_at(self.ledger, handed.token, (fault.line for fault in faults))
        records.end(self.ledger, handed.token, "failed", why)
        refused = f"the provider does not take batch {handed.batch}"
        message = f"{refused}: {why}"
        self.say(message)
        if _NO_MODEL in codes:
            raise ModelNotFoundError(
                f"{message}. Check the model's name, and that it may be asked in batches"
            )
        if _NO_ROOM in codes:
            self._make_smaller(handed, message)
        elif found:
            self._fail(
                (found[fault.line], RequestRefusedError(f"{refused}: {_words(fault)}"))
                for fault in faults
                if fault.line in found
            )
        else:
            raise RequestRefusedError(f"{message}. Nothing is lost: the documents wait")

    def _make_smaller(self, handed: records.Handed, message: str) -> None:
        """Wait until the provider has room again; where it has all its room, ask for less."""
        if records.pending(self.ledger):
            self.has_room = False
        elif handed.requests > 1:
            self.most_requests = -(-handed.requests // 2)
            self.say(f"handing in {self.most_requests:,} requests at a time from now on")
        else:
            raise RequestRefusedError(f"{message}. Raise the account's limit of enqueued tokens")

    # --- what is asked next -------------------------------------------------------------------

    async def _hand_in(self) -> None:
        """Read what waits as far as there are answers, and hand in what it asks next."""
        while self.has_room or not records.pending(self.ledger):
            outbox = Outbox(
                self.folder / "requests.jsonl",
                most_requests=self.most_requests,
                most_bytes=min(self.terms.most_bytes, self._affordable_bytes()),
            )
            try:
                await self._fill(outbox)
                if not outbox.asked or self.stopped:
                    self._release(asked.key for asked in outbox.asked)
                    return
            except BaseException:
                self._release(asked.key for asked in outbox.asked)
                raise
            finally:
                outbox.close()
            await self._send(outbox)

    async def _fill(self, outbox: Outbox) -> None:
        """Read documents until the file is full, or nothing waits."""
        while works := self._claim():
            try:
                read = [await self._read(work) for work in works]
            except BaseException:
                self._release(work.key for work in works)
                raise
            self._record([came for came in read if isinstance(came, Attempt)])
            questions = [
                line_of(work.key, came)
                for work, came in zip(works, read, strict=True)
                if isinstance(came, Unanswered)
            ]
            for place, (asked, line) in enumerate(questions):
                if not outbox.put(asked, line):
                    self._release(left.key for left, _ in questions[place:])
                    return

    async def _read(self, work: Work) -> Attempt | Unanswered:
        return await self.reader.read(work, records.recording(self.ledger, work.key))

    def _claim(self) -> list[Work]:
        """Take up some documents: those with answers first, then new ones."""
        answered = records.answered(self.ledger, self.settings, _AT_A_TIME)
        if answered:
            return self.ledger.claim(self.settings, _AT_A_TIME, keys=answered)
        if self.stopped or self.most_new <= 0:
            return []
        works = self.ledger.claim(self.settings, min(_AT_A_TIME, self.most_new))
        self.most_new -= len(works)
        return works

    async def _send(self, outbox: Outbox) -> None:
        """Hand in a file. Whatever happens meanwhile, the ledger knows of it before."""
        token = uuid.uuid4().hex
        records.intend(self.ledger, token, self.settings, outbox.asked, outbox.bytes)
        try:
            file = await self.desk.upload(outbox.path)
        except ProviderError:
            records.take_back(self.ledger, token)
            raise
        try:
            batch = await self.desk.begin(file, token)
        except ProviderError as error:
            # A refusal is one; but where the answer was lost, the batch may be there, and is
            # looked for before anything is handed in again.
            if error.status is not None and error.status < _SERVER_FAILED:
                records.take_back(self.ledger, token)
            raise
        records.handed_in(self.ledger, token, batch)
        count = len(outbox.asked)
        self.tally.update(batches=1, requests=count)
        self.say(f"batch {batch}: {count:,} requests handed in ({outbox.bytes:,} bytes)")

    def _affordable_bytes(self) -> int:
        """How long a file may still be; 0, and the run stops, when the money is spent."""
        most, of_million = self.terms.most_cost, self.reader.cost(_A_MILLION_BYTES)
        if most is None or not of_million:
            return self.terms.most_bytes
        at_provider = sum(each.bytes for each in records.pending(self.ledger))
        left = most - self.ledger.totals().cost - at_provider * of_million / _MILLION
        if left <= 0 and not self.stopped:
            self.stopped = f"${most:,.2f} are spent, or will be by what is under way"
            self.say(self.stopped)
        return max(0, int(left * _MILLION / of_million))

    # --- the ledger ---------------------------------------------------------------------------

    def _fail(self, failed: Iterable[tuple[str, ProviderError]]) -> None:
        at = now()
        errors = dict(failed)
        self._record([Attempt(key, at, at, error=error) for key, error in errors.items()])

    def _record(self, attempts: list[Attempt]) -> None:
        self.ledger.record(attempts)
        self.tally.update(attempt.outcome for attempt in attempts)

    def _release(self, keys: Iterable[str]) -> None:
        self.ledger.release(list(keys))


def _words(fault: BatchFault) -> str:
    where = f" (line {fault.line})" if fault.line else ""
    return f"{fault.code}: {one_line(fault.message).rstrip('.')}{where}"
