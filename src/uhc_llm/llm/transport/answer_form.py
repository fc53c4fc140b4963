"""What providers answer, brought into the form that OpenAI documents.

They speak its protocol, each with an accent: where the tokens of the cache are told, how an error
is wrapped, what a wrong key or a schema that is not taken is called. What follows (counting,
deciding whether to try again) then needs to know one form alone.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["mend_refusal", "usual_answer"]

_MEANINGS: Final = (  # the words of a provider; OpenAI's code for the same
    (re.compile(r"credit balance is too low|insufficient balance", re.I), "insufficient_quota"),
    (re.compile(r"\bAPI[ _]key\b.*\b(not valid|invalid|expired)\b", re.I), "invalid_api_key"),
    (
        re.compile(
            r"DeploymentNotFound|invalid[ _]model\b|model not exist|not a valid model id", re.I
        ),
        "model_not_found",
    ),
    (re.compile(r"\binput token count\b.*\bexceeds\b", re.I), "context_length_exceeded"),
    (
        re.compile(
            r"output_config\.format|response_?(json_?)?schema|too many states for serving", re.I
        ),
        "invalid_json_schema",
    ),
)


def usual_answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A completion in the usual form.

    Args:
        answer: the decoded body; what is no completion comes back as it is.
    """
    usual = dict(answer)
    if isinstance(choices := answer.get("choices"), list):
        usual["choices"] = [_with_one_text(choice) for choice in choices]
    if isinstance(usage := answer.get("usage"), Mapping):
        usual["usage"] = _usual_usage(usage)
    return usual


def mend_refusal(exc: Any) -> None:  # noqa: ANN401 (an exception of any SDK)
    """Bring the body of an SDK's exception into the usual form, keeping all that it says.

    Args:
        exc: has a `body`, as the SDKs' exceptions for an error status do.
    """
    body = exc.body[0] if isinstance(exc.body, list) and exc.body else exc.body
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return
    mended = dict(error)
    message = error.get("message")
    if isinstance(message, Mapping):
        mended["message"] = message.get("detail", message)
    words = " ".join(str(mended.get(name, "")) for name in ("code", "type", "message"))
    code = next((code for meaning, code in _MEANINGS if meaning.search(words)), None)
    if code:
        mended["code"] = code
    exc.body = mended


def _with_one_text(choice: Any) -> Any:  # noqa: ANN401 (whatever stands there)
    """With the answer as one text: Mistral has it in parts, and its thoughts among them."""
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if not isinstance(message, Mapping) or not isinstance(parts := message.get("content"), list):
        return choice
    texts = (part.get("text") for part in parts if isinstance(part, Mapping))
    text = "".join(text for text in texts if isinstance(text, str))
    return {**choice, "message": {**message, "content": text}}


def _usual_usage(usage: Mapping[str, Any]) -> dict[str, Any]:
    usual = dict(usage)
    details = usage.get("prompt_tokens_details") or {}
    cached = usage.get("prompt_cache_hit_tokens", usage.get("num_cached_tokens"))
    if cached is not None and isinstance(details, Mapping):  # DeepSeek; Mistral
        usual["prompt_tokens_details"] = {"cached_tokens": cached, **details}
    counts = [usage.get(name) for name in ("total_tokens", "prompt_tokens", "completion_tokens")]
    match counts:
        case [int(total), int(prompt), int(answer)] if total - prompt > answer:
            # Gemini's thoughts, which are paid for, are in the total alone.
            usual["completion_tokens"] = total - prompt
    return usual
