"""Chat completions as servers in the field send them, brought into the form that OpenAI documents.

An answer may come as a stream that nobody asked for, in parts, as the call of a tool, among the
thoughts of the model, or be an error in the clothes of an answer.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from uhc_llm.llm.transport.answer_text import is_object, take_json
from uhc_llm.llm.transport.failures import ErrorToldError

__all__ = ["completion_in", "settle_content", "thoughts_of", "was_cut", "why_no_answer", "written"]

_DATA: Final = "data:"
_END: Final = "[DONE]"
_CUT: Final = frozenset({"length", "max_tokens", "MAX_TOKENS"})
_THOUGHTS: Final = ("reasoning_content", "reasoning")
_STATUSES: Final[Mapping[str, int]] = {
    "authentication_error": 401,
    "content_filter": 400,
    "context_length_exceeded": 400,
    "insufficient_quota": 429,
    "invalid_api_key": 401,
    "invalid_request_error": 400,
    "model_not_found": 404,
    "overloaded_error": 529,
    "permission_error": 403,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "server_error": 500,
    "timeout": 504,
}
"""What the words for an error mean, where no number stands with them."""


# --- the body ------------------------------------------------------------------------------------


def completion_in(raw: str | bytes) -> dict[str, Any] | None:
    """The completion in a body that the SDK did not read; None where there is none.

    Args:
        raw: JSON in whatever encoding, or server-sent events.
    """
    if isinstance(raw, bytes):
        raw = _decoded(raw)
    text = raw.strip().lstrip("\ufeff")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return _streamed(text)
    return body if isinstance(body, dict) else None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _streamed(text: str) -> dict[str, Any] | None:
    """The completion that the chunks of a stream make together."""
    chunks = list(_chunks(text))
    if not chunks:
        return None
    texts: dict[str, list[str]] = {}
    calls: dict[int, dict[str, list[str]]] = {}
    whole: dict[str, Any] = {}
    finish_reason = None
    for chunk in chunks:
        whole |= {name: said for name, said in chunk.items() if said and name != "choices"}
        choice: dict[str, Any] = next(iter(chunk.get("choices") or ()), {})
        delta = choice.get("delta") or choice.get("message") or {}
        for name in ("content", "refusal", *_THOUGHTS):
            if isinstance(delta.get(name), str):
                texts.setdefault(name, []).append(delta[name])
        for call in delta.get("tool_calls") or ():
            function = call.get("function") or {}
            called = calls.setdefault(call.get("index", 0), {"name": [], "arguments": []})
            for name, parts in called.items():
                parts.append(function.get(name) or "")
        finish_reason = choice.get("finish_reason") or finish_reason
    if "error" in whole:
        return whole
    message: dict[str, Any] = {"role": "assistant", "content": None, **_whole(texts)}
    if calls:
        message["tool_calls"] = [
            {"id": f"call_{index}", "type": "function", "function": _whole(called)}
            for index, called in calls.items()
        ]
    whole_choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    return {**whole, "object": "chat.completion", "choices": [whole_choice]}


def _whole(parts: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: "".join(each) for name, each in parts.items()}


def _chunks(text: str) -> Iterator[dict[str, Any]]:
    for line in text.split("\n"):
        name, _, data = line.partition(":")
        if f"{name}:" != _DATA or data.strip() == _END:
            continue
        try:
            chunk = json.loads(data)
        except (ValueError, RecursionError):
            continue
        if isinstance(chunk, dict):
            yield chunk


# --- errors --------------------------------------------------------------------------------------


def why_no_answer(response: Any) -> ErrorToldError | None:  # noqa: ANN401 (any SDK's own type)
    """The error that came in the place of an answer, or inside one; None where none is told.

    One that says nothing of its kind is none here.
    """
    choices = getattr(response, "choices", None)
    status: int | None = None
    if not (choices and isinstance(choices, list)):
        error = getattr(response, "error", None)
    else:
        error = getattr(choices[0], "error", None)
        failed = getattr(choices[0], "finish_reason", None) == "error"
        status = HTTPStatus.BAD_GATEWAY if error or failed else None
        if failed and not error:
            error = "the model's server failed while it answered"
    status = _status_of(error) or status
    return ErrorToldError(status, error) if error and status else None


def _status_of(error: object) -> int | None:
    if not isinstance(error, Mapping):
        return None
    for name in ("code", "status", "type"):
        said = error.get(name)
        try:
            status = int(str(said))
        except ValueError:
            status = _STATUSES.get(str(said).lower(), 0)
        if HTTPStatus.BAD_REQUEST <= status < 600:  # noqa: PLR2004 (the last of them is 599)
            return status
    return None


# --- the message ---------------------------------------------------------------------------------


def settle_content(
    response: Any,  # noqa: ANN401
    fits: Callable[[str], bool],
    *,
    make: Callable[[Mapping[str, Any]], Any],
    tool: str | None = None,
) -> None:
    """Put the JSON of an answer where it is looked for, wherever the server has put it.

    Args:
        response: the completion; its first message is changed.
        fits: whether JSON has the form that was asked for.
        make: makes a completion of JSON.
        tool: the tool whose call is the answer; None where the answer is the content.
    """
    message = response.choices[0].message
    message.content = _joined(message.content)
    called = _arguments(message)
    places = (message.content, called) if tool is None else (called, message.content)
    text = take_json(next((said for said in places if said and said.strip()), ""), fits)
    if not text:
        # Some servers sort all that a model says into its thoughts. Drafts are among them, too:
        # only what has the form is the answer.
        thought = take_json(thoughts_of(message), fits)
        text = thought if fits(thought) else text
    if tool is None:
        message.content = text
        message.tool_calls = message.function_call = None
    elif text != called and is_object(text):
        message.tool_calls = _call(make, tool, text)


def thoughts_of(message: object) -> str:
    """What a model has thought, where the server tells that apart."""
    said = (getattr(message, name, None) for name in _THOUGHTS)
    return next((thoughts for thoughts in said if isinstance(thoughts, str) and thoughts), "")


def written(response: object) -> str:
    """All that a model wrote: its answer, the call of a tool, its thoughts."""
    choices = getattr(response, "choices", None)
    message = getattr(choices[0], "message", None) if choices else None
    if message is None:
        return ""
    content = _joined(getattr(message, "content", None)) or ""
    return content + (_arguments(message) or "") + thoughts_of(message)


def was_cut(choice: Any) -> bool:  # noqa: ANN401
    """Whether an answer stopped at the limit of tokens."""
    return choice.finish_reason in _CUT


def _joined(content: object) -> str | None:
    """The text of a message whose content may be a list of parts."""
    if not isinstance(content, list):
        return content if isinstance(content, str) else None
    return "".join(
        part if isinstance(part, str) else str(part.get("text") or "")
        for part in content
        if isinstance(part, str | Mapping)
    )


def _arguments(message: Any) -> str | None:  # noqa: ANN401
    """What a tool, or a function, was called with."""
    calls = getattr(message, "tool_calls", None)
    function = getattr(calls[0], "function", None) if calls else None
    function = function or getattr(message, "function_call", None)
    said = getattr(function, "arguments", None)
    return said if isinstance(said, str) else json.dumps(said) if said else None


def _call(make: Callable[[Mapping[str, Any]], Any], tool: str, arguments: str) -> Any:  # noqa: ANN401
    call = {
        "id": "call_0",
        "type": "function",
        "function": {"name": tool, "arguments": arguments},
    }
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return make({"choices": [{"index": 0, "message": message}]}).choices[0].message.tool_calls
