"""One event loop in the background, for the synchronous functions.

They work inside a running event loop too (a notebook), and connections are kept from call to call.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from typing import Any, NamedTuple, TypeVar

__all__ = ["run"]

T = TypeVar("T")


class _Background(NamedTuple):
    loop: asyncio.AbstractEventLoop
    process: int


_lock = threading.Lock()
_background: _Background | None = None


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in the background loop and wait for its result."""
    loop = _loop()
    running: list[asyncio.Task[Any]] = []

    async def work() -> T:
        # An interrupt may come before there is a future here that could be cancelled.
        running.extend(task for task in [asyncio.current_task()] if task)
        return await coroutine

    def cancel() -> None:
        for task in running:
            task.cancel()

    try:
        return asyncio.run_coroutine_threadsafe(work(), loop).result()
    except KeyboardInterrupt:
        loop.call_soon_threadsafe(cancel)
        raise


def _loop() -> asyncio.AbstractEventLoop:
    global _background  # noqa: PLW0603 - one for the process
    with _lock:
        # A thread does not survive a fork: the child needs a loop of its own.
        if _background is None or _background.process != os.getpid():
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="uhc-llm", daemon=True).start()
            _background = _Background(loop, os.getpid())
        return _background.loop
