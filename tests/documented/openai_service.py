"""OpenAI, and Azure OpenAI, as their documentation has them."""

from collections.abc import Callable
from typing import Any, Final, NoReturn

from tests.documented.dialect import (
    Body,
    Dialect,
    Headers,
    Refusal,
    bearer,
    completion,
    openai_error,
    strict_schema_in,
)
from tests.documented.schema_rules import SchemaError, check_azure, check_openai

__all__ = ["AZURE", "OPENAI"]

_OPENAI_PARAMETERS: Final = {
    *("model", "messages", "response_format", "max_completion_tokens", "max_tokens"),
    *("temperature", "seed", "prompt_cache_key", "reasoning_effort"),
}


def _check_openai(body: Body, check_schema: Callable[[Any], None]) -> None:
    def refuse(message: str, code: str | None = None) -> NoReturn:
        raise openai_error(400, message, code=code)

    if unknown := set(body) - _OPENAI_PARAMETERS:
        refuse(f"Unrecognized request argument supplied: {min(unknown)}")
    thinks = body["model"].startswith(("o3", "gpt-5"))
    if thinks and "max_tokens" in body:
        refuse(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' instead.",
            "unsupported_parameter",
        )
    if thinks and body.get("temperature", 1) != 1:
        refuse(
            "Unsupported value: 'temperature' does not support 0.0 with this model. Only the "
            "default (1) value is supported.",
            "unsupported_value",
        )
    try:
        check_schema(strict_schema_in(body, refuse))
    except SchemaError as error:
        refuse(f"Invalid schema for response_format 'Form': {error}")


_OPENAI_KEY: Final = openai_error(
    401,
    "Incorrect API key provided: sk-wrong*****. You can find your API key at "
    "https://platform.openai.com/account/api-keys.",
    code="invalid_api_key",
)
OPENAI: Final = Dialect(
    name="openai/gpt-4.1-mini",
    base_path="/v1",
    check_key=bearer(_OPENAI_KEY),
    check=lambda body: _check_openai(body, check_openai),
    answer=lambda body, said: completion(body, said, model="gpt-4.1-mini-2025-04-14"),
    wrong_key=_OPENAI_KEY,
    busy=openai_error(
        429,
        "Rate limit reached for gpt-4.1-mini in organization org-x on requests per min (RPM): "
        "Limit 500, Used 500. Please try again in 9s.",
        code="rate_limit_exceeded",
        kind="requests",
        headers={"x-ratelimit-remaining-requests": "0", "retry-after": "9"},
    ),
    waits=9.0,
    overloaded=openai_error(
        503, "The engine is currently overloaded, please try again later", kind="server_error"
    ),
    no_model=openai_error(
        404,
        "The model `gpt-none` does not exist or you do not have access to it.",
        code="model_not_found",
    ),
    bad_schema=openai_error(
        400,
        "Invalid schema for response_format 'Form': In context=('properties', 'a'), 'default' is "
        "not permitted.",
    ),
    no_money=openai_error(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        code="insufficient_quota",
        kind="insufficient_quota",
    ),
)

_AZURE_KEY: Final = Refusal(
    401,
    {
        "error": {
            "code": "401",
            "message": "Access denied due to invalid subscription key or wrong API endpoint. Make "
            "sure to provide a valid key for an active subscription.",
        }
    },
)


def _check_azure_key(headers: Headers, key: str) -> None:
    if headers.get("api-key") != key and headers.get("authorization") != f"Bearer {key}":
        raise _AZURE_KEY


AZURE: Final = Dialect(
    name="azure/uhc-gpt-41-mini",
    base_path="/openai/v1",
    check_key=_check_azure_key,
    check=lambda body: _check_openai(body, check_azure),
    answer=lambda body, said: completion(
        body,
        said,
        model="gpt-4.1-mini-2025-04-14",
        prompt_filter_results=[{"prompt_index": 0, "content_filter_results": {}}],
    ),
    wrong_key=_AZURE_KEY,
    busy=Refusal(
        429,
        {
            "error": {
                "code": "429",
                "message": "Requests to the ChatCompletions_Create Operation under Azure OpenAI "
                "API have exceeded token rate limit of your current OpenAI S0 pricing tier. Please "
                "retry after 26 seconds.",
            }
        },
        {"retry-after": "26", "retry-after-ms": "26000", "x-ratelimit-remaining-tokens": "0"},
    ),
    waits=26.0,
    overloaded=Refusal(
        503, {"error": {"code": "ServiceUnavailable", "message": "The service is overloaded."}}
    ),
    no_model=Refusal(
        404,
        {
            "error": {
                "code": "DeploymentNotFound",
                "message": "The API deployment for this resource does not exist. If you created "
                "the deployment within the last 5 minutes, please wait a moment and try again.",
            }
        },
    ),
    bad_schema=openai_error(
        400,
        "Invalid schema for response_format 'Form': In context=('properties', 'a'), 'pattern' is "
        "not permitted.",
    ),
)
