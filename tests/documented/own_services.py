"""Servers that one runs oneself, as their documentation has them: Ollama, vLLM, llama.cpp's."""

from typing import Any, Final, NoReturn

from tests.documented.dialect import (
    Body,
    Dialect,
    Headers,
    Refusal,
    Said,
    bearer,
    completion,
    openai_error,
    strict_schema_in,
)
from tests.documented.schema_rules import SchemaError, check_grammar, check_xgrammar

__all__ = ["LLAMACPP", "OLLAMA", "VLLM"]


def _ask_no_key(_: Headers, __: str) -> None:
    pass


def _check_ollama(body: Body) -> None:
    def refuse(message: str) -> NoReturn:
        raise openai_error(400, message)

    if "max_completion_tokens" in body:
        refuse("a name that Ollama passes over limits nothing")
    try:
        check_grammar(strict_schema_in(body, refuse))
    except SchemaError as error:
        refuse(f"invalid JSON schema in format: {error}")


def _answer_ollama(body: Body, said: Said) -> dict[str, Any]:
    prompt, _, thoughts, text = said.tokens
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": thoughts + text,
        "total_tokens": prompt + thoughts + text,
    }
    return completion(body, said, id_="chatcmpl-461", usage=usage, system_fingerprint="fp_ollama")


OLLAMA: Final = Dialect(
    name="ollama/qwen3:8b",
    base_path="/v1",
    check_key=_ask_no_key,
    check=_check_ollama,
    answer=_answer_ollama,
    wrong_key=None,
    busy=openai_error(429, "too many concurrent requests", kind="api_error"),
    overloaded=openai_error(
        503,
        "server busy, please try again.  maximum pending requests exceeded",
        kind="api_error",
    ),
    no_model=openai_error(
        404, 'model "none" not found, try pulling it first', kind="not_found_error"
    ),
    bad_schema=openai_error(400, "invalid JSON schema in format"),
)


def _vllm_error(status: int, message: str, kind: str) -> Refusal:
    return openai_error(status, message, code=status, kind=kind)


def _check_vllm(body: Body) -> None:
    def refuse(message: str) -> NoReturn:
        raise _vllm_error(400, message, "BadRequestError")

    try:
        check_xgrammar(strict_schema_in(body, refuse))
    except SchemaError as error:
        refuse(str(error))


_VLLM_KEY: Final = Refusal(401, {"error": "Unauthorized"})
VLLM: Final = Dialect(
    name="vllm/Qwen/Qwen3-8B",
    base_path="/v1",
    check_key=bearer(_VLLM_KEY),
    check=_check_vllm,
    answer=completion,
    wrong_key=_VLLM_KEY,
    busy=_vllm_error(429, "Too many requests", "TooManyRequestsError"),
    overloaded=_vllm_error(503, "The server is overloaded", "ServiceUnavailableError"),
    no_model=_vllm_error(404, "The model `none` does not exist.", "NotFoundError"),
    bad_schema=_vllm_error(
        400,
        "The provided JSON schema contains features not supported by xgrammar.",
        "BadRequestError",
    ),
)


def _llamacpp_error(status: int, message: str, kind: str) -> Refusal:
    return Refusal(status, {"error": {"code": status, "message": message, "type": kind}})


def _check_llamacpp(body: Body) -> None:
    def refuse(message: str) -> NoReturn:
        raise _llamacpp_error(400, message, "invalid_request_error")

    try:
        check_grammar(strict_schema_in(body, refuse))
    except SchemaError as error:
        refuse(str(error))


_LLAMACPP_KEY: Final = _llamacpp_error(401, "Invalid API Key", "authentication_error")
LLAMACPP: Final = Dialect(
    name="llamacpp/qwen2.5-coder-1.5b",
    base_path="/v1",
    check_key=bearer(_LLAMACPP_KEY),
    check=_check_llamacpp,
    answer=lambda body, said: completion(
        body, said, timings={"cache_n": said.tokens[1], "prompt_n": 1}
    ),
    wrong_key=_LLAMACPP_KEY,
    busy=_llamacpp_error(429, "Too many requests", "unavailable_error"),
    overloaded=_llamacpp_error(503, "Loading model", "unavailable_error"),
    no_model=_llamacpp_error(404, "model 'none' not found", "not_found_error"),
    bad_schema=_llamacpp_error(
        400,
        "JSON schema conversion failed: Pattern must start with '^' and end with '$'",
        "invalid_request_error",
    ),
)
