"""Options of a model: what is set of a request beside the question, by whoever asks."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from uhc_llm.errors import ConfigurationError
from uhc_llm.llm.transport.redaction import redact

__all__ = ["DEFAULTS", "checked_options", "options_json", "read_options"]

DEFAULTS: Final[Mapping[str, Any]] = {"max_output_tokens": 4096, "temperature": 0.0, "seed": 1}
"""What is sent where nobody says otherwise. `max_output_tokens` goes by the provider's name."""

_OURS: Final = frozenset(
    {
        "function_call",
        "functions",
        "messages",
        "model",
        "n",
        "response_format",
        "stream",
        "stream_options",
        "tool_choice",
        "tools",
    }
)
_SECRET: Final = re.compile(
    r"""
    (^ | [_-]) ( api[_-]?key | apikey | authorization | auth | bearer | cookie | credentials?
    | (extra[_-]?)? headers? | passw(or)?d | secret([_-]key)? | (access | auth)[_-]?token
    | token ) $
    """,
    re.IGNORECASE | re.VERBOSE,
)


def read_options(said: Iterable[str]) -> dict[str, Any]:
    """Options as they stand on a command line.

    Args:
        said: `NAME=VALUE` each. A value is JSON where it can be read as such, else a string;
            `none` leaves the parameter out.

    Raises:
        ConfigurationError: one has another form, or may not be set.

    >>> read_options(["temperature=1", "reasoning_effort=low", "seed=none"])
    {'temperature': 1, 'reasoning_effort': 'low', 'seed': None}
    """
    options: dict[str, Any] = {}
    for each in said:
        name, equals, value = each.partition("=")
        name = name.strip()
        if not (equals and re.fullmatch(r"[A-Za-z_][\w.-]*", name)):
            shown = redact(name)
            raise ConfigurationError(f"option {shown!r}: write NAME=VALUE, as in temperature=1")
        options[name] = _value(value.strip())
    return checked_options(options)


def checked_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The same options, if a request may hold them.

    Raises:
        ConfigurationError: one is a secret, is set by the program, or has no such value.
    """
    for name, value in options.items():
        if _SECRET.search(name) or redact(str(value)) != str(value):
            raise ConfigurationError(
                f"option {name!r} is refused: options are written into results, where no secret "
                "may stand. A key is given in the environment, such as OPENAI_API_KEY"
            )
        if name in _OURS:
            raise ConfigurationError(f"option {name!r} is refused: the program sets it itself")
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            raise ConfigurationError(f"option {name!r} has no value that is JSON") from None
    limit = options.get("max_output_tokens")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        raise ConfigurationError(
            f"option 'max_output_tokens' is a number of tokens, as in 16000, and not {limit!r}"
        )
    return dict(options)


def options_json(options: Mapping[str, Any]) -> str | None:
    """Options as one canonical line of JSON; None where there are none."""
    if not options:
        return None
    return json.dumps(options, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _value(said: str) -> Any:  # noqa: ANN401 (any JSON)
    if said.lower() == "none":
        return None
    try:
        return json.loads(said, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return said


def _no_number(name: str) -> float:
    raise ValueError(name)
