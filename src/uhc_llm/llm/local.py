"""The embedded model: llama.cpp's own server, inside this process.

`start` brings it up once for each weights file, on a free port of the loopback and behind a random
key, and it speaks the API of OpenAI. It stops when the interpreter exits, or when it is closed.
"""

import atexit
import ctypes
import json
import logging
import os
import secrets
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from uhc_llm.errors import ConfigurationError, MissingExtraError
from uhc_llm.llm.weights import OFFICIAL, find_weights

__all__ = ["LocalServer", "model_name", "replaying", "start"]

_log: Final = logging.getLogger(__name__)

_HOST: Final = "127.0.0.1"
_CONTEXT_LENGTH: Final = 8192
_SEED: Final = 1
_SILENT: Final = -1
_TALKATIVE: Final = 3
# What a severed connection takes to be noticed by the thread that waits for the next one.
_LISTENER_PAUSE: Final = 0.05

_lock = threading.Lock()
_running: "dict[Path, _Running]" = {}
_engine_loaded = False

_replays_lock = threading.Lock()
_replays = 0


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
                    _stop(running)


@dataclass
class _Running:
    """A server and its engine, which lives until the last reference to it is gone."""

    server: LocalServer
    port: int
    engine: Any


def start(path: str | Path | None = None) -> LocalServer:
    """Bring up the embedded model, or hand out the server that runs already.

    Safe to call from several threads. A forked child starts a server of its own. Loading takes
    seconds, in which no other thread of this process runs.

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
    if _replays:
        return LocalServer(f"http://{_HOST}:9/v1", name, _CONTEXT_LENGTH, "replayed")
    llama = _llama()
    weights = find_weights(path).resolve()
    with _lock:
        if weights not in _running:
            _running[weights] = _open(llama, weights, name)
        return _running[weights].server


def model_name(path: str | Path | None) -> str:
    """The name under which answers are recorded; it says nothing of this machine's folders.

    >>> model_name("models/sahabat-ai-9b.Q4_K_M.gguf")
    'local/sahabat-ai-9b.Q4_K_M'
    """
    return f"local/{OFFICIAL.name if path is None else Path(path).stem}"


@contextmanager
def replaying() -> Iterator[None]:
    """Answers come from a recording meanwhile, in every thread: `start` starts nothing."""
    global _replays  # noqa: PLW0603 (visible from every thread, unlike a context variable)
    with _replays_lock:
        _replays += 1
    try:
        yield
    finally:
        with _replays_lock:
            _replays -= 1


# --- starting -------------------------------------------------------------------------------------


def _llama() -> Any:  # noqa: ANN401 (it carries no types)
    try:
        import xllamacpp
    except ModuleNotFoundError as error:
        raise MissingExtraError("the embedded model", "local") from error
    except ImportError as error:
        raise ConfigurationError(
            f"llama.cpp is installed, but cannot run on this machine ({error}): "
            "use a hosted model, such as --model openai/gpt-4.1-mini"
        ) from error
    return xllamacpp


def _open(llama: Any, weights: Path, name: str) -> _Running:  # noqa: ANN401
    global _engine_loaded  # noqa: PLW0603 (what a fork must know of)
    key = secrets.token_urlsafe(32)
    parameters = _parameters(llama, weights, name, key)
    _engine_loaded = True
    try:
        engine = llama.Server(parameters)
    except RuntimeError as error:
        raise ConfigurationError(
            f"llama.cpp cannot load {str(weights)!r}: the file is damaged, of a kind of model that "
            "this version does not know, or too large for the memory. "
            "Set UHC_LLM_DEBUG=1 to see what llama.cpp says, or name another file as local:PATH"
        ) from error
    port = int(engine.listening_address.rpartition(":")[2])
    _log.debug("%s runs on port %d", name, port)
    base_url = f"http://{_HOST}:{port}/v1"
    return _Running(LocalServer(base_url, name, _context_length(port, key), key), port, engine)


def _parameters(llama: Any, weights: Path, name: str, key: str) -> Any:  # noqa: ANN401
    given = llama.CommonParams()
    given.model.path = str(weights)
    given.model_alias = {name}
    given.hostnames = [_HOST]
    given.port = 0
    given.api_keys = [key]
    given.cors_origins = ""
    given.cors_credentials = False
    given.ui = False
    given.endpoint_slots = False
    given.offline = True
    given.n_ctx = _CONTEXT_LENGTH
    # One after the other: requests that are decoded together change each other's last digits.
    given.n_parallel = 1
    given.sampling.temp = 0.0
    given.sampling.seed = _SEED
    # The prompt's prefix stays in the slot. The second cache would take up to 8 GB of memory.
    given.cache_ram_mib = 0
    given.cache_idle_slots = False
    given.cpuparams.n_threads = given.cpuparams_batch.n_threads = _physical_cores()
    given.verbosity = _TALKATIVE if os.environ.get("UHC_LLM_DEBUG", "").strip() else _SILENT
    return given


def _physical_cores() -> int:
    """Cores that this process may use; a second thread on the same core only slows llama.cpp."""
    if not hasattr(os, "sched_getaffinity"):
        return max(1, (os.cpu_count() or 2) // 2)
    siblings = set()
    for cpu in os.sched_getaffinity(0):
        topology = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            siblings.add(topology.read_text("ascii").strip())
        except OSError:
            siblings.add(str(cpu))
    return len(siblings)


def _context_length(port: int, key: str) -> int:
    """What the server really offers: a model may have been trained for less than was asked.

    Asked by hand, as a recorder of HTTP may be listening to the libraries just now.
    """
    with socket.create_connection((_HOST, port), timeout=60) as connection:
        connection.sendall(
            f"GET /v1/models HTTP/1.1\r\nHost: {_HOST}\r\nAuthorization: Bearer {key}\r\n"
            "Connection: close\r\n\r\n".encode("ascii")
        )
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    meta = json.loads(answer.partition(b"\r\n\r\n")[2])["data"][0]["meta"]
    return min(int(meta["n_ctx"]), int(meta["n_ctx_train"]))


# --- stopping -------------------------------------------------------------------------------------


def _stop(running: _Running) -> None:
    # The engine stops by being destroyed. That waits for the threads that answer requests, and
    # these wait for an answer that a stopping engine gives no more: forever, were it not that they
    # give up once the other end of the connection is gone.
    _sever(running.port)
    running.engine = None


def _server_sockets(port: int) -> Iterator[tuple[int, socket.socket]]:
    """The server's ends of its connections, and what it listens on; they close after use.

    llama.cpp does not tell them, but they are open files of this process. Windows does not list
    those: there, a server that is closed in the middle of a request waits for its client.
    """
    with suppress(OSError):
        for entry in list(Path("/dev/fd").iterdir()):
            with suppress(OSError):
                descriptor = int(entry.name)
                if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                    continue
                with socket.socket(fileno=os.dup(descriptor)) as copy:
                    if copy.family == socket.AF_INET and copy.getsockname() == (_HOST, port):
                        yield descriptor, copy


def _listens(end: socket.socket) -> bool:
    return bool(end.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _sever(port: int) -> None:
    """End every connection of the server, and let no new one in."""
    for _, end in _server_sockets(port):
        if _listens(end):
            _shut_down(end)
    time.sleep(_LISTENER_PAUSE)
    for _, end in _server_sockets(port):
        _shut_down(end)


def _shut_down(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@atexit.register
def _stop_all() -> None:
    for running in list(_running.values()):
        running.server.close()


def _after_fork_in_child() -> None:
    """Forget the parent's servers: their memory is here, but none of their threads."""
    global _lock, _replays_lock  # another thread may have held them
    _lock, _replays_lock = threading.Lock(), threading.Lock()
    for running in _running.values():
        # Destroying it would wait forever for those threads, so it outlives Python itself.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(running.engine))
        for descriptor, _ in _server_sockets(running.port):
            os.close(descriptor)
    _running.clear()
    if _engine_loaded and sys.platform == "linux":
        # So would llama.cpp's own clean-up, which comes after Python's: end the process before it.
        # The C library's `_exit` takes the status that `on_exit` hands to it.
        libc = ctypes.CDLL(None)
        if hasattr(libc, "on_exit"):
            libc.on_exit(libc["_exit"], None)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
