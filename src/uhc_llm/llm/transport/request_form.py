"""A request in the form that its provider takes.

instructor asks every provider for the same: OpenAI's `response_format` with the schema as pydantic
has it, `max_tokens` or `max_completion_tokens`, `temperature` and `seed`. What of it is sent, and
under which name, is said in the table of providers.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from uhc_llm.llm.transport.providers import Provider
from uhc_llm.llm.transport.strict_schema import strict_schema

__all__ = ["ROOM_TO_THINK", "Send", "as_it_is", "in_form_of"]

Send = Callable[..., Awaitable[Any]]

ROOM_TO_THINK: Final = 8192
"""Tokens for a model's thoughts, beside those of its answer."""

_LIMITS: Final = ("max_tokens", "max_completion_tokens")
_BY_SCHEMA: Final = "Answer with one JSON object, and nothing else, that fits this JSON Schema:"


def as_it_is(send: Send) -> Send:
    """`send` with the request as instructor makes it, as a server that makes grammars takes it."""
    return send


def in_form_of(provider: Provider) -> Callable[[Send], Send]:
    """Make a `send` send what the provider takes.

    Args:
        provider: a row of the table.
    """

    def shaped(send: Send) -> Send:
        async def send_shaped(**request: Any) -> Any:  # noqa: ANN401 (whatever `send` answers)
            return await send(**_shaped(request, provider))

        return send_shaped

    return shaped


def _shaped(request: Mapping[str, Any], provider: Provider) -> dict[str, Any]:
    shaped = {**request, **provider.extra}
    model = str(request["model"])
    limit = next((shaped.pop(name) for name in _LIMITS if name in shaped), None)
    if limit is not None:
        shaped[provider.limit] = limit + (ROOM_TO_THINK if provider.thinks.search(model) else 0)
    # One that somebody chose is sent, and the provider says what it thinks of it.
    if shaped.get("temperature") == 0 and not provider.tempered.search(model):
        del shaped["temperature"]
    seed = shaped.pop("seed", None)
    if seed is not None and provider.seed:
        shaped[provider.seed] = seed
    form = request["response_format"]["json_schema"]
    schema = strict_schema(form["schema"], provider.subset)
    if provider.output == "json_object":
        shaped["response_format"] = {"type": "json_object"}
        shaped["messages"] = _with_schema(request["messages"], schema)
    else:
        strict = {"name": form["name"], "strict": True, "schema": schema}
        shaped["response_format"] = {"type": "json_schema", "json_schema": strict}
    return shaped


def _with_schema(messages: list[dict[str, Any]], schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages, with the schema at the end of the first one that is the system's.

    There it is part of what all requests begin with, which a provider keeps in its cache.
    """
    wanted = f"{_BY_SCHEMA}\n{json.dumps(schema, ensure_ascii=False)}"
    first, *others = messages
    if first["role"] != "system":
        return [{"role": "system", "content": wanted}, *messages]
    return [{**first, "content": f"{first['content']}\n\n{wanted}"}, *others]
