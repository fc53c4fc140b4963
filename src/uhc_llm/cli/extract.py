"""`uhc-llm extract`."""

import sys
from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich.console import Console

from uhc_llm.cli.app import INTERRUPTED, Grouped, app
from uhc_llm.cli.common import (
    OUT,
    AllTopics,
    BaseUrl,
    Breadth,
    CassetteFile,
    Certainty,
    CsvLocale,
    Form,
    Model,
    Options,
    Paths,
    Precision,
    Published,
    Reasks,
    RecordOption,
    StrategyOption,
    Timeout,
    chosen_model,
    chosen_options,
    default_format,
    errors,
    read,
    say,
    say_error,
    use_cassette,
)
from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    ModelNotFoundError,
    OutputError,
    ProviderError,
    QuotaExhaustedError,
    RequestRefusedError,
    SchemaRefusedError,
    UhcLlmError,
)
from uhc_llm.language import _, grouped
from uhc_llm.promise import PROMISE, Promise

if TYPE_CHECKING:
    from uhc_llm.batch.csv_files import Locale
    from uhc_llm.extraction import Extractor

Format = Literal["table", "json", "jsonl", "csv"]

# A flat row has no place for reasons.
_EXPLAINED: Final[tuple[Format, ...]] = ("table", "json")
_MOST_UNANSWERED: Final = 3
_NO_SERVICE: Final = frozenset({404, 405})


@app.command(cls=Grouped)
def extract(
    paths: Paths,
    *,
    model: Model = None,
    strategy: StrategyOption = None,
    format: Annotated[  # noqa: A002 - the option's name
        Format | None,
        typer.Option(
            "--format",
            "-f",
            help="Default: `table` on a terminal, `json` on a pipe or into a file.",
            rich_help_panel=OUT,
        ),
    ] = None,
    locale: CsvLocale = None,
    published: Published = None,
    form: Form = None,
    breadth: Breadth = None,
    reasks: Reasks = 1,
    precision: Precision = PROMISE.precision,
    certainty: Certainty = PROMISE.certainty,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Say of each field of a fact how likely it is as the text reads, and what decided "
            "it; in a table or in JSON.",
            rich_help_panel=OUT,
        ),
    ] = False,
    all_topics: AllTopics = False,
    base_url: BaseUrl = None,
    timeout: Timeout = None,
    option: Options = None,
    cassette: CassetteFile = None,
    record: RecordOption = "none",
) -> None:
    """Extract verified facts from articles.

    `uhc-llm extract examples/*.txt`

    `uhc-llm extract article.txt --model openai/gpt-4.1-mini --format csv > facts.csv`

    A fact that fails verification is asked about again, and if it still fails is shown as rejected,
    never among the facts. Articles that fail are named on standard error, the others are done all
    the same; the exit code is that of the first that failed. A wrong key, an unknown model and a
    used-up quota end it at once, and so do three articles that the provider answers nothing to.
    """
    from uhc_llm.extraction import Extractor

    if record != "none" and cassette is None:
        raise typer.BadParameter(_("--record needs --cassette FILE"))
    chosen = format or default_format()
    if locale and chosen != "csv":
        raise typer.BadParameter(_("--locale needs --format csv"))
    if explain and chosen not in _EXPLAINED:
        raise typer.BadParameter(
            _("--explain needs --format {formats}", formats=_(" or ").join(_EXPLAINED))
        )
    name, asked = chosen_model(model, strategy, replays=cassette is not None)
    extractor = Extractor(
        name,
        strategy=asked,
        form=form,
        breadth=breadth,
        reasks=reasks,
        promise=Promise(precision, certainty),
        explain=explain,
        all_topics=all_topics,
        base_url=base_url,
        timeout=timeout,
        options=chosen_options(option),
    )
    with (
        use_cassette(cassette, record),
        extractor,
        _Output(chosen, explain=explain, locale=locale) as output,
    ):
        try:
            failed = list(_extract_each(paths, extractor, output, published))
        except KeyboardInterrupt:
            _say_stopped(len(paths), output.count)
            raise typer.Exit(INTERRUPTED) from None
    if failed:
        raise typer.Exit(failed[0].exit_code)


def _extract_each(
    paths: list[str], extractor: "Extractor", output: "_Output", published: date | None
) -> Iterator[UhcLlmError]:
    """Extract one article after the other; what is wrong with one must not cost the others."""
    answered, unanswered = False, 0
    for index, path in enumerate(paths, start=1):
        try:
            document = read(path, published)
        except UhcLlmError as error:
            say_error(error, path)
            yield error
            continue
        if errors.is_terminal:
            reading = _("reading {path} ({n} of {all})", path=path, n=index, all=len(paths))
            errors.print(reading, style="dim")
        try:
            extraction = extractor.extract(document)
        except ConfigurationError:
            raise  # every other one would meet the same
        except UhcLlmError as error:
            say_error(error, path)
            yield error
            if _is_lasting(error):
                _say_left(len(paths) - index)
                return
            answered |= isinstance(error, OutputError)
            unanswered += isinstance(error, ProviderError) and not _is_about_text(error)
        else:
            output.add(extraction)
            answered |= extraction.provenance.answers > 0
        if not answered and unanswered >= _MOST_UNANSWERED:
            _say_left(len(paths) - index)
            return


def _say_stopped(asked: int, done: int) -> None:
    if done:
        told = _(
            "stopped by Ctrl-C: {done} of {all} articles are done, and what came out of them is "
            "printed; name the others to go on (`uhc-llm batch` keeps what is done, and goes on by "
            "itself)",
            done=grouped(done),
            all=grouped(asked),
        )
    else:
        told = _("stopped by Ctrl-C: nothing is done; the same command does it anew")
    say(told, "yellow")


def _say_left(count: int) -> None:
    if count:
        more = _("{n} more would meet the same, and are not asked about", n=grouped(count))
        say(more, "red")


def _is_lasting(error: UhcLlmError) -> bool:
    """Whether every other article would be refused too; a 403 may be for what stands in one."""
    wrong_key = isinstance(error, AuthenticationError) and error.status != HTTPStatus.FORBIDDEN
    return wrong_key or isinstance(error, ModelNotFoundError | QuotaExhaustedError)


def _is_about_text(error: ProviderError) -> bool:
    """Whether a provider refuses this text, such as one that is too long, and perhaps no other."""
    lasting = isinstance(error, SchemaRefusedError) or error.status in _NO_SERVICE
    return isinstance(error, RequestRefusedError) and not lasting


class _Output:
    """Where extractions go: shown at once, or gathered where the format is one whole.

    Attributes:
        count: how many there were.
    """

    def __init__(self, format_: Format, *, explain: bool, locale: "Locale | None") -> None:
        self._format = format_
        self._locale = locale
        self._explain = explain
        self.count = 0

    def __enter__(self) -> "_Output":
        if self._format == "json":
            sys.stdout.write("[")
        return self

    def __exit__(self, *_: object) -> None:
        if self._format == "json":
            sys.stdout.write("\n]\n" if self.count else "]\n")
        sys.stdout.flush()

    def add(self, extraction: Any) -> None:  # noqa: ANN401 - an Extraction, not imported before use
        from uhc_llm.display import extraction_line, extraction_table, reasons_report, write_csv

        if self._format == "table":
            console = Console()
            console.print(extraction_table(extraction))
            if self._explain:
                console.print(reasons_report(extraction))
        elif self._format == "csv":
            header = not self.count
            write_csv(extraction.to_records(), sys.stdout, header=header, locale=self._locale)
        elif self._format == "jsonl":
            sys.stdout.write(extraction_line(extraction) + "\n")
        else:
            sys.stdout.write(",\n" if self.count else "\n")
            sys.stdout.write(extraction.model_dump_json(indent=2))
        sys.stdout.flush()
        self.count += 1
