"""Which of the values of a cell stands: each rule, and their order."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.panel_run import ONE, Article, Told, chosen, observed, options
from uhc_llm.errors import ConfigurationError
from uhc_llm.panel.choosing import RULES, Chosen, choose, options_of, rules_named

HIGH = Told("95.1")
LOW = Told("94.2")
NAMES = [rule.name for rule in RULES]


def one(text: str, told: Told, *, name: str = "a", published: str = "2024-07-10") -> Article:
    return Article(name, text, (told,), published=published)


def people(value: str) -> Told:
    return Told(value, metric="participants")


def rupiah(billions: str | int) -> Told:
    return Told(str(Decimal(billions) * 10**9), metric="budget")


class Case(NamedTuple):
    """Articles of which a rule prefers the higher figure; without it the lower one would stand."""

    articles: tuple[Article, ...]
    higher: str
    lower: str
    adds_up_to: str | None = None


HIGHER = one("Cakupan [95,1 persen].", HIGH)
LOWER = one("Cakupan [94,2 persen].", LOW, name="b")
PEOPLE = Told("901200", metric="population")

CASES = {
    "reviewed": Case(
        (one("Cakupan [95,1 persen].", HIGH._replace(is_reviewed=True)), LOWER), "95.1", "94.2"
    ),
    "exact": Case(
        (
            one("Cakupan [94,77 persen].", ONE),
            one("Cakupan [94,7 persen].", Told("94.7"), name="b"),
        ),
        "94.77",
        "94.7",
    ),
    "revised": Case(
        (Article("a", "Dikoreksi dari [94,2 persen] jadi [95,1 persen].", (LOW, HIGH)),),
        "95.1",
        "94.2",
    ),
    "verified": Case(
        (HIGHER, one("Cakupan [94,2 persen].", LOW._replace(verdict="suspect"), name="b")),
        "95.1",
        "94.2",
    ),
    "usual": Case(
        (
            one("Penduduk [901.200 jiwa].", PEOPLE),
            one("Hasil sensus [891.300 jiwa].", PEOPLE._replace(value="891300"), name="b"),
        ),
        "901200",
        "891300",
    ),
    "later": Case(
        (
            one("Cakupan [95,1 persen].", HIGH._replace(period="2024-06-30")),
            one("Cakupan [94,2 persen].", LOW._replace(period="2024-06-10"), name="b"),
        ),
        "95.1",
        "94.2",
    ),
    "adds_up": Case((HIGHER, LOWER), "95.1", "94.2", adds_up_to="95.18"),
    "dated": Case(
        (
            HIGHER,
            one(
                "Cakupan [94,2 persen].",
                LOW._replace(period="2024-06-20", source="published"),
                name="b",
            ),
        ),
        "95.1",
        "94.2",
    ),
    "office": Case(
        (
            one("BPJS Kesehatan mencatat cakupan [95,1 persen].", HIGH),
            one("Pengamat menyebut cakupan [94,2 persen].", LOW, name="b"),
        ),
        "95.1",
        "94.2",
    ),
    "reports": Case(
        (HIGHER, LOWER, one("Cakupan kini [95,1 persen].", HIGH, name="c")), "95.1", "94.2"
    ),
    "confidence": Case(
        (one("Cakupan [95,1 persen].", HIGH._replace(confidence=0.99)), LOWER), "95.1", "94.2"
    ),
    "latest": Case(
        (one("Cakupan [95,1 persen].", HIGH, published="2024-07-12"), LOWER), "95.1", "94.2"
    ),
}


def choice(case: Case, *, without: tuple[str, ...] = ()) -> Chosen:
    return chosen(*case.articles, rules=rules_named(without), adds_up_to=case.adds_up_to)


# --- one rule ------------------------------------------------------------------------------------


def test_every_rule_but_the_last_has_a_case() -> None:
    assert [*CASES, "least"] == NAMES


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_decides_where_it_alone_prefers_one(rule: str) -> None:
    case = CASES[rule]
    share = None if case.adds_up_to is None else Decimal(case.adds_up_to)
    both = options(*case.articles)
    prefer = {each.name: list(each.prefers(both, share)) for each in RULES if each.name != "least"}
    assert [name for name, kept in prefer.items() if len(kept) < len(both)] == [rule]
    found = choice(case)
    assert (found.option.value, found.rule) == (Decimal(case.higher), rule)
    assert [(lost.option.value, lost.rule) for lost in found.lost] == [(Decimal(case.lower), rule)]


@pytest.mark.parametrize("rule", CASES)
def test_without_its_rule_another_figure_stands(rule: str) -> None:
    found = choice(CASES[rule], without=(rule,))
    assert (found.option.value, found.rule) == (Decimal(CASES[rule].lower), "least")
    assert [lost.rule for lost in found.lost] == ["least"]


@pytest.mark.parametrize("without", [(), ("least",), tuple(NAMES)], ids=["", "least", "all"])
def test_where_nothing_else_tells_the_lower_figure_stands(without: tuple[str, ...]) -> None:
    for articles in ((HIGHER, LOWER), (LOWER, HIGHER)):
        found = chosen(*articles, rules=rules_named(without))
        assert (found.option.value, found.rule) == (Decimal("94.2"), "least")
        assert [(x.option.value, x.rule) for x in found.lost] == [(Decimal("95.1"), "least")]


def test_of_two_ranges_of_one_beginning_the_shorter_stands() -> None:
    wide, narrow = (HIGH._replace(upper=upper) for upper in ("98", "96"))
    found = chosen(one("Cakupan [95,1-98].", wide), one("Cakupan [95,1-96].", narrow, name="b"))
    assert (found.option.upper, found.rule) == (Decimal(96), "least")


def test_what_one_value_says_no_rule_decides() -> None:
    found = chosen(HIGHER, one("Cakupan kini [95,1 persen].", HIGH, name="b"))
    assert (found.option.value, found.rule, found.lost) == (Decimal("95.1"), "only", ())


# --- several rules -------------------------------------------------------------------------------


def test_rules_are_asked_in_their_order_and_the_last_that_took_one_away_decides() -> None:
    found = chosen(
        one("Cakupan [94,2 persen].", LOW._replace(verdict="suspect")),
        one("Cakupan [93,4 persen].", Told("93.4"), name="b"),
        one("BPJS Kesehatan: cakupan [95,1 persen].", HIGH, name="c"),
    )
    assert (found.option.value, found.rule) == (Decimal("95.1"), "office")
    assert {str(x.option.value): x.rule for x in found.lost} == {
        "94.2": "verified",
        "93.4": "office",
    }


@pytest.mark.parametrize(
    ("first", "second", "articles"),
    [
        (
            "reviewed",
            "revised",
            (
                Article(
                    "a",
                    "Dikoreksi dari [94,2 persen] jadi [95,1 persen].",
                    (LOW._replace(is_reviewed=True), HIGH),
                ),
            ),
        ),
        (
            "verified",
            "office",
            (
                one("Pengamat menyebut cakupan [94,2 persen].", LOW),
                one("BPJS Kesehatan: [95,1 persen].", HIGH._replace(verdict="suspect"), name="b"),
            ),
        ),
        (
            "later",
            "reports",
            (
                one("Cakupan [94,2 persen].", LOW._replace(period="2024-06-30")),
                one("Cakupan [95,1 persen].", HIGH._replace(period="2024-06-10"), name="b"),
                one("Cakupan ini [95,1 persen].", HIGH._replace(period="2024-06-10"), name="c"),
            ),
        ),
        (
            "office",
            "latest",
            (
                one("BPJS Kesehatan mencatat [94,2 persen].", LOW),
                one("Cakupan [95,1 persen].", HIGH, name="b", published="2024-08-01"),
            ),
        ),
    ],
)
def test_an_earlier_rule_goes_before_a_later_one(
    first: str, second: str, articles: tuple[Article, ...]
) -> None:
    assert NAMES.index(first) < NAMES.index(second)
    found = chosen(*articles)
    assert (found.option.value, found.rule) == (Decimal("94.2"), first)
    other = chosen(*articles, rules=rules_named([first]))
    assert (other.option.value, other.rule) == (Decimal("95.1"), second)


def test_all_rules_but_some() -> None:
    assert rules_named() == RULES
    left = [rule.name for rule in rules_named(["later", "reviewed", "later"])]
    assert left == [name for name in NAMES if name not in ("later", "reviewed")]


@pytest.mark.parametrize("name", ["lates", "", "Later"])
def test_a_rule_that_is_none_is_named_beside_those_that_are(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"no rule is called '{name}'.*reviewed, exact"):
        rules_named(["later", name])


def test_a_rule_has_a_short_name_of_its_own_and_says_what_it_prefers() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(name.replace("_", "").islower() for name in NAMES)
    assert len({rule.about for rule in RULES}) == len(RULES)
    assert "" not in {rule.about for rule in RULES}


# --- rounding ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coarse", "fine", "rounds"),
    [
        (("94,8 persen", Told("94.8")), ("94,77 persen", ONE), True),
        (("94,7 persen", Told("94.7")), ("94,77 persen", ONE), True),
        (("95 persen", Told("95")), ("94,77 persen", ONE), True),
        (("94 persen", Told("94")), ("94,77 persen", ONE), True),
        (("94,8 persen", Told("94.8")), ("94,9 persen", Told("94.9")), False),
        (("94,8 persen", Told("94.8")), ("94,95 persen", Told("94.95")), False),
        (("94 persen", Told("94")), ("95,1 persen", Told("95.1")), False),
        # The nought of a share is a digit like others.
        (("90 persen", Told("90")), ("94,77 persen", ONE), False),
        (("100 persen", Told("100")), ("94,77 persen", ONE), False),
        (("90 persen", Told("90")), ("90,4 persen", Told("90.4")), True),
        (("451 ribu lebih", people("451000")), ("451.870 jiwa", people("451870")), True),
        (("452 ribu", people("452000")), ("451.870 jiwa", people("451870")), True),
        (("450.000", people("450000")), ("451.870 jiwa", people("451870")), True),
        (("449 ribu", people("449000")), ("451.870 jiwa", people("451870")), False),
        (("700.000", people("700000")), ("698.412", people("698412")), True),
        (("700.000", people("700000")), ("618.400", people("618400")), False),
        (("Rp20 miliar", rupiah(20)), ("Rp19,35 miliar", rupiah("19.35")), True),
        (("Rp19 miliar", rupiah(19)), ("Rp19,35 miliar", rupiah("19.35")), True),
        (("Rp20 miliar", rupiah(20)), ("Rp19 miliar", rupiah(19)), False),
        (("Rp20 miliar", rupiah(20)), ("Rp10,5 miliar", rupiah("10.5")), False),
        # A range rounds nothing.
        (("94-96 persen", Told("94", upper="96")), ("94,77 persen", ONE), False),
        # What is of another month is another figure.
        (("94,8 persen", Told("94.8", period="2024-05")), ("94,77 persen", ONE), False),
        (("94,8 persen", Told("94.8", period="2024")), ("94,77 persen", ONE), True),
        (
            ("94,8 persen", Told("94.8", period="2024-05-02", source="published")),
            ("94,77 persen", ONE),
            True,
        ),
    ],
)
def test_a_figure_rounds_another_that_is_more_exact(
    coarse: tuple[str, Told], fine: tuple[str, Told], rounds: bool
) -> None:
    first, second = (
        options(one(f"Terdata [{mention}].", told))[0] for mention, told in (coarse, fine)
    )
    assert first.rounds(second) is rounds
    assert not second.rounds(first)


@pytest.mark.parametrize("exact", ["94.77", "94.81"])
def test_of_many_roundings_the_exact_figure_stands(exact: str) -> None:
    values = ("94.8", exact, "95")
    articles = (one("Cakupan [x].", Told(each), name=each) for each in values)
    found = chosen(*articles)
    assert (found.option.value, found.rule) == (Decimal(exact), "exact")
    assert {lost.rule for lost in found.lost} == {"exact"}


# --- days ----------------------------------------------------------------------------------------


def times(*periods: tuple[str, str]) -> Chosen:
    """What stands of figures that the text says to be of these times."""
    return chosen(
        *(
            one(f"Cakupan per {period} [x].", Told(value, period=period), name=period)
            for value, period in periods
        )
    )


@pytest.mark.parametrize(
    ("periods", "value", "rule"),
    [
        ([("95.1", "2024-06-30"), ("94.2", "2024-06-10")], "95.1", "later"),
        ([("95.1", "2024-06"), ("94.2", "2024-06-10")], "94.2", "least"),
        ([("95.1", "2024-06-10"), ("94.2", "2024")], "94.2", "least"),
        # Of a year it is that of its last month,
        ([("95.1", "2024-12"), ("94.2", "2024-06")], "95.1", "later"),
        ([("95.1", "2024-S2"), ("94.2", "2024-09")], "95.1", "later"),
        # and of that of its last day.
        ([("95.1", "2024-12-20"), ("94.2", "2024-12-02"), ("93", "2024-11-30")], "95.1", "later"),
    ],
)
def test_the_figure_of_the_later_day_stands(
    periods: list[tuple[str, str]], value: str, rule: str
) -> None:
    for order in (periods, periods[::-1]):
        found = times(*order)
        assert (found.option.value, found.rule) == (Decimal(value), rule)


def test_a_day_that_the_text_does_not_say_is_none() -> None:
    said = LOW._replace(period="2024-06-20", source="published")
    (option,) = options(one("Cakupan [94,2 persen].", said))
    assert (option.day, option.month) == (None, "")


# --- reports -------------------------------------------------------------------------------------


def test_a_release_is_one_report_and_its_copies_say_it_no_later() -> None:
    first, copy, own = (
        one(f"Cakupan {name} [95,1 persen].", HIGH, name=name, published=day)
        for name, day in (("a", "2024-07-10"), ("b", "2024-07-12"), ("c", "2024-07-11"))
    )
    (option,) = options(first, copy, own, groups={"a": "a", "b": "a", "c": "c"})
    assert (option.reports, len(option.seen)) == (2, 3)
    assert (option.first_said, option.last_said) == ("2024-07-10", "2024-07-11")
    (option,) = options(first, copy, own)
    assert (option.reports, option.last_said) == (3, "2024-07-12")


def test_one_office_is_enough_though_others_remark_on_its_figure() -> None:
    found = chosen(
        one("BPJS Kesehatan mencatat [95,1 persen].", HIGH),
        one("Pengamat menyebut [95,1 persen].", HIGH, name="b"),
        one("Bupati menyebut [94,2 persen].", LOW, name="c"),
    )
    assert (found.option.value, found.rule) == (Decimal("95.1"), "office")


def test_a_copy_of_an_old_release_does_not_make_it_the_latest() -> None:
    old = one("Cakupan [95,1 persen].", HIGH, name="a")
    new = one("Cakupan [94,2 persen].", LOW, name="b", published="2024-07-11")
    copy = one("Cakupan yakni [95,1 persen].", HIGH, name="c", published="2024-07-12")
    found = chosen(old, new, copy, groups={"c": "a"})
    assert (found.option.value, found.rule) == (Decimal("94.2"), "latest")


def test_an_article_of_no_date_comes_last() -> None:
    undated = Article("a", "Cakupan [95,1 persen].", (HIGH,), published=None)
    (option,) = options(undated, one("Cakupan ini [95,1 persen].", HIGH, name="b"))
    assert [seen.name for seen in option.seen] == ["b", "a"]
    assert (option.first_said, option.last_said) == ("2024-07-10", "2024-07-10")
    (option,) = options(undated)
    assert (option.first_said, option.last_said) == ("9999", "")


# --- whatever is said ----------------------------------------------------------------------------

SENTENCES = (
    "Cakupan [x].",
    "BPJS Kesehatan mencatat [x].",
    "Pengamat menyebut [x] keliru.",
    "Dinkes meralat: bukan [x].",
    "Ternyata [x].",
)
TOLD = st.builds(
    ONE._replace,
    value=st.sampled_from(["94", "94.2", "94.25", "95", "95.1"]),
    period=st.sampled_from(["2024", "2024-06", "2024-06-10", "2024-06-30"]),
    upper=st.sampled_from([None, None, "97"]),
    source=st.sampled_from(["text", "published"]),
    verdict=st.sampled_from(["verified", "suspect"]),
    confidence=st.sampled_from([None, 0.5, 0.9]),
    is_reviewed=st.sampled_from([False, False, False, True]),
)
SAYING: st.SearchStrategy[Callable[[str], Article]] = st.builds(
    lambda text, told, day: lambda name: Article(name, text, (told,), published=day),
    st.sampled_from(SENTENCES),
    TOLD,
    st.sampled_from([None, "2024-07-01", "2024-07-10", "2024-08-01"]),
)
MANY = st.lists(SAYING, min_size=1, max_size=6).map(
    lambda few: [make(f"a{place}") for place, make in enumerate(few)]
)


@settings(deadline=None)
@given(MANY, st.data())
def test_the_order_of_what_is_said_changes_nothing(
    articles: list[Article], data: st.DataObject
) -> None:
    seen = observed(*articles)
    other = data.draw(st.permutations(seen))
    share = data.draw(st.sampled_from([None, Decimal("94.2"), Decimal("95.1")]))
    first = choose(options_of(seen, {}), adds_up_to=share)
    assert choose(options_of(other, {}), adds_up_to=share) == first


@settings(deadline=None)
@given(MANY, st.sets(st.sampled_from(NAMES)))
def test_one_value_stands_and_every_other_is_lost_by_a_rule(
    articles: list[Article], without: set[str]
) -> None:
    both = options(*articles)
    found = choose(both, rules_named(without))
    told = [found.option, *(lost.option for lost in found.lost)]
    assert sorted(told, key=both.index) == both
    assert (found.rule == "only") == (len(both) == 1)
    rules = {lost.rule for lost in found.lost}
    assert rules.isdisjoint(without - {"least"})
    assert found.rule in rules or not rules


@settings(deadline=None)
@given(MANY)
def test_what_somebody_looked_at_stands_before_all_else(articles: list[Article]) -> None:
    both = options(*articles)
    found = choose(both)
    if any(seen.is_reviewed for option in both for seen in option.seen):
        assert any(seen.is_reviewed for seen in found.option.seen)
    else:
        assert "reviewed" not in {found.rule, *(lost.rule for lost in found.lost)}


@settings(deadline=None)
@given(MANY)
def test_no_rule_prefers_none(articles: list[Article]) -> None:
    both = options(*articles)
    for rule in RULES:
        assert rule.prefers(both, Decimal("94.2")), rule.name
