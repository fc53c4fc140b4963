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
# The locale of the machine must not choose the language.
_VARIABLES: Final = {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


@contextmanager
def reviewing(run: Path, *options: str, reviewer: str) -> Iterator[str]:
    """Review a run on a free port until the block ends.

    Args:
        run: its file.
        options: more of them, as on the command line.
        reviewer: who decides.

    Yields:
        The address to begin at.

    Raises:
        AssertionError: it did not start, or it said more than where it is: of every error that
            it meets it speaks on the terminal.
    """
    said = run.with_suffix(f".{time.monotonic_ns()}.said")
    options = ("--port", "0", "--no-browser", "--reviewer", reviewer, *options)
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


def write_report(run: Path, out: Path, *options: str) -> Path:
    """Write a run's report, and return its path.

    Args:
        run: its file.
        out: where the report is written.
        options: more of them, as on the command line.

    Raises:
        AssertionError: it was not written.
    """
    command: list[str | Path] = [_COMMAND, "report", str(run), "--output", str(out), *options]
    done = subprocess.run(
        command, env=_VARIABLES, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return out
