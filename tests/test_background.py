"""The background loop: synchronous calls work wherever Python code runs."""

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from uhc_llm import _background


async def running_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_a_result_comes_back() -> None:
    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    assert _background.run(answer()) == 42


def test_an_error_comes_back() -> None:
    async def fail() -> None:
        raise ValueError("as it was")

    with pytest.raises(ValueError, match="as it was"):
        _background.run(fail())


def test_it_works_inside_a_running_loop() -> None:
    async def main() -> bool:
        return _background.run(running_loop()) is not asyncio.get_running_loop()

    assert asyncio.run(main())


def test_connections_can_be_kept_because_the_loop_is_always_the_same() -> None:
    assert _background.run(running_loop()) is _background.run(running_loop())


def test_many_threads_share_one_loop_and_wait_for_each_other() -> None:
    barrier = threading.Barrier(8)

    def call(number: int) -> tuple[int, int]:
        async def work() -> tuple[int, int]:
            await asyncio.sleep(0.001)
            return number, id(asyncio.get_running_loop())

        barrier.wait()
        return _background.run(work())

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(call, range(8)))
    assert [number for number, _ in found] == list(range(8))
    assert len({loop for _, loop in found}) == 1


def run_program(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_child_process_gets_a_loop_of_its_own() -> None:
    """The thread of the parent's loop does not survive a fork: a wait for it would never end."""
    assert (
        run_program(
            "import asyncio, os\n"
            "from uhc_llm import _background\n"
            "_background.run(asyncio.sleep(0))\n"
            "child = os.fork()\n"
            "if not child:\n"
            "    os._exit(_background.run(asyncio.sleep(0, 7)))\n"
            "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        ).strip()
        == "7"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_an_interrupt_ends_the_wait_and_cancels_the_work() -> None:
    assert run_program(
        "import asyncio, os, signal, threading\n"
        "from uhc_llm import _background\n"
        # A job in the background is started with interrupts ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "cancelled = threading.Event()\n"
        "async def work():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    try:\n"
        "        await asyncio.sleep(50)\n"
        "    except asyncio.CancelledError:\n"
        "        cancelled.set()\n"
        "        raise\n"
        "try:\n"
        "    _background.run(work())\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', cancelled.wait(20))\n"
    ).split() == ["interrupted", "True"]


def test_a_program_ends_though_the_loop_still_runs() -> None:
    program = "import asyncio; from uhc_llm import _background; _background.run(asyncio.sleep(0))"
    assert run_program(program) == ""
