"""Run the notebook of the examples, and write what its cells show: `examples/notebook.ipynb`.

Its cells are run one after the other in one namespace, as a kernel would; they hold plain Python,
and need no magic. What is kept of a result is the richest form that it has of itself. The outputs
stand in the file, so that who only looks at it sees what comes out; `--check` compares them, but
for pictures, whose letters depend on the machine's fonts.
"""

import ast
import json
import sys
from collections.abc import Sequence
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Final

from tools.written_page import settle

__all__ = ["PAGE", "Cell", "cells", "main", "page", "without_pictures"]

HERE: Final = Path(__file__).resolve().parent
PAGE: Final = HERE.parent / "examples" / "notebook.ipynb"

Cell = dict[str, Any]


def cells(notebook: str) -> list[Cell]:
    """The cells of a notebook's file."""
    found: list[Cell] = json.loads(notebook)["cells"]
    return found


def page(notebook: str, folder: Path) -> str:
    """A notebook's file with what its cells show now.

    Args:
        notebook: the file as it is.
        folder: where its cells are run.
    """
    written = json.loads(notebook)
    names: dict[str, Any] = {"__name__": "__main__"}
    code = [cell for cell in written["cells"] if cell["cell_type"] == "code"]
    with chdir(folder):
        for count, cell in enumerate(code, start=1):
            outputs = run("".join(cell["source"]), names, count)
            cell.update(execution_count=count, outputs=outputs)
    return as_file(written)


def run(source: str, names: dict[str, Any], count: int) -> list[Cell]:
    """Run one cell; returns what it prints, and its last line's value where it has one."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    with redirect_stdout(StringIO()) as said:
        exec(compile(ast.Module(body, []), f"<cell {count}>", "exec"), names)  # noqa: S102
        value = None
        if isinstance(last, ast.Expr):
            code = compile(ast.Expression(last.value), f"<cell {count}>", "eval")
            value = eval(code, names)  # noqa: S307 (the notebook is ours)
    outputs: list[Cell] = []
    if printed := said.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines(printed)})
    if value is not None:
        result = {"execution_count": count, "metadata": {}, "output_type": "execute_result"}
        outputs.append({"data": shown(value), **result})
    return outputs


def shown(value: object) -> dict[str, list[str]]:
    """A value in the richest form that it has of itself, by its media type."""
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_()
        return {kind: lines(text) for kind, text in bundle.items()}
    if hasattr(value, "_repr_html_"):
        return {"text/html": lines(value._repr_html_())}
    return {"text/plain": lines(repr(value))}


def lines(text: str) -> list[str]:
    """A text as a notebook's file has it."""
    return text.splitlines(keepends=True)


def without_pictures(notebook: str) -> str:
    """A notebook's file with nothing in place of each picture."""
    written = json.loads(notebook)
    for cell in written["cells"]:
        for output in cell.get("outputs", ()):
            for kind in output.get("data", ()):
                if kind.startswith("image/"):
                    output["data"][kind] = []
    return as_file(written)


def as_file(notebook: dict[str, Any]) -> str:
    """A notebook as it is written."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the notebook, or with --check only compare it, and return the exit code."""
    kept = PAGE.read_text("utf-8")
    wanted = page(kept, PAGE.parent)
    if without_pictures(wanted) == without_pictures(kept):
        return 0
    return settle(PAGE, wanted, "what its cells show", arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
