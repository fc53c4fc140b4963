"""A conversation with a model that is played from its beginning as far as there are answers."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from uhc_llm.llm.batches import LineRefusedError
from uhc_llm.llm.client import completion_of

__all__ = ["Reply", "Tape", "Unanswered", "request_hash"]

_OK: Final = 200


class Reply(NamedTuple):
    """What was answered to one request: its hash, the HTTP status, and the body."""

    request: str
    status: int
    body: Mapping[str, Any]


class Unanswered(BaseException):
    """The conversation has come to a request that has no answer yet.

    It is no `Exception`: whatever mends errors on the way lets it pass, as it does a cancellation.

    Attributes:
        position: which of the document's requests it is, from 0.
        body: the request.
    """

    def __init__(self, position: int, body: Mapping[str, Any]) -> None:
        super().__init__(position)
        self.position = position
        self.body = body


class Tape:
    """The answers to one document's requests, in the place of a provider.

    A provider's error is an answer too: the client tries again after it, as it does live, and that
    is the document's next request.
    """

    def __init__(self) -> None:
        self._replies: Sequence[Reply] = ()
        self._position = 0

    def wind(self, replies: Sequence[Reply]) -> None:
        """Begin another document's conversation.

        Args:
            replies: those that there are, from the first on.
        """
        self._replies = replies
        self._position = 0

    async def create(self, **request: Any) -> Any:  # noqa: ANN401 (the SDK's own type)
        """Answer the next request.

        Raises:
            Unanswered: there is no answer; or it is one to another request, because the program
                has learned to ask otherwise.
        """
        position = self._position
        self._position += 1
        reply = self._replies[position] if position < len(self._replies) else None
        if reply is None or reply.request != request_hash(request):
            raise Unanswered(position, request)
        if reply.status != _OK:
            raise LineRefusedError(reply.status, reply.body)
        return completion_of(reply.body)


def request_hash(body: Mapping[str, Any]) -> str:
    """The sha256 of a request, written canonically."""
    line = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()
