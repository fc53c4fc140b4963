"""Mistral's service, as its documentation has it."""

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
from tests.documented.schema_rules import SchemaError, check_mistral

__all__ = ["MISTRAL"]

_MISTRAL_PARAMETERS: Final = {
    *("model", "messages", "response_format", "max_tokens", "temperature", "random_seed"),
    *("top_p", "stop", "stream", "tools", "tool_choice", "prompt_mode", "prompt_cache_key"),
    *("presence_penalty", "frequency_penalty", "n", "safe_prompt", "reasoning_effort"),
}


def _mistral_error(status: int, message: Any, kind: str, code: str | None = None) -> Refusal:
    body = {"object": "error", "message": message, "type": kind, "param": None, "code": code}
    return Refusal(status, body)


def _check_mistral(body: Body) -> None:
    def refuse(message: str) -> NoReturn:
        raise _mistral_error(400, message, "invalid_request_error", "3051")

    complaints = [
        {
            "type": "extra_forbidden",
            "loc": ["body", name],
            "msg": "Extra inputs are not permitted",
            "input": body[name],
        }
        for name in sorted(set(body) - _MISTRAL_PARAMETERS)
    ]
    if complaints:
        raise _mistral_error(422, {"detail": complaints}, "invalid_request_error")
    if body["messages"][-1]["role"] not in {"user", "tool"}:
        refuse("Expected last role User or Tool (or Assistant with prefix True) for serving")
    try:
        check_mistral(strict_schema_in(body, refuse))
    except SchemaError as error:
        refuse(str(error))


def _answer_mistral(body: Body, said: Said) -> dict[str, Any]:
    prompt, cached, thoughts, text = said.tokens
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    parts = [thinking, {"type": "text", "text": said.text}] if thoughts else None
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": thoughts + text,
        "total_tokens": prompt + thoughts + text,
        "num_cached_tokens": cached,
    }
    return completion(
        body, said, id_="cmpl-e5cc70bb28c444948073e77776eb30ef", content=parts, usage=usage
    )


_MISTRAL_KEY: Final = Refusal(401, {"detail": "Unauthorized"})
MISTRAL: Final = Dialect(
    name="mistral/mistral-small-latest",
    base_path="/v1",
    check_key=bearer(_MISTRAL_KEY),
    check=_check_mistral,
    answer=_answer_mistral,
    wrong_key=_MISTRAL_KEY,
    busy=Refusal(
        429,
        _mistral_error(429, "Rate limit exceeded", "rate_limited", "1300").body,
        {"x-ratelimit-remaining-req-minute": "0", "retry-after": "3"},
    ),
    waits=3.0,
    overloaded=_mistral_error(503, "Service unavailable.", "internal_server_error", "3000"),
    no_model=_mistral_error(400, "Invalid model: mistral-none", "invalid_model", "1500"),
    bad_schema=_mistral_error(400, "Invalid JSON schema: unknown keyword", "invalid_request_error"),
)
