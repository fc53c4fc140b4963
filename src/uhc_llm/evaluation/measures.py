"""What users ask of a run besides the five levels, each figure with its bounds.

Is the place right where it has no code, and the time to the month? From which sort of article do
the false facts come, and what are those numbers really? Is what is called verified right? How many
cells of a panel are? Each is counted in every article, and summed up in one `Sample`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from uhc_llm.evaluation.article_counts import VERDICTS, agreed_kinds, count_article
from uhc_llm.evaluation.figures import Figure, Sample, ScoreFigures, Sums
from uhc_llm.evaluation.gold import GoldArticle
from uhc_llm.evaluation.predictions import Prediction, by_id
from uhc_llm.evaluation.scoring import LEVELS, Level
from uhc_llm.evaluation.strict import SLIPS, STRICT_LEVELS, Slip, StrictLevel
from uhc_llm.schemas import Verdict

__all__ = [
    "KindMeasures",
    "Measures",
    "NoFactAgreement",
    "NumbersSaid",
    "VerdictMeasures",
    "measure",
]


class KindMeasures(NamedTuple):
    """One sort of article.

    Attributes:
        articles: how many there are.
        said: how many facts were said of them.
        false_numbers: how many numbers were said that are no facts, in an article.
        false_facts: how many facts were said that are not true at level full, in an article.
        levels: F1 at each level; None where the articles have no fact.
    """

    articles: int
    said: int
    false_numbers: Figure
    false_facts: Figure
    levels: Mapping[Level, Figure | None]


class NumbersSaid(NamedTuple):
    """Numbers of one kind that are no facts: how many there are, and were said as facts."""

    there: int
    said: int
    share: Figure


class VerdictMeasures(NamedTuple):
    """The facts of one verdict, at one level: how many are right, and of all that were said."""

    precision: Figure
    share: Figure


class NoFactAgreement(NamedTuple):
    """What two annotators call the numbers that both of them say are no facts.

    Attributes:
        both: how many numbers both have.
        same: the share that both call alike.
        kappa: Cohen's: how far that is above what chance would give; 1 is all of it, and None
            where both have one kind alone.
        kinds: for each kind, twice the numbers that both call so, of those that either does.
        confused: how often which kind of gold is which one of the other annotator.
    """

    both: int
    same: Figure
    kappa: Figure | None
    kinds: Mapping[str, Figure]
    confused: Mapping[tuple[str, str], int]


class Measures(NamedTuple):
    """What users ask of a run.

    Attributes:
        articles: how many there are.
        levels: the five levels, with bounds.
        strict: the levels of `strict`.
        slips: of the true facts that have the right place, how many are right up to the year, and
            not in how exact their period is; by how they are wrong.
        slip_share: of all true facts at the strict level `time`.
        right: the share of articles in which every fact is right, and none is false, at level full.
        right_strictly: the same at the strict level full.
        kinds: by sort of article, in the order in which the sorts appear.
        no_facts: by what a number really is, the most frequent first; empty without such labels.
        verdicts: by verdict and level; only those that facts have.
        panel: the cells of a panel.
        agreement: on what is no fact, where both sides say it.
        left_out: what another program's file says that can be no fact.
    """

    articles: int
    levels: Mapping[Level, ScoreFigures]
    strict: Mapping[StrictLevel, ScoreFigures]
    slips: Mapping[Slip, int]
    slip_share: Figure | None
    right: Figure
    right_strictly: Figure
    kinds: Mapping[str, KindMeasures]
    no_facts: Mapping[str, NumbersSaid]
    verdicts: Mapping[Verdict, Mapping[Level, VerdictMeasures]]
    panel: ScoreFigures
    agreement: NoFactAgreement | None
    left_out: int

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON can say it; a figure is its value, low and high."""
        agreed = self.agreement
        return {
            "intervals": {level: one.to_json() for level, one in self.levels.items()},
            "strict": {level: one.to_json() for level, one in self.strict.items()},
            "right_year_alone": {**self.slips, "share": _json(self.slip_share)},
            "articles_right": {"full": _json(self.right), "strict": _json(self.right_strictly)},
            "kinds": {kind: _json(one) for kind, one in self.kinds.items()},
            "no_facts": {kind: _json(one) for kind, one in self.no_facts.items()},
            "verdicts": {verdict: _json(levels) for verdict, levels in self.verdicts.items()},
            "panel": self.panel.to_json(),
            "no_facts_agreement": agreed
            and {
                **_json(agreed._replace(confused={})),
                "confused": [
                    {"gold": gold, "other": other, "count": count}
                    for (gold, other), count in agreed.confused.items()
                ],
            },
            "left_out": self.left_out,
        }


def measure(articles: Sequence[GoldArticle], predictions: Iterable[Prediction]) -> Measures:
    """Measure predictions against gold.

    Args:
        articles: what `load_gold` gives.
        predictions: an article without one counts as empty, and not as right.
    """
    found = by_id(list(predictions))
    said = [found.get(article.id) for article in articles]
    pairs = list(zip(articles, said, strict=True))
    sample = Sample([count_article(*pair) for pair in pairs])
    kinds = list(dict.fromkeys(article.kind for article in articles))
    return Measures(
        articles=len(articles),
        levels={level: sample.score("level", level) for level in LEVELS},
        strict={level: sample.score("strict", level) for level in STRICT_LEVELS},
        slips={slip: sample.total(("slip", slip)) for slip in SLIPS},
        slip_share=sample.share(("slips",), ("strict", "time", "true")),
        right=_certain(sample.share(("right",), ("articles",))),
        right_strictly=_certain(sample.share(("right strictly",), ("articles",))),
        kinds={kind: _kind(sample, kind) for kind in kinds},
        no_facts=_no_facts(sample, articles),
        verdicts=_verdicts(sample),
        panel=sample.score("panel"),
        agreement=_agreement(sample, sum((agreed_kinds(*pair) for pair in pairs), Counter())),
        left_out=sum(prediction.left_out for prediction in said if prediction),
    )


def _json(one: Any) -> Any:  # noqa: ANN401 - tuples with names inside each other, as mappings
    if isinstance(one, tuple) and hasattr(one, "_asdict"):
        one = one._asdict()
    if isinstance(one, Mapping):
        return {name: _json(value) for name, value in one.items()}
    return one


def _certain(figure: Figure | None) -> Figure:
    """A figure that is there because what it is a share of is."""
    return figure or Figure(0.0, 0.0, 0.0)


def _kind(sample: Sample, kind: str) -> KindMeasures:
    articles = ("kind", kind, "articles")
    return KindMeasures(
        articles=sample.total(articles),
        said=sample.total(("kind", kind, "full", "said")),
        false_numbers=_certain(sample.share(("kind", kind, "false numbers"), articles)),
        false_facts=_certain(sample.share(("kind", kind, "false facts"), articles)),
        levels={level: _f1(sample, kind, level) for level in LEVELS},
    )


def _f1(sample: Sample, kind: str, level: Level) -> Figure | None:
    found = sample.score("kind", kind, level)
    return found.f1 if found.score.true else None


def _no_facts(sample: Sample, articles: Iterable[GoldArticle]) -> dict[str, NumbersSaid]:
    kinds = {each.kind for article in articles for each in article.no_facts or ()}
    found = {}
    for kind in sorted(kinds, key=lambda kind: (-sample.total(("no fact", kind, "there")), kind)):
        there, said = ("no fact", kind, "there"), ("no fact", kind, "said")
        share = _certain(sample.share(said, there))
        found[kind] = NumbersSaid(sample.total(there), sample.total(said), share)
    return found


def _verdicts(sample: Sample) -> dict[Verdict, dict[Level, VerdictMeasures]]:
    return {
        verdict: {
            level: VerdictMeasures(
                _certain(sample.share((*name, level, "hit"), (*name, level, "said"))),
                _certain(sample.share((*name, level, "said"), ("level", level, "said"))),
            )
            for level in LEVELS
        }
        for verdict in VERDICTS
        if sample.total((*(name := ("verdict", verdict)), "number", "said"))
    }


def _agreement(sample: Sample, pairs: Counter[tuple[str, str]]) -> NoFactAgreement | None:
    if not pairs:
        return None
    both = ("agreed", "both")
    kinds = sorted({kind for pair in pairs for kind in pair})

    def kappa(sums: Sums) -> float | None:
        count = sums(both)
        if not count:
            return None
        chance = sum(sums(("agreed", "gold", k)) * sums(("agreed", "other", k)) for k in kinds)
        expected = chance / count**2
        observed = sums(("agreed", "same")) / count
        return (observed - expected) / (1 - expected) if expected < 1 else None

    return NoFactAgreement(
        both=sample.total(both),
        same=_certain(sample.share(("agreed", "same"), both)),
        kappa=sample.figure(kappa),
        kinds={
            kind: _certain(
                sample.share(
                    ("agreed", "same", kind),
                    ("agreed", "gold", kind),
                    ("agreed", "other", kind),
                    times=2,
                )
            )
            for kind in kinds
        },
        confused={pair: n for pair, n in pairs.most_common() if pair[0] != pair[1]},
    )
