"""What each number may be said to mean."""

from pathlib import Path
from typing import get_args

import pytest

from tests.by_unit import read_by_unit
from uhc_llm.llm.offers import BY_READER, NATION_ID, OFF_TOPIC, Breadth, Offer, Offers, make_offers
from uhc_llm.scanner import scan
from uhc_llm.schemas import (
    COVERAGE_UNITS,
    METRICS,
    NOT_THE_ARTICLE,
    Metric,
    Reading,
    Segment,
    Status,
)

BREADTHS: tuple[Breadth, ...] = get_args(Breadth)
EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.txt"))
TITLE = "Kepesertaan JKN BPJS Kesehatan Menuju UHC\n\n"
"""What sentences stand under that do not say themselves what they are about."""


def offer_for(text: str, words: str, breadth: Breadth = "cues") -> tuple[Offer, Offers]:
    offers = make_offers(scan(text), breadth=breadth)
    (found,) = [offer for offer in offers.numbers if offer.mention.text == words]
    return found, offers


def names(offer: Offer, offers: Offers) -> list[str]:
    return [offers.regions[id_].name for id_ in offer.regions]


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.stem)
def reading(request: pytest.FixtureRequest) -> Reading:
    return scan(request.param.read_text(encoding="utf-8"))


def test_there_are_examples_to_read() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("breadth", BREADTHS)
def test_every_number_with_a_unit_of_coverage_is_offered_and_no_other(
    reading: Reading, breadth: Breadth
) -> None:
    # A number whose unit is not said can be of any.
    expected = [
        m.id
        for m in reading.mentions
        if m.kind == "quantity"
        and m.unit in {None, *COVERAGE_UNITS}
        and NOT_THE_ARTICLE.isdisjoint(m.flags)
    ]
    offers = make_offers(reading, breadth=breadth)
    assert [offer.mention.id for offer in offers.numbers] == expected


@pytest.mark.parametrize("breadth", BREADTHS)
def test_no_offer_leads_outside_the_text_but_to_the_nation_and_to_its_province(
    reading: Reading, breadth: Breadth
) -> None:
    offers = make_offers(reading, breadth=breadth)
    for offer in offers.numbers:
        if offer.mention.says_unit:
            assert {METRICS[metric].unit for metric in offer.metrics} <= {offer.mention.unit}
        assert set(offer.regions) <= set(offers.regions)
        assert set(offer.periods) <= {*offers.periods, None}
    named = {r.code for r in reading.regions} | {
        c.code for r in reading.regions for c in r.candidates
    }
    about = (r for r in reading.regions if r.id == reading.main_region)
    unnamed = {"ID", *(r.code.partition(".")[0] for r in about if r.code)}
    assert {region.code for region in offers.regions.values()} <= named | unnamed


def test_the_province_of_an_article_is_offered_though_no_word_names_it() -> None:
    text = "Cakupan JKN Kabupaten Kudus tercatat sudah 98,43 persen."
    offer, offers = offer_for(text, "98,43 persen", "unit")
    assert names(offer, offers)[0] == "Kabupaten Kudus"
    assert {"r0", "r0.33"} <= set(offer.regions)
    assert (offers.regions["r0"].name, offers.regions["r0.33"].name) == ("Indonesia", "Jawa Tengah")
    # Where it is named it has the id of its name, as the nation has none but its own.
    _, offers = offer_for(f"Jawa Tengah di Indonesia. {text}", "98,43 persen", "unit")
    assert sorted(region.name for region in offers.regions.values()) == [
        "Indonesia",
        "Jawa Tengah",
        "Kabupaten Kudus",
    ]
    assert "r0.33" not in offers.regions


@pytest.mark.parametrize("breadth", BREADTHS)
def test_an_offer_leaves_at_least_one_choice_and_repeats_none(
    reading: Reading, breadth: Breadth
) -> None:
    for offer in make_offers(reading, breadth=breadth).numbers:
        assert bool(offer.metrics) or (not offer.is_open and offer.no_fact)
        for options in (offer.statuses, offer.periods, offer.segments):
            assert bool(options) == bool(offer.metrics)
        # What the reader settles may be of no region that the text names.
        assert offer.regions or breadth == "cues"
        for options in (offer.statuses, offer.regions, offer.periods, offer.segments):
            assert len(set(options)) == len(options)


def test_units_alone_leave_more_and_put_the_words_own_choice_first(reading: Reading) -> None:
    narrow = make_offers(reading, breadth="cues").numbers
    wide = {offer.mention.id: offer for offer in make_offers(reading, breadth="unit").numbers}
    for few in narrow:
        many = wide[few.mention.id]
        for field in ("metrics", "statuses", "regions", "periods", "segments"):
            options = getattr(few, field)
            assert getattr(many, field)[: len(options)] == options


def test_units_alone_leave_every_choice_of_the_unit(reading: Reading) -> None:
    offers = make_offers(reading, breadth="unit")
    for offer in offers.numbers:
        units = {offer.mention.unit} if offer.mention.says_unit else set(COVERAGE_UNITS)
        fitting = {metric for metric, d in METRICS.items() if d.unit in units}
        assert set(offer.metrics) == fitting
        assert set(offer.statuses) == set(get_args(Status))
        assert set(offer.segments) == set(get_args(Segment))
        assert set(offer.regions) == set(offers.regions)
        assert set(offer.periods) == {*offers.periods, None}


@pytest.mark.parametrize(
    ("text", "words", "metric"),
    [
        ("Cakupan JKN Kota Palembang 95,28 persen.", "95,28 persen", "coverage_rate"),
        ("Anggaran premi JKN Rp127 miliar.", "Rp127 miliar", "budget"),
        ("Penduduk Kota Palu 368.454 jiwa.", "368.454 jiwa", "population"),
        ("Masih 61.200 jiwa belum terdaftar JKN.", "61.200 jiwa", "uninsured"),
    ],
)
def test_the_words_around_a_number_say_what_it_is_likeliest_to_measure(
    text: str, words: str, metric: Metric
) -> None:
    assert offer_for(text, words)[0].metrics[0] == metric


@pytest.mark.parametrize(
    ("text", "words", "status"),
    [
        ("Cakupan JKN tercatat 95 persen.", "95 persen", "actual"),
        ("Target cakupan JKN 98 persen pada 2030.", "98 persen", "target"),
    ],
)
def test_the_words_around_a_number_say_whether_it_is_reached(
    text: str, words: str, status: Status
) -> None:
    assert offer_for(text, words)[0].statuses[0] == status


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Cakupan JKN Kota Palembang 95 persen.", "95 persen", ["Kota Palembang"]),
        (
            "Cakupan JKN Kota Palembang 95 persen, Kabupaten Lahat 91 persen.",
            "91 persen",
            ["Kabupaten Lahat"],
        ),
        ("Cakupan JKN sudah 95 persen.", "95 persen", []),
        (
            "Kabupaten Belu di Nusa Tenggara Timur, yang berpenduduk 220 ribu jiwa, sudah UHC.",
            "220 ribu jiwa",
            ["Kabupaten Belu"],
        ),
        (
            "Badung menjadi kabupaten dengan kepesertaan tertinggi di Bali, mencapai 100 persen.",
            "100 persen",
            ["Kabupaten Badung"],
        ),
        (
            "Sosialisasi di Hotel Swiss, Ambon, Selasa. Peserta di Maluku 1,4 juta jiwa.",
            "1,4 juta jiwa",
            ["Maluku"],
        ),
        (
            "Peserta di Kalimantan Tengah banyak. Di ibu kota provinsi ada 230.300 peserta.",
            "230.300 peserta",
            ["Kota Palangkaraya"],
        ),
        (
            "Pemkab Biak Numfor, Papua, menyebut UHC di daerah itu sudah 98 persen.",
            "98 persen",
            ["Kabupaten Biak Numfor"],
        ),
        (
            "Koba, Babel - Pemerintah Kabupaten Bangka Tengah menyiapkan dana.\n"
            "Kini 96 persen penduduk kabupaten di Provinsi Kepulauan Bangka Belitung itu ikut JKN.",
            "96 persen",
            ["Kabupaten Bangka Tengah"],
        ),
        (
            "Bungo, Merangin, Kerinci dan Tebo tertinggal. Cakupan Jambi 90 persen.",
            "90 persen",
            ["Jambi"],
        ),
        (
            "Ketapang 81 persen, Sanggau 69 persen, Sintang 89 persen. Landak menyusul 95 persen.",
            "95 persen",
            ["Kabupaten Landak"],
        ),
    ],
)
def test_a_number_belongs_to_the_region_beside_it_else_to_none_that_is_named(
    text: str, words: str, expected: list[str]
) -> None:
    assert names(*offer_for(TITLE + text, words)) == expected


def test_a_name_that_two_regions_share_is_offered_as_either() -> None:
    found = names(*offer_for("Cakupan JKN di Semarang sudah 95 persen.", "95 persen", "unit"))
    assert {"Kota Semarang", "Kabupaten Semarang"} <= set(found)


@pytest.mark.parametrize(
    ("text", "words", "is_open"),
    [
        ("Cakupan JKN Kota Palembang tercatat sudah 98,43 persen.", "98,43 persen", False),
        (f"{TITLE}Di Kota Palembang ada 900 jiwa.", "900 jiwa", True),
        ("Kota Palembang menuju UHC. Iuran JKN kelas III Rp42.000 per bulan.", "Rp42.000", False),
        ("Harga cabai di Kota Palembang naik 12 persen.", "12 persen", False),
    ],
)
def test_the_model_is_asked_where_the_words_around_a_number_are_silent(
    text: str, words: str, is_open: bool
) -> None:
    assert offer_for(text, words)[0].is_open == is_open


def test_only_what_a_number_measures_is_asked_and_only_where_that_is_in_doubt() -> None:
    reading = scan(
        "Kota Batu: 95 persen pada 2024, Kota Blitar 900 jiwa; di Kota Kediri 91,2 dan 7."
    )
    offers = make_offers(reading, understanding=read_by_unit(reading))
    rate, people, *without_unit = offers.numbers
    assert rate.is_open
    assert rate.metrics == ("coverage_rate", "active_rate")
    assert not people.is_open
    assert people.metrics == ("participants",)
    # Of what unit a number is that says none, no small model knows.
    assert [offer.is_open for offer in without_unit] == [False, False]
    for offer in offers.numbers:
        assert not offer.no_fact
        assert len(offer.statuses) == len(offer.periods) == len(offer.segments) == 1
        assert len(offer.regions) == 1


def test_of_numbers_that_are_no_facts_the_reason_is_kept() -> None:
    text = "Kota Palembang menuju UHC. Iuran JKN kelas III Rp42.000 per bulan."
    offer, offers = offer_for(text, "Rp42.000")
    assert offer.no_fact.startswith(BY_READER)
    assert offers.dismissed == {offer.mention.id: f"{BY_READER}: premium"}


@pytest.mark.parametrize("breadth", BREADTHS)
def test_of_a_text_on_other_matters_nothing_is_asked(breadth: Breadth) -> None:
    offer, _ = offer_for("Harga cabai di Kota Palembang naik 12 persen.", "12 persen", breadth)
    assert (offer.metrics, offer.is_open, offer.no_fact) == ((), False, OFF_TOPIC)


def test_of_a_text_on_other_matters_all_is_offered_where_that_is_wished() -> None:
    reading = scan("Harga cabai di Kota Palembang naik 12 persen.")
    (offer,) = make_offers(reading, breadth="unit", all_topics=True).numbers
    assert offer.is_open
    assert set(offer.metrics) == {"coverage_rate", "uninsured_rate", "active_rate"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Balangan dan HSS sama-sama 100 persen.", ["63.11", "63.06"]),
        ("Kudus 90 persen, Pati 91 persen.", ["33.18"]),
        ("Di bawah 80 persen, yaitu Donggala dan Sigi.", ["72.03", "72.10"]),
    ],
)
def test_a_rate_is_shared_by_the_regions_of_a_list(text: str, codes: list[str]) -> None:
    offers = make_offers(scan(TITLE + text))
    offer = offers.numbers[-1]
    found = [offers.regions[id_].code for id_ in (*reversed(offer.together), offer.regions[0])]
    assert found == codes


def test_what_the_regions_of_a_list_have_together_is_not_of_each() -> None:
    text = f"{TITLE}Kudus dan Pati berpenduduk 2,1 juta jiwa."
    assert offer_for(text, "2,1 juta jiwa")[0].together == ()


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"Cakupan JKN Agam 91,2 persen{mark}Padang 98,7 persen{mark}Tegal 95 persen."
            for mark in ("/", " / ", " - ", " – ", "–", " | ", " • ", " > ", " + ", " & ", " dan ")
        ),
        "Cakupan JKN Agam (91,2 persen) Padang (98,7 persen) Tegal (95 persen).",
        "Cakupan JKN Agam = 91,2 persen / Padang = 98,7 persen / Tegal = 95 persen.",
        "Rincian cakupan: Agam 91,2 persen/Padang 98,7 persen/Tegal 95 persen.",
    ],
)
def test_a_mark_between_items_parts_a_number_from_the_next_region(text: str) -> None:
    for words, region in (("91,2 persen", "Kabupaten Agam"), ("98,7 persen", "Kota Padang")):
        offer, offers = offer_for(TITLE + text, words)
        assert names(offer, offers) == [region]


def test_a_number_holds_for_the_period_beside_it() -> None:
    text = "Cakupan JKN 91 persen per Mei 2023 dan 95 persen per Juni 2024."
    for words, iso in (("91 persen", "2023-05"), ("95 persen", "2024-06")):
        offer, offers = offer_for(text, words)
        assert [offers.periods[p].iso for p in offer.periods if p] == [iso]


def test_figures_are_of_the_day_that_is_said_and_not_of_the_interview() -> None:
    text = (
        "Per 22 Desember 2017 peserta berjumlah 8,1 juta jiwa.\n"
        "Angka itu sama dengan 79 persen, kata kepala cabang, Selasa (2/1/2018)."
    )
    offer, offers = offer_for(text, "79 persen")
    assert offers.periods[offer.periods[0] or ""].iso == "2017-12-22"


def test_what_a_list_is_of_stands_above_it() -> None:
    items = "- Bangka: 21.000 jiwa\n- Belitung: 10.900 jiwa"
    text = f"Kuota yang dibiayai provinsi untuk 2026:\n{items}"
    offer, offers = offer_for(TITLE + text, "10.900 jiwa")
    assert offer.metrics[0] == "quota"
    assert offer.segments == ("pbi_apbd",)
    assert [offers.regions[id_].name for id_ in offer.regions] == ["Kabupaten Belitung"]
    assert [offers.periods[id_ or ""].iso for id_ in offer.periods] == ["2026"]


def test_a_threshold_in_a_list_is_the_nations() -> None:
    text = "Untuk meraih predikat itu, suatu daerah harus memiliki:\n- keaktifan minimal 80 persen"
    offer, offers = offer_for(f"Kota Palembang raih UHC Award.\n{text}", "80 persen")
    assert (offer.metrics[0], offer.statuses) == ("active_rate", ("target",))
    assert names(offer, offers) == ["Indonesia"]


def test_the_period_of_a_register_is_not_that_of_a_share() -> None:
    text = "Per 1 Februari 2026 yang aktif 87,69% dari penduduk semester I 2025."
    offer, offers = offer_for(TITLE + text, "87,69%")
    assert offers.periods[offer.periods[0] or ""].iso == "2026-02-01"


def test_counts_of_regions_go_on_about_what_was_said_of_them() -> None:
    text = "Daerah yang mencapai UHC terus bertambah. Pada Desember 2023 sudah 31 provinsi."
    offer, _ = offer_for(text, "31 provinsi")
    assert (offer.metrics, offer.no_fact) == (("regions_covered",), "")


COVERED = "UHC Kabupaten Pamekasan mencakup 98,60 persen penduduk"


@pytest.mark.parametrize(
    "text",
    [
        f"{COVERED}. Utang rumah sakit dilunasi Desember 2025.",
    ],
)
def test_the_period_of_another_matter_is_not_that_of_a_share(text: str) -> None:
    assert offer_for(text, "98,60 persen")[0].periods[:1] == (None,)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        (f"{COVERED}. Capaian itu per Desember 2023.", "2023-12"),
        (f"{COVERED}. Data kepesertaan itu berlaku hingga Desember 2023.", "2023-12"),
    ],
)
def test_a_period_elsewhere_holds_where_it_may(text: str, iso: str) -> None:
    offer, offers = offer_for(text, "98,60 persen")
    assert offers.periods[offer.periods[0] or ""].iso == iso


@pytest.mark.parametrize(
    ("headline", "iso"),
    [
        ("Bertambah, Penerima Penghargaan UHC 2023", "2023"),
        ("Daerah Raih UHC Award 2023 per Maret 2022", "2022-03"),
    ],
)
def test_regions_are_counted_for_the_year_of_their_prize(headline: str, iso: str | None) -> None:
    text = f"{headline}\nSebanyak 334 kabupaten dan kota di Indonesia mencapai UHC."
    offer, offers = offer_for(text, "334 kabupaten dan kota")
    period = offers.periods.get(offer.periods[0] or "")
    assert (period.iso if period else None) == iso


def test_a_text_without_a_period_offers_none() -> None:
    assert offer_for("Cakupan JKN 95 persen.", "95 persen")[0].periods == (None,)


@pytest.mark.parametrize("text", ["", "Tanpa angka.", "Sidang pada 26 Juni 2020 pukul 10.30 WIB."])
def test_a_text_without_figures_offers_nothing_but_the_nation(text: str) -> None:
    offers = make_offers(scan(text))
    assert offers.numbers == ()
    assert NATION_ID in offers.regions
