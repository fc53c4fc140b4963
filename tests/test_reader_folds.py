"""The reader on folds that it was not fitted to: families of features, parts, what is kept."""

import json
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from benchmarks.reader_folds import curve, learners
from benchmarks.reader_folds.ablation import REMOVALS
from benchmarks.reader_folds.families import FAMILIES, families_of, without
from benchmarks.reader_folds.held import f1_change
from benchmarks.reader_folds.kept import ALL, RESULTS, WHOLE, Part, load_part
from tools.training.examples import LabelledArticle, read_article
from tools.training.fitting import CHOICES, fit
from tools.training.labels import UNKNOWN_KIND
from tools.training.sets import SAMPLES, Source, features_hash, set_hashes
from uhc_llm.evaluation.figures import Sample, counts_of
from uhc_llm.evaluation.gold import load_gold
from uhc_llm.evaluation.scoring import LEVELS, Score

NEARLY_ALIKE = [
    ("meaning", "people of size 1e5", "the number itself"),
    ("meaning", "1 before \n", "words beside it"),
    ("meaning", "before di_kota", "words beside it"),
    ("meaning", "left hanya_ada", "words of its clause and sentence"),
    ("meaning", "left: done+new", "senses of these words"),
    ("meaning", "covered before, aim behind", "senses of these words"),
    ("meaning", "title suri", "other sentences, title and heading"),
    ("meaning", "title of table warta", "tables and lists"),
    ("meaning", "row after", "tables and lists"),
    ("meaning", "unit after same unit", "what was decided before"),
    ("meaning", " after other unit", "what was decided before"),
    ("meaning", "topic 3, percent", "the topic of the text"),
    ("segment", "means coverage_rate actual", "its own meaning"),
    ("segment", "coverage_rate, pbi_apbd behind", "senses of these words"),
    ("place", "before at 3", "place: how near it stands"),
    ("place", "before at", "place: words at it, and between"),
    ("place", "regency before at", "place: words at it, and between"),
    ("place", "in the title", "place: title, first and main region"),
    ("place", "in the title of a table", "place: tables and lists"),
    ("place", "nobody, as before", "place: as before"),
    ("place", "nobody, percent of size 95", "place: its level"),
    ("place", "several before, percent", "place: several together"),
    ("moment", "own date in a table", "time: tables and lists"),
    ("moment", "before by 2 years, dated", "time: its age, rank and precision"),
    ("moment", "before by", "time: words at it, and between"),
    ("moment", "later in the year, dated", "time: its age, rank and precision"),
    ("moment", "middle year", "time: its age, rank and precision"),
    ("moment", "middle year, dated", "time: its age, rank and precision"),
    ("moment", "last named, 0 here", "time: how near it stands"),
    ("moment", "clause of coverage, 0 here", "time: what its clause is about, and how it is said"),
    ("place", "area around the one before", "place: words at it, and between"),
    ("moment", "later, 0 here", "time: how near it stands"),
    ("moment", "as before, ", "time: as before"),
]


@pytest.fixture(scope="module")
def samples() -> list[LabelledArticle]:
    return [read_article(gold) for gold in load_gold(SAMPLES)]


@pytest.fixture(scope="module")
def sources(samples: list[LabelledArticle]) -> list[Source]:
    """The sample articles, two of each writer."""
    return [Source("samples", f"writer {n // 2}", article) for n, article in enumerate(samples)]


def features_in(articles: list[LabelledArticle]) -> Iterator[tuple[str, str]]:
    """Each feature with the choice that it is of."""
    for article in articles:
        yield from (("topic", feature) for feature in article.topic)
        for number in article.numbers:
            yield from (("meaning", feature) for feature in number.meaning)
            if number.segment:
                yield from (("segment", feature) for feature in number.segment.features)
            for name, options in (("place", number.place), ("moment", number.moment)):
                if options:
                    yield from ((name, f) for features in options.features for f in features)


# --- families ------------------------------------------------------------------------------------


def test_every_feature_of_the_sample_articles_is_of_exactly_one_family(
    samples: list[LabelledArticle],
) -> None:
    found = set(features_in(samples))
    assert {choice for choice, _ in found} == set(CHOICES)
    wrong = {each: families for each in found if len(families := families_of(*each)) != 1}
    assert wrong == {}


@pytest.mark.parametrize(("choice", "feature", "family"), NEARLY_ALIKE)
def test_names_that_are_nearly_those_of_another_family(
    choice: str, feature: str, family: str
) -> None:
    assert families_of(choice, feature) == (family,)


def test_no_family_is_without_features(samples: list[LabelledArticle]) -> None:
    found = {family for each in features_in(samples) for family in families_of(*each)}
    assert found | {family for _, _, family in NEARLY_ALIKE} == set(FAMILIES)


@pytest.mark.parametrize("family", [f for f, c in FAMILIES.items() if set(c) != {"topic"}])
def test_without_a_family_the_rest_of_an_article_stays(
    samples: list[LabelledArticle], sources: list[Source], family: str
) -> None:
    def left(articles: list[LabelledArticle]) -> list[tuple[str, str]]:
        # The topic is no number's: the reader without it has another layer in its place.
        return [each for each in features_in(articles) if each[0] != "topic"]

    less = [without(source, [family]).article for source in sources]
    assert left(less) == [e for e in left(samples) if families_of(*e) != (family,)]
    assert [a.gold for a in less] == [a.gold for a in samples]


def test_only_choices_that_have_the_family_are_fitted_anew() -> None:
    choices = {removal.name: removal.choices for removal in REMOVALS}
    assert choices["sums"] == {"meaning", "segment"}
    assert choices["time: as before"] == {"moment"}
    assert choices["exact rules for tables"] == set()


def test_a_choice_is_fitted_alike_alone_and_with_the_others(sources: list[Source]) -> None:
    articles, groups = [s.article for s in sources], [s.group for s in sources]
    both = fit(articles, groups, choices=("place", "moment"))
    assert fit(articles, groups, choices=("moment",)) == {"moment": both["moment"]}


# --- parts of the articles -----------------------------------------------------------------------


def test_a_smaller_part_lies_in_a_larger_one(sources: list[Source]) -> None:
    for way in curve.WAYS:
        parts = [curve.part_of(sources, share, way) for share in (*curve.SHARES, Fraction(1))]
        ids = [[source.article.gold.id for source in part] for part in parts]
        assert all(set(less) <= set(more) for less, more in pairwise(ids))
        assert ids[-1] == [source.article.gold.id for source in sources]


def test_a_part_by_groups_has_all_of_each_group(sources: list[Source]) -> None:
    few = curve.part_of(sources, Fraction(1, 2), "groups")
    groups = {source.group for source in few}
    assert few == [source for source in sources if source.group in groups]
    assert len(few) == 6


# --- what is counted -----------------------------------------------------------------------------


def test_a_change_of_f1_is_that_of_the_same_draws() -> None:
    articles = [
        {
            **{key: n for level in LEVELS for key, n in counts_of(("b", level), before).items()},
            **{key: n for level in LEVELS for key, n in counts_of(("a", level), after).items()},
        }
        for before, after in [(Score(2, 2, 2), Score(1, 2, 2)), (Score(4, 4, 4), Score(2, 4, 4))]
    ]
    # Each article loses half, so every draw does.
    assert f1_change(Sample(articles), "b", "a")["full"] == {
        "value": -0.5,
        "low": -0.5,
        "high": -0.5,
    }


@pytest.mark.parametrize(
    ("right", "found", "is_right", "hits"),
    [
        ("coverage_rate actual", "coverage_rate actual", 1, (1, 1)),
        ("coverage_rate actual", "coverage_rate target", 0, (1, 0)),
        ("coverage_rate actual", "share", 0, (0, 0)),
        (UNKNOWN_KIND, "share", 1, (0, 0)),
        (UNKNOWN_KIND, "coverage_rate actual", 0, (0, 0)),
        ("patients", "share", 0, (0, 0)),
    ],
)
def test_a_number_is_right_as_its_label_says(
    right: str, found: str, is_right: int, hits: tuple[int, int]
) -> None:
    counts = learners.count_number(right, found, ("dev",))
    assert (counts["numbers",], counts["right",]) == (1, is_right)
    assert (counts["dev", "number", "hit"], counts["dev", "meaning", "hit"]) == hits


def test_a_learner_is_asked_for_what_the_unit_allows_alone() -> None:
    said = learners.Shares(
        ("budget actual", "coverage_rate actual", "share"), np.array([[6, 3, 1]])
    )
    allowed = learners.Allowed.of([learners.Row((), "share", "percent")], said)
    assert allowed.names == [["coverage_rate actual", "share"]]
    assert allowed.choices == [([0.75, 0.25], 1)]


# --- what is kept --------------------------------------------------------------------------------


def test_a_row_is_made_once_and_anew_for_other_features(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    asked: list[str] = []

    def make(name: str) -> dict[str, str]:
        asked.append(name)
        return {"said": name}

    for made, name in [("a", "one"), ("a", "one"), ("a", "two"), ("b", "three")]:
        Part("curve", {"features": made}, path).row(name, lambda name=name: make(name))  # type: ignore[misc]
        Part("ablation", {}, path).row("kept", lambda: make("kept"))
    assert asked == ["one", "kept", "two", "three"]
    assert load_part("curve", path) == {"three": {"said": "three"}}
    assert load_part("ablation", path) == {"kept": {"said": "kept"}}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("ablation", {WHOLE, *(removal.name for removal in REMOVALS)}),
        ("curve", {ALL, *(curve.row_name(w, s) for w in curve.WAYS for s in curve.SHARES)}),
    ],
)
def test_what_is_kept_is_whole_and_of_these_labels_and_features(name: str, rows: set[str]) -> None:
    kept = json.loads(RESULTS.read_text("utf-8"))[name]
    assert kept["made"]["sets"] == set_hashes()
    assert kept["made"]["features"] == features_hash()
    assert kept["rows"].keys() == rows
