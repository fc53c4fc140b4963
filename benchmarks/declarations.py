"""How many of the labelled declarations of UHC are found.

Usage: python -m benchmarks.declarations
"""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from benchmarks.corpus import GOLD, ROOT
from uhc_llm.evaluation import Score, load_gold
from uhc_llm.evaluation.declarations import Declared, declared, score_declarations
from uhc_llm.evaluation.gold import GoldArticle
from uhc_llm.reader import interpret
from uhc_llm.reader.declarations import read_declarations
from uhc_llm.scanner import scan
from uhc_llm.schemas import Declaration

LABELS: Final = ROOT / "eval" / "dev.declarations.jsonl"


def labels() -> dict[str, set[Declared]]:
    """What people found, by article."""
    rows = map(json.loads, LABELS.read_text("utf-8").splitlines())
    return {
        row["id"]: {(d["region_code"], d["status"], d["year"]) for d in row["declarations"]}
        for row in rows
    }


def scores() -> tuple[Score, Score]:
    """The score of region and status, and that with the year."""
    found = {article.id: declared(_declarations(article)) for article in load_gold(GOLD)}
    return score_declarations(labels(), found)


def _declarations(article: GoldArticle) -> Sequence[Declaration]:
    return read_declarations(interpret(scan(article.text, published=article.published)))


def lines(named: Iterable[tuple[str, Score]]) -> Iterable[str]:
    """A line for each score."""
    for name, one in named:
        shares = f"precision {one.precision:.3f}, recall {one.recall:.3f}, F1 {one.f1:.3f}"
        yield f"{name}: {shares} ({one.hit} of {one.said} said, {one.true} labelled)"


if __name__ == "__main__":
    print("\n".join(lines(zip(("region and status", "and year"), scores(), strict=True))))
