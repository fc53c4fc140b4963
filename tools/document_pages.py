"""Run what the pages of docs/ show: commands and Python, each page in a folder of its own.

A block `console` holds commands behind `$` and what each prints, on both of its outputs; a block
`python` is run too, and what it prints is the block `text` right behind it. A line `...` stands for
any lines, and `...` within a line for anything. What is printed otherwise is written into the page.
Blocks of other kinds (`sh`) are shown and not run: they need a key, a browser, a server.

Usage: python -m tools.document_pages [--check] [PAGE...]
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tools.written_page import settle

__all__ = ["PAGES", "filled", "main"]

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = (
    ROOT / "docs" / "index.md",
    *sorted(
        path
        for folder in ("tutorial", "how-to", "explanation")
        for path in (ROOT / "docs" / folder).glob("*.md")
    ),
)

_RUN: Final = re.compile(
    r"^```console\n(?P<commands>.*?)^```$"
    r"|^```python\n(?P<python>.*?)^```$(?:\n\n```text\n(?P<printed>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
# The narrowest screen on which a table has the text's own words.
_SCREEN: Final = {"COLUMNS": "110", "PYTHONUTF8": "1", "UHC_LLM_LANG": "en"}
# A pipe would get JSON of them.
_FOR_PEOPLE: Final = re.compile(
    r"^uhc-llm (?:extract|scan|verify|eval) (?!.*(?:--format|-f |>|\|))"
)
_SAME_TEXT: Final = "..."


def filled(page: str) -> str:
    """A page with what its blocks print now, where that is another thing than stands there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        shutil.copytree(ROOT / "examples", folder / "examples")
        names: dict[str, Any] = {"__name__": "page"}
        return _RUN.sub(lambda block: _block(block, folder, names), page)


def _block(block: re.Match[str], folder: Path, names: dict[str, Any]) -> str:
    if block["commands"] is not None:
        told = "".join(
            f"$ {command}\n{_kept(said, _printed(command, folder))}"
            for command, said in _commands(block["commands"])
        )
        return f"```console\n{told}```"
    printed = _run(block["python"], folder, names)
    if not printed and block["printed"] is None:
        return block[0]
    text = _kept(block["printed"] or "", printed)
    return f"```python\n{block['python']}```\n\n```text\n{text}```"


def _commands(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block, with what stands below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        # A command goes on behind a backslash.
        command = re.match(r"(?:.*\\\n)*.*\n", part)
        assert command is not None  # noqa: S101 (every block ends with a line end)
        yield command[0].rstrip("\n"), part[command.end() :]


def _printed(command: str, folder: Path) -> str:
    """What a command prints on a terminal, to somebody who has no key."""
    keyless = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("_API_KEY") and name != "UHC_LLM_MODEL"
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    variables = {**keyless, "PATH": path, **_SCREEN}
    line = f"{command} --format table" if _FOR_PEOPLE.match(command) else command
    done = subprocess.run(  # noqa: S602 (the page's own)
        line, shell=True, cwd=folder, env=variables, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return _plain(done.stdout.decode("utf-8"), folder)


def _run(code: str, folder: Path, names: dict[str, Any]) -> str:
    """What a piece of Python prints."""
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(code, names)  # noqa: S102 (the page's own)
    return _plain(printed.getvalue(), folder)


def _plain(text: str, folder: Path) -> str:
    """What was printed, without blanks at the ends of lines, and without where it was run."""
    lines = (line.rstrip() for line in text.replace(f"{folder}/", "").splitlines())
    printed = "\n".join(lines).strip("\n")
    return f"{printed}\n" if printed else ""


def _kept(said: str, printed: str) -> str:
    """What stands on the page, where that is what is printed; else what is printed."""
    pattern = re.escape(said).replace(re.escape(f"{_SAME_TEXT}\n"), r"(?:.*\n)*?")
    pattern = pattern.replace(re.escape(_SAME_TEXT), r".*?")
    return said if re.fullmatch(pattern, printed) else printed


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check only compare them, and return the exit code."""
    named = [Path(each).resolve() for each in arguments if not each.startswith("-")]
    return max(
        settle(page, filled(page.read_text("utf-8")), "what it shows prints", arguments)
        for page in named or PAGES
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
