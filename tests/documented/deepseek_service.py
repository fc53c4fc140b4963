"""DeepSeek's service, as its documentation has it."""

import json
from typing import Any, Final, NoReturn

from tests.documented.dialect import Body, Dialect, Said, bearer, completion, openai_error

__all__ = ["DEEPSEEK"]


def _check_deepseek(body: Body) -> None:
    def refuse(message: str) -> NoReturn:
        raise openai_error(400, message, code="invalid_request_error")

    form = body.get("response_format", {}).get("type", "text")
    if form not in {"text", "json_object"}:
        refuse("This response_format type is unavailable now")
    prompt = json.dumps(body["messages"])
    if form == "json_object" and "json" not in prompt.lower():
        refuse(
            "Prompt must contain the word 'json' in some form to use 'response_format' of type "
            "'json_object'."
        )
    if body.get("max_tokens", 1) < 1:
        refuse("Invalid max_tokens value, the valid range of max_tokens is [1, 393216]")
    if body.get("thinking", {}).get("type") not in {"enabled", "disabled"}:
        refuse("thinking: unknown type")


def _answer_deepseek(body: Body, said: Said) -> dict[str, Any]:
    prompt, cached, thoughts, text = said.tokens
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": thoughts + text,
        "total_tokens": prompt + thoughts + text,
        "prompt_cache_hit_tokens": cached,
        "prompt_cache_miss_tokens": prompt - cached,
    }
    return completion(body, said, id_="930c60df-bf64-41c9-a88e-3ec75f81e00e", usage=usage)


_DEEPSEEK_KEY: Final = openai_error(
    401,
    "Authentication Fails, Your api key: ****rong is invalid",
    code="invalid_request_error",
    kind="authentication_error",
)
DEEPSEEK: Final = Dialect(
    name="deepseek/deepseek-flash",
    base_path="",
    check_key=bearer(_DEEPSEEK_KEY),
    check=_check_deepseek,
    answer=_answer_deepseek,
    schema_of=lambda body: json.loads(body["messages"][0]["content"].rpartition("\n")[2]),
    keeps_to_schema=False,
    wrong_key=_DEEPSEEK_KEY,
    busy=openai_error(429, "Rate limit reached", code="rate_limit_reached_error"),
    overloaded=openai_error(
        503, "Service is too busy. Please try again later.", kind="service_unavailable_error"
    ),
    no_model=openai_error(400, "Model Not Exist", code="invalid_request_error"),
    bad_schema=openai_error(
        400, "This response_format type is unavailable now", code="invalid_request_error"
    ),
    no_money=openai_error(
        402, "Insufficient Balance", code="invalid_request_error", kind="unknown_error"
    ),
)
