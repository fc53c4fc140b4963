"""The provider's own batches: the same facts as live, whatever happens on the way."""

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fake_provider.server import make_completion
from tests.batch_provider import BatchProvider
from tests.fake_provider import FakeProvider, as_json
from uhc_llm import Document, Extractor
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.prices import given_price
from uhc_llm.batch.provider_batch import Outcome, Terms, run_batch_api, under_way
from uhc_llm.batch.work import Work
from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    MissingKeyError,
    ModelNotFoundError,
    ProviderError,
    QuotaExhaustedError,
    RequestRefusedError,
)
from uhc_llm.llm.models import ModelName
from uhc_llm.llm.transport.sending import Sleep
from uhc_llm.schemas import Extraction

MODEL = ModelName.parse("openai/m")
TEXTS = (
    "Kepesertaan JKN di Kota Semarang mencapai 98,5 persen.",
    "Di Kabupaten Kudus, 685.000 jiwa terdaftar sebagai peserta JKN pada 2022.",
    "Pemerintah Kabupaten Demak menganggarkan Rp17 miliar untuk iuran JKN warga.",
)
ASKED_AGAIN = "Sebanyak 685.000 jiwa di Kabupaten Pati terdaftar sebagai peserta JKN pada 2022."
NAMES = ("Semarang", "Kudus", "Demak", "Pati")
NO_NUMBER = "Warga menyambut baik program JKN."
POINT = partial(Extractor, strategy="point")
PATIENT = Terms(tries=1)


class Crash(BaseException):
    """What ends a process at once."""


def enrolled(ledger: Ledger, texts: tuple[str, ...] = TEXTS, make: Any = POINT) -> str:
    """The hash of the settings, with the texts waiting in the ledger."""
    with FakeProvider() as nowhere:
        extractor = make("openai/m", api_key="k", base_url=nowhere.url)
    settings = ledger.note_settings(extractor.settings)
    works = [
        Work(work_key(text, None, settings), Document(text=text, id=f"d{n}"), f"s{n}")
        for n, text in enumerate(texts)
    ]
    ledger.add(works, settings)
    return settings


def passing(provider: BatchProvider, seconds: float = 100.0) -> Sleep:
    """A sleep that takes no time here and some at the provider."""

    async def sleep(_: float) -> None:
        provider.clock.now += seconds

    return sleep


def run(
    ledger: Ledger, settings: str, provider: BatchProvider, make: Any = POINT, **options: Any
) -> Outcome:
    ledger.recover(keep=under_way(ledger))
    given: dict[str, Any] = {
        "api_key": "sk-made-up-key",
        "base_url": provider.url,
        "sleep": passing(provider),
        "terms": PATIENT,
        **options,
    }
    return asyncio.run(run_batch_api(ledger, settings, MODEL, make, **given))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.write(tmp_path / "run.db") as ledger:
        yield ledger


@pytest.fixture
def provider() -> Iterator[BatchProvider]:
    with BatchProvider(seconds=50.0) as provider:
        yield provider


def extractions(ledger: Ledger) -> dict[str, Extraction]:
    rows = ledger.rows("SELECT id, key FROM documents ORDER BY number")
    return {id_: found for id_, key in rows if (found := ledger.extraction(key))}


def failures(ledger: Ledger) -> dict[str, tuple[str, str]]:
    query = """SELECT documents.id, error_kind, error FROM attempts
        JOIN documents ON key = document_key WHERE outcome = 'failed'"""
    return {id_: (kind, error) for id_, kind, error in ledger.rows(query)}


# --- the same as live ----------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["point", "quote"])
@pytest.mark.parametrize("form", ["static", "narrowed"])
def test_facts_are_the_same_as_when_asked_directly(
    ledger: Ledger, provider: BatchProvider, strategy: Any, form: Any
) -> None:
    make = partial(Extractor, strategy=strategy, form=form)
    texts = (*TEXTS, ASKED_AGAIN)
    provider.answering = quoting if strategy == "quote" else provider.answering
    outcome = run(ledger, enrolled(ledger, texts, make), provider, make)
    assert (outcome.done, outcome.failed, outcome.under_way) == (4, 0, 0)
    found = extractions(ledger)
    assert len(provider.asked) >= len(texts)
    with FakeProvider() as live, make("openai/m", api_key="k", base_url=live.url) as direct:
        for (id_, ours), text, name in zip(found.items(), texts, NAMES, strict=True):
            bodies = [body for body in provider.asked if name in json.dumps(body)]
            live.will(*(as_json(provider.answering(body)[1]) for body in bodies))
            assert ours == direct.extract(Document(text=text, id=id_))
        sent = sorted(json.dumps(body, sort_keys=True) for body in live.bodies)
    assert sent == sorted(json.dumps(body, sort_keys=True) for body in provider.asked)
    assert any(each.facts for each in found.values())


def quoting(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Figures for a text; for one of them a wrong one, until it is asked about again."""
    said = next(n for n in NAMES if n in json.dumps(body))
    figure = {"Semarang": "98,5 persen", "Kudus": "685.000 jiwa"}.get(said)
    if said == "Pati":
        figure = "684.000 jiwa" if len(body["messages"]) == 2 else "685.000 jiwa"
    fact = {
        "quote": figure, "value": 98.5 if said == "Semarang" else float((figure or "0")[:3]) * 1000,
        "unit": "percent" if said == "Semarang" else "people",
        "metric": "coverage_rate" if said == "Semarang" else "participants",
        "status": "actual", "region": f"Kabupaten {said}", "period": None, "segment": "all",
    }  # fmt: skip
    made = make_completion(body, None)
    made["choices"][0]["message"]["content"] = json.dumps({"facts": [fact] if figure else []})
    return 200, made


def test_a_document_that_asks_nothing_is_done_at_once(
    ledger: Ledger, provider: BatchProvider
) -> None:
    outcome = run(ledger, enrolled(ledger, (NO_NUMBER,)), provider)
    assert outcome == Outcome(0, 0, 1, 0, 0, "")
    assert provider.batches == []


def test_an_answer_of_the_wrong_form_is_sent_back_in_the_next_round(
    ledger: Ledger, provider: BatchProvider
) -> None:
    def answering(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        is_first = len(body["messages"]) == 2
        return 200, make_completion(body, "wrong-schema" if is_first else None)

    provider.answering = answering
    outcome = run(ledger, enrolled(ledger), provider)
    assert (outcome.batches, outcome.requests, outcome.done) == (2, 6, 3)
    assert {each.provenance.answers for each in extractions(ledger).values()} == {2}
    assert ledger.totals().requests == 6


def test_re_asking_ends_where_it_ends_live(ledger: Ledger, provider: BatchProvider) -> None:
    provider.answering = lambda body: (200, make_completion(body, "wrong-schema"))
    outcome = run(ledger, enrolled(ledger, TEXTS[:1]), provider)
    assert (outcome.batches, outcome.failed) == (3, 1)
    kind, error = failures(ledger)["d0"]
    assert kind == "UnusableAnswerError"
    assert "none of 3 answers" in error
    totals = ledger.totals()
    assert totals.requests == 3
    assert totals.usage.input_tokens > 0


def test_what_fails_verification_is_asked_about_again(
    ledger: Ledger, provider: BatchProvider
) -> None:
    text = "Kepesertaan JKN di Kota Semarang mencapai 98,5 persen."
    wrong = {
        "quote": "mencapai 98,4 persen", "value": 98.4, "unit": "percent",
        "metric": "coverage_rate", "status": "actual", "region": "Kota Semarang", "period": None,
        "segment": "all",
    }  # fmt: skip
    right = {**wrong, "quote": "mencapai 98,5 persen", "value": 98.5}

    def answering(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        said = {"facts": [wrong if len(body["messages"]) == 2 else right]}
        made = make_completion(body, None)
        made["choices"][0]["message"]["content"] = json.dumps(said)
        return 200, made

    provider.answering = answering
    make = partial(Extractor, strategy="quote")
    outcome = run(ledger, enrolled(ledger, (text,), make), provider, make)
    assert outcome.batches == 2
    (found,) = extractions(ledger).values()
    assert [(str(fact.value), fact.verdict) for fact in found.facts] == [("98.5", "verified")]
    assert found.rejected == ()


# --- files ---------------------------------------------------------------------------------------


def test_files_keep_within_the_limits(ledger: Ledger, provider: BatchProvider) -> None:
    run(ledger, enrolled(ledger), provider, terms=Terms(most_requests=2, tries=1))
    assert sorted(batch["request_counts"]["total"] for batch in provider.batches) == [1, 2]


def test_a_file_may_not_be_too_long_either(ledger: Ledger, provider: BatchProvider) -> None:
    run(ledger, enrolled(ledger), provider, terms=Terms(most_bytes=10_000, tries=1))
    assert len(provider.batches) == 3


def test_the_documented_limits_are_the_default() -> None:
    assert (Terms().most_requests, Terms().most_bytes) == (50_000, 200_000_000)


# --- what goes wrong with single requests --------------------------------------------------------


def test_a_request_that_failed_is_sent_again_three_times_at_most(
    ledger: Ledger, provider: BatchProvider
) -> None:
    provider.answering = lambda _: (500, {"error": {"message": "oops", "type": "server_error"}})
    outcome = run(ledger, enrolled(ledger, TEXTS[:1]), provider)
    assert (outcome.batches, outcome.failed) == (3, 1)
    assert failures(ledger)["d0"] == (
        "ServerError",
        "openai/m: oops (HTTP 500, 3 attempts). Try again later",
    )
    again = failures(ledger)
    assert ledger.retry_failed(enrolled(ledger, TEXTS[:1])) == 1
    provider.answering = lambda body: (200, make_completion(body, None))
    assert run(ledger, enrolled(ledger, TEXTS[:1]), provider).done == 1
    assert failures(ledger) == again


def test_a_request_that_is_refused_fails_alone(ledger: Ledger, provider: BatchProvider) -> None:
    def answering(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if "Demak" in json.dumps(body):
            said = {"message": "flagged as sk-abcdefghijkl", "code": "invalid_prompt"}
            return 400, {"error": said}
        return 200, make_completion(body, None)

    provider.answering = answering
    outcome = run(ledger, enrolled(ledger), provider)
    assert (outcome.batches, outcome.done, outcome.failed) == (1, 2, 1)
    kind, error = failures(ledger)["d2"]
    assert kind == "RequestRefusedError"
    assert "flagged as [redacted]" in error


def test_an_account_that_is_used_up_ends_the_run_and_counts_against_no_document(
    ledger: Ledger, provider: BatchProvider
) -> None:
    used_up = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
    provider.answering = lambda body: (
        (429, used_up) if "Semarang" not in json.dumps(body) else (200, make_completion(body, None))
    )
    settings = enrolled(ledger)
    with pytest.raises(QuotaExhaustedError, match="You exceeded your quota"):
        run(ledger, settings, provider)
    assert ledger.counts()[:4] == (3, 0, 0, 0)
    provider.answering = lambda body: (200, make_completion(body, None))
    assert run(ledger, settings, provider) == Outcome(1, 2, 3, 0, 0, "")


def test_a_line_that_cannot_be_read_is_asked_again(
    ledger: Ledger, provider: BatchProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = provider.desk.content
    broken = iter([b'{"custom_id": \n[]\n{"custom_id": "other-0", "response": null}\n'])
    monkeypatch.setattr(
        provider.desk,
        "content",
        lambda id_: (
            next(broken, content(id_))
            if "output" in provider.desk.file(id_)["filename"]
            else content(id_)
        ),
    )
    outcome = run(ledger, enrolled(ledger), provider)
    assert (outcome.batches, outcome.done) == (2, 3)


# --- how a batch ends ----------------------------------------------------------------------------


def test_what_expired_is_handed_in_again(ledger: Ledger) -> None:
    with BatchProvider(seconds=100.0, window=50.0) as provider:
        outcome = run(ledger, enrolled(ledger, TEXTS[:2]), provider, sleep=passing(provider, 50.0))
        assert [batch["status"] for batch in provider.batches][-1] == "expired"
        assert outcome.failed == 1  # one that never comes to its turn
        assert outcome.done == 1
        assert outcome.batches == 4 - 1
    kind, error = failures(ledger)["d1"]
    assert kind == "RequestTimeoutError"
    assert "expired 3 times" in error


def test_what_was_answered_before_a_batch_was_cancelled_counts_and_the_rest_waits(
    ledger: Ledger, provider: BatchProvider
) -> None:
    async def sleep(_: float) -> None:
        if not provider.batches[0]["cancelling_at"]:
            provider.clock.now += 20
            provider.desk.cancel(provider.batches[0]["id"])
        provider.clock.now += 1

    said: list[str] = []
    settings = enrolled(ledger)
    outcome = run(ledger, settings, provider, sleep=sleep, say=said.append)
    assert "was cancelled at the provider; its 2 requests without an answer wait" in outcome.stopped
    assert outcome.stopped in said
    assert ledger.counts()[:4] == (2, 0, 1, 0)
    assert run(ledger, settings, provider).done == 2


def test_an_unknown_model_stops_everything_and_nothing_is_marked_failed(ledger: Ledger) -> None:
    with (
        BatchProvider(seconds=50.0, models=frozenset({"other"})) as provider,
        pytest.raises(ModelNotFoundError, match="'m' is not supported by the Batch API"),
    ):
        run(ledger, enrolled(ledger), provider)
    assert ledger.counts()[:4] == (3, 0, 0, 0)


def test_a_line_that_a_provider_finds_wrong_fails_alone(
    ledger: Ledger, provider: BatchProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "benchmarks.fake_provider.batches._faults_of",
        lambda request, seen, models: (
            [{"code": "invalid_request", "message": "Demak.", "param": None}]
            if "Demak" in json.dumps(request)
            else []
        ),
    )
    outcome = run(ledger, enrolled(ledger), provider)
    assert (outcome.done, outcome.failed) == (2, 1)
    kind, error = failures(ledger)["d2"]
    assert kind == "RequestRefusedError"
    assert error.endswith("invalid_request: Demak (line 3)")


def test_a_batch_that_is_wrong_as_a_whole_ends_the_run_with_the_provider_s_words(
    ledger: Ledger, provider: BatchProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = {"code": "billing_hard_limit_reached", "message": "No.", "param": None, "line": None}
    monkeypatch.setattr("benchmarks.fake_provider.batches.read_requests", lambda *_: ([], [fault]))
    with pytest.raises(RequestRefusedError, match="billing_hard_limit_reached: No"):
        run(ledger, enrolled(ledger), provider)
    assert ledger.counts()[:4] == (3, 0, 0, 0)


def test_less_is_handed_in_where_the_account_has_no_room_for_all(ledger: Ledger) -> None:
    size = 20_000 // 4
    with BatchProvider(seconds=50.0, most_tokens=size) as provider:
        outcome = run(ledger, enrolled(ledger, TEXTS * 1 + (f"{TEXTS[0]} Lagi.",)), provider)
    assert (outcome.done, outcome.failed, outcome.stopped) == (4, 0, "")


def test_one_request_that_has_no_room_says_so(ledger: Ledger) -> None:
    with (
        BatchProvider(seconds=50.0, most_tokens=10) as provider,
        pytest.raises(RequestRefusedError, match="Raise the account's limit of enqueued tokens"),
    ):
        run(ledger, enrolled(ledger), provider)
    assert ledger.counts()[:4] == (3, 0, 0, 0)


# --- crashes and lost connections ----------------------------------------------------------------


POINTS = (
    "records.intend",
    "desk.upload",
    "desk.begin",
    "records.handed_in",
    "desk.batch",
    "desk.fetch",
    "records.add_answers",
    "records.end",
    "ledger.record",
)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", POINTS)
def test_a_crash_loses_nothing_and_nothing_is_asked_twice(
    ledger: Ledger, provider: BatchProvider, monkeypatch: pytest.MonkeyPatch, point: str, when: str
) -> None:
    owner, _, name = point.partition(".")
    path = {
        "records": "uhc_llm.batch.provider_batch.records",
        "desk": "uhc_llm.llm.batches.BatchDesk",
        "ledger": "uhc_llm.batch.ledger.Ledger",
    }[owner]
    settings = enrolled(ledger)
    with monkeypatch.context() as patch:
        patch.setattr(f"{path}.{name}", crashing(path, name, when))
        with pytest.raises(Crash):
            run(ledger, settings, provider)
    outcome = run(ledger, settings, provider)
    assert outcome.under_way == 0
    assert ledger.counts()[:4] == (0, 0, 3, 0)
    assert len(provider.asked) == len({json.dumps(body) for body in provider.asked}) == 3
    assert [n for (n,) in ledger.rows("SELECT count(*) FROM provider_requests")] == [0]


def crashing(path: str, name: str, when: str) -> Callable[..., Any]:
    """What a function does before or after which the process ends."""
    import importlib

    module, _, cls = path.rpartition(".") if path[path.rfind(".") + 1].isupper() else (path, "", "")
    owner = importlib.import_module(module)
    whole = getattr(getattr(owner, cls) if cls else owner, name)
    if inspect.iscoroutinefunction(whole):

        async def crash_later(*args: Any, **options: Any) -> Any:
            if when == "after":
                await whole(*args, **options)
            raise Crash

        return crash_later

    def crash(*args: Any, **options: Any) -> Any:
        if when == "after":
            whole(*args, **options)
        raise Crash

    return crash


def test_a_batch_whose_answer_was_lost_is_found_by_its_word_and_not_handed_in_again(
    ledger: Ledger, provider: BatchProvider
) -> None:
    provider.fates["POST batches"].append("lost")
    outcome = run(ledger, enrolled(ledger), provider)
    assert outcome.done == 3
    assert len(provider.batches) == 1


@pytest.mark.parametrize("call", ["POST files", "POST batches", "GET batches", "GET content"])
@pytest.mark.parametrize("fate", ["503", "lost before", "429"])
def test_a_provider_that_fails_for_a_while_is_waited_for(
    ledger: Ledger, provider: BatchProvider, call: str, fate: Any
) -> None:
    provider.fates[call].extend([fate] * 3)
    assert run(ledger, enrolled(ledger), provider).done == 3
    assert len(provider.asked) == 3


def test_a_provider_that_goes_on_failing_is_given_up_and_the_batch_is_kept(
    ledger: Ledger, provider: BatchProvider
) -> None:
    settings = enrolled(ledger)
    run(ledger, settings, provider, terms=Terms(waits=False, tries=1))
    (shown,) = provider.batches
    provider.fates[f"GET {shown['id']}"].extend(["503"] * 4)
    with pytest.raises(ProviderError):
        run(ledger, settings, provider, terms=Terms(patience=2, tries=1))
    assert len(under_way(ledger)) == 3
    provider.fates.clear()
    assert run(ledger, settings, provider).done == 3
    assert len(provider.batches) == 1


def test_a_wrong_key_stops_at_once(ledger: Ledger, provider: BatchProvider) -> None:
    provider.fates["POST files"].append("401")
    with pytest.raises(AuthenticationError) as raised:
        run(ledger, enrolled(ledger), provider)
    assert "made-up" not in str(raised.value)
    assert ledger.counts()[:4] == (3, 0, 0, 0)


def test_no_key_and_a_model_without_batches_are_told(
    ledger: Ledger, provider: BatchProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    settings = enrolled(ledger)
    with pytest.raises(MissingKeyError):
        run(ledger, settings, provider, api_key=None)
    model = ModelName.parse("local")
    with pytest.raises(ConfigurationError, match="has no batches"):
        asyncio.run(run_batch_api(ledger, settings, model, POINT, terms=PATIENT))
    assert ledger.counts()[:4] == (3, 0, 0, 0)


# --- money, and not waiting ----------------------------------------------------------------------


def test_a_run_that_does_not_wait_is_taken_in_by_the_next(
    ledger: Ledger, provider: BatchProvider
) -> None:
    settings = enrolled(ledger)
    terms = Terms(waits=False, tries=1)
    first = run(ledger, settings, provider, terms=terms)
    assert first == Outcome(1, 3, 0, 0, 1, "")
    assert ledger.counts()[:4] == (0, 3, 0, 0)
    assert run(ledger, settings, provider, terms=terms) == Outcome(0, 0, 0, 0, 1, "")
    provider.clock.now += 100
    assert run(ledger, settings, provider, terms=terms) == Outcome(0, 0, 3, 0, 0, "")


def test_batches_cost_half(ledger: Ledger, provider: BatchProvider) -> None:
    price = given_price("1/1")
    run(ledger, enrolled(ledger), provider, price=price)
    totals = ledger.totals()
    assert float(totals.cost) == pytest.approx(float(price.cost(totals.usage)) / 2)
    assert totals.unpriced == 0


def test_no_more_is_handed_in_than_the_money_is_for(
    ledger: Ledger, provider: BatchProvider
) -> None:
    settings = enrolled(ledger)
    outcome = run(
        ledger,
        settings,
        provider,
        price=given_price("1000/1000"),
        terms=Terms(most_cost=1.0, tries=1),
    )
    assert "$1.00 are spent" in outcome.stopped
    assert outcome.done == outcome.batches < 3
    assert 0.3 < float(ledger.totals().cost) < 1.0
    assert ledger.counts().waiting == 3 - outcome.done


def test_only_so_many_new_documents_are_taken_up(ledger: Ledger, provider: BatchProvider) -> None:
    settings = enrolled(ledger)
    assert run(ledger, settings, provider, terms=Terms(most_new=2, tries=1)).done == 2
    assert ledger.counts()[:4] == (1, 0, 2, 0)
