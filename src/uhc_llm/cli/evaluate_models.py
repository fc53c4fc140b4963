"""How `uhc-llm eval` compares models: asked in runs, shown meanwhile, and set beside each other."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from rich.console import Console

from uhc_llm.cli.common import chosen_model, errors, print_json, say, say_unasked
from uhc_llm.cli.signals import signals_call
from uhc_llm.errors import AuthenticationError, ConfigurationError, ModelNotFoundError
from uhc_llm.language import _, speaking

if TYPE_CHECKING:
    from uhc_llm.batch.tally import Tally
    from uhc_llm.evaluation import Contender, GoldArticle, ModelBenchmark, Standings
    from uhc_llm.extraction import Extractor, Strategy
    from uhc_llm.llm.offers import Breadth
    from uhc_llm.llm.point import Form

__all__ = ["Asking", "Format", "evaluate_models", "show_standings"]

Format = Literal["table", "json", "csv", "markdown"]

_INTERRUPTED: Final = 130
_TOO_DEAR: Final = 7
_NOT_SET_UP: Final = 4


@dataclass(frozen=True)
class Asking:
    """How models are asked; see `uhc_llm.Extractor`."""

    strategy: "Strategy | None"
    form: "Form | None"
    breadth: "Breadth | None"
    reasks: int
    base_url: str | None
    timeout: float | None
    concurrency: int | None
    options: Mapping[str, Any] = field(default_factory=dict)

    def extractor(self, name: str | None, *, replays: bool) -> "Extractor":
        """What asks one model; None is the default, and `code` none."""
        from uhc_llm.evaluation.contender import CODE
        from uhc_llm.extraction import Extractor

        wanted: Strategy | None = "code" if name == CODE else self.strategy
        model, strategy = chosen_model(name, wanted, replays=replays)
        return Extractor(
            model,
            strategy=strategy,
            form=self.form,
            breadth=self.breadth,
            reasks=self.reasks,
            base_url=self.base_url,
            timeout=self.timeout,
            options=self.options,
        )

    def contenders(self, names: Sequence[str], prices: Sequence[str]) -> "list[Contender]":
        """The models that are compared.

        Args:
            names: of the models.
            prices: as the command line has them: MODEL=IN/OUT.

        Raises:
            ConfigurationError: a name is none, or a price is none, or of another model.
        """
        from uhc_llm.evaluation import Contender
        from uhc_llm.evaluation.contender import CODE

        known = dict(_model_and_price(each) for each in prices)
        if strangers := known.keys() - set(names):
            raise ConfigurationError(
                _("there is a price for {model}, but no such --model", model=min(strangers))
            )
        contenders = [
            Contender.named(
                name,
                strategy=self.strategy,
                form=self.form,
                breadth=self.breadth,
                reasks=self.reasks,
                base_url=self.base_url,
                timeout=self.timeout,
                options=self.options,
                concurrency=self.concurrency,
                price=known.get(name),
            )
            for name in names
        ]
        for each in contenders:
            if each.extractor.model is None and each.name != CODE:
                say_unasked(each.name)
        return contenders


def evaluate_models(
    articles: "Sequence[GoldArticle]",
    contenders: "Sequence[Contender]",
    runs: Path,
    *,
    max_cost: float | None,
    retry_failed: bool,
) -> "tuple[Standings, int]":
    """Ask what is missing; returns how the models stand, and the exit code."""
    from uhc_llm.evaluation import ModelBenchmark

    shown = _Shown()
    benchmark = ModelBenchmark(
        articles,
        contenders,
        runs,
        max_cost=max_cost,
        retry_failed=retry_failed,
        on_start=shown.start,
    )
    standings = asyncio.run(_asked(benchmark, shown))
    return standings, _exit_code(benchmark)


def show_standings(standings: "Standings", format_: Format) -> None:
    """Write what came out on standard output."""
    from uhc_llm.display.standings import (
        standings_json,
        standings_markdown,
        standings_report,
        write_standings,
    )

    match format_:
        case "json":
            with speaking("en"):  # a program reads it
                print_json(standings_json(standings))
        case "csv":
            write_standings(standings, sys.stdout)
        case "markdown":
            print("\n".join(standings_markdown(standings)))  # noqa: T201 (it is the result)
        case _:
            Console().print(standings_report(standings))


def _model_and_price(given: str) -> tuple[str, str]:
    name, equals, price = given.rpartition("=")
    if not equals:
        raise ConfigurationError(
            _(
                "price {price!r}: name the model too, as in openai/gpt-4.1-mini=0.40/1.60",
                price=given,
            )
        )
    return name, price


class _Shown:
    """How far the model whose turn it is has come."""

    def __init__(self) -> None:
        self._showing: asyncio.Task[None] | None = None

    def start(self, contender: "Contender", tally: "Tally") -> None:
        from uhc_llm.batch.progress import show

        self.stop()
        say(_("asking {model}", model=contender.name))
        priced = contender.price is not None
        self._showing = asyncio.create_task(show(tally, errors, priced=priced, pace=contender.pace))

    def stop(self) -> None:
        if self._showing is not None:
            self._showing.cancel()

    async def ended(self) -> None:
        self.stop()
        with suppress(asyncio.CancelledError):
            if self._showing is not None:
                await self._showing


async def _asked(benchmark: "ModelBenchmark", shown: _Shown) -> "Standings":
    def wish() -> None:
        say(_("finishing what is under way; press Ctrl-C again to end at once"), style="yellow")
        benchmark.interrupt()

    with signals_call(wish):
        try:
            return await benchmark()
        finally:
            await shown.ended()


def _exit_code(benchmark: "ModelBenchmark") -> int:
    if benchmark.interrupted:
        return _INTERRUPTED
    if "max_cost" in benchmark.endings.values():
        return _TOO_DEAR
    for error in benchmark.errors.values():
        not_set_up = isinstance(error, AuthenticationError | ModelNotFoundError)
        return _NOT_SET_UP if not_set_up else error.exit_code
    return 0
