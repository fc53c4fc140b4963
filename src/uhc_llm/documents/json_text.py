"""JSON that strangers wrote."""

import json
from typing import Any

from uhc_llm.errors import InputError

__all__ = ["decoded_json"]


def decoded_json(text: str, *, strict: bool = True) -> Any:  # noqa: ANN401 - whatever it holds
    """What a text of JSON says.

    Args:
        text: the whole of it, or one line.
        strict: refuse line ends and tabs within strings.

    Raises:
        InputError: it is no JSON, or holds what cannot be read; the message says at which column,
            and of several lines at which.
    """
    try:
        return json.loads(text, strict=strict)
    except json.JSONDecodeError as error:
        line, column, why = error.lineno, error.colno, error.msg
        if "\n" in text.strip():
            raise InputError(f"no JSON at line {line}, column {column}: {why}") from error
        raise InputError(f"no JSON at column {column}: {why}") from error
    except RecursionError as error:
        raise InputError("its JSON is nested deeper than any that is read here") from error
    except ValueError as error:
        raise InputError("its JSON has a number of more digits than any that is read") from error
