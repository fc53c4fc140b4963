"""How far two annotators agree, who labelled the same articles without seeing each other's labels.

    python -m benchmarks.agreement eval/varied eval/broad eval/blind

The articles of a set are those of SET.gold.jsonl, and the labels, before the differences were
settled, are in SET.first.jsonl and SET.second.jsonl, which may have a part of the articles alone.
Prints, of each set and of each sort of article in it, F1 at the levels of docs/scoring.md, and how
often numbers that are no facts are called alike.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from uhc_llm.evaluation import LEVELS, load_gold, load_predictions, measure
from uhc_llm.evaluation.figures import Figure
from uhc_llm.evaluation.gold import GoldArticle
from uhc_llm.evaluation.predictions import Prediction

HEAD = (
    f"| set | articles twice | facts | {' | '.join(LEVELS)} | strict full | no facts alike |",
    f"|{'---|' * (len(LEVELS) + 5)}",
)


def table(sets: Iterable[Path]) -> Iterator[str]:
    """Yield the lines of a table of all sets."""
    yield from HEAD
    for path in sets:
        name = path.name
        gold = load_gold(path.with_name(f"{name}.gold.jsonl"))
        first, second = (
            {one.id: one for one in load_predictions(path.with_name(f"{name}.{which}.jsonl"), gold)}
            for which in ("first", "second")
        )
        both = [
            article._replace(facts=first[article.id].facts, no_facts=first[article.id].no_facts)
            for article in gold
            if article.id in first.keys() & second.keys()
        ]
        yield row(name, both, second)
        for kind in dict.fromkeys(article.kind for article in both):
            yield row(f"{name}: {kind}", [one for one in both if one.kind == kind], second)


def row(name: str, articles: Sequence[GoldArticle], second: Mapping[str, Prediction]) -> str:
    """One line: what the two say of these articles."""
    measured = measure(articles, [second[article.id] for article in articles])
    agreed = measured.agreement
    figures = [
        *(measured.levels[level].f1 for level in LEVELS),
        measured.strict["full"].f1,
        agreed and agreed.same,
    ]
    facts = sum(len(article.facts) for article in articles)
    return " | ".join([f"| {name}", str(len(articles)), str(facts), *map(_shown, figures)]) + " |"


def _shown(figure: Figure | None) -> str:
    return "-" if figure is None else f"{figure.value:.3f}"


def main(arguments: Sequence[str]) -> int:
    """Print how far the annotators of the sets agree."""
    if not arguments:
        print(__doc__)
        return 2
    print("\n".join(table(map(Path, arguments))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
