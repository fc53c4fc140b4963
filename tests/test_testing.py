"""Cassettes and the fake model, as a user's tests use them."""

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.fake_provider import FakeProvider, answer, as_json, refuse
from uhc_llm._cassette_file import Interaction, canonical, difference, parse, render
from uhc_llm.errors import (
    CassetteError,
    ConfigurationError,
    MissingExtraError,
    ServerError,
    UnusableAnswerError,
)
from uhc_llm.llm.asking import Answer, AnsweringModel, Message
from uhc_llm.llm.client import ModelClient
from uhc_llm.llm.models import ModelName
from uhc_llm.testing import FakeModel, Record, cassette

KEY = "sk-test-0123456789abcdefghij"
OTHER_KEY = "dk-9876543210zyxwvutsr"
TEXT = 'Cakupan JKN 98,4 persen.\nBaris kedua, "dikutip" – {{ 7*7 }}'


class Reached(BaseModel):
    """Whether it is reached."""

    reached: bool


YES = '{"reached": true}'


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "reached.yaml"


def ask(
    text: str = TEXT, *, base_url: str | None = None, key: str | None = None
) -> Answer[Reached]:
    async def sleep(_: float) -> None:
        pass

    async def asking() -> Answer[Reached]:
        model = ModelName.parse("openai/gpt-4.1-mini")
        async with ModelClient(model, api_key=key, base_url=base_url, sleep=sleep) as client:
            return await client.ask([{"role": "user", "content": text}], Reached)

    return asyncio.run(asking())


def record(
    provider: FakeProvider, path: Path, *texts: str, mode: Record = "once"
) -> list[Answer[Reached]]:
    with cassette(path, record=mode):
        return [ask(text, base_url=provider.url, key=KEY) for text in texts or (TEXT,)]


# Recording and replaying


def test_a_recording_is_replayed_without_a_server_and_without_a_key(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with FakeProvider() as provider:
        provider.will(refuse(503), answer("half {"), answer(YES, tokens=(7, 3, 1)))
        (recorded,) = record(provider, path)
    with cassette(path) as played:
        assert played.replays
        assert ask() == recorded
    assert recorded.requests == 3
    assert played.unused == []


def test_a_replay_reaches_requests_made_in_another_thread(
    path: Path, provider: FakeProvider
) -> None:
    provider.will(answer(YES))
    record(provider, path)
    got: list[Answer[Reached]] = []
    with cassette(path):
        thread = threading.Thread(target=lambda: got.append(ask()))
        thread.start()
        thread.join()
    assert got[0].content.reached
    assert len(provider.requests) == 1


def test_a_replay_does_not_mind_where_the_server_was(path: Path, provider: FakeProvider) -> None:
    provider.will(answer(YES))
    record(provider, path)
    with cassette(path):
        assert ask(base_url="https://somewhere.example/api/v1", key="another-key").content.reached


def test_once_records_only_when_there_is_no_file(path: Path, provider: FakeProvider) -> None:
    provider.will(answer(YES))
    record(provider, path)
    record(provider, path)
    assert len(provider.requests) == 1


def test_new_records_only_what_the_file_does_not_know(path: Path, provider: FakeProvider) -> None:
    provider.will(answer(YES), answer('{"reached": false}'))
    record(provider, path, "satu")
    got = record(provider, path, "satu", "dua", mode="new")
    assert [each.content.reached for each in got] == [True, False]
    assert len(provider.requests) == 2
    with cassette(path):
        assert not ask("dua").content.reached


def test_all_replaces_the_file_even_one_that_cannot_be_read(
    path: Path, provider: FakeProvider
) -> None:
    provider.will(answer(YES))
    path.parent.mkdir()
    path.write_text("not: [a cassette")
    record(provider, path, "tiga", mode="all")
    with cassette(path) as played:
        ask("tiga")
    assert played.unused == []


def test_a_recording_is_not_written_when_the_block_fails(
    path: Path, provider: FakeProvider
) -> None:
    provider.will(*[refuse(500)] * 5)
    with pytest.raises(ServerError):
        record(provider, path)
    assert not path.exists()


def test_answers_that_nobody_asked_for_are_listed(path: Path, provider: FakeProvider) -> None:
    provider.will(answer(YES), answer(YES))
    record(provider, path, "satu", "dua")
    with cassette(path) as played:
        ask("satu")
    (unused,) = played.unused
    assert unused.startswith("POST /v1/chat/completions (")


def test_requests_go_out_again_behind_the_block(path: Path, provider: FakeProvider) -> None:
    provider.will(answer(YES), answer(YES))
    record(provider, path)
    with cassette(path):
        ask()
    ask(base_url=provider.url, key=KEY)
    assert len(provider.requests) == 2


# What is missing


def test_a_missing_file_is_refused_at_once(path: Path) -> None:
    with (
        pytest.raises(CassetteError, match=r"no cassette .*reached.yaml.*record='all'"),
        cassette(path),
    ):
        raise AssertionError("not reached")


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["Cakupan 97,4 persen"], ["messages[0].content", "98,4", "97,4", "record='all'"]),
        ([TEXT, TEXT], ["1 of this request, used already"]),
    ],
)
def test_a_request_without_an_answer_says_what_differs(
    path: Path, provider: FakeProvider, texts: list[str], says: list[str]
) -> None:
    provider.will(answer(YES), answer(YES))
    record(provider, path, "lain sama sekali " * 20, TEXT)
    *before, last = texts
    with cassette(path):
        for text in before:
            ask(text)
        with pytest.raises(CassetteError) as caught:
            ask(last)
    assert str(path) in str(caught.value)
    assert [part for part in says if part not in str(caught.value)] == []
    assert len(provider.requests) == 2


@pytest.mark.parametrize(
    "text",
    ["", "- 1", "version: 9\ninteractions: []", "version: 1\ninteractions: [{}]", "{", "a: [\x00"],
)
def test_a_file_that_is_no_cassette_is_refused(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(CassetteError, match="record it anew"), cassette(path):
        raise AssertionError("not reached")


def test_an_unknown_mode_is_refused(path: Path) -> None:
    with pytest.raises(ConfigurationError, match="sometimes"), cassette(path, record="sometimes"):  # type: ignore[arg-type]
        raise AssertionError("not reached")


# What stands in the file


def test_the_file_holds_what_matters_and_nothing_else(path: Path, provider: FakeProvider) -> None:
    provider.will(answer(YES))
    record(provider, path)
    (interaction,) = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
    request, response = interaction["request"], interaction["response"]
    assert request["url"] == "http://model.invalid/v1/chat/completions"
    assert set(request["headers"]) == {"accept", "content-type"}
    assert request["json"]["messages"] == [{"role": "user", "content": TEXT}]
    assert set(response["headers"]) == {"content-type"}
    assert response["json"]["choices"][0]["message"]["content"] == YES
    assert (response["json"]["id"], response["json"]["created"]) == ("recorded", 0)


def test_two_recordings_of_the_same_answers_are_the_same_file(
    tmp_path: Path, provider: FakeProvider
) -> None:
    files = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for number, file in enumerate(files):
        reply = json.loads(answer(YES).body)
        reply |= {"id": f"x{number}", "created": number, "timings": {"ms": number}}
        provider.will(as_json(reply))
        record(provider, file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_text_of_several_lines_stands_there_as_lines(path: Path, provider: FakeProvider) -> None:
    provider.will(answer(YES))
    record(provider, path)
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in TEXT.splitlines() if line not in lines] == []


def test_keys_do_not_stand_in_the_file(
    path: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", OTHER_KEY)
    provider.will(
        refuse(503, f"{KEY} {OTHER_KEY}", headers={"Set-Cookie": f"a={KEY}"}),
        answer(YES, extra={"reasoning": f"{OTHER_KEY} and {KEY}"}),
    )
    record(provider, path, f"kunci {KEY} dan {OTHER_KEY}")
    text = path.read_text(encoding="utf-8")
    assert KEY not in text
    assert OTHER_KEY not in text
    assert "cookie" not in text.lower()
    assert "authorization" not in text.lower()


def test_a_file_in_which_a_key_would_stand_is_not_written(
    path: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.will(answer(YES))
    recording = cassette(path, record="all")
    recording.__enter__()
    ask(f"kunci {OTHER_KEY}", base_url=provider.url, key=KEY)
    monkeypatch.setenv("DEEPSEEK_API_KEY", OTHER_KEY)
    with pytest.raises(CassetteError, match="API key would stand in it"):
        recording.__exit__(None, None, None)
    assert not path.exists()


def test_without_vcrpy_the_extra_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vcr", None)
    with pytest.raises(MissingExtraError, match=r"uhc-llm\[testing\]"), cassette(path):
        raise AssertionError("not reached")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(value=json_values)
def test_any_json_body_survives_the_file(value: Any) -> None:
    body = json.dumps(value)
    wanted = Interaction("POST", "http://a/b", {"accept": "x"}, body, 200, "OK", {}, body)
    (got,) = parse(render([wanted]), where="the test")
    assert json.loads(got.request_body) == json.loads(got.response_body) == value
    assert canonical(got.request_body) == canonical(body)


@given(text=st.text(st.characters(blacklist_categories=["Cs"])))
def test_any_text_body_survives_the_file(text: str) -> None:
    wanted = Interaction("POST", "http://a/b", {}, text, 200, "", {}, text)
    (got,) = parse(render([wanted]), where="the test")
    assert canonical(got.request_body) == canonical(text)


@pytest.mark.parametrize(
    ("asked", "recorded", "says"),
    [
        ('{"a": 1, "seed": 2}', '{"a": 1}', "seed is new"),
        ('{"a": 1}', '{"a": 1, "seed": 2}', "seed was there when it was recorded"),
        ('{"a": [1, 2]}', '{"a": [1]}', "a has 2 items, recorded were 1"),
        ('{"a": {"b": [0, "x"]}}', '{"a": {"b": [0, "y"]}}', "a.b[1] is 'x', recorded was 'y'"),
        ("plain", "plain text", "the body is 'plain', recorded was 'plain text'"),
    ],
)
def test_a_difference_is_named_by_its_place(asked: str, recorded: str, says: str) -> None:
    assert difference(asked, [recorded]) == says


# The fake model

QUESTION: list[Message] = [{"role": "user", "content": "sudah?"}]


def fake(model: AnsweringModel, *, reasks: int = 2) -> Answer[Reached]:
    return asyncio.run(model.ask(QUESTION, Reached, reasks=reasks))


@pytest.mark.parametrize("scripted", [{"reached": True}, YES, Reached(reached=True)])
def test_a_fake_model_answers_what_it_was_told(scripted: Any) -> None:
    model = FakeModel([scripted], name="fake/one")
    got = fake(model)
    assert got.content == Reached(reached=True)
    assert (got.requests, got.answers, got.model) == (1, 1, "fake/one")
    (request,) = model.requests
    assert request.text == "sudah?"
    assert request.answer_model is Reached
    assert model.unused == 0


def test_a_fake_model_raises_what_it_was_told() -> None:
    model = FakeModel([ServerError("down"), YES])
    with pytest.raises(ServerError, match="down"):
        fake(model)
    assert fake(model).content.reached


def test_a_fake_model_is_asked_again_when_its_answer_is_wrong() -> None:
    model = FakeModel(["half {", {"reached": "maybe"}, YES])
    assert fake(model).answers == 3
    assert [len(request.messages) for request in model.requests] == [1, 3, 5]


def test_a_fake_model_gives_up_like_a_real_one() -> None:
    with pytest.raises(UnusableAnswerError, match="Invalid JSON") as caught:
        fake(FakeModel(["half {", "half {", YES]), reasks=1)
    assert caught.value.attempts == 2


def test_a_fake_model_without_answers_fails_the_test() -> None:
    model = FakeModel()
    with pytest.raises(AssertionError, match="no answer left for request 1"):
        fake(model)
    model.queue(YES)
    assert fake(model).content.reached
