"""A chat-completions server on this machine that does what a test tells it to.

with FakeProvider() as provider:
    provider.will(refuse(503), answer('{"facts": []}'))
    ...  # ask a client whose base URL is provider.url
    assert len(provider.requests) == 2

It is told each reply. One that has a mind of its own, and bears a load, is
`benchmarks/fake_provider`; the forms of what both say are written there.
"""

import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

from benchmarks.fake_provider.forms import MODEL, completion, error
from tests.loopback import LoopbackServer

__all__ = [
    "HANG",
    "MODEL",
    "RESET",
    "FakeProvider",
    "Received",
    "Reply",
    "answer",
    "as_json",
    "page",
    "refuse",
]


@dataclass(frozen=True)
class Reply:
    """What the server does with one request."""

    status: int = 200
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    behaviour: Literal["answer", "hang", "reset", "drip", "cut"] = "answer"


@dataclass(frozen=True)
class Received:
    """One request as it came in; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Any


HANG = Reply(behaviour="hang")
RESET = Reply(behaviour="reset")


def answer(
    content: str | None,
    *,
    finish_reason: str = "stop",
    refusal: str | None = None,
    tokens: tuple[int, int, int] = (100, 20, 0),
    extra: Mapping[str, Any] | None = None,
) -> Reply:
    """A completion; `tokens` are those of the prompt, of the answer, and of the prompt's cache."""
    return as_json(
        completion(
            content, finish_reason=finish_reason, refusal=refusal, tokens=tokens, extra=extra
        )
    )


def refuse(
    status: int,
    message: str = "The server had an error while processing your request",
    *,
    code: str | int | None = None,
    kind: str = "invalid_request_error",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An error in OpenAI's form."""
    return as_json(error(message, code=code, kind=kind), status=status, headers=headers)


def as_json(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Any JSON."""
    return Reply(status, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})


def page(status: int = 200) -> Reply:
    """A web page, as a proxy or a wrong address answers."""
    return Reply(status, "<!DOCTYPE html><html><h1>Oops</h1></html>", {"Content-Type": "text/html"})


class FakeProvider(LoopbackServer):
    """A server on a free port, for the length of a `with` block."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Received] = []
        self._replies: list[Reply] = []
        self.arrived = threading.Event()
        self._stopping = threading.Event()

    @property
    def bodies(self) -> list[Any]:
        """The bodies of all requests."""
        return [request.body for request in self.requests]

    def will(self, *replies: Reply) -> None:
        """Add replies behind those that are waiting."""
        self._replies.extend(replies)

    def __exit__(self, *how: object) -> None:
        self._stopping.set()
        super().__exit__(*how)

    def handle(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Keep a request, and do with it what the test says."""
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.requests.append(Received(handler.path, headers, json.loads(body) if body else None))
        self.arrived.set()
        unscripted = refuse(418, "the test has no reply for this request")
        reply = self._replies.pop(0) if self._replies else unscripted
        match reply.behaviour:
            case "hang":
                self._stopping.wait()
            case "reset":
                linger = struct.pack("ii", 1, 0)
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                handler.connection.close()
            case _:
                self._reply(handler, reply)

    def _reply(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        if reply.behaviour == "cut":
            handler.wfile.write(body[: len(body) // 2])
            return
        if reply.behaviour == "drip":
            for byte in body:
                if self._stopping.wait(0.05):
                    return
                try:
                    handler.wfile.write(bytes([byte]))
                except OSError:
                    return
            return
        handler.wfile.write(body)
