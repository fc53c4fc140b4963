"""Ctrl-C as a wish to end in good order."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["signals_call"]


@contextmanager
def signals_call(wish: Callable[[], object]) -> Iterator[None]:
    """Let SIGINT and SIGTERM call this in the event loop."""
    loop = asyncio.get_running_loop()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in wanted}
    for number in wanted:
        # `loop.add_signal_handler` is not there on every system.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(wish))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
