"""Files and batches, as OpenAI documents them.

A batch takes a set time, and what has become of it is worked out when somebody asks: no timer runs.
A tenth of the time it is validated, a tenth it is finalized. Its lines are answered one after the
other in between, so that a batch which expires or is cancelled has answered the first of them.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.fake_provider.forms import error

__all__ = ["BatchDesk", "Refusal"]

Answering = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]
"""Answers the body of one line: the status, and the body of the answer."""

ENDPOINT: Final = "/v1/chat/completions"
MOST_LINES: Final = 50_000
_WINDOW: Final = "24h"
_EDGE: Final = 0.1
_OK: Final = 200
_CHARACTERS_A_TOKEN: Final = 4
_MOST_ERRORS: Final = 100
_COUNT_NAMES: Final = ("total", "completed", "failed")

_EXPIRED: Final = "This request could not be executed before the completion window expired."
_CANCELLED: Final = "This request was cancelled before it was executed."


class Refusal(Exception):  # noqa: N818 (what a server says is a refusal here)
    """A call that is answered with an error status."""

    def __init__(self, status: int, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = error(message, param=param)


@dataclass
class _File:
    shown: dict[str, Any]
    content: bytes


@dataclass
class _Batch:
    """One batch; `requests` are its lines, or none where the file was not in order."""

    shown: dict[str, Any]
    began: float
    requests: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    tokens: int = 0
    cancelled: float | None = None
    is_over: bool = False


class BatchDesk:
    """Takes files and batches, and hands out what came of them.

    Args:
        answering: answers one line.
        seconds: how long a batch takes.
        window: how long it may take before it expires.
        most_tokens: of all waiting batches together; 0 is no limit.
        models: those there are; empty is any.
        clock: seconds that go on evenly.
    """

    def __init__(
        self,
        answering: Answering,
        *,
        seconds: float = 0.0,
        window: float = 86_400.0,
        most_tokens: int = 0,
        models: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._answering = answering
        self._seconds = seconds
        self._window = window
        self._most_tokens = most_tokens
        self._models = models
        self._clock = clock
        self._files: dict[str, _File] = {}
        self._batches: dict[str, _Batch] = {}

    # --- files -------------------------------------------------------------------------------

    def upload(self, name: str, purpose: str, content: bytes) -> dict[str, Any]:
        """Keep a file."""
        if purpose == "batch" and not name.endswith(".jsonl"):
            raise Refusal(400, f"Invalid file format for Batch API: {name}. Must be .jsonl")
        return self._keep(name, purpose, content)

    def file(self, id_: str) -> dict[str, Any]:
        """What is known of a file."""
        return self._file(id_).shown

    def content(self, id_: str) -> bytes:
        """The file itself."""
        return self._file(id_).content

    def delete(self, id_: str) -> dict[str, Any]:
        """Forget a file."""
        self._file(id_)
        del self._files[id_]
        return {"id": id_, "object": "file", "deleted": True}

    def _file(self, id_: str) -> _File:
        if id_ not in self._files:
            raise Refusal(404, f"No such File object: {id_}", param="id")
        return self._files[id_]

    def _keep(self, name: str, purpose: str, content: bytes) -> dict[str, Any]:
        id_ = f"file-{len(self._files) + 1:024d}"
        shown = {
            "id": id_,
            "object": "file",
            "bytes": len(content),
            "created_at": int(self._clock()),
            "filename": name,
            "purpose": purpose,
            "status": "processed",
        }
        self._files[id_] = _File(shown, content)
        return shown

    # --- batches -----------------------------------------------------------------------------

    def create(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Begin a batch; whether its file is in order shows later."""
        if asked.get("endpoint") != ENDPOINT:
            raise Refusal(400, f"Invalid value: {asked.get('endpoint')!r}.", param="endpoint")
        if asked.get("completion_window") != _WINDOW:
            raise Refusal(400, "Invalid value. Supported: '24h'.", param="completion_window")
        content = self.content(str(asked.get("input_file_id")))
        now = self._clock()
        id_ = f"batch_{len(self._batches) + 1:024d}"
        shown = {
            "id": id_,
            "object": "batch",
            "endpoint": ENDPOINT,
            "errors": None,
            "input_file_id": asked["input_file_id"],
            "completion_window": _WINDOW,
            "status": "validating",
            "output_file_id": None,
            "error_file_id": None,
            "created_at": int(now),
            "in_progress_at": None,
            "expires_at": int(now + self._window),
            "finalizing_at": None,
            "completed_at": None,
            "failed_at": None,
            "expired_at": None,
            "cancelling_at": None,
            "cancelled_at": None,
            "request_counts": dict.fromkeys(_COUNT_NAMES, 0),
            "metadata": asked.get("metadata"),
        }
        batch = _Batch(shown, now)
        batch.requests, batch.faults = read_requests(content, self._models)
        batch.tokens = len(content) // _CHARACTERS_A_TOKEN
        waiting = sum(other.tokens for other in self._batches.values() if not other.is_over)
        if self._most_tokens and waiting + batch.tokens > self._most_tokens:
            message = (
                f"Enqueued token limit reached. Limit: {self._most_tokens:,} enqueued tokens. "
                "Please try again once some in_progress batches have been completed."
            )
            batch.faults.append(_fault("token_limit_exceeded", message))
        self._batches[id_] = batch
        return self._now(batch)

    def batch(self, id_: str) -> dict[str, Any]:
        """How a batch stands."""
        return self._now(self._batch(id_))

    def page(self, after: str, limit: int) -> dict[str, Any]:
        """The batches, the newest first."""
        ids = list(reversed(self._batches))
        start = ids.index(after) + 1 if after in ids else 0
        rows = [self._now(self._batches[id_]) for id_ in ids[start : start + limit]]
        return {
            "object": "list",
            "data": rows,
            "first_id": rows[0]["id"] if rows else None,
            "last_id": rows[-1]["id"] if rows else None,
            "has_more": len(ids) > start + limit,
        }

    def cancel(self, id_: str) -> dict[str, Any]:
        """Stop a batch; what is answered by then stays answered."""
        batch = self._batch(id_)
        shown = self._now(batch)
        if batch.is_over:
            status = shown["status"]
            raise Refusal(409, f"Cannot cancel a batch with status '{status}'.")
        batch.cancelled = self._clock()
        shown |= {"status": "cancelling", "cancelling_at": int(batch.cancelled)}
        return dict(shown)

    def _batch(self, id_: str) -> _Batch:
        if id_ not in self._batches:
            raise Refusal(404, f"No batch found with id '{id_}'.", param="batch_id")
        return self._batches[id_]

    def _now(self, batch: _Batch) -> dict[str, Any]:
        """Bring what is shown of a batch up to the present."""
        if not batch.is_over:
            self._advance(batch)
        return dict(batch.shown)

    def _advance(self, batch: _Batch) -> None:
        shown, now = batch.shown, self._clock()
        passed = now - batch.began
        if passed < self._seconds * _EDGE:
            return
        if batch.faults:
            shown |= {"status": "failed", "failed_at": int(now)}
            shown["errors"] = {"object": "list", "data": batch.faults[:_MOST_ERRORS]}
            batch.is_over = True
            return
        shown["in_progress_at"] = shown["in_progress_at"] or int(now)
        shown["request_counts"]["total"] = len(batch.requests)
        if batch.cancelled is not None:
            if now > batch.cancelled:
                self._end(batch, "cancelled", self._answered_by(batch.cancelled - batch.began))
        elif passed >= self._window and self._window < self._seconds:
            self._end(batch, "expired", self._answered_by(self._window))
        elif passed >= self._seconds:
            self._end(batch, "completed", 1.0)
        elif passed >= self._seconds * (1 - _EDGE):
            shown |= {"status": "finalizing", "finalizing_at": int(now)}
        else:
            done = int(self._answered_by(passed) * len(batch.requests))
            shown["status"] = "in_progress"
            shown["request_counts"]["completed"] = done

    def _answered_by(self, passed: float) -> float:
        """The share of the lines that are answered when so much time has passed."""
        if not self._seconds:
            return 1.0
        share = (passed / self._seconds - _EDGE) / (1 - 2 * _EDGE)
        return min(1.0, max(0.0, share))

    def _end(self, batch: _Batch, status: str, share: float) -> None:
        """Write the files of results and of errors."""
        done = int(share * len(batch.requests))
        left = (
            {"code": "batch_cancelled", "message": _CANCELLED}
            if status == "cancelled"
            else {"code": "batch_expired", "message": _EXPIRED}
        )
        output: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for number, request in enumerate(batch.requests):
            row = {
                "id": f"batch_req_{batch.shown['id'][-6:]}{number:06d}",
                "custom_id": request["custom_id"],
                "response": None,
                "error": None,
            }
            if number >= done:
                errors.append(row | {"error": left})
                continue
            code, body = self._answering(request["body"])
            row["response"] = {"status_code": code, "request_id": f"req_{number}", "body": body}
            (output if code == _OK else errors).append(row)
        shown, now = batch.shown, int(self._clock())
        # The order of the lines is not that of the requests, as the documentation warns.
        for name, rows in (("output", output[::-1]), ("error", errors[::-1])):
            if rows:
                content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
                name_ = f"{shown['id']}_{name}.jsonl"
                kept = self._keep(name_, "batch_output", content.encode())
                shown[f"{name}_file_id"] = kept["id"]
        shown |= {"status": status, f"{status}_at": now}
        shown["finalizing_at"] = shown["finalizing_at"] or now
        counts = (len(batch.requests), len(output), len(errors))
        shown["request_counts"] = dict(zip(_COUNT_NAMES, counts, strict=True))
        batch.requests = []
        batch.is_over = True


# --- the input file ------------------------------------------------------------------------------


def read_requests(
    content: bytes, models: frozenset[str] = frozenset()
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines of a batch's file, and what is wrong with them."""
    lines = content.decode("utf-8", "replace").splitlines()
    if not lines:
        return [], [_fault("empty_file", "The batch input file is empty.")]
    if len(lines) > MOST_LINES:
        message = f"The batch input file has more than {MOST_LINES:,} requests."
        return [], [_fault("too_many_requests", message)]
    requests: list[dict[str, Any]] = []
    faults: list[dict[str, Any]] = []
    seen: dict[str, set[str]] = {"custom_id": set(), "model": set()}
    for number, line in enumerate(lines, 1):
        try:
            request = json.loads(line)
        except ValueError:
            message = "This line is not parseable as valid JSON."
            faults.append(_fault("invalid_json_line", message, line=number))
            continue
        found = list(_faults_of(request, seen, models))
        faults += [fault | {"line": number} for fault in found]
        requests.append(request)
    return requests, faults


def _faults_of(
    request: Any,  # noqa: ANN401 (any JSON)
    seen: dict[str, set[str]],
    models: frozenset[str],
) -> Iterator[dict[str, Any]]:
    needed = ("custom_id", "method", "url", "body")
    missing = [name for name in needed if not isinstance(request, dict) or name not in request]
    if missing:
        message = f"Missing required parameter: '{missing[0]}'."
        yield _fault("missing_required_parameter", message, param=missing[0])
        return
    id_, body = str(request["custom_id"]), request["body"]
    if id_ in seen["custom_id"]:
        message = (
            "The custom_id for this request is a duplicate of another request. "
            "The custom_id parameter must be unique for each request in a batch."
        )
        yield _fault("duplicate_custom_id", message, param="custom_id")
    seen["custom_id"].add(id_)
    if request["method"] != "POST":
        yield _fault("invalid_method", "Invalid method.", param="method")
    if request["url"] != ENDPOINT:
        message = "The URL provided for this request does not match the batch endpoint."
        yield _fault("invalid_url", message, param="url")
    model = str(body.get("model")) if isinstance(body, dict) else ""
    if models and model not in models:
        message = f"The provided model '{model}' is not supported by the Batch API."
        yield _fault("model_not_found", message, param="body.model")
    elif seen["model"] and model not in seen["model"]:
        message = f"All requests of a batch must have the same model; this one has '{model}'."
        yield _fault("mismatched_model", message, param="body.model")
    seen["model"].add(model)


def _fault(code: str, message: str, *, param: str | None = None, line: int | None = None) -> Any:  # noqa: ANN401
    return {"code": code, "message": message, "param": param, "line": line}
