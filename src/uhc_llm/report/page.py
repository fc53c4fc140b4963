"""The report: one file that asks nobody for anything, made of a run or of results in hand."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from markupsafe import Markup

from uhc_llm._version import __version__
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import TABLES
from uhc_llm.batch.results import put_in_place
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_articles
from uhc_llm.batch.work import Counts, Totals
from uhc_llm.documents import Document
from uhc_llm.pages import environment, style
from uhc_llm.report.articles import Articles, safe_json
from uhc_llm.report.charts import pictures
from uhc_llm.report.datatables import datatables
from uhc_llm.report.overview import STATES, Overview
from uhc_llm.schemas import Extraction, Fact

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
) -> int:
    """Write one page to read: summary, pictures, facts to sort and filter, and every article.

    The file needs no network, holds all it shows, and is put in its place when it is whole. What
    reviewers decided is in it.

    Args:
        run: the file of a run, which may be under way; or texts with what came out of them.
        out: the file to write; what was there before is replaced.
        title: of the page; None names the run.

    Returns:
        How many articles are in it.

    Raises:
        LedgerError: there is no such run.
        MissingExtraError: a package that the report needs is not installed.
        ResultFileError: the file cannot be written.
    """
    with _opened(run) as source, put_in_place(Path(out)) as beside:
        page, count = _made(source, title)
        beside.write_text(page, encoding="utf-8", newline="\n")
    return count


@contextmanager
def _opened(run: str | Path | Iterable[tuple[Document, Extraction]]) -> Iterator[_Source]:
    if not isinstance(run, str | Path):
        articles = (
            ReviewedArticle(document, extraction, number=number)
            for number, (document, extraction) in enumerate(run, start=1)
        )
        yield _Source("results", articles)
        return
    with Ledger.read(run) as ledger:
        yield _Source(
            Path(run).stem,
            reviewed_articles(ledger),
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
        place = f"{named['source']}, line {named['line']}" if named["line"] else named["source"]
        rows.append((named["id"] or place, named["kind"], named["error"]))
    return _Errors(rows, more)


def _made(source: _Source, title: str | None) -> tuple[str, int]:
    tables = datatables()  # what is missing is said before many articles are read
    templates = environment("uhc_llm.report")
    overview, articles = Overview(), Articles(templates)
    standing: list[tuple[str, Fact]] = []
    for number, article in enumerate(source.articles):
        overview.add(article, number)
        articles.add(article)
        standing.extend((article.name, fact) for fact in _standing(article))
    articles.finish()
    scripts = (tables.script, _static("report.js"))
    sheet = tables.style + style() + _static("report.css")
    page = templates.get_template("report.html").render(
        title=title or f"Coverage facts: {source.name}",
        made_at=datetime.now(UTC),
        version=__version__,
        overview=overview,
        source=source,
        states=STATES,
        pictures=pictures(standing),
        policy=_policy(scripts, sheet),
        scripts=[Markup(script) for script in scripts],  # noqa: S704 (ours, and a package's)
        style=Markup(sheet),  # noqa: S704
        data=Markup(  # noqa: S704 (nothing in it is markup)
            safe_json({"facts": articles.facts, "articles": articles.rows})
        ),
        chunks=articles.chunks,
    )
    return page, overview.articles


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
