"""A run in rounds: hand in what is asked, wait, take in answers, hand in what they lead to."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.prices import Price
from uhc_llm.batch.provider_batch import records
from uhc_llm.batch.provider_batch.handing_in import HandingIn
from uhc_llm.batch.provider_batch.reader import Reader
from uhc_llm.batch.provider_batch.standing import Outcome, Standing, Terms
from uhc_llm.batch.provider_batch.taking_in import TakingIn
from uhc_llm.batch.provider_batch.tape import Tape
from uhc_llm.batch.work import TRANSIENT
from uhc_llm.errors import ProviderError
from uhc_llm.extraction import Extractor
from uhc_llm.llm.asking import AnsweringModel
from uhc_llm.llm.batches import BatchDesk
from uhc_llm.llm.client import ModelClient
from uhc_llm.llm.models import ModelName
from uhc_llm.llm.transport.sending import Sleep

__all__ = ["run_batch_api"]

_log = logging.getLogger(__name__)

_TRIES_OF_ONE: Final = 3
_TERMS: Final = Terms()


async def run_batch_api(
    ledger: Ledger,
    settings: str,
    model: ModelName,
    make_extractor: Callable[[AnsweringModel], Extractor],
    *,
    api_key: str | None = None,
    base_url: str | None = None,
    options: Mapping[str, Any] | None = None,
    price: Price | None = None,
    terms: Terms = _TERMS,
    say: Callable[[str], None] = _log.info,
    sleep: Sleep = asyncio.sleep,
) -> Outcome:
    """Do what waits in a ledger by way of the provider's own batches.

    What was handed in earlier is found by its name in the ledger, and never handed in again.

    Args:
        ledger: with everything enrolled, and `recover(keep=under_way(ledger))` done.
        settings: the hash of the settings.
        model: whom to ask; one of openai/.
        make_extractor: makes the extractor around a model.
        api_key: instead of the one in the environment.
        base_url: of an OpenAI-compatible server, instead of OPENAI_BASE_URL.
        options: of the model, as `Extractor` takes them.
        price: of the model, asked one by one.
        terms: how batches are handed in and waited for.
        say: hears what goes on, a line each time.
        sleep: waits; for tests.

    Raises:
        ConfigurationError: no key, or a model that has no batches.
        ProviderError: the provider refuses what would be refused every time, or fails on and on.
            Nothing is lost: the same run goes on from here.
        LedgerError: the ledger cannot be written.
    """
    tape = Tape()
    client = ModelClient(
        model,
        api_key=api_key,
        base_url=base_url,
        options=options,
        transport_attempts=_TRIES_OF_ONE,
        create=tape.create,
        sleep=_at_once,
    )
    reader = Reader(make_extractor(client), tape, price)
    try:
        with TemporaryDirectory(prefix="uhc-llm-") as folder:
            desk = BatchDesk(client, tries=terms.tries)
            await desk.check()
            run = Standing(
                ledger=ledger,
                settings=settings,
                desk=desk,
                terms=terms,
                say=say,
                folder=Path(folder),
            )
            return await _through(run, HandingIn(run, reader), TakingIn(run), sleep)
    finally:
        await client.aclose()


async def _at_once(_: float) -> None:
    """What is asked again goes into another batch, and waits there."""


async def _through(
    run: Standing, handing_in: HandingIn, taking_in: TakingIn, sleep: Sleep
) -> Outcome:
    """Hand in and take in until nothing is left to do."""
    patience = run.terms.patience
    while True:
        try:
            await taking_in.find_again()
            await taking_in.take_in()
            await handing_in.hand_in()
        except ProviderError as error:
            patience -= 1
            if type(error).__name__ not in TRANSIENT or patience < 0:
                raise
            run.say(f"{error} (looking again in {run.terms.poll:.0f} s)")
        else:
            patience = run.terms.patience
            if not run.terms.waits or not records.pending(run.ledger):
                break
        await sleep(run.terms.poll)
    return Outcome(
        batches=run.tally["batches"],
        requests=run.tally["requests"],
        done=run.tally["done"],
        failed=run.tally["failed"],
        under_way=len(records.pending(run.ledger)),
        stopped=run.stopped,
    )
