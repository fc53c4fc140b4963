"""`uhc-llm extract`."""

import sys
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from uhc_llm.cli.app import app
from uhc_llm.cli.common import (
    BaseUrl,
    Breadth,
    CassetteFile,
    Form,
    Model,
    Paths,
    Published,
    Reasks,
    RecordOption,
    StrategyOption,
    Timeout,
    chosen_model,
    default_format,
    errors,
    read,
    say_error,
    use_cassette,
)
from uhc_llm.errors import ContextLengthError, InputError, OutputError, UhcLlmError

Format = Literal["table", "json", "jsonl", "csv"]


@app.command()
def extract(
    paths: Paths,
    *,
    model: Model = None,
    strategy: StrategyOption = "point",
    format: Annotated[  # noqa: A002 - the option's name
        Format | None,
        typer.Option(
            "--format",
            "-f",
            help="Default: `table` on a terminal, `json` on a pipe or into a file.",
        ),
    ] = None,
    published: Published = None,
    form: Form = None,
    breadth: Breadth = None,
    reasks: Reasks = 1,
    base_url: BaseUrl = None,
    timeout: Timeout = None,
    cassette: CassetteFile = None,
    record: RecordOption = "none",
) -> None:
    """Extract verified facts from articles.

    `uhc-llm extract examples/*.txt`

    `uhc-llm extract article.txt --model openai/gpt-4.1-mini --format csv > facts.csv`

    A fact that fails verification is asked about again, and if it still fails is shown as rejected,
    never among the facts. Articles that cannot be read are named on standard error, the others are
    done all the same.
    """
    from uhc_llm.extraction import Extractor

    if record != "none" and cassette is None:
        raise typer.BadParameter("--record needs --cassette FILE")
    extractor = Extractor(
        chosen_model(model, strategy, replays=cassette is not None),
        strategy=strategy,
        form=form,
        breadth=breadth,
        reasks=reasks,
        base_url=base_url,
        timeout=timeout,
    )
    failed: list[UhcLlmError] = []
    with use_cassette(cassette, record), extractor, _Output(format or default_format()) as output:
        for index, path in enumerate(paths, start=1):
            try:
                document = read(path, published)
                if errors.is_terminal:
                    errors.print(f"reading {path} ({index} of {len(paths)})", style="dim")
                extraction = extractor.extract(document)
            except (InputError, OutputError, ContextLengthError) as error:
                # What is wrong with one article must not cost the others.
                failed.append(error)
                say_error(error, path)
            else:
                output.add(extraction)
    if failed:
        raise typer.Exit(failed[0].exit_code)


class _Output:
    """Where extractions go: shown at once, or gathered where the format is one whole."""

    def __init__(self, format_: Format) -> None:
        self._format = format_
        self._count = 0

    def __enter__(self) -> "_Output":
        if self._format == "json":
            sys.stdout.write("[")
        return self

    def __exit__(self, *_: object) -> None:
        if self._format == "json":
            sys.stdout.write("\n]\n" if self._count else "]\n")
        sys.stdout.flush()

    def add(self, extraction: Any) -> None:  # noqa: ANN401 - an Extraction, not imported before use
        from uhc_llm.display import extraction_line, extraction_table, write_csv

        if self._format == "table":
            console = Console()
            console.print(extraction_table(extraction, width=console.width))
        elif self._format == "csv":
            write_csv(extraction.to_records(), sys.stdout, header=not self._count)
        elif self._format == "jsonl":
            sys.stdout.write(extraction_line(extraction) + "\n")
        else:
            sys.stdout.write(",\n" if self._count else "\n")
            sys.stdout.write(extraction.model_dump_json(indent=2))
        sys.stdout.flush()
        self._count += 1
