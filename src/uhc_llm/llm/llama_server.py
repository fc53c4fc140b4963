"""The process of the embedded model: llama.cpp's own server, on a free port of the loopback.

`uhc_llm.llm.local` starts it with `python -m uhc_llm.llm.llama_server`. One line of JSON on its
standard input is the `Request`, one line on its standard output the `Outcome`. It lives until its
standard input ends, and that ends with the other process, in whichever way that one goes.
"""

import http.client
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

__all__ = ["HOST", "Outcome", "Request", "main"]

HOST: Final = "127.0.0.1"

_SEED: Final = 1
_ERRORS_ONLY: Final = 1
_TALKATIVE: Final = 3
_OUT: Final = 1
_ERR: Final = 2


@dataclass(frozen=True)
class Request:
    """What to serve.

    Attributes:
        weights: the path of a GGUF file.
        model_name: under which to answer.
        context_length: how many tokens a request and its answer may have together, at most.
        api_key: without which nobody is answered.
        talkative: llama.cpp tells on standard error what it does, and not only what goes wrong.
    """

    weights: str
    model_name: str
    context_length: int
    api_key: str = field(repr=False)
    talkative: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a request.

    Attributes:
        port: of the server; 0 where there is none, for the reason on standard error.
        context_length: what it really offers: a model may be trained for less than was asked.
        unfit: why llama.cpp cannot run on this machine at all, where that is so.
    """

    port: int = 0
    context_length: int = 0
    unfit: str = ""


def main() -> None:
    """Serve one request; the exit code is 1 where that was not possible."""
    answer = os.dup(_OUT)
    os.dup2(_ERR, _OUT)  # llama.cpp may write there
    engine, outcome = _serve(Request(**json.loads(sys.stdin.buffer.readline())))
    with suppress(OSError):  # the other process may have ended meanwhile
        os.write(answer, json.dumps(asdict(outcome)).encode("ascii") + b"\n")
    os.close(answer)
    if engine is not None:
        sys.stdin.buffer.read()
    # Destroying the engine would wait for the answers that are under way.
    os._exit(0 if engine is not None else 1)


def _serve(request: Request) -> tuple[Any, Outcome]:
    # Threads that wait for each other by spinning starve one another where the cores are shared.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import xllamacpp
    except ImportError as error:
        return None, Outcome(unfit=str(error))
    try:
        engine = xllamacpp.Server(_parameters(xllamacpp, request))
    except RuntimeError:
        return None, Outcome()
    port = int(engine.listening_address.rpartition(":")[2])
    return engine, Outcome(port, _context_length(port, request.api_key))


def _parameters(llama: Any, request: Request) -> Any:  # noqa: ANN401 (it carries no types)
    given = llama.CommonParams()
    given.model.path = request.weights
    given.model_alias = {request.model_name}
    given.hostnames = [HOST]
    given.port = 0
    given.api_keys = [request.api_key]
    given.cors_origins = ""
    given.cors_credentials = False
    given.ui = False
    given.endpoint_slots = False
    given.offline = True
    given.n_ctx = request.context_length
    # One after the other: requests that are decoded together change each other's last digits.
    given.n_parallel = 1
    given.sampling.temp = 0.0
    given.sampling.seed = _SEED
    # What two prompts begin with alike stays in the slot. The second cache, of whole prompts, would
    # take up to 8 GB of memory.
    given.cache_ram_mib = 0
    given.cache_idle_slots = False
    given.cpuparams.n_threads = given.cpuparams_batch.n_threads = _physical_cores()
    given.verbosity = _TALKATIVE if request.talkative else _ERRORS_ONLY
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
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("GET", "/v1/models", headers={"Authorization": f"Bearer {key}"})
        meta = json.load(connection.getresponse())["data"][0]["meta"]
    finally:
        connection.close()
    return min(int(meta["n_ctx"]), int(meta["n_ctx_train"]))


if __name__ == "__main__":
    main()
