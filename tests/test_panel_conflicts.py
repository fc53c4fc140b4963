"""How the values of a cell differ."""

from collections.abc import Sequence
from itertools import permutations
from typing import get_args

import pytest

from tests.panel_run import ONE, Article, Told, chosen
from uhc_llm.panel.choosing import rules_named
from uhc_llm.panel.conflicts import KINDS, Difference, difference_of, kind_of

ACTIVE = Told("81.4", metric="active_rate")
PEOPLE = Told("901200", metric="population")
FIGURE = "Cakupan [94,77 persen]."
OTHER = "Cakupan [92,15 persen]."


def articles(*told: tuple[str, Told]) -> list[Article]:
    """An article for each figure, a day after the other."""
    return [
        Article(f"a{place}", text, (fact,), published=f"2024-07-{place + 10}")
        for place, (text, fact) in enumerate(told)
    ]


CASES: dict[Difference, list[list[tuple[str, Told]]]] = {
    "one": [[(FIGURE, ONE)]],
    "same": [[(FIGURE, ONE), (f"Terbaru: {FIGURE}", ONE)]],
    "rounded": [
        [(FIGURE, ONE), ("Cakupan [94,8 persen].", Told("94.8"))],
        [(FIGURE, ONE), ("Cakupan [95 persen].", Told("95"))],
        # What somebody looked at stands, and is a rounding all the same.
        [(FIGURE, ONE), ("Cakupan [95 persen].", Told("95", is_reviewed=True))],
    ],
    "dated": [
        [("Awal Juni [92,15 persen].", Told("92.15")), ("Akhir Juni [94,77 persen].", ONE)],
        [
            (FIGURE, ONE._replace(period="2024-06-30")),
            (OTHER, Told("92.15", period="2024-06-10")),
        ],
        # Of a year: the one of December, the other of June.
        [(FIGURE, ONE._replace(period="2024-12")), (OTHER, Told("92.15", period="2024-06"))],
    ],
    "denominator": [
        [
            ("Keaktifan [81,4 persen] dari peserta.", ACTIVE),
            ("Keaktifan [77,2 persen] dari penduduk.", ACTIVE._replace(value="77.2")),
        ],
        [
            # What nobody says is what is usual.
            ("Keaktifan [81,4 persen].", ACTIVE),
            ("Keaktifan [77,2 persen] dari penduduk.", ACTIVE._replace(value="77.2")),
        ],
        [
            ("Penduduk [901.200 jiwa] versi Dukcapil.", PEOPLE),
            ("Penduduk [889.312 jiwa] versi BPS.", PEOPLE._replace(value="889312")),
        ],
        [
            ("Cakupan [94,77 persen] data Dukcapil.", ONE),
            ("Cakupan [96,02 persen] data BPS.", Told("96.02")),
        ],
    ],
    "revised": [
        [(OTHER, Told("92.15")), ("Dinkes meralat data: [94,77 persen].", ONE)],
        # A rounding of what was replaced was replaced too.
        [
            (OTHER, Told("92.15")),
            ("Cakupan [92,2 persen].", Told("92.2")),
            ("Dinkes meralat data: [94,77 persen].", ONE),
        ],
    ],
    "conflict": [
        [(FIGURE, ONE), (OTHER, Told("92.15"))],
        [
            (FIGURE, ONE._replace(period="2024-06-30")),
            (OTHER, Told("92.15", period="2024-06-30")),
        ],
        # What nobody says a share is of may be what the other one is of.
        [
            ("Keaktifan [81,4 persen] dari peserta.", ACTIVE),
            ("Keaktifan [77,2 persen].", ACTIVE._replace(value="77.2")),
        ],
        # The date of an article is not the day of its figures.
        [
            (FIGURE, ONE._replace(period="2024-06-30", source="published")),
            (OTHER, Told("92.15", period="2024-06-10", source="published")),
        ],
        # A rounding of what disagrees disagrees too, and is no conflict of its own.
        [(FIGURE, ONE), (OTHER, Told("92.15")), ("Cakupan [92,2 persen].", Told("92.2"))],
    ],
}


def test_every_kind_has_a_case_and_words() -> None:
    assert list(CASES) == list(KINDS) == list(get_args(Difference))
    assert all(KINDS.values())


@pytest.mark.parametrize(
    ("kind", "told"), [(kind, told) for kind, every in CASES.items() for told in every]
)
def test_values_differ_in_one_way(kind: Difference, told: Sequence[tuple[str, Told]]) -> None:
    found = chosen(*articles(*told))
    assert kind_of(found) == kind


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("one", "same", "revised")])
def test_how_values_differ_does_not_hang_on_who_says_it_first(kind: Difference) -> None:
    for told in CASES[kind]:
        kinds = {kind_of(chosen(*articles(*order))) for order in permutations(told)}
        assert kinds == {kind}


def test_copies_of_one_release_are_one_report() -> None:
    both = articles((FIGURE, ONE), (f"Terbaru: {FIGURE}", ONE))
    assert kind_of(chosen(*both, groups={"a0": "a0", "a1": "a0"})) == "one"
    assert kind_of(chosen(*both)) == "same"


def test_a_cell_is_as_its_most_serious_difference() -> None:
    found = chosen(
        *articles(
            (FIGURE, ONE._replace(period="2024-06-30")),
            ("Cakupan [94,8 persen].", Told("94.8")),
            ("Cakupan [91,2 persen].", Told("91.2", period="2024-06-02")),
            (OTHER, Told("92.15", period="2024-06-30", verdict="suspect")),
        )
    )
    kinds = {str(lost.option.value): difference_of(found, lost) for lost in found.lost}
    assert kinds == {"94.8": "rounded", "91.2": "dated", "92.15": "conflict"}
    assert kind_of(found) == "conflict"


@pytest.mark.parametrize(
    ("best", "other", "kind"),
    [("2024-06", "2024-06-10", "dated"), ("2024-06-30", "2024-06", "conflict")],
)
def test_beside_the_figure_of_a_month_one_of_a_day_is_dated_and_not_the_other_way_round(
    best: str, other: str, kind: Difference
) -> None:
    stands, lost = ONE._replace(period=best, is_reviewed=True), Told("92.15", period=other)
    for order in permutations([(FIGURE, stands), (OTHER, lost)]):
        assert kind_of(chosen(*articles(*order))) == kind


def test_a_rounding_of_what_was_revised_is_no_conflict() -> None:
    found = chosen(*articles(*CASES["revised"][1]))
    assert {
        str(lost.option.value): (lost.rule, difference_of(found, lost)) for lost in found.lost
    } == {
        "92.15": ("revised", "revised"),
        "92.2": ("exact", "revised"),
    }


def test_a_rounding_of_the_old_value_and_of_the_new_one_is_of_the_new_one() -> None:
    found = chosen(
        *articles(
            (OTHER, Told("92.15")),
            ("Cakupan [92 persen].", Told("92")),
            ("Dinkes meralat data: [92,85 persen].", Told("92.85")),
        )
    )
    kinds = {str(lost.option.value): difference_of(found, lost) for lost in found.lost}
    assert kinds == {"92.15": "revised", "92": "rounded"}


def test_a_revision_shows_as_one_though_another_rule_decided() -> None:
    told = CASES["revised"][0]
    found = chosen(*articles(*told, ("Cakupan [90,31 persen].", Told("90.31", verdict="suspect"))))
    kinds = {str(lost.option.value): difference_of(found, lost) for lost in found.lost}
    assert (found.rule, kinds) == ("verified", {"92.15": "revised", "90.31": "conflict"})


def test_without_the_rule_what_was_revised_is_in_conflict() -> None:
    told = CASES["revised"][0]
    assert kind_of(chosen(*articles(*told), rules=rules_named(["revised"]))) == "conflict"
