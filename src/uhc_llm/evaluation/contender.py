"""A model that takes part in a comparison, and how it is asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from pydantic import BaseModel

from uhc_llm.batch.pace import Pace
from uhc_llm.batch.prices import Price, given_price, price_of
from uhc_llm.extraction import Extractor, Strategy, default_strategy
from uhc_llm.llm.client import ModelClient
from uhc_llm.llm.models import ModelName
from uhc_llm.llm.offers import Breadth
from uhc_llm.llm.point import Form
from uhc_llm.llm.replay import is_replaying
from uhc_llm.llm.transport.providers import own_address

__all__ = ["CODE", "Contender"]

CODE: Final = "code"
"""What is named in place of a model where none is asked."""

_ATTEMPTS: Final = 8  # nobody is there to try again
_HOSTED_CONCURRENCY: Final = 8
_LOCAL_CONCURRENCY: Final = 1


class _Nothing(BaseModel):
    pass


@dataclass(frozen=True)
class Contender:
    """What is compared: an extractor, under a name.

    `Contender.named` makes one of a model's name; made by hand it may be any extractor, such as one
    with a prompt of your own.

    Attributes:
        name: what its row is called; its answers are kept in a file that is named after it.
        extractor: the model, and how it is asked.
        price: of the model; None where it is not known.
        concurrency: how many articles are worked on at once.
        pace: the gate of the extractor's model, if it has one.
        check: looks whether the model can be asked, and asks nothing.
    """

    name: str
    extractor: Extractor
    price: Price | None = None
    concurrency: int = _LOCAL_CONCURRENCY
    pace: Pace = field(default_factory=lambda: Pace(_LOCAL_CONCURRENCY))
    check: Callable[[], Awaitable[None]] | None = None

    @classmethod
    def named(
        cls,
        name: str,
        *,
        strategy: Strategy | None = None,
        form: Form | None = None,
        breadth: Breadth | None = None,
        reasks: int = 1,
        base_url: str | None = None,
        timeout: float | None = None,
        options: Mapping[str, Any] | None = None,
        concurrency: int | None = None,
        price: str | None = None,
    ) -> Self:
        """A model by its name.

        Args:
            name: such as `openai/gpt-4.1-mini` or `local`; `code` where no model is asked.
            strategy: how it is asked; see `uhc_llm.Extractor`, also for what follows.
            form: of the answer to `point`.
            breadth: of what `point` lets it choose from.
            reasks: how often facts that fail verification are asked about again.
            base_url: of an OpenAI-compatible server.
            timeout: seconds for one request.
            options: what stands in every request.
            concurrency: so many articles at once; None is 8, and 1 for the embedded model.
            price: dollars for a million tokens of input and of output, as in "0.40/1.60"; None is
                what the package genai-prices knows.

        Raises:
            ConfigurationError: it is no model's name, or no price.
        """
        if name.strip().lower() == CODE or strategy == "code":
            return cls(CODE, Extractor(strategy="code", reasks=reasks), price_of(None))
        model = ModelName.parse(name)
        strategy = strategy or default_strategy(model)
        if strategy == "code":
            return cls(str(model), Extractor(strategy="code", reasks=reasks), price_of(None))
        at_once = concurrency or (_LOCAL_CONCURRENCY if model.is_local else _HOSTED_CONCURRENCY)
        pace = Pace(at_once)

        def client(gate: Pace) -> ModelClient:
            return ModelClient(
                model,
                base_url=base_url,
                timeout=timeout,
                options=options,
                transport_attempts=_ATTEMPTS,
                gate=gate,
            )

        own = own_address(str(model), base_url)
        return cls(
            str(model),
            Extractor(client(pace), strategy=strategy, form=form, breadth=breadth, reasks=reasks),
            given_price(price) if price else price_of(str(model), own),
            at_once,
            pace,
            partial(_check_weights, model.path) if model.is_local else partial(_check, client),
        )


async def _check(client_behind: Callable[[Pace], ModelClient]) -> None:
    """Go as far as to the gate, which is closed: the key and the packages are there."""
    gate = Pace(1)
    gate.begin()
    gate.close()
    client = client_behind(gate)
    try:
        await client.ask([{"role": "user", "content": ""}], _Nothing, reasks=0)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
    finally:
        await client.aclose()


async def _check_weights(path: Path | None) -> None:
    if path is None or is_replaying():
        return  # the embedded model's own are fetched when they are needed
    from uhc_llm.llm.weights import find_weights

    await asyncio.to_thread(find_weights, path)
