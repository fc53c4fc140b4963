"""The real command in a process of its own, and what it took."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.corpus import ROOT
from benchmarks.fake_provider import Running

__all__ = [
    "MODEL",
    "Took",
    "batch",
    "begin",
    "copied",
    "finish",
    "ledger_rows",
    "took",
    "workplace",
]

MODEL: Final = "openai/fake-model"
_KEY: Final = "benchmark-key"
_MOST_SECONDS: Final = 3600
_TAIL: Final = 2000


@dataclass(frozen=True)
class Took:
    """What a process took.

    Attributes:
        seconds: from start to end.
        cpu: seconds of processor time, of the process and of those it started.
        denied: seconds in which its main thread could have run, but others had the processors; 0
            where the system does not say.
        peak: bytes of memory at most.
        code: what it ended with; a negative number is a signal.
        said: the end of what it wrote to standard error, then what it wrote to standard output.
    """

    seconds: float
    cpu: float
    denied: float
    peak: int
    code: int
    said: str


def batch(inputs: Path, run: Path, *options: str) -> list[str]:
    """The command line of a batch."""
    program = Path(sys.executable).with_name("uhc-llm")
    return [str(program), "batch", str(inputs), "--run", str(run), *options]


def environment(provider: Running | None) -> dict[str, str]:
    """Variables under which the provider is asked, and no other."""
    ours = {
        "UHC_LLM_MODEL": MODEL,
        "OPENAI_API_KEY": _KEY,
        "OPENAI_BASE_URL": provider.url if provider else "http://127.0.0.1:9/v1",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",  # this tree, whatever is installed
    }
    return {**os.environ, **ours}


@dataclass
class Started:
    """A process that runs; what it says is kept."""

    process: subprocess.Popen[bytes]
    began: float
    output: Path


def begin(command: Sequence[str], provider: Running | None) -> Started:
    """Start a command, in a session of its own so that all of it can be killed."""
    handle, name = tempfile.mkstemp(prefix="batch-output-")
    with os.fdopen(handle, "wb") as file:
        process = subprocess.Popen(
            list(command),
            env=environment(provider),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Started(process, time.monotonic(), Path(name))


def finish(started: Started, *, most_seconds: float = _MOST_SECONDS) -> Took:
    """Wait until a command has ended; one that takes too long is killed."""
    pid = started.process.pid
    timer = threading.Timer(most_seconds, os.killpg, (pid, signal.SIGKILL))
    timer.start()
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        denied = _denied(pid)
        _, status, used = os.wait4(pid, 0)
    finally:
        timer.cancel()
    seconds = time.monotonic() - started.began
    # Popen would wait for it too, in vain.
    started.process.returncode = os.waitstatus_to_exitcode(status)
    said = started.output.read_text("utf-8", "replace")[-_TAIL:]
    started.output.unlink()
    cpu = used.ru_utime + used.ru_stime
    return Took(seconds, cpu, denied, used.ru_maxrss * 1024, started.process.returncode, said)


def _denied(pid: int) -> float:
    """What Linux counts as a process's run delay, of one that has ended but was not waited for."""
    path = Path(f"/proc/{pid}/schedstat")
    return int(path.read_text("ascii").split()[1]) / 1e9 if path.exists() else 0.0


def took(
    command: Sequence[str], provider: Running | None, *, most_seconds: float = _MOST_SECONDS
) -> Took:
    """Run a command to its end."""
    return finish(begin(command, provider), most_seconds=most_seconds)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for articles and ledgers, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="batch-bench-") as folder:
        yield Path(folder)


@contextmanager
def copied(run: Path) -> Iterator[Path]:
    """A copy of a ledger as it lies there, so that looking at it mends nothing in it."""
    with tempfile.TemporaryDirectory(prefix="batch-copy-") as folder:
        for path in run.parent.glob(f"{run.name}*"):
            if path.suffix != ".lock":
                shutil.copy(path, folder)
        yield Path(folder) / run.name


def ledger_rows(run: Path, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
    """Rows of a ledger; none of one that is not there yet."""
    if not run.exists():
        return []
    with closing(sqlite3.connect(run)) as db:
        return db.execute(query, values).fetchall()
