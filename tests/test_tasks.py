"""The task runner explains itself, and ends with the exit code of what failed."""

import sys
from pathlib import Path

import pytest

import tasks


def test_without_a_task_it_lists_every_one_with_what_it_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert tasks.main([]) == 0
    listed = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[2:]]
    assert [name for name, _ in listed] == list(tasks.TASKS)
    assert all(explanation.endswith(".") for _, explanation in listed)


def test_a_task_that_is_not_there_is_named_beside_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert tasks.main(["tset"]) == 2
    said = capsys.readouterr().err
    assert "'tset'" in said
    assert "  test " in said


@pytest.mark.parametrize(("code", "exit_code"), [("raise SystemExit(3)", 3), ("1 / 0", 1)])
def test_a_failing_step_is_named_and_keeps_its_exit_code(code: str, exit_code: int) -> None:
    with pytest.raises(tasks.StepFailedError, match="mill failed") as failure:
        tasks.run("mill", sys.executable, "-c", code)
    assert failure.value.exit_code == exit_code


def test_a_step_that_was_killed_ends_as_in_a_shell() -> None:
    assert tasks.StepFailedError("mill", -15).exit_code == 128 + 15


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_another_python_is_refused_in_one_line(
    version: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 0))
    assert tasks.main(["test"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "3.11 to 3.13" in line


def test_what_is_installed_is_not_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "VENV", tasks.Environment(tmp_path))
    lock = tmp_path / "lock.txt"
    installed: list[str] = []
    for content in ("one", "one", "two", "two", "one"):
        lock.write_text(content)
        tasks.once("tools", lambda content=content: installed.append(content), lock)  # type: ignore[misc]
    assert installed == ["one", "two", "one"]


def test_an_installation_that_failed_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "VENV", tasks.Environment(tmp_path))

    def fail() -> None:
        raise tasks.StepFailedError("install", 1)

    for _ in range(2):
        with pytest.raises(tasks.StepFailedError):
            tasks.once("tools", fail, Path(__file__))
