"""A proxy in front of the model's server that counts what every client sends, all in one way."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from uhc_llm.schemas import Usage

__all__ = ["CountingProxy", "counting_proxy"]

_SENT_ON = ("authorization", "content-type", "accept")


@dataclass
class CountingProxy:
    """Where clients ask, and what they have asked so far.

    Attributes:
        base_url: to be given to a client instead of the server's own.
        requests: how many there were.
        usage: the tokens that the server counted.
    """

    base_url: str
    requests: int = 0
    usage: Usage = field(default_factory=Usage)

    def reset(self) -> None:
        """Begin to count anew."""
        self.requests, self.usage = 0, Usage()


@contextmanager
def counting_proxy(server_url: str) -> Iterator[CountingProxy]:
    """Open a proxy on a free port of this machine.

    Args:
        server_url: base URL of an OpenAI-compatible server, ending in /v1.
    """
    target = urlsplit(server_url)
    counts = CountingProxy("")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name: self.headers[name] for name in _SENT_ON if self.headers.get(name)}
            connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=900)
            try:
                connection.request("POST", self.path, body, headers)
                response = connection.getresponse()
                answer = response.read()
            finally:
                connection.close()
            with lock:
                counts.requests += 1
                counts.usage += _usage(answer)
            self.send_response(response.status)
            self.send_header("content-type", response.headers.get("content-type", ""))
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    counts.base_url = f"http://127.0.0.1:{proxy.server_port}{target.path}"
    try:
        yield counts
    finally:
        proxy.shutdown()
        proxy.server_close()


def _usage(answer: bytes) -> Usage:
    """The tokens that an answer says it took; none of an error."""
    try:
        usage = json.loads(answer).get("usage") or {}
    except (ValueError, AttributeError):
        return Usage()
    return Usage(
        input_tokens=int(usage.get("prompt_tokens") or 0),
        output_tokens=int(usage.get("completion_tokens") or 0),
    )
