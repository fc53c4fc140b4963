"""What holds for all tests: the program speaks English, whatever the machine's language is."""

import os

import pytest

from tests.shell import Command, command

for name in ("UHC_LLM_LANG", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"


@pytest.fixture
def uhc(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The program, as it is started from a shell."""
    return command(monkeypatch, capsys)
