"""A provider's files and batches on this machine, by a clock that the test sets.

with BatchProvider() as provider:
    ...  # hand a batch in at provider.url
    provider.clock.now += 100

The desk is that of `benchmarks/fake_provider`; what each line is answered, and which calls fail, a
test says here.
"""

import json
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Literal, Self
from urllib.parse import parse_qs, urlsplit

from benchmarks.fake_provider.batches import BatchDesk, Refusal
from benchmarks.fake_provider.forms import error
from benchmarks.fake_provider.server import make_completion

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


class BatchProvider:
    """A server on a free port, for the length of a `with` block.

    Attributes:
        clock: of the provider.
        asked: the body of every line that was answered.
        fates: by method and last part of the path, how the next calls fail.
        answering: what a line is answered; it gets the body.
    """

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.asked: list[dict[str, Any]] = []
        self.fates: defaultdict[str, deque[Fate]] = defaultdict(deque)
        self.answering: Callable[[dict[str, Any]], Answer] = lambda b: (
            200,
            make_completion(b, None),
        )
        self.desk = BatchDesk(self._answer, clock=self.clock, **options)
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                provider._serve(self, "POST")

            def do_GET(self) -> None:
                provider._serve(self, "GET")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        """The base URL of the service."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def batches(self) -> list[dict[str, Any]]:
        """Every batch that was begun, the newest first."""
        rows: list[dict[str, Any]] = self.desk.page("", 1000)["data"]
        return rows

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, body: dict[str, Any]) -> Answer:
        self.asked.append(body)
        return self.answering(body)

    def _serve(self, handler: BaseHTTPRequestHandler, method: str) -> None:
        raw = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        url = urlsplit(handler.path)
        parts = url.path.removeprefix("/v1/").split("/")
        waiting = self.fates[f"{method} {parts[-1]}"]
        fate = waiting.popleft() if waiting else None
        handler.close_connection = True
        if fate == "lost before":
            return
        if fate and fate != "lost":
            self._say(
                handler, int(fate), json.dumps(error("not now", kind="server_error")).encode()
            )
            return
        try:
            said = self._do(method, parts, parse_qs(url.query), raw)
        except Refusal as refusal:
            self._say(handler, refusal.status, json.dumps(refusal.body).encode())
            return
        if fate != "lost":
            self._say(handler, 200, said if isinstance(said, bytes) else json.dumps(said).encode())

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

    def _say(self, handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body)


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
