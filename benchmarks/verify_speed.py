"""How long scanning and verifying take beside LangExtract's alignment of the same facts.

Usage: python -m benchmarks.verify_speed [GOLD.jsonl]

Ours reads each text anew and follows every rule; LangExtract finds the words of the same facts in
the same text, with its default settings. Measured twice: on the facts as annotators found them, and
with one digit of each changed, where LangExtract must look for something like it. The two take
turns on each article in each round, so that what else the machine does meets both. Only the ratio
means anything elsewhere.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Final

from benchmarks.corpus import GOLD, Article, gold_articles
from benchmarks.mutations import value_mutants
from uhc_llm import verify

ROUNDS: Final = 5


def ours(article: Article) -> None:
    """Scan and verify."""
    verify(article.reading.text, article.facts)


def theirs() -> Callable[[Article], None]:
    """LangExtract's alignment."""
    from langextract.core.data import Extraction
    from langextract.resolver import WordAligner

    def align(article: Article) -> None:
        facts = [Extraction(fact["metric"], fact["mention"]) for fact in article.facts]
        WordAligner().align_extractions([facts], article.reading.text)

    return align


def with_wrong(article: Article) -> Article:
    """The article with a digit of each fact changed."""
    changed = (next(value_mutants(fact), None) for fact in article.facts)
    facts = [{**mutant.fact, "mention": mutant.printed} for mutant in changed if mutant]
    return article._replace(facts=facts)


def seconds(work: Callable[[Article], None], article: Article) -> float:
    """How long the work takes on one article."""
    started = process_time()
    work(article)
    return process_time() - started


def main(arguments: list[str]) -> None:
    """Print the best times of each, and their ratio."""
    try:
        align = theirs()
    except ImportError:
        sys.exit("LangExtract is not installed: pip install langextract")
    gold = Path(arguments[0]) if arguments else GOLD
    # LangExtract refuses to align nothing.
    corpus = [a for a in gold_articles(gold) if with_wrong(a).facts]
    facts = sum(len(article.facts) for article in corpus)
    print(f"{len(corpus)} articles, {facts} facts; milliseconds an article")
    print(f"{'':12}{'scan and verify':>18}{'LangExtract':>14}{'ratio':>8}")
    for name, given in (("true facts", corpus), ("wrong facts", list(map(with_wrong, corpus)))):
        rounds = [
            [(seconds(ours, article), seconds(align, article)) for article in given]
            for _ in range(ROUNDS)
        ]
        best = [
            [min(times) for times in zip(*runs, strict=True)] for runs in zip(*rounds, strict=True)
        ]
        mine, others = (sum(times) / len(given) * 1000 for times in zip(*best, strict=True))
        print(f"{name:12}{mine:18.2f}{others:14.2f}{others / mine:8.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
