"""`uhc-llm review` and `uhc-llm report` as a user starts them: processes of their own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["reviewing", "write_report"]

_COMMAND: Final = Path(sys.executable).with_name("uhc-llm")
_ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:\d+/\S*")
_SECONDS: Final = 60.0
_VARIABLES: Final = {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1"}


@contextmanager
def reviewing(run: Path, *, reviewer: str) -> Iterator[str]:
    """Review a run on a free port until the block ends.

    Yields:
        The address to begin at.

    Raises:
        AssertionError: it did not start, or it said more than where it is: of every error that
            it meets it speaks on the terminal.
    """
    said = run.with_suffix(f".{time.monotonic_ns()}.said")
    options = ("--port", "0", "--no-browser", "--reviewer", reviewer)
    with (
        said.open("wb") as out,
        subprocess.Popen(
            (_COMMAND, "review", str(run), *options),
            stdout=out,
            stderr=out,
            env=_VARIABLES,
        ) as server,
    ):
        try:
            yield _address(said, server)
        finally:
            server.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
            server.wait(_SECONDS)
    words = said.read_text("utf-8")
    assert "Traceback" not in words, words
    assert server.returncode == 0, words
    assert len(words.splitlines()) <= 2, words


def _address(said: Path, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and server.poll() is None:
        if found := _ADDRESS.search(said.read_text("utf-8")):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"the review did not start: {said.read_text('utf-8')}")


def write_report(run: Path, out: Path) -> Path:
    """Write a run's report, and return its path.

    Raises:
        AssertionError: it was not written.
    """
    command = (_COMMAND, "report", str(run), "--output", str(out))
    done = subprocess.run(
        command, env=_VARIABLES, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return out
