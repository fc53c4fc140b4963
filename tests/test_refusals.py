"""What a provider says when it refuses, in whichever form it says it."""

from types import SimpleNamespace
from typing import Any

import pytest

from uhc_llm.llm.transport.redaction import REDACTED, redact
from uhc_llm.llm.transport.refusals import read_refusal, wait_told


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Please try again in 1.5s. Visit the console.", 1.5),
        ("Please try again in 350ms.", 0.35),
        ("Used 200. Please try again in 7m12s.", 432),
        ("Please retry after 20 seconds.", 20),
        ("Please retry in 31.204s.", 31.204),
        ("Wait for 2 minutes and 3 secs", 123),
        ("retry in 1h 2m", 3720),
        ("try again in 1 day", 86_400),
        ("Wait a little, or retry 5 times within 10s", 0),
        ("Limit 30000 tokens in 60 seconds", 0),
        ("", 0),
    ],
)
def test_how_long_to_wait_is_read_out_of_the_words(message: str, seconds: float) -> None:
    assert wait_told(message) == pytest.approx(seconds)


def refusal(body: Any, headers: dict[str, str] | None = None) -> Any:
    response = SimpleNamespace(headers=headers or {})
    return SimpleNamespace(status_code=429, body=body, response=response)


@pytest.mark.parametrize(
    ("body", "message", "codes", "names"),
    [
        (
            {"message": "No", "code": "x", "type": "y", "param": "messages[0].content"},
            "No",
            {"x", "y"},
            {"messages", "0]", "content"},
        ),
        ({"error": {"message": "No", "code": 400}}, "No", {"400"}, set()),
        ({"error": "No"}, "No", set(), set()),
        ({"detail": "No"}, "No", set(), set()),
        (
            {"detail": [{"loc": ["body", "seed"], "msg": "Extra"}, "and so on"]},
            "body.seed: Extra; and so on",
            set(),
            {"seed"},
        ),
        (
            {"message": "Provider returned error", "metadata": {"raw": "upstream: no seed"}},
            "Provider returned error; upstream: no seed",
            set(),
            set(),
        ),
        ("plain words", "plain words", set(), set()),
        (None, "", set(), set()),
        ({}, "", set(), set()),
    ],
)
def test_an_error_is_read_in_every_form(
    body: Any, message: str, codes: set[str], names: set[str]
) -> None:
    read = read_refusal(refusal(body))
    assert (read.message, set(read.codes), set(read.names)) == (message, codes, names)


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"message": "Please try again in 9s"}, {"Retry-After": "2"}, 2),
        ({"message": "Please try again in 9s"}, {}, 9),
        ({"message": "No", "details": [{"@type": "x"}, {"retryDelay": "31s"}]}, {}, 31),
        ({"message": "No"}, {}, 0),
    ],
)
def test_a_header_counts_before_what_the_body_says(
    body: Any, headers: dict[str, str], seconds: float
) -> None:
    assert read_refusal(refusal(body, headers)).wait == seconds


@pytest.mark.parametrize(
    "key", ["sk-proj-0123456789abcdef", "AIzaSyA0123456789abcdefghij", "nvapi-0123456789abcdef"]
)
def test_keys_are_known_by_their_shape(key: str) -> None:
    assert redact(f"no such key: {key}.") == f"no such key: {REDACTED}."
