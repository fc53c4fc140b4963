"""The part of JSON Schema that hosted providers accept for structured output.

Structured output promises that the answer fits the schema, and in return takes only part of JSON
Schema: every property required, no others allowed, no defaults, no keyword beside a reference, no
`oneOf`; and of the keywords that bound a value some providers take few, and refuse the rest. What
is left out here is still checked by pydantic when the answer is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["ANTHROPIC", "GEMINI", "GRAMMAR", "OPENAI", "PLAIN", "SchemaSubset", "strict_schema"]

_STRUCTURE: Final = frozenset(
    {
        "additionalProperties",
        "anyOf",
        "description",
        "enum",
        "items",
        "properties",
        "required",
        "type",
    }
)
_REFERENCES: Final = frozenset({"$defs", "$ref"})
_BOUNDS: Final = frozenset(
    {"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"}
)
_LENGTHS: Final = frozenset({"maxItems", "minItems"})
_NAMED: Final = frozenset({"properties", "$defs"})
_LISTED: Final = frozenset({"anyOf", "prefixItems"})


@dataclass(frozen=True)
class SchemaSubset:
    """What a schema may hold.

    Attributes:
        keywords: those that are kept; any other is left out.
        formats: of strings, where `format` is kept.
        most_required_items: the highest `minItems` that is kept; None for any.
    """

    keywords: frozenset[str]
    formats: frozenset[str] = frozenset()
    most_required_items: int | None = None

    @property
    def inlines(self) -> bool:
        """Whether what a reference refers to is written in its place."""
        return "$ref" not in self.keywords


_FORMATS: Final = frozenset(
    {"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"}
)

OPENAI: Final = SchemaSubset(
    _STRUCTURE | _REFERENCES | _BOUNDS | _LENGTHS | {"const", "format", "pattern"}, _FORMATS
)
"""OpenAI's."""

GRAMMAR: Final = SchemaSubset(
    _STRUCTURE | _REFERENCES | _LENGTHS | {"const", "maximum", "minimum", "pattern"}
)
"""What llama.cpp and vLLM's xgrammar make a grammar of."""

PLAIN: Final = SchemaSubset(_STRUCTURE)
"""What all take. Azure refuses bounds, lengths, patterns and formats; some know no reference."""

ANTHROPIC: Final = SchemaSubset(
    _STRUCTURE | _REFERENCES | {"const", "format", "minItems"},
    _FORMATS | {"uri"},
    most_required_items=1,
)
"""Anthropic's; it takes patterns too, but not all that Python knows."""

GEMINI: Final = SchemaSubset(
    _STRUCTURE | _LENGTHS | {"format", "maximum", "minimum", "prefixItems"},
    frozenset({"date", "date-time", "duration", "time"}),
)
"""Gemini's, without the references that not all of its versions know."""


def strict_schema(schema: Mapping[str, Any], subset: SchemaSubset = OPENAI) -> dict[str, Any]:
    """Bring the JSON Schema of a pydantic model into strict form.

    Args:
        schema: what `model_json_schema()` returns; it is not changed. One that refers to itself
            has no form without references.
        subset: what it may hold.

    Returns:
        A schema for the same answers, in which optional fields are to be written out.
    """
    return _Strict(subset, schema.get("$defs", {})).of(schema)


class _Strict:
    def __init__(self, subset: SchemaSubset, definitions: Mapping[str, Any]) -> None:
        self._subset = subset
        self._definitions = definitions

    def of(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """One schema, which may be part of another."""
        schema = _merged(schema)
        if "$ref" in schema:
            return self._reference(schema["$ref"])
        strict = {
            keyword: self._value(keyword, value)
            for keyword, value in schema.items()
            if self._keeps(keyword, value)
        }
        if "const" in schema and "const" not in strict:
            strict["enum"] = [schema["const"]]
        if "properties" in strict:
            strict["required"] = list(strict["properties"])
            strict["additionalProperties"] = False
        return strict

    def _reference(self, reference: str) -> dict[str, Any]:
        if not self._subset.inlines:
            return {"$ref": reference}
        return self.of(self._definitions[reference.rpartition("/")[2]])

    def _keeps(self, keyword: str, value: Any) -> bool:  # noqa: ANN401 (a schema holds any JSON)
        subset = self._subset
        if keyword not in subset.keywords:
            return False
        if keyword == "format":
            return value in subset.formats
        if keyword == "minItems" and subset.most_required_items is not None:
            return bool(value <= subset.most_required_items)
        return True

    def _value(self, keyword: str, value: Any) -> Any:  # noqa: ANN401
        if keyword in _NAMED:
            return {name: self.of(part) for name, part in value.items()}
        if keyword in _LISTED:
            return [self.of(part) for part in value]
        if keyword == "items" and isinstance(value, Mapping):
            return self.of(value)
        return value


def _merged(schema: Mapping[str, Any]) -> dict[str, Any]:
    """With `oneOf` as `anyOf`, and with an `allOf` of a single part as that part."""
    merged = {("anyOf" if keyword == "oneOf" else keyword): v for keyword, v in schema.items()}
    match merged.pop("allOf", None):
        case [single]:
            return {**single, **merged}
        case _:
            return merged
