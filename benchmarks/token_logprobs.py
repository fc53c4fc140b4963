"""How likely a model held the tokens of the facts that it said: what plain users take for sureness.

Usage: python -m benchmarks.token_logprobs

The embedded model is asked by instructor in its usual way, with `logprobs`, about the blind
articles of `side_by_side` that it answered there. What it said is kept in
benchmarks/results/token_logprobs.jsonl and not asked for again; `python -m
benchmarks.error_detection` lays it beside `verify`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import blind
from benchmarks.side_by_side.peers import ask_instructor_surely
from uhc_llm.evaluation import GoldArticle, load_gold
from uhc_llm.llm import local

__all__ = ["RESULTS"]

ANSWERED: Final = Path(__file__).parent / "results" / "side_by_side.jsonl"
RESULTS: Final = Path(__file__).parent / "results" / "token_logprobs.jsonl"


def run(articles: Sequence[GoldArticle]) -> None:
    """Ask about each article that has no result yet."""
    there = RESULTS.read_text("utf-8").splitlines() if RESULTS.exists() else []
    done = {json.loads(line)["id"] for line in there}
    server = local.start()
    try:
        with RESULTS.open("a", encoding="utf-8") as out:
            for article in articles:
                if article.id not in done:
                    out.write(json.dumps(_asked(article, server)) + "\n")
                    out.flush()
                    print(article.id, file=sys.stderr)
    finally:
        server.close()


def _asked(article: GoldArticle, server: local.LocalServer) -> dict[str, Any]:
    error, said = None, []
    try:
        said = ask_instructor_surely(
            article,
            base_url=server.base_url,
            api_key=server.api_key,
            model=server.model_name,
        )
    except Exception as failure:  # noqa: BLE001 - whatever instructor raises is its failure
        error = f"{type(failure).__name__}: {failure}"[:300]
    return {
        "id": article.id,
        "error": error,
        "facts": [fact.model_dump(mode="json", exclude_none=True) for fact, _ in said],
        "odds": [
            {name: round(odds, 4) for name, odds in each._asdict().items()} for _, each in said
        ],
    }


def main(arguments: Sequence[str]) -> None:
    """Ask."""
    argparse.ArgumentParser(
        prog="token_logprobs", description=(__doc__ or "").split("\n")[0]
    ).parse_args(arguments)
    rows = map(json.loads, ANSWERED.read_text("utf-8").splitlines())
    answered = {row["id"] for row in rows if row["way"] == "instructor" and not row["error"]}
    run([article for article in load_gold(blind.GOLD) if article.id in answered])


if __name__ == "__main__":
    main(sys.argv[1:])
