"""OpenRouter's service, as its documentation has it."""

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from tests.documented.dialect import (
    Body,
    Dialect,
    Headers,
    Refusal,
    bearer,
    completion,
    strict_schema_in,
)
from tests.documented.schema_rules import SchemaError, check_openai

__all__ = ["OPENROUTER"]

# Of models: what all hosts of theirs take, beside the messages.
_OPENROUTER_PARAMETERS: Final[Mapping[str, set[str]]] = {
    "qwen/qwen3-32b": {"max_tokens", "temperature", "response_format", "structured_outputs"},
    "openai/gpt-5-mini": {"max_tokens", "response_format", "structured_outputs", "seed"},
    "anthropic/claude-opus-4.8": {"max_tokens", "response_format", "structured_outputs"},
}


def _openrouter_error(
    status: int, message: str, *, headers: Headers | None = None, **metadata: Any
) -> Refusal:
    error: dict[str, Any] = {"message": message, "code": status}
    if metadata:
        error["metadata"] = metadata
    return Refusal(status, {"error": error, "user_id": "user_x"}, headers)


def _check_openrouter(body: Body) -> None:
    def refuse(message: str) -> NoReturn:
        raise _openrouter_error(400, message)

    taken = _OPENROUTER_PARAMETERS.get(body["model"])
    if taken is None:
        refuse(f"{body['model']} is not a valid model ID")
    named = set(body) - {"model", "messages", "provider"}
    if body.get("provider", {}).get("require_parameters") and named - taken:
        raise _openrouter_error(404, "No endpoints found that can handle the requested parameters.")
    try:
        check_openai(strict_schema_in(body, refuse))
    except SchemaError as error:
        raise _openrouter_error(
            400, "Provider returned error", provider_name="Somebody", raw=str(error)
        ) from None


_OPENROUTER_KEY: Final = _openrouter_error(401, "No auth credentials found")
OPENROUTER: Final = Dialect(
    name="openrouter/qwen/qwen3-32b",
    base_path="/api/v1",
    check_key=bearer(_OPENROUTER_KEY),
    check=_check_openrouter,
    answer=lambda body, said: completion(
        body, said, id_="gen-1796000000-MbRfxMnJNUgPSHAZIqLq", provider="Somebody"
    ),
    wrong_key=_OPENROUTER_KEY,
    busy=_openrouter_error(
        429, "Rate limit exceeded: free-models-per-min.", headers={"Retry-After": "17"}
    ),
    waits=17.0,
    overloaded=_openrouter_error(
        502, "Provider returned error", provider_name="Somebody", raw="upstream is overloaded"
    ),
    no_model=_openrouter_error(400, "qwen/none is not a valid model ID"),
    bad_schema=_openrouter_error(
        400, "Invalid schema for response_format 'Form'", provider_name="Somebody"
    ),
    no_money=_openrouter_error(
        402, "This request requires more credits, or fewer max_tokens. Insufficient balance."
    ),
)
