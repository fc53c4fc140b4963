"""The embedded model's server: started once, answering only its owner, and gone without a trace.

Most of this needs a model that loads, not one that knows anything: a made-up one of 100 kB does.
What has to do with the end of a process is tried in a process of its own.
"""

import asyncio
import json
import logging
import os
import signal
import struct
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import BaseModel

from uhc_llm.errors import (
    ConfigurationError,
    ConnectionFailedError,
    MissingExtraError,
    WeightsError,
)
from uhc_llm.llm.client import ModelClient
from uhc_llm.llm.local import LocalServer, model_name, start
from uhc_llm.llm.models import ModelName
from uhc_llm.llm.replay import replaying
from uhc_llm.llm.weights import OFFICIAL

WIDTH = 32
TRAINED_FOR = 4096
TOKENS = ("<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)))

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal or script")
forking = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
seeing_processes = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="this system shows its processes in another way"
)


# --- a model that loads, and says nothing but <unk> -----------------------------------------------


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def _string(value: str) -> bytes:
    return struct.pack("<I", 8) + _text(value)


def _integer(value: int) -> bytes:
    return struct.pack("<II", 4, value)


def _array(kind: int, items: Sequence[bytes]) -> bytes:
    return struct.pack("<IIQ", 9, kind, len(items)) + b"".join(items)


def tiny_model(path: Path) -> Path:
    """Write a llama of one layer whose every weight is zero, in the GGUF format, version 3."""
    metadata = {
        "general.architecture": _string("llama"),
        "llama.context_length": _integer(TRAINED_FOR),
        "llama.embedding_length": _integer(WIDTH),
        "llama.block_count": _integer(1),
        "llama.feed_forward_length": _integer(WIDTH),
        "llama.attention.head_count": _integer(1),
        "llama.attention.layer_norm_rms_epsilon": struct.pack("<If", 6, 1e-5),
        "tokenizer.ggml.model": _string("llama"),
        "tokenizer.ggml.tokens": _array(8, [_text(token) for token in TOKENS]),
        "tokenizer.ggml.scores": _array(6, [struct.pack("<f", 0.0)] * len(TOKENS)),
        # unknown, control, control, and one token for each byte
        "tokenizer.ggml.token_type": _array(
            5, [struct.pack("<i", kind) for kind in (2, 3, 3, *[6] * 256)]
        ),
    }
    square = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (WIDTH, len(TOKENS)),
        "output.weight": (WIDTH, len(TOKENS)),
        "output_norm.weight": (WIDTH,),
        "blk.0.attn_norm.weight": (WIDTH,),
        "blk.0.ffn_norm.weight": (WIDTH,),
        **{f"blk.0.{name}.weight": (WIDTH, WIDTH) for name in square},
    }
    header = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(metadata))
    header += b"".join(_text(key) + value for key, value in metadata.items())
    offset = 0
    for name, shape in shapes.items():
        header += _text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        header += struct.pack("<IQ", 0, offset)
        offset += 4 * shape[0] * (shape[1] if shape[1:] else 1)
    header += bytes(-len(header) % 32)
    path.write_bytes(header + bytes(offset))
    return path


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tiny_model(tmp_path / "Tiny-Model.gguf")


@pytest.fixture
def server(tiny: Path) -> Iterator[LocalServer]:
    running = start(tiny)
    yield running
    running.close()


def ask(
    server: LocalServer,
    path: str = "/chat/completions",
    body: dict[str, Any] | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Send a request; a body makes it a POST."""
    request = urllib.request.Request(  # noqa: S310 (the server's own address)
        server.base_url + path,
        None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json", **headers},
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=60) as answer:
            return answer.status, json.load(answer), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), dict(error.headers)


def key_of(server: LocalServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.api_key}"}


def question(**settings: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "Halo"}], "max_tokens": 4, **settings}


def serving(server: LocalServer) -> bool:
    try:
        return ask(server, "/models", headers=key_of(server))[0] == 200
    except OSError:
        return False


def ends(server: LocalServer) -> bool:
    """Whether a server ends, waiting for that as long as is needed on a busy machine."""
    deadline = time.monotonic() + 60
    while serving(server):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def own_servers() -> list[Path]:
    """What this system shows of the servers that this very process has started."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
        if parent == os.getpid() and b"llama_server" in command:
            found.append(process)
    return found


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (None, "local/Qwen2.5-Coder-1.5B-Instruct-Q4_K_M"),
        ("/home/someone/models/sahabat-9b.Q4_K_M.gguf", "local/sahabat-9b.Q4_K_M"),
        (Path("mine.gguf"), "local/mine"),
    ],
)
def test_a_name_tells_the_model_and_not_the_folder(path: str | Path | None, name: str) -> None:
    assert model_name(path) == name


# --- a running server -----------------------------------------------------------------------------


def test_it_answers_under_its_name_and_tells_no_path(server: LocalServer, tiny: Path) -> None:
    status, answer, _ = ask(server, body=question(), headers=key_of(server))
    assert status == 200
    assert answer["model"] == server.model_name == "local/Tiny-Model"
    _, models, _ = ask(server, "/models", headers=key_of(server))
    assert str(tiny.parent) not in json.dumps([answer, models])


def test_it_listens_on_the_loopback_under_v1(server: LocalServer) -> None:
    assert server.base_url.startswith("http://127.0.0.1:")
    assert server.base_url.endswith("/v1")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer guess"}])
@pytest.mark.parametrize(
    ("path", "body"), [("/models", None), ("/chat/completions", question()), ("/../slots", None)]
)
def test_nobody_else_is_answered(
    server: LocalServer, path: str, body: dict[str, Any] | None, headers: dict[str, str]
) -> None:
    status, _, _ = ask(server, path, body, headers)
    assert status == 401


def test_no_web_page_may_read_its_answers(server: LocalServer) -> None:
    _, _, headers = ask(
        server, body=question(), headers={"Origin": "http://page.example", **key_of(server)}
    )
    assert not headers.get("Access-Control-Allow-Origin")
    assert "Access-Control-Allow-Credentials" not in headers


def test_the_key_is_not_shown(server: LocalServer) -> None:
    assert len(server.api_key) >= 32
    assert server.api_key not in repr(server)


def test_the_context_is_no_longer_than_the_model_was_trained_for(server: LocalServer) -> None:
    assert server.context_length == TRAINED_FOR


def test_one_file_has_one_server_however_many_threads_ask(tiny: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(start, [tiny] * 8))
    try:
        assert all(server is servers[0] for server in servers)
    finally:
        servers[0].close()


def test_another_file_has_another_server(server: LocalServer, tmp_path: Path) -> None:
    other = start(tiny_model(tmp_path / "Other.gguf"))
    try:
        assert other.base_url != server.base_url
        assert other.api_key != server.api_key
        assert ask(other, body=question(), headers=key_of(server))[0] == 401
    finally:
        other.close()


def test_after_closing_nobody_listens_and_the_next_start_is_a_new_one(tiny: Path) -> None:
    first = start(tiny)
    first.close()
    first.close()
    with pytest.raises(urllib.error.URLError):
        ask(first, "/models")
    second = start(tiny)
    try:
        assert second is not first
        assert ask(second, body=question(), headers=key_of(second))[0] == 200
    finally:
        second.close()


def test_closing_does_not_wait_for_an_answer_that_is_being_written(tiny: Path) -> None:
    server = start(tiny)

    def ask_for_much() -> None:
        ask(server, body=question(max_tokens=4000, ignore_eos=True), headers=key_of(server))

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask_for_much)
        # Whether it is under way by then does not matter: its answer takes longer than this.
        time.sleep(0.2)
        server.close()
        with pytest.raises(OSError, match=r"refused|reset|closed|aborted"):
            asked.result(60)


def test_an_event_loop_goes_on_while_the_model_loads(tiny: Path) -> None:
    async def load() -> tuple[list[float], LocalServer]:
        loading = asyncio.create_task(asyncio.to_thread(start, tiny))
        turns = [time.monotonic()]
        while not loading.done():
            await asyncio.sleep(0.001)
            turns.append(time.monotonic())
        return turns, await loading

    turns, server = asyncio.run(load())
    server.close()
    longest = max(after - before for before, after in pairwise(turns))
    assert longest < (turns[-1] - turns[0]) / 2


@seeing_processes
def test_the_key_is_in_no_argument_and_no_variable_of_the_process(server: LocalServer) -> None:
    (process,) = own_servers()
    shown = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    assert b"PATH=" in shown
    assert server.api_key.encode() not in shown


# --- a server that crashes ------------------------------------------------------------------------


class Figures(BaseModel):
    """An answer of some form."""

    count: int


async def no_pause(_: float) -> None:
    """Go on at once."""


@seeing_processes
def test_a_crash_in_the_middle_of_an_answer_is_a_failed_connection(tiny: Path) -> None:
    server = start(tiny)
    (process,) = own_servers()
    pid = int(process.name)
    client = ModelClient(ModelName.parse(f"local:{tiny}"), transport_attempts=2, sleep=no_pause)

    async def crash_while_it_is_asked() -> None:
        async with client:
            asking = client.ask([{"role": "user", "content": "Halo"}], Figures)
            asyncio.get_running_loop().call_later(0.5, os.kill, pid, signal.SIGKILL)
            await asking

    os.kill(pid, signal.SIGSTOP)  # it takes requests, and answers none
    with pytest.raises(ConnectionFailedError):
        asyncio.run(crash_while_it_is_asked())
    assert not serving(server)


@seeing_processes
def test_a_server_that_has_crashed_is_followed_by_a_new_one(
    tiny: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = start(tiny)
    (process,) = own_servers()
    os.kill(int(process.name), signal.SIGKILL)
    assert ends(first)
    # It goes silent a moment before the last of its threads ends.
    os.waitid(os.P_PID, int(process.name), os.WEXITED | os.WNOWAIT)
    with caplog.at_level(logging.WARNING, "uhc_llm"):
        second = start(tiny)
    assert "exit code -9" in caplog.text
    assert second.api_key != first.api_key
    assert start(tiny) is second
    first.close()
    assert serving(second)
    second.close()


# --- what cannot be started -----------------------------------------------------------------------


def test_a_file_that_is_no_gguf_is_not_even_loaded(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(WeightsError, match="no GGUF file"):
        start(path)


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        (4, "failed to read header"),
        (24, "failed to read key-value pairs"),
        (5000, "failed to read key-value pairs"),
        (20_000, "model is corrupted or incomplete"),
        (-1, "model is corrupted or incomplete"),
    ],
)
def test_a_damaged_file_is_a_configuration_error_with_llama_cpps_reason(
    tiny: Path, kept: int, reason: str
) -> None:
    tiny.write_bytes(tiny.read_bytes()[:kept])
    message = ""
    # llama.cpp writes its log from a thread of its own, and may end before it has.
    for _ in range(3):
        with pytest.raises(ConfigurationError, match="cannot load") as caught:
            start(tiny)
        (message,) = str(caught.value).splitlines()
        if reason in message:
            break
    for said in (tiny.name, reason, "local:PATH"):
        assert said in message


def test_a_llama_cpp_that_cannot_run_here_is_told_from_a_bad_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny: Path
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1: no such file')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"cannot run .*libgomp.so.1: no such file"):
        start(tiny)


@pytest.mark.parametrize("death", ["os._exit(7)", "os.kill(os.getpid(), 9)"])
@posix
def test_a_process_that_dies_at_its_start_says_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny: Path, death: str
) -> None:
    (tmp_path / "xllamacpp.py").write_text(
        f"import os, sys\nprint('GGML_ASSERT(a == b) failed', file=sys.stderr, flush=True)\n{death}"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigurationError, match="GGML_ASSERT") as caught:
        start(tiny)
    assert f"exit code {7 if '7' in death else -9} " in str(caught.value)


def test_an_interpreter_that_is_not_there_is_a_configuration_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    with pytest.raises(ConfigurationError, match="cannot start a process"):
        start(tiny)


def test_without_the_extra_it_is_named_before_anything_is_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    monkeypatch.setenv("UHC_LLM_CACHE", str(tmp_path / "cache"))
    with pytest.raises(MissingExtraError, match=r"uhc-llm\[local\]"):
        start()
    assert not (tmp_path / "cache").exists()


# --- replaying ------------------------------------------------------------------------------------


def test_replaying_starts_nothing_and_needs_neither_weights_nor_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with replaying():
        server = start("absent/mine.gguf")
        assert start().model_name == f"local/{OFFICIAL.name}"
    assert server == LocalServer("http://127.0.0.1:9/v1", "local/mine", 8192, "replayed")
    server.close()
    with pytest.raises(MissingExtraError):
        start()


def test_replaying_holds_in_every_thread_until_the_last_one_ends() -> None:
    with ThreadPoolExecutor(1) as pool, replaying():
        with pytest.raises(ZeroDivisionError), replaying():
            _ = 1 / 0
        assert pool.submit(start).result().api_key == "replayed"


# --- the end of a process -------------------------------------------------------------------------

PRELUDE = """
import json, os, signal, sys, threading, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from test_local import ask, key_of, question, serving
from uhc_llm.llm.local import start
server = start(Path(sys.argv[2]))
def tell():
    print(json.dumps([server.base_url, server.api_key]), flush=True)
def under_way():
    much = question(max_tokens=4000, ignore_eos=True)
    def talk():
        try:
            ask(server, body=much, headers=key_of(server))
        except Exception:
            pass
    threading.Thread(target=talk, daemon=True).start()
    time.sleep(0.2)
def status_of(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""


def run(program: str, model: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run a program that has started a server; one that hangs fails the test."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            PRELUDE + textwrap.dedent(program),
            str(Path(__file__).parent),
            str(model),
        ],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env={
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default::ResourceWarning",
            **environ,
        },
        start_new_session=True,  # a key press in it is none in this one
    )


def told(line: str) -> LocalServer:
    """The server that a program has told of."""
    base_url, key = json.loads(line)
    return LocalServer(base_url, "local/told", TRAINED_FOR, key)


@pytest.mark.parametrize(
    ("program", "status"),
    [
        pytest.param("", 0, id="end"),
        pytest.param("sys.exit(3)", 3, id="exit"),
        pytest.param("server.close(); server.close()", 0, id="closed"),
        pytest.param("under_way()", 0, id="busy"),
        pytest.param("under_way(); server.close()", 0, id="busy and closed"),
        pytest.param("sys.stdout.flush(); os._exit(5)", 5, id="at once"),
        pytest.param("os.kill(os.getpid(), 9)", -9, id="killed", marks=posix),
        pytest.param("under_way(); os.kill(os.getpid(), 9)", -9, id="killed and busy", marks=posix),
    ],
)
def test_however_a_process_ends_its_server_ends_with_it_in_silence(
    tiny: Path, program: str, status: int
) -> None:
    done = run(f"tell()\n{program}", tiny)
    assert (done.returncode, done.stderr) == (status, "")
    (line,) = done.stdout.splitlines()
    assert ends(told(line))


@posix
def test_a_key_press_in_the_terminal_leaves_the_server_to_its_owner(tiny: Path) -> None:
    done = run(
        """
        # A job in the background is started with interrupts ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            os.killpg(os.getpgid(0), signal.SIGINT)
            time.sleep(60)
        except KeyboardInterrupt:
            time.sleep(1)  # what it may need to end
            print(serving(server))
        """,
        tiny,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


@forking
@pytest.mark.parametrize("leave", ["sys.exit(4)", "os._exit(4)", "server.close(); sys.exit(4)"])
def test_a_forked_child_that_ends_leaves_its_parents_server_alone(tiny: Path, leave: str) -> None:
    done = run(
        f"""
        child = os.fork()
        if not child:
            {leave}
        print(status_of(child), serving(server))
        """,
        tiny,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "4 True\n", "")


@forking
def test_a_forked_child_starts_its_own(tiny: Path) -> None:
    done = run(
        """
        child = os.fork()
        if not child:
            own = start(Path(sys.argv[2]))
            assert own.base_url != server.base_url
            print(serving(own))
            own.close()
            print(serving(own), serving(start(Path(sys.argv[2]))))
            sys.exit(4)
        print(status_of(child), serving(server))
        """,
        tiny,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\nFalse True\n4 True\n", "")


@forking
def test_a_forked_child_does_not_keep_the_server_of_a_killed_parent(tiny: Path) -> None:
    done = run(
        """
        parent = os.getpid()
        if os.fork():
            time.sleep(60)
        os.kill(parent, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while serving(server) and time.monotonic() < deadline:
            time.sleep(0.05)
        print(serving(server))
        """,
        tiny,
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGKILL, "False\n", "")


@pytest.mark.parametrize(("debug", "talks"), [("", False), ("1", True)])
def test_llama_cpp_talks_only_when_it_is_asked_to(tiny: Path, debug: str, talks: bool) -> None:
    done = run("ask(server, body=question(), headers=key_of(server))", tiny, UHC_LLM_DEBUG=debug)
    assert bool(done.stderr) == talks
    assert done.returncode == 0


# --- the real one ---------------------------------------------------------------------------------

REAL = """
import json, sys
sys.path.insert(0, sys.argv[1])
from test_local import ask, key_of, question
from uhc_llm.llm.local import start
server = start()
schema = {"type": "object", "properties": {"answer": {"type": "integer"}}, "required": ["answer"]}
wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema, "strict": True}}
asked = question(response_format=wanted, max_tokens=30)
answers = [ask(server, body=asked, headers=key_of(server))[1] for _ in range(2)]
print(json.dumps([server.model_name, server.context_length, *answers]))
"""


@pytest.mark.live
def test_the_real_model_keeps_to_a_schema_and_repeats_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-c", REAL, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        timeout=900,
        check=True,
    )
    name, context_length, *answers = json.loads(done.stdout)
    assert (name, context_length) == (model_name(None), 8192)
    said = [answer["choices"][0]["message"]["content"] for answer in answers]
    assert said[0] == said[1]
    assert isinstance(json.loads(said[0])["answer"], int)
    assert {answer["model"] for answer in answers} == {name}
