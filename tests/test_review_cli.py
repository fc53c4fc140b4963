"""`uhc-llm review` as a program: where it is, who gets in, and how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from tests.decided_run import make_run
from uhc_llm import Document
from uhc_llm.batch.decisions import history
from uhc_llm.batch.ledger import Ledger
from uhc_llm.errors import ConfigurationError
from uhc_llm.review import Serving, serving

TEXT = "Per Desember 2023 cakupan JKN di Kota Blitar 98,4 persen."


class Program(NamedTuple):
    """A review that is running."""

    process: subprocess.Popen[str]
    address: str

    @property
    def home(self) -> str:
        return self.address.partition("/start")[0]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = tmp_path / "run.db"
    make_run(path, Document(text=TEXT, id="a"))
    return path


def command(*args: str | Path) -> list[str]:
    program = "from uhc_llm.cli import main; main()"
    return [sys.executable, "-c", program, "review", *map(str, args)]


@contextmanager
def reviewing(run: Path, *more: str) -> Iterator[Program]:
    """Start a review, and end it with Ctrl-C."""
    args = command(run, "--port", "0", "--no-browser", *more)
    with subprocess.Popen(args, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = None
        while found is None:
            line = process.stderr.readline()
            assert line, "it ended before it said where it is"
            found = re.search(r"http://127\.0\.0\.1:\d+/start\?token=\S+", line)
        try:
            yield Program(process, found.group())
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def decide_first(program: Program) -> None:
    """Accept the first item of the first article, as a browser does."""
    with httpx2.Client(base_url=program.home, follow_redirects=True) as client:
        client.get(program.address)
        page = client.get("/article/1").text
        form = page[page.index('id="decide"') :]
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        answer = client.post(
            "/article/1/decide",
            data=fields | {"do": "accept"},
            headers={"Origin": program.home},
        )
        assert answer.status_code == 200


def test_it_says_where_it_is_keeps_what_is_decided_and_ends_with_ctrl_c(run: Path) -> None:
    with reviewing(run, "--reviewer", "Sari") as program:
        decide_first(program)
        assert httpx2.get(f"{program.home}/").status_code == 403
    assert program.process.returncode == 0
    with Ledger.read(run) as ledger:
        (made,) = history(ledger)
    assert (made.reviewer, made.action) == ("Sari", "accept")


def test_nothing_is_said_of_those_who_ask(run: Path) -> None:
    with reviewing(run) as program:
        httpx2.get(program.address)
        httpx2.get(f"{program.home}/start?token=guess")
        httpx2.get(f"{program.home}/", headers={"Host": "evil.example"})
        program.process.send_signal(signal.SIGINT)
        assert program.process.stderr is not None
        assert program.process.stderr.read() == ""


def test_two_programs_review_one_file(run: Path) -> None:
    with reviewing(run, "--reviewer", "a") as one, reviewing(run, "--reviewer", "b") as other:
        decide_first(one)
        decide_first(other)
    with Ledger.read(run) as ledger:
        assert [made.reviewer for made in history(ledger)] == ["a", "b"]


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("nowhere.db",), 4, "there is no run"),
        (("{run}", "--port", "70000"), 2, "65535"),
        (("{run}", "--port", "{taken}"), 4, "cannot be had"),
        (("{run}", "--reviewer", " "), 3, "reviewer needs a name"),
    ],
)
def test_a_wrong_call_says_what_to_do(
    run: Path, args: tuple[str, ...], code: int, words: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        filled = [arg.format(run=run, taken=port) for arg in args]
        done = subprocess.run(
            command(*filled, "--no-browser"), capture_output=True, text=True, check=False
        )
    assert done.returncode == code
    assert words in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("missing", ["starlette", "uvicorn", "python_multipart"])
def test_without_the_extra_it_says_which(run: Path, missing: str) -> None:
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        f"sys.argv = ['uhc-llm', 'review', {str(run)!r}]\n"
        "from uhc_llm.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert "pip install 'uhc-llm[review]'" in done.stderr


def test_it_listens_on_this_machine_alone(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bound: list[tuple[str, int]] = []
    listen = socket.socket.listen

    def watch(self: socket.socket, *args: int) -> None:
        bound.append(self.getsockname())
        listen(self, *args)

    monkeypatch.setattr(socket.socket, "listen", watch)
    with Ledger.review(run) as ledger, Serving(ledger, reviewer="a", port=0):
        pass
    assert [host for host, _ in bound] == ["127.0.0.1"]


def test_where_the_usual_port_is_taken_another_is_found(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, Ledger.review(run) as ledger:
        port = taken.getsockname()[1]
        monkeypatch.setattr(serving, "DEFAULT_PORT", port)
        with Serving(ledger, reviewer="a") as page:
            assert f":{port}/" not in page.address
        with pytest.raises(ConfigurationError, match="--port"):
            Serving(ledger, reviewer="a", port=port)


def test_the_browser_is_sent_to_an_address_that_is_good_once(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    is_open = threading.Event()

    def open_(address: str) -> bool:
        opened.append(address)
        is_open.set()
        return True

    monkeypatch.setattr("webbrowser.open", open_)
    with Ledger.review(run) as ledger, Serving(ledger, reviewer="a", port=0) as page:
        page.open_browser()
        assert is_open.wait(5)
        assert opened[0].partition("?")[0] == page.address.partition("?")[0]
        assert opened[0] != page.address


def test_the_users_name_is_the_reviewers(run: Path) -> None:
    environment = {**os.environ, "LOGNAME": "ni-made"}
    args = command(run, "--port", "0", "--no-browser")
    with subprocess.Popen(args, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        address = next(line for line in process.stderr if line.startswith("http")).strip()
        with httpx2.Client(follow_redirects=True) as client:
            assert "<summary>ni-made</summary>" in client.get(address).text
        process.send_signal(signal.SIGINT)
