"""A run does everything once, loses nothing, and ends in good order."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from tests.pointed import pointed
from uhc_llm.batch.ending import Ending, is_fatal
from uhc_llm.batch.enrolling import enroll
from uhc_llm.batch.inputs import Item
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.pace import Pace
from uhc_llm.batch.prices import Price
from uhc_llm.batch.runner import Run
from uhc_llm.batch.tally import Tally
from uhc_llm.batch.work import InputProblem
from uhc_llm.documents import Document
from uhc_llm.errors import (
    AuthenticationError,
    ContextLengthError,
    InputError,
    LedgerError,
    MissingKeyError,
    ModelNotFoundError,
    OutputError,
    QuotaExhaustedError,
    RateLimitError,
    RequestRefusedError,
    SchemaRefusedError,
    ServerError,
    Spent,
    TruncatedAnswerError,
)
from uhc_llm.extraction import Extractor
from uhc_llm.llm.asking import Answer, Message
from uhc_llm.schemas import Usage

T = TypeVar("T", bound=BaseModel)

USED = Usage(input_tokens=1000, output_tokens=100)
A_DOLLAR_EACH = Price(lambda usage: usage.input_tokens / 1000, "made up")


class Model:
    """A model that says of every number that it is nothing, unless it is told to fail."""

    name = "fake/model"

    def __init__(self, fate: Callable[[int], Exception | None] = lambda _: None) -> None:
        self.fate = fate
        self.asked: list[str] = []
        self.open = self.most_open = 0
        self.hold: asyncio.Event | None = None

    async def ask(
        self, messages: Sequence[Message], answer_model: type[T], *, reasks: int = 2
    ) -> Answer[T]:
        self.asked.append(str(messages[-1]["content"]))
        number = len(self.asked)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await (self.hold.wait() if self.hold else asyncio.sleep(0))
        finally:
            self.open -= 1
        if error := self.fate(number):
            raise error
        ids = re.findall(r"\[(n\d+):", str(messages[-1]["content"]))
        said = [{"number": id_, "metric": "other"} for id_ in ids]
        content = answer_model.model_validate(pointed(said))
        return Answer(content, USED, requests=1, answers=1, model="fake-model-1")

    async def aclose(self) -> None:
        pass


def items(count: int, start: int = 0) -> Iterator[Item]:
    for number in range(start, start + count):
        text = f"KOTA BATU - Cakupan JKN Kota Batu {number % 50 + 10} persen, artikel {number}x."
        yield Item(Document(text=text, id=f"a{number}"), f"/corpus/a{number}.txt")


def run(
    path: Path,
    inputs: Iterator[Any],
    model: Model | None = None,
    *,
    act: Callable[[Run, Model], Any] | None = None,
    **options: Any,
) -> tuple[Ending, Tally]:
    model = model or Model()

    async def running(ledger: Ledger) -> tuple[Ending, Tally]:
        extractor = Extractor(model)
        settings = ledger.note_settings(extractor.settings)
        ledger.recover()
        concurrency = options.pop("concurrency", 4)
        one = Run(
            ledger,
            extractor,
            settings,
            inputs,
            pace=Pace(concurrency),
            concurrency=concurrency,
            **options,
        )
        acting = asyncio.ensure_future(act(one, model)) if act else None
        ending = await one()
        if acting:
            await acting
        return ending, one.tally

    with Ledger.write(path) as ledger:
        return asyncio.run(running(ledger))


def counts(path: Path) -> dict[str, int]:
    with Ledger.read(path) as ledger:
        return {name: count for name, count in ledger.counts()._asdict().items() if count}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


# --- everything, once ----------------------------------------------------------------------------


def test_every_document_is_done_once(path: Path) -> None:
    model = Model()
    ending, tally = run(path, items(300), model)
    assert ending == Ending("all")
    assert counts(path) == {"done": 300}
    assert (tally.done, tally.read, tally.waiting, tally.under_way) == (300, 300, 0, 0)
    assert len(set(model.asked)) == 300


def test_a_second_start_asks_only_what_is_new(path: Path) -> None:
    run(path, items(40))
    model = Model()
    _, tally = run(path, items(45), model)
    assert {text.split("artikel ")[1].split("x")[0] for text in model.asked} == {
        str(number) for number in range(40, 45)
    }
    assert (tally.known, tally.done) == (40, 5)


def test_the_same_text_twice_is_asked_once(path: Path) -> None:
    model = Model()
    one = next(items(1))
    run(path, iter([one, one._replace(source="/copy.txt")]), model)
    assert counts(path) == {"done": 1}


def test_without_inputs_it_goes_on_with_what_waits(path: Path) -> None:
    run(path, items(30), limit=10)
    assert counts(path)["done"] == 10
    run(path, iter(()))
    assert counts(path)["done"] == counts(path).get("done", 0) + counts(path).get("waiting", 0)


def test_inputs_that_cannot_be_read_stop_nothing(path: Path) -> None:
    mixed = [InputProblem("bad.csv", 2, "no text"), *items(3), InputProblem("bad.csv", 9, "x")]
    ending, tally = run(path, iter(mixed))
    assert ending == Ending("all")
    assert tally.problems == 2
    assert counts(path) == {"done": 3, "input_errors": 2}


def test_an_input_that_was_damaged_is_read_when_it_is_mended(path: Path) -> None:
    rows = [item._replace(source=f"/in/a.csv:{n}") for n, item in enumerate(items(3), start=1)]
    damaged = InputProblem("/in/a.csv", 0, "damaged")
    for times in range(2):
        run(path, iter([*rows[:2], damaged]))
        assert counts(path) == {"done": 2, "input_errors": 1}, times
    run(path, iter(rows))
    assert counts(path) == {"done": 3}


def test_a_limit_ends_it_after_so_many_and_the_next_start_does_the_next(path: Path) -> None:
    model = Model()
    assert run(path, items(100), model, limit=7)[0] == Ending("limit")
    assert counts(path)["done"] == 7
    run(path, items(100), model, limit=7)
    assert counts(path)["done"] == 14


def test_no_more_documents_are_under_way_than_workers(path: Path) -> None:
    model = Model()
    run(path, items(200), model, concurrency=4)
    assert model.most_open <= 8


def test_inputs_are_not_read_far_ahead(path: Path) -> None:
    taken = 0

    def counted() -> Iterator[Item]:
        nonlocal taken
        for item in items(5000):
            taken += 1
            yield item

    async def act(one: Run, model: Model) -> None:
        await when_asked(model, 1)
        for _ in range(2000):
            await asyncio.sleep(0)
        assert taken < 400
        one.interrupt()
        assert model.hold
        model.hold.set()

    model = Model()
    model.hold = asyncio.Event()
    run(path, counted(), model, act=act)


# --- what fails ----------------------------------------------------------------------------------


def test_one_bad_document_never_stops_the_rest(path: Path) -> None:
    errors: dict[int, Exception] = {
        2: OutputError("no use"),
        5: ContextLengthError("too long", status=400),
        9: ZeroDivisionError("a bug of ours"),
        12: ServerError("503"),
    }
    ending, tally = run(path, items(20), Model(errors.get))
    assert ending == Ending("all")
    assert counts(path) == {"done": 16, "failed": 4}
    assert set(tally.failed) == {
        "OutputError", "ContextLengthError", "ZeroDivisionError", "ServerError"
    }  # fmt: skip
    with Ledger.read(path) as ledger:
        said = dict(ledger.rows("SELECT error_kind, error FROM attempts WHERE error IS NOT NULL"))
    assert said["ZeroDivisionError"] == "a bug of ours"


def test_a_document_that_no_article_is_fails_alone(path: Path) -> None:
    long = Item(Document(text="Cakupan JKN 98,5 persen. " * 10_000), "/long.txt")
    run(path, iter([long, *items(2)]))
    assert counts(path) == {"done": 2, "failed": 1}


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("wrong key", status=401),
        ModelNotFoundError("no such model", status=404),
        QuotaExhaustedError("no money", status=429),
        RequestRefusedError("no such address", status=404),
        SchemaRefusedError("no schemas", status=400),
        MissingKeyError("no key"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_every_document_would_meet_ends_the_run_and_marks_none_failed(
    path: Path, error: Exception
) -> None:
    model = Model(lambda _: error)
    ending, _ = run(path, items(500), model)
    assert ending == Ending("error", error)  # type: ignore[arg-type]
    assert counts(path).keys() == {"waiting"}
    assert len(model.asked) <= 8


def test_a_refused_schema_is_one_documents_own_once_another_was_answered() -> None:
    error = SchemaRefusedError("x", status=400)
    assert is_fatal(error)
    assert not is_fatal(error, succeeded=True)
    assert not is_fatal(RateLimitError("x", status=429))
    assert not is_fatal(InputError("x"))


FORBIDDEN = AuthenticationError("not for this", status=403)


def test_who_is_forbidden_one_document_is_not_forbidden_the_others(path: Path) -> None:
    model = Model(lambda number: FORBIDDEN if number == 5 else None)
    ending, tally = run(path, items(20), model)
    assert ending == Ending("all")
    assert counts(path) == {"done": 19, "failed": 1}
    assert tally.failed == {"AuthenticationError": 1}


def test_a_document_that_is_forbidden_does_not_stop_every_start(path: Path) -> None:
    run(path, items(3))
    ending, _ = run(path, items(1, start=9), Model(lambda _: FORBIDDEN))
    assert ending == Ending("all")
    assert counts(path) == {"done": 3, "failed": 1}


def test_where_nobody_has_been_answered_a_403_ends_the_run(path: Path) -> None:
    ending, _ = run(path, items(50), Model(lambda _: FORBIDDEN))
    assert ending == Ending("error", FORBIDDEN)
    assert counts(path).keys() == {"waiting"}  # how many were enrolled by then is as it comes


def test_a_key_that_comes_to_be_forbidden_everything_marks_nothing_failed(path: Path) -> None:
    ending, _ = run(path, items(200), Model(lambda number: FORBIDDEN if number > 10 else None))
    assert ending == Ending("error", FORBIDDEN)
    assert counts(path).keys() == {"done", "waiting"}
    assert counts(path)["done"] == 10


def test_a_key_that_comes_to_be_wrong_ends_the_run_at_once(path: Path) -> None:
    error = AuthenticationError("revoked", status=401)
    model = Model(lambda number: error if number > 10 else None)
    ending, _ = run(path, items(200), model)
    assert ending == Ending("error", error)
    assert len(model.asked) < 25
    assert "failed" not in counts(path)


def test_a_provider_that_fails_again_and_again_is_not_asked_for_ever(path: Path) -> None:
    error = ServerError("down", status=503)
    model = Model(lambda _: error)
    ending, _ = run(path, items(5000), model)
    assert ending == Ending("error", error)
    assert counts(path)["failed"] < 50
    assert counts(path)["waiting"] > 0


def test_what_a_failure_cost_is_written_down(path: Path) -> None:
    error = TruncatedAnswerError("cut")
    error.spent = Spent(3, 2, 2000, 80, 10)
    run(path, items(1), Model(lambda _: error), price=A_DOLLAR_EACH)
    with Ledger.read(path) as ledger:
        totals = ledger.totals()
    assert (totals.requests, totals.cost) == (3, 2.0)
    assert totals.usage == Usage(input_tokens=2000, output_tokens=80, cached_tokens=10)


# --- money ---------------------------------------------------------------------------------------


def test_it_stops_before_it_costs_more_than_it_may(path: Path) -> None:
    ending, tally = run(path, items(500), max_cost=50.0, price=A_DOLLAR_EACH)
    assert ending == Ending("max_cost")
    assert 40 <= tally.cost <= 50
    assert counts(path)["done"] == tally.done


def test_what_earlier_starts_cost_counts_too(path: Path) -> None:
    run(path, items(500), max_cost=30.0, price=A_DOLLAR_EACH)
    _, tally = run(path, items(500), max_cost=30.0, price=A_DOLLAR_EACH)
    assert tally.cost <= 3


def test_a_result_says_what_it_cost(path: Path) -> None:
    run(path, items(1), price=A_DOLLAR_EACH)
    with Ledger.read(path) as ledger:
        ((made,),) = ledger.rows("SELECT extraction FROM extractions")
    assert '"cost":' in made
    assert '"cost":null' not in made


# --- stopping ------------------------------------------------------------------------------------


async def when_asked(model: Model, count: int) -> None:
    while len(model.asked) < count:  # noqa: ASYNC110 (there is nothing else to wait for)
        await asyncio.sleep(0)


def test_a_wish_to_end_finishes_what_is_under_way(path: Path) -> None:
    async def act(one: Run, model: Model) -> None:
        await when_asked(model, 4)
        one.interrupt()
        assert model.hold
        model.hold.set()

    model = Model()
    model.hold = asyncio.Event()
    ending, tally = run(path, items(100), model, act=act)
    assert ending == Ending("signal")
    assert tally.done == len(model.asked)
    found = counts(path)
    assert found["done"] == len(model.asked)
    assert found.keys() == {"done", "waiting"}


def test_a_second_wish_ends_at_once_and_what_was_under_way_waits_again(path: Path) -> None:
    async def act(one: Run, model: Model) -> None:
        await when_asked(model, 4)
        one.interrupt()
        one.interrupt()

    model = Model()
    model.hold = asyncio.Event()
    ending, _ = run(path, items(100), model, act=act)
    assert ending == Ending("signal")
    assert counts(path).keys() == {"waiting"}


def test_a_ledger_that_cannot_be_written_ends_the_run_with_its_error(path: Path) -> None:
    class Full(Ledger):
        def record(self, attempts: Sequence[Any]) -> None:
            raise LedgerError("no room left")

    async def running(ledger: Ledger) -> None:
        extractor = Extractor(Model())
        settings = ledger.note_settings(extractor.settings)
        await Run(ledger, extractor, settings, items(100), pace=Pace(4), concurrency=4)()

    with Full.write(path) as ledger, pytest.raises(LedgerError, match="no room"):
        asyncio.run(running(ledger))
    assert counts(path).keys() == {"waiting"}


def test_an_input_that_ends_the_run_is_raised(path: Path) -> None:
    def broken() -> Iterator[Item]:
        yield from items(3)
        raise InputError("standard input cannot be read here")

    with pytest.raises(InputError, match="standard input"):
        run(path, broken())


def test_documents_can_be_enrolled_alone(path: Path) -> None:
    with Ledger.write(path) as ledger:
        settings = ledger.note_settings(Extractor(strategy="code").settings)
        mixed: list[Item | InputProblem] = [*items(40), InputProblem("bad.csv", 2, "no text")]
        states = [state for chunk in enroll(ledger, mixed, settings) for state in chunk]
        assert states == [None] * 40
        again = [state for chunk in enroll(ledger, items(2), settings) for state in chunk]
        assert again == ["waiting"] * 2
    assert counts(path) == {"waiting": 40, "input_errors": 1}
