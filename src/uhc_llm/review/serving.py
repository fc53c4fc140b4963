"""The review on a port of this machine, and of no other."""

import os
import socket
import threading
import webbrowser
from contextlib import suppress
from typing import Final, Self

import uvicorn

from uhc_llm.batch.ledger import Ledger
from uhc_llm.errors import ConfigurationError
from uhc_llm.language import Language, _
from uhc_llm.review.app import make_app
from uhc_llm.review.security import Access

__all__ = ["DEFAULT_PORT", "Serving"]

DEFAULT_PORT: Final = 8765
"""Where the review is, unless that port is taken."""

_LOOPBACK: Final = "127.0.0.1"


class Serving:
    """The page of a review, reachable from this machine alone.

    The port is ours from the start on, so that a browser may be sent there before `run`.

    Args:
        ledger: open for review.
        reviewer: whose decisions they are.
        language: of the pages, until another one is chosen there; None for what the browser asks.
        port: 0 for any that is free; None for the usual one, or any where that is taken.

    Raises:
        ConfigurationError: the port is taken.
        InputError: the reviewer has no name, or one that is none.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        reviewer: str,
        language: Language | None = None,
        port: int | None = None,
    ) -> None:
        self._socket = _bound(port)
        try:
            self._access = Access(self._socket.getsockname()[1])
            app = make_app(ledger, access=self._access, reviewer=reviewer, language=language)
        except BaseException:
            self._socket.close()
            raise
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,  # the address of the first page is a secret
                server_header=False,
                proxy_headers=False,
                limit_concurrency=100,
                timeout_graceful_shutdown=2,
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    @property
    def address(self) -> str:
        """Where to begin; it lets in whoever knows it."""
        return self._access.address

    def open_browser(self) -> None:
        """Show the page in the user's browser, without waiting for it."""
        address = self._access.address_for_once()
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    def run(self) -> None:
        """Answer until Ctrl-C, or another signal, ends it."""
        with suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._socket])


def _bound(port: int | None) -> socket.socket:
    """A socket that listens on a port of the loopback."""
    try:
        return _listening(DEFAULT_PORT if port is None else port)
    except OSError as error:
        if port is None:
            return _listening(0)
        raise ConfigurationError(
            _(
                "port {port} of this machine cannot be had: {why}. Leave --port out, or name "
                "another",
                port=port,
                why=_(str(error.strerror)),
            )
        ) from error


def _listening(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it lets two programs have one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((_LOOPBACK, port))
        made.listen()
    except OSError:
        made.close()
        raise
    return made
