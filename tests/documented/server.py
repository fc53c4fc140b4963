"""A server for one provider: it checks a request as the documentation says, and answers in kind.

with DocumentedServer(DIALECTS["mistral"]) as server:
    server.says('{"value": 1}')
    ...  # ask a client whose base URL is server.url
    assert server.bodies[0]["random_seed"] == 1

What it is not told to say it makes up, so that it fits the schema of the request.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

import jsonschema

from tests.documented.dialect import Dialect, Refusal, Said

__all__ = ["KEY", "DocumentedServer", "sample"]

KEY: Final = "sk-test-0123456789abcdefghij"


class DocumentedServer:
    """A server on a free port, for the length of a `with` block.

    Attributes:
        bodies: of all requests.
        faults: what a provider that keeps to schemas could not have said, which ends a test.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.bodies: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self._said: list[Said] = []
        self._refusals: list[Refusal] = []
        self._always: Refusal | None = None
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server._serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def root(self) -> str:
        """Its address, without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Its base URL."""
        return self.root + self.dialect.base_path

    def says(self, text: str, **how: Any) -> None:
        """Answer the next request so; `how` is the rest of a `Said`."""
        self._said.append(Said(text, **how))

    def refuses(self, refusal: Refusal, times: int | None = None) -> None:
        """Refuse so many requests so; all of them without a number."""
        if times is None:
            self._always = refusal
        else:
            self._refusals.extend([refusal] * times)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        assert not self.faults

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.bodies.append(body)
        try:
            status, answered, extra = 200, self._answer(handler.path, headers, body), {}
        except Refusal as refusal:
            status, answered, extra = refusal.status, refusal.body, refusal.headers
        raw = json.dumps(answered).encode()
        handler.close_connection = True
        handler.send_response(status)
        sent = {"Content-Type": "application/json", "Content-Length": str(len(raw)), **extra}
        for name, value in {**sent, "Connection": "close"}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

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
