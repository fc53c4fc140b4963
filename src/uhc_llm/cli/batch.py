"""`uhc-llm batch`."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from uhc_llm.cli import batch_engines as engines
from uhc_llm.cli.app import Grouped, app
from uhc_llm.cli.common import (
    MONEY,
    PACE,
    WHAT,
    WHERE,
    AllTopics,
    BaseUrl,
    Breadth,
    CassetteFile,
    Certainty,
    Form,
    Model,
    Options,
    Precision,
    Reasks,
    RecordOption,
    StrategyOption,
    Timeout,
    chosen_model,
    chosen_options,
    use_cassette,
)
from uhc_llm.errors import ConfigurationError
from uhc_llm.language import _
from uhc_llm.promise import PROMISE, Promise

_HOSTED_CONCURRENCY: Final = 8
_LOCAL_CONCURRENCY: Final = 1

RunFile = Annotated[
    Path,
    typer.Option(
        "--run", help="The file of the run; made when it is not there.", rich_help_panel=WHAT
    ),
]


@app.command(cls=Grouped)
def batch(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...",
            help="Files and folders (.txt, .md, .html, .pdf, .docx, .odt, .json, .jsonl, .csv, "
            ".tsv, .parquet, also .gz); `-` is standard input. None: go on with what waits in the "
            "run.",
        ),
    ] = None,
    *,
    run: RunFile,
    model: Model = None,
    strategy: StrategyOption = None,
    form: Form = None,
    breadth: Breadth = None,
    reasks: Reasks = 1,
    precision: Precision = PROMISE.precision,
    certainty: Certainty = PROMISE.certainty,
    all_topics: AllTopics = False,
    concurrency: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Requests under way at once. Default: 8; 1 for the embedded model.",
            rich_help_panel=PACE,
        ),
    ] = None,
    rpm: Annotated[
        float | None,
        typer.Option(min=0.1, help="Requests a minute, at most.", rich_help_panel=PACE),
    ] = None,
    tpm: Annotated[
        float | None, typer.Option(min=1, help="Tokens a minute, at most.", rich_help_panel=PACE)
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="US dollars that the whole run may cost; it stops before more.",
            rich_help_panel=MONEY,
        ),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option(
            metavar="IN/OUT",
            help="Dollars for a million tokens, where the price is not known.",
            rich_help_panel=MONEY,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Only say how many documents, tokens, what price.",
            rich_help_panel=MONEY,
        ),
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Do so many documents this time.", rich_help_panel=WHAT),
    ] = None,
    sample: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=1.0,
            help="Take this share of the documents, always the same ones.",
            rich_help_panel=WHAT,
        ),
    ] = 1.0,
    retry_failed: Annotated[
        bool,
        typer.Option(
            "--retry-failed",
            help="Try again all that failed; without it, what failed through the provider.",
            rich_help_panel=WHAT,
        ),
    ] = False,
    base_url: BaseUrl = None,
    timeout: Timeout = None,
    option: Options = None,
    text_column: Annotated[
        str | None,
        typer.Option(
            help="Of tables: the article. Default: by its usual names.", rich_help_panel=WHAT
        ),
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option(
            help="Of tables: what results are called by. Default: by its usual names.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    published_column: Annotated[
        str | None,
        typer.Option(
            help="Of tables: its date. Default: by its usual names.", rich_help_panel=WHAT
        ),
    ] = None,
    url_column: Annotated[
        str | None,
        typer.Option(
            help="Of tables: its address. Default: by its usual names.", rich_help_panel=WHAT
        ),
    ] = None,
    title_column: Annotated[
        str | None,
        typer.Option(
            help="Of tables: its headline. Default: by its usual names.", rich_help_panel=WHAT
        ),
    ] = None,
    via: Annotated[
        Literal["direct", "batch-api"],
        typer.Option(
            help="`batch-api`: in the provider's own batches, at half the price.",
            rich_help_panel=WHERE,
        ),
    ] = "direct",
    wait: Annotated[
        bool,
        typer.Option(
            help="With `batch-api`: wait for the answers; else the same command takes them in.",
            rich_help_panel=WHERE,
        ),
    ] = True,
    poll: Annotated[
        float,
        typer.Option(
            min=1, help="With `batch-api`: seconds between two looks.", rich_help_panel=WHERE
        ),
    ] = 60.0,
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(
            help="`ray`: on the machines of a Ray cluster; see docs/ray.md.", rich_help_panel=WHERE
        ),
    ] = "local",
    parts: Annotated[
        str | None,
        typer.Option(
            help="With `ray`: the folder or URI that its files go to. Default: RUN.parts",
            rich_help_panel=WHERE,
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="With `ray`: so many extractors.", rich_help_panel=WHERE)
    ] = 1,
    ray_address: Annotated[
        str | None, typer.Option(help="With `ray`: of the cluster.", rich_help_panel=WHERE)
    ] = None,
    cassette: CassetteFile = None,
    record: RecordOption = "none",
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

    if record != "none" and cassette is None:
        raise typer.BadParameter(_("--record needs --cassette FILE"))
    if not inputs and (engine == "ray" or not run.exists()):
        raise typer.BadParameter(_("name an INPUT: there is nothing yet to go on with"))
    columns = Columns(text_column, id_column, published_column, url_column, title_column)
    name, asked_by = chosen_model(model, strategy, replays=cassette is not None)
    asking = engines.Asking(
        name,
        asked_by,
        form,
        breadth,
        reasks,
        base_url,
        timeout,
        chosen_options(option),
        all_topics,
        Promise(precision, certainty),
    )
    wanted = engines.Wanted(limit, max_cost, asking.price(price), retry_failed)
    if max_cost is not None and wanted.price is None:
        raise ConfigurationError(
            _(
                "--max-cost cannot be kept: the price of {model} is not known. Give it as "
                "--price IN/OUT, dollars for a million tokens",
                model=name,
            )
        )
    at_once = concurrency or (_LOCAL_CONCURRENCY if _is_local(name) else _HOSTED_CONCURRENCY)
    if engine == "ray" and not dry_run:
        if sample < 1 or any(each is not None for each in (limit, rpm, tpm, max_cost)):
            raise typer.BadParameter(
                _("--limit, --sample, --rpm, --tpm and --max-cost are not kept by --engine ray")
            )
        code = engines.run_on_ray(
            inputs or (),
            asking,
            run,
            wanted,
            parts=parts or f"{run}.parts",
            columns=columns,
            workers=workers,
            at_once=at_once,
            address=ray_address,
        )
        raise typer.Exit(code)
    asked = Inputs(inputs or (), columns=columns, share=sample)
    if dry_run:
        engines.dry_run(asked, asking, run, wanted)
        return
    with use_cassette(cassette, record):
        if via == "batch-api":
            code = engines.run_batches(asked, asking, run, wanted, waits=wait, poll=poll)
        else:
            pace = Pace(at_once, rpm=rpm, tpm=tpm)
            code = engines.run_directly(asked, asking, run, wanted, concurrency=at_once, pace=pace)
    raise typer.Exit(code)


def _is_local(name: str | None) -> bool:
    from uhc_llm.llm.models import ModelName

    return name is not None and ModelName.parse(name).is_local
