"""What answers on the wire."""

import asyncio
import contextlib
import hashlib
import json
import re
import resource
import socket
import struct
import sys
from pathlib import Path
from typing import Any, Final, TextIO

from aiohttp import web

from benchmarks.fake_provider.answering import answer
from benchmarks.fake_provider.batches import BatchDesk, Refusal
from benchmarks.fake_provider.counting import Counts
from benchmarks.fake_provider.faults import IN_STATUS, Fault, draw, fraction
from benchmarks.fake_provider.forms import MODEL, completion, error
from benchmarks.fake_provider.limits import Limits, retry_headers
from benchmarks.fake_provider.settings import Settings

__all__ = ["Provider", "application", "serve"]

_CHARACTERS_A_TOKEN: Final = 4
_LARGEST: Final = 256 * 1024 * 1024
_PIECES: Final = 40
_BACKLOG: Final = 4096
_PAGE: Final = "<!DOCTYPE html><html><h1>Oops</h1></html>"


class Said(dict[str, Any]):
    """A body of JSON with its status."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body)
        self.status = status


class Provider:
    """Everything that the provider knows; one process has one."""

    def __init__(self, settings: Settings) -> None:
        loop = asyncio.get_running_loop()
        self.settings = settings
        self.counts = Counts()
        self.desk = BatchDesk(
            self._answer_in_batch,
            seconds=settings.batch_seconds,
            window=settings.batch_window,
            most_tokens=settings.batch_tokens,
            models=_models(settings),
        )
        self._limits = Limits(settings.rpm, settings.tpm, settings.burst, loop.time)
        self._tag = re.compile(settings.tag) if settings.tag else None
        self._record: TextIO | None = None
        if settings.record:
            self._record = Path(settings.record).open("w", encoding="utf-8")  # noqa: SIM115 (ends with the process)
        self._calls = 0

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/chat/completions."""
        self.counts.opened()
        try:
            return await self._chat(request)
        finally:
            self.counts.closed()

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if refused := self._refused(request):
            return refused
        try:
            body = json.loads(raw)
            model = str(body["model"])
            asked = _tokens_asked(body)
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._say(400, error("We could not parse the JSON body of your request."))
        identity, tag, fault = self._draw(raw)
        if self._record:
            self._record.write(json.dumps(body, ensure_ascii=False) + "\n")
            self._record.flush()
        if (known := _models(self.settings)) and model not in known:
            return self._say(404, _unknown_model(model))
        if refusal := self._limits.take(asked):
            headers = retry_headers(refusal.wait, self.settings.retry_after)
            said = error(refusal.message(model), code="rate_limit_exceeded", kind=refusal.kind)
            return self._say(429, said, headers=headers, tag=tag)
        if fault:
            self.counts.faulted(fault)
        longer = self.settings.jitter and fraction("jitter", identity, self.counts.bodies.total())
        await asyncio.sleep(self.settings.latency + self.settings.jitter * longer)
        if fault in IN_STATUS:
            said, headers = _failed(fault, self.settings.fault_wait)
            return self._say(said.status, dict(said), headers=headers, tag=tag)
        if fault == "no-json":
            self.counts.answered(200, tag)
            return web.Response(text=_PAGE, content_type="text/html")
        made = make_completion(body, fault)
        return await self._send(request, made, fault, tag)

    async def _send(
        self, request: web.Request, made: dict[str, Any], fault: Fault | None, tag: str
    ) -> web.StreamResponse:
        """Send a completion, or as much of it as the fault lets through."""
        payload = json.dumps(made, ensure_ascii=False).encode()
        if fault == "hang":
            await asyncio.sleep(self.settings.hang)
        if fault in ("hang", "reset"):
            _tear(request)
            return web.Response()
        if fault in ("slow", "truncated"):
            whole = web.StreamResponse(headers={"Content-Type": "application/json"})
            whole.content_length = len(payload)
            await whole.prepare(request)
            if fault == "truncated":
                await whole.write(payload[: len(payload) // 2])
                _tear(request, gently=True)
                return whole
            step = max(1, len(payload) // _PIECES)
            for start in range(0, len(payload), step):
                await whole.write(payload[start : start + step])
                await asyncio.sleep(self.settings.slow / _PIECES)
            self._count(made, tag)
            return whole
        self._count(made, tag)
        return web.Response(
            body=payload, content_type="application/json", headers=self._limits.headers()
        )

    def _count(self, made: dict[str, Any], tag: str) -> None:
        used = made["usage"]
        self.counts.answered(200, tag, (used["prompt_tokens"], used["completion_tokens"]))

    def _draw(self, raw: bytes) -> tuple[str, str, Fault | None]:
        """What a request is known by, its tag, and the fault that its answer gets."""
        body = hashlib.sha256(raw).hexdigest()
        found = self._tag.search(raw.decode("utf-8", "replace")) if self._tag else None
        tag = found[0] if found else ""
        settings = self.settings
        times = self.counts.tags_asked[tag] if tag else self.counts.bodies[body]
        fault = draw(
            tag or body, times, settings.faults, stubborn=settings.stubborn, seed=settings.seed
        )
        self.counts.asked(body, tag)
        return body, tag, fault

    def _answer_in_batch(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The answer to one line of a batch; what goes wrong on a wire cannot go wrong there."""
        _, tag, fault = self._draw(json.dumps(body, ensure_ascii=False).encode())
        model = str(body.get("model"))
        if (known := _models(self.settings)) and model not in known:
            return 404, _unknown_model(model)
        if fault:
            self.counts.faulted(fault)
        if fault in IN_STATUS:
            said, _ = _failed(fault, self.settings.fault_wait)
            self.counts.answered(said.status, tag)
            return said.status, dict(said)
        made = make_completion(body, fault)
        self._count(made, tag)
        return 200, made

    # --- files and batches -------------------------------------------------------------------

    async def upload(self, request: web.Request) -> web.Response:
        """POST /v1/files."""
        form = await request.post()
        purpose, file = form.get("purpose"), form.get("file")
        if not isinstance(file, web.FileField) or not isinstance(purpose, str):
            return self._say(400, error("'file' and 'purpose' are required properties"))
        return self._serve(
            request, lambda: self.desk.upload(file.filename, purpose, file.file.read())
        )

    async def file(self, request: web.Request) -> web.Response:
        """GET and DELETE /v1/files/{id}."""
        id_ = request.match_info["id"]
        work = self.desk.delete if request.method == "DELETE" else self.desk.file
        return self._serve(request, lambda: work(id_))

    async def file_content(self, request: web.Request) -> web.Response:
        """GET /v1/files/{id}/content."""
        if refused := self._refused(request) or self._refused_in_batch(request):
            return refused
        try:
            content = self.desk.content(request.match_info["id"])
        except Refusal as refusal:
            return self._say(refusal.status, refusal.body)
        return web.Response(body=content, content_type="application/octet-stream")

    async def make_batch(self, request: web.Request) -> web.Response:
        """POST /v1/batches."""
        body = await request.json()
        return self._serve(request, lambda: self.desk.create(body))

    async def batches(self, request: web.Request) -> web.Response:
        """GET /v1/batches."""
        after, limit = request.query.get("after", ""), int(request.query.get("limit", 20))
        return self._serve(request, lambda: self.desk.page(after, limit))

    async def batch(self, request: web.Request) -> web.Response:
        """GET /v1/batches/{id}."""
        return self._serve(request, lambda: self.desk.batch(request.match_info["id"]))

    async def cancel_batch(self, request: web.Request) -> web.Response:
        """POST /v1/batches/{id}/cancel."""
        return self._serve(request, lambda: self.desk.cancel(request.match_info["id"]))

    def _serve(self, request: web.Request, work: Any) -> web.Response:  # noqa: ANN401
        if refused := self._refused(request) or self._refused_in_batch(request):
            return refused
        try:
            return self._say(200, work())
        except Refusal as refusal:
            return self._say(refusal.status, refusal.body)

    def _refused_in_batch(self, request: web.Request) -> web.Response | None:
        resource_ = request.match_info.route.resource
        self.counts.called(f"{request.method} {resource_.canonical if resource_ else ''}")
        self._calls += 1
        if fraction(self.settings.seed, "call", self._calls) < self.settings.batch_refusals:
            self.counts.faulted("batch-503")
            return self._say(503, error("The engine is currently overloaded", kind="server_error"))
        return None

    # --- the rest ----------------------------------------------------------------------------

    async def stats(self, request: web.Request) -> web.Response:
        """GET and DELETE /stats."""
        if request.method == "DELETE":
            still_open, self.counts = self.counts.open, Counts()
            self.counts.open = self.counts.peak_open = still_open
        detailed = request.query.get("detailed") == "1"
        return web.json_response(self.counts.summary(detailed=detailed))

    async def list_models(self, request: web.Request) -> web.Response:
        """GET /v1/models."""
        known = sorted(_models(self.settings)) or [MODEL]
        rows = [{"id": name, "object": "model", "created": 0, "owned_by": "fake"} for name in known]
        return self._refused(request) or self._say(200, {"object": "list", "data": rows})

    def _refused(self, request: web.Request) -> web.Response | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self.settings.key or given == self.settings.key:
            return None
        shown = f"{given[:3]}***{given[-4:]}"
        return self._say(
            401, error(f"Incorrect API key provided: {shown}.", code="invalid_api_key")
        )

    def _say(
        self,
        status: int,
        body: dict[str, Any],
        *,
        headers: dict[str, str] | None = None,
        tag: str = "",
    ) -> web.Response:
        if "error" in body:
            self.counts.answered(status, tag)
        told = {**self._limits.headers(), **(headers or {})}
        return web.json_response(body, status=status, headers=told)


def make_completion(body: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
    """A completion, with the fault in it where that is one of its content."""
    content: str | None = answer(body)
    reason, refusal = "stop", None
    match fault:
        case "wrong-json":
            content = f"Tentu! Ini jawabannya: {(content or '')[:-1]}"
        case "wrong-schema":
            content = '{"jawaban":["n1","n2"],"yakin":true}'
        case "empty":
            content = ""
        case "refusal":
            content, refusal = None, "I'm sorry, I cannot assist with that request."
        case "length":
            content, reason = (content or "")[: len(content or "") // 2], "length"
    said = sum(len(str(m.get("content") or "")) for m in body.get("messages", ()))
    tokens = (1 + said // _CHARACTERS_A_TOKEN, 1 + len(content or "") // _CHARACTERS_A_TOKEN, 0)
    return completion(
        content, model=str(body.get("model")), finish_reason=reason, refusal=refusal, tokens=tokens
    )


def _failed(fault: Fault | None, wait: float) -> tuple[Said, dict[str, str]]:
    match fault:
        case "429":
            body = error("Rate limit reached", code="rate_limit_exceeded", kind="requests")
            return Said(429, body), retry_headers(wait, "both")
        case "429-bare":
            body = error("Rate limit reached", code="rate_limit_exceeded", kind="requests")
            return Said(429, body), {}
        case "500":
            return Said(500, error(kind="server_error")), {}
    return Said(503, error("The engine is currently overloaded", kind="server_error")), {}


def _models(settings: Settings) -> frozenset[str]:
    return frozenset(settings.models.split(",")) if settings.models else frozenset()


def _unknown_model(model: str) -> dict[str, Any]:
    message = f"The model `{model}` does not exist or you do not have access to it."
    return error(message, code="model_not_found")


def _tokens_asked(body: dict[str, Any]) -> int:
    """What counts against the limit: the prompt by its length, or the answer that is allowed."""
    said = sum(len(str(message.get("content") or "")) for message in body["messages"])
    allowed = body.get("max_completion_tokens") or body.get("max_tokens") or 0
    return max(1, said // _CHARACTERS_A_TOKEN, int(allowed))


def _tear(request: web.Request, *, gently: bool = False) -> None:
    """End the connection: with a reset, or, gently, as one ends that has said everything."""
    transport = request.transport
    if transport is None:
        return
    if gently:
        transport.close()
        return
    wire: socket.socket = transport.get_extra_info("socket")
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def application(provider: Provider) -> web.Application:
    """Who answers what."""
    app = web.Application(client_max_size=_LARGEST)
    app.add_routes(
        [
            web.post("/v1/chat/completions", provider.chat),
            web.get("/v1/models", provider.list_models),
            web.post("/v1/files", provider.upload),
            web.get("/v1/files/{id}", provider.file),
            web.delete("/v1/files/{id}", provider.file),
            web.get("/v1/files/{id}/content", provider.file_content),
            web.post("/v1/batches", provider.make_batch),
            web.get("/v1/batches", provider.batches),
            web.get("/v1/batches/{id}", provider.batch),
            web.post("/v1/batches/{id}/cancel", provider.cancel_batch),
            web.get("/stats", provider.stats),
            web.delete("/stats", provider.stats),
        ]
    )
    return app


def serve(port: int, until_input_ends: bool, settings: Settings) -> None:  # noqa: FBT001 (parsed)
    """Answer until a signal comes, or standard input ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, hard), hard))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(port, settings, until_input_ends=until_input_ends))


async def _serve(port: int, settings: Settings, *, until_input_ends: bool) -> None:
    # A handler whose client has gone away ends: a hanging one would wait for nobody.
    runner = web.AppRunner(
        application(Provider(settings)), handler_cancellation=True, access_log=None
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=_BACKLOG, shutdown_timeout=0)
    await site.start()
    print(json.dumps({"url": f"http://127.0.0.1:{runner.addresses[0][1]}/v1"}), flush=True)
    try:
        await (_end_of_input() if until_input_ends else asyncio.Event().wait())
    finally:
        await runner.cleanup()


async def _end_of_input() -> None:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    await reader.read()
