"""Extract: scan, ask, verify, and ask again only what failed.

The models here are scripted. They drive the flow of control and say nothing about accuracy.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.fake_provider import FakeProvider, answer, refuse
from tests.pointed import pointed, pointer
from uhc_llm.documents import Document
from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    InputError,
    MissingKeyError,
    OutputError,
    ProviderError,
    RateLimitError,
    ServerError,
    UhcLlmError,
    UnusableAnswerError,
)
from uhc_llm.extraction import Extractor, Settings, Strategy, aextract, extract
from uhc_llm.scanner import scan
from uhc_llm.schemas import Extraction
from uhc_llm.testing import FakeModel

# A rate of 298 percent cannot be, though the text says it.
TEXT = "Cakupan JKN Kota Semarang 298,4 persen per Mei 2024. Pesertanya 1,6 juta jiwa."
ID = {mention.text: mention.id for mention in scan(TEXT).mentions}
RATE, PEOPLE = "298,4 persen", "1,6 juta jiwa"
KEY = "sk-test-0123456789abcdefghij"


def point(words: str, metric: str, **changed: str) -> dict[str, Any]:
    said = {"region": "r1", "period": "p1"} | changed
    return pointer(ID[words], metric, **said)


def quoted(quote: str, value: float, **changed: Any) -> dict[str, Any]:
    return {
        "quote": quote,
        "value": value,
        "unit": "people",
        "metric": "participants",
        "status": "actual",
        "region": "Kota Semarang",
        "period": "2024-05",
        "segment": "all",
    } | changed


RIGHT = quoted("Pesertanya 1,6 juta jiwa", 1_600_000)
INVENTED = quoted("Pesertanya 1,6 juta jiwa", 1_000_000)

Answers = list[Mapping[str, Any]]
SCRIPTS: dict[Strategy, tuple[Answers, Answers, Answers]] = {
    # at first one fact of two is rejected; then it is taken back; or it is said again
    "point": (
        [pointed([point(RATE, "coverage_rate"), point(PEOPLE, "participants")])],
        [pointed([point(RATE, "other")])],
        [pointed([point(RATE, "active_rate")])],
    ),
    "quote": ([{"facts": [INVENTED, RIGHT]}], [{"facts": []}], [{"facts": [INVENTED]}]),
}
each_strategy = pytest.mark.parametrize("strategy", SCRIPTS)


def amounts(extraction: Extraction) -> list[str]:
    return [fact.evidence.quote for fact in extraction.facts if fact.evidence]


# --- nothing to ask ------------------------------------------------------------------------------


@each_strategy
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty_text"),
        (" \n\t ", "empty_text"),
        ("Bupati meresmikan gedung baru.", "no_number"),
        ("Rapat berlangsung pada 26 Juni 2020 pukul 10.30 WIB.", "no_coverage_number"),
        (
            "Sosialisasi kepesertaan JKN oleh BPJS Kesehatan pada 26 Juni 2020.",
            "no_coverage_number",
        ),
    ],
)
def test_a_text_without_figures_is_no_error_and_asks_no_model(
    text: str, rule: str, strategy: Strategy
) -> None:
    model = FakeModel()
    extraction = extract(text, model=model, strategy=strategy)
    assert model.requests == []
    assert extraction.facts == extraction.rejected == ()
    assert extraction.findings[0].rule == rule
    assert "no model was asked" in extraction.findings[0].message
    assert extraction.provenance.model is None
    assert extraction.provenance.requests == 0


def test_a_date_without_figures_is_unclaimed_as_a_date() -> None:
    (unclaimed,) = extract("Rapat pada 26 Juni 2020.", model=FakeModel()).unclaimed
    assert (unclaimed.mention.text, unclaimed.reason) == ("26 Juni 2020", "date")


# --- asking again --------------------------------------------------------------------------------


@each_strategy
def test_what_passes_is_asked_once(strategy: Strategy) -> None:
    right = pointed([point(RATE, "other"), point(PEOPLE, "participants")])
    model = FakeModel([right if strategy == "point" else {"facts": [RIGHT]}])
    extraction = extract(TEXT, model=model, strategy=strategy)
    assert amounts(extraction) == [PEOPLE]
    assert extraction.facts[0].verdict == "verified"
    assert len(model.requests) == 1


@each_strategy
def test_what_is_rejected_is_asked_again_alone(strategy: Strategy) -> None:
    first, taken_back, _ = SCRIPTS[strategy]
    model = FakeModel(first + taken_back)
    extraction = extract(TEXT, model=model, strategy=strategy)
    assert amounts(extraction) == [PEOPLE]
    assert extraction.rejected == ()
    assert len(model.requests) == 2
    said, fault = (str(m["content"]) for m in model.requests[1].messages[-2:])
    if strategy == "point":
        assert "it lies between 0 and 200 percent" in fault
        assert (ID[RATE] in said, ID[PEOPLE] in said) == (True, False)
    else:
        assert "not 1.000.000 people" in fault
        assert ("1000000" in said, "1600000" in said) == (True, False)


@each_strategy
@pytest.mark.parametrize("reasks", [0, 1, 2])
def test_what_still_fails_is_rejected_and_never_a_fact(strategy: Strategy, reasks: int) -> None:
    first, _, again = SCRIPTS[strategy]
    model = FakeModel(first + again * reasks)
    extraction = Extractor(model, strategy=strategy, reasks=reasks).extract(TEXT)
    assert model.unused == 0
    assert amounts(extraction) == [PEOPLE]
    (rejected,) = extraction.rejected
    assert rejected.verdict == "rejected"
    assert any(finding.severity == "error" for finding in rejected.findings)
    assert len(extraction.to_records()) == 1


def test_a_corrected_fact_takes_its_place_in_the_order_of_the_text() -> None:
    rate = quoted("Semarang 298,4 persen", 298.4, unit="percent", metric="coverage_rate")
    text = TEXT.replace("298,4", "98,4")
    wrong, right = rate, rate | {"quote": "Semarang 98,4 persen", "value": 98.4}
    model = FakeModel([{"facts": [RIGHT, wrong]}, {"facts": [right]}])
    assert amounts(extract(text, model=model, strategy="quote")) == ["98,4 persen", PEOPLE]


def test_every_number_is_accounted_for_with_the_reason() -> None:
    model = FakeModel(
        [
            pointed([point(RATE, "coverage_rate"), point(PEOPLE, "other")]),
            pointed([point(RATE, "coverage_rate")]),
        ]
    )
    extraction = extract(TEXT, model=model)
    assert {u.mention.text: u.reason for u in extraction.unclaimed} == {
        RATE: "its fact was rejected: rate_bounds",
        "Mei 2024": "date",
        PEOPLE: "the model says that it is no coverage fact",
    }


def test_a_number_that_the_model_never_pointed_at_rightly_is_unclaimed_with_the_reason() -> None:
    lost = point(PEOPLE, "participants", region="r9")
    model = FakeModel([pointed([point(RATE, "other"), lost])] + [pointed([lost])] * 2)
    extraction = extract(TEXT, model=model)
    assert extraction.facts == ()
    reasons = {u.mention.text: u.reason for u in extraction.unclaimed}
    assert reasons[PEOPLE] == "the model pointed at nothing that the text offers"


def test_the_reason_of_a_rejection_is_an_error_not_a_mere_warning() -> None:
    wrong = quoted(PEOPLE, 1_600_000, status="target", region="Kabupaten Blora")
    model = FakeModel([{"facts": [wrong]}] * 2)
    extraction = extract(TEXT, model=model, strategy="quote")
    reasons = {u.mention.text: u.reason for u in extraction.unclaimed}
    severities = [finding.severity for finding in extraction.rejected[0].findings]
    assert severities[0] == "warning"
    assert reasons[PEOPLE] == "its fact was rejected: region_in_text"


# --- what comes out ------------------------------------------------------------------------------


@each_strategy
def test_a_result_says_how_it_was_made(strategy: Strategy) -> None:
    first, taken_back, _ = SCRIPTS[strategy]
    model = FakeModel(first + taken_back, name="fake/one")
    made = extract(TEXT, model=model, strategy=strategy).provenance
    prompt = {"point": "point/v3", "quote": "quote/v1"}[strategy]
    assert (made.model, made.strategy, made.prompt) == ("fake/one", strategy, prompt)
    assert (made.requests, made.answers) == (2, 2)
    assert len(made.prompt_hash or "") == len(made.schema_hash or "") == 64


@each_strategy
def test_a_result_survives_json(strategy: Strategy) -> None:
    first, _, again = SCRIPTS[strategy]
    extraction = extract(TEXT, model=FakeModel(first + again), strategy=strategy)
    assert extraction.facts
    assert extraction.rejected
    assert Extraction.model_validate_json(extraction.model_dump_json()) == extraction


@each_strategy
def test_every_fact_stands_in_the_text_where_it_says(strategy: Strategy) -> None:
    first, taken_back, _ = SCRIPTS[strategy]
    (fact,) = extract(TEXT, model=FakeModel(first + taken_back), strategy=strategy).facts
    assert fact.evidence is not None
    assert TEXT[fact.evidence.start : fact.evidence.end] == PEOPLE
    assert fact.evidence.sentence == "Pesertanya 1,6 juta jiwa."
    assert fact.value == Decimal(1_600_000)


@each_strategy
def test_a_result_says_how_many_of_its_words_no_labelled_article_has(strategy: Strategy) -> None:
    first, taken_back, _ = SCRIPTS[strategy]
    usual, strange = (
        extract(text, model=FakeModel(first + taken_back), strategy=strategy)
        for text in (TEXT, f"{TEXT} Xqwz vvkq zzyx wqzv.")
    )
    assert usual.strangeness == 0
    # Of twelve: a number, a time or a region is known as what it is, and a word counts once.
    assert strange.strangeness == round(4 / 12, 4)


def test_what_was_left_unread_is_neither_strange_nor_usual() -> None:
    text = "Panen raya padi di Kabupaten Blora."
    with Extractor(strategy="code") as extractor:
        unread = asyncio.run(extractor.aextract(text, looks_first=True))
        read = asyncio.run(extractor.aextract(text))
    assert unread.strangeness is None
    assert read.strangeness is not None


def test_a_document_lends_its_id_and_date() -> None:
    document = Document(text="Tanpa angka.", id="berita-1", published=date(2024, 5, 1))
    extraction = extract(document, model=FakeModel())
    assert (extraction.id, extraction.published) == ("berita-1", date(2024, 5, 1))
    later = extract(document, model=FakeModel(), published=date(2025, 1, 1))
    assert later.published == date(2025, 1, 1)


# --- what goes in --------------------------------------------------------------------------------


def test_a_text_longer_than_any_article_is_refused_before_it_is_read() -> None:
    model = FakeModel()
    with pytest.raises(InputError, match=r"200,001 characters.*split"):
        extract("x" * 200_001, model=model)
    assert model.requests == []


def test_a_text_of_the_greatest_length_is_read() -> None:
    assert extract("kata " * 40_000, model=FakeModel()).findings[0].rule == "no_number"


@pytest.mark.parametrize("text", [None, 98.4, b"98,4 persen", ["98,4 persen"]])
def test_what_is_no_text_is_an_error_of_the_input(text: Any) -> None:
    with pytest.raises(InputError, match="string or a Document"):
        extract(text, model=FakeModel())


def test_a_text_that_was_decoded_wrongly_is_an_error_of_the_input() -> None:
    """No model could be sent it, and no file could hold the result."""
    with pytest.raises(InputError, match="offset 3"):
        extract(f"JKN\ud800 {TEXT}", model=FakeModel())


@pytest.mark.parametrize(
    "settings",
    [
        {"strategy": "points"},
        {"form": "dynamic"},
        {"breadth": "all"},
        {"prompt": "point/v99"},
        {"model": "gpt-4.1-mini"},
        {"model": ""},
        {"model": "openai/gpt-4.1-mini", "base_url": "localhost:8000"},
        {"base_url": "http://127.0.0.1:1/v1"},
        {"timeout": 3.0},
        {"options": {"temperature": 1}},
        {"model": "openai/gpt-4.1-mini", "options": {"api_key": "x"}},
    ],
)
def test_a_setting_that_cannot_be_is_an_error_of_the_set_up(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Extractor(**{"model": FakeModel(), **settings})


def test_options_that_are_set_are_among_the_settings() -> None:
    options = {"top_p": 0.3, "temperature": None, "seed": 1}
    settings = Extractor("openai/gpt-4.1-mini", options=options).settings
    assert settings.options == '{"temperature":null,"top_p":0.3}'
    assert Extractor("openai/gpt-4.1-mini").settings.options is None


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("local", "Answer"),
        ("local:/models/x.gguf", "Answer"),
        ("openai/gpt-4.1-mini", "StaticAnswer"),
        ("localai/qwen", "StaticAnswer"),
    ],
)
def test_the_embedded_model_is_asked_in_the_narrowed_form_and_others_in_the_static_one(
    name: str, form: str
) -> None:
    model = FakeModel([OutputError("stop here")], name=name)
    with pytest.raises(OutputError, match="stop here"):
        extract("BPJS Kesehatan Kota Semarang melayani JKN. Ada 98.400 jiwa.", model=model)
    assert model.requests[0].answer_model.__name__ == form


# --- what goes wrong -----------------------------------------------------------------------------

PROVIDER_ERRORS: list[UhcLlmError] = [
    AuthenticationError("wrong key", status=401),
    RateLimitError("quota used up", status=429, attempts=5),
    ServerError("broken", status=500),
    ConnectionFailedError("nobody there"),
    MissingKeyError("no key"),
    UnusableAnswerError("no JSON"),
]


@each_strategy
@pytest.mark.parametrize("error", PROVIDER_ERRORS, ids=lambda e: type(e).__name__)
def test_an_error_of_the_model_comes_through_as_it_is(
    strategy: Strategy, error: UhcLlmError
) -> None:
    with pytest.raises(type(error)) as caught:
        extract(TEXT, model=FakeModel([error]), strategy=strategy)
    assert caught.value is error


@each_strategy
@pytest.mark.parametrize(
    "error",
    [e for e in PROVIDER_ERRORS if isinstance(e, OutputError | ProviderError)],
    ids=lambda e: type(e).__name__,
)
def test_an_error_in_asking_again_does_not_cost_the_first_answer(
    strategy: Strategy, error: UhcLlmError
) -> None:
    first, *_ = SCRIPTS[strategy]
    extraction = extract(TEXT, model=FakeModel([*first, error]), strategy=strategy)
    assert amounts(extraction) == [PEOPLE]
    assert len(extraction.rejected) == 1
    (finding,) = [f for f in extraction.findings if f.rule == "reask_failed"]
    assert str(error) in finding.message


def test_a_fact_that_is_repeated_when_another_is_asked_again_counts_once() -> None:
    wrong = quoted(RATE, 298.4, unit="percent", metric="coverage_rate")
    model = FakeModel([{"facts": [RIGHT, wrong]}, {"facts": [RIGHT]}])
    assert amounts(extract(TEXT, model=model, strategy="quote")) == [PEOPLE]


@each_strategy
def test_an_answer_that_is_never_of_the_right_form_is_an_error_of_the_output(
    strategy: Strategy,
) -> None:
    model = FakeModel(["{}", "maaf", "[1]"])
    with pytest.raises(OutputError):
        extract(TEXT, model=model, strategy=strategy)
    assert len(model.requests) == 3


def test_a_provider_that_refuses_is_an_error_of_the_provider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FakeProvider() as provider:
        provider.will(refuse(401, "Incorrect API key provided", code="invalid_api_key"))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", provider.url)
        with pytest.raises(AuthenticationError):
            extract(TEXT, model="openai/gpt-4.1-mini")


def test_a_model_is_asked_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    first, taken_back, _ = SCRIPTS["point"]
    with FakeProvider() as provider:
        provider.will(*(answer(json.dumps(each)) for each in first + taken_back))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", provider.url)
        extraction = extract(TEXT, model="openai/gpt-4.1-mini")
    assert amounts(extraction) == [PEOPLE]
    assert extraction.provenance.usage.input_tokens == 200
    assert "[n1: 298,4 persen]" in provider.bodies[0]["messages"][1]["content"]


# --- where it runs -------------------------------------------------------------------------------


def fresh() -> FakeModel:
    first, taken_back, _ = SCRIPTS["point"]
    return FakeModel(first + taken_back)


def test_extract_works_inside_a_running_event_loop() -> None:
    async def main() -> Extraction:
        return extract(TEXT, model=fresh())

    assert amounts(asyncio.run(main())) == [PEOPLE]


def test_aextract_gives_what_extract_gives() -> None:
    assert asyncio.run(aextract(TEXT, model=fresh())) == extract(TEXT, model=fresh())


def test_several_threads_may_extract_at_once() -> None:
    def one(_: int) -> list[str]:
        return amounts(extract(TEXT, model=fresh()))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(one, range(24))) == [[PEOPLE]] * 24


def test_many_texts_may_be_read_at_once() -> None:
    async def main() -> list[Extraction]:
        return await asyncio.gather(*(aextract(TEXT, model=fresh()) for _ in range(10)))

    assert [amounts(extraction) for extraction in asyncio.run(main())] == [[PEOPLE]] * 10


def test_an_extractor_reads_one_text_after_another() -> None:
    first, taken_back, _ = SCRIPTS["point"]
    model = FakeModel((first + taken_back) * 2)
    with Extractor(model) as extractor:
        one, other = extractor.extract(TEXT), extractor.extract(TEXT)
    assert one == other


class Closing(FakeModel):
    """A model that counts how often it was closed."""

    closed = 0

    async def aclose(self) -> None:
        self.closed += 1


@pytest.mark.parametrize(
    "call",
    [
        lambda model: extract("Tanpa angka.", model=model),
        lambda model: asyncio.run(aextract("Tanpa angka.", model=model)),
    ],
    ids=["extract", "aextract"],
)
def test_a_model_that_was_given_is_left_open(call: Callable[[Closing], Extraction]) -> None:
    """It may be answering another text at this moment."""
    model = Closing()
    call(model)
    assert model.closed == 0


def test_an_extractor_closes_its_model_at_the_end() -> None:
    model = Closing()
    with Extractor(model) as extractor:
        extractor.extract("Tanpa angka.")
        assert model.closed == 0
    assert model.closed == 1


def test_an_extractor_says_what_it_is() -> None:
    assert repr(Extractor(FakeModel(name="fake/one"), strategy="quote")) == (
        "Extractor('fake/one', strategy='quote')"
    )


# --- without a model -----------------------------------------------------------------------------


def test_what_the_words_settle_is_verified_without_asking_a_model() -> None:
    extraction = extract(TEXT, strategy="code")
    assert extraction.facts
    assert all(fact.verdict == "verified" for fact in extraction.facts)
    made = extraction.provenance
    assert (made.model, made.strategy, made.requests) == (None, "code", 0)
    assert made.prompt is made.prompt_hash is made.schema_hash is None


def test_the_code_strategy_needs_no_key_and_no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UHC_LLM_MODEL", "no-such-provider/x")
    assert Extractor(strategy="code").model is None
    assert Extractor(strategy="code").extract(TEXT).facts


@pytest.mark.parametrize("model", [None, "local", "LOCAL", "local:tidak-ada.gguf"])
def test_the_embedded_model_is_asked_only_where_a_strategy_is_named(
    model: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UHC_LLM_MODEL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert Extractor(model).settings == Settings(None, "code")
    assert extract(TEXT, model=model) == extract(TEXT, strategy="code")
    asking = Extractor(model, strategy="point").settings
    assert (asking.strategy, asking.form, asking.breadth) == ("point", "narrowed", "cues")
    assert str(asking.model).startswith("local")
    assert Extractor(model, strategy="quote").settings.strategy == "quote"


@pytest.mark.parametrize("model", ["openai/gpt-4.1-mini", "ollama/x", FakeModel(name="local")])
def test_any_other_model_points_where_no_strategy_is_named(model: str | FakeModel) -> None:
    assert Extractor(model).settings.strategy == "point"


def test_no_model_is_asked_where_the_environment_names_the_embedded_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UHC_LLM_MODEL", "local")
    assert Extractor().settings == Settings(None, "code")
    monkeypatch.setenv("UHC_LLM_MODEL", "openai/x")
    assert Extractor().settings.strategy == "point"
