"""Whose members a number counts, or whose premiums it pays."""

from collections.abc import Iterator
from typing import Final

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.features.steps import Steps, tie

__all__ = ["group_features"]

_GROUPS: Final = frozenset(
    {
        "pbi_apbn",
        "pbi_apbd",
        "ppu",
        "pbpu",
        "bp",
        "of_region",
        "of_nation",
        "segment",
        "paid",
        "whole",
    }
)


def group_features(article: Article, around: Around, meaning: str, steps: Steps) -> Iterator[str]:
    """What tells whose a number is, beside its words: what it means, and what came before."""
    metric = meaning.split(maxsplit=1)[0]
    yield f"means {metric}"
    yield f"means {meaning}"
    near = [hit for hit in article.senses(around.left, around.right) if hit.sense in _GROUPS]
    for hit in near:
        side = "before" if hit.start < around.at else "behind"
        yield f"{metric}, {hit.sense} {side}"
    if near:
        nearest = min(
            near, key=lambda hit: min(abs(hit.start - around.at), abs(hit.end - around.at))
        )
        yield f"{metric}, {nearest.sense} nearest"
        yield f"{nearest.sense} nearest"
    else:
        yield f"{metric}, no group near"
    last = steps.last(around)
    if last is not None and last.is_fact:
        alike = "same" if last.meaning.split()[0] == metric else "other"
        yield f"{metric} after {last.segment}, {alike} metric"
        yield f"{tie(article, last.around, around)} after {last.segment}, {alike} metric"
        yield f"after {last.segment}"
    fact = steps.latest_fact()
    if fact is not None:
        yield f"{metric}, last fact {fact.segment}"
        yield f"{metric}, last fact {fact.meaning} {fact.segment}"
