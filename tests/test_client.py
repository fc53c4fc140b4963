"""Asking a model: what is sent, what comes back, and what every failure turns into.

The model is a server on this machine that answers as OpenAI documents, or fails as it is told.
"""

import asyncio
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from tests.fake_provider import (
    HANG,
    MODEL,
    RESET,
    FakeProvider,
    Reply,
    answer,
    as_json,
    page,
    refuse,
)
from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    ContextLengthError,
    EmptyAnswerError,
    MissingKeyError,
    ModelNotFoundError,
    OutputError,
    ProviderError,
    QuotaExhaustedError,
    RateLimitError,
    RequestRefusedError,
    RequestTimeoutError,
    ServerError,
    Spent,
    TruncatedAnswerError,
    UhcLlmError,
    UnusableAnswerError,
)
from uhc_llm.llm.asking import Answer, Message
from uhc_llm.llm.client import ModelClient
from uhc_llm.llm.models import ModelName
from uhc_llm.llm.transport.refusals import wait_asked_for
from uhc_llm.llm.transport.strict_schema import strict_schema
from uhc_llm.schemas import Usage

KEY = "sk-test-0123456789abcdefghij"
QUESTION: list[Message] = [{"role": "user", "content": "Berapa cakupan JKN?"}]


class Claim(BaseModel):
    """One number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: str = Field(min_length=1, pattern=r"^n\d+$")
    metric: Literal["coverage_rate", "participants"]
    region: str | None = None


class Claims(BaseModel):
    """All numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    facts: tuple[Claim, ...] = ()
    main: Claim | None = Field(default=None, description="the one in the headline")


GOOD = '{"facts": [{"number": "n1", "metric": "coverage_rate", "region": null}], "main": null}'
PARSED = Claims(facts=(Claim(number="n1", metric="coverage_rate"),))
WRONG = '{"facts": [{"number": "n1", "metric": "budget"}]}'


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture
def slept() -> list[float]:
    """The pauses that clients made, none of which takes any time."""
    return []


@pytest.fixture
def client(provider: FakeProvider, slept: list[float]) -> Callable[..., ModelClient]:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    def make(name: str = "openai/gpt-4.1-mini", **options: Any) -> ModelClient:
        settings = {"api_key": KEY, "base_url": provider.url, "sleep": sleep, **options}
        return ModelClient(ModelName.parse(name), **settings)

    return make


def ask(
    client: ModelClient, messages: list[Message] = QUESTION, *, reasks: int = 2
) -> Answer[Claims]:
    async def asking() -> Answer[Claims]:
        async with client:
            return await client.ask(messages, Claims, reasks=reasks)

    return asyncio.run(asking())


Make = Callable[..., ModelClient]


# What is sent, and what comes back


def test_an_answer_comes_back_in_the_form_that_was_asked_for(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(answer(GOOD, tokens=(100, 20, 64)))
    got = ask(client())
    assert got == Answer(
        content=PARSED,
        usage=Usage(input_tokens=100, output_tokens=20, cached_tokens=64),
        requests=1,
        answers=1,
        model=MODEL,
    )
    assert type(got.content) is Claims


def test_a_hosted_model_is_asked_for_strict_structured_output(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(answer(GOOD))
    ask(client(seed=7, max_output_tokens=500))
    (request,) = provider.requests
    form = request.body.pop("response_format")
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "gpt-4.1-mini",
        "messages": QUESTION,
        "max_completion_tokens": 500,
        "temperature": 0.0,
        "seed": 7,
    }
    assert form["type"] == "json_schema"
    assert form["json_schema"]["name"] == "Claims"
    assert form["json_schema"]["strict"] is True
    schema = form["json_schema"]["schema"]
    assert schema["required"] == ["facts", "main"]
    assert schema["$defs"]["Claim"]["required"] == ["number", "metric", "region"]


def test_what_is_set_to_none_is_not_sent(client: Make, provider: FakeProvider) -> None:
    provider.will(answer(GOOD))
    ask(client(temperature=None, seed=None))
    assert not {"temperature", "seed"} & provider.bodies[0].keys()


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }} {% for x in y %} ${HOME} %s {0}",
        "data:image/png;base64,iVBORw0KGgo= https://example.org/a.png",
        "  spasi di depan\n\n\tdan\u00a0belakang  ",
    ],
)
def test_the_text_of_a_message_arrives_untouched(
    client: Make, provider: FakeProvider, text: str
) -> None:
    provider.will(answer(WRONG), answer(GOOD))
    messages: list[Message] = [
        {"role": "system", "content": text},
        {"role": "user", "content": text},
    ]
    ask(client(), messages)
    for body in provider.bodies:
        assert body["messages"][:2] == messages


def test_the_callers_messages_are_not_changed(client: Make, provider: FakeProvider) -> None:
    provider.will(answer(WRONG), answer(GOOD))
    messages = [dict(message) for message in QUESTION]
    ask(client(), messages)
    assert messages == QUESTION


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {"type": "object", "properties": {"a": {"type": "string", "default": "x"}}},
            {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "required": ["a"],
                "additionalProperties": False,
            },
        ),
        ({"$ref": "#/$defs/A", "description": "beside"}, {"$ref": "#/$defs/A"}),
        (
            {"oneOf": [{"title": "A", "type": "null"}], "discriminator": {"propertyName": "k"}},
            {"anyOf": [{"type": "null"}]},
        ),
        (
            {"properties": {"title": {"type": "string"}, "default": {"type": "string"}}},
            {
                "properties": {"title": {"type": "string"}, "default": {"type": "string"}},
                "required": ["title", "default"],
                "additionalProperties": False,
            },
        ),
        (
            {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 3},
            {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        ),
        ({"enum": ["title", "default"]}, {"enum": ["title", "default"]}),
    ],
)
def test_a_schema_is_brought_into_strict_form(
    schema: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert strict_schema(schema) == expected


# Asking again


def test_an_answer_of_the_wrong_form_is_sent_back_with_what_is_wrong(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(answer(WRONG), answer(GOOD))
    got = ask(client())
    assert got.content == PARSED
    assert got.answers == got.requests == len(provider.requests) == 2
    added = provider.bodies[1]["messages"][len(QUESTION) :]
    assert [message["role"] for message in added] == ["assistant", "user"]
    assert added[0]["content"] == WRONG
    assert "facts.0.metric" in added[1]["content"]
    assert "https://" not in added[1]["content"]


def test_usage_is_summed_over_all_answers(client: Make, provider: FakeProvider) -> None:
    provider.will(
        refuse(503),
        answer(WRONG, tokens=(100, 20, 0)),
        answer("half {", tokens=(150, 7, 100)),
        answer(GOOD, tokens=(180, 30, 128)),
    )
    got = ask(client())
    assert got.usage == Usage(input_tokens=430, output_tokens=57, cached_tokens=228)
    assert (got.requests, got.answers) == (4, 3)


@pytest.mark.parametrize(
    ("content", "first"),
    [
        ("Cakupannya 98 persen.", "Invalid JSON"),
        (GOOD[:40], "Invalid JSON"),
        (f"```json\n{WRONG}\n```", "facts.0.metric: Input should be"),
        (WRONG, "facts.0.metric: Input should be 'coverage_rate' or 'participants'"),
        ('{"facts": [], "extra": 1}', "extra: Extra inputs are not permitted"),
        ("[]", "Input should be an object"),
    ],
)
def test_the_wrong_form_after_all_reasks_is_told_in_one_line(
    client: Make, provider: FakeProvider, content: str, first: str
) -> None:
    provider.will(*[answer(content)] * 3)
    with pytest.raises(UnusableAnswerError) as caught:
        ask(client(), reasks=2)
    assert first in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.attempts == len(provider.requests) == 3


@pytest.mark.parametrize("reasks", [0, 1, 4])
def test_reasks_are_counted_without_the_first_answer(
    client: Make, provider: FakeProvider, reasks: int
) -> None:
    provider.will(*[answer(WRONG)] * 9)
    with pytest.raises(UnusableAnswerError):
        ask(client(), reasks=reasks)
    assert len(provider.requests) == reasks + 1


@pytest.mark.parametrize(
    ("reply", "error", "says"),
    [
        (answer(GOOD[:30], finish_reason="length"), TruncatedAnswerError, "max_output_tokens="),
        (answer(GOOD[:30], finish_reason="MAX_TOKENS"), TruncatedAnswerError, "token limit"),
        (
            answer("", finish_reason="length", extra={"reasoning_content": "Mari kita lihat"}),
            TruncatedAnswerError,
            "with thinking.*max_output_tokens=.*reasoning_effort=low",
        ),
        (as_json({"object": "chat.completion", "choices": []}), EmptyAnswerError, "empty"),
        (answer(""), EmptyAnswerError, "empty"),
        (answer(" \n"), EmptyAnswerError, "empty"),
        (answer(None), EmptyAnswerError, "empty"),
        (answer(None, refusal="I can't help with that."), UnusableAnswerError, "can't help"),
        (answer("", finish_reason="content_filter"), UnusableAnswerError, "content filter"),
    ],
)
def test_an_answer_that_asking_again_does_not_mend_ends_it_at_once(
    client: Make, provider: FakeProvider, reply: Reply, error: type[OutputError], says: str
) -> None:
    provider.will(reply)
    with pytest.raises(error, match=says):
        ask(client())
    assert len(provider.requests) == 1


# Failures of the provider

LLAMA_TOO_LONG = {
    "error": {
        "code": 400,
        "message": "request (9120 tokens) exceeds the available context size (8192 tokens)",
        "type": "exceed_context_size_error",
        "n_prompt_tokens": 9120,
        "n_ctx": 8192,
    }
}
FINAL: list[tuple[Reply, type[ProviderError], str]] = [
    (refuse(401, "Incorrect API key provided", code="invalid_api_key"), AuthenticationError, "key"),
    (refuse(403, "Country not supported"), AuthenticationError, "Country not supported"),
    (
        refuse(404, "The model `gpt-9` does not exist", code="model_not_found"),
        ModelNotFoundError,
        "name",
    ),
    (refuse(404, "model 'qwen9' not found, try pulling it first"), ModelNotFoundError, "qwen9"),
    (page(404), RequestRefusedError, "/v1"),
    (
        refuse(
            400,
            "This model's maximum context length is 128000 tokens",
            code="context_length_exceeded",
        ),
        ContextLengthError,
        "Split the text",
    ),
    (as_json(LLAMA_TOO_LONG, status=400), ContextLengthError, "Split the text"),
    (refuse(413, "Request too large"), ContextLengthError, "Split the text"),
    (refuse(400, "The request is not valid"), RequestRefusedError, "not valid"),
    (
        refuse(400, "The response was filtered", code="content_filter"),
        RequestRefusedError,
        "content filter",
    ),
    (refuse(403, "Your input was flagged"), RequestRefusedError, "content filter"),
    (page(403), AuthenticationError, "a web page"),
    (
        refuse(500, "the request exceeds the available context size (2048 tokens)"),
        ContextLengthError,
        "Split the text",
    ),
    (
        refuse(429, "You exceeded your current quota", code="insufficient_quota"),
        QuotaExhaustedError,
        "billing",
    ),
    (
        refuse(429, "You exceeded your current quota, please check your plan and billing details."),
        QuotaExhaustedError,
        "billing",
    ),
    (refuse(402, "Insufficient credits. Add more"), QuotaExhaustedError, "billing"),
    (
        refuse(429, "Rate limit reached for requests per day (RPD). Please try again in 7m12s."),
        QuotaExhaustedError,
        "for the day",
    ),
    (refuse(429, headers={"Retry-After": "3600"}), RateLimitError, "3600 s"),
    (refuse(429, "Too many requests, try again in 10 minutes"), RateLimitError, "600 s"),
    (refuse(503, headers={"x-should-retry": "false"}), ServerError, "503"),
    (page(200), ServerError, "web page"),
    (as_json({"error": {"message": "upstream is down"}}), ServerError, "upstream is down"),
    (as_json({"error": {"message": "bad key", "code": 401}}), AuthenticationError, "bad key"),
    (
        as_json({"choices": None, "error": {"message": "spent", "code": "insufficient_quota"}}),
        QuotaExhaustedError,
        "spent",
    ),
    (as_json({"choices": []}), ServerError, "no chat completion"),
    (as_json([1, 2]), ServerError, "no chat completion"),
    (Reply(200, '{"id": "chat', {"Content-Type": "application/json"}), ServerError, "no JSON"),
    (Reply(200, "", {"Content-Type": "application/json"}), ServerError, "no JSON"),
]
PASSING: list[tuple[Reply, type[ProviderError]]] = [
    (refuse(408), RequestTimeoutError),
    (refuse(409), ServerError),
    (refuse(429, "Rate limit reached", code="rate_limit_exceeded"), RateLimitError),
    (refuse(500), ServerError),
    (page(502), ServerError),
    (refuse(503, "Loading model", code=503, kind="unavailable_error"), ServerError),
    (page(504), ServerError),
    (refuse(529), ServerError),
    (as_json({"choices": None, "error": {"message": "busy", "code": 502}}), ServerError),
    (as_json({"error": {"message": "slow", "type": "rate_limit_error"}}), RateLimitError),
    (answer("", finish_reason="error"), ServerError),
    (
        refuse(429, "Quota exceeded: current quota. See your plan and billing. Retry in 2.5s."),
        RateLimitError,
    ),
    (RESET, ConnectionFailedError),
    (Reply(200, GOOD, behaviour="cut"), ConnectionFailedError),
]


@pytest.mark.parametrize(("reply", "error", "says"), FINAL)
def test_what_waiting_does_not_mend_is_tried_once(
    client: Make,
    provider: FakeProvider,
    slept: list[float],
    *,
    reply: Reply,
    error: type[ProviderError],
    says: str,
) -> None:
    provider.will(reply)
    with pytest.raises(ProviderError) as caught:
        ask(client())
    assert type(caught.value) is error
    assert says in str(caught.value)
    assert str(caught.value).startswith("openai/gpt-4.1-mini: ")
    assert caught.value.attempts == len(provider.requests) == 1
    assert not slept


@pytest.mark.parametrize(("reply", "error"), PASSING)
def test_what_may_pass_is_tried_again_until_attempts_run_out(
    client: Make,
    provider: FakeProvider,
    slept: list[float],
    reply: Reply,
    error: type[ProviderError],
) -> None:
    provider.will(*[reply] * 3)
    with pytest.raises(ProviderError) as caught:
        ask(client(transport_attempts=3))
    assert type(caught.value) is error
    assert "3 attempts" in str(caught.value)
    assert caught.value.attempts == len(provider.requests) == 3
    assert len(slept) == 2


@pytest.mark.parametrize(("reply", "error"), PASSING)
def test_what_passes_is_not_seen_by_the_caller(
    client: Make, provider: FakeProvider, reply: Reply, error: type[ProviderError]
) -> None:
    provider.will(reply, answer(GOOD))
    got = ask(client())
    assert got.content == PARSED
    assert (got.requests, got.answers) == (2, 1), error


@pytest.mark.parametrize("reply", [HANG, Reply(200, GOOD * 9, behaviour="drip")])
def test_an_answer_that_does_not_end_in_time_is_a_timeout(
    client: Make, provider: FakeProvider, reply: Reply
) -> None:
    provider.will(reply, reply)
    with pytest.raises(RequestTimeoutError, match="timeout"):
        ask(client(timeout=0.3, transport_attempts=2))
    assert len(provider.requests) == 2


def test_a_server_that_is_not_there_is_named_with_its_address(client: Make) -> None:
    with FakeProvider() as gone:
        url = gone.url
    with pytest.raises(ConnectionFailedError, match=url) as caught:
        ask(client(base_url=url, transport_attempts=2))
    assert type(caught.value) is ConnectionFailedError
    assert caught.value.attempts == 2


def test_each_pause_is_longer_than_the_one_before_at_the_least(
    client: Make, provider: FakeProvider, slept: list[float]
) -> None:
    provider.will(*[refuse(500)] * 5)
    with pytest.raises(ServerError):
        ask(client(transport_attempts=5))
    bounds = [(0.5, 1), (1, 2), (2, 4), (4, 8)]
    assert all(low <= pause <= high for (low, high), pause in zip(bounds, slept, strict=True))


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after-ms": "2500", "Retry-After": "9"}, 2.5),
        ({"Retry-After": ""}, 1.5),
        ({"Retry-After": "a minute from now"}, 30),
    ],
)
def test_the_pause_that_the_provider_asks_for_is_made(
    client: Make, provider: FakeProvider, slept: list[float], headers: dict[str, str], least: float
) -> None:
    if headers["Retry-After"] == "a minute from now":
        headers = {"Retry-After": formatdate(time.time() + 60, usegmt=True)}
    said = "Rate limit reached. Please try again in 1.5s."
    provider.will(refuse(429, said, headers=headers), answer(GOOD))
    ask(client())
    (pause,) = slept
    assert least <= pause <= least + 31


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:02:00 GMT"}, 20),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry-after-ms": "x", "retry-after": "2"}, 2),
    ],
)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], seconds: float) -> None:
    assert wait_asked_for(headers, now=lambda: 100.0) == seconds


# Keys


def test_without_a_key_the_message_names_both_ways_out(
    client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(MissingKeyError) as caught:
        ask(client(api_key=None))
    assert "OPENAI_API_KEY" in str(caught.value)
    assert "--strategy code" in str(caught.value)


def test_key_and_address_come_from_the_environment(
    client: Make, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", f"{provider.url}/")
    provider.will(answer(GOOD))
    ask(client(api_key=None, base_url=None))
    assert provider.requests[0].headers["authorization"] == "Bearer from-the-environment"
    assert provider.requests[0].path == "/v1/chat/completions"


def test_an_address_without_a_scheme_is_refused_before_anything_is_sent(
    client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "localhost:8000/v1")
    with pytest.raises(ConfigurationError, match="http://"):
        ask(client(base_url=None))
    with pytest.raises(ConfigurationError, match="http://"):
        ModelClient(ModelName.parse("openai/x"), base_url="localhost:8000/v1")


@pytest.mark.parametrize(
    "reply",
    [
        refuse(401, f"Incorrect API key provided: {KEY}."),
        refuse(401, "Incorrect API key provided: sk-test-*********ghij."),
        refuse(500, f"upstream said: Bearer {KEY}"),
        as_json({"error": {"message": f"no such key {KEY}"}}),
        answer(None, refusal=f"I will not repeat {KEY}"),
    ],
)
def test_the_key_is_nowhere_to_be_seen(
    client: Make, provider: FakeProvider, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    caplog.set_level(logging.INFO)
    provider.will(*[reply] * 3)
    with pytest.raises(UhcLlmError) as caught:
        ask(client(transport_attempts=2))
    shown = [str(caught.value), repr(client()), *(record.getMessage() for record in caplog.records)]
    if isinstance(caught.value, ProviderError):
        shown.extend(traceback.format_exception(caught.value))
    assert not [text for text in shown if KEY in text or "ghij" in text]


def test_a_failed_request_prints_nothing_by_itself(
    client: Make, provider: FakeProvider, capfd: pytest.CaptureFixture[str]
) -> None:
    provider.will(refuse(401), answer(WRONG))
    for _ in range(2):
        with pytest.raises(UhcLlmError):
            ask(client(), reasks=0)
    assert capfd.readouterr() == ("", "")


# Event loops


def test_a_client_works_in_one_event_loop_after_another(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(answer(GOOD), answer(GOOD))
    one = client()
    assert ask(one).content == ask(one).content == PARSED


def test_questions_asked_at_once_are_counted_apart(client: Make, provider: FakeProvider) -> None:
    provider.will(*[answer(GOOD, tokens=(10, 1, 0))] * 5)

    async def asking() -> list[Answer[Claims]]:
        async with client() as one:
            return await asyncio.gather(*(one.ask(QUESTION, Claims) for _ in range(5)))

    got = asyncio.run(asking())
    assert [(each.usage.input_tokens, each.requests) for each in got] == [(10, 1)] * 5


def test_a_question_can_be_called_off(client: Make, provider: FakeProvider) -> None:
    provider.will(HANG)

    async def asking() -> None:
        async with client() as one:
            question = asyncio.create_task(one.ask(QUESTION, Claims))
            await asyncio.to_thread(provider.arrived.wait)
            question.cancel()
            with pytest.raises(asyncio.CancelledError):
                await question

    asyncio.run(asking())
    assert len(provider.requests) == 1


# The gate that requests pass


class Watch:
    """A gate that lets everything through, remembers it, and excuses so many refusals."""

    def __init__(self, excused: int = 0) -> None:
        self.excused = excused
        self.inside = 0
        self.left: list[tuple[Usage | None, str]] = []
        self.taken_up = 0

    async def enter(self, characters: int) -> None:
        assert characters >= len(QUESTION[0]["content"])
        self.inside += 1

    def leave(self, characters: int, usage: Usage | None, error: Exception | None) -> None:
        assert characters
        self.inside -= 1
        self.left.append((usage, type(error).__name__))

    def excuses(self, error: Exception) -> bool:
        assert isinstance(error, ProviderError)
        self.excused -= 1
        return self.excused >= 0

    async def rest(self, seconds: float) -> None:
        assert seconds > 0

    async def take_up(self) -> None:
        self.taken_up += 1
        assert self.taken_up <= len(self.left)


def test_every_request_passes_the_gate_and_says_what_became_of_it(
    client: Make, provider: FakeProvider
) -> None:
    gate = Watch()
    provider.will(refuse(503), answer(WRONG), answer(GOOD))
    ask(client(gate=gate))
    used = Usage(input_tokens=100, output_tokens=20)
    assert gate.left == [(None, "ServerError"), (used, "NoneType"), (used, "NoneType")]
    assert (gate.inside, gate.taken_up) == (0, 2)


def test_a_refusal_tells_the_gate_how_long_to_wait(client: Make, provider: FakeProvider) -> None:
    provider.will(refuse(429, headers={"retry-after": "7"}))
    with pytest.raises(RateLimitError) as caught:
        ask(client(transport_attempts=1))
    assert (caught.value.status, caught.value.retry_after) == (429, 7.0)


def test_a_refusal_that_the_gate_excuses_is_no_attempt(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(*[refuse(429)] * 4, answer(GOOD))
    ask(client(gate=Watch(excused=3), transport_attempts=2))
    provider.will(*[refuse(429)] * 5)
    with pytest.raises(RateLimitError) as caught:
        ask(client(gate=Watch(excused=3), transport_attempts=2))
    assert caught.value.attempts == 5


def test_not_even_a_gate_excuses_refusals_for_ever(client: Make, provider: FakeProvider) -> None:
    provider.will(*[refuse(429)] * 200)
    with pytest.raises(RateLimitError) as caught:
        ask(client(gate=Watch(excused=1000), transport_attempts=2))
    assert caught.value.attempts == 102


def test_a_question_that_is_called_off_leaves_the_gate(
    client: Make, provider: FakeProvider
) -> None:
    gate = Watch()
    provider.will(HANG)

    async def asking() -> None:
        async with client(gate=gate) as one:
            question = asyncio.create_task(one.ask(QUESTION, Claims))
            await asyncio.to_thread(provider.arrived.wait)
            question.cancel()
            await asyncio.wait([question])

    asyncio.run(asking())
    assert (gate.inside, gate.left) == (0, [(None, "NoneType")])


@pytest.mark.parametrize(
    ("replies", "spent"),
    [
        ([answer(WRONG)] * 2, Spent(2, 2, 200, 40, 0)),
        ([answer(GOOD, finish_reason="length")], Spent(1, 1, 100, 20, 0)),
        ([answer(WRONG), refuse(400)], Spent(2, 1, 100, 20, 0)),
        ([refuse(401)], Spent(1, 0, 0, 0, 0)),
    ],
)
def test_an_error_says_what_was_spent_before_it(
    client: Make, provider: FakeProvider, replies: list[Reply], spent: Spent
) -> None:
    provider.will(*replies)
    with pytest.raises(UhcLlmError) as caught:
        ask(client(), reasks=1)
    assert caught.value.spent == spent


# The embedded model


@dataclass(frozen=True)
class Embedded:
    """What the embedded server says of itself."""

    base_url: str
    api_key: str = "one-key-for-this-process"
    model_name: str = "local/some-model"


@pytest.fixture
def embedded(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """The weights that were asked for; the embedded server is the test's."""
    asked: list[Path | None] = []

    def start(path: Path | None = None) -> Embedded:
        asked.append(path)
        return Embedded(provider.url)

    monkeypatch.setattr("uhc_llm.llm.local.start", start)
    return asked


@pytest.mark.parametrize(
    ("name", "path"), [("local", None), ("local:models/a.gguf", Path("models/a.gguf"))]
)
def test_the_embedded_model_is_asked_at_its_own_address(
    provider: FakeProvider,
    embedded: list[Path | None],
    monkeypatch: pytest.MonkeyPatch,
    *,
    name: str,
    path: Path | None,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    provider.will(answer(GOOD))
    got = ask(ModelClient(ModelName.parse(name)))
    (request,) = provider.requests
    assert got.content == PARSED
    assert embedded == [path]
    assert request.headers["authorization"] == "Bearer one-key-for-this-process"
    assert request.body["model"] == "local/some-model"
    assert request.body["max_tokens"] == 4096


def test_a_grammar_is_made_from_the_schema_as_it_is(
    provider: FakeProvider, embedded: list[Path | None]
) -> None:
    provider.will(answer(GOOD))
    ask(ModelClient(ModelName.parse("local")))
    form = provider.bodies[0]["response_format"]["json_schema"]
    assert form == {"name": "Claims", "schema": Claims.model_json_schema()}
    assert embedded


# Other providers, by way of instructor

TOOL_CALL = {
    "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "Claims", "arguments": GOOD}}
    ]
}


def test_another_provider_is_asked_with_our_retries_and_not_with_its_own(
    client: Make, provider: FakeProvider, slept: list[float]
) -> None:
    provider.will(
        refuse(500), refuse(500), answer(None, finish_reason="tool_calls", extra=TOOL_CALL)
    )
    got = ask(client("together/Qwen/Qwen3-32B"))
    assert got.content == PARSED
    assert got.requests == len(provider.requests) == 3
    assert len(slept) == 2
    assert provider.bodies[0]["model"] == "Qwen/Qwen3-32B"


def test_another_providers_refusal_is_one_of_our_errors(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(refuse(401, f"bad key {KEY}"))
    with pytest.raises(AuthenticationError, match=r"together/Qwen3.*\[redacted\]"):
        ask(client("together/Qwen3"))


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("together/Qwen3", MissingKeyError, "TOGETHER_API_KEY"),
        ("groq/llama-3.3-70b-versatile", ConfigurationError, "pip install groq"),
        ("nobody/knows", ConfigurationError, "Unsupported provider: nobody"),
    ],
)
def test_another_provider_that_is_not_set_up_says_what_is_missing(
    client: Make,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    error: type[ConfigurationError],
    says: str,
) -> None:
    monkeypatch.delenv("TOGETHER_API_KEY", raising=False)
    with pytest.raises(error, match=says):
        ask(client(name, api_key=None, base_url=None))
