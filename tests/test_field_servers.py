"""Servers as they are in the field: each takes another part of a request, and answers otherwise."""

import asyncio
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from pydantic import BaseModel, ConfigDict

from tests.fake_provider import MODEL, FakeProvider, Received, Reply, answer, as_json, refuse
from uhc_llm.errors import (
    ConfigurationError,
    ConnectionFailedError,
    ContextLengthError,
    RequestRefusedError,
    SchemaRefusedError,
    UnusableAnswerError,
)
from uhc_llm.llm.asking import Answer, Message
from uhc_llm.llm.batches import LineRefusedError
from uhc_llm.llm.client import ModelClient, completion_of
from uhc_llm.llm.models import ModelName
from uhc_llm.schemas import Usage

KEY: Final = "sk-test-0123456789abcdefghij"
QUESTION: Final[list[Message]] = [
    {"role": "system", "content": "Baca angkanya."},
    {"role": "user", "content": "Cakupan JKN 98,5 persen."},
]
GOOD: Final = '{"number": "n1", "note": "Jum\'at"}'


class Claim(BaseModel):
    """One number."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: str
    note: str | None


class Other(BaseModel):
    """A form with another schema."""

    number: str


PARSED: Final = Claim(number="n1", note="Jum'at")

Make = Callable[..., ModelClient]


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture
def client(provider: FakeProvider) -> Make:
    async def sleep(_: float) -> None:
        """Take no time."""

    def make(name: str = "openai/gpt-4.1-mini", **options: Any) -> ModelClient:
        given = {"api_key": KEY, "base_url": provider.url, "sleep": sleep, **options}
        return ModelClient(ModelName.parse(name), **given)

    return make


def ask(client: ModelClient, form: type[BaseModel] = Claim) -> Answer[Any]:
    async def asking() -> Answer[Any]:
        async with client:
            return await client.ask(QUESTION, form, reasks=1)

    return asyncio.run(asking())


# --- what a server does not take -----------------------------------------------------------------


def detail(name: str) -> Reply:
    """A refusal as pydantic's servers put it."""
    wrong = {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs", "input": 1}
    return as_json({"detail": [wrong]}, status=422)


@pytest.mark.parametrize(
    ("refusal", "before", "after"),
    [
        (
            refuse(400, "Unsupported value: 'temperature' does not support 0.0 with this model."),
            {"temperature": 0.0},
            {},
        ),
        (refuse(400, "Unknown parameter: 'seed'."), {"seed": 1}, {}),
        (refuse(422, "seed must be positive"), {"seed": 1}, {}),
        (
            as_json({"error": {"message": "Not supported", "param": "temperature"}}, status=400),
            {"temperature": 0.0},
            {},
        ),
        (
            as_json(
                {
                    "error": {
                        "message": "Provider returned error",
                        "metadata": {"raw": '{"error": "`temperature` is deprecated"}'},
                    }
                },
                status=400,
            ),
            {"temperature": 0.0},
            {},
        ),
        (detail("max_completion_tokens"), {"max_completion_tokens": 4096}, {"max_tokens": 4096}),
        (
            refuse(
                400, "max_tokens is too large: 4096. This model supports at most 1024 completion"
            ),
            {"max_completion_tokens": 4096},
            {"max_completion_tokens": 1024},
        ),
        (
            refuse(400, "Invalid max_tokens value, the valid range of max_tokens is [1, 2,048]"),
            {"max_completion_tokens": 4096},
            {"max_completion_tokens": 2048},
        ),
        (
            refuse(400, "max_tokens: 4096 > 512, which is the maximum for model-2024-10-21"),
            {"max_completion_tokens": 4096},
            {"max_completion_tokens": 512},
        ),
    ],
)
def test_what_is_refused_is_sent_otherwise_and_not_sent_again(
    *,
    client: Make,
    provider: FakeProvider,
    refusal: Reply,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    one = client()
    provider.will(refusal, answer(GOOD), answer(GOOD))
    assert ask(one).content == PARSED
    assert ask(one).requests == 1
    first, *others = provider.bodies
    assert {name: first[name] for name in before} == before
    assert len(others) == 2
    for body in others:
        assert {name: value for name, value in body.items() if name in (*before, *after)} == after
        assert body.keys() - before.keys() - after.keys() == first.keys() - before.keys()


def test_a_limit_that_goes_by_no_name_is_left_out(client: Make, provider: FakeProvider) -> None:
    provider.will(detail("max_completion_tokens"), detail("max_tokens"), answer(GOOD))
    assert ask(client()).requests == 3
    assert not {"max_completion_tokens", "max_tokens"} & provider.bodies[2].keys()


def test_several_parameters_may_be_refused(client: Make, provider: FakeProvider) -> None:
    refusals = [refuse(400, f"Unknown parameter: '{name}'") for name in ("temperature", "seed")]
    provider.will(*refusals, answer(GOOD))
    ask(client())
    assert not {"temperature", "seed"} & provider.bodies[2].keys()


def test_what_is_learned_of_one_client_is_not_taken_for_another(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(refuse(400, "Unknown parameter: 'seed'"), answer(GOOD), answer(GOOD))
    ask(client())
    ask(client("openai/another"))
    assert [body.get("seed") for body in provider.bodies] == [1, None, 1]


def test_who_takes_the_providers_place_is_asked_the_same_every_time(client: Make) -> None:
    """What is played from a record must not depend on what was learned before."""
    asked: list[bool] = []

    async def create(**request: Any) -> Any:
        asked.append("seed" in request)
        if "seed" in request:
            raise LineRefusedError(400, {"error": {"message": "Unknown parameter: 'seed'"}})
        return completion_of(PLAIN)

    one = client(create=create)
    assert ask(one).requests == ask(one).requests == 2
    assert asked == [True, False, True, False]


def test_what_was_chosen_is_not_left_out_behind_ones_back(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(refuse(400, "Unsupported value: 'temperature'"))
    with pytest.raises(RequestRefusedError, match="temperature=none leaves it out"):
        ask(client(options={"temperature": 0.7}))
    assert len(provider.requests) == 1


def test_a_server_that_refuses_for_ever_is_asked_some_times(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(
        *[refuse(400, f"max_tokens is too large, at most {n}") for n in range(4000, 3900, -1)]
    )
    with pytest.raises(RequestRefusedError, match="at most"):
        ask(client())
    assert len(provider.requests) < 20


def test_a_text_that_leaves_room_for_a_shorter_answer_is_asked_for_that(
    client: Make, provider: FakeProvider
) -> None:
    said = (
        "'max_tokens' is too large: 4096. This model's maximum context length is 4096 tokens and "
        "your request has 1200 input tokens"
    )
    one = client()
    provider.will(refuse(400, said), answer(GOOD), answer(GOOD))
    ask(one)
    ask(one)
    limits = [body["max_completion_tokens"] for body in provider.bodies]
    assert limits == [4096, 2896, 4096]  # another text has other room


def test_a_text_that_leaves_no_room_is_too_long(client: Make, provider: FakeProvider) -> None:
    said = (
        "This model's maximum context length is 2048 tokens. However, you requested 6144 tokens "
        "(2048 in the messages, 4096 in the completion)."
    )
    provider.will(refuse(400, said))
    with pytest.raises(ContextLengthError, match="Split the text"):
        ask(client())


# --- the form of the answer ----------------------------------------------------------------------

NO_SCHEMA: Final = refuse(400, "'response_format.type' must be 'json_object' or 'text'")
NO_FORM: Final = refuse(400, "response_format is not supported")


@pytest.mark.parametrize(
    "refusal",
    [
        NO_SCHEMA,
        detail("response_format"),
        refuse(400, "Invalid schema for response_format 'Claim': 'oneOf' is not permitted"),
        refuse(400, "Failed to initialize samplers: failed to parse grammar"),
    ],
)
def test_a_schema_that_is_refused_is_told_in_words(
    client: Make, provider: FakeProvider, refusal: Reply
) -> None:
    one = client()
    provider.will(refusal, answer(GOOD), answer(GOOD))
    assert ask(one).content == PARSED
    assert ask(one).requests == 1
    for body in provider.bodies[1:]:
        system, *rest = body["messages"]
        assert body["response_format"] == {"type": "json_object"}
        assert system["content"].startswith("Baca angkanya.\n\n")
        told = json.loads(system["content"].rpartition("\n\n")[2])
        assert set(told["properties"]) == {"number", "note"}
        assert rest == QUESTION[1:]


def test_an_answer_of_the_wrong_form_is_asked_for_again_without_the_schema(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(NO_SCHEMA, answer('{"number": 1}'), answer(GOOD))
    assert ask(client()).content == PARSED
    third = provider.bodies[2]
    assert third["response_format"] == {"type": "json_object"}
    assert [message["role"] for message in third["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]


def test_a_server_that_knows_no_form_is_asked_in_words_alone(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(NO_FORM, NO_FORM, answer(f"Tentu!\n```json\n{GOOD}\n```"))
    assert ask(client()).content == PARSED
    assert "response_format" not in provider.bodies[2]
    assert "JSON Schema" in provider.bodies[2]["messages"][0]["content"]


def test_where_nothing_helps_the_error_says_what_is_needed(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(*[NO_FORM] * 3)
    with pytest.raises(SchemaRefusedError, match="supports structured output"):
        ask(client())
    assert len(provider.requests) == 3


def test_one_schema_that_is_too_much_is_no_reason_to_send_none(
    client: Make, provider: FakeProvider
) -> None:
    grammar = refuse(400, "failed to parse grammar")
    one = client()
    provider.will(grammar, answer(GOOD), answer('{"number": "n1"}'), answer(GOOD))
    ask(one)
    ask(one, Other)
    ask(one)
    forms = [body["response_format"]["type"] for body in provider.bodies]
    assert forms == ["json_schema", "json_object", "json_schema", "json_object"]


def test_a_model_without_tools_answers_in_words(client: Make, provider: FakeProvider) -> None:
    provider.will(refuse(400, "deepseek-x does not support tools"), *[answer(GOOD)] * 2)
    one = client("deepseek/deepseek-x")
    assert ask(one).content == PARSED
    assert ask(one).requests == 1
    assert not {"tools", "tool_choice"} & provider.bodies[1].keys()


# --- where the answer is -------------------------------------------------------------------------


def completion(message: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 20}
    return {"object": "chat.completion", "model": MODEL, "choices": [choice], "usage": usage} | more


def said(body: Any, content_type: str | None = "application/json") -> Reply:
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    return Reply(200, raw, {"Content-Type": content_type} if content_type else {})


def stream(*deltas: Mapping[str, Any], last: str = "data: [DONE]") -> str:
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    usage = {"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20}}
    lines = [f"data: {json.dumps(chunk)}" for chunk in [*chunks, usage]]
    return "\n\n".join([": KEEP-ALIVE", *lines, last, ""])


CALL: Final = {"index": 0, "id": "c1", "function": {"name": "Claim", "arguments": GOOD}}
PLAIN: Final = completion({"content": GOOD})
AS_LATIN: Final = json.dumps(
    completion({"content": GOOD.replace("Jum", "é")}), ensure_ascii=False
).encode("latin-1")


@pytest.mark.parametrize(
    "reply",
    [
        answer(f"```json\n{GOOD}\n```"),
        answer(f'<think>{{"number": "n2", "note": null}}</think>{GOOD}'),
        answer(f"\ufeff{GOOD}"),
        answer(f"{GOOD}\n\n{GOOD}"),
        answer(str(json.loads(GOOD))),
        said(completion({"content": [{"type": "text", "text": GOOD}]})),
        said(
            completion(
                {"content": [{"type": "thinking", "thinking": []}, {"type": "text", "text": GOOD}]}
            )
        ),
        said(completion({"content": "", "reasoning_content": f"Jadi: {GOOD}"})),
        said(completion({"content": None, "reasoning": GOOD})),
        said(completion({"content": None, "tool_calls": [CALL]})),
        said(completion({"content": None, "function_call": CALL["function"]})),
        said(stream({"role": "assistant"}, {"content": GOOD[:9]}, {"content": GOOD[9:]})),
        said(stream({"content": GOOD}, last=""), "text/event-stream"),
        said(stream({"content": GOOD}), "text/event-stream; charset=utf-8"),
        said(stream({"reasoning_content": "hm"}, {"tool_calls": [CALL]}), "text/event-stream"),
        said(PLAIN, "text/plain"),
        said(PLAIN, None),
        said("\ufeff" + json.dumps(PLAIN)),
        Reply(
            200,
            gzip.compress(json.dumps(PLAIN).encode()),
            {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        ),
        answer(GOOD, finish_reason="eos"),
    ],
)
def test_a_good_answer_is_taken_however_it_is_sent(
    client: Make, provider: FakeProvider, reply: Reply
) -> None:
    provider.will(reply)
    got = ask(client())
    assert got.content == PARSED
    assert (got.requests, got.usage) == (1, Usage(input_tokens=100, output_tokens=20))


def test_an_answer_in_another_encoding_is_read(client: Make, provider: FakeProvider) -> None:
    provider.will(said(AS_LATIN))
    assert ask(client()).content == Claim(number="n1", note="é'at")


@pytest.mark.parametrize(
    "message",
    [
        {"content": f"Tentu: {GOOD}"},
        {"content": None, "tool_calls": [{**CALL, "type": "function"}]},
        {"content": "", "reasoning_content": GOOD},
    ],
)
def test_a_tools_answer_may_stand_elsewhere(
    client: Make, provider: FakeProvider, message: Mapping[str, Any]
) -> None:
    provider.will(said(completion(message)))
    assert ask(client("deepseek/deepseek-chat")).content == PARSED


@pytest.mark.parametrize(
    "written",
    [
        '```json\n{"number": 1, "note": null}\n```',
        '{"number": "n1", "note": null, "explanation": "x"}',
        f"{GOOD[:-3]}",
    ],
)
def test_what_has_not_the_form_is_asked_for_again(
    client: Make, provider: FakeProvider, written: str
) -> None:
    provider.will(answer(written), answer(GOOD))
    assert ask(client()).answers == 2


def test_a_draft_among_the_thoughts_is_no_answer(client: Make, provider: FakeProvider) -> None:
    provider.will(answer("Maaf.", extra={"reasoning_content": GOOD}), answer("Maaf."))
    with pytest.raises(UnusableAnswerError):
        ask(client())


def test_an_error_in_a_stream_is_one(client: Make, provider: FakeProvider) -> None:
    broken = 'data: {"error": {"message": "upstream is busy", "code": 503}}\n\n'
    provider.will(said(broken, "text/event-stream"), answer(GOOD))
    assert ask(client()).requests == 2


# --- tokens --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"prompt_tokens": 100.0, "completion_tokens": 20.0}, (100, 20)),
        ({"prompt_tokens": "100", "completion_tokens": "20"}, (100, 20)),
        ({"prompt_tokens": 100, "completion_tokens": None}, (100, 0)),
        ({"prompt_tokens": -5, "completion_tokens": "viele"}, None),
        ({"prompt_tokens": None, "completion_tokens": None}, None),
        ({"prompt_tokens": 0, "completion_tokens": 0}, None),
        ({}, None),
        (None, None),
        ("none", None),
    ],
)
def test_tokens_are_counted_as_far_as_they_are_told(
    *, client: Make, provider: FakeProvider, usage: object, counted: tuple[int, int] | None
) -> None:
    provider.will(said(completion({"content": GOOD}, usage=usage)))
    used = ask(client()).usage
    if counted is not None:
        assert used == Usage(input_tokens=counted[0], output_tokens=counted[1])
        return
    assert used.estimated
    characters = sum(len(message["content"]) for message in QUESTION)
    assert used.input_tokens > characters / 3
    assert used.output_tokens == -(-len(GOOD) // 3)


# --- options -------------------------------------------------------------------------------------


def test_options_stand_in_every_request(client: Make, provider: FakeProvider) -> None:
    options = {
        "max_output_tokens": 16000,
        "temperature": 1,
        "seed": None,
        "reasoning_effort": "low",
        "token_budget": 5,
        "chat_template_kwargs": {"enable_thinking": False},
        "top_p": None,
    }
    provider.will(answer('{"number": 1}'), answer(GOOD))
    ask(client(options=options))
    for body in provider.bodies:
        assert body["max_completion_tokens"] == 16000
        assert body["temperature"] == 1
        assert body["reasoning_effort"] == "low"
        assert body["token_budget"] == 5
        assert body["chat_template_kwargs"] == {"enable_thinking": False}
        assert not {"seed", "top_p", "max_output_tokens"} & body.keys()


def test_a_limit_under_the_providers_own_name_is_taken(
    client: Make, provider: FakeProvider
) -> None:
    provider.will(answer(GOOD))
    ask(client(options={"max_tokens": 99}))
    assert provider.bodies[0]["max_tokens"] == 99
    assert "max_completion_tokens" not in provider.bodies[0]


def test_only_what_differs_is_an_option(client: Make) -> None:
    same = {"temperature": 0, "seed": 1, "max_output_tokens": 4096}
    assert client(options=same).options == {}
    assert client(options={"temperature": None, "top_p": None}).options == {
        "temperature": None,
        "top_p": None,
    }


@pytest.mark.parametrize(
    "options",
    [
        {"api_key": "x"},
        {"Authorization": "x"},
        {"x-api-key": "x"},
        {"extra_headers": {}},
        {"user": KEY},
        {"model": "gpt-5"},
        {"messages": []},
        {"response_format": {}},
        {"max_output_tokens": 0},
        {"max_output_tokens": "viele"},
        {"top_p": float("nan")},
        {"top_p": object()},
    ],
)
def test_what_may_be_no_option_is_refused(client: Make, options: Mapping[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))) as caught:
        client(options=options)
    assert KEY not in str(caught.value)


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "path"),
    [
        ("/", "/v1/chat/completions"),
        ("//", "/v1/chat/completions"),
        ("/chat/completions", "/v1/chat/completions"),
        ("/chat/completions/", "/v1/chat/completions"),
        ("?api-version=2024-10-21", "/v1/chat/completions?api-version=2024-10-21"),
        ("/chat/completions?a=1&b=x%20y", "/v1/chat/completions?a=1&b=x%20y"),
        (" \n", "/v1/chat/completions"),
    ],
)
@pytest.mark.parametrize("by", ["argument", "environment"])
def test_an_address_is_understood_however_it_is_written(
    *,
    client: Make,
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
    path: str,
    by: str,
) -> None:
    address = f" {provider.url}{ending}"
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    provider.will(answer(GOOD))
    ask(client(base_url=address if by == "argument" else None))
    (request,) = provider.requests
    assert request.path.replace("+", "%20") == path


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("localhost:8000/v1", "http://localhost:8000/v1"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("api.example.org/v1", "https://api.example.org/v1"),
        ("htp://api.example.org/v1", "https://api.example.org/v1"),
        ("http:///v1", "http://"),
        ("http://[::1", "none"),
        ("", "http://127.0.0.1:8000/v1"),
    ],
)
def test_an_address_that_is_none_is_told_with_what_may_be_meant(
    client: Make, address: str, meant: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        client(base_url=address)
    assert meant in str(caught.value)


def test_what_is_secret_in_an_address_is_not_shown(client: Make) -> None:
    with FakeProvider() as gone:
        host = gone.url.removeprefix("http://")
    with pytest.raises(ConnectionFailedError) as caught:
        ask(client(base_url=f"http://me:geheim@{host}?key=rahasia", transport_attempts=1))
    assert host in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert "rahasia" not in str(caught.value)


@pytest.mark.parametrize("status", [307, 308])
def test_a_question_follows_to_where_it_is_sent(
    client: Make, provider: FakeProvider, status: int
) -> None:
    provider.will(Reply(status, "", {"Location": "/v2/chat/completions"}), answer(GOOD))
    assert ask(client()).content == PARSED
    first, second = provider.requests
    assert second == Received("/v2/chat/completions", second.headers, first.body)
