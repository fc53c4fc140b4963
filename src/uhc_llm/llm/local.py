"""The embedded model: llama.cpp's own server, in a process of its own.

`start` brings it up once for each weights file, on a free port of the loopback and behind a random
key, and it speaks the API of OpenAI. It ends when it is closed, and with this process, however that
one ends.
"""

import atexit
import importlib.util
import json
import logging
import os
import re
import secrets
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final, cast

from uhc_llm.errors import ConfigurationError, MissingExtraError
from uhc_llm.llm import llama_server
from uhc_llm.llm.llama_server import HOST, Outcome, Request
from uhc_llm.llm.replay import is_replaying
from uhc_llm.llm.weights import OFFICIAL, find_weights

__all__ = ["LocalServer", "model_name", "start"]

_log: Final = logging.getLogger(__name__)

_CONTEXT_LENGTH: Final = 8192
_PATIENCE: Final = 5.0  # seconds for the process to end by itself
_TAIL: Final = 5  # lines
# Such as `0.00.008.693 E llama_model_load: error loading model: ...`; the first one tells most.
_COMPLAINT: Final = re.compile(r"^[\d.]+ E +(?:\w+: )?(?P<reason>.+)", re.MULTILINE)
_HOSTED: Final = "Use a hosted model, such as --model openai/gpt-4.1-mini"
_ANOTHER: Final = "Name another file as local:PATH, or use a hosted model"

# A key press in the terminal is for this process alone, which then ends the other in good order.
_APART: dict[str, Any] = {"start_new_session": True}
if sys.platform == "win32":
    _APART = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}

_lock = threading.Lock()
_running: "dict[Path, _Running]" = {}
_processes: "set[subprocess.Popen[bytes]]" = set()  # those that are loading too


@dataclass(frozen=True)
class LocalServer:
    """A running server, or while replaying the name of one.

    Attributes:
        base_url: of its OpenAI-compatible API; ends in `/v1`.
        model_name: under which its answers come, such as `local/Qwen2.5-...`.
        context_length: how many tokens a request and its answer may have together.
        api_key: which every request must carry; other users of this machine do not know it.
    """

    base_url: str
    model_name: str
    context_length: int
    api_key: str = field(repr=False)

    def close(self) -> None:
        """Stop the server and free its memory; requests under way fail. Twice is once."""
        with _lock:
            for weights, running in list(_running.items()):
                if running.server is self:
                    del _running[weights]
                    _end(running.process)


@dataclass(frozen=True)
class _Running:
    server: LocalServer
    process: "subprocess.Popen[bytes]"


def start(path: str | Path | None = None) -> LocalServer:
    """Bring up the embedded model, or hand out the server that runs already.

    Safe to call from several threads; the others go on while it loads, which takes seconds. A
    forked child starts a server of its own. One that has crashed is followed by a new one.

    Args:
        path: a GGUF file of the user's own instead of the official weights.

    Returns:
        The server. While `replaying`, one that does not answer.

    Raises:
        ConfigurationError: llama.cpp cannot load the file, or cannot run here.
        MissingExtraError: llama.cpp is not installed.
        WeightsError: see `find_weights`.
    """
    name = model_name(path)
    if is_replaying():
        return LocalServer(f"http://{HOST}:9/v1", name, _CONTEXT_LENGTH, "replayed")
    if importlib.util.find_spec("xllamacpp") is None:
        raise MissingExtraError("the embedded model", "local")
    weights = find_weights(path).resolve()
    with _lock:
        running = _running.get(weights)
        if running is not None and running.process.poll() is not None:
            code = running.process.returncode
            _log.warning("%s has ended with exit code %d: starting it again", name, code)
            _end(_running.pop(weights).process)
            running = None
        if running is None:
            running = _running[weights] = _open(weights, name)
        return running.server


def model_name(path: str | Path | None) -> str:
    """The name under which answers are recorded; it says nothing of this machine's folders.

    >>> model_name("models/sahabat-ai-9b.Q4_K_M.gguf")
    'local/sahabat-ai-9b.Q4_K_M'
    """
    return f"local/{OFFICIAL.name if path is None else Path(path).stem}"


# --- starting -------------------------------------------------------------------------------------


def _open(weights: Path, name: str) -> _Running:
    talkative = bool(os.environ.get("UHC_LLM_DEBUG", "").strip())
    key = secrets.token_urlsafe(32)
    request = Request(str(weights), name, _CONTEXT_LENGTH, key, talkative)
    try:
        with tempfile.TemporaryFile() as said:  # a pipe would have to be emptied all the time
            process = _spawn(None if talkative else said)
            outcome = _hand_over(process, request)
            if outcome is None or not outcome.port:
                code = process.wait()
                _end(process)
                said.seek(0)
                raise _failure(weights, outcome, code, said.read().decode("utf-8", "replace"))
    except OSError as error:
        raise ConfigurationError(
            f"cannot start a process for the embedded model with {sys.executable!r}: {error}. "
            f"{_HOSTED}"
        ) from error
    _log.debug("%s runs on port %d", name, outcome.port)
    server = LocalServer(f"http://{HOST}:{outcome.port}/v1", name, outcome.context_length, key)
    return _Running(server, process)


def _spawn(stderr: IO[bytes] | None) -> "subprocess.Popen[bytes]":
    # It finds what this process finds, wherever that was installed; and with -P, a file in the
    # working folder does not pass for a module.
    python_path = os.pathsep.join(folder or os.curdir for folder in sys.path)
    process = subprocess.Popen(  # noqa: S603 (a module of this package)
        [sys.executable, "-P", "-m", llama_server.__name__],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env={**os.environ, "PYTHONPATH": python_path},
        **_APART,
    )
    _processes.add(process)
    return process


def _hand_over(process: "subprocess.Popen[bytes]", request: Request) -> Outcome | None:
    """Say what to serve, and wait for what becomes of it; None if the process dies over it."""
    to, back = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    try:
        # Not as an argument or in the environment, where others could read the key.
        with suppress(OSError):
            to.write(json.dumps(asdict(request)).encode("ascii") + b"\n")
        with back:
            return next((Outcome(**json.loads(line)) for line in back if line[:1] == b"{"), None)
    except BaseException:
        _end(process)
        raise


def _failure(weights: Path, outcome: Outcome | None, code: int, said: str) -> ConfigurationError:
    if outcome is None:
        tail = "".join(f"\n  {line}" for line in said.strip().splitlines()[-_TAIL:])
        return ConfigurationError(
            f"the process of the embedded model ended with exit code {code} while it loaded "
            f"{str(weights)!r}, mostly for want of memory. {_ANOTHER}{tail}"
        )
    if outcome.unfit:
        return ConfigurationError(
            f"llama.cpp is installed, but cannot run on this machine ({outcome.unfit}). {_HOSTED}"
        )
    found = _COMPLAINT.search(said)
    reason = found["reason"].strip() if found else "see what it says above"
    return ConfigurationError(f"llama.cpp cannot load {str(weights)!r}: {reason}. {_ANOTHER}")


# --- ending ---------------------------------------------------------------------------------------


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _processes.discard(process)


@atexit.register
def _end_all() -> None:
    for process in list(_processes):
        _end(process)


def _after_fork_in_child() -> None:
    """Forget the parent's servers, and let go of them: they end with the parent, not with us."""
    global _lock  # noqa: PLW0603 (another thread may have held it)
    _lock = threading.Lock()
    for process in _processes:
        process.returncode = 0  # nobody here is to wait for it, or to miss that
        if process.stdin is not None:
            process.stdin.close()
    _processes.clear()
    _running.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
