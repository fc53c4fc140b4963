"""The page on batches names every option, exit code and table."""

import re
from pathlib import Path

import pytest
import typer.main

from uhc_llm.batch.result_tables import TABLES
from uhc_llm.cli import app

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "batch.md").read_text(encoding="utf-8")
# Those of `extract` too, which the README explains.
SHARED = {
    "--base-url", "--breadth", "--cassette", "--form", "--help", "--model", "--reasks", "--record",
    "--strategy", "--timeout",
}  # fmt: skip


def options(command: str) -> set[str]:
    group = typer.main.get_command(app)
    parameters = group.commands[command].params  # type: ignore[attr-defined]
    return {name for each in parameters for name in each.opts if name.startswith("--")}


@pytest.mark.parametrize("command", ["batch", "export"])
def test_every_option_is_explained(command: str) -> None:
    named = set(re.findall(r"--[a-z-]+[a-z]", PAGE))
    assert options(command) - SHARED - named == set()


def test_no_option_is_explained_that_is_not_there() -> None:
    of_trafilatura = {"--json", "--with-metadata"}
    there = options("batch") | options("export") | {"--no-wait"} | of_trafilatura
    assert set(re.findall(r"`[^`]*?(--[a-z-]+[a-z])", PAGE)) - there == set()


def test_every_table_and_exit_code_is_explained() -> None:
    assert [name for name in TABLES if f"| `{name}` |" not in PAGE] == []
    assert re.findall(r"^\| (\d+) \|", PAGE, flags=re.MULTILINE) == [*"0234567", "130"]
