"""Anthropic's Messages, as its documentation has them."""

import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

from tests.documented.dialect import Body, Dialect, Headers, Refusal, Said
from tests.documented.schema_rules import SchemaError, check_anthropic

__all__ = ["ANTHROPIC"]

_NEW: Final = re.compile(r"(haiku|opus|sonnet)-[5-9]|opus-4-[78]")
_ANTHROPIC_PARAMETERS: Final = {
    *("model", "messages", "system", "max_tokens", "temperature", "output_config", "thinking"),
    *("tools", "tool_choice", "stop_sequences", "stream", "top_p", "top_k", "metadata"),
    "cache_control",
}


def _anthropic_error(
    status: int, message: str, kind: str = "invalid_request_error", headers: Headers | None = None
) -> Refusal:
    error = {"type": kind, "message": message}
    body = {"type": "error", "error": error, "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy"}
    return Refusal(status, body, headers)


def _check_anthropic(body: Body) -> None:
    def refuse(message: str) -> NoReturn:
        raise _anthropic_error(400, message)

    if unknown := set(body) - _ANTHROPIC_PARAMETERS:
        refuse(f"{min(unknown)}: Extra inputs are not permitted")
    if "max_tokens" not in body:
        refuse("max_tokens: Field required")
    is_new = _NEW.search(body["model"])
    if is_new and "temperature" in body:
        refuse("`temperature` is deprecated for this model.")
    if is_new and body.get("tool_choice", {}).get("type") in {"tool", "any"}:
        refuse("Thinking may not be enabled when tool_choice forces tool use.")
    for message in body["messages"]:
        if message["role"] not in {"user", "assistant"} or not message["content"]:
            refuse(f"messages: role {message['role']!r}, or text content blocks must be non-empty")
    if body["messages"][-1]["role"] != "user":
        refuse("This model does not support assistant message prefill.")
    _check_format(body, refuse)


def _check_format(body: Body, refuse: Callable[[str], NoReturn]) -> None:
    form = body.get("output_config", {}).get("format") or {}
    if form.get("type") != "json_schema" or set(form) != {"type", "schema"}:
        refuse("output_config.format: a JSON Schema is expected")
    try:
        check_anthropic(form["schema"])
    except SchemaError as error:
        refuse(f"output_config.format.schema: {error}")


def _answer_anthropic(body: Body, said: Said) -> dict[str, Any]:
    prompt, cached, thoughts, text = said.tokens
    reason = {"stop": "end_turn", "length": "max_tokens", "refusal": "refusal"}[said.ends]
    thinking = {"type": "thinking", "thinking": "", "signature": "EqQBCgIYAhIM"}
    is_marked = any("cache_control" in block for block in body.get("system", ()))
    return {
        "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF",
        "type": "message",
        "role": "assistant",
        "model": f"{body['model']}-20261001",
        "content": [*([thinking] if thoughts else []), {"type": "text", "text": said.text}],
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": {
            "input_tokens": prompt - cached if is_marked else prompt,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": cached if is_marked else 0,
            "output_tokens": thoughts + text,
            "service_tier": "standard",
        },
    }


_ANTHROPIC_KEY: Final = _anthropic_error(401, "invalid x-api-key", "authentication_error")


def _check_anthropic_key(headers: Headers, key: str) -> None:
    # The API's reference has x-api-key; its own SDK, from 2.0 on, sends the key as a bearer's.
    if headers.get("x-api-key") != key and headers.get("authorization") != f"Bearer {key}":
        raise _ANTHROPIC_KEY
    if not headers.get("anthropic-version"):
        raise _anthropic_error(400, "anthropic-version: header is required")


ANTHROPIC: Final = Dialect(
    name="anthropic/claude-haiku-4-5",
    base_path="",
    path="/v1/messages",
    check_key=_check_anthropic_key,
    check=_check_anthropic,
    answer=_answer_anthropic,
    schema_of=lambda body: body["output_config"]["format"]["schema"],
    wrong_key=_ANTHROPIC_KEY,
    busy=_anthropic_error(
        429,
        "This request would exceed your organization's rate limit of 50,000 input tokens per "
        "minute.",
        "rate_limit_error",
        {"retry-after": "12", "anthropic-ratelimit-input-tokens-remaining": "0"},
    ),
    waits=12.0,
    overloaded=_anthropic_error(529, "Overloaded", "overloaded_error"),
    no_model=_anthropic_error(404, "model: claude-none", "not_found_error"),
    bad_schema=_anthropic_error(
        400,
        "output_config.format.schema: For 'integer' type, property 'minimum' is not supported",
    ),
    no_money=_anthropic_error(
        400,
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing "
        "to upgrade or purchase credits.",
    ),
)
