"""How likely a fact is right: what tells it, how it is fitted, and what is kept for promises."""

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reader_texts import article_of
from tools.training import confidence as training
from tools.training.confidence import (
    HeldOut,
    Row,
    fit_confidence,
    held_out,
    load_held_out,
    outcomes_of,
    rows_of,
    save_held_out,
    strangest_of,
)
from tools.training.examples import LabelledArticle, read_article
from tools.training.sets import Source
from tools.training.validation import Held
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.promise import Outcome, record_of
from uhc_llm.reader import Understanding, interpret
from uhc_llm.reader.candidates import NOBODY, Moment, Place
from uhc_llm.reader.confidence import (
    FIELDS,
    SEEN,
    SPEAKING_FOR,
    UNSAID,
    Confidence,
    Read,
    Said,
    Told,
    Weights,
    confidence_of,
    said_by,
    seen_of,
)
from uhc_llm.reader.interpretation import Interpretation
from uhc_llm.reader.trees import Tree, Trees
from uhc_llm.reader.weights import Learned, load_weights
from uhc_llm.scanner import scan, scan_plain
from uhc_llm.schemas import Segment
from uhc_llm.verifier import verify_reading

ARTICLE: Final = article_of("Cakupan JKN Kudus 95 persen pada 2023.")
KUDUS: Final = Place((ARTICLE.reading.regions[0],))
IN_2023: Final = Moment(ARTICLE.reading.periods[0])
SAID: Final = Said("coverage_rate", "actual", "all", KUDUS.regions[0].code, "2023")
Three = tuple[float, float, float]


def read_as(
    meanings: Three, segment: float, place: float, moment: float
) -> Interpretation:  # fmt: skip
    """The number of the text: how likely coverage that is reached, that is aimed at, or no fact.

    And how likely it is of all members, of Kudus, and of 2023.
    """
    segments: tuple[tuple[Segment, float], ...] = (("all", segment), ("ppu", 1 - segment))
    names = ("coverage_rate actual", "coverage_rate target", "other")
    return Interpretation(
        ARTICLE.numbers[0],
        tuple(zip(names, meanings, strict=True)),
        segments,
        ((KUDUS, place), (NOBODY, 1 - place)),
        ((IN_2023, moment), (Moment(None), 1 - moment)),
    )


def seen(
    read: Interpretation,
    said: Said = SAID,
    topic: float = 0.9,
    alone: Interpretation | None = None,
    strangeness: float = 0.05,
) -> tuple[float, ...]:
    return seen_of(Read(Told(topic, strangeness, [read]), read, alone or read), said)


PART: Final = st.floats(0, 1)
THREE: Final = (
    st.tuples(PART, PART, PART)
    .filter(lambda parts: sum(parts) > 0.01)
    .map(lambda parts: (parts[0] / sum(parts), parts[1] / sum(parts), parts[2] / sum(parts)))
)
READ: Final = st.builds(read_as, THREE, PART, PART, PART)
FACTS: Final = st.builds(
    Said,
    st.sampled_from(["coverage_rate", "active_rate"]),
    st.sampled_from(["actual", "target", None]),
    st.sampled_from(["all", "ppu", "pbpu", None]),
    st.sampled_from([SAID.region, "11", UNSAID, None]),
    st.sampled_from(["2023", "2024", UNSAID, None]),
)


def stumps_of(
    places: range, scores: st.SearchStrategy[tuple[float, float]]
) -> st.SearchStrategy[Trees]:
    """Trees that ask one thing each."""
    trees = st.builds(
        lambda place, value, few: Tree((place, -1, -1), (value, *few), (2, 0, 0)),
        st.sampled_from(places), st.floats(-7, 7), scores,
    )  # fmt: skip
    return st.builds(Trees, st.floats(-5, 5), st.lists(trees, max_size=5))


FEW: Final = st.tuples(st.floats(-5, 5), st.floats(-5, 5))
ANY_WEIGHTS: Final = st.fixed_dictionaries(dict.fromkeys(FIELDS, stumps_of(range(len(SEEN)), FEW)))
RISING: Final = st.fixed_dictionaries(
    dict.fromkeys(
        FIELDS,
        stumps_of(range(len(SPEAKING_FOR)), FEW.map(lambda few: (min(few), max(few)))),
    )
)


# --- what tells it -------------------------------------------------------------------------------


@given(st.tuples(READ, READ), FACTS, st.tuples(PART, PART), ANY_WEIGHTS)
def test_whatever_is_read_all_that_is_seen_is_finite_and_so_is_how_sure_a_fact_is(
    reads: tuple[Interpretation, Interpretation],
    said: Said,
    shares: tuple[float, float],
    weights: Weights,
) -> None:
    found = seen(reads[0], said, shares[0], alone=reads[1], strangeness=shares[1])
    assert len(found) == len(SEEN)
    assert all(map(isfinite, found))
    sure = confidence_of(weights, found)
    assert sure._fields == FIELDS
    assert all(0 <= share <= 1 for share in sure)


def test_a_number_that_was_read_no_further_can_be_asked_for() -> None:
    read = read_as((0.0, 0.0, 1.0), 1, 1, 1)._replace(segments=(), places=(), moments=())
    assert all(map(isfinite, seen(read)))


@pytest.mark.parametrize("field", ["segment", "place", "moment"])
@given(THREE, PART, st.tuples(PART, PART), RISING)
def test_what_is_likelier_in_a_field_is_no_less_sure(
    field: str,
    meanings: Three,
    others: float,
    shares: tuple[float, float],
    weights: Weights,
) -> None:
    """Of the number behind what was decided, and of the second opinion where that is so too."""
    usual = dict.fromkeys(("segment", "place", "moment"), others)
    few = [read_as(meanings, **usual | {field: share}) for share in sorted(shares)]
    for alone in (None, few[0]):
        less, more = (confidence_of(weights, seen(read, alone=alone)) for read in few)
        assert all(a <= b for a, b in zip(less, more, strict=True))


@given(THREE, THREE, PART, RISING)
def test_a_likelier_second_opinion_is_no_less_sure(
    one: Three, other: Three, share: float, weights: Weights
) -> None:
    number = read_as(one, share, share, share)
    second = sorted((one, other))  # by how likely it is what the fact says
    less, more = (
        confidence_of(weights, seen(number, alone=read_as(meanings, share, share, share)))
        for meanings in second
    )
    assert all(a <= b for a, b in zip(less, more, strict=True))


@given(RISING, st.lists(st.floats(-7, 7), min_size=len(SEEN), max_size=len(SEEN)),
       st.integers(0, len(SPEAKING_FOR) - 1), st.floats(0, 7))  # fmt: skip
def test_more_of_what_speaks_for_a_fact_makes_no_field_less_sure(
    weights: Weights, few: list[float], place: int, more: float
) -> None:
    raised = [*few[:place], few[place] + more, *few[place + 1 :]]
    before, behind = confidence_of(weights, few), confidence_of(weights, raised)
    assert all(a <= b for a, b in zip(before, behind, strict=True))


@pytest.mark.parametrize(
    ("field", "unsaid"),
    [
        ("status", SAID._replace(status=None)),
        ("segment", SAID._replace(segment=None)),
        ("region", SAID._replace(region=UNSAID)),
        ("period", SAID._replace(year=UNSAID)),
    ],
)
def test_what_a_fact_does_not_say_cannot_be_wrong(field: str, unsaid: Said) -> None:
    read = read_as((0.5, 0.4, 0.1), 0.5, 0.5, 0.5)
    for name in (field, "all of them"):
        place = SEEN.index(name)
        assert seen(read, unsaid)[place] > seen(read)[place]


def test_a_region_or_year_of_which_nothing_is_said_is_not_none() -> None:
    read = read_as((0.9, 0.05, 0.05), 0.9, 0.9, 0.9)
    unsaid, nobody = (
        dict(zip(SEEN, seen(read, SAID._replace(region=code, year=code)), strict=True))
        for code in (UNSAID, None)
    )
    for field, none in (("region", "no region"), ("period", "no period")):
        assert unsaid[field] > 0 > nobody[field]
        assert (unsaid[none], nobody[none]) == (0, 1)


@given(READ, FACTS, PART)
def test_how_many_words_nobody_labelled_is_seen_as_it_is_and_changes_nothing_else(
    read: Interpretation, said: Said, strangeness: float
) -> None:
    place = SEEN.index("words never learned")
    usual, strange = (seen(read, said, strangeness=share) for share in (0.0, strangeness))
    assert strange[place] == strangeness
    assert strange == (*usual[:place], strangeness, *usual[place + 1 :])


def test_the_words_that_were_never_learned_are_those_of_the_text() -> None:
    texts = ("Cakupan JKN Kudus 95 persen.", "Cakupan JKN Kudus 95 persen, xq wvz qqq zzyx vvk.")
    usual, strange = (interpret(scan(text)) for text in texts)
    assert usual.strangeness == 0
    assert 0.3 < strange.strangeness < 0.7
    place = SEEN.index("words never learned")
    assert strange.seen(strange.numbers[0], SAID)[place] == strange.strangeness


# --- what is chosen anew -------------------------------------------------------------------------


@given(READ)
def test_an_alternative_has_one_other_choice_and_all_shares_as_they_were(
    read: Interpretation,
) -> None:
    others = list(read.alternatives())
    assert [sum(a != b for a, b in zip(read, other, strict=True)) for other in others] == [1] * 4
    for other in others:
        assert sorted(share for few in other[1:] for _, share in few) == sorted(
            share for few in read[1:] for _, share in few
        )
    firsts = [other.fact for other in others] + [read.fact]
    assert {meaning.status for meaning in firsts} == {"actual", "target"}
    assert [said_by(other) == said_by(read) for other in others] == [False] * 4


@pytest.mark.parametrize(
    ("kudus", "nobody", "is_changed"),
    [(0.3, 0.45, True), (0.3, 0.35, False), (0.46, 0.9, False), (0.4, 0.1, False)],
)
def test_what_is_clearly_likelier_right_in_everything_is_chosen_in_place_of_what_was_read(
    monkeypatch: pytest.MonkeyPatch, kudus: float, nobody: float, *, is_changed: bool
) -> None:
    sure = {KUDUS.regions[0].code: kudus, None: nobody}

    def confidence(_text: Understanding, _read: Interpretation, said: Said) -> Confidence:
        return Confidence(
            1, 1, 1, 1, 1, sure[said.region] if said._replace(region="") == usual else 0
        )

    monkeypatch.setattr(Understanding, "confidence", confidence)
    text = interpret(ARTICLE.reading)
    (read,) = text.numbers
    usual = said_by(read)._replace(region="")
    (again,) = text.reconsidered
    assert said_by(again) == said_by(read)._replace(
        region=None if is_changed else KUDUS.regions[0].code
    )
    assert (again is read) is not is_changed


# --- how it is fitted ----------------------------------------------------------------------------

KINDS: Final = {0.9: 4.0, 0.5: 0.0, 0.2: -3.0}
"""How many of some facts are right, and what is seen of them."""


def row(kind: float, *, is_right: bool, is_likeliest: bool = True) -> Row:
    of_it = tuple(kind if name in ("metric", "all of them") else 0.0 for name in SEEN)
    return Row(of_it, (is_right,) * len(FIELDS), is_likeliest)


def rows_right_in(share: float, kind: float, count: int = 200) -> list[Row]:
    return [row(kind, is_right=n < share * count) for n in range(count)]


def test_facts_that_are_right_in_9_of_10_cases_are_9_in_10_sure() -> None:
    rows = [each for share, kind in KINDS.items() for each in rows_right_in(share, kind)]
    weights = fit_confidence(rows)
    assert tuple(weights) == FIELDS
    for share, kind in KINDS.items():
        sure = confidence_of(weights, row(kind, is_right=True).seen)
        assert list(sure) == pytest.approx([share] * len(FIELDS), abs=0.03)


def test_each_field_is_as_sure_as_it_is_right_itself() -> None:
    """Metric and status of the one half are right, the segment of the other; all of hardly any."""

    def seen_as(kind: float) -> tuple[float, ...]:
        return tuple({"metric": kind, "segment": -kind}.get(name, 0.0) for name in SEEN)

    rows = []
    for kind in (-2.0, 2.0):
        is_one = kind > 0
        right = (is_one, is_one, not is_one, True, False, False)
        usual = [Row(seen_as(kind), right, True) for _ in range(100)]
        rows += [*usual, *(Row(seen_as(kind), (is_right,) * 6, True) for is_right in (True, False))]
    weights = fit_confidence(rows)
    one, other = (confidence_of(weights, seen_as(kind)) for kind in (2.0, -2.0))
    assert min(one.metric, one.status, one.region, other.segment, other.region) > 0.9
    assert max(one.segment, one.period, other.metric, other.status, other.period) < 0.1
    assert max(one.whole, other.whole) < 0.1


@given(ANY_WEIGHTS, st.lists(st.floats(-7, 7), min_size=len(SEEN), max_size=len(SEEN)))
def test_no_fact_is_likelier_right_in_everything_than_in_one_field(
    weights: Weights, few: list[float]
) -> None:
    """Nor is it in its status than in its metric; else each field has what its own trees say."""
    sure = confidence_of(weights, few)
    certain = dict.fromkeys(FIELDS, Trees(30.0, ()))
    alone = {f: getattr(confidence_of(certain | {f: weights[f]}, few), f) for f in FIELDS}
    assert sure.metric == alone["metric"]
    assert sure.status == min(alone["metric"], alone["status"])
    assert (sure.segment, sure.region, sure.period) == (
        alone["segment"],
        alone["region"],
        alone["period"],
    )
    assert sure.whole == min(alone.values())


def test_what_the_reader_does_not_say_itself_counts_less() -> None:
    rows = rows_right_in(0.9, 1.0) + [
        each._replace(is_likeliest=False) for each in rows_right_in(0.1, 1.0)
    ]
    sure = confidence_of(fit_confidence(rows), row(1.0, is_right=True).seen).whole
    assert sure == pytest.approx((0.9 + 0.2 * 0.1) / 1.2, abs=0.03)


# --- what the reader says of held-out articles ---------------------------------------------------


def source(name: str, writer: str = "writer", **said: object) -> Source:
    """An article without a text, or one with a text and its facts."""
    text, facts = str(said.get("text", "")), cast("tuple[LabelledFact, ...]", said.get("facts", ()))
    gold = GoldArticle(name, text, None, facts)
    article = read_article(gold) if text else LabelledArticle(gold, topic=(), numbers=())
    return Source("dev", writer, article)


def strange(share: float, writer: str = "writer", name: str = "a") -> Held:
    """An article of which such a share of the words is in no labelled one."""
    return Held(source(name, writer), cast("Understanding", SimpleNamespace(strangeness=share)))


def told_of(few: Mapping[str, Sequence[Row]], folds: Sequence[int]) -> list[HeldOut]:
    """What is told of articles of which such facts can be said."""
    held = [strange(0.1234567, f"writer of {name}", name) for name in few]
    return list(held_out(held, list(few.values()), folds))


def as_sure_as(score: float) -> Weights:
    """Weights by which all facts are equally sure."""
    return dict.fromkeys(FIELDS, Trees(score, ()))


def test_each_fact_is_held_as_sure_as_the_other_folds_say(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[list[Row]] = []

    def watched(rows: Sequence[Row]) -> Weights:
        fitted.append(list(rows))
        return as_sure_as(float(len(fitted)))

    monkeypatch.setattr(training, "fit_confidence", watched)
    few = {str(n): [row(float(n), is_right=True)] for n in range(12)}
    told = told_of(few, [n % 3 for n in range(12)])
    left_out = [{n % 3 for n in range(12) if few[str(n)][0] not in rows} for rows in fitted]
    assert left_out == [{0}, {1}, {2}]
    assert {each.article for each in told} == set(few)
    for each in told:
        sure = confidence_of(as_sure_as(int(each.article) % 3 + 1), few[each.article][0].seen)
        assert each.confidences == pytest.approx(sure, abs=1e-4)


def test_what_is_told_of_a_held_out_fact_is_whose_it_is_and_what_came_of_it() -> None:
    right = (True, True, False, True, True, False)
    few = [
        row(1.0, is_right=True)._replace(right=right, passes=False),
        row(2.0, is_right=True, is_likeliest=False),
    ]
    of_b = [row(1.0, is_right=True)]
    (told, of_other) = told_of({"a": few, "b": of_b}, [0, 1])
    assert (told.set, told.writer, told.article) == ("dev", "writer of a", "a")
    assert (told.strangeness, told.passes, told.right) == (0.1235, False, right)
    assert of_other.article == "b"


def test_only_what_passes_the_exact_rules_tells_of_a_promise_and_only_by_the_whole() -> None:
    passing = HeldOut("dev", "w", "a", 0.1, True, (0.9, 0.9, 0.9, 0.9, 0.9, 0.4), (True,) * 6)
    wrong = passing._replace(set="test", right=(*(True,) * 5, False))
    told = [passing, passing._replace(passes=False), wrong]
    assert list(outcomes_of(told)) == [Outcome(0.4, True, "dev a"), Outcome(0.4, False, "test a")]
    assert record_of(outcomes_of(told), said=len(told))[-1].share == pytest.approx(2 / 3, abs=1e-3)


FOUR_DIGITS: Final = PART.map(lambda share: round(share, 4))
WORDS: Final = st.text("abc é-/:0", min_size=1)
HELD_OUT: Final = st.builds(
    HeldOut, WORDS, WORDS, WORDS, FOUR_DIGITS, st.booleans(),
    st.tuples(*[FOUR_DIGITS] * len(FIELDS)), st.tuples(*[st.booleans()] * len(FIELDS)),
)  # fmt: skip


@given(st.lists(HELD_OUT, min_size=1, max_size=5))
@settings(deadline=None, max_examples=25)  # to compress takes most of the time
def test_what_was_said_is_read_as_it_was_written_down(told: list[HeldOut]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "held_out.tsv.xz"
        save_held_out(told, path)
        assert load_held_out(path) == told


def test_the_record_of_the_package_is_that_of_what_was_kept() -> None:
    """The file from which benchmarks promise is the one from which the reader does."""
    told = load_held_out(Path(__file__).parent.parent / "benchmarks/results/held_out.tsv.xz")
    assert record_of(outcomes_of(told), said=len(told)) == load_weights().learned.record


# --- how strange articles may be -----------------------------------------------------------------


def test_the_strangest_are_those_of_writers_with_several_articles() -> None:
    writers = [strange(n / 1000, f"writer {n}") for n in range(101) for _ in range(10)]
    one_of_few = [strange(0.9, "writer of few", str(n)) for n in range(9)]
    assert strangest_of([*writers, *one_of_few]) == 0.095


def test_a_writer_is_as_strange_as_the_mean_of_the_articles() -> None:
    shares = [0.0] * 5 + [0.4] * 5
    assert strangest_of([strange(share) for share in shares]) == 0.2


# --- what passes the exact rules -----------------------------------------------------------------


def passing(text: str, *values: int) -> list[bool]:
    """Of each number whether nothing is found against what the reader says of it."""
    facts = tuple(
        LabelledFact.model_validate(
            {"value": value, "unit": "percent", "metric": "coverage_rate", "status": "actual"}
        )
        for value in values
    )
    understanding = interpret(scan_plain(text).reading)
    held = Held(source("a", text=text, facts=facts), understanding)
    return [each.passes for each in rows_of(held) if each.is_likeliest]


def test_of_two_that_contradict_each_other_the_less_sure_does_not_pass() -> None:
    alone = "Cakupan JKN Kota Batu 98,4 persen pada 2024."
    assert passing("Cakupan JKN Kota Batu 95 persen pada 2024.", 95) == [True]
    assert passing(f"Cakupan JKN Kota Batu 95 persen pada 2024. {alone}", 95) == [False, True]


# --- where nothing was learned --------------------------------------------------------------------


def test_where_no_confidence_was_learned_a_fact_has_none_and_is_judged_by_the_other_rules() -> None:
    learned = load_weights()
    reading = scan("Cakupan JKN Kota Batu 98,4 persen.")
    understanding = interpret(reading, weights=learned._replace(learned=Learned()))
    fact = {"value": 98.4, "unit": "percent", "metric": "coverage_rate"}
    (checked,) = verify_reading(reading, [fact], understanding=understanding).facts
    assert (checked.confidence, checked.reading, checked.verdict) == (None, (), "verified")
