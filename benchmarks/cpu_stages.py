"""Where the processor time of the command goes, stage by stage.

Usage: python -m benchmarks.cpu_stages OUT.json ARGUMENTS OF uhc-llm...

Every few milliseconds of processor time, of whichever thread, a signal looks at what is running. A
sample belongs to the innermost function of a stage: JSON that the openai client reads is the
client's, a pydantic model that the scanner makes is the scanner's. When the main thread only waits,
the sample is that of another thread that does not.
"""

import json
import signal
import sys
import sysconfig
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final

__all__ = ["stage_of"]

_EVERY: Final = 0.004
_DEEP: Final = 40
_STAGES: Final = (
    # What a path must hold, and what it is called: the first that fits.
    ("uhc_llm/batch/", "batch/"),
    ("uhc_llm/scanner/", "scan"),
    ("uhc_llm/verifier/", "verify"),
    ("uhc_llm/documents/", "documents"),
    ("uhc_llm/display/", "display"),
    ("uhc_llm/llm/", "llm (questions, answers)"),
    ("uhc_llm/extraction.py", "extraction.py"),
    ("uhc_llm/cli/", "cli"),
    ("/instructor/", "instructor"),
    ("/openai/", "openai"),
    ("/httpx2/", "httpx2, httpcore2, h11"),
    ("/httpcore2/", "httpx2, httpcore2, h11"),
    ("/h11/", "httpx2, httpcore2, h11"),
    ("/anyio/", "httpx2, httpcore2, h11"),
    ("/rich/", "rich"),
    ("importlib", "imports"),
    ("/asyncio/", "asyncio"),
)
_WAITING: Final = ("select", "wait", "_wait_for_tstate_lock", "poll", "_worker", "get")


def stage_of(files: Sequence[str]) -> str:
    """The stage that a stack is in, by the files of its functions, the innermost first."""
    # Modules that are being imported run their own code, whatever package they are of.
    if any("importlib" in file for file in files[:_DEEP]):
        return "imports"
    for file in files:
        for part, name in _STAGES:
            if part in file:
                return name + Path(file).stem if name.endswith("/") else name
    return "other"


def _files(frame: FrameType | None) -> list[str]:
    files = []
    while frame is not None:
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    return files


def _is_waiting(frame: FrameType) -> bool:
    return frame.f_code.co_name in _WAITING and frame.f_code.co_filename.startswith(
        sysconfig.get_paths()["stdlib"]
    )


def sample(counts: Counter[str], frame: FrameType | None) -> None:
    """Count what runs now."""
    if frame is not None and _is_waiting(frame):
        me = threading.main_thread().ident
        others = [f for id_, f in sys._current_frames().items() if id_ != me]  # noqa: SLF001 (there is no other way)
        busy = [other for other in others if not _is_waiting(other)]
        counts[stage_of(_files(busy[0])) if busy else "waking up"] += 1
    else:
        counts[stage_of(_files(frame))] += 1


def main(out: str, arguments: list[str]) -> None:
    """Run the command under the sampler, and write the shares of its stages."""
    from uhc_llm.cli import main as command

    counts: Counter[str] = Counter()

    def look(_: int, frame: FrameType | None) -> None:
        sample(counts, frame)

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    sys.argv = ["uhc-llm", *arguments]
    run: Any = command
    try:
        run()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        Path(out).write_text(json.dumps(counts), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
