"""How the reader's weights come about: which number a label is about, and how they are fitted."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.training import fitting
from tools.training.examples import LabelledArticle, read_article
from tools.training.fitting import FOLDS, Size, fit, folds_of, matrix, vocabulary
from tools.training.labels import UNKNOWN_KIND, Label, labels_of
from tools.training.net import Net, train_net
from tools.training.sets import SETS, Source
from tools.training.validation import Held, cross_validate, fitted_temperatures
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact, NoFact, load_gold
from uhc_llm.reader import Understanding, interpret
from uhc_llm.reader.article import Article
from uhc_llm.reader.scoring import Layer, softmax
from uhc_llm.reader.weights import Weights
from uhc_llm.scanner import scan_plain
from uhc_llm.schemas import METRICS

ROOT: Final = Path(__file__).resolve().parent.parent
DEV: Final = ROOT / "eval" / "dev.gold.jsonl"


# --- which number a label is about ---------------------------------------------------------------


def fact(value: str, metric: str = "coverage_rate", **said: Any) -> LabelledFact:
    """A label; of a percentage where nothing else is said."""
    usual = {"unit": "percent", "status": "actual", "mention": f"{value} persen"}
    return LabelledFact.model_validate({"value": value, "metric": metric} | usual | said)


def labelled(
    text: str, facts: Sequence[LabelledFact] = (), none: Sequence[tuple[str, str]] | None = None
) -> list[tuple[str, Label | None]]:
    """The numbers of a text with the labels that they get, in order."""
    no_facts = None if none is None else tuple(NoFact(mention=m, kind=k) for m, k in none)
    gold = GoldArticle("a", text, None, tuple(facts), no_facts=no_facts)
    article = Article(scan_plain(text).reading)
    labels = labels_of(gold, article)
    return [(a.mention.text, labels.get(a.mention.id)) for a in article.numbers]


def meanings(found: Sequence[tuple[str, Label | None]]) -> list[str | None]:
    return [label and label.meaning for _, label in found]


def test_a_label_is_about_the_number_of_its_value_and_unit() -> None:
    found = labelled("Cakupan 95 persen, peserta 95 jiwa, kuota 90 persen.", [fact("95")], [])
    assert meanings(found) == ["coverage_rate actual", UNKNOWN_KIND, UNKNOWN_KIND]


def test_a_number_that_is_said_again_is_the_same_fact() -> None:
    found = labelled("Capai 95 Persen\nCakupan JKN 95 persen.", [fact("95", region_code="33.19")])
    assert meanings(found) == ["coverage_rate actual", "coverage_rate actual"]


def test_as_many_facts_as_numbers_are_told_in_order() -> None:
    facts = [fact("95", "active_rate"), fact("95", "coverage_rate", status="target")]
    found = labelled("Keaktifan 95 persen, target cakupan 95 persen.", facts)
    assert meanings(found) == ["active_rate actual", "coverage_rate target"]


def test_one_number_that_regions_share_states_a_fact_of_each() -> None:
    facts = [fact("95", region_code="33.19"), fact("95", region_code="33.16")]
    ((_, label),) = labelled("Kudus dan Blora sama-sama 95 persen.", facts)
    assert label is not None
    assert [f.region_code for f in label.facts] == ["33.19", "33.16"]


def test_of_numbers_alike_each_is_of_the_region_of_its_sentence() -> None:
    facts = [fact("95", region_code="33.19"), fact("95", region_code="33.16")]
    text = "Di Kudus 95 persen. Ya, di Kudus 95 persen. Di Blora 95 persen. Kata bupati 95 persen."
    codes = [label and [f.region_code for f in label.facts] for _, label in labelled(text, facts)]
    assert codes == [["33.19"], ["33.19"], ["33.16"], None]


def test_of_numbers_alike_that_may_mean_either_none_is_labelled() -> None:
    facts = [fact("95"), fact("95", "active_rate")]
    found = labelled("Ada 95 persen, lalu 95 persen, lalu 95 persen.", facts)
    assert meanings(found) == [None, None, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cakupan 95 persen, naik 95%.", ["coverage_rate actual", "change"]),
        ("Naik 95%, cakupan 95 persen, lagi 95%.", ["change", "coverage_rate actual", "change"]),
        ("Cakupan 95 Persen, naik 95%.", ["coverage_rate actual", "change"]),
        ("Cakupan 95  persen.", ["coverage_rate actual"]),
    ],
)
def test_where_some_alike_are_facts_and_some_none_their_words_tell_which(
    text: str, expected: list[str | None]
) -> None:
    assert meanings(labelled(text, [fact("95")], [("95%", "change")])) == expected


def test_where_their_words_are_alike_too_none_is_labelled() -> None:
    found = labelled("Cakupan 95 persen, naik 95 persen.", [fact("95")], [("95 persen", "change")])
    assert meanings(found) == [None, None]


@pytest.mark.parametrize("mention", ["95 persen", "95 Persen", "95 persen warga", "95"])
def test_what_is_no_fact_has_the_kind_that_people_gave_it(mention: str) -> None:
    assert meanings(labelled("Naik 95 persen.", [], [(mention, "change")])) == ["change"]


@pytest.mark.parametrize("none", [None, [], [("90 persen", "change"), ("195 persen", "share")]])
def test_what_nobody_labelled_is_no_fact_of_unknown_kind(
    none: Sequence[tuple[str, str]] | None,
) -> None:
    ((_, label),) = labelled("Naik 95 persen.", [], none)
    assert label == Label((), UNKNOWN_KIND)


def test_a_range_is_a_fact_by_either_of_its_ends() -> None:
    ends = [
        fact("90", upper="95"),
        fact("90"),
        fact("95"),
        fact("90", upper="96"),
        fact("92"),
    ]
    found = [meanings(labelled("Cakupan 90-95 persen.", [each])) for each in ends]
    is_fact = ["coverage_rate actual"], ["coverage_rate actual"], ["coverage_rate actual"]
    assert found == [*is_fact, [UNKNOWN_KIND], [UNKNOWN_KIND]]


def test_a_fact_without_a_status_is_an_actual_one() -> None:
    assert Label((fact("95", status=None),)).meaning == "coverage_rate actual"
    assert Label((), "change").meaning == "change"


def test_a_value_is_the_same_however_many_zeros_it_has() -> None:
    assert meanings(labelled("Cakupan 95,0 persen.", [fact("95")])) == ["coverage_rate actual"]
    assert fact("95.0").value == Decimal(95)


def test_every_labelled_fact_that_an_article_states_has_a_number_or_more() -> None:
    """Hardly any fact of `dev` stands in no number of its text that may be one."""
    lost = total = 0
    for gold in load_gold(DEV):
        article = Article(scan_plain(gold.text, published=gold.published).reading)
        told = [f for label in labels_of(gold, article).values() for f in label.facts]
        lost += sum(each not in told for each in gold.facts)
        total += len(gold.facts)
    assert lost <= total / 20, f"{lost} of {total}"


# --- what is learned from ------------------------------------------------------------------------


def many_numbers(name: str) -> LabelledArticle:
    """An article of one sentence with sixty facts."""
    values = [str(value) for value in range(20, 80)]
    told = ", ".join(f"{value} persen" for value in values)
    facts = tuple(fact(value, region_code="33.19", period="2023") for value in values)
    text = f"Cakupan JKN Kudus pada 2023 berturut-turut {told}."
    return read_article(GoldArticle(name, text, None, facts))


def test_an_article_is_read_alike_whenever_it_is_learned_from() -> None:
    assert many_numbers("a") == many_numbers("a")
    assert many_numbers("a").numbers != many_numbers("b").numbers


def test_some_numbers_are_learned_as_though_nothing_were_decided_before() -> None:
    first, *others = many_numbers("a").numbers
    assert "first of its sentence" in first.meaning
    alone = ["first of its sentence" in each.meaning for each in others]
    assert 0.2 < sum(alone) / len(alone) < 0.5
    for each, is_alone in zip(others, alone, strict=True):
        assert each.moment is not None
        of_when = {name for few in each.moment.features for name in few}
        assert is_alone != any(name.startswith("as before") for name in of_when)


# --- a net ---------------------------------------------------------------------------------------

CASES: Final = [(a, b) for a in (False, True) for b in (False, True)]


def either_alone(seed: int) -> Net:
    """A net that learned of two features whether one of them is there without the other."""
    rows = [[name for name, there in zip("ab", case, strict=True) if there] for case in CASES]
    right = np.array([[one == other, one != other] for one, other in CASES] * 40)
    return train_net(matrix(rows * 40, "ab"), right, units=24, rounds=80, seed=seed)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_net_learns_what_no_single_feature_tells(seed: int) -> None:
    rows = [[name for name, there in zip("ab", case, strict=True) if there] for case in CASES]
    scores = either_alone(seed).scores(matrix(rows, "ab"))
    assert scores.argmax(axis=1).tolist() == [one != other for one, other in CASES]


def test_a_seed_makes_the_same_net_and_another_another() -> None:
    one, again, other = either_alone(1), either_alone(1), either_alone(2)
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one.first, other.first)


def test_a_net_learns_which_option_is_right_of_choices_that_differ_in_size() -> None:
    choices = [
        (["near", "far", "far"], 0),
        (["far", "near"], 1),
        (["far", "far", "far", "near"], 3),
        (["middle", "far"], 0),
        (["middle", "near", "middle"], 1),
        (["near"], 0),
    ] * 30
    rows = [[name] for names, _ in choices for name in names]
    right = np.array([at == r for names, r in choices for at in range(len(names))])[:, None]
    known = ["far", "middle", "near"]
    sizes = [len(names) for names, _ in choices]
    net = train_net(matrix(rows, known), right, sizes=sizes, units=8, rounds=20)
    far, middle, near = net.scores(matrix([[name] for name in known], known))[:, 0]
    assert far < middle < near


def test_a_label_that_leaves_the_kind_open_rules_out_what_it_cannot_be() -> None:
    """What is one of two is neither of them for sure, and is not the third."""
    known = ["open", "told"]
    allowed = np.array([[True, False, False], [True, True, False]] * 60)
    net = train_net(matrix([["told"], ["open"]] * 60, known), allowed, units=16, rounds=80)
    scores = net.scores(matrix([["told"], ["open"]], known))
    told, either = (softmax(list(map(float, each))) for each in scores)
    assert told[0] > 0.7
    assert either[2] < 0.1
    assert told[1] < either[1]


# --- features as a matrix ------------------------------------------------------------------------


def test_a_feature_that_few_rows_have_is_left_out() -> None:
    rows = [["a", "b", "b"], ["a", "b"], ["a"]]
    assert vocabulary(rows, 2) == ["a", "b"]
    assert vocabulary(rows, 3) == ["a"]


def test_a_matrix_has_a_one_where_a_row_has_a_feature_once_or_more() -> None:
    found = matrix([["b", "a", "b", "unknown"], [], ["a"]], ["a", "b"])
    assert found.toarray().tolist() == [[1, 1], [0, 0], [1, 0]]


# --- folds ---------------------------------------------------------------------------------------

GROUPS: Final = st.lists(st.sampled_from([f"writer {n}" for n in range(12)]), min_size=1)


@given(GROUPS, st.integers(2, 6))
@settings(deadline=None)
def test_articles_of_one_group_are_of_one_fold(groups: list[str], count: int) -> None:
    folds = folds_of(groups, count).tolist()
    assert len(folds) == len(groups)
    assert len(set(zip(groups, folds, strict=True))) == len(set(groups))
    assert set(folds) <= set(range(count))


@given(GROUPS, st.integers(2, 6))
@settings(deadline=None)
def test_folds_are_about_as_large(groups: list[str], count: int) -> None:
    sizes = Counter(folds_of(groups, count).tolist())
    largest = max(Counter(groups).values())
    loads = [sizes[fold] for fold in range(count)]
    assert max(loads) - min(loads) <= largest


@given(st.permutations(["a"] * 5 + ["b"] * 3 + ["c", "d", "e"]))
@settings(deadline=None)
def test_the_fold_of_a_group_does_not_hang_on_the_order(groups: list[str]) -> None:
    ordered = sorted(groups)
    assert dict(zip(groups, folds_of(groups), strict=True)) == dict(
        zip(ordered, folds_of(ordered), strict=True)
    )


def simple_weights() -> dict[str, Layer]:
    """Weights that say next to nothing."""

    def layer(*choices: str) -> Layer:
        return Layer(choices, ["unknown"], bytes([128] * len(choices)), [0.0] * len(choices), 1.0)

    return {
        "topic": layer("other", "coverage"),
        "meaning": layer("coverage_rate actual", "participants actual", "budget actual",
                         "regions_covered actual", "other"),
        "segment": layer("all"),
        "place": layer("place"),
        "moment": layer("moment"),
    }  # fmt: skip


def test_no_article_is_read_by_what_was_fitted_to_its_group(tmp_path: Path) -> None:
    text = "Cakupan JKN Kudus 95 persen."
    article = read_article(GoldArticle("a", text, None, (fact("95", region_code="33.19"),)))
    sources = [Source("set", f"writer {place % 7}", article) for place in range(20)]

    def fitted(others: Sequence[Source]) -> Mapping[str, Layer]:
        # Each fold is fitted in a process of its own, of which only files are left.
        (tmp_path / "+".join(sorted({source.group for source in others}))).touch()
        return simple_weights()

    held = cross_validate(sources, fitted, folds=3)
    assert [each.source for each in held] == sources
    groups = {source.group for source in sources}
    left_out = [groups - set(seen.name.split("+")) for seen in tmp_path.iterdir()]
    assert len(left_out) == 3
    assert sorted(name for those in left_out for name in those) == sorted(groups)


def test_the_blind_test_is_nothing_to_learn_from() -> None:
    assert "blind" not in SETS


# --- how sure it may be --------------------------------------------------------------------------


def held(topic: float, *, on_topic: bool) -> Held:
    """An empty article that a reader holds to be on coverage with some probability."""
    facts = (fact("95"),) if on_topic else ()
    article = LabelledArticle(GoldArticle("a", "", None, facts), topic=(), numbers=())
    sight = SimpleNamespace(article=Article(scan_plain("").reading))
    read = SimpleNamespace(topic=topic, numbers=(), sight=sight)
    return Held(Source("set", "group", article), cast("Understanding", read))


@pytest.mark.parametrize("temperature", [0.75, 1.0, 1.8, 3.5])
def test_a_reader_that_is_too_sure_by_some_factor_is_cooled_by_it(temperature: float) -> None:
    """What it says is sharpened by the factor; how often it is right is as the honest share is."""
    articles = []
    for tenths in (1, 3, 6, 9):
        honest = tenths / 10
        odds = (honest / (1 - honest)) ** temperature
        said = odds / (1 + odds)
        articles += [held(said, on_topic=place < tenths) for place in range(10)]
    assert fitted_temperatures(articles).topic == pytest.approx(temperature, rel=0.01)


def test_a_reader_that_is_always_right_may_be_as_sure_as_may_be() -> None:
    text = "Cakupan JKN Kudus 95 persen pada 2023, target 98 persen pada 2025."
    facts = (
        fact("95", region_code="33.19", period="2023", segment="all"),
        fact("98", region_code="33.19", period="2025", segment="all", status="target"),
    )
    gold = GoldArticle("a", text, None, facts)
    understanding = interpret(scan_plain(text).reading)
    found = fitted_temperatures([Held(Source("set", "group", read_article(gold)), understanding)])
    assert found._asdict() == pytest.approx(dict.fromkeys(found._fields, 0.5), abs=0.01)


# --- all choices ---------------------------------------------------------------------------------

TINY: Final = Size(units=4, rounds=1)
SIZES: Final = ("MEANING", "SEGMENT", "PLACE", "MOMENT")


def few_articles() -> list[LabelledArticle]:
    """Twelve articles of `dev`; two of them state no fact."""
    every = load_gold(DEV)
    nothing = [gold for gold in every if not gold.facts]
    some = [gold for gold in every if gold.facts]
    return [read_article(gold) for gold in (nothing + some)[:12]]


def test_weights_fitted_to_a_few_articles_can_be_read_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in SIZES:
        monkeypatch.setattr(fitting, name, TINY)
    articles = few_articles()
    layers = fit(articles, [article.gold.id for article in articles])
    weights = Weights.of(layers)
    meant = set(weights.meaning.choices)
    assert UNKNOWN_KIND not in meant
    assert {name.split()[0] for name in meant} & METRICS.keys() >= {"coverage_rate", "participants"}
    assert weights.topic.choices == ("other", "coverage")
    for layer in layers.values():
        assert len(layer.rows) == len(layer.names) * len(layer.hidden_bias or layer.choices)
        assert list(layer.names) == sorted(set(layer.names))
    gold = articles[-1].gold
    understanding = interpret(scan_plain(gold.text).reading, weights=weights)
    assert len(understanding.numbers) == len(Article(scan_plain(gold.text).reading).numbers)


def printed(program: str, seed: str) -> str:
    """What a program prints in a process of its own that orders sets by some seed."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
    )
    return done.stdout


def test_what_is_looked_at_is_the_same_in_every_process() -> None:
    """The hash that tells readers apart must not hang on how Python orders sets."""
    program = "from tools.training.sets import features_hash\nprint(features_hash())"
    assert printed(program, "1") == printed(program, "2")


FITTED: Final = """
import hashlib
from tests.test_training import SIZES, TINY, few_articles
from tools.training import fitting
from uhc_llm.reader.weights import Learned, pack

for name in SIZES:
    setattr(fitting, name, TINY)
articles = few_articles()
layers = fitting.fit(articles, [article.gold.id for article in articles])
print(hashlib.sha256(pack(layers, Learned())).hexdigest())
"""


def test_the_same_articles_make_the_same_file_in_every_process() -> None:
    once, again = printed(FITTED, "1"), printed(FITTED, "2")
    assert len(once.strip()) == 64
    assert once == again


def test_there_are_as_many_folds_as_are_fitted() -> None:
    assert set(folds_of([str(n) for n in range(20)]).tolist()) == set(range(FOLDS))
