"""What has come back from the provider, and what to do where nothing did."""

from collections import Counter
from datetime import timedelta
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Final

from uhc_llm.batch.provider_batch import records
from uhc_llm.batch.provider_batch.standing import Standing
from uhc_llm.batch.work import LASTING
from uhc_llm.errors import (
    ModelNotFoundError,
    ProviderError,
    RequestRefusedError,
    RequestTimeoutError,
    UhcLlmError,
)
from uhc_llm.language import _, grouped
from uhc_llm.llm.batches import (
    ENDED,
    AnswerLine,
    BatchFault,
    LineRefusedError,
    ProviderBatch,
    read_answers,
)
from uhc_llm.llm.transport.failures import one_line, understand

__all__ = ["TakingIn"]

_LINES: Final = 200
_MARGIN: Final = timedelta(hours=1)  # two clocks never agree
_NO_ROOM: Final = "token_limit_exceeded"
_NO_MODEL: Final = "model_not_found"


class TakingIn:
    """Takes in batches that have ended."""

    def __init__(self, run: Standing) -> None:
        self._run = run
        self._seen: dict[str, str] = {}
        self._expiries: Counter[str] = Counter()
        self._lasting: UhcLlmError | None = None

    async def find_again(self) -> None:
        """Ask the provider about batches of which only the intention is known."""
        for each in records.pending(self._run.ledger):
            if each.batch:
                continue
            found = await self._run.desk.find(each.token, since=each.made_at - _MARGIN)
            if found:
                self._run.say(_("batch {batch} had been handed in: waiting for it", batch=found))
                records.handed_in(self._run.ledger, each.token, found)
            else:
                records.take_back(self._run.ledger, each.token)

    async def take_in(self) -> None:
        """Look at every batch under way, and take in those that have ended."""
        for each in records.pending(self._run.ledger):
            shown = await self._run.desk.batch(each.batch)
            said = _(
                "batch {batch}: {status}, {n} of {all} answered",
                batch=each.batch,
                status=shown.status,
                n=grouped(shown.answered),
                all=grouped(each.requests),
            )
            if self._seen.get(each.token) != said:
                self._seen[each.token] = said
                self._run.say(said)
                records.note_status(self._run.ledger, each.token, shown.status)
            if shown.status in ENDED:
                await self._take_in_one(each, shown)

    async def _take_in_one(self, handed: records.Handed, shown: ProviderBatch) -> None:
        for number, file in enumerate(shown.files):
            await self._take_in_file(
                handed.token, file, self._run.folder / f"answers-{number}.jsonl"
            )
        if shown.status == "failed":
            self._take_in_failed(handed, shown.faults)
            return
        left = records.end(self._run.ledger, handed.token, shown.status)
        if self._lasting:
            raise self._lasting
        self._run.has_room = True
        if shown.status == "cancelled":
            self._run.stopped = _(
                "batch {batch} was cancelled at the provider; its {n} requests without an answer "
                "wait: run the same again to hand them in",
                batch=handed.batch,
                n=grouped(len(left)),
            )
            self._run.say(self._run.stopped)
        elif left:
            said = _(
                "batch {batch}: {n} requests were not answered in time",
                batch=handed.batch,
                n=grouped(len(left)),
            )
            self._run.say(said)
            self._count_expiries(left)

    async def _take_in_file(self, token: str, file: str, path: Path) -> None:
        try:
            await self._run.desk.fetch(file, path)
        except ProviderError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            said = _("the provider has deleted {file}: what was in it is asked again", file=file)
            self._run.say(said)
            return
        lines = filter(self._is_kept, read_answers(path))
        while some := list(islice(lines, _LINES)):
            records.add_answers(self._run.ledger, token, some)

    def _is_kept(self, line: AnswerLine) -> bool:
        """Whether an answer is the document's; the account's troubles are no part of it."""
        if line.status == HTTPStatus.OK:
            return True
        refused = LineRefusedError(line.status, line.body)
        error = understand(refused, who=self._run.desk.name, attempts=1).error
        if isinstance(error, LASTING):
            self._lasting = error
            return False
        return True

    def _count_expiries(self, keys: list[str]) -> None:
        self._expiries.update(keys)
        self._run.fail(
            (
                key,
                RequestTimeoutError(
                    f"its request expired {self._expiries[key]} times before the provider "
                    "answered it. Run the same again with --retry-failed, or ask it directly"
                ),
            )
            for key in keys
            if self._expiries[key] >= self._run.terms.most_expiries
        )

    def _take_in_failed(self, handed: records.Handed, faults: tuple[BatchFault, ...]) -> None:
        """Say why a batch was not taken, and do otherwise what can be done otherwise.

        Raises:
            ProviderError: the provider would say the same again.
        """
        why = "; ".join(_words(fault) for fault in faults[:3]) or "no reason given"
        codes = {fault.code for fault in faults}
        found = records.keys_at(self._run.ledger, handed.token, (fault.line for fault in faults))
        records.end(self._run.ledger, handed.token, "failed", why)
        refused = f"the provider does not take batch {handed.batch}"
        message = f"{refused}: {why}"
        self._run.say(message)
        if _NO_MODEL in codes:
            raise ModelNotFoundError(
                f"{message}. Check the model's name, and that it may be asked in batches"
            )
        if _NO_ROOM in codes:
            self._make_smaller(handed, message)
        elif found:
            self._run.fail(
                (found[fault.line], RequestRefusedError(f"{refused}: {_words(fault)}"))
                for fault in faults
                if fault.line in found
            )
        else:
            raise RequestRefusedError(f"{message}. Nothing is lost: the documents wait")

    def _make_smaller(self, handed: records.Handed, message: str) -> None:
        """Wait until the provider has room again; where it has all its room, ask for less."""
        if records.pending(self._run.ledger):
            self._run.has_room = False
        elif handed.requests > 1:
            self._run.most_requests = -(-handed.requests // 2)
            n = grouped(self._run.most_requests)
            self._run.say(_("handing in {n} requests at a time from now on", n=n))
        else:
            raise RequestRefusedError(f"{message}. Raise the account's limit of enqueued tokens")


def _words(fault: BatchFault) -> str:
    where = f" (line {fault.line})" if fault.line else ""
    return f"{fault.code}: {one_line(fault.message).rstrip('.')}{where}"
