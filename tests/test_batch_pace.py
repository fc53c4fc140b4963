"""Requests go no faster than they may, slower when they are refused, and then faster again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from uhc_llm.batch.pace import Pace
from uhc_llm.batch.prices import given_price, price_of
from uhc_llm.errors import ConfigurationError, RateLimitError, ServerError
from uhc_llm.schemas import Usage

T = TypeVar("T")
USED = Usage(input_tokens=80, output_tokens=20)


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def refused(retry_after: float | None = None, status: int = 429) -> RateLimitError:
    error = RateLimitError("slow down", status=status)
    error.retry_after = retry_after
    return error


def paced(clock: Clock, concurrency: int = 100, **limits: float) -> Pace:
    return Pace(concurrency, clock=clock, sleep=clock.sleep, **limits)


def run(do: Callable[[], Awaitable[T]]) -> T:
    async def doing() -> T:
        return await do()

    return asyncio.run(doing())


async def pass_through(pace: Pace, clock: Clock, count: int, characters: int = 300) -> list[float]:
    """When each of so many requests went out, one answered before the next."""
    times = []
    for _ in range(count):
        await pace.enter(characters)
        times.append(clock.now)
        pace.leave(characters, USED, None)
    return times


def test_without_limits_nobody_waits() -> None:
    clock = Clock()
    assert run(lambda: pass_through(paced(clock), clock, 500)) == [0.0] * 500


def test_no_more_requests_a_minute_than_are_allowed() -> None:
    clock = Clock()
    times = run(lambda: pass_through(paced(clock, rpm=60), clock, 180))
    for start in range(121):
        assert sum(start <= time < start + 60 for time in times) <= 62
    assert times[-1] <= 180


def test_no_more_tokens_a_minute_than_are_allowed_by_what_answers_really_take() -> None:
    clock = Clock()
    # A hundred tokens each, six thousand a minute: one a second.
    times = run(lambda: pass_through(paced(clock, tpm=6000), clock, 120))
    assert 115 <= times[-1] <= 121


def test_no_more_at_once_than_are_allowed() -> None:
    async def doing() -> None:
        pace = paced(Clock(), 2)
        await pace.enter(10)
        await pace.enter(10)
        third = asyncio.create_task(pace.enter(10))
        await asyncio.sleep(0)
        assert not third.done()
        pace.leave(10, USED, None)
        await third
        assert pace.under_way == 2

    asyncio.run(doing())


def test_a_refusal_halves_what_may_go_at_once_and_answers_bring_it_back() -> None:
    clock = Clock()

    async def doing() -> None:
        pace = paced(clock, 16)
        for _ in range(16):
            await pace.enter(10)
        pace.leave(10, None, refused())
        assert pace.limit == 8
        pace.leave(10, None, refused())  # it went out together with the first
        assert pace.limit == 8
        for _ in range(14):
            pace.leave(10, USED, None)
        clock.now += 2
        await pace.enter(10)
        pace.leave(10, None, refused(status=503))
        assert pace.limit < 8
        for _ in range(100):
            await pace.enter(10)
            pace.leave(10, USED, None)
        assert pace.limit == 16
        assert pace.refusals == 3

    asyncio.run(doing())


def test_everybody_waits_as_long_as_the_provider_asks() -> None:
    clock = Clock()

    async def doing() -> None:
        pace = paced(clock)
        await pace.enter(10)
        pace.leave(10, None, refused(retry_after=20))
        await pace.enter(10)
        assert clock.now >= 20

    asyncio.run(doing())


def test_after_the_pause_one_tries_and_the_others_follow_when_it_is_answered() -> None:
    async def doing() -> None:
        pace = paced(Clock())
        await pace.enter(10)
        pace.leave(10, None, refused(retry_after=5))
        tasks = [asyncio.create_task(pace.enter(10)) for _ in range(4)]
        for under_way, error in ((1, refused(retry_after=5)), (1, None)):
            await passes()
            assert pace.under_way == under_way
            pace.leave(10, None if error else USED, error)
        await passes()
        assert pace.under_way == min(pace.limit, 2)
        for _ in range(2):
            pace.leave(10, USED, None)
            await passes()
        await asyncio.gather(*tasks)

    async def passes() -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    asyncio.run(doing())


@pytest.mark.parametrize(
    ("error", "is_excused"),
    [
        (refused(retry_after=5), True),
        (refused(), False),
        (refused(retry_after=5, status=503), False),
        (ValueError("x"), False),
    ],
)
def test_a_rate_limit_that_says_when_to_come_back_is_excused(
    error: Exception, is_excused: bool
) -> None:
    assert paced(Clock()).excuses(error) is is_excused


def test_refusals_are_excused_as_long_as_somebody_is_answered() -> None:
    clock = Clock()

    async def doing() -> None:
        pace = paced(clock)
        error = refused(retry_after=5)
        for passed, answered, is_excused in (
            (5000, False, True),  # whoever asks late has been refused once
            (500, False, True),
            (500, True, True),
            (500, False, True),
            (590, False, True),
            (10, False, False),
        ):
            clock.now += passed
            await pace.enter(10)
            pace.leave(10, USED if answered else None, None if answered else error)
            assert pace.excuses(error) is is_excused

    asyncio.run(doing())


@pytest.mark.parametrize("error", [None, ServerError("x", status=500), ValueError("x")])
def test_what_is_no_refusal_slows_nobody(error: Exception | None) -> None:
    async def doing() -> None:
        pace = paced(Clock(), 16)
        await pace.enter(10)
        pace.leave(10, None, error)
        assert (pace.limit, pace.under_way) == (16, 0)

    asyncio.run(doing())


def test_a_closed_gate_lets_no_document_begin_and_those_that_have_begun_go_on() -> None:
    async def document(pace: Pace, begun: asyncio.Event, go: asyncio.Event) -> str:
        pace.begin()
        try:
            await pace.enter(10)
            begun.set()
            await go.wait()
            pace.leave(10, USED, None)
            await pace.enter(10)
            pace.leave(10, USED, None)
        except asyncio.CancelledError:
            return "not begun"
        return "finished"

    async def doing() -> list[str]:
        pace, begun, go = paced(Clock(), 1), asyncio.Event(), asyncio.Event()
        tasks = [asyncio.create_task(document(pace, begun, go)) for _ in range(3)]
        await begun.wait()
        pace.close()
        go.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(doing()) == ["finished", "not begun", "not begun"]


def test_the_question_that_follows_an_answer_goes_out_before_the_next_answer_is_read() -> None:
    happened = []

    async def document(pace: Pace, name: str) -> None:
        await pace.take_up()
        happened.append(f"{name} read")
        for _ in range(15):  # as many passes as a request needs to be sent
            await asyncio.sleep(0)
        happened.append(f"{name} sent")

    async def doing() -> None:
        pace = paced(Clock())
        await asyncio.gather(*(document(pace, name) for name in "abc"))

    asyncio.run(doing())
    assert happened == ["a read", "a sent", "b read", "b sent", "c read", "c sent"]


def test_an_answer_that_nobody_waits_for_any_more_does_not_hold_up_the_others() -> None:
    async def doing() -> None:
        pace = paced(Clock())
        await pace.take_up()
        waits, called_off, last = (asyncio.create_task(pace.take_up()) for _ in range(3))
        await asyncio.sleep(0)
        called_off.cancel()
        await asyncio.gather(waits, last)
        assert called_off.cancelled()

    asyncio.run(doing())


# --- prices ------------------------------------------------------------------------------------


def test_the_price_of_a_known_model_counts_cached_tokens_apart() -> None:
    price = price_of("openai/gpt-4.1-mini")
    assert price is not None
    fresh = price.cost(Usage(input_tokens=1_000_000))
    cached = price.cost(Usage(input_tokens=1_000_000, cached_tokens=1_000_000))
    assert 0 < cached < fresh
    assert price.cost(Usage(input_tokens=1_000_000), batch=True) == fresh / 2


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("openai/no-such-model", None),
        ("nobody/gpt-4.1-mini", None),
        ("openai/gpt-4.1-mini", "http://127.0.0.1:8000/v1"),
    ],
)
def test_what_nobody_knows_the_price_of_has_none(model: str, base_url: str | None) -> None:
    assert price_of(model, base_url) is None


@pytest.mark.parametrize("model", [None, "local", "local:model.gguf"])
def test_what_runs_here_costs_nothing(model: str | None) -> None:
    price = price_of(model)
    assert price is not None
    assert price.cost(USED) == 0


@pytest.mark.parametrize("text", ["", "1", "a/b", "-1/2", "1/2/3", "nan/1", "inf/1"])
def test_a_price_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="price"):
        given_price(text)


@pytest.mark.parametrize(
    ("ends", "goes_on"),
    [
        ([], False),
        (["failed"], False),
        (["answered"], True),
        (["answered", "failed"], True),
        (["failed", "failed"], False),
    ],
)
def test_who_has_nothing_to_pay_for_waits_no_longer_when_the_gate_closes(
    ends: list[str], *, goes_on: bool
) -> None:
    clock = Clock()
    pace = paced(clock)

    async def resting() -> bool:
        pace.begin()
        for end in ends:
            await pace.enter(300)
            pace.leave(300, USED if end == "answered" else None, None)
        pace.close()
        try:
            await pace.rest(60)
        except asyncio.CancelledError:
            return False
        return True

    assert run(resting) is goes_on
    assert clock.now == (60 if goes_on else 0)


def test_a_rest_is_as_long_as_it_was_to_be() -> None:
    clock = Clock()
    run(lambda: paced(clock).rest(7.3))
    assert clock.now == pytest.approx(7.3)
