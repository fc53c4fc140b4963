"""Pages that a tool writes, whole or in part."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

__all__ = ["settle"]

_ROOT: Final = Path(__file__).resolve().parent.parent


def settle(path: Path, wanted: str, said: str, arguments: Sequence[str]) -> int:
    """Write a page, or with --check only compare it, and return the exit code.

    Args:
        path: of the page.
        wanted: what is to stand on it.
        said: what the page is of, such as "what is asked".
        arguments: of the command line.
    """
    if path.is_file() and path.read_text("utf-8") == wanted:
        return 0
    name = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path
    if "--check" in arguments:
        print(f"{name} is not {said}: run python3 tasks.py docs")
        return 1
    path.parent.mkdir(exist_ok=True)
    path.write_text(wanted, "utf-8", newline="\n")
    print(name)
    return 0
