"""What the services of all providers have in common: how one is described, and OpenAI's forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

__all__ = [
    "Body",
    "Dialect",
    "Headers",
    "Refusal",
    "Said",
    "bearer",
    "completion",
    "openai_error",
    "strict_schema_in",
]

Body = Mapping[str, Any]
Headers = Mapping[str, str]


class Refusal(Exception):  # noqa: N818 (it is an answer too)
    """An answer with an error status."""

    def __init__(self, status: int, body: Any, headers: Headers | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Said:
    """What the model says.

    Attributes:
        text: its answer.
        ends: "stop", "length" (cut off) or "refusal".
        tokens: of the prompt, those in the cache included; of the cache; of thoughts; of the text.
    """

    text: str
    ends: Literal["stop", "length", "refusal"] = "stop"
    tokens: tuple[int, int, int, int] = (1200, 1024, 0, 40)

    @property
    def is_whole(self) -> bool:
        return self.ends == "stop"


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One provider.

    Attributes:
        name: of a model of it.
        base_path: of its base URL.
        path: of the service, after it.
        check_key: of the headers.
        check: of a request's body.
        answer: to a request.
        schema_of: the schema that an answer is to fit.
        keeps_to_schema: it promises that answers do.
        wrong_key, busy, overloaded, no_model, bad_schema, no_money: how it refuses; None where it
            never does.
        waits: seconds that `busy` asks to wait in its headers.
    """

    name: str
    base_path: str
    path: str = "/chat/completions"
    check_key: Callable[[Headers, str], None]
    check: Callable[[Body], None]
    answer: Callable[[Body, Said], Any]
    schema_of: Callable[[Body], Any] = field(
        default=lambda body: body["response_format"]["json_schema"]["schema"]
    )
    keeps_to_schema: bool = True
    wrong_key: Refusal | None
    busy: Refusal
    waits: float = 0.0
    overloaded: Refusal
    no_model: Refusal
    bad_schema: Refusal
    no_money: Refusal | None = None


def bearer(refusal: Refusal) -> Callable[[Headers, str], None]:
    def check_key(headers: Headers, key: str) -> None:
        if headers.get("authorization") != f"Bearer {key}":
            raise refusal

    return check_key


def openai_error(
    status: int,
    message: str,
    *,
    code: str | int | None = None,
    kind: str = "invalid_request_error",
    headers: Headers | None = None,
) -> Refusal:
    error = {"message": message, "type": kind, "param": None, "code": code}
    return Refusal(status, {"error": error}, headers)


def strict_schema_in(body: Body, refuse: Callable[[str], NoReturn]) -> Any:
    """The schema of a request for strict structured output, whose wrapping is right."""
    form = body.get("response_format") or {}
    if form.get("type") != "json_schema":
        refuse(f"response_format: {form.get('type')!r} is no strict structured output")
    wanted = form["json_schema"]
    if wanted.get("strict") is not True or not wanted.get("name"):
        refuse("response_format.json_schema: name and strict are required")
    return wanted["schema"]


def completion(
    body: Body,
    said: Said,
    *,
    id_: str = "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    model: str | None = None,
    content: Any = None,
    usage: Body | None = None,
    filtered: str = "content_filter",
    **extra: Any,
) -> dict[str, Any]:
    prompt, cached, thoughts, text = said.tokens
    reason = {"stop": "stop", "length": "length", "refusal": filtered}[said.ends]
    return {
        "id": id_,
        "object": "chat.completion",
        "created": 1796000000,
        "model": model or body["model"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content or said.text},
                "finish_reason": reason,
            }
        ],
        "usage": usage
        or {
            "prompt_tokens": prompt,
            "completion_tokens": thoughts + text,
            "total_tokens": prompt + thoughts + text,
            "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": thoughts},
        },
        **extra,
    }
