"""`uhc-llm batch`."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from uhc_llm.cli.app import app
from uhc_llm.cli.common import (
    BaseUrl,
    Breadth,
    CassetteFile,
    Form,
    Model,
    Reasks,
    RecordOption,
    StrategyOption,
    Timeout,
    chosen_model,
    errors,
    report,
    say,
    use_cassette,
)
from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    ModelNotFoundError,
)

if TYPE_CHECKING:
    from uhc_llm.batch.inputs import Inputs
    from uhc_llm.batch.ledger import Ledger
    from uhc_llm.batch.pace import Pace
    from uhc_llm.batch.prices import Price
    from uhc_llm.batch.runner import Ending, Run
    from uhc_llm.batch.tally import Tally
    from uhc_llm.extraction import Extractor
    from uhc_llm.llm.asking import AnsweringModel

_HOSTED_CONCURRENCY: Final = 8
_LOCAL_CONCURRENCY: Final = 1
_ATTEMPTS: Final = 8  # nobody is there to try again
_UNREADABLE: Final = 3
_NOT_SET_UP: Final = 4
_PROVIDER_FAILED: Final = 5
_SOME_FAILED: Final = 6
_TOO_DEAR: Final = 7
_INTERRUPTED: Final = 130

RunFile = Annotated[
    Path, typer.Option("--run", help="The file of the run; made when it is not there.")
]


@app.command()
def batch(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...",
            help="Files and folders (.txt, .md, .html, .jsonl, .csv, .parquet, also .gz); `-` is "
            "standard input. None: go on with what waits in the run.",
        ),
    ] = None,
    *,
    run: RunFile,
    model: Model = None,
    strategy: StrategyOption = "point",
    form: Form = None,
    breadth: Breadth = None,
    reasks: Reasks = 1,
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, help="Requests under way at once. Default: 8; 1 for `local`."),
    ] = None,
    rpm: Annotated[float | None, typer.Option(min=0.1, help="Requests a minute, at most.")] = None,
    tpm: Annotated[float | None, typer.Option(min=1, help="Tokens a minute, at most.")] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(min=0, help="US dollars that the whole run may cost; it stops before more."),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option(
            metavar="IN/OUT", help="Dollars for a million tokens, where the price is not known."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many documents, tokens, what price.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Do so many documents this time.")
    ] = None,
    sample: Annotated[
        float,
        typer.Option(
            min=0.0, max=1.0, help="Take this share of the documents, always the same ones."
        ),
    ] = 1.0,
    retry_failed: Annotated[
        bool,
        typer.Option(
            "--retry-failed",
            help="Try again all that failed; without it, what failed through the provider.",
        ),
    ] = False,
    base_url: BaseUrl = None,
    timeout: Timeout = None,
    cassette: CassetteFile = None,
    record: RecordOption = "none",
    text_column: Annotated[str, typer.Option(help="Of tables: the article.")] = "text",
    id_column: Annotated[str, typer.Option(help="Of tables: what results are called by.")] = "id",
    published_column: Annotated[str, typer.Option(help="Of tables: its date.")] = "published",
    url_column: Annotated[str, typer.Option(help="Of tables: its address.")] = "url",
    title_column: Annotated[str, typer.Option(help="Of tables: its headline.")] = "title",
) -> None:
    """Extract facts from many articles, in a run that can be stopped and gone on with.

    `uhc-llm batch articles/ --run run.db --model openai/gpt-4.1-mini`

    The same command again does what is new, and what failed through the provider. What was done is
    never asked again. `uhc-llm export run.db facts.csv` writes the facts.

    Exit codes: 0 done; 3 some inputs could not be read; 4 not set up (a wrong key, an unknown
    model): nothing was marked failed; 5 the provider failed; 6 some documents failed; 7 --max-cost
    is reached; 130 stopped by a signal. After 4, 5, 7 and 130 the same command goes on.
    """
    from uhc_llm.batch.inputs import Inputs
    from uhc_llm.batch.pace import Pace
    from uhc_llm.batch.tables import Columns
    from uhc_llm.llm.models import ModelName

    if record != "none" and cassette is None:
        raise typer.BadParameter("--record needs --cassette FILE")
    if not inputs and not run.exists():
        raise typer.BadParameter("name an INPUT: there is no run yet to go on with")
    columns = Columns(text_column, id_column, published_column, url_column, title_column)
    asked = Inputs(inputs or (), columns=columns, share=sample)
    name = chosen_model(model, strategy, replays=cassette is not None)
    priced = _price(name, price, base_url)
    if max_cost is not None and priced is None:
        raise ConfigurationError(
            f"--max-cost cannot be kept: the price of {name} is not known. Give it as "
            "--price IN/OUT, dollars for a million tokens"
        )
    is_local = name is not None and ModelName.parse(name).is_local
    at_once = concurrency or (_LOCAL_CONCURRENCY if is_local else _HOSTED_CONCURRENCY)
    pace = Pace(at_once, rpm=rpm, tpm=tpm)

    def extractor_of(answering: "AnsweringModel | None") -> "Extractor":
        from uhc_llm.extraction import Extractor

        return Extractor(answering, strategy=strategy, form=form, breadth=breadth, reasks=reasks)

    if dry_run:
        _dry_run(asked, name, extractor_of, run, price=priced, limit=limit)
        return
    client = None
    if name is not None:
        from uhc_llm.llm.client import ModelClient

        client = ModelClient(
            ModelName.parse(name),
            base_url=base_url,
            timeout=timeout,
            transport_attempts=_ATTEMPTS,
            gate=pace,
        )
    with use_cassette(cassette, record):
        code = _run(
            asked,
            extractor_of(client),
            run,
            pace,
            concurrency=at_once,
            limit=limit,
            max_cost=max_cost,
            price=priced,
            retry_failed=retry_failed,
        )
    if code:
        raise typer.Exit(code)


def _price(name: str | None, given: str | None, base_url: str | None) -> "Price | None":
    from uhc_llm.batch.prices import given_price, price_of

    if given is not None:
        return given_price(given)
    return price_of(name, base_url or os.environ.get("OPENAI_BASE_URL", "").strip() or None)


def _dry_run(
    inputs: "Inputs",
    name: str | None,
    extractor_of: "Callable[[AnsweringModel | None], Extractor]",
    run: Path,
    *,
    price: "Price | None",
    limit: int | None,
) -> None:
    from uhc_llm.batch.estimate import Meter, estimate
    from uhc_llm.batch.ledger import Ledger
    from uhc_llm.batch.progress import dollars

    meter = None if name is None else Meter(name)
    with Ledger.read(run) if run.exists() else nullcontext() as ledger:
        found = estimate(
            inputs, extractor_of(meter), meter, ledger=ledger, price=price, limit=limit
        )
    new = found.documents - found.done
    typer.echo(f"documents: {found.documents:,}, of which {new:,} are to be done")
    if found.problems:
        typer.echo(f"inputs that cannot be read: {found.problems:,}")
    usage = found.usage
    typer.echo(
        f"tokens: about {usage.input_tokens:,} in, {usage.output_tokens:,} out (at a guess, by "
        "length; more where answers are asked for again)"
    )
    if found.cost is None:
        typer.echo(f"price: not known for {name}; give it as --price IN/OUT")
    elif price is not None:
        typer.echo(f"price: about {dollars(found.cost)} ({price.source})")
    _say_passed_over(inputs)


def _run(
    inputs: "Inputs",
    extractor: "Extractor",
    path: Path,
    pace: "Pace",
    *,
    concurrency: int,
    limit: int | None,
    max_cost: float | None,
    price: "Price | None",
    retry_failed: bool,
) -> int:
    from uhc_llm.batch.ledger import Ledger
    from uhc_llm.batch.progress import summary
    from uhc_llm.batch.runner import Run
    from uhc_llm.batch.tally import Tally
    from uhc_llm.batch.work import TRANSIENT

    with Ledger.write(path) as ledger:
        settings = ledger.note_settings(extractor.settings)
        ledger.recover()
        again = ledger.retry_failed(settings, kinds=None if retry_failed else TRANSIENT)
        if again:
            say(f"{again:,} documents that failed are tried again")
        tally = Tally(expected=inputs.count())
        started = time.monotonic()
        one = Run(
            ledger,
            extractor,
            settings,
            inputs,
            pace=pace,
            concurrency=concurrency,
            limit=limit,
            max_cost=max_cost,
            price=price,
            tally=tally,
        )
        ending = asyncio.run(_shown(one, extractor, tally, pace, priced=price is not None))
        for line in summary(tally, ledger, settings, seconds=time.monotonic() - started):
            say(line, style="default")
        _say_passed_over(inputs)
        _say_ending(ending, path)
        return _exit_code(ending, ledger, settings, tally)


async def _shown(
    run: "Run", extractor: "Extractor", tally: "Tally", pace: "Pace", *, priced: bool
) -> "Ending":
    """Run with what is shown beside it, and signals taken as a wish to end."""
    from uhc_llm.batch.progress import show

    with _signals(run):
        showing = asyncio.create_task(show(tally, errors, priced=priced, pace=pace))
        try:
            return await run()
        finally:
            showing.cancel()
            with suppress(asyncio.CancelledError):
                await showing
            await extractor.aclose()


@contextmanager
def _signals(run: "Run") -> "Iterator[None]":
    """Let SIGINT and SIGTERM end the run in good order, and a second one at once."""
    loop = asyncio.get_running_loop()

    def wish() -> None:
        say(
            f"finishing {run.tally.under_way:,} documents that are under way; "
            "press Ctrl-C again to end at once",
            style="yellow",
        )
        run.interrupt()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in wanted}
    for number in wanted:
        # `loop.add_signal_handler` is not there on every system.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(wish))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say_passed_over(inputs: "Inputs") -> None:
    if inputs.passed_over:
        kinds = ", ".join(f"{n:,} {kind}" for kind, n in inputs.passed_over.most_common(5))
        say(f"passed over in folders, as of no kind that is read: {kinds}")


def _say_ending(ending: "Ending", path: Path) -> None:
    if ending.error is not None:
        report(ending.error)
    told = {
        "signal": "stopped by a signal",
        "max_cost": "stopped before --max-cost would be passed",
        "error": "stopped, as every document would meet the same",
        "limit": "--limit is reached",
        "all": None,
    }[ending.reason]
    if told:
        say(f"{told}. The same command goes on; so does: uhc-llm batch --run {path}", "yellow")


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
