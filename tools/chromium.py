"""Where Chromium is, and how it comes onto a machine that has none.

The pages are tried in a real browser. Needs the standard library alone: `tasks.py` asks before
any environment is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

__all__ = ["VARIABLE", "MissingChromiumError", "find_chromium", "install_chromium", "is_root"]

VARIABLE: Final = "UHC_LLM_CHROMIUM"
"""Names the browser's program, where it is none of the usual ones."""

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Without a font there are boxes for letters, and nothing of a page is as it will be.
_PACKAGES: Final = ("chromium", "fonts-liberation", "fonts-dejavu-core")
_COMMANDS: Final[Sequence[Sequence[str]]] = (
    ("apt-get", "update", "--quiet=2"),
    ("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *_PACKAGES),
)
_TRIES: Final = 2


class MissingChromiumError(Exception):
    """There is no Chromium, and none could be installed; says what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}. The browser tests need one: install Chromium or Chrome (Debian: `apt-get "
            f"install {' '.join(_PACKAGES)}`), or name its program in {VARIABLE}"
        )


def find_chromium(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The browser that the tests and the screenshots use; None where there is none.

    Raises:
        MissingChromiumError: the one that the environment names is not there.
    """
    if named := environ.get(VARIABLE):
        if not (program := shutil.which(named)):
            raise MissingChromiumError(f"{VARIABLE} names {named!r}, which is no program")
        return Path(program)
    found = (shutil.which(name, path=environ.get("PATH")) for name in _NAMES)
    return next((Path(program) for program in found if program), None)


def install_chromium(run: Callable[[Sequence[str]], int] | None = None) -> Path:
    """The browser, installed from the system's packages where there is none yet.

    Args:
        run: runs a command and returns its exit code.

    Raises:
        MissingChromiumError: this system has no apt-get, its user may not install, or it failed.
    """
    if found := find_chromium():
        return found
    if not shutil.which("apt-get"):
        raise MissingChromiumError("there is no Chromium, and no apt-get to install it with")
    if not is_root():
        raise MissingChromiumError("there is no Chromium, and only root may install it")
    # A mirror may be out for a moment.
    for _ in range(_TRIES):
        if all((run or _run)(command) == 0 for command in _COMMANDS):
            break
    if found := find_chromium():
        return found
    raise MissingChromiumError("there is no Chromium, and apt-get could not install it")


def is_root() -> bool:
    """Whether this is the user that may do everything."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _run(command: Sequence[str]) -> int:
    # Nobody is there to answer questions.
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=variables, check=False).returncode
