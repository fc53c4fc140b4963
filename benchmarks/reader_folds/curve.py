"""What more articles are worth: the reader fitted to a part of those of the other folds.

A part is drawn article by article, so that each writer has fewer, or group by group, so that there
are fewer writers and events. A smaller part lies in each larger one.
"""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, Final, Literal

from benchmarks.corpus import OFF_TOPIC
from benchmarks.reader_folds.held import counted, f1, json_of
from benchmarks.reader_folds.kept import ALL, FALSE_NUMBERS, TRIED, Part
from tools.training.sets import SETS, Source
from tools.training.validation import Held, cross_validate, fit_sources
from uhc_llm.evaluation.figures import Counts, Sample
from uhc_llm.evaluation.gold import NO_KIND
from uhc_llm.evaluation.scoring import Level
from uhc_llm.reader.scoring import Layer

__all__ = ["SHARES", "WAYS", "part_of", "row_name", "run"]

Way = Literal["articles", "groups"]

WAYS: Final[tuple[Way, ...]] = ("articles", "groups")
SHARES: Final = (Fraction(1, 8), Fraction(1, 4), Fraction(1, 2))
LEVELS_SHOWN: Final[tuple[Level, ...]] = ("meaning", "full")
_SEED: Final = 1


def row_name(way: Way, share: Fraction) -> str:
    """What a row is called."""
    return f"{share} of the {way}"


def part_of(sources: Sequence[Source], share: Fraction, way: Way) -> list[Source]:
    """A part of some articles, in their order."""
    wanted = round(share * len(sources))
    chance = random.Random(_SEED)  # noqa: S311 - draws of articles, not secrets
    of_draw: dict[str, list[int]] = {}
    for place, source in enumerate(sources):
        of_draw.setdefault(str(place) if way == "articles" else source.group, []).append(place)
    names = sorted(of_draw)
    chance.shuffle(names)
    chosen: list[int] = []
    for name in names:
        if len(chosen) >= wanted:
            break
        chosen += of_draw[name]
    return [sources[place] for place in sorted(chosen)]


def run(sources: Sequence[Source], part: Part, folds: int) -> None:
    """Fit the reader to each part of the articles, and to all."""
    for way in WAYS:
        for share in SHARES:
            part.row(row_name(way, share), partial(_row, sources, folds, share, way))
    part.row(ALL, partial(_row, sources, folds, Fraction(1), "articles"))


def _row(sources: Sequence[Source], folds: int, share: Fraction, way: Way) -> Mapping[str, Any]:
    counts: list[int] = []

    def fitted(others: Sequence[Source]) -> Mapping[str, Layer]:
        few = part_of(others, share, way)
        counts.append(len(few))
        return fit_sources(few)

    held = cross_validate(sources, fitted, folds=folds, tried=TRIED)
    kinds = dict.fromkeys(s.article.gold.kind for s in sources)
    names = [*SETS, *(k for k in kinds if k not in (NO_KIND, OFF_TOPIC)), ALL]
    sample = Sample([_counts(each) for each in held])
    said = sample.share((OFF_TOPIC, "number", "said"), (OFF_TOPIC, "articles"))
    return {
        "articles": round(sum(counts) / len(counts)),
        "f1": {name: f1(sample, name, LEVELS_SHOWN) for name in names},
        FALSE_NUMBERS: json_of(said),
    }


def _counts(held: Held) -> Counts:
    gold = held.source.article.gold
    return {**counted(held, ALL, held.source.set, gold.kind), (gold.kind, "articles"): 1}
