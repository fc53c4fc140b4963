"""The report: one file that asks nobody for anything, made of a run or of results in hand."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from uhc_llm._version import __version__
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import TABLES
from uhc_llm.batch.results import put_in_place
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_articles
from uhc_llm.batch.trust import promised_articles
from uhc_llm.batch.work import Counts, Totals
from uhc_llm.documents import Document
from uhc_llm.errors import ConfigurationError, MissingExtraError
from uhc_llm.language import (
    Language,
    _,
    decimal_mark,
    month_names,
    script_messages,
    speaking,
)
from uhc_llm.pages import environment, style
from uhc_llm.promise import PROMISE, Promise
from uhc_llm.report.articles import Articles, safe_json
from uhc_llm.report.boundaries import Boundaries, load_boundaries
from uhc_llm.report.charts import Picture, pictures
from uhc_llm.report.datatables import datatables
from uhc_llm.report.overview import STATES, Overview
from uhc_llm.schemas import Extraction, Fact
from uhc_llm.wording import spoken

if TYPE_CHECKING:
    from uhc_llm.report.panel import Sightings

__all__ = ["write_report"]

_MOST_ERRORS: Final = 200


class _Errors(NamedTuple):
    """Documents that failed and inputs that could not be read, and how many more there are."""

    rows: list[tuple[str, str, str]]
    more: int


class _Source(NamedTuple):
    """Where the articles come from, and what is known about all of them together."""

    name: str
    articles: Iterator[ReviewedArticle]
    counts: Counts | None = None
    totals: Totals | None = None
    errors: _Errors = _Errors([], 0)


def write_report(
    run: str | Path | Iterable[tuple[Document, Extraction]],
    out: str | Path,
    *,
    title: str | None = None,
    promise: Promise | None = None,
    boundaries: str | Path | None = None,
    language: Language = "en",
) -> int:
    """Write one page to read: panel, summary, pictures, facts to sort, and every article.

    The file needs no network, holds all it shows, and is put in its place when it is whole. What
    reviewers decided is in it.

    Args:
        run: the file of a run, which may be under way; or texts with what came out of them.
        out: the file to write; what was there before is replaced.
        title: of the page; None names the run.
        promise: of a run: verified is what can be kept under it; None leaves what the run says.
        boundaries: a GeoJSON file with the outlines of regions, by their Kemendagri codes; None
            draws a tile for each.
        language: that all of it is written in.

    Returns:
        How many articles are in it.

    Raises:
        ConfigurationError: that cannot be promised.
        InputError: the outlines cannot be read.
        LedgerError: there is no such run.
        MissingExtraError: a package that the report needs is not installed.
        ResultFileError: the file cannot be written.
    """
    outlines = None if boundaries is None else load_boundaries(boundaries)
    with (
        speaking(language),
        _opened(run, promise) as source,
        put_in_place(Path(out)) as beside,
    ):
        page, count = _made(source, title, promise or PROMISE, outlines)
        beside.write_text(page, encoding="utf-8", newline="\n")
    return count


@contextmanager
def _opened(
    run: str | Path | Iterable[tuple[Document, Extraction]], promise: Promise | None
) -> Iterator[_Source]:
    if not isinstance(run, str | Path):
        if promise is not None:
            raise ConfigurationError(_("a promise is of a run: verify results in hand under it"))
        articles = (
            ReviewedArticle(document, extraction, number=number)
            for number, (document, extraction) in enumerate(run, start=1)
        )
        yield _Source("results", articles)
        return
    with Ledger.read(run) as ledger:
        yield _Source(
            Path(run).stem,
            reviewed_articles(ledger) if promise is None else promised_articles(ledger, promise),
            ledger.counts(),
            ledger.totals(),
            _errors(ledger),
        )


def _errors(ledger: Ledger) -> _Errors:
    table = TABLES["errors"]
    rows: list[tuple[str, str, str]] = []
    more = 0
    for row in ledger.rows(table.query):
        named = dict(zip(table.names, row, strict=True))
        if len(rows) == _MOST_ERRORS:
            more += 1
            continue
        place = named["source"]
        if named["line"]:
            place = _("{source}, line {line}", source=place, line=named["line"])
        rows.append((named["id"] or place, named["kind"], named["error"]))
    return _Errors(rows, more)


def _made(
    source: _Source, title: str | None, promise: Promise, boundaries: Boundaries | None
) -> tuple[str, int]:
    # What is missing is said before many articles are read.
    tables, sightings = datatables(), _sightings()
    templates = environment("uhc_llm.report")
    overview, articles = Overview(), Articles(templates)
    standing: list[tuple[str, Fact]] = []
    for number, article in enumerate(source.articles):
        overview.add(article, number)
        articles.add(article)
        sightings.add(article, number)
        standing.extend((article.name, fact) for fact in _standing(article))
    articles.finish()
    panel = sightings.page()
    data: dict[str, Any] = {
        "facts": articles.facts,
        "articles": articles.rows,
        "spoken": _spoken_here(),
    }
    if panel:
        data["panel"] = {**panel.data, "outlines": boundaries and boundaries.data}
    scripts = (tables.script, _own_script())
    sheet = tables.style + style() + _static("report.css") + _static("panel.css")
    page = templates.get_template("report.html").render(
        title=title or _("Coverage facts: {name}", name=source.name),
        made_at=datetime.now(UTC),
        version=__version__,
        overview=overview,
        source=source,
        states=STATES,
        panel=panel,
        promise=promise,
        outlines=boundaries,
        pictures=_pictures(standing),
        suspect=sum(fact.verdict != "verified" for _name, fact in standing),
        policy=_policy(scripts, sheet),
        scripts=[Markup(script) for script in scripts],  # noqa: S704 (ours, and a package's)
        style=Markup(sheet),  # noqa: S704
        data=Markup(safe_json(data)),  # noqa: S704 (nothing in it is markup)
        chunks=articles.chunks,
    )
    return page, overview.articles


def _spoken_here() -> dict[str, Any]:
    """What the page's scripts need to speak as the page does."""
    return {
        "messages": script_messages(),
        "states": {state: spoken(state) for state in (*STATES, "reviewed", "derived")},
        "months": [list(month_names()), list(month_names(short=True))],
        "decimal": decimal_mark(),
    }


def _sightings() -> "Sightings":
    try:
        from uhc_llm.report.panel import Sightings
    except ModuleNotFoundError as error:
        raise MissingExtraError("a report", "report") from error
    return Sightings()


def _pictures(standing: Sequence[tuple[str, Fact]]) -> list[tuple[Picture, Picture | None]]:
    """Each picture of what is verified, and the same with what is suspect where that differs."""
    sure = [(name, fact) for name, fact in standing if fact.verdict == "verified"]
    of_sure, of_all = pictures(sure), pictures(standing)
    pairs = zip(of_sure, of_all, strict=True)
    return [(one, None if one == every else every) for one, every in pairs]


def _own_script() -> str:
    """The page's own script: what its parts share, then each in a block, so no names meet."""
    blocks = (f"{{\n{_static(name)}}}\n" for name in ("report.js", "panel.js"))
    return "".join((_static("common.js"), *blocks))


def _standing(article: ReviewedArticle) -> Iterator[Fact]:
    """The facts that stand; of one that somebody decided on nobody is in doubt any more."""
    for item in article.items:
        if item.fact and item.stands:
            is_open = item.state == "open"
            yield item.fact if is_open else item.fact.model_copy(update={"verdict": "verified"})


def _policy(scripts: Iterable[str], sheet: str) -> str:
    """What the page may do: run these scripts, use this style sheet, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {_hash(sheet)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _static(name: str) -> str:
    return files("uhc_llm.report").joinpath(f"static/{name}").read_text("utf-8")
