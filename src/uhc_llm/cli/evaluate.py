"""`uhc-llm eval`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from uhc_llm.cli.app import app
from uhc_llm.cli.common import (
    BaseUrl,
    Breadth,
    CassetteFile,
    Form,
    Model,
    Options,
    Reasks,
    RecordOption,
    ShortFormat,
    StrategyOption,
    Timeout,
    chosen_model,
    chosen_options,
    default_format,
    errors,
    print_json,
    say,
    use_cassette,
)

if TYPE_CHECKING:
    from uhc_llm.evaluation import GoldArticle, Prediction
    from uhc_llm.extraction import Extractor


@app.command(name="eval")
def evaluate(
    gold: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD.jsonl", help="Labelled articles, one JSON object a line; see eval/README."
        ),
    ],
    *,
    model: Model = None,
    strategy: StrategyOption = "point",
    predictions: Annotated[
        Path | None, typer.Option(help="Score what is in this file; no model is asked.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the predictions here.")
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(help="Predictions of another run, to show what became better and worse."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many articles.")] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, help="So many articles at once; `local` answers one by one.")
    ] = 1,
    format: Annotated[  # noqa: A002 - the option's name
        ShortFormat | None,
        typer.Option("--format", "-f", help="Default: `table` on a terminal, else `json`."),
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

    `uhc-llm eval eval/dev.gold.jsonl --model local --output run.jsonl`

    `uhc-llm eval eval/dev.gold.jsonl --predictions run.jsonl --compare yesterday.jsonl`

    F1 at five levels, each stricter than the one before: number; meaning (metric and status); place
    (region); time (year); full (group of members). The labels are never shown to the model.
    """
    from uhc_llm.display.evaluation import comparison_report, evaluation_report
    from uhc_llm.evaluation import (
        compare_runs,
        load_gold,
        load_predictions,
        make_report,
        save_predictions,
    )
    from uhc_llm.extraction import Extractor

    if record != "none" and cassette is None:
        raise typer.BadParameter("--record needs --cassette FILE")
    articles = load_gold(gold)[:limit]
    other = load_predictions(compare) if compare else None
    if predictions is not None:
        found = load_predictions(predictions)
    else:
        extractor = Extractor(
            chosen_model(model, strategy, replays=cassette is not None),
            strategy=strategy,
            form=form,
            breadth=breadth,
            reasks=reasks,
            base_url=base_url,
            timeout=timeout,
            options=chosen_options(option),
        )
        with use_cassette(cassette, record), extractor:
            found = _ask(articles, extractor, concurrency)
    if output:
        save_predictions(found, output)
    report = make_report(articles, found)
    comparison = compare_runs(articles, other, found) if other is not None else None
    if (format or default_format()) == "json":
        changes = {"comparison": comparison.to_json()} if comparison else {}
        print_json({**report.to_json(), **changes})
        return
    console = Console()
    console.print(evaluation_report(report))
    if comparison:
        console.print(comparison_report(comparison))


def _ask(
    articles: "list[GoldArticle]", extractor: "Extractor", concurrency: int
) -> "list[Prediction]":
    """Ask about each article, and show on a terminal how far it is."""
    from rich.progress import Progress

    from uhc_llm.evaluation import evaluate as ask_all

    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("asking", total=len(articles))
        found = ask_all(
            articles,
            extractor,
            concurrency=concurrency,
            on_done=lambda _: progress.advance(task),
        )
    for prediction in found:
        if prediction.error:
            say(f"error: {prediction.id}: {prediction.error}", style="red")
    return found
