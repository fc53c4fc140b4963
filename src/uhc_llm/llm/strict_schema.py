"""The form of a JSON Schema that hosted providers accept for strict structured output.

Strict output promises that the answer fits the schema, and in return takes only part of JSON
Schema: every property required, no others allowed, no defaults, no keyword beside a reference, no
`oneOf`. What is left out here is still checked by pydantic when the answer is read.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

__all__ = ["strict_schema", "strictly"]

_LEFT_OUT: Final = frozenset(
    {
        "default",
        "discriminator",
        "examples",
        "maxLength",
        "minLength",
        "title",  # pydantic's titles repeat the names; every request would pay for them
        "uniqueItems",
    }
)
_NAMED: Final = frozenset({"properties", "$defs"})
_LISTED: Final = frozenset({"anyOf", "allOf", "prefixItems"})
_SINGLE: Final = frozenset({"items"})


def strict_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the JSON Schema of a pydantic model into strict form.

    Args:
        schema: what `model_json_schema()` returns; it is not changed.

    Returns:
        A schema for the same answers, in which optional fields are to be written out.
    """
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    strict: dict[str, Any] = {}
    for keyword, value in schema.items():
        name = "anyOf" if keyword == "oneOf" else keyword
        if name not in _LEFT_OUT:
            strict[name] = _strict_value(name, value)
    if "properties" in strict:
        strict["required"] = list(strict["properties"])
        strict["additionalProperties"] = False
    return strict


def _strict_value(keyword: str, value: Any) -> Any:  # noqa: ANN401 (a schema holds any JSON)
    if keyword in _NAMED:
        return {name: strict_schema(part) for name, part in value.items()}
    if keyword in _LISTED:
        return [strict_schema(part) for part in value]
    if keyword in _SINGLE and isinstance(value, Mapping):
        return strict_schema(value)
    return value


def strictly(send: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Make `send` ask for what the provider promises to keep to.

    instructor's own `json_schema` lacks `strict`, and leaves it to the provider's best effort.
    """

    async def send_strictly(**request: Any) -> Any:  # noqa: ANN401 (whatever `send` answers)
        form = request["response_format"]["json_schema"]
        strict = {"name": form["name"], "strict": True, "schema": strict_schema(form["schema"])}
        request["response_format"] = {"type": "json_schema", "json_schema": strict}
        return await send(**request)

    return send_strictly
