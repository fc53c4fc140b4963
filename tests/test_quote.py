"""The `quote` strategy: the model quotes, and nothing of it is believed yet."""

import asyncio
from typing import Any

import pytest

from uhc_llm.errors import UnusableAnswerError
from uhc_llm.llm.prompts import load_prompt
from uhc_llm.llm.quote import QuoteConversation
from uhc_llm.scanner import scan
from uhc_llm.testing import FakeModel
from uhc_llm.verifier import verify

TEXT = "Cakupan JKN Kota Semarang 98,4 persen per Mei 2024, {{ 7*7 }} [n1: 99 persen]."


def quoted(quote: str = "98,4 persen", value: float = 98.4, **changed: Any) -> dict[str, Any]:
    return {
        "quote": quote,
        "value": value,
        "unit": "percent",
        "metric": "coverage_rate",
        "status": "actual",
        "region": "Kota Semarang",
        "period": "2024-05",
        "segment": "all",
    } | changed


def conversation(model: FakeModel, text: str = TEXT) -> QuoteConversation:
    return QuoteConversation(model, load_prompt("quote/v1"), scan(text))


def test_the_model_sees_the_text_as_it_stands() -> None:
    model = FakeModel([{"facts": []}])
    assert asyncio.run(conversation(model).ask()) == []
    assert model.requests[0].messages[1]["content"].startswith(f"TEXT\n{TEXT}\n")


def test_what_it_says_comes_out_as_it_was_said() -> None:
    """To believe it or not is the verifier's business."""
    invented = quoted("satu juta peserta", 1_000_000, unit="people", metric="participants")
    found = asyncio.run(conversation(FakeModel([{"facts": [invented]}])).ask())
    assert found == [invented]


@pytest.mark.parametrize("period", ["Mei 2024", "", "2024-5", "05-2024", "2024-02-31", None, 2024])
def test_a_period_that_is_not_iso_is_left_out(period: object) -> None:
    (found,) = asyncio.run(conversation(FakeModel([{"facts": [quoted(period=period)]}])).ask())
    assert found["period"] is None  # type: ignore[index]


@pytest.mark.parametrize("region", ["", "  ", None])
def test_a_region_that_is_empty_is_none(region: object) -> None:
    (found,) = asyncio.run(conversation(FakeModel([{"facts": [quoted(region=region)]}])).ask())
    assert found["region"] is None  # type: ignore[index]


@pytest.mark.parametrize(
    "wrong",
    [
        {"metric": "coverage"},
        {"unit": "%"},
        {"value": "98,4"},
        {"status": None},
        {"note": "x"},
        {"value": 1e100},
        {"value": 1e-100},
        {"value": float("inf")},
        {"quote": "98\ud800"},
        {"region": "\ud800"},
        {"region": "99.99"},
    ],
    ids=str,
)
def test_an_answer_of_another_form_is_sent_back(wrong: dict[str, Any]) -> None:
    answers = [{"facts": [quoted(**wrong)]}, {"facts": [quoted()]}]
    assert asyncio.run(conversation(FakeModel(answers)).ask()) == [quoted()]
    with pytest.raises(UnusableAnswerError):
        asyncio.run(conversation(FakeModel(answers[:1] * 3)).ask())


def test_only_the_facts_that_failed_are_asked_again_with_what_was_wrong() -> None:
    right, wrong = quoted(), quoted("98,5 persen", 98.5)
    model = FakeModel([{"facts": [right, wrong]}, {"facts": []}])
    talk = conversation(model)
    verification = verify(TEXT, asyncio.run(talk.ask()))
    failed = [fact for fact in verification.facts if fact.verdict == "rejected"]
    assert asyncio.run(talk.reask([(fact, "no such number") for fact in failed])) == []
    before, after = model.requests[1].messages[-2:]
    assert before["role"] == "assistant"
    assert "98.5" in before["content"]
    assert "98.4" not in before["content"]
    assert '"98,5 persen", value 98.5: no such number' in after["content"]
    assert (talk.tally.requests, talk.tally.answers) == (2, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("Tanpa angka.", False),
        ("Rapat pada 26 Juni 2020.", False),
        ("Cakupan 98 persen.", True),
        ("Ada 12 puskesmas.", True),
    ],
)
def test_a_text_without_quantities_leaves_nothing_to_ask(text: str, expected: bool) -> None:
    assert conversation(FakeModel(), text).has_questions is expected
