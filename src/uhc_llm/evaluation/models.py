"""Which model to take: several asked about the same gold articles, and set beside each other."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from uhc_llm import _background
from uhc_llm.batch.ending import Reason
from uhc_llm.batch.tally import Tally
from uhc_llm.errors import ConfigurationError, LedgerError, UhcLlmError
from uhc_llm.evaluation.contender import Contender
from uhc_llm.evaluation.gold import GoldArticle
from uhc_llm.evaluation.model_run import Answers, ModelRun
from uhc_llm.evaluation.standings import Standings, compare_answers
from uhc_llm.extraction import Strategy
from uhc_llm.language import _
from uhc_llm.llm.replay import is_replaying

__all__ = ["ModelBenchmark", "compare_models"]

OnStart = Callable[[Contender, Tally], object]


def compare_models(
    articles: Sequence[GoldArticle],
    models: Sequence[str | Contender],
    *,
    runs: str | Path,
    max_cost: float | None = None,
    retry_failed: bool = False,
    strategy: Strategy | None = None,
    base_url: str | None = None,
    concurrency: int | None = None,
) -> Standings:
    """Ask several models about the same gold articles, and say how they stand beside each other.

    What was answered before is not asked again: the same call goes on with what is missing. The
    labels are not shown to the models. A model that cannot be asked does not stop the others.

    Args:
        articles: what `load_gold` gives, or a part of them, as `sample_articles` takes it.
        models: their names, `code` for none; or a `Contender`, where they are asked otherwise.
        runs: the folder of their answers, a file for each model; made when it is not there.
        max_cost: US dollars that the answers of all models together may cost.
        retry_failed: ask again about all that failed; else what failed through the provider.
        strategy: how the models that are named are asked; None is the default of each.
        base_url: of an OpenAI-compatible server that has them.
        concurrency: so many articles at once; None is 8, and 1 for the embedded model.

    Raises:
        ConfigurationError: a name is none, a key is missing, or the price of a model is not known
            and `max_cost` is given. Nothing was asked then.
    """
    contenders = [
        model
        if isinstance(model, Contender)
        else Contender.named(model, strategy=strategy, base_url=base_url, concurrency=concurrency)
        for model in models
    ]
    benchmark = ModelBenchmark(
        articles, contenders, Path(runs), max_cost=max_cost, retry_failed=retry_failed
    )
    return _background.run(benchmark())


class ModelBenchmark:
    """Several models that are asked about the same articles, one after the other.

    Args:
        articles: those that are compared.
        contenders: the models.
        runs: the folder of their answers.
        max_cost: US dollars that the answers of all models together may cost.
        retry_failed: ask again about all that failed; else what failed through the provider.
        on_start: called when a model's turn begins, with what counts its articles.

    Attributes:
        endings: why each model's run ended, by its name.
        errors: what ended it, where that was an error.
        interrupted: it was told to end.

    Raises:
        ConfigurationError: there is no model, one is named twice, or `max_cost` cannot be kept.
    """

    def __init__(
        self,
        articles: Sequence[GoldArticle],
        contenders: Sequence[Contender],
        runs: Path,
        *,
        max_cost: float | None = None,
        retry_failed: bool = False,
        on_start: OnStart = lambda *_: None,
    ) -> None:
        names = [contender.name for contender in contenders]
        if not names:
            raise ConfigurationError(_("name at least one model to compare"))
        if twice := {name for name in names if names.count(name) > 1}:
            raise ConfigurationError(_("{names} is named twice", names=", ".join(sorted(twice))))
        if max_cost is not None and (free := [c.name for c in contenders if c.price is None]):
            raise ConfigurationError(
                _(
                    "a limit of the cost cannot be kept: the price of {models} is not known. Give "
                    "it, by --price {first}=IN/OUT: dollars for a million tokens of input and of "
                    "output",
                    models=", ".join(free),
                    first=free[0],
                )
            )
        self.endings: dict[str, Reason] = {}
        self.errors: dict[str, UhcLlmError] = {}
        self._articles = articles
        self._contenders = contenders
        self._folder = runs
        self._max_cost = max_cost
        self._retry_failed = retry_failed
        self._on_start = on_start
        self._running: ModelRun | None = None
        self.interrupted = False

    def interrupt(self) -> None:
        """Finish what is under way, then end; called again, end at once."""
        self.interrupted = True
        if self._running is not None:
            self._running.interrupt()

    async def __call__(self) -> Standings:
        """Ask for what is missing, and compare what is there.

        Raises:
            ConfigurationError: a model cannot be asked; nothing was asked then.
        """
        with ExitStack() as stack:
            # What no model is asked costs nothing, and follows the rules as they are today; what is
            # replayed is there already.
            scratch = Path(stack.enter_context(TemporaryDirectory(prefix="uhc-llm-")))
            runs = [
                ModelRun(each, self._articles, self._folder if _is_kept(each) else scratch)
                for each in self._contenders
            ]
            waiting = [run for run in runs if run.waits_for(retry_failed=self._retry_failed)]
            await _check([run.contender for run in waiting])
            _make(self._folder)
            answers = {run.contender.name: run.answers() for run in runs}
            for run in waiting:
                if not self.interrupted:
                    answers[run.contender.name] = await self._do(run, answers)
            told = {name: _told(error) for name, error in self.errors.items()}
            return compare_answers(self._articles, answers, errors=told)

    async def _do(self, run: ModelRun, answers: dict[str, Answers]) -> Answers:
        name, tally = run.contender.name, Tally(expected=len(self._articles))
        rest = None
        if self._max_cost is not None:
            rest = max(0.0, self._max_cost - sum(each.cost for each in answers.values()))
        self._on_start(run.contender, tally)
        self._running = run
        try:
            ending = await run(tally=tally, most_cost=rest, retry_failed=self._retry_failed)
        except UhcLlmError as error:  # its file is another process's, or cannot be written
            self.errors[name] = error
        else:
            self.endings[name] = ending.reason
            if ending.error is not None:
                self.errors[name] = ending.error
        finally:
            self._running = None
        return run.answers()


def _is_kept(contender: Contender) -> bool:
    return contender.extractor.model is not None and not is_replaying()


async def _check(contenders: Sequence[Contender]) -> None:
    """See to it that every model can be asked, before any is."""
    errors = []
    for contender in contenders:
        try:
            if contender.check is not None:
                await contender.check()
        except ConfigurationError as error:
            errors.append(error)
    if len(errors) > 1:
        lines = "\n".join(f"- {error}" for error in errors)
        told = _("{n} models cannot be asked:", n=len(errors))
        raise ConfigurationError(f"{told}\n{lines}")
    if errors:
        raise errors[0]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            _(
                "there can be no folder {folder!r} for the runs: {why}. Name another",
                folder=str(folder),
                why=_(str(error.strerror)),
            )
        ) from error


def _told(error: UhcLlmError) -> str:
    return f"{type(error).__name__}: {error}"
