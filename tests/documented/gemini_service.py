"""Gemini's endpoint for OpenAI's libraries, as its documentation has it."""

from typing import Any, Final, NoReturn

from tests.documented.dialect import (
    Body,
    Dialect,
    Refusal,
    Said,
    bearer,
    completion,
    strict_schema_in,
)
from tests.documented.schema_rules import SchemaError, check_gemini

__all__ = ["GEMINI"]

_GEMINI_PARAMETERS: Final = {
    *("model", "messages", "response_format", "max_completion_tokens", "max_tokens"),
    *("temperature", "top_p", "n", "stop", "stream", "tools", "tool_choice", "reasoning_effort"),
}


def _google_error(status: int, message: str, word: str, *details: Body) -> Refusal:
    error = {"code": status, "message": message, "status": word, "details": list(details)}
    return Refusal(status, [{"error": error}])


def _check_gemini(body: Body) -> None:
    def refuse(message: str) -> NoReturn:
        raise _google_error(400, message, "INVALID_ARGUMENT")

    if unknown := set(body) - _GEMINI_PARAMETERS:
        refuse(f'Invalid JSON payload received. Unknown name "{min(unknown)}": Cannot find field.')
    try:
        check_gemini(strict_schema_in(body, refuse))
    except SchemaError as error:
        refuse(str(error))


def _answer_gemini(body: Body, said: Said) -> dict[str, Any]:
    prompt, cached, thoughts, text = said.tokens
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": text,
        "total_tokens": prompt + thoughts + text,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
    return completion(body, said, id_="S5ZxaPzNMJqu1MkP", usage=usage)


_GEMINI_KEY: Final = _google_error(
    400,
    "API key not valid. Please pass a valid API key.",
    "INVALID_ARGUMENT",
    {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
    },
)
GEMINI: Final = Dialect(
    name="gemini/gemini-3.7-flash",
    base_path="/v1beta/openai",
    check_key=bearer(_GEMINI_KEY),
    check=_check_gemini,
    answer=_answer_gemini,
    wrong_key=_GEMINI_KEY,
    busy=_google_error(
        429,
        "Resource has been exhausted (e.g. check quota).",
        "RESOURCE_EXHAUSTED",
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"},
    ),
    overloaded=_google_error(
        503, "The model is overloaded. Please try again later.", "UNAVAILABLE"
    ),
    no_model=_google_error(
        404,
        "models/gemini-none is not found for API version v1main, or is not supported for "
        "generateContent.",
        "NOT_FOUND",
    ),
    bad_schema=_google_error(
        400,
        "The specified schema produces a constraint that has too many states for serving.",
        "INVALID_ARGUMENT",
    ),
)
