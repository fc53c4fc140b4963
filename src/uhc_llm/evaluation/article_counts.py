"""What is counted in one article, for the figures of `measures`."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, get_args

from uhc_llm.evaluation.figures import Name, counts_of
from uhc_llm.evaluation.gold import GoldArticle
from uhc_llm.evaluation.no_facts import kinds_agreed, kinds_said
from uhc_llm.evaluation.panel import score_cells
from uhc_llm.evaluation.predictions import Prediction
from uhc_llm.evaluation.scoring import LEVELS, Level, Score, keys, regions_left_open, score_article
from uhc_llm.evaluation.strict import score_strictly, slips_of
from uhc_llm.schemas import Verdict

__all__ = ["VERDICTS", "agreed_kinds", "count_article"]

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)


def count_article(article: GoldArticle, prediction: Prediction | None) -> dict[Name, int]:
    """Count what was said of an article; without an answer it counts as empty, and not as right."""
    said = prediction.facts if prediction else ()
    levels = score_article(article.facts, said)
    strict = score_strictly(article.facts, said)
    slips = slips_of(article.facts, said)
    is_answered = prediction is not None and prediction.error is None
    counts: dict[Name, int] = {
        ("articles",): 1,
        ("right",): int(is_answered and _is_right(levels["full"])),
        ("right strictly",): int(is_answered and _is_right(strict["full"])),
        ("slips",): slips.total(),
        **{("slip", slip): count for slip, count in slips.items()},
        **counts_of(("panel",), score_cells(article.facts, said)),
        **_kind_counts(article.kind, levels),
        **_verdict_counts(article, prediction),
        **_agreement_counts(agreed_kinds(article, prediction)),
    }
    for level, one in levels.items():
        counts |= counts_of(("level", level), one)
    for strict_level, one in strict.items():
        counts |= counts_of(("strict", strict_level), one)
    if article.no_facts:
        said_as_facts, there = kinds_said(article.no_facts, article.facts, said)
        counts |= {("no fact", kind, "there"): count for kind, count in there.items()}
        counts |= {("no fact", kind, "said"): count for kind, count in said_as_facts.items()}
    return counts


def agreed_kinds(article: GoldArticle, prediction: Prediction | None) -> Counter[tuple[str, str]]:
    """What gold and the other annotator call the numbers that both say are no facts."""
    if prediction is None or article.no_facts is None or prediction.no_facts is None:
        return Counter()
    return kinds_agreed(article.no_facts, prediction.no_facts)


def _is_right(full: Score) -> bool:
    return full.hit == full.said == full.true


def _kind_counts(kind: str, levels: Mapping[Level, Score]) -> dict[Name, int]:
    number, full = levels["number"], levels["full"]
    counts: dict[Name, int] = {
        ("kind", kind, "articles"): 1,
        ("kind", kind, "false numbers"): number.said - number.hit,
        ("kind", kind, "false facts"): full.said - full.hit,
    }
    for level, one in levels.items():
        counts |= counts_of(("kind", kind, level), one)
    return counts


def _verdict_counts(article: GoldArticle, prediction: Prediction | None) -> dict[Name, int]:
    counts: dict[Name, int] = {}
    wild = regions_left_open(article.facts)
    for verdict in VERDICTS:
        said = [fact for fact in prediction.facts if fact.verdict == verdict] if prediction else []
        for level in LEVELS if said else ():
            claimed, true = keys(said, level, wild), keys(article.facts, level, wild)
            counts["verdict", verdict, level, "said"] = len(claimed)
            counts["verdict", verdict, level, "hit"] = len(claimed & true)
    return counts


def _agreement_counts(pairs: Counter[tuple[str, str]]) -> Counter[Name]:
    counts: Counter[Name] = Counter()
    for (one, other), count in pairs.items():
        counts["agreed", "both"] += count
        counts["agreed", "gold", one] += count
        counts["agreed", "other", other] += count
        if one == other:
            counts["agreed", "same"] += count
            counts["agreed", "same", one] += count
    return counts
