"""What is asked next, handed in."""

import uuid
from typing import Final

from uhc_llm.batch.provider_batch import records
from uhc_llm.batch.provider_batch.outbox import Outbox, line_of
from uhc_llm.batch.provider_batch.reader import Reader
from uhc_llm.batch.provider_batch.standing import Standing
from uhc_llm.batch.provider_batch.tape import Unanswered
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.errors import ProviderError
from uhc_llm.language import _, formatted, grouped
from uhc_llm.schemas import Usage

__all__ = ["HandingIn"]

_AT_A_TIME: Final = 100
_SERVER_FAILED: Final = 500
_MILLION: Final = 1_000_000
# Three bytes of a request are a token, and an answer has a tenth of them: rather too many.
_A_MILLION_BYTES: Final = Usage(input_tokens=_MILLION // 3, output_tokens=_MILLION // 30)


class HandingIn:
    """Reads what waits as far as there are answers, and hands in what it asks next."""

    def __init__(self, run: Standing, reader: Reader) -> None:
        self._run = run
        self._reader = reader

    async def hand_in(self) -> None:
        """Read what waits as far as there are answers, and hand in what it asks next."""
        while self._run.has_room or not records.pending(self._run.ledger):
            outbox = Outbox(
                self._run.folder / "requests.jsonl",
                most_requests=self._run.most_requests,
                most_bytes=min(self._run.terms.most_bytes, self._affordable_bytes()),
            )
            try:
                await self._fill(outbox)
                if not outbox.asked or self._run.stopped:
                    self._run.release(asked.key for asked in outbox.asked)
                    return
            except BaseException:
                self._run.release(asked.key for asked in outbox.asked)
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
                self._run.release(work.key for work in works)
                raise
            self._run.record([came for came in read if isinstance(came, Attempt)])
            questions = [
                line_of(work.key, came)
                for work, came in zip(works, read, strict=True)
                if isinstance(came, Unanswered)
            ]
            for place, (asked, line) in enumerate(questions):
                if not outbox.put(asked, line):
                    self._run.release(left.key for left, _texts in questions[place:])
                    return

    async def _read(self, work: Work) -> Attempt | Unanswered:
        return await self._reader.read(work, records.recording(self._run.ledger, work.key))

    def _claim(self) -> list[Work]:
        """Take up some documents: those with answers first, then new ones."""
        answered = records.answered(self._run.ledger, self._run.settings, _AT_A_TIME)
        if answered:
            return self._run.ledger.claim(self._run.settings, _AT_A_TIME, keys=answered)
        if self._run.stopped or self._run.most_new <= 0:
            return []
        works = self._run.ledger.claim(self._run.settings, min(_AT_A_TIME, self._run.most_new))
        self._run.most_new -= len(works)
        return works

    async def _send(self, outbox: Outbox) -> None:
        """Hand in a file. Whatever happens meanwhile, the ledger knows of it before."""
        token = uuid.uuid4().hex
        records.intend(self._run.ledger, token, self._run.settings, outbox.asked, outbox.bytes)
        try:
            file = await self._run.desk.upload(outbox.path)
        except ProviderError:
            records.take_back(self._run.ledger, token)
            raise
        try:
            batch = await self._run.desk.begin(file, token)
        except ProviderError as error:
            # A refusal is one; but where the answer was lost, the batch may be there, and is
            # looked for before anything is handed in again.
            if error.status is not None and error.status < _SERVER_FAILED:
                records.take_back(self._run.ledger, token)
            raise
        records.handed_in(self._run.ledger, token, batch)
        count = len(outbox.asked)
        self._run.tally.update(batches=1, requests=count)
        said = _(
            "batch {batch}: {n} requests handed in ({bytes} bytes)",
            batch=batch,
            n=grouped(count),
            bytes=grouped(outbox.bytes),
        )
        self._run.say(said)

    def _affordable_bytes(self) -> int:
        """How long a file may still be; 0, and the run stops, when the money is spent."""
        most, of_million = self._run.terms.most_cost, self._reader.cost(_A_MILLION_BYTES)
        if most is None or not of_million:
            return self._run.terms.most_bytes
        at_provider = sum(each.bytes for each in records.pending(self._run.ledger))
        left = most - self._run.ledger.totals().cost - at_provider * of_million / _MILLION
        if left <= 0 and not self._run.stopped:
            self._run.stopped = _(
                "${most} are spent, or will be by what is under way", most=formatted(most, ",.2f")
            )
            self._run.say(self._run.stopped)
        return max(0, int(left * _MILLION / of_million))
