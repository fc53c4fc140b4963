"""The batches of a provider: many requests in a file, answered within a day at half the price.

As OpenAI documents them (platform.openai.com/docs/guides/batch), and as servers that follow it do.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from uhc_llm.llm.client import ModelClient
from uhc_llm.llm.transport.failures import one_line

__all__ = [
    "ENDED",
    "ENDPOINT",
    "MOST_BYTES",
    "MOST_REQUESTS",
    "AnswerLine",
    "BatchDesk",
    "BatchFault",
    "BatchStatus",
    "LineRefusedError",
    "ProviderBatch",
    "read_answers",
    "request_line",
]

_log = logging.getLogger(__name__)

ENDPOINT: Final = "/v1/chat/completions"
MOST_REQUESTS: Final = 50_000
"""In one file, as documented."""
MOST_BYTES: Final = 200_000_000
"""Of one file, as documented: 200 MB, counted the smaller way."""

BatchStatus = Literal[
    "validating",
    "in_progress",
    "finalizing",
    "completed",
    "failed",
    "expired",
    "cancelling",
    "cancelled",
]
ENDED: Final = frozenset({"completed", "failed", "expired", "cancelled"})
"""The statuses after which there is no other."""

_NOT_SENT: Final = frozenset({"batch_expired", "batch_cancelled"})
_WINDOW: Final = "24h"
_OURS: Final = "uhc_llm"
_LONG: Final = 900.0  # seconds: a file takes its time
_TRIES: Final = 3
_PAGE: Final = 100


class BatchFault(NamedTuple):
    """What the provider finds wrong with the file of a batch; `line` is 0 when it names none."""

    code: str
    message: str
    line: int = 0


class ProviderBatch(NamedTuple):
    """A batch, as the provider shows it.

    Attributes:
        id: the provider's name for it.
        status: how it stands.
        created_at: when the provider took it.
        files: those with answers and with errors, as far as there are any.
        faults: why it failed.
        total: how many requests it has, as far as they are counted.
        answered: how many of them are answered, with errors too.
    """

    id: str
    status: BatchStatus
    created_at: datetime
    files: tuple[str, ...] = ()
    faults: tuple[BatchFault, ...] = ()
    total: int = 0
    answered: int = 0


class BatchDesk:
    """Where batches are handed in and asked for.

    Args:
        client: whose account it is.
        tries: how often a call that may be repeated is sent.
    """

    def __init__(self, client: ModelClient, *, tries: int = _TRIES) -> None:
        self._client = client
        self._retries = max(0, tries - 1)

    @property
    def name(self) -> str:
        """The name of the model that is asked."""
        return self._client.name

    async def check(self) -> None:
        """Make sure that there is an account to ask, before anything is made ready.

        Raises:
            ConfigurationError: no key, or a provider that has no batches.
        """

        async def nothing(_: object) -> None:
            """Have it opened, no more."""

        await self._client.call(nothing)

    async def upload(self, path: Path) -> str:
        """Send a file of requests, and return the provider's name for it.

        Raises:
            ProviderError: it was not taken.
        """

        async def send(sdk: Any) -> str:  # noqa: ANN401
            sdk = sdk.with_options(max_retries=self._retries, timeout=_LONG)
            return str((await sdk.files.create(file=path, purpose="batch")).id)

        return await self._client.call(send)

    async def begin(self, file: str, token: str) -> str:
        """Hand in a batch, and return the provider's name for it. It is never sent twice.

        Args:
            file: of its requests.
            token: a word by which it is found again.

        Raises:
            ProviderError: it was not taken; or perhaps it was, and the answer was lost.
        """

        async def send(sdk: Any) -> str:  # noqa: ANN401
            made = await sdk.batches.create(
                input_file_id=file,
                endpoint=ENDPOINT,
                completion_window=_WINDOW,
                metadata={_OURS: token},
            )
            return str(made.id)

        return await self._client.call(send)

    async def find(self, token: str, *, since: datetime) -> str | None:
        """Look for the batch with this word among those that were handed in since then.

        Raises:
            ProviderError: the provider does not say.
        """

        async def look(sdk: Any) -> str | None:  # noqa: ANN401
            sdk = sdk.with_options(max_retries=self._retries)
            async for made in sdk.batches.list(limit=_PAGE):  # the newest first
                if (made.metadata or {}).get(_OURS) == token:
                    return str(made.id)
                if datetime.fromtimestamp(made.created_at, UTC) < since:
                    break
            return None

        return await self._client.call(look)

    async def batch(self, id_: str) -> ProviderBatch:
        """How a batch stands.

        Raises:
            ProviderError: the provider does not say, or does not know it.
        """

        async def look(sdk: Any) -> ProviderBatch:  # noqa: ANN401
            sdk = sdk.with_options(max_retries=self._retries)
            return _shown(await sdk.batches.retrieve(id_))

        return await self._client.call(look)

    async def fetch(self, file: str, path: Path) -> None:
        """Write a file of answers to `path`.

        Raises:
            ProviderError: it is not to be had.
        """

        async def get(sdk: Any) -> None:  # noqa: ANN401
            sdk = sdk.with_options(max_retries=self._retries, timeout=_LONG)
            async with sdk.files.with_streaming_response.content(file) as content:
                await content.stream_to_file(path)

        await self._client.call(get)


def _shown(batch: Any) -> ProviderBatch:  # noqa: ANN401 (the SDK's own type)
    counts = batch.request_counts
    return ProviderBatch(
        id=str(batch.id),
        status=batch.status,
        created_at=datetime.fromtimestamp(batch.created_at, UTC),
        files=tuple(file for file in (batch.output_file_id, batch.error_file_id) if file),
        faults=tuple(_faults((batch.errors and batch.errors.data) or ())),
        total=counts.total if counts else 0,
        answered=counts.completed + counts.failed if counts else 0,
    )


def _faults(errors: Any) -> Iterator[BatchFault]:  # noqa: ANN401
    for error in errors:
        yield BatchFault(
            error.code or "unknown", error.message or "no reason given", error.line or 0
        )


def request_line(custom_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A line of a batch's file, before it is JSON."""
    return {"custom_id": custom_id, "method": "POST", "url": ENDPOINT, "body": dict(body)}


class AnswerLine(NamedTuple):
    """A line of a file of answers: the HTTP status, and the body of the answer or of the error."""

    custom_id: str
    status: int
    body: dict[str, Any]


class LineRefusedError(Exception):
    """An answer that is an error, in the form in which `llm.failures` reads those of an SDK."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(f"HTTP {status}")
        self.status_code = status
        self.body = body


def read_answers(path: Path) -> Iterator[AnswerLine]:
    """The answers in a file, one after the other.

    Requests that were not sent, since the batch expired or was cancelled, are left out, and so is
    what is no line of such a file.
    """
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if found := _answer_line(line):
                yield found


def _answer_line(line: str) -> AnswerLine | None:
    try:
        said = json.loads(line)
        custom_id, response, error = said["custom_id"], said.get("response"), said.get("error")
        if response:
            return AnswerLine(custom_id, int(response["status_code"]), dict(response["body"] or {}))
        if not error or error.get("code") in _NOT_SENT:
            return None
    except (ValueError, KeyError, TypeError, AttributeError):
        _log.warning("a line of a file of answers cannot be read: %s", one_line(line, 80))
        return None
    # It failed before there was an HTTP status; what that was is in the error's words.
    return AnswerLine(custom_id, HTTPStatus.SERVICE_UNAVAILABLE, {"error": error})
