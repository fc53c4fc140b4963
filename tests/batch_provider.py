"""A provider's files and batches on this machine, by a clock that the test sets.

with BatchProvider() as provider:
    ...  # hand a batch in at provider.url
    provider.clock.now += 100

The desk is that of `benchmarks/fake_provider`; what each line is answered, and which calls fail, a
test says here.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any, Final, Literal
from urllib.parse import parse_qs, urlsplit

from benchmarks.fake_provider.batches import BatchDesk, Refusal
from benchmarks.fake_provider.forms import error
from benchmarks.fake_provider.server import make_completion
from tests.loopback import LoopbackServer, say

__all__ = ["BatchProvider", "Clock"]

Answer = tuple[int, dict[str, Any]]
Fate = Literal["503", "429", "401", "lost", "lost before"]
"""How a call fails: refused, or with the connection gone, after it was done or before."""

_PART: Final = re.compile(rb'name="(?P<field>\w+)"(?:; filename="(?P<file>[^"]*)")?')


class Clock:
    """Seconds that go on when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000_000.0

    def __call__(self) -> float:
        return self.now


class BatchProvider(LoopbackServer):
    """A server on a free port, for the length of a `with` block.

    Attributes:
        clock: of the provider.
        asked: the body of every line that was answered.
        fates: by method and last part of the path, how the next calls fail.
        answering: what a line is answered; it gets the body.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.clock = Clock()
        self.asked: list[dict[str, Any]] = []
        self.fates: defaultdict[str, deque[Fate]] = defaultdict(deque)
        self.answering: Callable[[dict[str, Any]], Answer] = lambda b: (
            200,
            make_completion(b, None),
        )
        self.desk = BatchDesk(self._answer, clock=self.clock, **options)

    @property
    def batches(self) -> list[dict[str, Any]]:
        """Every batch that was begun, the newest first."""
        rows: list[dict[str, Any]] = self.desk.page("", 1000)["data"]
        return rows

    def _answer(self, body: dict[str, Any]) -> Answer:
        self.asked.append(body)
        return self.answering(body)

    def handle(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Do a call, unless it is to fail."""
        method = handler.command
        url = urlsplit(handler.path)
        parts = url.path.removeprefix("/v1/").split("/")
        waiting = self.fates[f"{method} {parts[-1]}"]
        fate = waiting.popleft() if waiting else None
        if fate == "lost before":
            return
        if fate and fate != "lost":
            say(handler, int(fate), json.dumps(error("not now", kind="server_error")).encode())
            return
        try:
            said = self._do(method, parts, parse_qs(url.query), body)
        except Refusal as refusal:
            say(handler, refusal.status, json.dumps(refusal.body).encode())
            return
        if fate != "lost":
            say(handler, 200, said if isinstance(said, bytes) else json.dumps(said).encode())

    def _do(self, method: str, parts: list[str], query: dict[str, list[str]], raw: bytes) -> Any:
        match method, *parts:
            case "POST", "files":
                return self.desk.upload(*_uploaded(raw))
            case "GET", "files", id_, "content":
                return self.desk.content(id_)
            case "POST", "batches":
                return self.desk.create(json.loads(raw))
            case "GET", "batches":
                return self.desk.page(query.get("after", [""])[0], int(query["limit"][0]))
            case "GET", "batches", id_:
                return self.desk.batch(id_)
        raise Refusal(404, "Unknown request URL")


def _uploaded(raw: bytes) -> tuple[str, str, bytes]:
    """The name, the purpose and the content of an uploaded file."""
    boundary = raw.partition(b"\r\n")[0]
    name, purpose, content = "", "", b""
    for part in raw.split(boundary)[1:-1]:
        head, _, body = part.partition(b"\r\n\r\n")
        body = body.removesuffix(b"\r\n")
        found = _PART.search(head)
        assert found
        if found["file"]:
            name, content = found["file"].decode(), body
        elif found["field"] == b"purpose":
            purpose = body.decode()
    return name, purpose, content
