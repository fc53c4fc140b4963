"""How `uhc-llm batch` does what it was asked: directly, in the provider's batches, on a cluster."""

import asyncio
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from uhc_llm.cli.common import errors, say, say_error, tell, told
from uhc_llm.cli.signals import signals_call
from uhc_llm.errors import AuthenticationError, ConfigurationError, ModelNotFoundError
from uhc_llm.language import _, grouped, later
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
_ENDINGS: Final[Mapping[str, str]] = {
    "signal": later("stopped by a signal; what was done is kept in {run}"),
    "max_cost": later("stopped before --max-cost would be passed"),
    "error": later("stopped, as every document would meet the same"),
    "limit": later("--limit is reached"),
}
"""Why a run ended before everything was done, in words."""


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
    documents = grouped(found.documents)
    tell(_("documents: {all}, of which {n} are to be done", all=documents, n=grouped(new)))
    if found.problems:
        tell(_("inputs that cannot be read: {n}", n=grouped(found.problems)))
    tell(
        _(
            "tokens: about {given} in, {taken} out (at a guess, by length; more where answers are "
            "asked for again)",
            given=grouped(found.usage.input_tokens),
            taken=grouped(found.usage.output_tokens),
        )
    )
    if found.cost is None:
        tell(_("price: not known for {model}; give it as --price IN/OUT", model=name))
    elif price is not None:
        cost = dollars(found.cost)
        tell(_("price: about {cost} ({source})", cost=cost, source=_(price.source)))
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
        for line in summary(tally, ledger, settings, tell=told):
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
            _(
                "--via batch-api asks a model, and none is asked: name a hosted one by --model, "
                "and leave out --strategy code"
            )
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
                        say=_say_told,
                    )
                )
            )
        except asyncio.CancelledError:
            say(_("stopped by a signal. What the provider is at is taken in by the same command"))
            return _INTERRUPTED
        say(
            _(
                "{batches} batches with {requests} requests handed in; {done} documents done and "
                "{failed} failed",
                batches=grouped(outcome.batches),
                requests=grouped(outcome.requests),
                done=grouped(outcome.done),
                failed=grouped(outcome.failed),
            ),
            style="default",
        )
        for line in summary(tally, ledger, settings, tell=told):
            say(line, style="default")
        _say_passed_over(inputs)
        if outcome.stopped:
            say(_("{why}. The same command goes on", why=outcome.stopped), "yellow")
        if outcome.under_way:
            n = grouped(outcome.under_way)
            say(_("{n} batches are under way: the same command takes them in", n=n))
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
        said = _(
            "{n} documents brought into {run}: {done} done in all",
            n=grouped(brought),
            run=path,
            done=grouped(counts.done),
        )
        say(said, "default")
        for line in on_other_matters(ledger, settings):
            say(line, "default")
        if counts.failed:
            return _SOME_FAILED
        return _UNREADABLE if counts.input_errors else 0


def _say_told(words: str) -> None:
    say(told(words))


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
            say(_("{n} documents that failed are tried again", n=grouped(again)))
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
            _("finishing what the model is at; press Ctrl-C again to end at once"),
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
        kinds = ", ".join(
            f"{grouped(n)} {told(kind)}" for kind, n in inputs.passed_over.most_common(5)
        )
        say(_("passed over in folders, as no articles: {kinds}", kinds=kinds))


def _say_ending(ending: "Ending", path: Path, counts: "Counts") -> None:
    if ending.error is not None:
        say_error(ending.error)
    if why := _ENDINGS.get(ending.reason):
        going_on = f"uhc-llm batch --run {path}"
        say(
            _(
                "{why}. The same command goes on; so does: {command}",
                why=_(why, run=path),
                command=going_on,
            ),
            "yellow",
        )
    elif not any(counts):
        say(
            _("there was no article: name files, tables, or a folder that has some (--help)"),
            "yellow",
        )
    elif counts.done:
        say(
            _(
                "to read: {reading}; to check: {checking}",
                reading=f"uhc-llm report {path} -o report.html",
                checking=f"uhc-llm review {path}",
            )
        )


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
