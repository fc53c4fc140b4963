"""What the words beside a figure say: who says it, of what, and whether it still holds."""

from datetime import date

import pytest

from tests.panel_run import Article, Told, observed, said
from uhc_llm.panel.sources import (
    day_said,
    denominator_of,
    is_denied,
    is_former,
    is_revision,
    is_revision_in,
    is_usual,
    rank_of,
    register_of,
)
from uhc_llm.schemas import Metric

ACTIVE = Told("81.4", metric="active_rate")
PEOPLE = Told("901200", metric="population")


# --- who says it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("BPJS Kesehatan mencatat cakupan [94,77 persen].", 3),
        ("Cakupan sudah [94,77 persen], kata Kepala BPJS Kesehatan Cabang Ungaran.", 3),
        ("Data Dukcapil: cakupan [94,77 persen].", 3),
        ("Bupati Semarang menyebut cakupan [94,77 persen].", 2),
        ("Menurut Dinkes, cakupan [94,77 persen].", 2),
        ("Badan Pusat Statistik menghitung cakupan [94,77 persen].", 2),
        ("Cakupan di kabupaten itu [94,77 persen].", 1),
        ("Ketua Komisi D mengklaim cakupan [94,77 persen].", 0),
        ("Dari 400 responden, [94,77 persen] mengaku terdaftar.", 0),
        ("Pengamat kesehatan menyebut cakupan [94,77 persen].", 0),
    ],
)
def test_who_is_named_in_the_sentence_says_how_much_a_figure_counts(text: str, rank: int) -> None:
    assert rank_of(said(text)) == rank


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        # "BPS" is no "BPJS", and no word within another is a word.
        ("BPJS mencatat cakupan [94,77 persen].", 1),
        ("Watchdog.id menulis cakupan [94,77 persen].", 1),
        ("Kelembagaan desa mencatat cakupan [94,77 persen].", 1),
        ("BPS mencatat cakupan [94,77 persen].", 2),
        # Whatever the case.
        ("bpjs KESEHATAN mencatat cakupan [94,77 persen].", 3),
    ],
)
def test_words_are_whole_and_of_any_case(text: str, rank: int) -> None:
    assert rank_of(said(text)) == rank


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("BPJS Kesehatan membuka data.\nCakupan [94,77 persen].", 3),
        ("BPJS Kesehatan membuka data. Ketua DPRD hadir. Cakupan [94,77 persen].", 0),
        ("Ketua DPRD hadir. BPJS Kesehatan membuka data. Cakupan [94,77 persen].", 3),
        # The sentence itself goes before whatever stands above it.
        ("BPJS Kesehatan membuka data. Bupati menyebut cakupan [94,77 persen].", 2),
        ("BPJS Kesehatan membuka data. Cakupan [94,77 persen], kata Bupati.", 2),
        # What comes after its sentence is not looked at.
        ("Cakupan [94,77 persen]. BPJS Kesehatan belum menjawab.", 1),
        # Of two that its sentence names it is the last.
        ("Bupati mengutip BPJS Kesehatan: cakupan [94,77 persen].", 3),
    ],
)
def test_else_it_is_who_was_named_last_before(text: str, rank: int) -> None:
    assert rank_of(said(text)) == rank


# --- whether it still holds ----------------------------------------------------------------------


def flags(text: str, *values: str) -> list[bool]:
    """Of each number of a text whether it is denied."""
    told = tuple(Told(value, metric="participants") for value in values)
    return [is_denied(seen) for seen in observed(Article("a", text, told))]


@pytest.mark.parametrize(
    ("text", "values", "denied"),
    [
        ("Peserta bukan [61.200], melainkan [60.475] jiwa.", ("61200", "60475"), [True, False]),
        (
            "Bukan [61.200], melainkan [60.475] atau [97].",
            ("61200", "60475", "97"),
            [True, False, False],
        ),
        ("Peserta bukan “[61.200]”.", ("61200",), [True]),
        ("Angka [61.200] itu keliru, yang betul [60.475].", ("61200", "60475"), [True, False]),
        ("Jumlah [61.200] tidak benar.", ("61200",), [True]),
        ("Alih-alih [61.200], terdata [60.475].", ("61200", "60475"), [True, False]),
        ("Peserta [60.475] jiwa.", ("60475",), [False]),
        # Words of another sentence, or behind the next number, are not its own.
        ("Isu itu bukan baru. Peserta [60.475] jiwa.", ("60475",), [False]),
        ("Peserta [60.475] jiwa. Kabar lain keliru.", ("60475",), [False]),
        ("Terdata [60.475], sedangkan [61.200] keliru.", ("60475", "61200"), [False, True]),
        # They stand right before it: groups of members are called so,
        (
            "Pekerja bukan penerima upah [61.200], bukan pekerja [60.475] jiwa.",
            ("61200", "60475"),
            [False, False],
        ),
        ("Bukan pekerja: [60.475]", ("60475",), [False]),
        ("Bukan hanya [60.475] jiwa yang terdaftar.", ("60475",), [False]),
        # and what was said before is not wrong for that.
        ("Angka yang beredar [61.200] jiwa.", ("61200",), [False]),
        ("Seperti sebelumnya disampaikan, peserta [61.200] jiwa.", ("61200",), [False]),
        ("Bukan karena warga enggan atau petugas kurang, terdata [60.475].", ("60475",), [False]),
    ],
)
def test_a_figure_is_denied_by_its_own_words(
    text: str, values: tuple[str, ...], denied: list[bool]
) -> None:
    assert flags(text, *values) == denied


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("Semula disebut [61.200] jiwa.", True),
        ("Angka yang beredar [61.200] jiwa.", True),
        ("Peserta bukan [61.200] jiwa.", True),
        ("Bukan pekerja [61.200] jiwa.", False),
        ("Semula disebut lain. Peserta [61.200] jiwa.", False),
    ],
)
def test_a_figure_that_was_said_once_is_a_former_one(text: str, is_it: bool) -> None:
    assert is_former(said(text, Told("61200", metric="participants"))) is is_it


def test_a_share_owns_the_words_up_to_the_next_share() -> None:
    text = "Cakupan bukan [97,62 persen] dari 901.200 jiwa, angka keliru, tetapi [96,88 persen]."
    first, second = observed(Article("a", text, (Told("97.62"), Told("96.88"))))
    assert first.own_words == (" dari 901.200 jiwa, angka keliru, tetapi ", "Cakupan bukan ")
    assert second.own_words == (".", " dari 901.200 jiwa, angka keliru, tetapi ")
    assert is_denied(first)


def test_a_share_beside_a_count_that_is_denied_is_denied() -> None:
    text = "Cakupan bukan 275.974 jiwa atau [95,24 persen], melainkan 274.148 atau [94,61 persen]."
    first, second = observed(Article("a", text, (Told("95.24"), Told("94.61"))))
    assert (is_denied(first), is_denied(second)) == (True, False)


def test_a_number_owns_the_words_up_to_the_next_number() -> None:
    text = "Ada 12 desa. Terdata [60.475] jiwa, atau 97 persen, per Juni"
    assert said(text, Told("60475", metric="participants")).own_words == (
        " jiwa, atau ",
        "Terdata ",
    )


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("Dinkes meralat data: cakupan [96,88 persen].", True),
        ("Setelah pemutakhiran, cakupan [96,88 persen].", True),
        ("Ternyata cakupan baru [96,88 persen].", True),
        ("Cakupan [96,88 persen] setelah data dibersihkan.", True),
        ("Data dikoreksi kemarin. Cakupan [96,88 persen].", True),
        ("Data dikoreksi kemarin.\nCakupan [96,88 persen].", False),
        ("Cakupan [96,88 persen]. Data lain direvisi.", False),
        ("Cakupan naik menjadi [96,88 persen].", False),
        ("Data dikoreksi kemarin. " + "Warga datang. " * 20 + "Cakupan [96,88 persen].", False),
    ],
)
def test_a_figure_replaces_another_by_words_near_it_in_its_paragraph(
    text: str, is_it: bool
) -> None:
    assert is_revision(said(text)) is is_it


@pytest.mark.parametrize(
    ("words", "are_they"),
    [
        ("dikoreksi", True),
        ("DIRALAT", True),
        ("revisionis", False),
        ("terkini", False),
        ("", False),
    ],
)
def test_some_words_say_that_a_figure_is_replaced(words: str, are_they: bool) -> None:
    assert is_revision_in(words) is are_they


# --- of which day it is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "period", "day"),
    [
        ("Awal Juni [94,77 persen].", "2024-06", date(2024, 6, 1)),
        ("Pada pertengahan bulan itu [94,77 persen].", "2024-06", date(2024, 6, 15)),
        ("Tercatat [94,77 persen] pada akhir bulan tersebut.", "2024-06", date(2024, 6, 30)),
        ("Cakupan [94,77 persen] di penghujung Februari.", "2024-02", date(2024, 2, 29)),
        ("Awal Juni turun, akhir Juni [94,77 persen].", "2024-06", date(2024, 6, 30)),
        # Words of another share are not its own, nor is the end of a year that of a month.
        ("Awal Juni 93 persen, kini [94,77 persen].", "2024-06", None),
        ("Sejak awal tahun [94,77 persen].", "2024-06", None),
        ("Cakupan Juni [94,77 persen].", "2024-06", None),
        # The day that is said goes before; a half of a year and a year have none.
        ("Awal Juni [94,77 persen].", "2024-06-07", date(2024, 6, 7)),
        ("Akhir Juni [94,77 persen].", "2024-S1", None),
        ("Akhir Juni [94,77 persen].", "2024", None),
    ],
)
def test_a_part_of_a_month_is_a_day_of_it(text: str, period: str, day: date | None) -> None:
    assert day_said(said(text, Told("94.77", period=period))) == day


def test_the_date_of_an_article_is_no_day_that_it_says() -> None:
    told = Told("94.77", period="2024-06-07", source="published")
    assert day_said(said("Akhir Juni [94,77 persen].", told)) is None


# --- of what it is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("Sebanyak [81,4 persen] dari total peserta aktif.", "members"),
        ("Keaktifan [81,4 persen] dari jumlah penduduk.", "population"),
        ("Keaktifan kepesertaan [81,4 persen].", "members"),
        ("Penduduk yang aktif [81,4 persen].", "population"),
        ("Keaktifan [81,4 persen].", "unknown"),
        # What stands behind it goes before what stands before it,
        ("Dari seluruh warga, aktif [81,4 persen] dari peserta.", "members"),
        # up to the next share.
        ("Keaktifan [81,4 persen] dan cakupan 98 persen dari penduduk.", "unknown"),
        ("Penduduk 901.200 jiwa. Keaktifan [81,4 persen].", "unknown"),
    ],
)
def test_what_a_share_of_active_members_is_of_stands_in_its_own_words(text: str, of: str) -> None:
    assert denominator_of(said(text, ACTIVE)) == of


@pytest.mark.parametrize(
    ("metric", "of"),
    [
        ("coverage_rate", "population"),
        ("uninsured_rate", "population"),
        ("participants", None),
        ("population", None),
        ("budget", None),
    ],
)
def test_what_other_figures_are_of_is_settled(metric: Metric, of: str | None) -> None:
    seen = said("Peserta [95] dari total peserta.", Told("95", metric=metric))
    assert denominator_of(seen) == of


@pytest.mark.parametrize(
    ("text", "register", "usual"),
    [
        ("Penduduk menurut Dukcapil [901.200 jiwa].", "civil_registry", True),
        ("Penduduk [901.200 jiwa], data BPS.", "statistics_office", False),
        ("Hasil sensus: [901.200 jiwa].", "statistics_office", False),
        ("Penduduk [901.200 jiwa].", None, True),
        # Behind before what is before; and what stands behind the next number is not its own.
        ("Menurut BPS penduduk [901.200 jiwa] versi Dukcapil.", "civil_registry", True),
        ("Penduduk [901.200 jiwa], bukan 889.000 versi BPS.", None, True),
        ("Data BPS beda. Penduduk [901.200 jiwa].", None, True),
    ],
)
def test_whose_count_of_the_population_it_is(text: str, register: str | None, usual: bool) -> None:
    seen = said(text, PEOPLE)
    assert register_of(seen) == register
    assert is_usual(seen) is usual


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("Keaktifan [81,4 persen] dari peserta.", True),
        ("Keaktifan [81,4 persen].", True),
        ("Keaktifan [81,4 persen] dari penduduk.", False),
    ],
)
def test_a_share_of_active_members_is_usually_of_members(text: str, usual: bool) -> None:
    assert is_usual(said(text, ACTIVE)) is usual
