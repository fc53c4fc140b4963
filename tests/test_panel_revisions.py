"""What takes the place of a figure that was said before, and what does not."""

from decimal import Decimal

import pytest

from tests.panel_run import Article, Told, cells, chosen
from uhc_llm.panel.choosing import Chosen, rules_named

OLD = Told("97.62")
NEW = Told("96.88")


def of_one(text: str, *told: Told) -> Chosen:
    return chosen(Article("a", text, told or (OLD, NEW)))


def of_two(
    first: str, then: str, *, days: tuple[str | None, str | None] = ("2024-07-01", "2024-07-20")
) -> Chosen:
    """What stands of an article with the old figure, and another one with the new."""
    return chosen(
        Article("a", first, (OLD,), published=days[0]),
        Article("b", then, (NEW,), published=days[1]),
    )


# --- within an article ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Cakupan bukan [97,62 persen], melainkan [96,88 persen].",
        "Angka dikoreksi dari [97,62 persen] jadi [96,88 persen].",
        "Cakupan turun dari [97,62 persen] menjadi [96,88 persen] setelah verifikasi.",
        "Semula disebut [97,62 persen]. Dinkes menghitung ulang, hasilnya [96,88 persen].",
        "Angka [97,62 persen] keliru. Cakupan [96,88 persen].",
        "Angka [97,62 persen] keliru.\nCakupan [96,88 persen].",
        "Rilis memuat [97,62 persen]. Angka itu diralat, cakupan [96,88 persen].",
        "Tercatat [97,62 persen]; setelah pemutakhiran [96,88 persen].",
        "Disebut [97,62 persen]. Ternyata [96,88 persen].",
    ],
)
def test_an_article_replaces_a_figure_by_another(text: str) -> None:
    found = of_one(text)
    assert (found.option.value, found.rule) == (Decimal("96.88"), "revised")
    assert [(lost.option.value, lost.rule) for lost in found.lost] == [
        (Decimal("97.62"), "revised")
    ]


def test_the_new_figure_may_stand_first() -> None:
    text = "Peserta [60.475] jiwa, bukan [61.200] jiwa seperti diumumkan."
    new, old = (Told(value, metric="participants") for value in ("60475", "61200"))
    found = of_one(text, new, old)
    assert (found.option.value, found.rule) == (Decimal(60475), "revised")


def test_a_higher_figure_may_take_the_place_of_a_lower_one() -> None:
    text = "Anggaran ditambah dari [Rp19 miliar] menjadi [Rp20 miliar]."
    old, new = (Told(value, metric="budget") for value in ("19000000000", "20000000000"))
    found = of_one(text, old, new)
    assert (found.option.value, found.rule) == (Decimal(20_000_000_000), "revised")


@pytest.mark.parametrize(
    "text",
    [
        "Cakupan [97,62 persen] dan [96,88 persen].",
        # Another paragraph speaks of another thing.
        "Cakupan [97,62 persen].\nSetelah pemutakhiran, cakupan [96,88 persen].",
        "Cakupan jadi [97,62 persen]. Lainnya [96,88 persen].",
        "Cakupan [97,62 persen]. Ini jadi sorotan. Lainnya [96,88 persen].",
    ],
)
def test_two_figures_side_by_side_are_no_revision(text: str) -> None:
    assert of_one(text).rule == "least"


def test_what_leads_to_a_figure_does_not_lead_back() -> None:
    found = of_one("Dari [96,88 persen] jadi [97,62 persen].", NEW, OLD)
    assert (found.option.value, found.rule) == (Decimal("97.62"), "revised")


@pytest.mark.parametrize(
    "text",
    [
        "Cakupan naik dari [96,88 persen] menjadi [97,62 persen].",
        "Cakupan 1 Juni [96,88 persen], lalu dikoreksi, per 30 Juni [97,62 persen].",
    ],
)
def test_figures_of_two_days_are_a_rise_and_no_revision(text: str) -> None:
    first, then = NEW._replace(period="2024-06-01"), OLD._replace(period="2024-06-30")
    found = of_one(text, first, then)
    assert (found.option.value, found.rule) == (Decimal("97.62"), "later")


def test_figures_of_two_parts_of_a_month_are_a_rise_and_no_revision() -> None:
    text = "Cakupan naik dari [96,88 persen] awal Juni menjadi [97,62 persen] akhir Juni."
    found = of_one(text, NEW, OLD)
    assert (found.option.value, found.rule) == (Decimal("97.62"), "later")


def test_a_day_and_the_month_that_it_lies_in_may_be_one_time() -> None:
    text = "Cakupan Juni dikoreksi dari [97,62 persen] jadi [96,88 persen]."
    found = of_one(text, OLD, NEW._replace(period="2024-06-30"))
    assert (found.option.value, found.rule) == (Decimal("96.88"), "revised")


def test_a_denied_figure_replaces_nothing() -> None:
    text = "Dikoreksi: bukan [97,62 persen], dan bukan [96,88 persen]."
    assert of_one(text).rule == "least"


# --- what is denied ------------------------------------------------------------------------------

DENIAL = Article("a", "Cakupan bukan [97,62 persen].", (OLD,))


def test_a_denied_figure_makes_no_cell_alone() -> None:
    assert cells(DENIAL) == ([], [])
    aimed = DENIAL._replace(told=(OLD._replace(status="target"),))
    assert cells(aimed) == ([], [])
    people = Article("b", "Penduduk [100.000 jiwa].", (Told("100000", metric="population"),))
    members = Article("c", "Peserta bukan [97.620].", (Told("97620", metric="participants"),))
    assert [cell.metric for cell in cells(people, members)[0]] == ["population"]


@pytest.mark.parametrize(
    "other",
    [
        NEW,
        NEW._replace(verdict="suspect", confidence=0.1),
        NEW._replace(period="2024-06-01", source="published"),
        # Less exactly it is the denied one itself: whoever says so did not deny it.
        NEW._replace(value="97.6"),
    ],
)
def test_a_denied_figure_never_wins(other: Told) -> None:
    found = chosen(
        DENIAL,
        Article("b", f"Cakupan [{other.value} persen].", (other,), published="2024-06-20"),
    )
    assert found.option.value == Decimal(other.value)
    assert [(lost.option.value, lost.rule) for lost in found.lost] == [
        (Decimal("97.62"), "revised")
    ]


def test_a_denied_figure_that_a_reviewer_let_stand_stands() -> None:
    reviewed = DENIAL._replace(told=(OLD._replace(is_reviewed=True),))
    other = Article("b", "Cakupan [96,88 persen].", (NEW,))
    assert chosen(reviewed, other).rule == "reviewed"
    assert [cell.value for cell in cells(reviewed)[0]] == [Decimal("97.62")]


def test_who_denies_a_figure_is_no_report_of_it() -> None:
    others = [Article(name, "Cakupan [97,62 persen].", (OLD,)) for name in "bc"]
    found = chosen(DENIAL, *others)
    assert (found.option.reports, found.rule, found.lost) == (2, "only", ())
    assert [seen.name for seen in found.option.seen] == ["b", "c"]


def test_a_rounding_of_a_figure_that_is_replaced_is_replaced_with_it() -> None:
    found = chosen(
        Article("a", "Cakupan bukan [97,62 persen], melainkan [96,88 persen].", (OLD, NEW)),
        Article("b", "Cakupan [97,6 persen].", (OLD._replace(value="97.6"),)),
    )
    assert (found.option.value, found.rule) == (Decimal("96.88"), "revised")


def test_a_rounding_is_no_revision() -> None:
    article = Article("a", "Dari [94,8 persen] jadi [94,77 persen].", (Told("94.8"), Told("94.77")))
    found = chosen(article)
    assert (found.option.value, found.rule) == (Decimal("94.77"), "exact")
    assert chosen(article, rules=rules_named(["exact"])).rule == "least"


def test_a_figure_too_far_before_is_not_replaced_by_words_near_the_new_one() -> None:
    # Of what stands between them only the end is known, and a paragraph ends in the rest.
    between = "\n" + "Warga datang ke puskesmas. " * 70 + "Data dikoreksi. "
    assert 1200 < len(between) < 2400
    found = of_one(f"Cakupan [97,62 persen].{between}Cakupan [96,88 persen].")
    assert found.rule == "least"


# --- by a later article --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "then",
    [
        "Dinkes meralat data: cakupan [96,88 persen].",
        "Setelah pembaruan data, cakupan [96,88 persen].",
        "Cakupan yang benar [96,88 persen].",
        "Angka pekan lalu direvisi. Cakupan [96,88 persen].",
    ],
)
def test_a_later_article_corrects_an_earlier_one(then: str) -> None:
    found = of_two("Cakupan [97,62 persen].", then)
    assert (found.option.value, found.rule) == (Decimal("96.88"), "revised")


@pytest.mark.parametrize(
    ("first", "then", "days", "rule"),
    [
        # It says nothing of a correction;
        (
            "Cakupan [97,62 persen].",
            "Cakupan [96,88 persen].",
            ("2024-07-01", "2024-07-20"),
            "latest",
        ),
        # it says so in another paragraph;
        (
            "Cakupan [97,62 persen].",
            "Data hewan diralat.\nCakupan [96,88 persen].",
            ("2024-07-01", "2024-07-20"),
            "latest",
        ),
        # it is no later;
        (
            "Cakupan [97,62 persen].",
            "Diralat: [96,88 persen].",
            ("2024-07-20", "2024-07-20"),
            "least",
        ),
        (
            "Cakupan [97,62 persen].",
            "Diralat: [96,88 persen].",
            ("2024-07-20", "2024-07-01"),
            "latest",
        ),
        # or nobody knows which is.
        ("Cakupan [97,62 persen].", "Diralat: [96,88 persen].", ("2024-07-20", None), "latest"),
        ("Cakupan [97,62 persen].", "Diralat: [96,88 persen].", (None, "2024-07-20"), "latest"),
    ],
)
def test_what_is_no_correction(
    first: str, then: str, days: tuple[str | None, str | None], rule: str
) -> None:
    assert of_two(first, then, days=days).rule == rule


def test_a_figure_that_a_later_article_denies_corrects_nothing() -> None:
    found = of_two("Cakupan [97,62 persen].", "Data diralat: bukan [96,88 persen].")
    assert (found.option.value, found.rule) == (Decimal("97.62"), "revised")


def test_a_figure_that_was_said_before_the_old_one_corrects_nothing() -> None:
    found = chosen(
        Article("a", "Cakupan [96,88 persen].", (NEW,), published="2024-06-25"),
        Article("b", "Cakupan [97,62 persen].", (OLD,), published="2024-07-01"),
        Article("c", "Data diralat: [96,88 persen].", (NEW,), published="2024-07-20"),
    )
    assert (found.option.value, found.rule) == (Decimal("96.88"), "reports")


def test_an_article_that_says_both_and_corrects_neither_corrects_nothing() -> None:
    text = "Juni [97,62 persen] terlindungi.\nData ternak diralat, cakupan [96,88 persen]."
    found = chosen(
        Article("a", "Cakupan [97,62 persen].", (OLD,), published="2024-07-01"),
        Article("b", text, (OLD, NEW), published="2024-07-20"),
    )
    assert (found.option.value, found.rule) == (Decimal("97.62"), "reports")


def test_copies_of_a_correction_correct_too() -> None:
    articles = [
        Article("a", "Cakupan [97,62 persen].", (OLD,), published="2024-07-01"),
        Article("b", "Data diralat: [96,88 persen].", (NEW,), published="2024-07-20"),
        Article("c", "Cakupan kini [96,88 persen].", (NEW,), published="2024-07-21"),
        Article("d", "Cakupan masih [97,62 persen].", (OLD,), published="2024-07-22"),
    ]
    for order in (articles, articles[::-1]):
        found = chosen(*order)
        assert (found.option.value, found.rule) == (Decimal("96.88"), "revised")
