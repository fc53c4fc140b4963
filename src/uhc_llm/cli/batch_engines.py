"""How `uhc-llm batch` does what it was asked: directly, in the provider's batches, on a cluster."""

import asyncio
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from uhc_llm.cli.common import errors, say, say_error, tell
from uhc_llm.cli.signals import signals_call
from uhc_llm.errors import AuthenticationError, ConfigurationError, ModelNotFoundError
from uhc_llm.promise import PROMISE, Promise

if TYPE_CHECKING:
    from uhc_llm.batch.ending import Ending
    from uhc_llm.batch.inputs import Inputs
    from uhc_llm.batch.ledger import Ledger
    from uhc_llm.batch.pace import Pace
    from uhc_llm.batch.prices import Price
    from uhc_llm.batch.runner import Run
    from uhc_llm.batch.tables import Columns
    from uhc_llm.batch.tally import Tally
    from uhc_llm.batch.work import Counts
    from uhc_llm.extraction import Extractor, Strategy
    from uhc_llm.llm.asking import AnsweringModel
    from uhc_llm.llm.client import ModelClient
    from uhc_llm.llm.offers import Breadth
    from uhc_llm.llm.point import Form

__all__ = ["Asking", "Wanted", "dry_run", "run_batches", "run_directly", "run_on_ray"]

T = TypeVar("T")

_ATTEMPTS: Final = 8  # nobody is there to try again
_UNREADABLE: Final = 3
_NOT_SET_UP: Final = 4
_PROVIDER_FAILED: Final = 5
_SOME_FAILED: Final = 6
_TOO_DEAR: Final = 7
_INTERRUPTED: Final = 130


@dataclass(frozen=True)
class Asking:
    """Who is asked, and how; it can be sent to another machine.

    Attributes:
        model: its name; None where none is asked.
        options: what stands in every request.
        all_topics: whether documents on other matters are read as well.
        promise: what is promised of verified facts.
    """

    model: str | None
    strategy: "Strategy"
    form: "Form | None"
    breadth: "Breadth | None"
    reasks: int
    base_url: str | None
    timeout: float | None
    options: Mapping[str, Any] = field(default_factory=dict)
    all_topics: bool = False
    promise: Promise = PROMISE

    def client(self, pace: "Pace | None" = None) -> "ModelClient | None":
        """What asks the model, at this pace."""
        if self.model is None:
            return None
        from uhc_llm.llm.client import ModelClient
        from uhc_llm.llm.models import ModelName

        return ModelClient(
            ModelName.parse(self.model),
            base_url=self.base_url,
            timeout=self.timeout,
            options=self.options,
            transport_attempts=_ATTEMPTS,
            gate=pace,
        )

    def extractor(self, answering: "AnsweringModel | None") -> "Extractor":
        """The extractor around what asks, or is asked."""
        from uhc_llm.extraction import Extractor

        return Extractor(
            answering,
            strategy=self.strategy,
            form=self.form,
            breadth=self.breadth,
            reasks=self.reasks,
            all_topics=self.all_topics,
            promise=self.promise,
        )

    def price(self, given: str | None) -> "Price | None":
        """What the model costs; None where that is not known."""
        from uhc_llm.batch.prices import given_price, price_of

        if given is not None:
            return given_price(given)
        from uhc_llm.llm.transport.providers import own_address

        return price_of(self.model, own_address(self.model or "", self.base_url))


@dataclass(frozen=True)
class Wanted:
    """What a run is to do, and how far it may go."""

    limit: int | None
    max_cost: float | None
    price: "Price | None"
    retry_failed: bool


def _extractor_there(asking: Asking) -> "Extractor":
    return asking.extractor(asking.client())


def dry_run(inputs: "Inputs", asking: Asking, run: Path, wanted: Wanted) -> None:
    """Say what a run would take; nobody is asked, and nothing is written."""
    from uhc_llm.batch.estimate import Meter, estimate
    from uhc_llm.batch.ledger import Ledger
    from uhc_llm.batch.progress import dollars

    name, price = asking.model, wanted.price
    client = asking.client()
    meter = None if client is None else Meter(client.name, client.options)
    with Ledger.read(run) if run.exists() else nullcontext() as ledger:
        found = estimate(
            inputs,
            asking.extractor(meter),
            meter,
            ledger=ledger,
            price=price,
            limit=wanted.limit,
        )
    new = found.documents - found.done
    tell(f"documents: {found.documents:,}, of which {new:,} are to be done")
    if found.problems:
        tell(f"inputs that cannot be read: {found.problems:,}")
    usage = found.usage
    tell(
        f"tokens: about {usage.input_tokens:,} in, {usage.output_tokens:,} out (at a guess, by "
        "length; more where answers are asked for again)"
    )
    if found.cost is None:
        tell(f"price: not known for {name}; give it as --price IN/OUT")
    elif price is not None:
        tell(f"price: about {dollars(found.cost)} ({price.source})")
    _say_passed_over(inputs)


def run_directly(
    inputs: "Inputs",
    asking: Asking,
    path: Path,
    wanted: Wanted,
    *,
    concurrency: int,
    pace: "Pace",
) -> int:
    """Ask about document after document; returns the exit code."""
    from uhc_llm.batch.progress import summary, what_was_done
    from uhc_llm.batch.runner import Run
    from uhc_llm.batch.tally import Tally

    extractor = asking.extractor(asking.client(pace))
    with _opened(path, extractor, wanted) as (ledger, settings):
        tally = Tally(expected=inputs.count())
        started = time.monotonic()
        run = Run(
            ledger,
            extractor,
            settings,
            inputs,
            pace=pace,
            concurrency=concurrency,
            limit=wanted.limit,
            max_cost=wanted.max_cost,
            price=wanted.price,
            tally=tally,
        )
        ending = asyncio.run(_shown(run, extractor, tally, pace, priced=wanted.price is not None))
        say(what_was_done(tally, seconds=time.monotonic() - started), style="default")
        for line in summary(tally, ledger, settings):
            say(line, style="default")
        _say_passed_over(inputs)
        _say_ending(ending, path, ledger.counts(settings))
        return _exit_code(ending, ledger, settings, tally)


def run_batches(
    inputs: "Inputs",
    asking: Asking,
    path: Path,
    wanted: Wanted,
    *,
    waits: bool,
    poll: float,
) -> int:
    """Ask in the provider's own batches; returns the exit code."""
    from uhc_llm.batch.enrolling import enroll
    from uhc_llm.batch.progress import summary
    from uhc_llm.batch.provider_batch import Terms, run_batch_api
    from uhc_llm.batch.tally import Tally
    from uhc_llm.llm.models import ModelName

    if asking.model is None:
        raise ConfigurationError(
            "--via batch-api asks a model, and none is asked: name a hosted one by --model, and "
            "leave out --strategy code"
        )
    with _opened(path, asking.extractor(asking.client()), wanted) as (ledger, settings):
        tally = Tally()
        for states in enroll(ledger, inputs, settings):
            tally.add_read(states)
        terms = Terms(poll=poll, waits=waits, most_new=wanted.limit, most_cost=wanted.max_cost)
        try:
            outcome = asyncio.run(
                _cancelled_by_signals(
                    run_batch_api(
                        ledger,
                        settings,
                        ModelName.parse(asking.model),
                        asking.extractor,
                        base_url=asking.base_url,
                        options=asking.options,
                        price=wanted.price,
                        terms=terms,
                        say=say,
                    )
                )
            )
        except asyncio.CancelledError:
            say("stopped by a signal. What the provider is at is taken in by the same command")
            return _INTERRUPTED
        say(
            f"{outcome.batches:,} batches with {outcome.requests:,} requests handed in; "
            f"{outcome.done:,} documents done and {outcome.failed:,} failed",
            style="default",
        )
        for line in summary(tally, ledger, settings):
            say(line, style="default")
        _say_passed_over(inputs)
        if outcome.stopped:
            say(f"{outcome.stopped}. The same command goes on", "yellow")
        if outcome.under_way:
            say(f"{outcome.under_way:,} batches are under way: the same command takes them in")
        if ledger.counts(settings).failed:
            return _SOME_FAILED
        if outcome.stopped and wanted.max_cost is not None:
            return _TOO_DEAR
        return _UNREADABLE if ledger.counts().input_errors else 0


def run_on_ray(
    inputs: Sequence[str],
    asking: Asking,
    path: Path,
    wanted: Wanted,
    *,
    parts: str,
    columns: "Columns",
    workers: int,
    at_once: int,
    address: str | None,
) -> int:
    """Ask on the machines of a cluster, and bring what came out into the run."""
    from uhc_llm.batch.progress import on_other_matters
    from uhc_llm.batch.ray_engine import Parts, merge_parts, run_ray

    run_ray(
        inputs,
        parts,
        partial(_extractor_there, asking),
        columns=columns,
        workers=workers,
        at_once=at_once,
        retry_failed=wanted.retry_failed,
        address=address,
        say=say,
    )
    with _opened(path, asking.extractor(asking.client()), wanted) as (ledger, settings):
        brought = merge_parts(Parts(parts), ledger)
        counts = ledger.counts(settings)
        say(f"{brought:,} documents brought into {path}: {counts.done:,} done in all", "default")
        for line in on_other_matters(ledger, settings):
            say(line, "default")
        if counts.failed:
            return _SOME_FAILED
        return _UNREADABLE if counts.input_errors else 0


@contextmanager
def _opened(path: Path, extractor: "Extractor", wanted: Wanted) -> "Iterator[tuple[Ledger, str]]":
    """The ledger, with what a process that is gone left running waiting again."""
    from uhc_llm.batch.ledger import Ledger
    from uhc_llm.batch.provider_batch import under_way
    from uhc_llm.batch.work import TRANSIENT

    with Ledger.write(path) as ledger:
        settings = ledger.note_settings(extractor.settings)
        # What is at the provider is paid for, and nobody else is to be asked.
        ledger.recover(keep=under_way(ledger))
        kinds = None if wanted.retry_failed else TRANSIENT
        if again := ledger.retry_failed(settings, kinds=kinds):
            say(f"{again:,} documents that failed are tried again")
        yield ledger, settings


async def _cancelled_by_signals(doing: "Coroutine[Any, Any, T]") -> "T":
    task = asyncio.ensure_future(doing)
    with signals_call(task.cancel):
        return await task


async def _shown(
    run: "Run", extractor: "Extractor", tally: "Tally", pace: "Pace", *, priced: bool
) -> "Ending":
    """Run with what is shown beside it, and signals taken as a wish to end."""
    from uhc_llm.batch.progress import show

    def wish() -> None:
        say(
            "finishing what the model is at; press Ctrl-C again to end at once",
            style="yellow",
        )
        run.interrupt()

    with signals_call(wish):
        showing = asyncio.create_task(show(tally, errors, priced=priced, pace=pace))
        try:
            return await run()
        finally:
            showing.cancel()
            with suppress(asyncio.CancelledError):
                await showing
            await extractor.aclose()


def _say_passed_over(inputs: "Inputs") -> None:
    if inputs.passed_over:
        kinds = ", ".join(f"{n:,} {kind}" for kind, n in inputs.passed_over.most_common(5))
        say(f"passed over in folders, as no articles: {kinds}")


def _say_ending(ending: "Ending", path: Path, counts: "Counts") -> None:
    if ending.error is not None:
        say_error(ending.error)
    told = {
        "signal": f"stopped by a signal; what was done is kept in {path}",
        "max_cost": "stopped before --max-cost would be passed",
        "error": "stopped, as every document would meet the same",
        "limit": "--limit is reached",
        "all": None,
    }[ending.reason]
    if told:
        say(f"{told}. The same command goes on; so does: uhc-llm batch --run {path}", "yellow")
    elif not any(counts):
        say(
            "there was no article: name files, tables, or a folder that has some (--help)", "yellow"
        )
    elif counts.done:
        say(f"to read: uhc-llm report {path} -o report.html; to check: uhc-llm review {path}")


def _exit_code(ending: "Ending", ledger: "Ledger", settings: str, tally: "Tally") -> int:
    from uhc_llm.batch.work import TRANSIENT

    if ending.reason == "signal":
        return _INTERRUPTED
    if ending.reason == "max_cost":
        return _TOO_DEAR
    if ending.error is not None:
        not_set_up = isinstance(ending.error, AuthenticationError | ModelNotFoundError)
        return _NOT_SET_UP if not_set_up else ending.error.exit_code
    if ledger.counts(settings).failed:
        return (
            _PROVIDER_FAILED if tally.failed and tally.failed.keys() <= TRANSIENT else _SOME_FAILED
        )
    return _UNREADABLE if tally.problems else 0
