"""Several ways of reading a text: their shares, what makes them one, what each of them keeps."""

from collections.abc import Mapping, Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reader_texts import article_of, is_near
from uhc_llm.reader import Understanding, interpret
from uhc_llm.reader.article import Around
from uhc_llm.reader.candidates import NOBODY, Moment, Place
from uhc_llm.reader.features.steps import Decided, Steps
from uhc_llm.reader.interpretation import ranked
from uhc_llm.reader.paths import Path, Turn, go_on, likeliest, mixed
from uhc_llm.reader.scoring import Layer
from uhc_llm.reader.weights import Weights
from uhc_llm.scanner import scan

ARTICLE: Final = article_of(
    "Peserta JKN: Kudus 1.000 jiwa, Blora 2.000 jiwa, Pati 3.000 jiwa, Demak 4.000 jiwa, "
    "Jepara 5.000 jiwa, Rembang 6.000 jiwa."
)
NUMBERS: Final = ARTICLE.numbers
KUDUS, BLORA = (Place((region,)) for region in ARTICLE.reading.regions[:2])
UNDATED: Final = Moment(None)


def fact(around: Around, meaning: str = "participants actual", place: Place = KUDUS) -> Decided:
    return Decided(around, meaning, "all", place, UNDATED)


def no_fact(around: Around, meaning: str = "other") -> Decided:
    return Decided(around, meaning)


# What may be decided of one number, each another thing.
CHOICES: Final = (
    fact(NUMBERS[0]),
    fact(NUMBERS[0], "population actual"),
    fact(NUMBERS[0], place=BLORA),
    fact(NUMBERS[0], place=NOBODY),
    no_fact(NUMBERS[0]),
    no_fact(NUMBERS[0], "change"),
)


def decided_of(at: int, choice: int) -> Decided:
    return CHOICES[choice]._replace(around=NUMBERS[at])


def path_of(*choices: int, share: float = 1.0) -> Path:
    steps = Steps()
    for at, choice in enumerate(choices):
        steps.add(decided_of(at, choice))
    return Path(share, steps)


def said(path: Path) -> tuple[Decided, ...]:
    return tuple(path.steps.all)


# --- choices on several paths --------------------------------------------------------------------

SHARES: Final = st.floats(0.01, 1)
CHOICE_SHARES: Final = st.dictionaries(st.sampled_from("abcd"), SHARES, min_size=1).map(
    lambda shares: ranked(shares.items())
)


@given(st.lists(st.tuples(SHARES, CHOICE_SHARES), min_size=1))
def test_shares_of_a_mixture_make_one_the_likeliest_first(
    parts: list[tuple[float, tuple[tuple[str, float], ...]]],
) -> None:
    found = mixed(parts, str)
    shares = [share for _, share in found]
    assert is_near(sum(shares), 1)
    assert shares == sorted(shares, reverse=True)
    assert {choice for choice, _ in found} == {c for _, few in parts for c, _ in few}


@given(SHARES, CHOICE_SHARES)
def test_a_mixture_of_one_path_is_that_path(
    share: float, choices: tuple[tuple[str, float], ...]
) -> None:
    found = dict(mixed([(share, choices)], str))
    assert found == pytest.approx(dict(choices))


@given(st.lists(SHARES, min_size=1), CHOICE_SHARES)
def test_paths_that_agree_mix_to_what_each_says(
    shares: list[float], choices: tuple[tuple[str, float], ...]
) -> None:
    found = dict(mixed([(share, choices) for share in shares], str))
    assert found == pytest.approx(dict(choices))


def test_a_path_weighs_as_much_as_it_is_likely() -> None:
    parts = [(0.75, (("a", 0.9), ("b", 0.1))), (0.25, (("c", 0.8), ("a", 0.2)))]
    assert dict(mixed(parts, str)) == pytest.approx({"a": 0.725, "c": 0.2, "b": 0.075})


def test_choices_of_one_key_are_one_choice_as_it_was_first_said() -> None:
    assert mixed([(0.5, (("a", 1.0),)), (0.5, (("A", 1.0),))], str.lower) == (("a", 1.0),)


@given(CHOICE_SHARES, st.floats(0, 1), st.integers(1, 4))
def test_the_likeliest_few_are_one_at_least_and_make_one(
    choices: tuple[tuple[str, float], ...], least: float, most: int
) -> None:
    found = likeliest(choices, least, most)
    assert 1 <= len(found) <= most
    assert is_near(sum(share for _, share in found), 1)
    assert [c for c, _ in found] == [c for c, _ in choices[: len(found)]]
    left_out = choices[len(found) : most]
    assert all(share < least for _, share in left_out)


# --- going on ------------------------------------------------------------------------------------


@st.composite
def forks(draw: st.DrawFn) -> list[Turn]:
    """All ways that go on from a few paths by some choices of the next number."""
    length = draw(st.integers(0, 3))
    pasts = st.tuples(*[st.integers(0, len(CHOICES) - 1)] * length)
    paths = [
        path_of(*past, share=draw(SHARES))
        for past in draw(st.lists(pasts, min_size=1, max_size=3, unique=True))
    ]
    return [
        Turn(path.share * draw(SHARES), path, decided_of(length, choice))
        for path in paths
        for choice in draw(st.sets(st.integers(0, len(CHOICES) - 1), min_size=1))
    ]


@given(forks())
def test_shares_of_paths_make_one_the_likeliest_first_and_are_three_at_most(
    turns: list[Turn],
) -> None:
    paths = go_on(turns)
    shares = [path.share for path in paths]
    assert 1 <= len(paths) <= 3
    assert is_near(sum(shares), 1)
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] >= 0.0199 * shares[0]


@given(forks())
def test_paths_that_are_kept_differ_in_the_last_three_or_the_last_fact(turns: list[Turn]) -> None:
    paths = go_on(turns)
    kept = {(*path.steps.all[-3:], path.steps.latest_fact()) for path in paths}
    assert len(kept) == len(paths)


def test_what_is_hardly_possible_beside_the_likeliest_is_no_path() -> None:
    path = path_of()
    turns = [Turn(share, path, decided_of(0, n)) for n, share in enumerate((0.9, 0.02, 0.015))]
    paths = go_on(turns)
    # Its share goes to the one that takes the number for the same.
    assert [path.share for path in paths] == pytest.approx([0.915 / 0.935, 0.02 / 0.935])


def test_ways_that_say_the_same_of_the_last_numbers_are_one_as_likely_as_both() -> None:
    """They differ in the first number alone; the likelier one tells what was said of it."""
    one, other, third = (path_of(n, 2, 2) for n in range(3))
    turns = [
        Turn(0.2, one, decided_of(3, 2)),
        Turn(0.35, other, decided_of(3, 2)),
        Turn(0.45, third, decided_of(3, 3)),
    ]
    together, apart = go_on(turns)
    assert (together.share, apart.share) == pytest.approx((0.55, 0.45))
    assert said(together)[0] == decided_of(0, 1)
    assert said(apart)[0] == decided_of(0, 2)


@pytest.mark.parametrize("at", [0, 1, 2], ids=["two before", "the one before", "the last"])
@pytest.mark.parametrize("choice", [1, 2, 3, 4], ids=["meaning", "place", "nobody", "no fact"])
def test_ways_that_say_something_else_of_a_late_number_stay_apart(at: int, choice: int) -> None:
    last = [0, 0, 0]
    last[at] = choice
    one, other = path_of(0, *last[:2]), path_of(0, 0, 0)
    turns = [Turn(0.5, one, decided_of(3, last[2])), Turn(0.5, other, decided_of(3, 0))]
    assert len(go_on(turns)) == 2


def test_ways_to_another_last_fact_stay_apart_however_long_it_is_past() -> None:
    one, other = path_of(0, 4, 4), path_of(1, 4, 4)
    assert len(go_on(Turn(0.5, path, decided_of(3, 4)) for path in (one, other))) == 2
    one, other = path_of(0, 4, 0, 4), path_of(1, 4, 0, 4)
    assert len(go_on(Turn(0.5, path, decided_of(4, 4)) for path in (one, other))) == 1


@given(st.lists(st.sets(st.integers(0, 5), min_size=1, max_size=3), min_size=1, max_size=6))
def test_no_path_is_changed_by_another_that_forked_from_it(rounds: list[set[int]]) -> None:
    """On each way stand the steps of a way before, and behind them the one that it took."""
    paths = [path_of()]
    for at, choices in enumerate(rounds):
        before = {said(path) for path in paths}
        turns = [Turn(p.share, p, decided_of(at, choice)) for p in paths for choice in choices]
        paths = go_on(turns)
        for path in paths:
            *former, last = said(path)
            assert tuple(former) in before
            assert last in [decided_of(at, choice) for choice in choices]
        assert len({id(path.steps) for path in paths}) == len(paths)


def test_a_fork_has_a_memory_of_its_own_of_items_and_columns() -> None:
    text = "Peserta JKN:\n- Kudus: 1.000 jiwa, 200 jiwa\n- Blora: 3.000 jiwa, 400 jiwa\n"
    article = article_of(text)
    (path,) = go_on([Turn(1.0, path_of(), fact(article.numbers[0]))])
    meanings = ("participants actual", "population actual")
    forked = go_on(Turn(0.5, path, fact(article.numbers[1], meaning)) for meaning in meanings)
    for fork in forked:
        fork.steps.add(no_fact(article.numbers[2]))
    above = [fork.steps.above(article.numbers[3]) for fork in forked]
    assert [each and each.meaning for each in above] == list(meanings)


# --- reading on several paths --------------------------------------------------------------------

_ZERO: Final = 100
_SCALE: Final = 0.5
MEANINGS: Final = ("participants actual", "population actual", "other")


def layer(choices: Sequence[str], rows: Mapping[str, Sequence[int]]) -> Layer:
    """Weights that do what their rows say, and nothing without them."""
    weights = bytes(_ZERO + each for row in rows.values() for each in row)
    return Layer(choices, list(rows), weights, [0.0] * len(choices), _SCALE, _ZERO)


def weights_where(meaning: Mapping[str, Sequence[int]], **parts: Layer) -> Weights:
    """Made-up weights of meanings, and others that leave nothing open."""
    usual = {
        "topic": layer(("other", "coverage"), {"word jkn": (-1, 1)}),
        "segment": layer(("all", "ppu"), {"unit people": (30, -30)}),
        "place": layer(("place",), {"main region": (30,)}),
        "moment": layer(("moment",), {"none, undated": (30,)}),
    }
    return Weights.of(usual | parts | {"meaning": layer(MEANINGS, meaning)})


LIKE_THE_ONE_BEFORE: Final = {
    "unit people": (0, 0, -40),
    "after participants actual, same unit": (20, -20, 0),
    "after population actual, same unit": (-20, 20, 0),
}
LIST: Final = "Peserta JKN Kudus 1.000 jiwa, 2.000 jiwa, 3.000 jiwa, 4.000 jiwa, 5.000 jiwa."


def greedily(understanding: Understanding, weights: Weights) -> list[dict[str, float]]:
    """What each number would mean if what is likeliest of those before it were certain."""
    sight = understanding.sight
    return [
        weights.meaning.probabilities(
            [*sight.own(read.around), *sight.meaning(read.around, understanding.steps_to(read))]
        )
        for read in understanding.numbers
    ]  # fmt: skip


@pytest.mark.parametrize("lead", [0, 1, 3])
def test_a_list_is_as_undecided_as_its_first_number(lead: int) -> None:
    """Each next number is like the one before for sure, whatever that is."""
    weights = weights_where(LIKE_THE_ONE_BEFORE | {"first of its sentence": (lead, 0, 0)})
    understanding = interpret(scan(LIST), weights=weights)
    first, *others = [dict(read.meanings) for read in understanding.numbers]
    assert first["participants actual"] < 0.9
    assert [each["participants actual"] for each in others] == pytest.approx(
        [first["participants actual"]] * 4, abs=0.01
    )
    _, *greedy = greedily(understanding, weights)
    assert all(each["participants actual"] > 0.99 for each in greedy)


def test_a_word_that_settles_a_late_number_settles_those_behind_it() -> None:
    rows = LIKE_THE_ONE_BEFORE | {"1 before populasi": (0, 60, 0)}
    text = LIST.replace("3.000", "populasi 3.000")
    found = interpret(scan(text), weights=weights_where(rows)).numbers
    shares = [dict(read.meanings)["population actual"] for read in found]
    assert shares[:2] == pytest.approx([0.5, 0.5], abs=0.01)
    assert min(shares[2:]) > 0.99


def test_regions_that_are_open_too_make_no_meaning_likelier() -> None:
    place = layer(("place",), {"level regency": (8,), "level province": (8,)})
    weights = weights_where(LIKE_THE_ONE_BEFORE, place=place)
    found = interpret(scan(LIST), weights=weights).numbers
    assert [dict(read.meanings)["participants actual"] for read in found] == pytest.approx(
        [0.5] * 5, abs=0.05
    )


@given(
    st.lists(st.tuples(*[st.integers(-60, 60)] * 3), min_size=4, max_size=4),
    st.integers(1, 6),
)
def test_whatever_weights_say_shares_make_one_on_all_ways_together(
    rows: list[tuple[int, int, int]], count: int
) -> None:
    names = (*LIKE_THE_ONE_BEFORE, "first of its sentence")
    weights = weights_where(dict(zip(names, rows, strict=True)))
    text = "Peserta JKN Kudus " + ", ".join(f"{n}.000 jiwa" for n in range(1, count + 1)) + "."
    for read in interpret(scan(text), weights=weights).numbers:
        for shares in (read.meanings, read.segments, read.places, read.moments):
            assert not shares or is_near(sum(share for _, share in shares), 1)
        assert read.likelihood <= 1 + 1e-9
