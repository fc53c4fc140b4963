"""What asking again mends and what it breaks, on gold articles, with the embedded model.

Usage: python -m benchmarks.reask [GOLD.jsonl] [--limit N]

Each article is asked about once; then the facts that the verifier rejects or finds suspect are
asked about again, with what it says of them. Each such fact is compared with what annotators found,
before and after, in its metric, status, region and year.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.corpus import GOLD, Article, gold_articles
from benchmarks.mutations import Row
from uhc_llm.llm.client import ModelClient
from uhc_llm.llm.models import choose_model
from uhc_llm.llm.point import PointConversation
from uhc_llm.llm.prompts import load_prompt
from uhc_llm.schemas import Fact
from uhc_llm.verifier import verify_reading

PROMPT: Final = "metric/v1"


def is_right(fact: Fact, gold: Iterable[Row]) -> bool:
    """Whether annotators found the fact, as far as its year."""
    return any(
        row["unit"] == fact.unit
        and row["value"] in (fact.value, fact.upper)
        and row["metric"] == fact.metric
        and row["status"] == fact.status
        and row["region_code"] == (fact.region.code if fact.region else None)
        and (row["period"] or "")[:4] == (fact.period.iso[:4] if fact.period else "")
        for row in gold
    )


async def compare(model: ModelClient, article: Article) -> Counter[str]:
    """What became of the doubtful facts of one article."""
    conversation = PointConversation(
        model, load_prompt(PROMPT), article.reading, question="metric", breadth="cues"
    )
    counts: Counter[str] = Counter()
    if not conversation.has_questions:
        return counts
    first = verify_reading(article.reading, await conversation.ask()).facts
    counts["facts"] = len(first)
    doubtful = [fact for fact in first if fact.verdict != "verified"]
    counts.update(fact.verdict or "" for fact in doubtful)
    if not doubtful:
        return counts
    tokens = conversation.tally.usage.output_tokens
    wrong = [(fact, "; ".join(f.message for f in fact.findings)) for fact in doubtful]
    second = {place(fact): fact for fact in await conversation.reask(wrong)}
    counts["output tokens"] = conversation.tally.usage.output_tokens - tokens
    for fact in doubtful:
        after = second.get(place(fact))
        counts[outcome(fact, after, article.facts)] += 1
    return counts


def place(fact: Fact) -> str | None:
    """The id of the number that a fact rests on."""
    return fact.evidence.mention if fact.evidence else None


def outcome(before: Fact, after: Fact | None, gold: Sequence[Row]) -> str:
    """What asking again did to one fact."""
    was_right = is_right(before, gold)
    if after is None:
        return "taken back though right" if was_right else "taken back, wrong"
    if is_right(after, gold) == was_right:
        return "right and right again" if was_right else "wrong and wrong again"
    return "broken" if was_right else "mended"


async def main(arguments: Sequence[str]) -> None:
    """Print what became of all doubtful facts."""
    parser = argparse.ArgumentParser(prog="reask", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("gold", nargs="?", type=Path, default=GOLD)
    parser.add_argument("--limit", type=int, help="so many articles")
    options = parser.parse_args(arguments)
    total: Counter[str] = Counter()
    model = ModelClient(choose_model("local")[0])
    try:
        for article in list(gold_articles(options.gold))[: options.limit]:
            counts = await compare(model, article)
            total += counts
            print(article.id, dict(counts), file=sys.stderr, flush=True)
    finally:
        await model.aclose()
    for name, count in sorted(total.items()):
        print(f"{name:28}{count:6}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
