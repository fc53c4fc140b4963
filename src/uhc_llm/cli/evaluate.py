"""`uhc-llm eval`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from uhc_llm.cli.app import Grouped, app
from uhc_llm.cli.common import (
    MODEL,
    MONEY,
    OUT,
    PACE,
    WHAT,
    BaseUrl,
    Breadth,
    CassetteFile,
    Form,
    Options,
    Reasks,
    RecordOption,
    StrategyOption,
    Timeout,
    chosen_model,
    chosen_options,
    default_format,
    errors,
    print_json,
    say,
    told,
    use_cassette,
)
from uhc_llm.cli.evaluate_models import Asking, Format, evaluate_models, show_standings
from uhc_llm.language import _

if TYPE_CHECKING:
    from uhc_llm.evaluation import GoldArticle, Prediction
    from uhc_llm.extraction import Extractor

_RUNS: Final = Path("eval-runs")
_TABLES: Final = ("csv", "markdown")


@app.command(name="eval", cls=Grouped)
def evaluate(
    gold: Annotated[
        list[Path],
        typer.Argument(
            metavar="GOLD.jsonl...",
            help="Labelled articles, one JSON object a line; see eval/README.",
        ),
    ],
    *,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            help="`openai/gpt-4.1-mini`; `code` (none); `local`, which asks none either unless "
            "`--strategy point` has the embedded model asked, or with `local:PATH` a GGUF file. "
            "Given again, the models are compared. Default: UHC_LLM_MODEL; else OpenAI where "
            "OPENAI_API_KEY is set; else `local`.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    strategy: StrategyOption = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            help="Score what is in this file, and ask no model: predictions, the labels of another "
            "annotator, lists of facts, LangExtract's JSONL, or a CSV; see docs/scoring.md.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the predictions here.", rich_help_panel=OUT),
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(
            help="Predictions of another run, to show what became better and worse.",
            rich_help_panel=OUT,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Only so many articles, the first ones.", rich_help_panel=WHAT),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Only so many articles, of each kind and with few and with many facts; always the "
            "same ones.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    runs: Annotated[
        Path | None,
        typer.Option(
            help="Models compared: the folder of their answers, which are not asked for again. "
            "Default: eval-runs",
            rich_help_panel=WHAT,
        ),
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Models compared: US dollars that the answers of all may cost together.",
            rich_help_panel=MONEY,
        ),
    ] = None,
    price: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL=IN/OUT",
            help="Models compared: dollars for a million tokens, where a price is not known.",
            rich_help_panel=MONEY,
        ),
    ] = None,
    retry_failed: Annotated[
        bool,
        typer.Option(
            "--retry-failed",
            help="Models compared: ask again about all that failed; without it, about what failed "
            "through the provider.",
            rich_help_panel=WHAT,
        ),
    ] = False,
    concurrency: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="So many articles at once; the embedded model answers one by one. Default: 1; "
            "where models are compared 8, for those that are hosted.",
            rich_help_panel=PACE,
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        Format | None,
        typer.Option(
            "--format",
            "-f",
            help="`csv` and `markdown` where models are compared. Default: `table` on a terminal, "
            "else `json`.",
            rich_help_panel=OUT,
        ),
    ] = None,
    form: Form = None,
    breadth: Breadth = None,
    reasks: Reasks = 1,
    base_url: BaseUrl = None,
    timeout: Timeout = None,
    option: Options = None,
    cassette: CassetteFile = None,
    record: RecordOption = "none",
) -> None:
    """Measure how right the facts are, against articles that people labelled.

    `uhc-llm eval eval/dev.gold.jsonl --model code --output run.jsonl`

    `uhc-llm eval eval/dev.gold.jsonl --predictions run.jsonl --compare yesterday.jsonl`

    `uhc-llm eval eval/test.gold.jsonl --model code --model openai/gpt-4.1-mini --max-cost 1`

    F1 at five levels, each stricter than the one before: number; meaning (metric and status); place
    (region); time (year); full (group of members). Besides: levels that ask for the very place and
    time, false facts by kind of article, what is right of each verdict, cells of a panel; every
    figure with bounds of 95 in 100 draws of as many articles. The labels are never shown to the
    model.

    Several models are asked one after the other, and what they answer is kept: the same command
    goes on with what is missing, whatever ended it. It ends with the exit code of what ended a
    model's run, with 7 at `--max-cost`, and with 130 after a signal.
    """
    from uhc_llm.evaluation import (
        load_gold,
        load_predictions,
        sample_articles,
        save_predictions,
    )

    names = model or []
    compares = len(names) > 1 or runs is not None
    if record != "none" and cassette is None:
        raise typer.BadParameter(_("--record needs --cassette FILE"))
    if compares and (predictions or output or compare or strategy == "code"):
        raise typer.BadParameter(
            _(
                "models are compared: leave out --predictions, --output and --compare, and in "
                "place of --strategy code name --model code"
            )
        )
    if not compares and (max_cost is not None or price or retry_failed or format in _TABLES):
        raise typer.BadParameter(
            _(
                "--max-cost, --price, --retry-failed and the formats csv and markdown are for "
                "models that are compared: name more than one --model, or a folder by --runs"
            )
        )
    labelled = load_gold(*gold)
    articles = labelled[:limit]
    if sample is not None:
        articles = sample_articles(articles, sample)
    asking = Asking(
        strategy, form, breadth, reasks, base_url, timeout, concurrency, chosen_options(option)
    )
    if compares:
        from uhc_llm.evaluation.contender import CODE

        names = names or [chosen_model(None, strategy)[0] or CODE]
        contenders = asking.contenders(names, price or ())
        with use_cassette(cassette, record):
            standings, code = evaluate_models(
                articles, contenders, runs or _RUNS, max_cost=max_cost, retry_failed=retry_failed
            )
        show_standings(standings, format or default_format())
        raise typer.Exit(code)
    if predictions is not None:
        found = load_predictions(predictions, labelled)
    else:
        extractor = asking.extractor(names[0] if names else None, replays=cassette is not None)
        with use_cassette(cassette, record), extractor:
            found = _ask(articles, extractor, concurrency or 1)
    if output:
        save_predictions(found, output)
    other = load_predictions(compare, labelled) if compare else None
    _show(articles, found, other, format or default_format())


def _show(
    articles: "list[GoldArticle]",
    found: "list[Prediction]",
    other: "list[Prediction] | None",
    format_: Format,
) -> None:
    """Write how right one run is, and how it differs from another one."""
    from uhc_llm.display.evaluation import comparison_report, evaluation_report
    from uhc_llm.display.measures import measures_report
    from uhc_llm.evaluation import compare_runs, make_report, measure

    report, measures = make_report(articles, found), measure(articles, found)
    comparison = None if other is None else compare_runs(articles, other, found)
    if format_ == "json":
        changes = {"comparison": comparison.to_json()} if comparison else {}
        print_json({**report.to_json(), **measures.to_json(), **changes})
        return
    console = Console()
    console.print(evaluation_report(report))
    console.print(measures_report(measures))
    if comparison:
        console.print(comparison_report(comparison))


def _ask(
    articles: "list[GoldArticle]", extractor: "Extractor", concurrency: int
) -> "list[Prediction]":
    """Ask about each article, and show on a terminal how far it is."""
    from rich.progress import Progress

    from uhc_llm.evaluation import evaluate as ask_all

    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(_("asking"), total=len(articles))
        found = ask_all(
            articles,
            extractor,
            concurrency=concurrency,
            on_done=lambda _: progress.advance(task),
        )
    for prediction in found:
        if prediction.error:
            words = f"{prediction.id}: {told(prediction.error)}"
            say(_("error: {words}", words=words), style="red")
    return found
