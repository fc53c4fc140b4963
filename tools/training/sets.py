"""The labelled articles to learn from, and which of them stand or fall together."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tools.training.examples import LabelledArticle, read_article
from tools.training.snippets import snippets
from uhc_llm.evaluation.gold import load_gold

__all__ = ["SETS", "Source", "features_hash", "load_sources", "set_hashes"]

EVAL: Final = Path(__file__).resolve().parents[2] / "eval"
SAMPLES: Final = EVAL.parent / "examples" / "gold.jsonl"
SETS: Final = ("dev", "tuning", "test", "varied", "broad", "briefs", "wires")
"""Every labelled set but the blind test."""

_WRITER: Final = re.compile(r"[a-z]+(?=-)")
# In these the letters before the number in an article's id say who wrote it.
_BY_WRITER: Final = frozenset({"varied", "broad", "briefs", "wires"})


class Source(NamedTuple):
    """An article to learn from, its set, and what it stands or falls with.

    `snippets` are short texts out of it, to learn from as well.
    """

    set: str
    group: str
    article: LabelledArticle
    snippets: tuple[LabelledArticle, ...] = ()


def load_sources(sets: Sequence[str] = SETS) -> list[Source]:
    """The articles of some sets, in their order."""
    return [source for name in sets for source in _of_set(name)]


def _of_set(name: str) -> Iterator[Source]:
    path = EVAL / f"{name}.gold.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    for gold, line in zip(load_gold(path), lines, strict=True):
        writer = _WRITER.match(gold.id) if name in _BY_WRITER else None
        # Articles on one event have one writer, or one source.
        group = writer.group() if writer else line.get("source_url") or gold.id
        short = tuple(read_article(each) for each in snippets(gold))
        yield Source(name, f"{name} {group}", read_article(gold), short)


def features_hash() -> str:
    """The sha256 of all that is looked at in the sample articles: it tells one reader from another.

    Weights belong to the features that they were fitted to, whatever the code that finds them.
    """
    digest = hashlib.sha256()
    for gold in load_gold(SAMPLES):
        article = read_article(gold)
        found: list[object] = [sorted(article.topic)]
        for e in article.numbers:
            found += [sorted(e.meaning), e.segment and sorted(e.segment.features)]
            for options in (e.place, e.moment):
                found.append(options and [sorted(few) for few in options.features])
        digest.update(json.dumps(found, ensure_ascii=False).encode())
    return digest.hexdigest()


def set_hashes(sets: Sequence[str] = SETS) -> dict[str, str]:
    """The sha256 of each set."""
    return {
        name: hashlib.sha256((EVAL / f"{name}.gold.jsonl").read_bytes()).hexdigest()
        for name in sets
    }
