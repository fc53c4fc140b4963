"""Whether answers come from a recording at present."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["is_replaying", "replaying"]

_lock = threading.Lock()
_depth = 0


@contextmanager
def replaying() -> Iterator[None]:
    """Answers come from a recording meanwhile: no key is needed, and no server is started.

    It holds for every thread, as a recording does.
    """
    global _depth  # noqa: PLW0603 (a context variable would not reach other threads)
    with _lock:
        _depth += 1
    try:
        yield
    finally:
        with _lock:
            _depth -= 1


def is_replaying() -> bool:
    """Whether a `replaying` block is open, in whichever thread."""
    return _depth > 0
