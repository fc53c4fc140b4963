"""The bodies that OpenAI documents: a completion, and an error."""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["MODEL", "completion", "error"]

MODEL: Final = "gpt-4.1-mini-2025-04-14"


def completion(
    content: str | None,
    *,
    model: str = MODEL,
    finish_reason: str = "stop",
    refusal: str | None = None,
    tokens: tuple[int, int, int] = (100, 20, 0),
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A completion; `tokens` are those of the prompt, of the answer, and of the prompt's cache."""
    prompt, answer, cached = tokens
    message = {"role": "assistant", "content": content, "refusal": refusal, **(extra or {})}
    return {
        "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
        "object": "chat.completion",
        "created": 1741569952,
        "model": model,
        "choices": [
            {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": answer,
            "total_tokens": prompt + answer,
            "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        },
        "system_fingerprint": "fp_6f2eabb9a5",
    }


def error(
    message: str = "The server had an error while processing your request",
    *,
    code: str | int | None = None,
    kind: str = "invalid_request_error",
    param: str | None = None,
) -> dict[str, Any]:
    """An error."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
