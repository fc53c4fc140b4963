"""Without a browser the browser tests fail, and say what to install; they are never skipped."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

import tasks
from tools import chromium


def put_program(folder: Path, name: str) -> Path:
    program = folder / name
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system without any program; returns where some could be put."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_the_browser_is_found_by_any_of_its_names(bare: Path, name: str) -> None:
    program = put_program(bare, name)
    assert chromium.find_chromium() == program
    assert chromium.install_chromium() == program


def test_the_one_that_is_named_goes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_program(bare, "chromium")
    monkeypatch.setenv(chromium.VARIABLE, str(put_program(bare, "mine")))
    assert chromium.find_chromium() == bare / "mine"


def test_a_named_one_that_is_not_there_is_no_reason_to_take_another(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_program(bare, "chromium")
    monkeypatch.setenv(chromium.VARIABLE, "/nowhere/chrome")
    with pytest.raises(chromium.MissingChromiumError, match="'/nowhere/chrome'"):
        chromium.find_chromium()


def test_where_there_is_none_root_gets_it_and_a_font(bare: Path) -> None:
    put_program(bare, "apt-get")
    asked: list[Sequence[str]] = []

    def install(command: Sequence[str]) -> int:
        asked.append(command)
        if "install" in command:
            put_program(bare, "chromium")
        return 0

    assert chromium.install_chromium(install) == bare / "chromium"
    update, packages = asked
    assert update == ("apt-get", "update")
    assert {"chromium", "fonts-liberation"} <= set(packages)


def test_a_mirror_that_is_out_is_asked_once_more(bare: Path) -> None:
    put_program(bare, "apt-get")
    codes = iter([100, 0, 0])

    def install(command: Sequence[str]) -> int:
        if "install" in command:
            put_program(bare, "chromium")
        return next(codes)

    assert chromium.install_chromium(install) == bare / "chromium"


class Lacking(NamedTuple):
    has_apt: bool
    user: int
    why: str


@pytest.mark.parametrize(
    "system",
    [
        Lacking(has_apt=False, user=0, why="no apt-get"),
        Lacking(has_apt=True, user=1000, why="only root"),
        Lacking(has_apt=True, user=0, why="could not install"),
    ],
)
def test_where_it_cannot_be_had_the_task_fails_and_says_what_to_do(
    bare: Path,
    system: Lacking,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if system.has_apt:
        put_program(bare, "apt-get").write_text("#!/bin/sh\nexit 100\n", encoding="utf-8")
    monkeypatch.setattr(os, "geteuid", lambda: system.user)
    with pytest.raises(tasks.StepFailedError, match="find chromium failed"):
        tasks.browser()
    said = capsys.readouterr().err
    assert system.why in said
    assert "fonts-liberation" in said
    assert chromium.VARIABLE in said
