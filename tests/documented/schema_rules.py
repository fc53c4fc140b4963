"""What each provider's documentation says that a JSON Schema for structured output may hold.

Written from the documentation alone: nothing here is shared with what is tested.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

__all__ = [
    "SchemaError",
    "check_anthropic",
    "check_azure",
    "check_gemini",
    "check_grammar",
    "check_mistral",
    "check_openai",
    "check_xgrammar",
]

Schema = Mapping[str, Any]


class SchemaError(Exception):
    """A schema that the provider refuses, with its words."""


class _Part(NamedTuple):
    """A schema within a schema; `depth` counts the objects around it and itself."""

    path: str
    schema: Schema
    depth: int
    within: tuple[str, ...]


def _parts(root: Schema) -> Iterator[_Part]:
    """All schemas in a schema, references followed."""
    definitions = root.get("$defs", {})

    def walk(part: _Part) -> Iterator[_Part]:
        yield part
        schema = part.schema
        if reference := schema.get("$ref"):
            name = str(reference).removeprefix("#/$defs/")
            if name in part.within:
                raise SchemaError(f"{part.path}: recursive schemas are not supported")
            if name not in definitions:
                raise SchemaError(f"{part.path}: cannot resolve {reference}")
            yield from walk(_Part(reference, definitions[name], part.depth, (*part.within, name)))
        depth = part.depth + ("properties" in schema)
        for name, inner in schema.get("properties", {}).items():
            yield from walk(_Part(f"{part.path}.{name}", inner, depth, part.within))
        for index, inner in enumerate(schema.get("anyOf", ())):
            yield from walk(_Part(f"{part.path}.anyOf[{index}]", inner, part.depth, part.within))
        if isinstance(schema.get("items"), Mapping):
            yield from walk(_Part(f"{part.path}.items", schema["items"], part.depth, part.within))

    yield from walk(_Part("$", root, 0, ()))


def _types(schema: Schema) -> set[str]:
    named = schema.get("type", [])
    return {named} if isinstance(named, str) else set(named)


def _is_closed(schema: Schema) -> bool:
    return schema.get("additionalProperties") is False


# OpenAI: https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas

_OPENAI_KEYWORDS: Final = {
    *("$defs", "$ref", "additionalProperties", "anyOf", "const", "description", "enum"),
    *("exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maximum", "minItems"),
    *("minimum", "multipleOf", "pattern", "properties", "required", "title", "type"),
}
_OPENAI_FORMATS: Final = {
    *("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"),
}


def check_openai(schema: Schema, *, depth: int = 10, properties: int = 5000) -> None:
    """Hold a schema against OpenAI's strict subset."""
    if schema.get("type") != "object" or "anyOf" in schema:
        raise SchemaError("schema must be a JSON Schema of 'type: \"object\"'")
    names: list[str] = list(schema.get("$defs", {}))
    values: list[object] = []
    for part in _parts(schema):
        _check_openai_part(part.schema, f"In context={part.path}, ")
        if part.depth > depth:
            raise SchemaError(f"{part.depth} levels of nesting exceeds limit of {depth}.")
        names += part.schema.get("properties", {})
        values += part.schema.get("enum", ())
        values += [part.schema["const"]] if "const" in part.schema else []
    if len(names) > properties:
        raise SchemaError(f"more than {properties} object properties in total.")
    if len(values) > 1000 or sum(map(len, map(str, [*names, *values]))) > 120_000:
        raise SchemaError("too many enum values, or names and values too long in total.")


def _check_openai_part(schema: Schema, context: str) -> None:
    if unknown := set(schema) - _OPENAI_KEYWORDS:
        raise SchemaError(f"{context}'{min(unknown)}' is not permitted.")
    if "$ref" in schema and len(schema) > 1:
        raise SchemaError(f"{context}$ref cannot have keywords beside it.")
    if schema.get("format") not in {None, *_OPENAI_FORMATS}:
        raise SchemaError(f"{context}'{schema['format']}' is not a valid format.")
    if "array" in _types(schema) and "items" not in schema:
        raise SchemaError(f"{context}array schema missing items.")
    if "object" not in _types(schema):
        return
    if not _is_closed(schema):
        raise SchemaError(
            f"{context}'additionalProperties' is required to be supplied and to be false."
        )
    if missing := set(schema.get("properties", {})) - set(schema.get("required", ())):
        raise SchemaError(
            f"{context}'required' is required to be supplied and to be an array including every "
            f"key in properties. Missing '{min(missing)}'."
        )


# Azure OpenAI: learn.microsoft.com, "Structured outputs", supported schemas and limitations

_AZURE_REFUSED: Final = {
    *("minLength", "maxLength", "pattern", "format", "minimum", "maximum", "multipleOf"),
    *("patternProperties", "unevaluatedProperties", "propertyNames", "minProperties"),
    *("maxProperties", "unevaluatedItems", "contains", "minContains", "maxContains"),
    *("minItems", "maxItems", "uniqueItems"),
}


def check_azure(schema: Schema) -> None:
    """OpenAI's subset, as Azure documents it: narrower, and with less of each."""
    check_openai(schema, depth=5, properties=100)
    for part in _parts(schema):
        if refused := _AZURE_REFUSED & set(part.schema):
            raise SchemaError(f"In context={part.path}, '{min(refused)}' is not permitted.")


# Anthropic: platform.claude.com, "Structured outputs", JSON Schema limitations

_ANTHROPIC_KEYWORDS: Final = {
    *("$defs", "$ref", "additionalProperties", "allOf", "anyOf", "const", "default"),
    *("description", "enum", "format", "items", "minItems", "pattern", "properties", "required"),
    *("title", "type"),
}


def check_anthropic(schema: Schema) -> None:
    """Hold a schema against Anthropic's subset, and its limits."""
    optional = unions = 0
    for part in _parts(schema):
        kind = min(_types(part.schema), default="any")
        if unknown := set(part.schema) - _ANTHROPIC_KEYWORDS:
            raise SchemaError(f"For '{kind}' type, property '{min(unknown)}' is not supported")
        if part.schema.get("minItems", 0) not in (0, 1):
            raise SchemaError("For 'array' type, 'minItems' values other than 0 or 1")
        if "object" in _types(part.schema):
            if not _is_closed(part.schema):
                raise SchemaError(
                    "For 'object' type, 'additionalProperties' must be explicitly set to false"
                )
            required = part.schema.get("required", ())
            optional += len(set(part.schema.get("properties", {})) - set(required))
        unions += "anyOf" in part.schema or len(_types(part.schema)) > 1
    if optional > 24:
        raise SchemaError("Schemas contain too many optional parameters (limit: 24)")
    if unions > 16:
        raise SchemaError("Schemas contain too many parameters with union types (limit: 16)")


# Gemini: ai.google.dev, "Structured outputs", JSON Schema support; references and constants, which
# newer versions know, are refused here as older ones refuse them.

_GEMINI_KEYWORDS: Final = {
    *("additionalProperties", "anyOf", "description", "enum", "format", "items", "maxItems"),
    *("maximum", "minItems", "minimum", "prefixItems", "properties", "propertyOrdering"),
    *("required", "title", "type"),
}


def check_gemini(schema: Schema) -> None:
    """Hold a schema against what every version of Gemini's API takes."""
    for part in _parts(schema):
        if unknown := set(part.schema) - _GEMINI_KEYWORDS:
            raise SchemaError(
                f'Invalid JSON payload received. Unknown name "{min(unknown)}" at '
                f"'generation_config.response_schema{part.path[1:]}': Cannot find field."
            )


# Mistral: docs.mistral.ai, "Custom structured outputs"; its SDK closes every object


def check_mistral(schema: Schema) -> None:
    """Hold a schema against what Mistral's own SDK makes."""
    if schema.get("type") != "object":
        raise SchemaError("Invalid JSON schema: the root must be an object")
    for part in _parts(schema):
        if "object" in _types(part.schema) and not _is_closed(part.schema):
            raise SchemaError(f"Invalid JSON schema: {part.path} allows additional properties")


# llama.cpp and Ollama make a grammar (grammars/README.md); vLLM's xgrammar does


def check_grammar(schema: Schema) -> None:
    """Hold a schema against what llama.cpp can make a grammar of."""
    for part in _parts(schema):
        pattern = part.schema.get("pattern")
        if pattern is not None and not (pattern.startswith("^") and pattern.endswith("$")):
            raise SchemaError(
                "JSON schema conversion failed: Pattern must start with '^' and end with '$'"
            )


_XGRAMMAR_REFUSED: Final = {
    *("multipleOf", "uniqueItems", "contains", "minContains", "maxContains", "minProperties"),
    *("maxProperties", "propertyNames", "patternProperties"),
}


def check_xgrammar(schema: Schema) -> None:
    """Hold a schema against what vLLM's xgrammar knows."""
    for part in _parts(schema):
        if _XGRAMMAR_REFUSED & set(part.schema):
            raise SchemaError(
                "The provided JSON schema contains features not supported by xgrammar."
            )
