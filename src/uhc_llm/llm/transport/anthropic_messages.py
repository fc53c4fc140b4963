"""Anthropic's Messages: a chat-completions request as one of theirs, and their answer as one of it.

So what is asked, asked again, counted and looked at is the same for every provider. Structured
output is asked for by `output_config.format`, with which the answer keeps to its schema: a forced
tool, as it was done before, is refused by models that think before each answer.
"""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["completion_body", "messages_body"]

_SAID_OTHERWISE: Final = frozenset({"messages", "response_format"})
# Up to here the request is the same for all articles, and may be kept by the provider. One that
# is too short for it (1,024 to 4,096 tokens, by model) is simply not kept.
_KEPT: Final = {"type": "ephemeral"}
_FINISH: Final[Mapping[str, str]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "content_filter",
}


def messages_body(request: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a request to `/v1/messages`.

    Args:
        request: one to chat completions; its token limit is `max_tokens`.
    """
    body = {name: value for name, value in request.items() if name not in _SAID_OTHERWISE}
    messages = request["messages"]
    system = [message["content"] for message in messages if message["role"] == "system"]
    if system:
        text = "\n\n".join(system)
        body["system"] = [{"type": "text", "text": text, "cache_control": _KEPT}]
    body["messages"] = [
        {"role": message["role"], "content": message["content"]}
        for message in messages
        if message["role"] != "system"
    ]
    form = request.get("response_format", {}).get("json_schema")
    if form:
        kept_to = {"type": "json_schema", "schema": form["schema"]}
        body["output_config"] = {**body.get("output_config", {}), "format": kept_to}
    return body


def completion_body(message: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a chat completion that says what an answer of `/v1/messages` says.

    Thoughts are left out. Tokens that were read from the cache, or written to it, are counted as
    tokens of the prompt, as they are everywhere else.
    """
    texts = [part["text"] for part in message["content"] if part.get("type") == "text"]
    reason = message.get("stop_reason")
    return {
        "id": message.get("id"),
        "object": "chat.completion",
        "created": 0,
        "model": message.get("model"),
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "".join(texts)},
                "finish_reason": _FINISH.get(str(reason), "stop"),
            }
        ],
        "usage": _usage(message.get("usage") or {}),
    }


def _usage(used: Mapping[str, Any]) -> dict[str, Any]:
    cached = used.get("cache_read_input_tokens") or 0
    written = used.get("cache_creation_input_tokens") or 0
    prompt = (used.get("input_tokens") or 0) + cached + written
    answer = used.get("output_tokens") or 0
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
