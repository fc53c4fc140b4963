"""How many tokens an answer took, as the server counts them, or at a guess where it does not."""

from collections.abc import Mapping
from typing import Any, Final

from uhc_llm.llm.transport.completions import written
from uhc_llm.schemas import Usage

__all__ = ["counted"]

_CHARACTERS_A_TOKEN: Final = 3


def counted(response: object, request: Mapping[str, Any]) -> Usage:
    """Tokens of an answer, and of the question to it.

    Args:
        response: of any SDK.
        request: the question; by its length, and by that of the answer, tokens are estimated where
            the server counts none.
    """
    used = getattr(response, "usage", None)
    details = getattr(used, "prompt_tokens_details", None)
    usage = Usage(
        input_tokens=_first(used, "prompt_tokens", "input_tokens"),
        output_tokens=_first(used, "completion_tokens", "output_tokens"),
        cached_tokens=_first(details, "cached_tokens") or _first(used, "cache_read_input_tokens"),
    )
    if usage.input_tokens or usage.output_tokens:
        return usage
    form = request.get("tools") or request.get("response_format") or ""
    asked = sum(len(str(message.get("content"))) for message in request.get("messages", ()))
    return Usage(
        input_tokens=_tokens(asked + len(str(form))),
        output_tokens=_tokens(len(written(response))),
        estimated=True,
    )


def _tokens(characters: int) -> int:
    """So many characters may be so many tokens, rather too many."""
    return -(-characters // _CHARACTERS_A_TOKEN)


def _first(holder: object, *names: str) -> int:
    for name in names:
        try:
            return max(0, int(float(getattr(holder, name))))
        except (AttributeError, TypeError, ValueError, OverflowError):
            continue
    return 0
