"""For tests of programs that ask a model: recorded answers, and a model that is scripted.

Example:
    with cassette("cassettes/semarang.yaml"):  # replays; nothing is sent anywhere
        extraction = extract(text, model="openai/gpt-4.1-mini")

    model = FakeModel([{"facts": []}])  # no network, no recording
    Extractor(model).extract(text)
    assert "98,4 persen" in model.requests[0].text
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from uhc_llm._fake_model import FakeModel, FakeRequest
from uhc_llm.errors import CassetteError, ConfigurationError, MissingExtraError
from uhc_llm.llm.transport.redaction import SHORTEST_KEY, keys_in, without

if TYPE_CHECKING:
    from uhc_llm._cassette_file import Interaction

__all__ = ["Cassette", "FakeModel", "FakeRequest", "Record", "cassette"]

Record = Literal["none", "once", "new", "update", "all"]
"""What is sent and recorded: nothing; everything, if there is no file yet, else nothing; what the
file does not know; the same, and what is not asked any more is dropped; everything, and the file
is written anew."""

_VCR_MODES: Final[Mapping[Record, str]] = {
    "none": "none",
    "once": "once",
    "new": "new_episodes",
    "update": "new_episodes",
    "all": "all",
}
_HOST: Final = "http://model.invalid"  # the embedded server has another port every time
_CHAT: Final = "/chat/completions"
_REQUEST_HEADERS: Final = frozenset({"accept", "content-type"})
_RESPONSE_HEADERS: Final = frozenset({"content-type", "retry-after", "retry-after-ms"})


@contextmanager
def cassette(path: str | PathLike[str], *, record: Record = "none") -> Iterator["Cassette"]:
    """Answer requests to a model from a file, or record them into it.

    It holds for the whole process, whichever thread or event loop sends the request. While it
    replays, nothing is sent anywhere, no key is needed, and no embedded server is started. A
    recording is written when the block ends without an error; it holds no key, and neither host
    nor headers that tell who recorded it.

    Args:
        path: the file, YAML.
        record: "none" replays only; "once" replays if the file is there, else records; "new"
            replays what is there and records the rest; "update" drops besides what was not asked
            for; "all" records everything anew.

    Yields:
        The cassette, for its `unused`.

    Raises:
        CassetteError: there is no file to replay, it holds no answer to a request, or the
            recording cannot be written.
        MissingExtraError: vcrpy is not installed.
    """
    try:
        import vcr
    except ImportError:
        raise MissingExtraError("cassettes", "testing") from None
    if record not in _VCR_MODES:
        raise ConfigurationError(f"record={record!r} is none of {', '.join(_VCR_MODES)}")
    from uhc_llm.llm.replay import replaying

    tape = Cassette(Path(path), record)
    if record == "none" and not tape.path.exists():
        raise CassetteError(f"there is no cassette {tape.path}. {tape.how_to_record}")
    settings = vcr.VCR(
        before_record_request=tape.clean_request,
        before_record_response=tape.clean_response,
        decode_compressed_response=True,
        drop_unused_requests=record in {"update", "all"},
        record_on_exception=False,
        record_mode=_VCR_MODES[record],
    ).get_merged_config(path=str(tape.path), persister=tape)
    settings["match_on"] = (_same_method, _same_path, _same_body)
    with ExitStack() as stack:
        if tape.replays:
            stack.enter_context(replaying())
        tape.play(stack.enter_context(_player().use(explain=tape.explain, **settings)))
        yield tape
    tape.write()


class Cassette:
    """Recorded answers in use; `cassette` makes them.

    Attributes:
        path: the file.
        replays: True when nothing is sent.
    """

    def __init__(self, path: Path, record: Record) -> None:
        self.path = path
        self.replays = record == "none" or (record == "once" and path.exists())
        self._anew = record == "all"
        self._secrets: set[str] = set()
        self._loaded = 0
        self._recorded: list[Interaction] | None = None
        self._player: Any = None

    def __repr__(self) -> str:
        return f"Cassette({str(self.path)!r}, replays={self.replays})"

    @property
    def unused(self) -> list[str]:
        """The recorded requests that nobody sent: method, path and hash of the body."""
        return [
            _label(request)
            for index, (request, _) in enumerate(self._player.data[: self._loaded])
            if not self._player.play_counts[index]
        ]

    @property
    def how_to_record(self) -> str:
        """What to do when an answer is not there."""
        return f"Record it with cassette({str(self.path)!r}, record='all')"

    def play(self, player: Any) -> None:  # noqa: ANN401 (vcrpy has no types)
        """Take note of the player that holds the recorded answers."""
        self._player = player

    def explain(self, request: Any, recorded: list[Any]) -> CassetteError:  # noqa: ANN401
        """The error for a request that has no answer."""
        from uhc_llm._cassette_file import canonical, difference

        body = _text(request.body)
        same = sum(canonical(_text(each.body)) == canonical(body) for each in recorded)
        if not recorded:
            reason = "it is empty"
        elif same:
            reason = f"it has {same} of this request, used already"
        else:
            reason = "the nearest recorded request differs: " + difference(
                body, [_text(each.body) for each in recorded]
            )
        return CassetteError(
            f"cassette {self.path} has no answer to {_label(request)}: {reason}. "
            f"If the change is meant, record anew: cassette({str(self.path)!r}, record='all')"
        )

    def load_cassette(self, _path: str, **_: Any) -> tuple[list[Any], list[Any]]:  # noqa: ANN401
        """Read the file for vcrpy."""
        from vcr.persisters.filesystem import CassetteNotFoundError
        from vcr.request import Request

        from uhc_llm._cassette_file import parse

        if self._anew:
            raise CassetteNotFoundError
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise CassetteNotFoundError from None
        except (OSError, UnicodeDecodeError) as exc:
            raise CassetteError(f"cassette {self.path} cannot be read: {exc}") from exc
        found = parse(text, where=f"cassette {self.path}")
        self._loaded = len(found)
        requests = [
            Request(each.method, each.url, each.request_body, dict(each.request_headers))
            for each in found
        ]
        responses = [
            {
                "status": {"code": each.status, "message": each.reason},
                "headers": {name: [value] for name, value in each.response_headers.items()},
                "body": {"string": each.response_body.encode()},
            }
            for each in found
        ]
        return requests, responses

    def save_cassette(self, _path: str, recording: Mapping[str, Iterable[Any]], **_: Any) -> None:  # noqa: ANN401
        """Take the recording from vcrpy; it is written once vcrpy has let go of the network."""
        from uhc_llm._cassette_file import Interaction

        self._recorded = [
            Interaction(
                method=request.method,
                url=request.uri,
                request_headers=dict(request.headers),
                request_body=_text(request.body),
                status=response["status"]["code"],
                reason=response["status"]["message"] or "",
                response_headers={name: each[0] for name, each in response["headers"].items()},
                response_body=_text(response["body"]["string"]),
            )
            for request, response in zip(recording["requests"], recording["responses"], strict=True)
        ]

    def write(self) -> None:
        """Write what was recorded, if anything was.

        Raises:
            CassetteError: a key would stand in the file, or it cannot be written.
        """
        from uhc_llm._cassette_file import render

        if self._recorded is None:
            return
        text = render(self._recorded)
        if any(secret in text for secret in self._secrets | keys_in()):
            raise CassetteError(
                f"cassette {self.path} is not written: an API key would stand in it. "
                "Keep keys out of prompts and articles"
            )
        partial = self.path.with_name(f"{self.path.name}.partial")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(text, encoding="utf-8", newline="\n")
            partial.replace(self.path)
        except OSError as exc:
            raise CassetteError(f"cassette {self.path} cannot be written: {exc}") from exc

    def clean_request(self, request: Any) -> Any:  # noqa: ANN401
        """Leave of a request what a recording is found by."""
        if not self.replays:
            if request.method != "POST":
                return None  # a download, say of weights; never a question to a model
            self._note_key(request.headers)
        path = urlsplit(request.uri).path
        request.uri = _HOST + (f"/v1{_CHAT}" if path.endswith(_CHAT) else path)
        headers = {name.lower(): value for name, value in request.headers.items()}
        request.headers = {name: headers[name] for name in sorted(_REQUEST_HEADERS & set(headers))}
        request.body = without(_text(request.body), self._secrets | keys_in())
        return request

    def clean_response(self, response: dict[str, Any]) -> dict[str, Any]:
        """Leave of a response what a client needs."""
        from uhc_llm._cassette_file import clean_answer

        headers = {name.lower(): list(values) for name, values in response["headers"].items()}
        text = without(_text(response["body"]["string"]), self._secrets | keys_in())
        return {
            "status": response["status"],
            "headers": {name: headers[name] for name in sorted(_RESPONSE_HEADERS & set(headers))},
            "body": {"string": clean_answer(text).encode()},
        }

    def _note_key(self, headers: Mapping[str, str]) -> None:
        for name in ("authorization", "api-key", "x-api-key"):
            key = str(headers.get(name, "")).removeprefix("Bearer ").strip()
            if len(key) >= SHORTEST_KEY:
                self._secrets.add(key)


@cache
def _player() -> Any:  # noqa: ANN401
    """The cassette of vcrpy, made to say what is missing in an error of ours."""
    from vcr.cassette import Cassette as VcrCassette

    class Player(VcrCassette):  # type: ignore[misc]  # vcrpy has no types
        def __init__(self, *, explain: Any, **settings: Any) -> None:  # noqa: ANN401
            super().__init__(**settings)
            self._explain = explain

        def can_play_response_for(self, request: Any) -> bool:  # noqa: ANN401
            if super().can_play_response_for(request):
                return True
            if self.write_protected:
                raise self._explain(self.filter_request(request), self.requests)
            return False

    return Player


def _same_method(one: Any, other: Any) -> bool:  # noqa: ANN401
    return bool(one.method == other.method)


def _same_path(one: Any, other: Any) -> bool:  # noqa: ANN401
    return bool(urlsplit(one.uri).path == urlsplit(other.uri).path)


def _same_body(one: Any, other: Any) -> bool:  # noqa: ANN401
    from uhc_llm._cassette_file import canonical

    return canonical(_text(one.body)) == canonical(_text(other.body))


def _label(request: Any) -> str:  # noqa: ANN401
    from uhc_llm._cassette_file import fingerprint

    path = urlsplit(request.uri).path
    return f"{request.method} {path} ({fingerprint(_text(request.body))})"


def _text(body: Any) -> str:  # noqa: ANN401
    """A body as text; bytes that are none are kept, one character each."""
    if body is None:
        return ""
    if isinstance(body, str):
        return body
    raw = body if isinstance(body, bytes) else b"".join(body)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
