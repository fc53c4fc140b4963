"""Which articles carry one release."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uhc_llm.panel.releases import Claim, releases, rounded

JULY = date(2024, 7, 1).toordinal()
FIGURES = ("33.22 coverage_rate", "33.22 participants", "33.22 population", "33.22 active_rate")
VALUES = ("94.77", "1003811", "1059200", "81.4")


class Paper:
    """An article: the day of July on which it came, its figures, and its words."""

    def __init__(self, day: int, *figures: str, text: str = "") -> None:
        self.day = JULY + day - 1
        self.figures = figures
        self.text = text

    def claims(self, name: str) -> list[Claim]:
        return [Claim(what, self.day, name) for what in self.figures]


def joined(**papers: Paper) -> set[frozenset[str]]:
    """The articles that carry one release, as sets of two or more."""
    groups = groups_of(papers)
    sets = {first: {name for name in groups if groups[name] == first} for first in groups.values()}
    assert all(first == min(names, key=place(papers)) for first, names in sets.items())
    return {frozenset(names) for names in sets.values() if len(names) > 1}


def place(papers: Mapping[str, Paper]) -> Callable[[str], tuple[int, int, str]]:
    """In which order articles stand: by days, of one day those that say most come first."""
    return lambda name: (papers[name].day, -len(papers[name].figures), name)


def groups_of(papers: Mapping[str, Paper]) -> Mapping[str, str]:
    claims = sorted(chain.from_iterable(paper.claims(name) for name, paper in papers.items()))
    return releases(claims, lambda name: papers[name].text)


def said(*values: str) -> tuple[str, ...]:
    """Figures of a region, as loosely as the press says them."""
    named = zip(FIGURES, values, strict=False)
    return tuple(f"{what} {rounded(Decimal(value))}" for what, value in named)


AB = {frozenset("ab")}


# --- figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exact", "loose"),
    [
        ("94.77", "94.8"),
        ("94.77", "95"),
        ("451870", "452000"),
        ("451870", "450000"),
        ("1003811", "1000000"),
        ("19350000000", "19000000000"),
    ],
)
def test_a_figure_and_its_rounding_are_one(exact: str, loose: str) -> None:
    assert rounded(Decimal(exact)) == rounded(Decimal(loose))


@pytest.mark.parametrize(("one", "other"), [("94.2", "95.1"), ("451870", "4518"), ("0", "0.4")])
def test_other_figures_are_not(one: str, other: str) -> None:
    assert rounded(Decimal(one)) != rounded(Decimal(other))


def test_copies_within_days_are_joined_by_their_figures() -> None:
    figures = said(*VALUES[:3])
    assert joined(a=Paper(1, *figures), b=Paper(4, *figures)) == AB


def test_copies_that_round_are_joined() -> None:
    exact, loose = said("94.77", "451870", "1059200"), said("94.8", "452000", "1060000")
    assert joined(a=Paper(1, *exact), b=Paper(2, *loose)) == AB


def test_a_copy_that_was_cut_is_joined() -> None:
    assert joined(a=Paper(1, *said(*VALUES)), b=Paper(2, *said(*VALUES[:2]))) == AB


@pytest.mark.parametrize(
    "other",
    [
        # weeks apart, and one day too late
        Paper(22, *said(*VALUES)),
        Paper(5, *said(*VALUES)),
        # one figure of several
        Paper(1, *said(VALUES[0], "2003811", "2059200")),
        # two of five, which is no half
        Paper(1, *said(*VALUES[:2]), "a 1", "b 2", "c 3"),
        # figures of another region
        Paper(1, *(each.replace("33.22", "33.74") for each in said(*VALUES))),
    ],
    ids=["weeks apart", "four days apart", "one figure", "less than half", "another region"],
)
def test_independent_reports_are_not_joined(other: Paper) -> None:
    five = (*said(*VALUES), "33.22 quota 12")
    assert joined(a=Paper(1, *five), b=other) == set()


def test_a_figure_that_is_said_twice_is_shared_once() -> None:
    twice = (*said("94.77"), *said("94.8"))
    assert joined(a=Paper(1, *twice, text="x"), b=Paper(1, *twice, text="y")) == set()


# --- words ---------------------------------------------------------------------------------------

WORDS = "Cakupan JKN Kabupaten Semarang per Juni 2024 mencapai 94,77 persen, kata Bupati."


@pytest.mark.parametrize(
    ("text", "is_joined"),
    [
        (WORDS, True),
        (WORDS.upper(), True),
        ("UNGARAN - " + WORDS, True),
        ("Kata Bupati, cakupan JKN Kabupaten Semarang mencapai 94,77 persen per Juni 2024.", True),
        ("Sebanyak 94,77 persen warga sudah terlindungi, demikian pengelola program.", False),
    ],
)
def test_short_articles_of_one_figure_are_joined_by_their_words(text: str, is_joined: bool) -> None:
    one = said("94.77")
    found = joined(a=Paper(1, *one, text=WORDS), b=Paper(2, *one, text=text))
    assert found == (AB if is_joined else set())


def test_the_same_words_weeks_apart_are_not_joined() -> None:
    one = said("94.77")
    assert joined(a=Paper(1, *one, text=WORDS), b=Paper(22, *one, text=WORDS)) == set()


def test_the_same_words_with_other_figures_are_not_joined() -> None:
    first, second = Paper(1, *said("94.77"), text=WORDS), Paper(1, *said("91.2"), text=WORDS)
    assert joined(a=first, b=second) == set()


def test_the_same_words_about_several_figures_of_which_one_is_shared_are_not_joined() -> None:
    first, second = said(*VALUES[:2]), said(VALUES[0], "2003811")
    assert joined(a=Paper(1, *first, text=WORDS), b=Paper(1, *second, text=WORDS)) == set()


def test_words_are_not_looked_at_where_figures_tell() -> None:
    papers = {"a": Paper(1, *said(*VALUES)), "b": Paper(1, *said(*VALUES))}
    claims = sorted(chain.from_iterable(paper.claims(name) for name, paper in papers.items()))

    def no_text(name: str) -> str:
        raise AssertionError(name)

    assert set(releases(claims, no_text).values()) == {"a"}


# --- many ----------------------------------------------------------------------------------------


def test_copies_of_copies_are_one_release_where_they_share_figures_with_the_first() -> None:
    found = joined(
        a=Paper(1, *said(*VALUES)),
        b=Paper(2, *said(*VALUES[:3]), "a 1", "b 2", "c 3", "d 4"),
        # It shares two figures of five with the first, and three with a copy of it.
        c=Paper(3, *said(*VALUES)[1:3], "a 1", "b 2", "c 3"),
        d=Paper(25, *said(*VALUES)),
    )
    assert found == {frozenset("abc")}


@pytest.mark.parametrize("days", [(1, 2, 3), (1, 1, 1), (3, 2, 1)])
def test_no_chain_joins_what_shares_nothing(days: tuple[int, int, int]) -> None:
    first, middle, last = days
    found = joined(
        a=Paper(first, *said(*VALUES[:2])),
        b=Paper(middle, *said(*VALUES)),
        c=Paper(last, *said(*VALUES)[2:]),
    )
    # Where the one that says all comes first, the others are cut out of it.
    assert found == (
        {frozenset("abc")}
        if middle <= min(first, last)
        else {frozenset("ab")}
        if first < last
        else {frozenset("bc")}
    )


def test_no_chain_lasts_for_weeks() -> None:
    found = joined(**{name: Paper(1 + 2 * at, *said(*VALUES)) for at, name in enumerate("abcdef")})
    assert found == {frozenset("ab"), frozenset("cd"), frozenset("ef")}


@settings(deadline=None)
@given(st.lists(st.integers(1, 28), min_size=1, max_size=12))
def test_a_release_lasts_for_days(days: list[int]) -> None:
    papers = {f"a{at}": Paper(day, *said(*VALUES)) for at, day in enumerate(days)}
    for name, first in groups_of(papers).items():
        assert 0 <= papers[name].day - papers[first].day <= 3


def test_an_article_of_its_own_leads_itself() -> None:
    groups = groups_of({"b": Paper(1, *said(*VALUES)), "a": Paper(20, *said("91.2"))})
    assert groups == {"a": "a", "b": "b"}
    assert groups_of({}) == {}


def test_a_release_in_very_many_papers_is_one() -> None:
    papers = {f"a{n:03}": Paper(1 + n % 3, *said(*VALUES[:3])) for n in range(120)}
    assert set(groups_of(papers).values()) == {"a000"}


PAPERS = st.lists(
    st.builds(
        lambda day, figures, text: Paper(day, *figures, text=text),
        st.integers(1, 12),
        st.sets(st.sampled_from([*said(*VALUES), *said("91.2", "998000")]), min_size=1),
        st.sampled_from([WORDS, WORDS.upper(), "Lain sama sekali."]),
    ),
    max_size=8,
).map(lambda few: {f"a{place}": paper for place, paper in enumerate(few)})


@settings(deadline=None)
@given(PAPERS, st.data())
def test_the_order_of_articles_changes_nothing(
    papers: dict[str, Paper], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(list(papers)))
    groups = groups_of(papers)
    # What is the same stands together; within it the order is free.
    claims = [claim for name in order for claim in papers[name].claims(name)]
    claims.sort(key=lambda claim: claim.what)
    assert releases(claims, lambda name: papers[name].text) == groups


@settings(deadline=None)
@given(PAPERS)
def test_a_release_has_one_leader_the_first_of_its_articles(papers: dict[str, Paper]) -> None:
    groups = groups_of(papers)
    assert set(groups) == set(papers)
    for name, first in groups.items():
        assert groups[first] == first
        assert place(papers)(first) <= place(papers)(name)


@settings(deadline=None)
@given(PAPERS)
def test_articles_of_a_release_share_days_and_figures_with_its_first(
    papers: dict[str, Paper],
) -> None:
    for name, first in groups_of(papers).items():
        assert 0 <= papers[name].day - papers[first].day <= 3
        both = {*papers[name].figures} & {*papers[first].figures}
        assert len(both) >= min(2, len(papers[name].figures), len(papers[first].figures))


@settings(deadline=None)
@given(PAPERS)
def test_articles_of_a_release_are_linked_by_days_and_figures(papers: dict[str, Paper]) -> None:
    groups = groups_of(papers)
    for name, first in groups.items():
        others = [other for other in groups if groups[other] == first and other != name]
        assert not others or any(
            abs(papers[name].day - papers[other].day) <= 3
            and {*papers[name].figures} & {*papers[other].figures}
            for other in others
        )


@settings(deadline=None)
@given(PAPERS, st.integers(20, 400))
def test_the_calendar_does_not_matter_but_days_between_do(
    papers: dict[str, Paper], later: int
) -> None:
    groups = groups_of(papers)
    moved = {
        name: Paper(paper.day - JULY + 1 + later, *paper.figures, text=paper.text)
        for name, paper in papers.items()
    }
    assert groups_of(moved) == groups
