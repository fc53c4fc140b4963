"""Files that may do harm are read in a process of their own, with bounds on time and memory.

    here:  run_apart("pdf", bytes) -> python -m uhc_llm.documents pdf -> what was read, or a refusal

What reads them is written in C, or takes apart whatever the file claims to be. A file that is made
to use up the machine, or that ends its reader, ends this process and nothing else.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from uhc_llm.errors import InputError

__all__ = ["BOUNDS", "Bounds", "RefusedError", "run_apart"]


class Bounds(NamedTuple):
    """What reading one file may take.

    Attributes:
        seconds: of a processor; three times as many may go by.
        memory: bytes, where the system can bound them.
    """

    seconds: int = 40
    memory: int = 2 << 30


BOUNDS: Final = Bounds()

_WAITS: Final = 3


class RefusedError(Exception):
    """A reader will not read a file; the message goes on from the file's name."""


def run_apart(
    reader: str,
    content: bytes,
    source: str,
    *,
    options: Mapping[str, object] | None = None,
    advice: str,
    bounds: Bounds = BOUNDS,
) -> dict[str, Any]:
    """Let a reader read a file, and return what it says.

    Args:
        reader: one of those in `uhc_llm.documents.__main__`.
        content: the file.
        source: what the file is called in messages.
        options: what else the reader is told.
        advice: what to do with a file that cannot be read.
        bounds: what it may take.

    Raises:
        InputError: the reader will not, cannot, or takes too long or too much.
    """
    told = json.dumps({**(options or {}), "seconds": bounds.seconds, "memory": bounds.memory})
    command = [sys.executable, "-P", "-m", "uhc_llm.documents", reader]
    # What this process can import the other one can too, wherever it is.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(  # noqa: S603 (this interpreter, and a word of ours)
            command,
            input=told.encode() + b"\n" + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=bounds.seconds * _WAITS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much(source, bounds, advice) from error
    except OSError as error:
        raise InputError(
            f"{source} cannot be read: no process can be started for it ({error})"
        ) from error
    try:
        said = json.loads(done.stdout)
    except ValueError:
        raise _too_much(source, bounds, advice) from None
    if "refused" in said:
        raise InputError(f"{source} {said['refused']}")
    return dict(said)


def _too_much(source: str, bounds: Bounds, advice: str) -> InputError:
    return InputError(
        f"{source} is damaged, or takes more than {bounds.seconds} seconds or "
        f"{bounds.memory >> 20:,} MB to read, which no article does: {advice}"
    )
