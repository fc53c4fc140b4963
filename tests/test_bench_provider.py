"""The provider that the benchmarks load: what it is set to do, it does."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

from benchmarks.fake_provider import FAULTS, Fault, Running, Settings, running
from benchmarks.fake_provider.answering import answer
from benchmarks.fake_provider.batches import BatchDesk, Refusal
from benchmarks.fake_provider.faults import draw
from benchmarks.fake_provider.limits import Limits, duration, retry_headers
from benchmarks.fake_provider.settings import arguments, from_arguments
from uhc_llm import Extractor

EXAMPLES = Path(__file__).parent.parent / "examples"
ARTICLE = (EXAMPLES / "01-satu-daerah.txt").read_text("utf-8")
QUESTION = {"model": "m", "messages": [{"role": "user", "content": "Halo"}]}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def provider() -> Iterator[Running]:
    with running(tag=r"KB[A-Z]{5}") as up:
        yield up


def post(provider: Running, body: Any = QUESTION, **options: Any) -> httpx2.Response:
    with httpx2.Client(timeout=20) as client:
        return client.post(f"{provider.url}/chat/completions", json=body, **options)


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["static", "narrowed"])
@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.txt")))
def test_every_example_is_answered_at_once_and_nothing_of_it_is_rejected(
    provider: Running, name: str, form: Any
) -> None:
    text = (EXAMPLES / name).read_text("utf-8")
    with Extractor("openai/m", form=form, base_url=provider.url, api_key="k") as extractor:
        extraction = extractor.extract(text)
    assert extraction.provenance.requests == 1
    assert extraction.facts
    assert not extraction.rejected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {"a": {"type": "string"}}}, {"a": "none"}),
        ({"type": "object", "properties": {"a": {"enum": ["x", "y"]}}}, {"a": "x"}),
        ({"type": "array", "minItems": 2, "items": {"type": "integer", "minimum": 3}}, [3, 3]),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"type": "boolean"}}}, False),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "none"),
        ({"type": "string", "pattern": "^[0-9]{4}$"}, "2024"),
    ],
)
def test_an_answer_fits_whatever_schema_is_asked_for(schema: Any, expected: Any) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "A", "schema": schema}}
    assert json.loads(answer({**QUESTION, "response_format": form})) == expected


def test_without_a_schema_figures_are_quoted_as_langextract_asks() -> None:
    said = json.loads(answer({"messages": [{"role": "user", "content": f"X\nQ: {ARTICLE}\nA: "}]}))
    assert said["extractions"][0]["fact"] == "1.021.435 jiwa"


def test_what_was_asked_is_counted_by_body_and_by_tag(provider: Running) -> None:
    provider.reset()
    tagged = {"model": "m", "messages": [{"role": "user", "content": "KBABCDE"}]}
    for body in (QUESTION, QUESTION, tagged):
        assert post(provider, body).status_code == 200
    stats = provider.stats(detailed=True)
    assert (stats["requests"], stats["distinct_bodies"], stats["asked_again"]) == (3, 2, 1)
    assert sorted(stats["bodies"].values()) == [1, 2]
    assert stats["tags"] == {"KBABCDE": {"asked": 1, "answered": 1}}
    assert stats["prompt_tokens"] > 0
    assert stats["open"] == 0


def test_a_body_that_is_no_question_is_refused(provider: Running) -> None:
    assert post(provider, {"model": "m"}).status_code == 400


# --- latency, keys, models, limits ---------------------------------------------------------------


def test_a_thousand_requests_wait_side_by_side() -> None:
    async def ask(url: str) -> list[int]:
        limits = httpx2.Limits(max_connections=1000)
        async with httpx2.AsyncClient(limits=limits, timeout=60) as client:
            asked = [client.post(f"{url}/chat/completions", json=QUESTION) for _ in range(1000)]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    with running(latency=3.0) as provider:
        assert Counter(asyncio.run(ask(provider.url))) == {200: 1000}
        assert provider.stats()["peak_open"] > 500


def test_a_wrong_key_and_an_unknown_model_are_told_apart() -> None:
    with running(key="right", models="m,n") as provider:
        assert post(provider).status_code == 401
        right = {"Authorization": "Bearer right"}
        assert post(provider, headers=right).status_code == 200
        refused = post(provider, {**QUESTION, "model": "x"}, headers=right)
        assert refused.status_code == 404
        assert refused.json()["error"]["code"] == "model_not_found"


def test_too_many_requests_a_minute_get_429_and_are_told_when_to_come_back() -> None:
    with running(rpm=60, burst=2.0) as provider:
        answers = [post(provider) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[0].headers["x-ratelimit-limit-requests"] == "60"
    refused = answers[2]
    assert refused.headers["retry-after"] == "1"
    assert 0 < int(refused.headers["retry-after-ms"]) <= 1000
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"
    assert "requests per min (RPM): Limit 60" in refused.json()["error"]["message"]


def test_limits_fill_up_evenly() -> None:
    clock = Clock()
    limits = Limits(rpm=60, tpm=6000, burst=10, clock=clock)
    assert [limits.take(100) for _ in range(10)] == [None] * 10
    refused = limits.take(100)
    assert refused is not None
    assert (refused.kind, refused.wait) == ("requests", 1.0)
    clock.now += 1
    assert limits.take(100) is None
    assert limits.headers()["x-ratelimit-remaining-tokens"] == "0"


def test_tokens_are_limited_too_and_one_large_request_gets_through_in_the_end() -> None:
    clock = Clock()
    limits = Limits(rpm=0, tpm=600, burst=1, clock=clock)
    assert limits.take(10) is None
    refused = limits.take(5000)
    assert refused is not None
    assert (refused.kind, refused.wait) == ("tokens", 1.0)
    clock.now += 1
    assert limits.take(5000) is None


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("seconds", {"retry-after": "2"}),
        ("milliseconds", {"retry-after-ms": "1500"}),
        ("both", {"retry-after": "2", "retry-after-ms": "1500"}),
        ("none", {}),
    ],
)
def test_a_wait_is_told_in_the_form_that_is_set(form: Any, expected: dict[str, str]) -> None:
    assert retry_headers(1.5, form) == expected


@pytest.mark.parametrize(
    ("seconds", "written"), [(0.12, "120ms"), (1.5, "1.5s"), (60, "1m0s"), (360, "6m0s")]
)
def test_durations_are_written_as_openai_writes_them(seconds: float, written: str) -> None:
    assert duration(seconds) == written


# --- faults --------------------------------------------------------------------------------------


def what_came(fault: Fault) -> str:
    """What a client sees of one fault."""
    with running(faults={fault: 1.0}, hang=0.3, slow=0.2, fault_wait=2.0) as provider:
        try:
            with openai.OpenAI(base_url=provider.url, api_key="k", max_retries=0) as client:
                asked: Any = QUESTION
                answer = client.chat.completions.create(**asked)
        except openai.APIStatusError as error:
            waits = error.response.headers.get("retry-after")
            return f"{error.status_code} {waits}"
        except openai.APIConnectionError as error:
            return type(error.__cause__).__name__
        except json.JSONDecodeError:
            return "no JSON"
        finally:
            assert provider.stats()["faults"] == {fault: 1}
        if isinstance(answer, str):
            return "a page"
        choice = answer.choices[0]
        return f"{choice.finish_reason} {choice.message.content} {choice.message.refusal}"


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("429", "429 2"),
        ("429-bare", "429 None"),
        ("500", "500 None"),
        ("503", "503 None"),
        ("hang", "ReadError"),
        ("reset", "ReadError"),
        ("truncated", "RemoteProtocolError"),
        ("slow", 'stop {"extractions":[]} None'),
        ("no-json", "a page"),
        ("wrong-json", 'stop Tentu! Ini jawabannya: {"extractions":[] None'),
        ("wrong-schema", 'stop {"jawaban":["n1","n2"],"yakin":true} None'),
        ("empty", "stop  None"),
        ("refusal", "stop None I'm sorry, I cannot assist with that request."),
        ("length", 'length {"extract None'),
    ],
)
def test_every_fault_looks_like_itself(fault: Fault, seen: str) -> None:
    assert what_came(fault) == seen


def test_faults_come_by_their_shares_and_the_same_every_time() -> None:
    shares: dict[Fault, float] = {"500": 0.2, "hang": 0.1}
    drawn = [draw(str(n), 0, shares) for n in range(5000)]
    counts = Counter(drawn)
    assert 900 < counts["500"] < 1100
    assert 400 < counts["hang"] < 600
    assert drawn == [draw(str(n), 0, shares) for n in range(5000)]
    assert drawn != [draw(str(n), 0, shares, seed=1) for n in range(5000)]


def test_a_stubborn_request_meets_with_the_same_fate_every_time() -> None:
    shares: dict[Fault, float] = {"500": 0.5}
    assert {draw("a", n, shares, stubborn=1.0) for n in range(50)} in ({"500"}, {None})
    assert {draw("a", n, shares) for n in range(50)} == {"500", None}


def test_settings_survive_the_command_line() -> None:
    settings = Settings(latency=2, rpm=60, tag="a=b", faults={"500": 0.1, "429-bare": 0.2})
    assert from_arguments(arguments(settings)) == (0, False, settings)
    _, _, spread = from_arguments(["--fault", "all=0.28"])
    assert spread.faults == dict.fromkeys(FAULTS, pytest.approx(0.02))


@pytest.mark.parametrize("shares", [{"600": 0.1}, {"500": 0.7, "503": 0.7}, {"500": -1}])
def test_impossible_faults_are_refused(shares: Any) -> None:
    with pytest.raises(ValueError, match="fault"):
        Settings(faults=shares)


# --- batches -------------------------------------------------------------------------------------


def lines(count: int, **changes: Any) -> bytes:
    rows = [
        {
            "custom_id": f"c{n}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": QUESTION,
            **changes,
        }
        for n in range(count)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def begin(desk: BatchDesk, content: bytes) -> str:
    file = desk.upload("in.jsonl", "batch", content)
    batch = desk.create(
        {
            "input_file_id": file["id"],
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "metadata": {"run": "1"},
        }
    )
    id_ = batch["id"]
    assert isinstance(id_, str)
    return id_


def rows_of(desk: BatchDesk, id_: str | None) -> list[Any]:
    return [json.loads(line) for line in desk.content(id_).splitlines()] if id_ else []


@pytest.fixture
def clock() -> Clock:
    return Clock()


def desk_of(clock: Clock, **options: Any) -> BatchDesk:
    def answering(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return (500, {"error": {}}) if body["model"] == "broken" else (200, {"said": body})

    return BatchDesk(answering, seconds=100, clock=clock, **options)


def test_a_batch_goes_through_its_states_and_has_its_results_out_of_order(clock: Clock) -> None:
    desk = desk_of(clock)
    id_ = begin(desk, lines(10))
    states = []
    for _ in range(11):
        states.append(desk.batch(id_)["status"])
        clock.now += 10
    assert [state for n, state in enumerate(states) if n == 0 or states[n - 1] != state] == [
        "validating",
        "in_progress",
        "finalizing",
        "completed",
    ]
    batch = desk.batch(id_)
    assert batch["request_counts"] == {"total": 10, "completed": 10, "failed": 0}
    assert batch["error_file_id"] is None
    found = rows_of(desk, batch["output_file_id"])
    assert [row["custom_id"] for row in found] == [f"c{n}" for n in reversed(range(10))]
    assert found[0]["response"]["status_code"] == 200
    assert batch["metadata"] == {"run": "1"}


def test_a_request_that_fails_is_in_the_file_of_errors(clock: Clock) -> None:
    desk = desk_of(clock)
    id_ = begin(desk, lines(2, body={**QUESTION, "model": "broken"}))
    clock.now += 100
    batch = desk.batch(id_)
    assert (batch["status"], batch["output_file_id"]) == ("completed", None)
    assert {row["response"]["status_code"] for row in rows_of(desk, batch["error_file_id"])} == {
        500
    }


def test_a_batch_that_expires_has_answered_some_requests(clock: Clock) -> None:
    desk = desk_of(clock, window=50)
    id_ = begin(desk, lines(10))
    clock.now += 50
    batch = desk.batch(id_)
    assert batch["status"] == "expired"
    assert len(rows_of(desk, batch["output_file_id"])) == 5
    errors = rows_of(desk, batch["error_file_id"])
    assert {(row["response"], row["error"]["code"]) for row in errors} == {(None, "batch_expired")}
    assert len(errors) == 5


def test_a_batch_can_be_cancelled_once(clock: Clock) -> None:
    desk = desk_of(clock)
    id_ = begin(desk, lines(10))
    clock.now += 30
    assert desk.cancel(id_)["status"] == "cancelling"
    clock.now += 1
    batch = desk.batch(id_)
    assert batch["status"] == "cancelled"
    assert batch["request_counts"] == {"total": 10, "completed": 2, "failed": 8}
    with pytest.raises(Refusal) as refused:
        desk.cancel(id_)
    assert refused.value.status == 409


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"{\n", "invalid_json_line"),
        (b"{}\n", "missing_required_parameter"),
        (lines(1) + lines(1), "duplicate_custom_id"),
        (lines(1, url="/v1/embeddings"), "invalid_url"),
        (lines(1, method="GET"), "invalid_method"),
        (lines(1, body={**QUESTION, "model": "x"}), "model_not_found"),
        (lines(1) + lines(1, custom_id="z", body={**QUESTION, "model": "n"}), "mismatched_model"),
        (lines(300), "token_limit_exceeded"),
    ],
)
def test_a_file_that_is_not_in_order_fails_the_batch(
    clock: Clock, content: bytes, code: str
) -> None:
    desk = desk_of(clock, models=frozenset({"m", "n"}), most_tokens=5000)
    id_ = begin(desk, content)
    clock.now += 10
    batch = desk.batch(id_)
    assert batch["status"] == "failed"
    assert batch["errors"]["data"][0]["code"] == code


def test_batches_are_listed_the_newest_first_page_by_page(clock: Clock) -> None:
    desk = desk_of(clock)
    ids = [begin(desk, lines(1)) for _ in range(3)]
    first = desk.page("", 2)
    assert [row["id"] for row in first["data"]] == [ids[2], ids[1]]
    assert first["has_more"]
    assert [row["id"] for row in desk.page(first["last_id"], 2)["data"]] == [ids[0]]


def test_openai_s_own_client_takes_a_batch_from_file_to_results(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(lines(20))
    faults: dict[Fault, float] = {"500": 0.5, "reset": 0.5}
    with (
        running(faults={**faults, "reset": 0.0}, tag=r'"m"') as provider,
        openai.OpenAI(base_url=provider.url, api_key="k", max_retries=0) as client,
    ):
        with path.open("rb") as file:
            uploaded = client.files.create(file=file, purpose="batch")
        assert (uploaded.bytes, uploaded.filename) == (path.stat().st_size, "requests.jsonl")
        made = client.batches.create(
            input_file_id=uploaded.id, endpoint="/v1/chat/completions", completion_window="24h"
        )
        batch = client.batches.retrieve(made.id)
        assert batch.status == "completed"
        assert batch.request_counts is not None
        counts = batch.request_counts
        assert (counts.total, counts.completed + counts.failed) == (20, 20)
        assert batch.output_file_id is not None
        assert batch.error_file_id is not None
        found = [json.loads(row) for row in client.files.content(batch.output_file_id).iter_lines()]
        assert found[0]["response"]["body"]["choices"][0]["message"]["content"]
        assert [each.id for each in client.batches.list(limit=1)] == [made.id]
        assert client.files.delete(uploaded.id).deleted
        with pytest.raises(openai.NotFoundError):
            client.files.retrieve(uploaded.id)
        with pytest.raises(openai.ConflictError):
            client.batches.cancel(made.id)
        assert provider.stats()["requests"] == 20


def test_calls_on_batches_fail_too_when_they_are_set_to() -> None:
    with (
        running(batch_refusals=1.0) as provider,
        openai.OpenAI(base_url=provider.url, api_key="k", max_retries=0) as client,
        pytest.raises(openai.InternalServerError),
    ):
        client.batches.list()
