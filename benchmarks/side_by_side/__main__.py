"""Our ways of asking a model beside those of others: one model, one server, the same articles.

Usage: python -m benchmarks.side_by_side [GOLD.jsonl] [--sample N]
       [--ways point,quote,...] [--results FILE] [--table]

`--sample` takes so many articles, of each kind in proportion; where some are on other matters, the
table says how many facts were said of these, all of them false.

What is done is kept in a file of results and not done again, so that the run, which takes hours for
all articles, may be stopped. `--table` only prints. Every way asks at temperature 0, through a
proxy that counts the tokens which the server reports; a way whose answer is of no use for an
article has no facts for it, and that is counted as a failure. `peers.py` says how the others are
asked, and what is done to be fair to them.

    code           no model: the first option that the words around each number offer
    point          ours: the model points at numbers
    quote          ours: the model quotes freely; all that it says
    quote+verify   the same, without what the verifier rejects
    instructor     one Pydantic list, in instructor's usual way
    langextract    LangExtract with one worked example; all that it extracts
    grounded       the same, only what it grounds in the text by its own default
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.corpus import OFF_TOPIC, ROOT
from benchmarks.side_by_side.peers import ask_instructor, ask_langextract
from benchmarks.side_by_side.proxy import CountingProxy, counting_proxy
from uhc_llm import Extractor
from uhc_llm.documents import Document
from uhc_llm.evaluation import (
    LEVELS,
    GoldArticle,
    LabelledFact,
    Prediction,
    Report,
    load_gold,
    make_report,
    sample_articles,
)
from uhc_llm.llm import local
from uhc_llm.schemas import Fact, Usage

GOLD: Final = ROOT / "eval" / "dev.gold.jsonl"
RESULTS: Final = ROOT / ".reports" / "side_by_side.jsonl"
RUNS: Final = ("code", "point", "quote", "instructor", "langextract")
ROWS: Final = (
    "code", "point", "quote", "quote+verify", "instructor", "langextract", "grounded",
)  # fmt: skip

PATIENCE: Final = 900

Said = dict[str, list[LabelledFact]]


def ours(article: GoldArticle, extractor: Extractor) -> Said:
    """What one of our strategies finds; of `quote` with and without what is rejected."""
    document = Document(text=article.text, id=article.id, published=article.published)
    extraction = extractor.extract(document)
    kept = [as_label(fact) for fact in extraction.facts]
    name = extraction.provenance.strategy
    if name != "quote":
        return {name: kept}
    return {"quote": [*kept, *map(as_label, extraction.rejected)], "quote+verify": kept}


def as_label(fact: Fact) -> LabelledFact:
    """One of our facts, to be compared."""
    return LabelledFact.model_validate(fact.to_record())


def ways(
    server: local.LocalServer, proxy: CountingProxy
) -> dict[str, Callable[[GoldArticle], Said]]:
    """What each way does with one article."""
    url, key, model = proxy.base_url, server.api_key, f"openai/{server.model_name}"
    point = Extractor(
        model, form="narrowed", breadth="cues", base_url=url, api_key=key, timeout=PATIENCE
    )
    # No fact is asked about again: what the model says at once is what is compared.
    quote = Extractor(
        model, strategy="quote", reasks=0, base_url=url, api_key=key, timeout=PATIENCE
    )
    code = Extractor(strategy="code")

    def instructor(article: GoldArticle) -> Said:
        facts = ask_instructor(article, base_url=url, api_key=key, model=server.model_name)
        return {"instructor": facts}

    def langextract(article: GoldArticle) -> Said:
        everything, grounded = ask_langextract(
            article, base_url=url, api_key=key, model=server.model_name
        )
        return {"langextract": everything, "grounded": grounded}

    return {
        "code": lambda article: ours(article, code),
        "point": lambda article: ours(article, point),
        "quote": lambda article: ours(article, quote),
        "instructor": instructor,
        "langextract": langextract,
    }


def run(articles: Sequence[GoldArticle], names: Sequence[str], results: Path) -> None:
    """Ask in each way about each article that has no result yet."""
    done = {(row["way"], row["id"]) for row in read(results)}
    results.parent.mkdir(parents=True, exist_ok=True)
    server = local.start()
    try:
        with counting_proxy(server.base_url) as proxy, results.open("a", encoding="utf-8") as out:
            for name, ask in ways(server, proxy).items():
                for article in articles:
                    if name in names and (name, article.id) not in done:
                        row = result(name, ask, article, proxy)
                        out.write(json.dumps(row) + "\n")
                        out.flush()
                        print(f"{name} {article.id}: {row['seconds']:.1f} s", file=sys.stderr)
    finally:
        server.close()


def result(
    name: str, ask: Callable[[GoldArticle], Said], article: GoldArticle, proxy: CountingProxy
) -> dict[str, Any]:
    """What one way says of one article, and what it took."""
    proxy.reset()
    started = time.perf_counter()
    error, said = None, Said()
    try:
        said = ask(article)
    except Exception as failure:  # noqa: BLE001 - whatever a peer raises is its failure
        error = f"{type(failure).__name__}: {failure}"[:300]
    return {
        "way": name,
        "id": article.id,
        "error": error,
        "seconds": time.perf_counter() - started,
        "requests": proxy.requests,
        "usage": proxy.usage.model_dump(),
        "said": {
            row: [fact.model_dump(mode="json") for fact in facts] for row, facts in said.items()
        },
    }


def read(results: Path) -> list[dict[str, Any]]:
    """The results so far."""
    if not results.exists():
        return []
    return [json.loads(line) for line in results.read_text("utf-8").splitlines()]


def table(articles: Sequence[GoldArticle], rows: Sequence[dict[str, Any]]) -> str:
    """A line for each way that has a result for every article, in Markdown."""
    off_topic = [article.id for article in articles if article.kind == OFF_TOPIC]
    head = (
        *("way", *LEVELS, "said", "not in the text"),
        *(["false, off topic"] if off_topic else []),
        *("failed", "tokens in", "tokens out", "seconds"),
    )
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name in ROWS:
        way = {"quote+verify": "quote", "grounded": "langextract"}.get(name, name)
        mine = {row["id"]: row for row in rows if row["way"] == way}
        if not all(article.id in mine for article in articles):
            continue
        report = make_report(articles, [prediction(mine[article.id], name) for article in articles])
        count = len(articles)
        cells = (
            *(f"{report.levels[level].f1:.3f}" for level in LEVELS),
            str(report.levels["number"].said),
            str(report.not_in_text),
            *([str(false_facts(report, off_topic))] if off_topic else []),
            str(len(report.failed)),
            f"{report.usage.input_tokens / count:.0f}",
            f"{report.usage.output_tokens / count:.0f}",
            f"{(report.seconds or 0) / count:.1f}",
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def false_facts(report: Report, ids: Collection[str]) -> int:
    """How many facts were said, and are not true, of some of the articles."""
    full = [article.levels["full"] for article in report.articles if article.id in ids]
    return sum(score.said - score.hit for score in full)


def prediction(row: dict[str, Any], name: str) -> Prediction:
    """One result, as the evaluation reads it."""
    return Prediction(
        id=row["id"],
        facts=tuple(LabelledFact.model_validate(fact) for fact in row["said"].get(name, ())),
        error=row["error"],
        seconds=row["seconds"],
        requests=row["requests"],
        usage=Usage.model_validate(row["usage"]),
    )


def main(arguments: Sequence[str]) -> None:
    """Ask, and print the table."""
    parser = argparse.ArgumentParser(
        prog="side_by_side", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("gold", nargs="?", type=Path, default=GOLD)
    parser.add_argument("--sample", type=int, help="so many, of each kind in proportion")
    parser.add_argument("--ways", default=",".join(RUNS), help="which, with commas between")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="only print what is there")
    options = parser.parse_args(arguments)
    articles = load_gold(options.gold)
    if options.sample is not None:
        articles = sample_articles(articles, options.sample)
    if not options.table:
        run(articles, options.ways.split(","), options.results)
    print(f"{len(articles)} articles of {options.gold.name}\n")
    print(table(articles, read(options.results)))


if __name__ == "__main__":
    main(sys.argv[1:])
