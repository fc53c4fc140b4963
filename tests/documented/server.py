"""A server for one provider: it checks a request as the documentation says, and answers in kind.

with DocumentedServer(DIALECTS["mistral"]) as server:
    server.says('{"value": 1}')
    ...  # ask a client whose base URL is server.url
    assert server.bodies[0]["random_seed"] == 1

What it is not told to say it makes up, so that it fits the schema of the request.
"""

import json
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

import jsonschema

from tests.documented.dialect import Dialect, Refusal, Said
from tests.loopback import LoopbackServer, say

__all__ = ["KEY", "DocumentedServer", "sample"]

KEY: Final = "sk-test-0123456789abcdefghij"


class DocumentedServer(LoopbackServer):
    """A server on a free port, for the length of a `with` block.

    Attributes:
        bodies: of all requests.
        faults: what a provider that keeps to schemas could not have said, which ends a test.
    """

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect
        self.base_path = dialect.base_path
        self.bodies: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self._said: list[Said] = []
        self._refusals: list[Refusal] = []
        self._always: Refusal | None = None

    def says(self, text: str, **how: Any) -> None:
        """Answer the next request so; `how` is the rest of a `Said`."""
        self._said.append(Said(text, **how))

    def refuses(self, refusal: Refusal, times: int | None = None) -> None:
        """Refuse so many requests so; all of them without a number."""
        if times is None:
            self._always = refusal
        else:
            self._refusals.extend([refusal] * times)

    def __exit__(self, *how: object) -> None:
        super().__exit__(*how)
        assert not self.faults

    def handle(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Check a request, and answer as the documentation says."""
        asked = json.loads(body)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.bodies.append(asked)
        try:
            status, answered, extra = 200, self._answer(handler.path, headers, asked), {}
        except Refusal as refusal:
            status, answered, extra = refusal.status, refusal.body, refusal.headers
        say(handler, status, json.dumps(answered).encode(), extra)

    def _answer(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Any:
        dialect = self.dialect
        if path != dialect.base_path + dialect.path:
            raise Refusal(404, {"detail": f"Not Found: {path}"})
        dialect.check_key(headers, KEY)
        if self._always or self._refusals:
            raise self._always or self._refusals.pop(0)
        dialect.check(body)
        schema = dialect.schema_of(body)
        said = self._said.pop(0) if self._said else Said(json.dumps(sample(schema)))
        if dialect.keeps_to_schema and said.is_whole:
            try:
                jsonschema.validate(json.loads(said.text), schema)
            except jsonschema.ValidationError as error:
                self.faults.append(error.message)
        return dialect.answer(body, said)


def sample(schema: Any, definitions: Any = None) -> Any:
    """Something that fits a schema: the first that it allows, and nothing where it allows that."""
    definitions = schema.get("$defs", definitions)
    if "$ref" in schema:
        return sample(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        choices = [sample(each, definitions) for each in schema["anyOf"]]
        return None if None in choices else choices[0]
    match schema["type"]:
        case "object":
            named = schema.get("properties", {})
            return {name: sample(each, definitions) for name, each in named.items()}
        case "array":
            return [sample(schema["items"], definitions)]
        case kind:
            return {"string": "n1", "number": 1.5, "integer": 1, "boolean": True, "null": None}[
                kind
            ]
