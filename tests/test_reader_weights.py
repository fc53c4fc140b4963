"""The reader's scores are plain arithmetic, and its weights those that were learned."""

import hashlib
import lzma
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reader_texts import PARTS, is_near, layers_of
from tools.training.sets import SETS, features_hash, set_hashes
from uhc_llm.promise import Kept
from uhc_llm.reader import Meaning
from uhc_llm.reader.confidence import FIELDS, SEEN
from uhc_llm.reader.scoring import LARGEST, Layer, Scorer, softmax
from uhc_llm.reader.trees import Tree, Trees
from uhc_llm.reader.weights import Learned, load_weights, pack, unpack
from uhc_llm.schemas import METRICS, Fact

ROOT: Final = Path(__file__).resolve().parent.parent


# --- scores --------------------------------------------------------------------------------------

NAMES: Final = tuple("abcdef")
SMALL: Final = st.floats(-5, 5, allow_nan=False).map(lambda value: round(value, 3))
SHOWN: Final = st.lists(st.sampled_from([*NAMES, "unknown", "#"]), max_size=10)


@st.composite
def layers(draw: st.DrawFn, *, is_firm: bool = False) -> Layer:
    """Made-up weights; in firm ones each hidden unit is on, or off, whatever the features."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    choices = "XYZ"[: draw(st.integers(1, 3))]
    units = draw(st.integers(0, 4))
    width = units or len(choices)
    largest = draw(st.integers(1, LARGEST))
    rows = draw(st.lists(st.integers(1, 2 * largest + 1), min_size=len(names) * width,
                         max_size=len(names) * width))  # fmt: skip
    scale = round(draw(st.floats(0.001, 1)), 4)
    far = scale * largest * (len(names) + 1)
    biases = st.sampled_from([-far, far]) if is_firm else SMALL
    return Layer(
        choices=tuple(choices),
        names=names,
        rows=bytes(rows),
        bias=[draw(SMALL) for _ in choices],
        scale=scale,
        zero=largest + 1,
        temperature=round(draw(st.floats(0.5, 5)), 3),
        hidden_bias=[draw(biases) for _ in range(units)],
        hidden_weights=[[draw(SMALL) for _ in range(units)] for _ in choices if units],
    )


def reference(layer: Layer, shown: Iterable[str]) -> list[float]:
    """The scores as their definition says, number by number."""
    width = len(layer.hidden_bias or layer.bias)
    sums = [0.0] * width
    for at in {layer.names.index(name) for name in shown if name in layer.names}:
        for lane in range(width):
            sums[lane] += (layer.rows[at * width + lane] - layer.zero) * layer.scale
    if not layer.hidden_bias:
        return [bias + told for bias, told in zip(layer.bias, sums, strict=True)]
    units = [max(0.0, bias + told) for bias, told in zip(layer.hidden_bias, sums, strict=True)]
    return [
        bias + sum(weight * unit for weight, unit in zip(weights, units, strict=True))
        for bias, weights in zip(layer.bias, layer.hidden_weights, strict=True)
    ]


@given(layers(), st.lists(SHOWN, max_size=4))
@settings(deadline=None)
def test_scores_are_those_of_plain_arithmetic(layer: Layer, many: list[list[str]]) -> None:
    scorer = Scorer(layer)
    for shown in many:
        assert all(map(is_near, scorer.scores(shown), reference(layer, shown)))


@given(layers(), SHOWN, SHOWN)
@settings(deadline=None)
def test_what_is_begun_goes_on_as_though_it_were_told_at_once(
    layer: Layer, shown: list[str], others: list[str]
) -> None:
    scorer = Scorer(layer)
    begun = scorer.begin(shown)
    for rest in ([], sorted(set(others) - set(shown))):
        assert scorer.scores(rest, begun) == scorer.scores([*shown, *rest])
        assert scorer.probabilities(rest, begun) == scorer.probabilities([*shown, *rest])


def test_a_net_of_more_features_than_can_be_summed_up_is_refused() -> None:
    names = [str(place) for place in range(1 << 16)]
    net = Layer(("one",), names, bytes([128]) * len(names), (0.0,), 1.0,
                hidden_bias=(0.0,), hidden_weights=((1.0,),))  # fmt: skip
    with pytest.raises(ValueError, match="65536 features are more than sums can be kept of"):
        Scorer(net)


@given(layers(), SHOWN)
@settings(deadline=None)
def test_a_feature_counts_once_and_an_unknown_one_nothing(layer: Layer, shown: list[str]) -> None:
    scorer = Scorer(layer)
    known = sorted(set(shown) & set(layer.names))
    assert scorer.scores(iter(shown)) == scorer.scores(known)


@given(layers(), SHOWN)
@settings(deadline=None)
def test_probabilities_are_those_of_the_scores_and_make_one(layer: Layer, shown: list[str]) -> None:
    scorer = Scorer(layer)
    found = scorer.probabilities(shown)
    assert tuple(found) == tuple(layer.choices)
    assert is_near(sum(found.values()), 1)
    expected = softmax(scorer.scores(shown), layer.temperature)
    assert list(found.values()) == expected


@given(layers(is_firm=True), SHOWN, st.data())
@settings(deadline=None)
def test_where_no_unit_flips_reasons_sum_up_to_what_the_features_change(
    layer: Layer, shown: list[str], data: st.DataObject
) -> None:
    scorer = Scorer(layer)
    chosen = data.draw(st.integers(0, len(layer.choices) - 1))
    other = data.draw(st.none() | st.integers(0, len(layer.choices) - 1))
    changed = [b - a for a, b in zip(scorer.scores(()), scorer.scores(shown), strict=True)]
    reasons = scorer.reasons(shown, chosen, other)
    assert set(reasons) == set(shown) & set(layer.names)
    gained = changed[chosen] - (0 if other is None else changed[other])
    assert is_near(sum(reasons.values()), gained)


def test_more_features_than_any_text_has_do_not_run_into_each_other() -> None:
    most = 65_793
    names = [str(place) for place in range(most)]
    rows = bytes([1 + 2 * LARGEST, 1]) * most
    layer = Layer(("one", "other"), names, rows, bias=(0.0, 0.0), scale=1.0)
    assert Scorer(layer).scores(names) == [most * LARGEST, -most * LARGEST]


def test_a_higher_temperature_makes_choices_more_alike() -> None:
    cold, warm = softmax([3, 1, 0], 0.5), softmax([3, 1, 0], 4)
    assert cold[0] > warm[0] > warm[1] > warm[2] > cold[2]
    assert softmax([1000.0, -1000.0]) == [1.0, 0.0]


# --- weights -------------------------------------------------------------------------------------


MADE: Final[Mapping[str, Layer]] = {
    part: Layer(
        choices=[f"{part} a", f"{part} é"],
        names=["left: belum", "“kuota”"],
        rows=bytes(range(1, 256, 37))[: 2 * (units or 2)],
        bias=[0.25, -1.5],
        scale=0.0123,
        temperature=1.7,
        hidden_bias=[0.5, -0.125, 3.0][:units],
        hidden_weights=[[1.0, -2.0, 0.33333][:units], [0.0, 4.0, -1.0][:units]] if units else [],
    )
    for part, units in zip(PARTS, (0, 3, 2, 0, 1), strict=True)
}


def test_weights_are_read_as_they_were_packed() -> None:
    trees = Trees(0.25, [Tree([1, -1, -1], [0.5, -1.0, 2.0], [2, 0, 0])])
    learned = Learned(
        {"metric": trees, "whole": Trees(-2.5, [])},
        [Kept(0.9, 10, 9)],
        0.06,
        {"b": "2", "a": "1"},
        "f",
    )
    packed = pack(MADE, learned)
    weights = unpack(packed)
    assert weights.learned == learned
    for part, layer in MADE.items():
        for shown in ([], ["left: belum"], ["“kuota”", "left: belum"]):
            found = getattr(weights, part).probabilities(shown)
            assert found == Scorer(layer).probabilities(shown)
    assert pack(layers_of(weights), weights.learned) == packed


def test_weights_that_learned_nothing_else_are_packed_too() -> None:
    weights = unpack(pack(MADE, Learned()))
    assert weights.learned == Learned(None, [], 1.0, {}, "")
    assert pack(layers_of(weights), weights.learned) == pack(MADE, Learned())


def test_the_weights_of_the_package_tell_how_sure_they_are_and_how_strange_a_run_may_be() -> None:
    learned = load_weights().learned
    assert learned.confidence
    assert tuple(learned.confidence) == FIELDS
    for several in learned.confidence.values():
        asked = {place for tree in several.trees for place in tree.features}
        assert {-1} < asked <= {-1, *range(len(SEEN))}
    assert 0.05 < learned.strangest < 0.5
    assert [kept.threshold for kept in learned.record] == sorted(
        {kept.threshold for kept in learned.record}, reverse=True
    )


def weights_file() -> bytes:
    return files("uhc_llm.reader").joinpath("data/weights.xz").read_bytes()


def test_the_file_of_the_package_is_what_packing_its_weights_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Compressing takes seconds, and another liblzma may do so in other bytes.
    monkeypatch.setattr(lzma, "compress", lambda whole, **_: whole)
    weights = load_weights()
    made = pack(layers_of(weights), weights.learned)
    assert made == lzma.decompress(weights_file())


def test_the_file_is_small() -> None:
    assert len(weights_file()) < 4_100_000


def test_the_weights_belong_to_the_labelled_sets() -> None:
    assert load_weights().learned.sets == {
        name: hashlib.sha256((ROOT / "eval" / f"{name}.gold.jsonl").read_bytes()).hexdigest()
        for name in SETS
    }
    assert load_weights().learned.sets == set_hashes()


def test_the_weights_belong_to_what_is_looked_at() -> None:
    """Who changes a feature, the lexicon or the scanner trains the reader anew."""
    assert load_weights().learned.features == features_hash()


def test_every_choice_is_one_that_the_schemas_know() -> None:
    weights = load_weights()
    assert set(weights.topic.choices) == {"coverage", "other"}
    meanings = [Meaning.named(name) for name in weights.meaning.choices]
    assert {each.metric for each in meanings} - {None} == set(METRICS)
    assert {each.status for each in meanings} == {"actual", "target", None}
    (segment_of,) = [
        get_args(annotation)
        for annotation in get_args(Fact.model_fields["segment"].annotation)
        if annotation is not type(None)
    ]
    assert set(weights.segment.choices) <= set(segment_of)
