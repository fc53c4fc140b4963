"""What is said while nobody answers, and how soon Ctrl-C ends the wait."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from uhc_llm.batch.ledger import Ledger
from uhc_llm.cli import retries
from uhc_llm.errors import ConnectionFailedError, ServerError, UhcLlmError
from uhc_llm.llm.transport.failures import understand
from uhc_llm.llm.transport.sending import Retry

PROGRAM: Final = Path(sys.executable).with_name("uhc-llm")
GENEROUS: Final = 120  # seconds


@pytest.fixture
def dead() -> Iterator[str]:
    """The address of a port on which nobody listens, and nobody else will."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


def started(*arguments: str | Path, address: str) -> "subprocess.Popen[str]":
    """The program, asking a model at an address."""
    return subprocess.Popen(
        [PROGRAM, *arguments, "--model", "openai/x"],
        env={**os.environ, "OPENAI_API_KEY": "sk-test-0123456789", "OPENAI_BASE_URL": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said_until(process: "subprocess.Popen[str]", words: str) -> list[str]:
    """The lines on standard error up to one that has these words."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"{words!r} was never said: {lines}")


def article(folder: Path, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_text("Cakupan JKN Kota Batu 98,4 persen pada 2024.", encoding="utf-8")
    return path


# --- Ctrl-C --------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_ends_the_wait_of_extract(tmp_path: Path, dead: str) -> None:
    process = started("extract", article(tmp_path), "-f", "json", address=dead)
    lines = said_until(process, "still no answer. Try 3 of 5")
    assert "nothing listens there. Start the server" in lines[1]
    assert "Try 2 of 5 comes in 1 s, the last one in about" in lines[1]
    assert len(lines) == 3  # with the model's name
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=GENEROUS)
    assert (process.returncode, json.loads(out)) == (130, [])
    assert err == "stopped by Ctrl-C: nothing is done; the same command does it anew\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_ends_the_wait_of_a_run_which_keeps_all_that_waits(
    tmp_path: Path, dead: str
) -> None:
    folder, run = tmp_path / "in", tmp_path / "run.db"
    folder.mkdir()
    for number in range(3):
        article(folder, f"{number}.txt").write_text(f"Cakupan JKN Kota Batu {number + 90} persen.")
    process = started("batch", folder, "--run", run, address=dead)
    lines = said_until(process, "still no answer. Try 4 of 8")
    # Three articles wait for the same thing, of which a line a try is said.
    assert [line for line in lines if "Try" in line] == lines[1:]
    assert len(lines) == 4
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=GENEROUS)
    assert process.returncode == 130
    assert f"what was done is kept in {run}. The same command goes on" in err
    assert "Try" not in err
    with Ledger.read(run) as ledger:
        assert ledger.counts().waiting == 3


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_ends_what_waits_for_its_input(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _WAITS, "scan", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    said_until(process, "ready")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=GENEROUS)
    assert process.returncode == 130
    assert err.startswith("stopped by Ctrl-C")
    assert "Traceback" not in err


_WAITS: Final = """
import signal, sys
from uhc_llm.cli import main
from uhc_llm.cli import scan

def read(path, published):
    print("ready", file=sys.stderr, flush=True)
    sys.stdin.read()

signal.signal(signal.SIGINT, signal.default_int_handler)
scan.read = read
main()
"""


# --- what is said --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (ConnectionRefusedError(111, "x"), "nothing listens there. Start the server, or check"),
        (socket.gaierror(-2, "Name or service not known"), "the name of the host is not known"),
        (ConnectionResetError(104, "reset"), "reset. Check the network and the base URL"),
    ],
)
def test_why_there_is_no_connection_is_said_in_words(cause: Exception, said: str) -> None:
    class APIConnectionError(Exception):
        pass

    error = APIConnectionError("Connection error.")
    error.__cause__ = cause
    told = understand(error, who="openai/x", where="http://127.0.0.1:9/v1", attempts=1)
    assert told.transient
    assert said in str(told.error)


def tell(told: "list[tuple[Retry, float]]", monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said of requests that are sent again, each at its time."""
    lines: list[str] = []
    clock = [0.0]
    monkeypatch.setattr(retries, "say", lambda words, _: lines.append(words))
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    with retries.retries_told():
        for retry, clock[0] in told:
            logging.getLogger("uhc_llm.llm.transport.sending").info("", extra={"retry": retry})
    return lines


def retry(number: int, error: type[UhcLlmError] = ConnectionFailedError) -> Retry:
    return Retry(error("no connection"), number, 5, 2.0, 9.0)


FIRST: Final = "no connection. Try 2 of 5 comes in 2 s, the last one in about 9 s"


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        ([(retry(2), 0)], [FIRST]),
        ([(retry(2), 0), (retry(2), 1), (retry(2), 1)], [FIRST]),
        (
            [(retry(2), 0), (retry(3), 3), (retry(3), 3)],
            [FIRST, "still no answer. Try 3 of 5 comes in 2 s, the last one in about 9 s"],
        ),
        (
            [(retry(4), 0), (retry(5), 3)],
            [
                "no connection. Try 4 of 5 comes in 2 s, the last one in about 9 s",
                "still no answer. Try 5 of 5 comes in 2 s",
            ],
        ),
        ([(retry(2), 0), (retry(2), 60)], [FIRST, FIRST]),
        ([(retry(2), 0), (retry(2, ServerError), 1)], [FIRST, FIRST]),
    ],
)
def test_a_line_is_said_for_each_try_however_many_wait_for_it(
    told: list[tuple[Retry, float]], lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tell(told, monkeypatch) == lines
