"""Docstrings as the reference shows them.

Examples stand in ours as at Python's prompt, with no heading of their own; and what a field of a
model is stands in its `Field(description=...)`.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any, Final

import griffe

__all__ = ["Docstrings"]

_EXAMPLE: Final = re.compile(r"^(?P<indent> *)>>> .*(?:\n(?P=indent)\S.*)*$", re.MULTILINE)
_DESCRIPTION: Final = "description"


class Docstrings(griffe.Extension):
    """Fences every example, and gives every described field its description."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:  # noqa: ANN401 - as griffe has it
        """Mend the docstring of one object."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(_fenced, obj.docstring.value)
        elif isinstance(obj, griffe.Attribute):
            said = next(_descriptions(obj), None)
            if said is not None:
                obj.docstring = griffe.Docstring(said, parent=obj, parser="google")
                obj.value = None


def _fenced(example: re.Match[str]) -> str:
    indent = example["indent"]
    return f"{indent}```pycon\n{example[0]}\n{indent}```"


def _descriptions(attribute: griffe.Attribute) -> Iterator[str]:
    """What `Field(description=...)` says, in the value or in an annotation."""
    for said in (attribute.value, attribute.annotation):
        if isinstance(said, griffe.Expr):
            for part in said.iterate(flat=False):
                yield from _in_call(part)
            yield from _in_call(said)


def _in_call(part: Any) -> Iterator[str]:  # noqa: ANN401 - text, or an expression of any sort
    for argument in getattr(part, "arguments", ()):
        if isinstance(argument, griffe.ExprKeyword) and argument.name == _DESCRIPTION:
            yield " ".join(str(ast.literal_eval(str(argument.value))).split())
