"""Print what the recorded answers of the embedded model reach: `python3 tasks.py eval [SET...]`."""

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from tests.recordings import EVALUATIONS, RECORDED, Evaluation
from uhc_llm import Extractor
from uhc_llm.evaluation import (
    LEVELS,
    GoldArticle,
    Prediction,
    Report,
    evaluate,
    load_gold,
    make_report,
)
from uhc_llm.testing import cassette

_PART: Final = 100


def replayed(evaluation: Evaluation) -> Report:
    """What the recorded answers reach on one set."""
    with cassette(evaluation.cassette):
        predictions = evaluation.predict()
    return evaluation.report(predictions)


def by_code(evaluation: Evaluation) -> Report:
    """What the words alone reach on one set, on all processors."""
    gold = load_gold(evaluation.gold)
    parts = [gold[place : place + _PART] for place in range(0, len(gold), _PART)]
    with ProcessPoolExecutor() as pool:
        return make_report(gold, [each for few in pool.map(_read, parts) for each in few])


def _read(gold: Sequence[GoldArticle]) -> list[Prediction]:
    return evaluate(gold, Extractor(strategy="code"))


def table(rows: Sequence[tuple[str, Report]]) -> list[str]:
    """A line for each report, in Markdown."""
    head = f"| | articles | facts | {' | '.join(LEVELS)} | tokens in | tokens out |"
    lines = [head, f"|{'---|' * (head.count('|') - 1)}"]
    for name, report in rows:
        count = len(report.articles)
        cells = (
            str(count),
            str(report.levels["full"].true),
            *(f"{report.levels[level].f1:.3f}" for level in LEVELS),
            f"{report.usage.input_tokens / count:.0f}",
            f"{report.usage.output_tokens / count:.0f}",
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def main(names: Sequence[str]) -> None:
    """Print a table of the sets that are named, or of all."""
    print("With the embedded model, F1:\n")
    asked = [each for each in RECORDED if not names or each.name in names]
    print("\n".join(table([(each.name, replayed(each)) for each in asked])))
    print("\nWithout any model, F1:\n")
    wanted = [each for each in EVALUATIONS if not names or each.name in names]
    print("\n".join(table([(each.name, by_code(each)) for each in wanted])))


if __name__ == "__main__":
    main(sys.argv[1:])
