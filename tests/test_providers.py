"""The providers that people use: what each is sent, what it answers, and how it refuses.

None can be reached from here. Each is a server on this machine that takes, answers and refuses what
its documentation says; docs/providers.md has what was looked at.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field

from tests.documented.dialect import Refusal
from tests.documented.dialects import DIALECTS
from tests.documented.schema_rules import (
    SchemaError,
    check_anthropic,
    check_azure,
    check_gemini,
    check_mistral,
    check_openai,
)
from tests.documented.server import KEY, DocumentedServer, sample
from uhc_llm import Extractor
from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    MissingExtraError,
    MissingKeyError,
    ModelNotFoundError,
    ProviderError,
    QuotaExhaustedError,
    RateLimitError,
    SchemaRefusedError,
    ServerError,
    TruncatedAnswerError,
    UhcLlmError,
    UnusableAnswerError,
)
from uhc_llm.llm.answers import QuotedFacts, StaticAnswer
from uhc_llm.llm.asking import Answer, Message
from uhc_llm.llm.client import ModelClient, completion_of
from uhc_llm.llm.models import ModelName
from uhc_llm.llm.replay import replaying
from uhc_llm.llm.transport.answer_form import usual_answer
from uhc_llm.llm.transport.providers import PROVIDERS, is_here
from uhc_llm.llm.transport.request_form import ROOM_TO_THINK
from uhc_llm.llm.transport.strict_schema import GEMINI, PLAIN, strict_schema
from uhc_llm.schemas import Usage

T = TypeVar("T", bound=BaseModel)

PAGE: Final = Path(__file__).parents[1] / "docs" / "providers.md"
CONVERSATION: Final[list[Message]] = [
    {"role": "system", "content": "You read Indonesian news. Answer with JSON only."},
    {"role": "user", "content": "Cakupan JKN Kabupaten Semarang 98,5 persen."},
]
ARTICLE: Final = (
    "Cakupan kepesertaan JKN di Kabupaten Semarang mencapai 98,5 persen per 1 Mei 2024, "
    "kata kepala dinas kesehatan."
)
FACT: Final = {
    "quote": "Cakupan kepesertaan JKN di Kabupaten Semarang mencapai 98,5 persen per 1 Mei 2024",
    "value": 98.5,
    "unit": "percent",
    "metric": "coverage_rate",
    "status": "actual",
    "region": "Kabupaten Semarang",
    "period": "2024-05-01",
    "segment": "all",
}


class Region(BaseModel):
    """Where."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    level: Literal["province", "regency"] = "regency"


class Reading(BaseModel):
    """One figure, with what schemas of all kinds hold."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern="^n[0-9]+$", examples=["n1"])
    value: float = Field(ge=0, le=100, multiple_of=0.5)
    kind: Literal["rate"] = "rate"
    region: Region | None = Field(default=None, description="the place")
    years: list[int] = Field(default_factory=list, min_length=0, max_length=3)
    note: str | None = None


GOOD: Final = {
    "id": "n1",
    "value": 98.5,
    "kind": "rate",
    "region": {"name": "Kabupaten Semarang", "level": "regency"},
    "years": [2024],
    "note": None,
}
# It fits what every provider keeps to, as none takes the shortest length of a text.
WRONG: Final = {**GOOD, "region": {"name": "", "level": "regency"}}
ALL: Final = sorted(DIALECTS)


@pytest.fixture(params=ALL)
def server(request: pytest.FixtureRequest) -> Iterator[DocumentedServer]:
    """Each provider in turn."""
    with DocumentedServer(DIALECTS[request.param]) as running:
        yield running


@pytest.fixture
def at() -> Iterator[Callable[[str], DocumentedServer]]:
    """One provider by its name."""
    opened: list[DocumentedServer] = []

    def start(name: str) -> DocumentedServer:
        opened.append(DocumentedServer(DIALECTS[name]).__enter__())
        return opened[-1]

    yield start
    for running in opened:
        running.__exit__()


At = Callable[[str], DocumentedServer]


async def no_pause(_: float) -> None:
    pass


def make(server: DocumentedServer, name: str | None = None, **options: Any) -> ModelClient:
    settings = {"api_key": KEY, "base_url": server.url, "sleep": no_pause, **options}
    return ModelClient(ModelName.parse(name or server.dialect.name), **settings)


def ask(client: ModelClient, form: type[T], *, reasks: int = 1) -> Answer[T]:
    async def asking() -> Answer[T]:
        async with client:
            return await client.ask(CONVERSATION, form, reasks=reasks)

    return asyncio.run(asking())


# What comes back


def test_an_answer_has_the_form_that_was_asked_for_and_its_tokens_are_counted(
    server: DocumentedServer,
) -> None:
    server.says(json.dumps(GOOD), tokens=(1200, 1024, 0, 40))
    got = ask(make(server), Reading)
    cached = 0 if server.dialect.name.startswith("ollama/") else 1024
    assert got.content == Reading.model_validate(GOOD)
    assert got.usage == Usage(input_tokens=1200, output_tokens=40, cached_tokens=cached)
    assert (got.requests, got.answers) == (1, 1)


@pytest.mark.parametrize("form", [StaticAnswer, QuotedFacts])
def test_every_provider_takes_the_forms_that_we_ask_for(
    server: DocumentedServer, form: type[BaseModel]
) -> None:
    got = ask(make(server), form)
    assert type(got.content) is form
    assert got.requests == 1


def test_an_article_is_extracted(server: DocumentedServer) -> None:
    server.says(json.dumps({"facts": [FACT]}))
    extractor = Extractor(
        server.dialect.name, strategy="quote", base_url=server.url, api_key=KEY, reasks=0
    )
    extraction = extractor.extract(ARTICLE)
    (fact,) = extraction.facts
    assert (fact.metric, fact.value) == ("coverage_rate", Decimal("98.5"))
    assert fact.region is not None
    assert fact.region.name == "Kabupaten Semarang"
    assert extraction.provenance.model == server.dialect.name
    assert extraction.provenance.usage.input_tokens == 1200


def test_a_model_that_points_is_asked_of_every_provider(server: DocumentedServer) -> None:
    extractor = Extractor(server.dialect.name, base_url=server.url, api_key=KEY)
    extraction = extractor.extract(ARTICLE)
    assert extraction.provenance.requests == len(server.bodies) >= 1


def test_an_answer_of_the_wrong_form_is_sent_back_behind_what_is_the_same(
    server: DocumentedServer,
) -> None:
    server.says(json.dumps(WRONG))
    server.says(json.dumps(GOOD))
    got = ask(make(server), Reading)
    first, second = server.bodies
    assert got.answers == 2
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert [name for name in first if first[name] != second[name]] == ["messages"]


@pytest.mark.parametrize("name", ["openai", "anthropic", "gemini", "mistral"])
def test_thoughts_are_counted_as_tokens_of_the_answer_and_are_no_part_of_it(
    at: At, name: str
) -> None:
    server = at(name)
    server.says(json.dumps(GOOD), tokens=(1200, 0, 500, 40))
    got = ask(make(server), Reading)
    assert got.content == Reading.model_validate(GOOD)
    assert got.usage == Usage(input_tokens=1200, output_tokens=540)


@pytest.mark.parametrize(
    ("ends", "error"), [("length", TruncatedAnswerError), ("refusal", UnusableAnswerError)]
)
def test_an_answer_that_is_cut_off_or_refused_is_told_so(
    server: DocumentedServer, ends: Literal["length", "refusal"], error: type[UhcLlmError]
) -> None:
    server.says('{"id": "n1", "val', ends=ends)
    with pytest.raises(error) as caught:
        ask(make(server), Reading)
    assert (caught.value.spent.answers, caught.value.spent.output_tokens) == (1, 40)


# What is sent


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("openai", {"max_completion_tokens": 4096, "temperature": 0.0, "seed": 1}),
        ("azure", {"max_completion_tokens": 4096, "temperature": 0.0, "seed": 1}),
        ("anthropic", {"max_tokens": 4096 + ROOM_TO_THINK, "temperature": 0.0}),
        ("gemini", {"max_completion_tokens": 4096 + ROOM_TO_THINK}),
        (
            "mistral",
            {
                "max_tokens": 4096,
                "temperature": 0.0,
                "random_seed": 1,
                "prompt_cache_key": "uhc_llm",
            },
        ),
        (
            "deepseek",
            {"max_tokens": 4096, "temperature": 0.0, "thinking": {"type": "disabled"}},
        ),
        (
            "openrouter",
            {"max_tokens": 4096, "temperature": 0.0, "provider": {"require_parameters": True}},
        ),
        ("ollama", {"max_tokens": 4096, "temperature": 0.0, "seed": 1}),
        ("vllm", {"max_tokens": 4096, "temperature": 0.0, "seed": 1}),
        ("llamacpp", {"max_tokens": 4096, "temperature": 0.0, "seed": 1}),
    ],
)
def test_each_is_sent_the_parameters_that_it_knows(
    at: At, name: str, sent: dict[str, object]
) -> None:
    server = at(name)
    ask(make(server), QuotedFacts)
    (body,) = server.bodies
    always = {"model", "messages", "system", "response_format", "output_config"}
    assert {key: value for key, value in body.items() if key not in always} == sent


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("openai", "openai/gpt-5-mini"),
        ("openai", "openai/o3"),
        ("azure", "azure/prod-gpt-5"),
        ("anthropic", "anthropic/claude-opus-5-5"),
        ("gemini", "google/gemini-3.7-flash"),
        ("openrouter", "openrouter/openai/gpt-5-mini"),
        ("openrouter", "openrouter/anthropic/claude-opus-4.8"),
    ],
)
def test_a_model_that_thinks_gets_room_for_it_and_no_temperature(
    at: At, name: str, model: str
) -> None:
    server = at(name)
    ask(make(server, model), QuotedFacts)
    (body,) = server.bodies
    limit = body.get("max_tokens") or body.get("max_completion_tokens")
    assert limit == 4096 + ROOM_TO_THINK
    assert "temperature" not in body


@pytest.mark.parametrize(
    ("model", "is_tempered"),
    [
        ("openai/gpt-4o", True),
        ("openai/gpt-5-chat-latest", True),
        ("openai/Qwen/Qwen3-8B", True),
        ("azure/gpt-35-turbo", True),
        ("azure/o4-mini", False),
        ("anthropic/claude-haiku-4-5-20251001", True),
        ("anthropic/claude-sonnet-4-6", True),
        ("anthropic/claude-opus-4-1-20250805", True),
        ("anthropic/claude-opus-4-20250514", True),
        ("anthropic/claude-opus-4-7", False),
        ("anthropic/claude-sonnet-5", False),
        ("anthropic/claude-haiku-5-5", False),
        ("gemini/gemini-2.5-flash", True),
        ("gemini/gemini-3-pro-preview", False),
        ("openrouter/anthropic/claude-sonnet-4.6", True),
        ("openrouter/anthropic/claude-sonnet-5", False),
        ("openrouter/google/gemini-2.5-flash", True),
        ("openrouter/google/gemini-3.7-flash", False),
    ],
)
def test_which_models_take_a_temperature(model: str, *, is_tempered: bool) -> None:
    name = ModelName.parse(model)
    assert bool(PROVIDERS[name.provider].tempered.search(name.model)) == is_tempered


def test_a_temperature_that_somebody_chose_is_sent(at: At) -> None:
    server = at("openai")
    ask(make(server, "openai/gpt-5-mini", temperature=1.0), QuotedFacts)
    assert server.bodies[0]["temperature"] == 1.0


def test_what_is_the_same_for_all_articles_is_marked_for_the_cache_of_anthropic(at: At) -> None:
    server = at("anthropic")
    ask(make(server), QuotedFacts)
    (body,) = server.bodies
    system = {
        "type": "text",
        "text": CONVERSATION[0]["content"],
        "cache_control": {"type": "ephemeral"},
    }
    assert body["system"] == [system]
    assert body["messages"] == CONVERSATION[1:]


def test_where_no_schema_is_taken_it_stands_in_the_prompt_before_the_article(at: At) -> None:
    server = at("deepseek")
    ask(make(server), QuotedFacts)
    (body,) = server.bodies
    system, user = body["messages"]
    assert body["response_format"] == {"type": "json_object"}
    assert system["content"].startswith(CONVERSATION[0]["content"])
    assert json.dumps(strict_schema(QuotedFacts.model_json_schema(), PLAIN)) in system["content"]
    assert user == CONVERSATION[1]


def test_a_question_without_a_system_prompt_gets_one_for_the_schema(at: At) -> None:
    server = at("deepseek")

    async def asking() -> Answer[QuotedFacts]:
        async with make(server) as client:
            return await client.ask(CONVERSATION[1:], QuotedFacts)

    asyncio.run(asking())
    assert [message["role"] for message in server.bodies[0]["messages"]] == ["system", "user"]


@pytest.mark.parametrize(
    "check", [check_openai, check_azure, check_anthropic, check_gemini, check_mistral]
)
def test_the_schema_as_pydantic_has_it_would_be_refused(check: Callable[[Any], None]) -> None:
    """So the servers that take ours are not lenient."""
    schema = Reading.model_json_schema() | {"additionalProperties": True}
    with pytest.raises(SchemaError):
        check(schema)


def test_references_are_written_out_where_they_are_not_known() -> None:
    written = strict_schema(Reading.model_json_schema(), GEMINI)
    assert "$defs" not in written
    region = written["properties"]["region"]["anyOf"][0]
    assert region["required"] == ["name", "level"]
    assert written["properties"]["kind"] == {"type": "string", "enum": ["rate"]}
    assert sample(written).keys() == Reading.model_fields.keys()


# What comes back of other servers


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": {"message": "no"}}, {"error": {"message": "no"}}),
        ({"choices": ["odd"], "usage": None}, {"choices": ["odd"], "usage": None}),
        (
            {"usage": {"prompt_tokens": "12", "total_tokens": 20.5, "completion_tokens": None}},
            {"usage": {"prompt_tokens": "12", "total_tokens": 20.5, "completion_tokens": None}},
        ),
        (
            {"usage": {"prompt_tokens_details": {"cached_tokens": 3}, "num_cached_tokens": 5}},
            {"usage": {"prompt_tokens_details": {"cached_tokens": 3}, "num_cached_tokens": 5}},
        ),
        (
            {"choices": [{"message": {"content": [{"text": "a"}, "b", {"text": ["c"]}]}}]},
            {"choices": [{"message": {"content": "a"}}]},
        ),
    ],
)
def test_what_is_not_known_is_left_as_it_is(body: dict[str, Any], expected: dict[str, Any]) -> None:
    assert usual_answer(body) == expected


# How each refuses


def refused(server: DocumentedServer, refusal: Refusal, **options: Any) -> ProviderError:
    server.refuses(refusal)
    with pytest.raises(ProviderError) as caught:
        ask(make(server, **options), Reading, reasks=0)
    assert KEY not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("name", [name for name in ALL if DIALECTS[name].wrong_key])
def test_a_wrong_key_is_told_so(at: At, name: str) -> None:
    server = at(name)
    with pytest.raises(AuthenticationError) as caught:
        ask(make(server, api_key="sk-wrong-0123456789abcdef"), Reading)
    assert caught.value.attempts == 1
    assert "sk-wrong" not in str(caught.value)


def test_too_many_requests_are_told_so_with_the_pause_that_is_asked_for(
    server: DocumentedServer,
) -> None:
    error = refused(server, server.dialect.busy, transport_attempts=2)
    assert type(error) is RateLimitError
    assert error.attempts == 2
    if server.dialect.waits:
        assert error.retry_after == server.dialect.waits


def test_a_service_that_is_overloaded_is_asked_again(server: DocumentedServer) -> None:
    server.refuses(server.dialect.overloaded, times=2)
    assert ask(make(server), QuotedFacts).requests == 3
    error = refused(server, server.dialect.overloaded, transport_attempts=2)
    assert type(error) is ServerError


def test_a_model_that_is_not_there_is_told_so(server: DocumentedServer) -> None:
    assert type(refused(server, server.dialect.no_model)) is ModelNotFoundError


def test_a_schema_that_is_refused_is_told_so(server: DocumentedServer) -> None:
    assert type(refused(server, server.dialect.bad_schema)) is SchemaRefusedError


@pytest.mark.parametrize("name", [name for name in ALL if DIALECTS[name].no_money])
def test_an_account_without_money_is_told_so(at: At, name: str) -> None:
    server = at(name)
    assert server.dialect.no_money is not None
    assert type(refused(server, server.dialect.no_money)) is QuotaExhaustedError


def test_what_mistral_does_not_know_of_a_request_is_named(at: At) -> None:
    complaint = {"loc": ["body", "seed"], "msg": "Extra inputs are not permitted", "input": 1}
    error = refused(at("mistral"), Refusal(422, {"message": {"detail": [complaint]}}))
    assert "seed" in str(error)
    assert "Extra inputs are not permitted" in str(error)


def test_a_text_that_is_too_long_for_gemini_is_told_so(at: At) -> None:
    said = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
    error = refused(at("gemini"), Refusal(400, [{"error": {"code": 400, "message": said}}]))
    assert type(error).__name__ == "ContextLengthError"


# Keys and addresses


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which nothing of any provider is set."""
    for provider in PROVIDERS.values():
        for name in (*provider.key_variables, provider.address_variable or "UNUSED"):
            monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("name", ALL)
def test_the_key_comes_from_the_providers_own_variable(
    at: At, bare: pytest.MonkeyPatch, name: str
) -> None:
    server = at(name)
    bare.setenv(PROVIDERS[name].key_variables[-1], f" {KEY}\n")
    assert ask(make(server, api_key=None), QuotedFacts).requests == 1


@pytest.mark.parametrize("name", [name for name in ALL if PROVIDERS[name].keys_are_at])
@pytest.mark.usefixtures("bare")
def test_without_a_key_the_message_says_which_variable_and_where_to_get_one(
    at: At, name: str
) -> None:
    server = at(name)
    with pytest.raises(MissingKeyError) as caught:
        ask(make(server, api_key=None), QuotedFacts)
    provider = PROVIDERS[name]
    for told in (*provider.key_variables, provider.keys_are_at, "--strategy code"):
        assert told in str(caught.value)
    assert not server.bodies


@pytest.mark.usefixtures("bare")
def test_a_server_of_ones_own_needs_no_key(at: At) -> None:
    assert ask(make(at("ollama"), api_key=None), QuotedFacts).requests == 1


@pytest.mark.parametrize(
    ("name", "variable", "path"),
    [
        ("openai", "OPENAI_BASE_URL", "/v1"),
        ("azure", "AZURE_OPENAI_ENDPOINT", "/"),
        ("azure", "AZURE_OPENAI_ENDPOINT", "/openai/v1/"),
        ("anthropic", "ANTHROPIC_BASE_URL", ""),
        ("anthropic", "ANTHROPIC_BASE_URL", "/v1"),
        ("ollama", "OLLAMA_HOST", ""),
        ("vllm", "VLLM_BASE_URL", "/v1"),
        ("llamacpp", "LLAMACPP_BASE_URL", "/"),
    ],
)
def test_the_address_comes_from_the_providers_own_variable(
    at: At, bare: pytest.MonkeyPatch, name: str, variable: str, path: str
) -> None:
    server = at(name)
    bare.setenv(variable, server.root + path)
    assert ask(make(server, base_url=None), QuotedFacts).requests == 1


@pytest.mark.parametrize("name", [name for name in ALL if name != "openai"])
def test_an_address_without_its_path_is_completed(at: At, name: str) -> None:
    server = at(name)
    assert ask(make(server, base_url=server.root), QuotedFacts).requests == 1


def test_ollamas_variable_may_be_a_bare_host(at: At, bare: pytest.MonkeyPatch) -> None:
    server = at("ollama")
    bare.setenv("OLLAMA_HOST", server.root.removeprefix("http://"))
    assert ask(make(server, base_url=None), QuotedFacts).requests == 1


@pytest.mark.usefixtures("bare")
def test_azure_has_no_address_that_everybody_shares() -> None:
    client = ModelClient(ModelName.parse("azure/mine"), api_key=KEY)
    with pytest.raises(ConfigurationError, match="AZURE_OPENAI_ENDPOINT"):
        ask(client, QuotedFacts)


@pytest.mark.usefixtures("bare")
def test_a_recording_is_replayed_without_an_address_and_a_key() -> None:
    async def create(**_: Any) -> Any:
        content = json.dumps({"facts": [FACT]})
        choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        return completion_of({"choices": [choice]})

    with replaying():
        client = ModelClient(ModelName.parse("azure/mine"), create=create)
        assert len(ask(client, QuotedFacts).content.facts) == 1


@pytest.mark.parametrize(
    ("address", "is_so"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.0.0.1:8000/v1", True),
        ("http://[::1]:8000", True),
        ("https://api.openai.com/v1", False),
        ("http://10.0.0.7:8000/v1", False),
    ],
)
def test_a_server_on_this_machine_is_not_looked_for_behind_a_proxy(
    address: str, *, is_so: bool
) -> None:
    assert is_here(address) == is_so


def test_claude_needs_its_package(bare: pytest.MonkeyPatch) -> None:
    bare.setitem(sys.modules, "anthropic", None)
    client = ModelClient(ModelName.parse("anthropic/claude-haiku-4-5"), api_key=KEY)
    with pytest.raises(MissingExtraError, match=r"uhc-llm\[anthropic\]"):
        ask(client, QuotedFacts)


# The page


def test_the_page_has_every_provider_with_its_variables() -> None:
    page = PAGE.read_text("utf-8")
    for name, provider in PROVIDERS.items():
        assert f"`{name}/" in page, name
        for variable in (*provider.key_variables, provider.address_variable):
            assert variable in page, variable
