"""The file of requests that is handed in next."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from uhc_llm.batch.provider_batch.tape import Unanswered, request_hash
from uhc_llm.llm.batches import request_line

__all__ = ["Asked", "Outbox", "line_of"]

_KEY_DIGITS: Final = 40  # of 64: as good as all, and a custom id stays short


class Asked(NamedTuple):
    """A request in a file: its name there, whose it is, which one, and its hash."""

    custom_id: str
    key: str
    position: int
    request: str


class Outbox:
    """A file that is filled up to a provider's limits.

    Args:
        path: where it is written.
        most_requests: in it.
        most_bytes: of it.
    """

    def __init__(self, path: Path, *, most_requests: int, most_bytes: int) -> None:
        self.path = path
        self.asked: list[Asked] = []
        self.bytes = 0
        self._most_requests = most_requests
        self._most_bytes = most_bytes
        self._file = path.open("wb")

    def close(self) -> None:
        """Write what has not been written yet."""
        self._file.close()

    def put(self, asked: Asked, line: bytes) -> bool:
        """Write a line, or return False when it would be one too many; the first one never is."""
        is_full = (
            len(self.asked) >= self._most_requests or self.bytes + len(line) > self._most_bytes
        )
        if self.asked and is_full:
            return False
        self._file.write(line)
        self.asked.append(asked)
        self.bytes += len(line)
        return True


def line_of(key: str, question: Unanswered) -> tuple[Asked, bytes]:
    """A document's next request, and the line that it is in a file."""
    custom_id = f"{key[:_KEY_DIGITS]}-{question.position}"
    asked = Asked(custom_id, key, question.position, request_hash(question.body))
    return asked, _json(request_line(custom_id, question.body))


def _json(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
